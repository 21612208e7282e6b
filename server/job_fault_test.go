package server_test

import (
	"context"
	"testing"

	"indagor/app"
	"indagor/server"
	"indagor/server/internal/anpr"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// What goes wrong inside the server with one row pauses its job, and neither
// the server nor anybody else's.
func TestJobOutlivesPanic(t *testing.T) {
	s := &slow{}
	good := s.register()
	bad := anpr.Func(func(ctx context.Context, r anpr.Request) (anpr.Answer, []anpr.Call, error) {
		if r.Criteria.IDANPR == "AB0000003" {
			panic("what the row says")
		}
		return good.Lookup(ctx, r)
	})
	w := servertest.Start(t, servertest.Options{Server: func(o *server.Options) { o.Jobs, o.Register = -1, bad }})
	c := w.At(w.Person(app.RoleStandard, w.Registry, bulkUser(app.ScopeNational)), "SPORTELLO-01")
	job := upload(t, c, app.ServiceEnrichment, "x.csv", benchList(5))
	say(t, c, wire.StartJob, order(c, job.ID, "surname", "address"))
	if job = awaitJob(t, c, job.ID, app.JobRunning); job.State != app.JobPaused || job.Code != app.CodeInternal {
		t.Errorf("%+v", job)
	}
	job = upload(t, c, app.ServiceEnrichment, "y.csv", benchList(2))
	say(t, c, wire.StartJob, order(c, job.ID, "surname"))
	if job = awaitJob(t, c, job.ID, app.JobRunning); job.State != app.JobDone {
		t.Errorf("%+v", job)
	}
}
