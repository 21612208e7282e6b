package statistics_test

import (
	"context"
	"fmt"
	"io"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
	flow "indagor/ui/flow/statistics"
	"indagor/ui/screen"
	"indagor/ui/screen/screentest"
	view "indagor/ui/screen/statistics"
	"indagor/ui/theme"
)

var now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

type desk struct {
	asked []wire.StatisticsInput
	files []wire.StatisticsExportInput
	reach app.Reach
	empty bool
}

func (d *desk) Statistics(_ context.Context, in wire.StatisticsInput) (wire.Statistics, error) {
	d.asked = append(d.asked, in)
	out := wire.Statistics{By: in.By, From: in.From, Until: in.To, BeforeFrom: "2026-09-24", BeforeUntil: "2026-10-24"}
	if d.empty {
		return out, nil
	}
	add := func(key, name string, n int64) {
		before := n * 9 / 10
		r := wire.StatisticsRow{Key: key, Name: name, N: n, Before: &before}
		out.Rows, out.Total, out.Before = append(out.Rows, r), out.Total+n, out.Before+before
	}
	switch in.By {
	case app.ByDay:
		for i := range 31 {
			add(now.AddDate(0, 0, i-30).Format(time.DateOnly), "", int64(40+i*7%50))
		}
	case app.ByUser:
		for i := range 30 {
			add(fmt.Sprint("u", i), fmt.Sprint("Maria Dalessandro-Montecuccoli ", i), int64(400-i*11))
		}
	default:
		for i, s := range app.VisuraSpecs[:5] {
			add(string(s.Type), "", int64(1200-i*210))
		}
	}
	return out, nil
}

func (d *desk) ExportStatistics(_ context.Context, in wire.StatisticsExportInput, to io.Writer, _ func(int64)) (string, error) {
	d.files = append(d.files, in)
	return "statistiche." + in.Format, nil
}

func (d *desk) Consumption(context.Context) (wire.Consumption, error) {
	at := now.Add(-time.Hour)
	return wire.Consumption{At: &at, Services: []wire.ConsumptionService{{Service: "C020", Percent: 35}, {Service: "C030", Percent: 5}}}, nil
}

func (d *desk) Departments(context.Context) ([]app.Department, error) {
	return []app.Department{{ID: "d1", Name: "Tributi"}, {ID: "d2", Name: "Polizia locale"}}, nil
}

func (d *desk) Session() (wire.Session, bool) {
	return wire.Session{Permissions: map[app.Permission]string{app.PermStatistics: d.reach.String()}}, true
}

type host struct {
	l     *language.Language
	names []string
}

func (h *host) Window() fyne.Window                     { return nil }
func (h *host) Language() *language.Language            { return h.l }
func (h *host) Go(screen.Place, any)                    {}
func (h *host) Toast(string)                            {}
func (h *host) Fail(error)                              {}
func (h *host) OpenDocument(string, []byte)             {}
func (h *host) SaveDocument(string, []byte, func(bool)) {}
func (h *host) Badge(screen.Place, int)                 {}
func (h *host) Download(get func(context.Context, io.Writer, func(int64)) (string, error)) {
	name, err := get(context.Background(), io.Discard, nil)
	h.names = append(h.names, fmt.Sprint(name, err))
}

type stage struct {
	*screentest.Stage
	desk   *desk
	host   *host
	screen *view.Screen
}

func newStage(t *testing.T, p theme.Preference, w, h float32, d *desk) *stage {
	t.Helper()
	s := &stage{Stage: screentest.New(t, p), desk: d, host: &host{l: screentest.Italian(t)}}
	s.screen = view.New(s.host, flow.New(flow.Config{Options: list.Options{Go: s.Go}, Desk: d, Now: func() time.Time { return now }}))
	s.Show(s.screen, w, h)
	s.Run()
	return s
}

func TestPage(t *testing.T) {
	d := &desk{reach: app.ReachAll}
	s := newStage(t, theme.Light, 1064, 716, d)
	s.Want("Statistiche", "Quali servizi sono stati richiesti?", "Suddivisione", "Direzione", "Esporta",
		"Sono contate le richieste di tutti, tranne quelle degli utenti STANDARDPS. Quota giornaliera ANPR usata dall'ente alle 23/11/2026 10:00: C020 35 %, C030 5 %.")
	s.screen.Search(flow.Filter{By: app.ByUser, Department: "d1"})
	s.Run()
	s.Want("Chi ha fatto richieste?")
	if last := d.asked[len(d.asked)-1]; last.By != app.ByUser || last.Department != "d1" || last.From != "2026-10-25" {
		t.Errorf("%+v", last)
	}
	s.Press("Esporta")
	s.Key(fyne.KeyDown)
	s.Key(fyne.KeyReturn)
	if len(d.files) != 1 || d.files[0].Format != "xlsx" || d.files[0].By != app.ByUser || s.host.names[0] != "statistiche.xlsx<nil>" {
		t.Errorf("%+v, %q", d.files, s.host.names)
	}
	s.screen.Receive(app.User{ID: "u7", Name: "Luca", Surname: "Bianchi"})
	s.Run()
	s.Want("Solo Luca Bianchi: mostra tutti")
}

// Who counts only the own requests chooses neither users nor departments.
func TestOwn(t *testing.T) {
	s := newStage(t, theme.Dark, 1064, 716, &desk{reach: app.ReachOwn})
	s.Want("Sono contate le proprie richieste.")
	s.Lacks("Direzione")
}

func TestNothing(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716, &desk{reach: app.ReachOwn, empty: true})
	s.Want("Nessuna richiesta nel periodo.")
}
