package server_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/cmd/anpr-simulator/sim"
	"indagor/server"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// Every row of a list has one outcome, and keeps its own columns as they came.
func TestEnrichment(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn, Server: unpaced})
		p := w.Person(app.RoleStandard, w.Registry, bulkUser(app.ScopeNational))
		c := w.At(p, "SPORTELLO-01")
		resident := cast(t, "resident")
		rows := []struct{ cell, outcome, address string }{
			{resident.CF, "Dati trovati", "VIA"},
			{strings.ToLower(resident.CF[:6]) + " " + resident.CF[6:], "Dati trovati", "VIA"}, // twice
			{cast(t, "deceased").CF, "Persona deceduta", "VIA"},
			{cast(t, "unregistered").CF, "Nessuna persona trovata", ""},
			{cast(t, "cancelled").CF, "Posizione cancellata", ""},
			{cast(t, "duplicate").CF, "Più posizioni per la stessa persona", ""},
			{"RSSMRA85T1OA562S", "Riga errata", ""},
			{p.FiscalCode, "Richiesta non ammessa", ""},
		}
		list := "Pratica;Codice fiscale;Nota\r\n"
		for i, r := range rows {
			list += fmt.Sprintf("%d;%s;=1+%d\r\n", i, r.cell, i)
		}
		job := upload(t, c, app.ServiceEnrichment, "elenco tributi.csv", list)
		if n := job.Counts; job.State != app.JobReady || n.Rows != len(rows) || n.Bad != 1 || n.Duplicates != 1 || n.Ask != 6 {
			t.Fatalf("%+v", job)
		}
		if job.Plan == nil || job.Plan.Calls == 0 || job.Format.Separator != ";" || !slices.Equal(job.Mapping, []string{"", "fiscal_code", ""}) {
			t.Errorf("%+v", job)
		}
		bad := say(t, c, wire.ListJobRows, &wire.JobRowsInput{ID: job.ID, Grade: "bad"}).Body.Items
		if len(bad) != 1 || bad[0].Number != 7 || bad[0].Findings[0].Suggestions[0] != "RSSMRA85T10A562S" {
			t.Errorf("bad rows %+v", bad)
		}
		say(t, c, wire.StartJob, order(c, job.ID, "surname", "alive", "address"))
		if job = awaitJob(t, c, job.ID, app.JobRunning); job.State != app.JobDone || job.Counts.Done != 6 {
			t.Fatalf("%+v", job)
		}
		got := result(t, c, &wire.JobResultInput{ID: job.ID})
		for i, r := range rows {
			if o := got.cell(i, "Esito"); o != r.outcome {
				t.Errorf("row %d: %q, want %q", i, o, r.outcome)
			}
			if got.cell(i, "Codice fiscale") != r.cell || got.cell(i, "Nota") != fmt.Sprintf("'=1+%d", i) || got.cell(i, "Pratica") != fmt.Sprint(i) {
				t.Errorf("row %d: the list's own columns are %q", i, got.rows[i+1])
			}
			if found := r.address != ""; strings.Contains(got.cell(i, "Indirizzo"), "VIA") != found || (got.cell(i, "Cognome") != "") != found {
				t.Errorf("row %d: %q", i, got.rows[i+1])
			}
		}
		if d := got.cell(6, "Dettaglio"); !strings.Contains(d, "RSSMRA85T10A562S") {
			t.Errorf("the suggestion is missing: %q", d)
		}
		if got.cell(0, "Operazione ANPR") == "" || got.cell(3, "Operazione ANPR") != "" {
			t.Errorf("operations %q", got.rows)
		}
		asked := map[string]int{}
		for _, k := range w.Sim.Journal() {
			if k.Motive == "Prot. 77/2026" {
				asked[k.Service+k.Key]++
			}
		}
		for what, n := range asked {
			if n != 1 {
				t.Errorf("%s was asked %d times", what, n)
			}
		}
		// Each row asked about is one event, with the subject's key and no name.
		ended := map[app.EventKind]int{}
		for _, e := range w.Readable() {
			if e.Target == job.ID {
				ended[e.Kind]++
				if e.Kind == app.EventJobRow && (e.Subject == "" || e.Outcome == "" || e.Service != app.ServiceEnrichment) {
					t.Errorf("%+v", e)
				}
			}
		}
		if ended[app.EventJobRow] != 6 || ended[app.EventJobStarted] != 1 || ended[app.EventJobEnded] != 1 {
			t.Errorf("events %v", ended)
		}
		// A second job asks C030 about nobody whom the first found.
		again := say(t, c, wire.RepeatJob, &wire.RepeatJobInput{Key: "once-more-1", ID: job.ID}).Body
		if again = awaitJob(t, c, again.ID, app.JobReading); again.State != app.JobReady || again.Counts.Rows != len(rows) {
			t.Fatalf("%+v", again)
		}
		say(t, c, wire.StartJob, order(c, again.ID, "surname", "alive", "address"))
		if again = awaitJob(t, c, again.ID, app.JobRunning); again.State != app.JobDone || again.Counts.Changed != 0 {
			t.Errorf("%+v", again)
		}
		if x := result(t, c, &wire.JobResultInput{ID: again.ID, Changed: true}); len(x.rows) != 1 {
			t.Errorf("changed: %q", x.rows)
		}
	})
}

