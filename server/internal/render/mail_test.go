package render

import (
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/app/language"
	"indagor/assets"
)

func mailer(t *testing.T, training bool) *Mailer {
	t.Helper()
	c, err := language.Load(assets.Translations)
	if err != nil {
		t.Fatal(err)
	}
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	m, err := NewMailer(assets.Mail, c.In("it").Zoned(rome), "Comune di Esempio", training)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const digestText = `Comune di Esempio
Richieste di domenica 22/11/2026

Riepilogo preparato in ritardo, il 23/11/2026 07:00: nel momento previsto il server non era in funzione.

Tutte le direzioni
Richieste: 1.043 (Dati trovati: 1.040; Richiesta non ammessa: 3)

Scuola & servizi
- Anna <Neri> (a.neri), Visure anagrafiche puntuali: 1.000 (Dati trovati: 1.000)

Tributi
- Carlo Bianchi (c.bianchi), Visure anagrafiche puntuali: 3 (Richiesta non ammessa: 3)
- Carlo Bianchi (c.bianchi), Nuclei familiari: 40 (Dati trovati: 40)

Sono contate le richieste concluse nella giornata dagli utenti le cui attività sono soggette a monitoraggio, nella direzione che avevano in quel momento.

Registro delle operazioni: testa firmata nel momento in cui questo riepilogo è stato preparato.

indagor/036030/open
13
Xxvv=
time 2026-11-23T06:00:00.000000Z

— indagor-036030 /BcmX7AR1Si=

Conservare questo messaggio. Per dimostrare che da allora il registro non è stato alterato, salvarne il testo in un file e darlo al comando «indagor-server audit verify --anchor FILE».

Messaggio automatico di INDAGOR. Non rispondere a questo indirizzo.
`

func TestDigestMail(t *testing.T) {
	m := app.Mail{Planned: time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC), Digest: app.Digest{
		Day: "2026-11-22", All: true, Late: true, Checkpoint: "indagor/036030/open\n13\nXxvv=\ntime 2026-11-23T06:00:00.000000Z\n\n— indagor-036030 /BcmX7AR1Si=\n",
		Lines: []app.DigestLine{
			{Department: "Scuola & servizi", Name: "Anna <Neri>", Username: "a.neri", Service: app.ServiceVisure, Outcomes: map[app.Outcome]int{app.OutcomeFound: 1000}},
			{Department: "Tributi", Name: "Carlo Bianchi", Username: "c.bianchi", Service: app.ServiceVisure, Outcomes: map[app.Outcome]int{app.OutcomeRefused: 3}},
			{Department: "Tributi", Name: "Carlo Bianchi", Username: "c.bianchi", Service: app.ServiceHousehold, Outcomes: map[app.Outcome]int{app.OutcomeFound: 40}},
		},
	}}
	subject, text, html, err := mailer(t, false).Digest(m)
	if err != nil {
		t.Fatal(err)
	}
	if subject != "INDAGOR, Comune di Esempio: 1.043 richieste il 22/11/2026" {
		t.Errorf("subject %q", subject)
	}
	if text != digestText {
		t.Errorf("text:\n%s", text)
	}
	for _, want := range []string{"Anna &lt;Neri&gt; (a.neri)", "Scuola &amp; servizi", "<strong>40</strong>", "1.040", "— indagor-036030 /BcmX7AR1Si="} {
		if !strings.Contains(html, want) {
			t.Errorf("the HTML part lacks %q", want)
		}
	}
	for _, never := range []string{"<img", "src=", "href=", "<script", "url("} {
		if strings.Contains(html, never) {
			t.Errorf("the HTML part has %q: nothing may be fetched", never)
		}
	}
	if _, again, richer, _ := mailer(t, false).Digest(m); again != text || richer != html {
		t.Error("the same mail is written in two ways")
	}
}

func TestDigestMailOfNothing(t *testing.T) {
	m := app.Mail{Digest: app.Digest{Day: "2026-11-22", Department: "Tributi", Missing: &app.DayRange{From: "2026-10-01", Until: "2026-10-21"}}}
	subject, text, html, err := mailer(t, true).Digest(m)
	if err != nil {
		t.Fatal(err)
	}
	if subject != "INDAGOR, Comune di Esempio: nessuna richiesta il 22/11/2026" {
		t.Errorf("subject %q", subject)
	}
	for _, want := range []string{"Direzione: Tributi", "Nessuna richiesta", "dal 01/10/2026 al 21/10/2026", "Ambiente di prova"} {
		if !strings.Contains(text, want) || !strings.Contains(html, want) {
			t.Errorf("a part lacks %q:\n%s", want, text)
		}
	}
}
