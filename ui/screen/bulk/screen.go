package bulk

import (
	"context"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	flow "indagor/ui/flow/bulk"
	"indagor/ui/screen"
	"indagor/ui/screen/modal"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Options say what the page stands on.
type Options struct {
	Host     screen.Host
	Flow     *flow.Flow
	Session  wire.Session
	Download func(get func(ctx context.Context, to io.Writer, received func(int64)) (string, error))
	Say      func(error) language.Sentence
	Do       func(func()) // shows what came of what took time
	// Pick lets the person choose a file; nil: the system's dialog.
	Pick func(take func(modal.File))
}

var _ screen.Taker = (*Screen)(nil)

// Screen is the page.
type Screen struct {
	Options
	t     func(string, ...string) string
	l     *language.Language
	all   *fyne.Container
	page  *widget.Page
	first fyne.Focusable

	view   string // which page is drawn
	jobs   *widget.Table[wire.Job]
	rows   *widget.Table[wire.JobRow]
	foot   *fyne.Container
	chosen app.ID // purpose
	file   string // reference
}

// New returns the page.
func New(o Options) *Screen {
	s := &Screen{Options: o, t: o.Host.Language().T, l: o.Host.Language(), all: container.NewStack()}
	if s.Pick == nil {
		s.Pick = func(take func(modal.File)) { modal.ChooseFile(s.Host.Window(), mostFile, extensions, take) }
	}
	if len(o.Session.Purposes) == 1 {
		s.chosen = o.Session.Purposes[0].ID
	}
	o.Flow.Watch(func() { o.Do(s.draw) })
	s.draw()
	return s
}

// Object implements screen.Screen.
func (s *Screen) Object() fyne.CanvasObject { return s.all }

// Shown implements screen.Screen.
func (s *Screen) Shown() {
	s.Flow.Show()
	s.focus()
}

// Hidden implements screen.Screen.
func (s *Screen) Hidden() { s.Flow.Hide() }

// Key implements screen.Screen.
func (s *Screen) Key(name fyne.KeyName, modifier fyne.KeyModifier) bool {
	switch {
	case name == fyne.KeyF5:
		s.Flow.Show()
	case name == fyne.KeyN && modifier == fyne.KeyModifierControl:
		s.choose()
	case name == fyne.KeyEscape && s.Flow.State().Open != nil:
		s.Flow.List()
	default:
		return false
	}
	return true
}

func (s *Screen) focus() {
	if s.first != nil {
		s.Host.Window().Canvas().Focus(s.first)
	}
}

// mostFile is how much of a file is read: more than the server takes, so that
// it is the server that says how much that is.
const mostFile = 80 << 20

// extensions are those of the files that the server reads.
var extensions = []string{".csv", ".txt", ".tsv", ".xlsx", ".CSV", ".TXT", ".XLSX"}

func (s *Screen) choose() { s.Pick(s.Take) }

// MostBytes implements screen.Taker.
func (s *Screen) MostBytes() int64 { return mostFile }

// Take implements screen.Taker: the file is sent as a list.
func (s *Screen) Take(file modal.File) {
	if file.Err != nil {
		s.Host.Toast(s.t("bulk.unreadable"))
		return
	}
	s.Flow.Send(filepath.Base(file.Name), file.Content)
}

// draw shows the state: another page for every state of a list, and within one
// only what has changed.
func (s *Screen) draw() {
	st := s.Flow.State()
	view := "list"
	switch {
	case st.Sending != "":
		view = "sending"
	case st.Open != nil:
		view = string(st.Open.ID) + string(st.Open.State)
	}
	if s.page == nil || view != s.view {
		s.view, s.first = view, nil
		s.page = s.build(st)
		s.all.Objects = []fyne.CanvasObject{s.page}
		s.all.Refresh()
		if c, ok := s.Host.Window().Canvas().(interface{ EnsureMinSize() bool }); ok {
			c.EnsureMinSize() // until then no field could take the keyboard
		}
		s.focus()
	}
	s.fill(st)
}

func (s *Screen) title() string { return s.t("place." + string(s.Flow.Service())) }

func (s *Screen) build(st flow.State) *widget.Page {
	s.jobs, s.rows, s.foot = nil, nil, nil
	parts := widget.PageParts{Title: s.title()}
	switch {
	case st.Sending != "":
		parts.Subtitle = st.Sending
		parts.Body = widget.NewStatePane(widget.Loading(s.t("bulk.sending")))
	case st.Open == nil:
		s.list(&parts)
	default:
		s.open(&parts, st)
	}
	return widget.NewPage(parts)
}

// list is the page of one's lists.
func (s *Screen) list(parts *widget.PageParts) {
	send := widget.NewPrimary(s.t("bulk.send"), theme.IconUpload, s.choose)
	parts.Primary, parts.Subtitle = send, s.t("bulk.subtitle."+string(s.Flow.Service()))
	s.first = send
	s.jobs = widget.NewTable(
		s.title(),
		widget.Column[wire.Job]{ID: "created", Title: s.t("bulk.created"), Width: 130, Text: func(j wire.Job) string { return s.l.Moment(j.Created) }},
		widget.Column[wire.Job]{ID: "name", Title: s.t("bulk.file"), Width: 180, Grow: true, Text: func(j wire.Job) string { return j.Name }},
		widget.Column[wire.Job]{ID: "state", Title: s.t("bulk.state"), Width: 130, Text: func(j wire.Job) string { return s.t("job.state." + string(j.State)) }, Tone: jobTone},
		widget.Column[wire.Job]{ID: "rows", Title: s.t("bulk.rows"), Width: 80, Align: fyne.TextAlignTrailing, Text: func(j wire.Job) string { return s.l.Number(j.Counts.Rows) }},
		widget.Column[wire.Job]{ID: "done", Title: s.t("bulk.done"), Width: 110, Align: fyne.TextAlignTrailing, Text: s.share, Bar: func(j wire.Job) (float64, bool) {
			return float64(j.Counts.Done) / float64(max(j.Counts.Ask, 1)), j.State == app.JobRunning || j.State == app.JobPaused
		}},
		widget.Column[wire.Job]{ID: "reference", Title: s.t("bulk.reference"), Width: 130, Text: func(j wire.Job) string { return j.FileReference }},
	)
	s.jobs.OnOpen = func(_ int, j wire.Job) { s.Flow.Look(j.ID) }
	s.jobs.OnSelect = func(_ int, j wire.Job) { s.brief(j) }
	parts.Body = s.jobs
}

func (s *Screen) share(j wire.Job) string {
	if j.Started == nil {
		return ""
	}
	return s.l.Number(j.Counts.Done) + " / " + s.l.Number(j.Counts.Ask)
}

func jobTone(j wire.Job) theme.Tone {
	switch j.State {
	case app.JobDone:
		return theme.Success
	case app.JobRejected:
		return theme.Danger
	case app.JobPaused, app.JobReady, app.JobStopped:
		return theme.Warning
	}
	return theme.Information
}

// brief tells of a list beside the others.
func (s *Screen) brief(j wire.Job) {
	s.page.SetDetail(widget.VBox(
		theme.Space12, widget.NewHeading(j.Name), widget.NewStatusDot(jobTone(j), s.t("job.state."+string(j.State))),
		widget.NewFields(j.Name, widget.FieldGroup{Fields: s.facts(j)}),
		widget.Flow(theme.Space8, widget.NewButton(s.t("bulk.open"), func() { s.Flow.Look(j.ID) })),
	))
	s.page.Refresh()
}

func (s *Screen) facts(j wire.Job) []widget.Field {
	fields := []widget.Field{{Label: s.t("bulk.rows"), Value: s.l.Number(j.Counts.Rows)}}
	for label, value := range map[string]string{"bulk.purpose": j.PurposeName, "bulk.reference": j.FileReference, "bulk.mediator": j.Mediator} {
		if value != "" {
			fields = append(fields, widget.Field{Label: s.t(label), Value: value})
		}
	}
	slices.SortFunc(fields[1:], func(a, b widget.Field) int { return strings.Compare(a.Label, b.Label) })
	for _, o := range app.JobOutcomes {
		if n := j.Counts.Outcomes[o]; n > 0 {
			fields = append(fields, widget.Field{Label: s.t("outcome." + string(o)), Value: s.l.Number(n)})
		}
	}
	return fields
}

// fill puts into the page what has changed.
func (s *Screen) fill(st flow.State) {
	switch {
	case s.jobs != nil:
		switch {
		case st.Err != nil:
			e := s.Say(st.Err)
			s.jobs.SetState(widget.Failed(e.What, strings.TrimSpace(e.Means+" "+e.Who), s.t("bulk.again"), s.Flow.List))
		case st.Loading && len(st.Jobs) == 0:
			s.jobs.SetState(widget.Loading(s.t("bulk.loading")))
		case len(st.Jobs) == 0:
			s.jobs.SetState(widget.Empty(s.t("bulk.none"), s.t("bulk.send"), s.choose))
		default:
			s.jobs.SetState(widget.Ready())
		}
		s.jobs.UpdateRows(widget.SliceRows[wire.Job](st.Jobs))
	case st.Sending != "":
		s.page.SetSubtitle(st.Sending + " · " + s.l.Number(int(st.Sent>>10)) + " / " + s.l.Number(int(st.Size>>10)) + " kB")
	case s.rows != nil:
		if len(st.Rows) == 0 {
			s.rows.SetState(widget.Empty(s.t("bulk.no_rows"), "", nil))
		} else {
			s.rows.SetState(widget.Ready())
		}
		s.rows.UpdateRows(widget.SliceRows[wire.JobRow](st.Rows))
	}
	if s.foot != nil && st.Open != nil {
		s.foot.Objects = s.figures(st)
		s.foot.Refresh()
	}
	s.page.SetNotice(s.notice(st))
}

// notice says what there is to know.
func (s *Screen) notice(st flow.State) fyne.CanvasObject {
	bad := func(e language.Sentence, tone theme.Tone) fyne.CanvasObject {
		return widget.NewNotice(widget.NoticeParts{Tone: tone, Title: e.What, Text: strings.TrimSpace(e.Means + " " + e.Who)})
	}
	switch {
	case st.Fault != nil:
		return bad(s.Say(st.Fault), theme.Danger)
	case st.Open != nil && st.Open.Code != "":
		tone := theme.Warning
		if st.Open.State == app.JobRejected {
			tone = theme.Danger
		}
		return bad(s.l.Refusal(st.Open.Code, st.Open.Params), tone)
	case st.Open != nil && st.Open.Progress != nil && st.Open.Progress.Waits != "":
		e := s.l.Refusal(st.Open.Progress.Waits, nil)
		if u := st.Open.Progress.Until; u != nil {
			e.Means, e.Who = "", s.t("bulk.until", "moment", s.l.Moment(*u))
		}
		return bad(e, theme.Information)
	}
	return nil
}

// ends says when a plan is carried out.
func (s *Screen) ends(p *wire.JobPlan) string {
	text := s.t("bulk.plan", "calls", s.l.Number(p.Calls), "time", s.l.Duration(time.Duration(max(p.Seconds, 1))*time.Second))
	if p.End != nil {
		text += " " + s.t("bulk.plan.end", "moment", s.l.Moment(*p.End))
	}
	return text
}
