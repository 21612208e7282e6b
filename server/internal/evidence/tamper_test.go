package evidence_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"indagor/app"
	record "indagor/app/evidence"
	"indagor/server/internal/evidence"
	"indagor/server/internal/store/storetest"
)

// unlock takes away what keeps the tables from being changed, as one with the
// database in his hands would.
func (h *house) unlock() {
	h.t.Helper()
	for _, table := range []string{"log_leaves", "log_sealed", "log_hashes", "log_checkpoints", "activity", "access", "history"} {
		if h.pg {
			h.do("DROP TRIGGER " + table + "_append_only ON " + table)
			continue
		}
		h.do("DROP TRIGGER " + table + "_no_update")
		h.do("DROP TRIGGER " + table + "_no_delete")
	}
}

func (h *house) do(text string, args ...any) {
	h.t.Helper()
	res, err := h.raw.Exec(text, args...)
	if err != nil {
		h.t.Fatalf("%s: %v", text, err)
	}
	if n, err := res.RowsAffected(); n == 0 && err == nil && !strings.HasPrefix(text, "DROP") {
		h.t.Fatalf("%s: changed nothing", text)
	}
}

func (h *house) leaf(seq int64) (id string, body []byte) {
	h.t.Helper()
	if err := h.raw.QueryRow("SELECT id, body FROM log_leaves WHERE seq = $1", seq).Scan(&id, &body); err != nil {
		h.t.Fatal(err)
	}
	return id, body
}

// rebuild computes all hashes and the head of the open tree from the leaves,
// as a careful forger would.
func (h *house) rebuild() {
	h.t.Helper()
	rows, err := h.raw.Query("SELECT seq, body FROM log_leaves ORDER BY seq")
	if err != nil {
		h.t.Fatal(err)
	}
	var edge record.Edge
	var hashes [][]byte
	for rows.Next() {
		var seq int64
		var body []byte
		if err := rows.Scan(&seq, &body); err != nil {
			h.t.Fatal(err)
		}
		hashes = append(hashes, record.Join(edge.Add(seq, record.LeafHash(body))))
	}
	if err := rows.Err(); err != nil {
		h.t.Fatal(err)
	}
	rows.Close()
	h.do("DELETE FROM log_hashes WHERE tree = 'open'")
	for seq, b := range hashes {
		h.do("INSERT INTO log_hashes (tree, seq, hashes) VALUES ('open', $1, $2)", seq, b)
	}
	h.do("UPDATE log_heads SET size = $1, edge = $2 WHERE tree = 'open'", len(hashes), edge.Bytes())
}

func (h *house) recipients() (to []age.Recipient) {
	for _, id := range h.ids {
		to = append(to, id.(*age.X25519Identity).Recipient())
	}
	return to
}

// alter changes the reason of the event of a leaf, and its row.
func (h *house) alter(seq int64) {
	h.t.Helper()
	id, body := h.leaf(seq)
	e, err := record.Parse(body)
	if err != nil {
		h.t.Fatal(err)
	}
	e.Reason = "another"
	if body, err = record.Canonical(e); err != nil {
		h.t.Fatal(err)
	}
	h.do("UPDATE log_leaves SET body = $1 WHERE seq = $2", body, seq)
	table := map[app.Class]string{app.ClassActivity: "activity", app.ClassAccess: "access"}[e.Class]
	if table == "" {
		table = "history"
	}
	h.do("UPDATE "+table+" SET reason = 'another' WHERE id = $1", id)
}

