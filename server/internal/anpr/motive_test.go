package anpr

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMotive(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"  \t\n ", ""},
		{"12345/2026", "12345-2026"},
		{"Prot. 12345 del 18-11-2026", "Prot. 12345 del 18-11-2026"},
		{"pratica_n°7 (tributi)", "pratica-n.7 tributi"},
		{"A&B", "A e B"},
		{"A & B", "A e B"},
		{"l’istanza «urgente»", `l'istanza "urgente"`},
		{"verifica – ufficio\r\nprotocollo", "verifica - ufficio protocollo"},
		{"  spazi   in   più  ", "spazi in più"},
		{"perche\u0301", "perche"},
		{"Müller Šimić Ő", "Müller Šimić Ő"},
		{"100€", "100 EUR"},
		{"日本", ""},
		{"a\x00b", "a b"},
		{"\xff\xfe12", "12"},
		{"<b>x</b>", "b x -b"},
		{strings.Repeat("à", 300), strings.Repeat("à", 240)},
		{strings.Repeat("a", 239) + " b", strings.Repeat("a", 239)},
		{strings.Repeat("a", 238) + " b", strings.Repeat("a", 238) + " b"},
		{strings.Repeat("a", 239) + "& b", strings.Repeat("a", 239)},
	} {
		if got := Motive(c.in); got != c.want {
			t.Errorf("Motive(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func FuzzMotive(f *testing.F) {
	f.Add("12345/2026")
	f.Add(strings.Repeat("x/", 200))
	f.Add(" \u0301à — ×")
	f.Fuzz(func(t *testing.T, in string) {
		out := Motive(in)
		if n := utf8.RuneCountInString(out); n > MotiveMax {
			t.Fatalf("%d characters", n)
		}
		for _, r := range out {
			if !motiveSafe(r) {
				t.Fatalf("%q is outside the set", r)
			}
		}
		if out != strings.TrimSpace(out) || strings.Contains(out, "  ") {
			t.Fatalf("loose spaces in %q", out)
		}
		if again := Motive(out); again != out {
			t.Fatalf("not stable: %q then %q", out, again)
		}
	})
}
