package evidence_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/note"

	"indagor/app"
	record "indagor/app/evidence"
	"indagor/server/internal/evidence"
	"indagor/server/internal/store"
	"indagor/server/internal/store/storetest"
)

// house is a store with a recorder and the keys of its custodians.
type house struct {
	t   testing.TB
	db  *store.DB
	raw *sql.DB
	rec *evidence.Recorder
	key *evidence.Key
	ids []age.Identity
	ctx context.Context
	pg  bool
}

func newHouse(t testing.TB, dsn string) *house {
	t.Helper()
	h := &house{t: t, ctx: context.Background(), pg: strings.HasPrefix(dsn, "postgres:")}
	var err error
	if h.key, err = evidence.OpenKey(filepath.Join(t.TempDir(), "log.key"), "indagor.example", true); err != nil {
		t.Fatal(err)
	}
	var to []age.Recipient
	for range 3 {
		id, err := age.GenerateX25519Identity()
		if err != nil {
			t.Fatal(err)
		}
		h.ids, to = append(h.ids, id), append(to, id.Recipient())
	}
	if h.rec, err = evidence.New(evidence.Config{Key: h.key, Origin: "comune.example", Custodians: to}); err != nil {
		t.Fatal(err)
	}
	h.db, err = store.Open(h.ctx, store.Options{
		DSN:    dsn,
		Record: func(tx *store.Tx, e app.Event) error { return h.rec.Record(tx, e) },
		Log:    slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.db.Close() })
	if _, _, err := h.db.Migrate(h.ctx); err != nil {
		t.Fatal(err)
	}
	h.raw = storetest.Raw(t, dsn)
	return h
}

func (h *house) record(events ...app.Event) {
	h.t.Helper()
	for _, e := range events {
		if err := h.db.Write(h.ctx, func(tx *store.Tx) error { return tx.Record(e) }); err != nil {
			h.t.Fatal(err)
		}
	}
}