// A household is asked once for all its members of the list.
func TestHouseholdJob(t *testing.T) {
	// One call of a job at a time: only whoever is next in the lane may be asked
	// about before the answer about his household is written.
	w := servertest.Start(t, servertest.Options{Server: unpaced, Config: func(c *server.Config) { c.ANPR.Parallel = 2 }})
	c := w.At(w.Person(app.RoleStandard, w.Registry, bulkUser(app.ScopeNational)), "SPORTELLO-01")
	today := sim.DateOf(time.Now())
	list, members := "cf\n", 0
	for p := range w.Sim.People(func(p *sim.Person) bool { return p.CF != "" && p.AliveAt(today) && p.Second == "" && p.Cancelled == 0 }) {
		family := w.Sim.Family(p, today)
		if len(family) < 3 || p.Index < 60 {
			continue
		}
		for _, m := range family {
			list += m.Person.CF + "\n"
			members++
		}
		if members > 150 {
			break
		}
	}
	job := upload(t, c, app.ServiceHousehold, "nuclei.txt", list)
	say(t, c, wire.StartJob, order(c, job.ID))
	if job = awaitJob(t, c, job.ID, app.JobRunning); job.State != app.JobDone || job.Counts.Outcomes[app.OutcomeFound] != job.Counts.Rows {
		t.Fatalf("%+v", job)
	}
	got := result(t, c, &wire.JobResultInput{ID: job.ID})
	keys, found, told := map[string]map[string]bool{}, map[string]string{}, 0
	for i := range got.rows[1:] {
		found[got.cell(i, "cf")] = got.cell(i, "Chiave del nucleo")
	}
	lines := strings.Split(list, "\n")
	for i := range got.rows[1:] {
		// Where the household was found is told by the line of the file.
		var line int
		if n, _ := fmt.Sscanf(got.cell(i, "Nota sul nucleo"), "Nucleo già trovato alla riga %d", &line); n == 1 {
			if told++; found[lines[line-1]] != got.cell(i, "Chiave del nucleo") {
				t.Errorf("line %d is of another household: %q", line, got.rows[i+1])
			}
		}
		key := got.cell(i, "Chiave del nucleo")
		if keys[key] == nil {
			keys[key] = map[string]bool{}
		}
		keys[key][got.cell(i, "Codice fiscale del componente")] = true
		if got.cell(i, "Legame del componente") == "" || key == "" {
			t.Errorf("%q", got.rows[i+1])
		}
	}
	if told == 0 {
		t.Error("no row says where its household was found")
	}
	asked := 0
	for _, k := range w.Sim.Journal() {
		if k.Service == "C021" {
			asked++
		}
	}
	if asked > 2*len(keys) {
		t.Errorf("%d calls for %d rows of %d households", asked, job.Counts.Rows, len(keys))
	}
	for key, m := range keys {
		if len(m) < 3 {
			t.Errorf("household %s has %d members", key, len(m))
		}
	}
	t.Logf("%d rows, %d households, %d calls of C021", job.Counts.Rows, len(keys), asked)
}

