package sim

import (
	"encoding/json"
	"errors"
)

// The JSON of family E002, requests and answers. All values are text; absent
// is empty.

// Request is RichiestaE002.
type Request struct {
	Operation string      `json:"idOperazioneClient"`
	Criteria  Criteria    `json:"criteriRicerca"`
	Verify    *Verify     `json:"verifica,omitempty"`
	Data      RequestData `json:"datiRichiesta"`
}

// Criteria says who is searched.
type Criteria struct {
	CF        string `json:"codiceFiscale,omitempty"`
	IDANPR    string `json:"idANPR,omitempty"`
	Surname   string `json:"cognome,omitempty"`
	NoSurname string `json:"senzaCognome,omitempty"`
	Name      string `json:"nome,omitempty"`
	NoName    string `json:"senzaNome,omitempty"`
	Sex       string `json:"sesso,omitempty"`
	Birth     *Birth `json:"datiNascita,omitempty"`
}

// Birth is when and where someone was born.
type Birth struct {
	Date    string `json:"dataEvento,omitempty"`
	NoDay   string `json:"senzaGiorno,omitempty"`
	NoMonth string `json:"senzaGiornoMese,omitempty"`
	Where   *Luogo `json:"luogoNascita,omitempty"`
}

// RequestData says for what and as of when.
type RequestData struct {
	Reference string `json:"dataRiferimentoRichiesta"`
	Motive    string `json:"motivoRichiesta"`
	UseCase   string `json:"casoUso"`
}

// Verify is what a verification compares.
type Verify struct {
	Generalita   *Generalita     `json:"generalita,omitempty"`
	Cittadinanza *Cittadinanza   `json:"cittadinanza,omitempty"`
	StatoCivile  *StatoCivile    `json:"statoCivile,omitempty"`
	Decesso      *Evento         `json:"datiDecesso,omitempty"`
	Matrimonio   *Matrimonio     `json:"matrimonio,omitempty"`
	Residenza    *Residenza      `json:"residenza,omitempty"`
	Vedovanza    *Vedovanza      `json:"vedovanza,omitempty"`
	Paternita    *Genitore       `json:"paternita,omitempty"`
	Maternita    *Genitore       `json:"maternita,omitempty"`
	Unione       *UnioneCivile   `json:"unioneCivile,omitempty"`
	Soggetti     *VerifyMembers  `json:"listaSoggetti,omitempty"`
	Identifiers  *Identificativi `json:"identificativi,omitempty"`
}

// VerifyMembers is a declared family.
type VerifyMembers struct {
	Data []struct {
		Generalita *Generalita `json:"generalita,omitempty"`
		Legame     *Legame     `json:"legameSoggetto,omitempty"`
	} `json:"datiSoggetto,omitempty"`
}

// decodeRequest reads a body as strictly as the gateway does.
func decodeRequest(body []byte) (*Request, error) {
	value, err := parseStrict(body)
	if err != nil {
		return nil, errors.New("not valid JSON")
	}
	if err := validate(value); err != nil {
		return nil, err
	}
	r := new(Request)
	if err := json.Unmarshal(body, r); err != nil {
		return nil, errors.New("not valid JSON")
	}
	return r, nil
}

// answerOK is RispostaE002OK.
type answerOK struct {
	Operation string    `json:"idOperazioneANPR"`
	Subjects  subjects  `json:"listaSoggetti"`
	Anomalies []Anomaly `json:"listaAnomalie,omitempty"`
}

type subjects struct {
	Data []*Soggetto `json:"datiSoggetto"`
}

// answerKO is RispostaKO.
type answerKO struct {
	Operation string    `json:"idOperazioneANPR"`
	Errors    []Anomaly `json:"listaErrori"`
}

// Anomaly is one item of listaAnomalie or listaErrori.
type Anomaly struct {
	Code string `json:"codiceErroreAnomalia"`
	Kind string `json:"tipoErroreAnomalia"`
	Text string `json:"testoErroreAnomalia"`
}

// koError is an answer of ANPR that is not an answer.
type koError struct {
	status int
	code   string
	text   string
}

