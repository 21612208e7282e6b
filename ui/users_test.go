package ui

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	userflow "indagor/ui/flow/user"
	"indagor/ui/screen"
	"indagor/ui/widget"
)

// people is the directory of the fake desktop.
type people struct {
	users    []app.User
	usersErr error
	refuse   error // of the next act
	heirs    []userflow.Heirs
	sent     []app.User
	asked    []wire.UsersInput
}

func (p *people) Users(_ context.Context, in wire.UsersInput) (wire.List[app.User], error) {
	p.asked = append(p.asked, in)
	var rows []app.User
	for _, u := range p.users {
		state := map[bool]app.AccountState{true: app.AccountWorks, false: app.AccountDisabled}[u.Enabled]
		if (in.Role == "" || in.Role == u.Role) && (in.State == "" || in.State == state) && (in.Mediator == "" || slices.Contains(u.Profile.Mediators(), in.Mediator)) && (in.Department == "" || in.Department == u.Department) &&
			(!in.Assigned || u.Admin != "" && u.Role.Operative()) && (in.Admin == "" || in.Admin == u.Admin) &&
			strings.Contains(strings.ToLower(u.FullName()), strings.ToLower(in.Search)) {
			rows = append(rows, u)
		}
	}
	return wire.List[app.User]{Items: rows}, p.usersErr
}

func (p *people) User(_ context.Context, id app.ID) (app.User, error) {
	if i := slices.IndexFunc(p.users, func(u app.User) bool { return u.ID == id }); i >= 0 {
		return p.users[i], nil
	}
	return app.User{}, app.E(app.CodeNotFound)
}

func (p *people) change(id app.ID, edit func(*app.User)) (app.User, error) {
	if err := p.refuse; err != nil {
		p.refuse = nil
		return app.User{}, err
	}
	for i := range p.users {
		if p.users[i].ID == id {
			edit(&p.users[i])
			p.users[i].Version++
		}
	}
	return p.User(context.Background(), id)
}

func (p *people) secret() wire.Secret {
	return wire.Secret{Secret: "abcd-efgh-jkmn-pqrs", Expires: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)}
}

func (p *people) CreateUser(_ context.Context, u app.User) (app.User, wire.Secret, error) {
	p.sent = append(p.sent, u)
	if err := p.refuse; err != nil {
		p.refuse = nil
		return u, wire.Secret{}, err
	}
	u.ID, u.Enabled, u.Version = "new", true, 1
	p.users = append(p.users, u)
	return u, p.secret(), nil
}

func (p *people) UpdateUser(_ context.Context, u app.User, h userflow.Heirs) (app.User, error) {
	p.sent, p.heirs = append(p.sent, u), append(p.heirs, h)
	return p.change(u.ID, func(x *app.User) { *x = u })
}

func (p *people) EnableUser(_ context.Context, id app.ID) (app.User, error) {
	return p.change(id, func(u *app.User) { u.Enabled = true })
}

func (p *people) DisableUser(_ context.Context, id app.ID, _ string, h userflow.Heirs) (app.User, error) {
	p.heirs = append(p.heirs, h)
	return p.change(id, func(u *app.User) { u.Enabled = false })
}

func (p *people) ResetPassword(_ context.Context, id app.ID) (wire.Secret, error) {
	_, err := p.change(id, func(*app.User) {})
	return p.secret(), err
}

func (p *people) MoveOperator(_ context.Context, id, admin app.ID) (app.User, error) {
	return p.change(id, func(u *app.User) { u.Admin = admin })
}

func (p *people) Purposes(context.Context) ([]app.Purpose, error) {
	return []app.Purpose{{ID: "p1", Department: "d1", Name: "Accertamento tributi"}, {ID: "p2", Department: "d1", Name: "Notifica di atti"}, {ID: "p3", Department: "d2", Name: "Verifica anagrafica"}}, nil
}

