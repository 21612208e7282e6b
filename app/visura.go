package app

import (
	"encoding/json"
	"time"
)

// Service is one of the three services of the product.
type Service string

// The services.
const (
	ServiceVisure     Service = "visure"
	ServiceEnrichment Service = "enrichment"
	ServiceHousehold  Service = "household"
)

// VisuraType is what a visura asks about a person.
type VisuraType string

// The types of visura.
const (
	VisuraGeneralita   VisuraType = "generalita"
	VisuraResidenza    VisuraType = "residenza"
	VisuraFamiglia     VisuraType = "stato_famiglia"
	VisuraCittadinanza VisuraType = "cittadinanza"
	VisuraEsistenza    VisuraType = "esistenza_in_vita"
)

// VisuraSpec says, as data, which e-service answers a type of visura and how
// its answer is laid out as a card. A new type is a new row.
type VisuraSpec struct {
	Type    VisuraType
	Service string  // the ANPR e-service, "C020"
	Members bool    // one subject of the answer per member of a household, not one person
	Answer  []Field // what decides the case, shown first and large
	Groups  []Group // the rest
}

// Group is a titled group of fields of a card.
type Group struct {
	Title  string // key of the catalogue
	Each   string // path of a list: the group is repeated for each of its elements
	Fields []Field
}

// Field is one value of a card: where it stands in datiSoggetto and how it is
// written.
type Field struct {
	Label  string // key of the catalogue
	Path   string // dotted path in datiSoggetto, or in the element of Group.Each
	Format Format
	Table  string // with FormatTable: the ANPR table of the codes; with FormatPhrase: the phrases' prefix
}

// Format says how a value of the register is written for people.
type Format string

// The formats.
const (
	FormatText    Format = "text"
	FormatCode    Format = "code"    // identifiers: monospace
	FormatDate    Format = "date"    // with day or month unknown, as the register says
	FormatTable   Format = "table"   // a code, shown as its meaning
	FormatPhrase  Format = "phrase"  // a code, shown as the phrase "<Table>.<code>" of the catalogue
	FormatPlace   Format = "place"   // a Comune with its province, or a foreign place
	FormatAddress Format = "address" // an Italian or foreign address
	FormatName    Format = "name"    // surname and name of a generalita group
	FormatBond    Format = "bond"    // the relationship of a legameSoggetto group
	FormatInfo    Format = "info"    // an item of infoSoggettoEnte, by its id in Path
	FormatCount   Format = "count"   // how many subjects the answer has
	FormatStates  Format = "states"  // the states of a cittadinanza list
	FormatAlive   Format = "alive"   // alive, dead since, or not known, from infoSoggettoEnte
)

var groupPerson = Group{Title: "card.person", Fields: []Field{
	{"field.surname_name", "generalita", FormatName, ""},
	{"field.fiscal_code", "generalita.codiceFiscale.codFiscale", FormatCode, ""},
	{"field.fiscal_code_validity", "generalita.codiceFiscale.validitaCF", FormatPhrase, "card.fiscal_code_validity"},
	{"field.sex", "generalita.sesso", FormatPhrase, "sex"},
	{"field.birth_date", "generalita.dataNascita", FormatDate, ""},
	{"field.birth_place", "generalita.luogoNascita", FormatPlace, ""},
	{"field.id_anpr", "identificativi.idANPR", FormatCode, ""},
	{"field.death_date", "1015", FormatInfo, ""},
}}

// VisuraSpecs is the table of the types of visura, in the order in which they
// are offered: the smallest answer first.
var VisuraSpecs = []VisuraSpec{
	{
		Type: VisuraEsistenza, Service: "C019",
		Answer: []Field{{"field.alive", "", FormatAlive, ""}},
		Groups: []Group{groupPerson},
	},
	{
		Type: VisuraGeneralita, Service: "C015",
		Answer: []Field{{"field.surname_name", "generalita", FormatName, ""}},
		Groups: []Group{groupPerson, {Title: "card.civil_status", Fields: []Field{
			{"field.civil_status", "statoCivile.statoCivile", FormatTable, "tab01"},
			{"field.notes", "statoCivile.noteStatoCivile", FormatText, ""},
		}}},
	},
	{
		Type: VisuraResidenza, Service: "C020",
		Answer: []Field{{"field.address", "residenza", FormatAddress, ""}},
		Groups: []Group{{Title: "card.residence", Each: "residenza", Fields: []Field{
			{"field.address_kind", "tipoIndirizzo", FormatTable, "tab25"},
			{"field.address", "", FormatAddress, ""},
			{"field.residence_since", "dataDecorrenzaResidenza", FormatDate, ""},
			{"field.care_of", "presso", FormatText, ""},
			{"field.consulate", "localitaEstera.consolato.descrizioneConsolato", FormatText, ""},
			{"field.notes", "noteIndirizzo", FormatText, ""},
		}}, groupPerson},
	},
	{
		Type: VisuraCittadinanza, Service: "C018",
		Answer: []Field{{"field.citizenship", "cittadinanza", FormatStates, ""}},
		Groups: []Group{{Title: "card.citizenship", Each: "cittadinanza", Fields: []Field{
			{"field.state", "descrizioneStato", FormatText, ""},
			{"field.valid_since", "dataValidita", FormatDate, ""},
			{"field.notes", "noteStato", FormatText, ""},
		}}, groupPerson},
	},
	{
		Type: VisuraFamiglia, Service: "C021", Members: true,
		Answer: []Field{{"field.members", "", FormatCount, ""}},
		Groups: []Group{{Title: "card.member", Fields: []Field{
			{"field.bond", "legameSoggetto", FormatBond, ""},
			{"field.surname_name", "generalita", FormatName, ""},
			{"field.fiscal_code", "generalita.codiceFiscale.codFiscale", FormatCode, ""},
			{"field.birth_date", "generalita.dataNascita", FormatDate, ""},
			{"field.birth_place", "generalita.luogoNascita", FormatPlace, ""},
			{"field.member_since", "legameSoggetto.dataDecorrenza", FormatDate, ""},
			{"field.id_anpr", "identificativi.idANPR", FormatCode, ""},
			{"field.death_date", "1015", FormatInfo, ""},
		}}},
	},
}

