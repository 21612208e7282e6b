package ui

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/screen"
)

// bonds are the assignments, the imports and the standing of accounts of the
// fake desktop.
type bonds struct {
	admins  []wire.AdminLoad
	past    []wire.Assignment
	plan    []wire.PlannedMove
	imports wire.UserImport
	access  wire.UserAccess
	acts    []wire.HistoryItem
}

func (b *bonds) Admins(context.Context) ([]wire.AdminLoad, error) { return b.admins, nil }

func (b *bonds) Assignments(_ context.Context, in wire.AssignmentsInput) (wire.List[wire.Assignment], error) {
	return wire.List[wire.Assignment]{Items: slices.DeleteFunc(slices.Clone(b.past), func(a wire.Assignment) bool {
		return in.Operator != "" && a.Operator != in.Operator || in.Admin != "" && a.Admin != in.Admin
	})}, nil
}

func (b *bonds) PlanMoves(_ context.Context, in wire.PlanMovesInput) (wire.MovePlan, error) {
	p := wire.MovePlan{Admin: in.Body.Admin, Department: "d2"}
	for _, m := range b.plan {
		if len(in.Body.Operators) == 0 || slices.Contains(in.Body.Operators, m.Operator) {
			p.Moves = append(p.Moves, m)
		}
	}
	for _, a := range b.admins {
		if a.ID == in.Body.Admin {
			p.AdminName, p.Department = a.Name+" "+a.Surname, a.Department
		}
	}
	return p, nil
}

func (b *bonds) RunMoves(_ context.Context, in wire.RunMovesInput) (int, error) {
	return len(in.Body.Operators), nil
}

func (b *bonds) PreviewUserImport(context.Context, []byte) (wire.UserImport, error) {
	return b.imports, nil
}

func (b *bonds) RunUserImport(context.Context, string, string, []byte, []int) (wire.UserImport, error) {
	return b.imports, nil
}

func (b *bonds) UserAccess(context.Context, app.ID) (wire.UserAccess, error) { return b.access, nil }

func (b *bonds) UnlockUser(context.Context, app.ID) (wire.UserAccess, error) { return b.access, nil }

func (b *bonds) EndUserSession(context.Context, app.ID) (wire.UserAccess, error) {
	return b.access, nil
}

func (b *bonds) UserHistory(context.Context, wire.UserHistoryInput) (wire.List[wire.HistoryItem], error) {
	return wire.List[wire.HistoryItem]{Items: b.acts}, nil
}

// bind gives the fake desktop assignments and a history.
func (g *gallery) bind() {
	at := func(day int) time.Time { return time.Date(2026, 11, day, 8, 30, 0, 0, time.UTC) }
	until := at(16)
	names := []string{"Anna Conti", "Bruno Leone", "Carla Neri", "Dario Villa"}
	for _, u := range g.f.users {
		n := slices.IndexFunc(g.f.admins, func(a wire.AdminLoad) bool { return a.ID == u.Admin })
		if u.Admin == "" || !u.Role.Operative() {
			continue
		}
		if n < 0 {
			n = len(g.f.admins)
			first, last, _ := strings.Cut(names[n%len(names)], " ")
			g.f.admins = append(g.f.admins, wire.AdminLoad{ID: u.Admin, Name: first, Surname: last, Department: u.Department, Enabled: true})
		}
		g.f.admins[n].Operators++
	}
	g.f.admins = append(g.f.admins, wire.AdminLoad{ID: "off", Name: "Elio", Surname: "Serra", Department: "d1"}, wire.AdminLoad{ID: "new", Name: "Flora", Surname: "Testa", Department: "d2", Enabled: true})
	for i, u := range g.f.users {
		if u.Admin == "" || !u.Role.Operative() {
			continue
		}
		m := wire.PlannedMove{Operator: u.ID, Name: u.FullName(), Role: u.Role, Enabled: u.Enabled, Version: 1, Admin: "a1", AdminName: "Anna Conti", Department: "d1"}
		switch i % 3 {
		case 1:
			m.LostPurposes, m.LostOffice = []string{"Notificazione atti"}, "IMU"
		case 2:
			m.LostPurposes, m.Refusals = []string{"Accertamento tributario"}, []wire.ProblemItem{{Code: app.CodeRequired, Field: "profile.purposes"}}
		}
		g.f.plan = append(g.f.plan, m)
		g.f.past = append(g.f.past,
			wire.Assignment{Operator: u.ID, OperatorName: u.FullName(), Admin: "a1", AdminName: "Anna Conti", Department: "d1", Since: until, By: "t", ByName: "Teresa Riva"},
			wire.Assignment{Operator: u.ID, OperatorName: u.FullName(), Admin: "a3", AdminName: "Carla Neri", Department: "d2", Since: at(2), Until: &until})
	}
	g.f.bonds.access = wire.UserAccess{
		Session: &wire.UserSession{Started: new(at(23)), Expires: new(at(23).Add(12 * time.Hour)), WorkstationName: "ANAG-07", Address: "10.0.0.7"},
		Locks:   []wire.UserLock{{Since: new(at(23)), Until: at(23).Add(15 * time.Minute), Refused: 6, WorkstationName: "TRIB-01"}},
	}
	g.f.bonds.acts = []wire.HistoryItem{
		{ID: "h1", At: at(20), Kind: app.EventUserChanged, Username: "t.riva", Before: json.RawMessage(`{"office":"IMU"}`), After: json.RawMessage(`{"office":"TARI"}`)},
		{ID: "h2", At: at(2), Kind: app.EventUserCreated, Username: "a.conti", Reason: "utenti.csv", After: json.RawMessage(`{"role":"standard","office":"IMU"}`)},
	}
}

// bondScenes are the moves of operators and the parts of a user's detail.
func bondScenes() []scene {
	return []scene{
		{"assignments-list", app.RoleTop, func(g *gallery) {
			g.bind()
			g.at(screen.Assignments)
		}},
		{"assignments-move", app.RoleTop, func(g *gallery) {
			g.bind()
			g.at(screen.Assignments)
			for range 6 {
				g.key(fyne.KeySpace)
				g.key(fyne.KeyDown)
			}
			g.press("Sposta 6 operatori")
			g.pickFirst("Passano all'ADMIN")
		}},
		{"assignments-history", app.RoleTop, func(g *gallery) {
			g.bind()
			g.at(screen.Assignments)
			g.press("Storia dei legami")
		}},
		{"users-import", app.RoleTop, func(g *gallery) {
			g.at(screen.Users)
			g.press("Importa…")
		}},
		{"users-access", app.RoleTop, func(g *gallery) {
			g.bind()
			g.at(screen.Users)
			g.press("Accesso")
		}},
		{"users-history", app.RoleTop, func(g *gallery) {
			g.bind()
			g.at(screen.Users)
			g.press("Storia")
		}},
	}
}
