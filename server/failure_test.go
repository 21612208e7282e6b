package server_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"indagor/app"
	"indagor/app/codicefiscale"
	"indagor/app/language"
	"indagor/assets"
	"indagor/cmd/anpr-simulator/sim"
	"indagor/server"
	"indagor/server/servertest"
	"indagor/sync/client"
	"indagor/sync/wire"
)

// activity is what the log says of the use of the services by the user, oldest
// first.
func activity(t testing.TB, w *servertest.World, user app.ID) (out []app.Event) {
	t.Helper()
	for _, e := range w.Readable() {
		if e.Class == app.ClassActivity && e.Actor.User == user {
			out = append(out, e)
		}
	}
	return out
}

func mustCatalogue(t testing.TB) *language.Language {
	t.Helper()
	c, err := language.Load(assets.Translations)
	if err != nil {
		t.Fatal(err)
	}
	return c.In("it")
}

type registerFailure struct {
	what   string
	fault  sim.Fault
	config func(*server.Config)
	codes  []app.Code
	final  bool // no later attempt is looked at
}

// TestRegisterFails: whatever goes wrong on ANPR's side, the operator is
// answered with a code that has an Italian sentence, the log and the archive
// keep it, and a later attempt succeeds.
func TestRegisterFails(t *testing.T) {
	italian := mustCatalogue(t)
	short := func(c *server.Config) { c.ANPR.Timeout = server.Duration(6 * time.Second) }
	var all sync.WaitGroup
	for _, c := range []registerFailure{
		{what: "down", config: func(c *server.Config) {
			e := c.ANPR.EServices["C030"]
			e.URL = "http://127.0.0.1:1/v1" // no ordinary program listens there, nor is it given to one
			c.ANPR.EServices["C030"] = e
		}, codes: []app.Code{app.CodeAnprDown}, final: true},
		{what: "slow", fault: sim.Fault{Kind: sim.FaultSlow, Service: "C020", Delay: 8 * time.Second}, config: short, codes: []app.Code{app.CodeAnprSlow}},
		{what: "too many at once", fault: sim.Fault{Kind: sim.FaultTooMany, Service: "C020"}, codes: []app.Code{app.CodeAnprBusy}},
		{what: "quota", fault: sim.Fault{Kind: sim.FaultLimit, Service: "C020"}, codes: []app.Code{app.CodeAnprQuota}, final: true},
		{what: "gateway", fault: sim.Fault{Kind: sim.FaultGW503, Service: "C020"}, codes: []app.Code{app.CodeAnprFault, app.CodeAnprDown}},
		{what: "999", fault: sim.Fault{Kind: sim.FaultKO999, Service: "C020"}, codes: []app.Code{app.CodeAnprFault}},
		{what: "500", fault: sim.Fault{Kind: sim.FaultHTTP500, Service: "C020"}, codes: []app.Code{app.CodeAnprFault}},
		{what: "half a JSON", fault: sim.Fault{Kind: sim.FaultBrokenJSON, Service: "C020"}, codes: []app.Code{app.CodeAnprNonsense}},
		{what: "cut", fault: sim.Fault{Kind: sim.FaultCut, Service: "C020"}, codes: []app.Code{app.CodeAnprDown}},
		{what: "clock ahead", fault: sim.Fault{Kind: sim.FaultWrongClock, Service: "C020", Delay: time.Hour}, codes: []app.Code{app.CodeAnprRefused}},
		{what: "clock behind", fault: sim.Fault{Kind: sim.FaultWrongClock, Service: "C020", Delay: -time.Hour}, codes: []app.Code{app.CodeAnprRefused}},
		{what: "token endpoint down", fault: sim.Fault{Kind: sim.FaultTokenDown}, codes: []app.Code{app.CodeAnprFault, app.CodeAnprDown}},
		{what: "token endpoint busy", fault: sim.Fault{Kind: sim.FaultToken429}, codes: []app.Code{app.CodeAnprBusy}},
		{what: "token endpoint cut", fault: sim.Fault{Kind: sim.FaultCut, Service: sim.ServiceToken}, codes: []app.Code{app.CodeAnprDown}},
		{what: "no way configured", config: func(c *server.Config) { c.ANPR.TokenURL = "" }, codes: []app.Code{app.CodeAnprOff}, final: true},
	} {
		// All at once: they mostly wait.
		all.Go(func() {
			t.Run(c.what, func(t *testing.T) { registerFails(t, italian, c) })
		})
	}
	all.Wait()
}

