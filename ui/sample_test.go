package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"indagor/app"
	"indagor/sync/wire"
)

// sample is a desktop of a fictional Comune in the middle of its work: what the
// gallery shows. What a page needs besides stands in a file of its own, as
// methods that overrule those of the fake.
type sample struct {
	*fake
	visure   []wire.VisuraSummary
	cached   bool
	archived error
	lists    sampleLists
	answer   func(r wire.VisuraRequest, progress func(wire.Visura)) (wire.Visura, error)
}

// sampleNow is when everything in the sample happens.
var sampleNow = time.Date(2026, 11, 23, 9, 42, 7, 0, time.UTC)

// The people of the sample. No such persons exist.
var samplePeople = []struct{ surname, name, code string }{
	{"Conti", "Anna", "CNTNNA70A41H501D"},
	{"Ferri", "Luca", "FRRLCU70A01H501O"},
	{"Galli", "Marco", "BLLNRC78D12A944G"},
	{"Neri", "Sara", "NRESRA80A41H501T"},
	{"Esposito", "Maria Grazia Immacolata", "SPSMGR45T52F839N"},
	{"D'Amico", "Łukasz", "DMCLSZ80A01Z127K"},
	{"Zanetti", "Piero", "ZNTPRI52B15L736U"},
	{"Ștefănescu", "Ioana", "STFNIO88M60Z129B"},
	{"Rossi", "Mario", "RSSMRA70C04F205W"},
	{"Bianchi", "Giovanna", "BNCGNN61L43H501X"},
	{"Ricci", "Elena", "RCCLNE85E50F205R"},
	{"Marino", "Giuseppe", "MRNGPP75S12G273C"},
	{"Greco", "Chiara", "GRCCHR91P62F839E"},
	{"Bruno", "Davide", "BRNDVD83H07L219K"},
	{"Gallo", "Federica", "GLLFRC79R45C351J"},
	{"Costa", "Alessandro", "CSTLSN68D22D969U"},
	{"Giordano", "Silvia", "GRDSLV90B58G273V"},
	{"Mancini", "Paolo", "MNCPLA72L30H501D"},
	{"Lombardi", "Francesca", "LMBFNC87C41F205Y"},
	{"Moretti", "Stefano", "MRTSFN65M11A944B"},
	{"Barbieri", "Laura", "BRBLRA82T66F257P"},
	{"Fontana", "Andrea", "FNTNDR77A29D612H"},
	{"Santoro", "Giulia", "SNTGLI94S51A662L"},
	{"Mariani", "Roberto", "MRNRRT60E17G702X"},
	{"D'Alessandro-Montecuccoli degli Erri", "Maria Immacolata", "DLSMMC73P50F257N"},
}

var sampleOffices = map[app.ID][]string{"d1": {"IMU", "TARI", "Riscossione coattiva"}, "d2": {"Sportello", "AIRE"}, "d3": {"Comando", "Verbali"}, "d4": {"Segretariato sociale", "Minori e famiglie"}}

// newSample is the desktop as a role sees it.
func newSample(role app.Role) *sample {
	f := newFake(role)
	s := &sample{fake: f}
	f.front = s
	f.access = &wire.LastAccess{At: sampleNow.Add(-16 * time.Hour), Workstation: "ANAG-07"}
	f.departments = []app.Department{{ID: "d1", Name: "Tributi"}, {ID: "d2", Name: "Servizi demografici"}, {ID: "d3", Name: "Polizia locale"}, {ID: "d4", Name: "Servizi sociali"}}
	f.user.Enabled = true
	f.user.FiscalCode, f.user.Office, f.user.Email = "RSSMRT80A41H501X", "Tributi", "m.rossi@comune.example"
	if role.Operative() {
		f.user.Profile = app.Profile{
			Workstations: app.WorkstationsAuthorised, Purposes: []app.ID{"p1", "p2"},
			Visure: &app.VisureProfile{
				Types: []app.VisuraType{app.VisuraEsistenza, app.VisuraResidenza, app.VisuraFamiglia, app.VisuraGeneralita, app.VisuraCittadinanza},
				Scope: app.Scope{Kind: app.ScopeOwn}, Way: app.Way{Kind: app.WayOperator}, Approval: app.ApprovalRule{Kind: app.ApprovalNone},
			},
			Enrichment: &app.BulkProfile{Scope: app.Scope{Kind: app.ScopeOwn}, Way: app.Way{Kind: app.WayOperator}},
			Household:  &app.BulkProfile{Scope: app.Scope{Kind: app.ScopeOwn}, Way: app.Way{Kind: app.WayOperator}},
		}
	}
	f.users, f.list, f.tokens = sampleUsers(), sampleWorkstations(), sampleTokens()
	s.visure = sampleVisure(140)
	s.withBody()
	return s
}

