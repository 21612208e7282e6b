// Package workstation keeps the register of workstations: they present
// themselves with a key, an administrator approves them by a code that both
// read, and their fingerprints are watched (specification §4).
package workstation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"indagor/app"
)

// Tx is what the register changes.
type Tx interface {
	Now() time.Time
	Record(app.Event) error
	Workstation(ctx context.Context, id app.ID) (app.Workstation, error)
	WorkstationOfKey(ctx context.Context, thumbprint string) (app.Workstation, error)
	WorkstationsOfMachine(ctx context.Context, machine string) ([]app.Workstation, error)
	TokenBySecret(ctx context.Context, hash string) (app.EnrolmentToken, error)
	InsertWorkstation(app.Workstation) error
	UpdateWorkstation(app.Workstation) error
	InsertKey(workstation app.ID, k app.WorkstationKey) error
	SetKeyState(thumbprint string, state app.WorkstationState) error
	InsertToken(app.EnrolmentToken) error
	UseToken(id app.ID) (bool, error)
	Token(ctx context.Context, id app.ID) (app.EnrolmentToken, error)
	WithdrawToken(id app.ID, by string) error
	Department(ctx context.Context, id app.ID) (app.Department, error)
	HoldBody() error
	Notify(app.SystemNotice) error
	SessionsAt(ctx context.Context, workstation app.ID) ([]app.Session, error)
	EndSessionsAt(workstation app.ID, why app.SessionEnd) error
}

// Store is what the register reads, and the way to change it.
type Store interface {
	Write(ctx context.Context, fn func(Tx) error) error
	Workstation(ctx context.Context, id app.ID) (app.Workstation, error)
	WorkstationOfKey(ctx context.Context, thumbprint string) (app.Workstation, error)
	Workstations(ctx context.Context, f app.WorkstationFilter) ([]app.Workstation, string, error)
	WorkstationValues(ctx context.Context, within app.ID) (app.WorkstationValues, error)
	Tokens(ctx context.Context, within app.ID, search string, limit int, at string) ([]app.EnrolmentToken, string, error)
	Department(ctx context.Context, id app.ID) (app.Department, error)
}

// Service is the register.
type Service struct {
	store    Store
	code     func(thumbprint string) string
	now      func() time.Time
	zone     *time.Location
	settings func() app.WorkstationSettings

	mu      sync.Mutex
	changed chan struct{} // closed and replaced when any workstation changes
}

// New returns the register. code makes the short comparison code of a key.
// settings tell how long workstations are authorised, and when that is
// reminded of.
func New(store Store, code func(string) string, settings func() app.WorkstationSettings, now func() time.Time, zone *time.Location) *Service {
	return &Service{store: store, code: code, settings: settings, now: now, zone: zone, changed: make(chan struct{})}
}

// lastDay is the last day of a workstation that is authorised now without a
// stated expiry; nil where the body lets it work for ever.
func (s *Service) lastDay(now time.Time) *app.Day {
	days := s.settings().ExpiryDays
	if days == 0 {
		return nil
	}
	d := app.DayOf(now.In(s.zone).AddDate(0, 0, days))
	return &d
}

func (s *Service) stir() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *Service) change() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// Card is how a workstation presents itself, its key proven already.
type Card struct {
	Key         string
	Address     string
	Name        string
	OSUser      string
	OS          string
	Version     string
	Fingerprint app.Fingerprint
	Token       string // enrolment token, or ""
}

// Own is how a workstation stands for itself.
type Own struct {
	Workstation app.Workstation
	Key         app.WorkstationKey
}

// State is the worse of the workstation's and the key's.
func (o Own) State() app.WorkstationState {
	if o.Workstation.State != app.WorkstationAuthorised {
		return o.Workstation.State
	}
	return o.Key.State
}

// Mark changes whenever what the workstation would be told changes.
func (o Own) Mark() string {
	sum := sha256.Sum256([]byte(string(o.Workstation.ID) + "|" + o.Workstation.Name + "|" + string(o.State()) + "|" + string(o.Workstation.Alarm)))
	return hex.EncodeToString(sum[:8])
}

func own(w app.Workstation, thumbprint string) Own {
	i := slices.IndexFunc(w.Keys, func(k app.WorkstationKey) bool { return k.Thumbprint == thumbprint })
	return Own{w, w.Keys[i]}
}

