package assignment

import (
	"context"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	flow "indagor/ui/flow/assignment"
	"indagor/ui/flow/list"
	"indagor/ui/screen"
	"indagor/ui/screen/listing"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Options say what the page stands on.
type Options struct {
	Host    screen.Host
	Desk    flow.Desk
	Context context.Context               // ends with the session
	Say     func(error) language.Sentence // says an error, also one that is no answer of the server
	Lists   list.Options                  // what every list stands on
	Go      func(func())                  // runs what takes time; nil for a goroutine
	Do      func(func())                  // shows its result; nil for fyne.Do
}

// Screen is the page: the ADMINs at the left, the operators beside them; or the
// history, or a move, in their place.
type Screen struct {
	Options
	t func(string, ...string) string
	l *language.Language

	operators *flow.Operators
	page      *listing.Page[flow.Filter, app.User, []wire.Assignment]
	past      *listing.Page[flow.Span, wire.Assignment, struct{}]
	spans     *flow.History
	admins    *widget.Table[wire.AdminLoad]
	everybody *widget.Button  // moves all operators of the chosen ADMIN
	below     *fyne.Container // where it stands
	all       *fyne.Container
	main      fyne.CanvasObject

	names   flow.Names
	chosen  app.ID // the ADMIN whose operators are listed
	drawing bool
	moving  *mover // nil: none is being prepared
	inPast  bool
}

var _ screen.Screen = (*Screen)(nil)

// New returns the page.
func New(o Options) *Screen {
	if o.Go == nil {
		o.Go = func(f func()) { go f() }
	}
	if o.Do == nil {
		o.Do = fyne.Do
	}
	if o.Lists.Lost == nil {
		o.Lists.Lost = func(error) {}
	}
	s := &Screen{Options: o, t: o.Host.Language().T, l: o.Host.Language()}
	s.operators, s.spans = flow.NewOperators(o.Desk, o.Lists), flow.NewHistory(o.Desk, o.Lists)
	roles, _ := listing.Choice("", s.t("users.all"), 150, func(f *flow.Filter) *app.Role { return &f.Role },
		widget.Choice{ID: string(app.RoleStandard), Text: s.t("role.standard")}, widget.Choice{ID: string(app.RoleStandardPS), Text: s.t("role.standardps")})
	s.page = listing.New(listing.Parts[flow.Filter, app.User, []wire.Assignment]{
		Place: screen.Assignments, Host: o.Host, Flow: s.operators, Title: s.t("place.assignments"), Subtitle: s.t("assignments.subtitle"),
		Name: s.t("assignments.operators"),
		Words: listing.Words{
			Count: func(n int) string { return s.l.N("assignments.count", n) },
			First: func(n int) string { return s.l.T("assignments.count.more", "count", s.l.Number(n)) },
			Empty: s.t("assignments.none"), Filtered: s.t("assignments.none_filtered"),
		},
		Columns: []widget.Column[app.User]{
			{ID: "name", Title: s.t("assignments.operator"), Width: 150, Grow: true, Sortable: true, Text: func(u app.User) string { return u.Surname + " " + u.Name }},
			{ID: "admin", Title: s.t("user.admin"), Width: 130, Grow: true, Sortable: true, Text: func(u app.User) string { return s.names.Admin(u.Admin) }},
			{ID: "role", Title: s.t("user.role"), Width: 106, Sortable: true, Text: func(u app.User) string { return s.t("role." + string(u.Role)) }},
		},
		Filter:  [][]listing.Control[flow.Filter]{{listing.Search("", s.t("users.search"), 220, func(f *flow.Filter) *string { return &f.Search }), roles}},
		Actions: []fyne.CanvasObject{widget.NewButtonWith(widget.ButtonSecondary, s.t("assignments.history"), theme.IconHistory, s.showPast)},
		Detail:  s.detail, Rows: true, Do: o.Do, Open: s.open,
		Draw: func(st list.State[flow.Filter, app.User, []wire.Assignment]) { s.point(st.Filter.Admin) },
		Acts: func(marked []app.User) []fyne.CanvasObject {
			return []fyne.CanvasObject{widget.NewPrimary(s.l.N("assignments.move", len(marked)), theme.IconSwap, func() { s.move("", marked...) })}
		},
	})
	s.past = listing.New(listing.Parts[flow.Span, wire.Assignment, struct{}]{
		Place: screen.Assignments, Host: o.Host, Flow: s.spans, Title: s.t("assignments.history"), Subtitle: s.t("assignments.history.subtitle"),
		CSV:   s.t("assignments.file"),
		Words: listing.Words{Count: func(n int) string { return s.l.N("assignments.spans", n) }, Empty: s.t("assignments.history.none")},
		Columns: []widget.Column[wire.Assignment]{
			{ID: "operator", Title: s.t("assignments.operator"), Width: 140, Grow: true, Text: func(a wire.Assignment) string { return a.OperatorName }},
			{ID: "admin", Title: s.t("user.admin"), Width: 124, Grow: true, Text: func(a wire.Assignment) string { return a.AdminName }},
			{ID: "department", Title: s.t("user.department"), Width: 120, Grow: true, Text: func(a wire.Assignment) string { return s.names.Departments[a.Department] }},
			{ID: "since", Title: s.t("assignments.since"), Width: 126, Text: func(a wire.Assignment) string { return s.l.Moment(a.Since) }},
			{ID: "until", Title: s.t("assignments.until"), Width: 126, Text: s.until},
			{ID: "by", Title: s.t("assignments.by"), Width: 134, Grow: true, Text: s.by},
		},
		Actions: []fyne.CanvasObject{widget.NewButton(s.t("assignments.back"), s.back)},
		Rows:    true, Do: o.Do,
	})
	s.admins = widget.NewTable(s.t("assignments.admins"),
		widget.Column[wire.AdminLoad]{ID: "name", Title: s.t("user.admin"), Width: 140, Grow: true, Text: s.admin},
		widget.Column[wire.AdminLoad]{ID: "operators", Title: s.t("assignments.number"), Width: 56, Align: fyne.TextAlignTrailing, Text: func(a wire.AdminLoad) string { return s.l.Number(a.Operators) }},
	)
	s.admins.OnSelect = func(_ int, a wire.AdminLoad) {
		if !s.drawing && a.ID != s.chosen {
			f := s.operators.State().Filter
			f.Admin = a.ID
			s.page.Search(f)
		}
	}
	s.everybody = widget.NewButtonWith(widget.ButtonSecondary, s.t("assignments.move.all"), theme.IconSwap, func() { s.move(s.chosen) })
	s.below = widget.PadXY(0, theme.Space8, s.everybody)
	s.below.Hide()
	left := widget.Sized(216, 0, widget.PadXY(0, theme.Space16, widget.Frame(nil, nil, s.admins, nil, s.below)))
	s.main = widget.Frame(nil, widget.PadXY(theme.Space16, 0, left), s.page.Object(), nil, nil)
	s.all = container.NewStack(s.main)
	return s
}

// admin is what an ADMIN is called in the list at the left.
func (s *Screen) admin(a wire.AdminLoad) string {
	if a.ID == "" {
		return s.t("assignments.everybody")
	}
	name := a.Surname + " " + a.Name
	if !a.Enabled {
		name += " · " + s.t("user.state.off")
	}
	return name
}

func (s *Screen) until(a wire.Assignment) string {
	if a.Until == nil {
		return s.t("assignments.lasting")
	}
	return s.l.Moment(*a.Until)
}

func (s *Screen) by(a wire.Assignment) string {
	if a.ByName == "" {
		return s.t("monitor.console")
	}
	return a.ByName
}

// open reads the operators and who the ADMINs are.
func (s *Screen) open() {
	s.operators.Open()
	s.read()
}

func (s *Screen) read() {
	s.Go(func() {
		n, err := flow.ReadNames(s.Context, s.Desk)
		if err != nil {
			s.Lists.Lost(err) // the operators' list tells what is the matter
			return
		}
		s.Do(func() {
			s.names = n
			total := 0
			for _, a := range n.Admins {
				total += a.Operators
			}
			rows := append(widget.SliceRows[wire.AdminLoad]{{Operators: total}}, n.Admins...)
			s.drawing = true
			s.admins.UpdateRows(rows)
			s.drawing = false
			s.chosen = "?" // the row of the chosen one may have moved
			s.point(s.operators.State().Filter.Admin)
			s.page.Renew()
			s.past.Renew()
		})
	})
}

// point shows whose operators are listed.
func (s *Screen) point(admin app.ID) {
	if admin == s.chosen {
		return
	}
	rows := s.admins.Rows()
	for i := range rows.Len() {
		if a := rows.Row(i); a.ID == admin {
			s.chosen, s.drawing = admin, true
			s.admins.SetSelected(i)
			s.drawing = false
			s.below.Hidden = admin == "" || a.Operators == 0
			s.everybody.SetText(s.l.N("assignments.move.all", a.Operators))
			s.main.Refresh()
			return
		}
	}
}

// detail is an operator with the ADMINs that he had.
func (s *Screen) detail(u app.User, st list.State[flow.Filter, app.User, []wire.Assignment]) listing.Detail {
	d := listing.Detail{Title: u.FullName(), Status: s.t("role." + string(u.Role)), Tone: theme.Quiet}
	if !u.Enabled {
		d.Status += " · " + s.t("user.state.off")
	}
	d.Body = append(d.Body, widget.Flow(theme.Space8, widget.NewButtonWith(widget.ButtonSecondary, s.t("assignments.move.one"), theme.IconSwap, func() { s.move("", u) })))
	var groups []widget.FieldGroup
	for i, a := range st.Detail {
		key := "assignments.former"
		if i == 0 && a.Until == nil {
			key = "assignments.present"
		}
		groups = append(groups, widget.FieldGroup{Heading: s.t(key), Fields: []widget.Field{
			{Label: s.t("user.admin"), Value: a.AdminName},
			{Label: s.t("user.department"), Value: s.names.Departments[a.Department]},
			{Label: s.t("assignments.since"), Value: s.l.Moment(a.Since)},
			{Label: s.t("assignments.until"), Value: s.until(a)},
			{Label: s.t("assignments.by"), Value: s.by(a)},
		}})
	}
	fields := widget.NewFields(u.FullName(), groups...)
	fields.OnCopy = func(f widget.Field) { s.Host.Toast(s.t("shell.copied", "what", f.Label)) }
	d.Body = append(d.Body, fields)
	if len(st.Detail) >= 1 && u.Role.Monitored() {
		d.Body = append(d.Body, widget.NewText(s.t("assignments.when")))
	}
	return d
}

func (s *Screen) put(o fyne.CanvasObject) {
	s.all.Objects = []fyne.CanvasObject{o}
	s.all.Refresh()
}

func (s *Screen) showPast() {
	s.inPast = true
	s.put(s.past.Object())
	s.past.Search(flow.Span{Admin: s.operators.State().Filter.Admin})
	s.past.Shown()
}

// back shows the operators again.
func (s *Screen) back() {
	s.inPast, s.moving = false, nil
	s.put(s.main)
	s.page.Shown()
}

// move prepares the move of the operators or, with none, of all those of the
// ADMIN.
func (s *Screen) move(from app.ID, us ...app.User) {
	ids := make([]app.ID, len(us))
	for i, u := range us {
		ids[i] = u.ID
	}
	s.moving = newMover(s, flow.NewMover(s.Context, s.Desk, s.Go, s.Lists.Lost, from, ids...), len(us))
	s.put(s.moving.page)
	s.moving.focus()
}

// moved shows the lists as a move has left them.
func (s *Screen) moved(n int, to string) {
	s.Host.Toast(s.l.N("assignments.moved", n, "admin", to))
	s.operators.Mark()
	s.back()
	s.operators.Reload()
	s.read()
}

// Object implements screen.Screen.
func (s *Screen) Object() fyne.CanvasObject { return s.all }

// Shown implements screen.Screen.
func (s *Screen) Shown() {
	switch {
	case s.moving != nil:
		s.moving.focus()
	case s.inPast:
		s.past.Shown()
	default:
		s.page.Shown()
	}
}

// Hidden implements screen.Screen.
func (s *Screen) Hidden() {
	s.page.Hidden()
	s.past.Hidden()
}

// Refresh reads what is shown again; the shell calls it now and then.
func (s *Screen) Refresh() {
	if s.moving == nil && !s.inPast {
		s.page.Refresh()
		s.read()
	}
}

// Signalled implements screen.Hearer.
func (s *Screen) Signalled(kind app.SignalKind, _ app.ID) {
	if kind == app.SignalUsers || kind == app.SignalResync {
		s.Refresh()
	}
}

// Key implements screen.Screen.
func (s *Screen) Key(name fyne.KeyName, modifier fyne.KeyModifier) bool {
	switch {
	case s.moving != nil && name == fyne.KeyEscape:
		s.back()
	case s.moving != nil:
		return false
	case s.inPast && name == fyne.KeyEscape && s.spans.State().Selected == "":
		s.back()
	case s.inPast:
		return s.past.Key(name, modifier)
	default:
		return s.page.Key(name, modifier)
	}
	return true
}

func itoa(n int) string { return strconv.Itoa(n) }
