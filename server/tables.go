package server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"indagor/app"
	"indagor/app/territory"
	"indagor/assets"
	"indagor/server/internal/store"
	"indagor/sync/wire"
)

// overlay is the embedded tables, with those in their place that the body
// imported since.
type overlay struct {
	fs.FS
	imported fs.FS
}

// Open opens the imported table, or the embedded one.
func (o overlay) Open(name string) (fs.File, error) {
	f, err := o.imported.Open(name)
	if name == "." || errors.Is(err, fs.ErrNotExist) {
		if err == nil {
			err = f.Close()
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		return o.FS.Open(name)
	}
	return f, err
}

func (c Config) tablesFolder() string { return filepath.Join(c.Data, "tables") }

// tablesOf are the tables in force for the body.
func tablesOf(c Config) fs.FS {
	return overlay{assets.Tables(), os.DirFS(c.tablesFolder())}
}

const fileComuni = "comuni.tsv"

// ImportComuni brings the table of the Comuni up to date with the list that
// Istat publishes (Elenco-comuni-italiani.csv), true on the day, and writes
// that down. A running server takes it at its next start.
func (s *Server) ImportComuni(ctx context.Context, list io.Reader, day time.Time) (territory.Changes, error) {
	present := tablesOf(s.config)
	before, err := fs.ReadFile(present, fileComuni)
	if err != nil {
		return territory.Changes{}, err
	}
	after, changes, err := territory.UpdateComuni(before, list, day)
	if err != nil {
		return changes, err
	}
	if err := s.keepTable(present, after); err != nil {
		return changes, err
	}
	said, err := json.Marshal(map[string]any{"day": app.DayOf(day), "born": changes.Born, "altered": changes.Altered, "ended": changes.Ended})
	if err != nil {
		return changes, err
	}
	return changes, s.db.Write(ctx, func(tx *store.Tx) error {
		return tx.Record(app.Event{Class: app.ClassSystem, Kind: app.EventTables, Reason: "console", TargetName: fileComuni, After: said})
	})
}

// keepTable puts a table of Comuni in force: the old one or the new one, never
// half, and none that could not be read at the next start.
func (s *Server) keepTable(present fs.FS, content []byte) (err error) {
	if err := os.MkdirAll(s.config.tablesFolder(), 0o700); err != nil {
		return err
	}
	draft, err := os.MkdirTemp(s.config.Data, "tables-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(draft)) }()
	path := filepath.Join(draft, fileComuni)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if _, err := territory.Load(overlay{present, os.DirFS(draft)}); err != nil {
		return err
	}
	return os.Rename(path, filepath.Join(s.config.tablesFolder(), fileComuni))
}

// tables are the reference tables with their versions.
type tables struct {
	content map[string][]byte
	infos   []wire.TableInfo
}

func newTables(from fs.FS) (*tables, error) {
	t := &tables{content: map[string][]byte{}}
	entries, err := fs.ReadDir(from, ".")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".tsv")
		if !ok {
			continue
		}
		b, err := fs.ReadFile(from, e.Name())
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(b)
		t.content[name] = b
		t.infos = append(t.infos, wire.TableInfo{Name: name, Version: hex.EncodeToString(sum[:8]), Size: len(b)})
	}
	slices.SortFunc(t.infos, func(a, b wire.TableInfo) int { return strings.Compare(a.Name, b.Name) })
	return t, nil
}

func (t *tables) List() []wire.TableInfo { return t.infos }

func (t *tables) Table(name string) ([]byte, bool) {
	b, ok := t.content[name]
	return b, ok
}
