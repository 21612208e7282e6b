package board_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	flow "indagor/ui/flow/board"
	"indagor/ui/flow/list"
	"indagor/ui/screen"
	view "indagor/ui/screen/board"
	"indagor/ui/screen/screentest"
	"indagor/ui/theme"
)

var now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// desk is a server with a board.
type desk struct {
	notices  []wire.Notice
	sent     []wire.SentNotice
	read     []app.ID
	drafts   []wire.NoticeDraft
	refuse   error
	searched []string
}

func (d *desk) Notices(_ context.Context, in wire.NoticesInput) (wire.List[wire.Notice], error) {
	out := wire.List[wire.Notice]{}
	for _, n := range d.notices {
		if !in.Unread || n.Read == nil {
			out.Items = append(out.Items, n)
		}
	}
	return out, nil
}

func (d *desk) ReadNotice(_ context.Context, id app.ID) error {
	d.read = append(d.read, id)
	return nil
}
func (d *desk) UnreadNotices(context.Context) (int, error) { return 0, nil }

func (d *desk) SentNotices(context.Context, wire.SentNoticesInput) (wire.List[wire.SentNotice], error) {
	return wire.List[wire.SentNotice]{Items: slices.Clone(d.sent)}, nil
}

func (d *desk) Receipts(_ context.Context, in wire.ReceiptsInput) (wire.List[wire.Receipt], error) {
	if in.Read == "false" {
		return wire.List[wire.Receipt]{Items: []wire.Receipt{{User: "c", Name: "Carla Verdi", Department: "d1"}}}, nil
	}
	day := time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC) // midnight in Rome
	return wire.List[wire.Receipt]{Items: []wire.Receipt{{User: "a", Name: "Anna Bianchi", Read: &now}, {User: "b", Name: "Bruno Neri", Read: &day}}}, nil
}

func (d *desk) SendNotice(_ context.Context, id app.ID, n wire.NoticeDraft) (wire.SentNotice, error) {
	if d.refuse != nil {
		return wire.SentNotice{}, d.refuse
	}
	d.drafts = append(d.drafts, n)
	s := wire.SentNotice{Notice: app.Notice{ID: id, Audience: n.Audience, Title: n.Title, Text: n.Text, Expires: now.AddDate(0, 1, 0)}, Recipients: 1}
	d.sent = slices.Insert(d.sent, 0, s)
	return s, nil
}

func (d *desk) WithdrawNotice(_ context.Context, id app.ID) (wire.SentNotice, error) {
	for i := range d.sent {
		if d.sent[i].ID == id {
			d.sent[i].Withdrawn = &now
			return d.sent[i], nil
		}
	}
	return wire.SentNotice{}, app.E(app.CodeNotFound)
}

func (d *desk) Addressees(_ context.Context, page wire.Page) (wire.List[wire.Addressee], error) {
	d.searched = append(d.searched, page.Search)
	return wire.List[wire.Addressee]{Items: []wire.Addressee{{ID: "c", Name: "Carla Verdi", Role: app.RoleStandard, Department: "d1"}}}, nil
}

func (d *desk) CountAudience(_ context.Context, a app.Audience) (int, error) { return len(a), nil }

func (d *desk) Departments(context.Context) ([]app.Department, error) {
	return []app.Department{{ID: "d1", Name: "Tributi"}, {ID: "d2", Name: "Anagrafe"}}, nil
}

type memory struct {
	kept flow.Draft
	ok   bool
}

func (m *memory) Recall() (flow.Draft, bool) { return m.kept, m.ok }
func (m *memory) Remember(d flow.Draft)      { m.kept, m.ok = d, true }

type host struct {
	s      *stage
	l      *language.Language
	toasts []string
	failed []error
	went   screen.Place
}

func (h *host) Window() fyne.Window                     { return h.s.Window }
func (h *host) Language() *language.Language            { return h.l }
func (h *host) Go(to screen.Place, _ any)               { h.went = to }
func (h *host) Toast(text string)                       { h.toasts = append(h.toasts, text) }
func (h *host) Fail(err error)                          { h.failed = append(h.failed, err) }
func (h *host) OpenDocument(string, []byte)             {}
func (h *host) SaveDocument(string, []byte, func(bool)) {}
func (h *host) Badge(screen.Place, int)                 {}

type stage struct {
	*screentest.Stage
	desk   *desk
	host   *host
	memory *memory
	glance func() // that waits, or nil
	reach  app.Reach
}

func newStage(t *testing.T) *stage {
	s := &stage{Stage: screentest.New(t, theme.Light), desk: &desk{}, memory: &memory{}, reach: app.ReachAll}
	s.host = &host{s: s, l: screentest.Italian(t)}
	return s
}

