package board_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/app/language"
	"indagor/assets"
	"indagor/sync/wire"
	flow "indagor/ui/flow/board"
	"indagor/ui/flow/list"
)

var now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// desk is a server with a board.
type desk struct {
	pages   []wire.Page
	notices []wire.Notice
	sent    []wire.SentNotice
	people  int
	asked   wire.NoticesInput
	got     []wire.NoticeDraft
	ids     []app.ID
	counts  []app.Audience
	reads   int
	err     error
}

func (d *desk) Notices(_ context.Context, in wire.NoticesInput) (wire.List[wire.Notice], error) {
	d.asked = in
	return wire.List[wire.Notice]{Items: slices.Clone(d.notices)}, nil
}

func (d *desk) ReadNotice(context.Context, app.ID) error { d.reads++; return d.err }

func (d *desk) UnreadNotices(context.Context) (int, error) { return 7, nil }

func (d *desk) SentNotices(context.Context, wire.SentNoticesInput) (wire.List[wire.SentNotice], error) {
	return wire.List[wire.SentNotice]{Items: slices.Clone(d.sent)}, nil
}

func (d *desk) Receipts(_ context.Context, in wire.ReceiptsInput) (wire.List[wire.Receipt], error) {
	return wire.List[wire.Receipt]{Items: []wire.Receipt{{User: app.ID("of " + in.Read)}}, Next: map[string]string{"false": "more"}[in.Read]}, d.err
}

func (d *desk) SendNotice(_ context.Context, id app.ID, n wire.NoticeDraft) (wire.SentNotice, error) {
	d.ids, d.got = append(d.ids, id), append(d.got, n)
	return wire.SentNotice{Notice: app.Notice{ID: id, Title: n.Title}, Recipients: 3}, d.err
}

func (d *desk) WithdrawNotice(_ context.Context, id app.ID) (wire.SentNotice, error) {
	return wire.SentNotice{Notice: app.Notice{ID: id, Withdrawn: &now}}, d.err
}

func (d *desk) Addressees(_ context.Context, page wire.Page) (wire.List[wire.Addressee], error) {
	out := wire.List[wire.Addressee]{}
	d.pages = append(d.pages, page)
	for i := 0; i < d.people && len(out.Items) < page.Limit; i++ {
		if name := fmt.Sprintf("Nome%d Cognome", i); strings.Contains(name, page.Search) {
			out.Items = append(out.Items, wire.Addressee{ID: app.ID(fmt.Sprint(i)), Name: name})
		}
	}
	return out, d.err
}

func (d *desk) CountAudience(_ context.Context, a app.Audience) (int, error) {
	d.counts = append(d.counts, a)
	return 10 * len(a), d.err
}

func (d *desk) Departments(context.Context) ([]app.Department, error) {
	return []app.Department{{ID: "d1", Name: "Tributi"}}, nil
}

// later keeps what takes time.
type later []func()

func (l *later) add(f func()) { *l = append(*l, f) }

func (l *later) run() {
	for len(*l) > 0 {
		f := (*l)[0]
		*l = (*l)[1:]
		f()
	}
}

func TestReading(t *testing.T) {
	d := &desk{notices: []wire.Notice{{ID: "a", Title: "uno"}, {ID: "b", Title: "due", Read: &now}}}
	var work later
	count := 0
	f := flow.NewReceived(d, list.Options{Go: work.add}, func() time.Time { return now }, func(n int) { count = n })
	var failed []error
	f.Watch(func() {}, func(err error) { failed = append(failed, err) })
	f.Search(flow.Filter{View: flow.ViewUnread, Words: "  due   parole "})
	work.run()
	if !d.asked.Unread || d.asked.Search != "due parole" {
		t.Errorf("%+v", d.asked)
	}
	f.Read("b", true) // was read
	f.Read("c", true) // is not there
	work.run()
	if d.reads != 0 {
		t.Errorf("%d reads", d.reads)
	}
	f.Read("a", false)
	work.run()
	if st := f.State(); d.reads != 1 || st.Rows[0].Read == nil || !st.Rows[0].Read.Equal(now) || count != 7 {
		t.Errorf("%d reads, %+v, %d", d.reads, st.Rows, count)
	}
	// A failure is told only to whoever asked for it.
	d.notices = []wire.Notice{{ID: "a"}}
	f.Reload()
	work.run()
	d.err = app.E(app.CodeInternal)
	f.Read("a", false)
	work.run()
	if len(failed) != 0 || f.State().Rows[0].Read != nil {
		t.Errorf("%v", failed)
	}
	f.Read("a", true)
	work.run()
	if len(failed) != 1 {
		t.Errorf("%v", failed)
	}
	// What was withdrawn meanwhile goes.
	d.err, d.notices = app.E(app.CodeNotFound), nil
	f.Read("a", true)
	work.run()
	if len(f.State().Rows) != 0 || len(failed) != 1 {
		t.Errorf("%+v, %v", f.State().Rows, failed)
	}
}

