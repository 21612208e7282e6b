package language_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"indagor/app"
	"indagor/app/language"
)

func TestSentences(t *testing.T) {
	fsys := fstest.MapFS{
		"translations/it/a.json": {Data: []byte(`{"hello": "Salve {{.name}}", "only": "Solo qui {{.x}}", "plain": "Piano", "files": {"one": "{{.n}} file di {{.who}}", "other": "{{.n}} file, di {{.who}}"}, "format.group": "."}`)},
		"translations/en/a.json": {Data: []byte(`{"hello": "Hello {{.name}}", "plain": "Plain", "files": {"one": "{{.n}} file of {{.who}}", "other": "{{.n}} files of {{.who}}"}, "format.group": ","}`)},
	}
	c, err := language.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	it, en := c.In("it"), c.In("en-GB")
	for _, tc := range []struct{ got, want string }{
		{it.T("hello", "name", "Ada"), "Salve Ada"},
		{en.T("hello", "name", "Ada"), "Hello Ada"},
		{en.TMap("hello", map[string]string{"name": "<b>"}), "Hello <b>"},
		{it.T("hello"), "Salve "},
		{en.T("only", "x", "1"), "Solo qui 1"},
		{en.T("absent.key"), "absent.key"},
		{en.T("plain"), "Plain"},
		{it.N("files", 1, "who", "Ada"), "1 file di Ada"},
		{it.N("files", 2, "who", "Ada"), "2 file, di Ada"},
		{it.N("files", 1000000, "who", "Ada"), "1.000.000 file, di Ada"}, // CLDR: form many, told by other
		{en.N("files", 0, "who", "Ada"), "0 files of Ada"},
		{en.Name(), "en"},
		{c.In("fr").Name(), "it"},
		{c.In("").Name(), "it"},
		{c.In("non é").Name(), "it"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
	if !en.Has("only") || en.Has("absent.key") {
		t.Error("Has")
	}
}

func TestFormats(t *testing.T) {
	c := catalogue(t)
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	it, en := c.In("it").Zoned(rome), c.In("en").Zoned(rome)
	moment := time.Date(1961, 7, 2, 23, 42, 0, 0, time.UTC)
	for _, tc := range []struct{ got, want string }{
		{it.Date(moment), "03/07/1961"},
		{it.Time(moment), "00:42"},
		{en.Moment(moment), "03/07/1961 00:42"},
		{it.Exact(moment), "03/07/1961 00:42:00"},
		{it.Day("1961-07-03"), "03/07/1961"},
		{it.Day("1961"), "1961"},
		{it.Day(""), ""},
		{it.Number(0), "0"},
		{it.Number(999), "999"},
		{it.Number(15000), "15.000"},
		{en.Number(-1234567), "-1,234,567"},
		{it.Duration(0), "0 s"},
		{it.Duration(45 * time.Second), "45 s"},
		{it.Duration(72 * time.Second), "1 min 12 s"},
		{it.Duration(12*time.Minute + 10*time.Second), "12 min"},
		{it.Duration(time.Hour), "1 h"},
		{it.Duration(80 * time.Minute), "1 h 20 min"},
		{it.Duration(51*time.Hour + 40*time.Minute), "2 g 4 h"},
		{it.Duration(24*time.Hour + 3*time.Minute), "1 g"},
		{en.Duration(-time.Second), "0 s"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}

func TestValue(t *testing.T) {
	it := catalogue(t).In("it")
	for _, tc := range []struct {
		field app.CardField
		want  string
	}{
		{app.CardField{Value: "ROSSI MARIO"}, "ROSSI MARIO"},
		{app.CardField{Value: "1961-07-03"}, "03/07/1961"},
		{app.CardField{Value: "1961-07-03", Code: true}, "1961-07-03"},
		{app.CardField{Phrase: "card.alive"}, "In vita"},
		{app.CardField{Phrase: "card.dead_since", Value: "2020-02-29"}, "Deceduto/a il 29/02/2020"},
		{app.CardField{Phrase: "card.dead_since", Value: "00/03/1999"}, "Deceduto/a il 00/03/1999"},
		{app.CardField{Phrase: "card.members", Value: "1"}, "1 componente"},
		{app.CardField{Phrase: "card.members", Value: "12"}, "12 componenti"},
		{app.CardField{Phrase: "card.dead_since", Value: "1944"}, "Deceduto/a il 1944"},
		{app.CardField{Phrase: "card.code_unknown", Value: "1944"}, "Codice non noto (1944)"},
		{app.CardField{Phrase: "sex.M"}, "Maschile"},
		{app.CardField{Phrase: "sex.N"}, "Non indicato"},
		{app.CardField{Phrase: "sex.X"}, "Codice non noto (X)"},
		{app.CardField{Phrase: "card.fiscal_code_validity.7"}, "Codice non noto (7)"},
		{app.CardField{Reason: app.CodeAnprFault}, it.Refusal(app.CodeAnprFault, nil).What},
		{app.CardField{}, ""},
	} {
		if got := it.Value(tc.field); got != tc.want {
			t.Errorf("%+v: got %q, want %q", tc.field, got, tc.want)
		}
	}
	if got := it.Title(app.CardGroup{Title: "card.member", Number: 3}); got != "Componente 3" {
		t.Error(got)
	}
	if got := it.Title(app.CardGroup{Title: "card.person"}); got != "Persona" {
		t.Error(got)
	}
}

func TestErrors(t *testing.T) {
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	c := catalogue(t)
	it, en := c.In("it").Zoned(rome), c.In("en").Zoned(rome)
	for _, tc := range []struct {
		err  error
		lang *language.Language
		part string
	}{
		{app.E(app.CodeTooLong, "most", "254"), it, "al massimo 254 caratteri"},
		{app.E(app.CodeAccountPeriod, "from", "2026-12-01"), it, "valido dal 01/12/2026"},
		{app.E(app.CodeAccountPeriod, "until", "2026-12-01"), en, "until 01/12/2026"},
		{app.E(app.CodeLocked, "minutes", "1"), it, "per un minuto."},
		{app.E(app.CodeLocked, "minutes", "15"), it, "per 15 minuti."},
		{app.E(app.CodeWorkstationTransition, "state", "revoked", "act", "approve"), it, "(approvazione) non è possibile su una postazione nello stato «Revocata»"},
		{app.E(app.CodeAnprQuota, "service", "C020", "until", "2026-11-22T23:00:00Z"), it, "il 23/11/2026 00:00"},
		{app.E(app.CodeDependants, "count", "1200", "names", "Anna Bianchi, Ugo Neri"), it, "1.200"},
		{app.E(app.CodeAnprInput, "text", "12345"), it, "inviati: 12345"},
		{app.E(app.CodeProfileMediatorOff, "name", "Anna Bianchi"), en, "Anna Bianchi is disabled"},
		{app.E(app.CodeOwnRecord).Because(errors.New("secret")), it, "propri dati"},
		{errors.New("dial tcp 10.0.0.1"), it, "errore interno"},
		{app.E(app.Code("nobody_knows")), it, "errore interno"},
		{context.Canceled, it, "errore interno"},
	} {
		s := tc.lang.Error(tc.err)
		if !strings.Contains(s.String(), tc.part) {
			t.Errorf("%v: %q lacks %q", tc.err, s, tc.part)
		}
		if strings.Contains(s.String(), "secret") || strings.Contains(s.String(), "10.0.0.1") {
			t.Errorf("%q tells the cause", s)
		}
		if s.Who == "" {
			t.Errorf("%v: nobody can mend it", tc.err)
		}
	}
	if got := it.Error(nil); got != (language.Sentence{}) {
		t.Error(got)
	}
}

func TestSeveralErrors(t *testing.T) {
	it := catalogue(t).In("it")
	es := app.Errors{app.E(app.CodeRequired).At("name"), app.E(app.CodeRequired).At("surname"), app.E(app.CodeEmail).At("email")}
	s := it.Error(es.Err())
	if s.What != "3 dati da correggere." || strings.Count(s.Means, "\n") != 1 {
		t.Errorf("%+v", s)
	}
	if got := it.Field(es[2]); got != "Indirizzo non corretto" {
		t.Error(got)
	}
	if got := it.Field(app.E(app.CodeTooLong, "most", "64").At("name")); got != "Al massimo 64 caratteri" {
		t.Error(got)
	}
	if got, want := it.Field(app.E(app.CodeNotFound)), it.Error(app.E(app.CodeNotFound)).What; got != want {
		t.Error(got)
	}
	if got := it.Field(es); got != "Dato obbligatorio" {
		t.Error(got)
	}
	if it.Field(nil) != "" {
		t.Error("a sentence for no error")
	}
}

func TestManyAtOnce(t *testing.T) {
	l := catalogue(t).In("it")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, code := range app.Codes() {
				if l.Error(app.E(code, "most", "3")).What == "" {
					t.Error(code)
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkPlain(b *testing.B) {
	l := catalogue(b).In("it")
	for b.Loop() {
		l.T("card.person")
	}
}

func BenchmarkParameters(b *testing.B) {
	l := catalogue(b).In("it")
	for b.Loop() {
		l.T("card.dead_since", "value", "29/02/2020")
	}
}
