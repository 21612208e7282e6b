package cache

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"indagor/app"
	"indagor/sync/wire"
)

// list is the n-th list of persons, which has ended.
func list(n int) wire.Job {
	started, ended := start.Add(time.Duration(n)*time.Hour+time.Minute), start.Add(time.Duration(n)*time.Hour+time.Hour/2)
	return wire.Job{
		ID: app.ID(fmt.Sprintf("j%04d", n)), Service: app.ServiceEnrichment, State: app.JobDone, Name: fmt.Sprintf("Elenco %d.csv", n),
		Header: []string{"CF"}, Mapping: []string{"fiscal_code"}, Fields: []string{}, Purpose: "p1", PurposeName: "Tributi", FileReference: fmt.Sprintf("Prot. %d/2026", n),
		Created: start.Add(time.Duration(n) * time.Hour), Started: &started, Ended: &ended, Counts: app.JobCounts{Rows: 2, Outcomes: map[app.Outcome]int{app.OutcomeFound: 2}},
	}
}

func putJobs(t *testing.T, c *Cache, jobs ...wire.Job) {
	t.Helper()
	if _, err := c.PutJobs("u", jobs...); err != nil {
		t.Fatal(err)
	}
}

func putResult(t *testing.T, c *Cache, j wire.Job, text string) {
	t.Helper()
	if err := c.PutResult("u", j, func(w io.Writer) (string, error) {
		_, err := io.Copy(w, strings.NewReader(text))
		return string(j.ID) + ".csv", err
	}); err != nil {
		t.Fatal(err)
	}
}

func ids(jobs []wire.Job) string {
	var out []string
	for _, j := range jobs {
		out = append(out, string(j.ID))
	}
	return strings.Join(out, " ")
}

func lacking(t *testing.T, c *Cache) string {
	t.Helper()
	jobs, err := c.LackingResults("u")
	if err != nil {
		t.Fatal(err)
	}
	return ids(jobs)
}

// held is the result that the copy gives, "-" where it gives none.
func held(t *testing.T, c *Cache, id app.ID) string {
	t.Helper()
	var b bytes.Buffer
	name, ok, err := c.Result("u", id, &b)
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		return "-"
	}
	if name != string(id)+".csv" {
		t.Errorf("the file is called %q", name)
	}
	return b.String()
}

