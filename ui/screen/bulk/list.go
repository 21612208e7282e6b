package bulk

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	flow "indagor/ui/flow/bulk"
	"indagor/ui/flow/list"
	"indagor/ui/screen"
	"indagor/ui/screen/listing"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// newLists makes the page of one's lists.
func (s *Screen) newLists() *listing.Page[flow.Filter, wire.Job, struct{}] {
	l, service := s.l, string(s.Flow.Service())
	return listing.New(listing.Parts[flow.Filter, wire.Job, struct{}]{
		Place: screen.Place(service), Host: s.Host, Flow: s.Flow.Lists, Do: s.Do,
		Title: s.title(), Subtitle: s.t("bulk.subtitle." + service),
		Words: listing.Words{
			Count:   func(n int) string { return l.N("bulk.count", n) },
			First:   func(n int) string { return s.t("bulk.count.more", "count", l.Number(n)) },
			Loading: s.t("bulk.loading"), Empty: s.t("bulk.none"), EmptyAction: s.t("bulk.send"), OnEmpty: s.choose, Filtered: s.t("bulk.none.filtered"),
		},
		Columns: s.columns(), Filter: s.filters(), Search: s.t("archive.search"),
		Primary: widget.NewPrimary(s.t("bulk.send"), theme.IconUpload, s.choose),
		Draw: func(list.State[flow.Filter, wire.Job, struct{}]) {
			s.offer(s.Flow.Purposes(s.Session.Purposes))
		},
		Detail: s.brief, OnOpen: func(j wire.Job) { s.Flow.Look(j.ID) },
		OnReload: s.Flow.Calm,
		Open:     func() {}, // Shown has had it read
	})
}

// filters are the inputs that narrow the lists, as those of the archive. A
// choice is applied at once, a text with Enter.
func (s *Screen) filters() [][]listing.Control[flow.Filter] {
	var states, outcomes []widget.Choice
	for _, x := range app.JobStates {
		states = append(states, widget.Choice{ID: string(x), Text: s.t("job.state." + string(x))})
	}
	for _, o := range app.JobOutcomes {
		outcomes = append(outcomes, widget.Choice{ID: string(o), Text: s.t("outcome." + string(o))})
	}
	all := s.t("archive.all")
	state, _ := listing.Choice(s.t("bulk.state"), all, 114, func(f *flow.Filter) *app.JobState { return &f.State }, states...)
	outcome, _ := listing.Choice(s.t("archive.outcome"), all, 112, func(f *flow.Filter) *app.Outcome { return &f.Outcome }, outcomes...)
	purpose, offer := listing.Purposes(s.t("archive.purpose"), s.t("archive.all_purposes"), 112, func(f *flow.Filter) *app.ID { return &f.Purpose })
	s.offer = offer
	today := func() time.Time {
		y, m, d := s.Now().Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return [][]listing.Control[flow.Filter]{{
		listing.Refusable(s.t("archive.person"), s.t("bulk.person.placeholder"), flow.FieldPerson, 148, 100, func(f *flow.Filter) *string { return &f.Person }),
		listing.Text(s.t("bulk.text"), 104, 120, func(f *flow.Filter) *string { return &f.Text }),
		state, outcome, purpose,
		listing.Days(s.l, today, func(f *flow.Filter) *app.Day { return &f.From }, func(f *flow.Filter) *app.Day { return &f.Until }),
	}}
}

func (s *Screen) columns() []widget.Column[wire.Job] {
	return []widget.Column[wire.Job]{
		{ID: "created", Title: s.t("bulk.created"), Width: 130, Sortable: true, Text: func(j wire.Job) string { return s.l.Moment(j.Created) }, Compare: func(a, b wire.Job) int { return a.Created.Compare(b.Created) }},
		{ID: "name", Title: s.t("bulk.file"), Width: 180, Grow: true, Sortable: true, Text: func(j wire.Job) string { return j.Name }},
		{ID: "state", Title: s.t("bulk.state"), Width: 130, Sortable: true, Text: func(j wire.Job) string { return s.t("job.state." + string(j.State)) }, Tone: jobTone},
		{ID: "rows", Title: s.t("bulk.rows"), Width: 80, Align: fyne.TextAlignTrailing, Sortable: true, Text: func(j wire.Job) string { return s.l.Number(j.Counts.Rows) }, Compare: func(a, b wire.Job) int { return cmp.Compare(a.Counts.Rows, b.Counts.Rows) }},
		{ID: "done", Title: s.t("bulk.done"), Width: 110, Align: fyne.TextAlignTrailing, Text: s.share, Bar: func(j wire.Job) (float64, bool) {
			return float64(j.Counts.Done) / float64(max(j.Counts.Ask, 1)), j.State == app.JobRunning || j.State == app.JobPaused
		}},
		{ID: "reference", Title: s.t("bulk.case"), Width: 130, Sortable: true, Text: func(j wire.Job) string { return j.FileReference }},
	}
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
func (s *Screen) brief(j wire.Job, _ list.State[flow.Filter, wire.Job, struct{}]) listing.Detail {
	return listing.Detail{
		Title: j.Name, Status: s.t("job.state." + string(j.State)), Tone: jobTone(j),
		Body: []fyne.CanvasObject{
			widget.NewFields(j.Name, widget.FieldGroup{Fields: s.facts(j)}),
			widget.Flow(theme.Space8, widget.NewButton(s.t("bulk.open"), func() { s.Flow.Look(j.ID) })),
		},
	}
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