func (p *people) Mediators(context.Context) (ms []wire.Mediator, err error) {
	for _, u := range p.users {
		if u.Enabled && u.Role.Administrative() && u.OperatorID != "" {
			ms = append(ms, wire.Mediator{ID: u.ID, Name: u.Name, Surname: u.Surname, Role: u.Role, Department: u.Department})
		}
	}
	return ms, nil
}

func (p *people) Consortia(context.Context) ([]app.Consortium, error) {
	return []app.Consortium{{ID: "g1", Name: "Unione della Valle", Comuni: []string{"001001"}}}, nil
}

// staff are the people of a small body.
func staff() []app.User {
	visure := &app.VisureProfile{
		Way: app.Way{Kind: app.WayMediator, Mediator: "a1"}, Types: []app.VisuraType{app.VisuraResidenza, app.VisuraFamiglia},
		Scope: app.Scope{Kind: app.ScopeOwn}, Approval: app.ApprovalRule{Kind: app.ApprovalTacit, Silence: 48},
	}
	at := time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC)
	return []app.User{
		{
			ID: "a1", Username: "a.conti", Name: "Anna", Surname: "Conti", Role: app.RoleAdmin, Department: "d1", Enabled: true, OperatorID: "OP-4471", Version: 1, Created: at, Updated: at,
			FiscalCode: "CNTNNA70A41H501D", Email: "a.conti@comune.example", Office: "Direzione", Profile: app.Profile{Workstations: app.WorkstationsAuthorised},
		},
		{
			ID: "a2", Username: "l.ferri", Name: "Luca", Surname: "Ferri", Role: app.RoleAdmin, Department: "d2", Enabled: true, Version: 1, Created: at, Updated: at,
			FiscalCode: "FRRLCU70A01H501O", Email: "l.ferri@comune.example", Profile: app.Profile{Workstations: app.WorkstationsAuthorised},
		},
		{
			ID: "o1", Username: "m.galli", Name: "Marco", Surname: "Galli", Role: app.RoleStandard, Department: "d1", Admin: "a1", Enabled: true, Version: 4, Created: at, Updated: at,
			FiscalCode: "BLLNRC78D12A944G", Email: "m.galli@comune.example", Phone: "051 234567", StaffNumber: "10442", Office: "IMU",
			Profile: app.Profile{Workstations: app.WorkstationsAuthorised, Visure: visure, Purposes: []app.ID{"p1"}},
		},
		{
			ID: "o2", Username: "s.neri", Name: "Sara", Surname: "Neri", Role: app.RoleStandardPS, Department: "d2", Admin: "a2", Version: 2, Created: at, Updated: at,
			FiscalCode: "NRESRA80A41H501T", Email: "s.neri@comune.example", Office: "Polizia locale", Profile: app.Profile{Workstations: app.WorkstationsFree},
		},
	}
}

func newUsers(t *testing.T, role app.Role) *stand {
	t.Helper()
	f := newFake(role)
	f.users = staff()
	f.user.Enabled = true
	if role == app.RoleAdmin {
		f.users = f.users[2:3]
	}
	st := newStand(t, f)
	st.signIn()
	st.s.goTo(screen.Users, nil)
	return st
}

// find shows the user of the row.
func (st *stand) row(n int) {
	st.t.Helper()
	st.key(fyne.KeyHome)
	for range n {
		st.key(fyne.KeyDown)
	}
}

func TestUsersAreListedAndShown(t *testing.T) {
	st := newUsers(t, app.RoleTop)
	st.expect("4 utenti", "Conti Anna", "a.conti", "STANDARDPS", "Disabilitato", "Tributi · IMU", "Visure (2 tipi)")
	st.row(2)
	st.expect("Marco Galli", "BLLNRC78D12A944G", "Tramite Mediatore: Anna Conti", "Stato di famiglia", "Silenzio/assenso dopo 48 ore", "Accertamento tributi",
		"Modifica", "Ripristina password", "Sposta", "Disabilita")
	st.row(0)
	st.expect("Amministrerà utenti e postazioni della direzione Tributi")
	st.absent("Sposta")
	st.press("STANDARDPS")
	st.expect("1 utente", "Neri Sara")
	st.pick("Ogni stato", "Abilitati")
	st.expect("Nessun utente corrisponde ai filtri")
	st.press("Togli i filtri")
	st.expect("4 utenti")
	st.f.usersErr = app.E(app.CodeTooMany)
	st.pick("Ogni stato", "Disabilitati")
	st.expect("L'elenco non è disponibile")
	st.f.usersErr = nil
	st.press("Riprova")
	st.expect("1 utente")
}