func TestJobs(t *testing.T) {
	c := open(t, options(t))
	ready := list(4)
	ready.State, ready.Started, ready.Ended, ready.FileReference, ready.Purpose, ready.Counts.Outcomes = app.JobReady, nil, nil, "", "", nil
	families, stopped := list(2), list(3)
	families.Service, families.Counts.Outcomes = app.ServiceHousehold, map[app.Outcome]int{app.OutcomeNotFound: 1}
	stopped.State, stopped.Purpose = app.JobStopped, "p2"
	putJobs(t, c, list(0), list(1), families, stopped, ready)
	putResult(t, c, list(1), "CF;Esito;Nota\r\nrssmra80a01h501u;Trovata;XY1234567\r\n")
	putResult(t, c, families, "CF;Membro\r\nBNCLRA80A41H501U;RSSMRA80A01H501U")
	for what, x := range map[string]struct {
		q    wire.JobQuery
		want string
	}{
		"all":             {wire.JobQuery{}, "j0004 j0003 j0002 j0001 j0000"},
		"service":         {wire.JobQuery{Service: app.ServiceHousehold}, "j0002"},
		"state":           {wire.JobQuery{State: app.JobStopped}, "j0003"},
		"purpose":         {wire.JobQuery{Purpose: "p2"}, "j0003"},
		"outcome":         {wire.JobQuery{Outcome: app.OutcomeNotFound}, "j0002"},
		"file":            {wire.JobQuery{Text: "elenco 1"}, "j0001"},
		"reference":       {wire.JobQuery{Text: "prot. 3"}, "j0003"},
		"from":            {wire.JobQuery{From: "2026-11-02"}, ""},
		"until":           {wire.JobQuery{Until: "2026-10-31"}, ""},
		"that day":        {wire.JobQuery{From: "2026-11-01", Until: "2026-11-01", State: app.JobReady}, "j0004"},
		"person":          {wire.JobQuery{Person: " rssmra80a01h501U "}, "j0002 j0001"},
		"member":          {wire.JobQuery{Person: "BNCLRA80A41H501U"}, "j0002"},
		"part of a word":  {wire.JobQuery{Person: "Y1234567"}, ""},
		"id":              {wire.JobQuery{Person: "XY1234567"}, "j0001"},
		"person, service": {wire.JobQuery{Person: "RSSMRA80A01H501U", Service: app.ServiceEnrichment}, "j0001"},
	} {
		if got, err := c.Jobs("u", x.q); err != nil || ids(got.Items) != x.want || got.Next != "" {
			t.Errorf("%s: %q %q, %v, want %q", what, ids(got.Items), got.Next, err, x.want)
		}
	}
	var pages []string
	q := wire.JobQuery{Limit: 2}
	for {
		got, err := c.Jobs("u", q)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, ids(got.Items))
		if q.Cursor = got.Next; got.Next == "" {
			break
		}
		if !Own(got.Next) {
			t.Fatalf("a cursor like the server's: %q", got.Next)
		}
	}
	if !slices.Equal(pages, []string{"j0004 j0003", "j0002 j0001", "j0000"}) {
		t.Errorf("pages %q", pages)
	}
	if _, err := c.Jobs("u", wire.JobQuery{Cursor: "of the server"}); !errors.Is(err, ErrCursor) {
		t.Errorf("a cursor of somebody else: %v", err)
	}
	if _, err := c.Jobs("u", wire.JobQuery{From: "yesterday"}); app.CodeOf(err) != app.CodeDate {
		t.Errorf("no day: %v", err)
	}
	for _, user := range []app.ID{"u", "another"} {
		j, ok, err := c.Job(user, "j0003")
		if err != nil || ok != (user == "u") || ok && j.State != app.JobStopped {
			t.Errorf("%s: %v %v %v", user, j.State, ok, err)
		}
	}
	if got, err := c.Jobs("another", wire.JobQuery{}); err != nil || len(got.Items) != 0 {
		t.Errorf("of another: %v, %v", got.Items, err)
	}

	// What the server does not list any more is gone, with its result.
	if err := c.SetJobs("u", []wire.Job{list(0), families}); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Jobs("u", wire.JobQuery{}); err != nil || ids(got.Items) != "j0002 j0000" {
		t.Errorf("set: %q, %v", ids(got.Items), err)
	}
	putJobs(t, c, list(1))
	if got := held(t, c, "j0001"); got != "-" {
		t.Errorf("the result of a list that was gone: %q", got)
	}
	if got := held(t, c, "j0002"); !strings.HasPrefix(got, "CF;Membro") {
		t.Errorf("the result of a list that stayed: %q", got)
	}
	if err := c.DropJob("u", "j0002"); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Jobs("u", wire.JobQuery{}); err != nil || ids(got.Items) != "j0001 j0000" || held(t, c, "j0002") != "-" {
		t.Errorf("dropped: %q, %v", ids(got.Items), err)
	}
}

