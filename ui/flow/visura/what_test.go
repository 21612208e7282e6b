package visura_test

import (
	"context"
	"slices"
	"testing"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/visura"
)

func (s *stage) assign(types ...app.VisuraType) { s.desk.session.User.Profile.Visure.Types = types }

// TestChoose: several data may be asked at once; what stands alone stands
// alone, and the last choice counts.
func TestChoose(t *testing.T) {
	var x visura.Form
	for _, c := range []struct{ chosen, want []app.VisuraType }{
		{[]app.VisuraType{app.VisuraResidenza}, []app.VisuraType{app.VisuraResidenza}},
		{[]app.VisuraType{app.VisuraGeneralita, app.VisuraResidenza}, []app.VisuraType{app.VisuraGeneralita, app.VisuraResidenza}},
		{[]app.VisuraType{app.VisuraGeneralita, app.VisuraResidenza, app.VisuraScheda}, []app.VisuraType{app.VisuraScheda}},
		{[]app.VisuraType{app.VisuraFamiglia, app.VisuraScheda}, []app.VisuraType{app.VisuraFamiglia}},
		{[]app.VisuraType{app.VisuraIdentificativo, app.VisuraFamiglia}, []app.VisuraType{app.VisuraIdentificativo}},
		{nil, nil},
	} {
		if x.Choose(c.chosen); !slices.Equal(x.Chosen(), c.want) {
			t.Errorf("%v chosen: %v, want %v", c.chosen, x.Chosen(), c.want)
		}
	}
}

// TestUsualType: the type that was asked last is offered, and another chosen in
// its place does not add to it.
func TestUsualType(t *testing.T) {
	s := newStage(t)
	s.sent(func(context.Context, wire.VisuraRequest, func(wire.Visura)) (wire.Visura, error) {
		return done("v1", app.OutcomeFound), nil
	})
	s.run()
	s.New()
	if x := s.State().Form; x.Type != app.VisuraResidenza {
		t.Fatalf("offered %s", x.Type)
	}
	s.Edit(func(x *visura.Form) { x.Choose([]app.VisuraType{app.VisuraResidenza, app.VisuraFamiglia}) })
	if x := s.State().Form; !slices.Equal(x.Chosen(), []app.VisuraType{app.VisuraFamiglia}) {
		t.Errorf("chosen %v", x.Chosen())
	}
	s.Edit(func(x *visura.Form) { x.Choose([]app.VisuraType{app.VisuraResidenza, app.VisuraFamiglia}) })
	if x := s.State().Form; len(x.Chosen()) != 2 {
		t.Errorf("then %v", x.Chosen())
	}
}

// TestSendWhat: what the form asks for, and what it refuses before it is sent.
func TestSendWhat(t *testing.T) {
	s := newStage(t)
	s.assign(app.VerifyResidenza, app.VerifyDecesso, app.VerifyPaternita, app.VisuraStorico, app.VisuraResidenza, app.VisuraFamiglia, app.VisuraIdentificativo)
	if v, a := s.Verifications(), s.Answers(); len(v) != 3 || len(a) != 4 || v[0] != app.VerifyResidenza {
		t.Fatalf("offered %v and %v", v, a)
	}
	ended := func(context.Context, wire.VisuraRequest, func(wire.Visura)) (wire.Visura, error) {
		return done("v1", app.OutcomeFound), nil
	}
	for what, c := range map[string]struct {
		change func(*visura.Form)
		field  string // refused there
		check  func(wire.VisuraRequest) bool
	}{
		"two at once": {func(x *visura.Form) { x.Choose([]app.VisuraType{app.VisuraResidenza, app.VisuraFamiglia}) }, "", func(r wire.VisuraRequest) bool {
			return r.Type == app.VisuraScheda && slices.Equal(r.Types, []app.VisuraType{app.VisuraResidenza, app.VisuraFamiglia})
		}},
		"a Comune": {func(x *visura.Form) {
			x.Type, x.Declared = app.VerifyResidenza, &app.Declared{Comune: "G393", Name: "left over"}
		}, "", func(r wire.VisuraRequest) bool {
			return r.Declared.Comune == "G393" && r.Declared.Name == ""
		}},
		"no Comune":                 {func(x *visura.Form) { x.Type = app.VerifyResidenza }, "declared.comune", nil},
		"no day":                    {func(x *visura.Form) { x.Type, x.Declared = app.VerifyDecesso, &app.Declared{Date: "ieri"} }, "declared.date", nil},
		"a day to come":             {func(x *visura.Form) { x.Type, x.Declared = app.VerifyDecesso, &app.Declared{Date: "2099-01-01"} }, "declared.date", nil},
		"no name":                   {func(x *visura.Form) { x.Type, x.Declared = app.VerifyPaternita, &app.Declared{Surname: "ROSSI"} }, "declared.name", nil},
		"no beginning":              {func(x *visura.Form) { x.Type = app.VisuraStorico }, "since", nil},
		"a beginning after the end": {func(x *visura.Form) { x.Type, x.Since, x.ReferenceDate = app.VisuraStorico, "2020-02-01", "2020-01-01" }, "since", nil},
		"a history":                 {func(x *visura.Form) { x.Type, x.Since = app.VisuraStorico, "2020-02-01" }, "", func(r wire.VisuraRequest) bool { return r.Since == "2020-02-01" }},
		"by national id":            {func(x *visura.Form) { x.Type, x.Text = app.VisuraIdentificativo, "AF41450AS" }, "subject.id_anpr", nil},
		"one not assigned":          {func(x *visura.Form) { x.Choose([]app.VisuraType{app.VisuraResidenza, app.VisuraMatrimonio}) }, "type", nil},
	} {
		s.New()
		s.filled()
		s.Edit(func(x *visura.Form) { x.Type = ""; c.change(x) })
		s.desk.ask = ended
		s.desk.asked = nil
		sent := s.Send()
		s.run()
		errs := s.State().Errors
		if c.field != "" {
			if sent || len(errs) != 1 || errs[0].Field != c.field {
				t.Errorf("%s: sent %t, %v", what, sent, errs)
			}
			continue
		}
		if !sent || !c.check(s.desk.asked[0]) {
			t.Errorf("%s: sent %t, %v %+v", what, sent, errs, s.desk.asked)
			continue
		}
		s.Back() // the form as it was sent
		again := s.State().Form
		if !s.Send() {
			t.Errorf("%s: not sent again: %+v", what, again)
		}
		s.run()
	}
}

func TestStatedChoices(t *testing.T) {
	s := newStage(t)
	if c := s.Citizenships("Italia"); c[0] != (visura.Choice{Code: app.Italy, Name: "Italia"}) || len(c) < 150 {
		t.Errorf("%d citizenships, first %+v", len(c), c[0])
	}
	if c := s.CivilStatuses(); len(c) != 7 || c[0].Name != "Celibe/Nubile" {
		t.Errorf("civil statuses %+v", c)
	}
	if p := s.Comuni("pavullo"); len(p) != 1 || p[0].Code != "G393" || p[0].Foreign {
		t.Errorf("%+v", p)
	}
	if p := s.ComuneOf("G393"); p.String() != "PAVULLO NEL FRIGNANO (MO)" {
		t.Errorf("%+v", p)
	}
}
