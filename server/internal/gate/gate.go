// Package gate decides who is asking, before anything else happens: the proof
// of possession, the workstation, the session, the account, the permission,
// the rate. It refuses in one place, records what it refused, and hands on a
// Caller to whom it did not.
package gate

import (
	"context"
	"time"

	"indagor/app"
	"indagor/sync/proof"
	"indagor/sync/wire"
)

// Tx is what a refusal leaves behind.
type Tx interface {
	Record(app.Event) error
}

// Store is what the gate reads, and the way to record.
type Store interface {
	Write(ctx context.Context, fn func(Tx) error) error
	Admission(ctx context.Context, tokenHash string) (app.Admission, error)
}

// Rules are the rules of sign-in that the gate applies at every request.
type Rules struct {
	MustChange func(app.Credential) bool
	MayUse     func(u app.User, workstation app.ID, approved bool) error
	Recent     func() time.Duration          // how long a given password counts as recent
	Ends       func(s app.Session) time.Time // when the session ends by itself
	Zone       *time.Location
}

// Limits are the rates that one key may keep up.
type Limits struct {
	PerSecond float64 // requests of one key, on average
	Burst     int
}

// NonceLife is how long a nonce of the server is good; a proof is good as long
// as its nonce.
const NonceLife = 2 * time.Minute

// Gate decides who is asking.
type Gate struct {
	store   Store
	rules   Rules
	now     func() time.Time
	nonces  *nonces
	replays *replays
	keys    *rates
	callers *rates
}

// New returns a gate.
func New(store Store, rules Rules, limits Limits, now func() time.Time) *Gate {
	return &Gate{store, rules, now, newNonces(NonceLife), newReplays(NonceLife), newRates(limits), newRates(Limits{PerSecond: limits.PerSecond / 2, Burst: limits.Burst * 3})}
}

// Nonce is a nonce for the caller's next proof.
func (g *Gate) Nonce() string { return g.nonces.make(g.now()) }

// Request is what of a request the gate looks at.
type Request struct {
	Method  string
	URL     string // as the caller addressed it, without query
	Proof   string // the header DPoP
	Token   string // of the header Authorization: DPoP, or ""
	Address string // network address of the caller
}

// Key proves that the caller holds a key, known or not, and returns its
// thumbprint.
func (g *Gate) Key(r Request) (string, error) {
	if r.Proof == "" {
		return "", app.E(app.CodeProofMissing)
	}
	now := g.now()
	c, err := proof.Verify(r.Proof, now, NonceLife+time.Minute)
	if err != nil {
		return "", err
	}
	if err := c.Matches(r.Method, r.URL, r.Token); err != nil {
		return "", err
	}
	if !g.nonces.good(c.Nonce, now) {
		return "", app.E(app.CodeNonceNeeded)
	}
	if !g.replays.fresh(c.Thumbprint+"|"+c.ID, now) {
		return "", app.E(app.CodeProofReplayed)
	}
	if !g.keys.allow(c.Thumbprint, now) {
		return "", app.E(app.CodeTooMany)
	}
	return c.Thumbprint, nil
}

// AnyKey is Key for callers who are not signed in. Keys cost nothing to make,
// so that their network address is counted too.
func (g *Gate) AnyKey(r Request) (string, error) {
	if !g.callers.allow(r.Address, g.now()) {
		return "", app.E(app.CodeTooMany)
	}
	return g.Key(r)
}

