package visura

import (
	"slices"
	"strconv"
	"strings"

	"indagor/app"
	"indagor/app/territory"
	"indagor/sync/wire"
)

// Choice is something that can be stated, with its code.
type Choice struct{ Code, Name string }

// Verifications are the types assigned to the user that answer yes or no.
func (f *Flow) Verifications() []app.VisuraType {
	return slices.DeleteFunc(f.Types(), func(t app.VisuraType) bool { return !verifies(t) })
}

// Answers are the types assigned to the user that give data.
func (f *Flow) Answers() []app.VisuraType {
	return slices.DeleteFunc(f.Types(), verifies)
}

func verifies(t app.VisuraType) bool {
	spec, _ := t.Spec()
	return spec.Verifies
}

// Choose takes what is chosen among the types that give data, as a set of
// chips tells it: those that can be asked at once may be several, each of the
// others stands alone, and what was chosen last counts.
func (x *Form) Choose(chosen []app.VisuraType) {
	before := x.chosen()
	var fresh []app.VisuraType
	for _, t := range chosen {
		if !slices.Contains(before, t) {
			fresh = append(fresh, t)
		}
	}
	alone := func(t app.VisuraType) bool {
		spec, _ := t.Spec()
		return !spec.Partable()
	}
	switch {
	case len(fresh) > 0 && (x.Usual && x.Type != "" || alone(fresh[0])):
		chosen = fresh[:1]
	case len(chosen) > 1:
		chosen = slices.DeleteFunc(slices.Clone(chosen), alone)
	}
	x.Type, x.Also, x.Usual = "", nil, false
	if len(chosen) > 0 {
		x.Type, x.Also = chosen[0], slices.Clone(chosen[1:])
	}
}

// chosen are the types that the form asks for.
func (x Form) chosen() []app.VisuraType {
	if x.Type == "" {
		return nil
	}
	return append([]app.VisuraType{x.Type}, x.Also...)
}

// Chosen are the types that the form asks for.
func (x Form) Chosen() []app.VisuraType { return x.chosen() }

// Inputs are what must, or may, be stated for the type that is chosen.
func (x Form) Inputs() []app.Declaration {
	spec, _ := x.Type.Spec()
	return spec.Declares
}

// History reports whether the form asks from when on.
func (x Form) History() bool {
	spec, _ := x.Type.Spec()
	return spec.History
}

// declare checks what is stated.
func (f *Flow) declare(x Form, r *wire.VisuraRequest, today app.Day, refuse func(app.Code, string, ...string)) {
	spec, _ := x.Type.Spec()
	if spec.ByCode && r.Subject.IDANPR != "" {
		refuse(app.CodeSubjectByCode, FieldIDANPR)
	}
	if spec.History {
		r.Since = x.Since
		switch _, ok := x.Since.Time(); {
		case x.Since == "":
			refuse(app.CodeRequired, FieldSince)
		case !ok:
			refuse(app.CodeDate, FieldSince)
		case x.Since > r.ReferenceDate:
			refuse(app.CodeProfilePeriod, FieldSince)
		}
	}
	if len(spec.Declares) == 0 {
		return
	}
	out := app.Declared{}
	for _, d := range spec.Declares {
		text, field := strings.TrimSpace(x.Declared.Of(d.Input)), FieldDeclared+string(d.Input)
		switch day, ok := app.Day(text).Time(); {
		case text == "" && d.Optional:
			continue
		case text == "":
			refuse(app.CodeRequired, field)
			continue
		case d.Input == app.InputDate && (!ok || day.Year() < oldestBirth):
			refuse(app.CodeDate, field)
		case d.Input == app.InputDate && app.Day(text) > today:
			refuse(app.CodeDateFuture, field)
		}
		switch d.Input {
		case app.InputComune:
			out.Comune = text
		case app.InputState:
			out.State = text
		case app.InputCivilStatus:
			out.CivilStatus = text
		case app.InputDate:
			out.Date = app.Day(text)
		case app.InputSurname:
			out.Surname = text
		case app.InputName:
			out.Name = text
		}
	}
	r.Declared = &out
}

// Comuni finds the Comuni of today of which some word begins with the query.
func (f *Flow) Comuni(query string) []Place {
	now := f.config.Now()
	var out []Place
	for _, p := range f.config.Atlas().Search(query, now, mostPlaces) {
		if !p.Foreign && p.Belfiore() != "" && !p.Ceased {
			out = append(out, placeOf(p, f.config.Atlas(), now))
		}
	}
	return out
}

// ComuneOf is the Comune of today with the cadastral code.
func (f *Flow) ComuneOf(code string) Place {
	now := f.config.Now()
	c, match := f.config.Atlas().ComuneAt(code, now)
	if match == territory.Unknown {
		return Place{Code: code}
	}
	return placeOf(territory.Place{Comune: c}, f.config.Atlas(), now)
}

// Citizenships are the states of which one may be a citizen, by their ISTAT
// codes; italy is what Italy is called.
func (f *Flow) Citizenships(italy string) []Choice {
	out := []Choice{{app.Italy, italy}}
	for _, s := range f.config.Atlas().States() {
		if s.Citizenship && !s.Ceased() && s.ISTAT != "" && s.ISTAT != app.Italy {
			out = append(out, Choice{s.ISTAT, s.Name})
		}
	}
	slices.SortStableFunc(out[1:], func(a, b Choice) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// CivilStatuses are the civil statuses that can be stated.
func (f *Flow) CivilStatuses() []Choice {
	var out []Choice
	for code := 1; code < 9; code++ {
		if name, ok := f.config.Atlas().Name("tab01", strconv.Itoa(code)); ok {
			out = append(out, Choice{strconv.Itoa(code), name})
		}
	}
	return out
}
