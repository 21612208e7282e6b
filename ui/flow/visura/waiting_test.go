package visura_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/visura"
)

// waits is a visura that waits for consent.
func waits(id app.ID, due time.Time) wire.Visura {
	v := running(id, app.Step{Step: "accepted", State: "done", At: today}, app.Step{Step: "waiting_approval", State: "running", At: today})
	v.State, v.Approval = app.VisuraWaiting, &app.VisuraApproval{Rule: app.ApprovalManual, State: app.ApprovalWaiting}
	if !due.IsZero() {
		v.Approval.Rule, v.Approval.Due, v.Approval.Silence = app.ApprovalTacit, &due, 4
	}
	return v
}

func (s *stage) needsConsent() {
	s.desk.session.User.Profile.Visure.Approval = app.ApprovalRule{Kind: app.ApprovalTacit, Silence: 4}
}

// TestWaitsForConsent: a request that waits lets the form go, is followed, and
// shows its end by itself.
func TestWaitsForConsent(t *testing.T) {
	s := newStage(t)
	s.needsConsent()
	v := waits("v1", today.Add(4*time.Hour))
	s.desk.waiting = []wire.VisuraSummary{v.VisuraSummary}
	var seen []visura.Phase
	calls := 0
	s.sent(func(_ context.Context, _ wire.VisuraRequest, progress func(wire.Visura)) (wire.Visura, error) {
		calls++
		switch calls {
		case 1: // asked
			progress(v)
			return v, nil
		case 2: // followed, and the server goes away
			seen = append(seen, s.State().Phase)
			return v, errAway
		case 3:
			seen = append(seen, s.State().Phase)
			x := running("v1")
			x.Approval = &app.VisuraApproval{Rule: app.ApprovalTacit, State: app.ApprovalSilent, Decided: &today}
			progress(x)
			seen = append(seen, s.State().Phase)
		}
		return done("v1", app.OutcomeFound), nil
	})
	s.run()
	if want := []visura.Phase{visura.PhaseWaiting, visura.PhaseWaiting, visura.PhaseRunning}; !slices.Equal(seen, want) {
		t.Errorf("phases %v, want %v", seen, want)
	}
	if st := s.State(); st.Phase != visura.PhaseDone || st.Visura.Outcome != app.OutcomeFound || st.Err != nil {
		t.Errorf("at the end: %+v", st)
	}
	if s.desk.counted < 2 || !slices.Equal(s.desk.followed, []app.ID{"v1", "v1"}) || s.paused != 1 {
		t.Errorf("%d questions what waits, followed %v, %d pauses", s.desk.counted, s.desk.followed, s.paused)
	}
}

// TestWaitingLeft: who does not want to watch begins another visura; what
// waits can be looked at again, and withdrawn.
func TestWaitingLeft(t *testing.T) {
	s := newStage(t)
	s.needsConsent()
	v := waits("v1", time.Time{})
	s.desk.waiting = []wire.VisuraSummary{v.VisuraSummary}
	gone := false
	s.sent(func(ctx context.Context, _ wire.VisuraRequest, _ func(wire.Visura)) (wire.Visura, error) {
		if len(s.desk.followed) == 0 {
			return v, nil
		}
		if !s.New() {
			t.Error("another visura is not to be had while one waits")
		}
		gone = ctx.Err() != nil
		return v, ctx.Err()
	})
	s.run()
	st := s.State()
	if !gone || st.Phase != visura.PhaseForm || len(st.Waiting) != 1 || st.Waiting[0].ID != "v1" {
		t.Fatalf("left: ended %t, %+v", gone, st)
	}
	s.desk.withdraw = func(app.ID) (wire.Visura, error) {
		s.desk.waiting = nil
		return done("v1", app.OutcomeWithdrawn), nil
	}
	s.desk.ask = func(ctx context.Context, _ wire.VisuraRequest, _ func(wire.Visura)) (wire.Visura, error) {
		if got := s.State(); got.Phase != visura.PhaseWaiting || got.Visura.ID != "v1" {
			t.Errorf("looked at: %+v", got)
		}
		if !s.Cancel() || !s.State().Withdrawing {
			t.Error("it cannot be withdrawn")
		}
		s.run() // the withdrawal
		return v, ctx.Err()
	}
	if !s.Look(st.Waiting[0]) {
		t.Fatal("it cannot be looked at")
	}
	s.run()
	if st := s.State(); st.Phase != visura.PhaseDone || st.Visura.Outcome != app.OutcomeWithdrawn || len(st.Waiting) != 0 {
		t.Errorf("withdrawn: %+v", st)
	}
}

// TestWaitingSaid: what happens to what waits is said in words.
func TestWaitingSaid(t *testing.T) {
	l := italian(t)
	at := func(d time.Duration) *time.Time { x := today.Add(d); return &x }
	for want, a := range map[string]app.VisuraApproval{
		"Verrà eseguita soltanto se TOP la convalida.":                      {Rule: app.ApprovalManual, State: app.ApprovalWaiting},
		"Se nessuno risponde entro le 14:42 di oggi verrà eseguita.":        {Rule: app.ApprovalTacit, State: app.ApprovalWaiting, Due: at(4 * time.Hour)},
		"Se nessuno risponde entro le 10:42 di domani verrà eseguita.":      {Rule: app.ApprovalTacit, State: app.ApprovalWaiting, Due: at(24 * time.Hour)},
		"Se nessuno risponde entro le 10:42 del 25/11/2026 verrà eseguita.": {Rule: app.ApprovalTacit, State: app.ApprovalWaiting, Due: at(48 * time.Hour)},
		"Il termine è trascorso: sta per essere eseguita.":                  {Rule: app.ApprovalTacit, State: app.ApprovalWaiting, Due: at(0)},
		"Convalidata da Ufficio anagrafe il 23/11/2026 10:42":               {Rule: app.ApprovalManual, State: app.ApprovalApproved, Decided: at(0), Office: "Ufficio anagrafe"},
	} {
		if got := l.Awaited(a, today); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	v := done("v1", app.OutcomeRefused)
	v.Code, v.Approval = app.CodeApprovalRefused, &app.VisuraApproval{State: app.ApprovalRefused, Decided: at(0), Office: "Ufficio anagrafe", Reason: "Manca il protocollo"}
	if got := strings.Join(visura.Judge(l, v).Means, "|"); !strings.Contains(got, "Non convalidata da Ufficio anagrafe il 23/11/2026 10:42|Motivo: Manca il protocollo") {
		t.Errorf("refused: %s", got)
	}
	v = done("v1", app.OutcomeFound)
	v.Evidence = &app.Evidence{Approval: &app.VisuraApproval{State: app.ApprovalSilent, Decided: at(0)}}
	if rows := visura.EvidenceRows(l, v); !slices.ContainsFunc(rows, func(r visura.Row) bool { return strings.HasPrefix(r.Value, "Eseguita per silenzio/assenso") }) {
		t.Errorf("evidence of what ran by silence: %+v", rows)
	}
}
