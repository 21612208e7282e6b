package server_test

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/server"
	"indagor/server/internal/anpr"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/client"
	"indagor/sync/wire"
)

// histories is how many histories TestNonInterference plays; a long search for
// faults gives more, and another first seed.
var (
	histories = flag.Int("histories", 6, "histories that TestNonInterference plays")
	firstSeed = flag.Uint64("seed", 1, "seed of the first of them")
)

// act is one thing that happens in a history.
type act struct {
	who  int // which of the staff
	what string
	n    int // chance of its own
}

// services are what is done in the services, the rest is what somebody does to
// an account, or an account's coming and going.
var (
	services = []string{"ask", "ask", "ask", "ask of nobody", "ask wrongly", "print", "search", "overreach", "withdraw", "own statistics", "ask by list"}
	others   = []string{"enter", "leave", "move", "change role", "disable", "reset", "end session", "notice", "read", "decide", "own quota", "retention", "hours", "night", "restart"}
)

// story draws a history.
func story(chance *rand.Rand, staff int) []act {
	acts := make([]act, 30+chance.IntN(20))
	for i := range acts {
		kinds := services
		if chance.IntN(3) == 0 {
			kinds = others
		}
		acts[i] = act{chance.IntN(staff), kinds[chance.IntN(len(kinds))], chance.IntN(1000)}
	}
	// At last, whatever the chance: lists of the officers, then what they may
	// have used up.
	acts = append(acts, act{0, "night", 0})
	for who := range staff {
		acts = append(acts, act{who, "ask by list", 1})
	}
	for n := range 3 * len(app.VisuraSpecs) {
		if spec := app.VisuraSpecs[n%len(app.VisuraSpecs)]; n%3 > 0 && (spec.Service == "C015" || spec.Service == "C020") {
			acts = append(acts, act{0, "ask", n}, act{2, "ask", n})
		}
	}
	// And a day on which only those ask who were officers in the beginning.
	acts = append(acts, act{0, "night", 0})
	for _, who := range []int{1, 3} {
		acts = append(acts, act{who, "enter", 0}, act{who, "ask", chance.IntN(1000)})
	}
	return acts
}

// stage is a world in which a history is played.
type stage struct {
	*servertest.World
	t       *testing.T
	at      *clock
	staff   []*servertest.Client
	people  []servertest.Person
	readers map[string]*servertest.Client // TOP and the ADMINs
	mail    *servertest.MailServer
	notice  app.ID // the last one sent to everybody
	admins  []servertest.Person
	labels  map[string]string  // of what our ids name
	order   []app.ID           // of labels
	asked   map[int]app.ID     // the last visura of each
	told    []string           // how the acts ended that are in both
	waiting *servertest.Client // asks what needs consent
	waits   servertest.Person
	been    map[int]bool // who has been an officer: his own archive tells him of that time
}

