package store

import (
	"context"
	"slices"

	"indagor/app"
)

// countsSetting keeps under which rule the counters were made.
const countsSetting = "counts"

// countPage is how many rows of the activity are counted before the counters
// are written.
var countPage = 20_000 // tests make it small

// Recount makes the counters from the activity where they were made under
// another rule: by a program that did not count, in another time zone, or with
// other kinds of requests. It reports whether it did. Nobody may write
// meanwhile under the old rule.
func (db *DB) Recount(ctx context.Context) (bool, error) {
	rule := db.zone.String()
	for _, k := range app.Requests {
		rule += " " + string(k)
	}
	if kept, err := db.Setting(ctx, countsSetting); err == nil && kept == rule {
		return false, nil
	} else if err != nil && app.CodeOf(err) != app.CodeNotFound {
		return false, err
	}
	return true, db.Write(ctx, func(tx *Tx) error {
		if err := tx.exclusive("counts"); err != nil {
			return err
		}
		for _, t := range countTables {
			if _, err := exec(tx.ctx, tx.q, t.clear); err != nil {
				return err
			}
		}
		if err := tx.countAll(); err != nil {
			return err
		}
		return tx.PutSetting(countsSetting, rule)
	})
}

// countAll counts the whole activity, a page after the other.
func (tx *Tx) countAll() error {
	kinds := make([]any, len(app.Requests))
	for i, k := range app.Requests {
		kinds[i] = k
	}
	last := app.ID("")
	for n := countPage; n == countPage; {
		var w where
		w.and("id > ?", last)
		w.in("kind", kinds...)
		n = 0
		counts := map[counted]int64{}
		stmt, args := dynamic("activity to count", "SELECT at, id, user_id, department, role, service, type, outcome, code FROM activity", &w, " ORDER BY id LIMIT ?", countPage)
		err := each(tx.ctx, tx.q, stmt, func(row scanner) error {
			var at int64
			var c counted
			if err := row.Scan(&at, &last, &c.user, &c.department, &c.role, &c.service, &c.kind, &c.outcome, &c.code); err != nil {
				return err
			}
			c.bucket = dayOf(moment(at), tx.db.zone)
			counts[c]++
			n++
			return nil
		}, args...)
		if err != nil {
			return err
		}
		if err := putCounts(tx.ctx, tx.q, counts); err != nil {
			return err
		}
	}
	return nil
}

// count adds the events to what the transaction counts when it commits.
func (p *pending) count(c counted) { p.counts = append(p.counts, c) }

// flushCounts writes what the transaction has counted.
func (p *pending) flushCounts(ctx context.Context, q querier) error {
	if len(p.counts) == 0 {
		return nil
	}
	counts := map[counted]int64{}
	for c := range slices.Values(p.counts) {
		counts[c]++
	}
	return putCounts(ctx, q, counts)
}
