package bulk

import (
	"context"
	"iter"
	"strconv"

	"indagor/app"
)

// Column is a column of a result: a text of the list, or a key of the
// catalogue.
type Column struct {
	Text string
	Key  string
}

// Cell is a value of a result: a text, the key of a word, or the key of a
// phrase that the text completes; or a refusal, to be told as everywhere.
type Cell struct {
	Text  string
	Key   string
	Error *app.Error
}

// Table is the result of a job: the columns of the list as they came, then
// what was found, then how it ended. The rows are read as they are taken.
type Table struct {
	Job     Job
	Check   string // code by which the result is checked
	Counts  app.JobCounts
	Columns []Column
	Rows    iter.Seq2[[]Cell, error]
}

// Taking is how a result is taken.
type Taking struct {
	Changed bool // only rows that have another answer than in the job that it repeats
	Copy    bool // into a desktop's own copy
}

// Result gives the result of one of the caller's own jobs so far. That it was
// taken is written down.
func (s *Service) Result(ctx context.Context, caller app.Caller, id app.ID, how Taking) (Table, error) {
	j, err := s.own(ctx, caller, id)
	if err != nil {
		return Table{}, err
	}
	if j.Started.IsZero() {
		return Table{}, app.E(app.CodeNotFound)
	}
	t := Table{Job: j, Check: s.checkCode(j)}
	if t.Counts, err = s.counts(ctx, j); err != nil {
		return Table{}, err
	}
	kind := app.EventJobResult
	if how.Copy {
		kind = app.EventJobCopied
	}
	if err := s.store.Write(ctx, func(tx Tx) error { return tx.Record(s.event(j, caller, kind)) }); err != nil {
		return Table{}, err
	}
	for i := range j.Columns {
		c := Column{Key: "job.column", Text: strconv.Itoa(i + 1)}
		if i < len(j.Header) && j.Header[i] != "" {
			c = Column{Text: j.Header[i]}
		}
		t.Columns = append(t.Columns, c)
	}
	for _, key := range s.found(j) {
		t.Columns = append(t.Columns, Column{Key: key})
	}
	t.Rows = func(yield func([]Cell, error) bool) {
		for after := 0; ; {
			rows, err := s.store.JobRows(ctx, app.JobRowFilter{Job: id, Changed: how.Changed, After: after, Limit: sampled})
			if err != nil {
				yield(nil, err)
				return
			}
			for _, r := range rows {
				after = r.Number
				lines, err := s.lines(ctx, j, r)
				if err != nil {
					yield(nil, err)
					return
				}
				for _, l := range lines {
					if !yield(l, nil) {
						return
					}
				}
			}
			if len(rows) < sampled {
				return
			}
		}
	}
	return t, nil
}

// found are the titles of the columns beside those of the list.
func (s *Service) found(j Job) []string {
	keys := []string{"job.result.outcome", "job.result.detail"}
	if j.Repeats != "" {
		keys = append(keys, "job.result.changed")
	}
	keys = append(keys, "field.id_anpr", "job.result.fiscal_code", "job.result.day", "job.result.operation")
	if j.Service == app.ServiceHousehold {
		keys = append(keys, "job.result.nucleus", "job.result.nucleus_note")
		for _, f := range app.MemberFields {
			keys = append(keys, "job.member."+f.Label)
		}
		return keys
	}
	for _, f := range j.chosen() {
		keys = append(keys, f.Field.Label)
	}
	return keys
}

// chosen are the columns of a rivestizione.
func (j Job) chosen() []app.JobField {
	var out []app.JobField
	for _, f := range app.JobFields {
		for _, id := range j.Order.Fields {
			if f.ID == id {
				out = append(out, f)
			}
		}
	}
	return out
}

