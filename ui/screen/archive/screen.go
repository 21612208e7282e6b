package archive

import (
	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	flow "indagor/ui/flow/archive"
	"indagor/ui/flow/visura"
	"indagor/ui/screen"
	"indagor/ui/screen/listing"
	view "indagor/ui/screen/visura"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Screen is the page of the archive.
type Screen struct {
	*listing.Page[flow.Filter, wire.VisuraSummary, wire.Visura]
	host  screen.Host
	flow  *flow.Flow
	l     *language.Language
	offer func([]app.Purpose)
	open  *widget.Button
	save  *widget.Button
}

var _ screen.Screen = (*Screen)(nil)

// New builds the page. It must be called on the window's goroutine.
func New(host screen.Host, f *flow.Flow) *Screen {
	l := host.Language()
	s := &Screen{host: host, flow: f, l: l}
	fresh := func() { host.Go(screen.Visure, nil) }
	s.Page = listing.New(listing.Parts[flow.Filter, wire.VisuraSummary, wire.Visura]{
		Place: screen.Archive, Host: host, Flow: f.Flow, Title: l.T("archive.title"), Subtitle: l.T("archive.subtitle"), Name: l.T("archive.list"),
		Words: listing.Words{
			Count:   func(n int) string { return l.N("archive.count", n) },
			First:   func(n int) string { return l.T("archive.count.more", "count", l.Number(n)) },
			Loading: l.T("archive.loading"), Empty: l.T("archive.empty"), EmptyAction: l.T("archive.new"), OnEmpty: fresh,
			Filtered: l.T("archive.empty.filtered"), Away: l.T("archive.away.text"), Cached: l.T("archive.cached.text"), Reading: l.T("archive.detail.loading"),
		},
		Columns: s.columns(), Head: s.lists(), Filter: s.filters(), Search: l.T("archive.search"),
		Primary: widget.NewPrimary(l.T("archive.new"), theme.IconAdd, fresh),
		Draw:    func(flow.State) { s.offer(f.Purposes()) },
		Open:    f.Open, Detail: s.detail, Broken: s.broken, Key: s.key,
	})
	return s
}

func (s *Screen) columns() []widget.Column[wire.VisuraSummary] {
	l := s.l
	return []widget.Column[wire.VisuraSummary]{
		{ID: "date", Title: l.T("archive.column.date"), Width: 126, Sortable: true, Text: func(v wire.VisuraSummary) string { return l.Moment(v.Created) }, Compare: func(a, b wire.VisuraSummary) int { return a.Created.Compare(b.Created) }},
		{ID: "person", Title: l.T("archive.column.person"), Width: 150, Grow: true, Sortable: true, Text: func(v wire.VisuraSummary) string {
			return visura.SubjectText(l, v.Subject, visura.DisplayName(v))
		}},
		{ID: "type", Title: l.T("archive.column.type"), Width: 122, Sortable: true, Text: func(v wire.VisuraSummary) string { return l.T("visura.type." + string(v.Type)) }},
		{ID: "outcome", Title: l.T("archive.column.outcome"), Width: 206, Sortable: true, Text: func(v wire.VisuraSummary) string {
			if v.State != app.VisuraDone {
				return l.T("visura.state." + string(v.State))
			}
			return l.T("outcome." + string(v.Outcome))
		}, Tone: func(v wire.VisuraSummary) theme.Tone {
			if v.State != app.VisuraDone {
				return theme.Information
			}
			return view.Tone(visura.WeightOf(v.Outcome))
		}, Icon: func(v wire.VisuraSummary) theme.IconName {
			if v.State != app.VisuraDone {
				return theme.IconClock
			}
			return view.Icon(visura.WeightOf(v.Outcome))
		}},
		{ID: "purpose", Title: l.T("archive.column.purpose"), Width: 168, Sortable: true, Text: func(v wire.VisuraSummary) string { return v.PurposeName }},
		{ID: "file", Title: l.T("archive.column.file"), Width: 132, Sortable: true, Text: func(v wire.VisuraSummary) string { return v.FileReference }},
	}
}

// Receive takes what another page hands over: a string is a person, by code,
// ANPR id or words of the name, or else a part of a file reference, to be
// searched for; an app.ID is a visura to be shown. Anything else changes
// nothing.
func (s *Screen) Receive(with any) {
	switch x := with.(type) {
	case string:
		f := flow.Filter{File: x}
		if flow.IsPerson(x) {
			f = flow.Filter{Person: x}
		}
		s.Search(f)
	case app.ID:
		s.flow.Select(x)
	}
}

// key: Ctrl+P opens the document.
func (s *Screen) key(name fyne.KeyName, modifier fyne.KeyModifier) bool {
	if modifier != fyne.KeyModifierControl || name != fyne.KeyP || !s.flow.State().DetailReady {
		return false
	}
	s.document(s.open, view.FormatPDF, s.host.OpenDocument)
	return true
}

// detail is a visura as it was answered.
func (s *Screen) detail(row wire.VisuraSummary, st flow.State) listing.Detail {
	v := st.Detail
	if !st.DetailReady {
		v.VisuraSummary = row
	}
	d := listing.Detail{Title: visura.SubjectText(s.l, v.Subject, visura.DisplayName(v.VisuraSummary))}
	if !st.DetailReady {
		return d
	}
	if st.DetailCached {
		note := widget.NewText(s.l.T("archive.detail.cached"))
		note.TextSize, note.Role = theme.TextSecondary, theme.ColorQuiet
		d.Body = append(d.Body, note)
	}
	verdict := visura.Verdict{Weight: visura.WeightPlain, What: s.l.T("archive.running"), Means: []string{s.l.T("archive.running.text")}}
	switch {
	case v.State == app.VisuraDone:
		verdict = visura.Judge(s.l, v)
	case v.State == app.VisuraWaiting && v.Approval != nil:
		verdict = visura.Awaited(s.l, *v.Approval, s.flow.Now())
	}
	d.Body = append(d.Body, s.buttons(v, st.DetailCached), view.Answer(s.host, v, verdict), view.Evidence(s.host, v))
	return d
}

// broken is what stands in the pane while neither the server nor this machine
// has the visura: what the list tells of it.
func (s *Screen) broken(row wire.VisuraSummary, st flow.State) []fyne.CanvasObject {
	if !st.DetailAway {
		return nil
	}
	return []fyne.CanvasObject{
		widget.NewNotice(widget.NoticeParts{Tone: theme.Warning, Title: s.l.T("list.away"), Text: s.l.T("archive.detail.away")}),
		widget.NewRule(), view.Evidence(s.host, wire.Visura{VisuraSummary: row}),
	}
}

// buttons are what can be done with a visura; its document is made by the
// server and cannot be had while that is away.
func (s *Screen) buttons(v wire.Visura, cached bool) fyne.CanvasObject {
	row := widget.Flow(theme.Space8)
	s.open, s.save = nil, nil
	if v.State == app.VisuraDone {
		if !cached {
			s.open = widget.NewButtonWith(widget.ButtonSecondary, s.l.T("visura.pdf"), theme.IconDocument, func() { s.document(s.open, view.FormatPDF, s.host.OpenDocument) })
			s.save = view.SaveButton(s.l, func(format string) {
				s.document(s.save, format, func(name string, content []byte) { s.host.SaveDocument(name, content, nil) })
			})
			row.Objects = append(row.Objects, s.open, s.save)
		}
		row.Add(widget.NewButtonWith(widget.ButtonSecondary, s.l.T("visura.copy"), theme.IconCopy, func() { view.Copy(s.host, v) }))
	}
	row.Add(widget.NewButtonWith(widget.ButtonSecondary, s.l.T("archive.repeat"), theme.IconPerson, func() {
		s.host.Go(screen.Visure, visura.Again(v.VisuraSummary))
	}))
	return row
}

func (s *Screen) document(b *widget.Button, format string, then func(string, []byte)) {
	if b == nil || b.Busy() {
		return
	}
	b.SetBusy(true)
	s.flow.Document(format, s.l.Name(), func(name string, content []byte) {
		fyne.Do(func() { b.SetBusy(false) })
		if content != nil {
			then(name, content)
		}
	})
}
