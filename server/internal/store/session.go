package store

import (
	"context"
	"encoding/json"
	"time"

	"indagor/app"
)

var (
	sessionInsert = register("session_insert", `INSERT INTO sessions (id, token, user_id, thumbprint, workstation, started, expires, confirmed, ended, reason, address) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, '', $9)`)
	sessionAdmits = register("session_admits", `SELECT s.id, s.token, s.user_id, s.thumbprint, s.workstation, s.started, s.expires, s.confirmed, s.ended, s.reason, s.address,
		u.doc, u.version, u.created, u.updated, u.password_at, u.must_change, u.secret_until, w.doc, w.version, k.state
		FROM sessions s JOIN users u ON u.id = s.user_id JOIN workstation_keys k ON k.thumbprint = s.thumbprint JOIN workstations w ON w.id = k.workstation
		WHERE s.token = $1`)
	sessionLive     = register("session_live", `SELECT id, token, user_id, thumbprint, workstation, started, expires, confirmed, ended, reason, address FROM sessions WHERE user_id = $1 AND ended = 0`)
	sessionLast     = register("session_last", `SELECT id, token, user_id, thumbprint, workstation, started, expires, confirmed, ended, reason, address FROM sessions WHERE user_id = $1 AND id <> $2 ORDER BY started DESC LIMIT 1`)
	sessionEnd      = register("session_end", `UPDATE sessions SET ended = $1, reason = $2 WHERE user_id = $3 AND ended = 0`)
	sessionEndAt    = register("session_end_workstation", `UPDATE sessions SET ended = $1, reason = $2 WHERE workstation = $3 AND ended = 0`)
	sessionsAt      = register("sessions_at", `SELECT id, token, user_id, thumbprint, workstation, started, expires, confirmed, ended, reason, address FROM sessions WHERE workstation = $1 AND ended = 0`)
	sessionConfirm  = register("session_confirm", `UPDATE sessions SET confirmed = $1 WHERE id = $2`)
	failuresByMark  = register("failures_by_mark", `SELECT count, last, until, user_id, workstation FROM signin_failures WHERE mark = $1`)
	failuresLocking = register("failures_locking", `SELECT count, last, until, user_id, workstation FROM signin_failures WHERE user_id = $1 AND until > $2 ORDER BY until DESC, mark`)
	failuresForget  = register("failures_forget", `DELETE FROM signin_failures WHERE user_id = $1`)
	failuresPut     = register("failures_put", `INSERT INTO signin_failures (mark, count, last, until, user_id, workstation) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (mark) DO UPDATE SET count = excluded.count, last = excluded.last, until = excluded.until, user_id = excluded.user_id, workstation = excluded.workstation`)
	failuresClear = register("failures_clear", `DELETE FROM signin_failures WHERE mark = $1`)
	noticeInsert  = register("session_notice_insert", `INSERT INTO session_notices (user_id, kind, at, workstation) VALUES ($1, $2, $3, $4)`)
	noticesOfUser = register("session_notices_of_user", `SELECT user_id, kind, at, workstation FROM session_notices WHERE user_id = $1 ORDER BY at`)
	refusedCount  = register("refused_sign_ins", `SELECT COUNT(*) FROM access WHERE user_id = $1 AND at > $2 AND kind = 'session.refused'`)
	noticesClear  = register("session_notices_clear", `DELETE FROM session_notices WHERE user_id = $1 AND at <= $2`)
)

func scanSession(s scanner) (x app.Session, err error) {
	var started, expires, confirmed, ended int64
	err = s.Scan(&x.ID, &x.Token, &x.User, &x.Thumbprint, &x.Workstation, &started, &expires, &confirmed, &ended, &x.Reason, &x.Address)
	x.Started, x.Expires, x.Confirmed, x.Ended = moment(started), moment(expires), moment(confirmed), moment(ended)
	return x, err
}

// InsertSession keeps a new live session; the user must have none.
func (tx *Tx) InsertSession(x app.Session) error {
	_, err := exec(tx.Context(), tx.q, sessionInsert, x.ID, x.Token, x.User, x.Thumbprint, x.Workstation, micros(x.Started), micros(x.Expires), micros(x.Confirmed), x.Address)
	return err
}

// Admission returns the session whose token has the hash, with all that decides
// whether it is still good: one statement, since every request begins with it.
func (q queries) Admission(ctx context.Context, hash string) (app.Admission, error) {
	return one(ctx, q.q, sessionAdmits, func(r scanner) (a app.Admission, err error) {
		var (
			started, expires, confirmed, ended, created, updated, set, must, until int64
			user, workstation                                                      string
			x                                                                      = &a.Session
		)
		if err := r.Scan(&x.ID, &x.Token, &x.User, &x.Thumbprint, &x.Workstation, &started, &expires, &confirmed, &ended, &x.Reason, &x.Address,
			&user, &a.User.Version, &created, &updated, &set, &must, &until, &workstation, &a.Workstation.Version, &a.Key); err != nil {
			return a, err
		}
		x.Started, x.Expires, x.Confirmed, x.Ended = moment(started), moment(expires), moment(confirmed), moment(ended)
		version, seen := a.User.Version, a.Workstation.Version
		if err := json.Unmarshal([]byte(user), &a.User); err != nil {
			return a, err
		}
		if err := json.Unmarshal([]byte(workstation), &a.Workstation); err != nil {
			return a, err
		}
		a.User.Version, a.User.Created, a.User.Updated, a.Workstation.Version = version, moment(created), moment(updated), seen
		a.Credential = app.Credential{Set: moment(set), MustChange: must == 1, SecretUntil: moment(until)}
		return a, nil
	}, hash)
}

