package main

import (
	"context"
	"os"
	"strconv"
	"strings"
)

// badRows are a list as offices have them: a few good rows, and nearly every
// way in which a row can be wrong. bad is what the check makes of a row: it is
// not asked.
var badRows = []struct {
	what string
	row  string
	bad  bool
}{
	{"a resident with a family of five", resident + ";BELLACQUA;ENRICO;M;12/04/1978;BOLOGNA;1", false},
	{"somebody who lives elsewhere", elsewhere + ";;;;;;2", false},
	{"a third", "VTRLDA41E20A944H;;;;;;3", false},
	{"a fourth", "GNTNSN66H06H501X;;;;;;4", false},
	{"a fifth", "CLSRNT70M08F205F;;;;;;5", false},
	{"blanks, small letters", " trspla93p09f205d ;;;;;;6", false},
	{"the first again", resident + ";;;;;;7", false},
	{"the wrong check letter", "BLLNRC78D12A944A;;;;;;8", true},
	{"too short", "BLLNRC78D12A94;;;;;;9", true},
	{"too long", "BLLNRC78D12A944GX;;;;;;10", true},
	{"an impossible day", "BLLNRC78D35A944G;;;;;;11", true},
	{"an impossible month", "BLLNRC78Z12A944G;;;;;;12", true},
	{"a letter for a digit", confusedCode + ";;;;;;13", true},
	{"a number with the wrong check digit", "12345678901;;;;;;14", true},
	{"a right number of eleven digits", "12345678903;;;;;;15", false},
	{"nobody", ";;;;;;16", true},
	{"a name in the column of the code", "ROSSI MARIO;;;;;;17", true},
	{"a formula", `"=HYPERLINK(""x"")";;;;;;18`, true},
	{"a code that a spreadsheet made a number", "1,23457E+15;;;;;;19", true},
	{"an omocode", "GNTNSN66H06H50MP;;;;;;20", false},
	{"day and month swapped", elsewhere + ";;;;02/17/1985;;21", false},
	{"a year of two digits", "VTRLDA41E20A944H;;;;20/05/41;;22", false},
	{"the sex of another", "CLSRNT70M08F205F;;;F;;;23", false},
	{"an unknown place", ";BIANCHI;ANNA;F;01/01/1980;ATLANTIDE;24", true},
	{"a day that does not exist", ";BIANCHI;ANNA;F;31/02/1980;BOLOGNA;25", true},
	{"a day that will come", ";BIANCHI;ANNA;F;01/01/2099;BOLOGNA;26", true},
	{"no sex", ";BIANCHI;ANNA;X;01/01/1980;BOLOGNA;27", true},
	{"cells missing", "RSSMRA80A01H501U;ROSSI;MARIO", false},
	{"the place of no country", "ZZZZZZ66H06Z999N;;;;;;29", false},
	{"a quotation mark that stays open", `RSSMRA80A01B999A;"ROSSI;;;;;30`, false},
	{"an identity in full", ";BELLACQUA;ENRICO;M;12/04/1978;BOLOGNA;31", false},
}

// The row that is corrected during the walk, and what is suggested for it.
const (
	confusedCode  = "RPTNNA75H55H5O1R"
	suggestedCode = "RPTNNA75H55H501R"
)

const badHeader = "codice fiscale;cognome;nome;sesso;data di nascita;luogo di nascita;immobile"

// badList is the file.
func badList() string {
	var b strings.Builder
	b.WriteString(badHeader + "\n")
	for _, r := range badRows {
		b.WriteString(r.row + "\n")
	}
	return b.String()
}

// badCount is how many of its rows are bad, and listAsked how many are asked
// when one of them has been corrected: each person once.
func badCount() int {
	n := 0
	for _, r := range badRows {
		if r.bad {
			n++
		}
	}
	return n
}

const listAsked = 13

// unnamedList is a list that does not say which column is which, nor shows it:
// its codes came without their last letter, and one whole.
const unnamedList = "A;B;C\nx;BLLNRC78D12A944;1\nx;LVSMRC85B17L219;2\nx;" + resident + ";3\n"

// lists walks the two services on lists, as an operator of the registry.
func (s *stage) lists(ctx context.Context, cast *seeded) error {
	s.say("A list of fiscal codes comes back with the register's data, then their households")
	for name, content := range map[string]string{"tari.csv": badList(), "colonne.csv": unnamedList} {
		if err := os.WriteFile(s.path("home", name), []byte(content), 0o600); err != nil {
			return err
		}
	}
	n := badCount()
	p, err := s.walk(ctx, "lists", "clerk", nil, "PASSWORD="+cast.byName["c.bruni"].Password,
		"BAD=Errate "+strconv.Itoa(n), "FEWER=Errate "+strconv.Itoa(n-1), "ROW="+confusedCode, "SUGGESTION=Usa "+suggestedCode, "CODE="+resident,
		"START=Avvia la richiesta di "+strconv.Itoa(listAsked)+" righe", "START_UNCORRECTED=Avvia la richiesta di "+strconv.Itoa(listAsked-1)+" righe")
	if err != nil {
		return err
	}
	return p.finish(ctx, wholeWalk)
}
