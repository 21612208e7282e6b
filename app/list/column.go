package list

import (
	"strings"

	"indagor/app"
	"indagor/app/territory"
)

// Field is what a column means; "" is a column that is only carried along.
type Field string

// The fields of a list of persons.
const (
	FieldCode     Field = "fiscal_code"
	FieldANPR     Field = "id_anpr"
	FieldSurname  Field = "surname"
	FieldName     Field = "name"
	FieldSex      Field = "sex"
	FieldBirth    Field = "birth"
	FieldPlace    Field = "place"
	FieldProvince Field = "province" // of birth
)

// Fields lists what a column may mean.
var Fields = []Field{FieldCode, FieldANPR, FieldSurname, FieldName, FieldSex, FieldBirth, FieldPlace, FieldProvince}

// identity are the fields by which a person without a code is found: ANPR
// wants them all.
var identity = []Field{FieldSurname, FieldName, FieldSex, FieldBirth, FieldPlace}

// columnNames are the names that offices give to columns, folded.
var columnNames = map[Field]string{
	FieldCode:     "CODICE FISCALE|CODICEFISCALE|COD FISCALE|COD FISC|CODFISCALE|CODFISC|COD FIS|C F|CF|CODICE FISCALE PERSONA|CODICE FISCALE CITTADINO|CODICE FISCALE CONTRIBUENTE|CF CONTRIBUENTE|CF SOGGETTO|CODICE FISCALE SOGGETTO|FISCAL CODE|FISCALCODE|TAX CODE|STEUERNUMMER",
	FieldANPR:     "ID ANPR|IDANPR|ANPR ID|ID NAZIONALE|IDENTIFICATIVO ANPR|IDENTIFICATIVO UNICO NAZIONALE|ID UNICO NAZIONALE",
	FieldSurname:  "COGNOME|COGNOMI|SURNAME|LAST NAME|LASTNAME|FAMILY NAME|NACHNAME",
	FieldName:     "NOME|NOMI|NAME|FIRST NAME|FIRSTNAME|GIVEN NAME|VORNAME",
	FieldSex:      "SESSO|SEX|GENERE|GENDER|M F|GESCHLECHT",
	FieldBirth:    "DATA NASCITA|DATA DI NASCITA|DATANASCITA|NATO IL|NATA IL|NATO A IL|DT NASCITA|DATA NASC|DATANASC|NASCITA|BIRTH DATE|BIRTHDATE|DATE OF BIRTH|DOB|GEBURTSDATUM",
	FieldPlace:    "LUOGO NASCITA|LUOGO DI NASCITA|LUOGONASCITA|COMUNE NASCITA|COMUNE DI NASCITA|COMUNENASCITA|NATO A|NATA A|CODICE CATASTALE NASCITA|BELFIORE NASCITA|COM NASCITA|COMUNE O STATO DI NASCITA|COMUNE STATO NASCITA|BIRTH PLACE|BIRTHPLACE|PLACE OF BIRTH|GEBURTSORT",
	FieldProvince: "PROVINCIA NASCITA|PROVINCIA DI NASCITA|PROV NASCITA|PROV DI NASCITA|PR NASCITA|PROVINCE OF BIRTH",
}

var fields = func() map[string]Field {
	m := map[string]Field{}
	for f, names := range columnNames {
		for n := range strings.SplitSeq(names, "|") {
			m[n] = f
		}
	}
	return m
}()

// fieldOf tells what a column of the name means.
func fieldOf(name string) Field { return fields[territory.Fold(strings.ReplaceAll(name, "_", " "))] }

// Mapping says what each column means.
type Mapping []Field

// Column finds the column of a field, -1 where there is none.
func (m Mapping) Column(f Field) int {
	for i, g := range m {
		if g == f {
			return i
		}
	}
	return -1
}

// Check refuses a mapping by which nobody can be told (app.CodeListMapping) or
// in which a field stands twice or is unknown (app.CodeInvalid).
func (m Mapping) Check() error {
	seen := map[Field]bool{}
	for _, f := range m {
		if f == "" {
			continue
		}
		if _, ok := columnNames[f]; !ok || seen[f] {
			return app.E(app.CodeInvalid).At("mapping")
		}
		seen[f] = true
	}
	if seen[FieldCode] || seen[FieldANPR] {
		return nil
	}
	for _, f := range identity {
		if !seen[f] {
			return app.E(app.CodeListMapping).At("mapping")
		}
	}
	return nil
}

// Recognise tells what the columns mean by their names and, for the code, the
// birth date and the sex, by what stands in them: sample is the list's first
// rows. The result has as many columns as the wider of the two.
func Recognise(header []string, sample []Row) Mapping {
	columns := len(header)
	for _, r := range sample {
		columns = max(columns, len(r.Cells))
	}
	m := make(Mapping, columns)
	taken := map[Field]bool{}
	for i, h := range header {
		if f := fieldOf(h); f != "" && !taken[f] {
			m[i], taken[f] = f, true
		}
	}
	// A column is known by its content when most of it can be nothing else. A
	// second date, or a second code, may be anybody's: the first counts.
	type test struct {
		field Field
		is    func(string) bool
	}
	for _, t := range []test{
		{FieldCode, func(s string) bool { return looks(s) == looksCode }},
		{FieldSex, func(s string) bool { _, ok := sexOf(s); return ok && len(strings.TrimSpace(s)) == 1 }},
	} {
		for i := 0; i < columns && !taken[t.field]; i++ {
			if m[i] == "" && mostly(sample, i, t.is) {
				m[i], taken[t.field] = t.field, true
			}
		}
	}
	if len(header) == 0 && !taken[FieldCode] && columns == 1 {
		m[0] = FieldCode // a list of one column without a name
	}
	return m
}

func mostly(sample []Row, column int, is func(string) bool) bool {
	filled, right := 0, 0
	for _, r := range sample {
		if c := strings.TrimSpace(r.Cell(column)); c != "" {
			filled++
			if is(c) {
				right++
			}
		}
	}
	return right > 0 && right*10 >= filled*6
}
