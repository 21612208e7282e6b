package visura

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"indagor/app"
	"indagor/app/territory"
)

// what checks the type, or the types, that are asked against those assigned.
func (p *plan) what(r Request, assigned []app.VisuraType) error {
	if r.Type != app.VisuraScheda || len(r.Types) == 0 {
		if !slices.Contains(assigned, r.Type) {
			return app.E(app.CodeTypeOff).At("type")
		}
		if len(r.Types) > 0 {
			return app.E(app.CodeInvalid).At("types")
		}
	}
	if r.Type != app.VisuraScheda {
		return nil
	}
	if len(r.Types) == 0 {
		for _, t := range app.SchedaParts {
			if slices.Contains(assigned, t) {
				p.parts = append(p.parts, t)
			}
		}
		if p.byStatus = true; len(p.parts) == 0 {
			return app.E(app.CodeNoParts).At("type")
		}
		return nil
	}
	for _, t := range r.Types {
		spec, ok := t.Spec()
		switch {
		case !ok || !spec.Partable() || slices.Contains(p.parts, t):
			return app.E(app.CodeInvalid).At("types")
		case !slices.Contains(assigned, t):
			return app.E(app.CodeTypeOff).At("types")
		}
		p.parts = append(p.parts, t)
	}
	return nil
}

// declared checks what the operator states of the person, and makes of it the
// group "verifica" of the request to ANPR; nil where nothing is compared.
func (s *Service) declared(spec app.VisuraSpec, d *app.Declared, day time.Time) (json.RawMessage, *app.Declared, error) {
	if len(spec.Declares) == 0 {
		return nil, nil, nil
	}
	group, out := map[string]any{}, app.Declared{Words: map[app.Input]string{}}
	for _, x := range spec.Declares {
		text := strings.TrimSpace(d.Of(x.Input))
		if text == "" {
			if !x.Optional {
				return nil, nil, app.E(app.CodeRequired).At("declared." + string(x.Input))
			}
			continue
		}
		value, err := s.stated(x.Input, text, day, &out)
		if err != nil {
			return nil, nil, err
		}
		set(group, x.Path, value)
	}
	if spec.Type == app.VerifyResidenza {
		set(group, "residenza.tipoIndirizzo", "1")
	}
	b, err := json.Marshal(group)
	return b, &out, err
}

// stated is the value of an input as ANPR wants it.
func (s *Service) stated(i app.Input, text string, day time.Time, out *app.Declared) (any, error) {
	refuse := func(code app.Code) (any, error) { return nil, app.E(code).At("declared." + string(i)) }
	switch i {
	case app.InputComune:
		out.Comune = strings.ToUpper(text)
		c, match := s.atlas.ComuneAt(out.Comune, day)
		if match == territory.Unknown {
			return refuse(app.CodePlaceUnknown)
		}
		out.Words[i] = c.Name + " (" + c.Province + ")"
		return map[string]any{"nomeComune": strings.ToUpper(c.Name), "codiceIstat": c.ISTAT, "siglaProvinciaIstat": c.Province}, nil
	case app.InputState:
		out.State = text
		name := "ITALIA"
		if text != app.Italy {
			state, ok := s.atlas.StateByISTAT(text)
			if !ok {
				return refuse(app.CodePlaceUnknown)
			}
			name = strings.ToUpper(state.Name)
		}
		out.Words[i] = name
		return map[string]any{"codiceStato": text, "descrizioneStato": name}, nil
	case app.InputCivilStatus:
		out.CivilStatus = text
		name, ok := s.atlas.Name("tab01", text)
		if !ok {
			return refuse(app.CodeInvalid)
		}
		out.Words[i] = name
	case app.InputDate:
		out.Date = app.Day(text)
		at, ok := out.Date.Time()
		switch {
		case !ok || at.Year() < 1850:
			return refuse(app.CodeDate)
		case at.After(day):
			return refuse(app.CodeDateFuture)
		}
	case app.InputSurname:
		text = strings.ToUpper(text)
		out.Surname = text
	case app.InputName:
		text = strings.ToUpper(text)
		out.Name = text
	}
	return text, nil
}

// set puts a value at a dotted path; objects at the same path are joined.
func set(group map[string]any, path string, value any) {
	parts := strings.Split(path, ".")
	for _, p := range parts[:len(parts)-1] {
		inner, ok := group[p].(map[string]any)
		if !ok {
			inner = map[string]any{}
			group[p] = inner
		}
		group = inner
	}
	group[parts[len(parts)-1]] = value
}
