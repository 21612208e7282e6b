package user_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"indagor/app"
	"indagor/app/language"
	"indagor/assets"
	"indagor/sync/wire"
	"indagor/ui/flow/user"
)

func day(text string) *app.Day {
	d := app.Day(text)
	return &d
}

// enrico is a user all of whose fields are set.
func enrico() app.User {
	return app.User{
		ID: "e", Version: 7, Enabled: true, Username: "e.bellini", Name: "Enrico", Surname: "Bellini", FiscalCode: "BLLNRC78D12A944G", Email: "e@comune.example",
		Phone: "051", StaffNumber: "12", Office: "IMU", OperatorID: "OP9", Role: app.RoleStandard, Department: "d1", Admin: "a",
		ValidFrom: day("2026-01-01"), ValidUntil: day("2026-12-31"), Hours: &app.Hours{Days: []int{1, 5}, From: 480, Until: 1080},
		Profile: app.Profile{
			Workstations: app.WorkstationsAuthorised, WorkstationID: []app.ID{"w1"}, Purposes: []app.ID{"p1"},
			Visure: &app.VisureProfile{
				Way: app.Way{Kind: app.WayMediator, Mediator: "a"}, Types: []app.VisuraType{app.VisuraResidenza},
				Scope: app.Scope{Kind: app.ScopeGroup, Group: "g"}, Approval: app.ApprovalRule{Kind: app.ApprovalTacit, Silence: 48},
			},
			Household: &app.BulkProfile{Way: app.Way{Kind: app.WayOperator}, Scope: app.Scope{Kind: app.ScopeOwn}},
		},
	}
}

func TestADraftSaysTheSameUser(t *testing.T) {
	got, err := user.DraftOf(enrico()).Check()
	if err != nil || !reflect.DeepEqual(got, enrico()) {
		t.Errorf("%v\n%+v\n%+v", err, got, enrico())
	}
}

func TestARoleLeavesOutWhatItDoesNotAdmit(t *testing.T) {
	d := user.DraftOf(enrico())
	d.Role = app.RoleAdmin
	u, err := d.Check()
	if err != nil || u.Admin != "" || u.Profile.Visure != nil || u.Profile.Household != nil || u.Profile.Purposes != nil {
		t.Errorf("%v, %+v", err, u)
	}
	d.Role = app.RoleStandardPS
	if u, err = d.Check(); err != nil || u.Profile.Visure.Approval != (app.ApprovalRule{Kind: app.ApprovalNone}) {
		t.Errorf("%v, %+v", err, u.Profile.Visure)
	}
	d.Rule = app.WorkstationsFree
	if u, err = d.Check(); err != nil || u.Profile.WorkstationID != nil {
		t.Errorf("%v, %+v", err, u.Profile)
	}
}

