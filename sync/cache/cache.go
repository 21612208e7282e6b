package cache

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"indagor/app"
)

// The errors of Open that a person can mend.
var (
	ErrInUse    = errors.New("cache: another program has it open")
	ErrWrongKey = errors.New("cache: the key does not open it")
	ErrDamaged  = errors.New("cache: it is damaged, or no copy of ours")
)

// Options say what to open.
type Options struct {
	Path     string         // of the file
	Key      []byte         // 32 bytes
	Location *time.Location // in which days of a search begin; nil for time.Local
	Timeout  time.Duration  // how long to wait for another program; 0 for half a second
}

// Cache is an open copy. It may be used by several goroutines.
type Cache struct {
	db  *bbolt.DB
	box *box
	loc *time.Location

	mu    sync.Mutex // held while the archive is written
	order map[app.ID][]row

	mostResult, mostHeld int64 // bytes of one result of a list, and of all of a user
}

// The buckets. Archives have one below for every user.
var (
	bucketMeta     = []byte("meta")
	bucketArchive  = []byte("archive")
	bucketTable    = []byte("table")
	bucketInfo     = []byte("table-info")
	bucketSettings = []byte("setting")
)

const canary = "indagor cache"

// Open opens the copy, or makes an empty one. It fails closed: ErrInUse,
// ErrWrongKey or ErrDamaged is in the chain of every refusal that has such a
// cause.
func Open(o Options) (*Cache, error) {
	b, err := newBox(o.Key)
	if err != nil {
		return nil, err
	}
	if o.Location == nil {
		o.Location = time.Local
	}
	db, err := openFile(o.Path, o.Timeout)
	if err != nil {
		return nil, err
	}
	c := &Cache{db: db, box: b, loc: o.Location, order: map[app.ID][]row{}, mostResult: mostResult, mostHeld: mostHeld}
	if err := c.check(); err != nil {
		db.Close()
		return nil, err
	}
	return c, nil
}

func openFile(path string, timeout time.Duration) (db *bbolt.DB, err error) {
	if timeout == 0 {
		timeout = 500 * time.Millisecond
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	defer mend(&err)
	db, err = bbolt.Open(path, 0o600, &bbolt.Options{Timeout: timeout, FreelistType: bbolt.FreelistMapType, NoStatistics: true})
	switch {
	case err == nil:
		return db, nil
	case errors.Is(err, berrors.ErrTimeout):
		return nil, fmt.Errorf("%w: %w", ErrInUse, err)
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrChecksum), errors.Is(err, berrors.ErrVersionMismatch):
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	var path2 *fs.PathError
	if !errors.As(err, &path2) {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err) // such as a file shorter than its own pages
	}
	return nil, fmt.Errorf("cache: %w", err)
}

// check opens the canary, or makes the buckets of an empty file.
func (c *Cache) check() error {
	return c.update(func(tx *bbolt.Tx) error {
		if meta := tx.Bucket(bucketMeta); meta != nil {
			text, err := c.box.open(meta.Get([]byte("canary")), "meta", []byte("canary"))
			if err != nil || string(text) != canary {
				return ErrWrongKey
			}
		} else if k, _ := tx.Cursor().First(); k != nil {
			return ErrDamaged
		}
		for _, name := range [][]byte{bucketMeta, bucketArchive, bucketTable, bucketInfo, bucketSettings} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		meta := tx.Bucket(bucketMeta)
		if meta.Get([]byte("canary")) != nil {
			return nil
		}
		return meta.Put([]byte("canary"), c.box.seal([]byte(canary), "meta", []byte("canary")))
	})
}

// Close closes the copy and lets another program open it.
func (c *Cache) Close() error { return c.db.Close() }

// Reset removes the copy, whatever its key, so that Open makes an empty one.
// It refuses with ErrInUse while another program has it open.
func Reset(path string) error {
	db, err := openFile(path, 0)
	if errors.Is(err, ErrInUse) {
		return err
	}
	if err == nil {
		if err := db.Close(); err != nil {
			return fmt.Errorf("cache: %w", err)
		}
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cache: %w", err)
	}
	return nil
}

// view and update are the only ways to the file. A page that makes no sense
// makes bbolt panic; here that is damage like other damage.
func (c *Cache) view(f func(*bbolt.Tx) error) (err error) {
	defer mend(&err)
	return c.db.View(f)
}

func (c *Cache) update(f func(*bbolt.Tx) error) (err error) {
	defer mend(&err)
	return c.db.Update(f)
}

func mend(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w: %v", ErrDamaged, r)
	}
}
