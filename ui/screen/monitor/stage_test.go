package monitor_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/sync/wire"
	flow "indagor/ui/flow/monitor"
	view "indagor/ui/screen/monitor"
	"indagor/ui/screen/screentest"
	"indagor/ui/theme"
)

var now = time.Date(2026, 11, 23, 10, 42, 7, 0, time.UTC)

var errAway = errors.New("server away")

// desk holds the monitors in memory.
type desk struct {
	activity []wire.ActivityItem
	accesses []wire.AccessItem
	history  []wire.HistoryItem
	queries  []wire.MonitorInput
	exports  []wire.MonitorExportInput
	err      error
	reach    string
}

// full is a desk with n entries of each monitor, newest first.
func full(n int) *desk {
	return &desk{activity: activity(n), accesses: accesses(n), history: history(n), reach: "all"}
}

func page[T any](d *desk, in wire.MonitorInput, all []T, of func(T) (user app.ID, name string)) (wire.List[T], error) {
	d.queries = append(d.queries, in)
	if d.err != nil {
		return wire.List[T]{}, d.err
	}
	var hits []T
	for _, x := range all {
		if user, name := of(x); (in.User == "" || in.User == user) && strings.Contains(name, in.Search) {
			hits = append(hits, x)
		}
	}
	from := 0
	if in.Cursor != "" {
		fmt.Sscan(in.Cursor, &from)
	}
	to := min(from+in.Limit, len(hits))
	list := wire.List[T]{Items: hits[from:to]}
	if to < len(hits) {
		list.Next = fmt.Sprint(to)
	}
	return list, nil
}

func (d *desk) Activity(_ context.Context, in wire.MonitorInput) (wire.List[wire.ActivityItem], error) {
	return page(d, in, d.activity, func(i wire.ActivityItem) (app.ID, string) { return i.User, i.Username })
}

func (d *desk) Accesses(_ context.Context, in wire.MonitorInput) (wire.List[wire.AccessItem], error) {
	return page(d, in, d.accesses, func(i wire.AccessItem) (app.ID, string) { return i.User, i.Username })
}

func (d *desk) History(_ context.Context, in wire.MonitorInput) (wire.List[wire.HistoryItem], error) {
	return page(d, in, d.history, func(i wire.HistoryItem) (app.ID, string) { return i.User, i.Username })
}

func (d *desk) Export(_ context.Context, _ flow.Kind, in wire.MonitorExportInput, to io.Writer, _ func(int64)) (string, error) {
	d.exports = append(d.exports, in)
	_, err := io.WriteString(to, "rows")
	return "rows." + in.Format, err
}

func (d *desk) Departments(context.Context) ([]app.Department, error) {
	return []app.Department{{ID: "d1", Name: "Tributi"}, {ID: "d2", Name: "Polizia locale"}}, nil
}

func (d *desk) Names(context.Context) map[app.ID]string {
	return map[app.ID]string{"w1": "ANAG-07", "d1": "Tributi", "d2": "Polizia locale", "p1": "Accertamento tributario", "p2": "Notificazione atti", "u9": "Maria Rossi"}
}

func (d *desk) Session() (wire.Session, bool) {
	reach := map[app.Permission]string{}
	for _, k := range flow.Kinds {
		reach[k.Permission()] = d.reach
	}
	return wire.Session{User: app.User{ID: "u1"}, Permissions: reach}, true
}

var people = []string{"l.bianchi", "a.esposito", "m.dalessandro-montecuccoli", "g.verdi"}

// activity is n uses of the services, of every outcome in turn.
func activity(n int) []wire.ActivityItem {
	var out []wire.ActivityItem
	for i := range n {
		x := wire.ActivityItem{
			ID: app.ID(fmt.Sprintf("activity%018d", i)), At: now.Add(-time.Duration(i) * 17 * time.Minute), Kind: app.EventVisuraEnded,
			User: app.ID(fmt.Sprintf("u%d", i%len(people)+2)), Username: people[i%len(people)], Department: "d1", Workstation: "w1",
			Service: app.ServiceVisure, Type: asked[i%len(asked)], PurposeName: "Accertamento tributario",
			File: fmt.Sprintf("PROT 2026/%05d", 900-i), Outcome: app.Outcomes[i%len(app.Outcomes)], Operation: "1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d",
		}
		switch x.Outcome {
		case app.OutcomeFailed:
			x.Code = app.CodeAnprDown
		case app.OutcomeRefused:
			x.Code, x.Operation = app.CodeTypeOff, ""
		}
		if i%11 == 4 {
			x.Kind, x.Outcome, x.Code, x.Operation, x.PurposeName, x.File, x.Workstation = app.EventDocument, "", "", "", "", "", "elsewhere"
		}
		if i%11 == 9 {
			x.Kind, x.Outcome, x.Code, x.Operation, x.Type, x.Service, x.Address = app.EventJobEnded, "", "", "", "", app.ServiceEnrichment, "10.20.0.19"
			x.Asked, x.Outcomes = 4812, map[app.Outcome]int{app.OutcomeFound: 4700, app.OutcomeNotFound: 100, app.OutcomeDeceased: 12, app.OutcomeWrong: 3}
		}
		out = append(out, x)
	}
	return out
}

