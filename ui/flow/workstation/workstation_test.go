package workstation_test

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"testing"
	"time"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
	"indagor/ui/flow/workstation"
)

// fake is a server with some workstations, two to a page.
type fake struct {
	all    []app.Workstation
	err    error
	asked  []wire.WorkstationsInput
	acts   []string
	during func() // called while a list is under way
	tokens []wire.Token

	exports []wire.ExportWorkstationsInput
}

func (f *fake) Workstations(_ context.Context, in wire.WorkstationsInput) (wire.List[app.Workstation], error) {
	f.asked = append(f.asked, in)
	if during := f.during; during != nil {
		f.during = nil
		during()
	}
	if f.err != nil {
		return wire.List[app.Workstation]{}, f.err
	}
	var rows []app.Workstation
	for _, w := range f.all {
		if in.State == "" || w.State == in.State {
			rows = append(rows, w)
		}
	}
	list := wire.List[app.Workstation]{Items: rows}
	if in.Cursor == "" && len(rows) > 2 {
		list.Items, list.Next = rows[:2], "2"
	} else if in.Cursor == "2" {
		list.Items = rows[2:]
	}
	return list, nil
}

func (f *fake) find(id app.ID) (wire.WorkstationDetail, error) {
	for _, w := range f.all {
		if w.ID == id {
			return wire.WorkstationDetail{Workstation: w}, f.err
		}
	}
	return wire.WorkstationDetail{}, app.E(app.CodeNotFound)
}

func (f *fake) Workstation(_ context.Context, id app.ID) (wire.WorkstationDetail, error) {
	return f.find(id)
}

func (f *fake) act(id app.ID, act string, state app.WorkstationState) (wire.WorkstationDetail, error) {
	f.acts = append(f.acts, act)
	for i := range f.all {
		if f.all[i].ID == id && f.err == nil {
			f.all[i].State = state
		}
	}
	return f.find(id)
}

func (f *fake) ApproveWorkstation(_ context.Context, id app.ID, a wire.Approval) (wire.WorkstationDetail, error) {
	return f.act(id, "approve "+a.Code, app.WorkstationAuthorised)
}

func (f *fake) SuspendWorkstation(_ context.Context, id app.ID, reason string) (wire.WorkstationDetail, error) {
	return f.act(id, "suspend "+reason, app.WorkstationSuspended)
}

func (f *fake) RevokeWorkstation(_ context.Context, id app.ID, reason string) (wire.WorkstationDetail, error) {
	return f.act(id, "revoke "+reason, app.WorkstationRevoked)
}

func (f *fake) Departments(context.Context) ([]app.Department, error) {
	return []app.Department{{ID: "d1", Name: "Tributi"}}, nil
}

func (f *fake) Tokens(context.Context, wire.Page) (wire.List[wire.Token], error) {
	return wire.List[wire.Token]{Items: f.tokens}, f.err
}

func (f *fake) ChangeWorkstation(_ context.Context, id app.ID, c wire.WorkstationChange) (wire.WorkstationDetail, error) {
	f.acts = append(f.acts, "change "+c.Name)
	return f.find(id)
}

func (f *fake) ChangeWorkstations(_ context.Context, c wire.WorkstationsChange) ([]wire.Outcome, error) {
	var out []wire.Outcome
	for _, id := range c.IDs {
		f.acts = append(f.acts, c.Act+" "+string(id)+" "+c.Reason)
		out = append(out, wire.Outcome{ID: id})
	}
	return out, f.err
}

func (f *fake) WorkstationValues(context.Context) (wire.WorkstationValues, error) {
	return wire.WorkstationValues{Offices: []string{"IMU"}}, nil
}

func (f *fake) ExportWorkstations(_ context.Context, in wire.ExportWorkstationsInput, to io.Writer, _ func(int64)) (string, error) {
	f.exports = append(f.exports, in)
	_, err := to.Write([]byte("table"))
	return "postazioni." + in.Format, err
}

