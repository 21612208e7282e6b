package visura_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/visura"
)

func TestTypesSmallestFirst(t *testing.T) {
	s := newStage(t)
	if got := s.Types(); !reflect.DeepEqual(got, []app.VisuraType{app.VisuraEsistenza, app.VisuraResidenza, app.VisuraFamiglia}) {
		t.Error(got)
	}
	s.desk.session.User.Profile.Visure = nil
	if got := s.Types(); got != nil {
		t.Error(got)
	}
}

func TestSend(t *testing.T) {
	s := newStage(t)
	var seen []visura.Phase
	s.sent(func(_ context.Context, r wire.VisuraRequest, progress func(wire.Visura)) (wire.Visura, error) {
		want := wire.VisuraRequest{Type: app.VisuraResidenza, Subject: app.Subject{FiscalCode: rossi}, ReferenceDate: "2026-11-23", Purpose: "p1", FileReference: "PROT 2026/1"}
		if !reflect.DeepEqual(r, want) {
			t.Errorf("asked %+v", r)
		}
		seen = append(seen, s.State().Phase)
		if sum := s.Summary(); sum.PurposeName != "Accertamento tributario" || sum.Subject.FiscalCode != rossi {
			t.Errorf("%+v", sum)
		}
		s.now = s.now.Add(3 * time.Second)
		s.tick()
		if got := s.State().Elapsed; got != 3*time.Second {
			t.Error(got)
		}
		progress(running("v1", app.Step{Step: "accepted", State: "done", At: today}))
		if got := s.State().Visura.ID; got != "v1" {
			t.Error(got)
		}
		return done("v1", app.OutcomeFound), nil
	})
	if s.Send() || s.New() || s.Same() || s.Retry() || s.Clear() {
		t.Error("something else begins while a request is under way")
	}
	s.run()
	st := s.State()
	if st.Phase != visura.PhaseDone || st.Visura.Outcome != app.OutcomeFound || st.Err != nil || seen[0] != visura.PhaseRunning {
		t.Errorf("%+v", st)
	}
	if s.stopped != 1 {
		t.Errorf("the clock was stopped %d times", s.stopped)
	}
	before := s.changes
	s.tick()
	if s.changes != before {
		t.Error("the clock goes on after the end")
	}
	if got := s.memory["u1"]; !reflect.DeepEqual(got, visura.Habits{Type: app.VisuraResidenza, Purpose: "p1", FileReference: "PROT 2026/1"}) {
		t.Errorf("remembered %+v", got)
	}
}

func TestSendIdentity(t *testing.T) {
	s := newStage(t)
	s.filled()
	s.Edit(func(x *visura.Form) {
		x.By = visura.ByIdentity
		x.Identity = app.Identity{Surname: " Rossi ", Name: "Mario", Sex: "M", BirthDate: "1961-07-03", BirthPlace: "H501", Locality: "Paris"}
	})
	s.desk.ask = func(context.Context, wire.VisuraRequest, func(wire.Visura)) (wire.Visura, error) {
		return done("v1", app.OutcomeNotFound), nil
	}
	if !s.Send() {
		t.Fatal(s.State().Errors)
	}
	s.run()
	got := s.desk.asked[0].Subject
	if got.FiscalCode != "" || got.Identity == nil || *got.Identity != (app.Identity{Surname: "Rossi", Name: "Mario", Sex: "M", BirthDate: "1961-07-03", BirthPlace: "H501"}) {
		t.Errorf("%+v", got.Identity)
	}
}

func TestHabits(t *testing.T) {
	s := newStage(t)
	s.sent(func(context.Context, wire.VisuraRequest, func(wire.Visura)) (wire.Visura, error) {
		return done("v1", app.OutcomeFound), nil
	})
	s.run()
	s.New()
	x := s.State().Form
	if x.Text != "" || x.Purpose != "p1" || x.FileReference != "PROT 2026/1" || x.ReferenceDate != "2026-11-23" {
		t.Errorf("%+v", x)
	}
	s.run()
	// The same subject again: what is asked is chosen anew.
	s.sent(func(context.Context, wire.VisuraRequest, func(wire.Visura)) (wire.Visura, error) {
		return done("v2", app.OutcomeFound), nil
	})
	s.run()
	if !s.Same() {
		t.Fatal("not the same subject")
	}
	if x := s.State().Form; x.Text != rossi || x.Type != "" || x.Purpose != "p1" {
		t.Errorf("%+v", x)
	}
	// Another user finds nothing of it, but his own.
	s.memory["u2"] = visura.Habits{Purpose: "p2", FileReference: "X", Type: app.VisuraCittadinanza}
	s.desk.session.User.ID = "u2"
	s.Open()
	if x := s.State().Form; x.Text != "" || x.Purpose != "p2" || x.FileReference != "X" || x.Type != "" {
		t.Errorf("%+v", x)
	}
}

