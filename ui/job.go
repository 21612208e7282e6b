package ui

import (
	"context"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/screen"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// rests is how a list may come to rest by the server's hand.
var rests = map[app.JobState]theme.Tone{app.JobReady: theme.Information, app.JobRejected: theme.Danger, app.JobPaused: theme.Warning, app.JobDone: theme.Success}

// lookAtJob tells that a list of one's own has come to rest while another page
// is in view, once.
func (s *Shell) lookAtJob(w *work, id app.ID) {
	if id == "" {
		return
	}
	s.o.Go(func() {
		j, copied, err := w.desk.Job(w.ctx, id, "", 0)
		s.do(func() {
			if err != nil || copied || s.work != w || s.lock != nil {
				return
			}
			tone, rested := rests[j.State]
			before := w.rested[id]
			if w.rested == nil {
				w.rested = map[app.ID]app.JobState{}
			}
			w.rested[id] = j.State
			at := screen.Place(j.Service)
			if !rested || before == j.State || w.at == at || !w.has(at) || j.State == app.JobPaused && j.Code == "" {
				return
			}
			s.toasts.Add(widget.Toast{
				Tone: tone, Text: s.t("bulk.told."+string(j.State), "name", j.Name), For: urgentTime,
				Action: s.t("bulk.open"), OnAction: func() { s.goTo(at, id) },
			})
		})
	})
}

func job(out *wire.JobOutput, err error) (wire.Job, error) {
	if err != nil {
		return wire.Job{}, err
	}
	return out.Body, nil
}

func (l *line) CreateJob(ctx context.Context, key string, d wire.JobDraft) (wire.Job, error) {
	return job(call(ctx, l, wire.CreateJob, &wire.CreateJobInput{Key: key, Body: d}))
}

func (l *line) SendJobPiece(ctx context.Context, id app.ID, piece wire.JobPiece) (wire.Job, error) {
	return job(call(ctx, l, wire.SendJobPiece, &wire.JobPieceInput{ID: id, Body: piece}))
}

func (l *line) JobRows(ctx context.Context, id app.ID, grade string, after int) ([]wire.JobRow, int, error) {
	out, err := call(ctx, l, wire.ListJobRows, &wire.JobRowsInput{ID: id, Grade: grade, After: after, Limit: 200})
	if err != nil {
		return nil, 0, err
	}
	return out.Body.Items, out.Body.Next, nil
}

func (l *line) CorrectJobRow(ctx context.Context, id app.ID, number int, c wire.JobCorrection) (wire.JobRow, error) {
	out, err := call(ctx, l, wire.CorrectJobRow, &wire.CorrectJobRowInput{ID: id, Number: number, Body: c})
	if err != nil {
		return wire.JobRow{}, err
	}
	return out.Body, nil
}

func (l *line) ReadJob(ctx context.Context, id app.ID, how wire.JobReading) (wire.Job, error) {
	return job(call(ctx, l, wire.ReadJob, &wire.ReadJobInput{ID: id, Body: how}))
}

func (l *line) PlanJob(ctx context.Context, id app.ID, fields []string) (wire.JobPlan, error) {
	in := &wire.PlanJobInput{ID: id}
	in.Body.Fields = fields
	out, err := call(ctx, l, wire.PlanJob, in)
	if err != nil {
		return wire.JobPlan{}, err
	}
	return out.Body, nil
}

func (l *line) StartJob(ctx context.Context, id app.ID, o wire.JobOrder) (wire.Job, error) {
	return job(call(ctx, l, wire.StartJob, &wire.StartJobInput{ID: id, Body: o}))
}

func (l *line) PauseJob(ctx context.Context, id app.ID) (wire.Job, error) {
	return job(call(ctx, l, wire.PauseJob, &wire.IDInput{ID: id}))
}

func (l *line) ResumeJob(ctx context.Context, id app.ID) (wire.Job, error) {
	return job(call(ctx, l, wire.ResumeJob, &wire.IDInput{ID: id}))
}

func (l *line) StopJob(ctx context.Context, id app.ID) (wire.Job, error) {
	return job(call(ctx, l, wire.StopJob, &wire.IDInput{ID: id}))
}

func (l *line) RetryJob(ctx context.Context, id app.ID) (wire.Job, error) {
	return job(call(ctx, l, wire.RetryJob, &wire.IDInput{ID: id}))
}

func (l *line) RepeatJob(ctx context.Context, key string, id app.ID) (wire.Job, error) {
	return job(call(ctx, l, wire.RepeatJob, &wire.RepeatJobInput{Key: key, ID: id}))
}

func (l *line) DeleteJob(ctx context.Context, id app.ID) error {
	_, err := call(ctx, l, wire.DeleteJob, &wire.IDInput{ID: id})
	return err
}