func (f *fake) WithdrawToken(_ context.Context, id app.ID) (wire.Token, error) {
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	return wire.Token{ID: id, Withdrawn: &at}, f.err
}

func (f *fake) IssueToken(_ context.Context, r workstation.TokenRequest) (wire.Token, string, error) {
	return wire.Token{ID: "t", Label: r.Label, Uses: r.Uses}, "segreto", f.err
}

// atOnce runs what takes time where it is asked for.
var atOnce = list.Options{Go: func(f func()) { f() }}

func world() *fake {
	return &fake{all: []app.Workstation{
		{ID: "a", Name: "A", State: app.WorkstationPending, Keys: []app.WorkstationKey{{State: app.WorkstationPending, Code: "K7QM-2F9T", OSUser: "rossi"}}},
		{ID: "b", Name: "B", State: app.WorkstationAuthorised},
		{ID: "c", Name: "C", State: app.WorkstationPending},
	}}
}

func names(rows []app.Workstation) string {
	s := ""
	for _, w := range rows {
		s += w.Name
	}
	return s
}

func TestRegisterListsPageByPage(t *testing.T) {
	ctx, f, changes := context.Background(), world(), 0
	r := workstation.NewRegister(f, atOnce)
	r.Watch(func() { changes++ }, func(err error) { t.Error(err) })
	r.Load(ctx)
	if v := r.View(); names(v.Rows) != "AB" || !v.More || v.Loading || v.Names["d1"] != "Tributi" {
		t.Fatalf("%+v", v)
	}
	r.LoadMore(ctx)
	if v := r.View(); names(v.Rows) != "ABC" || v.More {
		t.Fatalf("%+v", v)
	}
	if changes == 0 {
		t.Error("nobody was told")
	}
	n := len(f.asked)
	r.LoadMore(ctx)
	if len(f.asked) != n {
		t.Error("asked beyond the last page")
	}
}

func TestRegisterFilters(t *testing.T) {
	ctx, f := context.Background(), world()
	r := workstation.NewRegister(f, atOnce)
	r.Load(ctx)
	f.during = func() {
		if v := r.View(); !v.Loading || names(v.Rows) != "AB" { // what was there stays until the answer comes
			t.Errorf("%+v", v)
		}
	}
	r.Search(workstation.Filter{State: app.WorkstationPending, Search: " "})
	if v := r.View(); names(v.Rows) != "AC" || v.Filter != (workstation.Filter{State: app.WorkstationPending}) {
		t.Errorf("%+v", v)
	}
}

func TestLateAnswerIsDropped(t *testing.T) {
	ctx, f := context.Background(), world()
	r := workstation.NewRegister(f, atOnce)
	f.during = func() { r.Search(workstation.Filter{State: app.WorkstationAuthorised}) }
	r.Load(ctx) // its answer comes after that of the later question
	if v := r.View(); names(v.Rows) != "B" {
		t.Errorf("rows %s", names(v.Rows))
	}
}

func TestFailureKeepsWhatIsShown(t *testing.T) {
	ctx, f := context.Background(), world()
	r := workstation.NewRegister(f, atOnce)
	r.Load(ctx)
	f.err = app.E(app.CodeForbidden)
	r.Load(ctx)
	if v := r.View(); v.Err == nil || names(v.Rows) != "AB" {
		t.Errorf("%+v", v)
	}
}

