package userimport

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"indagor/app/language"
	"indagor/sync/wire"
	flow "indagor/ui/flow/userimport"
	"indagor/ui/screen"
	"indagor/ui/screen/listing"
	"indagor/ui/screen/modal"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Options say what the page stands on.
type Options struct {
	Host    screen.Host
	Desk    flow.Desk
	Context context.Context               // ends with the session
	Say     func(error) language.Sentence // says an error, also one that is no answer of the server
	Lost    func(error)                   // is told every error: the session may be no more
	// Everywhere: the person registers in every department, so that a row must
	// name one.
	Everywhere bool
	Now        func() time.Time
	Go         func(func()) // runs what takes time
	Do         func(func()) // shows its result
	Close      func(registered int)
	// Pick lets the person choose a file; nil: the system's dialog.
	Pick func(take func(modal.File))
}

// Screen is the page.
type Screen struct {
	Options
	t    func(string, ...string) string
	l    *language.Language
	flow *flow.Flow
	all  *fyne.Container

	step     flow.Step
	made     bool
	page     *widget.Page
	table    *widget.Table[wire.UserImportRow]
	chips    *widget.ChipSet
	first    fyne.Focusable
	progress *widget.Label
	drawn    flow.State
}

// New returns the page, with no file chosen.
func New(o Options) *Screen {
	s := &Screen{Options: o, t: o.Host.Language().T, l: o.Host.Language(), all: container.NewStack()}
	if s.Pick == nil {
		s.Pick = func(take func(modal.File)) { modal.ChooseFile(s.Host.Window(), mostFile, extensions, take) }
	}
	s.flow = flow.New(o.Context, o.Desk, o.Go, o.Now, o.Lost)
	s.flow.Watch(func() { o.Do(s.draw) })
	s.draw()
	return s
}

// Object is the whole page; always the same one.
func (s *Screen) Object() fyne.CanvasObject { return s.all }

// Focus gives the keyboard to what is to be done next.
func (s *Screen) Focus() {
	if s.first != nil {
		s.Host.Window().Canvas().Focus(s.first)
	}
}

// Leave closes the page; it asks first where secrets would be lost, and does
// not leave while users are being registered.
func (s *Screen) Leave() {
	st := s.flow.State()
	registered := st.Count(func(r wire.UserImportRow) bool { return r.Outcome == flow.Created })
	switch {
	case st.Step == flow.Registering:
		s.flow.Stop()
	case st.Unkept():
		widget.Confirm(s.Host.Window().Canvas(), widget.Confirmation{
			Title: s.t("userimport.lose.title"), Message: s.t("userimport.lose.text"),
			Verb: s.t("userimport.lose"), Cancel: s.t("userimport.lose.stay"), Danger: true,
			OnConfirm: func(string) { s.Close(registered) },
		})
	default:
		s.Close(registered)
	}
}

// mostFile is how much of a file is read: more than the server takes, so that
// it is the server that says how much that is.
const mostFile = 8 << 20

// extensions are those of the files that the server reads.
var extensions = []string{".csv", ".txt", ".tsv", ".CSV", ".TXT"}

func (s *Screen) choose() { s.Pick(s.take) }

func (s *Screen) take(file modal.File) {
	if file.Err != nil {
		s.Host.Toast(s.t("userimport.unreadable"))
		return
	}
	s.flow.Open(filepath.Base(file.Name), file.Content)
}

// template is an empty list with its headings.
func (s *Screen) template() {
	s.Host.SaveDocument(s.t("userimport.template.name"), []byte("\uFEFF"+strings.Join(columns(s.Everywhere), ";")+"\r\n"), nil)
}

// columns are the headings of a list: names of the contract, the same in every
// language.
func columns(everywhere bool) []string {
	out := []string{"cognome", "nome", "codice fiscale", "e-mail", "utente", "telefono", "matricola", "ruolo", "direzione", "ufficio", "profilo come", "legame", "postazione", "ID operatore ANPR"}
	if !everywhere {
		out = slices.DeleteFunc(out, func(c string) bool { return c == "direzione" || c == "ruolo" })
	}
	return out
}

