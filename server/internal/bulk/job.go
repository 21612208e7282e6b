package bulk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"indagor/app"
	"indagor/app/list"
	"indagor/server/internal/anpr"
)

// Job is a list with what is asked about it.
type Job struct {
	ID      app.ID
	User    app.ID
	Service app.Service
	State   app.JobState
	Created time.Time
	Updated time.Time

	// The list.
	Name     string // of its file
	Size     int64
	Received int64
	Sheet    bool // a workbook
	Format   list.Format
	Header   []string
	Columns  int
	Mapping  list.Mapping
	Told     bool // the mapping was told by its operator
	ToldForm bool // so were separator and header

	// Why it was rejected, or paused by the server.
	Code   app.Code
	Params map[string]string

	// What is asked, since when.
	Order   Order
	Day     app.Day
	Purpose string // its name as it was then
	Started time.Time
	Ended   time.Time
	Repeats app.ID         // the job whose list this one asks again
	Rows    int            // of that list
	Counts  *app.JobCounts // once it has ended; nil where the rows are to be counted

	// In whose name.
	Role        app.Role
	As          app.Role  // his role when he started or resumed it
	Event       app.Event // what every event of the job begins with
	Asked       anpr.Actor
	Allowed     []string // ISTAT codes of the scope; nil: the whole country
	Operator    string
	Workstation string
	Mediator    string
}

// whose is in whose name the job asks. What a user asks who is not monitored
// does not count towards the body's own limit, which would tell of it.
func (j Job) whose() whose { return whose{j.User, !j.Role.Monitored()} }

// Order is what the operator states when he starts a job.
type Order struct {
	Purpose       app.ID
	FileReference string
	ReferenceDate app.Day
	Fields        []string // of a rivestizione: ids of app.JobFields
}

// The reasons for which a task ends before its work.
var (
	errStopping = errors.New("bulk: the server stops")
	errPaused   = errors.New("bulk: paused")
	errGivenUp  = errors.New("bulk: given up")
)

func (s *Service) seal(j Job) (app.StoredJob, error) {
	b, err := json.Marshal(j)
	if err != nil {
		return app.StoredJob{}, err
	}
	return app.StoredJob{ID: j.ID, User: j.User, Service: j.Service, State: j.State, Purpose: j.Order.Purpose, Created: j.Created, Updated: j.Updated, Sealed: s.sealer.Seal(b, []byte("job|"+j.ID))}, nil
}

func (s *Service) open(stored app.StoredJob) (j Job, err error) {
	b, err := s.sealer.Unseal(stored.Sealed, []byte("job|"+stored.ID))
	if err == nil {
		err = json.Unmarshal(b, &j)
	}
	j.State, j.Updated = stored.State, stored.Updated
	return j, err
}

// own returns one of the caller's own jobs; another's does not exist for him.
func (s *Service) own(ctx context.Context, caller app.Caller, id app.ID) (Job, error) {
	stored, err := s.store.Job(ctx, id)
	if err != nil {
		return Job{}, err
	}
	if stored.User != caller.User.ID {
		return Job{}, app.E(app.CodeNotFound)
	}
	return s.open(stored)
}

// change changes a job that is in one of the states; "" stands for the
// server's own changes, of whosever job.
func (s *Service) change(ctx context.Context, user, id app.ID, states []app.JobState, fn func(tx Tx, j *Job) error) (j Job, err error) {
	err = s.store.Write(ctx, func(tx Tx) error {
		stored, err := tx.JobLocked(id)
		if err == nil && user != "" && stored.User != user {
			err = app.E(app.CodeNotFound)
		}
		if err != nil {
			return err
		}
		if j, err = s.open(stored); err != nil {
			return err
		}
		if !slices.Contains(states, j.State) {
			return app.E(app.CodeJobState)
		}
		if err := fn(tx, &j); err != nil {
			return err
		}
		j.Updated = tx.Now()
		if stored, err = s.seal(j); err != nil {
			return err
		}
		return tx.UpdateJob(stored)
	})
	return j, err
}

// profile is the part of the caller's profile for a service on lists; nil where
// it is not enabled.
func profile(u app.User, service app.Service) *app.BulkProfile {
	switch service {
	case app.ServiceEnrichment:
		return u.Profile.Enrichment
	case app.ServiceHousehold:
		return u.Profile.Household
	}
	return nil
}

// Draft is a list that is about to arrive.
type Draft struct {
	Service app.Service
	Name    string
	Size    int64
}

// mostUploads is how many lists of one user may be waiting to be started: they
// lie in the database until then.
const mostUploads = 20

