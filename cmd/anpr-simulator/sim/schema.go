package sim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// The schema of a request, RichiestaE002 with all it refers to. A property is
// text unless it names another type, alone or as an array; unknown properties
// are allowed, as in the interface description.

type propertyKind struct {
	ref   string // type of an object; "" is text
	array bool
}

type objectType struct {
	required   []string
	properties map[string]propertyKind
}

const requestType = "RichiestaE002"

// requestSchema: "name" is text, "name!" is required, "name:Type" an object,
// "name:[]Type" an array of objects.
var requestSchema = parseSchema(map[string]string{
	requestType:                    "idOperazioneClient! criteriRicerca!:TipoCriteriRicercaE002 verifica:TipoVerificaE002 datiRichiesta!:TipoDatiRichiestaE002",
	"TipoCriteriRicercaE002":       "codiceFiscale idANPR cognome senzaCognome nome senzaNome sesso datiNascita:TipoDatiNascitaE000",
	"TipoDatiNascitaE000":          "dataEvento senzaGiorno senzaGiornoMese luogoNascita:TipoLuogoNascita3000",
	"TipoLuogoNascita3000":         "luogoEccezionale comune:TipoComune localita:TipoLocalita",
	"TipoDatiRichiestaE002":        "dataRiferimentoRichiesta! motivoRichiesta! casoUso!",
	"TipoVerificaE002":             "generalita:TipoGeneralita cittadinanza:TipoCittadinanza statoCivile:TipoStatoCivile cartaIdentita:TipoCartaIdentita3000 permessoDiSoggiorno:TipoPermessoDiSoggiorno3000 datiDecesso:TipoDatiEvento matrimonio:TipoVerificaMatrimonio residenza:TipoVerificaResidenza vedovanza:TipoVedovanza paternita:TipoGenitore maternita:TipoGenitore convivenzaDiFatto:TipoConvivenzaDiFatto unioneCivile:TipoUnioneCivile listaSoggetti:TipoListaVerificaSoggetti identificativi:TipoIdentificativi",
	"TipoComune":                   "nomeComune codiceIstat siglaProvinciaIstat descrizioneLocalita",
	"TipoComuneRichiesta":          "nomeComune codiceIstat siglaProvinciaIstat",
	"TipoLocalita":                 "descrizioneLocalita descrizioneStato codiceStato provinciaContea",
	"TipoGeneralita":               "codiceFiscale:TipoCodiceFiscale cognome senzaCognome nome senzaNome sesso dataNascita senzaGiorno senzaGiornoMese luogoNascita:TipoLuogoEvento soggettoAIRE annoEspatrio idSchedaSoggettoComune:TipoIdSchedaSoggettoComune idSchedaSoggettoANPR note",
	"TipoCodiceFiscale":            "codFiscale validitaCF dataAttribuzioneValidita",
	"TipoIdSchedaSoggettoComune":   "idSchedaSoggettoComuneIstat idSchedaSoggetto",
	"TipoLuogoEvento":              "luogoEccezionale comune:TipoComune localita:TipoLocalita",
	"TipoCittadinanza":             "descrizioneStato codiceStato noteStato dataValidita",
	"TipoStatoCivile":              "statoCivile noteStatoCivile statoCivileND",
	"TipoCartaIdentita3000":        "comuneRilascio:TipoComuneRichiesta codiceConsolatoRilascio numero",
	"TipoPermessoDiSoggiorno3000":  "numeroPassaporto datiSoggiorno30XX:TipoDatiSoggiorno3000",
	"TipoDatiSoggiorno3000":        "questuraRilascioSoggiorno numeroSoggiorno",
	"TipoDatiEvento":               "dataEvento senzaGiorno senzaGiornoMese luogoEvento:TipoLuogoEvento attoEvento:TipoAtto attoEventoANPR:TipoAttoANPR",
	"TipoAtto":                     "comuneRegistrazione:TipoComune ufficioMunicipio anno parte serie numeroAtto volume dataFormazioneAtto trascritto",
	"TipoAttoANPR":                 "atto:TipoAtto attoANSC:TipoAttoANSC",
	"TipoAttoANSC":                 "idANSC comuneRegistrazione:TipoComune anno ufficioMunicipio numeroComunale dataFormazioneAtto trascritto",
	"TipoVerificaMatrimonio":       "coniuge:TipoGeneralita datiMatrimonio:TipoDatiEvento",
	"TipoVerificaResidenza":        "tipoIndirizzo indirizzo:TipoIndirizzo localitaEstera:TipoLocalitaEstera",
	"TipoIndirizzo":                "cap comune:TipoComune frazione toponimo:TipoToponimo numeroCivico:TipoNumeroCivico",
	"TipoToponimo":                 "codSpecie specie specieFonte codToponimo denominazioneToponimo toponimoFonte",
	"TipoNumeroCivico":             "codiceCivico civicoFonte numero metrico progSNC lettera esponente1 colore civicoInterno:TipoCivicoInterno",
	"TipoCivicoInterno":            "corte scala interno1 espInterno1 interno2 espInterno2 scalaEsterna secondario piano nui isolato",
	"TipoLocalitaEstera":           "indirizzoEstero:TipoIndirizzoEstero consolato:TipoConsolato",
	"TipoIndirizzoEstero":          "cap localita:TipoDatoLocalitaEstera toponimo:TipoToponimoEstero",
	"TipoDatoLocalitaEstera":       "descrizioneLocalita descrizioneStato codiceStato provinciaContea",
	"TipoToponimoEstero":           "denominazione numeroCivico",
	"TipoConsolato":                "codiceConsolato descrizioneConsolato",
	"TipoVedovanza":                "datiMorteconiuge:TipoDatiEvento ordineMatrimonioPrecedente",
	"TipoGenitore":                 "generalita:TipoGeneralita statoCivile:TipoStatoCivile cittadinanza:TipoCittadinanza altriDati:TipoAltriDati",
	"TipoAltriDati":                "posizioneProfessionale condizioneNonProfessionale titoloStudio",
	"TipoConvivenzaDiFatto":        "convivente:TipoGeneralita cittadinanza:TipoCittadinanza ordineConvivenza",
	"TipoUnioneCivile":             "unitoCivilmente:TipoGeneralita attoUnione:TipoDatiEvento scioglimentoUnione:TipoScioglimentoUnione cittadinanza:TipoCittadinanza ordineUnione",
	"TipoScioglimentoUnione":       "motivoScioglimento sentenza:TipoSentenza datiEvento:TipoDatiEvento",
	"TipoSentenza":                 "data numero tipoTribunale autorita dataValidita",
	"TipoListaVerificaSoggetti":    "datiSoggetto:[]TipoVerificaDatiSoggettiEnte",
	"TipoVerificaDatiSoggettiEnte": "generalita:TipoGeneralita legameSoggetto:TipoVerificaLegameSoggetto",
	"TipoVerificaLegameSoggetto":   "tipoLegame codiceLegame",
	"TipoIdentificativi":           "idANPR",
})

