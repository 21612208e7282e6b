package user

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"indagor/app"
	"indagor/sync/wire"
	flow "indagor/ui/flow/user"
	"indagor/ui/screen/listing"
	"indagor/ui/screen/modal"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// copying is the dialog in which the user is chosen whose profile is taken
// over, and in which it is seen beforehand what changes.
type copying struct {
	e      *editor
	dialog *modal.Dialog
	search *widget.TextField
	table  *widget.Table[app.User]
	shows  *fyne.Container
	take   *widget.Button
	asked  int // number of the question
	next   *flow.Draft
}

const copyRows = 50

// copyFrom opens the dialog.
func (e *editor) copyFrom() {
	e.changed()
	s := e.s
	c := &copying{e: e, shows: container.NewStack(widget.NewSecondary(s.t("user.copy.choose")))}
	c.search = widget.NewTextField("")
	c.search.Placeholder = s.t("user.copy.search")
	c.search.Refresh() // the icon draws the input, which must know its words by then
	c.search.SetIcon(theme.IconSearch)
	c.search.SetMaxLength(100)
	c.search.OnChanged = func(string) { c.ask() }
	c.search.OnSubmitted = func(string) { s.focus(c.table) }
	c.table = widget.NewTable(s.t("user.copy"),
		widget.Column[app.User]{ID: "name", Title: s.t("user.full_name"), Width: 160, Grow: true, Text: flow.ByName},
		widget.Column[app.User]{ID: "where", Title: s.t("user.where"), Width: 160, Grow: true, Text: s.place},
		widget.Column[app.User]{ID: "services", Title: s.t("user.services"), Width: 160, Grow: true, Text: func(u app.User) string { return flow.Services(s.l, u) }})
	c.table.OnSelect = func(_ int, u app.User) { c.show(u) }
	c.take = widget.NewPrimary(s.t("user.copy.take"), theme.IconCopy, c.takeOver)
	c.take.Hide()
	c.dialog = modal.Show(s.Host.Window().Canvas(), modal.Parts{
		Title: s.t("user.copy.title"), Width: 640,
		Body:    widget.VBox(theme.Space12, c.search, widget.Sized(0, 150, c.table), widget.Sized(0, 190, c.shows)),
		Buttons: []fyne.CanvasObject{widget.NewButton(s.t("shell.cancel"), func() { c.dialog.Close() }), c.take},
		First:   func() { s.focus(c.search) },
	})
	c.ask()
}

// ask lists the users who are found, operators for an operator and ADMINs for
// an ADMIN.
func (c *copying) ask() {
	s := c.e.s
	c.asked++
	asked := c.asked
	in := wire.UsersInput{Assigned: true}
	if !c.e.draft.Role.Operative() {
		in = wire.UsersInput{Role: c.e.draft.Role}
	}
	in.Search, in.Limit = strings.TrimSpace(c.search.Text()), copyRows+1 // he himself may be among them
	if c.table.Selected() < 0 {
		c.table.SetState(widget.Loading(s.t("list.loading")))
	}
	s.Go(func() {
		list, err := s.Desk.Users(s.Context, in)
		s.Do(func() {
			if asked != c.asked || !c.dialog.IsOpen() {
				return
			}
			if err != nil {
				c.table.SetState(widget.Failed(s.t("list.failed"), s.Say(err).What, s.t("list.again"), c.ask))
				return
			}
			var found []app.User
			for _, u := range list.Items {
				if u.ID != c.e.draft.Before.ID && len(found) < copyRows {
					found = append(found, u)
				}
			}
			if len(found) == 0 {
				c.table.SetState(widget.Empty(s.t("users.none_filtered"), "", nil))
			} else {
				c.table.SetState(widget.Ready())
			}
			c.table.UpdateRows(widget.SliceRows[app.User](found))
		})
	})
}

// show says what would change, before anything does.
func (c *copying) show(u app.User) {
	s, e := c.e.s, c.e
	draft, left := e.draft.Copy(u, e.c)
	differences := flow.Differences(s.l, e.draft, draft, e.c)
	parts := []fyne.CanvasObject{widget.NewHeading(s.t("user.copy.changes", "name", u.FullName()))}
	var fields []widget.Field
	for _, d := range differences {
		before, after := d.Before, d.After
		if before == "" {
			before = s.t("user.copy.nothing")
		}
		if after == "" {
			after = s.t("user.copy.nothing")
		}
		fields = append(fields, widget.Field{Label: d.What, Value: s.t("user.copy.change", "before", before, "after", after)})
	}
	if len(fields) > 0 {
		parts = append(parts, widget.NewFields(u.FullName(), widget.FieldGroup{Fields: fields}))
	} else {
		parts = append(parts, widget.NewText(s.t("user.copy.same")))
	}
	var notices []string
	for _, l := range left {
		notices = append(notices, s.t("user.copy.left."+string(l.Why), "names", strings.Join(l.Names, ", ")))
	}
	if len(notices) > 0 {
		parts = append(parts, widget.NewNotice(widget.NoticeParts{Tone: theme.Warning, Title: s.t("user.copy.left"), Text: strings.Join(notices, " ")}))
	}
	c.shows.Objects = []fyne.CanvasObject{container.NewVScroll(listing.Pane(widget.VBox(theme.Space8, parts...)))}
	c.shows.Refresh()
	c.next = &draft
	setVisible(c.take, len(fields) > 0)
	c.dialog.Refresh()
}

// takeOver puts the profile into the form; nothing is saved yet.
func (c *copying) takeOver() {
	if c.next == nil {
		return
	}
	e := c.e
	e.draft = *c.next
	e.filling = true
	e.fill()
	e.hours(e.draft)
	e.filling = false
	c.dialog.Close()
	e.changed()
	e.s.Host.Toast(e.s.t("user.copy.done"))
}
