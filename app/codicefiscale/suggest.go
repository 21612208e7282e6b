package codicefiscale

import "strings"

const maxSuggestions = 8

// alike lists, for each character, those that eye or hand put in its place:
// similar shapes first, then neighbours on the Italian keyboard.
var alike = map[byte]string{
	'0': "OQD89", 'O': "0QDPI", 'Q': "O0WA", 'D': "0OSFE", '1': "ILJ2", 'I': "1LJUO",
	'L': "1IKP", 'J': "I1HK", '2': "Z13", 'Z': "2SX", '5': "S46", 'S': "5ADZ",
	'8': "B79", 'B': "8VNR", '6': "G57", 'G': "6CFH", '9': "G80", '4': "A35", 'A': "4QS",
	'7': "T168", 'T': "7RYF", '3': "E248", 'E': "3FWR", 'C': "GXV", 'F': "EPDG", 'H': "NGJ",
	'K': "XJL", 'M': "NWJ", 'N': "MHB", 'P': "RFO", 'R': "PETK", 'U': "VYI", 'V': "UYCB",
	'W': "VMQE", 'X': "KYZC", 'Y': "VXTU",
}

// suggest looks for codes one slip away from the text.
func suggest(text string, fault *Fault) []Code {
	var out []Code
	add := func(candidate []byte) {
		if len(out) >= maxSuggestions {
			return
		}
		if p, f := parse(string(candidate)); f == nil {
			for _, c := range out {
				if c == p.Code {
					return
				}
			}
			out = append(out, p.Code)
		}
	}
	b := []byte(text)
	put := func(i int, c byte) {
		old := b[i]
		b[i] = c
		add(b)
		b[i] = old
	}
	switch {
	case fault.Kind == Length && (len(b) == length+1 || len(b) == provisional+1):
		for i := range b {
			add(append(append([]byte(nil), b[:i]...), b[i+1:]...))
		}
	case fault.Kind == Length && len(b) == length-1:
		if p := scan(text); p.BadAt < 0 {
			add(append(append([]byte(nil), b...), p.Expected))
		}
	case len(b) == provisional && isDigit(b[0]) || len(b) == length:
		if fault.Kind == Character || fault.Kind == Month || fault.Kind == Day {
			// The fault itself shows the place: the likely characters for it,
			// then whatever else makes a code.
			at := fault.Position
			for _, c := range alike[b[at]] {
				put(at, byte(c))
			}
		}
		for i := 1; i < len(b); i++ {
			if b[i-1] != b[i] {
				b[i-1], b[i] = b[i], b[i-1]
				add(b)
				b[i-1], b[i] = b[i], b[i-1]
			}
		}
		if fault.Expected != 0 {
			put(fault.Position, fault.Expected)
		}
		for i, c := range []byte(strings.Clone(text)) {
			for _, o := range alike[c] {
				put(i, byte(o))
			}
		}
	}
	return out
}
