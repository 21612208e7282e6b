package bulk

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"indagor/app"
	"indagor/app/territory"
	"indagor/server/internal/anpr"
)

// Start begins to ask. Everything that the operator's profile says of the
// service is looked at now, and again while the job runs. What is refused is
// recorded, and begins nothing.
func (s *Service) Start(ctx context.Context, caller app.Caller, id app.ID, o Order) (Job, error) {
	j, err := s.own(ctx, caller, id)
	if err != nil {
		return Job{}, err
	}
	if j.State != app.JobReady {
		return Job{}, app.E(app.CodeJobState)
	}
	if err := s.order(ctx, caller, &j, o); err != nil {
		if app.CodeOf(err) == app.CodeInternal {
			return Job{}, err
		}
		return Job{}, s.refuse(ctx, caller, j.Service, err)
	}
	started, err := s.change(ctx, caller.User.ID, id, []app.JobState{app.JobReady}, func(tx Tx, now *Job) error {
		if err := now.Mapping.Check(); err != nil {
			return err
		}
		fresh := *now
		fresh.Order, fresh.Day, fresh.Purpose, fresh.Role, fresh.Event, fresh.Asked, fresh.Allowed = j.Order, j.Day, j.Purpose, j.Role, j.Event, j.Asked, j.Allowed
		fresh.As, fresh.Operator, fresh.Workstation, fresh.Mediator = j.As, j.Operator, j.Workstation, j.Mediator
		fresh.State, fresh.Started = app.JobRunning, tx.Now()
		fresh.Code, fresh.Params = "", nil // of a reading that failed
		*now = fresh
		if err := tx.BeginJobRows(id); err != nil {
			return err
		}
		if err := tx.DropJobChunks(id); err != nil {
			return err
		}
		return tx.Record(s.event(fresh, caller, app.EventJobStarted))
	})
	if err == nil {
		s.begin(id, s.run)
	}
	return started, err
}

// order checks what the operator states against his profile, and says in whose
// name ANPR is asked.
func (s *Service) order(ctx context.Context, caller app.Caller, j *Job, o Order) error {
	u := caller.User
	p := profile(u, j.Service)
	if p == nil {
		return app.E(app.CodeServiceOff)
	}
	if !slices.Contains(u.Profile.Purposes, o.Purpose) {
		return app.E(app.CodePurposeOff).At("purpose")
	}
	purpose, err := s.store.Purpose(ctx, o.Purpose)
	if err != nil {
		return app.E(app.CodePurposeOff).At("purpose").Because(err)
	}
	o.FileReference = strings.TrimSpace(o.FileReference)
	if anpr.Motive(o.FileReference) == "" {
		return app.E(app.CodeRequired).At("file_reference")
	}
	today := app.DayOf(s.now().In(s.config.Zone))
	if o.ReferenceDate == "" {
		o.ReferenceDate = today
	}
	if _, ok := o.ReferenceDate.Time(); !ok {
		return app.E(app.CodeDate).At("reference_date")
	}
	if o.ReferenceDate > today {
		return app.E(app.CodeDateFuture).At("reference_date")
	}
	if j.Repeats != "" {
		o.Fields = j.Order.Fields // other columns could not be compared
	}
	if j.Service == app.ServiceHousehold {
		o.Fields = nil
	} else if o.Fields, err = fields(o.Fields); err != nil {
		return err
	}
	j.Order, j.Day, j.Purpose = o, o.ReferenceDate, purpose.Name
	j.Role, j.Operator, j.Workstation = u.Role, u.FullName(), caller.WorkstationName
	j.Event, j.As = caller.Event(app.ClassActivity, ""), u.Role
	j.Allowed = nil
	switch p.Scope.Kind {
	case app.ScopeNational:
	case app.ScopeOwn:
		j.Allowed = s.config.Own
	default:
		return app.E(app.CodeProfileScopeBulk)
	}
	return s.way(ctx, caller, j, p.Way)
}

