package sim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// shared is the folder of the ANPR material, beside the repository where it
// is present at all.
func shared(t testing.TB, parts ...string) string {
	t.Helper()
	for _, root := range []string{"../../../../shared/anpr", "../../../../../shared/anpr"} {
		if _, err := os.Stat(root); err == nil {
			return filepath.Join(append([]string{root}, parts...)...)
		}
	}
	t.Skip("SKIPPED: the folder shared/anpr is not beside the repository, the answers are not compared with ANPR's own files")
	return ""
}

// everyService has one good question for each e-service.
func everyService(b *bench, day string) map[string]string {
	verify := map[string]string{
		"C003": `{"generalita":{"cognome":"BELLACQUA","nome":"ENRICO","sesso":"M","dataNascita":"1978-04-12"}}`,
		"C004": `{"datiDecesso":{"dataEvento":"2021-11-13"}}`,
		"C005": `{"matrimonio":{"coniuge":{"cognome":"QUERZOLI","nome":"ILARIA"},"datiMatrimonio":{"dataEvento":"2009-06-06"}}}`,
		"C006": `{"cittadinanza":{"codiceStato":"100","descrizioneStato":"ITALIA"}}`,
		"C007": "",
		"C008": `{"residenza":{"tipoIndirizzo":"1","indirizzo":{"comune":{"nomeComune":"PAVULLO NEL FRIGNANO","siglaProvinciaIstat":"MO"}}}}`,
		"C009": `{"listaSoggetti":{"datiSoggetto":[{"generalita":{"cognome":"BELLACQUA","nome":"ENRICO"},"legameSoggetto":{"tipoLegame":"3","codiceLegame":"1"}},
			{"generalita":{"cognome":"QUERZOLI"}},{"generalita":{"nome":"SOFIA"}},{"generalita":{"nome":"TOMMASO"}},{"generalita":{"nome":"CHIARA"}}]}}`,
		"C010": `{"statoCivile":{"statoCivile":"2"}}`,
		"C011": `{"vedovanza":{"datiMorteconiuge":{"dataEvento":"2023-03-14"}}}`,
		"C012": `{"paternita":{"generalita":{"cognome":"BELLACQUA","nome":"ENRICO","dataNascita":"1978-04-12"}}}`,
		"C013": `{"maternita":{"generalita":{"cognome":"QUERZOLI","nome":"ILARIA"}}}`,
		"C014": `{"unioneCivile":{"unitoCivilmente":{"cognome":"IMOLESI","nome":"DAVIDE"}}}`,
		"C031": `{"generalita":{"cognome":"BELLACQUA","nome":"ENRICO"},"identificativi":{"idANPR":"CS00001ST"}}`,
	}
	about := map[string]string{"C004": "deceduto", "C011": "widow", "C012": "minor", "C013": "minor", "C014": "civil_union"}
	out := make(map[string]string)
	for _, code := range Services() {
		who := "resident"
		if about[code] != "" {
			who = about[code]
		}
		criteria := byID(CastMember(who).IDANPR)
		if code == "C030" {
			criteria = byCode(CastMember(who).CF)
		}
		out[code] = b.body(code, criteria, verify[code], day)
	}
	return out
}

