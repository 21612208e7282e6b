package anpr

import (
	"context"
	"log/slog"
	"sync"
	"time"
	_ "time/tzdata" // Windows has no zone files

	"indagor/app"
)

// Quota is what is known of the daily quota of one e-service. ANPR counts
// every request of the client, whatever its outcome, from 00:00 to 23:59.
type Quota struct {
	Service          Service
	Known            bool // Limit and Remaining were said by ANPR
	Limit, Remaining int
	Stopped          bool // LimitExceeded: nothing more until Reset
	Reset            time.Time
	Used             int    // requests of the day that count towards the body's own limit
	Day              string // to which Used belongs
	// Told is the limit as the body's administrators may be told it: as learnt
	// last from a request that is not Apart. It outlives the day, so that it
	// appears for no request of a day.
	Told int
}

// QuotaStore keeps quotas over a restart of the server.
type QuotaStore interface {
	// SaveQuota replaces what is kept for q.Service.
	SaveQuota(ctx context.Context, q Quota) error
	// LoadQuotas gives everything kept.
	LoadQuotas(ctx context.Context) ([]Quota, error)
}

// QuotaOptions of a Quotas.
type QuotaOptions struct {
	Reserve float64           // share of the limit that jobs leave to people, 0 to 1
	Own     func(Service) int // the body's own daily limit, 0 where it has none; nil: none at all
	Store   QuotaStore        // nil: quotas are forgotten at the end
	Zone    *time.Location    // whose midnight ends the day; nil: Europe/Rome
	Now     func() time.Time
	Log     *slog.Logger // where a failing store is told; nil: nowhere
}

// quotaSaveEvery is how often a mere decrease is stored: after a restart the
// first answer tells the true value anyway. A stop is stored at once.
const quotaSaveEvery = 10 * time.Second

// Quotas keeps the daily quotas: it reads them from the answers, keeps back
// what would surely be refused, and leaves jobs ([Request.Reserve]) only what
// is above the reserve. After LimitExceeded it keeps back everything for that
// e-service until midnight, because the help desk of ANPR asks explicitly not
// to keep trying. What it keeps back is CodeAnprQuota with "until". A limit of
// the body's own below ANPR's is kept too, as CodeOwnQuota; requests that are
// [Request.Apart] neither count towards it nor are kept back by it.
type Quotas struct {
	next Register
	o    QuotaOptions

	mu sync.Mutex
	of map[Service]*account
}

// account is the quota of one e-service, guarded by Quotas.mu.
type account struct {
	Quota
	away  int // requests under way, not yet counted in Remaining
	saved time.Time
	kept  int // Used, as it was saved last
}

// NewQuotas wraps next.
func NewQuotas(next Register, o QuotaOptions) (*Quotas, error) {
	if o.Zone == nil {
		zone, err := time.LoadLocation("Europe/Rome")
		if err != nil {
			return nil, err
		}
		o.Zone = zone
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Quotas{next: next, o: o, of: map[Service]*account{}}, nil
}

// Load takes back what the store kept.
func (k *Quotas) Load(ctx context.Context) error {
	if k.o.Store == nil {
		return nil
	}
	kept, err := k.o.Store.LoadQuotas(ctx)
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, q := range kept {
		a := k.account(q.Service)
		a.Quota = q
		a.renew(k.time())
	}
	return nil
}

// Lookup asks next if the quota allows.
func (k *Quotas) Lookup(ctx context.Context, r Request) (Answer, []Call, error) {
	if err := k.take(r); err != nil {
		return Answer{}, nil, err
	}
	var calls []Call
	defer func() {
		if len(calls) == 0 && !r.Apart {
			k.unused(r.Service)
		}
		k.settle(ctx, r.Service, calls, !r.Apart)
	}()
	a, calls, err := k.next.Lookup(ctx, r)
	if app.CodeOf(err) == app.CodeAnprQuota {
		err = k.spent(r.Service, k.midnight(k.time())).Because(err)
	}
	return a, calls, err
}

// spent is the refusal for a quota that comes back at until.
func (k *Quotas) spent(s Service, until time.Time) *app.Error {
	return app.E(app.CodeAnprQuota, "service", string(s), "until", until.UTC().Format(time.RFC3339))
}

// time is now without the monotonic reading: windows end by the calendar,
// also after the machine has slept.
func (k *Quotas) time() time.Time { return k.o.Now().Round(0) }

// Quota tells what is known of the quota of an e-service now.
func (k *Quotas) Quota(s Service) Quota {
	k.mu.Lock()
	defer k.mu.Unlock()
	a := k.account(s)
	a.renew(k.time())
	return a.Quota
}

// Count takes account of a call that did not pass here, as a probe.
func (k *Quotas) Count(ctx context.Context, c Call) {
	k.mu.Lock()
	k.account(c.Service).away++
	k.mu.Unlock()
	k.settle(ctx, c.Service, []Call{c}, true)
}

// account needs k.mu.
func (k *Quotas) account(s Service) *account {
	a := k.of[s]
	if a == nil {
		a = &account{Quota: Quota{Service: s}}
		k.of[s] = a
	}
	return a
}

// renew forgets a window that has ended.
func (a *account) renew(now time.Time) {
	if !now.Before(a.Reset) {
		a.Quota = Quota{Service: a.Service, Used: a.Used, Day: a.Day, Told: a.Told}
	}
}

func (k *Quotas) take(r Request) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	a := k.account(r.Service)
	a.renew(k.time())
	if a.Stopped || a.Known && a.Remaining-a.away <= a.floor(r.Reserve, k.o.Reserve) {
		return k.spent(r.Service, a.Reset)
	}
	if !r.Apart {
		if err := k.allow(a, r); err != nil {
			return err
		}
	}
	a.away++
	return nil
}

