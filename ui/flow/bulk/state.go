package bulk

import (
	"context"
	"io"

	"indagor/app"
	"indagor/app/list"
	"indagor/sync/wire"
)

// Desk is what the page needs of the desktop.
type Desk interface {
	// Jobs gives a page of the lists that the query finds, newest first;
	// fromCopy tells that they are those of this machine, the server being away.
	Jobs(ctx context.Context, q wire.JobQuery) (page wire.List[wire.Job], fromCopy bool, err error)
	// Job gives a job as soon as it has another state than the one seen, or
	// after so many seconds; or at once as it stands in the copy.
	Job(ctx context.Context, id app.ID, seen app.JobState, wait int) (job wire.Job, fromCopy bool, err error)
	// CreateJob announces a list; the same key makes it once.
	CreateJob(ctx context.Context, key string, d wire.JobDraft) (wire.Job, error)
	SendJobPiece(ctx context.Context, id app.ID, piece wire.JobPiece) (wire.Job, error)
	JobRows(ctx context.Context, id app.ID, grade string, after int) (rows []wire.JobRow, next int, err error)
	CorrectJobRow(ctx context.Context, id app.ID, number int, c wire.JobCorrection) (wire.JobRow, error)
	ReadJob(ctx context.Context, id app.ID, how wire.JobReading) (wire.Job, error)
	PlanJob(ctx context.Context, id app.ID, fields []string) (wire.JobPlan, error)
	StartJob(ctx context.Context, id app.ID, o wire.JobOrder) (wire.Job, error)
	PauseJob(ctx context.Context, id app.ID) (wire.Job, error)
	ResumeJob(ctx context.Context, id app.ID) (wire.Job, error)
	StopJob(ctx context.Context, id app.ID) (wire.Job, error)
	RetryJob(ctx context.Context, id app.ID) (wire.Job, error)
	RepeatJob(ctx context.Context, key string, id app.ID) (wire.Job, error)
	DeleteJob(ctx context.Context, id app.ID) error
	// JobResult writes a result to the writer and gives the name of its file;
	// from the copy it is had whole and as CSV.
	JobResult(ctx context.Context, in wire.JobResultInput, to io.Writer, received func(int64)) (name string, err error)
	// UserSetting and SetUserSetting keep what is to outlive the program, for
	// each person.
	UserSetting(name string, into any) bool
	SetUserSetting(name string, value any) error
}

// State is all that the page shows beside the lists.
type State struct {
	Open    *wire.Job // the one that is looked at; nil: the lists
	Copied  bool      // it is shown as it stands in the copy on this machine: the server is away
	Sending string    // name of the file that is on its way; ""
	Sent    int64
	Size    int64
	Grade   string // by which the rows are narrowed
	Rows    []wire.JobRow
	Next    int           // where the rows go on; 0: they do not
	Samples []wire.JobRow // the first rows, whatever they are narrowed by
	Reads   int           // how often lists were read again
	Fields  []string      // chosen to be added
	Plan    *wire.JobPlan
	Busy    bool  // something was ordered and is not answered yet
	Fault   error // of what was ordered last
}

// Unmapped reports whether no column of the list tells the person, so that
// nothing can be asked.
func Unmapped(j wire.Job) bool {
	m := make(list.Mapping, len(j.Mapping))
	for i, f := range j.Mapping {
		m[i] = list.Field(f)
	}
	return j.State == app.JobReady && m.Check() != nil
}

// Fixed reports whether the list is that of an earlier job: it is asked again
// as it was.
func Fixed(j wire.Job) bool { return j.Repeats != "" }

// Column gives up to n different values of a column, counted from 0.
func (s State) Column(column, n int) []string {
	var out []string
	seen := map[string]bool{"": true}
	for _, r := range s.Samples {
		if column < len(r.Cells) && !seen[r.Cells[column]] && len(out) < n {
			seen[r.Cells[column]] = true
			out = append(out, r.Cells[column])
		}
	}
	return out
}
