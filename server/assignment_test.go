package server_test

import (
	"fmt"
	"slices"
	"testing"

	"indagor/app"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// runOf is the move that the plan previewed.
func runOf(key string, p wire.MovePlan, from app.ID, terms wire.MoveTerms) *wire.RunMovesInput {
	in := &wire.RunMovesInput{Key: key}
	in.Body.Admin, in.Body.From, in.Body.Terms = p.Admin, from, terms
	for _, m := range p.Moves {
		in.Body.Operators = append(in.Body.Operators, wire.MovedOperator{ID: m.Operator, Version: m.Version})
	}
	return in
}

// TestMoves: one, many and all operators of an ADMIN are moved as previewed,
// all of them or none; what of their profiles does not fit is told before.
func TestMoves(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn})
		special := &wire.SavePurposeInput{ID: app.NewID()}
		special.Body.Department, special.Body.Name = w.Registry.ID, "Zone elettorali"
		say(t, w.Desk, wire.SavePurpose, special)
		d := &wire.SaveDepartmentInput{ID: w.Taxes.ID}
		d.Body.Name, d.Body.Offices, d.Body.Version = w.Taxes.Name, []string{"Protocollo"}, w.Taxes.Version
		say(t, w.Desk, wire.SaveDepartment, d)
		head := w.Person(app.RoleAdmin, w.Registry, nil).User
		under := func(change func(*app.User)) app.User {
			return w.Person(app.RoleStandard, w.Registry, func(u *app.User) {
				u.Admin, u.Profile.Visure.Way.Mediator = head.ID, w.Top.ID
				change(u)
			}).User
		}
		plain := under(func(u *app.User) { u.Office = "protocollo" })
		lost := under(func(u *app.User) {
			u.Office, u.Profile.Purposes = "Elettorale", []app.ID{w.Purpose(w.Registry), special.ID}
			u.Profile.Visure.Way.Mediator = head.ID
		})
		bare := under(func(u *app.User) { u.Profile.Purposes = []app.ID{special.ID} })
		listed := under(func(u *app.User) { u.Profile.WorkstationID = []app.ID{w.Desk.Own.ID} })
		off := under(func(u *app.User) { u.Profile.Purposes = []app.ID{special.ID} })
		say(t, w.Desk, wire.DisableUser, &wire.DisableInput{ID: off.ID})

		plan := func(to app.ID, terms wire.MoveTerms, who ...app.ID) wire.MovePlan {
			in := &wire.PlanMovesInput{}
			in.Body.Admin, in.Body.From, in.Body.Operators, in.Body.Terms = to, head.ID, who, terms
			return say(t, w.Desk, wire.PlanMoves, in).Body
		}
		p := plan(w.TaxAdmin.ID, wire.MoveTerms{})
		if len(p.Moves) != 5 || p.Department != w.Taxes.ID || p.AdminName != w.TaxAdmin.FullName() {
			t.Fatalf("%+v", p)
		}
		told := map[app.ID]string{}
		for _, m := range p.Moves {
			if m.Admin != head.ID || m.AdminName != head.FullName() || m.Department != w.Registry.ID {
				t.Errorf("%+v", m)
			}
			told[m.Operator] = fmt.Sprintf("%v %v %s %v %s %v", m.LostPurposes, m.GivenPurposes, m.LostOffice, m.LostWorkstations, m.LeftMediator, m.Refusals)
		}
		for u, want := range map[app.ID]string{
			plain.ID:  "[] []  []  []",
			lost.ID:   "[Zone elettorali] [] Elettorale [] " + head.FullName() + " []",
			bare.ID:   "[Zone elettorali] []  []  [{required profile.purposes map[]}]",
			listed.ID: "[] []  [SEGRETERIA-01]  [{workstations_elsewhere profile.workstation_ids map[]}]",
			off.ID:    "[Zone elettorali] []  []  []",
		} {
			if told[u] != want {
				t.Errorf("told %s, want %s", told[u], want)
			}
		}
		if say(t, w.Desk, wire.GetUser, named(plain.ID)).Body.Version != plain.Version {
			t.Error("a preview changed something")
		}

		// One who cannot go keeps everybody back.
		err := try(w.Desk, wire.RunMoves, runOf("key-all-0", p, head.ID, wire.MoveTerms{}))
		if got := faults(err); len(got) != 2 {
			t.Errorf("run with two who cannot go: %v", got)
		}
		if say(t, w.Desk, wire.GetUser, named(plain.ID)).Body.Admin != head.ID {
			t.Error("refused, and yet somebody moved")
		}

		terms := wire.MoveTerms{Purposes: []app.ID{w.Purpose(w.Taxes)}, Mediator: w.TaxAdmin.ID, AnyWorkstation: true}
		p = plan(w.TaxAdmin.ID, terms)
		for _, m := range p.Moves {
			if len(m.Refusals) != 0 || m.LeftMediator != "" {
				t.Errorf("with terms: %+v", m)
			}
		}
		// A preview that has gone stale is refused: somebody changed, somebody
		// came.
		plain.Phone = "0512"
		plain = say(t, w.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: plain.ID, Body: plain}).Body
		refusedAs(t, "somebody changed", try(w.Desk, wire.RunMoves, runOf("key-all-1", p, head.ID, terms)), app.CodeChanged, "")
		late := under(func(*app.User) {})
		p = plan(w.TaxAdmin.ID, terms, plain.ID, lost.ID, bare.ID, listed.ID, off.ID)
		refusedAs(t, "somebody came", try(w.Desk, wire.RunMoves, runOf("key-all-2", p, head.ID, terms)), app.CodeChanged, "from")
		p = plan(w.TaxAdmin.ID, terms)
		in := runOf("key-all-3", p, head.ID, terms)
		if done := say(t, w.Desk, wire.RunMoves, in).Body; done.Moved != 6 {
			t.Errorf("moved %d", done.Moved)
		}
		first := say(t, w.Desk, wire.RunMoves, in).Body
		if second := say(t, w.Desk, wire.RunMoves, in).Body; second != first {
			t.Errorf("again with the same key: %+v, %+v", first, second)
		}
		in.Body.Operators = in.Body.Operators[:1]
		refusedAs(t, "another request with the key", try(w.Desk, wire.RunMoves, in), app.CodeIdempotency, "")

		now := func(id app.ID) app.User { return say(t, w.Desk, wire.GetUser, named(id)).Body }
		for _, id := range []app.ID{plain.ID, lost.ID, bare.ID, listed.ID, off.ID, late.ID} {
			u := now(id)
			if u.Admin != w.TaxAdmin.ID || u.Department != w.Taxes.ID || !slices.Equal(u.Profile.Purposes, []app.ID{w.Purpose(w.Taxes)}) || len(u.Profile.WorkstationID) != 0 {
				t.Errorf("moved: %+v", u)
			}
		}
		if u := now(plain.ID); u.Office != "Protocollo" || now(lost.ID).Office != "" || now(lost.ID).Profile.Visure.Way.Mediator != w.TaxAdmin.ID || u.Profile.Visure.Way.Mediator != w.Top.ID {
			t.Errorf("moved: %+v %+v", u, now(lost.ID))
		}

		// Whom all have left may be disabled, and nobody moves to him any more.
		for _, a := range say(t, w.Desk, wire.ListAdmins, &wire.None{}).Body.Items {
			if want := map[app.ID]int{head.ID: 0, w.TaxAdmin.ID: 6}[a.ID]; a.Operators != want {
				t.Errorf("%s has %d operators, want %d", a.Username, a.Operators, want)
			}
		}
		say(t, w.Desk, wire.DisableUser, &wire.DisableInput{ID: head.ID})
		back := &wire.PlanMovesInput{}
		back.Body.Admin, back.Body.Operators = head.ID, []app.ID{plain.ID}
		refusedAs(t, "to a disabled ADMIN", try(w.Desk, wire.PlanMoves, back), app.CodeAdminDisabled, "admin")
		back.Body.Admin = plain.ID
		refusedAs(t, "to an operator", try(w.Desk, wire.PlanMoves, back), app.CodeAdminAbsent, "admin")
		back.Body.Admin, back.Body.Operators = w.TaxAdmin.ID, []app.ID{plain.ID}
		if got := say(t, w.Desk, wire.PlanMoves, back).Body.Moves[0].Refusals; len(got) != 1 || got[0].Code != app.CodeHere {
			t.Errorf("to his own ADMIN: %v", got)
		}
		back.Body.Operators = []app.ID{plain.ID, plain.ID}
		refusedAs(t, "twice", try(w.Desk, wire.PlanMoves, back), app.CodeInvalid, "operators.1")
		back.Body.Admin, back.Body.Operators, back.Body.Terms.Mediator = w.Admin.ID, []app.ID{plain.ID}, plain.ID
		refusedAs(t, "a Mediator who is none", try(w.Desk, wire.PlanMoves, back), app.CodeProfileMediator, "terms.mediator")
		back.Body.Operators, back.Body.Terms.Mediator = nil, ""
		refusedAs(t, "nobody", try(w.Desk, wire.PlanMoves, back), app.CodeRequired, "operators")

		// The history, page by page.
		var h []wire.Assignment
		list := &wire.AssignmentsInput{Limit: 1, Operator: plain.ID}
		for {
			l := say(t, w.Desk, wire.ListAssignments, list).Body
			h = append(h, l.Items...)
			if list.Cursor = l.Next; l.Next == "" {
				break
			}
		}
		if len(h) != 2 || h[0].Until != nil || h[1].Until == nil || !h[1].Until.Equal(h[0].Since) || h[0].Admin != w.TaxAdmin.ID || h[1].Admin != head.ID ||
			h[0].Department != w.Taxes.ID || h[1].Department != w.Registry.ID || h[0].ByName != w.Top.FullName() || h[0].OperatorName != plain.FullName() || h[1].AdminName != head.FullName() {
			t.Errorf("history: %+v", h)
		}
		if l := say(t, w.Desk, wire.ListAssignments, &wire.AssignmentsInput{Admin: head.ID}).Body.Items; len(l) != 6 {
			t.Errorf("history of the ADMIN: %d", len(l))
		}
	})
}
