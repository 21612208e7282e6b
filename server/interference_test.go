package server_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"html"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/server"
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
	others   = []string{"enter", "leave", "move", "change role", "disable", "reset", "end session", "notice", "read", "hours", "night", "restart"}
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
	labels  map[string]string // of what our ids name
	order   []app.ID          // of labels
	asked   map[int]app.ID    // the last visura of each
	told    []string          // how the acts ended that are in both
	been    map[int]bool      // who has been an officer: his own archive tells him of that time
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
	s.label(w.Registry.ID, "department 0")
	s.label(w.Taxes.ID, "department 1")
	s.label(w.Purpose(w.Registry), "purpose 0")
	s.label(w.Purpose(w.Taxes), "purpose 1")
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
		return try(c, wire.GetDocument, &wire.DocumentInput{ID: cmp.Or(s.asked[a.who], app.NewID())})
	case "withdraw":
		return try(c, wire.WithdrawVisura, named(cmp.Or(s.asked[a.who], app.NewID())))
	case "search":
		return try(c, wire.ListArchive, &wire.ArchiveInput{Body: wire.ArchiveQuery{FiscalCode: cast(s.t, "resident").CF}})
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
		s.notice = app.NewID()
		return try(s.Desk, wire.SendNotice, &wire.SendNoticeInput{ID: s.notice, Body: wire.NoticeDraft{Title: "Avviso", Text: fmt.Sprint("Avviso ", a.n), Priority: app.PriorityNormal, Audience: app.Audience{{}}}})
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

// restart ends the server and starts it again.
func (s *stage) restart() {
	s.Restart()
	for _, c := range append(slices.Collect(maps.Values(s.readers)), s.staff...) {
		c.Client = s.Connect(c.Signer)
	}
	s.enterAll()
}

func (s *stage) enter(i int) error { return s.staff[i].Try(&s.people[i]) }

// enterAll signs everybody in again, whose session may have ended.
func (s *stage) enterAll() {
	s.Desk.Enter(s.Top)
	s.readers["ADMIN"].Enter(s.Admin)
	s.readers["ADMIN of Tributi"].Enter(s.TaxAdmin)
	for i := range s.staff {
		if err := s.enter(i); err != nil {
			s.told = append(s.told, fmt.Sprint("person ", i, " enters: ", refusalText(err)))
		}
	}
}

// anyQuery is every filter that a reading operation may have.
type anyQuery struct {
	ID         app.ID  `path:"id"`
	Limit      int     `query:"limit"`
	Search     string  `query:"q"`
	User       app.ID  `query:"user"`
	Department app.ID  `query:"department"`
	From       app.Day `query:"from"`
	Until      app.Day `query:"until"`

	By      app.Dimension  `query:"by"`
	Type    app.VisuraType `query:"type"`
	Outcome app.Outcome    `query:"outcome"`
	Service app.Service    `query:"service"`
	Format  string         `query:"format"`
}

type anyAnswer struct{ Body []byte }

// unread are the operations that read nothing of what others do, or are read in
// a test of their own. The body's consumption includes everybody and says so:
// it is rounded, and late (specification §2).
var unread = map[string]bool{
	wire.GetServer.ID: true, wire.GetOwnWorkstation.ID: true, wire.GetTable.ID: true, wire.ListTables.ID: true, wire.Listen.ID: true, wire.GetConsumption.ID: true,
}

