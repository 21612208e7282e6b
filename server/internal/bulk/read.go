package bulk

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"indagor/app"
	"indagor/app/codicefiscale"
	"indagor/app/list"
)

// input is a row as it is kept.
type input struct {
	Line     int            `json:"l"`
	Cells    []string       `json:"c"`
	Was      []string       `json:"w,omitempty"` // the cells as they came, where the operator corrected some
	Person   list.Person    `json:"p"`
	Findings []list.Finding `json:"f,omitempty"`
	Reading  []list.Finding `json:"r,omitempty"` // those of the reading alone
}

// sampled is how many rows are looked at to recognise the columns, and together
// how many are written at a time.
const sampled = 300

// read reads a list into rows, and says what they are worth.
func (s *Service) read(t *task, id app.ID) {
	select {
	case s.reading <- struct{}{}:
	case <-t.ctx.Done():
		return
	}
	defer func() { <-s.reading }()
	stored, err := s.store.Job(t.ctx, id)
	if err != nil {
		s.tell(t.ctx, "reading a list", id, err)
		return
	}
	j, err := s.open(stored)
	again := j.Columns > 0 && j.Repeats == "" // it has been read before
	switch {
	case err != nil:
	case j.Repeats != "":
		err = s.guard(id, func() error { return s.copyRows(t.ctx, j) })
	default:
		err = s.guard(id, func() error { return s.readRows(t.ctx, &j) })
	}
	var refused *app.Error
	switch {
	case t.ctx.Err() != nil:
		return // the next start reads it again, if the job is still there
	case err != nil && !errors.As(err, &refused):
		s.tell(t.ctx, "reading a list", id, err)
		refused = app.E(app.CodeInternal)
	}
	if refused != nil && again {
		// It could be read before, so it is the way that was told: the list
		// stays, read as it was recognised.
		j.Told, j.ToldForm, j.Format, j.Mapping = false, false, list.Format{}, nil
		if err = s.readRows(t.ctx, &j); t.ctx.Err() != nil {
			return
		}
		s.tell(t.ctx, "reading a list", id, err)
	}
	_, err = s.change(t.ctx, "", id, []app.JobState{app.JobReading}, func(tx Tx, now *Job) error {
		now.Sheet, now.Format, now.Header, now.Columns, now.Mapping = j.Sheet, j.Format, j.Header, j.Columns, j.Mapping
		now.Told, now.ToldForm = j.Told, j.ToldForm
		now.State, now.Code, now.Params = app.JobReady, "", nil
		if refused != nil {
			now.Code, now.Params = refused.Code, refused.Params
		}
		if refused != nil && !again {
			now.State = app.JobRejected
			if err := tx.DropJobRows(id); err != nil {
				return err
			}
			return tx.DropJobChunks(id)
		}
		return nil
	})
	s.tell(t.ctx, "reading a list", id, err)
}

// tell writes down what nobody waits for.
func (s *Service) tell(ctx context.Context, what string, id app.ID, err error) {
	if err != nil && ctx.Err() == nil && app.CodeOf(err) != app.CodeNotFound {
		s.log.Error(what, "job", string(id), "error", err)
	}
}

