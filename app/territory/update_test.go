package territory_test

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"indagor/app/territory"
)

// istatList writes the present Comuni of the atlas as Istat would, in Latin-1,
// with its many columns and a heading broken over lines.
func istatList(t *testing.T, change func(c *territory.Comune) bool) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("Codice Regione;\"Codice dell'Unit\xe0 territoriale \nsovracomunale\";Codice Comune formato alfanumerico;" +
		"Denominazione (Italiana e straniera);Denominazione in italiano;Denominazione altra lingua;Sigla automobilistica;Codice Catastale del comune\r\n")
	data, err := os.ReadFile("../../assets/tables/comuni.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(data), "\n")[1:] {
		f := strings.Split(line, "\t")
		if len(f) < 10 || f[7] != "" || f[0] == "" {
			continue
		}
		c := territory.Comune{Belfiore: f[0], ISTAT: f[1], Name: f[2], OtherName: f[3], Province: f[4], Region: f[5]}
		if !change(&c) {
			continue
		}
		for _, r := range fmt.Sprintf("%s;x;%s;%s;%s;%s;%s;%s\r\n", c.Region, c.ISTAT, c.Name, c.Name, c.OtherName, c.Province, c.Belfiore) {
			if r > 0xFF {
				r = '?' // as Latin-1 would
			}
			b.WriteByte(byte(r))
		}
	}
	b.WriteString(";;;;;;;\r\n")
	return b.String()
}

func TestUpdateComuni(t *testing.T) {
	tables := os.DirFS("../../assets/tables")
	before, err := fs.ReadFile(tables, "comuni.tsv")
	if err != nil {
		t.Fatal(err)
	}
	list := istatList(t, func(c *territory.Comune) bool {
		switch c.Belfiore {
		case "G878":
			c.Name = "POPOLI TERME"
		case "L273": // goes to a new province
			c.ISTAT, c.Province = "118099", "XX"
		case "H501":
			return false // and one is gone
		}
		return true
	})
	// And one is born.
	list = strings.Replace(list, ";;;;;;;\r\n", "05;x;024129;Castegnero Nanto;Castegnero Nanto;;VI;M439\r\n;;;;;;;\r\n", 1)
	after, done, err := territory.UpdateComuni(before, strings.NewReader(list), day("2026-03-01"))
	if err != nil {
		t.Fatal(err)
	}
	// Names with letters outside Latin-1 come back altered in this list.
	if done.Born != 1 || done.Ended != 1 || done.Altered < 2 || done.Altered > 6 {
		t.Errorf("%+v", done)
	}
	m := fstest.MapFS{"comuni.tsv": {Data: after}}
	for _, name := range []string{"states.tsv", "regions.tsv", "codes.tsv", "mergers.tsv", "aliases.tsv"} {
		data, err := fs.ReadFile(tables, name)
		if err != nil {
			t.Fatal(err)
		}
		m[name] = &fstest.MapFile{Data: data}
	}
	a, err := territory.Load(m)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ code, day, name, istat string }{
		{"G878", "2026-02-28", "POPOLI", "068033"},
		{"G878", "2026-03-01", "POPOLI TERME", "068033"},
		{"L273", "2026-03-01", "", "118099"},
		{"M439", "2026-03-01", "CASTEGNERO NANTO", "024129"},
		{"H501", "2026-02-28", "ROMA", "058091"},
	} {
		got, match := a.ComuneAt(c.code, day(c.day))
		if match != territory.Certain || c.name != "" && got.Name != c.name || got.ISTAT != c.istat {
			t.Errorf("%s on %s: %s %s %v", c.code, c.day, got.Name, got.ISTAT, match)
		}
	}
	if c, m := a.ComuneAt("H501", day("2026-03-01")); m != territory.Plausible || !c.Ceased() {
		t.Errorf("the ended Comune: %v %v", c, m)
	}
	old := atlas(t).Comuni("L273")
	if !a.Covers([]string{old[len(old)-1].ISTAT}, "118099", "", "") {
		t.Error("a scope with the former code does not cover the new one")
	}
	// The same list again changes nothing more.
	again, done, err := territory.UpdateComuni(after, strings.NewReader(list), day("2026-06-01"))
	if err != nil || done != (territory.Changes{}) || string(again) != string(after) {
		t.Errorf("again: %+v %v", done, err)
	}
}

func TestUpdateComuniRefuses(t *testing.T) {
	before, err := os.ReadFile("../../assets/tables/comuni.tsv")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	half := istatList(t, func(*territory.Comune) bool { n++; return n%2 == 0 })
	for what, list := range map[string]string{
		"half a list":    half,
		"nothing":        "",
		"another file":   "a;b\n1;2\n",
		"a row cut":      strings.Replace(half, ";058091;", ";58091;", 1) + "12;x;58091;R;R;;RM;H501\n",
		"only a heading": half[:strings.Index(half, "\r\n")+2],
	} {
		if _, _, err := territory.UpdateComuni(before, strings.NewReader(list), day("2026-03-01")); err == nil {
			t.Errorf("%s: accepted", what)
		}
	}
}