func (s *stage) options() view.Options {
	return view.Options{
		Host: s.host, Lists: list.Options{Go: s.Go}, Context: context.Background(), Now: func() time.Time { return now },
		Session: func() wire.Session {
			return wire.Session{User: app.User{Name: "Maria", Surname: "Rossi"}, Permissions: map[app.Permission]string{app.PermSendNotice: s.reach.String()}}
		},
		May: func(screen.Place) bool { return s.reach != app.ReachNone },
		After: func(_ time.Duration, f func()) func() {
			s.glance = f
			return func() { s.glance = nil }
		},
		Go: s.Go, Do: func(f func()) { f() },
	}
}

func (s *stage) received() *view.Received {
	o := s.options()
	f := flow.NewReceived(s.desk, o.Lists, o.Now, func(int) {})
	p := view.NewReceived(o, f)
	s.Show(p, 1280, 800)
	s.Run()
	return p
}

func (s *stage) sent() *view.Sent {
	o := s.options()
	p := view.NewSent(o, flow.NewSent(s.desk, o.Lists), flow.NewCompose(s.desk, s.memory, o.Lists, o.Now))
	s.Show(p, 1280, 800)
	s.Run()
	return p
}

func notice(id app.ID, title string) wire.Notice {
	return wire.Notice{ID: id, Author: "Giulia Serra", Priority: app.PriorityHigh, Title: title, Text: "Testo di " + title, Published: now, Expires: now.AddDate(0, 0, 3)}
}

// TestGlance: what stands in view for a moment is read; what goes out of view
// before is not.
func TestGlance(t *testing.T) {
	s := newStage(t)
	s.desk.notices = []wire.Notice{notice("a", "Primo"), notice("b", "Secondo")}
	p := s.received()
	s.Want("Testo di Primo", "Priorità alta", "Segna come letto", "In bacheca fino al 26/11/2026")
	if s.glance == nil || len(s.desk.read) != 0 {
		t.Fatal("the first notice is not looked at")
	}
	s.Key(fyne.KeyDown) // gone before the moment has passed
	s.Run()
	s.Want("Testo di Secondo")
	s.glance()
	s.Run()
	if !slices.Equal(s.desk.read, []app.ID{"b"}) {
		t.Errorf("read %v", s.desk.read)
	}
	s.Want("Letto 23/11/2026 11:00")
	if s.glance != nil {
		t.Error("what was read is looked at again")
	}
	s.Key(fyne.KeyUp)
	s.Run()
	p.Hidden()
	if s.glance != nil {
		t.Error("out of view it is still being read")
	}
	p.Shown()
	s.Run()
	if s.glance == nil {
		t.Error("back in view it is not looked at")
	}
	s.Press("Segna come letto")
	s.Run()
	if !slices.Equal(s.desk.read, []app.ID{"b", "a"}) {
		t.Errorf("read %v", s.desk.read)
	}
}

func TestBoardHears(t *testing.T) {
	s := newStage(t)
	s.reach = app.ReachNone
	p := s.received()
	s.Want("In bacheca non ci sono avvisi.")
	s.Lacks("Scrivi avviso")
	s.desk.notices = []wire.Notice{notice("a", "Appena arrivato")}
	p.Signalled(app.SignalVisura, "")
	if s.Waiting() != 0 {
		t.Error("another signal is heard")
	}
	p.Signalled(app.SignalNotice, "a")
	s.Run()
	p.Receive(app.ID("a"))
	s.Run()
	s.Want("Testo di Appena arrivato")
	if p.Key(fyne.KeyF5, 0); s.Waiting() == 0 {
		t.Error("F5 asks nothing")
	}
}

func TestWithdrawing(t *testing.T) {
	s := newStage(t)
	s.desk.sent = []wire.SentNotice{{Notice: app.Notice{ID: "s", AuthorName: "Maria Rossi", Audience: app.Audience{{Department: "d1"}}, Priority: app.PriorityNormal, Title: "Fermo", Text: "Lunedì.", Published: now, Expires: now.AddDate(0, 0, 3)}, Recipients: 3, Readers: 2}}
	s.sent()
	s.Want("Tributi", "2 di 3", "In bacheca", "Da leggere: 1 persona", "Carla Verdi: Tributi", "Letto da 2 persone", "Anna Bianchi: 23/11/2026 11:00", "Bruno Neri: 23/11/2026")
	s.Press("Ritira avviso")
	s.Want("Ritira avviso “Fermo”")
	s.Press("Annulla")
	if s.desk.sent[0].Withdrawn != nil {
		t.Error("withdrawn without a yes")
	}
	s.Press("Ritira avviso")
	s.Press("Ritira avviso") // of the question, which lies over the page
	s.Run()
	s.Want("Ritirato")
	s.Lacks("Ritira avviso")
	if !slices.Contains(s.host.toasts, "Avviso ritirato.") {
		t.Errorf("%q", s.host.toasts)
	}
}

