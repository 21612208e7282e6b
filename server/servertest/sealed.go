package servertest

import (
	"bytes"
	"context"
	"encoding/json"

	"indagor/app"
	"indagor/app/evidence"
	recorder "indagor/server/internal/evidence"
	"indagor/server/internal/store"
)

// Sealed gives the events that two of the custodians, by their numbers, read
// together in the sealed log.
func (w *World) Sealed(first, second int) []app.Event {
	w.T.Helper()
	ctx := context.Background()
	db := must(store.Open(ctx, store.Options{DSN: w.Config.Store.DSN}))(w.T)
	defer db.Close()
	var out []app.Event
	check(w.T, db.Read(ctx, func(v *store.View) error {
		leaves, err := v.LogLeaves(ctx, evidence.Sealed, 0, 1_000_000)
		for _, l := range leaves {
			e, err := recorder.Unseal(l.Body, w.Custodians[first], w.Custodians[second])
			if err != nil {
				return err
			}
			out = append(out, e)
		}
		return err
	}))
	return out
}

// Readable gives the events of the readable log.
func (w *World) Readable() []app.Event {
	w.T.Helper()
	var b bytes.Buffer
	check(w.T, w.Server.Export(context.Background(), &b))
	var out []app.Event
	d := json.NewDecoder(&b)
	for d.More() {
		var line struct {
			Line string `json:"line"`
			Body []byte `json:"body"`
		}
		check(w.T, d.Decode(&line))
		if line.Line == "leaf" {
			out = append(out, must(evidence.Parse(line.Body))(w.T))
		}
	}
	return out
}
