package store

import (
	"bufio"
	"context"
	"fmt"
	"os"
	osexec "os/exec"
	"strings"
	"sync"
	"testing"

	"indagor/app"
	"indagor/server/internal/evidence"
	"indagor/server/internal/store/storetest"
)

// The child of TestKilled: writes without end and says what was acknowledged.
func TestKilledChild(t *testing.T) {
	dsn := os.Getenv("INDAGOR_TEST_KILLED_DSN")
	if dsn == "" {
		t.Skip("runs only as a child of TestKilled")
	}
	ctx := context.Background()
	db, err := Open(ctx, Options{DSN: dsn, Record: recording(recorder(t, os.Getenv("INDAGOR_TEST_KILLED_DIR")))})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for c := range 16 {
		wg.Go(func() {
			for n := 0; ; n++ {
				id := fmt.Sprintf("%d-%d", c, n)
				err := db.Write(ctx, func(tx *Tx) error {
					for half := range 2 {
						if _, err := exec(ctx, tx.q, thingAdd, id, half, nil); err != nil {
							return err
						}
					}
					return tx.Record(app.Event{ID: app.ID(id), Class: app.ClassActivity, Kind: app.EventVisuraAsked, Actor: app.Actor{Role: app.RoleStandard}})
				})
				if err != nil {
					t.Error(err)
					return
				}
				os.Stdout.WriteString("wrote " + id + "\n")
			}
		})
	}
	wg.Wait()
}

// Killed in the middle of groups: what was acknowledged is there, the rest is
// there whole or not at all, and so is the log.
func TestKilled(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		dir := t.TempDir()
		rec := recorder(t, dir)
		db := open(t, dsn, Options{})
		things(t, db)
		acknowledged := map[string]bool{}
		child := osexec.Command(self, "-test.run=^TestKilledChild$", "-test.count=1")
		child.Env = append(os.Environ(), "INDAGOR_TEST_KILLED_DSN="+dsn, "INDAGOR_TEST_KILLED_DIR="+dir)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		child.Stderr = os.Stderr
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewReader(out)
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				break // a line without its end was not said
			}
			id, ok := strings.CutPrefix(strings.TrimSpace(line), "wrote ")
			if !ok {
				t.Errorf("the child says %s", line)
				continue
			}
			acknowledged[id] = true
			if len(acknowledged) == 500 {
				if err := child.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if child.Wait() == nil || len(acknowledged) < 500 {
			t.Fatalf("the child ended by itself after %d writes", len(acknowledged))
		}
		found := map[string]bool{}
		type pair struct {
			id string
			n  int
		}
		var pairs []pair
		var report evidence.Report
		// One view: PostgreSQL may still be ending what the child had begun.
		err = db.Read(ctx, func(v *View) (err error) {
			pairs, err = all(ctx, v.q, halves, func(row scanner) (pair, error) {
				var p pair
				err := row.Scan(&p.id, &p.n)
				return p, err
			})
			if err != nil {
				return err
			}
			report, err = rec.Verify(ctx, v)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range pairs {
			found[p.id] = true
			if p.n != 2 {
				t.Errorf("%s is there with %d halves", p.id, p.n)
			}
		}
		for id := range acknowledged {
			if !found[id] {
				t.Errorf("%s was acknowledged and is not there", id)
			}
		}
		if !report.Sound() || report.Open != int64(len(pairs)) {
			t.Errorf("the log of %d writes: %+v", len(pairs), report)
		}
	})
}
