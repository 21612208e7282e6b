package settings_test

import (
	"context"
	"errors"
	"fmt"
	"image/png"
	"os"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	flow "indagor/ui/flow/settings"
	"indagor/ui/screen"
	"indagor/ui/screen/screentest"
	"indagor/ui/screen/settings"
	"indagor/ui/theme"
)

type desk struct {
	view   wire.SettingsView
	health wire.MailHealth
	saves  []app.Settings
	err    error // of the next save
	fails  error // of reading
	test   error
}

func (d *desk) Settings(context.Context) (wire.SettingsView, error) { return d.view, d.fails }

func (d *desk) SaveSettings(_ context.Context, s app.Settings) (wire.SettingsView, error) {
	d.saves = append(d.saves, s)
	if err := d.err; err != nil {
		d.err = nil
		return wire.SettingsView{}, err
	}
	s.Version++
	d.view.Settings = s
	return d.view, nil
}

func (d *desk) MailHealth(context.Context) (wire.MailHealth, error) { return d.health, nil }

func (d *desk) TestMail(context.Context) (address, said string, err error) {
	return "m.rossi@comune.example", "250 2.0.0 OK: queued", d.test
}

type host struct {
	s      *stage
	l      *language.Language
	toasts []string
	failed []error
	went   screen.Place
}

func (h *host) Window() fyne.Window                     { return h.s.Window }
func (h *host) Language() *language.Language            { return h.l }
func (h *host) Go(p screen.Place, _ any)                { h.went = p }
func (h *host) Toast(text string)                       { h.toasts = append(h.toasts, text) }
func (h *host) Fail(err error)                          { h.failed = append(h.failed, err) }
func (h *host) OpenDocument(string, []byte)             {}
func (h *host) SaveDocument(string, []byte, func(bool)) {}
func (h *host) Badge(screen.Place, int)                 {}

type stage struct {
	*screentest.Stage
	desk *desk
	host *host
	page *settings.Screen
}

func newStage(t *testing.T, p theme.Preference, w, h float32) *stage {
	t.Helper()
	s := &stage{Stage: screentest.New(t, p), desk: &desk{view: wire.SettingsView{
		Settings: app.DefaultSettings.Clone(),
		Server: wire.ServerFacts{
			Version: "0.1.0", Started: time.Date(2026, 11, 20, 7, 30, 0, 0, time.UTC), Zone: "Europe/Rome", Database: "sqlite",
			LogOrigin: "indagor/036030", LogKey: "indagor-036030+fc17265f+AUe7jNHXedQoPDMIExzzyraN2bikwkOSyzMRcF1lojPh", Custodians: 3,
			Mail:      wire.MailFacts{Server: "posta.comune.example:587", From: "indagor@comune.example", TLS: "starttls", SignIn: true},
			EServices: []wire.EServiceFact{{Code: "C015"}, {Code: "C020", Limit: 15000}},
		},
	}, health: wire.MailHealth{Configured: true, Send: true, LastDay: "2026-11-22"}}}
	s.host = &host{s: s, l: screentest.Italian(t)}
	s.page = settings.New(s.host, flow.New(flow.Config{Desk: s.desk, Go: s.Go}))
	s.Show(s.page, w, h)
	s.Run()
	return s
}

// picture leaves what the page looks like, where somebody asked for it.
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

// TestGroups: every group with its fields and sentences, in both appearances.
func TestGroups(t *testing.T) {
	for _, p := range []theme.Preference{theme.Light, theme.Dark} {
		for _, size := range [][2]float32{{1064, 700}, {808, 600}} {
			s := newStage(t, p, size[0], size[1])
			for _, g := range []struct{ tab, field string }{
				{"Accesso", "Lunghezza minima della password"},
				{"Postazioni", "Durata dell'autorizzazione (giorni)"},
				{"Convalida", "Silenzio/assenso proposto (ore)"},
				{"Servizi e quote", "Orario di sportello"},
				{"Conservazione", "Visure (giorni)"},
				{"Posta giornaliera", "Ora dell'invio"},
				{"Server", "Chiave pubblica"},
			} {
				s.Press(g.tab)
				s.Want(g.field)
				s.picture(fmt.Sprintf("settings-%s-%v-%v", g.tab, p, size[0]))
			}
		}
	}
}

// TestSave: what is typed is shown as a change, saved by its button, and told.
func TestSave(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 700)
	s.FocusOn("Lunghezza minima della password")
	s.Key(fyne.KeyEnd)
	s.Key(fyne.KeyBackspace)
	s.Typed("4")
	s.Want("1 modifica da salvare", "da 12 a 14")
	s.Press("È rifiutato")
	s.Want("2 modifiche da salvare", "da Può chiudere il primo a È rifiutato")
	s.picture("settings-changes")
	s.Press("Salva impostazioni")
	s.Run()
	if n := len(s.desk.saves); n != 1 || s.desk.saves[0].Access.PasswordLength != 14 || s.desk.saves[0].Access.TakeOver {
		t.Fatalf("saved %+v", s.desk.saves)
	}
	s.Lacks("2 modifiche da salvare")
	if len(s.host.toasts) != 1 || s.host.toasts[0] != "Impostazioni salvate" {
		t.Errorf("toasts %q", s.host.toasts)
	}
}

