package monitor

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Change is one value that an act changed.
type Change struct {
	// Path is where it stands in the contract, with dots: "profile.visure.scope.kind".
	// The places in a list of things are numbers that count from 1: "keys.2.state".
	// It is "" where the act tells one bare value.
	Path string
	// Before and After are the values as they were and are; none where there
	// was or is nothing. Of a list they are the members taken out and put in.
	Before, After []string
	List          bool
}

// Name is the path without the places in lists, and those places: "keys.state"
// and [2].
func (c Change) Name() (name string, at []int) {
	var parts []string
	for part := range strings.SplitSeq(c.Path, ".") {
		if n, err := strconv.Atoi(part); err == nil {
			at = append(at, n)
		} else {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "."), at
}

// untold are fields that change with every act, or that the row tells already.
var untold = map[string]bool{"id": true, "version": true, "created": true, "updated": true, "first_seen": true, "last_seen": true}

// first are fields in the order in which a person reads them; the others come
// after them, by their names.
var first = []string{
	"state", "enabled", "alarm", "role", "username", "surname", "name", "fiscal_code", "email", "phone", "staff_number",
	"department", "office", "offices", "responsible", "admin", "operator_id", "valid_from", "valid_until", "expires", "hours",
	"profile", "legal_basis", "comuni",
}

// Changes lists what the act changed: all that it set where there is nothing
// before, and all that it took away where there is nothing after.
func (r Row) Changes() []Change {
	before, after := leaves(r.Before), leaves(r.After)
	paths := map[string]bool{}
	for p := range before {
		paths[p] = true
	}
	for p := range after {
		paths[p] = true
	}
	var out []Change
	for p := range paths {
		b, a := before[p], after[p]
		c := Change{Path: p, Before: b.values, After: a.values, List: b.list || a.list}
		if c.List {
			c.Before, c.After = without(b.values, a.values), without(a.values, b.values)
		}
		if untold[p] || slices.Equal(c.Before, c.After) {
			continue
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b Change) int {
		if d := rank(a.Path) - rank(b.Path); d != 0 {
			return d
		}
		return strings.Compare(a.Path, b.Path)
	})
	return out
}

func rank(path string) int {
	head, _, _ := strings.Cut(path, ".")
	if i := slices.Index(first, head); i >= 0 {
		return i
	}
	return len(first)
}

func without(list, others []string) []string {
	var out []string
	for _, v := range list {
		if !slices.Contains(others, v) {
			out = append(out, v)
		}
	}
	return out
}

// leaf is a bare value, or a list of them.
type leaf struct {
	values []string
	list   bool
}

// leaves takes a JSON value apart; what is no JSON has none.
func leaves(raw json.RawMessage) map[string]leaf {
	out := map[string]leaf{}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if len(raw) == 0 || d.Decode(&v) != nil {
		return out
	}
	gather(out, "", v)
	return out
}

func gather(out map[string]leaf, path string, v any) {
	at := func(part string) string { return strings.TrimPrefix(path+"."+part, ".") }
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			gather(out, at(name), inner)
		}
	case []any:
		var values []string
		for i, inner := range v {
			switch inner.(type) {
			case map[string]any, []any:
				gather(out, at(strconv.Itoa(i+1)), inner)
			default:
				values = append(values, bare(inner)...)
			}
		}
		if len(values) > 0 {
			out[path] = leaf{values, true}
		}
	default:
		if values := bare(v); len(values) > 0 {
			out[path] = leaf{values: values}
		}
	}
}

// bare is a value that holds no others, as text; none for nothing.
func bare(v any) []string {
	if v == nil {
		return nil
	}
	if text := strings.TrimSpace(fmt.Sprint(v)); text != "" {
		return []string{text}
	}
	return nil
}
