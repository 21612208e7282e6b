package visura_test

import (
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/app/codicefiscale"
	"indagor/ui/flow/visura"
)

func TestRead(t *testing.T) {
	s := newStage(t)
	for _, tc := range []struct {
		text  string
		kind  visura.Kind
		sex   string
		birth string
		place string
	}{
		{"", visura.KindEmpty, "", "", ""},
		{"rss", visura.KindPartial, "", "", ""},
		{"RSSMRA61L0", visura.KindPartial, "", "", ""},
		{"RSSMRA61L03", visura.KindPartial, "M", "1961-07-03", ""},
		{"RSSMRA61L43H501", visura.KindPartial, "F", "1961-07-03", "ROMA"},
		{rossi, visura.KindCode, "M", "1961-07-03", "ROMA"},
		{"rss mra 61l03 h501 b", visura.KindCode, "M", "1961-07-03", "ROMA"},
		{"RSSMRA61L03H501X", visura.KindWrong, "M", "1961-07-03", "ROMA"},
		{"AF41450AS", visura.KindANPR, "", "", ""},
		{"re03592s1", visura.KindANPR, "", "", ""},
		{"AF414", visura.KindPartial, "", "", ""},
		{"RSSMRA70C", visura.KindPartial, "", "", ""},
		{"RSSMRA7OC", visura.KindWrong, "", "", ""},
		{"AF41450ASX", visura.KindWrong, "", "", ""},
		{"PERSONA?", visura.KindWrong, "", "", ""},
		{"1234567890", visura.KindPartial, "", "", ""},
	} {
		r := s.Read(tc.text)
		birth := ""
		if len(r.Births) > 0 {
			birth = r.Births[0].Format(time.DateOnly)
		}
		if r.Kind != tc.kind || r.Sex != tc.sex || birth != tc.birth || r.Place.Name != tc.place {
			t.Errorf("%q: kind %d, sex %q, birth %q, place %q", tc.text, r.Kind, r.Sex, birth, r.Place.Name)
		}
	}
}

func TestReadFaults(t *testing.T) {
	s := newStage(t)
	r := s.Read("RSSMRA61L03H501X")
	if !r.WrongLetter || len(r.Suggestions) == 0 || r.Suggestions[0] != rossi {
		t.Errorf("%+v", r)
	}
	for _, c := range r.Suggestions {
		if codicefiscale.Check(c) != nil {
			t.Errorf("%q is no code", c)
		}
	}
	omocode := string(codicefiscale.Omocodes(rossi)[0])
	if r := s.Read(omocode); r.Kind != visura.KindCode || r.Omocodia != 1 || r.Place.Name != "ROMA" {
		t.Errorf("%+v", r)
	}
	if r := s.Read("RSSMRA61L43Z999"); r.Place.Name != "" || r.PlaceCode != "Z999" {
		t.Errorf("%+v", r)
	}
}