// memory keeps a draft.
type memory struct {
	kept flow.Draft
	ok   bool
}

func (m *memory) Recall() (flow.Draft, bool) { return m.kept, m.ok }
func (m *memory) Remember(d flow.Draft)      { m.kept, m.ok = d, true }

func TestComposing(t *testing.T) {
	d, m := &desk{people: 7200}, &memory{}
	var work later
	o := list.Options{Go: work.add}
	clock := func() time.Time { return now }
	c := flow.NewCompose(d, m, o, clock)
	if st := c.State(); st.To != flow.ToAll || st.Priority != app.PriorityNormal || st.Until != "2026-12-23" || st.Begun() {
		t.Errorf("%+v", st.Draft)
	}
	// Counts are of the audience as it is now; an older answer is dropped.
	c.Edit(func(d *flow.Draft) { d.To = flow.ToRoles })
	if st := c.State(); !st.Counted || st.Count != 0 || len(work) != 0 {
		t.Errorf("nobody is chosen: %+v", st)
	}
	c.Edit(func(d *flow.Draft) { d.Roles = []app.Role{app.RoleStandard} })
	c.Edit(func(d *flow.Draft) { d.Roles = []app.Role{app.RoleStandard, app.RoleStandardPS} })
	c.Edit(func(d *flow.Draft) { d.Title = "Titolo" })
	if len(work) != 2 {
		t.Errorf("%d counts", len(work))
	}
	slices.Reverse(work)
	work.run()
	if st := c.State(); st.Count != 20 || !st.Counted {
		t.Errorf("%+v", st)
	}

	// People are searched on the server, however many there are; who was
	// chosen is not proposed.
	c.Edit(func(d *flow.Draft) { d.To, d.People = flow.ToPeople, []flow.Person{{ID: "7119", Name: "x"}} })
	work.run()
	var got []wire.Addressee
	c.Search(" Nome711 ", 5, func(people []wire.Addressee, err error) { got = people })
	c.Search("Nome7119", 5, func(people []wire.Addressee, err error) {
		if len(people) != 0 || err != nil {
			t.Errorf("who was chosen is proposed: %+v, %v", people, err)
		}
	})
	work.run()
	if len(got) != 5 || got[0].Name != "Nome711 Cognome" || got[1].Name != "Nome7110 Cognome" {
		t.Errorf("%+v", got)
	}
	if len(d.pages) != 2 || d.pages[0].Search != "Nome711" || d.pages[0].Limit != 6 {
		t.Errorf("%+v", d.pages)
	}

	// What cannot be sent is told with its fields; nothing is asked.
	c.Edit(func(d *flow.Draft) { d.Text, d.People, d.LastDay, d.Until = " ", nil, "32/12", "" })
	_, err := c.Send(context.Background())
	var es app.Errors
	if !errors.As(err, &es) || len(es) != 3 || es[0].Field != "text" || es[1].Field != "audience" || es[2].Code != app.CodeDate {
		t.Errorf("%v", err)
	}
	c.Edit(func(d *flow.Draft) { d.LastDay = "" })
	if _, err := c.Send(context.Background()); !errors.As(err, &es) || es[2].Code != app.CodeRequired {
		t.Errorf("%v", err)
	}

	// The draft outlives the program; sent again after a lost answer, it is the
	// same notice.
	c.Edit(func(d *flow.Draft) { d.To, d.Text, d.Until = flow.ToDepartments, "Testo ", "2026-12-01" })
	c.Edit(func(d *flow.Draft) { d.Departments = []app.ID{"d1"} })
	c.Keep()
	c = flow.NewCompose(d, m, o, clock)
	if st := c.State(); st.Title != "Titolo" || len(st.Departments) != 1 {
		t.Errorf("%+v", st.Draft)
	}
	d.err = errors.New("no answer")
	if _, err := c.Send(context.Background()); err == nil {
		t.Error("sent without an answer")
	}
	d.err = nil
	if n, err := c.Send(context.Background()); err != nil || n.Recipients != 3 {
		t.Errorf("%+v, %v", n, err)
	}
	if len(d.ids) != 2 || d.ids[0] != d.ids[1] || d.got[1].Text != "Testo" || d.got[1].LastDay != "2026-12-01" || d.got[1].Audience[0].Department != "d1" {
		t.Errorf("%v %+v", d.ids, d.got)
	}
	work.run()
	if st := c.State(); st.Begun() || st.ID == d.ids[0] || m.kept.Begun() {
		t.Errorf("after sending: %+v", st.Draft)
	}
	// Somebody who was chosen is gone.
	d.err = app.E(app.CodeNotFound).At("audience")
	c.Edit(func(d *flow.Draft) { d.To, d.People = flow.ToPeople, []flow.Person{{ID: "7"}} })
	work.run()
	if st := c.State(); st.Refused == nil || st.Counted {
		t.Errorf("%+v", st)
	}
}