func registerFails(t *testing.T, italian *language.Language, c registerFailure) {
	w := servertest.Start(t, servertest.Options{Config: c.config})
	clerk := w.At(w.Person(app.RoleStandard, w.Registry, nil), "ANAG-01")
	if c.fault.Kind != "" {
		if err := w.Sim.SetFaults([]sim.Fault{c.fault}); err != nil {
			t.Fatal(err)
		}
	}
	request := wire.VisuraRequest{Type: app.VisuraResidenza, Subject: app.Subject{FiscalCode: cast(t, "resident").CF}}
	v, err := clerk.Ask("first-attempt", request)
	if err != nil {
		t.Fatal(err)
	}
	if v.State != app.VisuraDone || v.Outcome != app.OutcomeFailed || !slices.Contains(c.codes, v.Code) || v.Card != nil || v.SubjectName != "" {
		t.Fatalf("%s %s %s, want failed with one of %v", v.State, v.Outcome, v.Code, c.codes)
	}
	key := "error." + string(v.Code)
	if s := italian.Refusal(v.Code, v.Params); !italian.Has(key) || s.What == "" || s.What == key || s.Who == "" || strings.Contains(s.String(), "<no value>") {
		t.Errorf("in Italian: %+v", s)
	}
	log := activity(t, w, clerk.Session.User.ID)
	if len(log) != 2 || log[0].Kind != app.EventVisuraAsked || log[1].Kind != app.EventVisuraEnded || log[1].Outcome != app.OutcomeFailed || log[1].Code != v.Code {
		t.Errorf("log: %+v", log)
	}
	kept := say(t, clerk, wire.ListArchive, &wire.ArchiveInput{Body: wire.ArchiveQuery{Outcome: app.OutcomeFailed}}).Body.Items
	if len(kept) != 1 || kept[0].ID != v.ID || kept[0].Code != v.Code || kept[0].Ended == nil {
		t.Errorf("archive: %+v", kept)
	}
	if again, err := clerk.Ask("first-attempt", request); err != nil || again.ID != v.ID || again.Outcome != app.OutcomeFailed {
		t.Errorf("the same request once more: %v %+v", err, again)
	}
	if c.final {
		return
	}
	if err := w.Sim.SetFaults(nil); err != nil {
		t.Fatal(err)
	}
	if v, err := clerk.Ask("second-attempt", request); err != nil || v.Outcome != app.OutcomeFound {
		t.Errorf("after it: %v %s %s", err, v.Outcome, v.Code)
	}
	if r, err := w.Server.Verify(context.Background()); err != nil || !r.Sound() {
		t.Errorf("log: %v %+v", err, r)
	}
}

// hold stands before the register and holds the calls of one e-service until
// they are let go.
type hold struct {
	service string
	held    chan struct{} // one for every call that is held
	let     chan struct{}
	once    sync.Once
}

func (h *hold) release() { h.once.Do(func() { close(h.let) }) }

// held are the options of a world whose calls of the e-service are held.
func held(t testing.TB, service string) (*hold, servertest.Options) {
	h := &hold{service: service, held: make(chan struct{}, 100), let: make(chan struct{})}
	return h, servertest.Options{Config: func(c *server.Config) {
		e := c.ANPR.EServices[service]
		to, err := url.Parse(e.URL)
		if err != nil {
			t.Fatal(err)
		}
		proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: to.Scheme, Host: to.Host})
		front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h.held <- struct{}{}
			select {
			case <-h.let:
				proxy.ServeHTTP(w, r)
			case <-r.Context().Done():
			}
		}))
		t.Cleanup(front.Close)
		t.Cleanup(h.release)
		e.URL = front.URL + to.Path
		c.ANPR.EServices[service] = e
	}}
}