// allow counts the request towards the body's own limit, or refuses it.
func (k *Quotas) allow(a *account, r Request) error {
	now := k.time()
	if limit, free := k.free(a, now, r.Reserve); limit > 0 && free <= 0 {
		return app.E(app.CodeOwnQuota, "service", string(r.Service), "until", k.midnight(now).UTC().Format(time.RFC3339))
	}
	a.Used++
	return nil
}

// free is the body's own limit and what of it is left, to jobs only what is
// above the reserve. It begins a new day. It needs k.mu.
func (k *Quotas) free(a *account, now time.Time, job bool) (limit, left int) {
	if day := now.In(k.o.Zone).Format(time.DateOnly); day != a.Day {
		a.Day, a.Used = day, 0
	}
	if k.o.Own == nil {
		return 0, 0
	}
	limit = k.o.Own(a.Service)
	left = limit - a.Used
	if job {
		left -= int(float64(limit) * k.o.Reserve)
	}
	return limit, left
}

// Own tells the body's own limit for an e-service, 0 where it has none, and
// what of it is left to jobs until midnight.
func (k *Quotas) Own(s Service) (limit, left int, until time.Time) {
	now := k.time()
	k.mu.Lock()
	defer k.mu.Unlock()
	limit, left = k.free(k.account(s), now, true)
	return limit, left, k.midnight(now)
}

// unused takes back what allow counted for a request that was never sent.
func (k *Quotas) unused(s Service) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if a := k.account(s); a.Used > 0 {
		a.Used--
	}
}

// floor is how much must remain after the requests under way.
func (a *account) floor(job bool, reserve float64) int {
	if !job {
		return 0
	}
	return int(float64(a.Limit) * reserve)
}

// settle counts the calls of a request; told: what they teach may be told.
func (k *Quotas) settle(ctx context.Context, s Service, calls []Call, told bool) {
	now := k.time()
	k.mu.Lock()
	a := k.account(s)
	a.away--
	a.renew(now)
	was := a.Quota
	for _, c := range calls {
		a.count(c, now, k.midnight(now))
		if told && c.Status != 0 && c.Rate.Known {
			a.Told = c.Rate.Limit
		}
	}
	save := k.o.Store != nil && (a.Quota != was || a.Used != a.kept) &&
		(a.Stopped != was.Stopped || a.Known != was.Known || a.Told != was.Told || now.Sub(a.saved) >= quotaSaveEvery)
	if save {
		a.saved, a.kept = now, a.Used
	}
	q := a.Quota
	k.mu.Unlock()
	if !save {
		return
	}
	// The answer was given and the call counted, whether or not the caller
	// is still there.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := k.o.Store.SaveQuota(ctx, q); err != nil {
		k.o.Log.ErrorContext(ctx, "quota not stored", "service", string(s), "error", err)
	}
}

// Flush stores what is counted and not stored yet: the last of it would
// otherwise be forgotten when the server stops.
func (k *Quotas) Flush(ctx context.Context) error {
	if k.o.Store == nil {
		return nil
	}
	k.mu.Lock()
	var left []Quota
	for _, a := range k.of {
		if a.Used != a.kept {
			a.kept = a.Used
			left = append(left, a.Quota)
		}
	}
	k.mu.Unlock()
	for _, q := range left {
		if err := k.o.Store.SaveQuota(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// sameWindow is how far apart two announced ends of one window may be.
const sameWindow = 5 * time.Minute

// count takes account of one call that ended now.
func (a *account) count(c Call, now, midnight time.Time) {
	if c.Status == 0 {
		return // perhaps never arrived; the next answer tells
	}
	switch rate := c.Rate; {
	case rate.Known:
		reset := midnight
		if rate.Reset > 0 && now.Add(rate.Reset).Before(midnight) {
			reset = now.Add(rate.Reset)
		}
		// Answers of concurrent calls arrive in any order: within one window
		// the smallest remainder is the latest.
		if a.Known && a.Limit == rate.Limit && reset.Sub(a.Reset).Abs() < sameWindow {
			a.Remaining = min(a.Remaining, rate.Remaining)
			break
		}
		if !a.Stopped {
			a.Reset = reset
		}
		a.Known, a.Limit, a.Remaining = true, rate.Limit, rate.Remaining
	case a.Known:
		a.Remaining = max(a.Remaining-1, 0)
	}
	if c.Code == NameLimitExceeded {
		a.Stopped, a.Reset = true, midnight
	}
}

// midnight is the end of the day of now.
func (k *Quotas) midnight(now time.Time) time.Time {
	y, m, d := now.In(k.o.Zone).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, k.o.Zone)
}
