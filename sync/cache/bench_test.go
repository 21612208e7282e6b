package cache

import (
	"slices"
	"testing"

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
