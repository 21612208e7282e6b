package ui

import (
	"context"
	"encoding/json"
	"io"
	"testing"
	"time"

	bodyflow "indagor/ui/flow/body"
	bulkflow "indagor/ui/flow/bulk"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"indagor/app"
	"indagor/app/language"
	"indagor/app/territory"
	"indagor/assets"
	"indagor/sync/desk"
	"indagor/sync/wire"
	workstationflow "indagor/ui/flow/workstation"
)

// fake is a desktop with one server, one workstation and one user, all of whose
// answers can be set.
type fake struct {
	noticeboard
	bulkflow.Desk
	people
	bonds
	offices
	own         wire.OwnWorkstation
	info        wire.ServerInfo
	user        app.User
	mustChange  bool
	password    string
	failSignIn  error
	list        []app.Workstation
	listErr     error
	approved    []wire.Approval
	reasons     []string
	departments []app.Department
	statusErr   error
	tokens      []wire.Token
	searched    wire.ArchiveQuery // of the archive, last

	session   *wire.Session
	state     desk.State
	told      func(desk.State)
	hears     func(wire.Signal)
	consents  int // requests that wait for consent
	mail      wire.MailHealth
	settings  map[string]json.RawMessage
	confirmed func(context.Context) bool
	access    *wire.LastAccess
	front     Desk // what the shell is given; nil: the fake itself
}

func newFake(role app.Role) *fake {
	f := &fake{
		own:      wire.OwnWorkstation{ID: "w", Name: "ANAG-07", State: app.WorkstationAuthorised, Code: "K7QM-2F9T", Mark: "1"},
		info:     wire.ServerInfo{Body: "Comune di Esempio", Password: wire.PasswordPolicy{MinLength: 12, Reuse: 3}, Idle: 600},
		user:     app.User{ID: "u", Username: "m.rossi", Name: "Maria", Surname: "Rossi", Role: role, Department: "d1"},
		password: "giusta", settings: map[string]json.RawMessage{}, state: desk.State{Link: desk.Online},
		departments: []app.Department{{ID: "d1", Name: "Tributi"}, {ID: "d2", Name: "Anagrafe"}},
	}
	if role.Operative() {
		f.user.Profile.Visure = &app.VisureProfile{Types: []app.VisuraType{app.VisuraResidenza}, Scope: app.Scope{Kind: app.ScopeOwn}, Way: app.Way{Kind: app.WayOperator}}
	}
	return f
}

func (f *fake) change(edit func(*desk.State)) {
	edit(&f.state)
	if f.told != nil {
		f.told(f.state)
	}
}

func (f *fake) Server(context.Context) (wire.ServerInfo, error)       { return f.info, nil }
func (f *fake) Register(context.Context) (wire.OwnWorkstation, error) { return f.own, nil }
func (f *fake) WaitWorkstation(ctx context.Context, _ string) (wire.OwnWorkstation, error) {
	<-ctx.Done()
	return wire.OwnWorkstation{}, ctx.Err()
}

func (f *fake) SignIn(_ context.Context, user, password string, takeOver bool) (wire.Session, error) {
	if f.failSignIn != nil && !takeOver {
		return wire.Session{}, f.failSignIn
	}
	if user != f.user.Username || password != f.password {
		return wire.Session{}, app.E(app.CodeCredentials)
	}
	s := wire.Session{LastAccess: f.access, User: f.user, Department: "Tributi", Workstation: f.own, MustChange: f.mustChange, Purposes: []app.Purpose{{ID: "p", Name: "Accertamento"}}, Permissions: map[app.Permission]string{}}
	for _, row := range app.Table {
		if g, ok := row.Grants[f.user.Role]; ok {
			s.Permissions[row.Permission] = g.Reach.String()
		}
	}
	f.session = &s
	f.change(func(s *desk.State) { s.SignedIn, s.Ended = true, "" })
	return s, nil
}

func (f *fake) ChangePassword(_ context.Context, old, fresh string) (wire.Session, error) {
	if old != f.password {
		return wire.Session{}, app.E(app.CodeCredentials)
	}
	f.password, f.session.MustChange = fresh, false
	return *f.session, nil
}

func (f *fake) ConfirmPassword(_ context.Context, password string) error {
	if password != f.password {
		return app.E(app.CodeCredentials)
	}
	return nil
}

func (f *fake) Unlock(ctx context.Context, password string) error {
	if err := f.ConfirmPassword(ctx, password); err != nil {
		return err
	}
	f.change(func(s *desk.State) { s.Locked = false })
	return nil
}

func (f *fake) end(code app.Code) {
	f.session = nil
	f.change(func(s *desk.State) { s.SignedIn, s.Ended = false, code })
}

