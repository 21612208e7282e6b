package cache

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"indagor/app"
	"indagor/sync/wire"
)

var testKey = bytes.Repeat([]byte{7}, 32)

func options(t testing.TB) Options {
	t.Helper()
	return Options{Path: filepath.Join(t.TempDir(), "new", "copy.db"), Key: testKey, Location: time.UTC, Timeout: 20 * time.Millisecond}
}

func open(t testing.TB, o Options) *Cache {
	t.Helper()
	c, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

var start = time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)

func summary(n int) wire.VisuraSummary {
	ended := start.Add(time.Duration(n)*time.Hour + time.Minute)
	return wire.VisuraSummary{
		ID: app.ID(fmt.Sprintf("v%04d", n)), Type: app.VisuraResidenza, State: app.VisuraDone, Outcome: app.OutcomeFound,
		Subject: app.Subject{FiscalCode: fmt.Sprintf("RSSMRA80A01H5%02dU", n%10)}, SubjectName: "Rossi Mario",
		Purpose: "p1", FileReference: fmt.Sprintf("Prot. %d/2026", n), Created: start.Add(time.Duration(n) * time.Hour), Ended: &ended,
	}
}

func TestKept(t *testing.T) {
	o := options(t)
	c := open(t, o)
	v := wire.Visura{VisuraSummary: summary(1), Steps: []app.Step{}, Card: &app.Card{Answer: []app.CardField{{Label: "field.address", Value: "Via Roma 1"}}, Groups: []app.CardGroup{}}}
	if err := c.PutVisura("anna", v); err != nil {
		t.Fatal(err)
	}
	if err := c.PutTable(wire.TableInfo{Name: "tab01", Version: "x1", Size: 3}, []byte("abc")); err != nil {
		t.Fatal(err)
	}
	if err := c.SetSetting("", "username", "anna"); err != nil {
		t.Fatal(err)
	}
	if err := c.SetSetting("anna", "window", []int{1, 2}); err != nil {
		t.Fatal(err)
	}
	if err := c.SetMark("anna", start); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}

	c = open(t, o)
	got, ok, err := c.Visura("anna", v.ID)
	if err != nil || !ok || cmp.Diff(v, got) != "" {
		t.Errorf("%v, %v\n%s", ok, err, cmp.Diff(v, got))
	}
	if _, ok, err := c.Visura("bruno", v.ID); ok || err != nil {
		t.Errorf("another user's: %v, %v", ok, err)
	}
	if l, err := c.Search("bruno", wire.ArchiveQuery{}); err != nil || len(l.Items) != 0 {
		t.Errorf("another user's: %v, %v", l, err)
	}
	if b, ok, err := c.Table("tab01"); err != nil || !ok || string(b) != "abc" {
		t.Errorf("%q, %v, %v", b, ok, err)
	}
	if _, ok, err := c.Table("tab02"); ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
	if m, err := c.Tables(); err != nil || len(m) != 1 || m["tab01"] != "x1" {
		t.Errorf("%v, %v", m, err)
	}
	var name string
	if ok, err := c.Setting("", "username", &name); err != nil || !ok || name != "anna" {
		t.Errorf("%q, %v, %v", name, ok, err)
	}
	if ok, err := c.Setting("anna", "username", &name); err != nil || ok {
		t.Errorf("%v, %v", ok, err)
	}
	if at, err := c.Mark("anna"); err != nil || !at.Equal(start) {
		t.Errorf("%v, %v", at, err)
	}
	if at, err := c.Mark("bruno"); err != nil || !at.IsZero() {
		t.Errorf("%v, %v", at, err)
	}
	if err := c.Drop("anna", v.ID); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := c.Visura("anna", v.ID); ok || err != nil {
		t.Errorf("dropped: %v, %v", ok, err)
	}
	if l, err := c.Search("anna", wire.ArchiveQuery{FiscalCode: v.Subject.FiscalCode}); err != nil || len(l.Items) != 0 {
		t.Errorf("dropped: %v, %v", l, err)
	}
	if err := c.PutVisura("anna", v); err != nil {
		t.Fatal(err)
	}
	if err := c.Forget("anna"); err != nil {
		t.Fatal(err)
	}
	if l, err := c.Search("anna", wire.ArchiveQuery{}); err != nil || len(l.Items) != 0 {
		t.Errorf("forgotten: %v, %v", l, err)
	}
	if err := c.Forget("nobody"); err != nil {
		t.Error(err)
	}
	if err := c.PutSummaries("", []wire.VisuraSummary{summary(1)}); err == nil {
		t.Error("an archive of nobody")
	}
	if err := c.PutSummaries("anna", []wire.VisuraSummary{{}}); err == nil {
		t.Error("a visura without id")
	}
}

