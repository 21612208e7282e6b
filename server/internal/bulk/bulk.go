package bulk

import (
	"context"
	"encoding/json"
	"log/slog"
	"math"
	"sync"
	"time"

	"indagor/app"
	"indagor/app/list"
	"indagor/app/territory"
	"indagor/server/internal/anpr"
)

// Tx is what a job changes.
type Tx interface {
	Now() time.Time
	Record(app.Event) error
	InsertJob(app.StoredJob) error
	UpdateJob(app.StoredJob) error
	JobLocked(id app.ID) (app.StoredJob, error)
	DeleteJob(id app.ID) error
	JobReceived(ctx context.Context, job app.ID) (int64, error)
	PutJobChunk(job app.ID, at, size int64, sealed []byte) error
	DropJobChunks(job app.ID) error
	JobRow(ctx context.Context, job app.ID, number int) (app.StoredJobRow, error)
	InsertJobRow(app.StoredJobRow) error
	UpdateJobRow(app.StoredJobRow) error
	EndJobRow(app.StoredJobRow) (bool, error)
	DropJobKeys(job app.ID, number int, marks ...string) error
	DropJobRows(job app.ID) error
	JobRowTold(job app.ID, mark string, but int) (int, error)
	HandOnJobRow(job app.ID, number int) (heir int, err error)
	BeginJobRows(job app.ID) error
	CopyJobRows(job app.ID) error
	StopJobRows(job app.ID, outcome app.Outcome) error
	RetryJobRows(job app.ID, a, b app.Outcome) (int64, error)
	JobCounts(ctx context.Context, job app.ID) (app.JobCounts, error)
	PutJobCall(app.StoredJobCall) error
	EndJobCall(app.StoredJobCall) error
	SettleJobCall(app.StoredJobCall) error
	DropJobCalls(job app.ID, number int) error
	PutJobMember(job app.ID, mark string, number int, nucleus string) error
	PutKnownID(app.KnownID) error
}

// Store is what a job reads, and the way to change it.
type Store interface {
	Write(ctx context.Context, fn func(Tx) error) error
	User(ctx context.Context, id app.ID) (app.User, error)
	Workstation(ctx context.Context, id app.ID) (app.Workstation, error)
	Purpose(ctx context.Context, id app.ID) (app.Purpose, error)
	Department(ctx context.Context, id app.ID) (app.Department, error)
	KnownID(ctx context.Context, subject string, at int64) ([]byte, error)
	Job(ctx context.Context, id app.ID) (app.StoredJob, error)
	JobByKey(ctx context.Context, user app.ID, key string) (app.StoredJob, error)
	Jobs(ctx context.Context, f app.JobFilter, keep func(app.StoredJob) (bool, error)) ([]app.StoredJob, string, error)
	JobsOld(ctx context.Context, service app.Service, before time.Time, limit int) ([]app.StoredJob, error)
	JobsUnderWay(ctx context.Context) ([]app.StoredJob, error)
	JobChunk(ctx context.Context, job app.ID, from int64) (at int64, sealed []byte, err error)
	JobRow(ctx context.Context, job app.ID, number int) (app.StoredJobRow, error)
	JobRows(ctx context.Context, f app.JobRowFilter) ([]app.StoredJobRow, error)
	JobRowsToAsk(ctx context.Context, job app.ID, after, limit int) ([]app.StoredJobRow, error)
	JobCounts(ctx context.Context, job app.ID) (app.JobCounts, error)
	JobUnknown(ctx context.Context, job app.ID, at time.Time) (int, error)
	JobCalls(ctx context.Context, job app.ID) ([]app.StoredJobCall, error)
	JobMember(ctx context.Context, job app.ID, mark string) (number int, nucleus string, err error)
}

// Sealer seals what is kept about citizens, and makes the marks by which it is
// found again without being read.
type Sealer interface {
	Seal(plaintext, aad []byte) []byte
	Unseal(sealed, aad []byte) ([]byte, error)
	Mark(purpose string, value []byte) string
}

// Writer writes what an answer says, as the cards of single look-ups do.
type Writer interface {
	Text(f app.Field, subject json.RawMessage) (text, phrase string)
	Within(subject json.RawMessage, allowed []string) bool
}

// Gauge tells how an e-service stands.
type Gauge interface {
	// Parallel is how many calls may be under way now, those of people
	// included.
	Parallel(s anpr.Service) int
	Quota(s anpr.Service) (limit, remaining int, reset time.Time, known bool)
	// Own is the limit a day that the body sets itself, 0 where it has none, and
	// what of it is left to jobs until the moment.
	Own(s anpr.Service) (limit, left int, until time.Time)
	// Took is how long its last answer took, 0 where it has given none.
	Took(s anpr.Service) time.Duration
}

