package codicefiscale

import "fmt"

// Kind is what is wrong with a text that should be a fiscal code.
type Kind int

const (
	None        Kind = iota
	Empty            // no characters at all
	Length           // neither sixteen characters nor eleven digits
	Character        // a character that cannot stand in that place
	Group            // letters of surname or name that no surname or name gives
	Month            // a letter that is no month
	Day              // a day that does not exist
	CheckLetter      // the sixteenth character is not the one computed
	CheckDigit       // the eleventh digit of a provisional code is not the one computed
)

var kindNames = [...]string{"none", "empty", "length", "character", "group", "month", "day", "check letter", "check digit"}

// String names the kind, for logs and as a key of translations.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return fmt.Sprintf("kind %d", int(k))
	}
	return kindNames[k]
}

// Fault says what is wrong with a text, and where.
type Fault struct {
	Kind     Kind
	Position int  // byte of the normalised text, from 0; -1 where there is none
	Expected byte // the right check letter or digit, where that is the fault; else 0

	// Suggestions are well-formed codes that one slip away from the text:
	// swapped neighbours, a likely mistyped or misread character, one character
	// too many, a wrong check letter; the likeliest first, at most eight. They
	// are guesses for a person to judge, never a correction to make unasked.
	Suggestions []Code
}

// Error tells kind and position, never the code.
func (f *Fault) Error() string {
	if f.Position < 0 {
		return "codice fiscale: " + f.Kind.String()
	}
	return fmt.Sprintf("codice fiscale: %s at character %d", f.Kind, f.Position+1)
}
