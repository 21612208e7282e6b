package server_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"slices"
	"testing"

	"indagor/app"
	"indagor/server"
	"indagor/server/servertest"
	"indagor/sync/client"
	"indagor/sync/wire"
)

// unpaced lets jobs ask as fast as ANPR answers.
func unpaced(o *server.Options) { o.Jobs = -1 }

// bulkUser may use both services on lists.
func bulkUser(scope app.ScopeKind) func(*app.User) {
	return func(u *app.User) {
		p := &app.BulkProfile{Way: u.Profile.Visure.Way, Scope: app.Scope{Kind: scope}}
		u.Profile.Enrichment, u.Profile.Household = p, p
	}
}

// upload sends a list and waits until it has been read.
func upload(t testing.TB, c *servertest.Client, service app.Service, name, content string) wire.Job {
	t.Helper()
	in := &wire.CreateJobInput{Key: "job-" + string(app.NewID())}
	in.Body = wire.JobDraft{Service: service, Name: name, Size: int64(len(content))}
	job := say(t, c, wire.CreateJob, in).Body
	for at := 0; at < len(content); at += wire.JobPieceMost {
		piece := &wire.JobPieceInput{ID: job.ID, Body: wire.JobPiece{At: int64(at), Content: []byte(content[at:min(at+wire.JobPieceMost, len(content))])}}
		job = say(t, c, wire.SendJobPiece, piece).Body
	}
	return awaitJob(t, c, job.ID, app.JobReading)
}

// awaitJob waits until the job is in another state.
func awaitJob(t testing.TB, c *servertest.Client, id app.ID, seen app.JobState) wire.Job {
	t.Helper()
	for {
		job := say(t, c, wire.GetJob, &wire.GetJobInput{ID: id, Wait: 20, Seen: seen}).Body
		if job.State != seen {
			return job
		}
	}
}

// order starts a job.
func order(c *servertest.Client, id app.ID, fields ...string) *wire.StartJobInput {
	return &wire.StartJobInput{ID: id, Body: wire.JobOrder{Purpose: c.Session.Purposes[0].ID, FileReference: "Prot. 77/2026", Fields: fields}}
}

// table is a result, by row and title.
type table struct {
	t    testing.TB
	rows [][]string
}

// result reads the result of a job.
func result(t testing.TB, c *servertest.Client, in *wire.JobResultInput) table {
	t.Helper()
	var b bytes.Buffer
	if _, err := client.Download(context.Background(), c.Client, wire.GetJobResult, in, &b, nil); err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b.Bytes(), []byte("\ufeff"))))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return table{t, rows}
}

func (x table) cell(row int, title string) string {
	x.t.Helper()
	i := slices.Index(x.rows[0], title)
	if i < 0 || row+1 >= len(x.rows) {
		x.t.Fatalf("no cell %q of row %d in %d rows of %q", title, row, len(x.rows), x.rows[0])
	}
	return x.rows[row+1][i]
}
