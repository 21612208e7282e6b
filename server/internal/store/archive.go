package store

import (
	"context"
	"strconv"
	"strings"

	"indagor/app"
)

// archived says how one user's archive is read, newest first: by which index,
// which of its rows are looked through, and which of those are found.
type archived struct {
	rows    string // from where the rows come
	looked  string // from where they are looked through
	at, id  string // the columns of the order
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

func (a *archived) order() string { return " ORDER BY " + a.at + " DESC, " + a.id + " DESC" }

// archiveOf says how the filter is read.
func archiveOf(f app.ArchiveFilter) (*archived, error) {
	a := &archived{at: "created", id: "id"}
	from := func(index string) { a.rows = "visure v" + by(index); a.looked = a.rows }
	types := []condition{{"subject", f.SubjectKey}, {"outcome", string(f.Outcome)}, {"type", string(f.Type)}, {"purpose", string(f.Purpose)}, {"state", string(f.State)}}
	known := "" // column that the index knows
	column := func(name string) string { return name }
	switch {
	case len(f.Marks) > 0:
		// CROSS JOIN: the marks come first, in their order.
		a.looked, a.rows = "visura_keys k", "visura_keys k CROSS JOIN visure v"
		a.at, a.id = "k.created", "k.visura"
		column = func(name string) string { return "v." + name }
		a.and("k.user_id = ?", f.User)
		a.and("k.mark = ?", f.Marks[0])
		a.found.and("v.id = k.visura")
		for _, m := range f.Marks[1:] {
			a.also("EXISTS (SELECT 1 FROM visura_keys o WHERE o.user_id = ? AND o.mark = ? AND o.created = k.created AND o.visura = k.visura)", f.User, m)
		}
	case !f.Since.IsZero():
		a.at = "changed"
		from("visure_changed")
	case f.SubjectKey != "":
		known = "subject"
		from("visure_subject")
	case f.State != "" && f.State != app.VisuraDone:
		from("visure_open")
		a.and("state <> 'done'")
	case f.Outcome != "" && f.Outcome != app.OutcomeFound: // which most are
		known = "outcome"
		from("visure_outcome")
	case f.Type != "":
		known = "type"
		from("visure_type")
	case f.Purpose != "":
		known = "purpose"
		from("visure_purpose")
	case f.Outcome != "":
		known = "outcome"
		from("visure_outcome")
	default:
		from("visure_archive")
	}
	if len(f.Marks) == 0 {
		a.and("user_id = ?", f.User)
	}
	for _, c := range types {
		switch {
		case c.value == "":
		case c.column == known:
			a.and(c.column+" = ?", c.value)
		default:
			a.also(column(c.column)+" = ?", c.value)
		}
	}
	if f.File != "" {
		a.also("LOWER("+column("file")+`) LIKE LOWER(?) ESCAPE '\'`, like(f.File))
	}
	period := func(cond string, args ...any) {
		switch {
		case a.at == "changed":
			a.also("created"+cond, args...)
		default:
			a.and(a.at+cond, args...)
		}
	}
	if !f.From.IsZero() {
		period(" >= ?", micros(f.From))
	}
	if !f.Until.IsZero() {
		period(" < ?", micros(f.Until))
	}
	switch {
	case f.Since.IsZero():
	case a.at == "changed":
		a.and("changed >= ?", micros(f.Since))
	default:
		a.also(column("changed")+" >= ?", micros(f.Since))
	}
	if f.Cursor == "" {
		return a, nil
	}
	c, err := parseCursor(f.Cursor)
	if err != nil {
		return nil, err
	}
	us, err := strconv.ParseInt(c.key, 10, 64)
	if err != nil {
		return nil, app.E(app.CodeMalformed).At("cursor")
	}
	a.and("("+a.at+", "+a.id+") < (?, ?)", us, c.id)
	return a, nil
}

// page is the statement of a page.
func (a *archived) page(limit int) (*statement, []any) {
	columns := visuraColumns
	if strings.Contains(a.rows, "JOIN") {
		columns = "v." + strings.ReplaceAll(visuraColumns, ", ", ", v.")
	}
	return dynamic("archive", "SELECT "+columns+", "+a.at+" FROM "+a.rows, &a.found, a.order()+" LIMIT ?", limit)
}

// stretch is the statement of where a page ends that looks through rows.
func (a *archived) stretch() (*statement, []any) {
	return dynamic("archive stretch", "SELECT "+a.at+", "+a.id+" FROM "+a.looked, &a.through, a.order()+" LIMIT 1 OFFSET ?", stretch-1)
}

// marksCount tells how many of the user's visure have the mark, up to a stretch.
var marksCount = register("visura_marks_count", `SELECT count(*) FROM (SELECT 1 AS one FROM visura_keys WHERE user_id = $1 AND mark = $2 LIMIT $3) AS found`)

// rarest puts the mark first that the fewest visure have.
func (q queries) rarest(ctx context.Context, f *app.ArchiveFilter) error {
	if len(f.Marks) < 2 {
		return nil
	}
	marks := append([]string(nil), f.Marks...)
	least := int64(-1)
	for i, m := range marks {
		n, err := one(ctx, q.q, marksCount, scanInt, f.User, m, stretch)
		if err != nil {
			return err
		}
		if least < 0 || n < least {
			least = n
			marks[0], marks[i] = marks[i], marks[0]
		}
	}
	f.Marks = marks
	return nil
}

// place is where a row of an archive stands.
type place struct {
	v  app.StoredVisura
	at int64
}

func placeCursor(p place) cursor { return cursor{strconv.FormatInt(p.at, 10), string(p.v.ID)} }

// archived says how a page of the archive is read, and where it stops if rows
// must be looked through and there are more than a stretch of them.
func (q queries) archived(ctx context.Context, f app.ArchiveFilter) (a *archived, stop string, err error) {
	if err := q.rarest(ctx, &f); err != nil {
		return nil, "", err
	}
	if a, err = archiveOf(f); err != nil || !a.more {
		return a, "", err
	}
	s, args := a.stretch()
	end, err := one(ctx, q.q, s, func(row scanner) (p place, err error) {
		err = row.Scan(&p.at, &p.v.ID)
		return p, err
	}, args...)
	if app.CodeOf(err) == app.CodeNotFound {
		return a, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	a.found.and("("+a.at+", "+a.id+") >= (?, ?)", end.at, end.v.ID)
	return a, placeCursor(end).String(), nil
}

// Archive lists one user's requests, newest first, or by when they changed
// where the filter says since when. A page may be shorter than asked, even
// empty, and not the last: it is the last where the cursor is empty.
func (q queries) Archive(ctx context.Context, f app.ArchiveFilter) ([]app.StoredVisura, string, error) {
	a, stop, err := q.archived(ctx, f)
	if err != nil {
		return nil, "", err
	}
	s, args := a.page(f.Limit + 1)
	places, err := all(ctx, q.q, s, func(row scanner) (p place, err error) {
		p.v, err = scanVisura(also{row, []any{&p.at}})
		return p, err
	}, args...)
	if err != nil {
		return nil, "", err
	}
	places, next := page(places, f.Limit, placeCursor)
	if next == "" {
		next = stop
	}
	rows := make([]app.StoredVisura, len(places))
	for i, p := range places {
		rows[i] = p.v
	}
	return rows, next, nil
}
