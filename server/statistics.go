package server

import (
	"context"
	"fmt"
	"io"
	"math"

	"indagor/app"
	"indagor/app/language"
	"indagor/server/internal/render"
	"indagor/server/internal/render/sheet"
	"indagor/server/internal/stats"
)

// Statistics makes a file of counted requests, in the format.
func (d *documents) Statistics(_ context.Context, lang, format string, caller app.Caller, r stats.Report) (app.File, error) {
	l := d.speak(lang)
	name := fmt.Sprintf("statistiche-%s-%s-%s.%s", r.By, r.From, r.Until, format)
	if format == "pdf" {
		return app.File{Name: name, MediaType: "application/pdf", Write: func(ctx context.Context, w io.Writer) error {
			pdf, err := d.renderer.Statistics(ctx, l, d.statistics(l, caller, r))
			if err != nil {
				return err
			}
			_, err = w.Write(pdf)
			return err
		}}, nil
	}
	t := l.T
	columns := []sheet.Column{
		{Title: t("statistics.column." + string(r.By)), Width: 44},
		{Title: t("statistics.n")},
		{Title: t("statistics.share") + " %"},
		{Title: t("statistics.before"), Width: 20},
		{Title: t("statistics.difference")},
	}
	rows := func(yield func([]any, error) bool) {
		for _, row := range r.Rows {
			values := []any{l.CountKey(r.By, row.Key, row.Name, false), row.N, nil, nil, nil}
			if r.By.Time() {
				values[0] = app.Day(row.Key)
			}
			if r.Total > 0 {
				values[2] = math.Round(float64(row.N)*1000/float64(r.Total)) / 10
			}
			if row.Before != nil {
				values[3], values[4] = *row.Before, row.N-*row.Before
			}
			if !yield(values, nil) {
				return
			}
		}
	}
	return d.sheet(name, sheet.Format(format), sheet.Options{Name: t("statistics.sheet")}, columns, rows), nil
}

// statistics is the report as the document shows it.
func (d *documents) statistics(l *language.Language, caller app.Caller, r stats.Report) render.Statistics {
	v := render.Statistics{
		Body: d.body, Training: d.training, By: r.By, From: r.From, Until: r.Until, BeforeFrom: r.BeforeFrom, BeforeUntil: r.BeforeUntil,
		Own: r.Own, Maker: fmt.Sprintf("%s (%s)", caller.User.FullName(), caller.User.Username), Total: r.Total, Before: r.Before,
	}
	add := func(by app.Dimension, key, name string) {
		if key != "" {
			v.Filters = append(v.Filters, l.T("statistics.column."+string(by))+": "+l.CountKey(by, key, name, false))
		}
	}
	add(app.ByDepartment, string(r.Department), r.DepartmentName)
	add(app.ByUser, string(r.User), r.UserName)
	add(app.ByService, string(r.Service), "")
	add(app.ByType, string(r.Type), "")
	add(app.ByOutcome, string(r.Outcome), "")
	add(app.ByReason, string(r.Code), "")
	for _, row := range r.Rows {
		v.Rows = append(v.Rows, render.StatisticsRow{Key: row.Key, Name: row.Name, N: row.N, Before: row.Before})
	}
	return v
}