func TestPlaces(t *testing.T) {
	s, l := newStage(t), italian(t)
	find := func(query, name string) (visura.Place, bool) {
		for _, p := range s.Places(query) {
			if p.Name == name {
				return p, true
			}
		}
		return visura.Place{}, false
	}
	if p, ok := find("roma", "ROMA"); !ok || p.String() != "ROMA (RM)" || p.Note(l) != "" || p.Code != "H501" {
		t.Errorf("%+v %v", p, ok)
	}
	// San Felice ceased on 17 September 1974.
	felice, ok := find("san felice", "SAN FELICE")
	if !ok || felice.Code != "H837" || felice.Ended != 1974 || felice.Note(l) != "soppresso nel 1974" {
		t.Errorf("%+v %v", felice, ok)
	}
	s.Edit(func(x *visura.Form) { x.Identity.BirthDate = "1960-01-01" })
	if _, ok := find("san felice", "SAN FELICE"); !ok {
		t.Error("not found for a birth in its time")
	}
	if p, ok := find("san gavino m", "SAN GAVINO MONREALE"); !ok || p.Province != "CA" || p.Note(l) != "oggi SU" {
		t.Errorf("%+v %v", p, ok)
	}
	s.Edit(func(x *visura.Form) { x.Identity.BirthDate = "1990-01-01" })
	if p, ok := find("san felice", "SAN FELICE"); ok {
		t.Errorf("offered for a birth after its end: %+v", p)
	}
	if p, ok := find("jugosl", "JUGOSLAVIA"); !ok || !p.Foreign || p.Note(l) != "Stato estero, cessato nel 2003" {
		t.Errorf("%+v %v", p, ok)
	}
	s.Edit(func(x *visura.Form) { x.Identity.BirthDate = "2020-01-01" })
	if p, ok := find("jugosl", "JUGOSLAVIA"); !ok {
		t.Errorf("nothing is offered where nothing else matches: %+v", p)
	}
	if got := s.Places(""); len(got) != 0 {
		t.Errorf("%d places for no query", len(got))
	}
	if p := s.PlaceOf("Z110"); !p.Foreign || p.Name != "FRANCIA" {
		t.Errorf("%+v", p)
	}
	if p := s.PlaceOf("X000"); p.Name != "" || p.Code != "X000" {
		t.Errorf("%+v", p)
	}
}

func TestRefusals(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*visura.Form)
		want   string
	}{
		{"nothing", func(x *visura.Form) { *x = visura.Form{} }, "required at subject; required at type; required at purpose; required at file_reference"},
		{"letter", func(x *visura.Form) { x.Text = "RSSMRA61L03H501X" }, "fiscal_code_check at subject.fiscal_code"},
		{"short", func(x *visura.Form) { x.Text = "RSSMRA" }, "malformed at subject"},
		{"code", func(x *visura.Form) { x.Text = "RSSMRA61L93H501B" }, "fiscal_code at subject.fiscal_code"},
		{"type", func(x *visura.Form) { x.Type = app.VisuraCittadinanza }, "type_not_assigned at type"},
		{"future", func(x *visura.Form) { x.ReferenceDate = "2026-11-24" }, "date_future at reference_date"},
		{"day", func(x *visura.Form) { x.ReferenceDate = "31/02" }, "date at reference_date"},
		{"purpose", func(x *visura.Form) { x.Purpose = "p9" }, "purpose_not_allowed at purpose"},
		{"file", func(x *visura.Form) { x.FileReference = "  " }, "required at file_reference"},
		{"long", func(x *visura.Form) { x.FileReference = strings.Repeat("è", 121) }, "too_long at file_reference"},
		{
			"identity", func(x *visura.Form) { x.By = visura.ByIdentity },
			"required at subject.identity.surname; required at subject.identity.name; required at subject.identity.sex; required at subject.identity.birth_date; required at subject.identity.birth_place",
		},
		{"born", func(x *visura.Form) {
			x.By, x.Identity = visura.ByIdentity, app.Identity{Surname: "Rossi", Name: "Mario", Sex: "M", BirthDate: "1849-01-01", BirthPlace: "H501"}
		}, "date at subject.identity.birth_date"},
		{"unborn", func(x *visura.Form) {
			x.By, x.Identity = visura.ByIdentity, app.Identity{Surname: "Rossi", Name: "Mario", Sex: "M", BirthDate: "2026-12-01", BirthPlace: "H501"}
		}, "date_future at subject.identity.birth_date"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newStage(t)
			s.filled()
			s.Edit(tc.change)
			if s.Send() {
				t.Fatal("sent")
			}
			if got := s.State().Errors.Error(); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
			l := italian(t)
			for _, e := range s.State().Errors {
				if text := l.Field(e); text == "" || strings.Contains(text, "error.") {
					t.Errorf("%v: %q", e, text)
				}
			}
			if len(s.later) > 0 || s.State().Phase != visura.PhaseForm {
				t.Error("something was sent")
			}
		})
	}
}
