package server_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/server"
	"indagor/server/internal/store"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// deliveries lists the daily mails by the recipient's address.
func deliveries(t testing.TB, w *servertest.World) map[string]wire.MailItem {
	t.Helper()
	out := map[string]wire.MailItem{}
	for _, m := range say(t, w.Desk, wire.ListMails, &wire.MailsInput{Page: wire.Page{Limit: 500}}).Body.Items {
		out[m.Address] = m
	}
	return out
}

// to lists whose letters arrived, in order.
func to(m *servertest.MailServer) string {
	var all []string
	for _, l := range m.Letters() {
		all = append(all, l.To)
	}
	return strings.Join(all, " ")
}

// TestMailFaults: whatever the mail server does to one mail or to all, each is
// told in its own words, holds up no other, says no secret, and is put off or
// given up as it should.
func TestMailFaults(t *testing.T) {
	const (
		none = iota // no mail arrives
		but         // all but the one to TOP
		all
	)
	for name, tt := range map[string]struct {
		fault   servertest.MailFault
		down    bool
		state   app.MailState // of TOP's mail
		code    app.Code
		said    string
		arrived int
		again   bool // TOP's mail arrives when the server behaves
	}{
		"refuses connections":      {down: true, state: app.MailFailed, code: app.CodeMailUnreachable, arrived: none, again: true},
		"ends the connection":      {fault: servertest.MailFault{Step: servertest.MailConnect}, state: app.MailFailed, code: app.CodeMailLost, arrived: none, again: true},
		"greets with a refusal":    {fault: servertest.MailFault{Step: servertest.MailGreet, Text: "no service here"}, state: app.MailFailed, code: app.CodeMailUnreachable, said: "554 no service here", arrived: none, again: true},
		"does not greet":           {fault: servertest.MailFault{Step: servertest.MailGreet, Hang: true}, state: app.MailFailed, code: app.CodeMailSlow, arrived: none, again: true},
		"hangs at the hello":       {fault: servertest.MailFault{Step: servertest.MailHello, Hang: true}, state: app.MailFailed, code: app.CodeMailSlow, arrived: none, again: true},
		"refuses the hello":        {fault: servertest.MailFault{Step: servertest.MailHello, Code: 550, Text: "go away"}, state: app.MailFailed, code: app.CodeMailUnreachable, said: "550 go away", arrived: none, again: true},
		"refuses the password":     {fault: servertest.MailFault{Step: servertest.MailLogin, Code: 535, Text: "wrong: " + servertest.MailPassword}, state: app.MailFailed, code: app.CodeMailLogin, said: "535 wrong: …", arrived: none, again: true},
		"cannot check passwords":   {fault: servertest.MailFault{Step: servertest.MailLogin, Code: 454, Text: "try later"}, state: app.MailFailed, code: app.CodeMailLogin, said: "454 try later", arrived: none, again: true},
		"hangs at the password":    {fault: servertest.MailFault{Step: servertest.MailLogin, Hang: true}, state: app.MailFailed, code: app.CodeMailSlow, arrived: none, again: true},
		"refuses the sender":       {fault: servertest.MailFault{Step: servertest.MailFrom, Code: 553, Text: "not yours"}, state: app.MailFailed, code: app.CodeMailSender, said: "553 not yours", arrived: none, again: true},
		"hangs at the sender":      {fault: servertest.MailFault{Step: servertest.MailFrom, Hang: true, Times: 1}, state: app.MailFailed, code: app.CodeMailSlow, arrived: but, again: true},
		"does not know him":        {fault: servertest.MailFault{Step: servertest.MailTo, Code: 550, Text: "5.1.1 no such user"}, state: app.MailGivenUp, code: app.CodeMailRecipient, said: "550 5.1.1 no such user", arrived: but},
		"does not relay":           {fault: servertest.MailFault{Step: servertest.MailTo, Code: 554, Text: "5.7.1 relaying denied"}, state: app.MailFailed, code: app.CodeMailSender, said: "554 5.7.1 relaying denied", arrived: but, again: true},
		"is greylisting him":       {fault: servertest.MailFault{Step: servertest.MailTo, Code: 451, Text: "4.7.1 try later"}, state: app.MailFailed, code: app.CodeMailBusy, said: "451 4.7.1 try later", arrived: but, again: true},
		"shuts down":               {fault: servertest.MailFault{Step: servertest.MailTo, Code: 421, Text: "shutting down"}, state: app.MailFailed, code: app.CodeMailLost, said: "421 shutting down", arrived: but, again: true},
		"hangs at the recipient":   {fault: servertest.MailFault{Step: servertest.MailTo, Hang: true}, state: app.MailFailed, code: app.CodeMailSlow, arrived: but, again: true},
		"refuses the letter":       {fault: servertest.MailFault{Step: servertest.MailData, Code: 554, Text: "5.6.0 looks like spam"}, state: app.MailGivenUp, code: app.CodeMailRefused, said: "554 5.6.0 looks like spam", arrived: but},
		"has no room":              {fault: servertest.MailFault{Step: servertest.MailData, Code: 452, Text: "4.3.1 disk full"}, state: app.MailFailed, code: app.CodeMailBusy, said: "452 4.3.1 disk full", arrived: but, again: true},
		"hangs in the letter":      {fault: servertest.MailFault{Step: servertest.MailData, Hang: true}, state: app.MailFailed, code: app.CodeMailSlow, arrived: but, again: true},
		"drops in the letter":      {fault: servertest.MailFault{Step: servertest.MailData, Drop: true}, state: app.MailFailed, code: app.CodeMailLost, arrived: but, again: true},
		"drops before it answers":  {fault: servertest.MailFault{Step: servertest.MailReply, Drop: true}, state: app.MailFailed, code: app.CodeMailLost, arrived: all, again: true},
		"takes it and says it not": {fault: servertest.MailFault{Step: servertest.MailReply, Hang: true}, state: app.MailFailed, code: app.CodeMailSlow, arrived: all, again: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := newClock()
			mail := servertest.NewMail(t, servertest.MailOptions{})
			opts := mailed(at, "", mail)
			opts.Config = func(c *server.Config) {
				mail.Configure(c)
				if c.SMTP.Timeout = server.Duration(time.Minute); tt.fault.Hang {
					c.SMTP.Timeout = server.Duration(5 * time.Second)
				}
			}
			w := servertest.Start(t, opts)
			top := w.Top.Email
			f := tt.fault
			if f.Step == servertest.MailTo || f.Step == servertest.MailData || f.Step == servertest.MailReply {
				f.To = top
			}
			if tt.down {
				mail.Down()
			} else {
				mail.SetFaults(f)
			}
			at.add(24 * time.Hour)
			w.Desk.Enter(w.Top)
			tick(t, w)
			got := deliveries(t, w)
			if len(got) != 3 {
				t.Fatalf("%d mails", len(got))
			}
			counts := map[app.MailState]int{}
			var bad wire.MailItem
			for _, m := range got {
				if counts[m.State]++; m.State != app.MailSent {
					bad = m
				}
				if strings.Contains(m.Said, servertest.MailPassword) {
					t.Errorf("the password is told: %s", m.Said)
				}
			}
			want := map[int]int{none: 0, but: 2, all: 2}[tt.arrived]
			if counts[app.MailSent] != want || counts[tt.state] != 3-want {
				t.Errorf("states %v", counts)
			}
			if bad.Code != tt.code || bad.Said != tt.said || bad.Attempts != 1 {
				t.Errorf("told as %s %q after %d attempts", bad.Code, bad.Said, bad.Attempts)
			}
			if letters := len(mail.Letters()); letters != map[int]int{none: 0, but: 2, all: 3}[tt.arrived] {
				t.Errorf("%d letters arrived", letters)
			}
			mail.SetFaults()
			if tt.down {
				mail.Up()
			}
			for _, gone := range []struct {
				after time.Duration
				tried int
			}{{40 * time.Second, 1}, {40 * time.Second, 2}} {
				at.add(gone.after) // the first wait is a minute, a fifth more or less
				tick(t, w)
				if m := deliveries(t, w)[bad.Address]; tt.again && m.Attempts != gone.tried {
					t.Errorf("%d attempts, want %d", m.Attempts, gone.tried)
				}
			}
			for address, m := range deliveries(t, w) {
				if (m.State == app.MailSent) != (tt.again || address != top) {
					t.Errorf("in the end %s is %s", address, m.State)
				}
			}
			seen := map[string]string{}
			for _, l := range mail.Letters() {
				if first, ok := seen[l.MessageID]; ok && first != l.Raw {
					t.Error("two different letters under one Message-ID")
				}
				seen[l.MessageID] = l.Raw
			}
			if tt.again && len(seen) != 3 {
				t.Errorf("%d different letters", len(seen))
			}
		})
	}
}

