package bulk

import (
	"context"
	"strings"

	"indagor/app"
	"indagor/app/list"
)

// Query filters the caller's own jobs.
type Query struct {
	Service app.Service
	Person  string // a fiscal code or an ANPR id, of a row or of somebody met in a household
	Text    string // part of the name of the file, or of the file reference
	State   app.JobState
	Outcome app.Outcome // of at least one row
	Purpose app.ID
	From    app.Day // days on which it was made
	Until   app.Day
	Limit   int
	Cursor  string
}

// Jobs lists the caller's own jobs, newest first. A page may be shorter than
// asked, even empty, and not the last.
func (s *Service) Jobs(ctx context.Context, caller app.Caller, q Query) ([]View, string, error) {
	f := app.JobFilter{User: caller.User.ID, Service: q.Service, State: q.State, Outcome: q.Outcome, Purpose: q.Purpose, Limit: q.Limit, Cursor: q.Cursor}
	if strings.TrimSpace(q.Person) != "" {
		p, err := list.Named(q.Person)
		if err != nil {
			return nil, "", app.E(app.CodeOf(err)).At("person").Because(err)
		}
		key, err := s.subjectKey(p)
		if err != nil {
			return nil, "", err
		}
		// In which role the list was read does not matter.
		f.Marks, f.Members = []string{key, s.ownMark(caller.User.ID, key)}, s.memberMarks(string(p.Code), p.ANPR)
	}
	var err error
	if f.From, f.Until, err = app.Between(q.From, q.Until, s.config.Zone); err != nil {
		return nil, "", err
	}
	// Name and reference stand sealed, and are looked at as jobs are read.
	opened := map[app.ID]Job{}
	text := strings.ToLower(q.Text)
	var keep func(app.StoredJob) (bool, error)
	if text != "" {
		keep = func(x app.StoredJob) (bool, error) {
			j, err := s.open(x)
			if err != nil || !strings.Contains(strings.ToLower(j.Name), text) && !strings.Contains(strings.ToLower(j.Order.FileReference), text) {
				return false, err
			}
			opened[x.ID] = j
			return true, nil
		}
	}
	stored, next, err := s.store.Jobs(ctx, f, keep)
	if err != nil {
		return nil, "", err
	}
	out := make([]View, len(stored))
	for i, x := range stored {
		j, ok := opened[x.ID]
		if !ok {
			if j, err = s.open(x); err != nil {
				return nil, "", err
			}
		}
		if out[i], err = s.view(ctx, j, false); err != nil {
			return nil, "", err
		}
	}
	return out, next, nil
}

// keys are further marks by which a person is found, beside that of his row:
// the list may give his ANPR id with his code, and the register tells both.
func (s *Service) keys(j *Job, p list.Person, row string) []string {
	var out []string
	for _, x := range []list.Person{{Code: p.Code}, {ANPR: p.ANPR}} {
		if x == (list.Person{}) {
			continue
		}
		if m := s.mark(j, x); m != row {
			out = append(out, m)
		}
	}
	return out
}
