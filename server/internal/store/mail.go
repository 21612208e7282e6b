package store

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"indagor/app"
	"indagor/server/internal/sight"
)

const (
	mailColumns = `id, day, user_id, name, address, role, state, attempts, next, owner, planned, begun, ended, code, said, doc`
	// digestLast is the setting that holds the last day for which mails were made.
	digestLast = "digest_last"
	// waiting are the states of a mail that is to be sent when its next moment
	// has come: one whose sender has died is to be sent again.
	waiting = `state IN ('planned', 'failed', 'sending')`
)

var (
	mailInsert = register("mail_insert", `INSERT INTO mails (`+mailColumns+`) VALUES (`+numbers(16)+`)`)
	mailByID   = register("mail_by_id", `SELECT `+mailColumns+` FROM mails WHERE id = $1`)
	mailsDue   = register("mails_due", `SELECT id FROM mails WHERE `+waiting+` AND next <= $1 ORDER BY next, id LIMIT $2`)
	mailLease  = register("mail_lease", `UPDATE mails SET state = 'sending', owner = $1, next = $2, attempts = attempts + 1 WHERE id = $3 AND `+waiting+` AND next <= $4`)
	mailEnd    = register("mail_end", `UPDATE mails SET state = $1, owner = '', next = $2, ended = $3, code = $4, said = $5 WHERE id = $6 AND state = 'sending' AND owner = $7`)
	mailAgain  = register("mail_again", `UPDATE mails SET state = 'planned', owner = '', next = $1, begun = $1, ended = 0, name = $2, address = $3 WHERE id = $4 AND state IN ('planned', 'failed', 'given_up')`)
	mailsDrop  = register("mails_drop", `DELETE FROM mails WHERE day < $1 AND state IN ('sent', 'given_up')`)
	mailsWait  = register("mails_waiting", `SELECT count(*) FROM mails WHERE `+waiting)
	mailsLate  = register("mails_late", `SELECT `+mailColumns+` FROM mails WHERE `+waiting+` AND begun < $1 OR state = 'given_up' AND ended > $2 ORDER BY begun, id`)
)

func scanMail(s scanner) (m app.Mail, err error) {
	var next, planned, begun, ended int64
	var doc string
	if err := s.Scan(&m.ID, &m.Day, &m.User, &m.Name, &m.Address, &m.Role, &m.State, &m.Attempts, &next, &m.Owner, &planned, &begun, &ended, &m.Code, &m.Said, &doc); err != nil {
		return m, err
	}
	m.Next, m.Planned, m.Begun, m.Ended = moment(next), moment(planned), moment(begun), moment(ended)
	return m, json.Unmarshal([]byte(doc), &m.Digest)
}

// InsertMail keeps a mail that is to be sent; there is one for each recipient
// and day.
func (tx *Tx) InsertMail(m app.Mail) error {
	doc, err := json.Marshal(m.Digest)
	if err != nil {
		return err
	}
	_, err = exec(tx.Context(), tx.q, mailInsert, m.ID, m.Day, m.User, m.Name, m.Address, m.Role, m.State, m.Attempts, m.Next, m.Owner,
		m.Planned, m.Begun, m.Ended, m.Code, m.Said, string(doc))
	if err != nil && violated(err) != "" {
		return app.E(app.CodeTaken).Because(err)
	}
	return err
}

// Mail returns a mail.
func (q queries) Mail(ctx context.Context, id app.ID) (app.Mail, error) {
	return one(ctx, q.q, mailByID, scanMail, id)
}

// MailsDue lists at most most mails that are to be sent at the moment, those
// that wait longest first.
func (q queries) MailsDue(ctx context.Context, at time.Time, most int) ([]app.ID, error) {
	return all(ctx, q.q, mailsDue, func(s scanner) (id app.ID, err error) { err = s.Scan(&id); return id, err }, at, most)
}

// LeaseMail gives a mail that is due to its sender until the moment; ok is
// false where another has it, or it is due no longer.
func (tx *Tx) LeaseMail(ctx context.Context, id app.ID, owner string, until time.Time) (m app.Mail, ok bool, err error) {
	n, err := exec(ctx, tx.q, mailLease, owner, until, id, tx.Now())
	if err != nil || n == 0 {
		return m, false, err
	}
	m, err = tx.Mail(ctx, id)
	return m, err == nil, err
}

