// Command tablegen makes the files of assets/tables from the official sources.
//
//	tablegen -src DIR [-out assets/tables]
//
// DIR holds the archive of the Comuni and the code tables published for ANPR
// (github.com/italia/anpr), as CSV files. Facts younger than the archive stand
// in the folder additions, each with its source. The same input gives the same
// bytes, so a change of the sources shows as a readable difference.
package main

import (
	"embed"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"indagor/app/territory"
)

//go:embed additions/*.tsv
var embedded embed.FS

//go:embed attribution.md
var attribution []byte

func main() {
	src := flag.String("src", "", "folder of the official sources")
	out := flag.String("out", filepath.Join("assets", "tables"), "folder to write")
	flag.Parse()
	if *src == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*src, *out); err != nil {
		fmt.Fprintln(os.Stderr, "tablegen:", err)
		os.Exit(1)
	}
}

// run writes every table file into out, which it makes if need be.
func run(src, out string) error {
	files, err := generate(os.DirFS(src))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(out, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// generate makes the files and proves that they can be loaded.
func generate(src fs.FS) (map[string][]byte, error) {
	additions, err := fs.Sub(embedded, "additions")
	if err != nil {
		return nil, err
	}
	files, err := territory.Convert(src, additions)
	if err != nil {
		return nil, err
	}
	if _, err := territory.Load(loaded(files)); err != nil {
		return nil, err
	}
	files["ATTRIBUTION.md"] = attribution
	return files, nil
}
