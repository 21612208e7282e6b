package visura

import (
	"context"
	"strings"
	"time"

	"indagor/app"
	"indagor/app/territory"
)

// ArchiveQuery filters the caller's archive.
type ArchiveQuery struct {
	FiscalCode string
	Person     string // a code, an ANPR id, or words of surname and name
	File       string
	Type       app.VisuraType
	State      app.VisuraState
	Outcome    app.Outcome
	Purpose    app.ID
	From       app.Day
	Until      app.Day
	Since      time.Time
	Limit      int
	Cursor     string
}

// Archive lists the caller's own look-ups, newest first.
func (s *Service) Archive(ctx context.Context, caller app.Caller, q ArchiveQuery) ([]app.Visura, string, error) {
	f := app.ArchiveFilter{User: caller.User.ID, File: q.File, Type: q.Type, State: q.State, Outcome: q.Outcome, Purpose: q.Purpose, Since: q.Since, Limit: q.Limit, Cursor: q.Cursor}
	if q.FiscalCode != "" {
		code, err := fiscalCode(q.FiscalCode)
		if err != nil {
			return nil, "", err
		}
		f.SubjectKey = s.sealer.Mark("subject", []byte(code))
	}
	if strings.TrimSpace(q.Person) != "" {
		words := territory.Words(q.Person)
		if len(words) == 0 {
			return nil, "", app.E(app.CodeMalformed).At("person")
		}
		f.Marks = s.marks(caller.User.ID, words)
	}
	var err error
	if f.From, f.Until, err = app.Between(q.From, q.Until, s.config.Zone); err != nil {
		return nil, "", err
	}
	stored, next, err := s.store.Archive(ctx, f)
	if err != nil {
		return nil, "", err
	}
	out := make([]app.Visura, len(stored))
	for i, x := range stored {
		if out[i], err = s.unseal(x); err != nil {
			return nil, "", err
		}
	}
	return out, next, nil
}