func TestEndedStaysEnded(t *testing.T) {
	c := open(t, options(t))
	running := wire.Visura{VisuraSummary: summary(1)}
	running.State, running.Outcome, running.Ended = app.VisuraRunning, "", nil
	done := wire.Visura{VisuraSummary: summary(1), Card: &app.Card{}}
	if err := c.PutVisura("u", running); err != nil {
		t.Fatal(err)
	}
	if err := c.PutSummaries("u", []wire.VisuraSummary{done.VisuraSummary}); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := c.Visura("u", "v0001"); ok || err != nil {
		t.Errorf("a visura that has ended without its card: %v, %v", ok, err)
	}
	for _, v := range []wire.Visura{done, running} {
		if err := c.PutVisura("u", v); err != nil {
			t.Fatal(err)
		}
	}
	if v, ok, err := c.Visura("u", "v0001"); !ok || err != nil || v.State != app.VisuraDone || v.Card == nil {
		t.Errorf("%+v, %v, %v", v, ok, err)
	}
}

func TestSearch(t *testing.T) {
	c := open(t, options(t))
	var all []wire.VisuraSummary
	for n := range 40 {
		v := summary(n)
		switch {
		case n%4 == 1:
			v.Type, v.Outcome = app.VisuraFamiglia, app.OutcomeNotFound
		case n%4 == 2:
			v.Purpose = "p2"
		case n%4 == 3:
			v.Subject = app.Subject{IDANPR: "AA00000AA"}
		}
		all = append(all, v)
	}
	if err := c.PutSummaries("u", all[:20]); err != nil {
		t.Fatal(err)
	}
	if l, err := c.Search("u", wire.ArchiveQuery{}); err != nil || len(l.Items) != 20 || l.Next != "" {
		t.Fatalf("%v, %v", l, err)
	}
	if err := c.PutSummaries("u", all[20:]); err != nil { // the order is loaded by now
		t.Fatal(err)
	}
	since := start.Add(38 * time.Hour)
	for name, x := range map[string]struct {
		q    wire.ArchiveQuery
		want func(wire.VisuraSummary) bool
	}{
		"all":     {wire.ArchiveQuery{}, func(wire.VisuraSummary) bool { return true }},
		"person":  {wire.ArchiveQuery{FiscalCode: " rssmra80a01h504u"}, func(v wire.VisuraSummary) bool { return v.Subject.FiscalCode == "RSSMRA80A01H504U" }},
		"nobody":  {wire.ArchiveQuery{FiscalCode: "X"}, func(wire.VisuraSummary) bool { return false }},
		"type":    {wire.ArchiveQuery{Type: app.VisuraFamiglia}, func(v wire.VisuraSummary) bool { return v.Type == app.VisuraFamiglia }},
		"outcome": {wire.ArchiveQuery{Outcome: app.OutcomeNotFound}, func(v wire.VisuraSummary) bool { return v.Outcome == app.OutcomeNotFound }},
		"purpose": {wire.ArchiveQuery{Purpose: "p2"}, func(v wire.VisuraSummary) bool { return v.Purpose == "p2" }},
		"file":    {wire.ArchiveQuery{File: "PROT. 1"}, func(v wire.VisuraSummary) bool { return strings.HasPrefix(v.FileReference, "Prot. 1") }},
		"period":  {wire.ArchiveQuery{From: "2026-11-02", Until: "2026-11-02"}, func(v wire.VisuraSummary) bool { return v.Created.Day() == 2 }},
		"from":    {wire.ArchiveQuery{From: "2026-11-02"}, func(v wire.VisuraSummary) bool { return v.Created.Day() >= 2 }},
		"since":   {wire.ArchiveQuery{Since: &since}, func(v wire.VisuraSummary) bool { return !v.Created.Before(since) }},
		"several": {wire.ArchiveQuery{Type: app.VisuraResidenza, Purpose: "p2", From: "2026-11-02"}, func(v wire.VisuraSummary) bool { return v.Purpose == "p2" && v.Created.Day() >= 2 }},
		"p, period": {wire.ArchiveQuery{FiscalCode: "RSSMRA80A01H504U", Until: "2026-11-01"}, func(v wire.VisuraSummary) bool {
			return v.Subject.FiscalCode == "RSSMRA80A01H504U" && v.Created.Day() == 1
		}},
	} {
		var want, got []app.ID
		for _, v := range slices.Backward(all) {
			if x.want(v) {
				want = append(want, v.ID)
			}
		}
		for _, limit := range []int{0, 1, 3} {
			got = nil
			q := x.q
			q.Limit = limit
			for {
				l, err := c.Search("u", q)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				for _, v := range l.Items {
					got = append(got, v.ID)
				}
				if limit > 0 && len(l.Items) > limit {
					t.Errorf("%s: a page of %d", name, len(l.Items))
				}
				if q.Cursor = l.Next; l.Next == "" {
					break
				}
				if !Own(l.Next) {
					t.Errorf("cursor %q", l.Next)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s by %d: %v, want %v", name, limit, got, want)
			}
		}
	}
	for _, cursor := range []string{"x", "copy:", "copy:1", "copy:x:y", "copy:1:"} {
		if _, err := c.Search("u", wire.ArchiveQuery{Cursor: cursor}); !errors.Is(err, ErrCursor) {
			t.Errorf("%q: %v", cursor, err)
		}
	}
	for _, q := range []wire.ArchiveQuery{{From: "yesterday"}, {Until: "2026-02-30"}} {
		if _, err := c.Search("u", q); app.CodeOf(err) != app.CodeDate {
			t.Errorf("%+v: %v", q, err)
		}
	}
}

func TestOneAtATime(t *testing.T) {
	o := options(t)
	c := open(t, o)
	if _, err := Open(o); !errors.Is(err, ErrInUse) {
		t.Errorf("%v", err)
	}
	if err := Reset(o.Path); !errors.Is(err, ErrInUse) {
		t.Errorf("%v", err)
	}
	c.Close()
	open(t, o)
}

func TestKeyFailsClosed(t *testing.T) {
	o := options(t)
	c := open(t, o)
	if err := c.PutSummaries("u", []wire.VisuraSummary{summary(1)}); err != nil {
		t.Fatal(err)
	}
	c.Close()
	for _, key := range [][]byte{nil, {}, testKey[:31], append(bytes.Clone(testKey), 0), bytes.Repeat([]byte{8}, 32)} {
		bad := o
		bad.Key = key
		if _, err := Open(bad); !errors.Is(err, ErrWrongKey) {
			t.Errorf("key of %d bytes: %v", len(key), err)
		}
	}
	open(t, o).Close() // it was not harmed
	if err := Reset(o.Path); err != nil {
		t.Fatal(err)
	}
	fresh := o
	fresh.Key = bytes.Repeat([]byte{8}, 32)
	if l, err := open(t, fresh).Search("u", wire.ArchiveQuery{}); err != nil || len(l.Items) != 0 {
		t.Errorf("%v, %v", l, err)
	}
	if err := Reset(filepath.Join(t.TempDir(), "nothing")); err != nil {
		t.Error(err)
	}
}

func TestFileTellsNothing(t *testing.T) {
	o := options(t)
	c := open(t, o)
	v := summary(4)
	if err := c.PutVisura("useranna", wire.Visura{VisuraSummary: v}); err != nil {
		t.Fatal(err)
	}
	if err := c.SetSetting("useranna", "lastpurpose", "secretpurpose"); err != nil {
		t.Fatal(err)
	}
	c.Close()
	raw, err := os.ReadFile(o.Path)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{v.Subject.FiscalCode, "Rossi", string(v.ID), "useranna", "residenza", "Prot.", "secretpurpose", "lastpurpose", "2026-11"} {
		if bytes.Contains(raw, []byte(s)) {
			t.Errorf("the file tells %q", s)
		}
	}
	if runtime.GOOS != "windows" {
		if info, err := os.Stat(o.Path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
	}
}

func TestForeignFiles(t *testing.T) {
	o := options(t)
	if err := os.MkdirAll(filepath.Dir(o.Path), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"text": []byte("this is a text, no copy"), "zeros": make([]byte, 1<<16), "short": {1},
	} {
		if err := os.WriteFile(o.Path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(o); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
		if err := Reset(o.Path); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	db, err := bbolt.Open(o.Path, 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("theirs")); return err })
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	if _, err := Open(o); !errors.Is(err, ErrDamaged) {
		t.Errorf("another program's: %v", err)
	}
	o.Path = t.TempDir() // a folder
	if _, err := Open(o); err == nil || errors.Is(err, ErrDamaged) {
		t.Errorf("a folder: %v", err)
	}
}

// TestModel plays random histories against the cache and against a map.
func TestModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "copy")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		o := Options{Path: filepath.Join(dir, "c.db"), Key: testKey, Location: time.UTC, Timeout: time.Second}
		c, err := Open(o)
		if err != nil {
			t.Fatal(err)
		}
		c.db.NoSync = true // the disk is not what is tried here
		defer func() { c.Close() }()
		users := []app.ID{"a", "b"}
		model := map[app.ID]map[app.ID]wire.VisuraSummary{"a": {}, "b": {}}
		user := rapid.SampledFrom(users)
		number := rapid.IntRange(0, 12)
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				u := user.Draw(t, "user")
				var list []wire.VisuraSummary
				for _, n := range rapid.SliceOfN(number, 1, 4).Draw(t, "numbers") {
					v := summary(n)
					v.SubjectName = rapid.String().Draw(t, "name")
					v.SubjectName = strings.ToValidUTF8(v.SubjectName, "?")
					list = append(list, v)
					model[u][v.ID] = v
				}
				if err := c.PutSummaries(u, list); err != nil {
					t.Fatal(err)
				}
			},
			"drop": func(t *rapid.T) {
				u, id := user.Draw(t, "user"), summary(number.Draw(t, "number")).ID
				delete(model[u], id)
				if err := c.Drop(u, id); err != nil {
					t.Fatal(err)
				}
			},
			"reopen": func(t *rapid.T) {
				c.Close()
				if c, err = Open(o); err != nil {
					t.Fatal(err)
				}
				c.db.NoSync = true
			},
			"": func(t *rapid.T) {
				for _, u := range users {
					l, err := c.Search(u, wire.ArchiveQuery{})
					if err != nil {
						t.Fatal(err)
					}
					if len(l.Items) != len(model[u]) {
						t.Fatalf("%s: %d rows, want %d", u, len(l.Items), len(model[u]))
					}
					for i, v := range l.Items {
						if d := cmp.Diff(model[u][v.ID], v); d != "" {
							t.Fatal(d)
						}
						if i > 0 && v.Created.After(l.Items[i-1].Created) {
							t.Fatal("not newest first")
						}
						byPerson, err := c.Search(u, wire.ArchiveQuery{FiscalCode: v.Subject.FiscalCode})
						if err != nil || !slices.ContainsFunc(byPerson.Items, func(w wire.VisuraSummary) bool { return w.ID == v.ID }) {
							t.Fatalf("not found by person: %v", err)
						}
					}
				}
			},
		})
	})
}

func TestTogether(t *testing.T) {
	c := open(t, options(t))
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for n := range 10 {
				if err := c.PutSummaries("u", []wire.VisuraSummary{summary(w*10 + n)}); err != nil {
					t.Error(err)
				}
				if _, err := c.Search("u", wire.ArchiveQuery{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if l, err := c.Search("u", wire.ArchiveQuery{}); err != nil || len(l.Items) != 40 {
		t.Errorf("%d, %v", len(l.Items), err)
	}
}
