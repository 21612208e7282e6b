package anpr

import "encoding/json"

// Outcome is what an answered question came to.
type Outcome string

// The outcomes.
const (
	Found     Outcome = "found"     // one subject, or the members of a family
	NotFound  Outcome = "not_found" // EN122: never in ANPR, or not yet at the date
	Cancelled Outcome = "cancelled" // EN122: removed for a reason other than death; data are never given
	Duplicate Outcome = "duplicate" // more subjects for the same key: nobody may pick silently
	Empty     Outcome = "empty"     // 200 without subjects: no data
)

// Answer is what ANPR said.
type Answer struct {
	OperationID string // idOperazioneANPR
	Outcome     Outcome
	Subjects    []json.RawMessage // datiSoggetto[], as received
	Warnings    []Anomaly         // listaAnomalie[] of a good answer
	Text        string            // testoErroreAnomalia of NotFound and Cancelled, as received
	Raw         json.RawMessage   // the whole body, as received
}

// Anomaly is one item of listaAnomalie or listaErrori.
type Anomaly struct {
	Code  string // codiceErroreAnomalia, as in "EN148"
	Type  string // tipoErroreAnomalia: "E" error, "W" warning
	Text  string // testoErroreAnomalia
	Field string // campoErroreAnomalia
}