func TestSent(t *testing.T) {
	d := &desk{sent: []wire.SentNotice{{Notice: app.Notice{ID: "s", Expires: now.Add(time.Hour)}}}}
	var work later
	f := flow.NewSent(d, list.Options{Go: work.add})
	f.Open()
	f.Select("s")
	work.run()
	st := f.State()
	if r := st.Detail; !st.DetailReady || r.Unread[0].User != "of false" || !r.MoreUnread || r.Read[0].User != "of true" || r.MoreRead {
		t.Errorf("%+v", st.Detail)
	}
	if f.Names()["d1"] != "Tributi" {
		t.Errorf("%v", f.Names())
	}
	if got := flow.StandingOf(st.Rows[0], now); got != flow.Valid {
		t.Errorf("%s", got)
	}
	if got := flow.StandingOf(st.Rows[0], now.Add(time.Hour)); got != flow.Expired {
		t.Errorf("%s", got)
	}
	if err := f.Withdraw(context.Background(), "s"); err != nil || flow.StandingOf(f.State().Rows[0], now) != flow.Withdrawn {
		t.Errorf("%v, %+v", err, f.State().Rows)
	}
	d.err = app.E(app.CodeForbidden)
	if err := f.Withdraw(context.Background(), "s"); app.CodeOf(err) != app.CodeForbidden {
		t.Errorf("%v", err)
	}
}

func TestWords(t *testing.T) {
	c, err := language.Load(assets.Translations)
	if err != nil {
		t.Fatal(err)
	}
	l := c.In("it").Zoned(time.UTC)
	names := map[app.ID]string{"d1": "Tributi"}
	for _, x := range []struct {
		a    app.Audience
		want string
	}{
		{app.Audience{{}}, "Tutti gli utenti"},
		{app.Audience{{Role: app.RoleStandard}, {Department: "d1"}}, "Operatori STANDARD, Tributi"},
		{app.Audience{{Role: app.RoleAdmin, Department: "d1"}, {Role: app.RoleTop}}, "ADMIN di Tributi, TOP"},
		{app.Audience{{User: "a"}}, "1 persona scelta"},
		{app.Audience{{User: "a"}, {User: "b"}, {Department: "d9"}}, "altra direzione, 2 persone scelte"},
	} {
		if got := flow.AudienceText(l, x.a, names); got != x.want {
			t.Errorf("%+v: %q, want %q", x.a, got, x.want)
		}
	}
	title, text := flow.Words(l, wire.Notice{Kind: app.NoticeWorkstationExpiry, Params: map[string]string{"name": "ANAG-07", "day": "2026-12-07"}})
	if title != "L'autorizzazione della postazione ANAG-07 sta per scadere" || !strings.Contains(text, "07/12/2026") {
		t.Errorf("%q, %q", title, text)
	}
	if title, _ := flow.Words(l, wire.Notice{Kind: "of a later version"}); title != "Avviso del server" {
		t.Errorf("%q", title)
	}
	if day := flow.LastDay(l, time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)); day != "30/11/2026" {
		t.Errorf("%q", day)
	}
}