// fields brings the chosen columns into their order.
func fields(chosen []string) ([]string, error) {
	var out []string
	for _, f := range app.JobFields {
		if slices.Contains(chosen, f.ID) {
			out = append(out, f.ID)
		}
	}
	known := 0
	for i, id := range chosen {
		if slices.Contains(out, id) && !slices.Contains(chosen[:i], id) {
			known++
		}
	}
	switch {
	case len(chosen) == 0:
		return nil, app.E(app.CodeRequired).At("fields")
	case known != len(chosen):
		return nil, app.E(app.CodeInvalid).At("fields")
	}
	return out, nil
}

// way finds in whose name ANPR is asked, as for single look-ups: userID is the
// person who asked, by his ANPR operator id where the profile says so; with a
// Mediator both are kept, and the body may decide that the Mediator's operator
// id is shown.
func (s *Service) way(ctx context.Context, caller app.Caller, j *Job, w app.Way) error {
	u := caller.User
	loa := "LoA1" // a password; from an approved workstation it is two factors
	if caller.WorkstationOK {
		loa = "LoA2"
	}
	j.Asked = anpr.Actor{UserID: string(u.ID), UserLocation: string(caller.Workstation), LoA: loa}
	j.Mediator = ""
	if w.Kind == app.WayOperator {
		if u.OperatorID == "" {
			return app.E(app.CodeProfileOperatorID).At("operator_id")
		}
		j.Asked.UserID = u.OperatorID
		j.Event.OperatorID, j.Event.AskedAs = u.OperatorID, u.OperatorID
		return nil
	}
	m, err := s.store.User(ctx, w.Mediator)
	if err != nil && app.CodeOf(err) != app.CodeNotFound {
		return err
	}
	if e := m.MayMediate(app.DayOf(s.now().In(s.config.Zone)), s.config.Mediators()); e != nil {
		return e
	}
	if s.config.MediatorAsUserID() {
		j.Asked.UserID = m.OperatorID
	}
	j.Mediator = m.FullName()
	j.Event.Mediator, j.Event.OperatorID, j.Event.AskedAs = m.ID, m.OperatorID, j.Asked.UserID
	return nil
}

// still reports why the operator may not go on asking, or nil: his account, his
// workstation, the service or its scope was taken from him, or his Mediator, while
// the job ran. Whoever was moved meanwhile must go on by his own hand, so that what
// is asked from then on is written down under where he is (specification §2).
func (s *Service) still(ctx context.Context, j Job) error {
	u, err := s.store.User(ctx, j.User)
	if err != nil {
		return err
	}
	today := s.now().In(s.config.Zone)
	always := u
	always.Hours = nil // it is not he who works now
	if err := always.MayWork(today); err != nil {
		return err
	}
	p, was := profile(u, j.Service), j.Event.Actor
	switch {
	case app.PermUseServices.Grant(u.Role).Reach == app.ReachNone || p == nil:
		return app.E(app.CodeServiceOff)
	case u.Role != j.As || u.Department != was.Department || u.Admin != was.Admin:
		return app.E(app.CodeJobMoved)
	case !slices.Contains(u.Profile.Purposes, j.Order.Purpose):
		return app.E(app.CodePurposeOff)
	case p.Scope.Kind != app.ScopeOwn && p.Scope.Kind != app.ScopeNational:
		return app.E(app.CodeProfileScopeBulk)
	case p.Scope.Kind == app.ScopeOwn && j.Allowed == nil:
		return app.E(app.CodeOutOfScope)
	}
	if err := s.stationed(ctx, j, app.DayOf(today)); err != nil {
		return err
	}
	if p.Way.Kind != app.WayMediator {
		if u.OperatorID == "" || u.OperatorID != j.Event.OperatorID {
			return app.E(app.CodeProfileOperatorID)
		}
		return nil
	}
	m, err := s.store.User(ctx, p.Way.Mediator)
	if err != nil && app.CodeOf(err) != app.CodeNotFound {
		return err
	}
	e := m.MayMediate(app.DayOf(today), s.config.Mediators())
	switch {
	case e != nil && e.Code == app.CodeMediatorUnwanted:
		return e
	case e != nil || m.ID != j.Event.Mediator:
		return app.E(app.CodeProfileMediatorOff, "name", j.Mediator)
	}
	return nil
}

