package store

import (
	"strconv"
	"strings"
)

// where puts together the conditions of a list with filters. Conditions are
// constants of the program in which "?" stands for a value; values are always
// parameters. Its zero value has no condition.
type where struct {
	conds  []string
	values []any
}

// and adds a condition with its values, as in and("at >= ? AND at < ?", a, b).
func (w *where) and(cond string, args ...any) {
	w.conds = append(w.conds, number(cond, len(w.values), len(args)))
	w.values = append(w.values, args...)
}

// in adds the condition that the column has one of the values; none of no
// values.
func (w *where) in(column string, values ...any) {
	if len(values) == 0 {
		w.and("FALSE")
		return
	}
	w.and(column+" IN ("+strings.Repeat("?, ", len(values)-1)+"?)", values...)
}

// sql is " WHERE …", or "" without conditions.
func (w *where) sql() string {
	if len(w.conds) == 0 {
		return ""
	}
	return " WHERE (" + strings.Join(w.conds, ") AND (") + ")"
}

// args are the values in the order of their placeholders.
func (w *where) args() []any { return w.values }

// dynamic makes a statement of a head that has no placeholder, the conditions
// and a tail (order, limit) whose "?" stand for tailArgs; it returns also all
// its values. Texts are kept prepared, up to a bound, so filters should be few
// and limits parameters.
func dynamic(name, head string, w *where, tail string, tailArgs ...any) (*statement, []any) {
	sql := head + w.sql() + number(tail, len(w.values), len(tailArgs))
	s := &statement{name: name, free: true, text: [2]string{dialectSQLite.render(sql), dialectPostgres.render(sql)}}
	args := make([]any, 0, len(w.values)+len(tailArgs))
	return s, append(append(args, w.values...), tailArgs...)
}

// number replaces the "?" of the text by $n after the used ones; want is how
// many there must be.
func number(text string, used, want int) string {
	parts := strings.Split(text, "?")
	if len(parts)-1 != want {
		panic("store: " + strconv.Itoa(want) + " values for the condition " + text)
	}
	var b strings.Builder
	for i, part := range parts {
		if i > 0 {
			b.WriteString("$" + strconv.Itoa(used+i))
		}
		b.WriteString(part)
	}
	return b.String()
}
