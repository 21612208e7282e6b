// Package store keeps everything that the server remembers, in SQLite or in
// PostgreSQL. It is the only package that speaks SQL.
//
// One text of SQL serves both engines. Every statement is registered under a
// name when the program starts, with placeholders $1, $2, … in order of first
// appearance; a test prepares each of them on both engines. Lists with filters
// are put together from constant pieces by [where] and [dynamic]; values are
// always parameters. The two engines differ in five things only, all in
// dialect.go: row locks, the index by which a long list is read, how a unique
// violation is told, how a schema is locked while it is migrated, and the
// folder of the schema.
//
// [DB.Write] is the only way to change anything. On SQLite the callers'
// functions run one after another, each within its own savepoint of one
// common transaction, and are answered together after one commit that the
// disk has confirmed (synchronous=FULL). On PostgreSQL each has its own
// transaction, READ COMMITTED: every logged change updates the same head row
// of the log, and under SERIALIZABLE the second of two such writers is always
// refused and starts again, while under READ COMMITTED it waits for the first
// and goes on. So what a change depends on must be locked by name: by a row
// lock ([lockRow] at the end of the SELECT), by the UPDATE's own condition, or
// by [Tx.exclusive]. A transaction that the engine still refuses (SQLSTATE
// 40001, 40P01) runs again from the beginning: a function given to Write must
// have no effect outside its transaction.
//
// Nothing here uses what a distributed engine that speaks PostgreSQL's
// protocol may lack: LISTEN and NOTIFY, advisory locks, sequences. Such an
// engine has not been tried; a test reads the schema and the statements for
// these words. (The migration tool numbers the rows of its own version table
// with an identity column.)
//
// Times are microseconds since 1970 UTC, zero where there is none; ids and
// enumerations are text; documents are JSON text that SQL does not look into.
package store
