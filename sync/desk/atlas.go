package desk

import (
	"errors"
	"io/fs"
	"maps"
	"sync"

	"indagor/app/territory"
)

// places are the server's tables of places, as the copy holds them.
type places struct {
	mu    sync.Mutex
	of    map[string]string // versions of the tables that atlas was made of
	atlas *territory.Atlas  // nil: the copy has none that can be read
}

// Atlas gives the places of the server's tables, where the copy holds them and
// they are at least as recent as those known; known otherwise. It does not
// wait for the server.
func (d *Desk) Atlas(known *territory.Atlas) *territory.Atlas {
	d.places.mu.Lock()
	defer d.places.mu.Unlock()
	if d.places.atlas == nil || known != nil && d.places.atlas.Latest().Before(known.Latest()) {
		return known
	}
	return d.places.atlas
}

// readPlaces makes the atlas anew where other tables have come.
func (d *Desk) readPlaces() {
	versions, err := d.copy.Tables()
	if err != nil {
		d.log.Warn("reading the copy", "error", err)
		return
	}
	d.places.mu.Lock()
	same := maps.Equal(versions, d.places.of)
	d.places.mu.Unlock()
	if same || len(versions) == 0 {
		return
	}
	tables := tableFiles{}
	for name := range versions {
		content, ok, err := d.copy.Table(name)
		if err != nil {
			d.log.Warn("reading the copy", "error", err)
			return
		}
		if ok {
			tables[name+".tsv"] = content
		}
	}
	atlas, err := territory.Load(tables)
	if err != nil {
		// As of a server with other tables: what the program brings serves.
		d.log.Warn("the server's tables of places", "error", err)
	}
	d.places.mu.Lock()
	d.places.of, d.places.atlas = versions, atlas
	d.places.mu.Unlock()
}

// tableFiles are tables as files.
type tableFiles map[string][]byte

// ReadFile implements fs.ReadFileFS.
func (t tableFiles) ReadFile(name string) ([]byte, error) {
	content, ok := t[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return content, nil
}

// Open implements fs.FS; tables are read whole.
func (t tableFiles) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: errors.ErrUnsupported}
}
