package server_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/app/evidence"
	"indagor/server"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// tick lets the server do what is due.
func tick(t testing.TB, w *servertest.World) {
	t.Helper()
	if err := w.Server.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// mailed are the options of a world that goes by the clock and sends its mail
// to the server.
func mailed(at *clock, dsn string, m *servertest.MailServer) servertest.Options {
	o := clocked(at, dsn)
	o.Config = m.Configure
	return o
}

// office is a body whose days are played, and beside it a model of what its
// daily mails must say.
type office struct {
	*servertest.World
	t       *testing.T
	at      *clock
	zone    *time.Location
	mail    *servertest.MailServer
	rand    *rand.Rand
	people  map[app.ID]servertest.Person
	clerks  []*servertest.Client
	officer *servertest.Client
	mobile  app.User
	asked   int

	done  map[app.Day]map[app.ID]map[string]map[app.Outcome]int // requests by day, department, clerk with service, outcome
	last  app.Day                                               // for which mails were made
	want  map[string]app.Day                                    // "address day" to the day
	lines map[string][]string                                   // what it must say
	moved int
}

const digestHour = 2 // that the clock skips in spring and has twice in autumn

func newOffice(t *testing.T, dsn string, from time.Time, seed uint64) *office {
	at := newClock()
	at.at = from
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	mail := servertest.NewMail(t, servertest.MailOptions{})
	opts := mailed(at, dsn, mail)
	opts.Config = func(c *server.Config) {
		mail.Configure(c)
		c.Digest.Hour = digestHour
	}
	byClock := opts.Server
	opts.Server = func(o *server.Options) {
		byClock(o)
		unpaced(o)
	}
	w := servertest.Start(t, opts)
	o := &office{
		World: w, t: t, at: at, zone: zone, mail: mail, rand: rand.New(rand.NewPCG(seed, 1)), people: map[app.ID]servertest.Person{},
		done: map[app.Day]map[app.ID]map[string]map[app.Outcome]int{}, want: map[string]app.Day{}, lines: map[string][]string{},
	}
	for i, d := range []app.Department{w.Registry, w.Taxes} {
		p := w.Person(app.RoleStandard, d, bulkUser(app.ScopeNational))
		c := w.At(p, fmt.Sprint("SPORTELLO-", i))
		o.people[c.Session.User.ID] = p
		o.clerks = append(o.clerks, c)
	}
	p := w.Person(app.RoleStandardPS, w.Registry, bulkUser(app.ScopeNational))
	o.officer = w.At(p, "VIGILI-01")
	o.people[o.officer.Session.User.ID] = p
	o.mobile = w.Person(app.RoleAdmin, w.Registry, nil).User
	off := w.Person(app.RoleAdmin, w.Taxes, nil)
	say(t, w.Desk, wire.DisableUser, &wire.DisableInput{ID: off.ID})
	o.last = app.DayOf(from.In(zone).AddDate(0, 0, -1))
	return o
}

// enter signs everybody in again: nights are longer than sessions.
func (o *office) enter() {
	o.t.Helper()
	o.Desk.Enter(o.Top)
	for _, c := range append(o.clerks, o.officer) {
		c.Enter(o.people[c.Session.User.ID])
	}
}

func (o *office) restart() {
	o.t.Helper()
	o.Restart()
	o.Desk.Client = o.Connect(o.Desk.Signer)
	for _, c := range append(o.clerks, o.officer) {
		c.Client = o.Connect(c.Signer)
	}
	o.enter()
}

// count adds requests to the model; those of the officer are in no mail.
func (o *office) count(c *servertest.Client, day app.Day, service app.Service, outcomes map[app.Outcome]int) {
	if c == o.officer {
		return
	}
	u := c.Session.User
	if o.done[day] == nil {
		o.done[day] = map[app.ID]map[string]map[app.Outcome]int{}
	}
	if o.done[day][u.Department] == nil {
		o.done[day][u.Department] = map[string]map[app.Outcome]int{}
	}
	line := fmt.Sprintf("%s (%s), %s", u.FullName(), u.Username, map[app.Service]string{
		app.ServiceVisure: "Visure anagrafiche puntuali", app.ServiceEnrichment: "Rivestizione anagrafica codici fiscali", app.ServiceHousehold: "Nuclei familiari",
	}[service])
	if o.done[day][u.Department][line] == nil {
		o.done[day][u.Department][line] = map[app.Outcome]int{}
	}
	for outcome, n := range outcomes {
		o.done[day][u.Department][line][outcome] += n
	}
}

// list runs a list: of its rows each that ANPR is asked about is a request,
// but none that repeats another or names nobody.
func (o *office) list(c *servertest.Client, day app.Day, service app.Service) {
	o.t.Helper()
	resident := cast(o.t, "resident").CF
	content := "CF\n" + strings.Join([]string{resident, resident, cast(o.t, "deceased").CF, cast(o.t, "unregistered").CF, "RSSMRA85T10A562X"}, "\n") + "\n"
	job := upload(o.t, c, service, "elenco.csv", content)
	start := order(c, job.ID)
	if service == app.ServiceEnrichment {
		start.Body.Fields = []string{"surname", "alive"}
	}
	say(o.t, c, wire.StartJob, start)
	if job = awaitJob(o.t, c, job.ID, app.JobRunning); job.State != app.JobDone {
		o.t.Fatalf("%+v", job)
	}
	asked := map[app.Outcome]int{}
	for outcome, n := range job.Counts.Outcomes {
		switch outcome {
		case app.OutcomeWrong:
		case app.OutcomeFound: // one of which repeats the other
			asked[outcome] = n - 1
		default:
			asked[outcome] = n
		}
	}
	o.count(c, day, service, asked)
}

// work asks a few visure, found and refused, of clerks and of the officer, and
// runs a list now and then.
func (o *office) work() {
	o.t.Helper()
	day := app.DayOf(o.at.now().In(o.zone))
	for _, c := range append(o.clerks, o.officer) {
		for range o.rand.IntN(4) {
			o.asked++
			r := wire.VisuraRequest{Type: app.VisuraEsistenza, Subject: app.Subject{FiscalCode: cast(o.t, "resident").CF}}
			kind := o.rand.IntN(3) / 2
			if kind == 1 {
				r.Purpose = app.NewID()
			}
			v, err := c.Ask(fmt.Sprintf("digest-%05d", o.asked), r)
			if kind == 0 && (err != nil || v.Outcome != app.OutcomeFound) || kind == 1 && app.CodeOf(err) != app.CodePurposeOff {
				o.t.Fatalf("asking: %v %+v", err, v)
			}
			o.count(c, day, app.ServiceVisure, map[app.Outcome]int{[]app.Outcome{app.OutcomeFound, app.OutcomeRefused}[kind]: 1})
		}
		if o.rand.IntN(4) == 0 {
			o.list(c, day, []app.Service{app.ServiceEnrichment, app.ServiceHousehold}[o.rand.IntN(2)])
		}
	}
}

// tick lets the server do what is due, and the model too: the departments of
// the recipients are those of this moment.
func (o *office) tick() {
	o.t.Helper()
	now := o.at.now().In(o.zone)
	for day := next(o.last); day < app.DayOf(now) && (next(day) < app.DayOf(now) || now.Hour() >= digestHour); day = next(day) {
		o.last = day
		for _, r := range []struct {
			u     app.User
			whole bool
		}{{o.Top.User, true}, {o.Admin.User, false}, {o.TaxAdmin.User, false}, {o.mobile, false}} {
			mark := r.u.Email + " " + string(day)
			if _, twice := o.want[mark]; twice {
				o.t.Fatalf("the model makes %s twice", mark)
			}
			o.want[mark] = day
			for d, clerks := range o.done[day] {
				if !r.whole && d != r.u.Department {
					continue
				}
				for who, n := range clerks {
					var outcomes []string
					total := 0
					for _, x := range []struct {
						outcome app.Outcome
						text    string
					}{
						{app.OutcomeFound, "Dati trovati"}, {app.OutcomeDeceased, "Persona deceduta"}, {app.OutcomeNotFound, "Nessuna persona trovata"}, {app.OutcomeRefused, "Richiesta non ammessa"},
					} {
						if n[x.outcome] > 0 {
							outcomes = append(outcomes, fmt.Sprint(x.text, ": ", n[x.outcome]))
						}
						total += n[x.outcome]
					}
					o.lines[mark] = append(o.lines[mark], fmt.Sprintf("- %s: %d (%s)", who, total, strings.Join(outcomes, "; ")))
				}
			}
		}
	}
	tick(o.t, o.World)
}

func next(d app.Day) app.Day {
	t, _ := d.Time()
	return app.DayOf(t.AddDate(0, 0, 1))
}

// move brings the mobile ADMIN to the other department.
func (o *office) move() {
	o.t.Helper()
	u := say(o.t, o.Desk, wire.GetUser, named(o.mobile.ID)).Body
	u.Department = o.Taxes.ID
	if o.moved++; o.moved%2 == 0 {
		u.Department = o.Registry.ID
	}
	o.mobile = say(o.t, o.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u}).Body
}

