package wire

import (
	"time"

	"indagor/app"
)

// The operations of visure and their archive.
var (
	AskVisura = Endpoint[AskVisuraInput, VisuraOutput]{ID: "ask-visura", Method: "POST", Path: "/v1/visure", Access: AccessUser, Slow: true,
		Permission: app.PermUseServices, Summary: "Ask one visura about one person. The same Idempotency-Key asks ANPR once"}
	GetVisura = Endpoint[GetVisuraInput, VisuraOutput]{ID: "get-visura", Method: "GET", Path: "/v1/visure/{id}", Access: AccessUser, Slow: true,
		Permission: app.PermArchive, Summary: "One of one's own visure with its card; with wait, as soon as it changes"}
	WithdrawVisura = Endpoint[IDInput, VisuraOutput]{ID: "withdraw-visura", Method: "POST", Path: "/v1/visure/{id}/withdraw", Access: AccessUser,
		Permission: app.PermUseServices, Summary: "Give up a visura that is running"}
	GetDocument = Endpoint[DocumentInput, DocumentOutput]{ID: "get-document", Method: "GET", Path: "/v1/visure/{id}/document", Access: AccessUser,
		Permission: app.PermArchive, Summary: "The visura as a PDF"}
	ListArchive = Endpoint[ArchiveInput, ArchiveOutput]{ID: "list-archive", Method: "GET", Path: "/v1/archive", Access: AccessUser,
		Permission: app.PermArchive, Summary: "One's own archive, newest first"}
)

// AskVisuraInput asks a visura.
type AskVisuraInput struct {
	Key  string `header:"Idempotency-Key" required:"true" minLength:"8" maxLength:"100"`
	Wait int    `query:"wait" minimum:"0" maximum:"55" default:"30" doc:"Seconds to wait for the end"`
	Body VisuraRequest
}

// VisuraRequest is what the operator states.
type VisuraRequest struct {
	Type          app.VisuraType `json:"type"`
	Subject       app.Subject    `json:"subject"`
	ReferenceDate app.Day        `json:"reference_date,omitempty" doc:"Today where absent"`
	Purpose       app.ID         `json:"purpose"`
	FileReference string         `json:"file_reference" minLength:"1" maxLength:"120" doc:"Number of the file or protocol that justifies the look-up"`
}

// GetVisuraInput names a visura.
type GetVisuraInput struct {
	ID   app.ID `path:"id" maxLength:"26"`
	Wait int    `query:"wait" minimum:"0" maximum:"55"`
	Seen int    `query:"seen" minimum:"0" doc:"Number of steps already seen"`
}

// VisuraOutput is one visura.
type VisuraOutput struct{ Body Visura }

// Visura is a request with all that came of it.
type Visura struct {
	VisuraSummary
	Steps    []Step    `json:"steps" nullable:"false"`
	Card     *Card     `json:"card,omitempty"`
	Evidence *Evidence `json:"evidence,omitempty"`
}

// VisuraSummary is a row of the archive.
type VisuraSummary struct {
	ID            app.ID            `json:"id"`
	Type          app.VisuraType    `json:"type"`
	State         app.VisuraState   `json:"state" enum:"running,done"`
	Outcome       app.Outcome       `json:"outcome,omitempty"`
	Code          app.Code          `json:"code,omitempty" doc:"Why it was refused or failed"`
	Params        map[string]string `json:"params,omitempty"`
	Subject       app.Subject       `json:"subject"`
	SubjectName   string            `json:"subject_name,omitempty" doc:"As the register writes it, where it was found"`
	ReferenceDate app.Day           `json:"reference_date"`
	Purpose       app.ID            `json:"purpose"`
	PurposeName   string            `json:"purpose_name"`
	FileReference string            `json:"file_reference"`
	Created       time.Time         `json:"created"`
	Ended         *time.Time        `json:"ended,omitempty"`
}

// Step is something that happened while the visura ran.
type Step struct {
	Step  string    `json:"step" enum:"accepted,identifying,checking_scope,asking,received,kept,ended"`
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
}

// Evidence is what proves that the look-up took place.
type Evidence struct {
	Operation   string    `json:"operation_anpr,omitempty" doc:"idOperazioneANPR"`
	Service     string    `json:"service" doc:"The ANPR e-service that answered"`
	Asked       time.Time `json:"asked"`
	Answered    time.Time `json:"answered"`
	Operator    string    `json:"operator"`
	Workstation string    `json:"workstation"`
	Mediator    string    `json:"mediator,omitempty"`
	CheckCode   string    `json:"check_code" doc:"Code by which the document is checked"`
}

// DocumentInput names a visura and the language of the document's labels.
type DocumentInput struct {
	ID       app.ID `path:"id" maxLength:"26"`
	Language string `query:"language" enum:"it,en,de," doc:"Italian where absent"`
}

// DocumentOutput is a PDF.
type DocumentOutput struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

// ArchiveInput filters the archive.
type ArchiveInput struct {
	Page
	FiscalCode string         `query:"fiscal_code" maxLength:"16" doc:"The person, by fiscal code"`
	Type       app.VisuraType `query:"type" maxLength:"40"`
	Outcome    app.Outcome    `query:"outcome" maxLength:"40"`
	From       app.Day        `query:"from" maxLength:"10"`
	Until      app.Day        `query:"until" maxLength:"10"`
	Purpose    app.ID         `query:"purpose" maxLength:"26"`
	Since      string         `query:"changed_since" maxLength:"40" doc:"Only what ended at or after this RFC 3339 time: for copies kept elsewhere"`
}

// ArchiveOutput is a page of the archive.
type ArchiveOutput struct{ Body List[VisuraSummary] }