func sampleUsers() []app.User {
	base := staff()
	roles := []app.Role{app.RoleAdmin, app.RoleAdmin, app.RoleStandard, app.RoleStandardPS, app.RoleStandard, app.RoleStandard}
	departments := []app.ID{"d1", "d2", "d1", "d3", "d4", "d2"}
	var out []app.User
	for i, p := range samplePeople {
		u := base[min(i, 2)]
		at := sampleNow.Add(-time.Duration(400+i*31) * time.Hour)
		first := strings.ToLower(string([]rune(p.name)[:1]))
		u.ID, u.Name, u.Surname, u.FiscalCode = app.ID(fmt.Sprintf("u%02d", i)), p.name, p.surname, p.code
		u.Username = first + "." + strings.ToLower(strings.NewReplacer("'", "", " ", "").Replace(p.surname))
		u.Role, u.Department = roles[i%len(roles)], departments[i%len(departments)]
		u.Email = u.Username + "@comune.example"
		offices := sampleOffices[u.Department]
		u.Office, u.Created, u.Updated, u.Enabled = offices[i%len(offices)], at, at.Add(100*time.Hour), i%9 != 3
		if i > 2 {
			u.Admin, u.StaffNumber = "u00", fmt.Sprint(10400+i)
		}
		if i == 6 {
			until := app.Day("2026-10-31")
			u.ValidUntil = &until
		}
		out = append(out, u)
	}
	return out
}

func sampleWorkstations() []app.Workstation {
	states := []app.WorkstationState{app.WorkstationPending, app.WorkstationAuthorised, app.WorkstationAuthorised, app.WorkstationAuthorised, app.WorkstationSuspended, app.WorkstationAuthorised, app.WorkstationRevoked}
	departments := []app.ID{"d1", "d2", "d3", "d4"}
	var out []app.Workstation
	for i := range 34 {
		p := samplePeople[i%len(samplePeople)]
		state := states[i%len(states)]
		d := departments[i%len(departments)]
		w := app.Workstation{
			ID: app.ID(fmt.Sprintf("w%02d", i)), Name: fmt.Sprintf("%s-%02d", []string{"TRIB", "ANAG", "PL", "SOC"}[i%4], i+1), State: state, OS: "Windows 11 Pro", AppVersion: "0.1.0",
			Department: d, Office: sampleOffices[d][i%2], Responsible: p.name + " " + p.surname, Version: 3,
			FirstSeen: sampleNow.Add(-time.Duration(900+i) * time.Hour), LastSeen: sampleNow.Add(-time.Duration(i*i*3) * time.Minute),
			Keys: []app.WorkstationKey{{OSUser: "utente" + fmt.Sprint(i+1), State: app.WorkstationAuthorised, Added: sampleNow.Add(-time.Duration(900+i) * time.Hour)}},
		}
		if state == app.WorkstationPending {
			w.Name, w.Department, w.Office, w.Responsible = fmt.Sprintf("DESKTOP-%dK7Q", 41+i), "", "", ""
			w.Keys[0].State, w.Keys[0].Code, w.Keys[0].Added = app.WorkstationPending, "K7QM-2F9T", w.LastSeen
		}
		if i%5 == 1 {
			expires := app.Day("2027-06-30")
			w.Expires = &expires
		}
		out = append(out, w)
	}
	return out
}

