package cache

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"indagor/app"
	"indagor/sync/wire"
)

// Buckets of one user's archive.
var (
	bucketSummary = []byte("summary")
	bucketDetail  = []byte("detail")
	bucketPerson  = []byte("person") // hidden fiscal code, then key of the summary
	bucketMark    = []byte("mark")
)

// row is one visura in the order of the archive.
type row struct {
	created int64 // microseconds UTC
	id      app.ID
}

// newest orders rows newest first.
func newest(a, b row) int {
	return cmp.Or(cmp.Compare(b.created, a.created), cmp.Compare(a.id, b.id))
}

// shelf is one user's archive within a transaction; its buckets are nil where
// the user has none.
type shelf struct {
	c                             *Cache
	place                         string
	summary, detail, person, mark *bbolt.Bucket
}

func (c *Cache) shelfName(user app.ID) []byte { return c.box.key("archive", string(user)) }

func (c *Cache) shelf(tx *bbolt.Tx, user app.ID) shelf {
	s := shelf{c: c, place: "archive/" + string(user) + "/"}
	if b := tx.Bucket(bucketArchive).Bucket(c.shelfName(user)); b != nil {
		s.summary, s.detail, s.person, s.mark = b.Bucket(bucketSummary), b.Bucket(bucketDetail), b.Bucket(bucketPerson), b.Bucket(bucketMark)
	}
	return s
}

func (c *Cache) makeShelf(tx *bbolt.Tx, user app.ID) (shelf, error) {
	if user == "" {
		return shelf{}, fmt.Errorf("cache: an archive needs its user")
	}
	b, err := tx.Bucket(bucketArchive).CreateBucketIfNotExists(c.shelfName(user))
	if err != nil {
		return shelf{}, err
	}
	for _, name := range [][]byte{bucketSummary, bucketDetail, bucketPerson, bucketMark} {
		if _, err := b.CreateBucketIfNotExists(name); err != nil {
			return shelf{}, err
		}
	}
	return c.shelf(tx, user), nil
}

func (s shelf) key(id app.ID) []byte { return s.c.box.key(s.place, string(id)) }

func (s shelf) personKey(fiscalCode string) []byte {
	return s.c.box.key(s.place+"person", normalize(fiscalCode))
}

func normalize(fiscalCode string) string { return strings.ToUpper(strings.TrimSpace(fiscalCode)) }

// at reads the summary under a key; ok is false where there is none.
func (s shelf) at(key []byte) (v wire.VisuraSummary, ok bool, err error) {
	if s.summary == nil {
		return v, false, nil
	}
	raw := s.summary.Get(key)
	if raw == nil {
		return v, false, nil
	}
	return v, true, s.read(raw, "summary", key, &v)
}

func (s shelf) read(raw []byte, bucket string, key []byte, into any) error {
	plain, err := s.c.box.open(raw, s.place+bucket, key)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(plain, into); err != nil {
		return fmt.Errorf("%w: a value of another shape", ErrDamaged)
	}
	return nil
}

func (s shelf) write(b *bbolt.Bucket, bucket string, key []byte, v any) error {
	plain, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	return b.Put(key, s.c.box.seal(plain, s.place+bucket, key))
}

// put keeps a summary, unless it would put back a visura that is known to have
// ended.
func (s shelf) put(v wire.VisuraSummary) error {
	if v.ID == "" {
		return fmt.Errorf("cache: a visura without id")
	}
	key := s.key(v.ID)
	old, known, err := s.at(key)
	if err != nil {
		return err
	}
	if known && old.State == app.VisuraDone && v.State != app.VisuraDone {
		return nil
	}
	if known && normalize(old.Subject.FiscalCode) != normalize(v.Subject.FiscalCode) {
		if err := s.person.Delete(append(s.personKey(old.Subject.FiscalCode), key...)); err != nil {
			return err
		}
	}
	if v.Subject.FiscalCode != "" {
		if err := s.person.Put(append(s.personKey(v.Subject.FiscalCode), key...), nil); err != nil {
			return err
		}
	}
	return s.write(s.summary, "summary", key, v)
}

