package assignment

import (
	"context"
	"slices"
	"sync"

	"indagor/app"
	"indagor/sync/wire"
)

// State is all that a move shows.
type State struct {
	Admin     app.ID // to whom; "" while nobody is chosen
	Terms     wire.MoveTerms
	Plan      wire.MovePlan // of Admin and Terms, when Planned
	Planned   bool
	Loading   bool  // a preview is on its way
	Running   bool  // the move is on its way
	Err       error // of the preview or of the move
	Moved     int   // how many have gone, when Done
	Done      bool
	Purposes  []app.Purpose // that the new department has
	Mediators []wire.Mediator
	// What of the terms was ever needed; a term that mends a fault stays in
	// view.
	NeedPurposes, NeedMediator, NeedWorkstation bool
}

// Refused counts those who cannot go.
func (s State) Refused() int {
	n := 0
	for _, m := range s.Plan.Moves {
		if len(m.Refusals) > 0 {
			n++
		}
	}
	return n
}

// Ready reports whether the move can be run.
func (s State) Ready() bool {
	return s.Planned && !s.Loading && !s.Running && !s.Done && len(s.Plan.Moves) > 0 && s.Refused() == 0
}

// Mover moves operators: those listed, or all those of an ADMIN. Its methods
// may be called from any goroutine; Watch's function, too, is.
type Mover struct {
	desk Desk
	ctx  context.Context
	run  func(func())
	lost func(error)

	mu        sync.Mutex
	onChange  func()
	state     State
	from      app.ID
	operators []app.ID
	asked     int    // counts the previews: what comes of an earlier one is dropped
	key       string // of the move, new with every preview
}

// NewMover returns the move of the operators or, where none are listed, of all
// those of from. run runs what takes time; lost is told every error.
func NewMover(ctx context.Context, d Desk, run func(func()), lost func(error), from app.ID, operators ...app.ID) *Mover {
	return &Mover{desk: d, ctx: ctx, run: run, lost: lost, from: from, operators: slices.Clone(operators), onChange: func() {}}
}

// Watch names who is told that the state has changed.
func (m *Mover) Watch(f func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.onChange = f
}

// State is what there is to show now.
func (m *Mover) State() State {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state
}

// From is the ADMIN all of whose operators are moved; "" where some are listed.
func (m *Mover) From() app.ID { return m.from }

func (m *Mover) change(f func(*State)) {
	m.mu.Lock()
	f(&m.state)
	onChange := m.onChange
	m.mu.Unlock()
	onChange()
}

// Choose says to whom they go, and previews it.
func (m *Mover) Choose(admin app.ID) {
	m.change(func(s *State) {
		if s.Admin != admin {
			*s = State{Admin: admin, Mediators: s.Mediators}
		}
	})
	m.Preview()
}

// Set changes the terms, and previews the move again.
func (m *Mover) Set(change func(*wire.MoveTerms)) {
	m.change(func(s *State) { change(&s.Terms) })
	m.Preview()
}

// Drop leaves out those who cannot go, and previews the rest.
func (m *Mover) Drop() {
	m.mu.Lock()
	var left []app.ID
	for _, x := range m.state.Plan.Moves {
		if len(x.Refusals) == 0 {
			left = append(left, x.Operator)
		}
	}
	if len(left) > 0 {
		m.operators, m.from = left, ""
	}
	m.mu.Unlock()
	if len(left) > 0 {
		m.Preview()
	}
}

// Preview asks again what the move would do.
func (m *Mover) Preview() {
	m.mu.Lock()
	m.asked++
	number, admin := m.asked, m.state.Admin
	in := wire.PlanMovesInput{}
	in.Body.Admin, in.Body.From, in.Body.Operators, in.Body.Terms = admin, m.from, m.operators, m.state.Terms
	m.mu.Unlock()
	if admin == "" {
		return
	}
	m.change(func(s *State) { s.Loading, s.Err = true, nil })
	m.run(func() {
		plan, err := m.desk.PlanMoves(m.ctx, in)
		var purposes []app.Purpose
		var mediators []wire.Mediator
		if err == nil {
			purposes, mediators, err = m.choices(plan.Department)
		}
		m.mu.Lock()
		stale := number != m.asked
		m.mu.Unlock()
		if stale {
			return
		}
		m.change(func(s *State) {
			s.Loading, s.Err = false, err
			if err != nil {
				return
			}
			s.Plan, s.Planned, s.Purposes, s.Mediators = plan, true, purposes, mediators
			s.needs()
			m.key = string(app.NewID())
		})
		if err != nil {
			m.lost(err)
		}
	})
}

// choices are what the terms can be made of.
func (m *Mover) choices(department app.ID) ([]app.Purpose, []wire.Mediator, error) {
	ps, err := m.desk.Purposes(m.ctx)
	if err != nil {
		return nil, nil, err
	}
	ps = slices.DeleteFunc(slices.Clone(ps), func(p app.Purpose) bool { return p.Department != department || p.Withdrawn })
	ms, err := m.desk.Mediators(m.ctx)
	return ps, ms, err
}

// needs notes which terms there is a reason to ask for.
func (s *State) needs() {
	for _, x := range s.Plan.Moves {
		s.NeedMediator = s.NeedMediator || x.LeftMediator != ""
		for _, e := range x.Refusals {
			s.NeedPurposes = s.NeedPurposes || e.Field == "profile.purposes"
			s.NeedWorkstation = s.NeedWorkstation || e.Code == app.CodeListedElsewhere
		}
	}
}

// Run moves them as previewed. A second call while it runs does nothing; one
// after a failure repeats the same request.
func (m *Mover) Run() {
	m.mu.Lock()
	s := m.state
	in := wire.RunMovesInput{Key: m.key}
	in.Body.Admin, in.Body.From, in.Body.Terms = s.Plan.Admin, m.from, s.Terms
	for _, x := range s.Plan.Moves {
		in.Body.Operators = append(in.Body.Operators, wire.MovedOperator{ID: x.Operator, Version: x.Version})
	}
	m.mu.Unlock()
	if !s.Ready() {
		return
	}
	m.change(func(s *State) { s.Running, s.Err = true, nil })
	m.run(func() {
		n, err := m.desk.RunMoves(m.ctx, in)
		m.change(func(s *State) { s.Running, s.Err, s.Moved, s.Done = false, err, n, err == nil })
		if err != nil {
			m.lost(err)
		}
	})
}
