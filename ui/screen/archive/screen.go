package archive

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"indagor/app"
	"indagor/app/codicefiscale"
	"indagor/app/language"
	"indagor/sync/wire"
	flow "indagor/ui/flow/archive"
	"indagor/ui/flow/visura"
	"indagor/ui/screen"
	view "indagor/ui/screen/visura"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Screen is the page of the archive.
type Screen struct {
	host screen.Host
	flow *flow.Flow
	l    *language.Language

	page    *widget.Page
	filter  *filter
	table   *widget.Table[wire.VisuraSummary]
	body    *fyne.Container // table and pane
	pane    *fyne.Container // stack: what is selected
	open    *widget.Button
	save    *widget.Button
	visible bool

	rows   []wire.VisuraSummary
	detail detail
	notice bool
}

// detail is what the pane has been built for.
type detail struct {
	id      app.ID
	loading bool
	ready   bool
	cached  bool
	state   app.VisuraState
	err     error
}

var _ screen.Screen = (*Screen)(nil)

// New builds the page. It must be called on the window's goroutine.
func New(host screen.Host, f *flow.Flow) *Screen {
	l := host.Language()
	s := &Screen{host: host, flow: f, l: l, pane: container.NewStack()}
	s.filter = newFilter(l, f.Today, func(x flow.Filter) { f.Search(x) })
	s.table = widget.NewTable(l.T("archive.list"), s.columns()...)
	s.table.OnSelect = func(_ int, v wire.VisuraSummary) { f.Select(v.ID) }
	s.table.OnOpen = func(_ int, v wire.VisuraSummary) { f.Select(v.ID) }
	s.table.OnCopied = func(string) { host.Toast(l.T("archive.copied")) }
	s.body = view.Beside(s.table, s.pane)
	s.body.Objects[1].Hide()
	refresh := widget.NewButtonWith(widget.ButtonSecondary, l.T("archive.refresh"), theme.IconRefresh, f.Reload)
	fresh := widget.NewPrimary(l.T("archive.new"), theme.IconAdd, func() { host.Go(screen.Visure, nil) })
	s.page = widget.NewPage(widget.PageParts{
		Title: l.T("archive.title"), Subtitle: l.T("archive.subtitle"),
		Actions: []fyne.CanvasObject{refresh}, Primary: fresh, Filter: s.filter.line, Body: s.body,
	})
	f.Watch(func() { fyne.Do(s.refresh) }, host.Fail)
	s.refresh()
	return s
}

func (s *Screen) columns() []widget.Column[wire.VisuraSummary] {
	l := s.l
	return []widget.Column[wire.VisuraSummary]{
		{ID: "date", Title: l.T("archive.column.date"), Width: 126, Text: func(v wire.VisuraSummary) string { return l.Moment(v.Created) }},
		{ID: "person", Title: l.T("archive.column.person"), Width: 150, Grow: true, Text: func(v wire.VisuraSummary) string {
			return visura.SubjectText(l, v.Subject, visura.DisplayName(v))
		}},
		{ID: "type", Title: l.T("archive.column.type"), Width: 122, Text: func(v wire.VisuraSummary) string { return l.T("visura.type." + string(v.Type)) }},
		{ID: "outcome", Title: l.T("archive.column.outcome"), Width: 206, Text: func(v wire.VisuraSummary) string {
			if v.State == app.VisuraRunning {
				return l.T("archive.running")
			}
			return l.T("outcome." + string(v.Outcome))
		}, Tone: func(v wire.VisuraSummary) theme.Tone {
			if v.State == app.VisuraRunning {
				return theme.Information
			}
			return view.Tone(visura.WeightOf(v.Outcome))
		}, Icon: func(v wire.VisuraSummary) theme.IconName {
			if v.State == app.VisuraRunning {
				return theme.IconClock
			}
			return view.Icon(visura.WeightOf(v.Outcome))
		}},
		{ID: "purpose", Title: l.T("archive.column.purpose"), Width: 168, Text: func(v wire.VisuraSummary) string { return v.PurposeName }},
		{ID: "file", Title: l.T("archive.column.file"), Width: 132, Text: func(v wire.VisuraSummary) string { return v.FileReference }},
	}
}

// near is how close to the end of what has been read a row is drawn when the
// next page is fetched.
const near = 20

// paged is the rows read so far; drawing one near the end asks for more.
type paged struct {
	rows []wire.VisuraSummary
	more func()
}

func (p paged) Len() int { return len(p.rows) }

