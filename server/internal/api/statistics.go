package api

import (
	"context"

	"indagor/app"
	"indagor/server/internal/stats"
	"indagor/sync/wire"
)

func (a *API) registerStatistics() {
	register(a, wire.GetStatistics, func(ctx context.Context, in *wire.StatisticsInput) (*wire.StatisticsOutput, error) {
		q := statisticsQuery(in.StatisticsFilter)
		q.Limit = in.Limit
		r, err := a.Statistics.Read(ctx, callerOf(ctx), q)
		if err != nil {
			return nil, err
		}
		out := wire.Statistics{
			By: r.By, From: r.From, Until: r.Until, BeforeFrom: r.BeforeFrom, BeforeUntil: r.BeforeUntil, Total: r.Total, Before: r.Before,
			Rows: make([]wire.StatisticsRow, len(r.Rows)), RestRows: r.RestRows, Rest: r.Rest,
		}
		for i, row := range r.Rows {
			out.Rows[i] = wire.StatisticsRow{Key: row.Key, Name: row.Name, N: row.N, Before: row.Before}
		}
		return &wire.StatisticsOutput{Body: out}, nil
	})
	registerDownload(a, wire.ExportStatistics, func(ctx context.Context, in *wire.StatisticsExportInput) (app.File, error) {
		r, err := a.Statistics.Export(ctx, callerOf(ctx), statisticsQuery(in.StatisticsFilter))
		if err != nil {
			return app.File{}, err
		}
		return a.Documents.Statistics(ctx, in.Language, in.Format, callerOf(ctx), r)
	})
	register(a, wire.GetConsumption, func(ctx context.Context, _ *wire.None) (*wire.ConsumptionOutput, error) {
		at, services, err := a.Consumption.Read(callerOf(ctx))
		if err != nil {
			return nil, err
		}
		out := wire.Consumption{Services: filled(services)}
		if !at.IsZero() {
			out.At = &at
		}
		return &wire.ConsumptionOutput{Body: out}, nil
	})
}

func statisticsQuery(f wire.StatisticsFilter) stats.Query {
	return stats.Query{By: f.By, CountFilter: app.CountFilter{
		From: f.From, Until: f.To, User: f.User, Department: f.Department, Service: f.Service, Type: f.Type, Outcome: f.Outcome, Code: f.Code,
	}}
}