// stationed reports why the workstation from which the job was started may not
// be used any more.
func (s *Service) stationed(ctx context.Context, j Job, today app.Day) error {
	w, err := s.store.Workstation(ctx, j.Event.Workstation)
	if err != nil {
		return err
	}
	key := app.WorkstationRevoked
	for _, k := range w.Keys {
		if k.Thumbprint == j.Event.Key {
			key = k.State
		}
	}
	return w.MayServe(key, today)
}

// Pause lets what is being asked end, and asks nothing more.
func (s *Service) Pause(ctx context.Context, caller app.Caller, id app.ID) (Job, error) {
	j, err := s.change(ctx, caller.User.ID, id, []app.JobState{app.JobRunning}, func(tx Tx, j *Job) error {
		j.State, j.Code, j.Params = app.JobPaused, "", nil
		return tx.Record(s.event(*j, caller, app.EventJobPaused))
	})
	if err == nil {
		err = s.halt(ctx, id, errPaused)
	}
	return j, err
}

// Resume goes on with a job that was paused, in the name of whoever resumes it
// now: its operator, whose profile is looked at as it is today.
func (s *Service) Resume(ctx context.Context, caller app.Caller, id app.ID) (Job, error) {
	j, err := s.own(ctx, caller, id)
	if err != nil {
		return Job{}, err
	}
	if j.State != app.JobPaused {
		return Job{}, app.E(app.CodeJobState)
	}
	return s.restart(ctx, caller, j, []app.JobState{app.JobPaused}, app.EventJobResumed, nil)
}

// restart lets a job run that has run before.
func (s *Service) restart(ctx context.Context, caller app.Caller, j Job, states []app.JobState, kind app.EventKind, also func(Tx, *Job) error) (Job, error) {
	role := j.Role
	if err := s.order(ctx, caller, &j, j.Order); err != nil {
		if app.CodeOf(err) == app.CodeInternal {
			return Job{}, err
		}
		return Job{}, s.refuse(ctx, caller, j.Service, err)
	}
	// What was learnt for one who is not monitored stays so.
	if role != "" && !role.Monitored() {
		j.Role, j.Event.Actor.Role = role, role
	}
	if err := s.halt(ctx, j.ID, errPaused); err != nil {
		return Job{}, err
	}
	out, err := s.change(ctx, caller.User.ID, j.ID, states, func(tx Tx, now *Job) error {
		now.As, now.Role, now.Event, now.Asked, now.Allowed, now.Workstation, now.Mediator = j.As, j.Role, j.Event, j.Asked, j.Allowed, j.Workstation, j.Mediator
		now.State, now.Code, now.Params, now.Counts = app.JobRunning, "", nil, nil
		if also != nil {
			if err := also(tx, now); err != nil {
				return err
			}
		}
		return tx.Record(s.event(*now, caller, kind))
	})
	if err == nil {
		s.begin(out.ID, s.run)
	}
	return out, err
}

// Stop gives a job up: what was found so far stays, the other rows are
// withdrawn.
func (s *Service) Stop(ctx context.Context, caller app.Caller, id app.ID) (Job, error) {
	j, err := s.own(ctx, caller, id)
	if err != nil {
		return Job{}, err
	}
	if j.State == app.JobRunning {
		if _, err := s.Pause(ctx, caller, id); err != nil && app.CodeOf(err) != app.CodeJobState {
			return Job{}, err
		}
	}
	calls, err := s.store.JobCalls(ctx, id) // which nobody changes while it is paused
	if err != nil {
		return Job{}, err
	}
	return s.change(ctx, caller.User.ID, id, []app.JobState{app.JobPaused}, func(tx Tx, j *Job) error {
		j.State, j.Ended, j.Code, j.Params = app.JobStopped, tx.Now(), "", nil
		if err := s.withdraw(ctx, tx, *j, calls); err != nil {
			return err
		}
		if err := tx.StopJobRows(id, app.OutcomeWithdrawn); err != nil {
			return err
		}
		if err := count(ctx, tx, j); err != nil {
			return err
		}
		return tx.Record(s.event(*j, caller, app.EventJobStopped))
	})
}

