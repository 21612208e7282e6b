package bulk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"indagor/app"
	"indagor/app/codicefiscale"
	"indagor/server/internal/anpr"
)

// value is one cell that was found: a text, or the key of a phrase which the
// text completes.
type value struct {
	Text   string `json:"t,omitempty"`
	Phrase string `json:"p,omitempty"`
}

// result is what a row came to, as it is kept.
type result struct {
	Outcome    app.Outcome       `json:"outcome"`
	Code       app.Code          `json:"code,omitempty"`
	Params     map[string]string `json:"params,omitempty"`
	IDANPR     string            `json:"id,omitempty"`
	FiscalCode string            `json:"cf,omitempty"`
	Operation  string            `json:"op,omitempty"` // idOperazioneANPR; none where nothing may be told
	Values     []value           `json:"v,omitempty"`  // in the order of the job's fields
	Nucleus    string            `json:"n,omitempty"`  // key of the household
	Members    [][]value         `json:"m,omitempty"`  // in the order of app.MemberFields
	From       int               `json:"from,omitempty"`
	Incoherent bool              `json:"inc,omitempty"` // an earlier row's household has the person, and other members

	operation string   // for the log
	marks     []string // of the members
	changed   bool
}

// member is the part of a person's answer by which he is known.
type member struct {
	Identificativi struct {
		IDANPR loose `json:"idANPR"`
	} `json:"identificativi"`
	Generalita struct {
		CodiceFiscale struct {
			CodFiscale loose `json:"codFiscale"`
		} `json:"codiceFiscale"`
	} `json:"generalita"`
	Legame struct {
		Tipo   loose `json:"tipoLegame"`
		Codice loose `json:"codiceLegame"`
	} `json:"legameSoggetto"`
	Info []struct {
		ID     loose `json:"id"`
		Valore loose `json:"valore"`
		Data   loose `json:"valoreData"`
	} `json:"infoSoggettoEnte"`
}

// loose is a text that may be written as a number.
type loose string

// UnmarshalJSON takes a text or a number; of anything else nothing.
func (l *loose) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) != nil {
		s = strings.Trim(string(b), "{}[] ")
		if s == "null" {
			s = ""
		}
	}
	*l = loose(strings.TrimSpace(s))
	return nil
}

func parse(raw json.RawMessage) (m member) {
	if json.Unmarshal(raw, &m) != nil {
		return member{}
	}
	return m
}

func (m member) id() string   { return string(m.Identificativi.IDANPR) }
func (m member) code() string { return strings.ToUpper(string(m.Generalita.CodiceFiscale.CodFiscale)) }

// dead reads the items 1003 (alive) and 1015 (date of death).
func (m member) dead() bool {
	for _, i := range m.Info {
		if i.ID == "1015" && i.Data != "" || i.ID == "1003" && i.Valore == "N" {
			return true
		}
	}
	return false
}

// dressed puts the columns of a rivestizione together.
func (x *asking) dressed(id string, answers map[anpr.Service]anpr.Answer) result {
	res := result{Outcome: app.OutcomeNoData, IDANPR: id}
	dead := false
	for _, s := range x.r.ask {
		a := answers[s]
		o := outcomeOf(a)
		if res.Operation == "" {
			res.Operation = a.OperationID
		}
		switch o {
		case app.OutcomeFound:
			res.Outcome = app.OutcomeFound
			m := parse(a.Subjects[0])
			dead = dead || m.dead()
			if res.FiscalCode == "" {
				res.FiscalCode = m.code()
			}
		case app.OutcomeNotFound, app.OutcomeCancelled, app.OutcomeDuplicate:
			// One e-service that does not know the person, or cannot say which
			// it is, speaks for the row.
			res = x.without(o)
			res.operation = a.OperationID
			return res
		}
	}
	res.operation = res.Operation
	if dead {
		res.Outcome = app.OutcomeDeceased
	}
	for _, f := range app.JobFields {
		if !slices.Contains(x.r.j.Order.Fields, f.ID) {
			continue
		}
		var v value
		if a := answers[anpr.Service(f.Service)]; a.Outcome == anpr.Found {
			v.Text, v.Phrase = x.r.s.writer.Text(f.Field, a.Subjects[0])
		}
		res.Values = append(res.Values, v)
	}
	return res
}

