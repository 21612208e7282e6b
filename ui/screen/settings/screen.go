package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"indagor/app"
	"indagor/app/language"
	flow "indagor/ui/flow/settings"
	"indagor/ui/screen"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Screen is the page.
type Screen struct {
	host screen.Host
	l    *language.Language
	t    func(string, ...string) string
	flow *flow.Flow

	page   *widget.Page
	body   *fyne.Container
	tabs   *widget.TabStrip
	save   *widget.Button
	reload *widget.Button
	scroll *container.Scroll
	groups map[string]fyne.CanvasObject
	order  []string
	inputs map[string]*input
	built  int // how many fields there are inputs for
	server *fyne.Container
	mail   *fyne.Container
	said   string // what the notice says
	listed string // what the detail says
	shown  bool
}

// group names of the page besides those of the fields.
const groupServer = "server"

// New returns the page.
func New(host screen.Host, f *flow.Flow) *Screen {
	l := host.Language()
	s := &Screen{host: host, l: l, t: l.T, flow: f, inputs: map[string]*input{}, groups: map[string]fyne.CanvasObject{}}
	s.save = widget.NewPrimary(s.t("settings.save"), theme.IconSave, f.Save)
	s.save.Disable()
	s.reload = widget.NewButtonWith(widget.ButtonSecondary, s.t("list.refresh"), theme.IconRefresh, f.Open)
	s.body = container.NewStack(widget.NewStatePane(widget.Loading(s.t("list.loading"))))
	s.order = append(append([]string{}, flow.Groups...), groupServer)
	tabs := make([]widget.Tab, len(s.order))
	for i, g := range s.order {
		tabs[i] = widget.Tab{ID: g, Text: s.t("settings.group." + g)}
	}
	s.tabs = widget.NewTabStrip(s.t("settings.groups"), tabs...)
	s.tabs.OnSelected = s.open
	s.page = widget.NewPage(widget.PageParts{
		Title: s.t("place.settings"), Subtitle: s.t("settings.subtitle"), Actions: []fyne.CanvasObject{s.reload}, Primary: s.save, Filter: s.tabs, Body: s.body,
	})
	f.Watch(func() { fyne.Do(s.draw) }, host.Fail, func() { host.Toast(s.t("settings.saved")) })
	return s
}

// Object implements screen.Screen.
func (s *Screen) Object() fyne.CanvasObject { return s.page }

// Shown implements screen.Screen: what was typed before is still there.
func (s *Screen) Shown() {
	s.shown = true
	s.flow.Open()
}

// Hidden implements screen.Screen.
func (s *Screen) Hidden() { s.shown = false }

// Key implements screen.Screen: Ctrl+S saves, F5 reads again.
func (s *Screen) Key(name fyne.KeyName, modifier fyne.KeyModifier) bool {
	switch {
	case name == fyne.KeyS && modifier == fyne.KeyModifierControl:
		s.flow.Save()
	case name == fyne.KeyF5 && modifier == 0:
		s.flow.Open()
	default:
		return false
	}
	return true
}

// draw shows the state.
func (s *Screen) draw() {
	st := s.flow.State()
	switch {
	case !st.Loaded && st.Err != nil:
		s.put(widget.NewStatePane(s.failed(st)))
	case !st.Loaded:
		s.put(widget.NewStatePane(widget.Loading(s.t("list.loading"))))
	default:
		if s.built != len(st.Fields) {
			s.build(st)
		}
		s.fill(st)
	}
	s.save.SetBusy(st.Saving)
	if on := st.Loaded && len(st.Changes) > 0; on == s.save.Disabled() {
		if on {
			s.save.Enable()
		} else {
			s.save.Disable()
		}
	}
	s.notice(st)
	s.changes(st)
}

func (s *Screen) put(o fyne.CanvasObject) {
	s.body.Objects = []fyne.CanvasObject{o}
	s.body.Refresh()
	s.page.Refresh()
}

func (s *Screen) failed(st flow.State) widget.State {
	if st.Away {
		return widget.Failed(s.t("list.away"), s.t("settings.away"), s.t("list.again"), s.flow.Open)
	}
	e := s.l.Error(st.Err)
	more := e.Who
	if st.Ref != "" {
		more += "\n" + s.t("shell.reference") + ": " + st.Ref
	}
	return widget.Failed(e.What, more, s.t("list.again"), s.flow.Open)
}

// build makes the inputs, group by group.
func (s *Screen) build(st flow.State) {
	s.built = len(st.Fields)
	rows := map[string][]fyne.CanvasObject{}
	for _, f := range st.Fields {
		in := s.newInput(f)
		s.inputs[f.ID] = in
		if f.Kind == flow.Quota && f.ID == firstQuota(st.Fields) {
			rows[f.Group] = append(rows[f.Group], widget.NewHeading(s.t("settings.quotas")), widget.NewText(s.t("settings.quotas.text")))
		}
		rows[f.Group] = append(rows[f.Group], in.row)
	}
	s.server, s.mail = widget.VBox(theme.Space12), widget.VBox(theme.Space12)
	rows["digest"] = append(rows["digest"], s.mail)
	rows[groupServer] = []fyne.CanvasObject{s.server}
	for _, g := range s.order {
		parts := append([]fyne.CanvasObject{widget.NewText(s.t("settings.group." + g + ".text"))}, rows[g]...)
		s.groups[g] = widget.VBox(theme.Space12, parts...)
	}
	s.scroll = container.NewVScroll(widget.VBox(0))
	s.put(s.scroll)
	s.open(s.tabs.Selected())
}