// OpenSheet opens a workbook held in memory.
type OpenSheet func(book []byte, limits list.Limits) (list.Source, error)

// Config is what the body decided.
type Config struct {
	Own              []string                // ISTAT codes of the body's own Comune or Comuni
	Mediators        func() app.MediatorRule // who may act as Mediator
	MediatorAsUserID func() bool             // show the Mediator's operator id to ANPR in the user's place
	IDLife           time.Duration           // how long a known ANPR id is good
	Timeout          time.Duration           // of one question, its repetitions included
	Zone             *time.Location
	Parallel         int // most calls of jobs at a time per e-service; 0: all but those left to people
	// Pace is how many calls all jobs together may make of each e-service in a
	// second at the moment; with 0, until when they wait. Without it there is no bound.
	Pace   func(at time.Time) (perSecond float64, until time.Time)
	Limits list.Limits
}

func (c Config) pace(at time.Time) (float64, time.Time) {
	if c.Pace == nil {
		return math.Inf(1), time.Time{}
	}
	return c.Pace(at)
}

// Service keeps and runs jobs.
type Service struct {
	store    Store
	register anpr.Register
	gauge    Gauge
	sealer   Sealer
	writer   Writer
	sheets   OpenSheet
	atlas    *territory.Atlas
	config   Config
	now      func() time.Time
	log      *slog.Logger
	lanes    *lanes

	ctx     context.Context // of the calls and writes under way; ends last
	stop    context.CancelFunc
	reading chan struct{} // how many lists are read at a time

	mu     sync.Mutex
	closed bool
	tasks  map[app.ID]*task
	wait   sync.WaitGroup
}

// task is a job that is being read or run.
type task struct {
	ctx    context.Context // of what has not begun yet
	cancel context.CancelCauseFunc
	done   chan struct{}
	runner *runner // where it runs
}

// Parts are what a Service stands on.
type Parts struct {
	Store    Store
	Register anpr.Register
	Gauge    Gauge
	Sealer   Sealer
	Writer   Writer
	Sheets   OpenSheet
	Atlas    *territory.Atlas
	Now      func() time.Time
	Log      *slog.Logger
}

// New returns the service. Close ends what runs.
func New(p Parts, c Config) *Service {
	if c.Limits == (list.Limits{}) {
		c.Limits = list.Usual
	}
	s := &Service{
		store: p.Store, register: p.Register, gauge: p.Gauge, sealer: p.Sealer, writer: p.Writer, sheets: p.Sheets, atlas: p.Atlas,
		config: c, now: p.Now, log: p.Log, reading: make(chan struct{}, 2), tasks: map[app.ID]*task{},
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.lanes = newLanes(c, p.Gauge, p.Now)
	return s
}

// Recover goes on with the jobs that a former process of the server left
// under way.
func (s *Service) Recover(ctx context.Context) error {
	left, err := s.store.JobsUnderWay(ctx)
	if err != nil {
		return err
	}
	for _, stored := range left {
		j, err := s.open(stored)
		if err != nil {
			return err
		}
		if j.State == app.JobReading {
			s.begin(j.ID, s.read)
		} else {
			s.begin(j.ID, s.run)
		}
	}
	return nil
}

// Close lets nothing more begin, waits for the calls under way until the
// context ends, then gives them up. The next start goes on with the jobs.
func (s *Service) Close(ctx context.Context) {
	s.mu.Lock()
	s.closed = true
	for _, t := range s.tasks {
		t.cancel(errStopping)
	}
	s.mu.Unlock()
	done := make(chan struct{})
	go func() { s.wait.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
		s.stop()
		<-done
	}
	s.stop()
	s.lanes.close()
}

// begin starts the task of a job. What the job did before ends first.
func (s *Service) begin(id app.ID, do func(*task, app.ID)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	before := s.tasks[id]
	t := &task{done: make(chan struct{})}
	t.ctx, t.cancel = context.WithCancelCause(s.ctx)
	s.tasks[id] = t
	s.wait.Add(1)
	go func() {
		defer s.wait.Done()
		if before != nil {
			<-before.done
		}
		_ = s.guard(id, func() error { do(t, id); return nil }) // what happened is in the log; the next start goes on with the job
		t.cancel(nil)
		s.mu.Lock()
		if s.tasks[id] == t {
			delete(s.tasks, id)
		}
		s.mu.Unlock()
		close(t.done)
	}()
}

// halt ends the task of a job and waits until what was under way is written.
func (s *Service) halt(ctx context.Context, id app.ID, cause error) error {
	s.mu.Lock()
	t := s.tasks[id]
	s.mu.Unlock()
	if t == nil {
		return nil
	}
	t.cancel(cause)
	select {
	case <-t.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Service) task(id app.ID) *task {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tasks[id]
}