// TestMailNotSafe: without STARTTLS, or with a certificate that nobody vouches
// for, no password and no letter leaves the server.
func TestMailNotSafe(t *testing.T) {
	for name, tt := range map[string]struct {
		o      servertest.MailOptions
		change func(*server.Config)
	}{
		"no STARTTLS":         {servertest.MailOptions{NoTLS: true}, func(*server.Config) {}},
		"unknown certificate": {servertest.MailOptions{}, func(c *server.Config) { c.SMTP.CAFile = "" }},
	} {
		t.Run(name, func(t *testing.T) {
			at := newClock()
			mail := servertest.NewMail(t, tt.o)
			opts := mailed(at, "", mail)
			opts.Config = func(c *server.Config) {
				mail.Configure(c)
				tt.change(c)
			}
			w := servertest.Start(t, opts)
			refusedAs(t, "a test", try(w.Desk, wire.TestMail, &wire.None{}), app.CodeMailTLS, "")
			at.add(24 * time.Hour)
			w.Desk.Enter(w.Top)
			tick(t, w)
			for address, m := range deliveries(t, w) {
				if m.State != app.MailFailed || m.Code != app.CodeMailTLS {
					t.Errorf("%s: %s %s", address, m.State, m.Code)
				}
			}
			if n := len(mail.Letters()); n != 0 {
				t.Errorf("%d letters", n)
			}
		})
	}
}