// TestOpenAPI sends what is accepted and what is answered through the schemas
// of the composed model, and through ANPR's own where they are known.
func TestOpenAPI(t *testing.T) {
	load := func(name string) *openapi3.T {
		doc, err := openapi3.NewLoader().LoadFromFile(shared(t, "openapi", name))
		if err != nil {
			t.Fatal(err)
		}
		return doc
	}
	composed := load("anpr-e002.composed.yaml")
	originals := map[string]*openapi3.T{
		"C001": load("C001-servizioNotifica.yaml"), "C003": load("C003-servizioVerificaDichGeneralita.yaml"),
		"C021": load("C021-servizioAccertamentoStatoFamiglia.yaml"), "C030": load("C030-servizioAccertamentoIdUnicoNazionale.yaml"),
	}
	check := func(doc *openapi3.T, schema string, raw []byte) {
		t.Helper()
		var value any
		if err := json.Unmarshal(raw, &value); err != nil {
			t.Fatal(err)
		}
		s := doc.Components.Schemas[schema].Value
		if err := s.VisitJSON(value, openapi3.MultiErrors()); err != nil {
			t.Errorf("%s: %v\n%s", schema, err, raw)
		}
		// Extra members are allowed by the schemas; ours must not have any.
		for _, extra := range unknownMembers(s, value, schema) {
			t.Errorf("the schema does not know %s", extra)
		}
	}
	b := newBench(t, Config{})
	for code, body := range everyService(b, "2026-11-18") {
		docs := []*openapi3.T{composed}
		if originals[code] != nil {
			docs = append(docs, originals[code])
		}
		w := b.do(&testCall{service: code, body: body})
		if w.Code != 200 {
			t.Errorf("%s: %d %s", code, w.Code, w.Body)
			continue
		}
		missing := b.do(&testCall{service: code, body: strings.NewReplacer("CS00001ST", "ZZ99999ZZ").Replace(body)})
		for _, doc := range docs {
			check(doc, "RichiestaE002", []byte(body))
			check(doc, "RispostaE002OK", w.Body.Bytes())
			if missing.Code == 404 {
				check(doc, "RispostaKO", missing.Body.Bytes())
			}
		}
	}
	// Every kind of person, in every group.
	for _, c := range Cast() {
		if c.IDANPR == "" {
			continue
		}
		for _, code := range []string{"C001", "C015", "C016", "C017", "C018", "C019", "C020", "C021", "C023", "C024", "C025", "C026"} {
			w := b.ask(code, byID(c.IDANPR), "", "2026-11-18")
			if w.Code != 200 {
				if p := b.sim.ByID(c.IDANPR); p.Cancelled == 0 {
					t.Errorf("%s of %s: %d %s", code, c.Key, w.Code, w.Body)
				}
				continue
			}
			check(composed, "RispostaE002OK", w.Body.Bytes())
			if originals[code] != nil {
				check(originals[code], "RispostaE002OK", w.Body.Bytes())
			}
		}
	}
}

func unknownMembers(s *openapi3.Schema, value any, path string) []string {
	var out []string
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			ref := s.Properties[name]
			if ref == nil {
				out = append(out, path+"."+name)
				continue
			}
			out = append(out, unknownMembers(ref.Value, inner, path+"."+name)...)
		}
	case []any:
		for _, inner := range v {
			out = append(out, unknownMembers(s.Items.Value, inner, path+"[]")...)
		}
	}
	return out
}

// TestRequestSchema compares the schema in Go with the composed model.
func TestRequestSchema(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromFile(shared(t, "openapi", "anpr-e002.composed.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for name, own := range requestSchema {
		ref := doc.Components.Schemas[name]
		if ref == nil {
			t.Errorf("%s is not in the model", name)
			continue
		}
		if want := ref.Value.Required; len(want) != len(own.required) {
			t.Errorf("%s: required %v, want %v", name, own.required, want)
		}
		for field, p := range ref.Value.Properties {
			mine, known := own.properties[field]
			switch {
			case !known:
				if name != "TipoConvivenzaDiFatto" { // no e-service verifies it
					t.Errorf("%s.%s is missing", name, field)
				}
			case p.Value.Type.Is("string") != (mine.ref == ""):
				t.Errorf("%s.%s has another type", name, field)
			case p.Value.Type.Is("array") != mine.array:
				t.Errorf("%s.%s: array", name, field)
			}
		}
		for field := range own.properties {
			if ref.Value.Properties[field] == nil {
				t.Errorf("%s.%s is invented", name, field)
			}
		}
	}
}

// TestExamples: where a test subject has the data of an example, the answer
// is the example.
func TestExamples(t *testing.T) {
	b := newBench(t, Config{})
	for name, q := range map[string]struct{ service, criteria, verify, day string }{
		"C001.response.json":      {"C001", byCode("STTSGT90A01H501J"), "", "2026-11-18"},
		"C004.response.N.json":    {"C004", byID("SQ53851E5"), `{"datiDecesso":{"dataEvento":"2021-11-14"}}`, "2026-11-18"},
		"C006.response.S.json":    {"C006", byID("AF41450AS"), `{"cittadinanza":{"codiceStato":"100","descrizioneStato":"ITALIA"}}`, "2026-11-18"},
		"C015.response.json":      {"C015", byID("AF41450AS"), "", "2026-11-18"},
		"C018.response.json":      {"C018", byID("AF41450AS"), "", "2026-11-18"},
		"C019.response.vivo.json": {"C019", byID("AF41450AS"), "", "2026-11-18"},
		"C020.response.json":      {"C020", byID("AF41450AS"), "", "2026-11-18"},
		"C030.response.json":      {"C030", byCode("STTSGT90A01H501J"), "", "2026-11-18"},
	} {
		raw, err := os.ReadFile(shared(t, "examples", name))
		if err != nil {
			t.Fatal(err)
		}
		w := b.ask(q.service, q.criteria, q.verify, q.day)
		var got, want map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
			continue
		}
		if err := json.Unmarshal(raw, &want); err != nil {
			t.Fatal(err)
		}
		delete(got, "idOperazioneANPR")
		delete(want, "idOperazioneANPR")
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\ngot  %v\nwant %v", name, got, want)
		}
	}
}

