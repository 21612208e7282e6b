package desk

import (
	"strings"
	"testing"

	"indagor/app/territory"
	"indagor/assets"
)

// tablesUntil are small tables of places; their newest Comune began on the day.
func tablesUntil(day string) map[string]string {
	row := func(fields ...string) string { return strings.Join(fields, "\t") + "\n" }
	return map[string]string{
		"comuni": row("belfiore", "istat", "name", "other", "province", "region", "from", "to", "source", "transliterated") +
			row("Z999", "999001", "NUOVA", "", "MO", "08", day, "", "ISTAT", ""),
		"states":  row("istat", "belfiore", "iso", "name", "other", "from", "to", "uses", "source"),
		"regions": row("region", "name") + row("08", "Emilia-Romagna"),
		"codes":   row("table", "code", "meaning"),
		"mergers": row("belfiore", "into"),
		"aliases": row("istat", "alias"),
	}
}

// TestAtlas: the places are those of the server's tables, where they are newer
// than the program's own and can be read; also when the server is away later.
func TestAtlas(t *testing.T) {
	own, err := territory.Load(assets.Tables())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(map[string]string)
		newer  bool
	}{
		{"newer", func(map[string]string) {}, true},
		{"older", func(m map[string]string) { m["comuni"] = tablesUntil("1990-01-01")["comuni"] }, false},
		{"of another shape", func(m map[string]string) { m["comuni"] = "name\nNUOVA\n" }, false},
		{"not whole", func(m map[string]string) { delete(m, "states") }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFake(t)
			f.tables = tablesUntil("2026-05-01")
			c.change(f.tables)
			o := options(t, f)
			d := signedIn(t, f, o)
			check := func(d *Desk) {
				t.Helper()
				if got := d.Atlas(own); (got != own) != c.newer || c.newer && len(got.ByISTAT("999001")) != 1 {
					t.Errorf("the places are the server's: %t", got != own)
				}
				if c.newer != (d.Atlas(nil) != nil) && c.name != "older" {
					t.Error("without tables of its own")
				}
			}
			check(d)
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			again := open(t, o)
			again.readPlaces()
			check(again)
		})
	}
}
