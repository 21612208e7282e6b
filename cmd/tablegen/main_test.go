package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"indagor/app/territory"
	"indagor/assets"
)

// The tables in the repository are exactly what the sources give.
func TestTablesAreRegeneratedByteForByte(t *testing.T) {
	src := filepath.Join("..", "..", "..", "shared", "anpr", "tables")
	if _, err := os.Stat(filepath.Join(src, territory.OfficialComuni)); err != nil {
		t.Skipf("NOT CHECKED that assets/tables is up to date, the official sources are not here: %v", err)
	}
	out := t.TempDir()
	if err := run(src, out); err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join("..", "..", "assets", "tables")
	for _, dir := range []string{out, kept} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			made, err := os.ReadFile(filepath.Join(out, e.Name()))
			if err != nil {
				t.Errorf("%s is kept but no longer made", e.Name())
				continue
			}
			have, err := os.ReadFile(filepath.Join(kept, e.Name()))
			if err != nil || !bytes.Equal(made, have) {
				t.Errorf("%s differs from what the sources give: run tablegen (%v)", e.Name(), err)
			}
		}
	}
}

const archiveHeading = `"ID","DATAISTITUZIONE","DATACESSAZIONE","CODISTAT","CODCATASTALE","DENOMINAZIONE_IT","DENOMTRASLITTERATA",` +
	`"ALTRADENOMINAZIONE","ALTRADENOMTRASLITTERATA","ID_PROVINCIA","IDPROVINCIAISTAT","IDREGIONE","IDPREFETTURA","STATO","SIGLAPROVINCIA","FONTE","DATAULTIMOAGG","COD_DENOM"` + "\n"

// sources is a small set of official files, with what real ones bring: a byte
// order mark, "ND", 9999-12-31, commas in fields.
func sources() fstest.MapFS {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	archive := "\ufeff" + archiveHeading +
		`2,"1900-01-01","9999-12-31","013199","H521","RONAGO","RONAGO","","",1,"013","03","CO","A","CO","I","2016-06-17",""` + "\n" +
		`1,"1861-03-17","1911-07-04","003809","ND","ARIZZANO","ARIZZANO","","",3,"003","01","","C","NO","","2016-06-17",""` + "\n"
	for _, old := range []string{
		"025002,A121", "018002,A134", "018026,B567", "028022,B749", "024044,D902", "024103,I879", "013228,L487", "028098,L878", "025070,M332",
	} {
		istat, code, _ := strings.Cut(old, ",")
		archive += `3,"1900-01-01","9999-12-31","` + istat + `","` + code + `","X` + code + `È","X` + code + `E'","Y","Y",1,"013","03","CO","A","CO","","2016-06-17",""` + "\n"
	}
	states := "ID,DENOMINAZIONE,DENOMINAZIONEISTAT,DENOMINAZIONEISTAT_EN,DATAINIZIOVALIDITA,DATAFINEVALIDITA,CODISO3166_1_ALPHA3,CODMAE,CODMIN,CODAT,CODISTAT,CITTADINANZA,NASCITA,RESIDENZA,FONTE,TIPO\n" +
		"61,FRANCIA,Francia,France,01/01/1900,31/12/9999,FRA,229,215,Z110,215,S,S,S,MAECI,STATO\n"
	for _, istat := range []string{"218", "228", "502", "520", "528", "610", "718", "723", "724"} {
		states += "1,T" + istat + ",,,01/01/1900,31/12/9999,,,,," + istat + ",N,N,S,MAECI,TERRITORIO\n"
	}
	return fstest.MapFS{
		territory.OfficialComuni:       file(archive),
		territory.OfficialStates:       file(states),
		"tab01_stato_civile.csv":       file("codice,descrizione\n2,\"Coniugato, o unito\"\n1,Libero\n"),
		"tab40_consolati.csv":          file("codice_consolato,codice_stato,stato,sede,rango,indirizzo\n7,220,ALBANIA,TIRANA,AMBASCIATA,\"VIA, 1\"\n"),
		"tipo_legame.csv":              file("codice,descrizione,tabella_codiceLegame\n3,Famiglia,tab05\n"),
		"errori_anpr.csv":              file("codice,descrizione\nEN1,non una tabella di codici\n"),
		"tabella.csv":                  file("codice,descrizione\n1,non una tabella di codici\n"),
		"ANPR_archivio_comuni_legenda": file("altro"),
	}
}