// Outside the scope there is nothing to tell, whatever the reason.
func TestJobScope(t *testing.T) {
	w := servertest.Start(t, servertest.Options{Server: unpaced})
	c := w.At(w.Person(app.RoleStandard, w.Registry, bulkUser(app.ScopeOwn)), "SPORTELLO-01")
	list := "cf\n"
	people := []string{"resident", "elsewhere", "unregistered", "cancelled", "aire"}
	for _, p := range people {
		list += cast(t, p).CF + "\n"
	}
	for _, service := range []app.Service{app.ServiceEnrichment, app.ServiceHousehold} {
		job := upload(t, c, service, "x.csv", list)
		in := order(c, job.ID, "surname")
		if service == app.ServiceHousehold {
			in.Body.Fields = nil
		}
		say(t, c, wire.StartJob, in)
		if job = awaitJob(t, c, job.ID, app.JobRunning); job.State != app.JobDone {
			t.Fatalf("%+v", job)
		}
		got := result(t, c, &wire.JobResultInput{ID: job.ID})
		out := map[string]bool{}
		last := len(got.rows) - len(people) // rows of the resident's household
		for i := range people[1:] {
			out[strings.Join(got.rows[last+i+1][1:], "|")] = true
		}
		if len(out) != 1 || got.cell(last, "Esito") != "Non residente nell'ambito" || got.cell(0, "Esito") != "Dati trovati" {
			t.Errorf("%s: %v %q", service, out, got.rows)
		}
	}
}

