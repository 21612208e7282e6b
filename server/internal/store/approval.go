package store

import (
	"context"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	"indagor/app"
	"indagor/server/internal/sight"
)

const approvalColumns = `visura, user_id, role, department, type, purpose, rule, state, run, asked, due, decided, decider, decider_name, reason, lease, origin, search`

// approvalList names the columns of a list, which has the visura beside.
const approvalList = approvalColumns + ", (SELECT sealed FROM visure WHERE visure.id = approvals.visura)"

var (
	approvalInsert = register("approval_insert", `INSERT INTO approvals (`+approvalColumns+`, rank) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`)
	approvalUpdate = register("approval_update", `UPDATE approvals SET rule = $1, state = $2, run = $3, due = $4, rank = $5, decided = $6, decider = $7, decider_name = $8, reason = $9, lease = $10 WHERE visura = $11`)
	approvalByID   = register("approval_by_id", `SELECT `+approvalColumns+` FROM approvals WHERE visura = $1`)
	approvalLock   = register("approval_lock", `SELECT `+approvalColumns+` FROM approvals WHERE visura = $1`+lockRow)
	approvalsDue   = register("approvals_due", `SELECT `+approvalColumns+` FROM approvals WHERE state = 'waiting' AND rank <= $1 ORDER BY rank, visura LIMIT $2`)
	approvalsReady = register("approvals_ready", `SELECT visura FROM approvals WHERE run = 'ready' ORDER BY decided, visura LIMIT $1`)
	approvalsLate  = register("approvals_late", `SELECT visura FROM approvals WHERE run = 'running' AND lease < $1 ORDER BY visura LIMIT $2`)
	approvalNext   = register("approval_next", `SELECT rank FROM approvals WHERE state = 'waiting' ORDER BY rank LIMIT 1`)
)

// never is the rank of an approval that no silence ends.
const never = math.MaxInt64

func rank(due time.Time) int64 {
	if due.IsZero() {
		return never
	}
	return micros(due)
}

func approvalInto(a *app.StoredApproval, asked, due, decided, lease *int64, origin *string) []any {
	o := &a.Origin.Actor
	return []any{&a.Visura, &o.User, &o.Role, &o.Department, &a.Type, &a.Purpose, &a.Rule, &a.State, &a.Run, asked, due, decided, &a.Decider, &a.DeciderName, &a.Reason, lease, origin, &a.Search}
}

func scanApproval(s scanner) (app.StoredApproval, error) { return scanApprovalAnd(s) }

func scanApprovalAnd(s scanner, more ...any) (a app.StoredApproval, err error) {
	var asked, due, decided, lease int64
	var origin string
	if err := s.Scan(append(approvalInto(&a, &asked, &due, &decided, &lease, &origin), more...)...); err != nil {
		return a, err
	}
	a.Asked, a.Due, a.Decided, a.Lease = moment(asked), moment(due), moment(decided), moment(lease)
	return a, json.Unmarshal([]byte(origin), &a.Origin)
}

// InsertApproval keeps an approval beside its visura.
func (tx *Tx) InsertApproval(a app.StoredApproval) error {
	origin, err := json.Marshal(a.Origin)
	if err != nil {
		return err
	}
	o := a.Origin.Actor
	_, err = exec(tx.Context(), tx.q, approvalInsert, a.Visura, o.User, o.Role, o.Department, a.Type, a.Purpose, a.Rule, a.State, a.Run,
		a.Asked, a.Due, a.Decided, a.Decider, a.DeciderName, a.Reason, a.Lease, string(origin), strings.ToLower(a.Search), rank(a.Due))
	return err
}

// LockApproval returns the approval of the visura and keeps every other
// transaction from changing it before this one ends.
func (tx *Tx) LockApproval(ctx context.Context, visura app.ID) (app.StoredApproval, error) {
	return one(ctx, tx.q, approvalLock, scanApproval, visura)
}

// UpdateApproval replaces what may change of an approval that was locked.
func (tx *Tx) UpdateApproval(a app.StoredApproval) error {
	_, err := exec(tx.Context(), tx.q, approvalUpdate, a.Rule, a.State, a.Run, a.Due, rank(a.Due), a.Decided, a.Decider, a.DeciderName, a.Reason, a.Lease, a.Visura)
	return err
}

// Approval returns the approval of the visura.
func (q queries) Approval(ctx context.Context, visura app.ID) (app.StoredApproval, error) {
	return one(ctx, q.q, approvalByID, scanApproval, visura)
}

