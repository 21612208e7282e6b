package desk

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"indagor/app"
	"indagor/sync/wire"
)

// listed adds a list of persons that has ended, with its result.
func (f *fake) listed(name, result string) wire.Job {
	f.mu.Lock()
	defer f.mu.Unlock()
	created, ended := f.tick(), f.tick()
	j := wire.Job{
		ID: app.NewID(), Service: app.ServiceEnrichment, State: app.JobDone, Name: name, Header: []string{}, Mapping: []string{}, Fields: []string{},
		Created: created, Started: &created, Ended: &ended,
	}
	f.jobs = append([]wire.Job{j}, f.jobs...)
	f.results[j.ID] = result
	return j
}

func (f *fake) copies() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.copied
}

func jobResult(d *Desk, t *testing.T, in wire.JobResultInput) (text, name string, err error) {
	var b bytes.Buffer
	told := int64(0)
	name, err = d.JobResult(t.Context(), in, &b, func(n int64) { told = n })
	if err == nil && told != int64(b.Len()) {
		t.Errorf("%d bytes are told of %d", told, b.Len())
	}
	return b.String(), name, err
}

// TestListsOffline: while the server is away one's own lists are found and
// read, and the results of those that have ended are had.
func TestListsOffline(t *testing.T) {
	f := newFake(t)
	first := f.listed("primo.csv", "CF;Esito\r\nRSSMRA80A01H501U;Trovata\r\n")
	f.listed("secondo.csv", "CF;Esito\r\n")
	third := f.listed("terzo.csv", "CF;Esito\r\nBNCLRA80A41H501U;Trovata\r\n")
	d := signedIn(t, f, options(t, f))
	for range 2 { // what is here is not fetched again
		if err := d.Sync(t.Context()); err != nil || f.copies() != 3 {
			t.Fatalf("%d results copied, %v", f.copies(), err)
		}
	}
	online, fromCopy, err := d.Jobs(t.Context(), wire.JobQuery{})
	if err != nil || fromCopy || len(online.Items) != 2 || online.Next == "" {
		t.Fatalf("%v, %v, %v", online, fromCopy, err)
	}
	if text, name, err := jobResult(d, t, wire.JobResultInput{ID: third.ID}); err != nil || text != f.results[third.ID] || name == "" || f.copies() != 3 {
		t.Errorf("%q, %q, %v", text, name, err)
	}

	f.set(func() { f.down = true })
	offline, fromCopy, err := d.Jobs(t.Context(), wire.JobQuery{})
	if err != nil || !fromCopy || len(offline.Items) != 3 || offline.Items[0].ID != third.ID {
		t.Fatalf("%v, %v, %v", offline, fromCopy, err)
	}
	if _, _, err := d.Jobs(t.Context(), wire.JobQuery{Cursor: online.Next}); !errors.Is(err, ErrUnreachable) {
		t.Errorf("a page after one of the server's: %v", err)
	}
	if l, fromCopy, err := d.Jobs(t.Context(), wire.JobQuery{Person: "RSSMRA80A01H501U"}); err != nil || !fromCopy || len(l.Items) != 1 || l.Items[0].ID != first.ID {
		t.Errorf("by person: %v, %v, %v", l, fromCopy, err)
	}
	if j, fromCopy, err := d.Job(t.Context(), first.ID, app.JobDone, 2); err != nil || !fromCopy || j.Name != "primo.csv" {
		t.Errorf("%+v, %v, %v", j, fromCopy, err)
	}
	if text, name, err := jobResult(d, t, wire.JobResultInput{ID: first.ID, Format: "csv"}); err != nil || text != f.results[first.ID] || name == "" {
		t.Errorf("%q, %q, %v", text, name, err)
	}
	for _, in := range []wire.JobResultInput{{ID: first.ID, Format: "xlsx"}, {ID: first.ID, Changed: true}, {ID: "another"}} {
		if text, _, err := jobResult(d, t, in); !errors.Is(err, ErrUnreachable) || text != "" {
			t.Errorf("%+v: %q, %v", in, text, err)
		}
	}
	if _, _, err := d.Job(t.Context(), "another", "", 0); !errors.Is(err, ErrUnreachable) {
		t.Errorf("of no list: %v", err)
	}

	// What the server forgets, the copy forgets: at once where it is asked for,
	// else with the next round.
	f.set(func() { f.down, f.jobs = false, f.jobs[:2] })
	if _, _, err := d.Job(t.Context(), first.ID, "", 0); app.CodeOf(err) != app.CodeNotFound {
		t.Errorf("%v", err)
	}
	f.set(func() { f.down = true })
	if _, _, err := d.Job(t.Context(), first.ID, "", 0); !errors.Is(err, ErrUnreachable) {
		t.Errorf("%v", err)
	}
	f.set(func() { f.down, f.jobs = false, f.jobs[:1] })
	if err := d.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.set(func() { f.down = true })
	if l, _, err := d.Jobs(t.Context(), wire.JobQuery{}); err != nil || len(l.Items) != 1 || l.Items[0].ID != third.ID {
		t.Errorf("%v, %v", l, err)
	}
	d.Lock()
	if _, _, err := d.Jobs(t.Context(), wire.JobQuery{}); !errors.Is(err, ErrLocked) {
		t.Errorf("while the screen is locked: %v", err)
	}
	if _, _, err := jobResult(d, t, wire.JobResultInput{ID: third.ID}); !errors.Is(err, ErrLocked) {
		t.Errorf("while the screen is locked: %v", err)
	}
}

// TestResultsAreFetchedSoon: the result of a list that is seen to have ended is
// copied without waiting for the next round, and one with which the server has
// trouble keeps no other from coming.
func TestResultsAreFetchedSoon(t *testing.T) {
	f := newFake(t)
	d := signedIn(t, f, options(t, f))
	if err := d.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	good, bad := f.listed("primo.csv", "CF\r\n"), f.listed("secondo.csv", "")
	f.set(func() { delete(f.results, bad.ID) })
	if _, _, err := d.Job(t.Context(), good.ID, app.JobRunning, 2); err != nil {
		t.Fatal(err)
	}
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for f.copies() == 0 {
		select {
		case <-look.C:
		case <-t.Context().Done():
			t.Fatal("not fetched")
		}
	}
	if err := d.Sync(t.Context()); err != nil { // after the round that has fetched it
		t.Fatal(err)
	}
	f.set(func() { f.down = true })
	if text, _, err := jobResult(d, t, wire.JobResultInput{ID: good.ID}); err != nil || text != "CF\r\n" {
		t.Errorf("%q, %v", text, err)
	}
	if _, _, err := jobResult(d, t, wire.JobResultInput{ID: bad.ID}); !errors.Is(err, ErrUnreachable) {
		t.Errorf("%v", err)
	}
}
