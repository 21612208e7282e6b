package anpr

import "fmt"

// The id of an operation is at most 30 letters and digits
// (tipoIdOperazioneClient of the ANPR vocabulary): 26 of prefix, 4 of sequence.
const (
	prefixMax    = 26
	sequenceMax  = 36 * 36 * 36 * 36
	sequenceSize = 4
)

// OperationID gives the idOperazioneClient of one call: the prefix (1 to 26
// letters and digits) and n in four digits of base 36. It fails when either
// does not fit.
func OperationID(prefix string, n int) (string, error) {
	if !alphanumeric(prefix, 1, prefixMax) {
		return "", fmt.Errorf("anpr: operation prefix of %d characters is not 1 to %d letters and digits", len(prefix), prefixMax)
	}
	if n < 0 || n >= sequenceMax {
		return "", fmt.Errorf("anpr: operation number %d outside 0 to %d", n, sequenceMax-1)
	}
	const digits = "0123456789abcdefghijklmnopqrstuvwxyz"
	b := make([]byte, len(prefix), len(prefix)+sequenceSize)
	copy(b, prefix)
	for unit := sequenceMax / 36; unit > 0; unit /= 36 {
		b = append(b, digits[n/unit%36])
	}
	return string(b), nil
}

// Count returns a sequence for [Request.Seq] that starts at first. It is for
// one lookup after another, not for concurrent ones.
func Count(first int) func() int {
	next := first - 1
	return func() int { next++; return next }
}
