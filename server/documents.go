package server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"indagor/app"
	"indagor/app/language"
	"indagor/app/territory"
	"indagor/server/internal/render"
	"indagor/sync/wire"
)

// documents makes the PDF of a look-up.
type documents struct {
	renderer  *render.Renderer
	catalogue *language.Catalogue
	atlas     *territory.Atlas
	body      render.Body
	training  bool
}

func (d *documents) Visura(ctx context.Context, lang string, v app.Visura, c *app.Card, e *app.Evidence) ([]byte, string, error) {
	if lang == "" {
		lang = "it"
	}
	doc := render.Visura{
		Body: d.body, Type: v.Type, Outcome: v.Outcome, Code: v.Code, Params: v.Params, Subject: v.Subject, ReferenceDate: v.ReferenceDate,
		Purpose: v.PurposeName, FileReference: v.FileReference, Created: v.Created, Ended: v.Ended, Card: c,
		Operator: v.Operator, Office: v.Office, Department: v.Department, Workstation: v.Workstation, Training: d.training, CheckCode: v.CheckCode,
	}
	if e != nil {
		doc.Evidence = *e
	}
	if id := v.Subject.Identity; id != nil {
		born, _ := id.BirthDate.Time()
		if c, match := d.atlas.ComuneAt(id.BirthPlace, born); match != territory.Unknown {
			doc.BirthPlace = fmt.Sprintf("%s (%s)", c.Name, c.Province)
		} else if st, ok := d.atlas.State(id.BirthPlace); ok {
			doc.BirthPlace = st.Name
		}
	}
	pdf, err := d.renderer.Visura(ctx, d.catalogue.In(lang), doc)
	// The name tells the kind and the check code, never the person.
	name := fmt.Sprintf("visura-%s-%s.pdf", strings.ReplaceAll(string(v.Type), "_", "-"), strings.ToLower(strings.ReplaceAll(v.CheckCode, "-", ""))[:8])
	return pdf, name, err
}

// tables are the reference tables with their versions.
type tables struct {
	content map[string][]byte
	infos   []wire.TableInfo
}

func newTables(from fs.FS) (*tables, error) {
	t := &tables{content: map[string][]byte{}}
	entries, err := fs.ReadDir(from, ".")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".tsv")
		if !ok {
			continue
		}
		b, err := fs.ReadFile(from, e.Name())
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(b)
		t.content[name] = b
		t.infos = append(t.infos, wire.TableInfo{Name: name, Version: hex.EncodeToString(sum[:8]), Size: len(b)})
	}
	slices.SortFunc(t.infos, func(a, b wire.TableInfo) int { return strings.Compare(a.Name, b.Name) })
	return t, nil
}

func (t *tables) List() []wire.TableInfo { return t.infos }

func (t *tables) Table(name string) ([]byte, bool) {
	b, ok := t.content[name]
	return b, ok
}
