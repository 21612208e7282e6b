package approval

import (
	"slices"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	flow "indagor/ui/flow/approval"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// filter is the line of inputs that narrow the queue.
type filter struct {
	l      *language.Language
	search func(flow.Filter)
	now    flow.Filter

	line       *fyne.Container
	state      *widget.ChipSet
	words      *widget.TextField
	department *widget.Picker
	kind       *widget.Picker
	only       *widget.Button
	side       *fyne.Container
	known      []app.Department
	loading    bool
}

// The views of the queue.
const (
	viewWaiting = "waiting"
	viewSoon    = "soon"
	viewAll     = "all"
)

func newFilter(l *language.Language, search func(flow.Filter)) *filter {
	x := &filter{l: l, search: search}
	chips := []widget.Chip{{ID: viewWaiting, Text: l.T("approvals.view.waiting")}, {ID: viewSoon, Text: l.T("approvals.view.soon")}}
	for _, s := range []app.ApprovalState{app.ApprovalApproved, app.ApprovalSilent, app.ApprovalRefused} {
		chips = append(chips, widget.Chip{ID: string(s), Text: l.T("approvals.view." + string(s))})
	}
	chips = append(chips, widget.Chip{ID: viewAll, Text: l.T("approvals.view.all")})
	x.state = widget.NewChipSet("", false, chips...)
	x.state.SetSelected(viewWaiting)
	x.state.OnChanged = func(ids []string) {
		x.now.State, x.now.Soon = "", false
		switch ids[0] {
		case viewWaiting:
		case viewSoon:
			x.now.Soon = true
		default:
			x.now.State = app.ApprovalState(ids[0])
		}
		x.submit()
	}
	x.words = widget.NewTextField("")
	x.words.Placeholder = l.T("approvals.words")
	x.words.Refresh() // the icon draws the input, which must know its words by then
	x.words.SetIcon(theme.IconSearch)
	x.words.SetMaxLength(100)
	x.words.OnSubmitted = func(text string) {
		x.now.Words = text
		x.submit()
	}
	x.words.OnChanged = func(text string) {
		if text == "" && x.now.Words != "" {
			x.now.Words = ""
			x.submit()
		}
	}
	x.department = widget.NewSelect("", widget.Choice{ID: "", Text: l.T("approvals.department.all")})
	x.department.Placeholder = l.T("approvals.department.all")
	x.department.OnChanged = func(c widget.Choice, _ bool) {
		x.now.Department = app.ID(c.ID)
		x.submit()
	}
	types := []widget.Choice{{ID: "", Text: l.T("approvals.type.all")}}
	for _, s := range app.VisuraSpecs {
		types = append(types, widget.Choice{ID: string(s.Type), Text: l.T("visura.type." + string(s.Type))})
	}
	x.kind = widget.NewSelect("", types...)
	x.kind.Placeholder = l.T("approvals.type.all")
	x.kind.OnChanged = func(c widget.Choice, _ bool) {
		x.now.Type = app.VisuraType(c.ID)
		x.submit()
	}
	x.only = widget.NewButtonWith(widget.ButtonSecondary, "", theme.IconClose, func() {
		x.now.User, x.now.Username = "", ""
		x.submit()
	})
	x.side = widget.HBox(0, x.only, widget.Spacer())
	x.side.Hide()
	x.line = widget.VBox(theme.Space8, x.state,
		widget.HBox(theme.Space8, widget.Expand(x.words), widget.Sized(200, 0, x.department), widget.Sized(200, 0, x.kind)), x.side)
	return x
}

func (x *filter) submit() {
	if !x.loading {
		x.search(x.now)
	}
}

// apply sets the filter to one that came from elsewhere.
func (x *filter) apply(now flow.Filter) {
	x.now = now
	x.submit()
}

func (x *filter) reset() {
	x.loading = true
	x.words.SetText("")
	x.department.Clear()
	x.kind.Clear()
	x.state.SetSelected(viewWaiting)
	x.loading = false
	x.apply(flow.Filter{})
}

// refresh takes in the names of the departments and whom the list is narrowed
// to.
func (x *filter) refresh(st flow.State) {
	if !slices.EqualFunc(x.known, st.Departments, func(a, b app.Department) bool { return a.ID == b.ID && a.Name == b.Name }) {
		x.known = st.Departments
		choices := []widget.Choice{{ID: "", Text: x.l.T("approvals.department.all")}}
		for _, d := range st.Departments {
			choices = append(choices, widget.Choice{ID: string(d.ID), Text: d.Name})
		}
		x.loading = true
		x.department.SetChoices(choices...)
		x.loading = false
	}
	text := ""
	if st.Filter.User != "" {
		text = x.l.T("approvals.only.user", "user", st.Filter.Username)
	}
	if text != x.only.Text {
		x.only.SetText(text)
		x.side.Hidden = text == ""
	}
}

// first puts the cursor into the search.
func (x *filter) first() { x.words.Focus() }