// lines are what a row comes to in the result: one line, or one per member.
func (s *Service) lines(ctx context.Context, j Job, r app.StoredJobRow) ([][]Cell, error) {
	in, err := s.openInput(r)
	if err != nil {
		return nil, err
	}
	cells := in.Cells
	if in.Was != nil {
		cells = in.Was // as they came
	}
	head := make([]Cell, j.Columns)
	for i := range min(len(cells), j.Columns) {
		head[i].Text = cells[i]
	}
	answered := r
	if r.First > 0 && len(r.Result) == 0 {
		if answered, err = s.store.JobRow(ctx, j.ID, r.First); err != nil {
			return nil, err
		}
	}
	res, err := s.openResult(answered)
	if err != nil {
		return nil, err
	}
	if !r.Done {
		res = result{}
	} else {
		res.Outcome = r.Outcome
	}
	from := 0 // the line of the row that found the household
	if res.From > 0 {
		row, err := s.store.JobRow(ctx, j.ID, res.From)
		if err != nil {
			return nil, err
		}
		theirs, err := s.openResult(row)
		if err != nil {
			return nil, err
		}
		told, err := s.openInput(row)
		if err != nil {
			return nil, err
		}
		res.Members, from = theirs.Members, told.Line
	}
	first := 0
	if r.First > 0 {
		if first, err = s.lineOf(ctx, s.store, j.ID, r.First); err != nil {
			return nil, err
		}
	}
	head = append(head, outcomeCell(r, res), s.detail(r, first, in, res))
	if j.Repeats != "" {
		head = append(head, yesNo(r.Changed))
	}
	day := Cell{}
	if res.Operation != "" {
		day.Text = string(j.Day)
	}
	head = append(head, Cell{Text: res.IDANPR}, Cell{Text: res.FiscalCode}, day, Cell{Text: res.Operation})
	if j.Service != app.ServiceHousehold {
		for i := range j.chosen() {
			c := Cell{}
			if i < len(res.Values) {
				c = Cell{Text: res.Values[i].Text, Key: res.Values[i].Phrase}
			}
			head = append(head, c)
		}
		return [][]Cell{head}, nil
	}
	note := Cell{}
	switch {
	case res.Incoherent:
		note.Key = "job.nucleus.incoherent"
	case res.From > 0:
		note = Cell{Key: "job.nucleus.from", Text: strconv.Itoa(from)}
	}
	head = append(head, Cell{Text: res.Nucleus}, note)
	if len(res.Members) == 0 {
		return [][]Cell{append(head, make([]Cell, len(app.MemberFields))...)}, nil
	}
	lines := make([][]Cell, len(res.Members))
	for i, m := range res.Members {
		l := append(make([]Cell, 0, len(head)+len(m)), head...)
		for _, v := range m {
			l = append(l, Cell{Text: v.Text, Key: v.Phrase})
		}
		lines[i] = l
	}
	return lines, nil
}

func outcomeCell(r app.StoredJobRow, res result) Cell {
	if !r.Done {
		return Cell{Key: "job.row.pending"}
	}
	return Cell{Key: "outcome." + string(res.Outcome)}
}

func yesNo(b bool) Cell {
	if b {
		return Cell{Key: "job.yes"}
	}
	return Cell{Key: "job.no"}
}

// detail says why a row was not asked, with what was probably meant, or why it
// failed; first is the line of the row that first names the same person.
func (s *Service) detail(r app.StoredJobRow, first int, in input, res result) Cell {
	if res.Code != "" {
		e := app.E(res.Code)
		e.Params = res.Params
		return Cell{Error: e}
	}
	if r.First > 0 {
		return Cell{Error: app.E(app.CodeListDuplicate, "row", strconv.Itoa(first))}
	}
	for _, f := range in.Findings {
		if f.Grade.String() == r.Grade && r.Grade == app.GradeBad {
			e := app.E(f.Code)
			e.Params = f.Params
			c := Cell{Error: e}
			if len(f.Suggestions) > 0 {
				c.Text = f.Suggestions[0]
			}
			return c
		}
	}
	return Cell{}
}