func newStage(t *testing.T, dsn string) *stage {
	at := newClock()
	mail := servertest.NewMail(t, servertest.MailOptions{})
	o := mailed(at, dsn, mail)
	around := o.Server
	o.Server = func(x *server.Options) {
		if around != nil {
			around(x)
		}
		x.Jobs = -1
	}
	w := servertest.Start(t, o)
	// So little that an officer's list would use it up, and leave his colleagues
	// to be refused.
	allow(t, w, map[string]int{"C015": 4, "C020": 4, "C030": 30})
	s := &stage{World: w, t: t, at: at, mail: mail, labels: map[string]string{}, asked: map[int]app.ID{}, been: map[int]bool{}, admins: []servertest.Person{w.Admin, w.TaxAdmin}}
	s.readers = map[string]*servertest.Client{"TOP": w.Desk, "ADMIN": w.At(w.Admin, "ADMIN-01"), "ADMIN of Tributi": w.At(w.TaxAdmin, "ADMIN-02")}
	for i, d := range []app.Department{w.Registry, w.Registry, w.Taxes, w.Taxes} {
		role := app.RoleStandard
		if i%2 == 1 {
			role = app.RoleStandardPS
		}
		at.add(time.Minute)
		p := w.Person(role, d, bulkUser(app.ScopeNational))
		s.people = append(s.people, p)
		s.staff = append(s.staff, w.At(p, fmt.Sprint("POSTO-", i)))
	}
	for i, c := range append(slices.Clone(s.staff), s.readers["TOP"], s.readers["ADMIN"], s.readers["ADMIN of Tributi"]) {
		s.label(c.Session.User.ID, fmt.Sprint("person ", i))
		s.label(c.Own.ID, fmt.Sprint("station ", i))
	}
	s.labels[w.Config.SMTP.Addr] = "<mail server>"
	s.label(w.Registry.ID, "department 0")
	s.label(w.Taxes.ID, "department 1")
	s.label(w.Purpose(w.Registry), "purpose 0")
	s.label(w.Purpose(w.Taxes), "purpose 1")
	// Somebody who waits for consent, a group, and a notice: what administrators
	// read is not empty.
	at.add(time.Minute)
	p := w.Person(app.RoleStandard, w.Registry, needs(0))
	s.waiting = w.At(p, "POSTO-4")
	s.waits = p
	for n := range 2 {
		at.add(time.Minute)
		queued(t, s.waiting, fmt.Sprint("waits-for-consent-", n))
	}
	say(t, w.Desk, wire.SaveConsortium, &wire.SaveConsortiumInput{ID: app.NewID(), Body: wire.ConsortiumChange{Name: "Distretto", Comuni: []string{w.Config.Body.ISTAT}}})
	if err := s.send(0); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *stage) label(id app.ID, name string) {
	s.labels[string(id)] = "<" + name + ">"
	s.order = append(s.order, id)
}

// current is the account as TOP sees it.
func (s *stage) current(i int) app.User {
	return say(s.t, s.Desk, wire.GetUser, named(s.people[i].ID)).Body
}

// play does one act. What an officer does in the services, other than coming
// and going, is left out without him.
func (s *stage) play(i int, a act, with bool) {
	s.at.add(time.Minute)
	u := s.current(a.who)
	if a.n%3 > 0 && slices.Contains(services, a.what) && try(s.staff[a.who], wire.GetSession, &wire.None{}) != nil {
		s.tell(i, act{a.who, "enter", 0}, s.enter(a.who))
	}
	s.been[a.who] = s.been[a.who] || !u.Role.Monitored()
	if slices.Contains(services, a.what) {
		if u.Role.Monitored() || with {
			if err := s.serve(i, a); !s.been[a.who] {
				s.tell(i, a, err)
			}
		}
		return
	}
	s.tell(i, a, s.administer(a, u))
}

// tell notes how an act ended that is in both plays.
func (s *stage) tell(i int, a act, err error) {
	text := "done"
	if err != nil {
		text = refusalText(err)
	}
	s.told = append(s.told, fmt.Sprint(i, " ", a.what, " by ", a.who, ": ", text))
}

// serve does something in the services.
func (s *stage) serve(i int, a act) error {
	c := s.staff[a.who]
	key := fmt.Sprint("history-", i)
	known := []string{"resident", "wife", "daughter", "elsewhere", "deceased", "widow", "aire", "cancelled", "moved", "foreigner"}
	ask := func(code string) error {
		kind := app.VisuraSpecs[a.n%len(app.VisuraSpecs)].Type
		r := everyType[kind].request(s.t, kind)
		r.Subject.FiscalCode = code
		v, err := c.Ask(key, r)
		if err == nil {
			s.asked[a.who] = v.ID
		}
		return err
	}
	switch a.what {
	case "ask":
		return ask(cast(s.t, known[a.n%len(known)]).CF)
	case "ask of nobody":
		return ask(cast(s.t, "unregistered").CF)
	case "ask wrongly":
		return ask("RSSMRA80A01H501A")
	case "ask by list":
		return s.list(key, a, known)
	case "print":
		return try(c, wire.GetDocument, &wire.DocumentInput{ID: cmp.Or(s.asked[a.who], app.NewID()), Format: [2]string{"pdf", "xlsx"}[a.n%2]})
	case "withdraw":
		return try(c, wire.WithdrawVisura, named(cmp.Or(s.asked[a.who], app.NewID())))
	case "search":
		code := cast(s.t, "resident").CF
		return errors.Join(
			try(c, wire.ListArchive, &wire.ArchiveInput{Body: wire.ArchiveQuery{FiscalCode: code}}),
			try(c, wire.ListJobs, &wire.JobsInput{Body: wire.JobQuery{Person: code}}),
		)
	case "overreach":
		return try(c, wire.ListUsers, &wire.UsersInput{})
	}
	return try(c, wire.GetStatistics, &wire.StatisticsInput{})
}

