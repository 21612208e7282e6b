package workstation_test

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
	flow "indagor/ui/flow/workstation"
	"indagor/ui/screen"
	"indagor/ui/screen/screentest"
	view "indagor/ui/screen/workstation"
	"indagor/ui/theme"
)

var now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// desk is a register in memory.
type desk struct {
	flow.Desk // what is not set below panics
	asked     []wire.WorkstationsInput
	changes   []wire.WorkstationChange
	many      []wire.WorkstationsChange
	outcomes  []wire.Outcome
	withdrawn []app.ID
	exported  []wire.ExportWorkstationsInput
}

func station(id, name string, state app.WorkstationState, expires app.Day) app.Workstation {
	w := app.Workstation{
		ID: app.ID(id), Name: name, State: state, Department: "d1", Office: "IMU", Responsible: "Rosa Verdi", OS: "Windows 11 Pro", AppVersion: "1.4.0",
		FirstSeen: now.AddDate(0, -4, 0), LastSeen: now.Add(-time.Hour), Version: 3,
		Keys: []app.WorkstationKey{{OSUser: "rverdi", State: app.WorkstationAuthorised, Code: "K7QM-2F9T", Added: now.AddDate(0, -4, 0)}},
	}
	if expires != "" {
		w.Expires = &expires
	}
	return w
}

var register = []app.Workstation{
	station("w1", "TRIB-01", app.WorkstationAuthorised, "2026-11-30"),
	station("w2", "TRIB-02", app.WorkstationAuthorised, "2026-11-01"),
	station("w3", "TRIB-03", app.WorkstationSuspended, ""),
}

func (d *desk) Workstations(_ context.Context, in wire.WorkstationsInput) (wire.List[app.Workstation], error) {
	d.asked = append(d.asked, in)
	var out wire.List[app.Workstation]
	for _, w := range register {
		if (in.State == "" || in.State == w.State) && (in.Expiring == 0 || w.Expires != nil) {
			out.Items = append(out.Items, w)
		}
	}
	return out, nil
}

func (d *desk) Workstation(_ context.Context, id app.ID) (wire.WorkstationDetail, error) {
	i := slices.IndexFunc(register, func(w app.Workstation) bool { return w.ID == id })
	parts := json.RawMessage(`{"components":["network","disk"]}`)
	return wire.WorkstationDetail{Workstation: register[i], History: []wire.HistoryItem{
		{Kind: app.EventSuspended, At: now.Add(-time.Hour), Reason: "drift", After: parts},
		{Kind: app.EventDrift, At: now.Add(-2 * time.Hour), After: json.RawMessage(`{"components":["network"]}`)},
	}}, nil
}

func (d *desk) ChangeWorkstation(ctx context.Context, id app.ID, c wire.WorkstationChange) (wire.WorkstationDetail, error) {
	d.changes = append(d.changes, c)
	return d.Workstation(ctx, id)
}

func (d *desk) ChangeWorkstations(_ context.Context, c wire.WorkstationsChange) ([]wire.Outcome, error) {
	d.many = append(d.many, c)
	return d.outcomes, nil
}

func (d *desk) WorkstationValues(context.Context) (wire.WorkstationValues, error) {
	return wire.WorkstationValues{Offices: []string{"IMU", "TARI"}, OS: []string{"Windows 11 Pro"}, AppVersions: []string{"1.4.0"}}, nil
}

func (d *desk) ExportWorkstations(_ context.Context, in wire.ExportWorkstationsInput, _ io.Writer, _ func(int64)) (string, error) {
	d.exported = append(d.exported, in)
	return "postazioni.csv", nil
}

func (d *desk) Departments(context.Context) ([]app.Department, error) {
	return []app.Department{{ID: "d1", Name: "Tributi"}, {ID: "d2", Name: "Anagrafe"}}, nil
}

func (d *desk) Tokens(context.Context, wire.Page) (wire.List[wire.Token], error) {
	return wire.List[wire.Token]{Items: []wire.Token{{ID: "t1", Label: "Aule", Office: "IMU", Responsible: "Rossi", Uses: 5, Used: 2, Expires: time.Now().Add(time.Hour), Issued: now, By: "Teresa Riva"}}}, nil
}

func (d *desk) WithdrawToken(_ context.Context, id app.ID) (wire.Token, error) {
	d.withdrawn = append(d.withdrawn, id)
	return wire.Token{ID: id, Label: "Aule", Uses: 5, Used: 2, Withdrawn: &now, WithdrawnBy: "Teresa Riva"}, nil
}

// host is the shell.
type host struct {
	l      *language.Language
	window func() fyne.Window
	toasts []string
	went   []any
}

func (h *host) Window() fyne.Window                     { return h.window() }
func (h *host) Language() *language.Language            { return h.l }
func (h *host) Go(_ screen.Place, with any)             { h.went = append(h.went, with) }
func (h *host) Toast(text string)                       { h.toasts = append(h.toasts, text) }
func (h *host) Fail(error)                              {}
func (h *host) OpenDocument(string, []byte)             {}
func (h *host) SaveDocument(string, []byte, func(bool)) {}
func (h *host) Badge(screen.Place, int)                 {}

func (h *host) Download(get func(context.Context, io.Writer, func(int64)) (string, error)) {
	name, err := get(context.Background(), io.Discard, func(int64) {})
	if err == nil {
		h.toasts = append(h.toasts, name)
	}
}

type stage struct {
	*screentest.Stage
	desk     *desk
	host     *host
	register *view.Register
}

func newStage(t *testing.T, p theme.Preference, w, h float32, tokens bool) *stage {
	t.Helper()
	s := &stage{Stage: screentest.New(t, p), desk: &desk{}, host: &host{l: screentest.Italian(t)}}
	s.host.window = func() fyne.Window { return s.Window }
	o := view.Options{
		Host: s.host, Desk: s.desk, Context: t.Context(), Lists: list.Options{Context: t.Context(), Go: s.Stage.Go},
		Session: func() wire.Session {
			return wire.Session{Permissions: map[app.Permission]string{app.PermManageWorkstation: "all"}}
		},
		Now: func() time.Time { return now }, Go: s.Stage.Go, Do: func(f func()) { f() },
	}
	if tokens {
		s.Show(view.NewTokens(o), w, h)
	} else {
		s.register = view.NewRegister(o)
		s.Show(s.register, w, h)
	}
	s.Run()
	return s
}