func TestActsShowAtOnce(t *testing.T) {
	ctx, f := context.Background(), world()
	r := workstation.NewRegister(f, atOnce)
	r.Load(ctx)
	r.Select("a")
	r.Look(ctx)
	if v := r.View(); !v.DetailReady || v.Detail.ID != "a" {
		t.Fatalf("%+v", v)
	}
	if err := r.Approve(ctx, "a", wire.Approval{Code: "K7QM-2F9T"}); err != nil {
		t.Fatal(err)
	}
	if v := r.View(); v.Rows[0].State != app.WorkstationAuthorised || v.Detail.State != app.WorkstationAuthorised {
		t.Errorf("%+v", v)
	}
	if err := r.Suspend(ctx, "a", "prova"); err != nil {
		t.Fatal(err)
	}
	if err := r.Revoke(ctx, "a", "fine"); err != nil {
		t.Fatal(err)
	}
	if want := []string{"approve K7QM-2F9T", "suspend prova", "revoke fine"}; !slices.Equal(f.acts, want) {
		t.Errorf("%v", f.acts)
	}
	f.err = app.E(app.CodeChanged)
	if err := r.Suspend(ctx, "b", "x"); app.CodeOf(err) != app.CodeChanged {
		t.Errorf("%v", err)
	}
	if r.View().Rows[1].State != app.WorkstationAuthorised {
		t.Error("a refused act changed the list")
	}
}

func TestWaiting(t *testing.T) {
	if n, err := workstation.Waiting(context.Background(), world()); n != 2 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}

func TestCompare(t *testing.T) {
	w := world().all[0]
	for _, code := range []string{"K7QM-2F9T", "k7qm2f9t", " K7QM 2F9T "} {
		if k, ok := workstation.Compare(w, code); !ok || k.OSUser != "rossi" {
			t.Errorf("%q is not the code", code)
		}
	}
	for _, code := range []string{"", "-", "K7QM-2F9X", "K7QM"} {
		if _, ok := workstation.Compare(w, code); ok {
			t.Errorf("%q is the code", code)
		}
	}
}

func TestMay(t *testing.T) {
	key := func(s app.WorkstationState) []app.WorkstationKey { return []app.WorkstationKey{{State: s}} }
	for _, c := range []struct {
		w                        app.Workstation
		approve, suspend, revoke bool
	}{
		{app.Workstation{State: app.WorkstationPending, Keys: key(app.WorkstationPending)}, true, true, true},
		{app.Workstation{State: app.WorkstationAuthorised, Keys: key(app.WorkstationAuthorised)}, false, true, true},
		{app.Workstation{State: app.WorkstationAuthorised, Keys: key(app.WorkstationPending)}, true, true, true},
		{app.Workstation{State: app.WorkstationSuspended, Keys: key(app.WorkstationAuthorised)}, true, false, true},
		{app.Workstation{State: app.WorkstationRevoked, Keys: key(app.WorkstationPending)}, false, false, false},
	} {
		got := [3]bool{workstation.May(c.w, app.ActApprove), workstation.May(c.w, app.ActSuspend), workstation.May(c.w, app.ActRevoke)}
		if got != [3]bool{c.approve, c.suspend, c.revoke} {
			t.Errorf("%s %s: %v", c.w.State, c.w.Keys[0].State, got)
		}
	}
}

func fields(err error) []string {
	var es app.Errors
	switch e := err.(type) {
	case app.Errors:
		es = e
	case *app.Error:
		es = app.Errors{e}
	}
	var out []string
	for _, e := range es {
		out = append(out, e.Field+" "+string(e.Code))
	}
	return out
}

