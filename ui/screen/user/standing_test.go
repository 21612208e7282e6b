package user_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/theme"
)

// standing is how the account of anybody stands at the desk of the test.
type standing struct {
	access  wire.UserAccess
	acts    []wire.HistoryItem
	err     error
	did     []string
	history []wire.UserHistoryInput
}

func (d *standing) UserAccess(_ context.Context, id app.ID) (wire.UserAccess, error) {
	d.did = append(d.did, "read "+string(id))
	return d.access, d.err
}

func (d *standing) UnlockUser(_ context.Context, id app.ID) (wire.UserAccess, error) {
	d.did = append(d.did, "unlock "+string(id))
	d.access.Locks = nil
	return d.access, d.err
}

func (d *standing) EndUserSession(_ context.Context, id app.ID) (wire.UserAccess, error) {
	d.did = append(d.did, "end "+string(id))
	d.access.Session = nil
	return d.access, d.err
}

func (d *standing) UserHistory(_ context.Context, in wire.UserHistoryInput) (wire.List[wire.HistoryItem], error) {
	d.history = append(d.history, in)
	if d.err != nil {
		return wire.List[wire.HistoryItem]{}, d.err
	}
	if in.Cursor == "" && len(d.acts) > 1 {
		return wire.List[wire.HistoryItem]{Items: d.acts[:1], Next: "more"}, nil
	}
	return wire.List[wire.HistoryItem]{Items: d.acts[len(d.acts)-1:]}, nil
}

func (d *standing) Names(context.Context) map[app.ID]string {
	return map[app.ID]string{"p1": "Accertamento", "a": "Anna Conti"}
}

// TestStanding: the session is seen and ended, a lock seen and lifted, in a
// part of the detail that reads only when it is looked at.
func TestStanding(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 700)
	at := time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC)
	s.desk.access = wire.UserAccess{
		Session: &wire.UserSession{Started: new(at), Expires: new(at.Add(12 * time.Hour)), WorkstationName: "ANAG-07", Address: "10.0.0.7"},
		Locks:   []wire.UserLock{{Since: new(at), Until: at.Add(time.Hour), Refused: 6, WorkstationName: "TRIB-01"}},
	}
	if len(s.desk.did) != 0 {
		t.Fatalf("read before it was looked at: %v", s.desk.did)
	}
	s.Press("Accesso")
	s.Run()
	s.Want("Accesso in corso", "ANAG-07", "10.0.0.7", "23/11/2026 09:30", "Bloccato", "TRIB-01", "6")
	s.Press("Sblocca l'account")
	s.Run()
	s.Want("L'account non è bloccato.")
	s.Lacks("TRIB-01")
	s.Press("Chiudi l'accesso")
	if !s.Has("Annulla") || len(s.desk.did) != 2 {
		t.Fatalf("ended without a question: %v", s.desk.did)
	}
	s.Press("Chiudi l'accesso") // in the dialog
	s.Run()
	s.Want("Nessun accesso in corso.")
	if n := len(s.desk.did); n != 3 || s.desk.did[2][:4] != "end " {
		t.Errorf("did %v", s.desk.did)
	}
	// What could not be had says so, and is asked again.
	s.desk.err = app.E(app.CodeInternal)
	s.Press("Profilo")
	s.Press("Accesso")
	s.Run()
	s.Want(s.host.Words.Error(app.E(app.CodeInternal)).What)
	s.desk.err = nil
	s.Press("Riprova")
	s.Run()
	s.Want("Nessun accesso in corso.")
}

// TestStandingToldLittle: who does not monitor accesses sees that there is a
// session and until when the account is locked, and no empty fields.
func TestStandingToldLittle(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 700)
	s.desk.access = wire.UserAccess{
		Session: &wire.UserSession{}, Locks: []wire.UserLock{{Until: time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)}},
	}
	s.Press("Accesso")
	s.Run()
	s.Want("Accesso in corso", "Chiudi l'accesso", "23/11/2026 10:30", "Sblocca l'account")
	for _, key := range []string{"user.session.since", "user.session.address", "user.session.workstation", "user.lock.since", "user.lock.refused", "monitor.workstation.unknown"} {
		s.Lacks(s.host.Words.T(key))
	}
}

