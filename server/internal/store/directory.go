package store

import (
	"context"
	"strings"

	"indagor/app"
)

// narrowing are the columns by which lists of users are narrowed, which the
// document has too.
func narrowing(u app.User) []any {
	day := func(d *app.Day) app.Day {
		if d == nil {
			return ""
		}
		return *d
	}
	var visure, enrichment, household app.WayKind
	if p := u.Profile.Visure; p != nil {
		visure = p.Way.Kind
	}
	if p := u.Profile.Enrichment; p != nil {
		enrichment = p.Way.Kind
	}
	if p := u.Profile.Household; p != nil {
		household = p.Way.Kind
	}
	return []any{u.Office, u.Profile.Workstations, visure, enrichment, household, day(u.ValidFrom), day(u.ValidUntil)}
}

// wayColumns are the columns of the way in which a user reaches ANPR for each
// service; ” where the service is not enabled.
var wayColumns = map[app.Service]string{
	app.ServiceVisure: "visure_way", app.ServiceEnrichment: "enrichment_way", app.ServiceHousehold: "household_way",
}

// users adds the conditions of the filter, but for where the page begins.
func (w *where) users(f app.UserFilter) {
	for _, x := range []struct {
		column string
		value  string
	}{
		{"department", string(f.Within)},
		{"department", string(f.Department)},
		{"office", f.Office},
		{"admin", string(f.Admin)},
		{"workstation_rule", string(f.Rule)},
	} {
		if x.value != "" {
			w.and(x.column+" = ?", x.value)
		}
	}
	if len(f.Roles) > 0 {
		roles := make([]any, len(f.Roles))
		for i, r := range f.Roles {
			roles[i] = r
		}
		w.in("role", roles...)
	}
	if f.Assigned {
		w.and("admin <> ''")
	}
	if f.Mediator != "" {
		w.and("id IN (SELECT user_id FROM mediations WHERE mediator = ?)", f.Mediator)
	}
	column, of := wayColumns[f.Service]
	switch {
	case f.Service != "" && !of:
		w.and("FALSE")
	case of && f.Way != "":
		w.and(column+" = ?", f.Way)
	case of:
		w.and(column + " <> ''")
	case f.Way != "":
		w.and("(visure_way = ? OR enrichment_way = ? OR household_way = ?)", f.Way, f.Way, f.Way)
	}
	if f.Enabled != nil {
		w.and("enabled = ?", bit(*f.Enabled))
	}
	switch f.State {
	case "":
	case app.AccountWorks:
		w.and("enabled = 1 AND valid_from <= ? AND (valid_until = '' OR valid_until >= ?)", f.Today, f.Today)
	case app.AccountDisabled:
		w.and("enabled = 0")
	case app.AccountFuture:
		w.and("enabled = 1 AND valid_from > ?", f.Today)
	case app.AccountExpired:
		w.and("enabled = 1 AND valid_until <> '' AND valid_until < ?", f.Today)
	case app.AccountSecret:
		w.and("secret_until > 0")
	case app.AccountLocked:
		w.and("id IN (SELECT user_id FROM signin_failures WHERE user_id <> '' AND until > ?)", micros(f.Now))
	default:
		w.and("FALSE")
	}
	for _, word := range strings.Fields(strings.ToLower(f.Search)) {
		w.and(`search LIKE ? ESCAPE '\'`, like(word))
	}
}

// Users lists users by surname and name.
func (q queries) Users(ctx context.Context, f app.UserFilter) ([]app.User, string, error) {
	var w where
	w.users(f)
	if err := w.after("sort_key", f.Cursor); err != nil {
		return nil, "", err
	}
	rows, err := list(ctx, q.q, "users", `SELECT doc, version, created, updated FROM users`, &w, " ORDER BY sort_key, id", f.Limit+1, scanUser)
	if err != nil {
		return nil, "", err
	}
	rows, next := page(rows, f.Limit, func(u app.User) cursor { return cursor{userSortKey(u), string(u.ID)} })
	return rows, next, nil
}

// CountUsers counts the users whom the filter lets through, on every page.
func (q queries) CountUsers(ctx context.Context, f app.UserFilter) (int, error) {
	var w where
	w.users(f)
	s, args := dynamic("users count", "SELECT COUNT(*) FROM users", &w, "")
	n, err := one(ctx, q.q, s, scanInt, args...)
	return int(n), err
}
