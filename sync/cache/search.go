package cache

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"indagor/app"
	"indagor/app/territory"
	"indagor/sync/wire"
)

// cursorMark begins every cursor that Search gives, so that nobody takes it
// for one of the server's.
const cursorMark = "copy:"

// Own reports whether the cursor is one that Search gave.
func Own(cursor string) bool { return strings.HasPrefix(cursor, cursorMark) }

// ErrCursor refuses a cursor that Search did not give.
var ErrCursor = errors.New("cache: a cursor of somebody else")

// Search searches the user's archive as the server does: newest first, by the
// filters that are given, one page of Limit rows (100 where it is 0, 500 at
// most). A person is found by code, ANPR id or words of the name; days are
// those on which a visura was asked, in the Cache's zone.
func (c *Cache) Search(user app.ID, q wire.ArchiveQuery) (wire.List[wire.VisuraSummary], error) {
	out := wire.List[wire.VisuraSummary]{Items: []wire.VisuraSummary{}}
	f, err := c.filter(q)
	if err != nil {
		return out, err
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 100
	}
	limit = min(limit, 500)

	var rows []row
	if len(f.words) > 0 {
		rows, err = c.person(user, f.words)
	} else {
		rows, err = c.rows(user)
	}
	if err != nil {
		return out, err
	}
	if f.after != (row{}) {
		i, found := slices.BinarySearchFunc(rows, f.after, newest)
		if found {
			i++
		}
		rows = rows[i:]
	}
	err = c.view(func(tx *bbolt.Tx) error {
		s := c.shelf(tx, user)
		for _, r := range rows {
			if r.created >= f.until {
				continue
			}
			if r.created < f.from {
				return nil // and so are all the rest
			}
			if !f.takes(r) {
				continue
			}
			v, ok, err := s.at(s.key(r.id))
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			if len(out.Items) == limit {
				last := out.Items[limit-1]
				out.Next = cursor(last.Created, last.ID)
				return nil
			}
			out.Items = append(out.Items, v)
		}
		return nil
	})
	if err != nil {
		return wire.List[wire.VisuraSummary]{Items: []wire.VisuraSummary{}}, err
	}
	return out, nil
}

// filter is a query, made ready.
type filter struct {
	q           wire.ArchiveQuery
	words       []string // of the person
	file        string
	since       int64
	from, until int64 // microseconds UTC, the latter excluded
	after       row   // zero for the first page
}

func (c *Cache) filter(q wire.ArchiveQuery) (filter, error) {
	f := filter{q: q, words: territory.Words(q.FiscalCode, q.Person), file: strings.ToLower(strings.TrimSpace(q.File)), since: -1 << 63}
	if len(f.words) == 0 && strings.TrimSpace(q.FiscalCode+q.Person) != "" {
		return f, app.E(app.CodeMalformed).At("person")
	}
	if q.Since != nil {
		f.since = q.Since.UnixMicro()
	}
	var err error
	if f.from, f.until, err = c.period(q.From, q.Until); err != nil {
		return f, err
	}
	f.after, err = parseCursor(q.Cursor)
	return f, err
}

// period is that of two days in the Cache's zone, in microseconds UTC, the end
// excluded; a day that is absent does not bound it.
func (c *Cache) period(first, last app.Day) (from, until int64, err error) {
	from, until = -1<<63, 1<<63-1
	if first != "" {
		t, err := time.ParseInLocation(time.DateOnly, string(first), c.loc)
		if err != nil {
			return 0, 0, app.E(app.CodeDate).At("from")
		}
		from = t.UnixMicro()
	}
	if last != "" {
		t, err := time.ParseInLocation(time.DateOnly, string(last), c.loc)
		if err != nil {
			return 0, 0, app.E(app.CodeDate).At("until")
		}
		until = t.AddDate(0, 0, 1).UnixMicro()
	}
	return from, until, nil
}

// cursor goes on after what was made then and has the id.
func cursor(made time.Time, id app.ID) string {
	return cursorMark + strconv.FormatInt(made.UnixMicro(), 10) + ":" + string(id)
}

// parseCursor gives moment and id of a cursor; those of "" are zero.
func parseCursor(cursor string) (row, error) {
	if cursor == "" {
		return row{}, nil
	}
	rest, ok := strings.CutPrefix(cursor, cursorMark)
	at, id, ok2 := strings.Cut(rest, ":")
	n, err := strconv.ParseInt(at, 10, 64)
	if !ok || !ok2 || err != nil || id == "" {
		return row{}, ErrCursor
	}
	return row{created: n, id: app.ID(id)}, nil
}

func (f filter) takes(r row) bool {
	q := f.q
	switch {
	case q.Type != "" && r.kind != string(q.Type):
	case q.State != "" && r.state != string(q.State):
	case q.Outcome != "" && r.outcome != string(q.Outcome):
	case q.Purpose != "" && r.purpose != string(q.Purpose):
	case f.file != "" && !strings.Contains(r.file, f.file):
	case r.changed < f.since:
	default:
		return true
	}
	return false
}
