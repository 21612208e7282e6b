package archive

import (
	"fyne.io/fyne/v2"

	"indagor/app"
	flow "indagor/ui/flow/archive"
	"indagor/ui/flow/bulk"
	"indagor/ui/screen"
	"indagor/ui/screen/listing"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// filters are the inputs that narrow the archive. A choice is applied at once,
// a text with Enter.
func (s *Screen) filters() [][]listing.Control[flow.Filter] {
	l := s.l
	var types, outcomes []widget.Choice
	for _, spec := range app.VisuraSpecs {
		types = append(types, widget.Choice{ID: string(spec.Type), Text: l.T("visura.type." + string(spec.Type))})
	}
	for _, o := range app.Outcomes {
		outcomes = append(outcomes, widget.Choice{ID: string(o), Text: l.T("outcome." + string(o))})
	}
	all := l.T("archive.all")
	kind, _ := listing.Choice(l.T("archive.type"), all, 114, func(f *flow.Filter) *app.VisuraType { return &f.Type }, types...)
	outcome, _ := listing.Choice(l.T("archive.outcome"), all, 112, func(f *flow.Filter) *app.Outcome { return &f.Outcome }, outcomes...)
	purpose, offer := listing.Purposes(l.T("archive.purpose"), l.T("archive.all_purposes"), 112, func(f *flow.Filter) *app.ID { return &f.Purpose })
	s.offer = offer
	return [][]listing.Control[flow.Filter]{{
		listing.Refusable(l.T("archive.person"), l.T("archive.person.placeholder"), flow.FieldPerson, 148, 100, func(f *flow.Filter) *string { return &f.Person }),
		listing.Text(l.T("archive.file"), 104, 120, func(f *flow.Filter) *string { return &f.File }),
		kind, outcome, purpose,
		listing.Days(l, s.flow.Today, func(f *flow.Filter) *app.Day { return &f.From }, func(f *flow.Filter) *app.Day { return &f.Until }),
	}}
}

// lists are the ways to the archive of the services on lists, which stands on
// their own pages; the filter goes along. It is nil where none is enabled.
func (s *Screen) lists() fyne.CanvasObject {
	services := s.flow.Lists()
	if len(services) == 0 {
		return nil
	}
	line := widget.HBox(theme.Space8, widget.NewSecondary(s.l.T("archive.lists")))
	for _, service := range services {
		icon := theme.IconList
		if service == app.ServiceHousehold {
			icon = theme.IconPeople
		}
		line.Add(widget.NewButtonWith(widget.ButtonSecondary, s.l.T("place."+string(service)), icon, func() {
			s.host.Go(screen.Place(service), s.among(s.flow.State().Filter))
		}))
	}
	return line
}

// among is the filter as lists have it: of persons they know no names, and of
// types nothing.
func (s *Screen) among(f flow.Filter) bulk.Filter {
	out := bulk.Filter{Text: f.File, Outcome: f.Outcome, Purpose: f.Purpose, From: f.From, Until: f.Until}
	out.Person, _ = bulk.Named(f.Person)
	return out
}
