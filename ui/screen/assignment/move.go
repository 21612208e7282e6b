package assignment

import (
	"reflect"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	flow "indagor/ui/flow/assignment"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// mover is the preview of a move, and what runs it.
type mover struct {
	s    *Screen
	flow *flow.Mover
	page *widget.Page

	to        *widget.Picker
	purposes  *widget.ChipSet
	mediator  *widget.Picker
	anywhere  *widget.ChipSet
	terms     *fyne.Container
	second    *fyne.Container // the line of mediator and anywhere
	table     *widget.Table[wire.PlannedMove]
	send      *widget.Button
	drop      *widget.Button
	drawn     flow.State
	drawing   bool
	said      string // by the notice
	mediating []wire.Mediator
}

func newMover(s *Screen, f *flow.Mover, n int) *mover {
	m := &mover{s: s, flow: f}
	from := ""
	title := s.l.N("assignments.move.title", n)
	if f.From() != "" {
		from = s.names.Admin(f.From())
		title = s.t("assignments.move.title.all", "admin", from)
	}
	var choices []widget.Choice
	for _, a := range s.names.Admins {
		if a.Enabled && a.ID != f.From() {
			choices = append(choices, widget.Choice{ID: string(a.ID), Text: flow.FullName(a), Secondary: s.names.Departments[a.Department]})
		}
	}
	m.to = widget.NewSelect(s.t("assignments.to"), choices...)
	m.to.Placeholder = s.t("user.admin.choose")
	m.to.OnChanged = func(c widget.Choice, ok bool) {
		if ok && !m.drawing {
			f.Choose(app.ID(c.ID))
		}
	}
	m.purposes = widget.NewChipSet(s.t("assignments.purposes"), true)
	m.purposes.OnChanged = func(ids []string) {
		m.set(func(t *wire.MoveTerms) {
			t.Purposes = nil
			for _, id := range ids {
				t.Purposes = append(t.Purposes, app.ID(id))
			}
		})
	}
	m.mediator = widget.NewSelect(s.t("assignments.mediator"))
	m.mediator.Placeholder = s.t("assignments.mediator.keep")
	m.mediator.OnChanged = func(c widget.Choice, _ bool) {
		m.set(func(t *wire.MoveTerms) { t.Mediator = app.ID(c.ID) })
	}
	m.anywhere = widget.NewChipSet(s.t("assignments.workstations"), true, widget.Chip{ID: "any", Text: s.t("assignments.workstations.any")})
	m.anywhere.OnChanged = func(ids []string) {
		m.set(func(t *wire.MoveTerms) { t.AnyWorkstation = len(ids) > 0 })
	}
	m.second = widget.HBoxTop(theme.Space16, widget.Sized(320, 0, m.mediator), m.anywhere)
	m.terms = widget.VBox(theme.Space12, m.purposes, m.second)
	m.terms.Hide()
	m.table = widget.NewTable(
		s.t("assignments.preview"),
		widget.Column[wire.PlannedMove]{ID: "name", Title: s.t("assignments.operator"), Width: 120, Grow: true, Text: func(x wire.PlannedMove) string { return x.Name }},
		widget.Column[wire.PlannedMove]{ID: "from", Title: s.t("assignments.from"), Width: 104, Grow: true, Text: func(x wire.PlannedMove) string {
			return strings.TrimSuffix(x.AdminName+" · "+s.names.Departments[x.Department], " · ")
		}},
		widget.Column[wire.PlannedMove]{ID: "outcome", Title: s.t("assignments.outcome"), Width: 192, Grow: true, Text: m.outcome, Tone: m.tone},
	)
	m.table.OnSelect = func(_ int, x wire.PlannedMove) { m.explain(x) }
	m.send = widget.NewPrimary(s.l.N("assignments.move", n), theme.IconSwap, f.Run)
	m.send.Disable()
	m.drop = widget.NewButton(s.t("assignments.drop"), f.Drop)
	m.drop.Hide()
	cancel := widget.NewButton(s.t("shell.cancel"), s.back)
	m.page = widget.NewPage(widget.PageParts{
		Title: title, Subtitle: s.t("assignments.move.subtitle"), Actions: []fyne.CanvasObject{cancel, m.drop}, Primary: m.send,
		Filter: widget.VBox(theme.Space12, widget.HBox(0, widget.Sized(420, 0, m.to)), m.terms), Body: m.table,
	})
	m.table.SetState(widget.Empty(s.t("assignments.move.choose"), "", nil))
	if len(choices) == 0 {
		m.table.SetState(widget.Empty(s.t("user.move.none"), "", nil))
	}
	f.Watch(func() { s.Do(m.draw) })
	return m
}

// set changes the terms, unless it is the program that changed the input.
func (m *mover) set(change func(*wire.MoveTerms)) {
	if !m.drawing {
		m.flow.Set(change)
	}
}

func (m *mover) focus() { m.s.Host.Window().Canvas().Focus(m.to.Focusable()) }

// outcome is what becomes of an operator, in a line.
func (m *mover) outcome(x wire.PlannedMove) string {
	if refusals := flow.Refusals(m.s.l, x); len(refusals) > 0 {
		return strings.Join(refusals, " ")
	}
	if changes := flow.Changes(m.s.l, x); len(changes) > 0 {
		return strings.Join(changes, " ")
	}
	return m.s.t("assignments.fits")
}

func (m *mover) tone(x wire.PlannedMove) theme.Tone {
	switch {
	case len(x.Refusals) > 0:
		return theme.Danger
	case len(flow.Changes(m.s.l, x)) > 0:
		return theme.Warning
	}
	return theme.Success
}

// explain says all that there is to say of one operator's move.
func (m *mover) explain(x wire.PlannedMove) {
	s := m.s
	body := []fyne.CanvasObject{widget.NewHeading(x.Name)}
	refusals := flow.Refusals(s.l, x)
	if len(refusals) > 0 {
		body = append(body, widget.NewNotice(widget.NoticeParts{Tone: theme.Danger, Title: s.t("assignments.refused"), Text: strings.Join(refusals, "\n")}))
	} else {
		body = append(body, widget.NewText(flow.Sees(s.l, m.drawn.Plan, x, s.names.Departments)))
	}
	for _, c := range flow.Changes(s.l, x) {
		body = append(body, widget.NewText(c))
	}
	if !x.Enabled {
		body = append(body, widget.NewSecondary(s.t("assignments.disabled")))
	}
	m.page.SetDetail(widget.VBox(theme.Space12, body...))
	m.page.Refresh()
}

// draw shows the state of the move.
func (m *mover) draw() {
	st := m.flow.State()
	if m.s.moving != m {
		return // it was left meanwhile
	}
	if st.Done {
		m.s.moved(st.Moved, st.Plan.AdminName)
		return
	}
	before := m.drawn
	m.drawn = st
	m.drawing = true
	defer func() { m.drawing = false }()
	m.send.SetBusy(st.Running)
	if st.Ready() {
		m.send.Enable()
	} else if !st.Running {
		m.send.Disable()
	}
	refused := st.Refused()
	m.drop.Hidden = !st.Planned || refused == 0 || refused == len(st.Plan.Moves)
	if st.Planned {
		m.send.SetText(m.s.l.N("assignments.move", len(st.Plan.Moves)))
	}
	m.ask(st, before)
	m.tell(st, refused)
	switch {
	case st.Loading && !st.Planned:
		m.table.SetState(widget.Loading(m.s.t("assignments.previewing")))
	case st.Planned && (!before.Planned || !reflect.DeepEqual(st.Plan, before.Plan)):
		m.table.SetState(widget.Ready())
		m.table.SetRows(widget.SliceRows[wire.PlannedMove](st.Plan.Moves))
		m.table.SetSelected(0)
		if len(st.Plan.Moves) > 0 {
			m.explain(st.Plan.Moves[0])
		}
	case !st.Planned && st.Err != nil:
		e := m.s.Say(st.Err)
		m.table.SetState(widget.Failed(e.What, strings.TrimSpace(e.Means+" "+e.Who), m.s.t("list.again"), m.flow.Preview))
	}
	m.page.Refresh()
}

// ask shows the inputs of the terms that there is a reason for.
func (m *mover) ask(st, before flow.State) {
	m.purposes.Hidden, m.mediator.Hidden, m.anywhere.Hidden = !st.NeedPurposes, !st.NeedMediator, !st.NeedWorkstation
	m.second.Hidden = !st.NeedMediator && !st.NeedWorkstation
	m.terms.Hidden = !st.NeedPurposes && !st.NeedMediator && !st.NeedWorkstation
	if !slices.Equal(st.Purposes, before.Purposes) {
		var chips []widget.Chip
		for _, p := range st.Purposes {
			chips = append(chips, widget.Chip{ID: string(p.ID), Text: p.Name})
		}
		m.purposes.SetChips(chips...)
	}
	if !slices.Equal(st.Mediators, m.mediating) {
		m.mediating = st.Mediators
		choices := []widget.Choice{{Text: m.s.t("assignments.mediator.keep")}}
		for _, x := range st.Mediators {
			u := app.User{Name: x.Name, Surname: x.Surname}
			choices = append(choices, widget.Choice{ID: string(x.ID), Text: u.FullName(), Secondary: m.s.names.Departments[x.Department]})
		}
		m.mediator.SetChoices(choices...)
	}
	if st.Admin != before.Admin { // the terms begin anew
		m.purposes.SetSelected()
		m.anywhere.SetSelected()
		m.mediator.SetSelectedID("")
	}
}

// tell says in the notice what the move would do, or what went wrong.
func (m *mover) tell(st flow.State, refused int) {
	s := m.s
	parts := widget.NoticeParts{}
	switch {
	case st.Err != nil && st.Planned:
		e := s.Say(st.Err)
		parts = widget.NoticeParts{Tone: theme.Danger, Title: e.What, Text: strings.TrimSpace(e.Means + " " + e.Who), Action: s.t("assignments.again"), OnAction: m.flow.Preview}
	case !st.Planned:
	case refused > 0:
		parts = widget.NoticeParts{Tone: theme.Warning, Title: s.l.N("assignments.refused.count", refused, "all", itoa(len(st.Plan.Moves))), Text: s.t("assignments.refused.text")}
	default:
		to := s.names.Departments[st.Plan.Department]
		parts = widget.NoticeParts{Tone: theme.Information, Title: s.t("assignments.effect", "admin", st.Plan.AdminName, "department", to), Text: s.t("assignments.effect.text")}
	}
	if said := parts.Title + parts.Text; said != m.said {
		m.said = said
		if parts.Title == "" {
			m.page.SetNotice(nil)
			return
		}
		m.page.SetNotice(widget.NewNotice(parts))
	}
}
