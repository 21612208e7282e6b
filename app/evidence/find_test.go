package evidence_test

import (
	"strings"
	"testing"

	"indagor/app/evidence"
)

const found = "indagor/036030/open\n13\nXxvvwDVs25PmW3vo98Gn/KwNMHXtltr+QpDoT7pHUc4=\ntime 2026-11-25T10:00:00.000000Z\n\n— indagor-036030 /BcmX7AR1Si=\n"

func TestFindCheckpoints(t *testing.T) {
	for name, text := range map[string]string{
		"alone":            found,
		"without an end":   strings.TrimSuffix(found, "\n"),
		"in a mail":        "Gentile utente,\n\ntime flies\n\n" + found + "\nSaluti\n",
		"of Windows":       strings.ReplaceAll(found, "\n", "\r\n"),
		"quoted":           "> " + strings.ReplaceAll(strings.TrimSuffix(found, "\n"), "\n", "\n> "),
		"quoted, trimmed":  strings.ReplaceAll("> "+strings.ReplaceAll(found, "\n", "\n> "), "> \n", ">\n"),
		"indented, padded": "  " + strings.ReplaceAll(found, "\n", "  \n  "),
	} {
		if got := evidence.FindCheckpoints(text); len(got) != 1 || got[0] != found {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := evidence.FindCheckpoints(found + found); len(got) != 2 {
		t.Errorf("two: %q", got)
	}
	for name, text := range map[string]string{
		"nothing": "", "no signature": strings.Split(found, "—")[0], "too short": "time 2026\n\n— x y\n", "no blank line": strings.Replace(found, "\n\n", "\n", 1),
	} {
		if got := evidence.FindCheckpoints(text); len(got) != 0 {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func FuzzFindCheckpoints(f *testing.F) {
	f.Add(found)
	f.Add("> " + found + "\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, c := range evidence.FindCheckpoints(text) {
			if again := evidence.FindCheckpoints(c); len(again) == 0 {
				t.Errorf("what was found in %q is not found again: %q", text, c)
			}
		}
	})
}
