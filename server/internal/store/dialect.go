package store

import (
	"errors"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// dialect is one of the two engines.
type dialect int

const (
	dialectSQLite dialect = iota
	dialectPostgres
)

// What follows a SELECT whose rows are to be locked until the transaction
// ends. SQLite has one writer at a time and needs nothing.
const (
	lockRow  = " /*lock*/"        // waits for who has the row
	lockSkip = " /*skip locked*/" // leaves out rows that another has
)

// by says by which index SQLite reads the table that stands before it; without
// it SQLite, which does not know how often a value occurs, chooses any.
// PostgreSQL knows, and is not told.
func by(index string) string { return " /*by " + index + "*/" }

var byIndex = regexp.MustCompile(` /\*by ([a-z_]+)\*/`)

// render gives the text of a statement for the engine.
func (d dialect) render(sql string) string {
	if d == dialectPostgres {
		sql = byIndex.ReplaceAllString(sql, "")
		return strings.NewReplacer(lockRow, " FOR UPDATE", lockSkip, " FOR UPDATE SKIP LOCKED").Replace(sql)
	}
	sql = byIndex.ReplaceAllString(sql, " INDEXED BY $1")
	return strings.NewReplacer(lockRow, "", lockSkip, "").Replace(sql)
}

// folder is where the engine's schema stands.
func (d dialect) folder() string {
	if d == dialectPostgres {
		return "schema/postgres"
	}
	return "schema/sqlite"
}

// violated names the column of which a value was to be unique and is not, as
// in "users.username"; several columns are joined by "_" as in
// "members.group_user", a primary key is "users.pkey". It is "" for every
// other error. PostgreSQL's constraints and unique indexes are named
// <table>_<columns>_key and <table>_pkey.
func violated(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		if pg.Code != "23505" {
			return ""
		}
		name := strings.TrimPrefix(pg.ConstraintName, pg.TableName+"_")
		return pg.TableName + "." + strings.TrimSuffix(name, "_key")
	}
	var lite *sqlite.Error
	if !errors.As(err, &lite) {
		return ""
	}
	_, columns, ok := strings.Cut(lite.Error(), "constraint failed: UNIQUE constraint failed: ")
	if !ok {
		return ""
	}
	if i := strings.LastIndex(columns, " ("); i >= 0 {
		columns = columns[:i]
	}
	table, _, _ := strings.Cut(columns, ".")
	switch lite.Code() {
	case sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
		return table + ".pkey"
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE:
		return table + "." + strings.ReplaceAll(strings.ReplaceAll(columns, table+".", ""), ", ", "_")
	}
	return ""
}

// again reports whether PostgreSQL refused the transaction for the sake of
// another one, so that it may succeed when run again.
func again(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}
