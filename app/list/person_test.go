package list_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/app/list"
)

const rossi, neri = "RSSMRA85T10A562S", "NRECLD90R50H501G"

// check reads one row under a header and gives its meaning.
func check(t *testing.T, header, row string) list.Entry {
	t.Helper()
	_, h, got, err := rows(t, strings.NewReader(header+"\n"+row+"\n"), list.Usual)
	if err != nil || len(got) != 1 {
		t.Fatalf("%d rows, %v", len(got), err)
	}
	m := list.Recognise(h, got)
	if err := m.Check(); err != nil {
		t.Fatal(err)
	}
	return list.NewChecker(m, atlas, now).Check(got[0])
}

func TestRowsAreJudged(t *testing.T) {
	const byCode = "Pos;Codice Fiscale;Cognome;Nome;Sesso;Data di nascita;Comune di nascita"
	for _, c := range []struct {
		name, row  string
		grade      list.Grade
		findings   []app.Code
		suggestion string // the first of the first finding that has any
		code       string
	}{
		{name: "good", row: "1;" + rossi + ";Rossi;Mario;M;10/12/1985;San Giuliano Terme", code: rossi},
		{name: "lower case and blanks", row: "1;rss mra 85t10 a562s;;;;;", findings: []app.Code{app.CodeListTidied}, suggestion: rossi, code: rossi},
		{name: "Excel's mark of a text", row: "1;'" + rossi + ";;;;;", code: rossi},
		{name: "omocodia", row: "1;RSSMRA85T10A56NH;;;;;", findings: []app.Code{app.CodeListOmocodia}, code: "RSSMRA85T10A56NH"},
		{name: "born abroad", row: "1;" + compute(t, "Popescu", "Ion", false, "1980-02-03", "Z129") + ";;;;;", code: compute(t, "Popescu", "Ion", false, "1980-02-03", "Z129")},
		{name: "a provisional code", row: "1;12345678903;;;;;", grade: list.Doubtful, findings: []app.Code{app.CodeListNumeric}, code: "12345678903"},
		{name: "unknown place", row: "1;" + compute(t, "Rossi", "Mario", false, "1985-12-10", "Z999") + ";;;;;", grade: list.Doubtful, findings: []app.Code{app.CodeListPlace}, code: compute(t, "Rossi", "Mario", false, "1985-12-10", "Z999")},
		{name: "check letter", row: "1;RSSMRA85T10A562X;;;;;", grade: list.Bad, findings: []app.Code{app.CodeFiscalCheck}, suggestion: rossi},
		{name: "O for 0", row: "1;RSSMRA85T1OA562S;;;;;", grade: list.Bad, findings: []app.Code{app.CodeListConfused}, suggestion: rossi},
		{name: "O for 0 and I for 1", row: "1;RSSMRA85TIOA562S;;;;;", grade: list.Bad, findings: []app.Code{app.CodeListConfused}, suggestion: rossi},
		{name: "one character missing", row: "1;RSSMRA85T10A562;;;;;", grade: list.Bad, findings: []app.Code{app.CodeListLength}, suggestion: rossi},
		{name: "two missing, the rest tells", row: "1;RSSMRA85T10A56;Rossi;Mario;M;10/12/1985;A562", grade: list.Bad, findings: []app.Code{app.CodeListLength}, suggestion: rossi},
		{name: "a number in science", row: "1;1,23457E+10;;;;;", grade: list.Bad, findings: []app.Code{app.CodeListNumber}},
		{name: "a zero taken away", row: "1;1234567897;;;;;", grade: list.Bad, findings: []app.Code{app.CodeListNumber}, suggestion: "01234567897"},
		{name: "day and month swapped", row: "1;" + rossi + ";;;M;12/10/1985;", grade: list.Doubtful, findings: []app.Code{app.CodeListSwapped}, suggestion: "10/12/1985"},
		{name: "month first", row: "1;" + neri + ";;;F;10/13/1990;", grade: list.Doubtful, findings: []app.Code{app.CodeListSwapped, app.CodeListDisagree}, suggestion: "13/10/1990"},
		{name: "another's birth", row: "1;" + rossi + ";;;M;10/12/1986;", grade: list.Doubtful, findings: []app.Code{app.CodeListDisagree}, suggestion: "10/12/1985"},
		{name: "another's surname", row: "1;" + rossi + ";Bianchi;Mario;;;", grade: list.Doubtful, findings: []app.Code{app.CodeListDisagree}},
		{name: "the other sex", row: "1;" + rossi + ";;;F;;", grade: list.Doubtful, findings: []app.Code{app.CodeListDisagree}, suggestion: "M"},
		{name: "no date at all", row: "1;" + rossi + ";;;M;31/02/1985;", grade: list.Doubtful, findings: []app.Code{app.CodeDate}, code: rossi},
		{name: "by name", row: "1;;Rossi;Mario;M;1985-12-10;Roma", grade: list.Good},
		{name: "by name, province in brackets", row: "1;;Rossi;Mario;m;10 dicembre 1985;Castro (LE)", grade: list.Good},
		{name: "by name, born abroad", row: "1;;Popescu;Ion;M;3-feb-1980;Romania", grade: list.Good},
		{name: "by name, two Comuni so called", row: "1;;Rossi;Mario;M;10/12/1985;Castro", grade: list.Bad, findings: []app.Code{app.CodePlaceUnknown}},
		{name: "by name, no sex", row: "1;;Rossi;Mario;;10/12/1985;Roma", grade: list.Bad, findings: []app.Code{app.CodeRequired}},
		{name: "by name, two digits of a year", row: "1;;Rossi;Mario;M;10/12/85;Roma", grade: list.Doubtful, findings: []app.Code{app.CodeListCentury}, suggestion: "10/12/1985"},
		{name: "by name, born tomorrow", row: "1;;Rossi;Mario;M;24/11/2026;Roma", grade: list.Bad, findings: []app.Code{app.CodeDateFuture}},
		{name: "nobody", row: "1;;;;;;", grade: list.Bad, findings: []app.Code{app.CodeRequired, app.CodeRequired, app.CodeRequired, app.CodeRequired, app.CodeRequired}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := check(t, byCode, c.row)
			if e.Grade != c.grade || !slices.Equal(codes(e.Findings), c.findings) {
				t.Errorf("%v with %v, want %v with %v", e.Grade, codes(e.Findings), c.grade, c.findings)
			}
			first := ""
			for _, f := range e.Findings {
				if len(f.Suggestions) > 0 {
					first = f.Suggestions[0]
					break
				}
			}
			if first != c.suggestion {
				t.Errorf("suggests %q, want %q", first, c.suggestion)
			}
			if c.code != "" && string(e.Person.Code) != c.code {
				t.Errorf("person %+v", e.Person)
			}
			for _, f := range e.Findings {
				if f.Line != 2 || f.Column < 2 {
					t.Errorf("%+v is nowhere", f)
				}
			}
		})
	}
}

