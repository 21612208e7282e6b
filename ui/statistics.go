package ui

import (
	"context"
	"io"

	"indagor/sync/desk"
	"indagor/sync/wire"
	statisticsflow "indagor/ui/flow/statistics"
	"indagor/ui/screen"
	"indagor/ui/screen/statistics"
)

// statisticsPage makes the page of statistics.
func statisticsPage(s *Shell, w *work) screen.Screen {
	return statistics.New(s, statisticsflow.New(statisticsflow.Config{Options: s.lists(w), Desk: w.desk, Now: s.o.Now}))
}

// Statistics counts requests.
func (l *line) Statistics(ctx context.Context, in wire.StatisticsInput) (wire.Statistics, error) {
	out, err := call(ctx, l, wire.GetStatistics, &in)
	if err != nil {
		return wire.Statistics{}, err
	}
	return out.Body, nil
}

// ExportStatistics writes counted requests as a file.
func (l *line) ExportStatistics(ctx context.Context, in wire.StatisticsExportInput, to io.Writer, received func(int64)) (string, error) {
	return desk.Download(ctx, l.Desk, wire.ExportStatistics, &in, to, received)
}

// Consumption is how much of ANPR's quotas the body used.
func (l *line) Consumption(ctx context.Context) (wire.Consumption, error) {
	out, err := call(ctx, l, wire.GetConsumption, nil)
	if err != nil {
		return wire.Consumption{}, err
	}
	return out.Body, nil
}