func TestOnlyChoiceIsMade(t *testing.T) {
	s := newStage(t)
	s.desk.session.User.Profile.Visure.Types = []app.VisuraType{app.VisuraEsistenza}
	s.desk.session.Purposes = s.desk.session.Purposes[1:]
	s.New()
	if x := s.State().Form; x.Type != app.VisuraEsistenza || x.Purpose != "p2" {
		t.Errorf("%+v", x)
	}
}

func TestClearAndRestore(t *testing.T) {
	s := newStage(t)
	if s.Clear() || s.Restore() {
		t.Error("there was nothing")
	}
	s.filled()
	if !s.Clear() || s.State().Form.Text != "" || !s.State().Cleared {
		t.Errorf("%+v", s.State())
	}
	if !s.Restore() || s.State().Form.Text != rossi || s.State().Form.Purpose != "p1" || s.State().Cleared {
		t.Errorf("%+v", s.State())
	}
	s.Clear()
	s.Edit(func(x *visura.Form) { x.Text = "AF" })
	if s.Restore() {
		t.Error("brought back over what was typed since")
	}
}

func TestWithdraw(t *testing.T) {
	s := newStage(t)
	var context0 context.Context
	s.desk.withdraw = func(id app.ID) (wire.Visura, error) {
		if id != "v1" || !s.State().Withdrawing {
			t.Errorf("withdrawn %q", id)
		}
		return done("v1", app.OutcomeWithdrawn), nil
	}
	s.sent(func(ctx context.Context, _ wire.VisuraRequest, progress func(wire.Visura)) (wire.Visura, error) {
		context0 = ctx
		progress(running("v1"))
		if !s.Cancel() || s.Cancel() {
			t.Error("cancel")
		}
		s.run() // the withdrawal ends first
		if ctx.Err() == nil {
			t.Error("Ask is not told")
		}
		return wire.Visura{}, ctx.Err()
	})
	s.run()
	if st := s.State(); st.Phase != visura.PhaseDone || st.Visura.Outcome != app.OutcomeWithdrawn || st.Err != nil || st.Withdrawing {
		t.Errorf("%+v", st)
	}
	if context0.Err() == nil {
		t.Error("the request goes on")
	}
}

func TestWithdrawFails(t *testing.T) {
	s := newStage(t)
	s.desk.withdraw = func(app.ID) (wire.Visura, error) { return wire.Visura{}, errAway }
	s.sent(func(_ context.Context, _ wire.VisuraRequest, progress func(wire.Visura)) (wire.Visura, error) {
		progress(running("v1"))
		s.Cancel()
		s.run()
		if st := s.State(); st.Withdrawing || st.Phase != visura.PhaseRunning {
			t.Errorf("%+v", st)
		}
		return done("v1", app.OutcomeFound), nil
	})
	s.run()
	if len(s.failed) != 1 || s.State().Visura.Outcome != app.OutcomeFound {
		t.Errorf("%v %+v", s.failed, s.State())
	}
}

func TestCancelBeforeTheServerKnows(t *testing.T) {
	s := newStage(t)
	s.sent(func(ctx context.Context, _ wire.VisuraRequest, _ func(wire.Visura)) (wire.Visura, error) {
		s.Cancel()
		return wire.Visura{}, ctx.Err()
	})
	s.run()
	v := s.Verdict(italian(t))
	if st := s.State(); st.Phase != visura.PhaseDone || app.CodeOf(st.Err) != app.CodeCancelled || v.What != "Richiesta ritirata" || !v.Retry {
		t.Errorf("%+v %+v", st, v)
	}
	// Nothing is lost: the form is as it was sent.
	if !s.Back() || s.State().Form.Text != rossi {
		t.Errorf("%+v", s.State().Form)
	}
}