// TestGroups: a service gives its own groups and no other.
func TestGroups(t *testing.T) {
	b := newBench(t, Config{})
	for who, wants := range map[string]map[string]string{
		"resident": {
			"C001": "generalita identificativi infoSoggettoEnte residenza", "C015": "generalita identificativi statoCivile",
			"C016": "generalita identificativi", "C017": "generalita identificativi matrimonio statoCivile",
			"C018": "cittadinanza generalita identificativi", "C019": "generalita identificativi infoSoggettoEnte",
			"C020": "generalita identificativi residenza", "C021": "generalita identificativi legameSoggetto",
			"C022": "generalita identificativi statoCivile", "C023": "generalita identificativi statoCivile",
			"C024": "generalita identificativi", "C026": "generalita identificativi statoCivile",
		},
		"deceased": {
			"C015": "generalita identificativi infoSoggettoEnte statoCivile", "C016": "datiDecesso generalita identificativi infoSoggettoEnte",
			"C020": "generalita identificativi infoSoggettoEnte residenza", "C021": "datiDecesso generalita identificativi infoSoggettoEnte",
		},
		"deceased_undated": {"C016": "datiDecesso generalita identificativi", "C019": "generalita identificativi infoSoggettoEnte"},
		"widow":            {"C017": "generalita identificativi matrimonio statoCivile vedovanza", "C023": "generalita identificativi statoCivile vedovanza"},
		"divorced":         {"C017": "annullamentoMatrimonio generalita identificativi matrimonio statoCivile"},
		"civil_union":      {"C017": "generalita identificativi statoCivile", "C026": "generalita identificativi statoCivile unioneCivile"},
		"minor":            {"C024": "generalita identificativi paternita", "C025": "generalita identificativi maternita"},
	} {
		for code, want := range wants {
			w := b.ask(code, byID(CastMember(who).IDANPR), "", "2026-11-18")
			var a struct {
				List struct {
					Data []map[string]any `json:"datiSoggetto"`
				} `json:"listaSoggetti"`
			}
			if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || len(a.List.Data) == 0 {
				t.Errorf("%s of %s: %d %s", code, who, w.Code, w.Body)
				continue
			}
			if got := strings.Join(sortedKeys(a.List.Data[0]), " "); got != want {
				t.Errorf("%s of %s has %q, want %q", code, who, got, want)
			}
		}
	}
}

func sortedKeys(m map[string]any) []string {
	var buf bytes.Buffer
	// encoding/json writes maps in the order of their keys.
	if err := json.NewEncoder(&buf).Encode(m); err != nil {
		panic(err)
	}
	var out []string
	dec := json.NewDecoder(&buf)
	if _, err := dec.Token(); err != nil {
		panic(err)
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			panic(err)
		}
		out = append(out, key.(string))
		var skip json.RawMessage
		if err := dec.Decode(&skip); err != nil {
			panic(err)
		}
	}
	return out
}

