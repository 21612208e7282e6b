package server_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"indagor/app"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

func department(d app.Department, change func(*wire.DepartmentChange)) *wire.SaveDepartmentInput {
	in := &wire.SaveDepartmentInput{ID: d.ID, Body: wire.DepartmentChange{Name: d.Name, Offices: d.Offices, Version: d.Version}}
	if change != nil {
		change(&in.Body)
	}
	return in
}

func purpose(p app.Purpose, change func(*wire.PurposeChange)) *wire.SavePurposeInput {
	in := &wire.SavePurposeInput{ID: p.ID, Body: wire.PurposeChange{Department: p.Department, Name: p.Name, LegalBasis: p.LegalBasis, Withdrawn: p.Withdrawn, Version: p.Version}}
	if change != nil {
		change(&in.Body)
	}
	return in
}

func group(name string, comuni ...string) *wire.SaveConsortiumInput {
	return &wire.SaveConsortiumInput{ID: app.NewID(), Body: wire.ConsortiumChange{Name: name, Comuni: comuni}}
}

// param is a parameter of a refusal with the code.
func param(err error, code app.Code, name string) string {
	var many app.Errors
	var one *app.Error
	if errors.As(err, &many) {
		for _, e := range many {
			if e.Code == code {
				return e.Params[name]
			}
		}
	} else if errors.As(err, &one) && one.Code == code {
		return one.Params[name]
	}
	return ""
}

// recorded are the acts of the kind about the target in the log, oldest first.
func recorded(w *servertest.World, kind app.EventKind, target app.ID) []app.Event {
	var out []app.Event
	for _, e := range w.Readable() {
		if e.Kind == kind && e.Target == target {
			out = append(out, e)
		}
	}
	return out
}

