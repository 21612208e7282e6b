package visura

import (
	"errors"
	"strings"
	"time"

	"indagor/app/codicefiscale"
	"indagor/app/territory"
)

// Kind is what the text in the field for a person is.
type Kind int

// The kinds of text.
const (
	KindEmpty       Kind = iota
	KindPartial          // it may still become one of the others
	KindCode             // a fiscal code
	KindProvisional      // a provisional fiscal code of eleven digits
	KindANPR             // an ANPR id (identificativo unico nazionale)
	KindWrong            // none of them, and typing on will not help
)

// idLength is the length of an ANPR id: nine letters and digits (D.M. 3 March
// 2023, annex).
const idLength = 9

// Reading is what the one field for a person tells, as far as it is typed.
type Reading struct {
	Kind        Kind
	Text        string      // as it will be sent
	Sex         string      // "M" or "F"; "" while unknown
	Births      []time.Time // possible dates, the most plausible first
	Place       Place       // unknown while Place.Name is ""
	PlaceCode   string      // the cadastral code; also when no table has it
	Omocodia    int         // digits replaced by letters to tell persons apart
	WrongLetter bool        // everything is in order but the last character
	Suggestions []string    // codes one slip away, for the operator to judge
}

// read tells what a text is. Only one of the two that have nine characters
// begins with six letters: a fiscal code under way does, an ANPR id does not.
func read(text string, atlas *territory.Atlas, now time.Time) Reading {
	r := Reading{Text: codicefiscale.Normalize(text)}
	if r.Text == "" {
		return r
	}
	p := codicefiscale.Partial(r.Text)
	r.decode(p, atlas, now)
	switch {
	case p.Complete && p.Provisional:
		r.Kind = KindProvisional
		return r
	case p.Complete:
		r.Kind = KindCode
		if parsed, err := codicefiscale.Parse(r.Text); err == nil {
			r.Omocodia = parsed.Omocodia
		}
		return r
	case maybeID(r.Text) && len(r.Text) == idLength:
		return Reading{Kind: KindANPR, Text: r.Text}
	case p.Valid:
		r.Kind = KindPartial
		return r
	case maybeID(r.Text) && len(r.Text) < idLength:
		return Reading{Kind: KindPartial, Text: r.Text}
	}
	r.Kind = KindWrong
	r.WrongLetter = p.Kind == codicefiscale.CheckLetter || p.Kind == codicefiscale.CheckDigit
	var fault *codicefiscale.Fault
	if _, err := codicefiscale.Parse(r.Text); errors.As(err, &fault) {
		for _, c := range fault.Suggestions {
			r.Suggestions = append(r.Suggestions, string(c))
		}
	}
	return r
}

// maybeID reports whether a text can be, or become, an ANPR id.
func maybeID(text string) bool {
	if strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" || len(text) > idLength {
		return false
	}
	return strings.ContainsAny(text[:min(len(text), 6)], "0123456789")
}

// decode takes what the characters so far say of the person.
func (r *Reading) decode(p codicefiscale.Progress, atlas *territory.Atlas, now time.Time) {
	if p.Provisional || p.Day == 0 {
		return
	}
	r.Sex = "M"
	if p.Female {
		r.Sex = "F"
	}
	parsed := codicefiscale.Parsed{Years: p.Years, Month: p.Month, Day: p.Day, Female: p.Female, Place: p.Place}
	r.Births = codicefiscale.BirthDates(parsed, now)
	r.PlaceCode = p.Place
	if place, match := codicefiscale.PlaceOf(parsed, atlas, now); match != territory.Unknown {
		r.Place = placeOf(place, atlas, now)
	}
}