func TestTimeTravel(t *testing.T) {
	b := newBench(t, Config{})
	comune := func(key, day string) string {
		a := answerOf(t, b.ask("C020", byID(CastMember(key).IDANPR), "", day))
		r := a.Subjects.Data[0].Residenza[0]
		if r.Abroad != nil {
			return r.Kind + " " + r.Abroad.Address.Place.Name
		}
		return r.Kind + " " + r.Address.Comune.Name
	}
	for _, c := range []struct{ key, day, want string }{
		{"moved", "2024-08-31", "1 MILANO"},
		{"moved", "2024-09-01", "1 PAVULLO NEL FRIGNANO"},
		{"aire", "2015-03-31", "1 PAVULLO NEL FRIGNANO"},
		{"aire", "2015-04-01", "4 PARIGI"},
		{"ceased_comune", "2010-01-01", "1 BAZZANO"},
		{"ceased_comune", "2020-01-01", "1 PAVULLO NEL FRIGNANO"},
	} {
		if got := comune(c.key, c.day); got != c.want {
			t.Errorf("%s on %s: %s, want %s", c.key, c.day, got, c.want)
		}
	}
	marital := func(key, day string) string {
		return answerOf(t, b.ask("C015", byID(CastMember(key).IDANPR), "", day)).Subjects.Data[0].StatoCivile.Code
	}
	for _, c := range []struct{ key, day, want string }{
		{"widow", "1966-09-09", "1"},
		{"widow", "1966-09-10", "2"},
		{"widow", "2023-03-14", "2"},
		{"widow", "2023-03-15", "3"},
		{"divorced", "2018-10-02", "2"},
		{"divorced", "2018-10-03", "4"},
		{"civil_union", "2019-09-20", "1"},
		{"civil_union", "2019-09-21", "6"},
	} {
		if got := marital(c.key, c.day); got != c.want {
			t.Errorf("%s on %s: %s, want %s", c.key, c.day, got, c.want)
		}
	}
	family := func(key, day string) (out []string) {
		for _, s := range answerOf(t, b.ask("C021", byID(CastMember(key).IDANPR), "", day)).Subjects.Data {
			if s.Legame == nil {
				out = append(out, s.Generalita.Name)
				continue
			}
			out = append(out, fmt.Sprintf("%s %s/%s", s.Generalita.Name, s.Legame.Type, s.Legame.Code))
		}
		return out
	}
	for _, c := range []struct{ key, day, want string }{
		{"minor", "2026-11-18", "[ENRICO 3/1 ILARIA 3/2 SOFIA 3/3 TOMMASO 3/3 CHIARA 3/3]"},
		{"minor", "2026-08-31", "[ENRICO 3/1 ILARIA 3/2 SOFIA 3/3 TOMMASO 3/3]"},
		{"resident", "2009-06-05", "[ENRICO 3/1]"},
		{"widow", "2023-03-14", "[ALDO 3/1 NORMA 3/2]"},
		{"widow", "2023-03-15", "[NORMA 3/1]"},
		{"deceased", "2023-03-14", "[]"},
		{"deceased", "2023-03-15", "[ALDO]"},
		{"divorced_wife", "2018-10-02", "[LUCIO 3/1 MARTA 3/2]"},
		{"divorced_wife", "2018-10-03", "[MARTA 3/1]"},
		{"civil_partner", "2026-11-18", "[PIETRO 3/1 DAVIDE 3/28]"},
		{"convivenza", "2026-11-18", "[ONORIO 4/2]"},
		{"convivenza_head", "2026-11-18", "[GASPARE 4/1]"},
		{"aire", "2026-11-18", "[GIULIA 5/1]"},
	} {
		if got := fmt.Sprint(family(c.key, c.day)); got != c.want {
			t.Errorf("family of %s on %s: %s, want %s", c.key, c.day, got, c.want)
		}
	}
	info := func(key, day string) string {
		return fmt.Sprint(answerOf(t, b.ask("C019", byID(CastMember(key).IDANPR), "", day)).Subjects.Data[0].Info)
	}
	for _, c := range []struct{ key, day, want string }{
		{"deceased", "2023-03-14", "[{1003 Verifica esistenza in vita S  }]"},
		{"deceased", "2023-03-15", "[{1015 Data decesso  2023-03-14 } {1003 Verifica esistenza in vita N  }]"},
		{"deceased_undated", "2026-01-01", "[{1003 Verifica esistenza in vita N  }]"},
	} {
		if got := info(c.key, c.day); got != c.want {
			t.Errorf("C019 of %s on %s: %s, want %s", c.key, c.day, got, c.want)
		}
	}
}

