package render

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/app/language"
	"indagor/assets"
)

func italian(t testing.TB) *language.Language { return speak(t, "it") }

func speak(t testing.TB, lang string) *language.Language {
	t.Helper()
	c, err := language.Load(assets.Translations)
	if err != nil {
		t.Fatal(err)
	}
	return c.In(lang)
}

func renderer(t testing.TB) *Renderer {
	t.Helper()
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	return New(func() time.Time { return time.Date(2026, 11, 22, 9, 15, 0, 0, time.UTC) }, rome)
}

// shield draws a coat of arms: a field parted in two with a border.
func shield() image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, 160, 200))
	for y := range 200 {
		half := 78
		if y > 110 {
			half = 78 - (y-110)*(y-110)/105
		}
		for x := range 160 {
			switch d := max(x-80, 80-x); {
			case d > half:
			case d > half-6 || y < 6:
				img.Set(x, y, color.NRGBA{0x8A, 0x6D, 0x1F, 0xFF})
			case x < 80:
				img.Set(x, y, color.NRGBA{0xB0, 0x1E, 0x2E, 0xFF})
			default:
				img.Set(x, y, color.NRGBA{0xF2, 0xD6, 0x5A, 0xFF})
			}
		}
	}
	return img
}

func armsPNG(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, shield()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var person = app.CardGroup{Title: "card.person", Fields: []app.CardField{
	{Label: "field.surname_name", Value: "ŢĂRĂNUŞ-Łukašević Ion Ğöçmen"},
	{Label: "field.fiscal_code", Value: "TRNNIO61L03Z129K", Code: true},
	{Label: "field.sex", Value: "M"},
	{Label: "field.birth_date", Value: "1961-07-03"},
	{Label: "field.birth_place", Value: "Galați (Romania)"},
	{Label: "field.id_anpr", Value: "AF41450AS", Code: true},
}}

func found() Visura {
	asked := time.Date(2026, 11, 22, 8, 42, 7, 0, time.UTC)
	return Visura{
		Type: app.VisuraResidenza, Outcome: app.OutcomeFound, Body: Body{Name: "Comune di Esempio sul Sile"},
		Subject: app.Subject{FiscalCode: "TRNNIO61L03Z129K"}, ReferenceDate: "2026-11-22",
		Purpose: "Accertamento dei tributi locali", FileReference: "TARI 2026/004512",
		Created: asked, Ended: asked.Add(2 * time.Second),
		Card: &app.Card{
			Answer: []app.CardField{{Label: "field.address", Value: "Via Guglielmo Marconi 12 int. 3, 31100 Treviso (TV)"}},
			Groups: []app.CardGroup{{Title: "card.residence", Number: 1, Fields: []app.CardField{
				{Label: "field.address_kind", Value: "Residenza"},
				{Label: "field.address", Value: "Via Guglielmo Marconi 12 int. 3, 31100 Treviso (TV)"},
				{Label: "field.residence_since", Value: "2014-03-01"},
				{Label: "field.care_of", Value: ""},
			}}, person},
			Warnings: []string{"EN148: la ricerca per codice fiscale sarà sostituita da quella per identificativo unico nazionale"},
		},
		Evidence: app.Evidence{
			Operation: "58370927", Service: "C020", Asked: asked, Answered: asked.Add(time.Second),
			Mediator: "Anna Bianchi",
		},
		Operator: "Mario Rossi", Office: "Ufficio Tributi", Department: "Direzione Entrate", Workstation: "TRIB-07",
		CheckCode: "K7QX-2M9D-PL4T-8RVA", CheckURL: "https://indagor.example.org/verifica#K7QX-2M9D-PL4T-8RVA",
	}
}

func household(members int) Visura {
	v := found()
	v.Type, v.Evidence.Service = app.VisuraFamiglia, "C021"
	v.Card = &app.Card{Answer: []app.CardField{{Label: "field.members", Phrase: "card.members", Value: strconv.Itoa(members)}}}
	for i := range members {
		v.Card.Groups = append(v.Card.Groups, app.CardGroup{Title: "card.member", Number: i + 1, Fields: append([]app.CardField{
			{Label: "field.bond", Value: "Intestatario della scheda di famiglia"},
		}, person.Fields...)})
	}
	return v
}

// document renders a visura.
func document(t testing.TB, lang *language.Language, v Visura) []byte {
	t.Helper()
	out, err := renderer(t).Visura(t.Context(), lang, v)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(out, []byte("%PDF-")) {
		t.Fatalf("not a PDF: %q", out[:20])
	}
	return out
}

// tool runs a program of poppler over a document; without poppler the test is
// skipped.
func tool(t testing.TB, name string, pdf []byte, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("%s is not installed (package poppler-utils): the document is not read back", name)
	}
	file := filepath.Join(t.ArtifactDir(), strings.NewReplacer("/", "_", " ", "_").Replace(t.Name())+".pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), name, append(args, file)...)
	if name == "pdftotext" {
		cmd.Args = append(cmd.Args, "-")
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("%s: %v %s", name, err, stderr.String())
	}
	return string(out)
}

// text is the text in the order of the file, which is the order of reading.
func text(t testing.TB, pdf []byte) string { return tool(t, "pdftotext", pdf, "-raw", "-enc", "UTF-8") }

// inOrder checks that the parts stand in the text, one after the other.
func inOrder(t *testing.T, text string, parts ...string) {
	t.Helper()
	flat := strings.Join(strings.Fields(text), " ")
	rest := flat
	for _, p := range parts {
		i := strings.Index(rest, p)
		if i < 0 {
			t.Errorf("%q is missing, or before its place, in:\n%s", p, text)
			return
		}
		rest = rest[i+len(p):]
	}
}

func TestFound(t *testing.T) {
	v := found()
	v.Body.Arms = armsPNG(t)
	inOrder(t, text(t, document(t, italian(t), v)),
		"Comune di Esempio sul Sile", "Direzione Entrate", "Ufficio Tributi", "Visura anagrafica", "Residenza", "Richiesta",
		"Codice fiscale", "TRNNIO61L03Z129K", "Alla data del", "22/11/2026", "Finalità", "Accertamento dei tributi locali",
		"Riferimento pratica", "TARI 2026/004512", "Richiesta il", "22/11/2026 09:42", "Risposta", "Indirizzo", "Via Guglielmo Marconi 12",
		"Residenza 1", "Residente dal", "01/03/2014", "Persona", "Cognome e nome", "ŢĂRĂNUŞ-Łukašević Ion Ğöçmen",
		"Data di nascita", "03/07/1961", "Galați (Romania)", "AF41450AS", "Avvertenze di ANPR", "EN148",
		"Codice di controllo", "K7QX-2M9D-PL4T-8RVA", "pagina 1 di 2",
		"Traccia della consultazione", "58370927", "Accertamento residenza (C020)", "22/11/2026 09:42:07", "22/11/2026 09:42:08", "Mario Rossi", "Anna Bianchi", "TRIB-07",
		"Documento prodotto il", "22/11/2026 10:15", "Codice di controllo", "K7QX-2M9D-PL4T-8RVA", "Non è un certificato", "pagina 2 di 2")
}

func TestEnglish(t *testing.T) {
	inOrder(t, text(t, document(t, speak(t, "en"), found())),
		"Register look-up", "Residence", "Request", "Fiscal code", "Answer", "Address", "Trace of the look-up", "Check code", "page 2 of 2")
}

func TestIdentityAsked(t *testing.T) {
	v := found()
	v.Subject = app.Subject{Identity: &app.Identity{Surname: "D'Ỳnça", Name: "Zoë", Sex: "F", BirthDate: "1990-01-02", BirthPlace: "Z129", Locality: "Galați"}}
	inOrder(t, text(t, document(t, italian(t), v)), "Cognome e nome", "D'Ỳnça Zoë", "Femminile", "02/01/1990", "Z129, Galați", "Alla data del")
	v.BirthPlace = "Romania"
	inOrder(t, text(t, document(t, italian(t), v)), "Luogo di nascita", "Romania, Galați")
}

func TestHouseholdPaginates(t *testing.T) {
	got := text(t, document(t, italian(t), household(14)))
	inOrder(t, got, "Stato di famiglia", "14 componenti", "Componente 1", "pagina 1 di", "Comune di Esempio sul Sile · Visura anagrafica · Stato di famiglia",
		"pagina 2 di", "Componente 14", "Traccia della consultazione")
	pages := strings.Count(got, "\f")
	if pages < 4 || strings.Count(got, "Comune di Esempio sul Sile · ") != pages-1 || strings.Count(got, "K7QX-2M9D-PL4T-8RVA") != pages {
		t.Errorf("%d pages without their heads and feet:\n%s", pages, got)
	}
	if strings.Contains(got, "segue") {
		t.Error("a member is broken over two pages")
	}
}

func TestLongValues(t *testing.T) {
	v := found()
	words := strings.Repeat("annotazione marginale ", 700)
	v.Purpose = strings.Repeat("abcdefghij", 30)
	v.Card.Groups[0].Fields[1].Value = words + "ultima"
	got := text(t, document(t, italian(t), v))
	inOrder(t, got, "Residenza 1", "annotazione marginale", "Residenza 1 (segue)", "ultima", "Residente dal", "Traccia")
	if n := strings.Count(got, "annotazione"); n != 700 {
		t.Errorf("%d of 700 words arrived", n)
	}
	if n := strings.Count(strings.ReplaceAll(got, "\n", ""), "abcdefghij"); n != 30 {
		t.Errorf("%d of 30 pieces of one long word arrived", n)
	}
	v.Card.Answer[0].Value = words + "infine"
	inOrder(t, text(t, document(t, italian(t), v)), "Risposta", "annotazione", "Risposta (segue)", "infine", "Residenza 1")
}

func TestOutcomes(t *testing.T) {
	l := italian(t)
	for _, o := range app.Outcomes {
		if o == app.OutcomeFound {
			continue
		}
		t.Run(string(o), func(t *testing.T) {
			v := found()
			v.Outcome = o
			v.Card.Answer[0].Value = "ANSWERED"
			got := text(t, document(t, l, v))
			flat := strings.Join(strings.Fields(got), " ")
			inOrder(t, got, "Richiesta", "Risposta", l.T("outcome."+string(o)))
			if want := l.T("outcome." + string(o) + ".text"); !strings.Contains(flat, want) {
				t.Errorf("%q is missing in:\n%s", want, got)
			}
			if strings.Contains(got, "ANSWERED") {
				t.Error("the answer is told")
			}
			if o != app.OutcomeNoData {
				for _, secret := range []string{"Marconi", "ŢĂRĂNUŞ", "AF41450AS", "Romania", "EN148"} {
					if strings.Contains(got, secret) {
						t.Errorf("%q is told", secret)
					}
				}
			}
		})
	}
}

func TestRefusalSaysWhy(t *testing.T) {
	v := found()
	v.Card, v.Evidence = nil, app.Evidence{}
	v.Outcome, v.Code, v.Params = app.OutcomeFailed, app.CodeAnprQuota, map[string]string{"until": "2026-11-22T23:00:00Z"}
	inOrder(t, text(t, document(t, italian(t), v)), "Risposta non ottenuta", "sono esaurite", "il 23/11/2026 00:00", "Traccia", "Mario Rossi")
}

func TestDeceased(t *testing.T) {
	v := found()
	v.Card.Groups[1].Fields = append(v.Card.Groups[1].Fields[:6:6], app.CardField{Label: "field.death_date", Value: "2020-02-29"})
	inOrder(t, text(t, document(t, italian(t), v)), "Via Guglielmo", "Persona deceduta", "Data di decesso", "29/02/2020")
	v.Type = app.VisuraEsistenza
	v.Card.Answer = []app.CardField{{Label: "field.alive", Phrase: "card.dead_since", Value: "2020-02-29"}}
	inOrder(t, text(t, document(t, italian(t), v)), "Esistenza in vita", "Deceduto/a il 29/02/2020", "Persona deceduta")
	// A member's death is not that of the person asked about.
	h := household(2)
	h.Card.Groups[1].Fields = append(h.Card.Groups[1].Fields, app.CardField{Label: "field.death_date", Value: "2020-02-29"})
	if Deceased(h.Card) {
		t.Error("the household is deceased")
	}
}

func TestTraining(t *testing.T) {
	if got := text(t, document(t, italian(t), found())); strings.Contains(got, "AMBIENTE DI PROVA") {
		t.Error("training where it is not")
	}
	v := household(8)
	v.Training = true
	v.Body.Arms = armsPNG(t)
	got := text(t, document(t, italian(t), v))
	if strings.Count(got, "AMBIENTE DI PROVA") != strings.Count(got, "\f") {
		t.Errorf("a page does not say that it is training:\n%s", got)
	}
}

func TestHostileText(t *testing.T) {
	v := found()
	v.FileReference = "\uE000\uE001 (a\\b) \x00{nb}\u202Erovescio\nseconda 𝔘"
	inOrder(t, text(t, document(t, italian(t), v)), `(a\b) {nb}rovescio seconda`, "Risposta")
}

func TestMetadata(t *testing.T) {
	info := tool(t, "pdfinfo", document(t, italian(t), found()))
	for _, want := range []string{"Visura anagrafica – Residenza", "Comune di Esempio sul Sile", "A4", "Creator:         INDAGOR"} {
		if !strings.Contains(info, want) {
			t.Errorf("%q is missing in:\n%s", want, info)
		}
	}
	for _, secret := range []string{"TRNNIO", "Ion", "Rossi", "TARI"} {
		if strings.Contains(info, secret) {
			t.Errorf("metadata tell %q:\n%s", secret, info)
		}
	}
	if !bytes.Contains(document(t, italian(t), found()), []byte("/Lang (it)")) {
		t.Error("no language")
	}
}

func TestFontsTravelAlong(t *testing.T) {
	fonts := tool(t, "pdffonts", document(t, italian(t), found()))
	lines := strings.Split(strings.TrimSpace(fonts), "\n")[2:]
	if len(lines) != 3 {
		t.Errorf("fonts:\n%s", fonts)
	}
	for _, l := range lines {
		if f := strings.Fields(l); len(f) < 8 || f[len(f)-5] != "yes" || f[len(f)-3] != "yes" {
			t.Errorf("not embedded, or without its characters: %s", l)
		}
	}
}

func TestSameInputSameBytes(t *testing.T) {
	v := household(6)
	v.Body.Arms = armsPNG(t)
	l := italian(t)
	want := document(t, l, v)
	done := make(chan []byte)
	for range 6 {
		go func() {
			out, err := renderer(t).Visura(context.Background(), l, v)
			if err != nil {
				t.Error(err)
			}
			done <- out
		}()
	}
	for range 6 {
		if got := <-done; !bytes.Equal(got, want) {
			t.Error("the same visura at the same moment gave other bytes")
		}
	}
	v.FileReference = "X"
	if bytes.Equal(document(t, l, v), want) {
		t.Error("another visura gave the same bytes")
	}
}

func TestRefusals(t *testing.T) {
	r, l := renderer(t), italian(t)
	v := found()
	v.Body.Arms = []byte("not an image")
	if _, err := r.Visura(t.Context(), l, v); !errors.Is(err, ErrArms) {
		t.Error(err)
	}
	v = found()
	v.CheckURL = strings.Repeat("x", 5000)
	if _, err := r.Visura(t.Context(), l, v); err == nil {
		t.Error("a QR code of 5000 characters")
	}
	v = found()
	v.Outcome = ""
	if _, err := r.Visura(t.Context(), l, v); !errors.Is(err, ErrNotEnded) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Visura(ctx, l, found()); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestArms(t *testing.T) {
	if err := CheckArms(armsPNG(t)); err != nil {
		t.Error(err)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, shield(), nil); err != nil {
		t.Fatal(err)
	}
	if err := CheckArms(b.Bytes()); err != nil {
		t.Error(err)
	}
	b.Reset()
	if err := png.Encode(&b, image.NewGray16(image.Rect(0, 0, MaxArmsSide+1, 1))); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"wide": b.Bytes(), "cut": armsPNG(t)[:60], "empty": {}, "heavy": make([]byte, MaxArmsBytes+1)} {
		if err := CheckArms(data); !errors.Is(err, ErrArms) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkVisura(b *testing.B) {
	r, l, v := renderer(b), italian(b), found()
	v.Body.Arms = armsPNG(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Visura(context.Background(), l, v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHousehold(b *testing.B) {
	r, l, v := renderer(b), italian(b), household(14)
	for b.Loop() {
		if _, err := r.Visura(context.Background(), l, v); err != nil {
			b.Fatal(err)
		}
	}
}