// draw shows the state: another page at every step.
func (s *Screen) draw() {
	st := s.flow.State()
	before := s.drawn
	s.drawn = st
	if !s.made || st.Step != s.step || st.Step == flow.Choosing {
		s.made, s.step = true, st.Step
		s.page, s.first = s.build(st)
		s.all.Objects = []fyne.CanvasObject{s.page}
		s.all.Refresh()
		if c, ok := s.Host.Window().Canvas().(interface{ EnsureMinSize() bool }); ok {
			c.EnsureMinSize() // until then no field could take the keyboard
		}
		s.Focus()
	}
	if st.Step == flow.Registering {
		s.progress.SetText(s.going(st))
	}
	if s.table != nil && (st.Grade != before.Grade || st.Step == flow.Registering && st.Done != before.Done) {
		s.fill(st)
		if st.Grade != before.Grade { // other rows, none of which is looked at
			s.table.SetRows(widget.SliceRows[wire.UserImportRow](st.Rows()))
			s.page.SetDetail(nil)
			s.page.Refresh()
		}
	}
	if st.Handed != before.Handed {
		s.page.SetNotice(s.notice(st))
		s.page.Refresh()
	}
}

func (s *Screen) build(st flow.State) (*widget.Page, fyne.Focusable) {
	parts := widget.PageParts{Title: s.t("userimport.title"), Subtitle: st.Name, Notice: s.notice(st)}
	leave := widget.NewButton(s.t("shell.cancel"), s.Leave)
	other := widget.NewButton(s.t("userimport.other"), s.flow.Again)
	s.table, s.chips = nil, nil
	switch st.Step {
	case flow.Choosing:
		choose := widget.NewPrimary(s.t("userimport.choose"), theme.IconUpload, s.choose)
		parts.Subtitle = s.t("userimport.subtitle")
		parts.Actions = []fyne.CanvasObject{leave}
		parts.Primary = choose
		parts.Body = s.explanation()
		return widget.NewPage(parts), choose
	case flow.Reading:
		parts.Actions = []fyne.CanvasObject{leave}
		parts.Body = widget.NewStatePane(widget.Loading(s.t("userimport.reading")))
		return widget.NewPage(parts), leave
	case flow.Previewed:
		register := widget.NewPrimary(s.l.N("userimport.register", st.Creating()), theme.IconPeople, s.flow.Register)
		parts.Actions, parts.Primary = []fyne.CanvasObject{leave, other}, register
		if st.Creating() == 0 {
			register.Disable()
		}
		s.list(&parts, st)
		return widget.NewPage(parts), s.table.Focusable()
	case flow.Registering:
		stop := widget.NewButton(s.t("userimport.stop"), s.flow.Stop)
		parts.Actions = []fyne.CanvasObject{stop}
		s.list(&parts, st)
		return widget.NewPage(parts), stop
	}
	leave.SetText(s.t("shell.close"))
	parts.Actions = []fyne.CanvasObject{leave, other}
	if st.Unkept() {
		parts.Actions = []fyne.CanvasObject{leave}
	}
	var first fyne.Focusable = leave
	if st.Stopped && st.Creating() > 0 {
		resume := widget.NewButton(s.l.N("userimport.resume", st.Creating()), s.flow.Register)
		parts.Actions = append([]fyne.CanvasObject{resume}, parts.Actions...)
	}
	if len(st.Secrets()) > 0 {
		keep := widget.NewPrimary(s.t("userimport.secrets.save"), theme.IconSave, s.keep)
		parts.Primary, first = keep, keep
	}
	s.list(&parts, st)
	return widget.NewPage(parts), first
}

// keep saves the secrets for handing out; they count as kept once the file is
// written.
func (s *Screen) keep() {
	rows := s.flow.State().Secrets()
	headings := [6]string{s.t("user.surname"), s.t("user.name"), s.t("user.username"), s.t("user.email"), s.t("user.secret"), s.t("userimport.until")}
	s.Host.SaveDocument(s.t("userimport.secrets.name"), flow.Handout(headings, rows, s.l.Moment), func(kept bool) {
		if kept {
			s.flow.Handed()
		}
	})
}