// institution is the kind of bond of those who live in a barracks, a hospital
// or a convent together (dossier, tab06).
const institution = "4"

// nucleusKey tells a household from others. ANPR gives no id of the family: it
// is the same where the day, the kind of bond and the members are the same, in
// whatever order they come.
func nucleusKey(day app.Day, kind string, ids []string) string {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	sum := sha256.Sum256([]byte(string(day) + "|" + kind + "|" + strings.Join(slices.Compact(ids), ",")))
	return strings.ToUpper(hex.EncodeToString(sum[:8]))
}

// memberMarks are the marks under which a person is met again in a job, by code
// and by ANPR id.
func (s *Service) memberMarks(code, id string) []string {
	var out []string
	if code != "" {
		out = append(out, s.sealer.Mark("job member", []byte("c"+code)))
	}
	if id != "" {
		out = append(out, s.sealer.Mark("job member", []byte("a"+id)))
	}
	return out
}

// Where code, id and date of death stand among app.MemberFields.
var fieldCode, fieldID, fieldDeath = memberField("field.fiscal_code"), memberField("field.id_anpr"), memberField("field.death_date")

func memberField(label string) int {
	return slices.IndexFunc(app.MemberFields, func(f app.Field) bool { return f.Label == label })
}

// met gives the household of a person who is a member of one that an earlier
// row found at the same day: he need not be asked about.
func (x *asking) met(code, id string) (result, bool, error) {
	r := x.r
	if r.j.Service != app.ServiceHousehold {
		return result{}, false, nil
	}
	for _, mark := range x.r.s.memberMarks(code, id) {
		number, nucleus, err := r.s.store.JobMember(r.t.ctx, r.j.ID, mark)
		if app.CodeOf(err) == app.CodeNotFound || err == nil && number == x.row.Number {
			continue
		}
		if err != nil {
			return result{}, false, err
		}
		row, err := r.s.store.JobRow(r.t.ctx, r.j.ID, number)
		if err != nil {
			return result{}, false, err
		}
		theirs, err := r.s.openResult(row)
		if err != nil {
			return result{}, false, err
		}
		res := result{Outcome: app.OutcomeFound, Nucleus: nucleus, From: number, IDANPR: id, FiscalCode: code, operation: theirs.Operation, Operation: theirs.Operation}
		if theirs.Outcome == app.OutcomeHotel {
			res.Outcome = app.OutcomeHotel
		}
		for _, m := range theirs.Members {
			theirCode, theirID := m[fieldCode].Text, m[fieldID].Text
			if code != "" && strings.EqualFold(theirCode, code) || id != "" && theirID == id {
				res.IDANPR, res.FiscalCode = theirID, theirCode
				if m[fieldDeath].Text != "" {
					res.Outcome = app.OutcomeDeceased
				}
			}
		}
		// Whoever is met is not asked about, so that here alone his own code
		// comes to light. Of an institution the members are not kept: where the
		// code is not known, the answer must tell it.
		switch {
		case r.own == "":
		case res.FiscalCode == "":
			return result{}, false, nil
		case codicefiscale.Code(r.own).Equivalent(codicefiscale.Code(res.FiscalCode)):
			return result{}, false, app.E(app.CodeOwnRecord)
		}
		return res, true, nil
	}
	return result{}, false, nil
}

