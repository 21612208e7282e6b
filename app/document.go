package app

import "time"

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
}
