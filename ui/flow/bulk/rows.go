package bulk

import (
	"slices"

	"indagor/app"
	"indagor/sync/wire"
)

// Narrow shows the rows of one grade; "" shows all.
func (f *Flow) Narrow(grade string) {
	f.mu.Lock()
	open, turn := f.state.Open, f.turn
	f.mu.Unlock()
	if open == nil {
		return
	}
	f.change(func(s *State) { s.Grade, s.Rows, s.Next = grade, nil, 0 })
	f.run(func() { f.rows(turn, open.ID, 0) })
}

// More fetches the rows that follow.
func (f *Flow) More() {
	f.mu.Lock()
	open, turn, next := f.state.Open, f.turn, f.state.Next
	f.mu.Unlock()
	if open != nil && next > 0 {
		f.run(func() { f.rows(turn, open.ID, next) })
	}
}

func (f *Flow) rows(turn int, id app.ID, after int) {
	grade := f.State().Grade
	rows, next, err := f.desk.JobRows(f.ctx, id, grade, after)
	if !f.still(turn, func(s *State) {
		switch {
		case err != nil:
			s.Fault = err
		case s.Grade != grade:
		case after == 0:
			if s.Rows, s.Next = rows, next; grade == "" {
				s.Samples = rows
			}
		case after == s.Next:
			s.Rows, s.Next = append(slices.Clone(s.Rows), rows...), next
		}
	}) {
		return
	}
	if err != nil {
		f.lost(err)
	}
}

// Correct corrects a row in its place, or leaves it out. The row stays where
// it is, also where it is not of the grade any more by which the rows are
// narrowed; counts and plan are renewed.
func (f *Flow) Correct(number int, c wire.JobCorrection) {
	f.mu.Lock()
	open, turn, busy := f.state.Open, f.turn, f.state.Busy
	f.mu.Unlock()
	if open == nil || busy {
		return
	}
	f.change(func(s *State) { s.Busy, s.Fault = true, nil })
	f.run(func() {
		row, err := f.desk.CorrectJobRow(f.ctx, open.ID, number, c)
		if err == nil {
			f.still(turn, func(s *State) { s.Rows, s.Samples = replaced(s.Rows, row), replaced(s.Samples, row) })
		}
		job, copied := *open, false
		if err == nil {
			job, copied, err = f.desk.Job(f.ctx, open.ID, "", 0)
		}
		if err != nil {
			if f.still(turn, func(s *State) { s.Busy, s.Fault = false, err }) {
				f.lost(err)
			}
			return
		}
		if f.still(turn, func(s *State) { s.open(job, copied); s.Busy = false }) && !copied {
			f.plan(turn, job)
		}
	})
}

func replaced(rows []wire.JobRow, row wire.JobRow) []wire.JobRow {
	rows = slices.Clone(rows)
	for i, r := range rows {
		if r.Number == row.Number {
			rows[i] = row
		}
	}
	return rows
}

// Read says how the list is to be understood, and has it read again. A short
// one is read before it is seen to be read.
func (f *Flow) Read(how wire.JobReading) {
	f.act(func(id app.ID) (wire.Job, error) {
		job, err := f.desk.ReadJob(f.ctx, id, how)
		if err == nil {
			f.mu.Lock()
			f.state.Reads++
			f.state.Rows, f.state.Next, f.state.Samples, f.state.Grade = nil, 0, nil, ""
			f.mu.Unlock()
		}
		return job, err
	})
}
