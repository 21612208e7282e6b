package bulk

import (
	"reflect"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	flow "indagor/ui/flow/bulk"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

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
		widget.Column[wire.Job]{ID: "reference", Title: s.t("bulk.case"), Width: 130, Text: func(j wire.Job) string { return j.FileReference }},
	)
	s.jobs.OnOpen = func(_ int, j wire.Job) { s.Flow.Look(j.ID) }
	s.jobs.OnSelect = func(_ int, j wire.Job) { s.tell(j) }
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

// near is how close to the end of what was read a list is drawn when those
// that follow are fetched.
const near = 20

// paged is the lists read so far; drawing one near the end asks for more.
type paged struct {
	jobs []wire.Job
	more func()
}

func (p paged) Len() int { return len(p.jobs) }

func (p paged) Row(i int) wire.Job {
	if i >= len(p.jobs)-near {
		p.more()
	}
	return p.jobs[i]
}

// told renews what is told of a list beside the others.
func (s *Screen) told(st flow.State) {
	for _, j := range st.Jobs {
		if j.ID == s.brief.ID && !reflect.DeepEqual(j, s.brief) {
			s.tell(j)
			return
		}
	}
}

// tell tells of a list beside the others.
func (s *Screen) tell(j wire.Job) {
	s.brief = j
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
