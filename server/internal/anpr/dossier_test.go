package anpr

import (
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"indagor/app"
)

// dossier finds a file of the ANPR dossier, kept beside the repository, or
// skips the test.
func dossier(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for parent := filepath.Dir(dir); parent != dir; dir, parent = parent, filepath.Dir(parent) {
		if p := filepath.Join(parent, "shared", "anpr", name); fileExists(p) {
			return p
		}
	}
	t.Skipf("ANPR DOSSIER NOT FOUND beside the repository: %s is NOT checked", name)
	return ""
}

func fileExists(p string) bool {
	_, err := os.Stat(p)
	return err == nil
}

func readCSV(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(dossier(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, h := range rows[0] {
			m[strings.TrimPrefix(h, "\ufeff")] = row[i]
		}
		out = append(out, m)
	}
	return out
}

// TestRulesFollowDossier holds the table of retries against the list of errors
// of the dossier, row by row.
func TestRulesFollowDossier(t *testing.T) {
	rows := readCSV(t, "tables/pdnd_errors.csv")
	if len(rows) < 15 {
		t.Fatalf("only %d rows", len(rows))
	}
	for _, row := range rows {
		what := row["codice_o_titolo"]
		if row["http"] == "200" || what == "400" || what == "404" || what == "EN122" {
			continue // answers, and the massive services
		}
		status, err := strconv.Atoi(strings.Split(row["http"], "/")[0])
		if err != nil {
			t.Fatal(err)
		}
		name, _, _ := strings.Cut(what, " ")
		f := &Failure{Source: FromService, Status: status, Name: name}
		if strings.Contains(row["formato"], "PDND") {
			f.Source = FromToken
		}
		code := app.CodeAnprRefused
		if status == 429 {
			code = app.CodeAnprBusy
		}
		again := 0
		r := Retry(nil, Rules(), 9, func() float64 { return 0 }).(*retry)
		for used := make([]int, len(r.rules)); ; again++ {
			if _, ok := r.wait(app.E(code).Because(f), used); !ok {
				break
			}
		}
		want := map[string]func(int) bool{
			"no":           func(n int) bool { return n == 0 },
			"a mezzanotte": func(n int) bool { return n == 0 },
			"una volta":    func(n int) bool { return n == 1 },
			"si":           func(n int) bool { return n >= 1 },
		}[row["ritentabile"]]
		if want == nil {
			t.Fatalf("unknown rule %q", row["ritentabile"])
		}
		if !want(again) {
			t.Errorf("%s %s: asked again %d times, the dossier says %q", row["http"], what, again, row["ritentabile"])
		}
	}
}

func TestServicesFollowDossier(t *testing.T) {
	rows := readCSV(t, "tables/eservices.csv")
	if len(rows) != len(services) {
		t.Errorf("%d e-services in the dossier, %d here", len(rows), len(services))
	}
	for _, row := range rows {
		s := Service(row["caso_uso"])
		if !s.Known() {
			t.Errorf("%s is not known here", s)
		}
		if (row["famiglia"] == "verifica") != s.Verifies() {
			t.Errorf("%s: family %s, Verifies %v", s, row["famiglia"], s.Verifies())
		}
	}
}

func TestFailureTellsItsSide(t *testing.T) {
	inner := errors.New("connection refused")
	f := &Failure{Source: FromToken, Status: 503, Name: "X", Err: inner}
	if got := f.Error(); got != "token 503 X: connection refused" {
		t.Error(got)
	}
	if !errors.Is(f, inner) {
		t.Error("cause lost")
	}
}