// TestMailAdministration: the list with its filters, what a mail says, sending
// again to a corrected address, the alarm, and trying the server.
func TestMailAdministration(t *testing.T) {
	at := newClock()
	mail := servertest.NewMail(t, servertest.MailOptions{})
	w := servertest.Start(t, mailed(at, "", mail))
	health := func() wire.MailHealth {
		t.Helper()
		return say(t, w.Desk, wire.GetMailHealth, &wire.None{}).Body
	}
	if h := health(); !h.Configured || !h.Send || h.Waiting != 0 || h.LastDay != "2026-11-23" {
		t.Errorf("of a new body: %+v", h)
	}
	out := say(t, w.Desk, wire.TestMail, &wire.None{}).Body
	if l := mail.Letters(); out.Address != w.Top.Email || !strings.Contains(out.Said, "OK") || len(l) != 1 || l[0].To != w.Top.Email || !strings.Contains(l[0].Text, w.Top.FullName()) {
		t.Errorf("test: %+v, %+v", out, l)
	}
	mail.SetFaults(servertest.MailFault{Step: servertest.MailTo, To: w.Admin.Email, Code: 550, Text: "unknown"}, servertest.MailFault{Step: servertest.MailTo, To: w.TaxAdmin.Email, Code: 450, Text: "later"})
	at.add(24 * time.Hour)
	w.Desk.Enter(w.Top)
	tick(t, w)
	list := func(change func(*wire.MailsInput)) string {
		t.Helper()
		in := &wire.MailsInput{}
		in.Limit = 2
		change(in)
		var got []string
		for {
			page := say(t, w.Desk, wire.ListMails, in).Body
			for _, m := range page.Items {
				got = append(got, m.Address)
			}
			if in.Cursor = page.Next; in.Cursor == "" {
				break
			}
		}
		return strings.Join(got, " ")
	}
	if n := len(strings.Fields(list(func(*wire.MailsInput) {}))); n != 3 {
		t.Errorf("%d mails", n)
	}
	for what, tt := range map[string]struct {
		change func(*wire.MailsInput)
		want   string
	}{
		"given up":    {func(in *wire.MailsInput) { in.State = app.MailGivenUp }, w.Admin.Email},
		"to TOP":      {func(in *wire.MailsInput) { in.User = w.Top.ID }, w.Top.Email},
		"by name":     {func(in *wire.MailsInput) { in.Search = strings.ToUpper(w.TaxAdmin.Surname) }, w.TaxAdmin.Email},
		"of a day":    {func(in *wire.MailsInput) { in.Day, in.State = "2026-11-24", app.MailSent }, w.Top.Email},
		"of none":     {func(in *wire.MailsInput) { in.Day = "2026-11-23" }, ""},
		"by no words": {func(in *wire.MailsInput) { in.Search = "%" }, ""},
	} {
		if got := list(tt.change); got != tt.want {
			t.Errorf("%s: %q, want %q", what, got, tt.want)
		}
	}
	refusedAs(t, "no day", try(w.Desk, wire.ListMails, &wire.MailsInput{Day: "2026-13-01"}), app.CodeDate, "day")
	if h := health(); h.Late != 1 || h.Code != app.CodeMailRecipient || h.Waiting != 1 {
		t.Errorf("given up: %+v", h)
	}
	bad := deliveries(t, w)[w.Admin.Email]
	d := say(t, w.Desk, wire.GetMail, named(bad.ID)).Body
	if d.Subject != "INDAGOR, Comune di Esempio: nessuna richiesta il 24/11/2026" || !strings.Contains(d.Text, "Direzione: Servizi demografici\nNessuna richiesta\n") || d.Address != bad.Address {
		t.Errorf("%q\n%s", d.Subject, d.Text)
	}

	// TOP corrects the address and sends again.
	u := say(t, w.Desk, wire.GetUser, named(w.Admin.ID)).Body
	u.Email = "giusto@example.org"
	say(t, w.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u})
	if m := say(t, w.Desk, wire.RetryMail, named(bad.ID)).Body; m.State != app.MailPlanned || m.Address != u.Email {
		t.Errorf("again: %+v", m)
	}
	tick(t, w)
	if m := say(t, w.Desk, wire.GetMail, named(bad.ID)).Body; m.State != app.MailSent || m.Text != d.Text {
		t.Errorf("after it: %s", m.State)
	}
	if got := to(mail); got != w.Top.Email+" "+w.Top.Email+" giusto@example.org" {
		t.Errorf("letters to %s", got)
	}
	refusedAs(t, "one that is sent", try(w.Desk, wire.RetryMail, named(bad.ID)), app.CodeMailState, "")

	// The other one fails for more than a day, and after five it is given up.
	at.add(25 * time.Hour)
	w.Desk.Enter(w.Top)
	tick(t, w)
	if h := health(); h.Late != 1 || h.Code != app.CodeMailBusy || h.Said != "450 later" || h.Since == nil {
		t.Errorf("after a day: %+v", h)
	}
	for range 40 {
		at.add(3 * time.Hour)
		tick(t, w)
	}
	w.Desk.Enter(w.Top)
	first := say(t, w.Desk, wire.ListMails, &wire.MailsInput{Page: wire.Page{Limit: 10}, Day: "2026-11-24", User: w.TaxAdmin.ID}).Body.Items[0]
	if first.State != app.MailGivenUp || first.Attempts < 15 || first.Attempts > 60 {
		t.Errorf("after days: %s after %d attempts", first.State, first.Attempts)
	}
	kinds := map[app.EventKind]int{}
	in := &wire.MonitorInput{}
	in.Limit = 500
	for _, e := range say(t, w.Desk, wire.ListHistory, in).Body.Items {
		kinds[e.Kind]++
	}
	if kinds[app.EventMailTest] != 1 || kinds[app.EventMailRetry] != 1 || kinds[app.EventDigest] != 7 {
		t.Errorf("history: %v", kinds)
	}
}