// Register takes a workstation's request. A key known already is told how it
// stands. A new key on a machine known already becomes a further key of that
// workstation, to be approved by itself. A good enrolment token authorises at
// once what waits to be approved, whichever came first.
func (s *Service) Register(ctx context.Context, c Card) (Own, error) {
	var out Own
	err := s.store.Write(ctx, func(tx Tx) error {
		w, err := tx.WorkstationOfKey(ctx, c.Key)
		knownKey := err == nil
		if err != nil && app.CodeOf(err) != app.CodeNotFound {
			return err
		}
		if knownKey {
			if out = own(w, c.Key); c.Token == "" || out.State() != app.WorkstationPending {
				return nil
			}
		}
		known := knownKey
		if !knownKey {
			if w, known, err = sameMachine(ctx, tx, c.Fingerprint); err != nil {
				return err
			}
		}
		token, vouched, err := s.vouch(ctx, tx, c.Token, w, known)
		if err != nil || knownKey && !vouched {
			return err
		}
		key := app.WorkstationKey{Thumbprint: c.Key, OSUser: c.OSUser, State: app.WorkstationPending, Code: s.code(c.Key), Added: tx.Now()}
		e := app.Event{Class: app.ClassAdmin, Kind: app.EventKeyAdded, Key: c.Key, Address: c.Address}
		if !known {
			e.Kind = app.EventRegistered
			w = app.Workstation{
				ID: app.NewID(), Name: c.Name, State: app.WorkstationPending, OS: c.OS, AppVersion: c.Version,
				FirstSeen: tx.Now(), LastSeen: tx.Now(), Fingerprint: c.Fingerprint, Version: 1,
			}
		}
		waits := w.State == app.WorkstationPending
		if vouched {
			key.State, e.Reason = app.WorkstationAuthorised, token.Label
			if waits {
				w.State, w.Department, w.Office, w.Responsible = app.WorkstationAuthorised, token.Department, token.Office, token.Responsible
				if w.Department != "" { // not the first ones of a body, without which nobody could approve any
					w.Expires = s.lastDay(tx.Now())
				}
				w.Token = token.ID
			}
		}
		switch {
		case !known:
			err = tx.InsertWorkstation(w)
		case vouched && waits:
			err = tx.UpdateWorkstation(w)
			w.Version++
		}
		if err != nil {
			return err
		}
		if knownKey {
			e.Kind = app.EventApproved
			w.Keys[slices.IndexFunc(w.Keys, func(k app.WorkstationKey) bool { return k.Thumbprint == c.Key })].State = key.State
			err = tx.SetKeyState(c.Key, key.State)
		} else {
			w.Keys = append(w.Keys, key)
			err = tx.InsertKey(w.ID, key)
		}
		if err != nil {
			return err
		}
		out = own(w, c.Key)
		e.Workstation, e.Target, e.TargetDept, e.TargetName = w.ID, w.ID, w.Department, w.Name
		return tx.Record(e)
	})
	if err == nil {
		s.stir()
	}
	return out, err
}

// vouch spends a use of the token of the secret on the workstation, if the
// token may speak for it: not for one that an administrator stopped, nor for
// one of another department. A bad token is refused in any case.
func (s *Service) vouch(ctx context.Context, tx Tx, secret string, w app.Workstation, known bool) (t app.EnrolmentToken, ok bool, err error) {
	if secret == "" {
		return t, false, nil
	}
	t, err = tx.TokenBySecret(ctx, app.HashSecret(secret))
	if app.CodeOf(err) == app.CodeNotFound {
		return t, false, app.E(app.CodeTokenUnknown).At("enrolment_token")
	}
	if err != nil {
		return t, false, err
	}
	if !t.Withdrawn.IsZero() {
		return t, false, app.E(app.CodeTokenWithdrawn).At("enrolment_token")
	}
	if t.Expires.Before(tx.Now()) {
		return t, false, app.E(app.CodeTokenSpent).At("enrolment_token")
	}
	if known && w.State != app.WorkstationPending &&
		(w.State != app.WorkstationAuthorised || t.Department != "" && t.Department != w.Department) {
		return t, false, nil
	}
	if ok, err = tx.UseToken(t.ID); err == nil && !ok {
		err = app.E(app.CodeTokenSpent).At("enrolment_token")
	}
	return t, ok, err
}

func sameMachine(ctx context.Context, tx Tx, f app.Fingerprint) (app.Workstation, bool, error) {
	alike, err := tx.WorkstationsOfMachine(ctx, f["machine_id"])
	if err != nil {
		return app.Workstation{}, false, err
	}
	for _, w := range alike {
		if w.Fingerprint.Resemblance(f) >= app.FingerprintSame {
			return w, true, nil
		}
	}
	return app.Workstation{}, false, nil
}