// What a profile does not allow is refused before anything is asked.
func TestJobIsRefused(t *testing.T) {
	w := servertest.Start(t, servertest.Options{Server: unpaced})
	c := w.At(w.Person(app.RoleStandard, w.Registry, nil), "SPORTELLO-01")
	in := &wire.CreateJobInput{Key: "refused-1", Body: wire.JobDraft{Service: app.ServiceEnrichment, Name: "x", Size: 3}}
	refusedAs(t, "a service that is not enabled", try(c, wire.CreateJob, in), app.CodeServiceOff, "")
	p := w.Person(app.RoleStandard, w.Registry, bulkUser(app.ScopeNational))
	c = w.At(p, "SPORTELLO-02")
	in.Body.Size = 1 << 40
	refusedAs(t, "a list that is too big", try(c, wire.CreateJob, in), app.CodeListTooBig, "size")
	in.Body.Size = 0
	refusedAs(t, "an empty list", try(c, wire.CreateJob, in), app.CodeListEmpty, "size")

	in.Body.Size = 40
	made := say(t, c, wire.CreateJob, in).Body
	if again := say(t, c, wire.CreateJob, in).Body; again.ID != made.ID {
		t.Error("the same key made another job")
	}
	other := *in
	other.Body.Name = "y"
	refusedAs(t, "the key with another draft", try(c, wire.CreateJob, &other), app.CodeIdempotency, "")
	piece := &wire.JobPieceInput{ID: made.ID, Body: wire.JobPiece{At: 7, Content: []byte("abc")}}
	refusedAs(t, "a piece out of its order", try(c, wire.SendJobPiece, piece), app.CodeJobPiece, "at")

	job := upload(t, c, app.ServiceEnrichment, "x.csv", "Importo;Data\n12;01/02/2026\n13;02/02/2026\n")
	refusedAs(t, "nobody is told", try(c, wire.StartJob, order(c, job.ID, "surname")), app.CodeListMapping, "mapping")
	if job := upload(t, c, app.ServiceEnrichment, "x.pdf", "%PDF-1.7 and so on"); job.State != app.JobRejected || job.Code != app.CodeListNotText {
		t.Errorf("%+v", job)
	}
	if job := upload(t, c, app.ServiceEnrichment, "x.csv", "codice fiscale;nome\n"); job.State != app.JobRejected || job.Code != app.CodeListNoRows {
		t.Errorf("%+v", job)
	}
	job = upload(t, c, app.ServiceEnrichment, "x.csv", "persona;altro\n"+cast(t, "resident").CF+";1\nRSSMRA85T10A562X;2\n")
	for what, x := range map[string]struct {
		change func(*wire.JobOrder)
		code   app.Code
		field  string
	}{
		"no file":              {func(o *wire.JobOrder) { o.FileReference = " " }, app.CodeRequired, "file_reference"},
		"somebody's purpose":   {func(o *wire.JobOrder) { o.Purpose = w.Purpose(w.Taxes) }, app.CodePurposeOff, "purpose"},
		"a column of no kind":  {func(o *wire.JobOrder) { o.Fields = []string{"income"} }, app.CodeInvalid, "fields"},
		"no column":            {func(o *wire.JobOrder) { o.Fields = nil }, app.CodeRequired, "fields"},
		"a day that will come": {func(o *wire.JobOrder) { o.ReferenceDate = "2199-01-01" }, app.CodeDateFuture, "reference_date"},
	} {
		in := order(c, job.ID, "surname")
		x.change(&in.Body)
		refusedAs(t, what, try(c, wire.StartJob, in), x.code, x.field)
	}
	// A row is corrected in its place, and judged again; one is left out.
	row := say(t, c, wire.CorrectJobRow, &wire.CorrectJobRowInput{ID: job.ID, Number: 2, Body: wire.JobCorrection{Cells: []string{"RSSMRA85T10A562S", "2"}}}).Body
	if row.Grade != "good" || len(row.Findings) != 0 || !slices.Equal(row.Was, []string{"RSSMRA85T10A562X", "2"}) {
		t.Errorf("%+v", row)
	}
	row = say(t, c, wire.CorrectJobRow, &wire.CorrectJobRowInput{ID: job.ID, Number: 2, Body: wire.JobCorrection{Cells: []string{cast(t, "resident").CF, "2"}}}).Body
	if row.Grade != "doubtful" || row.First != 1 {
		t.Errorf("a row that repeats the first: %+v", row)
	}
	say(t, c, wire.CorrectJobRow, &wire.CorrectJobRowInput{ID: job.ID, Number: 1, Body: wire.JobCorrection{LeftOut: true}})
	if rows := say(t, c, wire.ListJobRows, &wire.JobRowsInput{ID: job.ID}).Body.Items; rows[1].First != 0 || !rows[0].LeftOut {
		t.Errorf("the repetition does not stand in for the row that was left out: %+v", rows)
	}
	// The meaning of the columns is told otherwise.
	say(t, c, wire.ReadJob, &wire.ReadJobInput{ID: job.ID, Body: wire.JobReading{Mapping: []string{"", "fiscal_code"}}})
	if job = awaitJob(t, c, job.ID, app.JobReading); job.Counts.Bad != 2 {
		t.Errorf("%+v", job)
	}
	if n := len(w.Sim.Journal()); n > 0 {
		for _, k := range w.Sim.Journal() {
			if k.Service != "token" && k.Method == "POST" {
				t.Errorf("something was asked: %+v", k)
			}
		}
	}
}

