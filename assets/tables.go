// Package assets holds the files that the programs carry inside themselves.
package assets

import (
	"embed"
	"io/fs"
)

//go:embed tables
var tables embed.FS

// Tables returns the tables of places and codes, as app/territory reads them,
// with the attribution that their licences ask for (ATTRIBUTION.md). They are
// made by cmd/tablegen.
func Tables() fs.FS {
	sub, err := fs.Sub(tables, "tables")
	if err != nil {
		panic(err) // the name is constant and valid
	}
	return sub
}