// Spec returns the row of the type.
func (t VisuraType) Spec() (VisuraSpec, bool) {
	for _, s := range VisuraSpecs {
		if s.Type == t {
			return s, true
		}
	}
	return VisuraSpec{}, false
}

// Subject is the person asked about: by one of fiscal code, ANPR id, or the
// five data of identity.
type Subject struct {
	FiscalCode string    `json:"fiscal_code,omitempty"`
	IDANPR     string    `json:"id_anpr,omitempty" doc:"Identificativo unico nazionale, nine letters and digits"`
	Identity   *Identity `json:"identity,omitempty"`
}

// Identity is a person by name, sex, date and place of birth, as C030 wants
// them: all five.
type Identity struct {
	Surname    string `json:"surname"`
	Name       string `json:"name"`
	Sex        string `json:"sex" enum:"M,F"`
	BirthDate  Day    `json:"birth_date"`
	BirthPlace string `json:"birth_place" doc:"Cadastral (Belfiore) code of the Comune, or Z code of the foreign state"`
	Locality   string `json:"locality,omitempty" doc:"With a foreign state: the place, if known"`
}

// VisuraState is where a request stands.
type VisuraState string

// The states of a visura.
const (
	VisuraWaiting VisuraState = "waiting" // for TOP's consent, or to begin after it
	VisuraRunning VisuraState = "running"
	VisuraDone    VisuraState = "done"
)

// Outcome says how a request ended.
type Outcome string

// The outcomes.
const (
	OutcomeFound       Outcome = "found"
	OutcomeNotFound    Outcome = "not_found"
	OutcomeCancelled   Outcome = "cancelled"    // removed from ANPR for a reason other than death
	OutcomeDuplicate   Outcome = "duplicate"    // several positions for one key
	OutcomeNoData      Outcome = "no_data"      // the person is known, but has nothing of what was asked
	OutcomeOutOfScope  Outcome = "out_of_scope" // withheld
	OutcomeRefused     Outcome = "refused"      // by this server, before ANPR was asked
	OutcomeWithdrawn   Outcome = "withdrawn"    // by the operator, while it ran
	OutcomeFailed      Outcome = "failed"       // ANPR or PDND did not do its part
	OutcomeInterrupted Outcome = "interrupted"  // this server stopped while it ran
)

// Outcomes lists every outcome.
var Outcomes = []Outcome{
	OutcomeFound, OutcomeNotFound, OutcomeCancelled, OutcomeDuplicate, OutcomeNoData,
	OutcomeOutOfScope, OutcomeRefused, OutcomeWithdrawn, OutcomeFailed, OutcomeInterrupted,
}

// Visura is one look-up about one person, of one type.
type Visura struct {
	ID            ID                `json:"id"`
	User          ID                `json:"user"`
	Type          VisuraType        `json:"type"`
	Subject       Subject           `json:"subject"`
	SubjectName   string            `json:"subject_name,omitempty"` // as the register writes it
	ReferenceDate Day               `json:"reference_date"`
	Purpose       ID                `json:"purpose"`
	PurposeName   string            `json:"purpose_name"` // as it was called then
	FileReference string            `json:"file_reference"`
	State         VisuraState       `json:"state"`
	Outcome       Outcome           `json:"outcome,omitempty"`
	Code          Code              `json:"code,omitempty"`   // why it was refused or failed
	Params        map[string]string `json:"params,omitempty"` // parameters of the code's sentence
	Operation     string            `json:"operation,omitempty"`
	Warnings      []string          `json:"warnings,omitempty"` // what ANPR added
	Answer        []json.RawMessage `json:"answer,omitempty"`   // datiSoggetto[], as received
	Operator      string            `json:"operator"`           // full name, then
	Role          Role              `json:"role,omitempty"`     // the operator's, then
	Department    string            `json:"department"`         // its name, then
	Office        string            `json:"office,omitempty"`
	Workstation   string            `json:"workstation"` // its name, then
	Mediator      ID                `json:"mediator,omitempty"`
	MediatorName  string            `json:"mediator_name,omitempty"`
	Approval      *VisuraApproval   `json:"approval,omitempty"` // where TOP's consent was needed
	CheckCode     string            `json:"check_code"`
	Created       time.Time         `json:"created"`
	Answered      time.Time         `json:"answered"`
	Ended         time.Time         `json:"ended"`
}

// StoredVisura is a visura as it is kept: what is searched by stands open,
// the rest is sealed.
type StoredVisura struct {
	ID          ID
	User        ID
	Idempotency string // the caller's key, under which the same request runs once
	Digest      string // digest of the request under that key
	Type        VisuraType
	State       VisuraState
	Outcome     Outcome
	Purpose     ID
	File        string
	SubjectKey  string // HMAC of the subject
	Created     time.Time
	Ended       time.Time
	Sealed      []byte // the Visura
}

// KnownID is the ANPR id of a subject, kept for a while so that C030 need not
// be asked again.
type KnownID struct {
	SubjectKey string
	Sealed     []byte
	Until      time.Time
}