// play lets the days go by: work in the morning, a look every half hour, now
// and then a restart, an ADMIN who moves, a mail server that is away or
// misbehaves, and once a server that is away for days.
func (o *office) play(days int) {
	o.t.Helper()
	until := app.DayOf(o.at.now().In(o.zone).AddDate(0, 0, days))
	begun := app.DayOf(o.at.now().In(o.zone))
	today := begun
	for n := 0; today < until; {
		if day := app.DayOf(o.at.now().In(o.zone)); day != today {
			today = day
			n++
			o.enter()
			o.work() // just after midnight, on either side of which days part
			switch n {
			case 3:
				o.mail.Down()
			case 5:
				o.mail.Up()
				o.move()
			case 6:
				o.mail.SetFaults(
					servertest.MailFault{Step: servertest.MailTo, To: o.Admin.Email, Code: 451, Text: "4.3.0 try later", Times: 2},
					servertest.MailFault{Step: servertest.MailReply, To: o.TaxAdmin.Email, Drop: true, Times: 1},
					servertest.MailFault{Step: servertest.MailData, To: o.Top.Email, Drop: true, Times: 1},
				)
			case 8:
				o.at.add(76 * time.Hour) // the server is away
				o.restart()
				o.tick()
				today = app.DayOf(o.at.now().In(o.zone))
			case 10:
				o.move()
			}
		}
		if o.at.now().In(o.zone).Hour() == 9 && o.at.now().Minute() == 0 {
			o.work()
			if o.rand.IntN(3) == 0 {
				o.restart()
			}
		}
		o.tick()
		o.at.add(30 * time.Minute)
	}
	o.enter()
	o.tick()
}