// Admit lets a signed-in caller through to the endpoint, or says why not. The
// refusals of a known user are recorded.
func (g *Gate) Admit(ctx context.Context, e wire.Info, r Request) (app.Caller, error) {
	if r.Token == "" {
		return app.Caller{}, app.E(app.CodeSessionMissing)
	}
	thumbprint, err := g.Key(r)
	if err != nil {
		return app.Caller{}, err
	}
	a, err := g.store.Admission(ctx, app.HashSecret(r.Token))
	if app.CodeOf(err) == app.CodeNotFound || err == nil && a.Session.Thumbprint != thumbprint {
		return app.Caller{}, app.E(app.CodeSessionEnded)
	}
	if err != nil {
		return app.Caller{}, err
	}
	approved := approved(a)
	caller := app.Caller{
		User: a.User, Session: a.Session.ID, Workstation: a.Workstation.ID, WorkstationName: a.Workstation.Name, WorkstationOK: approved,
		Key: thumbprint, Address: r.Address,
	}
	if refusal := g.refusal(e, a, approved); refusal != nil {
		return app.Caller{}, g.record(ctx, e, caller, refusal)
	}
	return caller, nil
}

// Readmit looks again at a caller who was admitted to the endpoint with the
// token and whose call lasts: it returns him as he is now, and when his session
// ends, or why he would no longer be let through. Nothing is recorded, since he
// has done nothing.
func (g *Gate) Readmit(ctx context.Context, e wire.Info, was app.Caller, token string) (app.Caller, time.Time, error) {
	a, err := g.store.Admission(ctx, app.HashSecret(token))
	if app.CodeOf(err) == app.CodeNotFound || err == nil && (a.Session.Thumbprint != was.Key || a.Session.ID != was.Session) {
		err = app.E(app.CodeSessionEnded)
	}
	if err != nil {
		return app.Caller{}, time.Time{}, err
	}
	approved := approved(a)
	was.User, was.Workstation, was.WorkstationName, was.WorkstationOK = a.User, a.Workstation.ID, a.Workstation.Name, approved
	return was, g.rules.Ends(a.Session), g.refusal(e, a, approved)
}

// approved reports whether the workstation and the key are approved, not only
// known.
func approved(a app.Admission) bool {
	return a.Workstation.State == app.WorkstationAuthorised && a.Key == app.WorkstationAuthorised
}

// refusal looks at everything that may have changed since the session began:
// a revocation works at the very next request.
func (g *Gate) refusal(e wire.Info, a app.Admission, approved bool) error {
	now := g.now()
	local := now.In(g.rules.Zone)
	s, w := a.Session, a.Workstation
	if err := w.MayServe(a.Key, app.DayOf(local)); err != nil {
		return err
	}
	switch {
	case s.Reason == app.SessionTaken:
		return app.E(app.CodeSessionTaken)
	case s.Reason == app.SessionDropped:
		return app.E(app.CodeSessionDropped)
	case !s.Ended.IsZero() || !now.Before(g.rules.Ends(s)):
		return app.E(app.CodeSessionEnded)
	}
	if err := a.User.MayWork(local); err != nil {
		return err
	}
	if err := g.rules.MayUse(a.User, w.ID, approved); err != nil {
		return err
	}
	switch {
	case e.Access == wire.AccessSession:
		return nil
	case g.rules.MustChange(a.Credential):
		return app.E(app.CodeMustChange)
	case e.Permission == "":
		return nil
	}
	row, ok := e.Permission.Row()
	if !ok || row.Grants[a.User.Role].Reach == app.ReachNone {
		return app.E(app.CodeForbidden)
	}
	if row.RecentPassword && now.Sub(s.Confirmed) > g.rules.Recent() {
		return app.E(app.CodeConfirm)
	}
	return nil
}

// record writes a refusal down and returns it. An ended session and a password
// to be given again are the course of things, not refusals.
func (g *Gate) record(ctx context.Context, e wire.Info, caller app.Caller, refusal error) error {
	switch app.CodeOf(refusal) {
	case app.CodeSessionEnded, app.CodeSessionTaken, app.CodeSessionDropped, app.CodeConfirm, app.CodeMustChange:
		return refusal
	}
	err := g.store.Write(ctx, func(tx Tx) error {
		ev := caller.Event(app.ClassAdmin, app.EventRefused)
		ev.Code, ev.Reason = app.CodeOf(refusal), e.ID
		return tx.Record(ev)
	})
	if err != nil {
		return err
	}
	return refusal
}