// explanation says what a file must have.
func (s *Screen) explanation() fyne.CanvasObject {
	needed := columns(s.Everywhere)[:5]
	optional := columns(s.Everywhere)[5:]
	body := widget.VBox(theme.Space16,
		widget.NewText(s.t("userimport.how")),
		widget.NewFields(s.t("userimport.columns"), widget.FieldGroup{Fields: []widget.Field{
			{Label: s.t("userimport.columns.needed"), Value: strings.Join(needed, ", ")},
			{Label: s.t("userimport.columns.optional"), Value: strings.Join(optional, ", ")},
			{Label: "profilo come", Value: s.t("userimport.column.profile")},
			{Label: "legame", Value: s.t("userimport.column.admin")},
			{Label: "postazione", Value: s.t("userimport.column.workstation")},
		}}),
		widget.Flow(theme.Space8, widget.NewButtonWith(widget.ButtonSecondary, s.t("userimport.template"), theme.IconDownload, s.template)),
	)
	return widget.NewScroll(listing.Pane(widget.Panel(body)))
}

// list puts the rows into the page, with the chips that narrow them.
func (s *Screen) list(parts *widget.PageParts, st flow.State) {
	count := func(grade string) string {
		return s.l.Number(st.Count(func(r wire.UserImportRow) bool { return grade == flow.GradeAll || flow.Kind(r) == grade }))
	}
	var chips []widget.Chip
	for _, g := range []string{flow.GradeAll, flow.GradeGood, flow.GradeDoubtful, flow.GradeBad} {
		id := g
		if g == flow.GradeAll {
			id = "all"
		}
		chips = append(chips, widget.Chip{ID: id, Text: s.t("userimport.grade."+id, "count", count(g))})
	}
	s.chips = widget.NewChipSet("", false, chips...)
	chosen := st.Grade
	if chosen == flow.GradeAll {
		chosen = "all"
	}
	s.chips.SetSelected(chosen)
	s.chips.OnChanged = func(ids []string) {
		if len(ids) == 1 {
			s.flow.Narrow(strings.TrimPrefix(ids[0], "all"))
		}
	}
	s.table = widget.NewTable(
		s.t("userimport.rows"),
		widget.Column[wire.UserImportRow]{ID: "line", Title: s.t("userimport.line"), Width: 52, Align: fyne.TextAlignTrailing, Text: func(r wire.UserImportRow) string { return s.l.Number(r.Line) }},
		widget.Column[wire.UserImportRow]{ID: "name", Title: s.t("user.full_name"), Width: 150, Grow: true, Text: func(r wire.UserImportRow) string { return strings.TrimSpace(r.Surname + " " + r.Name) }},
		widget.Column[wire.UserImportRow]{ID: "outcome", Title: s.t("userimport.outcome"), Width: 230, Grow: true, Text: s.outcome, Tone: tone},
		widget.Column[wire.UserImportRow]{ID: "username", Title: s.t("user.username"), Width: 110, Text: func(r wire.UserImportRow) string { return r.Username }},
		widget.Column[wire.UserImportRow]{ID: "role", Title: s.t("user.role"), Width: 104, Text: func(r wire.UserImportRow) string {
			if r.Role == "" {
				return ""
			}
			return s.t("role." + string(r.Role))
		}},
	)
	s.table.OnSelect = func(_ int, r wire.UserImportRow) { s.explain(r) }
	s.fill(st)
	parts.Filter, parts.Body = s.chips, s.table
	if st.Step == flow.Registering {
		s.progress = widget.NewText(s.going(st))
		parts.Filter = widget.VBox(theme.Space12, widget.NewNotice(widget.NoticeParts{Tone: theme.Information, Title: s.t("userimport.registering"), Text: s.t("userimport.registering.text")}), s.progress)
	}
}

func (s *Screen) fill(st flow.State) {
	rows := st.Rows()
	if len(rows) == 0 {
		s.table.SetState(widget.Empty(s.t("userimport.none"), "", nil))
	} else {
		s.table.SetState(widget.Ready())
	}
	s.table.UpdateRows(widget.SliceRows[wire.UserImportRow](rows))
}

// going is how far the registration has come.
func (s *Screen) going(st flow.State) string {
	text := s.t("userimport.progress", "done", s.l.Number(st.Done), "all", s.l.Number(st.Total))
	if st.Left >= time.Second {
		text += " · " + s.t("userimport.left", "time", s.l.Duration(st.Left.Round(time.Second)))
	}
	return text
}

// outcome is what becomes, or became, of a row, in a line.
func (s *Screen) outcome(r wire.UserImportRow) string {
	var parts []string
	for _, f := range r.Findings {
		parts = append(parts, s.finding(f))
	}
	if r.Outcome == flow.Create || r.Outcome == flow.Created {
		parts = append([]string{s.t("userimport.outcome." + r.Outcome)}, parts...)
	}
	return strings.Join(parts, " ")
}

