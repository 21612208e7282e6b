package ui

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"indagor/app"
	"indagor/sync/wire"
	monitorflow "indagor/ui/flow/monitor"
)

func (f *fake) Activity(context.Context, wire.MonitorInput) (wire.List[wire.ActivityItem], error) {
	return wire.List[wire.ActivityItem]{Items: []wire.ActivityItem{{
		ID: "e1", At: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC), Kind: app.EventVisuraEnded, User: "u2", Username: "l.bianchi",
		Workstation: "w", Type: app.VisuraResidenza, Outcome: app.OutcomeFound,
	}}}, nil
}

func (f *fake) Accesses(context.Context, wire.MonitorInput) (wire.List[wire.AccessItem], error) {
	return wire.List[wire.AccessItem]{}, nil
}

func (f *fake) History(context.Context, wire.MonitorInput) (wire.List[wire.HistoryItem], error) {
	return wire.List[wire.HistoryItem]{}, nil
}

func (f *fake) Export(_ context.Context, _ monitorflow.Kind, in wire.MonitorExportInput, to io.Writer, _ func(int64)) (string, error) {
	_, err := io.WriteString(to, "rows")
	return "attivita." + in.Format, err
}

func (f *fake) Names(context.Context) map[app.ID]string { return map[app.ID]string{"w": "ANAG-07"} }

// A monitor is a page of the window, with the names of what it speaks of.
func TestMonitorInTheWindow(t *testing.T) {
	st := newStand(t, newFake(app.RoleTop))
	st.signIn()
	st.press("Attività")
	st.expect("Chi ha chiesto che cosa · 1 attività")
}

// What a page of names fails in leaves names out, and ends.
func TestNamed(t *testing.T) {
	asked := 0
	names := map[app.ID]string{}
	named(names, func(page wire.Page) (wire.List[app.Department], error) {
		switch asked++; page.Cursor {
		case "":
			return wire.List[app.Department]{Items: []app.Department{{ID: "d1", Name: "Tributi"}}, Next: "2"}, nil
		case "2":
			return wire.List[app.Department]{Items: []app.Department{{ID: "d2", Name: "Anagrafe"}}, Next: "3"}, nil
		}
		return wire.List[app.Department]{}, errors.New("away")
	}, func(d app.Department) (app.ID, string) { return d.ID, d.Name })
	if asked != 3 || len(names) != 2 || names["d2"] != "Anagrafe" {
		t.Errorf("%d questions, %v", asked, names)
	}
	asked = 0
	named(names, func(wire.Page) (wire.List[app.Department], error) {
		asked++
		return wire.List[app.Department]{Next: "again"}, nil
	}, func(d app.Department) (app.ID, string) { return d.ID, d.Name })
	if asked != mostNames {
		t.Errorf("%d questions", asked)
	}
}