func TestApprovalForm(t *testing.T) {
	w := world().all[0]
	w.Version = 7
	f := workstation.FormOf(w, "d1")
	if f.Name != "A" || f.Department != "d1" {
		t.Errorf("%+v", f)
	}
	f.Department = ""
	_, err := f.Check(w, true)
	if got := fields(err); !slices.Equal(got, []string{"responsible required", "office required", "department required", "code required"}) {
		t.Errorf("%v", got)
	}
	f.Responsible, f.Office, f.Department, f.Code = " Anna ", "IMU", "d1", "XXXX-XXXX"
	if _, err := f.Check(w, true); !slices.Equal(fields(err), []string{"code invalid"}) {
		t.Errorf("%v", err)
	}
	f.Code = "k7qm2f9t"
	a, err := f.Check(w, true)
	if err != nil || a.Code != "K7QM-2F9T" || a.Responsible != "Anna" || a.Version != 7 || a.Department != "d1" {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestTokenForm(t *testing.T) {
	_, err := workstation.TokenForm{Uses: "0", Hours: "9000"}.Check(true)
	if got := fields(err); !slices.Equal(got, []string{"label required", "office required", "responsible required", "uses invalid", "hours invalid", "department required"}) {
		t.Errorf("%v", got)
	}
	r, err := workstation.TokenForm{Label: "L", Office: "O", Responsible: "R", Uses: " 25 ", Hours: "72"}.Check(false)
	if err != nil || r.Uses != 25 || r.Hours != 72 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestTokens(t *testing.T) {
	ctx, f := context.Background(), world()
	f.tokens = []wire.Token{{ID: "old"}}
	s := workstation.NewTokens(f, atOnce)
	s.Load(ctx)
	_, secret, err := s.Issue(ctx, workstation.TokenRequest{Label: "nuovo", Uses: 3})
	if err != nil || secret != "segreto" {
		t.Fatalf("%q, %v", secret, err)
	}
	if v := s.View(); len(v.Rows) != 2 || v.Rows[0].Label != "nuovo" {
		t.Errorf("%+v", v.Rows)
	}
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		t    wire.Token
		want workstation.TokenState
	}{
		{wire.Token{Uses: 2, Used: 1, Expires: now.Add(time.Hour)}, workstation.TokenValid},
		{wire.Token{Uses: 2, Used: 2, Expires: now.Add(time.Hour)}, workstation.TokenSpent},
		{wire.Token{Uses: 2, Expires: now}, workstation.TokenExpired},
	} {
		if got := workstation.StateOf(c.t, now); got != c.want {
			t.Errorf("%+v is %s", c.t, got)
		}
	}
}

func TestHistoryInChanges(t *testing.T) {
	item := wire.HistoryItem{
		Before: json.RawMessage(`{"state":"pending","name":"vm","office":"","expires":null,"keys":[]}`),
		After:  json.RawMessage(`{"state":"authorised","name":"ANAG-07","office":"IMU","expires":"2027-01-01","keys":[]}`),
	}
	want := []workstation.Change{{"state", "pending", "authorised"}, {"name", "vm", "ANAG-07"}, {"office", "", "IMU"}, {"expires", "", "2027-01-01"}}
	if got := workstation.Changes(item); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if got := workstation.Changes(wire.HistoryItem{After: json.RawMessage(`"text"`)}); len(got) != 0 {
		t.Errorf("%v", got)
	}
	day := func(n int) wire.HistoryItem { return wire.HistoryItem{At: time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC)} }
	if got := workstation.Newest([]wire.HistoryItem{day(1), day(3), day(2)}); got[0].At.Day() != 3 || got[2].At.Day() != 1 {
		t.Errorf("%v", got)
	}
}

// TestEveryFilterIsAsked: what the page filters by is asked, for the list and
// for the export alike.
func TestEveryFilterIsAsked(t *testing.T) {
	f := world()
	r := workstation.NewRegister(f, list.Options{Go: func(f func()) { f() }})
	r.Search(workstation.Filter{
		State: app.WorkstationAuthorised, Department: "d1", Office: "IMU", OS: "Windows", AppVersion: "1.0", Expiring: "30", Unseen: "90", Drift: "true", Token: "t",
		TokenLabel: "Aule", Search: " anag ",
	})
	want := wire.WorkstationQuery{
		State: app.WorkstationAuthorised, Department: "d1", Office: "IMU", OS: "Windows", AppVersion: "1.0", Expiring: 30, Unseen: 90, Drift: true, Token: "t",
	}
	if got := f.asked[len(f.asked)-1]; got.WorkstationQuery != want || got.Search != "anag" {
		t.Errorf("%+v", got)
	}
	if v := r.View(); !slices.Equal(v.Values.Offices, []string{"IMU"}) {
		t.Errorf("%+v", v.Values)
	}
	name, err := r.Export(t.Context(), "xlsx", "it", io.Discard, func(int64) {})
	if err != nil || name != "postazioni.xlsx" || f.exports[0].WorkstationQuery != want || f.exports[0].Search != "anag" || f.exports[0].Language != "it" {
		t.Errorf("%q, %v, %+v", name, err, f.exports)
	}
}

func TestManyAtOnce(t *testing.T) {
	f := world()
	r := workstation.NewRegister(f, list.Options{Go: func(f func()) { f() }})
	r.Open()
	r.Mark("a", "b")
	day := app.Day("2027-01-31")
	if out, err := r.Extend(t.Context(), []app.ID{"a", "b"}, &day); err != nil || len(out) != 2 {
		t.Errorf("%v %v", out, err)
	}
	if len(r.State().Marked) != 0 {
		t.Error("they stay marked")
	}
	if _, err := r.SuspendAll(t.Context(), []app.ID{"b"}, "inventario"); err != nil {
		t.Error(err)
	}
	if err := r.Change(t.Context(), "a", wire.WorkstationChange{Name: "ANAG-1"}); err != nil {
		t.Error(err)
	}
	if want := []string{"extend a ", "extend b ", "suspend b inventario", "change ANAG-1"}; !slices.Equal(f.acts, want) {
		t.Errorf("%q", f.acts)
	}
	if n, err := workstation.Expiring(t.Context(), f, 30); err != nil || n == 0 || f.asked[len(f.asked)-1].Expiring != 30 {
		t.Errorf("%d, %v", n, err)
	}
}

func TestEntryForm(t *testing.T) {
	w := app.Workstation{ID: "a", Version: 4, Department: "d1"}
	if _, err := (workstation.Form{}).Entry(w); !slices.Equal(fields(err), []string{"name required", "responsible required", "office required", "department required"}) {
		t.Errorf("%v", fields(err))
	}
	c, err := workstation.Form{Name: " A ", Responsible: "R", Office: "O", Department: "d2"}.Entry(w)
	if err != nil || c.Name != "A" || c.Department != "d2" || c.Version != 4 || c.Expires != nil {
		t.Errorf("%+v %v", c, err)
	}
}

func TestDriftInWords(t *testing.T) {
	parts := json.RawMessage(`{"components":["network"]}`)
	for _, c := range []struct {
		item wire.HistoryItem
		want workstation.Drift
		ok   bool
	}{
		{wire.HistoryItem{Kind: app.EventDrift, Before: parts, After: json.RawMessage(`{"components":["disk","network"]}`)}, workstation.Drift{Components: []string{"disk", "network"}, Accepted: true}, true},
		{wire.HistoryItem{Kind: app.EventSuspended, Reason: "drift", After: parts}, workstation.Drift{Components: []string{"network"}}, true},
		{wire.HistoryItem{Kind: app.EventAlarm, Reason: "clone", After: parts}, workstation.Drift{Components: []string{"network"}, Clone: true}, true},
		{wire.HistoryItem{Kind: app.EventSuspended, Reason: "drift of paper"}, workstation.Drift{}, false},
		{wire.HistoryItem{Kind: app.EventApproved}, workstation.Drift{}, false},
	} {
		got, ok := workstation.DriftOf(c.item)
		if ok != c.ok || got.Accepted != c.want.Accepted || got.Clone != c.want.Clone || !slices.Equal(got.Components, c.want.Components) {
			t.Errorf("%s %s: %+v %t", c.item.Kind, c.item.Reason, got, ok)
		}
	}
}

func TestWithdrawnToken(t *testing.T) {
	f := world()
	f.tokens = []wire.Token{{ID: "t", Uses: 3}}
	s := workstation.NewTokens(f, list.Options{Go: func(f func()) { f() }})
	s.Open()
	token, err := s.Withdraw(t.Context(), "t")
	if err != nil || workstation.StateOf(token, time.Now()) != workstation.TokenWithdrawn || s.State().Rows[0].Withdrawn == nil {
		t.Errorf("%+v %v", token, err)
	}
}
