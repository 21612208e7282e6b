package server_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/app/territory"
	"indagor/assets"
	"indagor/cmd/anpr-simulator/sim"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// outside are characters who do not live in the own Comune, each for another
// reason.
var outside = []string{"elsewhere", "aire", "cancelled", "unregistered", "quinto"}

func scoped(s app.Scope) func(*app.User) { return func(u *app.User) { u.Profile.Visure.Scope = s } }

// comuniGroup registers a group of Comuni.
func comuniGroup(t testing.TB, w *servertest.World, name string, comuni ...string) app.ID {
	t.Helper()
	in := &wire.SaveConsortiumInput{ID: app.NewID()}
	in.Body.Name, in.Body.Comuni = name, comuni
	say(t, w.Desk, wire.SaveConsortium, in)
	return in.ID
}

// renumbered finds somebody who lives in a Comune that once had another ISTAT
// code, and that code.
func renumbered(t testing.TB, w *servertest.World) (who *sim.Person, code string) {
	t.Helper()
	atlas, err := territory.Load(assets.Tables())
	if err != nil {
		t.Fatal(err)
	}
	y, m, d := time.Now().Date()
	today := sim.NewDate(y, int(m), d)
	for p := range w.Sim.People(func(*sim.Person) bool { return true }) {
		st := p.StayAt(today)
		if st == nil || !p.AliveAt(today) || p.CF == "" || st.Comune.ISTAT == servertest.Own {
			continue
		}
		for _, now := range atlas.ByISTAT(st.Comune.ISTAT) {
			for _, c := range atlas.Comuni(now.Belfiore) {
				if current := atlas.Current(c.ISTAT); c.Ceased() && c.ISTAT != st.Comune.ISTAT && len(current) == 1 && current[0] == st.Comune.ISTAT {
					return p, c.ISTAT
				}
			}
		}
	}
	t.Fatal("nobody lives in a Comune that was numbered anew")
	return nil, ""
}

// seen is all that the operator can learn of a look-up: the answer, its row of
// the archive, its document. What he stated himself, and when, is left out.
func seen(t testing.TB, c *servertest.Client, v wire.Visura) string {
	t.Helper()
	row := func(s wire.VisuraSummary) wire.VisuraSummary {
		s.ID, s.Subject, s.Created, s.Ended = "", app.Subject{}, time.Time{}, nil
		return s
	}
	var archived *wire.VisuraSummary
	for _, x := range say(t, c, wire.ListArchive, &wire.ArchiveInput{}).Body.Items {
		if x.ID == v.ID {
			s := row(x)
			archived = &s
		}
	}
	code := v.Evidence.CheckCode
	doc := say(t, c, wire.GetDocument, &wire.DocumentInput{ID: v.ID})
	v.VisuraSummary = row(v.VisuraSummary)
	v.Evidence.CheckCode, v.Evidence.Asked, v.Evidence.Answered = "", time.Time{}, time.Time{}
	b, err := json.Marshal([]any{v, archived, strings.ReplaceAll(doc.Disposition, strings.ToLower(strings.ReplaceAll(code, "-", ""))[:8], "")})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// followed asks and looks at the steps while they happen, as a desktop does.
func followed(t testing.TB, c *servertest.Client, key string, r wire.VisuraRequest) (wire.Visura, []string) {
	t.Helper()
	r.Purpose, r.FileReference = c.Session.Purposes[0].ID, "Prot. 12345/2026"
	v := say(t, c, wire.AskVisura, &wire.AskVisuraInput{Key: key, Body: r}).Body
	var steps []string
	for {
		if len(v.Steps) > len(steps) {
			steps = nil
			for _, x := range v.Steps {
				steps = append(steps, x.Step)
			}
		}
		if v.State == app.VisuraDone {
			return v, steps
		}
		v = say(t, c, wire.GetVisura, &wire.GetVisuraInput{ID: v.ID, Wait: 20, Seen: len(steps)}).Body
	}
}

// dwelling makes what is asked before the scope is known last long enough to be
// looked at; the function ends that.
func dwelling(t testing.TB, w *servertest.World) func() {
	t.Helper()
	if err := w.Sim.SetFaults([]sim.Fault{{Kind: sim.FaultSlow, Service: "C020", Delay: 40 * time.Millisecond}, {Kind: sim.FaultSlow, Service: "C030", Delay: 40 * time.Millisecond}}); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := w.Sim.SetFaults(nil); err != nil {
			t.Fatal(err)
		}
	}
}