func TestErrors(t *testing.T) {
	l := italian(t)
	for _, tc := range []struct {
		name  string
		err   error
		phase visura.Phase
		check func(*stage)
	}{
		{"field", app.E(app.CodeFiscalCheck).At(visura.FieldFiscalCode), visura.PhaseForm, func(s *stage) {
			if s.State().Errors.Error() != "fiscal_code_check at subject.fiscal_code" || s.State().Form.Text != rossi {
				t.Errorf("%+v", s.State())
			}
		}},
		{"fields", app.Errors{app.E(app.CodeRequired).At("type"), app.E(app.CodeDate).At("reference_date")}, visura.PhaseForm, func(s *stage) {
			if len(s.State().Errors) != 2 {
				t.Errorf("%+v", s.State())
			}
		}},
		{"session", fmt.Errorf("call: %w", app.E(app.CodeSessionEnded)), visura.PhaseForm, func(s *stage) {
			if len(s.failed) != 1 || s.State().Form.Text != rossi {
				t.Errorf("%v %+v", s.failed, s.State())
			}
		}},
		{"own", app.E(app.CodeOwnRecord).At("subject"), visura.PhaseDone, func(s *stage) {
			v := s.Verdict(l)
			if v.What != "Non è consentito consultare i propri dati." || v.Retry || v.Weight != visura.WeightNotable || v.Reference != "" {
				t.Errorf("%+v", v)
			}
		}},
		{"scope", app.E(app.CodeOutOfScope), visura.PhaseDone, func(s *stage) {
			if v := s.Verdict(l); v.What != "Non residente nell'ambito" || v.Weight != visura.WeightQuiet || v.Retry {
				t.Errorf("%+v", v)
			}
		}},
		{"away", errAway, visura.PhaseDone, func(s *stage) {
			if v := s.Verdict(l); v.What != "Il server non è raggiungibile" || !v.Retry || v.Resume || v.Weight != visura.WeightGrave {
				t.Errorf("%+v", v)
			}
			if !s.Retry() || s.State().Phase != visura.PhaseRunning {
				t.Error("not sent again")
			}
			s.run()
			if len(s.desk.asked) != 2 || !reflect.DeepEqual(s.desk.asked[0], s.desk.asked[1]) {
				t.Errorf("%+v", s.desk.asked)
			}
		}},
		{"internal", errors.New("boom"), visura.PhaseDone, func(s *stage) {
			if v := s.Verdict(l); v.Reference != "k7m2-q4" || !v.Retry || len(v.Means) == 0 {
				t.Errorf("%+v", v)
			}
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newStage(t)
			s.sent(func(context.Context, wire.VisuraRequest, func(wire.Visura)) (wire.Visura, error) {
				return wire.Visura{}, tc.err
			})
			s.run()
			if s.State().Phase != tc.phase {
				t.Fatalf("%+v", s.State())
			}
			tc.check(s)
		})
	}
}

func TestResume(t *testing.T) {
	s := newStage(t)
	s.sent(func(context.Context, wire.VisuraRequest, func(wire.Visura)) (wire.Visura, error) {
		return running("v1"), errAway
	})
	s.run()
	if v := s.Verdict(italian(t)); !v.Resume || v.Retry || v.Reference != "v1" {
		t.Errorf("%+v", v)
	}
	s.desk.ask = func(context.Context, wire.VisuraRequest, func(wire.Visura)) (wire.Visura, error) {
		return done("v1", app.OutcomeFound), nil
	}
	if !s.Resume() {
		t.Fatal("not resumed")
	}
	s.run()
	if len(s.desk.asked) != 1 || len(s.desk.followed) != 1 || s.desk.followed[0] != "v1" || s.State().Visura.Outcome != app.OutcomeFound {
		t.Errorf("%+v %+v", s.desk, s.State())
	}
	if s.Resume() {
		t.Error("resumed what has ended")
	}
}

func TestStaleAnswerIsDropped(t *testing.T) {
	s := newStage(t)
	s.sent(func(context.Context, wire.VisuraRequest, func(wire.Visura)) (wire.Visura, error) {
		return done("v1", app.OutcomeFound), nil
	})
	s.desk.session.User.ID = "u2"
	s.Open() // somebody else sits down before the answer comes
	s.run()
	if st := s.State(); st.Phase != visura.PhaseForm || st.Visura.ID != "" || st.Form.Text != "" {
		t.Errorf("%+v", st)
	}
}

func TestPrefillAndRepeat(t *testing.T) {
	s := newStage(t)
	s.Prefill("rssmra61l03h501b")
	if x := s.State().Form; x.Text != "rssmra61l03h501b" {
		t.Errorf("%+v", x)
	}
	id := app.Identity{Surname: "Verdi", Name: "Giuseppe", Sex: "M", BirthDate: "1961-10-10", BirthPlace: "B781"}
	s.Repeat(wire.VisuraRequest{Type: app.VisuraFamiglia, Subject: app.Subject{Identity: &id}, Purpose: "p2", FileReference: "Y", ReferenceDate: "2020-01-01"})
	if x := s.State().Form; x.By != visura.ByIdentity || x.Identity != id || x.Type != app.VisuraFamiglia || x.Purpose != "p2" || x.ReferenceDate != "2026-11-23" {
		t.Errorf("%+v", x)
	}
}

func TestDocument(t *testing.T) {
	s := newStage(t)
	called := 0
	s.Document("pdf", "it", func(_ string, content []byte) {
		called++
		if content != nil {
			t.Error("a document of nothing")
		}
	})
	s.sent(func(context.Context, wire.VisuraRequest, func(wire.Visura)) (wire.Visura, error) {
		return done("v1", app.OutcomeFound), nil
	})
	s.run()
	s.Document("pdf", "it", func(name string, content []byte) {
		called++
		if name != "visura.pdf" || string(content) != "v1 it" {
			t.Errorf("%q %q", name, content)
		}
	})
	s.run()
	s.desk.document = errAway
	s.Document("pdf", "it", func(_ string, content []byte) {
		called++
		if content != nil {
			t.Error("content with an error")
		}
	})
	s.run()
	if called != 3 || len(s.failed) != 1 {
		t.Errorf("%d calls, %v", called, s.failed)
	}
}