func TestWriting(t *testing.T) {
	s := newStage(t)
	p := s.sent()
	s.Want("Nessun avviso inviato.")
	s.Press("Scrivi avviso")
	s.Run()
	s.Want("Arriverà a 1 persona", "Senza titolo", "Una o più direzioni")
	s.Typed("Fermo dei sistemi")
	s.Press("Una o più direzioni")
	s.Run()
	s.Want("Scegliere i destinatari", "Tributi", "Anagrafe")
	s.Press("Tributi")
	s.Press("Anagrafe")
	s.Run()
	s.Want("Arriverà a 2 persone")
	s.Press("Alta")
	s.Want("Priorità alta") // as it will be read
	s.Press("Invia avviso")
	s.Run()
	s.Want("Dato obbligatorio")
	s.Typed("Lunedì.") // the text has the focus
	// Leaving keeps it.
	s.Press("Continua più tardi")
	if !s.memory.ok || s.memory.kept.Title != "Fermo dei sistemi" {
		t.Errorf("%+v", s.memory.kept)
	}
	p.Receive(view.Write{})
	s.Run()
	s.desk.refuse = app.Errors{app.E(app.CodeNoticeExpiry).At("last_day"), app.E(app.CodeNotFound).At("audience")}
	s.Press("Invia avviso")
	s.Run()
	s.Want("Giorno già passato", "Una delle persone o direzioni scelte non è più disponibile")
	s.desk.refuse = app.E(app.CodeInternal)
	s.Press("Invia avviso")
	s.Run()
	if len(s.host.failed) != 1 {
		t.Errorf("%v", s.host.failed)
	}
	s.desk.refuse = nil
	s.Press("Invia avviso")
	s.Run()
	if len(s.desk.drafts) != 1 || s.desk.drafts[0].Priority != app.PriorityHigh || len(s.desk.drafts[0].Audience) != 2 || s.desk.drafts[0].Text != "Lunedì." {
		t.Fatalf("%+v", s.desk.drafts)
	}
	s.Want("Fermo dei sistemi", "Scrivi avviso")
	s.Lacks("Invia avviso")
	if !slices.Contains(s.host.toasts, "Avviso inviato a 1 persona.") || s.memory.kept.Begun() {
		t.Errorf("%q, %+v", s.host.toasts, s.memory.kept)
	}
}

// TestPeopleAreSearched: the server is asked when typing rests, not at every
// letter.
func TestPeopleAreSearched(t *testing.T) {
	s := newStage(t)
	s.memory.kept, s.memory.ok = flow.Draft{ID: app.NewID(), To: flow.ToPeople, Title: "Bozza"}, true
	s.sent()
	s.Press("Scrivi avviso")
	s.Run()
	s.FocusOn("Aggiungi persona")
	s.Key(fyne.KeyDown) // opens the list
	s.Run()
	s.Typed("verdi")
	s.Run()
	if !slices.Equal(s.desk.searched, []string{""}) || s.glance == nil {
		t.Fatalf("asked for %q while typing", s.desk.searched)
	}
	s.glance()
	s.Run()
	if !slices.Equal(s.desk.searched, []string{"", "verdi"}) {
		t.Errorf("asked for %q", s.desk.searched)
	}
	s.Key(fyne.KeyReturn)
	s.Run()
	s.Want("Arriverà a 1 persona", "Carla Verdi")
}

// TestLastDayAhead: two digits of the last day's year are of one to come.
func TestLastDayAhead(t *testing.T) {
	s := newStage(t)
	s.memory.kept, s.memory.ok = flow.Draft{ID: app.NewID(), To: flow.ToAll, Title: "Bozza"}, true
	s.sent()
	s.Press("Scrivi avviso")
	s.Run()
	s.FocusOn(s.host.l.T("sent.last_day"))
	s.Typed("31/12/27")
	s.Press("Continua più tardi")
	if s.memory.kept.Until != "2027-12-31" {
		t.Errorf("until %s", s.memory.kept.Until)
	}
}

// TestAdminWrites: an ADMIN is offered his department, its roles and its
// people, nothing beyond.
func TestAdminWrites(t *testing.T) {
	s := newStage(t)
	s.reach = app.ReachDepartment
	s.memory.kept, s.memory.ok = flow.Draft{ID: app.NewID(), To: flow.ToPeople, People: []flow.Person{{ID: "c", Name: "Carla Verdi"}}, Title: "Bozza", LastDay: "boh"}, true
	s.sent()
	s.Press("Scrivi avviso")
	s.Run()
	s.Want("Tutta la direzione", "Carla Verdi", "Arriverà a 1 persona", "Bozza")
	s.Lacks("Una o più direzioni", "Tutti gli utenti")
	s.Press("Carla Verdi")
	s.Run()
	s.Want("Scegliere i destinatari")
	s.Press("Uno o più ruoli")
	s.Want("ADMIN", "Operatori STANDARDPS")
	s.Lacks("TOP")
	s.Press("Elimina bozza")
	s.Run()
	if s.memory.kept.Begun() {
		t.Errorf("%+v", s.memory.kept)
	}
	s.Lacks("Invia avviso")
}
