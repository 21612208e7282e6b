package server_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/app/territory"
	"indagor/assets"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// istatList writes the Comuni in being as Istat publishes them, with one more.
func istatList(t *testing.T, more string) string {
	t.Helper()
	atlas, err := territory.Load(assets.Tables())
	if err != nil {
		t.Fatal(err)
	}
	table, err := fs.ReadFile(assets.Tables(), "comuni.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("Codice Regione;Codice Comune formato alfanumerico;Denominazione in italiano;Denominazione altra lingua;Sigla automobilistica;Codice Catastale del comune\r\n")
	seen := map[string]bool{}
	for line := range strings.Lines(string(table)) {
		code, _, _ := strings.Cut(line, "\t")
		for _, c := range atlas.Comuni(code) {
			if c.To.IsZero() && !seen[c.Belfiore] {
				seen[c.Belfiore] = true
				fmt.Fprintf(&b, "%s;%s;%s;%s;%s;%s\r\n", c.Region, c.ISTAT, c.Name, c.OtherName, c.Province, c.Belfiore)
			}
		}
	}
	return b.String() + more
}

// TestImportComuni: a list of Istat brings a Comune that the program does not
// know; after the next start a group of Comuni may name it, and the import is
// in the log.
func TestImportComuni(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	group := &wire.SaveConsortiumInput{ID: app.NewID()}
	group.Body.Name, group.Body.Comuni = "Unione", []string{servertest.Own, "024129"}
	refusedAs(t, "a Comune that is not known", try(w.Desk, wire.SaveConsortium, group), app.CodePlaceUnknown, "comuni.1")

	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	if _, err := w.Server.ImportComuni(t.Context(), strings.NewReader("a;b\n1;2\n"), day); err == nil {
		t.Fatal("another file is accepted")
	}
	n, err := w.Server.ImportComuni(t.Context(), strings.NewReader(istatList(t, "05;024129;Castegnero Nanto;;VI;M439\r\n")), day)
	if err != nil || n.Born != 1 || n.Ended != 0 {
		t.Fatalf("%+v %v", n, err)
	}
	w.Restart()
	w.Desk.Client = w.Connect(w.Desk.Signer)
	w.Desk.Enter(w.Top)
	say(t, w.Desk, wire.SaveConsortium, group)
	events := 0
	for _, e := range w.Readable() {
		if e.Kind == app.EventTables {
			events++
		}
	}
	if events != 1 {
		t.Errorf("%d imports in the log", events)
	}
}
