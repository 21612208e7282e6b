package wire

import (
	"time"

	"indagor/app"
)

// The operations about lists of users to be registered.
var (
	PreviewUserImport = Endpoint[PreviewUserImportInput, UserImportOutput]{
		ID: "preview-user-import", Method: "POST", Path: "/v1/users/import/preview", Access: AccessUser, Slow: true, MaxBody: mostImport,
		Permission: app.PermManageOperators, Summary: "What would become of every row of a CSV of users; changes nothing",
	}
	RunUserImport = Endpoint[RunUserImportInput, UserImportOutput]{
		ID: "run-user-import", Method: "POST", Path: "/v1/users/import", Access: AccessUser, Slow: true, MaxBody: mostImport,
		Permission: app.PermManageOperators, Summary: "Register the users of some rows of a CSV, each wholly or not at all; gives their one-time secrets, once",
	}
)

// mostImport bounds the input: 4 MiB of list, in base64.
const mostImport = 6 << 20

// PreviewUserImportInput is a list of users.
type PreviewUserImportInput struct {
	Body struct {
		Content []byte `json:"content" doc:"The file as it is, base64: up to 4 MiB and 5000 rows, in UTF-8, UTF-16 or Windows-1252, separated by semicolon, comma, tab or bar. Columns: cognome, nome, codice fiscale, e-mail, utente; and if wanted telefono, matricola, ruolo, direzione, ufficio, profilo come (user name of whose profile is copied), legame (user name of the ADMIN), postazione (libera, autorizzata), ID operatore ANPR"`
	}
}

// RunUserImportInput registers the users of some rows.
type RunUserImportInput struct {
	Key  string `header:"Idempotency-Key" required:"true" minLength:"8" maxLength:"100" doc:"Chosen by the caller; a second request with it gives the first one's answer without the secrets, which are kept nowhere"`
	Body struct {
		Content []byte `json:"content" doc:"The file of the preview"`
		Name    string `json:"name,omitempty" maxLength:"200" doc:"Name of the file, for the log"`
		Rows    []int  `json:"rows" nullable:"false" minItems:"1" maxItems:"100" doc:"Numbers of the rows"`
	}
}

// UserImport is a list of users with what becomes of its rows.
type UserImport struct {
	Encoding  string          `json:"encoding"`
	Separator string          `json:"separator,omitempty"`
	Ignored   []string        `json:"ignored" nullable:"false" doc:"Headings of columns that mean nothing"`
	Rows      []UserImportRow `json:"rows" nullable:"false" doc:"Fewer than were asked for where the registration broke off: those after them were not tried"`
}

// UserImportRow is one row of a list of users.
type UserImportRow struct {
	Number   int                 `json:"number" doc:"From 1, the headings not counted"`
	Line     int                 `json:"line" doc:"Of the file, from 1"`
	Outcome  string              `json:"outcome" enum:"create,known,error,created" doc:"create: will be registered; known: is registered already, nothing is done; error: cannot be registered; created: has been registered"`
	Grade    string              `json:"grade" enum:"good,doubtful,bad"`
	Findings []UserImportFinding `json:"findings" nullable:"false"`

	User       app.ID     `json:"user,omitempty" doc:"Of whom is registered"`
	Username   string     `json:"username"`
	Name       string     `json:"name"`
	Surname    string     `json:"surname"`
	FiscalCode string     `json:"fiscal_code"`
	Email      string     `json:"email,omitempty"`
	Role       app.Role   `json:"role,omitempty"`
	Department app.ID     `json:"department,omitempty"`
	Office     string     `json:"office,omitempty"`
	Secret     string     `json:"secret,omitempty" doc:"The one-time secret, shown only now"`
	Expires    *time.Time `json:"expires,omitempty"`
}

// UserImportFinding is something to say of a row.
type UserImportFinding struct {
	Code        app.Code          `json:"code"`
	Grade       string            `json:"grade" enum:"good,doubtful,bad"`
	Field       string            `json:"field,omitempty"`
	Column      string            `json:"column,omitempty" doc:"Heading of the column, as the list has it"`
	Params      map[string]string `json:"params,omitempty"`
	Suggestions []string          `json:"suggestions,omitempty" nullable:"false" doc:"What was probably meant"`
}

// UserImportOutput is what becomes, or became, of the rows.
type UserImportOutput struct{ Body UserImport }