func firstQuota(fields []flow.Field) string {
	for _, f := range fields {
		if f.Kind == flow.Quota {
			return f.ID
		}
	}
	return ""
}

// open shows a group.
func (s *Screen) open(group string) {
	if s.scroll == nil {
		return // there is nothing to show yet
	}
	room := func(w float32) fyne.CanvasObject { return widget.Sized(w, 0, widget.NewBox("")) }
	s.scroll.Content = widget.Frame(nil, room(theme.Space4), s.groups[group], room(theme.Space12), nil)
	s.scroll.Offset = fyne.Position{}
	s.relayout()
}

// relayout gives the rows their heights: those of sentences follow from the
// width that they have got.
func (s *Screen) relayout() {
	s.page.Refresh()
	for range 2 { // once for the widths, once for the heights
		s.scroll.Content.Refresh()
		s.scroll.Refresh()
	}
}

// fill shows what is typed and what is wrong with it.
func (s *Screen) fill(st flow.State) {
	counts := map[string]int{}
	for _, c := range st.Changes {
		counts[c.Field.Group]++
	}
	for _, g := range s.order {
		s.tabs.SetCount(g, counts[g])
	}
	for _, f := range st.Fields {
		in := s.inputs[f.ID]
		in.show(st.Draft[f.ID])
		in.row.Hidden = f.Needs != "" && !st.Draft.On(f.Needs)
		in.blame(s.refusal(st.Errors, f.ID))
	}
	s.fillServer(st)
	s.fillMail(st)
	s.relayout()
}

func (s *Screen) refusal(es app.Errors, id string) string {
	for _, e := range es {
		if e.Field == id {
			return s.l.Field(e)
		}
	}
	return ""
}

// first opens the group of the first field that is wrong, and goes there.
func (s *Screen) first(st flow.State) {
	for _, f := range st.Fields {
		if in := s.inputs[f.ID]; s.refusal(st.Errors, f.ID) != "" && !in.row.Hidden {
			s.tabs.Select(f.Group)
			if w := s.host.Window(); w != nil && s.shown {
				w.Canvas().Focus(in.focus())
			}
			return
		}
	}
}

// notice tells that another TOP was first, or what is wrong.
func (s *Screen) notice(st flow.State) {
	said := ""
	var parts widget.NoticeParts
	switch {
	case len(st.Errors) > 0:
		said = s.l.N("settings.wrong", len(st.Errors))
		parts = widget.NoticeParts{Tone: theme.Danger, Title: said, Text: s.t("settings.wrong.text")}
	case st.Overtaken:
		parts = widget.NoticeParts{Tone: theme.Warning, Title: s.t("settings.overtaken"), Text: s.t("settings.overtaken.text")}
		for _, c := range st.Both {
			parts.Text += " " + s.t("settings.overtaken.both", "field", s.label(c.Field), "theirs", s.value(c.Field, c.Before), "mine", s.value(c.Field, c.After))
		}
		said = parts.Title + parts.Text
	case st.Loaded && st.Err != nil:
		e := s.l.Error(st.Err)
		parts = widget.NoticeParts{Tone: theme.Warning, Title: e.What, Text: s.t("settings.old"), Action: s.t("list.again"), OnAction: s.flow.Open}
		said = parts.Title
	}
	if said == s.said {
		return
	}
	s.said = said
	if said == "" {
		s.page.SetNotice(nil)
		return
	}
	s.page.SetNotice(widget.NewNotice(parts))
	if len(st.Errors) > 0 {
		s.first(st)
	}
}

// changes lists beside the fields what is about to change.
func (s *Screen) changes(st flow.State) {
	listed := ""
	for _, c := range st.Changes {
		listed += c.Field.ID + "\x00" + c.Before + "\x00" + c.After + "\x00"
	}
	if listed == s.listed {
		return
	}
	s.listed = listed
	if listed == "" {
		s.page.SetDetail(nil)
		s.relayout()
		return
	}
	title := widget.NewText(s.l.N("settings.changes", len(st.Changes)))
	title.TextSize, title.Bold = theme.TextSection, true
	parts := []fyne.CanvasObject{title, widget.NewText(s.t("settings.changes.text"))}
	for _, c := range st.Changes {
		name := widget.NewText(s.label(c.Field))
		name.Bold = true
		parts = append(parts, widget.VBox(0, name, widget.NewText(s.t("settings.change", "before", s.value(c.Field, c.Before), "after", s.value(c.Field, c.After)))))
	}
	parts = append(parts, widget.HBox(0, widget.NewButtonWith(widget.ButtonSecondary, s.t("settings.discard"), theme.IconUndo, s.flow.Discard), widget.Spacer()))
	s.page.SetDetail(widget.Frame(nil, nil, widget.VBox(theme.Space12, parts...), widget.Sized(theme.Space12, 0, widget.NewBox("")), nil))
	s.relayout()
}