// TestScopeEveryService: in every scope and for every type, whoever lives in it
// is answered about, also where the scope names his Comune by a code that has
// ceased. Of everybody else nothing is delivered, kept or
// shown, and nothing that the operator gets, nor the questions that ANPR is
// asked meanwhile, tells why.
func TestScopeEveryService(t *testing.T) {
	storetest.Long(t)
	w := servertest.Start(t, servertest.Options{})
	own := w.At(w.Person(app.RoleStandard, w.Registry, scoped(app.Scope{Kind: app.ScopeOwn})), "ANAG-01")
	nation := w.At(w.Person(app.RoleStandard, w.Registry, scoped(app.Scope{Kind: app.ScopeNational})), "ANAG-02")
	union := comuniGroup(t, w, "Unione", servertest.Own, "037061")
	grouped := w.At(w.Person(app.RoleStandard, w.Registry, scoped(app.Scope{Kind: app.ScopeGroup, Group: union})), "ANAG-03")
	renumbered, code := renumbered(t, w)
	former := w.At(w.Person(app.RoleStandard, w.Registry, scoped(app.Scope{Kind: app.ScopeGroup, Group: comuniGroup(t, w, "Rinumerati", code)})), "ANAG-04")
	police := w.At(w.Person(app.RoleStandardPS, w.Registry, scoped(app.Scope{Kind: app.ScopeOwn})), "PS-01")
	asked := func(from int) string {
		var codes []string
		for _, c := range w.Sim.Journal()[from:] {
			if c.Service != "token" {
				codes = append(codes, c.Service)
			}
		}
		return strings.Join(codes, " ")
	}
	// What an operator sees happen while a scope is checked, whoever it is about.
	checking := []string{"accepted", "checking_scope"}
	sawAll := map[string]bool{}
	n := 0
	ask := func(t *testing.T, c *servertest.Client, kind app.VisuraType, who string) (wire.Visura, string) {
		t.Helper()
		a := everyType[kind]
		a.who = who
		r := a.request(t, kind)
		n++
		before := len(w.Sim.Journal())
		if c == own && slices.Contains(outside, who) {
			v, steps := followed(t, c, fmt.Sprint("scope-request-", n), r)
			// A step that was over before it was looked at is not seen.
			if len(steps) > len(checking) || !slices.Equal(steps, checking[:len(steps)]) {
				t.Errorf("while %s is asked about the steps are %v", who, steps)
			}
			sawAll[who] = sawAll[who] || len(steps) == len(checking)
			return v, asked(before)
		}
		v, err := c.Ask(fmt.Sprint("scope-request-", n), r)
		if err != nil {
			t.Fatal(err)
		}
		return v, asked(before)
	}
	answered := func(v wire.Visura) bool {
		return v.Outcome == app.OutcomeFound && v.Card != nil || v.Outcome == app.OutcomeNoData
	}
	for _, spec := range app.VisuraSpecs {
		t.Run(string(spec.Type), func(t *testing.T) {
			for _, c := range []*servertest.Client{own, grouped, police} {
				for _, who := range []string{"resident", "wife", "moved"} {
					if v, _ := ask(t, c, spec.Type, who); !answered(v) {
						t.Errorf("%s is inside and %s is not answered: %s %s", who, c.Session.User.Role, v.Outcome, v.Code)
					}
				}
				learnt, calls := "", ""
				rounds := 1
				if c == own {
					rounds = 2 // the second time more is known of some
				}
				release := func() {}
				if c == own {
					release = dwelling(t, w)
				}
				for round := range rounds {
					for _, who := range outside {
						v, questions := ask(t, c, spec.Type, who)
						if v.Outcome != app.OutcomeOutOfScope || v.Code != app.CodeOutOfScope || v.Card != nil || v.SubjectName != "" || v.Evidence.Operation != "" || len(v.Params) != 0 {
							t.Fatalf("%s is outside: %+v", who, v)
						}
						if what := seen(t, c, v); learnt == "" {
							learnt = what
						} else if what != learnt {
							t.Errorf("of %s one learns\n%s\nof %s\n%s", who, what, outside[0], learnt)
						}
						sorted := strings.Fields(questions)
						slices.Sort(sorted)
						if questions = strings.Join(sorted, " "); calls == "" {
							calls = questions
						} else if questions != calls {
							t.Errorf("round %d: about %s ANPR is asked %s, about %s %s", round, who, questions, outside[0], calls)
						}
						if spec.Service != "C020" && spec.Service != "C030" && spec.Service != "" && strings.Contains(questions, spec.Service) {
							t.Errorf("%s was asked about %s", spec.Service, who)
						}
					}
				}
				release()
			}
			// The scope names his Comune by a code that has ceased.
			a := everyType[spec.Type]
			r := a.request(t, spec.Type)
			r.Subject.FiscalCode = renumbered.CF
			if v, err := former.Ask("by-ceased-code-"+string(spec.Type), r); err != nil || !answered(v) {
				t.Errorf("by a code that has ceased: %v %s %s", err, v.Outcome, v.Code)
			}
			// Nationally nobody is withheld, and ANPR's own word is told.
			for who, want := range map[string]app.Outcome{"elsewhere": "", "aire": "", "cancelled": app.OutcomeCancelled, "unregistered": app.OutcomeNotFound} {
				v, questions := ask(t, nation, spec.Type, who)
				if want == "" && !answered(v) || want != "" && v.Outcome != want {
					t.Errorf("%s nationally: %s %s", who, v.Outcome, v.Code)
				}
				if spec.Service != "C020" && spec.Service != "" && strings.Contains(questions, "C020") {
					t.Errorf("nationally the residence is asked: %s", questions)
				}
			}
		})
	}

	for _, who := range outside {
		if !sawAll[who] {
			t.Errorf("the check of the scope of %s was never seen", who)
		}
	}

	// Nor do those who monitor the operators learn why.
	in := &wire.MonitorInput{}
	in.Limit = 500
	told := map[string]bool{}
	for _, x := range say(t, w.At(w.Admin, "ADMIN-01"), wire.ListActivity, in).Body.Items {
		if x.Outcome == app.OutcomeOutOfScope {
			x.ID, x.At, x.Type, x.User, x.Username, x.Workstation = "", time.Time{}, "", "", "", ""
			b, err := json.Marshal(x)
			if err != nil {
				t.Fatal(err)
			}
			told[string(b)] = true
		}
	}
	if len(told) != 1 {
		t.Errorf("ADMIN is told of withheld answers in %d ways: %v", len(told), told)
	}
}