// Self tells a workstation how it stands. With wait, the answer comes as soon
// as its mark is no longer the one seen, or when the time is over.
func (s *Service) Self(ctx context.Context, thumbprint, seen string, wait time.Duration) (Own, error) {
	end := time.NewTimer(wait)
	defer end.Stop()
	// Another process, the console's, may approve: look again now and then.
	again := time.NewTicker(time.Second)
	defer again.Stop()
	for {
		change := s.change()
		w, err := s.store.WorkstationOfKey(ctx, thumbprint)
		if app.CodeOf(err) == app.CodeNotFound {
			return Own{}, app.E(app.CodeWorkstationUnknown)
		}
		if err != nil {
			return Own{}, err
		}
		o := own(w, thumbprint)
		if o.Mark() != seen {
			return o, nil
		}
		select {
		case <-change:
		case <-again.C:
		case <-end.C:
			return o, nil
		case <-ctx.Done():
			return o, nil
		}
	}
}

// Appear judges a workstation that signs somebody in: its state, its expiry,
// the drift of its fingerprint. Small drift is accepted and recorded. Large
// drift suspends it until it is approved again. A fingerprint of another
// machine altogether while the key is in use elsewhere means that the key
// stands on two machines: alarm, and both are suspended, for they are one
// workstation here.
func (s *Service) Appear(ctx context.Context, thumbprint string, f app.Fingerprint, version, address string) (app.Workstation, app.WorkstationKey, error) {
	var o Own
	var refusal error
	err := s.store.Write(ctx, func(tx Tx) error {
		refusal = nil
		w, err := tx.WorkstationOfKey(ctx, thumbprint)
		if app.CodeOf(err) == app.CodeNotFound {
			refusal = app.E(app.CodeWorkstationUnknown)
			return nil
		}
		if err != nil {
			return err
		}
		o = own(w, thumbprint)
		if refusal = w.MayServe(o.Key.State, app.DayOf(tx.Now().In(s.zone))); refusal != nil {
			return nil
		}
		same := w.Fingerprint.Resemblance(f)
		e := app.Event{Class: app.ClassAdmin, Workstation: w.ID, Key: thumbprint, Address: address, Target: w.ID, TargetDept: w.Department, TargetName: w.Name}
		if same < app.FingerprintSame {
			w.State, w.Alarm, e.Kind, refusal = app.WorkstationSuspended, app.AlarmDrift, app.EventSuspended, app.E(app.CodeWorkstationSuspended)
			e.Before, e.After = parts(w.Fingerprint, f)
			live, err := tx.SessionsAt(ctx, w.ID)
			if err != nil {
				return err
			}
			if same < app.FingerprintClone && slices.ContainsFunc(live, func(x app.Session) bool { return x.Thumbprint == thumbprint && x.Expires.After(tx.Now()) }) {
				w.Alarm, e.Kind, refusal = app.AlarmClone, app.EventAlarm, app.E(app.CodeWorkstationCloned)
			} else {
				w.Fingerprint = f // what whoever approves it again approves
			}
			e.Code, e.Reason = app.CodeOf(refusal), string(w.Alarm)
			if err := tx.EndSessionsAt(w.ID, app.SessionStopped); err != nil {
				return err
			}
			if err := tx.UpdateWorkstation(w); err != nil {
				return err
			}
			o.Workstation = w
			return tx.Record(e)
		}
		drifted := !equal(w.Fingerprint, f)
		before, after := parts(w.Fingerprint, f)
		w.Fingerprint, w.LastSeen, w.AppVersion = f, tx.Now(), version
		if err := tx.UpdateWorkstation(w); err != nil {
			return err
		}
		w.Version++
		o.Workstation = w
		if !drifted {
			return nil
		}
		e.Kind, e.Before, e.After = app.EventDrift, before, after
		return tx.Record(e)
	})
	if err == nil {
		err = refusal
	}
	if refusal != nil {
		s.stir()
	}
	return o.Workstation, o.Key, err
}

func equal(a, b app.Fingerprint) bool {
	for part := range app.FingerprintWeights {
		if a[part] != b[part] {
			return false
		}
	}
	return true
}

// parts names the components that changed; digests stay where they are.
func parts(a, b app.Fingerprint) (before, after json.RawMessage) {
	var gone, come []string
	for part := range app.FingerprintWeights {
		if a[part] == b[part] {
			continue
		}
		if a[part] != "" {
			gone = append(gone, part)
		}
		if b[part] != "" {
			come = append(come, part)
		}
	}
	slices.Sort(gone)
	slices.Sort(come)
	before, _ = json.Marshal(map[string][]string{"components": gone})
	after, _ = json.Marshal(map[string][]string{"components": come})
	return before, after
}
