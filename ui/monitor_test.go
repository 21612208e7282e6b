package ui

import (
	"context"
	"errors"
	"testing"
	"time"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/screen"
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

func (f *fake) Names(context.Context) map[app.ID]string { return map[app.ID]string{"w": "ANAG-07"} }

// The navigation offers each monitor to those who may read it, and no others.
func TestMonitorsByRole(t *testing.T) {
	pages := []screen.Place{screen.Activity, screen.Accesses, screen.History}
	for role, want := range map[app.Role][]bool{
		app.RoleTop: {true, true, true}, app.RoleAdmin: {true, false, true},
		app.RoleStandard: {false, false, false}, app.RoleStandardPS: {false, false, false},
	} {
		st := newStand(t, newFake(role))
		st.signIn()
		for i, p := range pages {
			if got := st.s.work.has(p); got != want[i] {
				t.Errorf("%s: %s is offered: %v", role, p, got)
			}
			st.s.goTo(p, nil)
			if got := st.s.work.at == p; got != want[i] {
				t.Errorf("%s: %s is shown: %v", role, p, got)
			}
		}
	}
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