func (s *Service) readRows(ctx context.Context, j *Job) error {
	src, err := s.source(ctx, j)
	if err != nil {
		return err
	}
	if c, ok := src.(io.Closer); ok {
		defer c.Close()
	}
	if j.Sheet && j.ToldForm {
		if src, err = headed(src, j.Format.Header); err != nil {
			return err
		}
	}
	var rows []list.Row
	for len(rows) < sampled {
		row, err := src.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return app.E(app.CodeListNoRows)
	}
	j.Header, j.Columns = src.Header(), len(src.Header())
	for _, r := range rows {
		j.Columns = max(j.Columns, len(r.Cells))
	}
	if !j.Told {
		j.Mapping = list.Recognise(j.Header, rows)
	}
	for len(j.Mapping) < j.Columns {
		j.Mapping = append(j.Mapping, "")
	}
	checker := list.NewChecker(j.Mapping, s.atlas, s.now())
	if err := s.store.Write(ctx, func(tx Tx) error { return tx.DropJobRows(j.ID) }); err != nil {
		return err
	}
	for {
		stored := make([]app.StoredJobRow, len(rows))
		for i, r := range rows {
			if stored[i], err = s.storedRow(j, checker.Check(r), r.Number); err != nil {
				return err
			}
			j.Columns = max(j.Columns, len(r.Cells))
		}
		if err := s.store.Write(ctx, func(tx Tx) error {
			for _, r := range stored {
				if err := tx.InsertJobRow(r); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
		rows = rows[:0]
		for len(rows) < sampled {
			row, err := src.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return err
			}
			rows = append(rows, row)
		}
		if len(rows) == 0 {
			return nil
		}
	}
}

// copyRows takes the rows of the job that this one repeats, each with the
// answer that it had. That job may be removed meanwhile: a list of which a part
// is missing is no list.
func (s *Service) copyRows(ctx context.Context, j Job) error {
	if err := s.store.Write(ctx, func(tx Tx) error { return tx.DropJobRows(j.ID) }); err != nil {
		return err
	}
	taken := 0
	for after := 0; ; {
		rows, err := s.store.JobRows(ctx, app.JobRowFilter{Job: j.Repeats, After: after, Limit: sampled})
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			if taken != j.Rows {
				return app.E(app.CodeJobGone)
			}
			return nil
		}
		taken += len(rows)
		for i, r := range rows {
			in, err := s.openInput(r)
			if err != nil {
				return err
			}
			was, err := s.was(ctx, j.Service, r)
			if err != nil {
				return err
			}
			if was != nil {
				was = s.sealer.Seal(was, rowAAD(j.ID, r.Number, "was"))
			}
			after = r.Number
			r.Job, r.Done, r.Outcome, r.Changed, r.Result, r.Was = j.ID, false, "", false, nil, was
			if r.Key != "" {
				r.Keys = s.keys(&j, in.Person, r.Key)
			}
			if r.Input, err = s.sealInput(j.ID, r.Number, in); err != nil {
				return err
			}
			rows[i] = r
		}
		if err := s.store.Write(ctx, func(tx Tx) error {
			for _, r := range rows {
				if err := tx.InsertJobRow(r); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
}

// storedRow is a checked row as it is kept.
func (s *Service) storedRow(j *Job, e list.Entry, number int) (app.StoredJobRow, error) {
	r := app.StoredJobRow{Job: j.ID, Number: number, Grade: e.Grade.String(), First: e.First}
	if e.Grade != list.Bad {
		r.Key, r.Known = s.mark(j, e.Person), e.Person.ANPR != ""
		r.Keys = s.keys(j, e.Person, r.Key)
	}
	var err error
	r.Input, err = s.sealInput(r.Job, number, input{Line: e.Row.Line, Cells: e.Row.Cells, Person: e.Person, Findings: e.Findings, Reading: e.Row.Findings})
	return r, err
}

func rowAAD(job app.ID, number int, what string) []byte {
	return []byte("job row|" + string(job) + "|" + strconv.Itoa(number) + "|" + what)
}

func (s *Service) sealInput(job app.ID, number int, in input) ([]byte, error) {
	b, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	return s.sealer.Seal(b, rowAAD(job, number, "input")), nil
}

func (s *Service) openInput(r app.StoredJobRow) (in input, err error) {
	b, err := s.sealer.Unseal(r.Input, rowAAD(r.Job, r.Number, "input"))
	if err == nil {
		err = json.Unmarshal(b, &in)
	}
	return in, err
}

// subject is the person as a look-up states him, which gives the key under
// which both remember what they learn.
func subject(p list.Person) app.Subject {
	switch {
	case p.Code != "":
		return app.Subject{FiscalCode: string(p.Code)}
	case p.ANPR != "":
		return app.Subject{IDANPR: p.ANPR}
	}
	sex := "M"
	if p.Female {
		sex = "F"
	}
	return app.Subject{Identity: &app.Identity{Surname: p.Surname, Name: p.Name, Sex: sex, BirthDate: app.DayOf(p.Birth), BirthPlace: p.Place}}
}

// subjectKey is the key of the person in the log and in the archive.
func (s *Service) subjectKey(p list.Person) (string, error) {
	x := subject(p)
	value := x.FiscalCode + x.IDANPR
	if x.Identity != nil {
		b, err := json.Marshal(x.Identity)
		if err != nil {
			return "", err
		}
		value = string(b)
	}
	return s.sealer.Mark("subject", []byte(value)), nil
}

// mark is the key under which the person's ANPR id is remembered. What a user
// who is not monitored learnt is remembered for himself alone: otherwise a
// colleague's look-up that needs no C030 would tell that he had asked.
func (s *Service) mark(j *Job, p list.Person) string {
	key, err := s.subjectKey(p)
	if err != nil {
		return ""
	}
	if j.Role.Monitored() {
		return key
	}
	return s.ownMark(j.User, key)
}

// ownMark is the mark for one user alone of a person with the key.
func (s *Service) ownMark(user app.ID, key string) string {
	return s.sealer.Mark("subject known to "+string(user), []byte(key))
}

// Reading is how the operator wants his list to be understood.
type Reading struct {
	Mapping   list.Mapping // nil: recognised
	Separator *string      // of a text; nil: as it is
	Header    *bool        // whether the first row names the columns; nil: as it is
}

// reheaded is a workbook of which the operator has said otherwise than it looks
// whether its first row names the columns.
type reheaded struct {
	list.Source
	header []string
	shift  int        // of the numbers of its rows
	ahead  []list.Row // to be given before the others
}

func headed(src list.Source, header bool) (list.Source, error) {
	was := src.Header()
	if header == (was != nil) {
		return src, nil
	}
	first, err := src.Read()
	switch {
	case errors.Is(err, io.EOF) && header:
		return nil, app.E(app.CodeListEmpty)
	case err != nil && !errors.Is(err, io.EOF):
		return nil, err
	case header:
		names := first.Cells
		for len(names) > 1 && strings.TrimSpace(names[len(names)-1]) == "" {
			names = names[:len(names)-1]
		}
		return &reheaded{Source: src, header: names, shift: -1}, nil
	}
	top := list.Row{Line: 1, Cells: was}
	out := &reheaded{Source: src, shift: 1, ahead: []list.Row{top}}
	if err == nil {
		out.ahead[0].Line = max(first.Line-1, 1)
		out.ahead = append(out.ahead, first)
	}
	return out, nil
}

// Header implements list.Source.
func (r *reheaded) Header() []string { return r.header }

// Read implements list.Source.
func (r *reheaded) Read() (row list.Row, err error) {
	if len(r.ahead) > 0 {
		row, r.ahead = r.ahead[0], r.ahead[1:]
	} else if row, err = r.Source.Read(); err != nil {
		return row, err
	}
	row.Number += r.shift
	row.Findings = slices.DeleteFunc(row.Findings, func(f list.Finding) bool { return f.Code == app.CodeListRagged })
	for len(row.Cells) < len(r.header) {
		row.Cells = append(row.Cells, "")
	}
	row.Findings = append(row.Findings, list.Ragged(row, len(r.header))...)
	return row, nil
}

// Correction is what the operator says of one row.
type Correction struct {
	Cells   []string // as they should be; nil: as they are
	LeftOut bool     // nobody is asked about it
}

// ownRecord reports whether a row speaks of the operator himself, as far as
// the row tells; the answer is looked at again.
func ownRecord(code string, p list.Person) bool {
	own, err := codicefiscale.Parse(code)
	if err != nil {
		return false
	}
	if p.Code != "" {
		return own.Code.Equivalent(p.Code)
	}
	if p.ANPR != "" {
		return false
	}
	theirs, err := codicefiscale.Compute(codicefiscale.Identity{Surname: p.Surname, Name: p.Name, Female: p.Female, Birth: p.Birth, Place: strings.ToUpper(p.Place)})
	return err == nil && own.Code.Equivalent(theirs)
}