// The log of each case has 20 open leaves (0 to 19) and 4 sealed ones, a
// checkpoint after 10 open and 2 sealed ones, and one at the end.
func TestTampering(t *testing.T) {
	open := func(seq int64, f evidence.Flaw) evidence.Damage {
		return evidence.Damage{Tree: record.Open, Seq: seq, Flaw: f}
	}
	sealed := func(seq int64, f evidence.Flaw) evidence.Damage {
		return evidence.Damage{Tree: record.Sealed, Seq: seq, Flaw: f}
	}
	const swap = "UPDATE log_leaves SET seq = CASE seq WHEN 3 THEN -1 ELSE -2 END WHERE seq IN (3, 4)"
	cases := []struct {
		name string
		do   func(h *house)
		want evidence.Damage
	}{
		{"leaf altered", func(h *house) { h.alter(5) }, open(5, evidence.LeafAltered)},
		{"leaf altered, hashes made again", func(h *house) { h.alter(5); h.rebuild() }, open(10, evidence.Rewritten)},
		{"last leaf altered, hashes made again", func(h *house) { h.alter(19); h.rebuild() }, open(20, evidence.Rewritten)},
		{"leaf deleted", func(h *house) { h.do("DELETE FROM log_leaves WHERE seq = 7") }, open(7, evidence.LeafMissing)},
		{"first leaf deleted", func(h *house) { h.do("DELETE FROM log_leaves WHERE seq = 0") }, open(0, evidence.LeafMissing)},
		{"leaf deleted, others moved up, hashes made again", func(h *house) {
			h.do("DELETE FROM log_leaves WHERE seq = 12")
			for seq := 13; seq < 20; seq++ {
				h.do("UPDATE log_leaves SET seq = $1 WHERE seq = $2", seq-1, seq)
			}
			h.rebuild()
		}, open(19, evidence.Truncated)},
		{"leaf added at the end", func(h *house) {
			_, body := h.leaf(1)
			h.do("INSERT INTO log_leaves (seq, id, body) VALUES (20, 'x', $1)", body)
		}, open(20, evidence.LeafAdded)},
		{"leaf added before the first", func(h *house) {
			_, body := h.leaf(1)
			h.do("INSERT INTO log_leaves (seq, id, body) VALUES (-1, 'x', $1)", body)
		}, open(-1, evidence.LeafAdded)},
		{"leaf put between, hashes made again", func(h *house) {
			id, body := h.leaf(1)
			for seq := 19; seq >= 15; seq-- {
				h.do("UPDATE log_leaves SET seq = $1 WHERE seq = $2", seq+1, seq)
			}
			h.do("INSERT INTO log_leaves (seq, id, body) VALUES (15, $1, $2)", id, body)
			h.rebuild()
		}, open(20, evidence.Rewritten)},
		{"event twice at the end, hashes made again", func(h *house) {
			id, body := h.leaf(1)
			h.do("INSERT INTO log_leaves (seq, id, body) VALUES (20, $1, $2)", id, body)
			h.rebuild()
		}, open(-1, evidence.RowAdded)},
		{"two leaves exchanged", func(h *house) {
			h.do(swap)
			h.do("UPDATE log_leaves SET seq = CASE seq WHEN -1 THEN 4 ELSE 3 END WHERE seq IN (-1, -2)")
		}, open(3, evidence.LeafAltered)},
		{"two leaves exchanged, hashes made again", func(h *house) {
			h.do(swap)
			h.do("UPDATE log_leaves SET seq = CASE seq WHEN -1 THEN 4 ELSE 3 END WHERE seq IN (-1, -2)")
			h.rebuild()
		}, open(10, evidence.Rewritten)},
		{"id beside the leaf", func(h *house) { h.do("UPDATE log_leaves SET id = 'x' WHERE seq = 2") }, open(2, evidence.LeafMalformed)},
		{"event of no class, hashes made again", func(h *house) {
			body, err := record.Canonical(app.Event{ID: "x", Class: "other", Kind: "k", At: time.Unix(1, 0)})
			if err != nil {
				h.t.Fatal(err)
			}
			h.do("INSERT INTO log_leaves (seq, id, body) VALUES (20, 'x', $1)", body)
			h.rebuild()
		}, open(20, evidence.LeafMalformed)},
		{"event of an officer among the open ones, hashes made again", func(h *house) {
			e := event(5)
			e.ID = "x"
			body, err := record.Canonical(e)
			if err != nil {
				h.t.Fatal(err)
			}
			h.do("INSERT INTO log_leaves (seq, id, body) VALUES (20, 'x', $1)", body)
			h.rebuild()
		}, open(20, evidence.LeafMalformed)},
		{"hash deleted", func(h *house) { h.do("DELETE FROM log_hashes WHERE tree = 'open' AND seq = 9") }, open(9, evidence.HashMissing)},
		{"hash added", func(h *house) {
			h.do("INSERT INTO log_hashes (tree, seq, hashes) SELECT tree, 20, hashes FROM log_hashes WHERE tree = 'open' AND seq = 0")
		}, open(20, evidence.HashAdded)},
		{"inner hash altered", func(h *house) {
			var b []byte
			if err := h.raw.QueryRow("SELECT hashes FROM log_hashes WHERE tree = 'open' AND seq = 7").Scan(&b); err != nil {
				h.t.Fatal(err)
			}
			b[len(b)-1] ^= 1
			h.do("UPDATE log_hashes SET hashes = $1 WHERE tree = 'open' AND seq = 7", b)
		}, open(7, evidence.HashAltered)},
		{"head altered", func(h *house) {
			var b []byte
			if err := h.raw.QueryRow("SELECT edge FROM log_heads WHERE tree = 'open'").Scan(&b); err != nil {
				h.t.Fatal(err)
			}
			b[0] ^= 1
			h.do("UPDATE log_heads SET edge = $1 WHERE tree = 'open'", b)
		}, open(20, evidence.HeadAltered)},
		{"edge of another size", func(h *house) {
			h.do("UPDATE log_heads SET edge = log_hashes.hashes FROM log_hashes WHERE log_heads.tree = 'open' AND log_hashes.tree = 'open' AND log_hashes.seq = 0")
		}, open(20, evidence.HeadAltered)},
		{"cut after a checkpoint", func(h *house) {
			h.do("DELETE FROM log_leaves WHERE seq >= 15")
			h.rebuild()
		}, open(15, evidence.Truncated)},
		{"cut, with the rows and the last checkpoint", func(h *house) {
			h.do("DELETE FROM activity WHERE id IN (SELECT id FROM log_leaves WHERE seq >= 15)")
			h.do("DELETE FROM access WHERE id IN (SELECT id FROM log_leaves WHERE seq >= 15)")
			h.do("DELETE FROM history WHERE id IN (SELECT id FROM log_leaves WHERE seq >= 15)")
			h.do("DELETE FROM log_checkpoints WHERE tree = 'open' AND size = 20")
			h.do("DELETE FROM log_leaves WHERE seq >= 15")
			h.rebuild()
		}, open(15, evidence.Truncated)}, // known from the anchor
		{"everything deleted", func(h *house) {
			for _, table := range []string{"activity", "access", "history", "log_leaves"} {
				h.do("DELETE FROM " + table)
			}
			h.do("DELETE FROM log_hashes WHERE tree = 'open'")
			h.do("DELETE FROM log_checkpoints WHERE tree = 'open'")
			h.do("UPDATE log_heads SET size = 0, edge = $1 WHERE tree = 'open'", []byte{})
		}, open(0, evidence.Truncated)},
		{"row altered", func(h *house) {
			h.do("UPDATE activity SET outcome = 'absent' WHERE id = (SELECT id FROM log_leaves WHERE seq = 1)")
		}, open(1, evidence.RowAltered)},
		{"time of a row altered", func(h *house) {
			h.do("UPDATE access SET at = at + 1 WHERE id = (SELECT id FROM log_leaves WHERE seq = 0)")
		}, open(0, evidence.RowAltered)},
		{"detail of a row altered", func(h *house) {
			h.do("UPDATE history SET detail = '' WHERE id = (SELECT id FROM log_leaves WHERE seq = 2)")
		}, open(2, evidence.RowAltered)},
		{"detail of a row made nonsense", func(h *house) {
			h.do("UPDATE history SET detail = '{' WHERE id = (SELECT id FROM log_leaves WHERE seq = 2)")
		}, open(2, evidence.RowAltered)},
		{"row deleted", func(h *house) {
			h.do("DELETE FROM history WHERE id = (SELECT id FROM log_leaves WHERE seq = 3)")
		}, open(3, evidence.RowMissing)},
		{"row added", func(h *house) {
			h.do(`INSERT INTO access SELECT 'x', at, class, kind, user_id, username, role, department, admin, workstation, address,
				service, type, visura, purpose, file, subject, outcome, code, operation, mediator,
				target, target_department, target_name, reason, detail FROM access WHERE id = (SELECT id FROM log_leaves WHERE seq = 0)`)
		}, open(-1, evidence.RowAdded)},
		{"checkpoint with another text", func(h *house) {
			h.do("UPDATE log_checkpoints SET note = replace(note, 'comune', 'Comune') WHERE tree = 'open' AND size = 10")
		}, open(10, evidence.CheckpointForged)},
		{"checkpoint signed by another", func(h *house) {
			key, err := evidence.OpenKey(filepath.Join(h.t.TempDir(), "k"), "indagor.example", true)
			if err != nil {
				h.t.Fatal(err)
			}
			other, err := evidence.New(evidence.Config{Key: key, Origin: "comune.example", Custodians: h.recipients()})
			if err != nil {
				h.t.Fatal(err)
			}
			h.rec, other = other, h.rec
			h.checkpoint()
			h.rec = other
			h.do("DELETE FROM log_checkpoints WHERE tree = 'sealed' AND at = (SELECT max(at) FROM log_checkpoints)")
		}, open(20, evidence.CheckpointForged)},
		{"checkpoint moved to another size", func(h *house) {
			h.do("UPDATE log_checkpoints SET size = 11 WHERE tree = 'open' AND size = 10")
		}, open(11, evidence.CheckpointForged)},
		{"checkpoint moved beyond the end", func(h *house) {
			h.do("UPDATE log_checkpoints SET size = 30 WHERE tree = 'open' AND size = 20")
		}, open(30, evidence.CheckpointForged)},
		{"checkpoint at another time", func(h *house) {
			h.do("UPDATE log_checkpoints SET at = at + 1 WHERE tree = 'open' AND size = 10")
		}, open(10, evidence.CheckpointForged)},
		{"sealed checkpoint put among the open ones", func(h *house) {
			h.do("INSERT INTO log_checkpoints (tree, size, at, note) SELECT 'open', size, at, note FROM log_checkpoints WHERE tree = 'sealed' AND size = 2")
		}, open(2, evidence.CheckpointForged)},
		{"sealed leaf altered", func(h *house) {
			var b []byte
			if err := h.raw.QueryRow("SELECT body FROM log_sealed WHERE seq = 1").Scan(&b); err != nil {
				h.t.Fatal(err)
			}
			b[len(b)-1] ^= 1
			h.do("UPDATE log_sealed SET body = $1 WHERE seq = 1", b)
		}, sealed(1, evidence.LeafAltered)},
		{"hour of a sealed leaf altered", func(h *house) {
			h.do("UPDATE log_sealed SET hour = hour + 1 WHERE seq = 1")
		}, sealed(1, evidence.LeafMalformed)},
		{"sealed leaf deleted", func(h *house) { h.do("DELETE FROM log_sealed WHERE seq = 2") }, sealed(2, evidence.LeafMissing)},
		{"last sealed leaf deleted", func(h *house) { h.do("DELETE FROM log_sealed WHERE seq = 3") }, sealed(3, evidence.Truncated)},
		{"sealed checkpoint deleted", func(h *house) {
			h.do("DELETE FROM log_checkpoints WHERE tree = 'sealed' AND size = 2")
		}, sealed(-1, evidence.CheckpointMissing)},
	}
	storetest.Each(t, func(t *testing.T, dsn string) {
		for i, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				dsn := dsn
				if i > 0 { // a database for each
					if strings.HasPrefix(dsn, "sqlite:") {
						dsn = storetest.SQLite(t)
					} else {
						dsn = storetest.Postgres(t)
					}
				}
				h := newHouse(t, dsn)
				h.record(history(12)...)
				anchors := h.checkpoint()
				h.record(history(12)...)
				last := h.checkpoint()
				known := []string{anchors[0].Note, record.Anchor(anchors[1].Note), last[0].Note}
				if r := h.verify(known...); !r.Sound() || r.Open != 20 || r.Sealed != 4 {
					t.Fatalf("before: %+v", r)
				}
				h.unlock()
				c.do(h)
				r := h.verify(known...)
				if len(r.Damage) != 1 || r.Damage[0] != c.want {
					t.Errorf("found %+v, want %+v", r.Damage, c.want)
				}
			})
		}
	})
}

