package render

import (
	"slices"
	"unicode/utf8"

	"indagor/app"
	"indagor/app/language"
	book "indagor/server/internal/render/sheet"
)

// VisuraForm lays out the document of a visura for a spreadsheet, in the
// language: the same parts as those of the PDF, of which several alike become a
// table. It fails where the visura has not ended (ErrNotEnded).
func (r *Renderer) VisuraForm(lang *language.Language, v Visura) (book.Form, error) {
	if v.Outcome == "" {
		return book.Form{}, ErrNotEnded
	}
	lang = lang.Zoned(r.zone)
	made := r.now().In(r.zone)
	t := lang.T
	kind := t("visura.type." + string(v.Type))
	w := formWriter{f: book.Form{
		Name: t("document.title"), Columns: []float64{formLabel, formValue},
		Running: v.Body.Name + " · " + t("document.title") + " · " + kind, Foot: v.CheckCode,
		Page: t("document.page", "page", book.PageNumber, "pages", book.PageCount),
	}}
	if v.Training {
		w.f.Head = t("document.training")
		w.f.Running = w.f.Head + " · " + w.f.Running
	}
	w.head(t, v, kind)
	parts := lay(lang, v, made)
	told := map[string]bool{}
	for _, p := range parts {
		alike := slices.DeleteFunc(slices.Clone(parts), func(x part) bool { return p.alike == "" || x.alike != p.alike })
		switch {
		case len(alike) < 2:
			w.part(p, t("field.outcome"))
		case !told[p.alike]:
			told[p.alike] = true
			w.table(p.alike, alike)
		}
	}
	if v.CheckCode != "" {
		w.line(book.Heading, t("document.check_code"))
		w.line(book.Decisive, t("document.check_code"), v.CheckCode)
		w.line(book.Labelled, nil, t("document.check"))
		w.line(book.Labelled, nil, t("document.notice"))
	} else {
		w.line(book.Note, t("document.notice"))
	}
	wide := 0.0
	for _, c := range w.f.Columns {
		wide += c
	}
	w.f.Landscape = wide > formStanding
	return w.f, nil
}

// Widths of a form, in characters.
const (
	formLabel    = 30.0
	formValue    = 52.0
	formCell     = 36.0  // at most, of a column of a table
	formStanding = 110.0 // what a standing page holds in a size that can be read
)

// formWriter puts a form together.
type formWriter struct{ f book.Form }

func (w *formWriter) line(k book.Kind, values ...any) {
	w.f.Lines = append(w.f.Lines, book.Line{Kind: k, Values: values})
}

// gap is an empty line.
func (w *formWriter) gap() { w.line(book.Note) }

func (w *formWriter) head(t func(string, ...string) string, v Visura, kind string) {
	w.line(book.Heading, v.Body.Name)
	for _, office := range []string{v.Department, v.Office} {
		if office != "" {
			w.line(book.Note, office)
		}
	}
	w.gap()
	w.line(book.Note, t("document.title"))
	w.line(book.Title, kind)
	w.line(book.Note, t("document.subtitle"))
	if v.Training {
		w.line(book.Heading, t("document.training.text"))
	}
	w.gap()
}

// part writes a part as labels with their values; outcome is the label of a
// decisive statement that has none.
func (w *formWriter) part(p part, outcome string) {
	begun := false
	say := func(k book.Kind, name string, r row) {
		if r.empty() {
			return
		}
		if !begun {
			w.line(book.Heading, p.title)
			begun = true
		}
		w.line(k, name, cell(r))
	}
	for _, r := range p.rows {
		say(book.Labelled, r.label, r)
	}
	for _, s := range p.statements {
		k := book.Labelled
		if s.weight == decisive {
			k = book.Decisive
		}
		say(k, first(s.label, map[weight]string{decisive: outcome}[s.weight]), s.row)
	}
	if begun {
		w.gap()
	}
}

// table writes parts that are alike, each as a row.
func (w *formWriter) table(title string, parts []part) {
	var labels []string
	for _, p := range parts {
		at := 0 // where a label that is not there yet goes: after the one before it
		for _, r := range p.rows {
			if r.empty() {
				continue
			}
			if i := slices.Index(labels, r.label); i >= 0 {
				at = i + 1
				continue
			}
			labels = slices.Insert(labels, at, r.label)
			at++
		}
	}
	w.line(book.Heading, title)
	titles := []any{nil}
	for i, l := range labels {
		titles = append(titles, l)
		w.widen(i+1, l)
	}
	w.line(book.Titles, titles...)
	for _, p := range parts {
		values := make([]any, len(titles))
		values[0] = p.title
		for _, r := range p.rows {
			if i := slices.Index(labels, r.label); i >= 0 && !r.empty() {
				values[i+1] = cell(r)
				w.widen(i+1, r.value)
			}
		}
		w.line(book.Row, values...)
	}
	w.gap()
}

// widen makes a column wide enough for a text, within bounds.
func (w *formWriter) widen(column int, text string) {
	for len(w.f.Columns) <= column {
		w.f.Columns = append(w.f.Columns, 0)
	}
	w.f.Columns[column] = max(w.f.Columns[column], min(float64(utf8.RuneCountInString(text))+3, formCell))
}

// cell is the value of a row as a cell has it: days and moments as such, but
// for days before those that spreadsheets count.
func cell(r row) any {
	if d, ok := r.of.(app.Day); r.of == nil || ok && d < "1900" {
		return r.value
	}
	return r.of
}