// withdraw writes into the log the calls about the rows that had begun: they
// were made, though nothing came of them.
func (s *Service) withdraw(ctx context.Context, tx Tx, j Job, calls []app.StoredJobCall) error {
	begun := map[int][]*question{}
	for _, k := range calls {
		q, err := s.openCall(k)
		if err != nil {
			return err
		}
		if len(q.kept.Calls) > 0 {
			begun[k.Number] = append(begun[k.Number], q)
		}
	}
	for _, number := range slices.Sorted(maps.Keys(begun)) {
		row, err := tx.JobRow(ctx, j.ID, number)
		if err != nil {
			return err
		}
		in, err := s.openInput(row)
		if err != nil {
			return err
		}
		e := about(j, j.Event)
		e.Kind, e.Outcome = app.EventJobRow, app.OutcomeWithdrawn
		if e.Subject, err = s.subjectKey(in.Person); err != nil {
			return err
		}
		for _, q := range begun[number] {
			e.Calls = append(e.Calls, q.kept.Calls...)
		}
		settled, err := s.settled(begun[number])
		if err != nil {
			return err
		}
		for _, k := range settled {
			if err := tx.SettleJobCall(k); err != nil {
				return err
			}
		}
		if err := tx.Record(e); err != nil {
			return err
		}
	}
	return nil
}

// Retry asks again about the rows that failed or were withdrawn.
func (s *Service) Retry(ctx context.Context, caller app.Caller, id app.ID) (Job, error) {
	j, err := s.own(ctx, caller, id)
	if err != nil {
		return Job{}, err
	}
	ended := []app.JobState{app.JobDone, app.JobStopped}
	if !slices.Contains(ended, j.State) {
		return Job{}, app.E(app.CodeJobState)
	}
	return s.restart(ctx, caller, j, ended, app.EventJobResumed, func(tx Tx, j *Job) error {
		n, err := tx.RetryJobRows(id, app.OutcomeFailed, app.OutcomeWithdrawn)
		if err == nil && n == 0 {
			err = app.E(app.CodeJobNothing)
		}
		return err
	})
}

// Again makes a job that asks the list of an ended one once more, with the
// same columns; its result tells which rows have another answer than then. It
// waits for its operator to start it.
func (s *Service) Again(ctx context.Context, caller app.Caller, key string, id app.ID) (Job, error) {
	old, err := s.own(ctx, caller, id)
	if err != nil {
		return Job{}, err
	}
	if profile(caller.User, old.Service) == nil {
		return Job{}, s.refuse(ctx, caller, old.Service, app.E(app.CodeServiceOff))
	}
	if old.State != app.JobDone && old.State != app.JobStopped {
		return Job{}, app.E(app.CodeJobState)
	}
	counts, err := s.counts(ctx, old)
	if err != nil {
		return Job{}, err
	}
	j := old
	j.Rows = counts.Rows
	j.ID, j.State, j.Repeats, j.Role = app.NewID(), app.JobReading, old.ID, old.Role
	j.Code, j.Params, j.Event, j.Counts = "", nil, app.Event{}, nil
	if old.Role == "" || old.Role.Monitored() {
		j.Role = caller.User.Role
	}
	j.Day, j.Order.ReferenceDate, j.Purpose = "", "", ""
	j.Started, j.Ended = time.Time{}, time.Time{}
	fresh, err := s.insert(ctx, caller, key, struct{ Again app.ID }{id}, j)
	if err == nil && fresh.State == app.JobReading {
		s.begin(fresh.ID, s.read)
	}
	return fresh, err
}

// identity is a person by name as C030 wants him.
func (s *Service) identity(x app.Identity) *anpr.Identity {
	born, _ := x.BirthDate.Time()
	id := &anpr.Identity{
		Surname: strings.ToUpper(x.Surname), Name: strings.ToUpper(x.Name), Sex: x.Sex,
		Birth: anpr.Date{Year: born.Year(), Month: int(born.Month()), Day: born.Day()},
	}
	if state, ok := s.atlas.State(x.BirthPlace); ok {
		id.Place.Foreign = &anpr.Foreign{State: strings.ToUpper(state.Name), StateCode: state.ISTAT}
		return id
	}
	c, match := s.atlas.ComuneAt(x.BirthPlace, born)
	if match == territory.Unknown {
		return nil
	}
	id.Place.Comune = &anpr.Comune{Name: strings.ToUpper(c.Name), ISTAT: c.ISTAT, Province: c.Province}
	return id
}
