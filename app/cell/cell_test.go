package cell

import (
	"strings"
	"testing"
)

func FuzzGuarded(f *testing.F) {
	for _, s := range []string{"=1", " '=1", "007", "x", "\t", "“＝"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Guarded(Clean(s))
		bare := strings.TrimLeft(got, " \t\n")
		if got != "" && strings.Contains("\t\n\r", got[:1]) || bare != "" && strings.ContainsRune(openers, []rune(bare)[0]) {
			t.Fatalf("%q is written %q", s, got)
		}
		if got != Clean(s) && got != "'"+Clean(s) {
			t.Fatalf("%q is written %q", s, got)
		}
	})
}
