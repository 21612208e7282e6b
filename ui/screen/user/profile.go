package user

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// profile is the right of the editor.
type profile struct {
	rule     *widget.ChipSet
	add      *widget.Picker  // a workstation to the list
	only     *widget.ChipSet // the list; what is unticked leaves it
	service  *widget.ChipSet
	way      *widget.ChipSet
	mediator *widget.Picker
	types    *widget.ChipSet
	scope    *widget.ChipSet
	group    *widget.Picker
	approval *widget.ChipSet
	silence  *widget.TextField
	purposes *widget.ChipSet
	absent   *widget.Label // why there are no purposes

	purposesOf app.ID // whose purposes are offered

	visure *fyne.Container // what only the service has
	offer  *fyne.Container // the service
	what   *fyne.Container // the purposes
}

func (e *editor) makeProfile() fyne.CanvasObject {
	t, d := e.s.t, e.draft
	chip := func(prefix, id string) widget.Chip { return widget.Chip{ID: id, Text: t(prefix + id)} }
	e.rule = e.chips("user.workstations.rule", false,
		chip("workstation.rule.", string(app.WorkstationsAuthorised)), chip("workstation.rule.", string(app.WorkstationsFree)))
	e.rule.SetSelected(string(d.Rule))
	e.only = e.chips("user.workstations.only", true)
	e.only.Hint = t("user.workstations.only.hint")
	e.only.OnChanged = func([]string) {
		e.list(ids(e.only)) // what was unticked leaves
		e.changed()
	}
	e.list(d.Workstations)
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

	e.service = e.chips("user.visure", false, widget.Chip{ID: "on", Text: t("user.visure.on")}, widget.Chip{ID: "off", Text: t("user.visure.off")})
	e.service.SetSelected("off")
	if d.Visure {
		e.service.SetSelected("on")
	}
	e.way = e.chips("user.way", false, chip("way.", string(app.WayMediator)), chip("way.", string(app.WayOperator)))
	e.way.SetSelected(string(d.Way))
	mediators := e.s.people(e.c, e.c.Mediators(), d.Before.ID)
	if d.Mediator != "" && !slices.ContainsFunc(mediators, func(c widget.Choice) bool { return c.ID == string(d.Mediator) }) {
		// The one that he has stays a choice, also where the caller may not know him.
		name := e.c.Person(d.Mediator)
		if name == "" {
			name = t("user.mediator.other")
		}
		mediators = append(mediators, widget.Choice{ID: string(d.Mediator), Text: name})
	}
	e.mediator = e.pick("user.mediator", "user.mediator.choose", "user.mediator.none", mediators...)
	e.mediator.SetSelectedID(string(d.Mediator))
	var types []widget.Chip
	var chosen []string
	for _, spec := range app.VisuraSpecs {
		types = append(types, chip("visura.type.", string(spec.Type)))
	}
	for _, v := range d.Types {
		chosen = append(chosen, string(v))
	}
	e.types = e.chips("user.types", true, types...)
	e.types.Required = true
	e.types.SetSelected(chosen...)
	e.scope = e.chips("user.scope", false, chip("scope.", string(app.ScopeOwn)), chip("scope.", string(app.ScopeGroup)), chip("scope.", string(app.ScopeNational)))
	e.scope.SetSelected(string(d.Scope))
	var groups []widget.Choice
	for _, g := range e.c.Groups {
		groups = append(groups, widget.Choice{ID: string(g.ID), Text: g.Name})
	}
	e.group = e.pick("user.group", "user.group.choose", "user.group.none", groups...)
	e.group.SetSelectedID(string(d.Group))
	e.approval = e.chips("user.approval", false, chip("approval.", string(app.ApprovalNone)), chip("approval.", string(app.ApprovalManual)), chip("approval.", string(app.ApprovalTacit)))
	e.approval.SetSelected(string(d.Approval))
	e.silence = widget.NewTextField(t("user.silence"))
	e.silence.Required, e.silence.ReserveHelp, e.silence.Hint = true, true, t("user.silence.hint")
	e.silence.SetMaxLength(4)
	e.silence.SetText(d.Silence)
	e.silence.OnChanged = func(string) { e.changed() }
	e.silence.OnSubmitted = func(string) { e.submit() }
	e.follow(e.silence, e.silence)
	e.purposes = e.chips("", true)
	e.purposes.Required = true
	e.offerPurposes()
	stated := make([]string, 0, len(d.Purposes))
	for _, id := range d.Purposes {
		stated = append(stated, string(id))
	}
	e.purposes.SetSelected(stated...)
	e.absent = widget.NewText("")

	e.visure = widget.VBox(theme.Space8, e.types, e.scope, e.group, e.approval, e.silence, e.way, e.mediator)
	e.offer = widget.Section(t("user.group.visure"), widget.VBox(theme.Space8, e.service, e.visure))
	e.what = widget.Section(t("user.purposes"), widget.VBox(theme.Space4, e.purposes, e.absent))
	return widget.VBox(theme.Space12, widget.Section(t("user.workstations"), widget.VBox(theme.Space8, e.rule, e.only, e.add)), e.offer, e.what)
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
	var chosen []string
	for _, id := range ids {
		name := e.c.Workstation(id)
		if name == "" {
			name = e.s.t("user.workstation_unknown")
		}
		chips = append(chips, widget.Chip{ID: string(id), Text: name})
		chosen = append(chosen, string(id))
	}
	e.only.SetChips(chips...)
	e.only.SetSelected(chosen...)
}

// offerPurposes offers the purposes of the department; what is chosen stays if
// it is among them.
func (e *editor) offerPurposes() {
	var chips []widget.Chip
	for _, p := range e.c.PurposesOf(e.draft.Department) {
		chips = append(chips, widget.Chip{ID: string(p.ID), Text: p.Name})
	}
	e.purposes.SetChips(chips...)
	e.purposesOf = e.draft.Department
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

	if e.purposesOf != d.Department {
		e.offerPurposes()
		d.Purposes = ids(e.purposes)
	}
	bulk := d.Before.Profile.Enrichment != nil || d.Before.Profile.Household != nil
	setVisible(e.what, operative && (d.Visure || bulk))
	some := len(e.c.PurposesOf(d.Department)) > 0
	setVisible(e.purposes, some)
	setVisible(e.absent, !some)
	if d.Department == "" {
		e.absent.SetText(e.s.t("user.purposes.department"))
	} else {
		e.absent.SetText(e.s.t("user.purposes.none"))
	}
}

func (e *editor) profileTargets() []target {
	ts := []target{
		aimChips("profile.workstations", e.rule), aimChips("profile.workstation_ids", e.only), aimChips("profile.visure.types", e.types),
		aimChips("profile.visure.scope.kind", e.scope), aim("profile.visure.scope.group", e.group),
		aimChips("profile.visure.approval.kind", e.approval), aim("profile.visure.approval.silence_hours", e.silence),
		aimChips("profile.visure.way.kind", e.way), aim("profile.visure.way.mediator", e.mediator), aimChips("profile.purposes", e.purposes),
	}
	if !e.draft.Role.Operative() || !e.draft.Visure { // not in view
		ts = slices.DeleteFunc(ts, func(t target) bool { return strings.HasPrefix(t.name, "profile.visure.") })
	}
	return ts
}