// TestOffices: who is in an office follows its new name; an office in which
// somebody is stays.
func TestOffices(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn})
		d := say(t, w.Desk, wire.SaveDepartment, department(w.Taxes, func(c *wire.DepartmentChange) { c.Offices = []string{"IMU", " TARI ", "Cosap"} })).Body
		if !slices.Equal(d.Offices, []string{"IMU", "TARI", "Cosap"}) || d.Version != w.Taxes.Version+1 {
			t.Fatalf("%+v", d)
		}
		clerk := w.Person(app.RoleStandard, w.Taxes, func(u *app.User) { u.Office = "IMU" })
		pc := w.NewClient("TRIB-01")
		present(t, pc, "TRIB-01")
		station := say(t, w.Desk, wire.GetWorkstation, named(pc.Own.ID)).Body.Workstation
		in := approval(station, w.Taxes.ID)
		in.Body.Office = "TARI"
		say(t, w.Desk, wire.ApproveWorkstation, in)

		for what, c := range map[string]struct {
			change func(*wire.DepartmentChange)
			code   app.Code
			field  string
		}{
			"two of one name":         {func(c *wire.DepartmentChange) { c.Offices = []string{"IMU", "TARI", "imu"} }, app.CodeTaken, "offices.2"},
			"without a name":          {func(c *wire.DepartmentChange) { c.Offices = []string{"IMU", "TARI", "  "} }, app.CodeRequired, "offices.2"},
			"a long name":             {func(c *wire.DepartmentChange) { c.Offices = append(c.Offices, strings.Repeat("x", 101)) }, app.CodeTooLong, "offices.3"},
			"somebody is in it":       {func(c *wire.DepartmentChange) { c.Offices = []string{"TARI", "Cosap"} }, app.CodeUsedByUsers, "offices"},
			"a workstation is in it":  {func(c *wire.DepartmentChange) { c.Offices = []string{"IMU", "Cosap"} }, app.CodeUsedByStations, "offices"},
			"renamed, and not there":  {func(c *wire.DepartmentChange) { c.Renamed = []wire.OfficeRename{{From: "Verde", To: "IMU"}} }, app.CodeInvalid, "renamed.0"},
			"renamed to one not kept": {func(c *wire.DepartmentChange) { c.Renamed = []wire.OfficeRename{{From: "IMU", To: "Verde"}} }, app.CodeInvalid, "renamed.0"},
			"an old copy":             {func(c *wire.DepartmentChange) { c.Version-- }, app.CodeChanged, "version"},
			"as if it were new":       {func(c *wire.DepartmentChange) { c.Version = 0 }, app.CodeChanged, "version"},
			"a name taken":            {func(c *wire.DepartmentChange) { c.Name = strings.ToUpper(w.Registry.Name) }, app.CodeTaken, "name"},
		} {
			refusedAs(t, what, try(w.Desk, wire.SaveDepartment, department(d, c.change)), c.code, c.field)
		}
		err := try(w.Desk, wire.SaveDepartment, department(d, func(c *wire.DepartmentChange) { c.Offices = []string{"TARI"} }))
		if names := param(err, app.CodeUsedByUsers, "names"); !strings.Contains(names, clerk.FullName()) {
			t.Errorf("who is in the office is not told: %q", names)
		}

		d = say(t, w.Desk, wire.SaveDepartment, department(d, func(c *wire.DepartmentChange) {
			c.Name, c.Offices = "Entrate", []string{"IMU e TASI", "Rifiuti"}
			c.Renamed = []wire.OfficeRename{{From: "IMU", To: "IMU e TASI"}, {From: "TARI", To: "Rifiuti"}}
		})).Body
		if u := say(t, w.Desk, wire.GetUser, named(clerk.ID)).Body; u.Office != "IMU e TASI" || u.Version != clerk.Version+1 {
			t.Errorf("the clerk is in %q, version %d", u.Office, u.Version)
		}
		if now := say(t, w.Desk, wire.GetWorkstation, named(pc.Own.ID)).Body; now.Office != "Rifiuti" {
			t.Errorf("the workstation is in %q", now.Office)
		}
		if es := recorded(w, app.EventUserChanged, clerk.ID); len(es) != 1 || !strings.Contains(string(es[0].Before), `"IMU"`) || !strings.Contains(string(es[0].After), `"IMU e TASI"`) {
			t.Errorf("the log of the clerk: %v", es)
		}
		saved := recorded(w, app.EventDepartment, d.ID)
		if last := saved[len(saved)-1]; last.TargetName != "Entrate" || !strings.Contains(string(last.Before), `"Tributi"`) {
			t.Errorf("the log: %+v", last)
		}
		if es := recorded(w, app.EventWorkstationChanged, pc.Own.ID); len(es) != 1 || !strings.Contains(string(es[0].Before), `"TARI"`) || !strings.Contains(string(es[0].After), `"Rifiuti"`) || es[0].TargetDept != d.ID {
			t.Errorf("the log of the workstation: %v", es)
		}
		detail := say(t, w.Desk, wire.GetDepartment, named(d.ID)).Body
		if want := []app.OfficeUse{{Name: "IMU e TASI", Users: 1}, {Name: "Rifiuti", Workstations: 1}}; !slices.Equal(detail.OfficeUses, want) {
			t.Errorf("offices: %+v", detail.OfficeUses)
		}
		if detail.Admins != 1 || detail.Operators != 1 || len(detail.Heads) != 1 || detail.Heads[0].ID != w.TaxAdmin.ID {
			t.Errorf("%+v", detail)
		}

		// Two offices take each other's name: nothing of theirs is merged.
		for _, office := range d.Offices {
			in := &wire.IssueTokenInput{}
			in.Body.Label, in.Body.Uses, in.Body.Hours, in.Body.Department, in.Body.Office, in.Body.Responsible = "di "+office, 1, 1, d.ID, office, "Rossi"
			say(t, w.Desk, wire.IssueToken, in)
		}
		d = say(t, w.Desk, wire.SaveDepartment, department(d, func(c *wire.DepartmentChange) {
			c.Renamed = []wire.OfficeRename{{From: "IMU e TASI", To: "Rifiuti"}, {From: "Rifiuti", To: "IMU e TASI"}}
		})).Body
		if u, now := say(t, w.Desk, wire.GetUser, named(clerk.ID)).Body, say(t, w.Desk, wire.GetWorkstation, named(pc.Own.ID)).Body; u.Office != "Rifiuti" || now.Office != "IMU e TASI" {
			t.Errorf("the clerk is in %q, the workstation in %q", u.Office, now.Office)
		}
		for _, token := range say(t, w.Desk, wire.ListTokens, &wire.Page{}).Body.Items {
			if token.Department == d.ID && (token.Label == "di "+token.Office || token.Office != "Rifiuti" && token.Office != "IMU e TASI") {
				t.Errorf("the token %s is of %q", token.Label, token.Office)
			}
		}
	})
}