func TestResults(t *testing.T) {
	o := options(t)
	c := open(t, o)
	running := list(3)
	running.State, running.Ended = app.JobRunning, nil
	putJobs(t, c, list(0), list(1), list(2), running)
	if got := lacking(t, c); got != "j0002 j0001 j0000" {
		t.Errorf("lacking %q", got)
	}
	for _, j := range []wire.Job{list(2), running} {
		if lacks, err := c.PutJobs("u", j); err != nil || lacks != (j.State == app.JobDone) {
			t.Errorf("put %s: lacks %v, %v", j.ID, lacks, err)
		}
	}
	long := strings.Repeat("RSSMRA80A01H501U;Trovata;Torino\r\n", 3*pieceGroup*pieceSize/33)
	putResult(t, c, list(2), long)
	putResult(t, c, list(1), "")
	if got := held(t, c, "j0002"); got != long {
		t.Errorf("%d bytes of %d", len(got), len(long))
	}
	if got := lacking(t, c); got != "j0000" || held(t, c, "j0001") != "-" {
		t.Errorf("lacking %q", got)
	}
	// One that breaks off is as if it had not begun, also where another was here.
	broken := errors.New("broken off")
	for _, j := range []wire.Job{list(0), list(2)} {
		err := c.PutResult("u", j, func(w io.Writer) (string, error) {
			_, err := io.WriteString(w, long)
			return "", errors.Join(err, broken)
		})
		if !errors.Is(err, broken) || held(t, c, j.ID) != "-" {
			t.Errorf("broken off: %v, %d bytes", err, len(held(t, c, j.ID)))
		}
	}
	if n := pieces(t, c); n != 0 {
		t.Errorf("%d pieces are left", n)
	}
	if got := lacking(t, c); got != "j0002 j0000" {
		t.Errorf("lacking %q", got)
	}
	// A list that ran again has another result.
	putResult(t, c, list(2), "first")
	again := list(2)
	later := again.Ended.Add(time.Hour)
	again.State, again.Ended = app.JobRunning, nil
	putJobs(t, c, again)
	if got := held(t, c, "j0002"); got != "-" || lacking(t, c) != "j0000" {
		t.Errorf("while it runs again: %q, lacking %q", got, lacking(t, c))
	}
	again.State, again.Ended = app.JobDone, &later
	putJobs(t, c, again)
	if got := lacking(t, c); got != "j0002 j0000" || held(t, c, "j0002") != "-" {
		t.Errorf("lacking %q", got)
	}
	putResult(t, c, again, "second")
	if got := held(t, c, "j0002"); got != "second" {
		t.Errorf("held %q", got)
	}
	// Whose list goes while it comes leaves nothing.
	err := c.PutResult("u", list(0), func(w io.Writer) (string, error) {
		_, err := io.WriteString(w, long)
		return "", errors.Join(err, c.DropJob("u", "j0000"))
	})
	if err != nil || pieces(t, c) != 1 {
		t.Errorf("gone meanwhile: %v, %d pieces", err, pieces(t, c))
	}
	if err := c.PutResult("u", running, nil); err == nil {
		t.Error("the result of a list that runs was taken")
	}
	// What is kept says nothing in clear, and opens again.
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if raw, err := os.ReadFile(o.Path); err != nil || bytes.Contains(raw, []byte("RSSMRA80A01H501U")) || bytes.Contains(raw, []byte("Elenco")) || bytes.Contains(raw, []byte("j0002")) {
		t.Errorf("in clear, or %v", err)
	}
	c = open(t, o)
	if got := held(t, c, "j0002"); got != "second" {
		t.Errorf("opened again: %q", got)
	}
	if err := c.Forget("u"); err != nil || held(t, c, "j0002") != "-" || pieces(t, c) != 0 {
		t.Errorf("forgotten: %v", err)
	}
}