func (f *fake) SignOut(context.Context) error { f.end(""); return nil }
func (f *fake) Lock()                         { f.change(func(s *desk.State) { s.Locked = true }) }

func (f *fake) Session() (wire.Session, bool) {
	if f.session == nil {
		return wire.Session{}, false
	}
	return *f.session, true
}

func (f *fake) LastUsername() string { return "" }

func (f *fake) Atlas(known *territory.Atlas) *territory.Atlas { return known }
func (f *fake) Close() error                                  { return nil }
func (f *fake) State() desk.State                             { return f.state }

func (f *fake) Subscribe(told func(desk.State)) func() {
	f.told = told
	told(f.state)
	return func() { f.told = nil }
}

func (f *fake) Hear(hears func(wire.Signal)) func() {
	f.hears = hears
	return func() { f.hears = nil }
}

func (f *fake) Status(context.Context) (wire.RegisterStatus, error) {
	return wire.RegisterStatus{ANPR: "ok"}, f.statusErr
}

func (f *fake) UserSetting(name string, into any) bool {
	raw, ok := f.settings[name]
	return ok && json.Unmarshal(raw, into) == nil
}

func (f *fake) SetUserSetting(name string, value any) error {
	raw, err := json.Marshal(value)
	f.settings[name] = raw
	return err
}

func (f *fake) Workstations(_ context.Context, in wire.WorkstationsInput) (wire.List[app.Workstation], error) {
	var rows []app.Workstation
	for _, w := range f.list {
		if in.State == "" || w.State == in.State {
			rows = append(rows, w)
		}
	}
	return wire.List[app.Workstation]{Items: rows}, f.listErr
}

func (f *fake) Workstation(_ context.Context, id app.ID) (wire.WorkstationDetail, error) {
	for _, w := range f.list {
		if w.ID == id {
			return wire.WorkstationDetail{Workstation: w, History: []wire.HistoryItem{
				{Kind: app.EventRegistered, At: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC), Reason: "prima presenza"},
			}}, nil
		}
	}
	return wire.WorkstationDetail{}, app.E(app.CodeNotFound)
}

func (f *fake) set(id app.ID, state app.WorkstationState) {
	for i := range f.list {
		if f.list[i].ID == id {
			f.list[i].State = state
			f.list[i].Version++
			for k := range f.list[i].Keys {
				f.list[i].Keys[k].State = state
			}
		}
	}
}

func (f *fake) ApproveWorkstation(ctx context.Context, id app.ID, a wire.Approval) (wire.WorkstationDetail, error) {
	f.approved = append(f.approved, a)
	f.set(id, app.WorkstationAuthorised)
	return f.Workstation(ctx, id)
}

func (f *fake) SuspendWorkstation(ctx context.Context, id app.ID, reason string) (wire.WorkstationDetail, error) {
	f.reasons = append(f.reasons, reason)
	f.set(id, app.WorkstationSuspended)
	return f.Workstation(ctx, id)
}

func (f *fake) RevokeWorkstation(ctx context.Context, id app.ID, reason string) (wire.WorkstationDetail, error) {
	f.reasons = append(f.reasons, reason)
	f.set(id, app.WorkstationRevoked)
	return f.Workstation(ctx, id)
}

func (f *fake) Departments(context.Context) ([]app.Department, error) { return f.departments, nil }

func (f *fake) Tokens(context.Context, wire.Page) (wire.List[wire.Token], error) {
	return wire.List[wire.Token]{Items: f.tokens}, nil
}

func (f *fake) IssueToken(_ context.Context, r workstationflow.TokenRequest) (wire.Token, string, error) {
	t := wire.Token{ID: "t", Label: r.Label, Office: r.Office, Uses: r.Uses, Expires: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)}
	f.tokens = append(f.tokens, t)
	return t, "segretissimo", nil
}

func (f *fake) Ask(context.Context, wire.VisuraRequest, func(wire.Visura)) (wire.Visura, error) {
	return wire.Visura{}, app.E(app.CodeAnprOff)
}

func (f *fake) Follow(context.Context, app.ID, func(wire.Visura)) (wire.Visura, error) {
	return wire.Visura{}, app.E(app.CodeNotFound)
}

func (f *fake) Withdraw(context.Context, app.ID) (wire.Visura, error) {
	return wire.Visura{}, app.E(app.CodeNotFound)
}

func (f *fake) Document(context.Context, app.ID, string, string) ([]byte, string, error) {
	return nil, "", app.E(app.CodeNotFound)
}

func (f *fake) ArchivePurposes() ([]app.Purpose, error) { return nil, nil }

func (f *fake) Archive(_ context.Context, q wire.ArchiveQuery) (wire.List[wire.VisuraSummary], bool, error) {
	f.searched = q
	return wire.List[wire.VisuraSummary]{}, false, nil
}

