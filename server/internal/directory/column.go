package directory

import (
	"slices"
	"strings"
	"unicode"

	"indagor/app"
)

// importField is a column of a list of users to be registered.
type importField string

// The columns of a list of users, by the fields of the contract that they
// fill.
const (
	importSurname     importField = "surname"
	importName        importField = "name"
	importFiscalCode  importField = "fiscal_code"
	importEmail       importField = "email"
	importPhone       importField = "phone"
	importStaff       importField = "staff_number"
	importUsername    importField = "username"
	importRole        importField = "role"
	importDepartment  importField = "department"
	importOffice      importField = "office"
	importProfile     importField = "profile"
	importAdmin       importField = "admin"
	importWorkstation importField = "profile.workstations"
	importOperatorID  importField = "operator_id"
)

// importHeadings are the headings by which the columns are known, the first one
// as it is asked for.
var importHeadings = []struct {
	field    importField
	needed   bool
	headings []string
}{
	{importSurname, true, []string{"cognome"}},
	{importName, true, []string{"nome"}},
	{importFiscalCode, true, []string{"codice fiscale", "cod fiscale", "cf"}},
	{importEmail, true, []string{"e-mail", "mail", "posta elettronica", "indirizzo e-mail"}},
	{importUsername, true, []string{"utente", "nome utente", "username"}},
	{importPhone, false, []string{"telefono", "tel", "cellulare"}},
	{importStaff, false, []string{"matricola", "n matricola"}},
	{importRole, false, []string{"ruolo"}},
	{importDepartment, false, []string{"direzione"}},
	{importOffice, false, []string{"ufficio"}},
	{importProfile, false, []string{"profilo come", "profilo"}},
	{importAdmin, false, []string{"legame", "admin"}},
	{importWorkstation, false, []string{"postazione", "postazioni"}},
	{importOperatorID, false, []string{"id operatore anpr", "id operatore"}},
}

// heading is what of a heading counts: its letters and digits.
func heading(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// importColumns says where each field stands, and under which heading.
type importColumns struct {
	at      map[importField]int
	names   []string // the headings as they came
	ignored []string
}

func (c importColumns) cell(cells []string, f importField) string {
	i, ok := c.at[f]
	if !ok || i >= len(cells) {
		return ""
	}
	return strings.TrimSpace(cells[i])
}

// name is the heading of the field, as the list has it or as it is asked for.
func (c importColumns) name(f importField) string {
	if i, ok := c.at[f]; ok {
		return c.names[i]
	}
	for _, h := range importHeadings {
		if h.field == f {
			return h.headings[0]
		}
	}
	return ""
}

// recognise finds the columns by their headings. A list that lacks one of
// those that every user needs, or has one twice, is refused with its name.
func recognise(header []string) (importColumns, error) {
	c := importColumns{at: map[importField]int{}}
	for i, h := range header {
		h = strings.TrimSpace(h)
		c.names = append(c.names, h)
		known := false
		for _, col := range importHeadings {
			if !slices.ContainsFunc(col.headings, func(x string) bool { return heading(x) == heading(h) }) {
				continue
			}
			known = true
			if _, twice := c.at[col.field]; twice {
				return c, app.E(app.CodeImportTwice, "column", col.headings[0]).At("content")
			}
			c.at[col.field] = i
		}
		if !known && h != "" {
			c.ignored = append(c.ignored, h)
		}
	}
	var missing []string
	for _, col := range importHeadings {
		if _, ok := c.at[col.field]; col.needed && !ok {
			missing = append(missing, col.headings[0])
		}
	}
	if len(missing) > 0 {
		return c, app.E(app.CodeImportColumns, "columns", strings.Join(missing, ", ")).At("content")
	}
	return c, nil
}

// fieldOf is the column that a refusal of a user's field is about.
func fieldOf(field string) importField {
	for _, h := range importHeadings {
		if string(h.field) == field {
			return h.field
		}
	}
	if strings.HasPrefix(field, "profile") {
		return importProfile
	}
	return ""
}