// list asks by list, and waits until there is nothing more to ask. Only officers
// do: how far a clerk's list comes by a moment is chance.
func (s *stage) list(key string, a act, known []string) error {
	c := s.staff[a.who]
	if s.current(a.who).Role.Monitored() {
		return nil
	}
	content := "cf\n"
	for _, who := range known {
		content += cast(s.t, who).CF + "\n"
	}
	in := &wire.CreateJobInput{Key: key, Body: wire.JobDraft{Service: app.ServiceEnrichment, Name: "x.csv", Size: int64(len(content))}}
	made, err := client.Call(context.Background(), c.Client, wire.CreateJob, in)
	if err != nil {
		return err
	}
	job := made.Body
	say(s.t, c, wire.SendJobPiece, &wire.JobPieceInput{ID: job.ID, Body: wire.JobPiece{Content: []byte(content)}})
	awaitJob(s.t, c, job.ID, app.JobReading)
	if err := try(c, wire.StartJob, order(c, job.ID, "surname", "address")); err != nil {
		return err
	}
	awaitWait(s.t, c, job.ID)
	return nil
}

// administer does something with an account.
func (s *stage) administer(a act, u app.User) error {
	c := s.staff[a.who]
	switch a.what {
	case "enter":
		return s.enter(a.who)
	case "leave":
		return try(c, wire.SignOut, &wire.None{})
	case "move":
		to := s.admins[a.n%2]
		in := &wire.MoveInput{ID: u.ID}
		in.Body.Admin = to.ID
		return try(s.Desk, wire.MoveOperator, in)
	case "change role":
		if u.Role.Monitored() {
			u.Role = app.RoleStandardPS
		} else {
			u.Role = app.RoleStandard
		}
		return try(s.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u})
	case "disable":
		if !u.Enabled {
			return try(s.Desk, wire.EnableUser, named(u.ID))
		}
		return try(s.Desk, wire.DisableUser, &wire.DisableInput{ID: u.ID})
	case "reset":
		confirm := &wire.ConfirmInput{}
		confirm.Body.Password = s.Top.Password
		say(s.t, s.Desk, wire.ConfirmPassword, confirm)
		out, err := client.Call(context.Background(), s.Desk.Client, wire.ResetPassword, named(u.ID))
		if err != nil {
			return err
		}
		s.people[a.who] = s.people[a.who].Reset(out.Body.Secret)
		return s.enter(a.who)
	case "end session":
		return try(s.Desk, wire.EndUserSession, named(u.ID))
	case "notice":
		return s.send(a.n)
	case "decide":
		return s.decide(a.n)
	case "own quota":
		service := anpr.Services()[a.n%len(anpr.Services())]
		return s.settle(func(x *app.Settings) { x.Services.Quotas[string(service)] = 1 + a.n%4 })
	case "retention":
		return s.settle(func(x *app.Settings) { x.Retention.Visure = 30 + a.n })
	case "read":
		return try(c, wire.ReadNotice, named(cmp.Or(s.notice, app.NewID())))
	case "hours":
		s.at.add(time.Duration(1+a.n%6) * time.Hour)
	case "night":
		s.at.add(time.Duration(20+a.n%8) * time.Hour)
	}
	tick(s.t, s.World)
	s.enterAll()
	return nil
}

// send sends a notice to everybody.
func (s *stage) send(n int) error {
	s.notice = app.NewID()
	return try(s.Desk, wire.SendNotice, &wire.SendNoticeInput{ID: s.notice, Body: wire.NoticeDraft{Title: "Avviso", Text: fmt.Sprint("Avviso ", n), Priority: app.PriorityNormal, Audience: app.Audience{{}}, LastDay: app.DayOf(s.at.now().Add(240 * time.Hour))}})
}

// settle changes the settings.
func (s *stage) settle(change func(*app.Settings)) error {
	x := say(s.t, s.Desk, wire.GetSettings, &wire.None{}).Body.Settings
	change(&x)
	return try(s.Desk, wire.SaveSettings, &wire.SaveSettingsInput{Body: x})
}

