package server

import (
	"context"
	"encoding/json"

	"indagor/server/internal/anpr"
	"indagor/server/internal/board"
	"indagor/server/internal/bulk"
	"indagor/server/internal/directory"
	"indagor/server/internal/gate"
	"indagor/server/internal/monitor"
	"indagor/server/internal/settings"
	"indagor/server/internal/signin"
	"indagor/server/internal/stats"
	"indagor/server/internal/store"
	"indagor/server/internal/visura"
	"indagor/server/internal/workstation"
)

// Each service declares the part of the store that it uses, its transaction
// included; these give it that part.

type boardStore struct{ *store.DB }

func (s boardStore) Write(ctx context.Context, fn func(board.Tx) error) error {
	return s.DB.Write(ctx, func(tx *store.Tx) error { return fn(tx) })
}

type bulkStore struct{ *store.DB }

func (s bulkStore) Write(ctx context.Context, fn func(bulk.Tx) error) error {
	return s.DB.Write(ctx, func(tx *store.Tx) error { return fn(tx) })
}

type directoryStore struct{ *store.DB }

func (s directoryStore) Write(ctx context.Context, fn func(directory.Tx) error) error {
	return s.DB.Write(ctx, func(tx *store.Tx) error { return fn(tx) })
}

type gateStore struct{ *store.DB }

func (s gateStore) Write(ctx context.Context, fn func(gate.Tx) error) error {
	return s.DB.Write(ctx, func(tx *store.Tx) error { return fn(tx) })
}

type monitorStore struct{ *store.DB }

func (s monitorStore) Write(ctx context.Context, fn func(monitor.Tx) error) error {
	return s.DB.Write(ctx, func(tx *store.Tx) error { return fn(tx) })
}

type signinStore struct{ *store.DB }

func (s signinStore) Write(ctx context.Context, fn func(signin.Tx) error) error {
	return s.DB.Write(ctx, func(tx *store.Tx) error { return fn(tx) })
}

type settingsStore struct{ *store.DB }

func (s settingsStore) Write(ctx context.Context, fn func(settings.Tx) error) error {
	return s.DB.Write(ctx, func(tx *store.Tx) error { return fn(tx) })
}

type statsStore struct{ *store.DB }

func (s statsStore) Write(ctx context.Context, fn func(stats.Tx) error) error {
	return s.DB.Write(ctx, func(tx *store.Tx) error { return fn(tx) })
}

type visuraStore struct{ *store.DB }

func (s visuraStore) Write(ctx context.Context, fn func(visura.Tx) error) error {
	return s.DB.Write(ctx, func(tx *store.Tx) error { return fn(tx) })
}

type workstationStore struct{ *store.DB }

func (s workstationStore) Write(ctx context.Context, fn func(workstation.Tx) error) error {
	return s.DB.Write(ctx, func(tx *store.Tx) error { return fn(tx) })
}

// quotaStore keeps ANPR's daily quotas over a restart.
type quotaStore struct{ db *store.DB }

func (s quotaStore) SaveQuota(ctx context.Context, q anpr.Quota) error {
	doc, err := json.Marshal(q)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *store.Tx) error { return tx.PutQuota(string(q.Service), string(doc)) })
}

func (s quotaStore) LoadQuotas(ctx context.Context) ([]anpr.Quota, error) {
	docs, err := s.db.Quotas(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]anpr.Quota, 0, len(docs))
	for _, doc := range docs {
		var q anpr.Quota
		if err := json.Unmarshal([]byte(doc), &q); err != nil {
			return nil, err
		}
		out = append(out, q)
	}
	return out, nil
}