func accesses(n int) []wire.AccessItem {
	kinds := []app.EventKind{app.EventSignIn, app.EventSignOut, app.EventSignInFailed, app.EventTakenOver, app.EventPassword}
	roles := []app.Role{app.RoleStandard, app.RoleStandardPS, app.RoleAdmin, app.RoleTop}
	var out []wire.AccessItem
	for i := range n {
		x := wire.AccessItem{
			ID: app.ID(fmt.Sprintf("access%020d", i)), At: now.Add(-time.Duration(i) * 23 * time.Minute), Kind: kinds[i%len(kinds)],
			User: app.ID(fmt.Sprintf("u%d", i%len(people)+2)), Username: people[i%len(people)], Role: roles[i%len(roles)], Workstation: "w1",
			Address: fmt.Sprintf("10.20.%d.%d", i%7, 10+i%200),
		}
		if x.Kind == app.EventSignInFailed {
			x.Code = app.CodeCredentials
		}
		if i%10 == 7 {
			x.User, x.Username, x.Role = "", "", "" // under a name that nobody has
		}
		out = append(out, x)
	}
	return out
}

func history(n int) []wire.HistoryItem {
	acts := []wire.HistoryItem{
		{
			Kind: app.EventUserChanged, Target: "u2", TargetName: "Luca Bianchi",
			Before: []byte(`{"id":"u2","office":"IMU","department":"d1","enabled":true,"valid_until":"2026-12-31","profile":{"workstations":"authorised","visure":{"way":{"kind":"operator"},"types":["esistenza_in_vita","residenza"],"scope":{"kind":"own"},"approval":{"kind":"none"}},"purposes":["p1"]},"version":3,"updated":"2026-11-01T09:00:00Z"}`),
			After:  []byte(`{"id":"u2","office":"TARI","department":"d2","enabled":true,"valid_until":"2027-06-30","hours":{"days":[1,2,3],"from":450,"until":1170},"profile":{"workstations":"free","visure":{"way":{"kind":"mediator","mediator":"u9"},"types":["residenza","stato_famiglia"],"scope":{"kind":"national"},"approval":{"kind":"tacit","silence_hours":48}},"purposes":["p1","p2"]},"version":4,"updated":"2026-11-02T09:00:00Z"}`),
		},
		{Kind: app.EventUserDisabled, Target: "u3", TargetName: "Anna Esposito", Reason: "trasferita ad altro ente", Before: []byte(`{"enabled":true,"version":1}`), After: []byte(`{"enabled":false,"version":2}`)},
		{Kind: app.EventApproved, Target: "w1", TargetName: "ANAG-07", Before: []byte(`{"state":"pending","keys":[{"state":"pending","os_user":"rossi"}]}`), After: []byte(`{"state":"authorised","expires":"2027-01-31","keys":[{"state":"authorised","os_user":"rossi"}]}`)},
		{Kind: app.EventPasswordReset, Target: "u4", TargetName: "Maria D'Alessandro-Montecuccoli degli Erri"},
		{Kind: app.EventRefused, Reason: wire.ListWorkstations.ID},
		{Kind: app.EventDepartment, Target: "d2", TargetName: "Polizia locale", Before: []byte(`null`), After: []byte(`{"id":"d2","name":"Polizia locale","offices":["Comando","Verbali"],"colour":"blue"}`)},
		{Kind: app.EventUserCreated, Target: "u8", TargetName: "Paola Neri", Reason: "console", After: []byte(`{"username":"p.neri","role":"top"}`)},
		{Kind: app.EventAlarm, Target: "w1", TargetName: "ANAG-07", Reason: "clone"},
	}
	var out []wire.HistoryItem
	for i := range n {
		x := acts[i%len(acts)]
		x.ID, x.At = app.ID(fmt.Sprintf("history%019d", i)), now.Add(-time.Duration(i)*5*time.Hour)
		if x.Reason != "console" && x.Kind != app.EventAlarm {
			x.User, x.Username = "u9", "m.rossi"
		}
		out = append(out, x)
	}
	return out
}

// host records what the screen asks of the shell.
type host struct {
	screentest.Host
	file  strings.Builder
	files []string
}

func (h *host) Download(get func(context.Context, io.Writer, func(int64)) (string, error)) {
	name, err := get(context.Background(), &h.file, nil)
	h.files, h.Failed = append(h.files, name), append(h.Failed, err)
}

// stage is the page on a window without a screen.
// asked are the types of the rows.
var asked = []app.VisuraType{app.VisuraEsistenza, app.VisuraGeneralita, app.VisuraResidenza, app.VisuraCittadinanza, app.VisuraFamiglia}

type stage struct {
	*screentest.Stage
	desk   *desk
	host   *host
	flow   *flow.Flow
	screen *view.Screen
}

func newStage(t *testing.T, kind flow.Kind, p theme.Preference, w, h float32, d *desk) *stage {
	t.Helper()
	s := &stage{Stage: screentest.New(t, p), desk: d, host: &host{Host: screentest.Host{Words: screentest.Italian(t)}}}
	s.flow = flow.New(flow.Config{
		Kind: kind, Desk: d, Now: func() time.Time { return now }, Go: s.Go,
		Reference: func(error) string { return "k7m2-q4" }, Away: func(err error) bool { return errors.Is(err, errAway) },
	})
	s.screen = view.New(s.host, s.flow)
	s.Show(s.screen, w, h)
	return s
}
