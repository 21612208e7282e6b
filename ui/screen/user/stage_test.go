package user_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
	flow "indagor/ui/flow/user"
	"indagor/ui/screen/screentest"
	view "indagor/ui/screen/user"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// desk is a directory in memory.
type desk struct {
	standing
	flow.Desk // what is not set below panics
	users     []app.User
	updated   []app.User
	refuse    error
}

func (d *desk) Users(_ context.Context, in wire.UsersInput) (wire.List[app.User], error) {
	var list wire.List[app.User]
	for _, u := range d.users {
		if strings.Contains(strings.ToLower(u.FullName()+u.Username), strings.ToLower(in.Search)) && (in.Role == "" || in.Role == u.Role) && (!in.Assigned || u.Role.Operative()) &&
			(in.Limit == 0 || len(list.Items) < in.Limit) {
			list.Items = append(list.Items, u)
		}
	}
	return list, nil
}

func (d *desk) User(_ context.Context, id app.ID) (app.User, error) {
	for _, u := range d.users {
		if u.ID == id {
			return u, nil
		}
	}
	return app.User{}, app.E(app.CodeNotFound)
}

func (d *desk) UpdateUser(_ context.Context, u app.User, _ flow.Heirs) (app.User, error) {
	if d.refuse != nil {
		return app.User{}, d.refuse
	}
	d.updated = append(d.updated, u)
	return u, nil
}

func (*desk) ResetPassword(context.Context, app.ID) (wire.Secret, error) {
	return wire.Secret{Secret: "abcd-efgh-jkmn-pqrs"}, nil
}

func (*desk) Departments(context.Context) ([]app.Department, error) {
	return []app.Department{{ID: "d1", Name: "Tributi", Offices: []string{"IMU", "TARI"}}, {ID: "d2", Name: "Polizia locale"}}, nil
}

func (*desk) Purposes(context.Context) ([]app.Purpose, error) {
	return []app.Purpose{
		{ID: "p1", Department: "d1", Name: "Accertamento tributario"},
		{ID: "p2", Department: "d1", Name: "Rimborsi"},
		{ID: "p3", Department: "d1", Name: "Catasto", Withdrawn: true},
	}, nil
}

func (*desk) Mediators(context.Context) ([]wire.Mediator, error) {
	return []wire.Mediator{{ID: "a", Name: "Anna", Surname: "Conti", Role: app.RoleAdmin, Department: "d1"}}, nil
}

func (*desk) Consortia(context.Context) ([]app.Consortium, error) {
	return []app.Consortium{{ID: "g", Name: "Unione del Frignano", Comuni: []string{"036030", "036021"}}}, nil
}

func (*desk) Workstations(context.Context, wire.WorkstationsInput) (wire.List[app.Workstation], error) {
	return wire.List[app.Workstation]{Items: []app.Workstation{{ID: "w1", Name: "TRIB-01", Office: "IMU", Department: "d1"}}}, nil
}

type stage struct {
	*screentest.Stage
	desk   *desk
	host   *screentest.Host
	screen *view.Screen
}

func clerk(id, name, surname, username string) app.User {
	return app.User{
		ID: app.ID(id), Name: name, Surname: surname, Username: username, FiscalCode: "BLLNRC78D12A944G", Email: username + "@comune.example", Enabled: true,
		Role: app.RoleStandard, Department: "d1", Admin: "a", Office: "IMU", Version: 1,
		Profile: app.Profile{Workstations: app.WorkstationsAuthorised, Purposes: []app.ID{"p1"}, Visure: &app.VisureProfile{
			Way: app.Way{Kind: app.WayMediator, Mediator: "a"}, Types: []app.VisuraType{app.VisuraResidenza, app.VisuraFamiglia},
			Scope: app.Scope{Kind: app.ScopeOwn}, Approval: app.ApprovalRule{Kind: app.ApprovalTacit, Silence: 48},
		}},
	}
}

var caller = app.User{ID: "t", Name: "Teresa", Surname: "Riva", Role: app.RoleTop}

func newStage(t *testing.T, p theme.Preference, w, h float32) *stage {
	t.Helper()
	full := clerk("u2", "Enrico", "Bellini", "e.bellini")
	full.OperatorID, full.Hours = "OP9", &app.Hours{Days: []int{1, 2, 3, 4, 5}, From: 480, Until: 1080}
	full.Profile.WorkstationID, full.Profile.Purposes = []app.ID{"w1"}, []app.ID{"p1", "p2", "p3"}
	full.Profile.Enrichment = &app.BulkProfile{Way: app.Way{Kind: app.WayOperator}, Scope: app.Scope{Kind: app.ScopeNational}}
	full.Profile.Household = &app.BulkProfile{Way: app.Way{Kind: app.WayMediator, Mediator: "a"}, Scope: app.Scope{Kind: app.ScopeOwn}}
	anna := app.User{ID: "a", Name: "Anna", Surname: "Conti", Username: "a.conti", Role: app.RoleAdmin, Department: "d1", Enabled: true, OperatorID: "OP1", Profile: app.Profile{Workstations: app.WorkstationsAuthorised}}
	s := &stage{Stage: screentest.New(t, p), desk: &desk{users: []app.User{clerk("u1", "Luca", "Ferri", "l.ferri"), full, anna}}, host: &screentest.Host{Words: screentest.Italian(t)}}
	s.host.Stage = s.Stage
	s.screen = view.New(view.Options{
		Host: s.host, Desk: s.desk, Context: t.Context(), Session: func() wire.Session { return wire.Session{User: caller} }, Say: s.host.Words.Error,
		Decode: func(string) widget.CodeHint { return widget.CodeHint{} }, Now: func() time.Time { return time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC) },
		Lists: list.Options{Context: t.Context(), Go: s.Go}, Go: s.Go, Do: func(f func()) { f() },
	})
	s.Show(s.screen, w, h)
	s.Run()
	return s
}

// edit opens the editor for the user of the name.
func (s *stage) edit(id app.ID) {
	s.Helper()
	s.screen.Edit(id)
	s.Run()
}

// last is the user that was saved last.
func (s *stage) last() app.User {
	s.Helper()
	if len(s.desk.updated) == 0 {
		s.Fatal("nothing was saved: ", fmt.Sprint(s.host.Failed))
	}
	return s.desk.updated[len(s.desk.updated)-1]
}
