package store

import (
	"context"

	"indagor/app"
)

var (
	timerByName = register("timer_by_name", `SELECT name, last, owner, lease, failed, retry FROM timers WHERE name = $1`)
	timerPut    = register("timer_put", `INSERT INTO timers (name, last, owner, lease, failed, retry) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (name) DO UPDATE SET last = excluded.last, owner = excluded.owner, lease = excluded.lease, failed = excluded.failed, retry = excluded.retry`)
)

// Timer returns the durable state of what is done from time to time;
// CodeNotFound where it was never thought of.
func (q queries) Timer(ctx context.Context, name string) (app.Timer, error) {
	return one(ctx, q.q, timerByName, func(s scanner) (t app.Timer, err error) {
		var last, lease, retry int64
		err = s.Scan(&t.Name, &last, &t.Owner, &lease, &t.Failed, &retry)
		t.Last, t.Lease, t.Retry = moment(last), moment(lease), moment(retry)
		return t, err
	}, name)
}

// LockTimer is Timer for whoever is about to change it: others wait until this
// transaction ends.
func (tx *Tx) LockTimer(ctx context.Context, name string) (app.Timer, error) {
	if err := tx.exclusive("timers"); err != nil {
		return app.Timer{}, err
	}
	return tx.Timer(ctx, name)
}

// PutTimer makes or replaces a timer.
func (tx *Tx) PutTimer(t app.Timer) error {
	_, err := exec(tx.Context(), tx.q, timerPut, t.Name, t.Last, t.Owner, t.Lease, t.Failed, t.Retry)
	return err
}
