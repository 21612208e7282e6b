package store

import (
	"context"

	"indagor/app"
)

const visuraColumns = `id, user_id, idempotency, digest, type, state, outcome, code, purpose, file, subject, created, ended, sealed`

var (
	visuraInsert  = register("visura_insert", `INSERT INTO visure (`+visuraColumns+`, changed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`)
	visuraChange  = register("visura_change", `UPDATE visure SET state = $1, outcome = $2, code = $3, ended = $4, subject = $5, sealed = $6, changed = $7 WHERE id = $8 AND state = $9`)
	visuraMark    = register("visura_mark", `INSERT INTO visura_keys (user_id, mark, created, visura) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`)
	visuraByID    = register("visura_by_id", `SELECT `+visuraColumns+` FROM visure WHERE id = $1`)
	visuraByKey   = register("visura_by_key", `SELECT `+visuraColumns+` FROM visure WHERE user_id = $1 AND idempotency = $2`)
	visureRunning = register("visure_running", `SELECT `+visuraColumns+` FROM visure WHERE state = 'running'`)
	knownPut      = register("known_id_put", `INSERT INTO known_ids (subject, sealed, until) VALUES ($1, $2, $3) ON CONFLICT (subject) DO UPDATE SET sealed = excluded.sealed, until = excluded.until`)
	knownBySub    = register("known_id", `SELECT sealed FROM known_ids WHERE subject = $1 AND until > $2`)
)

func scanVisura(s scanner) (v app.StoredVisura, err error) {
	var created, ended int64
	err = s.Scan(&v.ID, &v.User, &v.Idempotency, &v.Digest, &v.Type, &v.State, &v.Outcome, &v.Code, &v.Purpose, &v.File, &v.SubjectKey, &created, &ended, &v.Sealed)
	v.Created, v.Ended = moment(created), moment(ended)
	return v, err
}

// InsertVisura keeps a request that is about to run. The same user's same
// idempotency key is refused with CodeTaken.
func (tx *Tx) InsertVisura(v app.StoredVisura) error {
	tx.changed(v, "")
	_, err := exec(tx.Context(), tx.q, visuraInsert, v.ID, v.User, v.Idempotency, v.Digest, v.Type, v.State, v.Outcome, v.Code, v.Purpose, v.File, v.SubjectKey, micros(v.Created), micros(v.Ended), v.Sealed, micros(v.Created))
	if err != nil && violated(err) != "" {
		return app.E(app.CodeTaken).At("key").Because(err)
	}
	if err != nil {
		return err
	}
	return tx.mark(v)
}

// mark keeps the marks by which the request is found; those that it has stay.
func (tx *Tx) mark(v app.StoredVisura) error {
	for _, m := range v.Marks {
		if _, err := exec(tx.Context(), tx.q, visuraMark, v.User, m, micros(v.Created), v.ID); err != nil {
			return err
		}
	}
	return nil
}

// changed tells the user, and where the request waits or waited for consent,
// those who give it. A STANDARDPS user's never waits.
func (tx *Tx) changed(v app.StoredVisura, from app.VisuraState) {
	tx.Signal(app.Signal{Kind: app.SignalVisura, User: v.User, ID: v.ID})
	if v.State == app.VisuraWaiting || from == app.VisuraWaiting {
		tx.Signal(app.Signal{Kind: app.SignalApprovals, Permission: app.PermApprove})
	}
}

// ChangeVisura writes what became of a request that is in the state; one that
// is in another stays as it is, and ok is false.
func (tx *Tx) ChangeVisura(v app.StoredVisura, from app.VisuraState) (ok bool, err error) {
	n, err := exec(tx.Context(), tx.q, visuraChange, v.State, v.Outcome, v.Code, micros(v.Ended), v.SubjectKey, v.Sealed, tx.Now(), v.ID, from)
	if ok = n == 1; !ok {
		return false, err
	}
	tx.changed(v, from)
	return true, tx.mark(v)
}

// Visura returns a request.
func (q queries) Visura(ctx context.Context, id app.ID) (app.StoredVisura, error) {
	return one(ctx, q.q, visuraByID, scanVisura, id)
}

// VisuraByKey returns the user's request of the idempotency key.
func (q queries) VisuraByKey(ctx context.Context, user app.ID, key string) (app.StoredVisura, error) {
	return one(ctx, q.q, visuraByKey, scanVisura, user, key)
}

// VisureRunning lists the requests that have begun and not ended.
func (q queries) VisureRunning(ctx context.Context) ([]app.StoredVisura, error) {
	return all(ctx, q.q, visureRunning, scanVisura)
}

// PutKnownID keeps the sealed ANPR id of a subject for a while.
func (tx *Tx) PutKnownID(k app.KnownID) error {
	_, err := exec(tx.Context(), tx.q, knownPut, k.SubjectKey, k.Sealed, micros(k.Until))
	return err
}

// KnownID returns the sealed ANPR id of a subject, if it is still good at the
// moment; CodeNotFound otherwise.
func (q queries) KnownID(ctx context.Context, subject string, at int64) ([]byte, error) {
	return one(ctx, q.q, knownBySub, func(s scanner) (b []byte, err error) { err = s.Scan(&b); return b, err }, subject, at)
}