func (h *house) checkpoint() []evidence.Signed {
	h.t.Helper()
	var out []evidence.Signed
	err := h.db.Write(h.ctx, func(tx *store.Tx) (err error) {
		out, err = h.rec.Checkpoint(tx)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

func (h *house) verify(anchors ...string) evidence.Report {
	h.t.Helper()
	var r evidence.Report
	err := h.db.Read(h.ctx, func(v *store.View) (err error) {
		r, err = h.rec.Verify(h.ctx, v, anchors...)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

func (h *house) count(table string) (n int64) {
	h.t.Helper()
	if err := h.raw.QueryRow("SELECT count(*) FROM " + table).Scan(&n); err != nil {
		h.t.Fatal(err)
	}
	return n
}

// event makes the n-th event of a history in which every class and role is.
func event(n int) app.Event {
	e := app.Event{
		At: time.UnixMicro(1_795_000_000_000_000 + int64(n)*1_000_003).UTC(), Workstation: "w", Address: "192.0.2.1",
		Actor: app.Actor{User: "u", Username: fmt.Sprintf("user%d\x00", n%7), Role: app.RoleStandard, Department: "d", Admin: "a"},
	}
	switch n % 6 {
	case 0:
		e.Class, e.Kind = app.ClassAccess, app.EventSignIn
		e.Actor.Role = app.RoleStandardPS
	case 1:
		e.Class, e.Kind, e.Outcome = app.ClassActivity, app.EventVisuraEnded, "found"
		e.Subject, e.PurposeName = "mark", "Tributi «IMU»"
		e.Calls = []app.Call{{Service: "C020", Client: "1", Status: 200, At: e.At, Millis: 7}}
	case 2:
		e.Class, e.Kind, e.Actor.Role = app.ClassAdmin, app.EventUserChanged, app.RoleTop
		e.Target, e.TargetName, e.Before, e.After = "t", "Rossi", json.RawMessage(`{ "a": "<&>\u2028" }`), json.RawMessage(`[1]`)
	case 3:
		e.Class, e.Kind, e.Actor = app.ClassSystem, app.EventServerStarted, app.Actor{}
	case 4:
		e.Class, e.Kind, e.Code, e.Reason = app.ClassActivity, app.EventJobRefused, app.CodeOutOfScope, "line\nline"
	case 5: // sealed
		e.Class, e.Kind, e.Actor.Role = app.ClassActivity, app.EventVisuraEnded, app.RoleStandardPS
		e.Actor.Username = "agente"
	}
	return e
}

func history(n int) []app.Event {
	out := make([]app.Event, n)
	for i := range out {
		out[i] = event(i)
	}
	return out
}

func TestRecordAndVerify(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		h := newHouse(t, dsn)
		if r := h.verify(); !r.Sound() || r.Open != 0 {
			t.Errorf("empty: %+v", r)
		}
		first := h.checkpoint()
		h.record(history(60)...)
		second := h.checkpoint()
		h.record(history(6)...)
		r := h.verify(first[0].Note, record.Anchor(first[1].Note), second[0].Note, record.Anchor(second[1].Note))
		if !r.Sound() || r.Open != 55 || r.Sealed != 11 || r.Checkpoints != 4 {
			t.Errorf("%+v", r)
		}
		if a, b, c := h.count("activity"), h.count("access"), h.count("history"); a != 22 || b != 11 || c != 22 {
			t.Errorf("rows: activity %d, access %d, history %d", a, b, c)
		}
		if second[0].Size != 50 || second[1].Size != 10 {
			t.Errorf("checkpoints of %d and %d", second[0].Size, second[1].Size)
		}
	})
}

// What an officer did is in no table but sealed, and two custodians read it.
func TestSealedEventLeavesNothingReadable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		h := newHouse(t, dsn)
		e := event(5)
		e.ID, e.Reason, e.Subject = app.NewID(), "secret-reason", "secret-subject"
		h.record(event(1), e, event(2))
		for _, table := range []string{"activity", "access", "history", "log_leaves", "log_sealed"} {
			rows, err := h.raw.Query("SELECT * FROM " + table)
			if err != nil {
				t.Fatal(err)
			}
			cols, err := rows.Columns()
			if err != nil {
				t.Fatal(err)
			}
			for rows.Next() {
				row := make([]any, len(cols))
				for i := range row {
					row[i] = new(any)
				}
				if err := rows.Scan(row...); err != nil {
					t.Fatal(err)
				}
				var text bytes.Buffer
				for _, p := range row {
					switch v := (*p.(*any)).(type) {
					case []byte:
						text.Write(v)
					default:
						fmt.Fprint(&text, v)
					}
				}
				for _, word := range []string{"secret", "agente", string(e.ID), fmt.Sprint(e.At.UnixMicro())} {
					if strings.Contains(text.String(), word) {
						t.Errorf("%s tells %q", table, word)
					}
				}
			}
			if err := rows.Err(); err != nil {
				t.Fatal(err)
			}
			rows.Close()
		}
		var blob []byte
		var hour int64
		if err := h.raw.QueryRow("SELECT hour, body FROM log_sealed WHERE seq = 0").Scan(&hour, &blob); err != nil {
			t.Fatal(err)
		}
		if hour != e.At.Unix()/3600 {
			t.Errorf("hour %d", hour)
		}
		got, err := evidence.Unseal(blob, h.ids[2], h.ids[0])
		if d := cmp.Diff(e, got); err != nil || d != "" {
			t.Errorf("%v %s", err, d)
		}
	})
}

func TestRecordRefuses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		h := newHouse(t, dsn)
		for name, change := range map[string]func(*app.Event){
			"no kind":                   func(e *app.Event) { e.Kind = "" },
			"no class":                  func(e *app.Event) { e.Class = "" },
			"unknown class":             func(e *app.Event) { e.Class = "other" },
			"unknown kind":              func(e *app.Event) { e.Kind = "visura.dreamt" },
			"another class":             func(e *app.Event) { e.Class = app.ClassAdmin },
			"activity without role":     func(e *app.Event) { e.Actor.Role = "" },
			"activity of no role":       func(e *app.Event) { e.Actor.Role = "guest" },
			"access that tells service": func(e *app.Event) { e.Class, e.Service = app.ClassAccess, "visure" },
			"access that tells subject": func(e *app.Event) { e.Class, e.Actor.Role, e.Subject = app.ClassAccess, app.RoleStandardPS, "s" },
			"document not JSON":         func(e *app.Event) { e.After = json.RawMessage("{") },
		} {
			e := event(4)
			e.ID = app.NewID()
			change(&e)
			if err := h.db.Write(h.ctx, func(tx *store.Tx) error { return tx.Record(e) }); err == nil {
				t.Errorf("%s: accepted", name)
			}
		}
		same := event(1)
		same.ID = app.NewID()
		h.record(same)
		if err := h.db.Write(h.ctx, func(tx *store.Tx) error { return tx.Record(same) }); err == nil {
			t.Error("the same event twice was accepted")
		}
		if r := h.verify(); !r.Sound() || r.Open != 1 {
			t.Errorf("%+v", r)
		}
		// The database itself refuses the rows.
		for _, table := range []string{"activity", "history"} {
			_, err := h.raw.Exec("INSERT INTO " + table + ` SELECT 'x', at, CASE WHEN 'activity' = '` + table + `' THEN 'activity' ELSE 'admin' END, kind, user_id, username, 'standardps', department, admin,
				workstation, address, service, type, visura, purpose, file, subject, outcome, code, operation, mediator,
				target, target_department, target_name, reason, detail FROM activity`)
			if err == nil || !strings.Contains(strings.ToLower(err.Error()), "check") {
				t.Errorf("%s took a row of STANDARDPS: %v", table, err)
			}
		}
	})
}

