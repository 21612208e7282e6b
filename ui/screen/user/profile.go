package user

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"indagor/app"
	flow "indagor/ui/flow/user"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// profile is the right of the editor.
type profile struct {
	rule     *widget.ChipSet
	add      *widget.Picker  // a workstation to the list
	only     *widget.ChipSet // the list; what is unticked leaves it
	service  *widget.ChipSet
	types    *widget.ChipSet
	scope    *widget.ChipSet
	group    *widget.Picker
	approval *widget.ChipSet
	silence  *widget.TextField
	route
	enrichment, household *bulk
	purposes              *widget.ChipSet
	absent                *widget.Label // why there are no purposes

	purposesOf app.ID // whose purposes are offered

	visure *fyne.Container // what only the service has
	offer  *fyne.Container // the services
	what   *fyne.Container // the purposes
}

// route is the way to ANPR of one service.
type route struct {
	way      *widget.ChipSet
	mediator *widget.Picker
}

// bulk is one service on lists.
type bulk struct {
	route
	service *widget.ChipSet
	scope   *widget.ChipSet
	body    *fyne.Container // what only the service has
}

func (e *editor) chip(prefix, id string) widget.Chip {
	return widget.Chip{ID: id, Text: e.s.t(prefix + id)}
}

// switched is whether a service is enabled.
func (e *editor) switched() *widget.ChipSet {
	return e.chips("user.visure", false, widget.Chip{ID: "on", Text: e.s.t("user.visure.on")}, widget.Chip{ID: "off", Text: e.s.t("user.visure.off")})
}

func (e *editor) makeRoute() route {
	return route{
		e.chips("user.way", false, e.chip("way.", string(app.WayMediator)), e.chip("way.", string(app.WayOperator))),
		e.pick("user.mediator", "user.mediator.choose", "user.mediator.none"),
	}
}

func (e *editor) makeBulk() *bulk {
	b := &bulk{route: e.makeRoute(), service: e.switched()}
	b.scope = e.chips("user.scope", false, e.chip("scope.", string(app.ScopeOwn)), e.chip("scope.", string(app.ScopeNational)))
	b.body = widget.VBox(theme.Space8, b.scope, b.way, b.mediator)
	return b
}

func (e *editor) makeProfile() fyne.CanvasObject {
	t := e.s.t
	e.rule = e.chips("user.workstations.rule", false,
		e.chip("workstation.rule.", string(app.WorkstationsAuthorised)), e.chip("workstation.rule.", string(app.WorkstationsFree)))
	e.only = e.chips("user.workstations.only", true)
	e.only.Hint = t("user.workstations.only.hint")
	e.only.OnChanged = func([]string) {
		e.list(ids(e.only)) // what was unticked leaves
		e.changed()
	}
	e.add = widget.NewPicker(t("user.workstations.add"), e.find)
	e.add.SearchText, e.add.EmptyText, e.add.Placeholder = t("user.workstations.search"), t("user.workstations.any"), t("user.workstations.any")
	e.add.OnChanged = func(c widget.Choice, ok bool) {
		if !ok {
			return
		}
		e.add.Clear()
		listed := ids(e.only)
		if id := app.ID(c.ID); !slices.Contains(listed, id) {
			listed = append(listed, id)
		}
		e.list(listed)
		e.changed()
	}

	e.service = e.switched()
	e.route = e.makeRoute()
	var types []widget.Chip
	for _, spec := range app.VisuraSpecs {
		types = append(types, e.chip("visura.type.", string(spec.Type)))
	}
	e.types = e.chips("user.types", true, types...)
	e.types.Required = true
	e.scope = e.chips("user.scope", false, e.chip("scope.", string(app.ScopeOwn)), e.chip("scope.", string(app.ScopeGroup)), e.chip("scope.", string(app.ScopeNational)))
	var groups []widget.Choice
	for _, g := range e.c.Groups {
		groups = append(groups, widget.Choice{ID: string(g.ID), Text: g.Name, Secondary: e.s.l.N("group.comuni", len(g.Comuni))})
	}
	e.group = e.pick("user.group", "user.group.choose", "user.group.none", groups...)
	e.approval = e.chips("user.approval", false, e.chip("approval.", string(app.ApprovalNone)), e.chip("approval.", string(app.ApprovalManual)), e.chip("approval.", string(app.ApprovalTacit)))
	e.silence = widget.NewTextField(t("user.silence"))
	e.silence.Required, e.silence.ReserveHelp, e.silence.Hint = true, true, t("user.silence.hint")
	e.silence.SetMaxLength(4)
	e.silence.OnChanged = func(string) { e.changed() }
	e.silence.OnSubmitted = func(string) { e.submit() }
	e.enrichment, e.household = e.makeBulk(), e.makeBulk()
	e.purposes = e.chips("", true)
	e.purposes.Required = true
	e.absent = widget.NewText("")
	e.fill()

	e.visure = widget.VBox(theme.Space8, e.types, e.scope, e.group, e.approval, e.silence, e.way, e.mediator)
	section := func(key string, parts ...fyne.CanvasObject) fyne.CanvasObject {
		what := widget.NewSecondary(t(key + ".what"))
		what.Wrap = true
		return widget.Section(t(key), widget.VBox(theme.Space8, append([]fyne.CanvasObject{what}, parts...)...))
	}
	e.offer = widget.VBox(theme.Space12, section("user.group.visure", e.service, e.visure),
		section("user.enrichment", e.enrichment.service, e.enrichment.body),
		section("user.household", e.household.service, e.household.body))
	e.what = widget.Section(t("user.purposes"), widget.VBox(theme.Space4, e.purposes, e.absent))
	from := widget.NewButtonWith(widget.ButtonSecondary, t("user.copy"), theme.IconCopy, e.copyFrom)
	return widget.VBox(theme.Space12, widget.HBox(0, from, widget.Spacer()),
		widget.Section(t("user.workstations"), widget.VBox(theme.Space8, e.rule, e.only, e.add)), e.offer, e.what)
}