// TestDigestOff: while nobody wants the daily mail, or there is no mail server,
// days pass; they are not sent later.
func TestDigestOff(t *testing.T) {
	at := newClock()
	mail := servertest.NewMail(t, servertest.MailOptions{})
	w := servertest.Start(t, mailed(at, "", mail))
	send := func(on bool, hour int) {
		t.Helper()
		w.Desk.Enter(w.Top)
		decide(t, w, func(s *app.Settings) { s.Digest.Send, s.Digest.Hour = on, hour })
	}
	days := func(n int) {
		t.Helper()
		for range n * 24 {
			at.add(time.Hour)
			tick(t, w)
		}
	}
	send(false, 6)
	days(3)
	if got := to(mail); got != "" {
		t.Errorf("letters to %s", got)
	}
	// It is 11 in Rome. What was over before is not sent at 23, and the hour of
	// the next mail is moved before it comes.
	send(true, 23)
	days(1)
	if n := len(mail.Letters()); n != 0 {
		t.Errorf("%d letters about a day on which nobody wanted them", n)
	}
	send(true, 12)
	at.add(time.Hour)
	tick(t, w)
	if n := len(mail.Letters()); n != 3 {
		t.Errorf("%d letters after the hour was moved to one that comes", n)
	}
}

// TestDigestMissing: for what the server slept through beyond a month there are
// no mails, and the first one says so.
func TestDigestMissing(t *testing.T) {
	at := newClock()
	mail := servertest.NewMail(t, servertest.MailOptions{})
	w := servertest.Start(t, mailed(at, "", mail))
	at.add(41 * 24 * time.Hour)
	w.Restart()
	tick(t, w)
	letters := mail.Letters()
	if len(letters) != 31*3 {
		t.Fatalf("%d letters", len(letters))
	}
	said := 0
	for _, l := range letters {
		if strings.Contains(l.Text, "dal 24/11/2026 al 03/12/2026") {
			said++
		}
		if late := strings.Contains(l.Text, "in ritardo"); late == strings.Contains(l.Text, "03/01/2027") {
			t.Errorf("late %t:\n%s", late, l.Text)
		}
	}
	if said != 3 {
		t.Errorf("%d mails tell what is missing", said)
	}
}