// Without anybody's help the database refuses to change the log.
func TestAppendOnly(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		h := newHouse(t, dsn)
		h.record(history(6)...)
		h.checkpoint()
		for table, column := range map[string]string{
			"log_leaves": "id", "log_sealed": "hour", "log_hashes": "seq", "log_checkpoints": "note",
			"activity": "reason", "access": "reason", "history": "reason",
		} {
			for _, text := range []string{"UPDATE " + table + " SET " + column + " = " + column, "DELETE FROM " + table} {
				if _, err := h.raw.Exec(text); err == nil || !strings.Contains(err.Error(), "append only") {
					t.Errorf("%s: %v", text, err)
				}
			}
		}
		if r := h.verify(); !r.Sound() || r.Open != 5 {
			t.Errorf("%+v", r)
		}
	})
}

func TestForgedAnchor(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	h.record(history(6)...)
	signed := h.checkpoint()[0].Note
	for name, anchor := range map[string]string{
		"altered": strings.Replace(signed, "\n5\n", "\n4\n", 1),
		"nothing": "a\nb\n",
	} {
		if anchor == signed {
			t.Fatal("the anchor was not altered")
		}
		if r := h.verify(anchor); len(r.Damage) != 1 || r.Damage[0].Flaw != evidence.CheckpointForged {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if r := h.verify(record.Anchor("never")); len(r.Damage) != 1 || r.Damage[0] != (evidence.Damage{Tree: record.Sealed, Seq: -1, Flaw: evidence.CheckpointMissing}) {
		t.Errorf("%+v", r)
	}
}
