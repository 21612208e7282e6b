package store

import (
	"context"
	"time"

	"indagor/app"
)

var (
	repeatInsert = register("repeat_insert", `INSERT INTO repeats (user_id, name, digest, answer, at) VALUES ($1, $2, $3, $4, $5)`)
	repeatByName = register("repeat_by_name", `SELECT digest, answer FROM repeats WHERE user_id = $1 AND name = $2`)
	repeatForget = register("repeat_forget", `DELETE FROM repeats WHERE at < $1`)
)

// repeatLife is how long a write is known again.
const repeatLife = 7 * 24 * time.Hour

// Repeat returns what a write of the user under the name has answered, and the
// digest of what it was asked; CodeNotFound where there was none.
func (q queries) Repeat(ctx context.Context, user app.ID, name string) (digest, answer string, err error) {
	r, err := one(ctx, q.q, repeatByName, func(s scanner) (r [2]string, err error) {
		err = s.Scan(&r[0], &r[1])
		return r, err
	}, user, name)
	return r[0], r[1], err
}

// KeepRepeat keeps what a write of the user under the name has answered. A
// second one of the name is refused with CodeTaken.
func (tx *Tx) KeepRepeat(user app.ID, name, digest, answer string) error {
	if _, err := exec(tx.Context(), tx.q, repeatForget, micros(tx.Now().Add(-repeatLife))); err != nil {
		return err
	}
	_, err := exec(tx.Context(), tx.q, repeatInsert, user, name, digest, answer, micros(tx.Now()))
	if violated(err) != "" {
		return app.E(app.CodeTaken).Because(err)
	}
	return err
}
