package server_test

import (
	"context"
	"fmt"
	"io"
	"testing"

	"indagor/app"
	"indagor/server/servertest"
	"indagor/sync/client"
	"indagor/sync/wire"
)

func entry(w app.Workstation) *wire.ChangeWorkstationInput {
	return &wire.ChangeWorkstationInput{ID: w.ID, Body: wire.WorkstationChange{
		Name: w.Name, Responsible: w.Responsible, Office: w.Office, Department: w.Department, Expires: w.Expires, Version: w.Version,
	}}
}

func download[In any](c *servertest.Client, e wire.Endpoint[In, wire.Download], in *In, to io.Writer) error {
	_, err := client.Download(context.Background(), c.Client, e, in, to, func(int64) {})
	return err
}

// register walks what may be done with the register of workstations beside
// approving and stopping one.
func (x *company) register(t *testing.T, walked map[string]bool) {
	const row = "workstations.manage"
	for n, role := range app.Roles {
		c, cell := x.actors[role], specified(row, role)
		for m, d := range []app.Department{x.Registry, x.Taxes} {
			w := x.office(t, fmt.Sprint("REG-", n, m), d)
			ghost := w
			ghost.ID = app.NewID()
			may := cell.reach == "all" || cell.reach == "own department" && d.ID == x.Registry.ID
			what := fmt.Sprintf("%s of department %q", role, d.Name)
			change := func(w app.Workstation) error { return try(c, wire.ChangeWorkstation, entry(w)) }
			walked["change-workstation"] = true
			if may {
				if err := change(w); err != nil {
					t.Errorf("change by %s: %v", what, err)
				}
			} else if one, none := x.refuse(t, "change by "+what, func() error { return change(w) }), x.refuse(t, "change of none", func() error { return change(ghost) }); refusalText(one) != refusalText(none) {
				t.Errorf("change by %s: %s, of none %s", what, refusalText(one), refusalText(none))
			}

			// Of several each has its own outcome, and a foreign one is none.
			walked["change-workstations"] = true
			several := &wire.ChangeWorkstationsInput{Body: wire.WorkstationsChange{IDs: []app.ID{w.ID, ghost.ID}, Act: "suspend", Reason: "prova"}}
			if cell == blank {
				x.refuse(t, "changes by "+what, func() error { return try(c, wire.ChangeWorkstations, several) })
			} else {
				items := say(t, c, wire.ChangeWorkstations, several).Body.Items
				state := detail(t, x.Desk, w.ID).State
				if may != (items[0].Code == "") || may != (state == app.WorkstationSuspended) || items[1].Code != app.CodeNotFound {
					t.Errorf("changes by %s: %+v, and it is %s", what, items, state)
				}
				if !may && (items[0].Code != items[1].Code || items[0].Name != "" || items[1].Name != "") {
					t.Errorf("changes by %s tell that there is such a workstation: %+v", what, items)
				}
			}

			walked["withdraw-enrolment-token"] = true
			in := &wire.IssueTokenInput{}
			in.Body.Label, in.Body.Department, in.Body.Office, in.Body.Responsible, in.Body.Uses, in.Body.Hours = "lotto", d.ID, "Ufficio", "Rossi", 3, 24
			token := say(t, x.Desk, wire.IssueToken, in).Body.Token
			withdraw := func(id app.ID) error { return try(c, wire.WithdrawToken, named(id)) }
			if may {
				if err := withdraw(token.ID); err != nil {
					t.Errorf("token withdrawn by %s: %v", what, err)
				}
			} else if one, none := x.refuse(t, "token withdrawn by "+what, func() error { return withdraw(token.ID) }), x.refuse(t, "token withdrawn that is none", func() error { return withdraw(app.NewID()) }); refusalText(one) != refusalText(none) {
				t.Errorf("token withdrawn by %s: %s, of none %s", what, refusalText(one), refusalText(none))
			}
		}
		walked["list-workstation-values"], walked["export-workstations"] = true, true
		if cell == blank {
			x.refuse(t, "values for "+string(role), func() error { return try(c, wire.ListWorkstationValues, &wire.None{}) })
			x.refuse(t, "export for "+string(role), func() error {
				return download(c, wire.ExportWorkstations, &wire.ExportWorkstationsInput{Format: "csv"}, io.Discard)
			})
		}
	}
	// An ADMIN neither gives a workstation away nor sees what others have.
	admin := x.actors[app.RoleAdmin]
	own := x.office(t, "REG-PROPRIA", x.Registry)
	for what, d := range map[string]app.ID{"another": x.Taxes.ID, "no": app.NewID()} {
		in := entry(own)
		in.Body.Department = d
		refusedAs(t, what, x.refuse(t, "ADMIN gives a workstation to "+what+" department", func() error { return try(admin, wire.ChangeWorkstation, in) }), app.CodeForbidden, "department")
	}
	far := x.office(t, "REG-LONTANA", x.Taxes)
	in := entry(far)
	in.Body.Office = "Ufficio lontano"
	say(t, x.Desk, wire.ChangeWorkstation, in)
	for _, office := range say(t, admin, wire.ListWorkstationValues, &wire.None{}).Body.Offices {
		if office == "Ufficio lontano" {
			t.Error("ADMIN learns an office of another department")
		}
	}
	for _, c := range []*servertest.Client{admin, x.Desk} {
		table := exported(t, c, &wire.ExportWorkstationsInput{Format: "csv"})
		names := map[string]bool{}
		for _, row := range table[1:] {
			names[row[0]] = true
		}
		if !names["REG-PROPRIA"] || names["REG-LONTANA"] != (c == x.Desk) {
			t.Errorf("the export has %v", names)
		}
	}
}
