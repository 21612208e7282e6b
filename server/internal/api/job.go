package api

import (
	"context"
	"time"

	"indagor/app"
	"indagor/app/list"
	"indagor/server/internal/bulk"
	"indagor/sync/wire"
)

// Jobs runs the services on lists.
type Jobs interface {
	Create(ctx context.Context, caller app.Caller, key string, d bulk.Draft) (bulk.Job, error)
	Append(ctx context.Context, caller app.Caller, id app.ID, at int64, piece []byte) (bulk.Job, error)
	Jobs(ctx context.Context, caller app.Caller, q bulk.Query) ([]bulk.View, string, error)
	Get(ctx context.Context, caller app.Caller, id app.ID, seen app.JobState, wait time.Duration) (bulk.View, error)
	Rows(ctx context.Context, caller app.Caller, f app.JobRowFilter) ([]bulk.Row, int, error)
	Remap(ctx context.Context, caller app.Caller, id app.ID, how bulk.Reading) (bulk.Job, error)
	Correct(ctx context.Context, caller app.Caller, id app.ID, number int, c bulk.Correction) (bulk.Row, error)
	Chosen(ctx context.Context, caller app.Caller, id app.ID, fields []string) (*bulk.Plan, error)
	Start(ctx context.Context, caller app.Caller, id app.ID, o bulk.Order) (bulk.Job, error)
	Pause(ctx context.Context, caller app.Caller, id app.ID) (bulk.Job, error)
	Resume(ctx context.Context, caller app.Caller, id app.ID) (bulk.Job, error)
	Stop(ctx context.Context, caller app.Caller, id app.ID) (bulk.Job, error)
	Retry(ctx context.Context, caller app.Caller, id app.ID) (bulk.Job, error)
	Again(ctx context.Context, caller app.Caller, key string, id app.ID) (bulk.Job, error)
	Delete(ctx context.Context, caller app.Caller, id app.ID) error
}

// JobFiles makes files of the results of jobs.
type JobFiles interface {
	Job(ctx context.Context, caller app.Caller, id app.ID, how bulk.Taking, format, language string) (app.File, error)
}

func (a *API) registerJobs() {
	// job gives the job as it stands after what was done to it.
	job := func(ctx context.Context, j bulk.Job, err error) (*wire.JobOutput, error) {
		if err != nil {
			return nil, err
		}
		v, err := a.Jobs.Get(ctx, callerOf(ctx), j.ID, "", 0)
		return &wire.JobOutput{Body: jobOf(v)}, err
	}
	act := func(do func(context.Context, app.Caller, app.ID) (bulk.Job, error)) func(context.Context, *wire.IDInput) (*wire.JobOutput, error) {
		return func(ctx context.Context, in *wire.IDInput) (*wire.JobOutput, error) {
			j, err := do(ctx, callerOf(ctx), in.ID)
			return job(ctx, j, err)
		}
	}
	register(a, wire.CreateJob, func(ctx context.Context, in *wire.CreateJobInput) (*wire.JobOutput, error) {
		j, err := a.Jobs.Create(ctx, callerOf(ctx), in.Key, bulk.Draft{Service: in.Body.Service, Name: in.Body.Name, Size: in.Body.Size})
		return job(ctx, j, err)
	})
	register(a, wire.SendJobPiece, func(ctx context.Context, in *wire.JobPieceInput) (*wire.JobOutput, error) {
		j, err := a.Jobs.Append(ctx, callerOf(ctx), in.ID, in.Body.At, in.Body.Content)
		return job(ctx, j, err)
	})
	register(a, wire.ListJobs, func(ctx context.Context, in *wire.JobsInput) (*wire.JobsOutput, error) {
		b := in.Body
		vs, next, err := a.Jobs.Jobs(ctx, callerOf(ctx), bulk.Query{
			Service: b.Service, Person: b.Person, Text: b.Text, State: b.State, Outcome: b.Outcome, Purpose: b.Purpose, From: b.From, Until: b.Until, Limit: b.Limit, Cursor: b.Cursor,
		})
		items := make([]wire.Job, len(vs))
		for i, v := range vs {
			items[i] = jobOf(v)
		}
		return &wire.JobsOutput{Body: wire.List[wire.Job]{Items: items, Next: next}}, err
	})
	register(a, wire.GetJob, func(ctx context.Context, in *wire.GetJobInput) (*wire.JobOutput, error) {
		v, err := a.Jobs.Get(ctx, callerOf(ctx), in.ID, in.Seen, time.Duration(in.Wait)*time.Second)
		return &wire.JobOutput{Body: jobOf(v)}, err
	})
	register(a, wire.ListJobRows, func(ctx context.Context, in *wire.JobRowsInput) (*wire.JobRowsOutput, error) {
		rows, next, err := a.Jobs.Rows(ctx, callerOf(ctx), app.JobRowFilter{
			Job: in.ID, Grade: in.Grade, Outcome: in.Outcome, Duplicates: in.Duplicates, Changed: in.Changed, After: in.After, Limit: in.Limit,
		})
		out := &wire.JobRowsOutput{}
		out.Body.Items, out.Body.Next = make([]wire.JobRow, len(rows)), next
		for i, r := range rows {
			out.Body.Items[i] = jobRow(r)
		}
		return out, err
	})
	register(a, wire.ReadJob, func(ctx context.Context, in *wire.ReadJobInput) (*wire.JobOutput, error) {
		var m list.Mapping
		for _, f := range in.Body.Mapping {
			m = append(m, list.Field(f))
		}
		j, err := a.Jobs.Remap(ctx, callerOf(ctx), in.ID, bulk.Reading{Mapping: m, Separator: in.Body.Separator, Header: in.Body.Header})
		return job(ctx, j, err)
	})
	register(a, wire.CorrectJobRow, func(ctx context.Context, in *wire.CorrectJobRowInput) (*wire.JobRowOutput, error) {
		r, err := a.Jobs.Correct(ctx, callerOf(ctx), in.ID, in.Number, bulk.Correction{Cells: in.Body.Cells, LeftOut: in.Body.LeftOut})
		return &wire.JobRowOutput{Body: jobRow(r)}, err
	})
	register(a, wire.PlanJob, func(ctx context.Context, in *wire.PlanJobInput) (*wire.JobPlanOutput, error) {
		p, err := a.Jobs.Chosen(ctx, callerOf(ctx), in.ID, in.Body.Fields)
		if err != nil {
			return nil, err
		}
		return &wire.JobPlanOutput{Body: *planOf(p)}, nil
	})
	register(a, wire.StartJob, func(ctx context.Context, in *wire.StartJobInput) (*wire.JobOutput, error) {
		b := in.Body
		j, err := a.Jobs.Start(ctx, callerOf(ctx), in.ID, bulk.Order{Purpose: b.Purpose, FileReference: b.FileReference, ReferenceDate: b.ReferenceDate, Fields: b.Fields})
		return job(ctx, j, err)
	})
	register(a, wire.PauseJob, act(a.Jobs.Pause))
	register(a, wire.ResumeJob, act(a.Jobs.Resume))
	register(a, wire.StopJob, act(a.Jobs.Stop))
	register(a, wire.RetryJob, act(a.Jobs.Retry))
	register(a, wire.RepeatJob, func(ctx context.Context, in *wire.RepeatJobInput) (*wire.JobOutput, error) {
		j, err := a.Jobs.Again(ctx, callerOf(ctx), in.Key, in.ID)
		return job(ctx, j, err)
	})
	register(a, wire.DeleteJob, func(ctx context.Context, in *wire.IDInput) (*wire.None, error) {
		return &wire.None{}, a.Jobs.Delete(ctx, callerOf(ctx), in.ID)
	})
	registerDownload(a, wire.GetJobResult, func(ctx context.Context, in *wire.JobResultInput) (app.File, error) {
		return a.JobFiles.Job(ctx, callerOf(ctx), in.ID, bulk.Taking{Changed: in.Changed, Copy: in.Copy}, in.Format, in.Language)
	})
}

