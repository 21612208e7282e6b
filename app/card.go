package app

import "time"

// Step is something that happened while the visura ran.
type Step struct {
	Step  string    `json:"step" enum:"accepted,waiting_approval,approved,identifying,checking_scope,asking,received,kept"`
	State string    `json:"state" enum:"running,done,failed"`
	At    time.Time `json:"at"`
}

// Card is the answer for people: labels are keys of the catalogue, values are
// in the register's own words.
type Card struct {
	Answer   []CardField `json:"answer" nullable:"false" doc:"What decides the case"`
	Groups   []CardGroup `json:"groups" nullable:"false"`
	Warnings []string    `json:"warnings,omitempty" nullable:"false" doc:"What ANPR added"`
}

// PhraseShort begins the phrases that tell why a history is short of the day
// asked for.
const PhraseShort = "card.short."

// CardGroup is a titled group of fields.
type CardGroup struct {
	Title  string      `json:"title"`
	Number int         `json:"number,omitempty" doc:"Position, where the group is one of several alike"`
	Fields []CardField `json:"fields" nullable:"false"`
}

// CardField is one value.
type CardField struct {
	Label  string `json:"label" doc:"Key of the catalogue"`
	Value  string `json:"value,omitempty" doc:"As the register has it"`
	Phrase string `json:"phrase,omitempty" doc:"Key of the catalogue, where the value is a phrase; Value is its parameter"`
	Code   bool   `json:"code,omitempty" doc:"An identifier, to be shown monospace and copied as it is"`
	// Reason is said by the sentence of the code.
	Reason Code              `json:"reason,omitempty" doc:"Where the value is the reason of a refusal or failure: its code"`
	Params map[string]string `json:"params,omitempty" doc:"Parameters of the reason's sentence"`
}

// Evidence is what proves that the look-up took place.
type Evidence struct {
	Operation   string          `json:"operation_anpr,omitempty" doc:"idOperazioneANPR"`
	Parts       []EvidencePart  `json:"parts,omitempty" nullable:"false" doc:"Where several e-services, or one at several dates, were asked"`
	Service     string          `json:"service,omitempty" doc:"The ANPR e-service that answered, where it is one"`
	Asked       time.Time       `json:"asked"`
	Answered    time.Time       `json:"answered"`
	Operator    string          `json:"operator"`
	Workstation string          `json:"workstation"`
	Mediator    string          `json:"mediator,omitempty"`
	Approval    *VisuraApproval `json:"approval,omitempty" doc:"Where TOP's consent was needed"`
	CheckCode   string          `json:"check_code" doc:"Code by which the document is checked"`
}

// EvidencePart is what proves one of the questions of a look-up.
type EvidencePart struct {
	Service   string            `json:"service"`
	Date      Day               `json:"date" doc:"The date whose state was asked"`
	Outcome   Outcome           `json:"outcome"`
	Code      Code              `json:"code,omitempty" doc:"Why it failed"`
	Params    map[string]string `json:"params,omitempty"`
	Operation string            `json:"operation_anpr,omitempty" doc:"idOperazioneANPR"`
}