func TestGenerate(t *testing.T) {
	files, err := generate(sources())
	if err != nil {
		t.Fatal(err)
	}
	again, err := generate(sources())
	if err != nil {
		t.Fatal(err)
	}
	for name := range files {
		if !bytes.Equal(files[name], again[name]) {
			t.Errorf("%s is not the same twice", name)
		}
	}
	if !bytes.Contains(files["ATTRIBUTION.md"], []byte("Ministero dell'Interno")) {
		t.Error("attribution missing")
	}
	for _, want := range []string{
		"H521\t013199\tRONAGO\t\tCO\t03\t1900-01-01\t2023-12-31\tISTAT\t\n",
		"\t003809\tARIZZANO\t\tNO\t01\t1861-03-17\t1911-07-04\tANPR\t\n",
		"M435\t013256\tUGGIATE CON RONAGO\t\tCO\t03\t2024-01-01\t\tISTAT\t\n",
		"A121\t025002\tXA121È\tY\tCO\t03\t1900-01-01\t2024-01-21\tANPR\t\n",
	} {
		if !bytes.Contains(files["comuni.tsv"], []byte(want)) {
			t.Errorf("no row %q in\n%s", want, files["comuni.tsv"])
		}
	}
	if want := "table\tcode\tmeaning\ntab01\t1\tLibero\ntab01\t2\tConiugato, o unito\ntab40\t7\tAMBASCIATA, TIRANA\ntipo_legame\t3\tFamiglia\n"; string(files["codes.tsv"]) != want {
		t.Errorf("codes.tsv is\n%s", files["codes.tsv"])
	}
	if want := "215\tZ110\tFRA\tFRANCIA\t\t\t\tCBR\tMAECI\n"; !bytes.Contains(files["states.tsv"], []byte(want)) {
		t.Errorf("states.tsv is\n%s", files["states.tsv"])
	}
}

// A newer archive that already has the later facts is taken as it is.
func TestAdditionsGiveWay(t *testing.T) {
	src := sources()
	newer := strings.Replace(string(src[territory.OfficialComuni].Data), `"9999-12-31","013199"`, `"2023-12-30","013199"`, 1) +
		`9,"2024-01-02","9999-12-31","013256","M435","UGGIATE CON RONAGO","UGGIATE CON RONAGO","","",1,"013","03","CO","A","CO","","2024-01-01",""` + "\n"
	src[territory.OfficialComuni].Data = []byte(newer)
	files, err := generate(src)
	if err != nil {
		t.Fatal(err)
	}
	comuni := string(files["comuni.tsv"])
	if strings.Count(comuni, "M435\t") != 1 || !strings.Contains(comuni, "2024-01-02") || !strings.Contains(comuni, "2023-12-30") {
		t.Errorf("the archive does not prevail:\n%s", comuni)
	}
}

func TestGenerateRefuses(t *testing.T) {
	for what, spoil := range map[string]func(fstest.MapFS){
		"no archive": func(m fstest.MapFS) { delete(m, territory.OfficialComuni) },
		"no states":  func(m fstest.MapFS) { delete(m, territory.OfficialStates) },
		"no codes": func(m fstest.MapFS) {
			delete(m, "tab01_stato_civile.csv")
			delete(m, "tab40_consolati.csv")
			delete(m, "tipo_legame.csv")
		},
		"other columns": func(m fstest.MapFS) { m["tab01_stato_civile.csv"].Data = []byte("a,b\n1,2\n") },
		"impossible day": func(m fstest.MapFS) {
			f := m[territory.OfficialComuni]
			f.Data = bytes.Replace(f.Data, []byte("1911-07-04"), []byte("1911-07-34"), 1)
		},
		"another ISTAT code for an end": func(m fstest.MapFS) {
			f := m[territory.OfficialComuni]
			f.Data = bytes.Replace(f.Data, []byte("013199"), []byte("013198"), 1)
		},
	} {
		m := sources()
		spoil(m)
		if _, err := generate(m); err == nil {
			t.Errorf("%s: accepted", what)
		}
	}
}

// What the programs embed loads.
func TestEmbeddedTables(t *testing.T) {
	a, err := territory.Load(assets.Tables())
	if err != nil {
		t.Fatal(err)
	}
	if c := a.Comuni("H501"); len(c) == 0 || c[0].Name != "ROMA" {
		t.Errorf("H501: %v", c)
	}
}