func TestWhoComesTwice(t *testing.T) {
	in := "cf;cognome;nome;sesso;data nascita;luogo nascita\n" +
		rossi + "\nrssmra85t10a562s;x\n;Rossi;Mario;M;10/12/1985;Roma\nRSSMRA85T10A56NH\n;ROSSI;mario;M;1985-12-10;H501\nXX;;\nXX;;\n"
	_, h, got, err := rows(t, strings.NewReader(in), list.Usual)
	if err != nil {
		t.Fatal(err)
	}
	c := list.NewChecker(list.Recognise(h, got), atlas, now)
	var first []int
	for _, r := range got {
		first = append(first, c.Check(r).First)
	}
	// An omocode is another person; rows that cannot be asked are nobody's double.
	if want := []int{0, 1, 0, 0, 3, 0, 0}; !slices.Equal(first, want) {
		t.Errorf("%v, want %v", first, want)
	}
}

func TestColumnsAreRecognised(t *testing.T) {
	for in, want := range map[string]list.Mapping{
		"COD. FISC.;Cognome ;NOME;Note":                                        {list.FieldCode, list.FieldSurname, list.FieldName, ""},
		"codice_fiscale,id_anpr,importo":                                       {list.FieldCode, list.FieldANPR, ""},
		"n;persona\n1;" + rossi + "\n2;" + neri:                                {"", list.FieldCode},
		"n;valore;sesso;cf;cf\n1;2;M;" + rossi + ";" + neri:                    {"", "", list.FieldSex, list.FieldCode, ""},
		rossi + "\n" + neri:                                                    {list.FieldCode},
		rossi + ";M\n" + neri + ";F":                                           {list.FieldCode, list.FieldSex},
		"Cognome;Nome;Sesso;Data di nascita;Luogo di nascita;Prov. di nascita": {list.FieldSurname, list.FieldName, list.FieldSex, list.FieldBirth, list.FieldPlace, list.FieldProvince},
	} {
		_, h, got, err := rows(t, strings.NewReader(in), list.Usual)
		if err != nil {
			t.Fatal(err)
		}
		if m := list.Recognise(h, got); !slices.Equal(m, want) || m.Check() != nil {
			t.Errorf("%q: %q, want %q", in, m, want)
		}
	}
	if err := (list.Mapping{list.FieldSurname, list.FieldName}).Check(); app.CodeOf(err) != app.CodeListMapping {
		t.Errorf("names alone: %v", err)
	}
	if err := (list.Mapping{list.FieldCode, list.FieldCode}).Check(); app.CodeOf(err) != app.CodeInvalid {
		t.Errorf("two columns of codes: %v", err)
	}
}

func TestDay(t *testing.T) {
	want := time.Date(1985, 12, 10, 0, 0, 0, 0, time.UTC)
	for _, s := range []string{"10/12/1985", "10-12-1985", "10.12.1985", "10 12 1985", "1985-12-10", "1985/12/10", "19851210", "10121985", "10 dicembre 1985", "10-dic-1985", "10-Dec-85", "10/12/85", "1985-12-10T00:00:00Z", "10/12/1985 00:00:00", "'10/12/1985", "31391"} {
		if d, swapped, err := list.Day(s); err != nil || swapped || !d.Equal(want) {
			t.Errorf("%q: %v %v %v", s, d, swapped, err)
		}
	}
	if d, swapped, err := list.Day("12/31/1985"); err != nil || !swapped || d.Day() != 31 {
		t.Errorf("month first: %v %v %v", d, swapped, err)
	}
	for _, s := range []string{"", "10/12", "32/12/1985", "29/02/1985", "13/13/13", "aa/bb/cccc", "10/12/19855", "1234", "99999999", "10/12/1985 pomeriggio"} {
		if d, _, err := list.Day(s); err == nil {
			t.Errorf("%q is %v", s, d)
		}
	}
}

func FuzzDay(f *testing.F) {
	for _, s := range []string{"10/12/1985", "1985-12-10T00", "10-dic-85", "31391", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, _, err := list.Day(s); err == nil && (d.Year() < 1800 || d.Year() > 2200) {
			t.Errorf("%q: %v", s, d)
		}
	})
}
