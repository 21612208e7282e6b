package archive

import (
	"slices"

	"indagor/app"
	flow "indagor/ui/flow/archive"
	"indagor/ui/screen/listing"
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
	outcome, _ := listing.Choice(l.T("archive.outcome"), all, 118, func(f *flow.Filter) *app.Outcome { return &f.Outcome }, outcomes...)
	purpose, offer := listing.Choice(l.T("archive.purpose"), l.T("archive.all_purposes"), 118, func(f *flow.Filter) *app.ID { return &f.Purpose })
	s.purposes = offer
	return [][]listing.Control[flow.Filter]{{
		listing.Refusable(l.T("archive.person"), l.T("archive.person.placeholder"), flow.FieldPerson, 148, 100, func(f *flow.Filter) *string { return &f.Person }),
		listing.Text(l.T("archive.file"), 110, 120, func(f *flow.Filter) *string { return &f.File }),
		kind, outcome, purpose,
		listing.Days(l, s.flow.Today, func(f *flow.Filter) *app.Day { return &f.From }, func(f *flow.Filter) *app.Day { return &f.Until }),
	}}
}

// offer lets the archive be narrowed to one of the purposes.
func (s *Screen) offer(ps []app.Purpose) {
	if s.offered != nil && slices.EqualFunc(s.offered, ps, func(a, b app.Purpose) bool { return a.ID == b.ID && a.Name == b.Name }) {
		return
	}
	s.offered = append([]app.Purpose{}, ps...)
	var choices []widget.Choice
	for _, p := range ps {
		choices = append(choices, widget.Choice{ID: string(p.ID), Text: p.Name})
	}
	s.purposes(choices...)
}