func TestAnAdminSeesWhatHeMayDo(t *testing.T) {
	st := newUsers(t, app.RoleAdmin)
	st.row(0)
	st.expect("Marco Galli", "Modifica", "Ripristina password", "Disabilita")
	st.absent("Sposta", "Tutte le direzioni")
	for _, in := range st.f.asked {
		if in.Role == app.RoleAdmin {
			t.Error("asked for ADMINs whom he may not see")
		}
	}
	st.control(fyne.KeyN)
	st.expect("Nuovo utente", "STANDARD", "Che cosa potrà fare")
	st.absent("ADMIN *", "Direzione *")
}

func TestRegistration(t *testing.T) {
	st := newUsers(t, app.RoleTop)
	st.control(fyne.KeyN)
	if st.focused() != "Cognome" {
		t.Errorf("the focus is on %q", st.focused())
	}
	st.press("Registra")
	st.expect("Dato obbligatorio", "Assegnare almeno un tipo")
	if len(st.f.sent) != 0 {
		t.Fatal("an empty form was sent")
	}
	st.write("Cognome", "Bellini")
	st.write("Nome", "Enrico")
	st.write("Codice fiscale", "bllnrc78d12a944h")
	st.expect("Codice fiscale non corretto")
	st.write("Codice fiscale", "bllnrc78d12a944g")
	st.expect("Codice fiscale completo")
	st.write("Posta elettronica", "e.bellini@comune.example")
	st.write("Nome utente", "e.bellini")
	st.press("Esistenza in vita")
	st.press("Residenza")
	st.expect("Potrà chiedere esistenza in vita e residenza dei soli residenti nel proprio Comune, senza convalida")
	st.press("Convalida con silenzio/assenso")
	st.write("Ore di silenzio", "24")
	st.expect("24 ore di silenzio")
	st.press("Notifica di atti")
	st.f.refuse = app.Errors{app.E(app.CodeNameTaken).At("username"), app.E(app.CodeEmailTaken).At("email")}
	st.press("Registra")
	st.expect("Già assegnato", "e.bellini@comune.example")
	st.press("Registra")
	u := st.f.sent[len(st.f.sent)-1]
	v := u.Profile.Visure
	if u.FullName() != "Enrico Bellini" || u.Department != "d1" || u.Admin != "a1" || u.Role != app.RoleStandard || v == nil || v.Way.Mediator != "a1" ||
		len(v.Types) != 2 || v.Approval.Silence != 24 || !slices.Equal(u.Profile.Purposes, []app.ID{"p2"}) {
		t.Errorf("%+v, %+v", u, v)
	}
	st.expect("Utente Enrico Bellini registrato", "abcd-efgh-jkmn-pqrs", "La password compare soltanto ora", "25/11/2026")
	st.press("Copia la password")
	if got := fyne.CurrentApp().Clipboard().Content(); got != "abcd-efgh-jkmn-pqrs" {
		t.Errorf("copied %q", got)
	}
	st.s.key(fyne.KeyEscape, 0)
	st.expect("abcd-efgh-jkmn-pqrs") // not lost by a key
	st.s.goTo(screen.Home, nil)
	st.s.goTo(screen.Users, nil)
	st.absent("abcd-efgh-jkmn-pqrs")
	st.expect("5 utenti")
}