// TestDepartmentEnds: a department is deleted only where nothing refers to it,
// and the refusal says what does.
func TestDepartmentEnds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn})
		err := try(w.Desk, wire.DeleteDepartment, &wire.DeleteInput{ID: w.Taxes.ID, Version: w.Taxes.Version})
		if got := faults(err); !slices.Equal(got, []string{"used_by_purposes@", "used_by_users@"}) {
			t.Fatalf("%v", got)
		}
		if names := param(err, app.CodeUsedByUsers, "names"); !strings.Contains(names, w.TaxAdmin.FullName()) {
			t.Errorf("the ADMIN is not told: %q", names)
		}
		d := say(t, w.Desk, wire.SaveDepartment, department(app.Department{ID: app.NewID(), Name: "Scuola"}, nil)).Body
		in := &wire.IssueTokenInput{}
		in.Body.Label, in.Body.Department, in.Body.Office, in.Body.Responsible, in.Body.Uses, in.Body.Hours = "Aule", d.ID, "U", "R", 1, 1
		token := say(t, w.Desk, wire.IssueToken, in).Body
		refusedAs(t, "a token", try(w.Desk, wire.DeleteDepartment, &wire.DeleteInput{ID: d.ID, Version: 1}), app.CodeUsedByTokens, "")
		pc := w.NewClient("SCUOLA-01")
		say(t, pc, wire.RegisterWorkstation, pc.Registration("SCUOLA-01", token.Secret))
		err = try(w.Desk, wire.DeleteDepartment, &wire.DeleteInput{ID: d.ID, Version: 1})
		if got := faults(err); !slices.Equal(got, []string{"used_by_tokens@", "used_by_workstations@"}) {
			t.Errorf("%v", got)
		}

		// An operator who went leaves his past there.
		left := say(t, w.Desk, wire.SaveDepartment, department(app.Department{ID: app.NewID(), Name: "Cimiteri"}, nil)).Body
		head := w.Person(app.RoleAdmin, left, nil)
		p := say(t, w.Desk, wire.SavePurpose, purpose(app.Purpose{ID: app.NewID(), Department: left.ID, Name: "Istruttoria"}, nil)).Body
		clerk := w.Person(app.RoleStandard, w.Registry, nil)
		move := &wire.MoveInput{ID: clerk.ID}
		move.Body.Admin = head.ID
		say(t, w.Desk, wire.MoveOperator, move)
		move.Body.Admin = w.Admin.ID
		say(t, w.Desk, wire.MoveOperator, move)
		u := say(t, w.Desk, wire.GetUser, named(head.ID)).Body
		u.Department = w.Registry.ID
		say(t, w.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u})
		say(t, w.Desk, wire.DeletePurpose, &wire.DeleteInput{ID: p.ID, Version: p.Version})
		refusedAs(t, "a past", try(w.Desk, wire.DeleteDepartment, &wire.DeleteInput{ID: left.ID, Version: left.Version}), app.CodeUsedByPast, "")

		empty := say(t, w.Desk, wire.SaveDepartment, department(app.Department{ID: app.NewID(), Name: "Errore"}, nil)).Body
		refusedAs(t, "an old copy", try(w.Desk, wire.DeleteDepartment, &wire.DeleteInput{ID: empty.ID, Version: 7}), app.CodeChanged, "version")
		say(t, w.Desk, wire.DeleteDepartment, &wire.DeleteInput{ID: empty.ID, Version: empty.Version})
		refusedAs(t, "deleted already", try(w.Desk, wire.DeleteDepartment, &wire.DeleteInput{ID: empty.ID, Version: empty.Version}), app.CodeNotFound, "")
		if es := recorded(w, app.EventDepartmentDeleted, empty.ID); len(es) != 1 || es[0].TargetName != "Errore" || !json.Valid(es[0].Before) || len(es[0].After) > 0 {
			t.Errorf("the log: %v", es)
		}
		for _, s := range say(t, w.Desk, wire.ListDepartmentSummaries, &wire.None{}).Body.Items {
			if s.ID == empty.ID {
				t.Error("it is still listed")
			}
			if s.ID == w.Taxes.ID && (s.Admins != 1 || s.Purposes != 1 || s.Operators != 0) {
				t.Errorf("%+v", s)
			}
			if s.ID == d.ID && s.Workstations != 1 {
				t.Errorf("%+v", s)
			}
		}
	})
}

