package store

import (
	"context"
	"time"
)

// What the log tells readably of a visura tells whether it was asked by a user
// who was monitored then.
const monitoredThen = `EXISTS (SELECT 1 FROM activity a WHERE a.visura = visure.id)`

var (
	visureExpireOpen   = register("visure_expire_open", `DELETE FROM visure WHERE id IN (SELECT id FROM visure WHERE state = 'done' AND created < $1 AND `+monitoredThen+` ORDER BY created LIMIT $2)`)
	visureExpireSealed = register("visure_expire_sealed", `DELETE FROM visure WHERE id IN (SELECT id FROM visure WHERE state = 'done' AND created < $1 AND NOT `+monitoredThen+` ORDER BY created LIMIT $2)`)
	approvalsExpire    = register("approvals_expire", `DELETE FROM approvals WHERE asked < $1 AND NOT EXISTS (SELECT 1 FROM visure v WHERE v.id = approvals.visura)`)
	knownExpire        = register("known_ids_expire", `DELETE FROM known_ids WHERE until <= $1`)
)

// ExpireVisure deletes at most most visure that began before the moment and
// have ended: those of users who were monitored then, or those of the others.
// It tells how many.
func (tx *Tx) ExpireVisure(ctx context.Context, before time.Time, monitored bool, most int) (int, error) {
	s := visureExpireSealed
	if monitored {
		s = visureExpireOpen
	}
	n, err := exec(ctx, tx.q, s, before, most)
	if err != nil || n == 0 || !monitored {
		return int(n), err
	}
	_, err = exec(ctx, tx.q, approvalsExpire, before) // nobody's approval outlives his visura
	return int(n), err
}

// ForgetKnownIDs deletes the ANPR ids whose time is over.
func (tx *Tx) ForgetKnownIDs(ctx context.Context) error {
	_, err := exec(ctx, tx.q, knownExpire, tx.Now())
	return err
}
