package pdnd

import (
	"bytes"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"indagor/server/internal/anpr"
)

func TestBody(t *testing.T) {
	person := func(change func(*anpr.Identity)) anpr.Criteria {
		i := &anpr.Identity{
			Surname: "SETTIMO", Name: "SOGGETTO", Sex: "M", Birth: anpr.Date{Year: 1990, Month: 1, Day: 1},
			Place: anpr.Place{Comune: &anpr.Comune{Name: "ROMA", ISTAT: "058091", Province: "RM"}},
		}
		change(i)
		return anpr.Criteria{Identity: i}
	}
	const rome = `"luogoNascita":{"comune":{"nomeComune":"ROMA","codiceIstat":"058091","siglaProvinciaIstat":"RM"}}`
	for _, c := range []struct {
		name     string
		criteria anpr.Criteria
		want     string
	}{
		{"id", anpr.Criteria{IDANPR: "AF41450AS"}, `{"idANPR":"AF41450AS"}`},
		{"code", anpr.Criteria{FiscalCode: testCode}, `{"codiceFiscale":"STTSGT90A01H501J"}`},
		{"names", person(func(*anpr.Identity) {}), `{"cognome":"SETTIMO","nome":"SOGGETTO","sesso":"M","datiNascita":{"dataEvento":"1990-01-01",` + rome + `}}`},
		{"one name", person(func(i *anpr.Identity) { i.Surname = " " }), `{"senzaCognome":"1","nome":"SOGGETTO","sesso":"M","datiNascita":{"dataEvento":"1990-01-01",` + rome + `}}`},
		{"no name", person(func(i *anpr.Identity) { i.Name = "" }), `{"cognome":"SETTIMO","senzaNome":"1","sesso":"M","datiNascita":{"dataEvento":"1990-01-01",` + rome + `}}`},
		{"no day", person(func(i *anpr.Identity) { i.Birth = anpr.Date{Year: 1990, Month: 5} }), `{"cognome":"SETTIMO","nome":"SOGGETTO","sesso":"M","datiNascita":{"dataEvento":"1990-05-01","senzaGiorno":"1",` + rome + `}}`},
		{"no month", person(func(i *anpr.Identity) { i.Birth = anpr.Date{Year: 1990} }), `{"cognome":"SETTIMO","nome":"SOGGETTO","sesso":"M","datiNascita":{"dataEvento":"1990-01-01","senzaGiornoMese":"1",` + rome + `}}`},
		{
			"abroad", person(func(i *anpr.Identity) {
				i.Place = anpr.Place{Foreign: &anpr.Foreign{Locality: "PARIGI", State: "FRANCIA", StateCode: "215"}}
			}),
			`{"cognome":"SETTIMO","nome":"SOGGETTO","sesso":"M","datiNascita":{"dataEvento":"1990-01-01","luogoNascita":{"localita":{"descrizioneLocalita":"PARIGI","descrizioneStato":"FRANCIA","codiceStato":"215"}}}}`,
		},
		{
			"least", person(func(i *anpr.Identity) { i.Place.Comune = &anpr.Comune{Name: "D'<&>ò", Province: "RM"} }),
			`{"cognome":"SETTIMO","nome":"SOGGETTO","sesso":"M","datiNascita":{"dataEvento":"1990-01-01","luogoNascita":{"comune":{"nomeComune":"D'<&>ò","siglaProvinciaIstat":"RM"}}}}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := testRequest(anpr.C030)
			r.Criteria = c.criteria
			got, err := marshal(r, "X0001")
			want := `{"idOperazioneClient":"X0001","criteriRicerca":` + c.want +
				`,"datiRichiesta":{"dataRiferimentoRichiesta":"2026-11-18","motivoRichiesta":"Prot. 12345 del 18-11-2026","casoUso":"C030"}}`
			if err != nil || string(got) != want {
				t.Errorf("%v\n got %s\nwant %s", err, got, want)
			}
		})
	}
	r := testRequest(anpr.C006)
	r.Verify = json.RawMessage(`{ "cittadinanza": {"codiceStato":"100"} }`)
	got, err := marshal(r, "X0001")
	if err != nil || !strings.Contains(string(got), `"verifica":{"cittadinanza":{"codiceStato":"100"}},"datiRichiesta"`) {
		t.Errorf("%s %v", got, err)
	}
}

// schemas are the OpenAPI files of the dossier, of which the one for the
// e-service is used, or the composed one.
type schemas struct {
	t   testing.TB
	dir string
	doc map[string]*openapi3.T
}

func newSchemas(t testing.TB) *schemas {
	return &schemas{t: t, dir: filepath.Dir(dossier(t, "openapi/anpr-e002.composed.yaml")), doc: map[string]*openapi3.T{}}
}

func (s *schemas) load(file string) *openapi3.T {
	if d := s.doc[file]; d != nil {
		return d
	}
	d, err := openapi3.NewLoader().LoadFromFile(filepath.Join(s.dir, file))
	if err != nil {
		s.t.Fatal(err)
	}
	s.doc[file] = d
	return d
}

// check validates a JSON value against a schema of every file that speaks of
// the e-service.
func (s *schemas) check(service anpr.Service, schema string, body []byte) {
	s.t.Helper()
	files := []string{"anpr-e002.composed.yaml"}
	for _, prefix := range []string{"C001", "C003", "C021", "C030"} {
		if string(service) == prefix {
			found, err := filepath.Glob(filepath.Join(s.dir, prefix+"-*.yaml"))
			if err != nil || len(found) == 0 {
				s.t.Fatalf("no file for %s: %v", prefix, err)
			}
			files = append(files, filepath.Base(found[0]))
		}
	}
	for _, file := range files {
		s.validate(file, schema, body)
	}
}

func (s *schemas) validate(file, schema string, body []byte) {
	s.t.Helper()
	ref := s.load(file).Components.Schemas[schema]
	if ref == nil {
		s.t.Fatalf("%s: no schema %s", file, schema)
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		s.t.Fatal(err)
	}
	if err := ref.Value.VisitJSON(v); err != nil {
		s.t.Errorf("%s %s: %v\n%s", file, schema, err, body)
	}
}

// TestRequestsFollowOpenAPI sends one request for every e-service and way of
// asking, and holds what arrives against the interface files.
func TestRequestsFollowOpenAPI(t *testing.T) {
	s := newSchemas(t)
	f := newFake(t)
	c := f.client()
	names := &anpr.Identity{
		Name: "SOGGETTO", Sex: "M", Birth: anpr.Date{Year: 1990, Month: 5},
		Place: anpr.Place{Foreign: &anpr.Foreign{State: "FRANCIA"}},
	}
	n := 0
	for _, service := range anpr.Services() {
		f.onRequest = func(body []byte) {
			n++
			s.check(service, "RichiestaE002", body)
			if bytes.Contains(body, []byte("null")) || bytes.Contains(body, []byte(`""`)) {
				t.Errorf("%s: %s", service, body)
			}
		}
		for _, criteria := range []anpr.Criteria{{IDANPR: "AF41450AS"}, {FiscalCode: testCode}, {Identity: names}} {
			if criteria.IDANPR != "" && !service.ByID() {
				continue
			}
			r := testRequest(service)
			r.Criteria = criteria
			if service == anpr.C003 {
				r.Verify = json.RawMessage(`{"generalita":{"cognome":"SETTIMO"}}`)
			}
			if _, _, err := c.Lookup(t.Context(), r); err != nil {
				t.Errorf("%s: %v", service, err)
			}
		}
	}
	if n != 3*len(anpr.Services())-1 {
		t.Errorf("%d requests seen", n)
	}
}

func TestTokenRequestFollowsOpenAPI(t *testing.T) {
	s := newSchemas(t)
	f := newFake(t)
	f.token = func(w http.ResponseWriter, r *http.Request) {
		form := map[string]string{}
		for k, v := range r.PostForm {
			form[k] = v[0]
		}
		b, err := json.Marshal(form)
		if err != nil {
			t.Error(err)
		}
		s.validate("pdnd-token-oauth2.yaml", "AccessTokenRequest", b)
		if r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || r.Header.Get("Accept") != "application/json" {
			t.Errorf("headers %v", r.Header)
		}
		f.write(w, 400, problemJSON, `{}`)
	}
	_, _, _ = f.client().Lookup(t.Context(), testRequest(anpr.C020))
	if f.vouchers() != 1 {
		t.Error("nothing asked")
	}
}

// TestDossierExamples reads every answer of the dossier: each follows the
// interface files, and means what its name says.
func TestDossierExamples(t *testing.T) {
	s := newSchemas(t)
	dir := filepath.Dir(dossier(t, "examples/C020.response.json"))
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) < 30 {
		t.Fatalf("%d examples: %v", len(files), err)
	}
	seen := 0
	for _, path := range files {
		name := filepath.Base(path)
		body := readDossier(t, "examples/"+name)
		service, kind, _ := strings.Cut(name, ".")
		switch {
		case strings.HasPrefix(kind, "request"):
			s.check(anpr.Service(service), "RichiestaE002", body)
		case strings.HasPrefix(kind, "response"):
			seen++
			s.check(anpr.Service(service), "RispostaE002OK", body)
			v := judge(anpr.Service(service), 200, contentJSON, body)
			want := anpr.Found
			if strings.Contains(kind, "duplicato") {
				want = anpr.Duplicate
			}
			if v.err != nil || v.answer.Outcome != want || v.operation == "" || len(v.answer.Subjects) == 0 {
				t.Errorf("%s: %+v", name, v)
			}
		case service == "KO":
			s.check("", "RispostaKO", body)
		case service == "status":
			s.check("", "RispostaKO", body)
			if v := judgeStatus(anpr.C020, 200, problemJSON, body); v.err != nil {
				t.Errorf("%s: %v", name, v.err)
			}
		}
	}
	if seen < 15 {
		t.Errorf("only %d answers read", seen)
	}
	for name, want := range map[string]struct {
		status int
		says   string
	}{
		"KO.404.EN122.non_registrato.json":           {404, "not_found"},
		"KO.404.EN122.cancellato.json":               {404, "cancelled"},
		"KO.400.EN148.caso_uso.json":                 {400, "anpr_not_enabled"},
		"KO.999.json":                                {500, "anpr_fault"},
		"GW.400.InteroperabilityInvalidRequest.json": {400, "anpr_refused"},
		"GW.400.InvalidRequestContent.json":          {400, "anpr_refused"},
		"GW.404.NotFound.json":                       {404, "anpr_refused"},
		"GW.429.LimitExceeded.json":                  {429, "anpr_quota"},
		"GW.429.TooManyRequests.json":                {429, "anpr_too_many"},
		"GW.503.GatewayError.json":                   {503, "anpr_fault"},
	} {
		v := judge(anpr.C020, want.status, problemJSON, readDossier(t, "examples/"+name))
		got := string(v.answer.Outcome)
		if v.err != nil {
			got = string(v.err.Code)
		}
		if got != want.says {
			t.Errorf("%s: %s, want %s", name, got, want.says)
		}
	}
}

// FuzzJudge: whatever comes, the reading ends in an answer or an error, never
// both, and the evidence stays fit for a log.
func FuzzJudge(f *testing.F) {
	for _, c := range failures {
		f.Add(c.status, c.contentType, []byte(c.body))
	}
	f.Add(200, contentJSON, []byte(`{"idOperazioneANPR":1e400,"listaSoggetti":{"datiSoggetto":[{"a":1}]},"listaErrori":[]}`))
	f.Fuzz(func(t *testing.T, status int, contentType string, body []byte) {
		for _, s := range []anpr.Service{anpr.C020, anpr.C021} {
			v := judge(s, status, contentType, body)
			switch {
			case v.err != nil && v.answer.Outcome != "":
				t.Fatal("an answer and an error")
			case v.err != nil && v.err.Params["service"] != string(s):
				t.Fatalf("parameters %v", v.err.Params)
			case v.err == nil:
				a := v.answer
				n := len(a.Subjects)
				fits := map[anpr.Outcome]bool{
					anpr.Found: n == 1 || n > 1 && s.Many(), anpr.Duplicate: n > 1 && !s.Many(), anpr.Empty: n == 0,
					anpr.NotFound: n == 0, anpr.Cancelled: n == 0,
				}[a.Outcome]
				if !fits || !json.Valid(a.Raw) || !isJSON(contentType) {
					t.Fatalf("%q with %d subjects from %q", a.Outcome, n, body)
				}
				for _, x := range a.Subjects {
					if !json.Valid(x) || x[0] != '{' {
						t.Fatalf("subject %q", x)
					}
				}
			}
			if len(v.code) > 64 || strings.ContainsAny(v.code+v.text, "\n\r\x00") {
				t.Fatalf("code %q text %q", v.code, v.text)
			}
		}
		judgeStatus(anpr.C020, status, contentType, body)
	})
}