// TestPurposeWithdrawn: a purpose that is withdrawn can no longer be stated or
// given, and stays with those who had it; deleted is only what nobody has.
func TestPurposeWithdrawn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn})
		second := say(t, w.Desk, wire.SavePurpose, purpose(app.Purpose{ID: app.NewID(), Department: w.Registry.ID, Name: "Notifiche"}, nil)).Body
		clerk := w.Person(app.RoleStandard, w.Registry, func(u *app.User) { u.Profile.Purposes = append(u.Profile.Purposes, second.ID) })
		desk := w.At(clerk, "SPORTELLO-1")
		if n := len(desk.Session.Purposes); n != 2 {
			t.Fatalf("%d purposes", n)
		}
		refusedAs(t, "deleted in use", try(w.Desk, wire.DeletePurpose, &wire.DeleteInput{ID: second.ID, Version: 1}), app.CodeUsedByUsers, "")
		refusedAs(t, "taken to another department", try(w.Desk, wire.SavePurpose, purpose(second, func(c *wire.PurposeChange) { c.Department = w.Taxes.ID })), app.CodeUsedByUsers, "department")
		refusedAs(t, "of a name that there is", try(w.Desk, wire.SavePurpose, purpose(second, func(c *wire.PurposeChange) { c.Name = "istruttoria" })), app.CodeTaken, "name")
		refusedAs(t, "of no department", try(w.Desk, wire.SavePurpose, purpose(second, func(c *wire.PurposeChange) { c.Department = app.NewID() })), app.CodeDepartmentAbsent, "department")

		ask := func() error {
			_, err := desk.Ask("purpose-"+string(app.NewID()), wire.VisuraRequest{Type: app.VisuraEsistenza, Purpose: second.ID, Subject: app.Subject{FiscalCode: cast(t, "resident").CF}})
			return err
		}
		if err := ask(); err != nil {
			t.Fatal(err)
		}
		second = say(t, w.Desk, wire.SavePurpose, purpose(second, func(c *wire.PurposeChange) { c.Withdrawn = true })).Body
		refusedAs(t, "a withdrawn purpose stated", ask(), app.CodePurposeOff, "purpose")
		if ps := say(t, desk, wire.GetSession, &wire.None{}).Body.Purposes; len(ps) != 1 || ps[0].ID == second.ID {
			t.Errorf("%+v may be stated", ps)
		}
		// Whoever had it keeps it; nobody else gets it.
		u := say(t, w.Desk, wire.GetUser, named(clerk.ID)).Body
		u.Phone = "1"
		u = say(t, w.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u}).Body
		draft := w.Draft(app.RoleStandard, w.Registry, func(u *app.User) { u.Profile.Purposes = append(u.Profile.Purposes, second.ID) })
		refusedAs(t, "given anew", try(w.Desk, wire.CreateUser, &wire.CreateUserInput{Body: draft}), app.CodeProfilePurpose, "profile.purposes")
		detail := say(t, w.Desk, wire.GetDepartment, named(w.Registry.ID)).Body
		if i := slices.IndexFunc(detail.PurposeUses, func(p app.PurposeUse) bool { return p.ID == second.ID }); detail.PurposeUses[i].Users != 1 || detail.PurposeUses[i].Alone != 0 || detail.Purposes != 1 {
			t.Errorf("%+v", detail.PurposeUses)
		}
		u.Profile.Purposes = slices.DeleteFunc(u.Profile.Purposes, func(id app.ID) bool { return id == second.ID })
		u = say(t, w.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u}).Body
		u.Profile.Purposes = append(u.Profile.Purposes, second.ID)
		refusedAs(t, "taken again", try(w.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u}), app.CodeProfilePurpose, "profile.purposes")
		refusedAs(t, "an old copy deleted", try(w.Desk, wire.DeletePurpose, &wire.DeleteInput{ID: second.ID, Version: 1}), app.CodeChanged, "version")
		say(t, w.Desk, wire.DeletePurpose, &wire.DeleteInput{ID: second.ID, Version: second.Version})
		if es := recorded(w, app.EventPurposeDeleted, second.ID); len(es) != 1 || es[0].TargetDept != w.Registry.ID {
			t.Errorf("%+v", es)
		}
		items := say(t, desk, wire.ListArchive, &wire.ArchiveInput{}).Body.Items
		if v := say(t, desk, wire.GetVisura, &wire.GetVisuraInput{ID: items[0].ID}).Body; v.PurposeName != "Notifiche" {
			t.Errorf("what was asked lost its purpose: %q", v.PurposeName)
		}
	})
}