// decide answers what waits longest for consent, and asks anew.
func (s *stage) decide(n int) error {
	waiting := queue(s.t, s.Desk, wire.ApprovalsInput{})
	slices.SortFunc(waiting, func(a, b wire.ApprovalItem) int { return a.Asked.Compare(b.Asked) })
	in := &wire.DecideInput{}
	in.Body.Decision, in.Body.Reason = "approve", ""
	if n%3 == 0 {
		in.Body.Decision, in.Body.Reason = "refuse", "Pratica chiusa"
	}
	if len(waiting) > 0 {
		in.Body.IDs = []app.ID{waiting[0].ID}
	}
	if err := try(s.Desk, wire.DecideApprovals, in); err != nil {
		return err
	}
	ended(s.t, s.waiting, in.Body.IDs[0])
	_, err := s.waiting.Ask(fmt.Sprint("again-", in.Body.IDs[0]), wire.VisuraRequest{Type: app.VisuraCittadinanza, Subject: app.Subject{FiscalCode: cast(s.t, "wife").CF}})
	return err
}

// restart ends the server and starts it again.
func (s *stage) restart() {
	s.Restart()
	for _, c := range append(append(slices.Collect(maps.Values(s.readers)), s.staff...), s.waiting) {
		c.Client = s.Connect(c.Signer)
	}
	s.enterAll()
}

func (s *stage) enter(i int) error { return s.staff[i].Try(&s.people[i]) }

// enterAll signs everybody in again, whose session may have ended.
func (s *stage) enterAll() {
	s.Desk.Enter(s.Top)
	s.at.add(time.Second)
	s.readers["ADMIN"].Enter(s.Admin)
	s.at.add(time.Second)
	s.readers["ADMIN of Tributi"].Enter(s.TaxAdmin)
	s.at.add(time.Second)
	s.waiting.Enter(s.waits)
	for i := range s.staff {
		s.at.add(time.Second)
		if err := s.enter(i); err != nil {
			s.told = append(s.told, fmt.Sprint("person ", i, " enters: ", refusalText(err)))
		}
	}
}

// TestNonInterference plays histories of clerks and STANDARDPS officers, with
// signing in and out, moves, changes of role, nights and restarts, twice: with
// and without what the officers do in the services while they are officers.
// Whatever TOP and the ADMINs can then read, by every reading operation of the
// contract, is the same byte by byte, but for random ids (specification §2).
func TestNonInterference(t *testing.T) {
	storetest.Long(t)
	for n := range *histories {
		seed := *firstSeed + uint64(n)
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			chance := rand.New(rand.NewPCG(seed, 0))
			engine := storetest.SQLite
			if n%3 == 2 {
				engine = storetest.Postgres
			}
			acts := story(chance, 4)
			play := func(with bool) map[string]string { return history(t, engine(t), acts, with) }
			with, without := play(true), play(false)
			for _, what := range slices.Sorted(maps.Keys(without)) {
				if with[what] != without[what] {
					t.Errorf("%s tells of the officers:\n%s", what, difference(without[what], with[what]))
				}
			}
		})
	}
}

// history plays a history and tells what TOP and the ADMINs can then read.
func history(t *testing.T, dsn string, acts []act, with bool) map[string]string {
	s := newStage(t, dsn)
	for i, a := range acts {
		if a.what == "restart" {
			s.restart()
		}
		s.play(i, a, with)
	}
	return s.seen()
}

// TestNonInterferenceSees: one request of a clerk is seen wherever one of an
// officer must not be.
func TestNonInterferenceSees(t *testing.T) {
	storetest.Long(t)
	night := act{0, "night", 0}
	with, without := history(t, storetest.SQLite(t), []act{{0, "ask", 0}, night}, true), history(t, storetest.SQLite(t), []act{night}, true)
	for _, what := range []string{
		"TOP: list-activity", "TOP: export-activity", "TOP: get-statistics", "TOP: export-statistics", "ADMIN: list-activity", "ADMIN: get-statistics", "letters",
	} {
		tells := false
		for query, text := range with {
			tells = tells || (query == what || strings.HasPrefix(query, what+",")) && text != without[query]
		}
		if !tells {
			t.Errorf("%s does not tell of a clerk", what)
		}
	}
}