// PutSummaries keeps rows of the user's archive, in one transaction.
func (c *Cache) PutSummaries(user app.ID, list []wire.VisuraSummary) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	err := c.update(func(tx *bbolt.Tx) error {
		s, err := c.makeShelf(tx, user)
		if err != nil {
			return err
		}
		for _, v := range list {
			if err := s.put(v); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	c.reorder(user, list)
	return nil
}

// PutVisura keeps one visura of the user's archive, with its card.
func (c *Cache) PutVisura(user app.ID, v wire.Visura) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	err := c.update(func(tx *bbolt.Tx) error {
		s, err := c.makeShelf(tx, user)
		if err != nil {
			return err
		}
		if err := s.put(v.VisuraSummary); err != nil {
			return err
		}
		var old wire.Visura
		key := s.key(v.ID)
		if raw := s.detail.Get(key); raw != nil && v.State != app.VisuraDone {
			if err := s.read(raw, "detail", key, &old); err != nil {
				return err
			}
			if old.State == app.VisuraDone {
				return nil
			}
		}
		return s.write(s.detail, "detail", key, v)
	})
	if err != nil {
		return err
	}
	c.reorder(user, []wire.VisuraSummary{v.VisuraSummary})
	return nil
}

// Visura gives a visura of the user's archive with its card; ok is false where
// the copy does not hold it whole.
func (c *Cache) Visura(user, id app.ID) (v wire.Visura, ok bool, err error) {
	err = c.view(func(tx *bbolt.Tx) error {
		s := c.shelf(tx, user)
		if s.detail == nil {
			return nil
		}
		key := s.key(id)
		raw := s.detail.Get(key)
		if raw == nil {
			return nil
		}
		if err := s.read(raw, "detail", key, &v); err != nil {
			return err
		}
		latest, known, err := s.at(key)
		if err != nil {
			return err
		}
		// A visura that has ended since has a card that is not here.
		ok = !known || latest.State == v.State
		return nil
	})
	if err != nil || !ok {
		return wire.Visura{}, false, err
	}
	return v, true, nil
}

// Drop forgets one visura, as when the server no longer has it.
func (c *Cache) Drop(user app.ID, ids ...app.ID) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.order, user)
	return c.update(func(tx *bbolt.Tx) error {
		s := c.shelf(tx, user)
		if s.summary == nil {
			return nil
		}
		for _, id := range ids {
			if err := s.drop(s.key(id)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s shelf) drop(key []byte) error {
	old, known, err := s.at(key)
	if err != nil {
		return err
	}
	if known {
		if err := s.person.Delete(append(s.personKey(old.Subject.FiscalCode), key...)); err != nil {
			return err
		}
	}
	if err := s.summary.Delete(key); err != nil {
		return err
	}
	return s.detail.Delete(key)
}

// Forget forgets the user's whole archive.
func (c *Cache) Forget(user app.ID) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.order, user)
	return c.update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucketArchive)
		if b.Bucket(c.shelfName(user)) == nil {
			return nil
		}
		return b.DeleteBucket(c.shelfName(user))
	})
}

// Mark is the moment, by the server's clock, up to which the copy of the
// user's archive is complete; zero where it never was.
func (c *Cache) Mark(user app.ID) (at time.Time, err error) {
	err = c.view(func(tx *bbolt.Tx) error {
		s := c.shelf(tx, user)
		if s.mark == nil {
			return nil
		}
		raw := s.mark.Get([]byte("mark"))
		if raw == nil {
			return nil
		}
		return s.read(raw, "mark", []byte("mark"), &at)
	})
	return at, err
}

// SetMark sets what Mark gives.
func (c *Cache) SetMark(user app.ID, at time.Time) error {
	return c.update(func(tx *bbolt.Tx) error {
		s, err := c.makeShelf(tx, user)
		if err != nil {
			return err
		}
		return s.write(s.mark, "mark", []byte("mark"), at)
	})
}

// reorder brings the order up to date with rows that were kept. c.mu is held.
func (c *Cache) reorder(user app.ID, list []wire.VisuraSummary) {
	rows, loaded := c.order[user]
	if !loaded {
		return
	}
	known := make(map[app.ID]int64, len(rows))
	for _, r := range rows {
		known[r.id] = r.created
	}
	fresh := slices.Clone(rows) // searches may still walk the old one
	for _, v := range list {
		at := v.Created.UnixMicro()
		old, ok := known[v.ID]
		switch {
		case !ok:
			fresh = append(fresh, row{at, v.ID})
			known[v.ID] = at
		case old != at: // never said by the server; read it all again
			delete(c.order, user)
			return
		}
	}
	slices.SortFunc(fresh, newest)
	c.order[user] = fresh
}

// rows gives the order of the user's archive, reading it whole the first time.
func (c *Cache) rows(user app.ID) ([]row, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if rows, ok := c.order[user]; ok {
		return rows, nil
	}
	rows := []row{}
	err := c.view(func(tx *bbolt.Tx) error {
		s := c.shelf(tx, user)
		if s.summary == nil {
			return nil
		}
		return s.summary.ForEach(func(k, raw []byte) error {
			var v struct {
				ID      app.ID    `json:"id"`
				Created time.Time `json:"created"`
			}
			if err := s.read(raw, "summary", k, &v); err != nil {
				return err
			}
			rows = append(rows, row{v.Created.UnixMicro(), v.ID})
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, newest)
	c.order[user] = rows
	return rows, nil
}

// person gives the rows about one fiscal code, newest first.
func (c *Cache) person(user app.ID, fiscalCode string) ([]row, error) {
	var rows []row
	err := c.view(func(tx *bbolt.Tx) error {
		s := c.shelf(tx, user)
		if s.person == nil {
			return nil
		}
		prefix := s.personKey(fiscalCode)
		cur := s.person.Cursor()
		for k, _ := cur.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = cur.Next() {
			v, ok, err := s.at(k[keySize:])
			if err != nil {
				return err
			}
			if ok {
				rows = append(rows, row{v.Created.UnixMicro(), v.ID})
			}
		}
		return nil
	})
	slices.SortFunc(rows, newest)
	return rows, err
}