func sampleTokens() []wire.Token {
	var out []wire.Token
	for i, label := range []string{"Nuovi computer dei Tributi", "Sportelli anagrafici", "Polizia locale, pattuglie", "Servizi sociali"} {
		d := app.ID(fmt.Sprintf("d%d", i+1))
		out = append(out, wire.Token{
			ID: app.ID(fmt.Sprintf("t%d", i)), Label: label, Department: d, Office: sampleOffices[d][0], Responsible: samplePeople[i].name + " " + samplePeople[i].surname,
			Uses: 10 * (i + 1), Used: 10 * i, Issued: sampleNow.Add(-time.Duration(i*90) * time.Hour), Expires: sampleNow.AddDate(0, 2-i, 0), By: "m.rossi",
		})
	}
	return out
}

func sampleVisure(n int) []wire.VisuraSummary {
	outcomes := []app.Outcome{app.OutcomeFound, app.OutcomeFound, app.OutcomeFound, app.OutcomeNotFound, app.OutcomeFound, app.OutcomeOutOfScope, app.OutcomeFound, app.OutcomeFailed, app.OutcomeDuplicate}
	types := []app.VisuraType{app.VisuraResidenza, app.VisuraFamiglia, app.VisuraEsistenza, app.VisuraGeneralita, app.VisuraCittadinanza}
	var out []wire.VisuraSummary
	for i := range n {
		p := samplePeople[(i*5)%len(samplePeople)]
		at := sampleNow.Add(-time.Duration(i) * 97 * time.Minute)
		ended := at.Add(2 * time.Second)
		v := wire.VisuraSummary{
			ID: app.ID(fmt.Sprintf("visura%020d", i)), Type: types[i%len(types)], State: app.VisuraDone, Outcome: outcomes[i%len(outcomes)],
			Subject: app.Subject{FiscalCode: p.code}, ReferenceDate: app.DayOf(at), Purpose: "p1", PurposeName: []string{"Accertamento tributario", "Notificazione atti"}[i%2],
			FileReference: fmt.Sprintf("Prot. %d/2026", 4512-i), Created: at, Ended: &ended,
		}
		switch v.Outcome {
		case app.OutcomeFound:
			v.SubjectName = strings.ToUpper(p.surname + " " + p.name)
		case app.OutcomeFailed:
			v.Code = app.CodeAnprDown
		}
		out = append(out, v)
	}
	return out
}

// page cuts a page out of all.
func page[T any](all []T, limit int, cursor string) wire.List[T] {
	from := 0
	_, _ = fmt.Sscan(cursor, &from)
	to := min(from+limit, len(all))
	out := wire.List[T]{Items: all[from:to]}
	if to < len(all) {
		out.Next = fmt.Sprint(to)
	}
	return out
}

func (s *sample) Archive(_ context.Context, q wire.ArchiveQuery) (wire.List[wire.VisuraSummary], bool, error) {
	if s.archived != nil {
		return wire.List[wire.VisuraSummary]{}, false, s.archived
	}
	return page(s.visure, q.Limit, q.Cursor), s.cached, nil
}

func (s *sample) Visura(_ context.Context, id app.ID) (wire.Visura, bool, error) {
	if i := slices.IndexFunc(s.visure, func(v wire.VisuraSummary) bool { return v.ID == id }); i >= 0 {
		return sampleAnswer(s.visure[i]), s.cached, nil
	}
	return wire.Visura{}, false, app.E(app.CodeNotFound)
}

func (s *sample) Ask(_ context.Context, r wire.VisuraRequest, progress func(wire.Visura)) (wire.Visura, error) {
	return s.answer(r, progress)
}

// sampleAnswer is a visura with its card.
func sampleAnswer(v wire.VisuraSummary) wire.Visura {
	out := wire.Visura{VisuraSummary: v, Evidence: &app.Evidence{
		Operation: "1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d", Service: "C020", Asked: v.Created, Answered: v.Created.Add(2 * time.Second),
		Operator: "Maria Rossi", Workstation: "ANAG-07", CheckCode: "7KQ2-M4XD-9TRA",
	}}
	for i, name := range []string{"accepted", "identifying", "checking_scope", "asking", "received", "kept"} {
		out.Steps = append(out.Steps, app.Step{Step: name, State: "done", At: v.Created.Add(time.Duration(i) * 400 * time.Millisecond)})
	}
	if v.Outcome != app.OutcomeFound {
		return out
	}
	address := "VIA GIUSEPPE GARIBALDI, 12/A, scala B, interno 4, 40121 BOLOGNA (BO)"
	out.Card = &app.Card{
		Answer: []app.CardField{{Label: "field.address", Value: address}},
		Groups: []app.CardGroup{
			{Title: "card.residence", Fields: []app.CardField{
				{Label: "field.address_kind", Value: "Residenza"}, {Label: "field.address", Value: address}, {Label: "field.residence_since", Value: "15/03/2004"},
			}},
			{Title: "card.person", Fields: []app.CardField{
				{Label: "field.surname_name", Value: v.SubjectName},
				{Label: "field.fiscal_code", Value: v.Subject.FiscalCode, Code: true},
				{Label: "field.fiscal_code_validity", Value: "Valido"},
				{Label: "field.sex", Value: "M"},
				{Label: "field.birth_date", Value: "12/04/1978"},
				{Label: "field.birth_place", Value: "BOLOGNA (BO)"},
				{Label: "field.id_anpr", Value: "AF41450AS", Code: true},
			}},
		},
	}
	return out
}

