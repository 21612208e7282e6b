package server_test

import (
	"fmt"
	"io"
	"testing"

	"indagor/app"
	"indagor/sync/client"
	"indagor/sync/wire"
)

// statistics walks the numbers: each role counts whom its cell includes,
// nobody else, and an id of somebody else tells no more than an unknown one.
func (x *company) statistics(t *testing.T, walked map[string]bool) {
	for _, id := range []string{"get-statistics", "export-statistics", "get-consumption"} {
		walked[id] = true
	}
	w := x.World
	asker := func(role app.Role, d app.Department, n int) app.User {
		c := w.At(w.Person(role, d, nil), fmt.Sprint("STAT-", role, "-", d.Name))
		for i := range n {
			if _, err := c.Ask(fmt.Sprintf("statistics-%s-%d", c.Session.User.ID, i), wire.VisuraRequest{Type: app.VisuraEsistenza, Subject: app.Subject{FiscalCode: cast(t, "wife").CF}}); err != nil {
				t.Fatal(err)
			}
		}
		return c.Session.User
	}
	people := []app.User{asker(app.RoleStandard, w.Registry, 2), asker(app.RoleStandard, w.Taxes, 3), asker(app.RoleStandardPS, w.Registry, 4), asker(app.RoleStandardPS, w.Taxes, 1)}
	today := app.Day(w.Now().In(rome).Format("2006-01-02"))
	filter := wire.StatisticsFilter{By: app.ByUser, From: today, To: today}
	for _, role := range app.Roles {
		c := x.actors[role]
		me := c.Session.User
		sees := func(u app.User) bool { return specified("statistics.read", role).includes(me, u) }
		all := say(t, c, wire.GetStatistics, &wire.StatisticsInput{StatisticsFilter: filter}).Body
		counted := map[string]int64{}
		for _, row := range all.Rows {
			counted[row.Key] = row.N
		}
		for i, u := range people {
			if want := int64([]int{2, 3, 4, 1}[i]); counted[string(u.ID)] != map[bool]int64{true: want}[sees(u)] {
				t.Errorf("%s counts %d of %s of %s", role, counted[string(u.ID)], u.Role, u.Department)
			}
		}
		nobody := filter
		nobody.User = app.NewID()
		unknown := say(t, c, wire.GetStatistics, &wire.StatisticsInput{StatisticsFilter: nobody}).Body
		elsewhere := filter
		elsewhere.Department = app.NewID()
		nowhere := say(t, c, wire.GetStatistics, &wire.StatisticsInput{StatisticsFilter: elsewhere}).Body
		if unknown.Total != 0 || nowhere.Total != 0 || len(unknown.Rows)+len(nowhere.Rows) != 0 {
			t.Errorf("%s: of nobody %+v, of nowhere %+v", role, unknown, nowhere)
		}
		size := func(f wire.StatisticsFilter) int {
			_, document := fetch(t, c, wire.ExportStatistics, &wire.StatisticsExportInput{StatisticsFilter: f, Format: "pdf"})
			return len(document)
		}
		for _, u := range people {
			of := filter
			of.User = u.ID
			got := say(t, c, wire.GetStatistics, &wire.StatisticsInput{StatisticsFilter: of}).Body
			if sees(u) != (got.Total > 0) {
				t.Errorf("%s counts %d of %s by id", role, got.Total, u.Role)
			}
			if !sees(u) {
				if got.Total != unknown.Total || len(got.Rows) != len(unknown.Rows) || got.Before != unknown.Before {
					t.Errorf("%s: of %s %+v, of nobody %+v", role, u.Role, got, unknown)
				}
				// The minute of its making stands in a document: those between two of
				// one size were made in the same.
				for before := size(nobody); ; {
					his, after := size(of), size(nobody)
					if before == after {
						if his != after {
							t.Errorf("%s: the document of %s is not as that of nobody", role, u.Role)
						}
						break
					}
					before = after
				}
			}
			for _, d := range []app.Department{w.Registry, w.Taxes} {
				in := filter
				in.By, in.Department = app.ByOutcome, d.ID
				got := say(t, c, wire.GetStatistics, &wire.StatisticsInput{StatisticsFilter: in}).Body
				if role == app.RoleAdmin && (got.Total > 0) != (d.ID == me.Department) || role == app.RoleTop && got.Total == 0 {
					t.Errorf("%s counts %d of the department %s", role, got.Total, d.Name)
				}
			}
		}
		name, file := fetch(t, c, wire.ExportStatistics, &wire.StatisticsExportInput{StatisticsFilter: filter, Format: "csv"})
		if name == "" || len(file) == 0 {
			t.Errorf("%s exports nothing", role)
		}
		consumption := func() error { return try(c, wire.GetConsumption, &wire.None{}) }
		if role == app.RoleTop {
			if err := consumption(); err != nil {
				t.Errorf("consumption for TOP: %v", err)
			}
		} else {
			x.refuse(t, "consumption for "+string(role), consumption)
		}
	}
	outsider := w.NewClient("NESSUNO")
	refusedAs(t, "nobody signed in", try(outsider, wire.GetStatistics, &wire.StatisticsInput{StatisticsFilter: filter}), app.CodeSessionMissing, "")
}

// exports walks the monitors as files: who may not read a monitor takes no
// file of it, and a file holds no row that its reader would not see.
func (x *company) exports(t *testing.T, walked map[string]bool) {
	for _, role := range app.Roles {
		c := x.actors[role]
		for _, e := range []wire.Endpoint[wire.MonitorExportInput, wire.Download]{wire.ExportActivity, wire.ExportAccesses, wire.ExportHistory} {
			walked[e.ID] = true
			in := &wire.MonitorExportInput{Format: "csv"}
			if specified(e.Permission, role) == blank {
				x.refuse(t, fmt.Sprint(role, " takes ", e.ID), func() error {
					_, err := client.Download(t.Context(), c.Client, e, in, io.Discard, nil)
					return err
				})
				continue
			}
			_, b := fetch(t, c, e, in)
			rows := csvOf(t, b)
			if len(rows) < 2 {
				t.Errorf("%s: %s has %d rows", role, e.ID, len(rows)-1)
			}
			if e.ID != "export-activity" {
				continue
			}
			for _, who := range x.targets {
				in.User = who.ID
				_, of := fetch(t, c, e, in)
				in.User = app.NewID()
				if _, nobody := fetch(t, c, e, in); !specified(e.Permission, role).includes(c.Session.User, who) && string(of) != string(nobody) {
					t.Errorf("%s: the file of %s of another is not as that of nobody", role, who.Role)
				}
			}
			for _, row := range rows[1:] {
				if row[1] == x.actors[app.RoleStandardPS].Session.User.Username || role == app.RoleAdmin && row[2] != x.Registry.Name {
					t.Errorf("%s: a file has %q", role, row)
				}
			}
		}
	}
}
