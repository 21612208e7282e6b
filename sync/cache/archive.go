package cache

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"indagor/app"
	"indagor/app/territory"
	"indagor/sync/wire"
)

// Buckets of one user's archive.
var (
	bucketSummary = []byte("summary")
	bucketDetail  = []byte("detail")
	bucketRow     = []byte("row")    // of the summary, what it is narrowed by
	bucketPerson  = []byte("person") // hidden word of the person, then key of the summary
	bucketLack    = []byte("lack")   // keys of the visure that have ended and whose card is not here
	bucketMark    = []byte("mark")
)

// shelf is one user's archive within a transaction; its buckets are nil where
// the user has none.
type shelf struct {
	c                                        *Cache
	user                                     app.ID
	place                                    string
	summary, detail, row, person, lack, mark *bbolt.Bucket
	job, result                              *bbolt.Bucket // nil also where a former version made the rest
}

func (c *Cache) shelfName(user app.ID) []byte { return c.box.key("archive", string(user)) }

func (c *Cache) shelf(tx *bbolt.Tx, user app.ID) shelf {
	s := shelf{c: c, user: user, place: "archive/" + string(user) + "/"}
	// One that a former version made is none: it is made anew from the server.
	if b := tx.Bucket(bucketArchive).Bucket(c.shelfName(user)); b != nil && b.Bucket(bucketRow) != nil {
		s.summary, s.detail, s.row, s.person, s.lack, s.mark = b.Bucket(bucketSummary), b.Bucket(bucketDetail), b.Bucket(bucketRow), b.Bucket(bucketPerson), b.Bucket(bucketLack), b.Bucket(bucketMark)
		s.job, s.result = b.Bucket(bucketJob), b.Bucket(bucketResult)
	}
	return s
}

func (c *Cache) makeShelf(tx *bbolt.Tx, user app.ID) (shelf, error) {
	if user == "" {
		return shelf{}, fmt.Errorf("cache: an archive needs its user")
	}
	all, name := tx.Bucket(bucketArchive), c.shelfName(user)
	if b := all.Bucket(name); b != nil && b.Bucket(bucketRow) == nil {
		if err := all.DeleteBucket(name); err != nil {
			return shelf{}, err
		}
	}
	b, err := all.CreateBucketIfNotExists(name)
	if err != nil {
		return shelf{}, err
	}
	for _, name := range [][]byte{bucketSummary, bucketDetail, bucketRow, bucketPerson, bucketLack, bucketMark, bucketJob, bucketResult} {
		if _, err := b.CreateBucketIfNotExists(name); err != nil {
			return shelf{}, err
		}
	}
	return c.shelf(tx, user), nil
}

func (s shelf) key(id app.ID) []byte { return s.c.box.key(s.place, string(id)) }

func (s shelf) wordKey(word string) []byte { return s.c.box.key(s.place+"person", word) }

// words are those by which the person of a visura is found, as on the server.
func words(v wire.VisuraSummary) []string {
	return territory.Words(append(v.Subject.Told(), v.SubjectCode, v.SubjectID, v.SubjectName)...)
}

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
// ended, and gives what is kept.
func (s shelf) put(v wire.VisuraSummary) (kept wire.VisuraSummary, err error) {
	if v.ID == "" {
		return kept, fmt.Errorf("cache: a visura without id")
	}
	key := s.key(v.ID)
	old, known, err := s.at(key)
	if err != nil {
		return kept, err
	}
	if known && old.State == app.VisuraDone && v.State != app.VisuraDone {
		return old, nil
	}
	if known && !old.Created.Equal(v.Created) { // never said by the server; read it all again
		delete(s.c.order, s.user)
	}
	if err := s.index(key, words(old), words(v)); err != nil {
		return kept, err
	}
	if v.State == app.VisuraDone && (!known || old.State != app.VisuraDone) {
		if err := s.lack.Put(key, nil); err != nil {
			return kept, err
		}
	}
	if err := s.row.Put(key, s.c.box.seal(rowOf(v).bytes(), s.place+"row", key)); err != nil {
		return kept, err
	}
	return v, s.write(s.summary, "summary", key, v)
}

