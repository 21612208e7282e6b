package monitor

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"indagor/app"
	"indagor/app/language"
	flow "indagor/ui/flow/monitor"
	"indagor/ui/screen"
	view "indagor/ui/screen/visura"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Screen is the page of a monitor.
type Screen struct {
	host screen.Host
	flow *flow.Flow
	l    *language.Language
	kind string

	page   *widget.Page
	filter *filter
	table  *widget.Table[flow.Row]
	body   *fyne.Container // table and pane
	pane   *fyne.Container // stack: what is selected
	foot   *widget.Label   // what the page does not show

	rows   []flow.Row
	words  words
	named  int // the names that the table was drawn with
	detail detail
}

// detail is what the pane has been built for.
type detail struct {
	id    app.ID
	named int
	only  app.ID
}

var _ screen.Screen = (*Screen)(nil)

// New builds the page of the flow's kind. It must be called on the window's
// goroutine.
func New(host screen.Host, f *flow.Flow) *Screen {
	l := host.Language()
	s := &Screen{host: host, flow: f, l: l, kind: string(f.Kind()), pane: container.NewStack(), words: words{l: l}}
	s.filter = newFilter(l, f.Kind(), f.Today, func(x flow.Filter) { f.Search(x) })
	s.table = widget.NewTable(l.T("monitor.list."+s.kind), s.columns()...)
	s.table.OnSelect = func(_ int, r flow.Row) { f.Select(r.ID) }
	s.table.OnOpen = func(_ int, r flow.Row) { f.Select(r.ID) }
	s.table.OnCopied = func(string) { host.Toast(l.T("archive.copied")) }
	s.foot = widget.NewSecondary("")
	s.foot.Wrap = true
	s.body = view.Beside(s.table, s.pane)
	s.body.Objects[1].Hide()
	refresh := widget.NewButtonWith(widget.ButtonSecondary, l.T("list.refresh"), theme.IconRefresh, f.Reload)
	s.page = widget.NewPage(widget.PageParts{
		Title: l.T("place." + s.kind), Subtitle: l.T("monitor.subtitle." + s.kind),
		Actions: []fyne.CanvasObject{refresh}, Filter: s.filter.line,
		Body: widget.Frame(nil, nil, s.body, nil, widget.PadXY(0, theme.Space8, s.foot)),
	})
	f.Watch(func() { fyne.Do(s.refresh) }, host.Fail)
	s.refresh()
	return s
}

// columns are those of the kind. What tells entries apart comes first: with a
// detail open the rest is out of view.
func (s *Screen) columns() []widget.Column[flow.Row] {
	column := func(id string, width float32, grow bool, text func(flow.Row) string) widget.Column[flow.Row] {
		return widget.Column[flow.Row]{ID: id, Title: s.l.T("monitor.column." + id), Width: width, Grow: grow, Text: text}
	}
	at := column("at", 126, false, func(r flow.Row) string { return s.l.Moment(r.At) })
	user := column("user", 140, true, func(r flow.Row) string { return s.words.who(r) })
	what := func(width float32) widget.Column[flow.Row] {
		return column("what", width, true, func(r flow.Row) string { return s.words.what(r) })
	}
	reason := column("reason", 150, true, func(r flow.Row) string { return s.words.reason(r) })
	switch s.flow.Kind() {
	case flow.Accesses:
		event := what(196)
		event.Tone, event.Icon = accessTone, accessIcon
		return []widget.Column[flow.Row]{
			at, user, event,
			column("role", 98, false, func(r flow.Row) string { return s.words.role(r) }),
			column("address", 116, false, func(r flow.Row) string { return r.Address }),
			reason,
		}
	case flow.History:
		return []widget.Column[flow.Row]{
			at, user, what(176),
			column("target", 140, true, func(r flow.Row) string { return r.TargetName }),
			reason,
		}
	}
	outcome := column("outcome", 186, true, func(r flow.Row) string { return s.words.outcome(r) })
	outcome.Tone, outcome.Icon = outcomeTone, outcomeIcon
	return []widget.Column[flow.Row]{
		at, user, what(136), outcome,
		column("purpose", 136, true, func(r flow.Row) string { return r.Purpose }),
		column("file", 132, false, func(r flow.Row) string { return r.File }),
		column("workstation", 96, false, func(r flow.Row) string { return s.words.workstation(r) }),
	}
}

// near is how close to the end of what has been read a row is drawn when the
// next page is fetched.
const near = 20

// paged is the rows read so far; drawing one near the end asks for more.
type paged struct {
	rows []flow.Row
	more func()
}

func (p paged) Len() int { return len(p.rows) }

func (p paged) Row(i int) flow.Row {
	if i >= len(p.rows)-near {
		p.more()
	}
	return p.rows[i]
}

