package ui

import (
	"slices"
	"testing"

	"indagor/app"
	"indagor/sync/wire"
	userflow "indagor/ui/flow/user"
)

func TestDisabledWithHeirs(t *testing.T) {
	st := newUsers(t, app.RoleTop)
	st.row(0)
	st.press("Disabilita")
	st.expect("Disabilita Anna Conti")
	st.f.refuse = app.E(app.CodeDependants, "count", "1", "names", "Marco Galli")
	st.press("Disabilita")
	st.expect("Resterebbero senza ADMIN o senza Mediatore: Marco Galli", "Nuovo ADMIN")
	st.press("Disabilita")
	st.expect("Indicare almeno a chi passa")
	st.f.refuse = app.E(app.CodeAdminDisabled).At("new_admin")
	st.pick("Nuovo ADMIN", "Luca")
	st.press("Disabilita")
	st.expect("ADMIN disabilitato")
	st.press("Disabilita")
	if got := st.f.heirs; len(got) != 3 || got[2].Admin != "a2" {
		t.Fatalf("%v", got)
	}
	st.expect("Utente Anna Conti disabilitato")
	st.press("Abilita")
	st.press("Abilita")
	if !st.f.users[0].Enabled {
		t.Error("not enabled")
	}
}

// TestWhoDepends: a refusal names the first of those who depend on somebody;
// the list shows them all, also from an editor that is left for it.
func TestWhoDepends(t *testing.T) {
	st := newUsers(t, app.RoleTop)
	last := func() wire.UsersInput { return st.f.asked[len(st.f.asked)-1] }
	st.row(0)
	st.press("Disabilita")
	st.f.refuse = app.E(app.CodeDependants, "count", "12", "names", "Marco Galli (m.galli), …")
	st.press("Disabilita")
	st.press("Mostra i suoi operatori")
	st.absent("Nuovo ADMIN")
	if in := last(); in.Admin != "a1" || in.Mediator != "" {
		t.Errorf("%+v", in)
	}
	st = newUsers(t, app.RoleTop)
	st.row(0)
	st.press("Modifica")
	st.pick("Direzione", "Anagrafe")
	st.f.refuse = app.E(app.CodeDependants, "count", "12", "names", "Marco Galli (m.galli), …")
	st.press("Salva")
	st.absent("Mostra chi lo ha come Mediatore") // he mediates still
	st.press("Mostra i suoi operatori")
	st.expect("Lascia le modifiche")
	st.press("Lascia")
	st.absent("Modifica Anna Conti")
	if in := last(); in.Admin != "a1" {
		t.Errorf("%+v", in)
	}
}

// TestLeavingWithHeirs: an ADMIN who goes to another department says in the
// same request to whom his operators go; he is a Mediator still.
func TestLeavingWithHeirs(t *testing.T) {
	st := newUsers(t, app.RoleTop)
	st.row(0)
	st.press("Modifica")
	st.pick("Direzione", "Anagrafe")
	st.f.refuse = app.E(app.CodeDependants, "count", "1", "names", "Marco Galli")
	st.press("Salva")
	st.expect("Resterebbero senza ADMIN o senza Mediatore: Marco Galli", "Indicare a chi passano, poi salvare.", "Nuovo ADMIN")
	st.absent("Nuovo Mediatore")
	st.press("Salva")
	st.expect("Indicare almeno a chi passa")
	st.f.refuse = app.E(app.CodeAdminDisabled).At("new_admin")
	st.pick("Nuovo ADMIN", "Luca")
	st.press("Salva")
	st.expect("ADMIN disabilitato")
	st.f.refuse = app.E(app.CodeEmailTaken).At("email")
	st.press("Salva")
	st.absent("Nuovo ADMIN")
	st.expect("Modifica Anna Conti") // what was changed is there still
	st.f.refuse = app.E(app.CodeDependants, "count", "1", "names", "Marco Galli")
	st.press("Salva")
	st.pick("Nuovo ADMIN", "Luca")
	st.press("Salva")
	st.expect("Utente Anna Conti modificato")
	got := st.f.heirs
	if want := []userflow.Heirs{{}, {Admin: "a2"}, {Admin: "a2"}, {}, {Admin: "a2"}}; !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if st.f.users[0].Department != "d2" {
		t.Errorf("%+v", st.f.users[0])
	}
}
