package store

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/server/internal/store/storetest"
)

// crowd is a body of n users in ten departments.
func crowd(t testing.TB, db *DB, n int) {
	t.Helper()
	ctx := context.Background()
	for from := 0; from < n; from += 1000 {
		err := db.Write(ctx, func(tx *Tx) error {
			for i := from; i < min(from+1000, n); i++ {
				u := app.User{
					ID: app.NewID(), Username: fmt.Sprintf("utente.%06d", i), Role: app.RoleStandard, Name: fmt.Sprintf("Nome%d", i*7919%n), Surname: fmt.Sprintf("Cognome%d", i*104729%n),
					FiscalCode: fmt.Sprintf("CODICE%010d", i), Email: fmt.Sprintf("u%d@comune.example", i), Department: app.ID(fmt.Sprintf("d%d", i%10)), Admin: app.ID(fmt.Sprintf("a%d", i%10)),
					StaffNumber: fmt.Sprintf("M%d", i), Enabled: true,
					Profile: app.Profile{Workstations: app.WorkstationsAuthorised, Visure: &app.VisureProfile{Way: app.Way{Kind: app.WayOperator}, Types: []app.VisuraType{app.VisuraResidenza, app.VisuraEsistenza}}},
				}
				if err := tx.InsertUser(u, app.Credential{Hash: strings.Repeat("x", 100), Set: tx.Now()}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// plan is how the engine would go about the statement.
func plan(t *testing.T, db *DB, head string, w *where, tail string, more ...any) string {
	t.Helper()
	s, args := dynamic("plan", head, w, tail, more...)
	explain := "EXPLAIN QUERY PLAN "
	if db.dialect == dialectPostgres {
		explain = "EXPLAIN "
	}
	values := make([]any, len(args))
	for i, a := range args {
		values[i] = fmt.Sprint(a)
		if n, ok := a.(int); ok {
			values[i] = n
		}
	}
	rows, err := raw(t, db).Query(explain+s.text[db.dialect], values...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for rows.Next() {
		into := make([]any, len(columns))
		line := make([]any, len(columns))
		for i := range into {
			into[i] = &line[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprint(line...))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, "\n")
}

// TestManyUsers: of 20 000 users a page, a rare word and a count come by the
// indexes, without sorting, and soon.
func TestManyUsers(t *testing.T) {
	storetest.Long(t)
	const n = 20_000
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		db := open(t, dsn, Options{})
		crowd(t, db, n)
		run(t, raw(t, db), "ANALYZE")
		const head, tail = "SELECT doc, version, created, updated FROM users", " ORDER BY sort_key, id LIMIT ?"
		for name, f := range map[string]app.UserFilter{
			"a page":            {Roles: []app.Role{app.RoleStandard}},
			"of a department":   {Within: "d3", Roles: []app.Role{app.RoleStandard}},
			"the page after it": {Within: "d3", Cursor: cursor{"cognome5", "x"}.String()},
		} {
			var w where
			w.users(f)
			if err := w.after("sort_key", f.Cursor); err != nil {
				t.Fatal(err)
			}
			index := "users_sort"
			if f.Within != "" {
				index = "users_department_sort"
			}
			if p := plan(t, db, head, &w, tail, 101); !strings.Contains(p, index) || strings.Contains(p, "TEMP B-TREE") {
				t.Errorf("%s: %s", name, p)
			}
		}
		for name, f := range map[string]app.UserFilter{
			"a page": {}, "a rare word": {Search: "utente.019999"}, "a staff number": {Search: "m19998 cognome"}, "nobody": {Search: "zzz"},
			"by way": {Way: app.WayMediator}, "locked": {State: app.AccountLocked, Now: time.Now()},
		} {
			f.Limit = 100
			f.Roles = []app.Role{app.RoleStandard, app.RoleStandardPS}
			began := time.Now()
			us, next, err := db.Users(ctx, f)
			if err != nil {
				t.Fatal(err)
			}
			total := len(us)
			if next != "" {
				if total, err = db.CountUsers(ctx, f); err != nil {
					t.Fatal(err)
				}
			}
			took := time.Since(began)
			if took > time.Second { // a tenth of it on an idle machine
				t.Errorf("%s: %v", name, took)
			}
			want := map[string]int{"a page": n, "a rare word": 1, "a staff number": 1}[name]
			if total != want {
				t.Errorf("%s: %d users, want %d", name, total, want)
			}
			t.Logf("%s: %d users in %v", name, total, took)
		}
	})
}