// Create makes a job for a list that is about to arrive. The same key with the
// same draft gives the job that was made before.
func (s *Service) Create(ctx context.Context, caller app.Caller, key string, d Draft) (Job, error) {
	if profile(caller.User, d.Service) == nil {
		return Job{}, s.refuse(ctx, caller, d.Service, app.E(app.CodeServiceOff))
	}
	d.Name = cut(strings.TrimSpace(d.Name), 200)
	if d.Name == "" {
		return Job{}, app.E(app.CodeRequired).At("name")
	}
	switch {
	case d.Size <= 0:
		return Job{}, app.E(app.CodeListEmpty).At("size")
	case d.Size > s.config.Limits.Bytes:
		return Job{}, list.TooBig(s.config.Limits.Bytes).At("size")
	}
	j := Job{ID: app.NewID(), User: caller.User.ID, Role: caller.User.Role, Service: d.Service, State: app.JobUploading, Name: d.Name, Size: d.Size}
	return s.insert(ctx, caller, key, d, j)
}

// insert makes a job, once for a key.
func (s *Service) insert(ctx context.Context, caller app.Caller, key string, request any, j Job) (Job, error) {
	b, err := json.Marshal(request)
	if err != nil {
		return Job{}, err
	}
	sum := sha256.Sum256(b)
	digest := hex.EncodeToString(sum[:])
	if made, ok, err := s.repeated(ctx, caller, key, digest); ok || err != nil {
		return made, err
	}
	waiting, _, err := s.store.Jobs(ctx, app.JobFilter{User: caller.User.ID, Limit: 500}, nil)
	if err != nil {
		return Job{}, err
	}
	n := 0
	for _, w := range waiting {
		if w.State == app.JobUploading || w.State == app.JobReading || w.State == app.JobReady {
			n++
		}
	}
	if n >= mostUploads {
		return Job{}, app.E(app.CodeJobMany)
	}
	err = s.store.Write(ctx, func(tx Tx) error {
		j.Created, j.Updated = tx.Now(), tx.Now()
		stored, err := s.seal(j)
		if err != nil {
			return err
		}
		stored.Idempotency, stored.Digest = key, digest
		return tx.InsertJob(stored)
	})
	if app.CodeOf(err) != app.CodeTaken {
		return j, err
	}
	made, _, err := s.repeated(ctx, caller, key, digest)
	return made, err
}

// repeated gives the job that was made under the key.
func (s *Service) repeated(ctx context.Context, caller app.Caller, key, digest string) (Job, bool, error) {
	stored, err := s.store.JobByKey(ctx, caller.User.ID, key)
	switch {
	case app.CodeOf(err) == app.CodeNotFound:
		return Job{}, false, nil
	case err != nil:
		return Job{}, false, err
	case stored.Digest != digest:
		return Job{}, false, app.E(app.CodeIdempotency)
	}
	j, err := s.open(stored)
	return j, true, err
}

// refuse records a refused request and returns the refusal.
func (s *Service) refuse(ctx context.Context, caller app.Caller, service app.Service, refusal error) error {
	err := s.store.Write(ctx, func(tx Tx) error {
		e := caller.Event(app.ClassActivity, app.EventJobRefused)
		e.Service, e.Outcome, e.Code = service, app.OutcomeRefused, app.CodeOf(refusal)
		return tx.Record(e)
	})
	if err != nil {
		return err
	}
	return refusal
}

// Delete removes one of the caller's own jobs with its list and results.
func (s *Service) Delete(ctx context.Context, caller app.Caller, id app.ID) error {
	j, err := s.own(ctx, caller, id)
	if err != nil {
		return err
	}
	if j.State == app.JobRunning || j.State == app.JobPaused {
		return app.E(app.CodeJobState)
	}
	if err := s.halt(ctx, id, errGivenUp); err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx Tx) error {
		stored, err := tx.JobLocked(id)
		if err != nil {
			return err
		}
		if stored.State == app.JobRunning || stored.State == app.JobPaused {
			return app.E(app.CodeJobState)
		}
		if err := tx.DeleteJob(id); err != nil {
			return err
		}
		return tx.Record(s.event(j, caller, app.EventJobDeleted))
	})
}

// event begins an event about a job by the caller's hand. What was asked by a
// user whom nobody monitors stays sealed, whatever he has become since.
func (s *Service) event(j Job, caller app.Caller, kind app.EventKind) app.Event {
	e := caller.Event(app.ClassActivity, kind)
	if j.Role != "" && !j.Role.Monitored() {
		e.Actor.Role = j.Role
	}
	return about(j, e)
}

// about puts into an event what the job is.
func about(j Job, e app.Event) app.Event {
	e.Service, e.Purpose, e.PurposeName, e.File, e.Target = j.Service, j.Order.Purpose, j.Purpose, j.Order.FileReference, j.ID
	e.Mediator, e.OperatorID, e.AskedAs = j.Event.Mediator, j.Event.OperatorID, j.Event.AskedAs
	return e
}

func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}
