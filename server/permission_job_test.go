package server_test

import (
	"context"
	"fmt"
	"io"
	"testing"

	"indagor/app"
	"indagor/server/servertest"
	"indagor/sync/client"
	"indagor/sync/wire"
)

// jobs walks the services on lists: everybody's own, nobody else's.
func (x *company) jobs(t *testing.T, walked map[string]bool) {
	content := "cf\n" + cast(t, "resident").CF + "\n"
	create := func(c *servertest.Client) error {
		return try(c, wire.CreateJob, &wire.CreateJobInput{Key: "permission-" + string(app.NewID()), Body: wire.JobDraft{Service: app.ServiceEnrichment, Name: "x.csv", Size: int64(len(content))}})
	}
	callers := map[app.Role]*servertest.Client{}
	kept := map[app.Role]app.ID{}
	for _, role := range app.Roles {
		callers[role] = x.actors[role]
		if specified("services.use", role) == blank {
			x.refuse(t, string(role)+" makes a job", func() error { return create(x.actors[role]) })
			x.refuse(t, string(role)+" lists jobs", func() error { return try(x.actors[role], wire.ListJobs, &wire.JobsInput{}) })
			continue
		}
		refusedAs(t, string(role)+" without the service makes a job", create(x.actors[role]), app.CodeServiceOff, "")
		callers[role] = x.At(x.Person(role, x.Registry, bulkUser(app.ScopeNational)), "ELENCHI-"+string(role))
		kept[role] = upload(t, callers[role], app.ServiceEnrichment, "x.csv", content).ID
	}
	no := func(id app.ID) *wire.JobPieceInput {
		return &wire.JobPieceInput{ID: id, Body: wire.JobPiece{At: 0, Content: []byte(content)}}
	}
	for _, role := range app.Roles {
		c := callers[role]
		purpose := x.Purpose(x.Registry)
		for _, op := range []struct {
			id  string
			do  func(id app.ID) error
			own app.Code // of one's own, at this time of its life; "" where it is done
		}{
			{"get-job", func(id app.ID) error { return try(c, wire.GetJob, &wire.GetJobInput{ID: id}) }, ""},
			{"list-job-rows", func(id app.ID) error { return try(c, wire.ListJobRows, &wire.JobRowsInput{ID: id}) }, ""},
			{"send-job-piece", func(id app.ID) error { return try(c, wire.SendJobPiece, no(id)) }, ""},
			{"correct-job-row", func(id app.ID) error {
				return try(c, wire.CorrectJobRow, &wire.CorrectJobRowInput{ID: id, Number: 1})
			}, ""},
			{"read-job", func(id app.ID) error {
				err := try(c, wire.ReadJob, &wire.ReadJobInput{ID: id})
				if err == nil {
					awaitJob(t, c, id, app.JobReading)
				}
				return err
			}, ""},
			{"plan-job", func(id app.ID) error {
				in := &wire.PlanJobInput{ID: id}
				in.Body.Fields = []string{"surname"}
				return try(c, wire.PlanJob, in)
			}, ""},
			{"pause-job", func(id app.ID) error { return try(c, wire.PauseJob, named(id)) }, app.CodeJobState},
			{"resume-job", func(id app.ID) error { return try(c, wire.ResumeJob, named(id)) }, app.CodeJobState},
			{"stop-job", func(id app.ID) error { return try(c, wire.StopJob, named(id)) }, app.CodeJobState},
			{"retry-job", func(id app.ID) error { return try(c, wire.RetryJob, named(id)) }, app.CodeJobState},
			{"repeat-job", func(id app.ID) error {
				return try(c, wire.RepeatJob, &wire.RepeatJobInput{Key: "permission-" + string(app.NewID()), ID: id})
			}, app.CodeJobState},
			{"start-job", func(id app.ID) error {
				in := &wire.StartJobInput{ID: id, Body: wire.JobOrder{Purpose: purpose, FileReference: "Prot. 1", Fields: []string{"surname"}}}
				err := try(c, wire.StartJob, in)
				if err == nil {
					awaitJob(t, c, id, app.JobRunning)
				}
				return err
			}, ""},
			{"get-job-result", func(id app.ID) error {
				_, err := client.Download(context.Background(), c.Client, wire.GetJobResult, &wire.JobResultInput{ID: id}, io.Discard, nil)
				return err
			}, ""},
			{"delete-job", func(id app.ID) error { return try(c, wire.DeleteJob, named(id)) }, ""},
		} {
			walked[op.id] = true
			none := x.refuse(t, op.id+" of none by "+string(role), func() error { return op.do(app.NewID()) })
			for owner, id := range kept {
				what := fmt.Sprintf("%s by %s, of %s", op.id, role, owner)
				if owner == role {
					if err := op.do(id); app.CodeOf(err) != op.own {
						t.Errorf("%s: %v", what, err)
					}
				} else if err := x.refuse(t, what, func() error { return op.do(id) }); refusalText(err) != refusalText(none) {
					t.Errorf("%s: %s, of none %s", what, refusalText(err), refusalText(none))
				}
			}
		}
		if specified("archive.read", role) != blank {
			delete(kept, role)
			if items := say(t, c, wire.ListJobs, &wire.JobsInput{}).Body.Items; len(items) != 0 {
				t.Errorf("jobs of %s: %+v", role, items)
			}
		}
	}
	walked["create-job"], walked["list-jobs"] = true, true
}
