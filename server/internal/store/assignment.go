package store

import (
	"context"
	"strconv"

	"indagor/app"
)

var (
	assignmentClose  = register("assignment_close", `UPDATE assignments SET until = $1 WHERE operator = $2 AND until = 0`)
	assignmentInsert = register("assignment_insert", `INSERT INTO assignments (operator, admin, department, since, until) VALUES ($1, $2, $3, $4, 0)`)
	assignmentBy     = register("assignment_by", `UPDATE assignments SET assigned_by = $1 WHERE operator = $2 AND until = 0 AND since = $3`)
	adminsLoad       = register("admins_load", `SELECT a.doc, a.version, a.created, a.updated, (SELECT COUNT(*) FROM users o WHERE o.admin = a.id)
		FROM users a WHERE a.role = 'admin' ORDER BY a.sort_key, a.id`)
)

// assign keeps the history of the user's assignment.
func (tx *Tx) assign(u, before app.User) error {
	if u.Admin == before.Admin && u.Department == before.Department {
		return nil
	}
	now := micros(tx.Now())
	if _, err := exec(tx.Context(), tx.q, assignmentClose, now, u.ID); err != nil {
		return err
	}
	if u.Admin == "" {
		return nil
	}
	_, err := exec(tx.Context(), tx.q, assignmentInsert, u.ID, u.Admin, u.Department, now)
	return err
}

// AssignedBy notes who made the assignment that began in this transaction,
// where one did.
func (tx *Tx) AssignedBy(operator, by app.ID) error {
	_, err := exec(tx.Context(), tx.q, assignmentBy, by, operator, micros(tx.Now()))
	return err
}

// AdminsWithOperators lists every ADMIN with how many operators are assigned
// to him, enabled or not.
func (q queries) AdminsWithOperators(ctx context.Context) ([]app.AdminLoad, error) {
	return all(ctx, q.q, adminsLoad, func(s scanner) (a app.AdminLoad, err error) {
		a.User, err = scanUser(scanMore{s, []any{&a.Operators}})
		return a, err
	})
}

// scanMore scans further columns after those that its caller knows.
type scanMore struct {
	scanner
	more []any
}

func (s scanMore) Scan(into ...any) error { return s.scanner.Scan(append(into, s.more...)...) }

// Assignments lists who was assigned to whom, the newest beginning first.
func (q queries) Assignments(ctx context.Context, f app.AssignmentFilter) ([]app.Assignment, string, error) {
	var w where
	if f.Operator != "" {
		w.and("operator = ?", f.Operator)
	}
	if f.Admin != "" {
		w.and("admin = ?", f.Admin)
	}
	if f.Cursor != "" {
		since, operator, err := parseNumbered(f.Cursor)
		if err != nil {
			return nil, "", err
		}
		w.and("(since, operator) < (?, ?)", since, operator)
	}
	rows, err := list(ctx, q.q, "assignments", `SELECT operator, admin, department, since, until, assigned_by FROM assignments`, &w, " ORDER BY since DESC, operator DESC", f.Limit+1,
		func(s scanner) (a app.Assignment, err error) {
			var since, until int64
			err = s.Scan(&a.Operator, &a.Admin, &a.Department, &since, &until, &a.By)
			a.Since, a.Until = moment(since), moment(until)
			return a, err
		})
	rows, next := page(rows, f.Limit, func(a app.Assignment) cursor {
		return cursor{strconv.FormatInt(micros(a.Since), 10), string(a.Operator)}
	})
	return rows, next, err
}
