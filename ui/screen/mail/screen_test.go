package mail_test

import (
	"context"
	"image/png"
	"os"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
	flow "indagor/ui/flow/mail"
	"indagor/ui/screen/mail"
	"indagor/ui/screen/screentest"
	"indagor/ui/theme"
)

var now = time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC)

type desk struct {
	rows    []wire.MailItem
	asked   []wire.MailsInput
	retried []app.ID
	err     error
}

func (d *desk) Mails(_ context.Context, in wire.MailsInput) (wire.List[wire.MailItem], error) {
	d.asked = append(d.asked, in)
	var out []wire.MailItem
	for _, r := range d.rows {
		if in.State == "" || r.State == in.State {
			out = append(out, r)
		}
	}
	return wire.List[wire.MailItem]{Items: out}, nil
}

func (d *desk) at(id app.ID) wire.MailDetail {
	for _, r := range d.rows {
		if r.ID == id {
			return wire.MailDetail{MailItem: r, Subject: "INDAGOR, Comune di Esempio: 41 richieste il 22/11/2026", Text: "Comune di Esempio\nRichieste di domenica 22/11/2026\n\nDirezione: Tributi\nRichieste: 41 (Dati trovati: 38; Nessuna persona trovata: 3)\n"}
		}
	}
	return wire.MailDetail{}
}

func (d *desk) Mail(_ context.Context, id app.ID) (wire.MailDetail, error) { return d.at(id), nil }

func (d *desk) RetryMail(_ context.Context, id app.ID) (wire.MailDetail, error) {
	d.retried = append(d.retried, id)
	if d.err != nil {
		return wire.MailDetail{}, d.err
	}
	for i := range d.rows {
		if d.rows[i].ID == id {
			d.rows[i].State, d.rows[i].Code, d.rows[i].Said, d.rows[i].Ended = app.MailPlanned, "", "", nil
		}
	}
	return d.at(id), nil
}

func (d *desk) TestMail(context.Context) (address, said string, err error) {
	return "m.rossi@comune.example", "250 OK", d.err
}

type stage struct {
	*screentest.Stage
	desk *desk
	host *screentest.Host
}

func newStage(t *testing.T, p theme.Preference, w, h float32) *stage {
	t.Helper()
	sent, next := now.Add(-90*time.Minute), now.Add(20*time.Minute)
	item := func(id app.ID, day app.Day, name, address string, state app.MailState) wire.MailItem {
		m := wire.MailItem{ID: id, Day: day, User: "u" + id, Name: name, Address: address, Role: app.RoleAdmin, State: state, Attempts: 1, Planned: now.Add(-2 * time.Hour), Requests: 41}
		switch state {
		case app.MailSent:
			m.Ended, m.Said = &sent, "2.0.0 OK: queued as 4Xr2"
		case app.MailGivenUp:
			m.Ended, m.Code, m.Said = &sent, app.CodeMailRecipient, "550 5.1.1 no such user"
		case app.MailFailed:
			m.Next, m.Code, m.Said, m.Attempts = &next, app.CodeMailBusy, "451 4.7.1 try again later", 4
		}
		return m
	}
	s := &stage{Stage: screentest.New(t, p), desk: &desk{rows: []wire.MailItem{
		item("a", "2026-11-22", "Marta Rossi", "m.rossi@comune.example", app.MailSent), item("b", "2026-11-22", "Giovanni Bianchi", "g.bianchi@comune.exmaple", app.MailGivenUp),
		item("c", "2026-11-22", "Luigia Verdi", "l.verdi@comune.example", app.MailFailed), item("d", "2026-11-21", "Marta Rossi", "m.rossi@comune.example", app.MailSent),
	}}}
	s.host = &screentest.Host{Stage: s.Stage, Words: screentest.Italian(t)}
	s.Show(mail.New(mail.Options{
		Host: s.host, Flow: flow.New(s.desk, list.Options{Go: s.Go}), Context: context.Background(), Now: func() time.Time { return now }, Go: s.Go,
	}), w, h)
	s.Run()
	return s
}

func (s *stage) picture(name string) {
	s.Helper()
	dir := os.Getenv("INDAGOR_PICTURES")
	if dir == "" {
		return
	}
	f, err := os.Create(dir + "/" + name + ".png")
	if err != nil {
		s.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, s.Window.Canvas().Capture()); err != nil {
		s.Fatal(err)
	}
}

// TestRetry: a mail that did not arrive tells why, and is sent again.
func TestRetry(t *testing.T) {
	for name, size := range map[string][2]float32{"wide": {1064, 700}, "narrow": {808, 600}} {
		s := newStage(t, theme.Light, size[0], size[1])
		s.Press("Non consegnati")
		s.Run()
		s.Key(fyne.KeyDown)
		s.Run()
		s.picture("mails-" + name)
		if last := s.desk.asked[len(s.desk.asked)-1]; last.State != app.MailGivenUp {
			t.Errorf("asked for %+v", last)
		}
		s.FocusOn("Posta giornaliera")
		s.Run()
		s.Want("Invia di nuovo", "Il server di posta rifiuta l'indirizzo del destinatario. Ha risposto: «550 5.1.1 no such user». Correggere l'indirizzo nella scheda dell'utente, poi inviare di nuovo.")
		s.picture("mails-detail-" + name)
		s.Press("Invia di nuovo")
		s.Run()
		s.Want("Da inviare")
		s.Lacks("Invia di nuovo")
		if len(s.desk.retried) != 1 || s.desk.retried[0] != "b" || len(s.host.Toasts) != 1 {
			t.Errorf("retried %v, told %q", s.desk.retried, s.host.Toasts)
		}
	}
}

// TestTry: what came of a test mail is told, be it good or bad.
func TestTry(t *testing.T) {
	s := newStage(t, theme.Dark, 1064, 700)
	s.picture("mails-dark")
	s.Press("Invia messaggio di prova")
	s.Run()
	if len(s.host.Toasts) != 1 || s.host.Toasts[0] != "Messaggio di prova inviato a m.rossi@comune.example" {
		t.Errorf("told %q", s.host.Toasts)
	}
	s.desk.err = app.E(app.CodeMailOff)
	s.Press("Invia messaggio di prova")
	s.Run()
	if len(s.host.Failed) != 1 || app.CodeOf(s.host.Failed[0]) != app.CodeMailOff {
		t.Errorf("failed %v", s.host.Failed)
	}
}