// pieces counts those of all results of u.
func pieces(t *testing.T, c *Cache) (n int) {
	t.Helper()
	if err := c.view(func(tx *bbolt.Tx) error {
		if s := c.shelf(tx, "u"); s.result != nil {
			return s.result.ForEach(func(_, _ []byte) error { n++; return nil })
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestResultsHaveRoom: a result that is too long is not fetched again, and what
// is held beyond the room goes, the oldest first.
func TestResultsHaveRoom(t *testing.T) {
	c := open(t, options(t))
	c.mostResult, c.mostHeld = 100, 250
	putJobs(t, c, list(0), list(1), list(2), list(3))
	text := func(n int) string { return strings.Repeat("x", n) }
	putResult(t, c, list(3), text(101))
	if got := lacking(t, c); got != "j0002 j0001 j0000" || held(t, c, "j0003") != "-" || pieces(t, c) != 0 {
		t.Errorf("too long: lacking %q, %d pieces", got, pieces(t, c))
	}
	putResult(t, c, list(0), text(100))
	putResult(t, c, list(1), text(100))
	putResult(t, c, list(2), text(100))
	if held(t, c, "j0000") != "-" || held(t, c, "j0001") != text(100) || held(t, c, "j0002") != text(100) || lacking(t, c) != "" {
		t.Errorf("the oldest is held still, or lacks: %q", lacking(t, c))
	}
}

// TestShelfOfBefore: a copy that knew no lists yet tells that it has none, and
// takes some.
func TestShelfOfBefore(t *testing.T) {
	c := open(t, options(t))
	if err := c.PutSummaries("u", []wire.VisuraSummary{summary(1)}); err != nil {
		t.Fatal(err)
	}
	if err := c.update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucketArchive).Bucket(c.shelfName("u"))
		return errors.Join(b.DeleteBucket(bucketJob), b.DeleteBucket(bucketResult))
	}); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Jobs("u", wire.JobQuery{}); err != nil || len(got.Items) != 0 || held(t, c, "j0001") != "-" || lacking(t, c) != "" {
		t.Errorf("%v, %v", got, err)
	}
	if err := c.DropJob("u", "j0001"); err != nil {
		t.Error(err)
	}
	putJobs(t, c, list(1))
	putResult(t, c, list(1), "text")
	if got := held(t, c, "j0001"); got != "text" {
		t.Errorf("held %q", got)
	}
	if got, err := c.Search("u", wire.ArchiveQuery{}); err != nil || len(got.Items) != 1 {
		t.Errorf("the archive: %v, %v", got, err)
	}
}

// TestDamagedResult: of a result of which a piece is gone or was changed
// nothing passes for the whole.
func TestDamagedResult(t *testing.T) {
	for what, harm := range map[string]func(b *bbolt.Bucket, first, second []byte) error{
		"last gone": func(b *bbolt.Bucket, _, second []byte) error { return b.Delete(second) },
		"gone":      func(b *bbolt.Bucket, first, _ []byte) error { return b.Delete(first) },
		"changed":   func(b *bbolt.Bucket, first, _ []byte) error { return b.Put(first, bytes.Repeat([]byte{1}, 100)) },
		"swapped": func(b *bbolt.Bucket, first, second []byte) error {
			return b.Put(first, bytes.Clone(b.Get(second)))
		},
	} {
		t.Run(what, func(t *testing.T) {
			c := open(t, options(t))
			putJobs(t, c, list(1))
			putResult(t, c, list(1), strings.Repeat("x", 2*pieceSize))
			if err := c.update(func(tx *bbolt.Tx) error {
				s := c.shelf(tx, "u")
				key := s.jobKey("j0001")
				return harm(s.result, pieceKey(key, 0), pieceKey(key, 1))
			}); err != nil {
				t.Fatal(err)
			}
			if _, _, err := c.Result("u", "j0001", io.Discard); !errors.Is(err, ErrDamaged) {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestNamesAcrossPieces: wherever pieces begin, a code is found where it is a
// word, and only there.
func TestNamesAcrossPieces(t *testing.T) {
	c := open(t, options(t))
	putJobs(t, c, list(1))
	rapid.Check(t, func(r *rapid.T) {
		words := rapid.SliceOf(rapid.SampledFrom([]string{"AB1", "ab1", "XAB1", "AB12", "A", "B1", "", "È"})).Draw(r, "words")
		lead := rapid.IntRange(pieceSize-12, pieceSize).Draw(r, "lead")
		text := strings.Repeat(".", lead) + strings.Join(words, rapid.SampledFrom([]string{";", "\r\n", "\""}).Draw(r, "between"))
		if err := c.PutResult("u", list(1), func(w io.Writer) (string, error) { _, err := io.WriteString(w, text); return "", err }); err != nil {
			r.Fatal(err)
		}
		got, err := c.Jobs("u", wire.JobQuery{Person: "AB1"})
		want := slices.ContainsFunc(words, func(w string) bool { return strings.ToUpper(w) == "AB1" })
		if err != nil || (len(got.Items) == 1) != want {
			r.Fatalf("%q: found %d, %v", text[lead:], len(got.Items), err)
		}
	})
}