func TestNewRefuses(t *testing.T) {
	key, err := evidence.OpenKey(filepath.Join(t.TempDir(), "k"), "n", true)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := age.GenerateX25519Identity()
	b, _ := age.GenerateX25519Identity()
	two := []age.Recipient{a.Recipient(), b.Recipient()}
	for name, c := range map[string]evidence.Config{
		"no key":        {Origin: "o", Custodians: two},
		"no name":       {Key: key, Custodians: two},
		"no custodians": {Key: key, Origin: "o"},
		"one custodian": {Key: key, Origin: "o", Custodians: two[:1]},
	} {
		if _, err := evidence.New(c); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := evidence.New(evidence.Config{Key: key, Origin: "o", Custodians: two}); err != nil {
		t.Error(err)
	}
}

// Many writers, of whom some fail: numbers have no gaps and the trees are right.
func TestManyWriters(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		h := newHouse(t, dsn)
		const writers = 120
		var wg sync.WaitGroup
		for i := range writers {
			wg.Go(func() {
				err := h.db.Write(h.ctx, func(tx *store.Tx) error {
					for j := range 3 {
						if err := tx.Record(event(i + j)); err != nil {
							return err
						}
					}
					if i%4 == 0 {
						return io.ErrUnexpectedEOF
					}
					return nil
				})
				if (err != nil) != (i%4 == 0) {
					t.Errorf("%d: %v", i, err)
				}
			})
			if i%30 == 0 {
				h.checkpoint()
			}
		}
		wg.Wait()
		h.checkpoint()
		if r := h.verify(); !r.Sound() || r.Open+r.Sealed != writers*3*3/4 || r.Checkpoints != 10 {
			t.Errorf("%+v", r)
		}
	})
}

