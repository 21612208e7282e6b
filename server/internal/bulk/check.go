package bulk

import (
	"context"
	"crypto/subtle"
	"encoding/json"

	"indagor/app"
)

// checkCode is the code by which the result of a job is checked. It stays the
// same while the job goes on: what was counted until now is told by the check.
func (s *Service) checkCode(j Job) string {
	b, _ := json.Marshal([]any{j.ID, j.User, j.Service, j.Created.UnixMicro(), j.Started.UnixMicro(), j.Day, j.Order, j.Repeats})
	return app.CheckCode(j.ID, s.sealer.Mark("result", b))
}

// CheckDocument says whether a result with the check code was made here, and
// what its summary must show. A code that no job has, or has no more, is not an
// error: it is not genuine.
func (s *Service) CheckDocument(ctx context.Context, code string) (app.DocumentCheck, error) {
	id, code := app.CheckedID(code)
	if id == "" {
		return app.DocumentCheck{}, nil
	}
	stored, err := s.store.Job(ctx, id)
	if app.CodeOf(err) == app.CodeNotFound {
		return app.DocumentCheck{}, nil
	} else if err != nil {
		return app.DocumentCheck{}, err
	}
	j, err := s.open(stored)
	if err != nil {
		return app.DocumentCheck{}, err
	}
	if j.Started.IsZero() || subtle.ConstantTimeCompare([]byte(code), []byte(s.checkCode(j))) == 0 {
		return app.DocumentCheck{}, nil
	}
	counts, err := s.counts(ctx, j)
	if err != nil {
		return app.DocumentCheck{}, err
	}
	c := app.DocumentCheck{
		Genuine: true, ReferenceDate: j.Day, FileReference: j.Order.FileReference, Asked: &j.Started,
		List: &app.ListCheck{Service: j.Service, State: j.State, Rows: counts.Rows, Outcomes: counts.Outcomes},
	}
	if !j.Ended.IsZero() {
		c.Ended = &j.Ended
	}
	return c, nil
}
