package directory

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"indagor/app"
)

// MostImported is how many rows one call registers: making a one-time secret
// takes time.
const MostImported = 100

// importDone is what one request has made of its rows: those that it tried
// come first.
type importDone struct {
	Made  map[int]app.ID `json:"made"` // users by the numbers of their rows
	Tried int            `json:"tried"`
}

// RunImport registers the users of the rows, by their numbers, each wholly or
// not at all. A second request under the key gives the first one's answer, but
// for the secrets, which are kept nowhere, and goes on where that one broke
// off. What breaks off gives the rows that were done all the same: nobody else
// knows their secrets. name is the file's, for the log.
func (s *Service) RunImport(ctx context.Context, caller app.Caller, key, digest, name string, content []byte, rows []int) (Import, error) {
	known, answer, err := s.store.Repeat(ctx, caller.User.ID, "import|"+key)
	if err == nil && known != digest {
		return Import{}, app.E(app.CodeIdempotency)
	}
	if err != nil && app.CodeOf(err) != app.CodeNotFound {
		return Import{}, err
	}
	done := importDone{Made: map[int]app.ID{}}
	if err == nil {
		if err := json.Unmarshal([]byte(answer), &done); err != nil {
			return Import{}, err
		}
	}
	i, out, err := s.readImport(ctx, caller, content)
	if err != nil {
		return out, err
	}
	all := out.Rows
	out.Rows = nil
	for n, number := range rows {
		if number < 1 || number > len(all) || slices.Contains(rows[:n], number) {
			return out, app.E(app.CodeInvalid).At("rows." + itoa(n))
		}
		out.Rows = append(out.Rows, all[number-1])
	}
	if err := s.again(ctx, i, out.Rows[:done.Tried], done.Made); err != nil || done.Tried == len(rows) {
		return out, err
	}
	e := caller.Event(app.ClassAdmin, app.EventUserCreated)
	e.Reason = name
	for n := done.Tried; n < len(out.Rows); n++ {
		r := &out.Rows[n]
		if err := i.register(ctx, r, e); err != nil {
			if n == 0 {
				return Import{}, err
			}
			out.Broke, out.Rows = err, out.Rows[:n]
			break
		}
		if done.Tried++; r.Outcome == ImportCreated {
			done.Made[r.Number] = r.User.ID
		}
	}
	if err := s.keepImport(context.WithoutCancel(ctx), caller, key, digest, done); err != nil {
		out.Broke = errors.Join(out.Broke, err)
	}
	return out, nil
}

func (s *Service) keepImport(ctx context.Context, caller app.Caller, key, digest string, done importDone) error {
	kept, err := json.Marshal(done)
	if err != nil {
		return err
	}
	err = s.store.Write(ctx, func(tx Tx) error { return tx.KeepRepeat(caller.User.ID, "import|"+key, digest, string(kept)) })
	if app.CodeOf(err) == app.CodeTaken {
		return nil // the same request ran before, or twice at once; each user was registered once
	}
	return err
}

// again tells what the first request under the key made of the rows.
func (s *Service) again(ctx context.Context, i *importer, rows []ImportRow, made map[int]app.ID) error {
	for n := range rows {
		r := &rows[n]
		id, ok := made[r.Number]
		if !ok {
			if err := i.judge(ctx, r); err != nil {
				return err
			}
			continue
		}
		u, err := s.store.User(ctx, id)
		if err != nil {
			return err
		}
		r.Outcome, r.User = ImportCreated, u
	}
	return nil
}

// register registers the user of the row, if he can be.
func (i *importer) register(ctx context.Context, x *ImportRow, e app.Event) error {
	if err := i.judge(ctx, x); err != nil || x.Outcome != ImportCreate {
		return err
	}
	u, secret, until, err := i.create(ctx, i.caller, x.User, e)
	if err != nil {
		x.Outcome = ImportError
		return i.refused(x, err)
	}
	x.User, x.Outcome, x.Secret, x.Expires = u, ImportCreated, secret, until
	return nil
}
