package cache

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"unique"

	"go.etcd.io/bbolt"

	"indagor/app"
	"indagor/sync/wire"
)

// row is one visura in the order of the archive, with what it is narrowed by:
// of what is not shown nothing is opened.
type row struct {
	created, changed              int64 // microseconds UTC
	id                            app.ID
	kind, state, outcome, purpose string
	file                          string // in small letters
}

func rowOf(v wire.VisuraSummary) row {
	same := func(s string) string { return unique.Make(s).Value() } // few values, many rows
	r := row{
		created: v.Created.UnixMicro(), id: v.ID, kind: same(string(v.Type)), state: same(string(v.State)), outcome: same(string(v.Outcome)),
		purpose: same(string(v.Purpose)), file: strings.ToLower(v.FileReference),
	}
	r.changed = r.created
	if v.Ended != nil {
		r.changed = max(r.changed, v.Ended.UnixMicro())
	}
	return r
}

// bytes is the row as it is kept: short, because all rows are read when the
// archive is first searched.
func (r row) bytes() []byte {
	b := binary.AppendVarint(nil, r.created)
	b = binary.AppendVarint(b, r.changed)
	for _, s := range []string{string(r.id), r.kind, r.state, r.outcome, r.purpose, r.file} {
		b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
	}
	return b
}

func parseRow(b []byte) (r row, err error) {
	number := func() int64 {
		n, used := binary.Varint(b)
		if used <= 0 {
			b, err = nil, fmt.Errorf("%w: a row of another shape", ErrDamaged)
			return 0
		}
		b = b[used:]
		return n
	}
	text := func() []byte {
		n, used := binary.Uvarint(b)
		if used <= 0 || n > uint64(len(b)-used) {
			b, err = nil, fmt.Errorf("%w: a row of another shape", ErrDamaged)
			return nil
		}
		out := b[used : used+int(n)]
		b = b[used+int(n):]
		return out
	}
	same := func() string { return unique.Make(string(text())).Value() } // few values, many rows
	r.created, r.changed, r.id = number(), number(), app.ID(text())
	r.kind, r.state, r.outcome, r.purpose, r.file = same(), same(), same(), same(), string(text())
	return r, err
}

// rowAt reads the row under a key; ok is false where there is none.
func (s shelf) rowAt(key []byte) (r row, ok bool, err error) {
	raw := s.row.Get(key)
	if raw == nil {
		return r, false, nil
	}
	r, err = s.openRow(key, raw)
	return r, true, err
}

func (s shelf) openRow(key, raw []byte) (row, error) {
	plain, err := s.c.box.open(raw, s.place+"row", key)
	if err != nil {
		return row{}, err
	}
	return parseRow(plain)
}

// newest orders rows newest first.
func newest(a, b row) int {
	return cmp.Or(cmp.Compare(b.created, a.created), cmp.Compare(a.id, b.id))
}

// reorder brings the order up to date with what was kept. c.mu is held.
func (c *Cache) reorder(user app.ID, kept []wire.VisuraSummary) {
	rows, loaded := c.order[user]
	if !loaded || len(kept) == 0 {
		return
	}
	rows = slices.Clone(rows) // searches may still walk the old one
	known := len(rows)
	for _, v := range kept {
		r := rowOf(v)
		if i, ok := slices.BinarySearchFunc(rows[:known], r, newest); ok {
			rows[i] = r
		} else {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows[known:], newest)
	fresh := slices.CompactFunc(rows[known:], func(a, b row) bool { return a.id == b.id })
	rows = rows[:known+len(fresh)]
	if len(fresh) > 0 {
		slices.SortFunc(rows, newest)
	}
	c.order[user] = rows
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
		if s.row == nil {
			return nil
		}
		return s.row.ForEach(func(k, raw []byte) error {
			r, err := s.openRow(k, raw)
			rows = append(rows, r)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, newest)
	c.order[user] = rows
	return rows, nil
}

// person gives the rows about a person who has all the words, newest first.
func (c *Cache) person(user app.ID, words []string) ([]row, error) {
	var rows []row
	err := c.view(func(tx *bbolt.Tx) error {
		s := c.shelf(tx, user)
		if s.person == nil {
			return nil
		}
		prefix := s.wordKey(words[0])
		var others [][]byte
		for _, w := range words[1:] {
			others = append(others, s.wordKey(w))
		}
		cur, has := s.person.Cursor(), s.person.Cursor()
		for k, _ := cur.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = cur.Next() {
			key := k[keySize:]
			if slices.ContainsFunc(others, func(o []byte) bool {
				want := slices.Concat(o, key)
				at, _ := has.Seek(want)
				return !bytes.Equal(at, want)
			}) {
				continue
			}
			r, ok, err := s.rowAt(key)
			if err != nil {
				return err
			}
			if ok {
				rows = append(rows, r)
			}
		}
		return nil
	})
	slices.SortFunc(rows, newest)
	return rows, err
}

// Purposes are those that occur in the user's archive, as they were called
// last.
func (c *Cache) Purposes(user app.ID) ([]app.Purpose, error) {
	rows, err := c.rows(user)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{"": true}
	var out []app.Purpose
	err = c.view(func(tx *bbolt.Tx) error {
		s := c.shelf(tx, user)
		for _, r := range rows {
			if seen[r.purpose] {
				continue
			}
			v, ok, err := s.at(s.key(r.id))
			if err != nil {
				return err
			}
			if ok {
				seen[r.purpose] = true
				out = append(out, app.Purpose{ID: v.Purpose, Name: v.PurposeName})
			}
		}
		return nil
	})
	return out, err
}
