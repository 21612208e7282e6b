package server_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/app/codicefiscale"
	"indagor/cmd/anpr-simulator/sim"
	"indagor/server"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// found are the names of the lists that a search finds, newest first, however
// long its pages are.
func found(t testing.TB, c *servertest.Client, q wire.JobQuery) string {
	t.Helper()
	var whole string
	for _, q.Limit = range []int{100, 1, 2} {
		var names []string
		for q.Cursor = ""; ; {
			page := say(t, c, wire.ListJobs, &wire.JobsInput{Body: q}).Body
			for _, j := range page.Items {
				names = append(names, strings.TrimSuffix(j.Name, ".csv"))
			}
			if q.Cursor = page.Next; page.Next == "" {
				break
			}
		}
		got := strings.Join(names, " ")
		if q.Limit == 100 {
			whole = got
		} else if got != whole {
			t.Errorf("%+v by %d: %q, want %q", q, q.Limit, got, whole)
		}
	}
	return whole
}

// TestJobsAreSearched: one's own lists are found by what they were, what was
// stated with them, what came of them, and when.
func TestJobsAreSearched(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		clock := newClock() // in the morning of a 24 November
		w := servertest.Start(t, servertest.Options{DSN: dsn, Server: func(o *server.Options) { o.Jobs, o.Now = -1, clock.now }, Sim: func(c *sim.Config) { c.Clock = clock.now }})
		purposes := []app.ID{w.Purpose(w.Registry)}
		extra := say(t, w.Desk, wire.SavePurpose, &wire.SavePurposeInput{ID: app.NewID(), Body: wire.PurposeChange{Department: w.Registry.ID, Name: "Verifica dei residui"}}).Body
		purposes = append(purposes, extra.ID)
		p := w.Person(app.RoleStandard, w.Registry, func(u *app.User) {
			bulkUser(app.ScopeNational)(u)
			u.Profile.Purposes = purposes
		})
		c := w.At(p, "SPORTELLO-01")
		resident, deceased, nobody := cast(t, "resident").CF, cast(t, "deceased").CF, cast(t, "unregistered").CF
		run := func(service app.Service, name, content string, purpose app.ID, reference string) wire.Job {
			t.Helper()
			clock.add(time.Hour)
			job := upload(t, c, service, name+".csv", content)
			in := order(c, job.ID, "surname")
			if service == app.ServiceHousehold {
				in.Body.Fields = nil
			}
			in.Body.Purpose, in.Body.FileReference = purpose, reference
			say(t, c, wire.StartJob, in)
			if job = awaitJob(t, c, job.ID, app.JobRunning); job.State != app.JobDone {
				t.Fatalf("%+v", job)
			}
			return job
		}
		run(app.ServiceEnrichment, "TARI_2026", "cf\n"+resident+"\n"+nobody+"\n", purposes[0], "Prot. 77/2026")
		run(app.ServiceEnrichment, "morosi", "cf\n"+deceased+"\n"+resident[:15]+"?\n", purposes[1], "Prot. 78/È")
		run(app.ServiceHousehold, "famiglie", "cf\n"+resident+"\n", purposes[0], "tari e scuola")
		clock.add(24 * time.Hour)
		c.Enter(p)
		w.Desk.Enter(w.Top)
		ready := upload(t, c, app.ServiceEnrichment, "pronto.csv", "cf\n"+resident+"\n")
		clock.add(time.Minute) // what is made in one moment has no order
		rejected := upload(t, c, app.ServiceEnrichment, "verbale.csv", "%PDF-1.7 and so on")
		if rejected.State != app.JobRejected {
			t.Fatalf("%+v", rejected)
		}
		day := app.DayOf(clock.now())
		before := app.DayOf(clock.now().AddDate(0, 0, -1))
		for what, x := range map[string]struct {
			q    wire.JobQuery
			want string
		}{
			"nothing":                       {wire.JobQuery{}, "verbale pronto famiglie morosi TARI_2026"},
			"a service":                     {wire.JobQuery{Service: app.ServiceHousehold}, "famiglie"},
			"the other":                     {wire.JobQuery{Service: app.ServiceEnrichment}, "verbale pronto morosi TARI_2026"},
			"a part of name or reference":   {wire.JobQuery{Text: "tari"}, "famiglie TARI_2026"},
			"a part with a sign of LIKE":    {wire.JobQuery{Text: "i_2"}, "TARI_2026"},
			"a part with an accent":         {wire.JobQuery{Text: "78/è"}, "morosi"},
			"a part of a service":           {wire.JobQuery{Text: "tari", Service: app.ServiceEnrichment}, "TARI_2026"},
			"a part of nothing":             {wire.JobQuery{Text: "%"}, ""},
			"a state":                       {wire.JobQuery{State: app.JobDone}, "famiglie morosi TARI_2026"},
			"another state":                 {wire.JobQuery{State: app.JobRejected}, "verbale"},
			"a purpose":                     {wire.JobQuery{Purpose: purposes[0]}, "famiglie TARI_2026"},
			"another purpose":               {wire.JobQuery{Purpose: purposes[1]}, "morosi"},
			"a purpose of nothing":          {wire.JobQuery{Purpose: app.NewID()}, ""},
			"an outcome":                    {wire.JobQuery{Outcome: app.OutcomeFound}, "famiglie TARI_2026"},
			"an outcome of one row":         {wire.JobQuery{Outcome: app.OutcomeNotFound}, "TARI_2026"},
			"an outcome of lists alone":     {wire.JobQuery{Outcome: app.OutcomeDeceased}, "morosi"},
			"an outcome that was not asked": {wire.JobQuery{Outcome: app.OutcomeWrong}, "morosi"},
			"an outcome of none":            {wire.JobQuery{Outcome: app.OutcomeFailed}, ""},
			"an outcome of no list":         {wire.JobQuery{Outcome: "sold"}, ""},
			"a person":                      {wire.JobQuery{Person: resident}, "pronto famiglie TARI_2026"},
			"a person of nothing":           {wire.JobQuery{Person: "RSSMRA85T10A562S"}, ""},
			"since a day":                   {wire.JobQuery{From: day}, "verbale pronto"},
			"until a day":                   {wire.JobQuery{Until: before}, "famiglie morosi TARI_2026"},
			"a day":                         {wire.JobQuery{From: before, Until: before}, "famiglie morosi TARI_2026"},
			"a day of nothing":              {wire.JobQuery{Until: "2026-01-01"}, ""},
			"all at once":                   {wire.JobQuery{Service: app.ServiceEnrichment, Person: resident, Text: "prot", State: app.JobDone, Outcome: app.OutcomeFound, Purpose: purposes[0], From: before, Until: day}, "TARI_2026"},
		} {
			if got := found(t, c, x.q); got != x.want {
				t.Errorf("%s: %q, want %q", what, got, x.want)
			}
		}
		for what, x := range map[string]struct {
			q     wire.JobQuery
			code  app.Code
			field string
		}{
			"no person":       {wire.JobQuery{Person: "ROSSI"}, app.CodeFiscalCode, "person"},
			"a wrong code":    {wire.JobQuery{Person: resident[:15] + "?"}, app.CodeFiscalCode, "person"},
			"a mistyped code": {wire.JobQuery{Person: "RSSMRA85T10A562X"}, app.CodeFiscalCheck, "person"},
			"no first day":    {wire.JobQuery{From: "2026-02-30"}, app.CodeDate, "from"},
			"no last day":     {wire.JobQuery{Until: "yesterday"}, app.CodeDate, "until"},
			"no cursor":       {wire.JobQuery{Cursor: "?"}, app.CodeMalformed, "cursor"},
			"no state":        {wire.JobQuery{State: "sold"}, app.CodeMalformed, "state"},
			"no service":      {wire.JobQuery{Service: app.ServiceVisure}, app.CodeMalformed, "service"},
			"a long page":     {wire.JobQuery{Limit: 101}, app.CodeMalformed, "limit"},
		} {
			refusedAs(t, what, try(c, wire.ListJobs, &wire.JobsInput{Body: x.q}), x.code, x.field)
		}
		// The archive refuses the same in the same way.
		for what, q := range map[string]wire.ArchiveQuery{"from": {From: "2026-02-30"}, "until": {Until: "yesterday"}} {
			refusedAs(t, "of the archive: "+what, try(c, wire.ListArchive, &wire.ArchiveInput{Body: q}), app.CodeDate, what)
		}
		// What a colleague asked is his own, whatever it is searched by.
		colleague := w.At(w.Person(app.RoleStandard, w.Registry, bulkUser(app.ScopeNational)), "SPORTELLO-02")
		upload(t, colleague, app.ServiceEnrichment, "altrui.csv", "cf\n"+resident+"\n")
		for _, q := range []wire.JobQuery{{}, {Person: resident}, {Text: "i"}, {State: app.JobReady}, {Purpose: purposes[0]}, {Outcome: app.OutcomeFound}, {From: before}} {
			if got := found(t, colleague, q); got != "altrui" && got != "" {
				t.Errorf("a colleague finds %q by %+v", got, q)
			}
			if got := found(t, c, q); strings.Contains(got, "altrui") {
				t.Errorf("a colleague's list is found by %+v: %q", q, got)
			}
		}
		// What is removed is not found any more.
		if err := try(c, wire.DeleteJob, named(ready.ID)); err != nil {
			t.Fatal(err)
		}
		if got := found(t, c, wire.JobQuery{Person: resident}); got != "famiglie TARI_2026" {
			t.Errorf("after one was removed: %q", got)
		}
	})
}

