package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"indagor/app"
)

// scanner is a row that can be read.
type scanner interface{ Scan(dest ...any) error }

// one runs the statement and reads its first row with scan. Where there is no
// row the error is app.CodeNotFound.
func one[T any](ctx context.Context, q querier, s *statement, scan func(scanner) (T, error), args ...any) (T, error) {
	var out T
	found := false
	err := each(ctx, q, s, func(row scanner) (err error) {
		if found {
			return nil
		}
		found = true
		out, err = scan(row)
		return err
	}, args...)
	switch {
	case err != nil:
		var zero T
		return zero, err
	case !found:
		return out, app.E(app.CodeNotFound)
	}
	return out, nil
}

// all runs the statement and reads every row with scan.
func all[T any](ctx context.Context, q querier, s *statement, scan func(scanner) (T, error), args ...any) ([]T, error) {
	var out []T
	err := each(ctx, q, s, func(row scanner) error {
		v, err := scan(row)
		if err == nil {
			out = append(out, v)
		}
		return err
	}, args...)
	if err != nil {
		return nil, err
	}
	return out, nil
}

// each runs the statement and gives every row to fn, which must not run
// another statement of the same transaction.
func each(ctx context.Context, q querier, s *statement, fn func(scanner) error, args ...any) (err error) {
	rows, err := q.query(ctx, s, bind(args))
	if err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	defer func() {
		if cerr := rows.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("%s: %w", s.name, cerr)
		}
	}()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	return nil
}

// exec runs the statement and returns how many rows it changed.
func exec(ctx context.Context, q querier, s *statement, args ...any) (int64, error) {
	var res sql.Result
	res, err := q.exec(ctx, s, bind(args))
	if err != nil {
		return 0, fmt.Errorf("%s: %w", s.name, err)
	}
	return res.RowsAffected()
}

// bind gives times and documents the form in which they are kept.
func bind(args []any) []any {
	for i, a := range args {
		switch v := a.(type) {
		case time.Time:
			args[i] = micros(v)
		case json.RawMessage:
			args[i] = string(v)
		}
	}
	return args
}

// micros is the time as it is kept: microseconds since 1970 UTC, 0 for the
// zero time.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// moment is the time that was kept as us; the zero time for 0.
func moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
