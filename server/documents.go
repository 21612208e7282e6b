package server

import (
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"time"

	"indagor/app"
	"indagor/app/language"
	"indagor/app/territory"
	"indagor/server/internal/bulk"
	"indagor/server/internal/render"
	"indagor/server/internal/render/sheet"
	"indagor/server/internal/visura"
)

// documents makes what people take away: the document of a look-up, and lists
// and statistics as files.
type documents struct {
	renderer  *render.Renderer
	catalogue *language.Catalogue
	atlas     *territory.Atlas
	body      render.Body
	training  bool
	zone      *time.Location
	now       func() time.Time
	names     names
	dir       string // where large workbooks wait until they are complete
}

// sheet is a file for a spreadsheet, made while it is read. What waits on disk
// until it is complete may name citizens: it waits in a folder of the server's
// own, which is emptied when the server starts.
func (d *documents) sheet(name string, f sheet.Format, o sheet.Options, columns []sheet.Column, rows iter.Seq2[[]any, error]) app.File {
	o.Zone, o.Dir = d.zone, d.dir
	return app.File{Name: name, MediaType: f.MediaType(), Write: func(ctx context.Context, w io.Writer) error {
		if err := os.MkdirAll(d.dir, 0o700); err != nil {
			return err
		}
		_, err := sheet.Write(ctx, w, f, o, columns, rows)
		return err
	}}
}

// form is a file for a spreadsheet that is laid out to be printed.
func (d *documents) form(name string, f sheet.Form) app.File {
	return app.File{Name: name, MediaType: sheet.XLSX.MediaType(), Write: func(ctx context.Context, w io.Writer) error {
		return sheet.WriteForm(ctx, w, sheet.Options{Zone: d.zone, Dir: d.dir}, f)
	}}
}

// Visura makes the document of a look-up, in the format.
func (d *documents) Visura(ctx context.Context, lang, format string, v app.Visura, c *app.Card, e *app.Evidence) (app.File, error) {
	doc := d.visura(v, c, e)
	// The name tells the kind and the check code, never the person.
	name := fmt.Sprintf("visura-%s-%s.%s", strings.ReplaceAll(string(v.Type), "_", "-"), strings.ToLower(strings.ReplaceAll(v.CheckCode, "-", ""))[:8], format)
	if format == string(sheet.XLSX) {
		f, err := d.renderer.VisuraForm(d.speak(lang), doc)
		return d.form(name, f), err
	}
	pdf, err := d.renderer.Visura(ctx, d.speak(lang), doc)
	return app.File{Name: name, MediaType: "application/pdf", Write: func(_ context.Context, w io.Writer) error {
		_, err := w.Write(pdf)
		return err
	}}, err
}

// visura is a look-up as its document shows it, whatever the format.
func (d *documents) visura(v app.Visura, c *app.Card, e *app.Evidence) render.Visura {
	doc := render.Visura{
		Body: d.body, Type: v.Type, Outcome: v.Outcome, Code: v.Code, Params: v.Params, Subject: v.Subject, ReferenceDate: v.ReferenceDate,
		Purpose: v.PurposeName, FileReference: v.FileReference, Created: v.Created, Ended: v.Ended, Card: c,
		Operator: v.Operator, Office: v.Office, Department: v.Department, Workstation: v.Workstation, Training: d.training, CheckCode: v.CheckCode,
	}
	if e != nil {
		doc.Evidence = *e
	}
	doc.Types, doc.Since, doc.Declared = v.Types, v.Since, v.Declared
	if id := v.Subject.Identity; id != nil {
		born, _ := id.BirthDate.Time()
		if c, match := d.atlas.ComuneAt(id.BirthPlace, born); match != territory.Unknown {
			doc.BirthPlace = fmt.Sprintf("%s (%s)", c.Name, c.Province)
		} else if st, ok := d.atlas.State(id.BirthPlace); ok {
			doc.BirthPlace = st.Name
		}
	}
	return doc
}

// checks looks for what a document was made of: a look-up, or a list.
type checks struct {
	visure *visura.Service
	jobs   *bulk.Service
}

func (c checks) CheckDocument(ctx context.Context, code, fiscalCode string) (app.DocumentCheck, error) {
	v, err := c.visure.CheckDocument(ctx, code, fiscalCode)
	if err != nil || v.Genuine {
		return v, err
	}
	return c.jobs.CheckDocument(ctx, code)
}

// speak is the language of a document, Italian where none is asked for.
func (d *documents) speak(lang string) *language.Language {
	if lang == "" {
		lang = "it"
	}
	return d.catalogue.In(lang).Zoned(d.zone)
}