// TestConsortium: the Comuni of a group are those of today; a group that is a
// scope stays.
func TestConsortium(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn})
		// Albaredo Arnaboldi and Campospinoso became one in 2023.
		g := say(t, w.Desk, wire.SaveConsortium, group("Unione", servertest.Own, "018002", "018026")).Body
		if len(g.Comuni) != 2 || g.Comuni[0] != servertest.Own || g.Comuni[1] != "018026" || g.Version != 1 {
			t.Fatalf("%+v", g)
		}
		refusedAs(t, "a second of the name", try(w.Desk, wire.SaveConsortium, group("UNIONE", servertest.Own)), app.CodeTaken, "name")
		refusedAs(t, "of a Comune that has ceased", try(w.Desk, wire.SaveConsortium, group("Vecchio", servertest.Own, "030096")), app.CodePlaceCeased, "comuni.1")
		refusedAs(t, "of no Comune", try(w.Desk, wire.SaveConsortium, group("Vuoto", "000000")), app.CodePlaceUnknown, "comuni.0")
		change := &wire.SaveConsortiumInput{ID: g.ID, Body: wire.ConsortiumChange{Name: "Unione", Comuni: g.Comuni, Version: 5}}
		refusedAs(t, "an old copy", try(w.Desk, wire.SaveConsortium, change), app.CodeChanged, "version")
		clerk := w.Person(app.RoleStandard, w.Taxes, func(u *app.User) { u.Profile.Visure.Scope = app.Scope{Kind: app.ScopeGroup, Group: g.ID} })
		err := try(w.Desk, wire.DeleteConsortium, &wire.DeleteInput{ID: g.ID, Version: 1})
		if refusedAs(t, "in use", err, app.CodeUsedByUsers, ""); !strings.Contains(param(err, app.CodeUsedByUsers, "names"), clerk.Username) {
			t.Errorf("%v", err)
		}
		detail := say(t, w.Desk, wire.GetConsortium, named(g.ID)).Body
		if len(detail.Users) != 1 || detail.Users[0].ID != clerk.ID || detail.Users[0].Department != w.Taxes.ID {
			t.Errorf("%+v", detail.Users)
		}
		sums := say(t, w.Desk, wire.ListConsortiumSummaries, &wire.None{}).Body.Items
		if len(sums) != 1 || sums[0].Users != 1 {
			t.Errorf("%+v", sums)
		}
		u := say(t, w.Desk, wire.GetUser, named(clerk.ID)).Body
		u.Profile.Visure.Scope = app.Scope{Kind: app.ScopeOwn}
		say(t, w.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u})
		say(t, w.Desk, wire.DeleteConsortium, &wire.DeleteInput{ID: g.ID, Version: 1})
		if es := recorded(w, app.EventConsortiumDeleted, g.ID); len(es) != 1 {
			t.Errorf("%+v", es)
		}
	})
}

// TestBodyAndProfilesTogether: what a profile names cannot be deleted at the
// same moment.
func TestBodyAndProfilesTogether(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn})
		for range 5 {
			g := say(t, w.Desk, wire.SaveConsortium, group("Unione "+string(app.NewID()), servertest.Own)).Body
			draft := w.Draft(app.RoleStandard, w.Taxes, func(u *app.User) { u.Profile.Visure.Scope = app.Scope{Kind: app.ScopeGroup, Group: g.ID} })
			var made, deleted error
			var both sync.WaitGroup
			both.Go(func() { made = try(w.Desk, wire.CreateUser, &wire.CreateUserInput{Body: draft}) })
			both.Go(func() {
				deleted = try(w.Desk, wire.DeleteConsortium, &wire.DeleteInput{ID: g.ID, Version: 1})
			})
			both.Wait()
			if (made == nil) == (deleted == nil) {
				t.Fatalf("made %v, deleted %v", made, deleted)
			}
		}
	})
}
