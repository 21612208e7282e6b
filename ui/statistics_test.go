package ui

import (
	"context"
	"io"
	"testing"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/screen"
)

func (f *fake) Statistics(_ context.Context, in wire.StatisticsInput) (wire.Statistics, error) {
	return wire.Statistics{By: in.By, From: in.From, Until: in.To, Total: 4, Rows: []wire.StatisticsRow{{Key: string(app.ServiceVisure), N: 4, Before: new(int64)}}}, nil
}

func (f *fake) ExportStatistics(_ context.Context, in wire.StatisticsExportInput, to io.Writer, _ func(int64)) (string, error) {
	_, err := io.WriteString(to, "numbers")
	return "statistiche." + in.Format, err
}

func (f *fake) Consumption(context.Context) (wire.Consumption, error) {
	return wire.Consumption{}, nil
}

// The statistics are a page of the window for every role.
func TestStatisticsInTheWindow(t *testing.T) {
	for _, role := range app.Roles {
		st := newStand(t, newFake(role))
		st.signIn()
		st.s.goTo(screen.Statistics, nil)
		st.expect("Quali servizi sono stati richiesti?", "Visure anagrafiche puntuali")
	}
}