// household puts a household together, a row per member.
func (x *asking) household(id string, a anpr.Answer) (result, error) {
	if a.Outcome != anpr.Found && a.Outcome != anpr.Duplicate || len(a.Subjects) == 0 {
		res := x.without(outcomeOf(a))
		res.operation = a.OperationID
		return res, nil
	}
	res := result{Outcome: app.OutcomeFound, IDANPR: id, Operation: a.OperationID, operation: a.OperationID}
	kind := ""
	var ids []string
	for _, raw := range a.Subjects {
		m := parse(raw)
		ids = append(ids, m.id())
		if kind == "" {
			kind = string(m.Legame.Tipo)
		}
		if m.id() == id {
			res.FiscalCode = m.code()
			if m.dead() {
				res.Outcome = app.OutcomeDeceased
			}
		}
	}
	res.Nucleus = nucleusKey(x.r.j.Day, kind, ids)
	if kind == institution {
		res.Outcome = app.OutcomeHotel // whom he lives with there is nobody's affair
	}
	for _, raw := range a.Subjects {
		m := parse(raw)
		res.marks = append(res.marks, x.r.s.memberMarks(m.code(), m.id())...)
		if kind == institution {
			continue
		}
		var vs []value
		for _, f := range app.MemberFields {
			text, phrase := x.r.s.writer.Text(f, raw)
			vs = append(vs, value{text, phrase})
		}
		res.Members = append(res.Members, vs)
	}
	for _, mark := range x.r.s.memberMarks(res.FiscalCode, id) {
		_, nucleus, err := x.r.s.store.JobMember(x.r.t.ctx, x.r.j.ID, mark)
		if err == nil && nucleus != res.Nucleus {
			res.Incoherent = true // the Comuni's dates may disagree
		} else if err != nil && app.CodeOf(err) != app.CodeNotFound {
			return res, err
		}
	}
	return res, nil
}

func (s *Service) openResult(r app.StoredJobRow) (res result, err error) {
	if len(r.Result) == 0 {
		return result{Outcome: r.Outcome}, nil
	}
	b, err := s.sealer.Unseal(r.Result, rowAAD(r.Job, r.Number, "result"))
	if err == nil {
		err = json.Unmarshal(b, &res)
	}
	return res, err
}

// answer is what a result tells of the person, in a form that can be compared:
// the numbers of ANPR's operations are always others, the key of a household
// holds the day, and which of the relatives was asked about is chance. It is nil
// where nothing was told.
func (s *Service) answer(ctx context.Context, service app.Service, row app.StoredJobRow, res result) ([]byte, error) {
	switch res.Outcome {
	case "", app.OutcomeFailed, app.OutcomeWithdrawn, app.OutcomeRefused, app.OutcomeWrong, app.OutcomeLeftOut:
		return nil, nil
	}
	a := struct {
		Outcome      app.Outcome
		IDANPR, Code string
		Values       []value
		Members      [][]value
	}{Outcome: res.Outcome, Values: res.Values}
	if service != app.ServiceHousehold {
		a.IDANPR, a.Code = res.IDANPR, res.FiscalCode
		return json.Marshal(a)
	}
	a.Members = res.Members
	if res.From > 0 {
		theirs, err := s.store.JobRow(ctx, row.Job, res.From)
		if err != nil {
			return nil, err
		}
		found, err := s.openResult(theirs)
		if err != nil {
			return nil, err
		}
		a.Members = found.Members
	}
	a.Members = slices.Clone(a.Members)
	slices.SortFunc(a.Members, func(m, n []value) int { return strings.Compare(m[fieldID].Text, n[fieldID].Text) })
	return json.Marshal(a)
}

// differs reports whether a row has another answer than in the job that this
// one repeats. A failure is no answer; an answer about whom nothing was known
// then is another.
func (x *asking) differs(res result) (bool, error) {
	s := x.r.s
	now, err := s.answer(s.ctx, x.r.j.Service, x.row, res)
	if now == nil || err != nil {
		return false, err
	}
	was, err := s.openWas(x.row)
	return !bytes.Equal(was, now), err
}

// openWas is the answer in the job that is repeated; nil where there was none.
func (s *Service) openWas(r app.StoredJobRow) ([]byte, error) {
	if len(r.Was) == 0 {
		return nil, nil
	}
	return s.sealer.Unseal(r.Was, rowAAD(r.Job, r.Number, "was"))
}

// was is what a row of an ended job hands on to the job that repeats it: its
// answer, or the one before where this time there was none.
func (s *Service) was(ctx context.Context, service app.Service, r app.StoredJobRow) ([]byte, error) {
	if r.Done && len(r.Result) > 0 {
		res, err := s.openResult(r)
		if err != nil {
			return nil, err
		}
		if a, err := s.answer(ctx, service, r, res); a != nil || err != nil {
			return a, err
		}
	}
	return s.openWas(r)
}
