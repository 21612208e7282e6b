package approval

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	flow "indagor/ui/flow/approval"
	"indagor/ui/screen"
	view "indagor/ui/screen/visura"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Screen is the page of the queue.
type Screen struct {
	host screen.Host
	flow *flow.Flow
	l    *language.Language
	tick func(time.Duration, func()) (stop func())
	stop func()

	page    *widget.Page
	filter  *filter
	table   *widget.Table[wire.ApprovalItem]
	body    *fyne.Container // table and pane
	pane    *fyne.Container // stack: what is selected
	foot    *widget.Label
	approve *widget.Button
	refuse  *widget.Button

	rows   []wire.ApprovalItem
	marked map[app.ID]bool // what is marked, whatever row it stands in
	shown  detail
	quiet  bool // the table is being changed by the program
	fresh  bool // the rows are to have the keyboard as soon as they are there
	dialog *widget.ConfirmDialog
}

var (
	_ screen.Screen = (*Screen)(nil)
	_ screen.Hearer = (*Screen)(nil)
)

// redraw is how often the time left is drawn anew.
const redraw = 30 * time.Second

// New builds the page. every calls a function again and again until stopped.
// It must be called on the window's goroutine.
func New(host screen.Host, f *flow.Flow, every func(time.Duration, func()) (stop func())) *Screen {
	l := host.Language()
	s := &Screen{host: host, flow: f, l: l, tick: every, marked: map[app.ID]bool{}, pane: container.NewStack()}
	s.filter = newFilter(l, func(x flow.Filter) {
		clear(s.marked)
		f.Search(x)
	})
	s.table = widget.NewTable(l.T("place.approvals"), s.columns()...)
	s.table.Multiple = true
	s.table.OnSelect = func(_ int, r wire.ApprovalItem) {
		if !s.quiet {
			f.Select(r.ID)
		}
	}
	s.table.OnOpen = func(_ int, r wire.ApprovalItem) {
		f.Select(r.ID)
		f.Read()
	}
	s.table.OnMark = s.marks
	s.table.OnRune = s.rune
	s.table.OnCopied = func(string) { host.Toast(l.T("list.copied")) }
	s.approve = widget.NewPrimary(l.T("approvals.approve"), theme.IconApprove, s.consent)
	s.refuse = widget.NewButtonWith(widget.ButtonSecondary, l.T("approvals.refuse"), theme.IconBlock, s.refusal)
	refresh := widget.NewButtonWith(widget.ButtonSecondary, l.T("list.refresh"), theme.IconRefresh, f.Reload)
	s.foot = widget.NewSecondary(l.T("approvals.keys"))
	s.foot.Wrap = true
	s.body = view.Beside(s.table, s.pane)
	s.body.Objects[1].Hide()
	s.page = widget.NewPage(widget.PageParts{
		Title: l.T("place.approvals"), Subtitle: " ", Actions: []fyne.CanvasObject{refresh, s.refuse}, Primary: s.approve,
		Filter: s.filter.line, Body: widget.Frame(nil, nil, s.body, nil, widget.PadXY(0, theme.Space8, s.foot)),
	})
	f.Watch(func() { fyne.Do(s.refresh) }, host.Fail)
	s.refresh()
	return s
}

func (s *Screen) columns() []widget.Column[wire.ApprovalItem] {
	column := func(id string, width float32, grow bool, text func(wire.ApprovalItem) string) widget.Column[wire.ApprovalItem] {
		return widget.Column[wire.ApprovalItem]{ID: id, Title: s.l.T("approvals.column." + id), Width: width, Grow: grow, Text: text}
	}
	left := column("left", 128, false, s.left)
	left.Tone, left.Icon = s.tone, func(r wire.ApprovalItem) theme.IconName {
		if r.State == app.ApprovalWaiting {
			return "" // the bar tells
		}
		return s.tone(r).Icon()
	}
	left.Bar = func(r wire.ApprovalItem) (float64, bool) {
		share, _, ok := flow.Left(r, s.flow.Now())
		return share, ok
	}
	whom := column("whom", 136, false, func(r wire.ApprovalItem) string { return r.Whom })
	whom.Monospace = true
	return []widget.Column[wire.ApprovalItem]{
		left,
		column("who", 128, true, func(r wire.ApprovalItem) string { return r.Operator }),
		whom,
		column("what", 124, true, func(r wire.ApprovalItem) string { return s.l.T("visura.type." + string(r.Type)) }),
		column("why", 150, true, func(r wire.ApprovalItem) string { return r.PurposeName }),
		column("file", 116, true, func(r wire.ApprovalItem) string { return r.FileReference }),
		column("department", 120, true, func(r wire.ApprovalItem) string { return r.DepartmentName }),
		column("asked", 126, false, func(r wire.ApprovalItem) string { return s.l.Moment(r.Asked) }),
	}
}

