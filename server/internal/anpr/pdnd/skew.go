package pdnd

import (
	"net/http"
	"sync/atomic"
	"time"
)

// skew compares our clock with the Date of the answers. Tokens from the future
// are refused, so a clock that is ahead stops everything.
type skew struct {
	ahead atomic.Int64 // nanoseconds
	known atomic.Bool
}

// note takes account of the Date of an answer to what was sent at start and
// answered at end. Date has whole seconds, cut: half a second is added.
func (s *skew) note(start, end time.Time, date string) {
	theirs, err := http.ParseTime(date)
	if err != nil {
		return
	}
	ours := start.Add(end.Sub(start) / 2)
	s.ahead.Store(int64(ours.Sub(theirs.Add(500 * time.Millisecond))))
	s.known.Store(true)
}

// Skew tells how far our clock was ahead of the other side's at the last
// answer, to about a second and the time on the way. Beyond some seconds ahead
// tokens are refused as "creato nel futuro".
func (c *Client) Skew() (ahead time.Duration, known bool) {
	return time.Duration(c.clock.ahead.Load()), c.clock.known.Load()
}