// EndMail writes down how an attempt of the sender went; ok is false where the
// mail is no longer his.
func (tx *Tx) EndMail(m app.Mail) (ok bool, err error) {
	n, err := exec(tx.Context(), tx.q, mailEnd, m.State, m.Next, m.Ended, m.Code, m.Said, m.ID, m.Owner)
	return n == 1, err
}

// MailAgain lets a mail that is not sent be tried now, under the name and
// address; ok is false for one that is sent or being sent.
func (tx *Tx) MailAgain(id app.ID, name, address string) (ok bool, err error) {
	n, err := exec(tx.Context(), tx.q, mailAgain, tx.Now(), name, address, id)
	return n == 1, err
}

// DropMails forgets the mails of days before that have come to an end.
func (tx *Tx) DropMails(before app.Day) error {
	_, err := exec(tx.Context(), tx.q, mailsDrop, before)
	return err
}

// Mails lists mails, those of the newest day first.
func (q queries) Mails(ctx context.Context, f app.MailFilter) ([]app.Mail, string, error) {
	var w where
	if f.Day != "" {
		w.and("day = ?", f.Day)
	}
	if f.User != "" {
		w.and("user_id = ?", f.User)
	}
	if f.State != "" {
		w.and("state = ?", f.State)
	}
	for _, word := range strings.Fields(f.Search) {
		w.and(`(LOWER(name) LIKE LOWER(?) ESCAPE '\' OR LOWER(address) LIKE LOWER(?) ESCAPE '\')`, like(word), like(word))
	}
	if f.Cursor != "" {
		c, err := parseCursor(f.Cursor)
		if err != nil {
			return nil, "", err
		}
		w.and("(day, id) < (?, ?)", c.key, c.id)
	}
	rows, err := list(ctx, q.q, "mail list", `SELECT `+mailColumns+` FROM mails`, &w, " ORDER BY day DESC, id DESC", f.Limit+1, scanMail)
	rows, next := page(rows, f.Limit, func(m app.Mail) cursor { return cursor{string(m.Day), string(m.ID)} })
	return rows, next, err
}

// MailsWaiting counts the mails that are not sent yet.
func (q queries) MailsWaiting(ctx context.Context) (int, error) {
	n, err := one(ctx, q.q, mailsWait, scanInt)
	return int(n), err
}

// MailsLate lists the mails tried since before one moment, and those given up
// after the other; the oldest first.
func (q queries) MailsLate(ctx context.Context, before, after time.Time) ([]app.Mail, error) {
	return all(ctx, q.q, mailsLate, scanMail, before, after)
}

// DigestLast is the last day for which mails were made; "" before the first.
func (q queries) DigestLast(ctx context.Context) (app.Day, error) {
	d, err := q.Setting(ctx, digestLast)
	if app.CodeOf(err) == app.CodeNotFound {
		return "", nil
	}
	return app.Day(d), err
}

// LockDigest is DigestLast for whoever is about to make mails: others wait
// until this transaction ends.
func (tx *Tx) LockDigest(ctx context.Context) (app.Day, error) {
	if err := tx.exclusive("digest"); err != nil {
		return "", err
	}
	return tx.DigestLast(ctx)
}

// PutDigestLast moves the last day for which mails were made.
func (tx *Tx) PutDigestLast(d app.Day) error { return tx.PutSetting(digestLast, string(d)) }

// RequestCounts counts the requests that ended on the day, per user and
// service, as far as the sight sees, by the maintained counters.
func (q queries) RequestCounts(ctx context.Context, s sight.Sight, day app.Day) ([]app.RequestCount, error) {
	t, ok := day.Time()
	if !ok {
		return nil, app.E(app.CodeDate).At("day")
	}
	var w where
	w.see(s)
	w.and("bucket = ?", dayOf(t, time.UTC))
	st, args := dynamic("request counts", `SELECT user_id, department, service, outcome, CAST(SUM(n) AS BIGINT) FROM counts_user_day`, &w,
		` GROUP BY user_id, department, service, outcome ORDER BY user_id, department, service, outcome`)
	return all(ctx, q.q, st, func(r scanner) (c app.RequestCount, err error) {
		err = r.Scan(&c.User, &c.Department, &c.Service, &c.Outcome, &c.Count)
		return c, err
	}, args...)
}
