package visura_test

import (
	"context"
	"testing"
	"time"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/theme"
)

func waiting(id app.ID, due *time.Time) wire.Visura {
	v := answered(app.VisuraResidenza, "", nil)
	v.ID, v.State, v.Steps, v.Evidence, v.SubjectName, v.Ended = id, app.VisuraWaiting, stepsTo("accepted"), nil, "", nil
	v.Approval = &app.VisuraApproval{Rule: app.ApprovalManual, State: app.ApprovalWaiting}
	if due != nil {
		v.Approval.Rule, v.Approval.Due = app.ApprovalTacit, due
	}
	return v
}

// TestWaiting: what waits for consent stands above the form with what will
// happen to it, is looked at and withdrawn.
func TestWaiting(t *testing.T) {
	s := newStage(t, theme.Light, 1024, 700)
	due := today.Add(31 * time.Hour)
	a, b := waiting("a", &due), waiting("b", nil)
	b.Type = app.VisuraFamiglia
	s.desk.waiting = []wire.VisuraSummary{a.VisuraSummary, b.VisuraSummary}
	s.desk.session.User.Profile.Visure.Approval = app.ApprovalRule{Kind: app.ApprovalTacit, Silence: 48}
	s.screen.Shown()
	s.Run()
	s.Want("2 visure in attesa di convalida", "Residenza · RSSMRA61L03H501B", "Se nessuno risponde entro le 18:42 di domani verrà eseguita.", "Verrà eseguita soltanto se TOP la convalida.")

	s.desk.follow = func(id app.ID) (wire.Visura, error) {
		s.Want("In attesa di convalida", "Se nessuno risponde entro le 18:42 di domani verrà eseguita.", "Ritira la richiesta", "Nuova visura")
		s.Lacks("Apri PDF")
		s.Press("Ritira la richiesta")
		return waiting("a", &due), context.Canceled
	}
	s.desk.withdraw = func(id app.ID) (wire.Visura, error) {
		s.desk.waiting = s.desk.waiting[1:]
		v := waiting(id, &due)
		v.State, v.Outcome, v.Code = app.VisuraDone, app.OutcomeWithdrawn, app.CodeCancelled
		return v, nil
	}
	s.Press("Apri la richiesta")
	s.Run()
	s.Key("Escape")
	s.Want("1 visura in attesa di convalida")
}