func TestDuplicates(t *testing.T) {
	b := newBench(t, Config{})
	a := answerOf(t, b.ask("C019", byCode("DPLPRM90R10H501I"), "", "2026-11-18"))
	if n := len(a.Subjects.Data); n != 2 {
		t.Fatalf("%d subjects, want 2", n)
	}
	first, second := a.Subjects.Data[0], a.Subjects.Data[1]
	if first.Generalita != nil || first.Identificativi == nil || len(first.Info) != 1 || second.Generalita == nil || second.Generalita.AIRE != "S" {
		t.Errorf("first %+v, second %+v", first, second)
	}
	if len(a.Anomalies) != 1 || a.Anomalies[0].Code != "EN148" || a.Anomalies[0].Kind != "W" {
		t.Errorf("anomalies %+v", a.Anomalies)
	}
	c := CastMember("duplicate")
	a = answerOf(t, b.ask("C030", byCode(c.CF), "", "2026-11-18"))
	if len(a.Subjects.Data) != 2 || len(a.Anomalies) != 0 {
		t.Errorf("C030: %d subjects, anomalies %v", len(a.Subjects.Data), a.Anomalies)
	}
	for _, id := range []string{c.IDANPR, c.Second} {
		a = answerOf(t, b.ask("C020", byID(id), "", "2026-11-18"))
		if len(a.Subjects.Data) != 1 || a.Subjects.Data[0].Identificativi.IDANPR != id || len(a.Anomalies) != 0 {
			t.Errorf("by id %s: %+v", id, a)
		}
	}
}

func TestSearchByNames(t *testing.T) {
	b := newBench(t, Config{Population: 50_000})
	ask := func(p *Person, change func(map[string]any)) int {
		place := map[string]any{"comune": map[string]string{"nomeComune": p.BirthPlace.Name, "siglaProvinciaIstat": p.BirthPlace.Province}}
		if p.BirthPlace.Foreign() {
			place = map[string]any{"localita": map[string]string{"descrizioneStato": p.BirthPlace.State, "codiceStato": p.BirthPlace.ISTAT}}
		}
		birth := map[string]any{"dataEvento": p.Birth.String(), "luogoNascita": place}
		if p.NoMonth {
			birth["senzaGiornoMese"] = "1"
		}
		criteria := map[string]any{"cognome": strings.ToLower(p.Surname), "nome": p.Name, "sesso": p.Sex, "datiNascita": birth}
		change(criteria)
		raw, err := json.Marshal(criteria)
		if err != nil {
			t.Fatal(err)
		}
		w := b.ask("C030", string(raw), "", "2026-11-18")
		if w.Code == 404 {
			return 0
		}
		list := answerOf(t, w).Subjects.Data
		for _, s := range list {
			if s.Identificativi.IDANPR == p.IDANPR {
				return len(list)
			}
		}
		t.Errorf("%s %s is not among the %d found", p.Surname, p.Name, len(list))
		return -1
	}
	same := func(map[string]any) {}
	n := 0
	for p := range b.sim.People(func(p *Person) bool {
		return p.Cancelled == 0 && p.Second == "" && p.BirthPlace.Province != "" || p.BirthPlace.Foreign()
	}) {
		if n++; n > 150 {
			break
		}
		if p.Cancelled != 0 || p.Second != "" || p.CF == CastMember("homonym").CF || p.CF == CastMember("omocode").CF {
			continue
		}
		if got := ask(p, same); got != 1 {
			t.Errorf("%s %s, %s: %d found", p.Surname, p.Name, p.Birth, got)
		}
		if got := ask(p, func(m map[string]any) { m["nome"] = "NESSUNO" }); got != 0 {
			t.Errorf("%s NESSUNO: %d found", p.Surname, got)
		}
	}
	// Two homonyms of one day and place: two subjects, and the caller must choose.
	if got := ask(b.sim.ByID(CastMember("homonym").IDANPR), same); got != 2 {
		t.Errorf("homonyms: %d found, want 2", got)
	}
}