func (s *sample) Purposes(context.Context) ([]app.Purpose, error) {
	return []app.Purpose{
		{ID: "p1", Department: "d1", Name: "Accertamento tributario"},
		{ID: "p2", Department: "d1", Name: "Notificazione atti"},
		{ID: "p3", Department: "d2", Name: "Verifica anagrafica"},
		{ID: "p4", Department: "d4", Name: "Istruttoria di contributi"},
	}, nil
}

func (s *sample) Names(context.Context) map[app.ID]string {
	names := map[app.ID]string{"w": "ANAG-07", "p1": "Accertamento tributario", "p2": "Notificazione atti"}
	for _, d := range s.departments {
		names[d.ID] = d.Name
	}
	for _, u := range s.users {
		names[u.ID] = u.FullName()
	}
	return names
}

func (s *sample) Activity(_ context.Context, in wire.MonitorInput) (wire.List[wire.ActivityItem], error) {
	var all []wire.ActivityItem
	for i, v := range s.visure {
		u := s.users[2+i%8]
		all = append(all, wire.ActivityItem{
			ID: v.ID, At: v.Created, Kind: app.EventVisuraEnded, User: u.ID, Username: u.Username, Department: u.Department, Workstation: "w", Service: app.ServiceVisure,
			Type: v.Type, PurposeName: v.PurposeName, File: v.FileReference, Outcome: v.Outcome, Code: v.Code, Operation: "1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d",
		})
	}
	x := &all[2] // of the first, a list
	x.Kind, x.Service, x.Type, x.Outcome, x.Code, x.Operation, x.Address = app.EventJobEnded, app.ServiceEnrichment, "", "", "", "", "10.20.3.14"
	x.Asked, x.Outcomes = 4812, map[app.Outcome]int{app.OutcomeFound: 4700, app.OutcomeNotFound: 100, app.OutcomeDeceased: 12, app.OutcomeWrong: 3}
	return page(all, in.Limit, in.Cursor), nil
}

func (s *sample) Statistics(_ context.Context, in wire.StatisticsInput) (wire.Statistics, error) {
	out := wire.Statistics{By: in.By, From: in.From, Until: in.To, BeforeFrom: "2026-09-25", BeforeUntil: "2026-10-24"}
	for i, n := range []int64{1830, 412, 96} {
		key := []app.Service{app.ServiceVisure, app.ServiceEnrichment, app.ServiceHousehold}[i]
		before := n - int64(37*i) + 18
		out.Rows = append(out.Rows, wire.StatisticsRow{Key: string(key), N: n, Before: &before})
		out.Total, out.Before = out.Total+n, out.Before+before
	}
	return out, nil
}

func (s *sample) Accesses(_ context.Context, in wire.MonitorInput) (wire.List[wire.AccessItem], error) {
	kinds := []app.EventKind{app.EventSignIn, app.EventSignOut, app.EventSignIn, app.EventSignInFailed, app.EventSignOut, app.EventTakenOver, app.EventPassword}
	var all []wire.AccessItem
	for i := range 160 {
		u := s.users[i%len(s.users)]
		x := wire.AccessItem{
			ID: app.ID(fmt.Sprintf("access%020d", i)), At: sampleNow.Add(-time.Duration(i) * 23 * time.Minute), Kind: kinds[i%len(kinds)], User: u.ID, Username: u.Username, Role: u.Role,
			Workstation: "w", Address: fmt.Sprintf("10.20.%d.%d", i%7, 10+i),
		}
		if x.Kind == app.EventSignInFailed {
			x.Code = app.CodeCredentials
		}
		all = append(all, x)
	}
	return page(all, in.Limit, in.Cursor), nil
}