func jobOf(v bulk.View) wire.Job {
	j := v.Job
	out := wire.Job{
		ID: j.ID, Service: j.Service, State: j.State, Name: j.Name, Size: j.Size, Received: j.Received, Code: j.Code, Params: j.Params,
		Header: filled(j.Header), Columns: j.Columns, Mapping: make([]string, len(j.Mapping)), Purpose: j.Order.Purpose, PurposeName: j.Purpose,
		FileReference: j.Order.FileReference, ReferenceDate: j.Day, Fields: filled(j.Order.Fields), Repeats: j.Repeats, Mediator: j.Mediator,
		Created: j.Created, Started: moment(j.Started), Ended: moment(j.Ended), Counts: v.Counts, Plan: planOf(v.Plan),
	}
	if out.Counts.Outcomes == nil {
		out.Counts.Outcomes = map[app.Outcome]int{}
	}
	for i, f := range j.Mapping {
		out.Mapping[i] = string(f)
	}
	if j.Format.Encoding != "" && !j.Sheet {
		out.Format = &wire.JobFormat{Encoding: string(j.Format.Encoding), Separator: j.Format.Separator, Header: j.Format.Header}
	}
	if p := v.Progress; p != nil {
		out.Progress = &wire.JobProgress{Services: []wire.JobPace{}, Seconds: p.Seconds, Waits: p.Waits, Until: moment(p.Until)}
		for _, s := range p.Services {
			out.Progress.Services = append(out.Progress.Services, wire.JobPace{
				Service: string(s.Service), Done: s.Done, Failed: s.Failed, PerSecond: s.PerSecond, Waits: s.Waits, Until: moment(s.Until),
			})
		}
	}
	return out
}

func planOf(p *bulk.Plan) *wire.JobPlan {
	if p == nil {
		return nil
	}
	out := &wire.JobPlan{Services: []wire.JobNeed{}, Calls: p.Calls, Seconds: p.Seconds, End: moment(p.End)}
	for _, n := range p.Services {
		need := wire.JobNeed{Service: string(n.Service), Calls: n.Calls, Limit: n.Limit, PerSecond: n.PerSecond}
		if n.Known {
			need.Remaining = &n.Remaining
		}
		out.Services = append(out.Services, need)
	}
	return out
}

func jobRow(r bulk.Row) wire.JobRow {
	out := wire.JobRow{
		Number: r.Number, Line: r.Line, Cells: filled(r.Cells), Was: r.Was, Grade: r.Grade, LeftOut: r.LeftOut, First: r.First,
		Findings: []wire.JobFinding{}, Done: r.Done, Outcome: r.Outcome, Code: r.Code, Changed: r.Changed,
	}
	for _, f := range r.Findings {
		out.Findings = append(out.Findings, wire.JobFinding{Code: f.Code, Grade: f.Grade.String(), Column: f.Column, Params: f.Params, Suggestions: f.Suggestions})
	}
	return out
}
