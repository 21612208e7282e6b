package approval

import (
	"slices"

	"indagor/app"
	flow "indagor/ui/flow/approval"
	"indagor/ui/screen/listing"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// viewSoon is the view of what silence ends soon; the others are called by the
// state that they show, what waits by none.
const viewSoon = "soon"

// filters are the views of the queue and the inputs that narrow it.
func (s *Screen) filters() [][]listing.Control[flow.Filter] {
	l := s.l
	views := []widget.Chip{{Text: l.T("approvals.view.waiting")}, {ID: viewSoon, Text: l.T("approvals.view.soon")}}
	for _, state := range []app.ApprovalState{app.ApprovalApproved, app.ApprovalSilent, app.ApprovalRefused, flow.AllStates} {
		views = append(views, widget.Chip{ID: string(state), Text: l.T("approvals.view." + string(state))})
	}
	var types []widget.Choice
	for _, spec := range app.VisuraSpecs {
		types = append(types, widget.Choice{ID: string(spec.Type), Text: l.T("visura.type." + string(spec.Type))})
	}
	where, offer := listing.Choice("", l.T("approvals.department.all"), 180, func(f *flow.Filter) *app.ID { return &f.Department })
	what, _ := listing.Choice("", l.T("approvals.type.all"), 170, func(f *flow.Filter) *app.VisuraType { return &f.Type }, types...)
	why, offerPurposes := listing.Choice("", l.T("approvals.purpose.all"), 180, func(f *flow.Filter) *app.ID { return &f.Purpose })
	rule, _ := listing.Choice("", l.T("approvals.rule.all"), 170, func(f *flow.Filter) *app.ApprovalKind { return &f.Rule },
		widget.Choice{ID: string(app.ApprovalManual), Text: l.T("approval." + string(app.ApprovalManual))}, widget.Choice{ID: string(app.ApprovalTacit), Text: l.T("approval." + string(app.ApprovalTacit))})
	s.departments, s.purposes = offer, offerPurposes
	return [][]listing.Control[flow.Filter]{
		{listing.Views(views, func(f flow.Filter) string {
			if f.Soon {
				return viewSoon
			}
			return string(f.State)
		}, func(f *flow.Filter, id string) {
			f.State, f.Soon = app.ApprovalState(id), id == viewSoon
			if f.Soon {
				f.State = ""
			}
		})},
		{
			listing.Search("", l.T("approvals.words"), 280, func(f *flow.Filter) *string { return &f.Words }), where, what, why, rule,
			listing.Only(theme.IconPerson, func(f flow.Filter) string {
				if f.User == "" {
					return ""
				}
				return l.T("approvals.only.user", "user", f.Username)
			}, func(f *flow.Filter) { f.User, f.Username = "", "" }),
		},
	}
}

// offer lets the queue be narrowed to one of the departments, or of the
// purposes; those of several departments that are called the same are told
// apart by the department.
func (s *Screen) offer(ds []app.Department, ps []app.Purpose) {
	names, alike := map[app.ID]string{}, map[string]int{}
	var departments, purposes []widget.Choice
	for _, d := range ds {
		names[d.ID] = d.Name
		departments = append(departments, widget.Choice{ID: string(d.ID), Text: d.Name})
	}
	for _, p := range ps {
		alike[p.Name]++
	}
	for _, p := range ps {
		text := p.Name
		if name := names[p.Department]; alike[p.Name] > 1 && name != "" {
			text += " · " + name
		}
		purposes = append(purposes, widget.Choice{ID: string(p.ID), Text: text})
	}
	if !slices.Equal(s.offered[0], departments) {
		s.offered[0] = departments
		s.departments(departments...)
	}
	if !slices.Equal(s.offered[1], purposes) {
		s.offered[1] = purposes
		s.purposes(purposes...)
	}
}