// begun asks and returns as soon as the e-service is being asked.
func begun(t testing.TB, h *hold, c *servertest.Client, key string, subject string) wire.Visura {
	t.Helper()
	in := &wire.AskVisuraInput{Key: key, Body: wire.VisuraRequest{Type: app.VisuraGeneralita, Subject: app.Subject{FiscalCode: subject}, Purpose: c.Session.Purposes[0].ID, FileReference: "Prot. 1"}}
	v := say(t, c, wire.AskVisura, in).Body
	<-h.held
	if v.State != app.VisuraRunning {
		t.Fatalf("it is %s", v.State)
	}
	return v
}

func TestWithdraw(t *testing.T) {
	h, o := held(t, "C015")
	w := servertest.Start(t, o)
	clerk := w.At(w.Person(app.RoleStandard, w.Registry, nil), "ANAG-01")
	v := begun(t, h, clerk, "to be withdrawn", cast(t, "resident").CF)
	running := say(t, clerk, wire.GetVisura, &wire.GetVisuraInput{ID: v.ID}).Body
	if last := running.Steps[len(running.Steps)-1]; running.State != app.VisuraRunning || last.Step != "asking" || last.State != "running" || running.Card != nil {
		t.Errorf("while it runs: %+v", running)
	}
	refusedAs(t, "a document of what runs", try(clerk, wire.GetDocument, &wire.DocumentInput{ID: v.ID}), app.CodeNotFound, "")
	got := say(t, clerk, wire.WithdrawVisura, named(v.ID)).Body
	if got.State != app.VisuraDone || got.Outcome != app.OutcomeWithdrawn || got.Card != nil {
		t.Errorf("withdrawn: %+v", got)
	}
	if again := say(t, clerk, wire.WithdrawVisura, named(v.ID)).Body; again.Outcome != app.OutcomeWithdrawn {
		t.Errorf("withdrawn twice: %s", again.Outcome)
	}
	log := activity(t, w, clerk.Session.User.ID)
	if len(log) != 2 || log[1].Outcome != app.OutcomeWithdrawn || log[1].Code != app.CodeCancelled {
		t.Errorf("log: %+v", log)
	}
	h.release()
	if v, err := clerk.Ask("once more, to the end", wire.VisuraRequest{Type: app.VisuraGeneralita, Subject: app.Subject{FiscalCode: cast(t, "resident").CF}}); err != nil || v.Outcome != app.OutcomeFound {
		t.Errorf("after it: %v %s", err, v.Outcome)
	}
}

// TestRestartWhileRunning: a look-up under way when the server stops, well or
// badly, is interrupted and written down, and ANPR is not asked again.
func TestRestartWhileRunning(t *testing.T) {
	for _, graceful := range []bool{true, false} {
		t.Run(fmt.Sprint("graceful ", graceful), func(t *testing.T) {
			h, o := held(t, "C015")
			w := servertest.Start(t, o)
			p := w.Person(app.RoleStandard, w.Registry, nil)
			clerk := w.At(p, "ANAG-01")
			v := begun(t, h, clerk, "interrupted-one", cast(t, "resident").CF)
			if graceful {
				ended, cancel := context.WithCancel(context.Background())
				cancel()
				w.Server.StopLookups(ended)
				w.Restart()
				clerk.Client, w.Desk.Client = w.Connect(clerk.Signer), w.Connect(w.Desk.Signer)
				clerk.Enter(p)
				w.Desk.Enter(w.Top)
			} else {
				// The first process is gone as far as the second can know; it
				// comes back to life when the second has cleaned up.
				second, err := server.New(context.Background(), w.Config, server.Options{}, false)
				if err != nil {
					t.Fatal(err)
				}
				defer second.Close()
				if err := second.Recover(context.Background()); err != nil {
					t.Fatal(err)
				}
			}
			h.release()
			got := say(t, clerk, wire.GetVisura, &wire.GetVisuraInput{ID: v.ID, Wait: 50, Seen: 1 << 20}).Body
			if got.State != app.VisuraDone || got.Outcome != app.OutcomeInterrupted || got.Code != app.CodeInterrupted || got.Card != nil {
				t.Errorf("%+v", got)
			}
			if again, err := clerk.Ask("interrupted-one", wire.VisuraRequest{Type: app.VisuraGeneralita, Subject: app.Subject{FiscalCode: cast(t, "resident").CF}, FileReference: "Prot. 1"}); err != nil || again.ID != v.ID || again.Outcome != app.OutcomeInterrupted {
				t.Errorf("the same request again: %v %+v", err, again)
			}
			log := activity(t, w, p.ID)
			if len(log) != 2 || log[1].Kind != app.EventVisuraEnded || log[1].Outcome != app.OutcomeInterrupted {
				t.Errorf("log: %+v", log)
			}
			asked := 0
			for _, c := range w.Sim.Journal() {
				if c.Service == "C015" {
					asked++
				}
			}
			if asked > 1 || len(h.held) != 0 {
				t.Errorf("C015 was asked %d times, and %d more were tried", asked, len(h.held))
			}
			if v, err := clerk.Ask("another-one", wire.VisuraRequest{Type: app.VisuraGeneralita, Subject: app.Subject{FiscalCode: cast(t, "resident").CF}}); err != nil || v.Outcome != app.OutcomeFound {
				t.Errorf("after it: %v %s", err, v.Outcome)
			}
			if r, err := w.Server.Verify(context.Background()); err != nil || !r.Sound() {
				t.Errorf("log: %v %+v", err, r)
			}
		})
	}
}