// index lets the visura under the key be found by other words than before.
func (s shelf) index(key []byte, old, words []string) error {
	for _, w := range old {
		if !slices.Contains(words, w) {
			if err := s.person.Delete(append(s.wordKey(w), key...)); err != nil {
				return err
			}
		}
	}
	for _, w := range words {
		if !slices.Contains(old, w) {
			if err := s.person.Put(append(s.wordKey(w), key...), nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// PutSummaries keeps rows of the user's archive, in one transaction.
func (c *Cache) PutSummaries(user app.ID, list []wire.VisuraSummary) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept := make([]wire.VisuraSummary, len(list))
	err := c.update(func(tx *bbolt.Tx) error {
		s, err := c.makeShelf(tx, user)
		if err != nil {
			return err
		}
		for i, v := range list {
			if kept[i], err = s.put(v); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	c.reorder(user, kept)
	return nil
}

// PutVisura keeps one visura of the user's archive, with its card.
func (c *Cache) PutVisura(user app.ID, v wire.Visura) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var kept wire.VisuraSummary
	err := c.update(func(tx *bbolt.Tx) error {
		s, err := c.makeShelf(tx, user)
		if err != nil {
			return err
		}
		if kept, err = s.put(v.VisuraSummary); err != nil {
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
		if v.State == app.VisuraDone {
			if err := s.lack.Delete(key); err != nil {
				return err
			}
		}
		return s.write(s.detail, "detail", key, v)
	})
	if err != nil {
		return err
	}
	c.reorder(user, []wire.VisuraSummary{kept})
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

// Lacking gives the newest visure of the user's archive that have ended and
// whose card is not here, most at most. Where none is missing it opens nothing.
func (c *Cache) Lacking(user app.ID, most int) ([]app.ID, error) {
	n := 0
	count := func(tx *bbolt.Tx) error {
		s := c.shelf(tx, user)
		if s.lack == nil {
			return nil
		}
		cur := s.lack.Cursor()
		for k, _ := cur.First(); k != nil && n < most; k, _ = cur.Next() {
			n++
		}
		return nil
	}
	if err := c.view(count); err != nil || n == 0 {
		return nil, err
	}
	rows, err := c.rows(user)
	if err != nil {
		return nil, err
	}
	var ids []app.ID
	err = c.view(func(tx *bbolt.Tx) error {
		s := c.shelf(tx, user)
		if s.lack == nil {
			return nil
		}
		cur := s.lack.Cursor()
		for _, r := range rows {
			if len(ids) == n {
				return nil
			}
			if r.state != string(app.VisuraDone) {
				continue
			}
			key := s.key(r.id)
			if k, _ := cur.Seek(key); bytes.Equal(k, key) {
				ids = append(ids, r.id)
			}
		}
		return nil
	})
	return ids, err
}

// Drop forgets visure, as when the server no longer has them.
func (c *Cache) Drop(user app.ID, ids ...app.ID) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	err := c.update(func(tx *bbolt.Tx) error {
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
	if err != nil {
		delete(c.order, user)
		return err
	}
	if rows, loaded := c.order[user]; loaded {
		gone := make(map[app.ID]bool, len(ids))
		for _, id := range ids {
			gone[id] = true
		}
		c.order[user] = slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return gone[r.id] })
	}
	return nil
}

func (s shelf) drop(key []byte) error {
	old, known, err := s.at(key)
	if err != nil {
		return err
	}
	if known {
		if err := s.index(key, words(old), nil); err != nil {
			return err
		}
	}
	if err := s.lack.Delete(key); err != nil {
		return err
	}
	if err := s.row.Delete(key); err != nil {
		return err
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
