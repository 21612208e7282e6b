package ui

import (
	"context"
	"slices"
	"testing"
	"time"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/screen"
)

// noticeboard is the board of the fake server.
type noticeboard struct {
	notices []wire.Notice // newest first
	posted  []wire.SentNotice
	written []wire.NoticeDraft
	looked  int

	read, unreadPeople []wire.Receipt // recipients of every notice
	people2            []wire.Addressee
}

func (b *noticeboard) Notices(_ context.Context, in wire.NoticesInput) (wire.List[wire.Notice], error) {
	b.looked++
	out := wire.List[wire.Notice]{}
	for _, n := range b.notices {
		if !in.Unread || n.Read == nil {
			out.Items = append(out.Items, n)
		}
	}
	return out, nil
}

func (b *noticeboard) ReadNotice(_ context.Context, id app.ID) error {
	for i := range b.notices {
		if b.notices[i].ID == id && b.notices[i].Read == nil {
			at := time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
			b.notices[i].Read = &at
		}
	}
	return nil
}

func (b *noticeboard) UnreadNotices(context.Context) (n int, err error) {
	for _, x := range b.notices {
		if x.Read == nil {
			n++
		}
	}
	return n, nil
}

func (b *noticeboard) SentNotices(context.Context, wire.SentNoticesInput) (wire.List[wire.SentNotice], error) {
	return wire.List[wire.SentNotice]{Items: b.posted}, nil
}

func (b *noticeboard) Receipts(_ context.Context, in wire.ReceiptsInput) (wire.List[wire.Receipt], error) {
	if in.Read == "true" {
		return wire.List[wire.Receipt]{Items: b.read}, nil
	}
	return wire.List[wire.Receipt]{Items: b.unreadPeople}, nil
}

func (b *noticeboard) SendNotice(_ context.Context, id app.ID, d wire.NoticeDraft) (wire.SentNotice, error) {
	b.written = append(b.written, d)
	n := wire.SentNotice{Notice: app.Notice{ID: id, Audience: d.Audience, Priority: d.Priority, Title: d.Title, Text: d.Text, Expires: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)}, Recipients: 42}
	b.posted = slices.Insert(b.posted, 0, n)
	return n, nil
}

func (b *noticeboard) WithdrawNotice(context.Context, app.ID) (wire.SentNotice, error) {
	return wire.SentNotice{}, app.E(app.CodeNotFound)
}

func (b *noticeboard) Addressees(context.Context, wire.Page) (wire.List[wire.Addressee], error) {
	return wire.List[wire.Addressee]{Items: b.people2}, nil
}

func (b *noticeboard) CountAudience(context.Context, app.Audience) (int, error) { return 42, nil }

func bulletin(id app.ID, title string, p app.NoticePriority) wire.Notice {
	at := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	return wire.Notice{ID: id, Author: "Giulia Serra", Priority: p, Title: title, Text: "Testo di " + title, Published: at, Expires: at.AddDate(0, 0, 7)}
}

// TestBoardInTheShell: the badge, the bell and the first page tell what waits;
// an urgent notice that arrives is told at once, and only once.
func TestBoardInTheShell(t *testing.T) {
	f := newFake(app.RoleStandard)
	f.notices = []wire.Notice{bulletin("n1", "Urgente da ieri", app.PriorityHigh), bulletin("n2", "Nuovi orari", app.PriorityNormal)}
	st := newStand(t, f)
	st.signIn()
	st.expect("Urgente da ieri", "Nuovi orari", "Priorità alta", "Bacheca: 2 avvisi da leggere")
	st.absent("Avviso urgente: Urgente da ieri") // it waited: the first page says it
	if n := st.s.work.counts[screen.Board]; n != 2 {
		t.Errorf("the badge says %d", n)
	}

	f.notices = slices.Insert(f.notices, 0, bulletin("n3", "Fermo dei sistemi", app.PriorityHigh), bulletin("n4", "Piano ferie", app.PriorityNormal))
	f.hears(wire.Signal{Kind: app.SignalNotice, ID: "n3"})
	f.hears(wire.Signal{Kind: app.SignalNotice, ID: "n4"})
	st.expect("Avviso urgente: Fermo dei sistemi", "Bacheca: 4 avvisi da leggere", "e un altro avviso da leggere")
	st.absent("Avviso urgente: Piano ferie")
	if n := st.s.toasts.Len(); n != 1 {
		t.Errorf("%d toasts", n)
	}
	st.press("Leggi avviso")
	if st.s.work.at != screen.Board {
		t.Fatalf("at %s", st.s.work.at)
	}
	st.expect("Testo di Fermo dei sistemi", "Segna come letto")
	st.press("Segna come letto")
	st.expect("Bacheca: 3 avvisi da leggere", "Letto 23/11/2026 09:00")
	st.s.goTo(screen.Home, nil)
	st.absent("Fermo dei sistemi")

	// What is withdrawn is gone from everywhere.
	f.notices = nil
	f.hears(wire.Signal{Kind: app.SignalNotice, ID: "n1"})
	st.expect("Nessun avviso da leggere.", "Bacheca: nessun avviso da leggere")
	if n := st.s.work.counts[screen.Board]; n != 0 {
		t.Errorf("the badge says %d", n)
	}
}

// TestUrgentWaitsBehindTheLock: behind the lock nothing is asked or shown; when
// the screen opens, what came meanwhile is told.
func TestUrgentWaitsBehindTheLock(t *testing.T) {
	f := newFake(app.RoleStandard)
	st := newStand(t, f)
	st.signIn()
	st.s.lockScreen()
	asked := f.looked
	f.notices = []wire.Notice{bulletin("n1", "Fermo dei sistemi", app.PriorityHigh)}
	f.hears(wire.Signal{Kind: app.SignalNotice, ID: "n1"})
	if f.looked != asked || st.s.toasts.Len() != 0 {
		t.Error("a notice is told behind the lock")
	}
	st.write("Password", "giusta")
	st.press("Sblocca")
	st.expect("Avviso urgente: Fermo dei sistemi")
}

// TestNoticeIsWritten: from the board to the form, which keeps what was begun
// when the page is left, and to what was sent.
func TestNoticeIsWritten(t *testing.T) {
	f := newFake(app.RoleTop)
	st := newStand(t, f)
	st.signIn()
	st.s.goTo(screen.Board, nil)
	st.press("Scrivi avviso")
	if st.s.work.at != screen.Sent {
		t.Fatalf("at %s", st.s.work.at)
	}
	st.expect("Arriverà a 42 persone", "Come si leggerà")
	st.write("Titolo", "Fermo dei sistemi")
	st.press("Invia avviso")
	st.expect("Dato obbligatorio")
	if len(f.written) != 0 {
		t.Error("a notice without a text was sent")
	}
	st.s.goTo(screen.Home, nil)
	if _, kept := f.settings[settingDraft]; !kept {
		t.Error("the draft is not kept")
	}
	st.s.goTo(screen.Sent, nil)
	st.write("Testo", "Lunedì dalle 14.")
	st.press("Invia avviso")
	st.expect("Avviso inviato a 42 persone.", "In bacheca")
	if len(f.written) != 1 || f.written[0].Title != "Fermo dei sistemi" || f.written[0].LastDay != "2026-12-23" || len(f.written[0].Audience) != 1 {
		t.Errorf("%+v", f.written)
	}
}