// TestJobsFindThePerson: by fiscal code or ANPR id, whichever the list gave, and
// what the register told; of households every member. It is so for whom nobody
// monitors, too.
func TestJobsFindThePerson(t *testing.T) {
	for _, role := range []app.Role{app.RoleStandard, app.RoleStandardPS} {
		t.Run(string(role), func(t *testing.T) {
			w := servertest.Start(t, servertest.Options{Server: unpaced})
			c := w.At(w.Person(role, w.Registry, bulkUser(app.ScopeNational)), "ELENCHI-01")
			p := cast(t, "resident")
			code, err := codicefiscale.Parse(p.CF)
			if err != nil {
				t.Fatal(err)
			}
			sex := map[bool]string{false: "M", true: "F"}[code.Female]
			born := fmt.Sprintf("%02d/%02d/%d", code.Day, code.Month, code.Years[0])
			omocode := string(codicefiscale.Omocodes(code.Code)[0])
			var relatives []string
			for _, m := range w.Sim.Family(w.Sim.ByID(p.IDANPR), sim.DateOf(time.Now())) {
				if m.Person.CF != p.CF && m.Person.CF != "" {
					relatives = append(relatives, m.Person.CF)
				}
			}
			if len(relatives) == 0 {
				t.Fatal("the resident lives alone")
			}
			lists := []struct {
				name, content string
				service       app.Service
				start         bool
			}{
				{"codice", "cf\n" + p.CF + "\n", app.ServiceEnrichment, true},
				{"minuscolo", "cf\n " + strings.ToLower(p.CF[:6]) + " " + p.CF[6:] + "\n", app.ServiceEnrichment, false},
				{"identificativo", "id anpr\n" + strings.ToLower(p.IDANPR) + "\n", app.ServiceEnrichment, true},
				{"entrambi", "cf;id anpr\n" + p.CF + ";" + p.IDANPR + "\n", app.ServiceEnrichment, false},
				{"nome", "cognome;nome;sesso;data di nascita;comune di nascita\n" + p.Surname + ";" + p.Name + ";" + sex + ";" + born + ";" + code.Place + "\n", app.ServiceEnrichment, true},
				{"omocodia", "cf\n" + strings.ToLower(omocode) + "\n", app.ServiceEnrichment, false},
				{"nucleo", "cf\n" + p.CF + "\n", app.ServiceHousehold, true},
				{"altri", "cf\n" + cast(t, "deceased").CF + "\n", app.ServiceEnrichment, true},
			}
			jobs := map[string]wire.Job{}
			for _, l := range lists {
				job := upload(t, c, l.service, l.name+".csv", l.content)
				if job.State != app.JobReady || job.Counts.Bad > 0 {
					t.Fatalf("%s: %+v", l.name, job)
				}
				jobs[l.name] = job
			}
			by := func(person string) string {
				t.Helper()
				got := strings.Fields(found(t, c, wire.JobQuery{Person: person}))
				slices.Sort(got)
				return strings.Join(got, " ")
			}
			// Before anything is asked: what the lists give.
			if got := by(p.CF); got != "codice entrambi minuscolo nucleo" {
				t.Errorf("by code: %q", got)
			}
			if got := by(p.IDANPR); got != "entrambi identificativo" {
				t.Errorf("by ANPR id: %q", got)
			}
			if got := by(strings.ToLower(omocode)); got != "omocodia" {
				t.Errorf("by an omocode: %q", got)
			}
			for _, l := range lists {
				if !l.start {
					continue
				}
				in := order(c, jobs[l.name].ID, "surname", "fiscal_code")
				if l.service == app.ServiceHousehold {
					in.Body.Fields = nil
				}
				say(t, c, wire.StartJob, in)
				if job := awaitJob(t, c, jobs[l.name].ID, app.JobRunning); job.State != app.JobDone || job.Counts.Outcomes[app.OutcomeFound]+job.Counts.Outcomes[app.OutcomeDeceased] != 1 {
					t.Fatalf("%s: %+v", l.name, job)
				}
			}
			// And what the register told.
			if got := by(" " + strings.ToLower(p.CF)); got != "codice entrambi identificativo minuscolo nome nucleo" {
				t.Errorf("by code, afterwards: %q", got)
			}
			if got := by(strings.ToLower(p.IDANPR)); got != "codice entrambi identificativo nome nucleo" {
				t.Errorf("by ANPR id, afterwards: %q", got)
			}
			for _, r := range relatives {
				if got := by(r); got != "nucleo" {
					t.Errorf("by a relative: %q", got)
				}
			}
			// A row that is corrected names another person.
			say(t, c, wire.CorrectJobRow, &wire.CorrectJobRowInput{ID: jobs["entrambi"].ID, Number: 1, Body: wire.JobCorrection{Cells: []string{cast(t, "deceased").CF, ""}}})
			for _, person := range []string{p.CF, p.IDANPR} {
				if got := by(person); strings.Contains(got, "entrambi") {
					t.Errorf("after the correction: %q", got)
				}
			}
			if got := by(cast(t, "deceased").CF); got != "altri entrambi" {
				t.Errorf("by whom the correction names: %q", got)
			}
		})
	}
}

// TestJobsTellNothingWithheld: whom the scope withholds is not found by what
// the register knows of him and the list did not give.
func TestJobsTellNothingWithheld(t *testing.T) {
	w := servertest.Start(t, servertest.Options{Server: unpaced})
	c := w.At(w.Person(app.RoleStandard, w.Registry, bulkUser(app.ScopeOwn)), "SPORTELLO-01")
	elsewhere := cast(t, "elsewhere")
	job := upload(t, c, app.ServiceEnrichment, "altrove.csv", "id anpr\n"+elsewhere.IDANPR+"\n")
	say(t, c, wire.StartJob, order(c, job.ID, "surname", "fiscal_code"))
	if job = awaitJob(t, c, job.ID, app.JobRunning); job.Counts.Outcomes[app.OutcomeOutOfScope] != 1 {
		t.Fatalf("%+v", job)
	}
	if got := found(t, c, wire.JobQuery{Person: elsewhere.CF}); got != "" {
		t.Errorf("found by the code: %q", got)
	}
	if got := found(t, c, wire.JobQuery{Person: elsewhere.IDANPR}); got != "altrove" {
		t.Errorf("by what the list gives: %q", got)
	}
}