func parseSchema(text map[string]string) map[string]objectType {
	out := make(map[string]objectType, len(text))
	for name, fields := range text {
		t := objectType{properties: make(map[string]propertyKind)}
		for field := range strings.FieldsSeq(fields) {
			key, ref, _ := strings.Cut(field, ":")
			if trimmed, required := strings.CutSuffix(key, "!"); required {
				key = trimmed
				t.required = append(t.required, key)
			}
			element, array := strings.CutPrefix(ref, "[]")
			t.properties[key] = propertyKind{element, array}
		}
		out[name] = t
	}
	return out
}

// validate checks a decoded body against requestSchema. The text of its error
// is what the gateway writes; codes and layout are those of the validator
// GovWay uses (1021 null, 1026 required, 1027 type).
func validate(body any) error {
	v := new(validation)
	v.object(body, requestType, "body", "body")
	if len(v.lines) == 0 {
		return nil
	}
	return errors.New("Validation error(s) :\n" + strings.Join(v.lines, "\n") + "\n")
}

type validation struct{ lines []string }

func (v *validation) fail(path, text string, code int, trace, keyword string) {
	v.lines = append(v.lines, fmt.Sprintf("%s: %s (code: %d)\nFrom: %s.<%s>", path, text, code, trace, keyword))
}

func (v *validation) object(value any, typ, path, trace string) {
	fields, ok := value.(map[string]any)
	if !ok {
		v.wrong(value, "object", path, trace)
		return
	}
	schema := requestSchema[typ]
	inner := trace
	if typ != requestType {
		inner += ".<#/components/schemas/" + typ + ">"
	}
	for _, name := range schema.required {
		if _, present := fields[name]; !present {
			v.fail(path, "Field '"+name+"' is required.", 1026, inner, "required")
		}
	}
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		p, known := schema.properties[name]
		if !known {
			continue
		}
		here, from := path+"."+name, inner+"."+name
		switch list, isList := fields[name].([]any); {
		case p.ref == "":
			if _, ok := fields[name].(string); !ok {
				v.wrong(fields[name], "string", here, from)
			}
		case !p.array:
			v.object(fields[name], p.ref, here, from)
		case !isList:
			v.wrong(fields[name], "array", here, from)
		default:
			for i, e := range list {
				v.object(e, p.ref, fmt.Sprintf("%s.%d", here, i), from)
			}
		}
	}
}

func (v *validation) wrong(value any, want, path, trace string) {
	if value == nil {
		v.fail(path, "Null value is not allowed.", 1021, trace, "nullable")
		return
	}
	found := "object"
	switch x := value.(type) {
	case string:
		found = "string"
	case bool:
		found = "boolean"
	case []any:
		found = "array"
	case json.Number:
		found = "integer"
		if strings.ContainsAny(x.String(), ".eE") {
			found = "number"
		}
	}
	v.fail(path, "Type expected '"+want+"', found '"+found+"'.", 1027, trace, "type")
}

// maxDepth bounds the nesting of a body; the schema itself needs eight.
const maxDepth = 32

// parseStrict reads one JSON value with nothing after it. Repeated names are
// refused, since the two ends might read them differently.
func parseStrict(body []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	value, err := parseValue(dec, 0)
	if err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("data after the JSON value")
	}
	return value, nil
}

func parseValue(dec *json.Decoder, depth int) (any, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	delim, ok := token.(json.Delim)
	if !ok {
		return token, nil
	}
	if depth == maxDepth {
		return nil, errors.New("nested too deep")
	}
	if delim == '[' {
		list := []any{}
		for dec.More() {
			e, err := parseValue(dec, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, e)
		}
		_, err := dec.Token()
		return list, err
	}
	fields := make(map[string]any)
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		key, ok := name.(string)
		if !ok {
			return nil, errors.New("a name is not text")
		}
		if _, twice := fields[key]; twice {
			return nil, fmt.Errorf("name %q repeated", key)
		}
		if fields[key], err = parseValue(dec, depth+1); err != nil {
			return nil, err
		}
	}
	_, err = dec.Token()
	return fields, err
}