// An account that is taken away stops its jobs; given back, they go on, and
// nothing is asked twice.
func TestJobPauses(t *testing.T) {
	w := servertest.Start(t, servertest.Options{Server: unpaced, Sim: func(c *sim.Config) { c.Latency = 20 * time.Millisecond }})
	p := w.Person(app.RoleStandard, w.Registry, bulkUser(app.ScopeNational))
	c := w.At(p, "SPORTELLO-01")
	list, n := "cf\n", 0
	for x := range w.Sim.People(func(p *sim.Person) bool { return p.CF != "" && p.Second == "" && p.Cancelled == 0 && p.Index > 60 }) {
		list += x.CF + "\n"
		if n++; n == 300 {
			break
		}
	}
	job := upload(t, c, app.ServiceEnrichment, "x.csv", list)
	say(t, c, wire.StartJob, order(c, job.ID, "surname", "alive"))
	refusedAs(t, "a start of what runs", try(c, wire.StartJob, order(c, job.ID, "surname")), app.CodeJobState, "")
	for job.Counts.Done < 20 {
		job = say(t, c, wire.GetJob, &wire.GetJobInput{ID: job.ID}).Body
	}
	if job.Progress == nil || len(job.Progress.Services) != 3 {
		t.Errorf("%+v", job.Progress)
	}
	job = say(t, c, wire.PauseJob, named(job.ID)).Body
	if job.State != app.JobPaused || job.Counts.Done >= 300 {
		t.Fatalf("%+v", job)
	}
	calls := len(w.Sim.Journal())
	w.Restart()
	c.Client = w.Connect(c.Signer)
	c.Enter(p)
	if now := say(t, c, wire.GetJob, &wire.GetJobInput{ID: job.ID}).Body; now.State != app.JobPaused || now.Counts.Done != job.Counts.Done || len(w.Sim.Journal()) > calls+1 {
		t.Errorf("a paused job went on: %+v", now)
	}
	say(t, c, wire.ResumeJob, named(job.ID))
	for job.Counts.Done < 100 {
		job = say(t, c, wire.GetJob, &wire.GetJobInput{ID: job.ID}).Body
	}
	w.Restart() // without a pause: it goes on by itself
	c.Client = w.Connect(c.Signer)
	c.Enter(p)
	if job = awaitJob(t, c, job.ID, app.JobRunning); job.State != app.JobDone || job.Counts.Done != 300 {
		t.Fatalf("%+v", job)
	}
	asked := map[string]int{}
	for _, k := range w.Sim.Journal() {
		if k.Key != "" {
			asked[k.Service+" "+k.Key]++
		}
	}
	for what, n := range asked {
		if n > 1 {
			t.Errorf("%s was asked %d times", what, n)
		}
	}
	refusedAs(t, "nothing to ask again", try(c, wire.RetryJob, named(job.ID)), app.CodeJobNothing, "")
	say(t, c, wire.DeleteJob, named(job.ID))
	refusedAs(t, "what was removed", try(c, wire.GetJob, &wire.GetJobInput{ID: job.ID}), app.CodeNotFound, "")

	// Given up: what was found stays, the rest may be asked later.
	job = upload(t, c, app.ServiceEnrichment, "x.csv", list)
	say(t, c, wire.StartJob, order(c, job.ID, "citizenship"))
	for job.Counts.Done < 10 {
		job = say(t, c, wire.GetJob, &wire.GetJobInput{ID: job.ID}).Body
	}
	job = say(t, c, wire.StopJob, named(job.ID)).Body
	if left := job.Counts.Outcomes[app.OutcomeWithdrawn]; job.State != app.JobStopped || left == 0 || left+job.Counts.Outcomes[app.OutcomeFound]+job.Counts.Outcomes[app.OutcomeNoData]+job.Counts.Outcomes[app.OutcomeDeceased] != 300 {
		t.Errorf("%+v", job.Counts)
	}
	say(t, c, wire.RetryJob, named(job.ID))
	if job = awaitJob(t, c, job.ID, app.JobRunning); job.State != app.JobDone || job.Counts.Outcomes[app.OutcomeWithdrawn] != 0 {
		t.Errorf("%+v", job.Counts)
	}

	// The account is disabled while a job runs.
	job = upload(t, c, app.ServiceEnrichment, "x.csv", list)
	say(t, c, wire.StartJob, order(c, job.ID, "address"))
	w.Desk.Client = w.Connect(w.Desk.Signer)
	w.Desk.Enter(w.Top)
	off := &wire.DisableInput{ID: p.ID}
	off.Body.Reason = "trasferito"
	say(t, w.Desk, wire.DisableUser, off)
	say(t, w.Desk, wire.EnableUser, named(p.ID))
	c.Enter(p)
	job = awaitJob(t, c, job.ID, app.JobRunning)
	if job.State == app.JobPaused && job.Code != app.CodeAccountOff || job.State != app.JobPaused && job.State != app.JobDone {
		t.Errorf("%+v", job)
	}
}

