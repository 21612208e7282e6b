package cache

import (
	"errors"
	"slices"
	"testing"

	"go.etcd.io/bbolt"

	"indagor/app"
	"indagor/sync/wire"
)

// TestLacking: the cards that are missing are named newest first, until they
// are here, or what they belong to is gone.
func TestLacking(t *testing.T) {
	c := open(t, options(t))
	want := func(most int, ids ...app.ID) {
		t.Helper()
		if got, err := c.Lacking("u", most); err != nil || !slices.Equal(got, ids) {
			t.Errorf("lacking %v, %v, want %v", got, err, ids)
		}
	}
	put := func(v wire.VisuraSummary) {
		t.Helper()
		if err := c.PutSummaries("u", []wire.VisuraSummary{v}); err != nil {
			t.Fatal(err)
		}
	}
	want(10)
	running := summary(5)
	running.State, running.Outcome, running.Ended = app.VisuraRunning, "", nil
	for n := range 5 {
		put(summary(n))
	}
	put(running)
	want(10, "v0004", "v0003", "v0002", "v0001", "v0000")
	want(2, "v0004", "v0003")
	if err := c.PutVisura("u", wire.Visura{VisuraSummary: summary(3), Card: &app.Card{}}); err != nil {
		t.Fatal(err)
	}
	put(summary(3)) // listed again it is here still
	if err := c.PutVisura("u", wire.Visura{VisuraSummary: running}); err != nil {
		t.Fatal(err)
	}
	want(10, "v0004", "v0002", "v0001", "v0000")
	put(summary(5)) // has ended since
	put(running)    // as an answer that is late
	want(10, "v0005", "v0004", "v0002", "v0001", "v0000")
	if l, err := c.Search("u", wire.ArchiveQuery{State: app.VisuraRunning}); err != nil || len(l.Items) != 0 {
		t.Errorf("running: %v, %v", l.Items, err)
	}
	if err := c.Drop("u", "v0004", "v0000"); err != nil {
		t.Fatal(err)
	}
	want(10, "v0005", "v0002", "v0001")
	if l, err := c.Search("u", wire.ArchiveQuery{}); err != nil || len(l.Items) != 4 {
		t.Errorf("after a drop: %v, %v", l.Items, err)
	}
}

// TestPerson: whoever was asked about is found by code, ANPR id and words of the
// name, in whatever form the request or the register had them.
func TestPerson(t *testing.T) {
	c := open(t, options(t))
	a, b, d := summary(1), summary(2), summary(3)
	a.Subject, a.SubjectName = app.Subject{FiscalCode: "RSSMRA80A01H501U"}, "D'Alò Mario"
	b.Subject, b.SubjectName, b.SubjectCode, b.SubjectID = app.Subject{Identity: &app.Identity{Surname: "Rossi", Name: "Mario"}}, "", "RSSMRA80A01H501U", "AF41450AS"
	d.Subject, d.SubjectName = app.Subject{IDANPR: "AF41450AS"}, ""
	if err := c.PutSummaries("u", []wire.VisuraSummary{a, b, d}); err != nil {
		t.Fatal(err)
	}
	look := func(person string, ids ...app.ID) {
		t.Helper()
		l, err := c.Search("u", wire.ArchiveQuery{Person: person})
		var got []app.ID
		for _, v := range l.Items {
			got = append(got, v.ID)
		}
		if err != nil || !slices.Equal(got, ids) {
			t.Errorf("%q finds %v, %v, want %v", person, got, err, ids)
		}
	}
	look("rssmra80a01h501u", b.ID, a.ID)
	look("AF41450AS", d.ID, b.ID)
	look("mario", b.ID, a.ID)
	look("Mario D'Alo", a.ID)
	look("rossi mario", b.ID)
	look("rossi alo")
	look("ross")
	if _, err := c.Search("u", wire.ArchiveQuery{Person: "?"}); app.CodeOf(err) != app.CodeMalformed {
		t.Errorf("%v", err)
	}
	b.Subject, b.SubjectCode, b.SubjectID = app.Subject{FiscalCode: "VRDGPP80A01H501U"}, "", ""
	if err := c.PutSummaries("u", []wire.VisuraSummary{b}); err != nil {
		t.Fatal(err)
	}
	look("mario", a.ID)
	look("vrdgpp80a01h501u", b.ID)
}

// TestPurposes: those that occur are named as they were called last.
func TestPurposes(t *testing.T) {
	c := open(t, options(t))
	if p, err := c.Purposes("u"); err != nil || len(p) != 0 {
		t.Errorf("%v, %v", p, err)
	}
	var all []wire.VisuraSummary
	for n := range 6 {
		v := summary(n)
		v.Purpose, v.PurposeName = "p1", "before"
		switch {
		case n == 2:
			v.Purpose, v.PurposeName = "p2", "other"
		case n > 3:
			v.PurposeName = "after"
		}
		all = append(all, v)
	}
	if err := c.PutSummaries("u", all); err != nil {
		t.Fatal(err)
	}
	if p, err := c.Purposes("u"); err != nil || len(p) != 2 || p[0].ID != "p1" || p[0].Name != "after" || p[1].Name != "other" {
		t.Errorf("%v, %v", p, err)
	}
}

// TestFormerShelf: an archive that a version without rows has kept is none, and
// is filled anew.
func TestFormerShelf(t *testing.T) {
	c := open(t, options(t))
	if err := c.PutSummaries("u", []wire.VisuraSummary{summary(1)}); err != nil {
		t.Fatal(err)
	}
	if err := c.SetMark("u", start); err != nil {
		t.Fatal(err)
	}
	if err := c.update(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketArchive).Bucket(c.shelfName("u")).DeleteBucket(bucketRow)
	}); err != nil {
		t.Fatal(err)
	}
	if at, err := c.Mark("u"); err != nil || !at.IsZero() {
		t.Errorf("%v, %v", at, err)
	}
	if err := c.Drop("u", "v0001"); err != nil {
		t.Error(err)
	}
	if err := c.PutSummaries("u", []wire.VisuraSummary{summary(2)}); err != nil {
		t.Fatal(err)
	}
	if l, err := c.Search("u", wire.ArchiveQuery{}); err != nil || len(l.Items) != 1 || l.Items[0].ID != "v0002" {
		t.Errorf("%v, %v", l.Items, err)
	}
}

// TestRowsOfAnotherShape: what is no row is damage, not a fault of the program.
func TestRowsOfAnotherShape(t *testing.T) {
	whole := rowOf(summary(7)).bytes()
	if r, err := parseRow(whole); err != nil || r != rowOf(summary(7)) {
		t.Errorf("%+v, %v", r, err)
	}
	for n := range whole {
		if _, err := parseRow(whole[:n]); !errors.Is(err, ErrDamaged) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}