func (f *fake) Visura(context.Context, app.ID) (wire.Visura, bool, error) {
	return wire.Visura{}, false, app.E(app.CodeNotFound)
}

func (f *fake) Approvals(context.Context, wire.ApprovalsInput) (wire.List[wire.ApprovalItem], error) {
	return wire.List[wire.ApprovalItem]{}, nil
}

func (f *fake) CountApprovals(context.Context, int) (wire.ApprovalCount, error) {
	return wire.ApprovalCount{Waiting: f.consents}, nil
}

func (f *fake) Approval(context.Context, app.ID) (wire.ApprovalDetail, error) {
	return wire.ApprovalDetail{}, app.E(app.CodeNotFound)
}

func (f *fake) DecideApprovals(context.Context, bool, []app.ID, string) ([]wire.DecidedItem, error) {
	return nil, app.E(app.CodeNotFound)
}

// stand is a shell on a fake desktop, all on the goroutine of the test.
type stand struct {
	t      *testing.T
	f      *fake
	s      *Shell
	now    time.Time
	viewed []string
}

func catalogue(t testing.TB) *language.Catalogue {
	t.Helper()
	c, err := language.Load(assets.Translations)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newStand(t *testing.T, f *fake) *stand {
	t.Helper()
	st := &stand{t: t, f: f, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	a := test.NewTempApp(t)
	settings, err := LoadSettings(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	atlas, err := territory.Load(assets.Tables())
	if err != nil {
		t.Fatal(err)
	}
	settings.Server = "https://server"
	st.s, err = New(Options{
		App: a, Language: catalogue(t).In("it").Zoned(time.UTC), Settings: settings, Profile: t.TempDir(), Atlas: atlas,
		Address: func(text string) (string, error) { return text, nil },
		Open: func(_ context.Context, r Request) (Desk, error) {
			f.confirmed = r.Confirm
			if f.front != nil {
				return f.front, nil
			}
			return f, nil
		},
		View: func(path string) error { st.viewed = append(st.viewed, path); return nil },
		Now:  func() time.Time { return st.now },
		Go:   func(f func()) { f() }, Do: func(f func()) { f() }, After: never, Every: never,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.s.stop() })
	st.s.connecting(st.s.flow.State())
	st.s.reach()
	return st
}

// never is a time that does not pass: what the clock would call would come while
// the test does something else.
func never(time.Duration, func()) (stop func()) { return func() {} }

// canvas is the window's.
func (st *stand) canvas() fyne.Canvas { return st.s.window.Canvas() }

// offices are a body without departments.
type offices struct{ bodyflow.Desk }

func (offices) DepartmentSummaries(context.Context) ([]app.DepartmentSummary, error) { return nil, nil }

func (offices) ConsortiumSummaries(context.Context) ([]app.ConsortiumSummary, error) { return nil, nil }

func (f *fake) Settings(context.Context) (wire.SettingsView, error) {
	return wire.SettingsView{Settings: app.DefaultSettings.Clone()}, nil
}

func (f *fake) SaveSettings(_ context.Context, s app.Settings) (wire.SettingsView, error) {
	s.Version++
	return wire.SettingsView{Settings: s}, nil
}

func (f *fake) MailHealth(context.Context) (wire.MailHealth, error) { return f.mail, nil }

func (f *fake) TestMail(context.Context) (address, said string, err error) {
	return "m.rossi@example.org", "250 OK", nil
}

func (f *fake) Mails(context.Context, wire.MailsInput) (wire.List[wire.MailItem], error) {
	return wire.List[wire.MailItem]{}, nil
}

func (f *fake) Mail(context.Context, app.ID) (wire.MailDetail, error) {
	return wire.MailDetail{}, app.E(app.CodeNotFound)
}

func (f *fake) RetryMail(context.Context, app.ID) (wire.MailDetail, error) {
	return wire.MailDetail{}, app.E(app.CodeNotFound)
}

func (f *fake) ChangeWorkstation(_ context.Context, id app.ID, c wire.WorkstationChange) (wire.WorkstationDetail, error) {
	return wire.WorkstationDetail{Workstation: app.Workstation{ID: id, Name: c.Name}}, nil
}

func (f *fake) ChangeWorkstations(context.Context, wire.WorkstationsChange) ([]wire.Outcome, error) {
	return nil, nil
}

func (f *fake) WorkstationValues(context.Context) (wire.WorkstationValues, error) {
	return wire.WorkstationValues{}, nil
}

func (f *fake) ExportWorkstations(context.Context, wire.ExportWorkstationsInput, io.Writer, func(int64)) (string, error) {
	return "", nil
}

func (f *fake) WithdrawToken(_ context.Context, id app.ID) (wire.Token, error) {
	return wire.Token{ID: id}, nil
}
