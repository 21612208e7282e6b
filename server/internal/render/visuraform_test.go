package render

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"indagor/app"
	book "indagor/server/internal/render/sheet"
)

// formOf lays out a visura for a spreadsheet.
func formOf(t testing.TB, lang string, v Visura) book.Form {
	t.Helper()
	f, err := renderer(t).VisuraForm(speak(t, lang), v)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// beside gives the values of a form that stand beside a label.
func beside(f book.Form, name string) (out []any) {
	for _, l := range f.Lines {
		if len(l.Values) == 2 && l.Values[0] == name {
			out = append(out, l.Values[1])
		}
	}
	return out
}

// TestFormSaysWhatTheDocumentSays: every label and value of the one layout
// stands in the form, whatever came of the visura.
func TestFormSaysWhatTheDocumentSays(t *testing.T) {
	refused := found()
	refused.Outcome, refused.Code, refused.Card = app.OutcomeRefused, app.CodeOwnRecord, nil
	failed := found()
	failed.Outcome, failed.Code, failed.Card = app.OutcomeFailed, app.CodeAnprDown, nil
	withheld := found()
	withheld.Outcome = app.OutcomeOutOfScope // whatever it is handed
	for name, v := range map[string]Visura{"found": found(), "household": household(4), "refused": refused, "failed": failed, "withheld": withheld} {
		for _, lang := range []string{"it", "en"} {
			t.Run(name+" "+lang, func(t *testing.T) {
				f := formOf(t, lang, v)
				var said []string
				for _, l := range f.Lines {
					for _, x := range l.Values {
						said = append(said, fmt.Sprint(x))
					}
				}
				for _, p := range lay(speak(t, lang), v, renderer(t).now().In(renderer(t).zone)) {
					for _, r := range p.rows {
						if !r.empty() && (!slices.Contains(said, r.label) || !slices.Contains(said, fmt.Sprint(cell(r)))) {
							t.Errorf("%s: %s is not there", r.label, r.value)
						}
					}
					for _, s := range p.statements {
						if s.value != "" && !slices.Contains(said, s.value) {
							t.Errorf("the answer lacks %q", s.value)
						}
					}
				}
				if !slices.Contains(said, v.CheckCode) || f.Foot != v.CheckCode || !slices.Contains(said, v.Body.Name) {
					t.Errorf("no body or code: %q, %q", said, f.Foot)
				}
				if told := slices.Contains(said, "Via Guglielmo Marconi 12 int. 3, 31100 Treviso (TV)"); told != (name == "found") {
					t.Errorf("the address is told: %v", told)
				}
			})
		}
	}
	if _, err := renderer(t).VisuraForm(italian(t), Visura{}); !errors.Is(err, ErrNotEnded) {
		t.Errorf("one that has not ended: %v", err)
	}
}

func TestFormOfOne(t *testing.T) {
	v := found()
	f := formOf(t, "it", v)
	if f.Landscape || len(f.Columns) != 2 {
		t.Errorf("lying, with %d columns", len(f.Columns))
	}
	for name, want := range map[string]any{
		"Alla data del": app.Day("2026-11-22"), "Domanda inviata il": v.Evidence.Asked, "Conclusa il": v.Ended,
		"Riferimento pratica": v.FileReference, "Data di nascita": app.Day("1961-07-03"), "Mediatore": "Anna Bianchi",
	} {
		if got := beside(f, name); len(got) != 1 || got[0] != want {
			if at, ok := want.(time.Time); !ok || len(got) != 1 || !at.Equal(got[0].(time.Time)) {
				t.Errorf("%s: %v, want %v", name, got, want)
			}
		}
	}
	if got := beside(f, "Presso"); len(got) != 0 {
		t.Errorf("an empty field: %v", got)
	}
	if f.Head != "" {
		t.Errorf("a mark of training: %q", f.Head)
	}
	v.Training = true
	if f := formOf(t, "it", v); f.Head != "AMBIENTE DI PROVA" {
		t.Errorf("no mark of training: %q", f.Head)
	}
	v.Card.Groups[1].Fields = slices.Clone(v.Card.Groups[1].Fields)
	v.Card.Groups[1].Fields[3].Value = "1899-01-02"
	if got := beside(formOf(t, "it", v), "Data di nascita"); len(got) != 1 || got[0] != "02/01/1899" {
		t.Errorf("before spreadsheets count: %v", got)
	}
}

// TestFormOfSeveral: several that are alike are one table, a row each; what one
// lacks leaves its cell empty.
func TestFormOfSeveral(t *testing.T) {
	v := household(3)
	v.Card.Groups[1].Fields = v.Card.Groups[1].Fields[1:] // no bond
	v.Card.Groups[2].Fields = append(slices.Clone(v.Card.Groups[2].Fields), app.CardField{Label: "field.death_date", Value: "2020-01-31"})
	f := formOf(t, "it", v)
	at := slices.IndexFunc(f.Lines, func(l book.Line) bool { return l.Kind == book.Titles })
	if at < 1 || f.Lines[at-1].Kind != book.Heading || f.Lines[at-1].Values[0] != "Componente" {
		t.Fatalf("no table: %v", f.Lines)
	}
	titles, rows := f.Lines[at].Values, f.Lines[at+1:at+4]
	if !f.Landscape || len(f.Columns) != len(titles) || len(titles) != 9 || titles[1] != "Rapporto di parentela" {
		t.Errorf("%d columns, titles %v, lying %v", len(f.Columns), titles, f.Landscape)
	}
	for i, r := range rows {
		if r.Kind != book.Row || len(r.Values) != len(titles) || r.Values[0] != fmt.Sprintf("Componente %d", i+1) || (r.Values[1] == nil) != (i == 1) || (r.Values[8] == nil) != (i < 2) {
			t.Errorf("row %d: %v", i, r)
		}
		if r.Values[3] != "TRNNIO61L03Z129K" || r.Values[5] != app.Day("1961-07-03") {
			t.Errorf("row %d: %v", i, r.Values)
		}
	}
	if rest := f.Lines[at+4]; rest.Kind == book.Row {
		t.Errorf("a row more: %v", rest)
	}
}