// TestHistoryIsFresh: the acts are read again after an act that leaves the user
// as he was, and when the page is read again.
func TestHistoryIsFresh(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 700)
	s.desk.acts = []wire.HistoryItem{{ID: "1", Kind: app.EventUserCreated}}
	s.desk.access = wire.UserAccess{
		Session: &wire.UserSession{}, Locks: []wire.UserLock{{Until: time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)}},
	}
	read := func(what string, want int) {
		t.Helper()
		s.Press("Storia")
		s.Run()
		if n := len(s.desk.history); n != want {
			t.Errorf("%s: the acts were read %d times, want %d", what, n, want)
		}
	}
	read("at first", 1)
	s.Press("Profilo")
	read("looked at again", 1)
	s.Press("Accesso")
	s.Run()
	s.Press("Sblocca l'account")
	s.Run()
	read("unlocked", 2)
	s.Press("Accesso")
	s.Run()
	s.Press("Chiudi l'accesso")
	s.Press("Chiudi l'accesso") // in the dialog
	s.Run()
	read("session ended", 3)
	s.screen.Key(fyne.KeyF5, 0)
	s.Run()
	read("read again", 4)
	s.Press("Ripristina password")
	s.Press("Ripristina password") // in the dialog
	s.Run()
	s.screen.Vacate()
	s.Run()
	read("reset", 5)
}

// TestHistoryOfAUser: who changed what, before and after, in words, page by
// page.
func TestHistoryOfAUser(t *testing.T) {
	s := newStage(t, theme.Dark, 1064, 700)
	s.desk.acts = []wire.HistoryItem{
		{ID: "1", At: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), Kind: app.EventUserChanged, Username: "t.riva", Before: json.RawMessage(`{"office":"IMU"}`), After: json.RawMessage(`{"office":"TARI"}`)},
		{ID: "2", At: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC), Kind: app.EventUserCreated, Username: "a.conti", Reason: "utenti.csv", After: json.RawMessage(`{"admin":"a"}`)},
	}
	s.Press("Storia")
	s.Run()
	s.Want(s.host.Words.T("event.user.changed"), "22/11/2026 10:00 · t.riva", "da «IMU» a «TARI»", "Mostra atti precedenti")
	s.Press("Mostra atti precedenti")
	s.Run()
	s.Want("02/11/2026 10:00 · a.conti · utenti.csv", "Anna Conti", "da «IMU» a «TARI»")
	s.Lacks("Mostra atti precedenti")
	if len(s.desk.history) != 2 || s.desk.history[1].Cursor != "more" {
		t.Errorf("%+v", s.desk.history)
	}
}

// TestMoveSaysWhoSees: what a STANDARDPS did was seen by no ADMIN, and the
// question says so.
func TestMoveSaysWhoSees(t *testing.T) {
	const former, nobody = "user.move.text", "user.move.ps"
	for role, want := range map[app.Role][2]string{app.RoleStandard: {former, nobody}, app.RoleStandardPS: {nobody, former}} {
		s := newStage(t, theme.Light, 1064, 700)
		s.desk.users = append(s.desk.users, app.User{ID: "b", Name: "Bruno", Surname: "Neri", Role: app.RoleAdmin, Department: "d2", Enabled: true})
		for i := range s.desk.users[:2] {
			s.desk.users[i].Role = role
		}
		s.screen.Reload()
		s.Run()
		s.screen.Table().Select(0)
		s.Run()
		s.Press("Sposta")
		s.Run()
		s.Want(s.host.Words.T(want[0]))
		s.Lacks(s.host.Words.T(want[1]))
	}
}
