package store

import (
	"context"

	"indagor/app"
)

// archiveOf says how the filter is read.
func archiveOf(f app.ArchiveFilter) (*archived, error) {
	a := &archived{name: "archive", columns: visuraColumns, at: "created", id: "id", most: stretch}
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
	created := a.at
	if created == "changed" {
		created = "created"
	}
	a.period(created, f.From, f.Until)
	switch {
	case f.Since.IsZero():
	case a.at == "changed":
		a.and("changed >= ?", micros(f.Since))
	default:
		a.also(column("changed")+" >= ?", micros(f.Since))
	}
	return a, a.after(f.Cursor)
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

// Archive lists one user's requests, newest first, or by when they changed
// where the filter says since when.
func (q queries) Archive(ctx context.Context, f app.ArchiveFilter) ([]app.StoredVisura, string, error) {
	if err := q.rarest(ctx, &f); err != nil {
		return nil, "", err
	}
	a, err := archiveOf(f)
	if err != nil {
		return nil, "", err
	}
	return archive(ctx, q, a, f.Limit, scanVisura, func(v app.StoredVisura) app.ID { return v.ID }, nil)
}