// ApprovalsDue lists approvals still waiting at or after their term, at most
// so many.
func (q queries) ApprovalsDue(ctx context.Context, at time.Time, most int) ([]app.StoredApproval, error) {
	return all(ctx, q.q, approvalsDue, scanApproval, at, most)
}

// ApprovalsReady lists the visure that may run and have not begun, in the order
// in which that was decided, at most so many.
func (q queries) ApprovalsReady(ctx context.Context, most int) ([]app.ID, error) {
	return all(ctx, q.q, approvalsReady, scanID, most)
}

// ApprovalsLate lists the visure whose lease ended before the moment, at most
// so many.
func (q queries) ApprovalsLate(ctx context.Context, at time.Time, most int) ([]app.ID, error) {
	return all(ctx, q.q, approvalsLate, scanID, at, most)
}

func scanID(s scanner) (id app.ID, err error) { err = s.Scan(&id); return id, err }

// NextSilence is when silence ends the next approval; zero where none does.
func (q queries) NextSilence(ctx context.Context) (time.Time, error) {
	us, err := one(ctx, q.q, approvalNext, scanInt)
	if app.CodeOf(err) == app.CodeNotFound || us == never {
		return time.Time{}, nil
	}
	return moment(us), err
}

// approvals adds the conditions of the filter, all but the cursor.
func (w *where) approvals(f app.ApprovalFilter) {
	for _, c := range []struct{ column, value string }{
		{"state", string(f.State)}, {"user_id", string(f.User)}, {"department", string(f.Department)}, {"type", string(f.Type)}, {"purpose", string(f.Purpose)}, {"rule", string(f.Rule)},
	} {
		if c.value != "" {
			w.and(c.column+" = ?", c.value)
		}
	}
	if !f.DueBefore.IsZero() {
		w.and("rank < ?", micros(f.DueBefore))
	}
	for _, word := range strings.Fields(f.Search) {
		w.and(`search LIKE ? ESCAPE '\'`, strings.ToLower(like(word)))
	}
}

// Approvals lists the queue as far as the sight sees: what waits by the time
// left before silence, the rest newest first.
func (q queries) Approvals(ctx context.Context, s sight.Sight, f app.ApprovalFilter) ([]app.StoredApproval, string, error) {
	var w where
	w.see(s)
	w.approvals(f)
	waiting := f.State == app.ApprovalWaiting
	column, op, order := "asked", "<", " ORDER BY asked DESC, visura DESC"
	if waiting {
		column, op, order = "rank", ">", " ORDER BY rank, visura"
	}
	if f.Cursor != "" {
		key, id, err := parseNumbered(f.Cursor)
		if err != nil {
			return nil, "", err
		}
		w.and("("+column+", visura) "+op+" (?, ?)", key, id)
	}
	rows, err := list(ctx, q.q, "approvals", "SELECT "+approvalList+" FROM approvals", &w, order, f.Limit+1, func(s scanner) (app.StoredApproval, error) {
		var sealed []byte
		a, err := scanApprovalAnd(s, &sealed)
		a.Sealed = sealed
		return a, err
	})
	if err != nil {
		return nil, "", err
	}
	rows, next := page(rows, f.Limit, func(a app.StoredApproval) cursor {
		key := micros(a.Asked)
		if waiting {
			key = rank(a.Due)
		}
		return cursor{strconv.FormatInt(key, 10), string(a.Visura)}
	})
	return rows, next, nil
}

// CountApprovals counts what waits, as far as the sight sees, and of it what
// silence ends before soon.
func (q queries) CountApprovals(ctx context.Context, s sight.Sight, soon time.Time) (c app.ApprovalCount, err error) {
	var w where
	w.see(s)
	w.and("state = ?", app.ApprovalWaiting)
	stmt, args := dynamic("approvals count", "SELECT COUNT(*), MIN(rank) FROM approvals", &w, "")
	c, err = one(ctx, q.q, stmt, func(s scanner) (c app.ApprovalCount, err error) {
		var next *int64
		err = s.Scan(&c.Waiting, &next)
		if next != nil && *next != never {
			c.Next = moment(*next)
		}
		return c, err
	}, args...)
	if err != nil || c.Next.IsZero() || !c.Next.Before(soon) {
		return c, err
	}
	w.and("rank < ?", micros(soon))
	stmt, args = dynamic("approvals soon", "SELECT COUNT(*) FROM approvals", &w, "")
	n, err := one(ctx, q.q, stmt, scanInt, args...)
	c.Soon = int(n)
	return c, err
}