// left says how long a request still waits, or how it was decided.
func (s *Screen) left(r wire.ApprovalItem) string {
	_, left, ok := flow.Left(r, s.flow.Now())
	switch {
	case r.State != app.ApprovalWaiting:
		return s.l.T("approvals.state." + string(r.State))
	case !ok:
		return s.l.T("approvals.answer")
	case left == 0:
		return s.l.T("approvals.due")
	}
	return s.l.Duration(left)
}

// near is the time left from which on a request is marked as urgent.
const near = 4 * time.Hour

func (s *Screen) tone(r wire.ApprovalItem) theme.Tone {
	switch r.State {
	case app.ApprovalApproved:
		return theme.Success
	case app.ApprovalSilent:
		return theme.Information
	case app.ApprovalRefused:
		return theme.Danger
	case app.ApprovalWithdrawn:
		return theme.Quiet
	}
	if _, left, ok := flow.Left(r, s.flow.Now()); ok && left < near {
		return theme.Warning
	}
	return theme.Neutral
}

// Object implements screen.Screen.
func (s *Screen) Object() fyne.CanvasObject { return s.page }

// Shown implements screen.Screen.
func (s *Screen) Shown() {
	s.fresh = true
	s.flow.Open()
	s.stop = s.tick(redraw, func() { fyne.Do(s.redraw) })
}

// Hidden implements screen.Screen.
func (s *Screen) Hidden() {
	s.fresh = false
	if s.stop != nil {
		s.stop()
		s.stop = nil
	}
}

// Signalled implements screen.Hearer.
func (s *Screen) Signalled(kind app.SignalKind, _ app.ID) {
	if kind == app.SignalApprovals || kind == app.SignalResync {
		s.flow.Reload()
	}
}

// Key implements screen.Screen: Ctrl+F goes to the filters, F5 reads again, A
// approves, R refuses, Esc closes the detail, takes the marks away, then the
// filters.
func (s *Screen) Key(name fyne.KeyName, modifier fyne.KeyModifier) bool {
	st := s.flow.State()
	plain := modifier == 0
	switch {
	case modifier == fyne.KeyModifierControl && name == fyne.KeyF:
		s.filter.first()
	case plain && name == fyne.KeyF5:
		s.flow.Reload()
	case plain && name == fyne.KeyEscape && st.Selected != "":
		s.close()
	case plain && name == fyne.KeyEscape && len(s.marked) > 0:
		clear(s.marked)
		s.table.SetMarked()
		s.buttons(st)
	case plain && name == fyne.KeyEscape && st.Filter != (flow.Filter{}):
		s.filter.reset()
	default:
		return false
	}
	return true
}

func (s *Screen) close() {
	s.quiet = true
	s.table.Select(-1)
	s.quiet = false
	s.flow.Select("")
}

// rune takes the letters typed in the rows.
func (s *Screen) rune(r rune) bool {
	switch r {
	case 'a', 'A':
		s.consent()
	case 'r', 'R':
		s.refusal()
	default:
		return false
	}
	return true
}

// marks takes in which rows are marked.
func (s *Screen) marks() {
	clear(s.marked)
	for _, r := range s.table.MarkedRows() {
		s.marked[r.ID] = true
	}
	s.buttons(s.flow.State())
}

// redraw draws the time left anew.
func (s *Screen) redraw() {
	s.table.Refresh()
	s.subtitle(s.flow.State())
}

// refresh shows the state of the flow. It runs on the window's goroutine.
func (s *Screen) refresh() {
	st := s.flow.State()
	s.filter.refresh(st)
	s.list(st)
	s.subtitle(st)
	s.notice(st)
	s.show(st)
	s.buttons(st)
	if s.fresh && len(st.Rows) > 0 && !st.Loading {
		s.fresh = false
		if c := fyne.CurrentApp().Driver().CanvasForObject(s.page); c != nil && c.Focused() == nil {
			s.table.Focus()
		}
	}
}

func (s *Screen) subtitle(st flow.State) {
	text := s.l.T("approvals.subtitle")
	if c := st.Count; st.Counted {
		switch text = s.l.N("approvals.count", c.Waiting); {
		case c.Waiting == 0:
			text = s.l.T("approvals.count.none")
		case c.Next != nil:
			text += " · " + s.l.T("approvals.next", "deadline", s.l.Deadline(*c.Next, s.flow.Now()))
			if c.Soon > 0 {
				text += " · " + s.l.N("approvals.soon", c.Soon)
			}
		}
	}
	s.page.SetSubtitle(text)
}

// notice tells what came of an answer where it is not what was said.
func (s *Screen) notice(st flow.State) {
	o := st.Outcome
	if o.Others+o.Failed == 0 {
		s.page.SetNotice(nil)
		return
	}
	text := s.l.N("approvals.outcome.done", o.Done)
	if o.Others > 0 {
		text += " " + s.l.N("approvals.outcome.others", o.Others)
	}
	if o.Failed > 0 {
		text += " " + s.l.N("approvals.outcome.failed", o.Failed)
	}
	s.page.SetNotice(widget.NewNotice(widget.NoticeParts{Tone: theme.Warning, Title: s.l.T("approvals.outcome"), Text: text, CloseName: s.l.T("shell.close")}))
}