func TestChangeKeepsWhatItDoesNotShow(t *testing.T) {
	st := newUsers(t, app.RoleTop)
	st.f.users[2].Profile.Household = &app.BulkProfile{Way: app.Way{Kind: app.WayMediator, Mediator: "a1"}, Scope: app.Scope{Kind: app.ScopeOwn}}
	st.row(2)
	st.press("Modifica")
	st.expect("Modifica Marco Galli", "m.galli")
	st.write("Ufficio", "TARI")
	st.press("STANDARDPS")
	st.absent("Convalida", "Ore di silenzio")
	st.press("Salva")
	u := st.f.sent[0]
	if u.Office != "TARI" || u.Version != 4 || u.Profile.Household == nil || u.Profile.Visure.Approval.Kind != app.ApprovalNone || u.FiscalCode != "BLLNRC78D12A944G" {
		t.Errorf("%+v", u)
	}
	st.expect("Utente Marco Galli modificato", "TARI")
}

func TestLeavingTheEditorAsks(t *testing.T) {
	st := newUsers(t, app.RoleTop)
	st.row(2)
	st.press("Modifica")
	st.s.key(fyne.KeyEscape, 0)
	st.absent("Che cosa potrà fare")
	st.press("Modifica")
	st.write("Ufficio", "TARI")
	st.s.key(fyne.KeyEscape, 0)
	st.expect("Lascia le modifiche")
	st.press("Continua")
	st.expect("TARI")
	st.s.key(fyne.KeyEscape, 0)
	st.press("Lascia")
	st.absent("TARI", "Che cosa potrà fare")
	if len(st.f.sent) != 0 {
		t.Error("left, and sent")
	}
}

// TestFewUsersOfMany: what is seldom narrowed by stands folded, and is told
// while it narrows the list.
func TestFewUsersOfMany(t *testing.T) {
	st := newUsers(t, app.RoleTop)
	st.absent("Ogni Mediatore")
	st.press("Altri filtri")
	st.expect("Meno filtri", "Ogni Mediatore", "Ogni ADMIN", "Ogni ufficio", "Ogni accesso ad ANPR", "Ogni postazione")
	st.pick("Ogni Mediatore", "Anna")
	st.expect("1 utente", "Galli Marco")
	st.press("Meno filtri")
	st.expect("Altri filtri (1)")
	st.absent("Ogni ufficio")
	st.pick("Ogni servizio", "Rivestizione")
	if in := st.f.asked[len(st.f.asked)-1]; in.Mediator != "a1" || in.Service != app.ServiceEnrichment {
		t.Errorf("%+v", in)
	}
	st.press("Azzera")
	st.expect("4 utenti", "Altri filtri")
	st.absent("Altri filtri (1)")
}

// pick chooses in a picker by typing.
func (st *stand) pick(label, text string) {
	st.t.Helper()
	f := st.field(label)
	st.canvas().Focus(f)
	f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	for _, r := range text[:1] {
		st.canvas().Focused().TypedRune(r)
	}
	st.key(fyne.KeyReturn)
}

func TestResetAndMove(t *testing.T) {
	st := newUsers(t, app.RoleTop)
	st.row(2)
	st.press("Ripristina password")
	st.expect("Ripristina la password di Marco Galli")
	st.press("Ripristina password")
	st.expect("abcd-efgh-jkmn-pqrs", "m.galli")
	st.press("Chiudi")
	st.absent("abcd-efgh-jkmn-pqrs")
	st.expect("BLLNRC78D12A944G")
	st.press("Sposta")
	st.press("Sposta")
	st.expect("Dato obbligatorio")
	st.f.refuse = app.E(app.CodeRequired).At("profile.purposes")
	st.pick("Nuovo ADMIN", "Luca")
	st.press("Sposta")
	st.expect("Manca un dato obbligatorio")
	st.press("Sposta")
	if st.f.users[2].Admin != "a2" {
		t.Errorf("%+v", st.f.users[2])
	}
	st.expect("Utente Marco Galli spostato")
}

