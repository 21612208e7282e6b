package store

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"indagor/app"
)

// archived says how what one user asked is read, newest first: by which index,
// which of its rows are looked through, and which of those are found.
type archived struct {
	name    string
	columns string // of a row
	rows    string // from where the rows come
	looked  string // from where they are looked through
	at, id  string // the columns of the order
	most    int    // how many rows a page looks through
	through where
	found   where // through, and what the index does not know
	more    bool  // whether there is anything of that sort
}

// and adds a condition that the index knows.
func (a *archived) and(cond string, args ...any) {
	a.through.and(cond, args...)
	a.found.and(cond, args...)
}

// also adds a condition that it does not know.
func (a *archived) also(cond string, args ...any) {
	a.found.and(cond, args...)
	a.more = true
}

// period narrows to what was created from one moment until before another; the
// zero time is open.
func (a *archived) period(created string, from, until time.Time) {
	add := a.also
	if created == a.at {
		add = a.and
	}
	if !from.IsZero() {
		add(created+" >= ?", micros(from))
	}
	if !until.IsZero() {
		add(created+" < ?", micros(until))
	}
}

// after goes on where a page ended.
func (a *archived) after(s string) error {
	if s == "" {
		return nil
	}
	us, id, err := parseNumbered(s)
	if err != nil {
		return err
	}
	a.and("("+a.at+", "+a.id+") < (?, ?)", us, id)
	return nil
}

func (a *archived) order() string { return " ORDER BY " + a.at + " DESC, " + a.id + " DESC" }

// page is the statement of a page.
func (a *archived) page(limit int) (*statement, []any) {
	columns := a.columns
	if strings.Contains(a.rows, "JOIN") {
		columns = "v." + strings.ReplaceAll(columns, ", ", ", v.")
	}
	return dynamic(a.name, "SELECT "+columns+", "+a.at+" FROM "+a.rows, &a.found, a.order()+" LIMIT ?", limit)
}

// stretch is the statement of where a page ends that looks through rows.
func (a *archived) stretch() (*statement, []any) {
	return dynamic(a.name+" stretch", "SELECT "+a.at+", "+a.id+" FROM "+a.looked, &a.through, a.order()+" LIMIT 1 OFFSET ?", a.most-1)
}

// place is where a row of an archive stands.
type place[R any] struct {
	row R
	id  app.ID
	at  int64
}

func placeCursor[R any](p place[R]) cursor { return cursor{strconv.FormatInt(p.at, 10), string(p.id)} }

// stop gives where a page ends if rows must be looked through and there are
// more than a stretch of them; "" if it need not.
func (q queries) stop(ctx context.Context, a *archived) (string, error) {
	if !a.more {
		return "", nil
	}
	s, args := a.stretch()
	end, err := one(ctx, q.q, s, func(row scanner) (p place[struct{}], err error) {
		err = row.Scan(&p.at, &p.id)
		return p, err
	}, args...)
	if app.CodeOf(err) == app.CodeNotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	a.found.and("("+a.at+", "+a.id+") >= (?, ?)", end.at, end.id)
	return placeCursor(end).String(), nil
}

// errEnough ends the reading of a page.
var errEnough = errors.New("store: enough")

// archive reads a page. What stands sealed is looked at by keep, which says
// whether a row is found; nil keeps all. A page may be shorter than asked, even
// empty, and not the last: it is the last where the cursor is empty.
func archive[R any](ctx context.Context, q queries, a *archived, limit int, scan func(scanner) (R, error), id func(R) app.ID, keep func(R) (bool, error)) ([]R, string, error) {
	most := limit + 1
	if keep != nil {
		a.more, most = true, a.most
	}
	stop, err := q.stop(ctx, a)
	if err != nil {
		return nil, "", err
	}
	s, args := a.page(most)
	var places []place[R]
	err = each(ctx, q.q, s, func(row scanner) (err error) {
		var p place[R]
		if p.row, err = scan(also{row, []any{&p.at}}); err != nil {
			return err
		}
		p.id = id(p.row)
		if keep != nil {
			if ok, err := keep(p.row); err != nil || !ok {
				return err
			}
		}
		if places = append(places, p); len(places) > limit {
			return errEnough
		}
		return nil
	}, args...)
	if err != nil && !errors.Is(err, errEnough) {
		return nil, "", err
	}
	places, next := page(places, limit, placeCursor)
	if next == "" {
		next = stop
	}
	rows := make([]R, len(places))
	for i, p := range places {
		rows[i] = p.row
	}
	return rows, next, nil
}
