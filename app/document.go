package app

import (
	"strings"
	"time"
)

// DocumentCheck is what the server says about a document whose check code it
// was shown: whether the document is its own, and what must stand in it. It
// names nobody; whoever holds the document compares.
type DocumentCheck struct {
	Genuine       bool       `json:"genuine" doc:"A document with this code was made here, and what is kept of it is unaltered"`
	Type          VisuraType `json:"type,omitempty"`
	Outcome       Outcome    `json:"outcome,omitempty"`
	ReferenceDate Day        `json:"reference_date,omitempty"`
	FileReference string     `json:"file_reference,omitempty"`
	Operation     string     `json:"operation,omitempty" doc:"idOperazioneANPR"`
	Asked         *time.Time `json:"asked,omitempty"`
	Ended         *time.Time `json:"ended,omitempty"`
	SameSubject   *bool      `json:"same_subject,omitempty" doc:"Whether it is about the fiscal code that was given with the check code"`
	List          *ListCheck `json:"list,omitempty" doc:"Where the document is the result of a list, instead of type and outcome"`
}

// ListCheck is what the summary of a list's result must show.
type ListCheck struct {
	Service  Service         `json:"service"`
	State    JobState        `json:"state"`
	Rows     int             `json:"rows"`
	Outcomes map[Outcome]int `json:"outcomes" nullable:"false"`
}

// The parts of a check code: the id of what the document was made of, and the
// first symbols of a MAC.
const (
	checkID  = 26
	checkMAC = 6
)

// CheckCode is the code by which a document is checked, in groups of four.
// mac is a MAC, as text, over what the document says.
func CheckCode(id ID, mac string) string {
	code := strings.ToUpper(string(id) + mac[:checkMAC])
	var groups []string
	for len(code) > 4 {
		groups, code = append(groups, code[:4]), code[4:]
	}
	return strings.Join(append(groups, code), "-")
}

// CheckedID is the id in a check code as people write it, "" where it is none,
// and the code as CheckCode writes it.
func CheckedID(code string) (id ID, canonical string) {
	code = strings.ToUpper(strings.Join(strings.FieldsFunc(code, func(r rune) bool { return r == '-' || r == ' ' }), ""))
	if len(code) != checkID+checkMAC {
		return "", ""
	}
	id = ID(strings.ToLower(code[:checkID]))
	return id, CheckCode(id, code[checkID:])
}