func (p paged) Row(i int) wire.VisuraSummary {
	if i >= len(p.rows)-near {
		p.more()
	}
	return p.rows[i]
}

// Object implements screen.Screen.
func (s *Screen) Object() fyne.CanvasObject { return s.page }

// Shown implements screen.Screen.
func (s *Screen) Shown() {
	s.visible = true
	s.filter.purposes(s.flow.Purposes())
	s.flow.Open()
	s.filter.show(s.flow.State().Filter, nil)
	s.filter.first()
}

// Hidden implements screen.Screen.
func (s *Screen) Hidden() { s.visible = false }

// Receive takes what another page hands over: a string is a fiscal code, or
// else a part of a file reference, to be searched for; an app.ID is a visura to
// be shown. Anything else changes nothing.
func (s *Screen) Receive(with any) {
	switch x := with.(type) {
	case string:
		f := flow.Filter{File: x}
		if codicefiscale.Check(x) == nil {
			f = flow.Filter{FiscalCode: codicefiscale.Normalize(x)}
		}
		s.filter.show(f, nil)
		s.flow.Search(f)
	case app.ID:
		s.flow.Select(x)
	}
}

// Key implements screen.Screen: Ctrl+F goes to the filters, F5 reads again,
// Ctrl+P opens the document, Esc closes the detail, then clears the filters.
func (s *Screen) Key(name fyne.KeyName, modifier fyne.KeyModifier) bool {
	st := s.flow.State()
	switch {
	case modifier == fyne.KeyModifierControl && name == fyne.KeyF:
		s.filter.first()
	case modifier == fyne.KeyModifierControl && name == fyne.KeyP && st.DetailReady:
		s.document(s.open, s.host.OpenDocument)
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
	s.filter.refuse(st.Errors)
	s.list(st)
	s.subtitle(st)
	if st.Cached != s.notice {
		s.notice = st.Cached
		if st.Cached {
			s.page.SetNotice(widget.NewNotice(widget.NoticeParts{
				Tone: theme.Warning, Title: s.l.T("archive.cached"),
				Text: s.l.T("archive.cached.text"), Action: s.l.T("archive.retry"), OnAction: s.flow.Reload,
			}))
		} else {
			s.page.SetNotice(nil)
		}
		s.page.Refresh() // the notice knows its lines only after it was laid out once
	}
	s.show(st)
}

func (s *Screen) subtitle(st flow.State) {
	text := s.l.T("archive.subtitle")
	switch {
	case st.Loading && st.Loaded:
		text = s.l.T("archive.updating")
	case st.More:
		text += " · " + s.l.T("archive.count.more", "count", s.l.Number(len(st.Rows)))
	case len(st.Rows) > 0:
		text += " · " + s.l.N("archive.count", len(st.Rows))
	}
	s.page.SetSubtitle(text)
}

func (s *Screen) list(st flow.State) {
	switch {
	case st.Err != nil && st.Away:
		s.table.SetState(widget.Failed(s.l.T("archive.away"), s.l.T("archive.away.text"), s.l.T("archive.retry"), s.flow.Reload))
	case st.Err != nil:
		e := s.l.Error(st.Err)
		more := e.Means + " " + e.Who
		if st.Ref != "" {
			more += "\n" + s.l.T("visura.reference") + ": " + st.Ref
		}
		s.table.SetState(widget.Failed(e.What, more, s.l.T("archive.retry"), s.flow.Reload))
	case !st.Loaded:
		s.table.SetState(widget.Loading(s.l.T("archive.loading")))
	case len(st.Rows) == 0 && st.Filter != (flow.Filter{}):
		s.table.SetState(widget.Empty(s.l.T("archive.empty.filtered"), s.l.T("archive.clear"), s.filter.reset))
	case len(st.Rows) == 0:
		s.table.SetState(widget.Empty(s.l.T("archive.empty"), s.l.T("archive.new"), func() { s.host.Go(screen.Visure, nil) }))
	default:
		if s.table.State().Kind != widget.StateReady {
			s.table.SetState(widget.Ready())
		}
	}
	if len(st.Rows) == len(s.rows) && (len(s.rows) == 0 || &st.Rows[0] == &s.rows[0]) {
		return
	}
	longer := len(s.rows) > 0 && len(st.Rows) >= len(s.rows) && st.Rows[0].ID == s.rows[0].ID && st.Rows[len(s.rows)-1].ID == s.rows[len(s.rows)-1].ID
	s.rows = st.Rows
	rows := paged{rows: st.Rows, more: s.flow.More}
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
	now := detail{id: st.Selected, loading: st.DetailLoading, ready: st.DetailReady, cached: st.DetailCached, state: st.Detail.State, err: st.DetailErr}
	if now == s.detail {
		return
	}
	s.detail = now
	s.body.Objects[1].Hide()
	if st.Selected != "" {
		s.body.Objects[1].Show()
		s.pane.Objects = []fyne.CanvasObject{view.Scroll(s.content(st))}
		s.pane.Refresh()
	}
	view.Settle(s.body)
	s.page.Refresh()
}

func (s *Screen) content(st flow.State) fyne.CanvasObject {
	v := st.Detail
	if !st.DetailReady {
		v = wire.Visura{}
		for _, r := range st.Rows {
			if r.ID == st.Selected {
				v.VisuraSummary = r
			}
		}
	}
	heading := widget.NewHeading(visura.SubjectText(s.l, v.Subject, visura.DisplayName(v.VisuraSummary)))
	heading.Truncate, heading.Wrap = false, true
	shut := widget.NewIconButton(s.l.T("archive.close"), theme.IconClose, s.close)
	head := widget.HBoxTop(theme.Space8, widget.Expand(heading), shut)
	column := widget.VBox(theme.Space12, head)
	switch {
	case st.DetailLoading:
		column.Add(widget.NewStatePane(widget.Loading(s.l.T("archive.detail.loading"))))
		return column
	case st.DetailErr != nil && st.DetailAway:
		column.Add(widget.NewNotice(widget.NoticeParts{Tone: theme.Warning, Title: s.l.T("archive.away"), Text: s.l.T("archive.detail.away")}))
		column.Add(widget.NewRule())
		column.Add(view.Evidence(s.host, v))
		return column
	case st.DetailErr != nil:
		e := s.l.Error(st.DetailErr)
		column.Add(widget.NewErrorPanel(widget.ErrorParts{
			What: e.What, Means: e.Means, Who: e.Who, ReferenceLabel: s.l.T("visura.reference"),
			Reference: st.DetailRef, CopyText: s.l.T("visura.copy"), Retry: s.l.T("archive.retry"), OnRetry: func() { s.flow.Select(st.Selected) },
		}))
		return column
	}
	if st.DetailCached {
		note := widget.NewText(s.l.T("archive.detail.cached"))
		note.TextSize, note.Role = theme.TextSecondary, theme.ColorQuiet
		column.Add(note)
	}
	column.Add(s.buttons(v, st.DetailCached))
	verdict := visura.Verdict{Weight: visura.WeightPlain, What: s.l.T("archive.running"), Means: []string{s.l.T("archive.running.text")}}
	if v.State == app.VisuraDone {
		verdict = visura.Judge(s.l, v)
	}
	column.Add(view.Answer(s.host, v, verdict))
	column.Add(view.Evidence(s.host, v))
	return column
}

// buttons are what can be done with a visura; its document is made by the
// server and cannot be had while that is away.
func (s *Screen) buttons(v wire.Visura, cached bool) fyne.CanvasObject {
	row := widget.Flow(theme.Space8)
	s.open, s.save = nil, nil
	if v.State == app.VisuraDone {
		if !cached {
			s.open = widget.NewButtonWith(widget.ButtonSecondary, s.l.T("visura.pdf"), theme.IconDocument, func() { s.document(s.open, s.host.OpenDocument) })
			s.save = widget.NewButtonWith(widget.ButtonSecondary, s.l.T("visura.save"), theme.IconSave, func() { s.document(s.save, s.host.SaveDocument) })
			row.Objects = append(row.Objects, s.open, s.save)
		}
		row.Add(widget.NewButtonWith(widget.ButtonSecondary, s.l.T("visura.copy"), theme.IconCopy, func() { view.Copy(s.host, v) }))
	}
	row.Add(widget.NewButtonWith(widget.ButtonSecondary, s.l.T("archive.repeat"), theme.IconPerson, func() {
		s.host.Go(screen.Visure, visura.Again(v.VisuraSummary))
	}))
	return row
}

func (s *Screen) document(b *widget.Button, then func(string, []byte)) {
	if b == nil || b.Busy() {
		return
	}
	b.SetBusy(true)
	s.flow.Document(s.l.Name(), func(name string, content []byte) {
		fyne.Do(func() { b.SetBusy(false) })
		if content != nil {
			then(name, content)
		}
	})
}
