package server

import (
	"context"
	"fmt"
	"strings"
	"time"

	"indagor/app"
	"indagor/app/language"
	"indagor/app/territory"
	"indagor/server/internal/render"
)

// documents makes what people take away: the PDF of a look-up, and lists and
// statistics as files.
type documents struct {
	renderer  *render.Renderer
	catalogue *language.Catalogue
	atlas     *territory.Atlas
	body      render.Body
	training  bool
	zone      *time.Location
	now       func() time.Time
	names     names
}

func (d *documents) Visura(ctx context.Context, lang string, v app.Visura, c *app.Card, e *app.Evidence) ([]byte, string, error) {
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
	pdf, err := d.renderer.Visura(ctx, d.speak(lang), doc)
	// The name tells the kind and the check code, never the person.
	name := fmt.Sprintf("visura-%s-%s.pdf", strings.ReplaceAll(string(v.Type), "_", "-"), strings.ToLower(strings.ReplaceAll(v.CheckCode, "-", ""))[:8])
	return pdf, name, err
}

// speak is the language of a document, Italian where none is asked for.
func (d *documents) speak(lang string) *language.Language {
	if lang == "" {
		lang = "it"
	}
	return d.catalogue.In(lang).Zoned(d.zone)
}
