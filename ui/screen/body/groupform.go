package body

import (
	"strings"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/territory"
	flow "indagor/ui/flow/body"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// groupForm is a group of Comuni as it is being composed.
type groupForm struct {
	s        *Groups
	draft    flow.GroupDraft
	name     *widget.TextField
	add      *widget.Picker
	province *widget.Picker
	table    *widget.Table[territory.Comune]
	count    *widget.Label
	out      *widget.Button
	became   *widget.Notice
	touched  *widget.Notice
	wrong    mistake
	send     *widget.Button
	all      *fyne.Container
}

// edit opens the form for a group, or for a new one.
func (s *Groups) edit(c app.ConsortiumDetail) {
	l := s.Host.Language()
	f := &groupForm{s: s, draft: s.flow.Draft(c), wrong: newMistake()}
	f.name = widget.NewTextField(s.t("group.name"))
	f.name.Required, f.name.ReserveHelp = true, true
	f.name.SetMaxLength(100)
	f.name.SetText(c.Name)
	f.name.OnSubmitted = func(string) { f.submit() }

	f.add = widget.NewPicker(s.t("group.add"), f.find)
	f.add.Placeholder, f.add.SearchText, f.add.EmptyText = s.t("group.add.choose"), s.t("group.add.search"), s.t("group.add.none")
	f.add.OnChanged = func(choice widget.Choice, ok bool) {
		if !ok {
			return
		}
		f.add.Clear()
		s.flow.Add(&f.draft, choice.ID)
		f.show()
	}
	var provinces []widget.Choice
	for _, p := range s.flow.Provinces() {
		provinces = append(provinces, widget.Choice{ID: p.Code, Text: p.Code, Secondary: l.N("group.comuni", p.Comuni)})
	}
	f.province = widget.NewPicker(s.t("group.add.province"), func(query string) []widget.Choice {
		var found []widget.Choice
		for _, p := range provinces {
			if strings.HasPrefix(p.ID, strings.ToUpper(query)) {
				found = append(found, p)
			}
		}
		return found
	})
	f.province.Placeholder, f.province.SearchText, f.province.EmptyText = s.t("group.add.province.choose"), s.t("group.add.province.search"), s.t("group.add.none")
	f.province.OnChanged = func(choice widget.Choice, ok bool) {
		if !ok {
			return
		}
		f.province.Clear()
		n := s.flow.AddProvince(&f.draft, choice.ID)
		s.Host.Toast(l.N("group.added", n))
		f.show()
	}
	f.table = widget.NewTable(s.t("group.members"),
		widget.Column[territory.Comune]{ID: "name", Title: s.t("group.comune"), Width: 150, Grow: true, Text: func(c territory.Comune) string { return c.Name }},
		widget.Column[territory.Comune]{ID: "province", Title: s.t("group.province.short"), Width: 60, Text: func(c territory.Comune) string { return c.Province }},
		widget.Column[territory.Comune]{ID: "istat", Title: s.t("group.istat"), Width: 80, Text: func(c territory.Comune) string { return c.ISTAT }})
	f.table.Multiple = true
	f.table.OnMark = func() { f.marks() }
	f.count = widget.NewSecondary("")
	f.out = widget.NewButton(s.t("group.remove"), f.remove)
	f.became = widget.NewNotice(widget.NoticeParts{Tone: theme.Information, Title: s.t("group.ceased"), Text: "…"})
	f.touched = widget.NewNotice(widget.NoticeParts{Tone: theme.Warning, Title: s.t("group.touched"), Text: "…"})
	title, verb := s.t("groups.new"), s.t("group.make")
	if c.ID != "" {
		title, verb = s.t("group.edit.title", "name", c.Name), s.t("group.save")
	}
	f.send = widget.NewPrimary(verb, theme.IconSave, f.submit)
	f.all = s.form(title, f.send, s.leave, f.name, f.add, f.province,
		widget.HBox(theme.Space8, widget.Expand(f.count), f.out), widget.Sized(0, 230, f.table), f.wrong, f.became, f.touched)
	s.start.Hide()
	s.Occupy(f.all, s.leave)
	f.show()
	s.focus(f.name)
}

// find searches Comuni; of one that has ceased it says of which it is a part.
func (f *groupForm) find(query string) []widget.Choice {
	var choices []widget.Choice
	for _, p := range f.s.flow.Find(query) {
		c := widget.Choice{ID: p.Code, Text: p.Comune.Name, Secondary: p.Comune.Province}
		if p.Present.Name != "" {
			c.Secondary = f.s.t("group.add.ceased", "name", p.Present.Name)
		}
		choices = append(choices, c)
	}
	return choices
}

// show shows the draft.
func (f *groupForm) show() {
	l := f.s.Host.Language()
	f.table.UpdateRows(widget.SliceRows[territory.Comune](f.draft.Comuni))
	if len(f.draft.Comuni) == 0 {
		f.table.SetState(widget.Empty(f.s.t("group.empty"), "", nil))
	} else {
		f.table.SetState(widget.Ready())
	}
	f.count.SetText(l.N("group.comuni", len(f.draft.Comuni)))
	f.wrong.set("")
	f.became.Hidden = len(f.draft.Became) == 0
	f.became.SetText(f.s.became(f.draft))
	var gone, who []string
	for _, c := range f.s.flow.Removed(f.draft) {
		gone = append(gone, c.Name)
	}
	for _, u := range f.draft.Before.Users {
		who = append(who, u.Name)
	}
	f.touched.Hidden = len(gone) == 0 || len(who) == 0
	f.touched.SetText(l.N("group.touched.text", len(who), "comuni", shorten(gone, 10), "names", shorten(who, 10)))
	f.marks()
	f.s.Occupy(f.all, f.s.leave)
}

// shorten joins the first of many names.
func shorten(names []string, most int) string {
	if len(names) > most {
		names = append(names[:most:most], "…")
	}
	return strings.Join(names, ", ")
}

func (f *groupForm) marks() {
	f.out.Hidden = len(f.table.MarkedRows()) == 0
	f.out.Refresh()
}

// remove takes the marked Comuni out; until it is saved they can be added
// again.
func (f *groupForm) remove() {
	var codes []string
	for _, c := range f.table.MarkedRows() {
		codes = append(codes, c.ISTAT)
	}
	f.draft.Remove(codes...)
	f.show()
	f.s.focus(f.table)
}

func (f *groupForm) submit() {
	if f.send.Busy() {
		return
	}
	s := f.s
	f.draft.Name = f.name.Text()
	f.send.SetBusy(true)
	draft := f.draft
	s.Go(func() {
		saved, err := s.flow.Save(s.Context, draft)
		s.Do(func() {
			f.send.SetBusy(false)
			switch {
			case err == nil:
				s.leave()
				s.Host.Toast(s.t("group.saved", "name", saved.Name))
			case !s.blame(err, blamed{"name", f.name.SetError, f.name}, blamed{"comuni", f.wrong.set, f.add}):
				s.Host.Fail(err)
			}
		})
	})
}
