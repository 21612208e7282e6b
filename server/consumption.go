package server

import (
	"slices"
	"strings"
	"sync"
	"time"

	"indagor/app"
	"indagor/server/internal/anpr"
	"indagor/sync/wire"
)

// How the body's consumption towards ANPR is shown. It includes what everybody
// asks, so that whoever could watch it closely would see the requests of users
// who are not monitored: it is shown in steps and late (specification §2).
const (
	consumptionStep  = 5 // % of the quota
	consumptionLate  = time.Hour
	consumptionEvery = 5 * time.Minute
)

// consumption remembers how much of ANPR's daily quotas was used, for a little
// longer than it is shown late.
type consumption struct {
	now   func() time.Time
	quota func() map[anpr.Service]int // used share of each quota that is known, in %

	mu    sync.Mutex
	taken []reading // oldest first
}

type reading struct {
	at   time.Time
	used []wire.ConsumptionService
}

// take remembers the quotas as they are now.
func (c *consumption) take() {
	r := reading{at: c.now()}
	for service, percent := range c.quota() {
		r.used = append(r.used, wire.ConsumptionService{Service: string(service), Percent: percent / consumptionStep * consumptionStep})
	}
	slices.SortFunc(r.used, func(a, b wire.ConsumptionService) int { return strings.Compare(a.Service, b.Service) })
	c.mu.Lock()
	defer c.mu.Unlock()
	c.taken = append(c.taken, r)
	// One that is late enough stays.
	for len(c.taken) > 1 && !c.taken[1].at.After(c.now().Add(-consumptionLate)) {
		c.taken = c.taken[1:]
	}
}

// Read gives the newest reading that is late enough, to whoever answers for
// the whole body; the zero time where there is none yet.
func (c *consumption) Read(caller app.Caller) (time.Time, []wire.ConsumptionService, error) {
	if app.PermStatistics.Grant(caller.User.Role).Reach != app.ReachAll {
		return time.Time{}, nil, app.E(app.CodeForbidden)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	until := c.now().Add(-consumptionLate)
	for _, r := range slices.Backward(c.taken) {
		if !r.at.After(until) {
			return r.at, r.used, nil
		}
	}
	return time.Time{}, nil, nil
}

// quotas is the used share of each e-service's quota, in %: nothing of those
// whose quota nobody has met today, which so cannot be told from those of which
// little was used.
func (s *Server) quotas() map[anpr.Service]int {
	out := map[anpr.Service]int{}
	if s.register == nil {
		return out
	}
	for code := range s.config.ANPR.EServices {
		used := 0
		if limit, remaining, _, known := s.register.Quota(anpr.Service(code)); known && limit > 0 {
			used = (limit - min(remaining, limit)) * 100 / limit
		}
		out[anpr.Service(code)] = used
	}
	return out
}