// finding says what there is to say of a row, with the column it is about.
func (s *Screen) finding(f wire.UserImportFinding) string {
	text := s.l.Refusal(f.Code, f.Params).What
	if f.Column != "" {
		text = f.Column + ": " + text
	}
	return text
}

func tone(r wire.UserImportRow) theme.Tone {
	switch {
	case r.Outcome == flow.Failed:
		return theme.Danger
	case r.Outcome == flow.Known:
		return theme.Quiet
	case r.Grade == flow.GradeDoubtful:
		return theme.Warning
	}
	return theme.Success
}

// explain says all that there is to say of a row.
func (s *Screen) explain(r wire.UserImportRow) {
	name := strings.TrimSpace(r.Surname + " " + r.Name)
	body := []fyne.CanvasObject{widget.NewHeading(name)}
	if r.Outcome == flow.Create || r.Outcome == flow.Created {
		body = append(body, widget.NewStatusDot(tone(r), s.t("userimport.outcome."+r.Outcome)))
	}
	for _, f := range r.Findings {
		e := s.l.Refusal(f.Code, f.Params)
		text := strings.TrimSpace(e.Means + " " + e.Who)
		if len(f.Suggestions) > 0 {
			text = strings.TrimSpace(text + "\n" + s.t("userimport.meant", "codes", strings.Join(f.Suggestions, ", ")))
		}
		t := theme.Warning
		switch f.Grade {
		case flow.GradeBad:
			t = theme.Danger
		case flow.GradeGood:
			t = theme.Information
		}
		body = append(body, widget.NewNotice(widget.NoticeParts{Tone: t, Title: s.finding(f), Text: text}))
	}
	if r.Secret != "" {
		code := widget.NewCode(r.Secret)
		code.TextSize, code.Bold, code.Wrap = theme.TextSection, true, true
		body = append(body, widget.VBox(theme.Space4, widget.NewSecondary(s.t("user.secret")), widget.PanelIn(theme.Space12, code)))
	} else if r.Outcome == flow.Created {
		body = append(body, widget.NewText(s.t("userimport.secret.gone")))
	}
	body = append(body, widget.NewFields(name, widget.FieldGroup{Fields: []widget.Field{
		{Label: s.t("user.fiscal_code"), Value: r.FiscalCode, Monospace: true},
		{Label: s.t("user.email"), Value: r.Email},
		{Label: s.t("user.username"), Value: r.Username},
		{Label: s.t("user.office"), Value: r.Office},
	}}))
	s.page.SetDetail(widget.VBox(theme.Space12, body...))
	s.page.Refresh()
}

// notice says what there is to know of the step.
func (s *Screen) notice(st flow.State) fyne.CanvasObject {
	failure := func() fyne.CanvasObject {
		e := s.Say(st.Err)
		return widget.NewNotice(widget.NoticeParts{Tone: theme.Danger, Title: e.What, Text: strings.TrimSpace(e.Means + " " + e.Who)})
	}
	created := st.Count(func(r wire.UserImportRow) bool { return r.Outcome == flow.Created })
	switch {
	case st.Step == flow.Choosing && st.Err != nil:
		return failure()
	case st.Step == flow.Previewed && len(st.Import.Ignored) > 0:
		return widget.NewNotice(widget.NoticeParts{Tone: theme.Warning, Title: s.t("userimport.ignored", "names", strings.Join(st.Import.Ignored, ", ")), Text: s.t("userimport.ignored.text")})
	case st.Step == flow.Ended && st.Err != nil:
		e := s.Say(st.Err)
		return widget.NewNotice(widget.NoticeParts{Tone: theme.Danger, Title: e.What, Text: s.l.N("userimport.created", created) + " " + s.t("userimport.failed.text")})
	case st.Step == flow.Ended && created == 0:
		return widget.NewNotice(widget.NoticeParts{Tone: theme.Warning, Title: s.l.N("userimport.created", created)})
	case st.Step == flow.Ended && st.Handed:
		return widget.NewNotice(widget.NoticeParts{Tone: theme.Success, Title: s.l.N("userimport.created", created), Text: s.t("userimport.handed")})
	case st.Step == flow.Ended:
		return widget.NewNotice(widget.NoticeParts{Tone: theme.Warning, Title: s.l.N("userimport.created", created), Text: s.t("userimport.secrets.once")})
	}
	return nil
}