// Soggetto is one item of datiSoggetto, with the groups that some e-service
// fills.
type Soggetto struct {
	Generalita     *Generalita     `json:"generalita,omitempty"`
	StatoCivile    *StatoCivile    `json:"statoCivile,omitempty"`
	Cittadinanza   []Cittadinanza  `json:"cittadinanza,omitempty"`
	Residenza      []Residenza     `json:"residenza,omitempty"`
	Matrimonio     *Matrimonio     `json:"matrimonio,omitempty"`
	Vedovanza      *Vedovanza      `json:"vedovanza,omitempty"`
	Annullamento   *Annullamento   `json:"annullamentoMatrimonio,omitempty"`
	Unione         *UnioneCivile   `json:"unioneCivile,omitempty"`
	Paternita      *Genitore       `json:"paternita,omitempty"`
	Maternita      *Genitore       `json:"maternita,omitempty"`
	Decesso        *Evento         `json:"datiDecesso,omitempty"`
	Identificativi *Identificativi `json:"identificativi,omitempty"`
	Legame         *Legame         `json:"legameSoggetto,omitempty"`
	Info           []Info          `json:"infoSoggettoEnte,omitempty"`
}

type (
	// Generalita is who someone is.
	Generalita struct {
		CF        *CodiceFiscale `json:"codiceFiscale,omitempty"`
		Surname   string         `json:"cognome,omitempty"`
		NoSurname string         `json:"senzaCognome,omitempty"`
		Name      string         `json:"nome,omitempty"`
		NoName    string         `json:"senzaNome,omitempty"`
		Sex       string         `json:"sesso,omitempty"`
		Birth     string         `json:"dataNascita,omitempty"`
		NoDay     string         `json:"senzaGiorno,omitempty"`
		NoMonth   string         `json:"senzaGiornoMese,omitempty"`
		Where     *Luogo         `json:"luogoNascita,omitempty"`
		AIRE      string         `json:"soggettoAIRE,omitempty"`
		LeftIn    string         `json:"annoEspatrio,omitempty"`
		Card      string         `json:"idSchedaSoggettoANPR,omitempty"`
	}
	// CodiceFiscale is a code with its validity.
	CodiceFiscale struct {
		Code     string `json:"codFiscale,omitempty"`
		Validity string `json:"validitaCF,omitempty"`
	}
	// Luogo is a place, in Italy or abroad.
	Luogo struct {
		Special string    `json:"luogoEccezionale,omitempty"`
		Comune  *Comune   `json:"comune,omitempty"`
		Abroad  *Localita `json:"localita,omitempty"`
	}
	// Comune is an Italian place.
	Comune struct {
		Name     string `json:"nomeComune,omitempty"`
		ISTAT    string `json:"codiceIstat,omitempty"`
		Province string `json:"siglaProvinciaIstat,omitempty"`
	}
	// Localita is a place abroad.
	Localita struct {
		Name   string `json:"descrizioneLocalita,omitempty"`
		State  string `json:"descrizioneStato,omitempty"`
		Code   string `json:"codiceStato,omitempty"`
		County string `json:"provinciaContea,omitempty"`
	}
	// StatoCivile is a code of tab01.
	StatoCivile struct {
		Code string `json:"statoCivile,omitempty"`
		ND   string `json:"statoCivileND,omitempty"`
	}
	// Cittadinanza is a state and since when.
	Cittadinanza struct {
		State string `json:"descrizioneStato,omitempty"`
		Code  string `json:"codiceStato,omitempty"`
		Since string `json:"dataValidita,omitempty"`
	}
	// Identificativi is the national id.
	Identificativi struct {
		IDANPR string `json:"idANPR,omitempty"`
	}
	// Residenza is one address.
	Residenza struct {
		Kind    string         `json:"tipoIndirizzo,omitempty"`
		Address *Indirizzo     `json:"indirizzo,omitempty"`
		Abroad  *EsteroConsole `json:"localitaEstera,omitempty"`
		From    string         `json:"dataDecorrenzaResidenza,omitempty"`
	}
	// Indirizzo is an address in Italy.
	Indirizzo struct {
		CAP    string    `json:"cap,omitempty"`
		Comune *Comune   `json:"comune,omitempty"`
		Street *Toponimo `json:"toponimo,omitempty"`
		Number *Civico   `json:"numeroCivico,omitempty"`
	}
	// Toponimo is a street.
	Toponimo struct {
		Species string `json:"specie,omitempty"`
		Source  string `json:"specieFonte,omitempty"`
		Name    string `json:"denominazioneToponimo,omitempty"`
	}
	// Civico is a house number.
	Civico struct {
		Number   string   `json:"numero,omitempty"`
		Exponent string   `json:"esponente1,omitempty"`
		Inside   *Interno `json:"civicoInterno,omitempty"`
	}
	// Interno is a flat.
	Interno struct {
		Stair    string `json:"scala,omitempty"`
		Interior string `json:"interno1,omitempty"`
	}
	// EsteroConsole is an address abroad with its consulate.
	EsteroConsole struct {
		Address   *IndirizzoEstero `json:"indirizzoEstero,omitempty"`
		Consulate *Consolato       `json:"consolato,omitempty"`
	}
	// IndirizzoEstero is an address abroad.
	IndirizzoEstero struct {
		CAP    string          `json:"cap,omitempty"`
		Place  *Localita       `json:"localita,omitempty"`
		Street *ToponimoEstero `json:"toponimo,omitempty"`
	}
	// ToponimoEstero is a street abroad.
	ToponimoEstero struct {
		Name   string `json:"denominazione,omitempty"`
		Number string `json:"numeroCivico,omitempty"`
	}
	// Consolato is a consulate, tab40.
	Consolato struct {
		Code string `json:"codiceConsolato,omitempty"`
		Name string `json:"descrizioneConsolato,omitempty"`
	}
	// Evento is something that happened, with its act.
	Evento struct {
		Date    string    `json:"dataEvento,omitempty"`
		NoDay   string    `json:"senzaGiorno,omitempty"`
		NoMonth string    `json:"senzaGiornoMese,omitempty"`
		Where   *Luogo    `json:"luogoEvento,omitempty"`
		Act     *AttoANPR `json:"attoEventoANPR,omitempty"`
	}
	// AttoANPR wraps an act.
	AttoANPR struct {
		Act *Atto `json:"atto,omitempty"`
	}
	// Atto is an act of the civil registry.
	Atto struct {
		Comune *Comune `json:"comuneRegistrazione,omitempty"`
		Year   string  `json:"anno,omitempty"`
		Part   string  `json:"parte,omitempty"`
		Series string  `json:"serie,omitempty"`
		Number string  `json:"numeroAtto,omitempty"`
	}
	// Matrimonio is a marriage.
	Matrimonio struct {
		Spouse *Generalita `json:"coniuge,omitempty"`
		Event  *Evento     `json:"datiMatrimonio,omitempty"`
	}
	// Vedovanza is the death of a spouse.
	Vedovanza struct {
		Death *Evento `json:"datiMorteconiuge,omitempty"`
	}
	// Annullamento is the end of a marriage by judgment or agreement.
	Annullamento struct {
		Kind     string    `json:"tipoCessazione,omitempty"` // tab31
		Judgment *Sentenza `json:"sentenza,omitempty"`
	}
	// Sentenza is a judgment.
	Sentenza struct {
		Date      string `json:"data,omitempty"`
		Number    string `json:"numero,omitempty"`
		Court     string `json:"tipoTribunale,omitempty"` // tab32
		Authority string `json:"autorita,omitempty"`
		Valid     string `json:"dataValidita,omitempty"`
	}
	// UnioneCivile is a civil union.
	UnioneCivile struct {
		Partner *Generalita   `json:"unitoCivilmente,omitempty"`
		Event   *Evento       `json:"attoUnione,omitempty"`
		End     *Scioglimento `json:"scioglimentoUnione,omitempty"`
	}
	// Scioglimento is the end of a civil union.
	Scioglimento struct {
		Motive   string    `json:"motivoScioglimento,omitempty"` // tab43
		Judgment *Sentenza `json:"sentenza,omitempty"`
		Event    *Evento   `json:"datiEvento,omitempty"`
	}
	// Genitore is a parent.
	Genitore struct {
		Generalita *Generalita `json:"generalita,omitempty"`
	}
	// Legame is a tie to a family or convivenza.
	Legame struct {
		Type    string `json:"tipoLegame,omitempty"`
		Code    string `json:"codiceLegame,omitempty"`
		Since   string `json:"dataDecorrenza,omitempty"`
		Ordinal string `json:"progressivoComponente,omitempty"`
		TieFrom string `json:"dataDecorrenzaLegame,omitempty"`
	}
	// Info is one statement about a person.
	Info struct {
		ID     string `json:"id,omitempty"`
		Key    string `json:"chiave,omitempty"`
		Value  string `json:"valore,omitempty"` // S, N or A
		Date   string `json:"valoreData,omitempty"`
		Detail string `json:"dettaglio,omitempty"`
	}
)