// TestMediators: which role may act as Mediator is one of four choices, and one
// that users still need is refused beside the choice, with who they are.
func TestMediators(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 700)
	s.Press("Servizi e quote")
	s.Want("Chi può fare da Mediatore", "TOP e ADMIN", "Solo TOP", "Solo ADMIN", "Nessuno")
	s.picture("settings-mediators")
	s.Press("Solo TOP")
	s.Want("1 modifica da salvare", "da TOP e ADMIN a Solo TOP")
	s.desk.err = app.E(app.CodeMediatorsNeeded, "count", "1", "names", "Anna Neri (a.neri)").At("services.mediators")
	s.Press("Salva impostazioni")
	s.Run()
	s.Want("Passano ancora da un Mediatore escluso: Anna Neri (a.neri)", "1 modifica da salvare")
	s.Press("Salva impostazioni")
	s.Run()
	if n := len(s.desk.saves); n == 0 || s.desk.saves[n-1].Services.Mediators != app.MediatorsTop {
		t.Fatalf("saved %+v", s.desk.saves)
	}
	s.Press("TOP e ADMIN")
	s.Press("Salva impostazioni")
	s.Run()
	if last := s.desk.saves[len(s.desk.saves)-1]; last.Services.Mediators != app.MediatorsAll {
		t.Errorf("saved %q", last.Services.Mediators)
	}
}

// TestWrong: nothing is sent, the group of the first mistake opens with the
// focus on it, and the mark goes when it is mended.
func TestWrong(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 700)
	s.Press("Conservazione")
	s.FocusOn("Visure (giorni)")
	s.Typed("3")
	s.Key(fyne.KeyEnd)
	s.Key(fyne.KeyBackspace)
	s.Press("Accesso")
	s.Press("Salva impostazioni")
	s.Run()
	if len(s.desk.saves) != 0 {
		t.Fatal("sent")
	}
	s.Want("1 impostazione da correggere", "0, oppure da 30 a 7.300", "Visure (giorni)")
	s.picture("settings-wrong")
	s.Typed("0")
	s.Lacks("1 impostazione da correggere")
	s.Press("Annulla le modifiche")
	s.Lacks("1 modifica da salvare")
}

// TestLeaving: what was typed is there when the page is opened again.
func TestLeaving(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 700)
	s.Press("È rifiutato")
	s.page.Hidden()
	s.page.Shown()
	s.Run()
	s.Want("1 modifica da salvare")
}

// TestOvertaken: another TOP was first; what is typed stays and can be saved.
func TestOvertaken(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 700)
	s.Press("È rifiutato")
	s.FocusOn("Lunghezza minima della password")
	s.Key(fyne.KeyEnd)
	s.Key(fyne.KeyBackspace)
	s.Typed("4")
	s.desk.err = app.E(app.CodeChanged).At("version")
	s.desk.view.Settings.Version = 5
	s.desk.view.Settings.Access.PasswordLength = 16
	s.Press("Salva impostazioni")
	s.Run()
	s.Want("Un altro TOP ha salvato nel frattempo", "2 modifiche da salvare", "da 16 a 14")
	s.picture("settings-overtaken")
	s.Press("Salva impostazioni")
	s.Run()
	if last := s.desk.saves[len(s.desk.saves)-1]; last.Version != 5 || last.Access.PasswordLength != 14 || last.Access.TakeOver {
		t.Errorf("saved %+v", last)
	}
	s.Lacks("Un altro TOP ha salvato nel frattempo")
}

// TestMail: the mail server, trying it, and what it said.
func TestMail(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 700)
	s.Press("Posta giornaliera")
	s.Press("Invia messaggio di prova")
	s.Run()
	s.Want("Messaggio di prova inviato a m.rossi@comune.example", "Il server di posta ha risposto: «250 2.0.0 OK: queued».")
	s.picture("settings-mail-tested")
	s.desk.test = app.E(app.CodeMailLogin, "said", "535 5.7.8 Authentication failed")
	s.Press("Invia messaggio di prova")
	s.Run()
	s.Want("Il server di posta non accetta le credenziali.")
	s.picture("settings-mail-refused")
	s.Press("Apri la posta giornaliera")
	if s.host.went != screen.Mails {
		t.Errorf("went to %q", s.host.went)
	}
	s.desk.view.Server.Mail = wire.MailFacts{}
	s.page.Shown()
	s.Run()
	s.Want("Nessun server di posta è configurato: la posta giornaliera non parte")
}

// TestUnread: settings that could not be read are told as such.
func TestUnread(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 700)
	s.desk.fails = errors.New("broken")
	fresh := settings.New(s.host, flow.New(flow.Config{Desk: s.desk, Go: s.Go, Reference: func(error) string { return "ab12" }}))
	s.Show(fresh, 800, 600)
	s.Run()
	s.Want("Si è verificato un errore interno del server.")
	s.desk.fails = nil
	s.Press("Riprova")
	s.Run()
	s.Want("Lunghezza minima della password")
}
