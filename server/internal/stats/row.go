package stats

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"indagor/app"
)

func day(t time.Time) app.Day { return app.Day(t.Format(time.DateOnly)) }

func total(counts map[string]int64) int64 {
	var n int64
	for _, c := range counts {
		n += c
	}
	return n
}

// ranked are the keys of both periods, those with most requests first.
func ranked(now, past map[string]int64) []Row {
	keys := maps.Clone(past)
	maps.Copy(keys, now)
	rows := make([]Row, 0, len(keys))
	for key := range keys {
		before := past[key]
		rows = append(rows, Row{Key: key, N: now[key], Before: &before})
	}
	slices.SortFunc(rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(*b.Before, *a.Before), strings.Compare(a.Key, b.Key))
	})
	return rows
}

// begin is the first day of the stretch in which the day lies. Weeks begin on
// Monday (ISO 8601).
func begin(by app.Dimension, d time.Time) time.Time {
	switch by {
	case app.ByWeek:
		return d.AddDate(0, 0, -int(d.Weekday()+6)%7)
	case app.ByMonth:
		return time.Date(d.Year(), d.Month(), 1, 0, 0, 0, 0, time.UTC)
	}
	return d
}

// stretches divides the period, those without requests included. Beside each
// day or week stands what was asked as many days earlier; months, which are
// not equally long, have nothing beside them.
func stretches(by app.Dimension, from, until time.Time, days int, now, past map[string]int64) []Row {
	var rows []Row
	at := map[time.Time]int{}
	for d := from; !d.After(until); d = d.AddDate(0, 0, 1) {
		b := begin(by, d)
		if _, ok := at[b]; !ok {
			at[b] = len(rows)
			r := Row{Key: string(day(b))}
			if by != app.ByMonth {
				r.Before = new(int64)
			}
			rows = append(rows, r)
		}
	}
	put := func(counts map[string]int64, shift int, add func(*Row, int64)) {
		for key, n := range counts {
			if d, ok := app.Day(key).Time(); ok {
				if i, ok := at[begin(by, d.AddDate(0, 0, shift))]; ok {
					add(&rows[i], n)
				}
			}
		}
	}
	put(now, 0, func(r *Row, n int64) { r.N += n })
	if by != app.ByMonth {
		put(past, days, func(r *Row, n int64) { *r.Before += n })
	}
	return rows
}