// fill puts the draft into the fields of the profile.
func (e *editor) fill() {
	d := e.draft
	service := func(c *widget.ChipSet, on bool) { c.SetSelected(map[bool]string{true: "on", false: "off"}[on]) }
	way := func(r route, kind app.WayKind, mediator app.ID) {
		r.way.SetSelected(string(kind))
		r.mediator.SetChoices(e.mediators(mediator)...)
		if !r.mediator.SetSelectedID(string(mediator)) {
			r.mediator.Clear()
		}
	}
	e.rule.SetSelected(string(d.Rule))
	e.list(d.Workstations)
	service(e.service, d.Visure)
	way(e.route, d.Way, d.Mediator)
	e.types.SetSelected(texts(d.Types)...)
	e.scope.SetSelected(string(d.Scope))
	if !e.group.SetSelectedID(string(d.Group)) {
		e.group.Clear()
	}
	e.approval.SetSelected(string(d.Approval))
	e.silence.SetText(d.Silence)
	for b, x := range map[*bulk]flow.Bulk{e.enrichment: d.Enrichment, e.household: d.Household} {
		service(b.service, x.On)
		way(b.route, x.Way, x.Mediator)
		b.scope.SetSelected(string(x.Scope))
	}
	e.offerPurposes()
	e.purposes.SetSelected(texts(d.Purposes)...)
}