// What a STANDARDPS user asks in bulk stands sealed in the log and nowhere
// else to be read by others.
func TestJobOfStandardPS(t *testing.T) {
	w := servertest.Start(t, servertest.Options{Server: unpaced})
	p := w.Person(app.RoleStandardPS, w.Registry, func(u *app.User) {
		bulkUser(app.ScopeNational)(u)
		u.Username = "agente"
	})
	c := w.At(p, "PL-01")
	admin := w.At(w.Admin, "ADMIN-01")
	before := len(w.Readable())
	job := upload(t, c, app.ServiceEnrichment, "x.csv", "cf\n"+cast(t, "resident").CF+"\n"+cast(t, "unregistered").CF+"\n")
	say(t, c, wire.StartJob, order(c, job.ID, "surname"))
	if job = awaitJob(t, c, job.ID, app.JobRunning); job.State != app.JobDone {
		t.Fatalf("%+v", job)
	}
	result(t, c, &wire.JobResultInput{ID: job.ID})
	result(t, c, &wire.JobResultInput{ID: job.ID, Copy: true})
	for _, e := range w.Readable()[before:] {
		if e.Target == job.ID || strings.HasPrefix(string(e.Kind), "job.") {
			t.Errorf("readable: %+v", e)
		}
	}
	kinds := map[app.EventKind]int{}
	for _, e := range w.Sealed(0, 1) {
		kinds[e.Kind]++
	}
	if kinds[app.EventJobRow] != 2 || kinds[app.EventJobStarted] != 1 || kinds[app.EventJobEnded] != 1 || kinds[app.EventJobResult] != 1 || kinds[app.EventJobCopied] != 1 {
		t.Errorf("sealed: %v", kinds)
	}
	for who, x := range map[string]*servertest.Client{"TOP": w.Desk, "ADMIN": admin} {
		if err := try(x, wire.GetJob, &wire.GetJobInput{ID: job.ID}); app.CodeOf(err) != app.CodeForbidden {
			t.Errorf("%s: %v", who, err)
		}
	}
	// What the officer learnt spares a colleague no call: that would tell.
	colleague := w.At(w.Person(app.RoleStandard, w.Registry, bulkUser(app.ScopeNational)), "SPORTELLO-01")
	calls := len(w.Sim.Journal())
	theirs := upload(t, colleague, app.ServiceEnrichment, "x.csv", "cf\n"+cast(t, "resident").CF+"\n")
	say(t, colleague, wire.StartJob, order(colleague, theirs.ID, "surname"))
	awaitJob(t, colleague, theirs.ID, app.JobRunning)
	asked := 0
	for _, k := range w.Sim.Journal()[calls:] {
		if k.Service == "C030" && k.Key != "" {
			asked++
		}
	}
	if asked != 1 {
		t.Errorf("C030 was asked %d times about whom the officer had asked", asked)
	}
}

// Lists and results are kept as long as the body decided, and no longer.
func TestJobsExpire(t *testing.T) {
	clock := newClock()
	w := servertest.Start(t, servertest.Options{Server: func(o *server.Options) { o.Jobs, o.Now = -1, clock.now }, Sim: func(c *sim.Config) { c.Clock = clock.now }})
	p := w.Person(app.RoleStandard, w.Registry, bulkUser(app.ScopeNational))
	c := w.At(p, "SPORTELLO-01")
	old := upload(t, c, app.ServiceEnrichment, "x.csv", "cf\n"+cast(t, "resident").CF+"\n")
	say(t, c, wire.StartJob, order(c, old.ID, "surname"))
	awaitJob(t, c, old.ID, app.JobRunning)
	kept := upload(t, c, app.ServiceHousehold, "y.csv", "cf\n"+cast(t, "resident").CF+"\n")
	got := say(t, w.Desk, wire.GetSettings, &wire.None{}).Body
	in := &wire.SaveSettingsInput{Body: got.Settings}
	in.Body.Retention.Enrichment = 30
	say(t, w.Desk, wire.SaveSettings, in)
	for range 2 {
		clock.add(20 * 24 * time.Hour)
		if err := w.Server.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	c.Enter(p)
	refusedAs(t, "a job of forty days ago", try(c, wire.GetJob, &wire.GetJobInput{ID: old.ID}), app.CodeNotFound, "")
	say(t, c, wire.GetJob, &wire.GetJobInput{ID: kept.ID})
	n := 0
	for _, e := range w.Readable() {
		if e.Kind == app.EventExpired && e.Service == app.ServiceEnrichment {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d events of the expiry", n)
	}
}