// TestMailConfiguration: what keeps mail from being sent is told at the start.
func TestMailConfiguration(t *testing.T) {
	mail := servertest.NewMail(t, servertest.MailOptions{})
	w := servertest.Start(t, servertest.Options{Config: mail.Configure})
	for want, change := range map[string]func(*server.SMTPConfig){
		"":                        func(c *server.SMTPConfig) { c.TLS = "" },
		"smtp.addr must be":       func(c *server.SMTPConfig) { c.Addr = "posta.example.org" },
		"smtp.password_file is":   func(c *server.SMTPConfig) { c.PasswordFile = "" },
		"smtp.password_file: the": func(c *server.SMTPConfig) { c.PasswordFile = "/nonexistent" },
		"smtp.tls: ":              func(c *server.SMTPConfig) { c.TLS = "ssl" },
		"smtp.tls = 'none'":       func(c *server.SMTPConfig) { c.TLS, c.Addr = "none", "posta.example.org:25" },
		"smtp.from must be":       func(c *server.SMTPConfig) { c.From = "indagor" },
		"smtp.ca_file: no":        func(c *server.SMTPConfig) { c.CAFile = c.PasswordFile },
	} {
		c := w.Config
		change(&c.SMTP)
		s, err := server.New(context.Background(), c, server.Options{}, false)
		if err == nil {
			err = s.Close()
		}
		if got := fmt.Sprint(err); want == "" && err != nil || !strings.Contains(got, want) {
			t.Errorf("%q: %s", want, got)
		}
		if secret, rerr := os.ReadFile(c.SMTP.PasswordFile); rerr == nil && err != nil && strings.Contains(err.Error(), strings.TrimSpace(string(secret))) {
			t.Error("the error tells the password")
		}
	}
}

// TestMailKilled: a process that dies while it sends leaves its mails to the
// next one, after its lease, under the same Message-ID; while it may be alive
// nobody touches them, and when it comes back to life it changes nothing.
func TestMailKilled(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		at := newClock()
		mail := servertest.NewMail(t, servertest.MailOptions{})
		w := servertest.Start(t, mailed(at, dsn, mail))
		mail.Down()
		at.add(24 * time.Hour)
		w.Desk.Enter(w.Top)
		tick(t, w)
		at.add(time.Hour)
		db, err := store.Open(context.Background(), store.Options{DSN: w.Config.Store.DSN, Now: at.now})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		id := deliveries(t, w)[w.Admin.Email].ID
		var taken app.Mail
		write := func(fn func(tx *store.Tx) error) {
			t.Helper()
			if err := db.Write(context.Background(), fn); err != nil {
				t.Fatal(err)
			}
		}
		write(func(tx *store.Tx) (err error) {
			var ok bool
			if taken, ok, err = tx.LeaseMail(context.Background(), id, "killed", tx.Now().Add(10*time.Minute)); err == nil && !ok {
				t.Error("a mail that is due cannot be taken")
			}
			return err
		})
		mail.Up()
		tick(t, w)
		if got := len(mail.Letters()); got != 2 {
			t.Errorf("%d letters while the third is another's", got)
		}
		refusedAs(t, "sending again what another may be sending", try(w.Desk, wire.RetryMail, named(id)), app.CodeMailState, "")
		at.add(10*time.Minute + time.Second)
		tick(t, w)
		if got := to(mail); len(mail.Letters()) != 3 || mail.Letters()[2].To != w.Admin.Email {
			t.Errorf("letters to %s", got)
		}
		write(func(tx *store.Tx) error {
			taken.State = app.MailFailed
			ok, err := tx.EndMail(taken)
			if ok {
				t.Error("the dead one wrote down how it went")
			}
			return err
		})
		if m := deliveries(t, w)[w.Admin.Email]; m.State != app.MailSent {
			t.Errorf("in the end %s", m.State)
		}
	})
}
