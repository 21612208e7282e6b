package territory

import "strings"

// plain gives the upper-case letters without marks for a letter with marks.
// It covers Latin-1, Latin Extended-A and the few others met in names; what is
// not here and not an ASCII letter or digit separates words.
var plain = func() map[rune]string {
	m := make(map[rune]string)
	for base, marked := range map[string]string{
		"A": "ÀÁÂÃÄÅĀĂĄǍàáâãäåāăąǎ", "C": "ÇĆĈĊČçćĉċč", "D": "ĎĐÐďđð",
		"E": "ÈÉÊËĒĔĖĘĚèéêëēĕėęě", "G": "ĜĞĠĢĝğġģ", "H": "ĤĦĥħ",
		"I": "ÌÍÎÏĨĪĬĮİìíîïĩīĭįı", "J": "Ĵĵ", "K": "Ķķĸ", "L": "ĹĻĽĿŁĺļľŀł",
		"N": "ÑŃŅŇŊñńņňŋ", "O": "ÒÓÔÕÖØŌŎŐòóôõöøōŏő", "R": "ŔŖŘŕŗř",
		"S": "ŚŜŞŠȘśŝşšșſ", "T": "ŢŤŦȚţťŧț", "U": "ÙÚÛÜŨŪŬŮŰŲùúûüũūŭůűų",
		"W": "Ŵŵ", "Y": "ÝŶŸýŷÿ", "Z": "ŹŻŽźżž",
		"AE": "Ææ", "OE": "Œœ", "SS": "ßẞ", "TH": "Þþ", "IJ": "Ĳĳ",
	} {
		for _, r := range marked {
			m[r] = base
		}
	}
	return m
}()

// isMark reports a combining mark, as in text that keeps letter and accent
// apart (Unicode NFD).
func isMark(r rune) bool { return r >= 0x0300 && r <= 0x036F }

// Fold reduces a name to what people type: upper case, letters without accents,
// and one space wherever there were apostrophes, hyphens, dots or spaces, none
// at the ends. So "Forlì", "FORLI'" and "forli" fold to the same text, and
// "L'Aquila" to "L AQUILA".
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range s {
		var out string
		switch {
		case r >= 'a' && r <= 'z':
			out = string(r - 'a' + 'A')
		case r >= 'A' && r <= 'Z' || r >= '0' && r <= '9':
			out = string(r)
		case isMark(r):
			continue
		default:
			out = plain[r]
		}
		if out == "" {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteString(out)
	}
	return b.String()
}

// isApostrophe reports the characters used as an apostrophe.
func isApostrophe(r rune) bool {
	switch r {
	case '\'', '`', '´', '’', '‘', 'ʼ', '′':
		return true
	}
	return false
}

// foldJoined is Fold with the apostrophes taken out rather than opened:
// "L'Aquila" gives "LAQUILA", as many people type it.
func foldJoined(s string) string {
	return Fold(strings.Map(func(r rune) rune {
		if isApostrophe(r) {
			return -1
		}
		return r
	}, s))
}