// paged is the rows read so far; drawing one near the end asks for more.
type paged struct {
	rows []wire.ApprovalItem
	more func()
}

func (p paged) Len() int { return len(p.rows) }

func (p paged) Row(i int) wire.ApprovalItem {
	if i >= len(p.rows)-20 {
		p.more()
	}
	return p.rows[i]
}

func (s *Screen) list(st flow.State) {
	switch {
	case st.Err != nil && st.Away:
		s.table.SetState(widget.Failed(s.l.T("list.away"), s.l.T("list.away.text"), s.l.T("list.again"), s.flow.Reload))
	case st.Err != nil:
		e := s.l.Error(st.Err)
		more := e.Means + " " + e.Who
		if st.Ref != "" {
			more += "\n" + s.l.T("visura.reference") + ": " + st.Ref
		}
		s.table.SetState(widget.Failed(e.What, more, s.l.T("list.again"), s.flow.Reload))
	case !st.Loaded:
		s.table.SetState(widget.Loading(s.l.T("list.loading")))
	case len(st.Rows) == 0 && st.Filter != (flow.Filter{}):
		s.table.SetState(widget.Empty(s.l.T("approvals.empty.filtered"), s.l.T("list.clear"), s.filter.reset))
	case len(st.Rows) == 0:
		s.table.SetState(widget.Empty(s.l.T("approvals.empty"), "", nil))
	default:
		if s.table.State().Kind != widget.StateReady {
			s.table.SetState(widget.Ready())
		}
	}
	if len(st.Rows) == len(s.rows) && (len(s.rows) == 0 || &st.Rows[0] == &s.rows[0]) {
		return
	}
	// What is marked and selected stays so, wherever it stands now; what has
	// been decided meanwhile is marked no more.
	s.rows = st.Rows
	s.quiet = true
	s.table.UpdateRows(paged{rows: st.Rows, more: s.flow.More})
	var marks []int
	kept := map[app.ID]bool{}
	selected := -1
	for i, r := range st.Rows {
		if s.marked[r.ID] && r.State == app.ApprovalWaiting {
			marks = append(marks, i)
			kept[r.ID] = true
		}
		if r.ID == st.Selected {
			selected = i
		}
	}
	s.marked = kept
	s.table.SetMarked(marks...)
	if s.table.Selected() != selected {
		s.table.Select(selected)
	}
	s.quiet = false
}

// chosen are the requests that an answer is about: what is marked, or else
// what is selected.
func (s *Screen) chosen() []app.ID {
	var ids []app.ID
	for id := range s.marked {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		if r, ok := s.table.SelectedRow(); ok {
			ids = []app.ID{r.ID}
		}
	}
	return s.flow.Decidable(ids)
}

// buttons says how many requests the buttons are about.
func (s *Screen) buttons(st flow.State) {
	n := len(s.chosen())
	approve, refuse := s.l.T("approvals.approve"), s.l.T("approvals.refuse")
	if n > 1 {
		approve, refuse = s.l.N("approvals.approve.many", n), s.l.N("approvals.refuse.many", n)
	}
	s.approve.SetText(approve)
	s.refuse.SetText(refuse)
	s.approve.SetBusy(st.Deciding)
	for _, b := range []*widget.Button{s.approve, s.refuse} {
		b.Hidden = n == 0
	}
	s.page.Refresh()
}

// consent approves: one at once, many after a question.
func (s *Screen) consent() {
	ids := s.chosen()
	switch len(ids) {
	case 0:
		return
	case 1:
		if s.flow.Decide(true, ids, "") {
			s.host.Toast(s.l.T("approvals.approved"))
		}
		return
	}
	s.ask(widget.Confirmation{
		Title: s.l.N("approvals.approve.title", len(ids)), Message: s.l.T("approvals.approve.text"), Verb: s.l.N("approvals.approve.many", len(ids)),
		OnConfirm: func(string) { s.flow.Decide(true, ids, "") },
	})
}

// refusal refuses, with a reason that the operators read.
func (s *Screen) refusal() {
	ids := s.chosen()
	if len(ids) == 0 {
		return
	}
	verb := s.l.T("approvals.refuse")
	if len(ids) > 1 {
		verb = s.l.N("approvals.refuse.many", len(ids))
	}
	s.ask(widget.Confirmation{
		Title: s.l.N("approvals.refuse.title", len(ids)), Message: s.l.T("approvals.refuse.text"), Verb: verb, Danger: true,
		ReasonLabel: s.l.T("approvals.reason"), ReasonHint: s.l.T("approvals.reason.hint"), ReasonRequired: true, ReasonMissing: s.l.T("approvals.reason.missing"),
		OnConfirm: func(reason string) { s.flow.Decide(false, ids, reason) },
	})
}

func (s *Screen) ask(c widget.Confirmation) {
	if s.dialog != nil && s.dialog.IsOpen() {
		return
	}
	c.Cancel = s.l.T("shell.cancel")
	s.dialog = widget.Confirm(s.host.Window().Canvas(), c)
}
