package server

import (
	"bytes"
	"context"
	"math"
	"path/filepath"
	"strings"
	"time"

	"indagor/app"
	"indagor/app/language"
	"indagor/app/list"
	"indagor/server/internal/anpr"
	"indagor/server/internal/bulk"
	"indagor/server/internal/render/sheet"
)

// openSheet opens a workbook for the services on lists.
func openSheet(book []byte, limits list.Limits) (list.Source, error) {
	r, err := sheet.NewReader(bytes.NewReader(book), int64(len(book)), limits)
	if err != nil {
		return nil, err // not the reader, which would be no nil
	}
	return r, nil
}

// jobPace is how fast jobs may ask each e-service at a moment, as the body
// decided. In training nothing is watched, and a demonstration cannot wait for
// the morning: where one half of the day would wait, the other's pace holds.
func (s *Server) jobPace(zone *time.Location) func(time.Time) (float64, time.Time) {
	return func(at time.Time) (float64, time.Time) {
		c := s.settings.Current().Services
		at = at.In(zone)
		inside := c.OfficeHours != nil && c.OfficeHours.Contain(at)
		pace, other := c.Pace, c.OfficePace
		if inside {
			pace, other = other, pace
		}
		if pace == 0 && s.config.Server.Training {
			pace = other
		}
		if pace > 0 {
			return float64(pace) / 60, time.Time{}
		}
		y, m, d := at.Date()
		if inside {
			return 0, time.Date(y, m, d, 0, c.OfficeHours.Until, 0, 0, zone)
		}
		for day := range 8 { // the next opening
			opens := time.Date(y, m, d+day, 0, c.OfficeHours.From, 0, 0, zone)
			if opens.After(at) && c.OfficeHours.Contain(opens) {
				return 0, opens
			}
		}
		return 0, at.AddDate(0, 0, 8)
	}
}

// gauge tells how the e-services stand; without a way to ANPR nothing is known
// of them.
type gauge struct{ register *anpr.Guarded }

func (g gauge) Parallel(s anpr.Service) int {
	if g.register == nil {
		return 1
	}
	return g.register.Parallel(s)
}

func (g gauge) Quota(s anpr.Service) (limit, remaining int, reset time.Time, known bool) {
	if g.register == nil {
		return 0, 0, time.Time{}, false
	}
	return g.register.Quota(s)
}

func (g gauge) Own(s anpr.Service) (limit, left int, until time.Time) {
	if g.register == nil {
		return 0, 0, time.Time{}
	}
	return g.register.Own(s)
}

func (g gauge) Took(s anpr.Service) time.Duration {
	if g.register == nil {
		return 0
	}
	return g.register.Took(s)
}

// jobFiles makes files of the results of jobs.
type jobFiles struct {
	*documents
	jobs *bulk.Service
}

// Job gives the result of a job as a file, with its words in the language.
func (f *jobFiles) Job(ctx context.Context, caller app.Caller, id app.ID, how bulk.Taking, format, lang string) (app.File, error) {
	table, err := f.jobs.Result(ctx, caller, id, how)
	if err != nil {
		return app.File{}, err
	}
	l := f.speak(lang)
	kind := sheet.CSV
	if format == "xlsx" {
		kind = sheet.XLSX
	}
	columns := make([]sheet.Column, len(table.Columns))
	for i, c := range table.Columns {
		switch {
		case c.Key == "":
			columns[i].Title = c.Text
		case c.Text != "":
			columns[i].Title = l.T(c.Key, "n", c.Text)
		default:
			columns[i].Title = l.T(c.Key)
		}
		columns[i].Width = math.Min(30, math.Max(12, float64(len(columns[i].Title)+3)))
	}
	rows := func(yield func([]any, error) bool) {
		for cells, err := range table.Rows {
			if err != nil {
				yield(nil, err)
				return
			}
			values := make([]any, len(cells))
			for i, c := range cells {
				values[i] = c.Text // the list's own columns stay as they came
				if i >= table.Job.Columns {
					values[i] = f.text(l, c)
				}
			}
			if !yield(values, nil) {
				return
			}
		}
	}
	name := strings.TrimSuffix(table.Job.Name, filepath.Ext(table.Job.Name)) + "-" + l.T("job.result.file") + "." + string(kind)
	o := sheet.Options{Name: l.T("job.result.sheet"), More: []sheet.Page{{Name: l.T("job.summary"), Rows: f.summary(l, table)}}}
	return f.sheet(plainName(name), kind, o, columns, rows), nil
}

// plainName is a name that a header can carry.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r > 0x7e:
			return '_'
		case r < ' ' || strings.ContainsRune(`"\/:*?<>|`, r):
			return '_'
		}
		return r
	}, name)
}

// text writes a cell.
func (f *jobFiles) text(l *language.Language, c bulk.Cell) any {
	switch {
	case c.Error != nil:
		what := l.Error(c.Error).What
		if c.Text != "" {
			what += " " + l.T("job.suggested", "value", c.Text)
		}
		return what
	case c.Key != "":
		return l.Value(app.CardField{Phrase: c.Key, Value: c.Text})
	case c.Text == "":
		return nil
	}
	if d := app.Day(c.Text); len(c.Text) == len(time.DateOnly) {
		if _, ok := d.Time(); ok {
			return d
		}
	}
	return c.Text
}

// summary tells what the job was, and how many rows came to what.
func (f *jobFiles) summary(l *language.Language, t bulk.Table) [][]any {
	j := t.Job
	var rows [][]any
	add := func(key string, v any) { rows = append(rows, []any{l.T(key), v}) }
	add("job.summary.body", f.body.Name)
	if f.training {
		add("document.training", l.T("document.training.text"))
	}
	add("job.summary.service", l.T("service."+string(j.Service)))
	add("job.summary.file", j.Name)
	add("job.summary.purpose", j.Purpose)
	add("job.summary.reference", j.Order.FileReference)
	add("job.summary.day", j.Day)
	scope := app.ScopeNational
	if j.Allowed != nil {
		scope = app.ScopeOwn // the only other one that a list may have
	}
	add("job.summary.scope", l.T("scope."+string(scope)))
	add("job.summary.operator", j.Operator)
	if j.Mediator != "" {
		add("job.summary.mediator", j.Mediator)
	}
	add("job.summary.workstation", j.Workstation)
	add("job.summary.started", j.Started)
	add("job.summary.ended", j.Ended)
	add("job.summary.state", l.T("job.state."+string(j.State)))
	add("job.summary.rows", t.Counts.Rows)
	add("job.summary.duplicates", t.Counts.Duplicates)
	for _, o := range app.JobOutcomes {
		if n := t.Counts.Outcomes[o]; n > 0 {
			rows = append(rows, []any{l.T("outcome." + string(o)), n})
		}
	}
	add("document.made", f.now())
	add("document.check_code", t.Check)
	add("document.notice", nil)
	return rows
}
