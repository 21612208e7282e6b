package bulk

import (
	"context"
	"errors"
	"io"
	"strconv"

	"indagor/app"
	"indagor/app/list"
)

// PieceMost is the most bytes of one piece of a list.
const PieceMost = 640 << 10

// Append takes the next piece of a list, which begins at the byte. A piece
// that has come before is taken for what it is, a repetition. With the last
// one the list begins to be read.
func (s *Service) Append(ctx context.Context, caller app.Caller, id app.ID, at int64, piece []byte) (Job, error) {
	if len(piece) == 0 || len(piece) > PieceMost || at < 0 {
		return Job{}, app.E(app.CodeMalformed).At("content")
	}
	j, err := s.own(ctx, caller, id)
	if err != nil {
		return Job{}, err
	}
	if j.State != app.JobUploading && at+int64(len(piece)) <= j.Received {
		return j, nil
	}
	j, err = s.change(ctx, caller.User.ID, id, []app.JobState{app.JobUploading}, func(tx Tx, j *Job) error {
		received, err := tx.JobReceived(ctx, id)
		if err != nil {
			return err
		}
		end := at + int64(len(piece))
		switch {
		case end <= received:
			return nil
		case at != received || end > j.Size:
			return app.E(app.CodeJobPiece, "at", strconv.FormatInt(received, 10)).At("at")
		}
		if err := tx.PutJobChunk(id, at, int64(len(piece)), s.sealer.Seal(piece, chunkAAD(id, at))); err != nil {
			return err
		}
		j.Received = end
		if end == j.Size {
			j.State = app.JobReading
		}
		return nil
	})
	if err == nil && j.State == app.JobReading {
		s.begin(id, s.read)
	}
	return j, err
}

func chunkAAD(id app.ID, at int64) []byte {
	return []byte("job chunk|" + string(id) + "|" + strconv.FormatInt(at, 10))
}

// pieces reads a list as it came.
type pieces struct {
	s    *Service
	ctx  context.Context
	job  app.ID
	next int64
	left []byte
}

// Read reads from the piece at hand, and takes the next when it is at its end.
func (p *pieces) Read(b []byte) (int, error) {
	for len(p.left) == 0 {
		at, sealed, err := p.s.store.JobChunk(p.ctx, p.job, p.next)
		if app.CodeOf(err) == app.CodeNotFound {
			return 0, io.EOF
		}
		if err != nil {
			return 0, err
		}
		if p.left, err = p.s.sealer.Unseal(sealed, chunkAAD(p.job, at)); err != nil {
			return 0, err
		}
		p.next = at + int64(len(p.left))
	}
	n := copy(b, p.left)
	p.left = p.left[n:]
	return n, nil
}

// source opens the list of a job as rows.
func (s *Service) source(ctx context.Context, j *Job) (list.Source, error) {
	p := &pieces{s: s, ctx: ctx, job: j.ID}
	var first [4]byte
	n, err := io.ReadFull(p, first[:])
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	p = &pieces{s: s, ctx: ctx, job: j.ID}
	if magic := string(first[:n]); magic == "PK\x03\x04" || magic == "\xd0\xcf\x11\xe0" {
		j.Sheet = true
		if j.Size > sheetMost {
			return nil, list.TooBig(sheetMost)
		}
		book := make([]byte, j.Size)
		if _, err := io.ReadFull(p, book); err != nil {
			return nil, err
		}
		return s.sheets(book, s.config.Limits)
	}
	var r *list.Reader
	if j.ToldForm {
		r, err = list.NewReaderAs(p, s.config.Limits, j.Format)
	} else {
		r, err = list.NewReader(p, s.config.Limits)
	}
	if err != nil {
		return nil, err
	}
	j.Format = r.Format()
	return r, nil
}

// sheetMost is the most bytes of a workbook, which is read as a whole.
const sheetMost = 32 << 20
