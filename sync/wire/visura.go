package wire

import (
	"time"

	"indagor/app"
)

// The operations of visure and their archive.
var (
	AskVisura = Endpoint[AskVisuraInput, VisuraOutput]{
		ID: "ask-visura", Method: "POST", Path: "/v1/visure", Access: AccessUser, Slow: true,
		Permission: app.PermUseServices, Summary: "Ask one visura about one person. The same Idempotency-Key asks ANPR once",
	}
	GetVisura = Endpoint[GetVisuraInput, VisuraOutput]{
		ID: "get-visura", Method: "GET", Path: "/v1/visure/{id}", Access: AccessUser, Slow: true,
		Permission: app.PermArchive, Summary: "One of one's own visure with its card; with wait, as soon as it changes",
	}
	WithdrawVisura = Endpoint[IDInput, VisuraOutput]{
		ID: "withdraw-visura", Method: "POST", Path: "/v1/visure/{id}/withdraw", Access: AccessUser,
		Permission: app.PermUseServices, Summary: "Give up a visura that waits or is running",
	}
	GetDocument = Endpoint[DocumentInput, DocumentOutput]{
		ID: "get-document", Method: "GET", Path: "/v1/visure/{id}/document", Access: AccessUser,
		Permission: app.PermArchive, Summary: "The visura as a document: PDF, or XLSX",
	}
	CheckDocument = Endpoint[CheckDocumentInput, CheckDocumentOutput]{
		ID: "check-document", Method: "POST", Path: "/v1/documents/check", Access: AccessUser,
		Summary: "Whether a document with the check code was made here, and what must stand in it",
	}
	ListArchive = Endpoint[ArchiveInput, ArchiveOutput]{
		ID: "list-archive", Method: "POST", Path: "/v1/archive/search", Access: AccessUser,
		Permission: app.PermArchive, Summary: "One's own archive, newest first",
	}
)

// AskVisuraInput asks a visura.
type AskVisuraInput struct {
	Key  string `header:"Idempotency-Key" required:"true" minLength:"8" maxLength:"100"`
	Wait int    `query:"wait" minimum:"0" maximum:"55" doc:"Seconds to wait for the end; none where absent"`
	Body VisuraRequest
}

// VisuraRequest is what the operator states.
type VisuraRequest struct {
	Type          app.VisuraType   `json:"type"`
	Types         []app.VisuraType `json:"types,omitempty" maxItems:"12" nullable:"false" doc:"With type scheda: what is asked at once; all that applies where absent"`
	Declared      *app.Declared    `json:"declared,omitempty" doc:"With a verification: what ANPR is to compare"`
	Since         app.Day          `json:"since,omitempty" maxLength:"10" doc:"With residenza_storica: from when on"`
	Subject       app.Subject      `json:"subject"`
	ReferenceDate app.Day          `json:"reference_date,omitempty" doc:"Today where absent"`
	Purpose       app.ID           `json:"purpose"`
	FileReference string           `json:"file_reference" minLength:"1" maxLength:"120" doc:"Number of the file or protocol that justifies the look-up"`
}

// CheckDocumentInput is what somebody reads on a document.
type CheckDocumentInput struct {
	Body struct {
		Code       string `json:"code" minLength:"1" maxLength:"60" doc:"Check code, with or without hyphens"`
		FiscalCode string `json:"fiscal_code,omitempty" maxLength:"30" doc:"Of the subject that the document names, to be compared"`
	}
}

// CheckDocumentOutput is what the server says of it.
type CheckDocumentOutput struct{ Body app.DocumentCheck }

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
	Steps    []app.Step    `json:"steps" nullable:"false"`
	Card     *app.Card     `json:"card,omitempty"`
	Evidence *app.Evidence `json:"evidence,omitempty"`
}

// VisuraSummary is a row of the archive.
type VisuraSummary struct {
	ID            app.ID              `json:"id"`
	Type          app.VisuraType      `json:"type"`
	State         app.VisuraState     `json:"state" enum:"waiting,running,done"`
	Outcome       app.Outcome         `json:"outcome,omitempty"`
	Code          app.Code            `json:"code,omitempty" doc:"Why it was refused or failed"`
	Params        map[string]string   `json:"params,omitempty"`
	Subject       app.Subject         `json:"subject"`
	Types         []app.VisuraType    `json:"types,omitempty" nullable:"false" doc:"With type scheda: what was asked"`
	Declared      *app.Declared       `json:"declared,omitempty"`
	Since         app.Day             `json:"since,omitempty"`
	SubjectName   string              `json:"subject_name,omitempty" doc:"As the register writes it, where it was found"`
	SubjectCode   string              `json:"subject_code,omitempty" doc:"The fiscal code that the register gave, where it did"`
	SubjectID     string              `json:"subject_id,omitempty" doc:"The ANPR id that the register gave, where it did"`
	ReferenceDate app.Day             `json:"reference_date"`
	Purpose       app.ID              `json:"purpose"`
	PurposeName   string              `json:"purpose_name"`
	FileReference string              `json:"file_reference"`
	Approval      *app.VisuraApproval `json:"approval,omitempty" doc:"Where TOP's consent was needed"`
	Created       time.Time           `json:"created"`
	Ended         *time.Time          `json:"ended,omitempty"`
}

// DocumentInput names a visura, the format of the document and the language of
// its labels.
type DocumentInput struct {
	ID       app.ID `path:"id" maxLength:"26"`
	Format   string `query:"format" enum:"pdf,xlsx" default:"pdf"`
	Language string `query:"language" enum:"it,en,de," doc:"Italian where absent"`
}

// DocumentOutput is a PDF or a workbook.
type DocumentOutput struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

// ArchiveInput filters the archive. The filter is a body, not a query, so that
// no fiscal code stands in an address that a proxy may write down.
type ArchiveInput struct{ Body ArchiveQuery }

// ArchiveQuery filters the archive; what is absent does not filter. A page may
// be shorter than asked, even empty, and not the last: that has no next.
type ArchiveQuery struct {
	FiscalCode string          `json:"fiscal_code,omitempty" maxLength:"16" doc:"The person, by fiscal code"`
	Person     string          `json:"person,omitempty" maxLength:"120" doc:"The person, by fiscal code, ANPR id, or words of surname and name, whole and in any order, all of which must be there; accents do not matter"`
	File       string          `json:"file_reference,omitempty" maxLength:"120" doc:"Part of the file reference"`
	Type       app.VisuraType  `json:"type,omitempty" maxLength:"40"`
	State      app.VisuraState `json:"state,omitempty" enum:"waiting,running,done"`
	Outcome    app.Outcome     `json:"outcome,omitempty" maxLength:"40"`
	Purpose    app.ID          `json:"purpose,omitempty" maxLength:"26"`
	From       app.Day         `json:"from,omitempty" maxLength:"10"`
	Until      app.Day         `json:"until,omitempty" maxLength:"10"`
	Since      *time.Time      `json:"changed_since,omitempty" doc:"Only what began, changed or ended at or after this moment, what changed last first: for copies kept elsewhere"`
	Limit      int             `json:"limit,omitempty" minimum:"1" maximum:"500" default:"100"`
	Cursor     string          `json:"cursor,omitempty" maxLength:"400" doc:"next of the page before"`
}

// ArchiveOutput is a page of the archive.
type ArchiveOutput struct{ Body List[VisuraSummary] }