func TestCheckNamesTheFields(t *testing.T) {
	for _, c := range []struct {
		name  string
		edit  func(*user.Draft)
		field string
		code  app.Code
	}{
		{"fiscal code", func(d *user.Draft) { d.FiscalCode = "BLLNRC78D12A944H" }, "fiscal_code", app.CodeFiscalCode},
		{"user name", func(d *user.Draft) { d.Username = "enrico bellini" }, "username", app.CodeMalformed},
		{"department", func(d *user.Draft) { d.Department = "" }, "department", app.CodeRequired},
		{"ADMIN", func(d *user.Draft) { d.Admin = "" }, "admin", app.CodeRequired},
		{"period", func(d *user.Draft) { d.ValidUntil = day("2025-01-01") }, "valid_until", app.CodeProfilePeriod},
		{"no hour", func(d *user.Draft) { d.From = "a" }, "hours", app.CodeProfilePeriod},
		{"hours backwards", func(d *user.Draft) { d.From = "19" }, "hours", app.CodeProfilePeriod},
		{"past midnight", func(d *user.Draft) { d.Until = "24:01" }, "hours", app.CodeProfilePeriod},
		{"no type", func(d *user.Draft) { d.Types = nil }, "profile.visure.types", app.CodeProfileNoService},
		{"no Mediator", func(d *user.Draft) { d.Mediator = "" }, "profile.visure.way.mediator", app.CodeRequired},
		{"no own id", func(d *user.Draft) { d.Way, d.OperatorID, d.Household = app.WayOperator, "", user.Bulk{} }, "operator_id", app.CodeProfileOperatorID},
		{"no group", func(d *user.Draft) { d.Group = "" }, "profile.visure.scope.group", app.CodeRequired},
		{"silence", func(d *user.Draft) { d.Silence = "presto" }, "profile.visure.approval.silence_hours", app.CodeProfileSilence},
		{"long silence", func(d *user.Draft) { d.Silence = "8761" }, "profile.visure.approval.silence_hours", app.CodeInvalid},
		{"lists without a Mediator", func(d *user.Draft) { d.Enrichment = user.Bulk{On: true, Way: app.WayMediator, Scope: app.ScopeOwn} }, "profile.enrichment.way.mediator", app.CodeRequired},
		{"lists of a group", func(d *user.Draft) { d.Household.Scope = app.ScopeGroup }, "profile.household.scope.kind", app.CodeProfileScopeBulk},
		{"no purpose", func(d *user.Draft) { d.Purposes = nil }, "profile.purposes", app.CodeRequired},
	} {
		d := user.DraftOf(enrico())
		c.edit(&d)
		_, err := d.Check()
		var one *app.Error
		var many app.Errors
		if errors.As(err, &many) || !errors.As(err, &one) || one.Field != c.field || one.Code != c.code {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// What the body proposes does not touch what a profile says.
func TestPropose(t *testing.T) {
	u := app.User{Role: app.RoleStandard, Profile: app.Profile{Visure: &app.VisureProfile{Approval: app.ApprovalRule{Kind: app.ApprovalTacit, Silence: 6}}}}
	c := user.Choices{Caller: top, Silence: 24}
	for want, d := range map[string]user.Draft{"24": user.NewDraft(c), "6": user.DraftOf(u).Propose(c), "48": user.NewDraft(user.Choices{Caller: top})} {
		if d.Silence != want {
			t.Errorf("proposes %s, want %s", d.Silence, want)
		}
	}
	u.Profile.Visure.Approval = app.ApprovalRule{Kind: app.ApprovalManual}
	if d := user.DraftOf(u).Propose(c); d.Silence != "24" {
		t.Errorf("where there was none: %s", d.Silence)
	}
}

func TestNewDraft(t *testing.T) {
	only := []wire.Mediator{{ID: "a", Name: "Anna", Surname: "Conti", Role: app.RoleAdmin}}
	d := user.NewDraft(user.Choices{Caller: anna, Mediating: only})
	if d.Department != "d1" || d.Admin != "a" || d.Mediator != "a" || d.Role != app.RoleStandard || d.Rule != app.WorkstationsAuthorised {
		t.Errorf("%+v", d)
	}
	if d := user.NewDraft(user.Choices{Caller: top, Admins: []app.User{anna, luca}, Mediating: only}); d.Admin != "" || d.Mediator != "a" {
		t.Errorf("%+v", d)
	}
}

func TestSentence(t *testing.T) {
	catalogue, err := language.Load(assets.Translations)
	if err != nil {
		t.Fatal(err)
	}
	l := catalogue.In("it")
	c, err := user.LoadChoices(t.Context(), &desk{}, top)
	if err != nil {
		t.Fatal(err)
	}
	base := app.User{Role: app.RoleStandard, Department: "d1", Profile: app.Profile{
		Workstations: app.WorkstationsAuthorised, Purposes: []app.ID{"p1"},
		Visure: &app.VisureProfile{
			Way: app.Way{Kind: app.WayMediator, Mediator: "a"}, Types: []app.VisuraType{app.VisuraFamiglia, app.VisuraResidenza},
			Scope: app.Scope{Kind: app.ScopeOwn}, Approval: app.ApprovalRule{Kind: app.ApprovalTacit, Silence: 48},
		},
	}}
	const foot = " Potrà dichiarare la finalità Accertamento. Potrà lavorare dalle sole postazioni autorizzate. TOP e il suo ADMIN vedranno le sue attività."
	for _, x := range []struct {
		name string
		edit func(*app.User)
		want string
	}{
		{
			"through a Mediator", func(*app.User) {},
			"Potrà chiedere residenza e stato di famiglia dei soli residenti nel proprio Comune, dopo la convalida di TOP o 48 ore di silenzio, tramite il Mediatore Anna Conti." + foot,
		},
		{
			"by oneself", func(u *app.User) {
				v := u.Profile.Visure
				v.Way, v.Types = app.Way{Kind: app.WayOperator}, []app.VisuraType{app.VisuraEsistenza}
				v.Scope, v.Approval = app.Scope{Kind: app.ScopeNational}, app.ApprovalRule{Kind: app.ApprovalNone}
			},
			"Potrà chiedere esistenza in vita di chiunque sia iscritto in ANPR, senza convalida, con il proprio ID operatore ANPR." + foot,
		},
		{
			"a group, one hour, a Mediator unknown here", func(u *app.User) {
				v := u.Profile.Visure
				v.Way.Mediator, v.Scope, v.Approval.Silence = "x", app.Scope{Kind: app.ScopeGroup, Group: "g"}, 1
			},
			"Potrà chiedere residenza e stato di famiglia dei soli residenti nei Comuni del gruppo «Unione», dopo la convalida di TOP o 1 ora di silenzio, tramite il Mediatore attuale." + foot,
		},
		{
			"nothing chosen yet", func(u *app.User) {
				v := u.Profile.Visure
				v.Way.Mediator, v.Scope, v.Approval = "", app.Scope{Kind: app.ScopeGroup}, app.ApprovalRule{Kind: app.ApprovalManual}
			},
			"Potrà chiedere residenza e stato di famiglia dei soli residenti in un gruppo di Comuni da scegliere, dopo la convalida di TOP, tramite un Mediatore da scegliere." + foot,
		},
		{"no type", func(u *app.User) { u.Profile.Visure.Types = nil }, "Non potrà chiedere visure finché non è assegnato almeno un tipo." + foot},
		{
			"no service", func(u *app.User) { u.Profile.Visure = nil },
			"Potrà accedere, ma non usare alcun servizio. Potrà lavorare dalle sole postazioni autorizzate. TOP e il suo ADMIN vedranno le sue attività.",
		},
		{
			"public security, anywhere, for a time", func(u *app.User) {
				u.Role, u.Profile.Visure, u.Profile.Workstations, u.Profile.Purposes = app.RoleStandardPS, nil, app.WorkstationsFree, []app.ID{"p1", "p2"}
				u.Profile.Household = &app.BulkProfile{Way: app.Way{Kind: app.WayOperator}, Scope: app.Scope{Kind: app.ScopeNational}}
				u.ValidUntil, u.Hours = day("2026-12-31"), &app.Hours{Days: []int{2, 1, 7}, From: 450, Until: 1440}
			},
			"Potrà chiedere in elenco i nuclei familiari di chiunque sia iscritto in ANPR, con il proprio ID operatore ANPR. Potrà dichiarare le finalità Accertamento e Notifica. Potrà lavorare da qualsiasi postazione che non sia sospesa o revocata. " +
				"L'account vale fino al 31/12/2026. Potrà accedere lunedì, martedì e domenica dalle 07:30 alle 24:00. TOP e ADMIN non vedranno le sue attività nei servizi.",
		},
		{
			"ADMIN", func(u *app.User) {
				u.Role, u.OperatorID, u.Profile = app.RoleAdmin, "OP", app.Profile{Workstations: app.WorkstationsAuthorised, WorkstationID: []app.ID{"w1", "x"}}
			},
			"Amministrerà utenti e postazioni della direzione Anagrafe; non consulterà ANPR. Potrà fare da Mediatore. Potrà lavorare dalle sole postazioni PC-1 e Postazione di un'altra direzione.",
		},
		{
			"no purpose", func(u *app.User) {
				u.Profile.Visure, u.Profile.Purposes = nil, nil
				u.Profile.Enrichment = &app.BulkProfile{Way: app.Way{Kind: app.WayMediator, Mediator: "a"}, Scope: app.Scope{Kind: app.ScopeOwn}}
			},
			"Potrà rivestire elenchi di codici fiscali dei soli residenti nel proprio Comune, tramite il Mediatore Anna Conti. Senza una finalità non potrà chiedere nulla. Potrà lavorare dalle sole postazioni autorizzate. TOP e il suo ADMIN vedranno le sue attività.",
		},
	} {
		u := base
		v := *base.Profile.Visure
		v.Types = slices.Clone(v.Types)
		u.Profile.Visure = &v
		x.edit(&u)
		if got := user.Says(l, u, c); got != x.want {
			t.Errorf("%s:\n%s\n%s", x.name, got, x.want)
		}
	}
}
