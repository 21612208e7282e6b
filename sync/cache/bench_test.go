package cache

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"indagor/app"
	"indagor/sync/wire"
)

func full(b *testing.B, n int) *Cache {
	b.Helper()
	c := open(b, options(b))
	var all []wire.VisuraSummary
	for i := range n {
		all = append(all, summary(i))
	}
	for part := range slices.Chunk(all, 500) {
		if err := c.PutSummaries("u", part); err != nil {
			b.Fatal(err)
		}
	}
	return c
}

func BenchmarkFirstPageOf10000(b *testing.B) {
	c := full(b, 10000)
	for b.Loop() {
		if l, err := c.Search("u", wire.ArchiveQuery{}); err != nil || len(l.Items) != 100 {
			b.Fatal(err)
		}
	}
}

func BenchmarkOrderOf10000(b *testing.B) {
	c := full(b, 10000)
	for b.Loop() {
		clear(c.order)
		if _, err := c.rows("u"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFileReferenceIn10000(b *testing.B) {
	c := full(b, 10000)
	for b.Loop() {
		if l, err := c.Search("u", wire.ArchiveQuery{File: "Prot. 77/"}); err != nil || len(l.Items) != 1 {
			b.Fatal(err)
		}
	}
}

// searchMost is how long a page of the copy may take with 100 000 visure.
const searchMost = 100 * time.Millisecond

// BenchmarkSearch100000 reads pages of a copy of 100 000 visure; one that takes
// too long fails, and so does naming the cards that are missing.
func BenchmarkSearch100000(b *testing.B) {
	const n = 100_000
	o := options(b)
	c := open(b, o)
	var all []wire.VisuraSummary
	for i := range n {
		v := summary(i)
		v.SubjectName = fmt.Sprintf("SURNAME%c NAME%c", 'A'+i%26, 'A'+i/26%26)
		v.Subject.FiscalCode = fmt.Sprintf("CODE%d", i/10)
		if i == 17 {
			v.Type, v.Outcome, v.Purpose = app.VisuraCittadinanza, app.OutcomeFailed, "p2"
		}
		all = append(all, v)
	}
	for part := range slices.Chunk(all, 5000) {
		if err := c.PutSummaries("u", part); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("order", func(b *testing.B) {
		for b.Loop() {
			clear(c.order)
			if _, err := c.rows("u"); err != nil {
				b.Fatal(err)
			}
		}
	})
	since := start.Add((n - 10) * time.Hour)
	for name, q := range map[string]wire.ArchiveQuery{
		"first page": {}, "rare type": {Type: app.VisuraCittadinanza}, "rare outcome": {Outcome: app.OutcomeFailed}, "rare purpose": {Purpose: "p2"},
		"no file": {File: "nothing"}, "period": {From: "2028-01-01", Until: "2028-01-31"}, "code": {Person: "code7"}, "surname": {Person: "surnameA"},
		"surname and name": {Person: "nameb surnameA"}, "since": {Since: &since},
	} {
		b.Run(name, func(b *testing.B) {
			times := timed(b, func() error { _, err := c.Search("u", q); return err })
			if median := times[len(times)/2]; median > searchMost {
				b.Errorf("%s takes %v, more than %v", name, median, searchMost)
			}
		})
	}
	b.Run("lacking", func(b *testing.B) {
		times := timed(b, func() error { _, err := c.Lacking("u", 300); return err })
		if median := times[len(times)/2]; median > searchMost {
			b.Errorf("what is missing takes %v, more than %v", median, searchMost)
		}
	})
	b.Run("put one", func(b *testing.B) {
		times := timed(b, func() error { return c.PutSummaries("u", all[n-1:]) })
		if median := times[len(times)/2]; median > searchMost {
			b.Errorf("keeping one takes %v, more than %v", median, searchMost)
		}
	})
}

// timed gives how long each of at least five times took, in order.
func timed(b *testing.B, f func() error) []time.Duration {
	var times []time.Duration
	once := func() {
		since := time.Now()
		if err := f(); err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(since))
	}
	for b.Loop() {
		once()
	}
	for len(times) < 5 {
		once()
	}
	slices.Sort(times)
	return times
}

func BenchmarkPut500(b *testing.B) {
	c := open(b, options(b))
	var all []wire.VisuraSummary
	for i := range 500 {
		all = append(all, summary(i))
	}
	for b.Loop() {
		if err := c.PutSummaries("u", all); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSeal1KiB(b *testing.B) {
	x, err := newBox(testKey)
	if err != nil {
		b.Fatal(err)
	}
	value := make([]byte, 1024)
	b.SetBytes(1024)
	for b.Loop() {
		if _, err := x.open(x.seal(value, "place", testKey), "place", testKey); err != nil {
			b.Fatal(err)
		}
	}
}