func texts[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// mediators are the choices of a Mediator. The one that he has stays a choice,
// also where the caller may not know him.
func (e *editor) mediators(has app.ID) []widget.Choice {
	choices := e.s.people(e.c, e.c.Mediators(), e.draft.Before.ID)
	if has != "" && !slices.ContainsFunc(choices, func(c widget.Choice) bool { return c.ID == string(has) }) {
		name := e.c.Person(has)
		if name == "" {
			name = e.s.t("user.mediator.other")
		}
		choices = append(choices, widget.Choice{ID: string(has), Text: name})
	}
	return choices
}

// find searches the workstations by name and office.
func (e *editor) find(query string) []widget.Choice {
	query = strings.ToLower(strings.TrimSpace(query))
	var choices []widget.Choice
	for _, w := range e.c.Workstations {
		if slices.Contains(e.draft.Workstations, w.ID) || !strings.Contains(strings.ToLower(w.Name+" "+w.Office), query) {
			continue
		}
		choices = append(choices, widget.Choice{ID: string(w.ID), Text: w.Name, Secondary: w.Office})
		if len(choices) == 50 {
			break
		}
	}
	return choices
}

// list shows the workstations that are listed, all ticked.
func (e *editor) list(ids []app.ID) {
	var chips []widget.Chip
	for _, id := range ids {
		name := e.c.Workstation(id)
		if name == "" {
			name = e.s.t("user.workstation_unknown")
		}
		chips = append(chips, widget.Chip{ID: string(id), Text: name})
	}
	e.only.SetChips(chips...)
	e.only.SetSelected(texts(ids)...)
}

// offerPurposes offers the purposes of the department; what is chosen stays if
// it is among them. One that was withdrawn may only be taken away.
func (e *editor) offerPurposes() {
	var chips []widget.Chip
	for _, p := range e.c.PurposesOf(e.draft.Department, e.draft.Before.Profile.Purposes) {
		text := p.Name
		if p.Withdrawn {
			text = e.s.t("user.purposes.withdrawn", "name", p.Name)
		}
		chips = append(chips, widget.Chip{ID: string(p.ID), Text: text})
	}
	e.purposes.SetChips(chips...)
	e.purposesOf = e.draft.Department
}

func (b *bulk) take() flow.Bulk {
	return flow.Bulk{On: one(b.service) == "on", Way: app.WayKind(one(b.way)), Mediator: picked(b.mediator), Scope: app.ScopeKind(one(b.scope))}
}

func (e *editor) takeProfile() {
	d := &e.draft
	d.Rule = app.WorkstationRule(one(e.rule))
	d.Workstations = ids(e.only)
	d.Visure = one(e.service) == "on"
	d.Way, d.Mediator = app.WayKind(one(e.way)), picked(e.mediator)
	d.Types = nil
	for _, id := range e.types.Selected() {
		d.Types = append(d.Types, app.VisuraType(id))
	}
	d.Scope, d.Group = app.ScopeKind(one(e.scope)), picked(e.group)
	d.Approval, d.Silence = app.ApprovalKind(one(e.approval)), e.silence.Text()
	d.Enrichment, d.Household = e.enrichment.take(), e.household.take()
	d.Purposes = ids(e.purposes)
}

func ids(c *widget.ChipSet) []app.ID {
	var out []app.ID
	for _, id := range c.Selected() {
		out = append(out, app.ID(id))
	}
	return out
}

func (e *editor) arrangeProfile() {
	d := &e.draft
	operative := d.Role.Operative()
	listed := !operative || d.Rule == app.WorkstationsAuthorised // an administrator has no other rule
	setVisible(e.rule, operative)
	setVisible(e.only, listed && len(d.Workstations) > 0)
	setVisible(e.add, listed)
	setVisible(e.offer, operative)
	setVisible(e.visure, d.Visure)
	setVisible(e.mediator, d.Way == app.WayMediator)
	setVisible(e.group, d.Scope == app.ScopeGroup)
	setVisible(e.approval, d.Role != app.RoleStandardPS)
	setVisible(e.silence, d.Role != app.RoleStandardPS && d.Approval == app.ApprovalTacit)
	for b, x := range map[*bulk]flow.Bulk{e.enrichment: d.Enrichment, e.household: d.Household} {
		setVisible(b.body, x.On)
		setVisible(b.mediator, x.Way == app.WayMediator)
		e.explain(b.way, "way.")
		e.explain(b.scope, "scope.")
	}
	e.explain(e.rule, "workstation.rule.")
	e.explain(e.way, "way.")
	e.explain(e.scope, "scope.")
	e.explain(e.approval, "approval.")

	if e.purposesOf != d.Department {
		e.offerPurposes()
		d.Purposes = ids(e.purposes)
	}
	setVisible(e.what, operative && d.Serves())
	some := len(e.c.PurposesOf(d.Department, d.Before.Profile.Purposes)) > 0
	setVisible(e.purposes, some)
	setVisible(e.absent, !some)
	if d.Department == "" {
		e.absent.SetText(e.s.t("user.purposes.department"))
	} else {
		e.absent.SetText(e.s.t("user.purposes.none"))
	}
}

// explain says below a set of chips what the one chosen means.
func (e *editor) explain(c *widget.ChipSet, prefix string) {
	hint := ""
	if id := one(c); id != "" {
		hint = e.s.t(prefix + id + ".means")
	}
	if hint != c.Hint {
		c.Hint = hint
		c.Refresh()
	}
}

func (e *editor) profileTargets() []target {
	ts := []target{aimChips("profile.workstations", e.rule), aimChips("profile.workstation_ids", e.only), aim("profile.workstation_ids", e.add)}
	if e.draft.Role.Operative() { // else not in view
		if e.draft.Visure {
			ts = append(ts, aimChips("profile.visure.types", e.types),
				aimChips("profile.visure.scope.kind", e.scope), aim("profile.visure.scope.group", e.group),
				aimChips("profile.visure.approval.kind", e.approval), aim("profile.visure.approval.silence_hours", e.silence),
				aimChips("profile.visure.way.kind", e.way), aim("profile.visure.way.mediator", e.mediator))
		}
		for _, b := range []struct {
			path string
			on   bool
			*bulk
		}{{"profile.enrichment.", e.draft.Enrichment.On, e.enrichment}, {"profile.household.", e.draft.Household.On, e.household}} {
			if b.on {
				ts = append(ts, aimChips(b.path+"scope.kind", b.scope), aimChips(b.path+"way.kind", b.way), aim(b.path+"way.mediator", b.mediator))
			}
		}
		ts = append(ts, aimChips("profile.purposes", e.purposes))
	}
	return ts
}
