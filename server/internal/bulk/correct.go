package bulk

import (
	"context"
	"slices"
	"strconv"

	"indagor/app"
	"indagor/app/list"
)

// Remap reads a list again, with the columns that the operator tells. What was
// corrected row by row is lost.
func (s *Service) Remap(ctx context.Context, caller app.Caller, id app.ID, how Reading) (Job, error) {
	if how.Mapping != nil {
		if err := how.Mapping.Check(); err != nil {
			return Job{}, err
		}
	}
	if how.Separator != nil && len(*how.Separator) > 1 {
		return Job{}, app.E(app.CodeInvalid).At("separator")
	}
	j, err := s.change(ctx, caller.User.ID, id, []app.JobState{app.JobReady}, func(_ Tx, j *Job) error {
		if j.Repeats != "" {
			return app.E(app.CodeJobState) // its list was read once and for all
		}
		if how.Mapping != nil && len(how.Mapping) > max(j.Columns, 1) {
			return app.E(app.CodeInvalid).At("mapping")
		}
		j.Told = how.Mapping != nil
		j.Mapping = how.Mapping
		if !j.ToldForm && j.Sheet {
			j.Format.Header = j.Header != nil
		}
		if how.Separator != nil && !j.Sheet {
			j.ToldForm, j.Format.Separator = true, *how.Separator
		}
		if how.Header != nil {
			j.ToldForm, j.Format.Header = true, *how.Header
		}
		j.State, j.Code, j.Params = app.JobReading, "", nil
		return nil
	})
	if err == nil {
		s.begin(id, s.read)
	}
	return j, err
}

// Correct takes a correction and judges the row again.
func (s *Service) Correct(ctx context.Context, caller app.Caller, id app.ID, number int, c Correction) (Row, error) {
	var out Row
	_, err := s.change(ctx, caller.User.ID, id, []app.JobState{app.JobReady}, func(tx Tx, j *Job) error {
		if j.Repeats != "" {
			return app.E(app.CodeJobState)
		}
		r, err := tx.JobRow(ctx, id, number)
		if err != nil {
			return err
		}
		in, err := s.openInput(r)
		if err != nil {
			return err
		}
		if c.Cells != nil {
			if len(c.Cells) > max(j.Columns, len(in.Cells)) {
				return app.E(app.CodeListColumns).At("cells")
			}
			for _, cell := range c.Cells {
				if len(cell) > s.config.Limits.Cell {
					return app.E(app.CodeListCell).At("cells")
				}
			}
			if in.Was == nil {
				in.Was = in.Cells
			}
			in.Cells = c.Cells
		}
		if c.Cells != nil {
			in.Reading = nil // they spoke of the cells as they came
		}
		was := s.keys(j, in.Person, r.Key)
		e := list.NewChecker(j.Mapping, s.atlas, s.now()).Check(list.Row{Number: number, Line: in.Line, Cells: in.Cells, Findings: in.Reading})
		in.Person, in.Findings = e.Person, e.Findings
		// Whoever repeated this row stands by himself now, or with another.
		if err := s.handOn(tx, id, number); err != nil {
			return err
		}
		r.Grade, r.LeftOut, r.First, r.Key, r.Known = e.Grade.String(), c.LeftOut, 0, "", false
		if e.Grade != list.Bad {
			r.Key, r.Known = s.mark(j, e.Person), e.Person.ANPR != ""
			r.Keys = s.keys(j, e.Person, r.Key)
			if !c.LeftOut {
				if r.First, err = tx.JobRowTold(id, r.Key, number); err != nil {
					return err
				}
			}
			if r.First > 0 {
				f := list.Finding{Code: app.CodeListDuplicate, Grade: list.Doubtful, Line: in.Line, Params: map[string]string{"row": strconv.Itoa(r.First)}}
				in.Findings = append(in.Findings, f)
				r.Grade = app.GradeDoubtful
			}
		}
		if r.Input, err = s.sealInput(id, number, in); err != nil {
			return err
		}
		if err := tx.DropJobKeys(id, number, was...); err != nil {
			return err
		}
		if err := tx.UpdateJobRow(r); err != nil {
			return err
		}
		out, err = s.row(ctx, tx, r)
		return err
	})
	return out, err
}

// handOn lets the first of the rows that repeat a row stand in its place. What
// is told of that one is not any more that it repeats another.
func (s *Service) handOn(tx Tx, id app.ID, number int) error {
	heir, err := tx.HandOnJobRow(id, number)
	if err != nil || heir == 0 {
		return err
	}
	r, err := tx.JobRow(context.Background(), id, heir)
	if err != nil {
		return err
	}
	in, err := s.openInput(r)
	if err != nil {
		return err
	}
	in.Findings = slices.DeleteFunc(in.Findings, func(f list.Finding) bool { return f.Code == app.CodeListDuplicate })
	grade := list.Good
	for _, f := range in.Findings {
		grade = max(grade, f.Grade)
	}
	r.Grade = grade.String()
	if r.Input, err = s.sealInput(id, heir, in); err != nil {
		return err
	}
	return tx.UpdateJobRow(r)
}