// Object implements screen.Screen.
func (s *Screen) Object() fyne.CanvasObject { return s.page }

// Shown implements screen.Screen.
func (s *Screen) Shown() {
	foot := s.l.T("monitor.foot." + s.kind)
	if !s.flow.Everywhere() {
		foot = s.l.T("monitor.foot.department") + " " + foot
	}
	s.foot.SetText(foot)
	s.flow.Open()
	s.filter.show(s.flow.State().Filter)
	s.filter.first()
}

// Hidden implements screen.Screen.
func (s *Screen) Hidden() {}

// Receive takes what another page hands over: an app.User, to show only what
// he did; a string is words to be searched for. Anything else changes nothing.
func (s *Screen) Receive(with any) {
	f := flow.Filter{}
	switch x := with.(type) {
	case app.User:
		f.User, f.Username = x.ID, x.Username
	case string:
		f.Words = x
	default:
		return
	}
	s.filter.show(f)
	s.flow.Search(f)
}

// Key implements screen.Screen: Ctrl+F goes to the filters, F5 reads again, Esc
// closes the detail, then clears the filters.
func (s *Screen) Key(name fyne.KeyName, modifier fyne.KeyModifier) bool {
	st := s.flow.State()
	switch {
	case modifier == fyne.KeyModifierControl && name == fyne.KeyF:
		s.filter.first()
	case modifier == 0 && name == fyne.KeyF5:
		s.flow.Reload()
	case modifier == 0 && name == fyne.KeyEscape && st.Selected != "":
		s.close()
	case modifier == 0 && name == fyne.KeyEscape && st.Filter != (flow.Filter{}):
		s.filter.reset()
	default:
		return false
	}
	return true
}

func (s *Screen) close() {
	s.table.Select(-1)
	s.flow.Select("")
	s.filter.first()
}

// refresh shows the state of the flow. It runs on the window's goroutine.
func (s *Screen) refresh() {
	st := s.flow.State()
	s.words.names = st.Names
	if s.filter.refresh(st.Filter, st.Errors) {
		s.page.Refresh()
	}
	s.list(st)
	s.subtitle(st)
	s.show(st)
}

func (s *Screen) subtitle(st flow.State) {
	text := s.l.T("monitor.subtitle." + s.kind)
	switch {
	case st.Loading && st.Loaded:
		text = s.l.T("archive.updating")
	case st.More:
		text += " · " + s.l.T("monitor.count.more."+s.kind, "count", s.l.Number(len(st.Rows)))
	case len(st.Rows) > 0:
		text += " · " + s.l.N("monitor.count."+s.kind, len(st.Rows))
	}
	s.page.SetSubtitle(text)
}

func (s *Screen) list(st flow.State) {
	switch {
	case st.Err != nil && st.Away:
		s.table.SetState(widget.Failed(s.l.T("archive.away"), s.l.T("monitor.away.text"), s.l.T("list.again"), s.flow.Reload))
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
		s.table.SetState(widget.Empty(s.l.T("monitor.empty.filtered."+s.kind), s.l.T("list.clear"), s.filter.reset))
	case len(st.Rows) == 0:
		s.table.SetState(widget.Empty(s.l.T("monitor.empty."+s.kind), "", nil))
	default:
		if s.table.State().Kind != widget.StateReady {
			s.table.SetState(widget.Ready())
		}
	}
	rows := paged{rows: st.Rows, more: s.flow.More}
	if len(st.Rows) == len(s.rows) && (len(s.rows) == 0 || &st.Rows[0] == &s.rows[0]) {
		if s.named != st.Named {
			s.named = st.Named
			s.table.UpdateRows(rows)
		}
		return
	}
	longer := len(s.rows) > 0 && len(st.Rows) >= len(s.rows) && st.Rows[0].ID == s.rows[0].ID && st.Rows[len(s.rows)-1].ID == s.rows[len(s.rows)-1].ID
	s.rows, s.named = st.Rows, st.Named
	if longer {
		s.table.UpdateRows(rows)
		return
	}
	s.table.SetRows(rows)
	for i, r := range st.Rows {
		if r.ID == st.Selected {
			s.table.Select(i)
		}
	}
}

// show builds the pane when what is selected has changed.
func (s *Screen) show(st flow.State) {
	now := detail{}
	row, ok := st.Row()
	if ok {
		now = detail{id: row.ID, named: st.Named, only: st.Filter.User}
	}
	if now == s.detail {
		return
	}
	s.detail = now
	s.body.Objects[1].Hide()
	if ok {
		s.body.Objects[1].Show()
		s.pane.Objects = []fyne.CanvasObject{view.Scroll(s.content(row, st))}
		s.pane.Refresh()
	}
	view.Settle(s.body)
	s.page.Refresh()
}
