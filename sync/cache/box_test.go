package cache

import (
	"bytes"
	"errors"
	"testing"

	"go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"indagor/sync/wire"
)

func TestTampering(t *testing.T) {
	o := options(t)
	c := open(t, o)
	if err := c.PutSummaries("u", []wire.VisuraSummary{summary(1), summary(2)}); err != nil {
		t.Fatal(err)
	}
	if err := c.PutTable(wire.TableInfo{Name: "t"}, []byte("content")); err != nil {
		t.Fatal(err)
	}
	if err := c.SetSetting("", "s", 1); err != nil {
		t.Fatal(err)
	}
	swap := func(change func(b *bbolt.Bucket) error, path ...[]byte) {
		t.Helper()
		err := c.db.Update(func(tx *bbolt.Tx) error {
			b := tx.Bucket(path[0])
			for _, p := range path[1:] {
				b = b.Bucket(p)
			}
			return change(b)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	clear(c.order)
	// Two values change places.
	swap(func(b *bbolt.Bucket) error {
		k1, v1 := b.Cursor().First()
		k2, v2 := b.Cursor().Last()
		v1, v2 = bytes.Clone(v1), bytes.Clone(v2)
		if err := b.Put(bytes.Clone(k1), v2); err != nil {
			return err
		}
		return b.Put(bytes.Clone(k2), v1)
	}, bucketArchive, c.shelfName("u"), bucketSummary)
	if l, err := c.Search("u", wire.ArchiveQuery{}); !errors.Is(err, ErrDamaged) || len(l.Items) != 0 {
		t.Errorf("swapped: %v, %v", l, err)
	}
	flip := func(b *bbolt.Bucket) error {
		k, v := b.Cursor().First()
		v = bytes.Clone(v)
		v[len(v)-1] ^= 1
		return b.Put(bytes.Clone(k), v)
	}
	swap(flip, bucketTable)
	if b, ok, err := c.Table("t"); !errors.Is(err, ErrDamaged) || ok || b != nil {
		t.Errorf("table: %q, %v, %v", b, ok, err)
	}
	swap(flip, bucketInfo)
	if _, err := c.Tables(); !errors.Is(err, ErrDamaged) {
		t.Errorf("tables: %v", err)
	}
	swap(flip, bucketSettings)
	var n int
	if ok, err := c.Setting("", "s", &n); !errors.Is(err, ErrDamaged) || ok || n != 0 {
		t.Errorf("setting: %v, %v", ok, err)
	}
	swap(func(b *bbolt.Bucket) error { return b.Delete([]byte("canary")) }, bucketMeta)
	c.Close()
	if _, err := Open(o); !errors.Is(err, ErrWrongKey) {
		t.Errorf("without canary: %v", err)
	}
}

// TestAnotherKeyNeverOpens seals under one key and opens under another.
func TestAnotherKeyNeverOpens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k1 := rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "key")
		k2 := rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "other")
		value := rapid.SliceOf(rapid.Byte()).Draw(t, "value")
		place, key := rapid.String().Draw(t, "place"), rapid.SliceOf(rapid.Byte()).Draw(t, "at")
		b1, err := newBox(k1)
		if err != nil {
			t.Fatal(err)
		}
		b2, err := newBox(k2)
		if err != nil {
			t.Fatal(err)
		}
		sealed := b1.seal(value, place, key)
		if got, err := b1.open(sealed, place, key); err != nil || !bytes.Equal(got, value) {
			t.Fatalf("%v, %v", got, err)
		}
		if !bytes.Equal(k1, k2) {
			if got, err := b2.open(sealed, place, key); err == nil || got != nil {
				t.Fatal("another key opens")
			}
		}
		if got, err := b1.open(sealed, place+"x", key); err == nil || got != nil {
			t.Fatal("opens in another place")
		}
		if got, err := b1.open(sealed, place, append(key, 'x')); err == nil || got != nil {
			t.Fatal("opens under another key of the bucket")
		}
		i := rapid.IntRange(0, len(sealed)-1).Draw(t, "byte")
		sealed[i] ^= byte(rapid.IntRange(1, 255).Draw(t, "flip"))
		if got, err := b1.open(sealed, place, key); err == nil || got != nil {
			t.Fatal("opens though changed")
		}
	})
}

func FuzzOpen(f *testing.F) {
	b, err := newBox(testKey)
	if err != nil {
		f.Fatal(err)
	}
	good := b.seal([]byte("value"), "place", []byte("key"))
	f.Add(good)
	f.Add([]byte(magic))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, raw []byte) {
		v, err := b.open(raw, "place", []byte("key"))
		if err == nil && string(v) != "value" { // the seeds of other processes open too
			t.Fatalf("%q", v)
		}
		if err != nil && (v != nil || !errors.Is(err, ErrDamaged)) {
			t.Fatalf("%q, %v", v, err)
		}
	})
}