// seen is all that TOP and the ADMINs can read, by whatever operation the
// contract has, with whatever filter, but for what is random.
func (s *stage) seen() map[string]string {
	s.enterAll()
	s.at.add(2 * time.Hour) // what is shown late is shown by now
	out := map[string]string{"acts": strings.Join(s.told, "\n")}
	// Nor do the calls that ANPR was sent for others tell what an officer had learnt.
	for i, p := range s.people {
		var export bytes.Buffer
		if err := s.Server.Export(context.Background(), &export); err != nil {
			s.t.Fatal(err)
		}
		out[fmt.Sprint("export: calls of person ", i)] = callsOf(s.t, &export, p.ID)
	}
	today := app.DayOf(s.at.now())
	queries := []anyQuery{{}, {Limit: 500}, {Limit: 3}, {Limit: 500, From: today}, {Limit: 500, Until: today}, {Limit: 500, Department: s.Registry.ID}, {Limit: 500, Department: s.Taxes.ID}}
	for _, p := range s.people {
		queries = append(queries, anyQuery{Limit: 500, User: p.ID}, anyQuery{Limit: 500, Search: p.Username})
	}
	for _, by := range app.Dimensions {
		queries = append(queries, anyQuery{Limit: 500, By: by, From: "2026-11-01", Until: today, Format: "csv"})
	}
	queries = append(queries, anyQuery{Limit: 500, Type: app.VisuraResidenza}, anyQuery{Limit: 500, Outcome: app.OutcomeFound}, anyQuery{Limit: 500, Service: app.ServiceVisure})
	var letters []string
	for _, l := range s.mail.Letters() {
		letters = append(letters, s.named(fmt.Sprint(l.To, " ", l.Subject, "\n", l.Text, html.UnescapeString(l.HTML))))
	}
	slices.Sort(letters)
	out["letters"] = strings.Join(letters, "\n")
	for _, e := range wire.Endpoints() {
		if e.Method != "GET" || unread[e.ID] {
			continue
		}
		ask := queries
		if strings.Contains(e.Path, "{id}") {
			ask = nil
			for _, id := range s.order {
				ask = append(ask, anyQuery{ID: id})
			}
		}
		for _, who := range slices.Sorted(maps.Keys(s.readers)) {
			for n, q := range ask {
				raw := wire.Endpoint[anyQuery, anyAnswer]{ID: e.ID, Method: e.Method, Path: e.Path, Access: e.Access, Permission: e.Permission, Status: e.Status}
				got, err := client.Call(context.Background(), s.readers[who].Client, raw, &q)
				text := ""
				if err != nil {
					text = refusalText(err)
				} else {
					text = s.plain(got.Body)
				}
				out[fmt.Sprintf("%s: %s, query %d", who, e.ID, n)] = text
			}
		}
	}
	return out
}

// plain is an answer with names in the place of ids, and with what it lists
// ordered: rows of one moment come in the order of their ids.
func (s *stage) plain(body []byte) string {
	var v any
	if json.Unmarshal(body, &v) != nil {
		lines := strings.Split(s.named(string(body)), "\n")
		slices.Sort(lines)
		return strings.Join(lines, "\n")
	}
	return s.ordered(v)
}

func (s *stage) ordered(v any) string {
	switch v := v.(type) {
	case []any:
		rows := make([]string, len(v))
		for i, item := range v {
			rows[i] = s.ordered(item)
		}
		slices.Sort(rows)
		return "[" + strings.Join(rows, "\n") + "]"
	case map[string]any:
		var fields []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if name != "next" && name != "thumbprint" {
				fields = append(fields, s.named(name)+": "+s.ordered(v[name]))
			}
		}
		return "{" + strings.Join(fields, ", ") + "}"
	}
	return s.named(fmt.Sprint(v))
}

func (s *stage) named(text string) string {
	for id, name := range s.labels {
		text = strings.ReplaceAll(text, id, name)
	}
	return random.ReplaceAllString(text, "…")
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
			play := func(with bool) map[string]string {
				s := newStage(t, engine(t))
				for i, a := range acts {
					if a.what == "restart" {
						s.restart()
					}
					s.play(i, a, with)
				}
				return s.seen()
			}
			with, without := play(true), play(false)
			for _, what := range slices.Sorted(maps.Keys(without)) {
				if with[what] != without[what] {
					t.Errorf("%s tells of the officers:\n%s", what, difference(without[what], with[what]))
				}
			}
		})
	}
}
