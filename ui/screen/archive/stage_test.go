package archive_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	flow "indagor/ui/flow/archive"
	"indagor/ui/screen"
	view "indagor/ui/screen/archive"
	"indagor/ui/screen/screentest"
	"indagor/ui/theme"
)

var now = time.Date(2026, 11, 23, 10, 42, 7, 0, time.UTC)

var errAway = errors.New("server away")

// desk holds an archive in memory.
type desk struct {
	rows    []wire.VisuraSummary
	queries []wire.ArchiveQuery
	read    []app.ID
	cached  bool
	profile app.Profile
	skips   int   // so many pages have nothing
	err     error // of Archive
	failed  error // of Visura
}

func (d *desk) Archive(_ context.Context, q wire.ArchiveQuery) (wire.List[wire.VisuraSummary], bool, error) {
	d.queries = append(d.queries, q)
	if d.err != nil {
		return wire.List[wire.VisuraSummary]{}, false, d.err
	}
	if d.skips > 0 {
		d.skips--
		return wire.List[wire.VisuraSummary]{Next: "0"}, d.cached, nil
	}
	var hits []wire.VisuraSummary
	for _, r := range d.rows {
		if (q.Person == "" || r.Subject.FiscalCode == q.Person) && (q.Outcome == "" || r.Outcome == q.Outcome) && (q.Type == "" || r.Type == q.Type) {
			hits = append(hits, r)
		}
	}
	from := 0
	if q.Cursor != "" {
		fmt.Sscan(q.Cursor, &from)
	}
	to := min(from+q.Limit, len(hits))
	page := wire.List[wire.VisuraSummary]{Items: hits[from:to]}
	if to < len(hits) {
		page.Next = fmt.Sprint(to)
	}
	return page, d.cached, nil
}

func (d *desk) Visura(_ context.Context, id app.ID) (wire.Visura, bool, error) {
	d.read = append(d.read, id)
	if d.failed != nil {
		return wire.Visura{}, false, d.failed
	}
	for _, r := range d.rows {
		if r.ID == id {
			return d.whole(r), d.cached, nil
		}
	}
	return wire.Visura{}, false, app.E(app.CodeNotFound)
}

func (d *desk) whole(r wire.VisuraSummary) wire.Visura {
	v := wire.Visura{VisuraSummary: r}
	if r.State == app.VisuraRunning {
		return v
	}
	v.Evidence = &app.Evidence{
		Operation: "1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d", Service: "C020", Asked: r.Created, Answered: *r.Ended,
		Operator: "Rossi Marta", Workstation: "ANAG-07", CheckCode: "7KQ2-M4XD-9TRA",
	}
	if r.Outcome == app.OutcomeFound {
		v.Card = &app.Card{
			Answer: []app.CardField{{Label: "field.address", Value: "VIA GIUSEPPE GARIBALDI, 12/A, 00153 ROMA (RM)"}},
			Groups: []app.CardGroup{{Title: "card.person", Fields: []app.CardField{
				{Label: "field.surname_name", Value: r.SubjectName},
				{Label: "field.fiscal_code", Value: "RSSMRA61L03H501B", Code: true},
				{Label: "field.sex", Value: "M"},
				{Label: "field.birth_date", Value: "03/07/1961"},
			}}},
		}
	}
	return v
}

func (d *desk) Document(_ context.Context, id app.ID, format, lang string) ([]byte, string, error) {
	return []byte("%" + strings.ToUpper(format) + " " + string(id) + " " + lang), "visura." + format, nil
}

func (d *desk) ArchivePurposes() ([]app.Purpose, error) {
	return []app.Purpose{{ID: "p3", Name: "Verifica cessata"}}, nil
}

func (d *desk) Session() (wire.Session, bool) {
	return wire.Session{User: app.User{ID: "u1", Profile: d.profile}, Purposes: []app.Purpose{{ID: "p1", Name: "Accertamento tributario"}, {ID: "p2", Name: "Notificazione atti"}}}, true
}

// archive is n visure, newest first, of every outcome in turn.
func archive(n int) []wire.VisuraSummary {
	var out []wire.VisuraSummary
	names := []string{"ROSSI MARIO", "D'ALESSANDRO-MONTECUCCOLI DEGLI ERRI MARIA GRAZIA", "BIANCHI ŁUKASZ", "ESPOSITO ANNA"}
	for i := range n {
		at := now.Add(-time.Duration(i) * 3 * time.Hour)
		ended := at.Add(2 * time.Second)
		r := wire.VisuraSummary{
			ID: app.ID(fmt.Sprintf("visura%020d", i)), Type: app.VisuraSpecs[i%len(app.VisuraSpecs)].Type, State: app.VisuraDone,
			Outcome: app.Outcomes[i%len(app.Outcomes)], Subject: app.Subject{FiscalCode: "RSSMRA61L03H501B"}, ReferenceDate: app.DayOf(at),
			Purpose: "p1", PurposeName: "Accertamento tributario", FileReference: fmt.Sprintf("PROT 2026/%05d", 900-i), Created: at, Ended: &ended,
		}
		switch r.Outcome {
		case app.OutcomeFound:
			r.SubjectName = names[i/len(app.Outcomes)%len(names)]
		case app.OutcomeFailed:
			r.Code = app.CodeAnprDown
		}
		if i%7 == 3 {
			r.Subject = app.Subject{Identity: &app.Identity{Surname: "Verdi", Name: "Giuseppe", Sex: "M", BirthDate: "1961-10-10", BirthPlace: "B781"}}
		}
		out = append(out, r)
	}
	return out
}

// host records what the screen asks of the shell.
type host struct {
	l        *language.Language
	toasts   []string
	failed   []error
	document string
	saved    string
	to       screen.Place
	with     any
}

func (h *host) Window() fyne.Window          { return nil }
func (h *host) Language() *language.Language { return h.l }
func (h *host) Go(to screen.Place, with any) { h.to, h.with = to, with }
func (h *host) Toast(text string)            { h.toasts = append(h.toasts, text) }

func (h *host) Fail(err error)                                   { h.failed = append(h.failed, err) }
func (h *host) OpenDocument(_ string, b []byte)                  { h.document = string(b) }
func (h *host) SaveDocument(name string, _ []byte, _ func(bool)) { h.saved = name }
func (h *host) Badge(screen.Place, int)                          {}

// stage is the page on a window without a screen.
type stage struct {
	*screentest.Stage
	desk   *desk
	host   *host
	flow   *flow.Flow
	screen *view.Screen
}

func newStage(t *testing.T, p theme.Preference, w, h float32, d *desk) *stage {
	t.Helper()
	s := &stage{Stage: screentest.New(t, p), desk: d, host: &host{l: screentest.Italian(t)}}
	s.flow = flow.New(flow.Config{
		Desk: d, Now: func() time.Time { return now }, Go: s.Go,
		Reference: func(error) string { return "k7m2-q4" }, Away: func(err error) bool { return errors.Is(err, errAway) },
	})
	s.screen = view.New(s.host, s.flow)
	s.Show(s.screen, w, h)
	return s
}