// LiveSession returns the user's session that has not ended.
func (q queries) LiveSession(ctx context.Context, user app.ID) (app.Session, error) {
	return one(ctx, q.q, sessionLive, scanSession, user)
}

// LastSession returns the user's newest session but the one named.
func (q queries) LastSession(ctx context.Context, user, but app.ID) (app.Session, error) {
	return one(ctx, q.q, sessionLast, scanSession, user, but)
}

// SessionsAt lists the live sessions on the workstation.
func (q queries) SessionsAt(ctx context.Context, workstation app.ID) ([]app.Session, error) {
	return all(ctx, q.q, sessionsAt, scanSession, workstation)
}

// EndSessions ends the user's live session, if there is one.
func (tx *Tx) EndSessions(user app.ID, why app.SessionEnd) error {
	tx.Signal(app.Signal{Kind: app.SignalSession, User: user})
	_, err := exec(tx.Context(), tx.q, sessionEnd, micros(tx.Now()), why, user)
	return err
}

// EndSessionsAt ends every live session on the workstation.
func (tx *Tx) EndSessionsAt(workstation app.ID, why app.SessionEnd) error {
	tx.Signal(app.Signal{Kind: app.SignalSession, Workstation: workstation})
	_, err := exec(tx.Context(), tx.q, sessionEndAt, micros(tx.Now()), why, workstation)
	return err
}

// ConfirmSession notes that the password was given now.
func (tx *Tx) ConfirmSession(id app.ID) error {
	_, err := exec(tx.Context(), tx.q, sessionConfirm, micros(tx.Now()), id)
	return err
}

func scanFailures(s scanner) (f app.Failures, err error) {
	var last, until int64
	err = s.Scan(&f.Count, &last, &until, &f.User, &f.Workstation)
	f.Last, f.Until = moment(last), moment(until)
	return f, err
}

// Locks lists the counts that keep the user out at the moment, the longest
// first.
func (q queries) Locks(ctx context.Context, user app.ID, now time.Time) ([]app.Failures, error) {
	return all(ctx, q.q, failuresLocking, scanFailures, user, micros(now))
}

// ForgetFailures forgets the refused passwords of the user, everywhere.
func (tx *Tx) ForgetFailures(user app.ID) error {
	_, err := exec(tx.Context(), tx.q, failuresForget, user)
	return err
}

// Failures returns the refused passwords counted under the mark; none is the
// zero value.
func (q queries) Failures(ctx context.Context, mark string) (app.Failures, error) {
	f, err := one(ctx, q.q, failuresByMark, scanFailures, mark)
	if app.CodeOf(err) == app.CodeNotFound {
		return app.Failures{}, nil
	}
	return f, err
}

// SetFailures keeps the count under the mark; a count of none forgets it.
func (tx *Tx) SetFailures(mark string, f app.Failures) error {
	if f.Count == 0 {
		_, err := exec(tx.Context(), tx.q, failuresClear, mark)
		return err
	}
	_, err := exec(tx.Context(), tx.q, failuresPut, mark, f.Count, micros(f.Last), micros(f.Until), f.User, f.Workstation)
	return err
}

// AddNotice keeps a notice for the user.
func (tx *Tx) AddNotice(n app.AccountNotice) error {
	_, err := exec(tx.Context(), tx.q, noticeInsert, n.User, n.Kind, micros(tx.Now()), n.Workstation)
	return err
}

// Notices lists what happened to the account and was not yet told.
func (q queries) Notices(ctx context.Context, user app.ID) ([]app.AccountNotice, error) {
	return all(ctx, q.q, noticesOfUser, func(s scanner) (n app.AccountNotice, err error) {
		var at int64
		err = s.Scan(&n.User, &n.Kind, &at, &n.Workstation)
		n.At = moment(at)
		return n, err
	}, user)
}

// ClearNotices forgets the notices up to the moment.
func (tx *Tx) ClearNotices(user app.ID, until time.Time) error {
	_, err := exec(tx.Context(), tx.q, noticesClear, user, micros(until))
	return err
}

// RefusedSignIns counts the refused sign-ins of the user since the moment.
func (q queries) RefusedSignIns(ctx context.Context, user app.ID, since time.Time) (int, error) {
	n, err := one(ctx, q.q, refusedCount, scanInt, user, micros(since))
	return int(n), err
}
