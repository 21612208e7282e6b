package store

import (
	"context"
	"encoding/base64"
	"strconv"
	"strings"

	"indagor/app"
)

// cursor is where a page of a list ends: the sort value and the id of its last
// row, opaque to the caller.
type cursor struct {
	key string
	id  string
}

func (c cursor) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(c.id + "|" + c.key))
}

func parseCursor(s string) (cursor, error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return cursor{}, app.E(app.CodeMalformed).At("cursor")
	}
	id, key, ok := strings.Cut(string(b), "|")
	if !ok {
		return cursor{}, app.E(app.CodeMalformed).At("cursor")
	}
	return cursor{key, id}, nil
}

// after adds the condition that continues a list sorted by text column and id,
// ascending.
func (w *where) after(column, s string) error {
	if s == "" {
		return nil
	}
	c, err := parseCursor(s)
	if err != nil {
		return err
	}
	w.and("("+column+", id) > (?, ?)", c.key, c.id)
	return nil
}

// before adds the condition that continues a list sorted by a column of
// microseconds and id, descending.
func (w *where) before(column, s string) error {
	if s == "" {
		return nil
	}
	us, id, err := parseNumbered(s)
	if err != nil {
		return err
	}
	w.and("("+column+", id) < (?, ?)", us, id)
	return nil
}

// parseNumbered reads the cursor of a list sorted by a column of whole numbers.
func parseNumbered(s string) (key int64, id string, err error) {
	c, err := parseCursor(s)
	if err != nil {
		return 0, "", err
	}
	if key, err = strconv.ParseInt(c.key, 10, 64); err != nil {
		return 0, "", app.E(app.CodeMalformed).At("cursor")
	}
	return key, c.id, nil
}

// page cuts a list that was read with one row more than asked and names the
// cursor of the next page.
func page[T any](rows []T, limit int, at func(T) cursor) ([]T, string) {
	if len(rows) <= limit {
		return rows, ""
	}
	return rows[:limit], at(rows[limit-1]).String()
}

// like makes the pattern of a search for part of a text; the statement must
// say ESCAPE '\'.
func like(part string) string {
	r := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
	return "%" + r.Replace(part) + "%"
}

// list runs a list with filters: head, conditions, order, and at most most
// rows.
func list[T any](ctx context.Context, q querier, name, head string, w *where, order string, most int, scan func(scanner) (T, error)) ([]T, error) {
	s, args := dynamic(name, head, w, order+" LIMIT ?", most)
	return all(ctx, q, s, scan, args...)
}
