// Package signal tells signed-in users, within moments, that something which
// they may see has changed. It carries no data: only a kind, and ids of the
// hearer's own things.
//
// The store hands over what was committed ([Hub.Committed]); nothing that is
// sealed ever comes here, so that the doings of those whom nobody monitors
// cannot be heard. Each hearer has a bounded queue of what is still to be
// told: equal signals are told once, those about lists at most once a second,
// and where the queue is full it is given up for the one signal that says so.
// Whoever does not listen never makes a writer wait.
//
// One process knows only of its own commits. What another one does beside it,
// as the console, is heard of at the next heartbeat at the latest, where it
// ends a session, and otherwise when the client looks for itself.
package signal

import (
	"context"
	"sync"
	"time"

	"indagor/app"
)

const (
	// MostStreams is how many streams one session may keep open; one more ends
	// the oldest, since a connection that broke may seem open for minutes.
	MostStreams = 3
	// most is how many different signals wait for one hearer.
	most = 64
	// pause is the least time between two signals of a kind about a list.
	pause = time.Second
)

// pace is the least time between two signals of the kind.
func pace(k app.SignalKind) time.Duration {
	switch k {
	case app.SignalSession, app.SignalNotice, app.SignalVisura, app.SignalJob:
		return 0
	}
	return pause
}

// Hub knows who listens. It may be used by many goroutines.
type Hub struct {
	mu      sync.RWMutex
	streams []*Stream // oldest first
	closed  bool
}

// New returns a hub to which nobody listens.
func New() *Hub { return &Hub{} }

// Committed tells what a transaction has committed: the readable events that
// it wrote, and the signals that it gave. It never waits for a hearer.
func (h *Hub) Committed(events []app.Event, signals []app.Signal) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, s := range h.streams {
		s.tell(events, signals)
	}
}

// Listen opens a stream for the caller. After Close it is over from the
// beginning.
func (h *Hub) Listen(c app.Caller) *Stream {
	s := &Stream{hub: h, session: c.Session, hearer: newHearer(c), last: map[app.SignalKind]time.Time{}, wake: make(chan struct{}, 1)}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		s.over = true
		return s
	}
	n := 0
	for _, o := range h.streams {
		if o.session == c.Session {
			n++
		}
	}
	for i := 0; n >= MostStreams; i++ {
		if o := h.streams[i]; o.session == c.Session {
			o.end()
			n--
		}
	}
	h.streams = append(h.streams, s)
	return s
}

// Close ends every stream, and those to come.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for _, s := range h.streams {
		s.end()
	}
}

// Listeners is how many streams are open.
func (h *Hub) Listeners() int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return len(h.streams)
}

func (h *Hub) leave(s *Stream) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, o := range h.streams {
		if o == s {
			h.streams = append(h.streams[:i:i], h.streams[i+1:]...)
			return
		}
	}
}

// mark is what makes two signals equal.
type mark struct {
	kind app.SignalKind
	id   app.ID
}

// Stream is what one hearer is still to be told.
type Stream struct {
	hub     *Hub
	session app.ID
	wake    chan struct{}

	mu      sync.Mutex
	hearer  hearer
	waiting []mark // no two equal
	last    map[app.SignalKind]time.Time
	over    bool
}

// Update lets the stream go by what the caller is now.
func (s *Stream) Update(c app.Caller) {
	fresh := newHearer(c)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hearer = fresh
}

// Close gives the stream up.
func (s *Stream) Close() {
	s.end()
	s.hub.leave(s)
}

// Over reports whether the stream has ended: nothing will come any more.
func (s *Stream) Over() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.over
}

func (s *Stream) end() {
	s.mu.Lock()
	s.over = true
	s.mu.Unlock()
	s.stir()
}

func (s *Stream) stir() {
	select {
	case s.wake <- struct{}{}:
	default: // it will look anyway
	}
}

func (s *Stream) tell(events []app.Event, signals []app.Signal) {
	s.mu.Lock()
	before := len(s.waiting)
	for _, e := range events {
		for _, k := range s.hearer.hears(e) {
			s.put(mark{kind: k})
		}
	}
	for _, x := range signals {
		if s.hearer.meant(x) {
			s.put(mark{x.Kind, x.ID})
		}
	}
	stir := len(s.waiting) > before
	s.mu.Unlock()
	if stir {
		s.stir()
	}
}

// put adds what is not there yet. A full queue is given up for a resync; that
// the session must be looked at is kept.
func (s *Stream) put(m mark) {
	session := false
	for _, w := range s.waiting {
		if w == m || w.kind == app.SignalResync && m.kind != app.SignalSession {
			return
		}
		session = session || w.kind == app.SignalSession
	}
	if len(s.waiting) >= most {
		s.waiting = append(s.waiting[:0], mark{kind: app.SignalResync})
		if session {
			s.waiting = append(s.waiting, mark{kind: app.SignalSession})
		}
		if m.kind != app.SignalSession {
			return
		}
	}
	s.waiting = append(s.waiting, m)
}

// Next waits for what is to be told next. It is over, and ok false, when the
// context ends or the stream does. A signal of the kind session asks to look
// whether the hearer may still listen.
func (s *Stream) Next(ctx context.Context) (x app.Signal, ok bool) {
	for {
		m, wait, found := s.take(time.Now())
		if found {
			return app.Signal{Kind: m.kind, ID: m.id}, true
		}
		if s.Over() || ctx.Err() != nil {
			return x, false
		}
		var later <-chan time.Time
		if wait > 0 {
			t := time.NewTimer(wait)
			defer t.Stop()
			later = t.C
		}
		select {
		case <-s.wake:
		case <-later:
		case <-ctx.Done():
		}
	}
}

// take takes the first that may be told now; wait is how long the first of the
// others must wait, 0 where there is none.
func (s *Stream) take(now time.Time) (m mark, wait time.Duration, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		return m, 0, false
	}
	for i, m := range s.waiting {
		left := s.last[m.kind].Add(pace(m.kind)).Sub(now)
		if left <= 0 {
			s.waiting = append(s.waiting[:i], s.waiting[i+1:]...)
			s.last[m.kind] = now
			return m, 0, true
		}
		if wait == 0 || left < wait {
			wait = left
		}
	}
	return m, wait, false
}
