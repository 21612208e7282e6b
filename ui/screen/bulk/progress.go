package bulk

import (
	"math"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// figures are the numbers of a list that was started.
func (s *Screen) figures(j wire.Job) []fyne.CanvasObject {
	count := s.t("bulk.progress", "done", s.l.Number(j.Counts.Done), "all", s.l.Number(j.Counts.Ask))
	var out []fyne.CanvasObject
	switch {
	case j.State == app.JobRejected:
		return nil
	case s.bar != nil:
		state := widget.ProgressState{What: s.t("bulk.asking"), Count: count, Done: j.Counts.Done, Total: j.Counts.Ask}
		if p := j.Progress; p != nil && p.Seconds > 0 {
			left := time.Duration(p.Seconds) * time.Second
			state.Left = s.t("bulk.left", "time", s.l.Duration(left)) + ", " + s.t("bulk.plan.end", "moment", s.soon(s.Now().Add(left)))
		}
		s.bar.Set(state)
		out = append(out, s.bar)
	default:
		out = append(out, widget.NewNumber(count))
	}
	if p := j.Progress; p != nil {
		out = append(out, s.paces(j, p))
	}
	if c := s.outcomes(j); c != nil {
		out = append(out, c)
	}
	return append(out, widget.NewFields(s.t("bulk.facts"), widget.FieldGroup{Heading: s.t("bulk.facts"), Fields: s.stated(j)}))
}

// paces are how the e-services get on.
func (s *Screen) paces(j wire.Job, p *wire.JobProgress) fyne.CanvasObject {
	var fields []widget.Field
	left := j.Counts.Ask - j.Counts.Done
	for _, x := range p.Services {
		parts := []string{s.l.N("bulk.answers", x.Done)}
		f := widget.Field{Label: s.t("anpr.service." + x.Service)}
		if x.Failed > 0 {
			parts = append(parts, s.l.N("bulk.failures", x.Failed))
			f.Tone = theme.Warning
		}
		if rate := s.rate(x.PerSecond); rate != "" {
			parts = append(parts, rate)
			if left > 0 && x.Waits == "" {
				parts = append(parts, s.t("bulk.pace.left", "time", s.l.Duration(time.Duration(math.Ceil(float64(left)/x.PerSecond))*time.Second)))
			}
		}
		f.Value = strings.Join(parts, ", ")
		if x.Waits != "" {
			f.Tone = theme.Information
			f.Value += ". " + s.l.Refusal(x.Waits, nil).What
			if x.Until != nil {
				f.Value += " " + s.t("bulk.until", "moment", s.soon(*x.Until))
			}
		}
		fields = append(fields, f)
	}
	return widget.NewFields(s.t("bulk.services"), widget.FieldGroup{Heading: s.t("bulk.services"), Fields: fields})
}

// rate is how fast answers come, in the unit in which a whole number says it;
// "" where none has come of late.
func (s *Screen) rate(perSecond float64) string {
	for _, u := range []struct {
		key       string
		of, least float64
	}{{"bulk.rate.second", 1, 2}, {"bulk.rate.minute", 60, 1}, {"bulk.rate.hour", 3600, 1}} {
		if n := int(math.Round(perSecond * u.of)); perSecond*u.of >= u.least {
			return s.t(u.key, "n", s.l.Number(n))
		}
	}
	return ""
}

// The heights of a bar of the chart and of what stands below the bars.
const (
	barHeight  = 28
	axisHeight = 28
)

// outcomes is what has come of the rows, as bars; nil where nothing has.
func (s *Screen) outcomes(j wire.Job) fyne.CanvasObject {
	data := widget.ChartData{Name: s.t("bulk.outcomes"), Kind: widget.ChartBars}
	var series widget.ChartSeries
	series.Name = s.t("bulk.rows")
	for _, o := range app.JobOutcomes {
		if n := j.Counts.Outcomes[o]; n > 0 {
			data.Categories = append(data.Categories, s.t("outcome."+string(o)))
			series.Values = append(series.Values, n)
		}
	}
	if len(series.Values) == 0 {
		return nil
	}
	data.Series = []widget.ChartSeries{series}
	c := widget.NewChart(widget.ChartWords{
		Number: s.l.Number, Share: func(part, of int) string { return s.l.Percent(int64(part), int64(of)) }, Total: s.t("bulk.rows"), Empty: s.t("bulk.no_rows"),
	})
	c.OnCopied = func(string) { s.Host.Toast(s.t("list.copied")) }
	c.SetData(data)
	return widget.VBox(theme.Space8, widget.NewHeading(s.t("bulk.outcomes")), widget.Sized(0, float32(len(series.Values)*barHeight+axisHeight), c))
}

// stated is what was asked, by whom and when.
func (s *Screen) stated(j wire.Job) []widget.Field {
	fields := []widget.Field{{Label: s.t("bulk.rows"), Value: s.l.Number(j.Counts.Rows)}}
	add := func(key, value string) {
		if value != "" {
			fields = append(fields, widget.Field{Label: s.t(key), Value: value})
		}
	}
	if j.Counts.Duplicates > 0 {
		add("bulk.duplicates", s.l.Number(j.Counts.Duplicates))
	}
	if j.Repeats != "" && j.Counts.Done > 0 {
		add("bulk.varied", s.l.Number(j.Counts.Changed))
	}
	add("bulk.fields", s.labels(j.Fields))
	add("bulk.purpose", j.PurposeName)
	add("bulk.reference", j.FileReference)
	add("bulk.day", s.l.Day(j.ReferenceDate))
	add("bulk.mediator", j.Mediator)
	if j.Started != nil {
		add("bulk.started", s.l.Moment(*j.Started))
	}
	if j.Ended != nil {
		add("bulk.ended", s.l.Moment(*j.Ended))
	}
	return fields
}
