package user

import (
	"indagor/app"
	flow "indagor/ui/flow/user"
	"indagor/ui/screen/listing"
	"indagor/ui/widget"
)

// narrow is the second line of the filter: how accounts stand, their services
// and departments, and folded below what is seldom asked for.
func (s *Screen) narrow() []listing.Control[flow.Filter] {
	var states, services, ways, rules []widget.Choice
	for _, x := range app.AccountStates {
		states = append(states, widget.Choice{ID: string(x), Text: s.t("users.state." + string(x))})
	}
	for _, x := range []app.Service{app.ServiceVisure, app.ServiceEnrichment, app.ServiceHousehold} {
		services = append(services, widget.Choice{ID: string(x), Text: s.t("users.service." + string(x))})
	}
	for _, x := range []app.WayKind{app.WayMediator, app.WayOperator} {
		ways = append(ways, widget.Choice{ID: string(x), Text: s.t("users.way." + string(x))})
	}
	for _, x := range []app.WorkstationRule{app.WorkstationsAuthorised, app.WorkstationsFree} {
		rules = append(rules, widget.Choice{ID: string(x), Text: s.t("users.rule." + string(x))})
	}
	state, _ := listing.Choice("", s.t("users.state.any"), 170, func(f *flow.Filter) *app.AccountState { return &f.State }, states...)
	service, _ := listing.Choice("", s.t("users.service.any"), 150, func(f *flow.Filter) *app.Service { return &f.Service }, services...)
	line := []listing.Control[flow.Filter]{state, service}
	if s.everywhere() {
		where, offer := listing.Choice("", s.t("users.departments.all"), 170, func(f *flow.Filter) *app.ID { return &f.Department })
		line, s.where = append(line, where), offer
	}
	office, offices := listing.Choice("", s.t("users.office.any"), 170, func(f *flow.Filter) *string { return &f.Office })
	mediator, mediators := listing.Choice("", s.t("users.mediator.any"), 190, func(f *flow.Filter) *app.ID { return &f.Mediator })
	way, _ := listing.Choice("", s.t("users.way.any"), 190, func(f *flow.Filter) *app.WayKind { return &f.Way }, ways...)
	rule, _ := listing.Choice("", s.t("users.rule.any"), 190, func(f *flow.Filter) *app.WorkstationRule { return &f.Workstations }, rules...)
	s.offices, s.mediators = offices, mediators
	seldom := []listing.Control[flow.Filter]{office, mediator}
	if s.everywhere() {
		admin, offer := listing.Choice("", s.t("users.admin.any"), 190, func(f *flow.Filter) *app.ID { return &f.Admin })
		seldom, s.admins = append(seldom, admin), offer
	}
	more := func(open bool, used int) string {
		switch {
		case open:
			return s.t("users.filters.fewer")
		case used > 0:
			return s.t("users.filters.used", "count", s.l.Number(used))
		}
		return s.t("users.filters.more")
	}
	return append(line, listing.Fold(more, append(seldom, way, rule)...))
}

// offer puts the names into the filter line that are known by now.
func (s *Screen) offer() {
	if s.where != nil {
		var departments []widget.Choice
		for _, d := range s.choices.Departments {
			departments = append(departments, widget.Choice{ID: string(d.ID), Text: d.Name})
		}
		s.where(departments...)
	}
	of := app.ID("")
	if !s.everywhere() {
		of = s.caller().Department
	}
	var offices []widget.Choice
	for _, name := range s.choices.AllOffices(of) {
		offices = append(offices, widget.Choice{ID: name, Text: name})
	}
	s.offices(offices...)
	s.mediators(s.people(s.choices, s.choices.Mediators(), "")...)
	if s.admins != nil {
		s.admins(s.people(s.choices, s.choices.Admins, "")...)
	}
}