func TestProofs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		h := newHouse(t, dsn)
		h.record(history(12)...)
		older := h.checkpoint()[0].Checkpoint
		h.record(history(18)...)
		newer := h.checkpoint()[0].Checkpoint
		err := h.db.Read(h.ctx, func(v *store.View) error {
			leaves, err := v.LogLeaves(h.ctx, record.Open, 0, 100)
			if err != nil || int64(len(leaves)) != newer.Size {
				t.Fatalf("%d leaves, %v", len(leaves), err)
			}
			for _, l := range leaves {
				p, err := evidence.ProveInclusion(h.ctx, v, record.Open, l.Seq, newer.Size)
				if err != nil {
					return err
				}
				if err := record.CheckInclusion(newer, l.Seq, l.Body, p); err != nil {
					t.Errorf("leaf %d: %v", l.Seq, err)
				}
			}
			p, err := evidence.ProveConsistency(h.ctx, v, record.Open, older.Size, newer.Size)
			if err != nil {
				return err
			}
			return record.CheckConsistency(older, newer, p)
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// An inspector with the export and the public key makes the whole tree again.
func TestExport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		h := newHouse(t, dsn)
		h.record(history(500)...)
		want := h.checkpoint()[0]
		h.checkpoint()
		var out bytes.Buffer
		if err := h.db.Read(h.ctx, func(v *store.View) error { return h.rec.Export(h.ctx, v, &out) }); err != nil {
			t.Fatal(err)
		}
		type line struct {
			Line, Key, Root, Note string
			Size, Seq             int64
			Event                 map[string]any
			Body                  []byte
			Hashes                [][]byte
		}
		var edge record.Edge
		var n int64
		var kinds []string
		var keys note.Verifiers
		d := json.NewDecoder(&out)
		for {
			var l line
			if err := d.Decode(&l); err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			if len(kinds) == 0 || kinds[len(kinds)-1] != l.Line {
				kinds = append(kinds, l.Line)
			}
			switch l.Line {
			case "log":
				v, err := note.NewVerifier(l.Key)
				if err != nil {
					t.Fatal(err)
				}
				keys = note.VerifierList(v)
				if l.Size != want.Size || l.Root != want.Root.String() {
					t.Errorf("%+v", l)
				}
			case "leaf":
				e, err := record.Parse(l.Body)
				if err != nil || l.Seq != n || l.Event["id"] != string(e.ID) {
					t.Fatalf("leaf %d: %v", l.Seq, err)
				}
				if got := edge.Add(n, record.LeafHash(l.Body)); string(record.Join(got)) != string(bytes.Join(l.Hashes, nil)) {
					t.Errorf("hashes of %d", n)
				}
				n++
			case "checkpoint":
				c, err := record.ReadCheckpoint(l.Note, record.Origin("comune.example", record.Open), keys)
				if err != nil || c.Root != edge.Root() || c.Size != n {
					t.Errorf("%+v, %v", c, err)
				}
			}
		}
		if strings.Join(kinds, " ") != "log leaf checkpoint end" || edge.Root() != want.Root {
			t.Errorf("lines %v, root %v", kinds, edge.Root())
		}
	})
}

func BenchmarkRecord(b *testing.B) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			h := newHouse(b, dsn(b))
			b.SetParallelism(32) // times the cores
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := h.db.Write(h.ctx, func(tx *store.Tx) error { return tx.Record(event(1)) }); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
			if r := h.verify(); !r.Sound() || r.Open != int64(b.N) {
				b.Errorf("%+v", r)
			}
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	h := newHouse(b, storetest.SQLite(b))
	const n = 20000
	for i := 0; i < n; i += 1000 {
		err := h.db.Write(h.ctx, func(tx *store.Tx) error {
			for range 1000 {
				if err := tx.Record(event(1)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	h.checkpoint()
	b.ReportAllocs()
	for b.Loop() {
		if r := h.verify(); !r.Sound() || r.Open != n {
			b.Fatalf("%+v", r)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "leaves/s")
}
