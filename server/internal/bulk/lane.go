package bulk

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"indagor/app"
	"indagor/server/internal/anpr"
)

// lanes let the calls of jobs through, per e-service. A call waits until there
// is a place, the pace allows it, the office is open and the e-service is not
// closed. Of the users who wait each gets a place in turn, however many jobs
// and rows he has.
type lanes struct {
	c     Config
	gauge Gauge
	now   func() time.Time

	mu   sync.Mutex
	of   map[anpr.Service]*lane
	over bool
}

// whose is in whose name a call is made.
type whose struct {
	user  app.ID
	apart bool // it does not count towards the body's own limit
}

// lane is the way to one e-service, guarded by lanes.mu.
type lane struct {
	inside  int
	queues  map[whose][]chan struct{} // of those who wait
	turns   []whose                   // whose turn comes, the next first
	next    time.Time                 // when the pace allows another call
	closed  time.Time                 // until when nothing goes through
	why     app.Code
	own     time.Time // until when the body's own limit is reached
	failing int       // failures since the last answer
	timer   *time.Timer
}

func newLanes(c Config, g Gauge, now func() time.Time) *lanes {
	return &lanes{c: c, gauge: g, now: now, of: map[anpr.Service]*lane{}}
}

// lane needs l.mu.
func (l *lanes) lane(s anpr.Service) *lane {
	x := l.of[s]
	if x == nil {
		x = &lane{queues: map[whose][]chan struct{}{}}
		l.of[s] = x
	}
	return x
}

// parallel is how many calls of jobs may be under way: one place, or a fifth
// of them, is always left to people, who so never wait for a job's call.
func (l *lanes) parallel(s anpr.Service) int {
	all := l.gauge.Parallel(s)
	n := all - max(1, all/5)
	if l.c.Parallel > 0 {
		n = min(n, l.c.Parallel)
	}
	return max(n, 1)
}

// enter waits for the user's turn. Who has entered must leave.
func (l *lanes) enter(ctx context.Context, s anpr.Service, user whose) error {
	place := make(chan struct{})
	l.mu.Lock()
	x := l.lane(s)
	if len(x.queues[user]) == 0 {
		x.turns = append(x.turns, user)
	}
	x.queues[user] = append(x.queues[user], place)
	l.admit(s, x)
	l.mu.Unlock()
	select {
	case <-place:
		return nil
	case <-ctx.Done():
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := slices.Index(x.queues[user], place); i >= 0 {
		x.queues[user] = slices.Delete(x.queues[user], i, i+1)
		if len(x.queues[user]) == 0 {
			x.forget(user)
		}
	} else { // given in the same moment
		x.inside--
		l.admit(s, x)
	}
	return context.Cause(ctx)
}

func (x *lane) forget(user whose) {
	delete(x.queues, user)
	if i := slices.Index(x.turns, user); i >= 0 {
		x.turns = slices.Delete(x.turns, i, i+1)
	}
}

// leave gives the place back.
func (l *lanes) leave(s anpr.Service) {
	l.mu.Lock()
	defer l.mu.Unlock()
	x := l.lane(s)
	x.inside--
	l.admit(s, x)
}

// answered notes that the e-service answers. The answer to a call that was
// under way when the lane was closed opens nothing: the lane stays closed, for
// the same reason, until its time is over.
func (l *lanes) answered(s anpr.Service) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if x := l.lane(s); !x.closed.After(l.now()) {
		x.failing, x.why = 0, ""
	}
}

// The pauses after failures, each twice the one before.
const (
	pauseLeast = 250 * time.Millisecond
	pauseMost  = 5 * time.Minute
)

// failed notes that the e-service did not answer as it should, and closes the
// lane for a while, or until the moment that was told.
func (l *lanes) failed(s anpr.Service, why app.Code, until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	x := l.lane(s)
	now := l.now()
	if !x.closed.After(now) { // the calls that were under way together fail together
		x.failing++
	}
	pause := pauseMost
	if x.failing < 16 {
		pause = min(pauseLeast<<(max(x.failing, 1)-1), pauseMost)
	}
	if until.IsZero() {
		until = now.Add(pause)
	}
	// Why it is closed is why it is closed so long.
	if until.After(x.closed) {
		x.closed, x.why = until, why
	}
}

// reached notes that the limit that the body sets itself is reached until the
// moment, or until the body raises it.
func (l *lanes) reached(s anpr.Service, until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	x := l.lane(s)
	x.failing, x.own = 0, until
}

// spent reports whether those wait who count towards the body's own limit. It
// needs l.mu.
func (l *lanes) spent(s anpr.Service, x *lane, now time.Time) bool {
	if !x.own.After(now) {
		return false
	}
	limit, left, _ := l.gauge.Own(s)
	return limit > 0 && left <= 0
}

// waits tells why nothing of the user goes through now, and until when; ""
// where calls do.
func (l *lanes) waits(s anpr.Service, user whose) (app.Code, time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if pace, until := l.c.pace(now); pace == 0 {
		return app.CodeJobHours, until
	}
	x := l.lane(s)
	switch {
	case x.closed.After(now) && (x.failing > 2 || x.why == app.CodeAnprQuota):
		return x.why, x.closed
	case !user.apart && l.spent(s, x, now):
		return app.CodeOwnQuota, x.own
	}
	return "", time.Time{}
}

// lookAgain is how often a lane looks whether it may open: clocks are set, and
// machines sleep.
const lookAgain = time.Second

// admit gives the free places. It needs l.mu.
func (l *lanes) admit(s anpr.Service, x *lane) {
	for len(x.turns) > 0 && !l.over && x.inside < l.parallel(s) {
		now := l.now()
		pace, until := l.c.pace(now)
		wait := max(x.closed.Sub(now), x.next.Sub(now))
		if pace == 0 {
			wait = max(wait, until.Sub(now), time.Millisecond)
		}
		turn := 0
		if wait <= 0 && l.spent(s, x, now) {
			if turn = slices.IndexFunc(x.turns, func(w whose) bool { return w.apart }); turn < 0 {
				wait = x.own.Sub(now)
			}
		}
		if wait > 0 {
			l.later(s, x, wait)
			return
		}
		if !math.IsInf(pace, 1) {
			x.next = now.Add(time.Duration(float64(time.Second) / pace))
		}
		user := x.turns[turn]
		queue := x.queues[user]
		close(queue[0])
		x.inside++
		x.turns = slices.Delete(x.turns, turn, turn+1)
		if len(queue) > 1 {
			x.queues[user] = queue[1:]
			x.turns = append(x.turns, user)
		} else {
			delete(x.queues, user)
		}
	}
}

// later looks again when the wait is over. It needs l.mu.
func (l *lanes) later(s anpr.Service, x *lane, wait time.Duration) {
	if x.timer != nil {
		return
	}
	x.timer = time.AfterFunc(min(wait, lookAgain), func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		x.timer = nil
		l.admit(s, x)
	})
}

// close lets nothing more through.
func (l *lanes) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
	for _, x := range l.of {
		if x.timer != nil {
			x.timer.Stop()
		}
	}
}