func TestVerifications(t *testing.T) {
	b := newBench(t, Config{})
	for code, body := range everyService(b, "2026-11-18") {
		if !serviceByCode(code).verification() {
			continue
		}
		a := answerOf(t, b.do(&testCall{service: code, body: body}))
		if len(a.Subjects.Data) != 1 || len(a.Subjects.Data[0].Info) != 1 || a.Subjects.Data[0].Info[0].Value != "S" {
			t.Errorf("%s: true data answered with %+v", code, a.Subjects.Data[0].Info)
		}
	}
	for name, c := range map[string]struct{ service, key, verify, want string }{
		"surname":            {"C003", "resident", `{"generalita":{"cognome":"ALTRI"}}`, "N"},
		"death of a living":  {"C004", "resident", `{"datiDecesso":{"dataEvento":"2020-01-01"}}`, "N"},
		"undated death":      {"C004", "deceased_undated", `{"datiDecesso":{"dataEvento":"2020-06-01"}}`, "A"},
		"spouse":             {"C005", "resident", `{"matrimonio":{"coniuge":{"cognome":"ALTRI"}}}`, "N"},
		"marriage, widow":    {"C005", "widow", `{"matrimonio":{"coniuge":{"cognome":"VETRANI"}}}`, "N"},
		"citizenship":        {"C006", "foreigner", `{"cittadinanza":{"codiceStato":"100"}}`, "N"},
		"second citizenship": {"C006", "unknown_birthday", `{"cittadinanza":{"codiceStato":"100"}}`, "S"},
		"alive":              {"C007", "deceased", "", "N"},
		"street":             {"C008", "resident", `{"residenza":{"indirizzo":{"comune":{"nomeComune":"PAVULLO NEL FRIGNANO"},"toponimo":{"denominazioneToponimo":"ROMA"}}}}`, "N"},
		"comune":             {"C008", "elsewhere", `{"residenza":{"indirizzo":{"comune":{"nomeComune":"PAVULLO NEL FRIGNANO"}}}}`, "N"},
		"abroad":             {"C008", "aire", `{"residenza":{"localitaEstera":{"indirizzoEstero":{"localita":{"codiceStato":"215"}}}}}`, "S"},
		"family":             {"C009", "resident", `{"listaSoggetti":{"datiSoggetto":[{"generalita":{"nome":"ENRICO"}}]}}`, "N"},
		"status":             {"C010", "resident", `{"statoCivile":{"statoCivile":"1"}}`, "N"},
		"no record":          {"C012", "elsewhere", `{"paternita":{"generalita":{"cognome":"A","nome":"B"}}}`, "A"},
		"incomplete father":  {"C012", "minor", `{"paternita":{"generalita":{"cognome":"BELLACQUA"}}}`, "N"},
		"other id":           {"C031", "resident", `{"generalita":{"cognome":"BELLACQUA"},"identificativi":{"idANPR":"CS00002ST"}}`, "N"},
	} {
		a := answerOf(t, b.ask(c.service, byID(CastMember(c.key).IDANPR), c.verify, "2026-11-18"))
		info := a.Subjects.Data[0].Info[0]
		if info.Value != c.want || (info.Detail != "") != (c.want == "N" && c.service != "C007") {
			t.Errorf("%s: %+v, want %s", name, info, c.want)
		}
	}
	if w := b.ask("C008", byID("CS00001ST"), `{"residenza":{"tipoIndirizzo":"1"}}`, "2026-11-18"); w.Code != 400 || titleOf(w) != "EN148 Devi specificare il comune di residenza" {
		t.Errorf("C008 without Comune: %d %s", w.Code, w.Body)
	}
}
