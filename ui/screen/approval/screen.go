package approval

import (
	"maps"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	flow "indagor/ui/flow/approval"
	"indagor/ui/flow/list"
	"indagor/ui/screen"
	"indagor/ui/screen/listing"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Screen is the page of the queue.
type Screen struct {
	*listing.Page[flow.Filter, wire.ApprovalItem, *wire.ApprovalDetail]
	host screen.Host
	flow *flow.Flow
	l    *language.Language
	tick func(time.Duration, func()) (stop func())
	stop func()

	departments func(...widget.Choice) // offers them in the filter
	purposes    func(...widget.Choice)
	offered     [2][]widget.Choice // the departments and purposes offered
	approve     *widget.Button
	refuse      *widget.Button
	buttons     string // what they say
	told        flow.Outcome
	dialog      *widget.ConfirmDialog
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
	s := &Screen{host: host, flow: f, l: l, tick: every}
	s.approve = widget.NewPrimary(l.T("approvals.approve"), theme.IconApprove, s.consent)
	s.refuse = widget.NewButtonWith(widget.ButtonSecondary, l.T("approvals.refuse"), theme.IconBlock, s.refusal)
	s.approve.Hide()
	s.refuse.Hide()
	s.Page = listing.New(listing.Parts[flow.Filter, wire.ApprovalItem, *wire.ApprovalDetail]{
		Place: screen.Approvals, Host: host, Flow: f.Flow, Title: l.T("place.approvals"), Subtitle: " ",
		Words:   listing.Words{Empty: l.T("approvals.empty"), Filtered: l.T("approvals.empty.filtered")},
		Columns: s.columns(), Filter: s.filters(), Actions: []fyne.CanvasObject{s.refuse}, Primary: s.approve,
		Detail: s.detail, Early: true, Broken: func(r wire.ApprovalItem, st state) []fyne.CanvasObject { return s.detail(r, st).Body },
		OnOpen: func(wire.ApprovalItem) { f.Read() }, Multiple: true, Rows: true, Open: f.Open, Draw: s.draw,
	})
	s.Table().OnRune = s.rune
	s.SetFoot(l.T("approvals.keys"))
	return s
}

// state is that of the queue's list.
type state = list.State[flow.Filter, wire.ApprovalItem, *wire.ApprovalDetail]

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

// Shown implements screen.Screen.
func (s *Screen) Shown() {
	s.Page.Shown()
	s.stop = s.tick(redraw, func() { fyne.Do(s.redraw) })
}

// Hidden implements screen.Screen.
func (s *Screen) Hidden() {
	if s.stop != nil {
		s.stop()
		s.stop = nil
	}
	s.Page.Hidden()
}

// Signalled implements screen.Hearer.
func (s *Screen) Signalled(kind app.SignalKind, _ app.ID) {
	if kind == app.SignalApprovals || kind == app.SignalResync {
		s.Refresh()
	}
}

// rune takes the letters typed in the rows: A approves, R refuses.
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

// redraw draws the time left anew.
func (s *Screen) redraw() {
	s.Table().Refresh()
	s.subtitle(s.flow.State())
}

// draw shows what stands around the list.
func (s *Screen) draw(state) {
	st := s.flow.State()
	s.offer(st.Departments, st.Purposes)
	s.subtitle(st)
	s.notice(st.Outcome)
	s.answer(st)
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
	s.SetSubtitle(text)
}

// notice tells what came of an answer where it is not what was said.
func (s *Screen) notice(o flow.Outcome) {
	if o == s.told {
		return
	}
	s.told = o
	if o.Others+o.Failed == 0 {
		s.SetNotice(nil)
		return
	}
	text := s.l.N("approvals.outcome.done", o.Done)
	if o.Others > 0 {
		text += " " + s.l.N("approvals.outcome.others", o.Others)
	}
	if o.Failed > 0 {
		text += " " + s.l.N("approvals.outcome.failed", o.Failed)
	}
	s.SetNotice(widget.NewNotice(widget.NoticeParts{Tone: theme.Warning, Title: s.l.T("approvals.outcome"), Text: text, CloseName: s.l.T("shell.close")}))
}

// chosen are the requests that an answer is about: what is marked, or else
// what is selected.
func (s *Screen) chosen() []app.ID {
	st := s.flow.State()
	ids := []app.ID{st.Selected}
	if len(st.Marked) > 0 {
		ids = slices.Collect(maps.Keys(st.Marked))
	}
	return s.flow.Decidable(ids)
}

// answer says how many requests the buttons are about.
func (s *Screen) answer(st flow.State) {
	n := len(s.chosen())
	approve, refuse := s.l.T("approvals.approve"), s.l.T("approvals.refuse")
	if n > 1 {
		approve, refuse = s.l.N("approvals.approve.many", n), s.l.N("approvals.refuse.many", n)
	}
	s.approve.SetBusy(st.Deciding)
	now := approve
	if n == 0 {
		now = ""
	}
	if now == s.buttons {
		return
	}
	s.buttons = now
	s.approve.Hidden, s.refuse.Hidden = n == 0, n == 0
	s.approve.SetText(approve)
	s.refuse.SetText(refuse)
	s.Object().Refresh()
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