func TestHoursAndWorkstationsOfAProfile(t *testing.T) {
	st := newUsers(t, app.RoleTop)
	st.f.list = []app.Workstation{{ID: "w1", Name: "TRIB-01", State: app.WorkstationAuthorised}, {ID: "w2", Name: "TRIB-02", State: app.WorkstationPending}}
	st.row(2)
	st.press("Modifica")
	st.absent("Dalle *", "Solo queste postazioni")
	st.press("venerdì")
	st.press("lunedì")
	st.write("Dalle", "8.30")
	st.write("Alle", "7")
	st.pick("Aggiungi postazione", "TRIB-01")
	st.expect("Solo queste postazioni", "dalla sola postazione TRIB-01")
	st.press("Salva")
	st.expect("Finisce prima di cominciare")
	if st.focused() != "Alle" {
		t.Errorf("the focus is on %q", st.focused())
	}
	st.write("Alle", "18")
	st.expect("Potrà accedere lunedì e venerdì dalle 08:30 alle 18:00")
	st.press("Salva")
	u := st.f.sent[0]
	if h := u.Hours; h == nil || !slices.Equal(h.Days, []int{1, 5}) || h.From != 510 || h.Until != 1080 || !slices.Equal(u.Profile.WorkstationID, []app.ID{"w1"}) {
		t.Errorf("%+v, %+v", h, u.Profile)
	}
	st.press("Modifica")
	st.press("TRIB-01")
	st.expect("dalle sole postazioni autorizzate")
	st.press("Libera")
	st.absent("Aggiungi postazione")
	for _, o := range st.objects() { // the first, the last is a field
		if b, ok := o.(fyne.Tappable); ok && widget.Name(o) == "ADMIN" {
			b.Tapped(&fyne.PointEvent{})
			break
		}
	}
	st.expect("Amministrerà", "Aggiungi postazione")
	st.absent("Tipi di visura", "Servizio")
	if n := len(widget.FocusOrder(st.canvas())); n == 0 {
		t.Error("Tab reaches nothing")
	}
}

func TestADepartmentBringsItsOwn(t *testing.T) {
	st := newUsers(t, app.RoleTop)
	st.row(2)
	st.press("Modifica")
	st.expect("Notifica di atti", "Anna Conti")
	st.pick("Direzione", "Anagrafe")
	st.expect("Verifica anagrafica", "Luca Ferri", "Senza una finalità")
	st.absent("Notifica di atti")
	st.press("Salva")
	st.expect("Dato obbligatorio")
	if len(st.f.sent) != 0 {
		t.Error("sent without a purpose")
	}
	st.press("Verifica anagrafica")
	st.press("Salva")
	if u := st.f.sent[0]; u.Department != "d2" || u.Admin != "a2" || !slices.Equal(u.Profile.Purposes, []app.ID{"p3"}) {
		t.Errorf("%+v", u)
	}
}

func TestTheFieldThatTabReachesIsInView(t *testing.T) {
	st := newUsers(t, app.RoleTop)
	st.s.window.Resize(fyne.NewSize(1024, 700))
	st.control(fyne.KeyN)
	bottom := func(name string) float32 {
		for _, o := range st.objects() {
			if _, field := o.(interface{ SetError(string) }); widget.Name(o) == name && (field || name == "Che cosa potrà fare") {
				at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o).Y
				if name == "Che cosa potrà fare" {
					return at
				}
				return at + o.Size().Height
			}
		}
		t.Fatalf("no %q", name)
		return 0
	}
	foot := bottom("Che cosa potrà fare")
	if at := bottom("Nome utente"); at <= foot {
		t.Fatalf("the field is in view from the start: %v above %v", at, foot)
	}
	st.canvas().Focus(st.field("Nome utente"))
	if at := bottom("Nome utente"); at > foot || at < 100 {
		t.Errorf("the field ends at %v, the foot begins at %v", at, foot)
	}
	st.canvas().Focus(st.field("Cognome"))
	if at := bottom("Cognome"); at > foot || at < 100 {
		t.Errorf("the first field ends at %v", at)
	}
}
