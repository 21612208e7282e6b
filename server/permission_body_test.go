package server_test

import (
	"fmt"
	"testing"

	"indagor/app"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// body walks what may be done to departments, purposes and groups of Comuni
// beside saving them.
func (x *company) body(t *testing.T, walked map[string]bool) {
	department := func(name string) app.Department {
		in := &wire.SaveDepartmentInput{ID: app.NewID()}
		in.Body.Name = name
		return say(t, x.Desk, wire.SaveDepartment, in).Body
	}
	for n, role := range app.Roles {
		c, may := x.actors[role], specified("settings.manage", role).reach == "all"
		d := department(fmt.Sprint("Soppressa ", n))
		p := &wire.SavePurposeInput{ID: app.NewID()}
		p.Body.Department, p.Body.Name = x.Registry.ID, fmt.Sprint("Prova ", n)
		say(t, x.Desk, wire.SavePurpose, p)
		g := &wire.SaveConsortiumInput{ID: app.NewID()}
		g.Body.Name, g.Body.Comuni = fmt.Sprint("Gruppo ", n), []string{servertest.Own}
		say(t, x.Desk, wire.SaveConsortium, g)
		remove := func(id app.ID) *wire.DeleteInput { return &wire.DeleteInput{ID: id, Version: 1} }
		for _, op := range []struct {
			id, of string
			call   func() error
			none   func() error // the same of a thing that does not exist; nil for lists
		}{
			{"list-department-summaries", "all", func() error { return try(c, wire.ListDepartmentSummaries, &wire.None{}) }, nil},
			{"list-group-summaries", "all", func() error { return try(c, wire.ListConsortiumSummaries, &wire.None{}) }, nil},
			{
				"get-department", "his own", func() error { return try(c, wire.GetDepartment, named(x.Registry.ID)) },
				func() error { return try(c, wire.GetDepartment, named(app.NewID())) },
			},
			{
				"get-department", "another", func() error { return try(c, wire.GetDepartment, named(x.Taxes.ID)) },
				func() error { return try(c, wire.GetDepartment, named(app.NewID())) },
			},
			{
				"get-group", "all", func() error { return try(c, wire.GetConsortium, named(g.ID)) },
				func() error { return try(c, wire.GetConsortium, named(app.NewID())) },
			},
			{
				"delete-purpose", "his own", func() error { return try(c, wire.DeletePurpose, remove(p.ID)) },
				func() error { return try(c, wire.DeletePurpose, remove(app.NewID())) },
			},
			{
				"delete-group", "all", func() error { return try(c, wire.DeleteConsortium, remove(g.ID)) },
				func() error { return try(c, wire.DeleteConsortium, remove(app.NewID())) },
			},
			{
				"delete-department", "another", func() error { return try(c, wire.DeleteDepartment, remove(d.ID)) },
				func() error { return try(c, wire.DeleteDepartment, remove(app.NewID())) },
			},
		} {
			walked[op.id] = true
			what := fmt.Sprintf("%s by %s of %s", op.id, role, op.of)
			if may {
				if err := op.call(); err != nil {
					t.Errorf("%s: %v", what, err)
				}
				if op.none != nil {
					refusedAs(t, what+", which is none", op.none(), app.CodeNotFound, "")
				}
				continue
			}
			err := x.refuse(t, what, op.call)
			if op.none == nil {
				continue
			}
			if gone := x.refuse(t, what+", which is none", op.none); refusalText(err) != refusalText(gone) {
				t.Errorf("%s: %s, of one that does not exist %s", what, refusalText(err), refusalText(gone))
			}
		}
	}
}