func (s *sample) History(_ context.Context, in wire.MonitorInput) (wire.List[wire.HistoryItem], error) {
	acts := []wire.HistoryItem{
		{
			Kind: app.EventUserChanged, Before: []byte(`{"office":"IMU","valid_until":"2026-12-31","profile":{"visure":{"types":["residenza"],"scope":{"kind":"own"}}}}`),
			After: []byte(`{"office":"TARI","valid_until":"2027-06-30","profile":{"visure":{"types":["residenza","stato_famiglia"],"scope":{"kind":"national"}}}}`),
		},
		{Kind: app.EventUserDisabled, Reason: "trasferito ad altro ente", Before: []byte(`{"enabled":true}`), After: []byte(`{"enabled":false}`)},
		{Kind: app.EventApproved, Before: []byte(`{"state":"pending"}`), After: []byte(`{"state":"authorised","expires":"2027-01-31"}`)},
		{Kind: app.EventPasswordReset},
		{Kind: app.EventUserCreated, After: []byte(`{"username":"p.neri","role":"standard","office":"IMU"}`)},
	}
	var all []wire.HistoryItem
	for i := range 60 {
		x := acts[i%len(acts)]
		x.ID, x.At = app.ID(fmt.Sprintf("history%019d", i)), sampleNow.Add(-time.Duration(i)*5*time.Hour)
		x.User, x.Username = "u", "m.rossi"
		u := s.users[i%len(s.users)]
		x.Target, x.TargetName = u.ID, u.FullName()
		if x.Kind == app.EventApproved {
			x.TargetName = "ANAG-07"
		}
		all = append(all, x)
	}
	return page(all, in.Limit, in.Cursor), nil
}

func (s *sample) queue() []wire.ApprovalItem {
	types := []app.VisuraType{app.VisuraResidenza, app.VisuraFamiglia, app.VisuraEsistenza}
	var out []wire.ApprovalItem
	for i := range 14 {
		u, p := s.users[2+i], samplePeople[(i*7)%len(samplePeople)]
		asked := sampleNow.Add(-time.Duration(40-3*i) * time.Hour)
		x := wire.ApprovalItem{
			ID: app.ID(fmt.Sprintf("a%02d", i)), User: u.ID, Username: u.Username, Operator: u.FullName(), Department: u.Department, DepartmentName: s.departments[i%4].Name, Office: u.Office,
			Type: types[i%3], Whom: p.code[:6] + "••••", ReferenceDate: app.DayOf(asked), PurposeName: "Accertamento tributario", FileReference: fmt.Sprintf("Prot. %d/2026", 4400+i),
			Rule: app.ApprovalManual, State: app.ApprovalWaiting, Visura: app.VisuraWaiting, Asked: asked,
		}
		if i%3 != 2 {
			due := asked.Add(48 * time.Hour)
			x.Rule, x.Due = app.ApprovalTacit, &due
		}
		out = append(out, x)
	}
	return out
}

func (s *sample) Approvals(_ context.Context, in wire.ApprovalsInput) (wire.List[wire.ApprovalItem], error) {
	return page(s.queue(), in.Limit, in.Cursor), nil
}

func (s *sample) CountApprovals(context.Context, int) (wire.ApprovalCount, error) {
	next := sampleNow.Add(8 * time.Hour)
	return wire.ApprovalCount{Waiting: 14, Soon: 5, Next: &next}, nil
}

func (s *sample) Approval(_ context.Context, id app.ID) (wire.ApprovalDetail, error) {
	for _, x := range s.queue() {
		if x.ID == id {
			return wire.ApprovalDetail{ApprovalItem: x, Subject: &app.Subject{FiscalCode: "CSTLSN68D22D969U"}, LegalBasis: "D.Lgs. 504/1992", Workstation: "TRIB-05", Scope: app.Scope{Kind: app.ScopeOwn}}, nil
		}
	}
	return wire.ApprovalDetail{}, app.E(app.CodeNotFound)
}