// check compares what arrived with the model.
func (o *office) check() {
	o.t.Helper()
	t := o.t
	if h := say(t, o.Desk, wire.GetMailHealth, &wire.None{}).Body; h.Waiting != 0 || h.Late != 0 || h.LastDay != o.last {
		t.Errorf("at the end: %+v", h)
	}
	day := map[string]string{} // "22/11/2026" to the day
	for mark, d := range o.want {
		at, _ := d.Time()
		day[strings.Fields(mark)[0]+" "+at.Format("02/01/2006")] = mark
	}
	got, copies := map[string]servertest.Letter{}, 0
	byID := map[string]string{}
	for _, l := range o.mail.Letters() {
		title, _, _ := strings.Cut(l.Text[strings.Index(l.Text, "Richieste di "):], "\n")
		mark := day[l.To+" "+title[strings.LastIndex(title, " ")+1:]]
		if mark == "" {
			t.Errorf("to %s: %q, which nobody wants", l.To, title)
			continue
		}
		if first, ok := got[mark]; ok {
			if copies++; first.Raw != l.Raw || first.MessageID != l.MessageID {
				t.Errorf("%s: a second mail that is no copy of the first", mark)
			}
			continue
		}
		if other, ok := byID[l.MessageID]; ok {
			t.Errorf("%s has the Message-ID of %s", mark, other)
		}
		byID[l.MessageID], got[mark] = mark, l
		var lines []string
		for line := range strings.SplitSeq(l.Text, "\n") {
			if strings.HasPrefix(line, "- ") {
				lines = append(lines, line)
			}
		}
		want := o.lines[mark]
		slices.Sort(want)
		slices.Sort(lines)
		if !slices.Equal(lines, want) {
			t.Errorf("%s says\n%s\nand should say\n%s", mark, strings.Join(lines, "\n"), strings.Join(want, "\n"))
		}
		if none := strings.Contains(l.Text, "Nessuna richiesta"); none != (len(want) == 0) {
			t.Errorf("%s: says that there was no request: %t", mark, none)
		}
		for _, line := range want {
			if !strings.Contains(l.HTML, line[2:strings.Index(line, " (")]) {
				t.Errorf("%s: the HTML part lacks %q", mark, line)
			}
		}
		c := cast(t, "resident")
		for what, secret := range map[string]string{"a fiscal code": c.CF, "a surname": c.Surname, "the officer": o.officer.Session.User.Username, "the officer's name": o.officer.Session.User.Surname} {
			if strings.Contains(l.Raw, secret) {
				t.Errorf("%s tells %s", mark, what)
			}
		}
	}
	for mark := range o.want {
		if _, ok := got[mark]; !ok {
			t.Errorf("%s did not arrive", mark)
		}
	}
	if copies != 1 {
		t.Errorf("%d copies, want the one whose answer was lost", copies)
	}
	var anchors []string
	for _, l := range got {
		found := evidence.FindCheckpoints(l.Text)
		if len(found) != 1 {
			t.Fatalf("%d heads of the log in\n%s", len(found), l.Text)
		}
		anchors = append(anchors, found...)
	}
	if r, err := o.Server.Verify(t.Context(), anchors...); err != nil || !r.Sound() {
		t.Errorf("the log against the heads that were mailed: %v %+v", err, r)
	}
}

// TestDigestExactlyOnce: over weeks with the clock set back or forward, an
// outage of the server and one of the mail server, restarts, and an ADMIN who
// moves, each recipient has exactly one mail for each day, with the right
// counts.
func TestDigestExactlyOnce(t *testing.T) {
	storetest.Long(t)
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	for name, from := range map[string]time.Time{
		"autumn": time.Date(2026, 10, 14, 10, 0, 0, 0, rome), // back on 25 October
		"spring": time.Date(2027, 3, 17, 10, 0, 0, 0, rome),  // forward on 28 March
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, dsn string) {
				o := newOffice(t, dsn, from.UTC(), uint64(from.Unix()))
				o.work()
				o.play(17)
				o.check()
			})
		})
	}
}