// TestBadRequests: what cannot be asked is refused with its field, written
// down, and nothing is asked of ANPR nor kept in the archive.
func TestBadRequests(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	me := cast(t, "wife")
	p := w.Person(app.RoleStandard, w.Registry, func(u *app.User) {
		u.Name, u.Surname, u.FiscalCode = me.Name, me.Surname, me.CF
		u.Profile.Visure.Types = slices.DeleteFunc(u.Profile.Visure.Types, func(x app.VisuraType) bool { return x == app.VisuraCittadinanza })
	})
	clerk := w.At(p, "ANAG-01")
	someone := app.Subject{FiscalCode: cast(t, "resident").CF}
	identity := func(change func(*app.Identity)) app.Subject {
		i := app.Identity{Surname: "Rossi", Name: "Mario", Sex: "M", BirthDate: "1980-01-01", BirthPlace: "H501"}
		change(&i)
		return app.Subject{Identity: &i}
	}
	tomorrow := app.DayOf(time.Now().Add(48 * time.Hour))
	omocode := codicefiscale.Omocodes(codicefiscale.Code(me.CF))
	for _, c := range []struct {
		what   string
		r      wire.VisuraRequest
		code   app.Code
		field  string
		schema bool // refused before anybody's request is looked at
	}{
		{"a wrong check letter", wire.VisuraRequest{Subject: app.Subject{FiscalCode: "RSSMRA80A01H501A"}}, app.CodeFiscalCheck, "subject.fiscal_code", false},
		{"no fiscal code", wire.VisuraRequest{Subject: app.Subject{FiscalCode: "RSSMRA80A01"}}, app.CodeFiscalCode, "subject.fiscal_code", false},
		{"nobody", wire.VisuraRequest{}, app.CodeRequired, "subject", false},
		{"two ways at once", wire.VisuraRequest{Subject: app.Subject{FiscalCode: someone.FiscalCode, IDANPR: "CS00001ST"}}, app.CodeRequired, "subject", false},
		{"a short ANPR id", wire.VisuraRequest{Subject: app.Subject{IDANPR: "CS0001"}}, app.CodeMalformed, "subject.id_anpr", false},
		{"no surname", wire.VisuraRequest{Subject: identity(func(i *app.Identity) { i.Surname = " " })}, app.CodeRequired, "subject.identity.surname", false},
		{"no birth date", wire.VisuraRequest{Subject: identity(func(i *app.Identity) { i.BirthDate = "01/01/1980" })}, app.CodeDate, "subject.identity.birth_date", false},
		{"a day that is none", wire.VisuraRequest{Subject: identity(func(i *app.Identity) { i.BirthDate = "1980-02-30" })}, app.CodeDate, "subject.identity.birth_date", false},
		{"not born yet", wire.VisuraRequest{Subject: identity(func(i *app.Identity) { i.BirthDate = tomorrow })}, app.CodeDateFuture, "subject.identity.birth_date", false},
		{"an unknown place", wire.VisuraRequest{Subject: identity(func(i *app.Identity) { i.BirthPlace = "X999" })}, app.CodePlaceUnknown, "subject.identity.birth_place", false},
		{"a third sex", wire.VisuraRequest{Subject: identity(func(i *app.Identity) { i.Sex = "X" })}, app.CodeMalformed, "subject.identity.sex", true},
		{"a reference date that is none", wire.VisuraRequest{Subject: someone, ReferenceDate: "22/11/2026"}, app.CodeDate, "reference_date", false},
		{"a reference date to come", wire.VisuraRequest{Subject: someone, ReferenceDate: tomorrow}, app.CodeDateFuture, "reference_date", false},
		{"no file reference", wire.VisuraRequest{Subject: someone, FileReference: " "}, app.CodeRequired, "file_reference", false},
		{"an unknown type", wire.VisuraRequest{Subject: someone, Type: "casellario"}, app.CodeInvalid, "type", false},
		{"a type not assigned", wire.VisuraRequest{Subject: someone, Type: app.VisuraCittadinanza}, app.CodeTypeOff, "type", false},
		{"another department's purpose", wire.VisuraRequest{Subject: someone, Purpose: w.Purpose(w.Taxes)}, app.CodePurposeOff, "purpose", false},
		{"his own record", wire.VisuraRequest{Subject: app.Subject{FiscalCode: me.CF}}, app.CodeOwnRecord, "subject", false},
		{"his own record, in small letters", wire.VisuraRequest{Subject: app.Subject{FiscalCode: " " + strings.ToLower(me.CF) + " "}}, app.CodeOwnRecord, "subject", false},
		{"his own record by an omocode", wire.VisuraRequest{Subject: app.Subject{FiscalCode: string(omocode[0])}}, app.CodeOwnRecord, "subject", false},
		{"his own record by the last omocode", wire.VisuraRequest{Subject: app.Subject{FiscalCode: string(omocode[len(omocode)-1])}}, app.CodeOwnRecord, "subject", false},
		{"his own record by name", wire.VisuraRequest{Subject: identity(func(i *app.Identity) {
			*i = app.Identity{Surname: me.Surname, Name: me.Name, Sex: "F", BirthDate: "1980-09-23", BirthPlace: me.CF[11:15]}
		})}, app.CodeOwnRecord, "subject", false},
	} {
		if c.r.Type == "" {
			c.r.Type = app.VisuraResidenza
		}
		before := len(activity(t, w, p.ID))
		_, err := clerk.Ask("bad-"+c.what, c.r)
		refusedAs(t, c.what, err, c.code, c.field)
		log := activity(t, w, p.ID)[before:]
		if c.schema {
			continue
		}
		if len(log) != 1 || log[0].Kind != app.EventVisuraEnded || log[0].Outcome != app.OutcomeRefused || log[0].Code != c.code {
			t.Errorf("%s: log %+v", c.what, log)
		}
	}
	if n := len(w.Sim.Journal()); n != 0 {
		t.Errorf("ANPR was asked %d times", n)
	}
	if items := say(t, clerk, wire.ListArchive, &wire.ArchiveInput{}).Body.Items; len(items) != 0 {
		t.Errorf("the archive has %d", len(items))
	}

	// By a key that does not tell whose it is only the answer shows it.
	for _, spec := range app.VisuraSpecs {
		if spec.Type == app.VisuraCittadinanza || spec.ByCode {
			continue
		}
		r := everyType[spec.Type].request(t, spec.Type)
		r.Subject = app.Subject{IDANPR: me.IDANPR}
		v, err := clerk.Ask("mine-"+string(spec.Type), r)
		if err != nil || v.Outcome != app.OutcomeRefused || v.Code != app.CodeOwnRecord || v.Card != nil || v.SubjectName != "" {
			t.Errorf("his own %s by ANPR id: %v %s %s", spec.Type, err, v.Outcome, v.Code)
		}
		doc, err := client.Call(context.Background(), clerk.Client, wire.GetDocument, &wire.DocumentInput{ID: v.ID})
		if err != nil || len(doc.Body) == 0 {
			t.Errorf("document of a refusal: %v", err)
		}
	}
	// A relative's household is not his own record, though he is in it.
	if v, err := clerk.Ask("the-husband", wire.VisuraRequest{Type: app.VisuraFamiglia, Subject: someone}); err != nil || v.Outcome != app.OutcomeFound {
		t.Errorf("the husband's household: %v %s %s", err, v.Outcome, v.Code)
	}
}
