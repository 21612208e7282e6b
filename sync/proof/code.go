package proof

import (
	"crypto/sha256"
	"encoding/binary"
)

// symbols are the letters and digits that nobody mistakes for another on a
// screen, on paper or over the telephone: of 0 O, 1 I L, 2 Z, 5 S, 6 G, 8 B
// and U V at most one is left.
const symbols = "23456789ACDEFHJKMNPQRTVWXY"

// ComparisonCode is a short code of a key for people to compare, as in
// "K7QM-2F9T": the workstation shows it, the administrator sees it beside the
// request. It tells keys apart (26^8, above 37 bits); it is no secret and no
// proof of anything.
func ComparisonCode(thumbprint string) string {
	sum := sha256.Sum256([]byte("indagor comparison code v1\n" + thumbprint))
	n := binary.BigEndian.Uint64(sum[:8])
	code := make([]byte, 0, 9)
	for i := range 8 {
		if i == 4 {
			code = append(code, '-')
		}
		code = append(code, symbols[n%uint64(len(symbols))])
		n /= uint64(len(symbols))
	}
	return string(code)
}
