package visura

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"indagor/app"
	"indagor/sync/wire"
)

// By is how the operator says whom he means.
type By int

// The ways to name a person.
const (
	ByCode     By = iota // fiscal code or ANPR id, in one field
	ByIdentity           // surname, name, sex, date and place of birth
)

// Form is what stands in the form. Days hold what was typed where it is no
// day, so that it can be refused.
type Form struct {
	By            By
	Text          string
	Identity      app.Identity
	Type          app.VisuraType
	Also          []app.VisuraType // asked at the same time
	Usual         bool             // the type is the one asked last: to choose another is to choose it instead
	Declared      *app.Declared    // what is to be verified; nil: nothing yet
	Since         app.Day          // of a history
	ReferenceDate app.Day          // "": today
	Purpose       app.ID
	FileReference string
}

// subjectEmpty reports whether nothing says yet who is meant.
func (x Form) subjectEmpty() bool { return x.Text == "" && x.Identity == (app.Identity{}) }

// The names of the inputs, as refusals carry them.
const (
	FieldSubject    = "subject"
	FieldFiscalCode = "subject.fiscal_code"
	FieldIDANPR     = "subject.id_anpr"
	FieldSurname    = "subject.identity.surname"
	FieldName       = "subject.identity.name"
	FieldSex        = "subject.identity.sex"
	FieldBirthDate  = "subject.identity.birth_date"
	FieldBirthPlace = "subject.identity.birth_place"
	FieldLocality   = "subject.identity.locality"
	FieldType       = "type"
	FieldReference  = "reference_date"
	FieldSince      = "since"
	FieldDeclared   = "declared." // and the input
	FieldPurpose    = "purpose"
	FieldFile       = "file_reference"
)

// mostFile is the greatest length of a file reference, in characters.
const mostFile = 120

// oldestBirth is the first year of birth that the server takes.
const oldestBirth = 1850

// request brings the form to what is sent, or refuses it field by field, in
// the order in which the form is read.
func (f *Flow) request(x Form, s wire.Session) (wire.VisuraRequest, app.Errors) {
	now := f.config.Now()
	today := app.DayOf(now)
	var es app.Errors
	refuse := func(code app.Code, field string, params ...string) {
		es = append(es, app.E(code, params...).At(field))
	}
	r := wire.VisuraRequest{Type: x.Type, Purpose: x.Purpose, FileReference: strings.TrimSpace(x.FileReference), ReferenceDate: x.ReferenceDate}
	if x.By == ByIdentity {
		id := f.identity(x.Identity, today, refuse)
		r.Subject.Identity = &id
	} else {
		switch rd := read(x.Text, f.config.Atlas(), now); {
		case rd.Kind == KindEmpty:
			refuse(app.CodeRequired, FieldSubject)
		case rd.Kind == KindCode, rd.Kind == KindProvisional:
			r.Subject.FiscalCode = rd.Text
		case rd.Kind == KindANPR:
			r.Subject.IDANPR = rd.Text
		case rd.WrongLetter:
			refuse(app.CodeFiscalCheck, FieldFiscalCode)
		case len(rd.Text) <= idLength:
			refuse(app.CodeMalformed, FieldSubject)
		default:
			refuse(app.CodeFiscalCode, FieldFiscalCode)
		}
	}
	switch profile := s.User.Profile.Visure; {
	case x.Type == "":
		refuse(app.CodeRequired, FieldType)
	case profile != nil && slices.ContainsFunc(x.chosen(), func(t app.VisuraType) bool { return !slices.Contains(profile.Types, t) }):
		refuse(app.CodeTypeOff, FieldType)
	}
	if len(x.Also) > 0 {
		r.Type, r.Types = app.VisuraScheda, x.chosen()
	}
	if r.ReferenceDate == "" {
		r.ReferenceDate = today
	}
	if _, ok := r.ReferenceDate.Time(); !ok {
		refuse(app.CodeDate, FieldReference)
	} else if r.ReferenceDate > today {
		refuse(app.CodeDateFuture, FieldReference)
	}
	f.declare(x, &r, today, refuse)
	switch {
	case x.Purpose == "":
		refuse(app.CodeRequired, FieldPurpose)
	case !slices.ContainsFunc(s.Purposes, func(p app.Purpose) bool { return p.ID == x.Purpose }):
		refuse(app.CodePurposeOff, FieldPurpose)
	}
	if r.FileReference == "" {
		refuse(app.CodeRequired, FieldFile)
	} else if utf8.RuneCountInString(r.FileReference) > mostFile {
		refuse(app.CodeTooLong, FieldFile, "most", "120")
	}
	return r, es
}

func (f *Flow) identity(x app.Identity, today app.Day, refuse func(app.Code, string, ...string)) app.Identity {
	x.Surname, x.Name, x.Locality = strings.TrimSpace(x.Surname), strings.TrimSpace(x.Name), strings.TrimSpace(x.Locality)
	if x.Surname == "" {
		refuse(app.CodeRequired, FieldSurname)
	}
	if x.Name == "" {
		refuse(app.CodeRequired, FieldName)
	}
	if x.Sex != "M" && x.Sex != "F" {
		refuse(app.CodeRequired, FieldSex)
	}
	switch born, ok := x.BirthDate.Time(); {
	case x.BirthDate == "":
		refuse(app.CodeRequired, FieldBirthDate)
	case !ok || born.Year() < oldestBirth:
		refuse(app.CodeDate, FieldBirthDate)
	case x.BirthDate > today:
		refuse(app.CodeDateFuture, FieldBirthDate)
	}
	if x.BirthPlace == "" {
		refuse(app.CodeRequired, FieldBirthPlace)
	}
	if _, foreign := f.config.Atlas().State(x.BirthPlace); !foreign {
		x.Locality = ""
	}
	return x
}

// formOf is the form that would send the request again.
func formOf(r wire.VisuraRequest, today app.Day) Form {
	x := Form{
		Type: r.Type, Declared: r.Declared, Since: r.Since, ReferenceDate: r.ReferenceDate, Purpose: r.Purpose, FileReference: r.FileReference,
		Text: r.Subject.FiscalCode + r.Subject.IDANPR,
	}
	if r.Subject.Identity != nil {
		x.By, x.Identity = ByIdentity, *r.Subject.Identity
	}
	if len(r.Types) > 0 {
		x.Type, x.Also = r.Types[0], r.Types[1:]
	}
	if x.ReferenceDate == "" {
		x.ReferenceDate = today
	}
	return x
}

// Today is the day that the form takes for today.
func (f *Flow) Today() time.Time {
	y, m, d := f.config.Now().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
