package app

import (
	"encoding/json"
	"slices"
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

// Subject is the person asked about: by one of fiscal code, ANPR id, or the
// five data of identity.
type Subject struct {
	FiscalCode string    `json:"fiscal_code,omitempty"`
	IDANPR     string    `json:"id_anpr,omitempty" doc:"Identificativo unico nazionale, nine letters and digits"`
	Identity   *Identity `json:"identity,omitempty"`
}

// Told are the texts of the subject by which he may be looked for.
func (s Subject) Told() []string {
	texts := []string{s.FiscalCode, s.IDANPR}
	if s.Identity != nil {
		texts = append(texts, s.Identity.Surname, s.Identity.Name)
	}
	return texts
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
	SubjectCode   string            `json:"subject_code,omitempty"` // the fiscal code that the register gave
	SubjectID     string            `json:"subject_id,omitempty"`   // the ANPR id that the register gave
	ReferenceDate Day               `json:"reference_date"`
	Types         []VisuraType      `json:"types,omitempty"`    // with VisuraScheda: what was asked of it; all that applies where empty
	Declared      *Declared         `json:"declared,omitempty"` // what ANPR was to compare
	Since         Day               `json:"since,omitempty"`    // of a history: from when on
	Purpose       ID                `json:"purpose"`
	PurposeName   string            `json:"purpose_name"` // as it was called then
	FileReference string            `json:"file_reference"`
	State         VisuraState       `json:"state"`
	Outcome       Outcome           `json:"outcome,omitempty"`
	Code          Code              `json:"code,omitempty"`    // why it was refused or failed
	Params        map[string]string `json:"params,omitempty"`  // parameters of the code's sentence
	Service       string            `json:"service,omitempty"` // the e-service that answered, where it is one
	Operation     string            `json:"operation,omitempty"`
	Short         HistoryShort      `json:"short,omitempty"`    // of a history: why it does not go back to Since
	ShortOf       Day               `json:"short_of,omitempty"` // and the day before which nothing was asked
	Warnings      []string          `json:"warnings,omitempty"` // what ANPR added
	Answer        []json.RawMessage `json:"answer,omitempty"`   // datiSoggetto[], as received
	Parts         []VisuraPart      `json:"parts,omitempty"`    // the answers of which it is made, where there are several
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

// Asked lists, of a scheda, the types of which it is made: those that ANPR was
// asked about, or before that those that were asked for.
func (v Visura) Asked() []VisuraType {
	if v.Type != VisuraScheda {
		return nil
	}
	var out []VisuraType
	for _, p := range v.Parts {
		if !slices.Contains(out, p.Type) {
			out = append(out, p.Type)
		}
	}
	if out == nil {
		return v.Types
	}
	return out
}

// VisuraPart is the answer of one e-service, at one date, of a visura that is
// made of several.
type VisuraPart struct {
	Type      VisuraType        `json:"type"`
	Service   string            `json:"service"`
	Date      Day               `json:"date"`
	Outcome   Outcome           `json:"outcome"`
	Code      Code              `json:"code,omitempty"` // why it failed
	Params    map[string]string `json:"params,omitempty"`
	Operation string            `json:"operation,omitempty"`
	Answer    []json.RawMessage `json:"answer,omitempty"`
	Until     Day               `json:"until,omitempty"` // of a history: the last day of it
}

// HistoryShort says why a history does not go back to the day asked for.
type HistoryShort string

// The reasons.
const (
	ShortPeriods HistoryShort = "periods" // it has as many residences as one look-up asks for
	ShortUnknown HistoryShort = "unknown" // the register does not say when the earliest began
	ShortLater   HistoryShort = "later"   // what it says lies after the day that was asked about
)

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
	Code        Code // why it failed
	Purpose     ID
	File        string
	SubjectKey  string   // HMAC of the subject
	Marks       []string // HMACs of the words by which the person is found
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
