package cache

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"indagor/app"
	"indagor/sync/wire"
)

// Buckets of one user's lists of persons, beside those of the archive.
var (
	bucketJob    = []byte("job")
	bucketResult = []byte("result") // key of the job, then the number of a piece
)

// What the copy holds of results: pieces of so many bytes, written so many at
// once; in all, and of one result, so many bytes at most.
const (
	pieceSize  = 64 << 10
	pieceGroup = 32
	mostResult = 64 << 20
	mostHeld   = 256 << 20
)

// ErrTooLong ends the writing of a result that is longer than the copy takes.
var ErrTooLong = errors.New("cache: a result longer than the copy takes")

// keptJob is a list as it stands in the copy.
type keptJob struct {
	Job  wire.Job  `json:"job"`
	Held time.Time `json:"held"` // when the list ended whose result is here; zero: none is
	Size int64     `json:"size"` // bytes of that result; 0: it is too long to be here
	File string    `json:"file"` // its name
}

// ended reports whether the list has a result that will not grow.
func (k keptJob) ended() bool {
	return k.Job.Ended != nil && (k.Job.State == app.JobDone || k.Job.State == app.JobStopped)
}

// known reports whether the copy has seen the result of the list as it stands,
// and holds it or has found it too long.
func (k keptJob) known() bool { return k.ended() && k.Held.Equal(*k.Job.Ended) }

func (s shelf) jobKey(id app.ID) []byte { return s.c.box.key(s.place+"job", string(id)) }

func (s shelf) jobAt(key []byte) (k keptJob, ok bool, err error) {
	if s.job == nil {
		return k, false, nil
	}
	raw := s.job.Get(key)
	if raw == nil {
		return k, false, nil
	}
	return k, true, s.read(raw, "job", key, &k)
}

func (s shelf) writeJob(key []byte, k keptJob) error { return s.write(s.job, "job", key, k) }

// putJob keeps a list as the server tells it; of its result what is here.
func (s shelf) putJob(j wire.Job) (keptJob, error) {
	if j.ID == "" {
		return keptJob{}, errors.New("cache: a list without id")
	}
	key := s.jobKey(j.ID)
	k, _, err := s.jobAt(key)
	if err != nil {
		return k, err
	}
	k.Job = j
	return k, s.writeJob(key, k)
}

// pieces walks the keys of the pieces of a result in their order.
func (s shelf) pieces(key []byte, f func(at, sealed []byte) error) error {
	cur := s.result.Cursor()
	for k, v := cur.Seek(key); bytes.HasPrefix(k, key); k, v = cur.Next() {
		if err := f(k, v); err != nil {
			return err
		}
	}
	return nil
}

func (s shelf) dropResult(key []byte) error {
	var keys [][]byte // bbolt wants no deletions under a cursor that goes on
	if err := s.pieces(key, func(at, _ []byte) error {
		keys = append(keys, bytes.Clone(at))
		return nil
	}); err != nil {
		return err
	}
	for _, k := range keys {
		if err := s.result.Delete(k); err != nil {
			return err
		}
	}
	return nil
}

// PutJobs keeps lists of persons of the user; lacking tells that the copy does
// not know the result of one of them, although it has ended.
func (c *Cache) PutJobs(user app.ID, jobs ...wire.Job) (lacking bool, err error) {
	err = c.update(func(tx *bbolt.Tx) error {
		s, err := c.makeShelf(tx, user)
		for i := 0; i < len(jobs) && err == nil; i++ {
			var k keptJob
			k, err = s.putJob(jobs[i])
			lacking = lacking || k.ended() && !k.known()
		}
		return err
	})
	return lacking, err
}

// SetJobs keeps exactly these lists of persons of the user: whatever else there
// was the server has no longer, and its results go with it.
func (c *Cache) SetJobs(user app.ID, jobs []wire.Job) error {
	return c.update(func(tx *bbolt.Tx) error {
		s, err := c.makeShelf(tx, user)
		if err != nil {
			return err
		}
		stay := make(map[string]bool, len(jobs))
		for _, j := range jobs {
			stay[string(s.jobKey(j.ID))] = true
			if _, err := s.putJob(j); err != nil {
				return err
			}
		}
		return s.dropJobs(func(key []byte) bool { return !stay[string(key)] })
	})
}

// DropJob forgets a list of persons, as when the server no longer has it.
func (c *Cache) DropJob(user, id app.ID) error {
	return c.update(func(tx *bbolt.Tx) error {
		s := c.shelf(tx, user)
		if s.job == nil {
			return nil
		}
		gone := s.jobKey(id)
		return s.dropJobs(func(key []byte) bool { return bytes.Equal(key, gone) })
	})
}

func (s shelf) dropJobs(gone func(key []byte) bool) error {
	var keys [][]byte
	if err := s.job.ForEach(func(key, _ []byte) error {
		if gone(key) {
			keys = append(keys, bytes.Clone(key))
		}
		return nil
	}); err != nil {
		return err
	}
	for _, key := range keys {
		if err := errors.Join(s.dropResult(key), s.job.Delete(key)); err != nil {
			return err
		}
	}
	return nil
}

// jobs gives the user's lists, newest first.
func (s shelf) jobs() ([]keptJob, error) {
	var all []keptJob
	if s.job == nil {
		return nil, nil
	}
	err := s.job.ForEach(func(key, raw []byte) error {
		var k keptJob
		err := s.read(raw, "job", key, &k)
		all = append(all, k)
		return err
	})
	slices.SortFunc(all, func(a, b keptJob) int { return newest(placeOf(a.Job), placeOf(b.Job)) })
	return all, err
}

func placeOf(j wire.Job) row { return row{created: j.Created.UnixMicro(), id: j.ID} }

// Job gives a list of persons of the user; ok is false where the copy has none
// of that id.
func (c *Cache) Job(user, id app.ID) (j wire.Job, ok bool, err error) {
	err = c.view(func(tx *bbolt.Tx) error {
		s := c.shelf(tx, user)
		k, found, err := s.jobAt(s.jobKey(id))
		j, ok = k.Job, found
		return err
	})
	return j, ok, err
}

// Jobs searches the user's lists of persons as the server does: newest first,
// by the filters that are given, one page of Limit (50 where it is 0, 100 at
// most). A person is found in lists whose result is here.
func (c *Cache) Jobs(user app.ID, q wire.JobQuery) (wire.List[wire.Job], error) {
	out := wire.List[wire.Job]{Items: []wire.Job{}}
	from, until, err := c.period(q.From, q.Until)
	if err != nil {
		return out, err
	}
	after, err := parseCursor(q.Cursor)
	if err != nil {
		return out, err
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 50
	}
	limit = min(limit, 100)
	text, person := strings.ToLower(strings.TrimSpace(q.Text)), bytes.ToUpper(bytes.TrimSpace([]byte(q.Person)))
	err = c.view(func(tx *bbolt.Tx) error {
		s := c.shelf(tx, user)
		all, err := s.jobs()
		if err != nil {
			return err
		}
		for _, k := range all {
			j := k.Job
			switch at := placeOf(j); {
			case after != (row{}) && newest(after, at) >= 0:
				continue
			case at.created < from || at.created >= until:
				continue
			case q.Service != "" && j.Service != q.Service, q.State != "" && j.State != q.State, q.Purpose != "" && j.Purpose != q.Purpose:
				continue
			case q.Outcome != "" && j.Counts.Outcomes[q.Outcome] == 0:
				continue
			case text != "" && !strings.Contains(strings.ToLower(j.Name), text) && !strings.Contains(strings.ToLower(j.FileReference), text):
				continue
			}
			if len(person) > 0 {
				if names, err := s.names(k, person); err != nil {
					return err
				} else if !names {
					continue
				}
			}
			if len(out.Items) == limit {
				last := out.Items[limit-1]
				out.Next = cursor(last.Created, last.ID)
				return nil
			}
			out.Items = append(out.Items, j)
		}
		return nil
	})
	return out, err
}

var errFound = errors.New("found")

// names reports whether the result of the list, where it is here, has the code
// in capitals as a word.
func (s shelf) names(k keptJob, code []byte) (bool, error) {
	if !k.known() {
		return false, nil
	}
	seen := []byte("\n") // the end of what was looked through: a code may stand across two pieces
	look := func(piece []byte) error {
		text := append(seen, bytes.ToUpper(piece)...)
		for rest := text; ; {
			i := bytes.Index(rest, code)
			if i < 0 || i+len(code) == len(rest) { // what follows tells whether the word ends there
				break
			}
			if i > 0 && !wordy(rest[i-1]) && !wordy(rest[i+len(code)]) {
				return errFound
			}
			rest = rest[i+1:]
		}
		seen = bytes.Clone(text[max(0, len(text)-len(code)-1):])
		return nil
	}
	err := s.eachPiece(k, look)
	if err == nil {
		err = look([]byte("\n"))
	}
	if errors.Is(err, errFound) {
		return true, nil
	}
	return false, err
}

func wordy(b byte) bool { return 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || b >= 0x80 }

// eachPiece opens the result of a list piece by piece; it fails unless it is
// whole.
func (s shelf) eachPiece(k keptJob, f func(piece []byte) error) error {
	key, n, size := s.jobKey(k.Job.ID), uint32(0), int64(0)
	missing := fmt.Errorf("%w: a piece of a result is missing", ErrDamaged)
	err := s.pieces(key, func(at, sealed []byte) error {
		if !bytes.Equal(at, pieceKey(key, n)) {
			return missing
		}
		n++
		piece, err := s.c.box.open(sealed, s.place+"result", at)
		if err != nil {
			return err
		}
		size += int64(len(piece))
		return f(piece)
	})
	if err == nil && size != k.Size {
		return missing
	}
	return err
}

func pieceKey(key []byte, n uint32) []byte {
	return binary.BigEndian.AppendUint32(bytes.Clone(key), n)
}

// LackingResults gives the lists that have ended and whose result the copy does
// not know, newest first, until it holds as much as it takes.
func (c *Cache) LackingResults(user app.ID) ([]wire.Job, error) {
	var out []wire.Job
	err := c.view(func(tx *bbolt.Tx) error {
		all, err := c.shelf(tx, user).jobs()
		held := int64(0)
		for _, k := range all {
			if held >= c.mostHeld {
				break
			}
			if k.known() {
				held += k.Size
			} else if k.ended() {
				out = append(out, k.Job)
			}
		}
		return err
	})
	return out, err
}

// PutResult keeps the result of a list that has ended, which get writes as it
// comes, with the name of its file. Where get fails nothing of it stays; one
// that is too long is noted, so that it is not fetched again. What the copy
// then holds beyond what it takes goes, the oldest first.
func (c *Cache) PutResult(user app.ID, j wire.Job, get func(io.Writer) (name string, err error)) error {
	if j.Ended == nil {
		return errors.New("cache: the result of a list that has not ended")
	}
	w := &resultWriter{c: c, user: user, id: j.ID}
	begin := func(s shelf, k keptJob, key []byte) error {
		k.Held, k.Size = time.Time{}, 0
		return errors.Join(s.dropResult(key), s.writeJob(key, k))
	}
	if err := c.withJob(user, j.ID, begin); err != nil {
		return err
	}
	name, err := get(w)
	if err == nil {
		err = w.flush()
	}
	if err != nil && !errors.Is(err, ErrTooLong) {
		return errors.Join(err, c.withJob(user, j.ID, begin))
	}
	if errors.Is(err, ErrTooLong) {
		w.size = 0
	}
	return c.withJob(user, j.ID, func(s shelf, k keptJob, key []byte) error {
		if w.size == 0 {
			if err := s.dropResult(key); err != nil {
				return err
			}
		}
		k.Held, k.Size, k.File = *j.Ended, w.size, name
		if err := s.writeJob(key, k); err != nil {
			return err
		}
		return s.trim()
	})
}

// withJob changes what is kept of a list; of one that is gone meanwhile nothing
// is left.
func (c *Cache) withJob(user, id app.ID, f func(s shelf, k keptJob, key []byte) error) error {
	return c.update(func(tx *bbolt.Tx) error {
		s, err := c.makeShelf(tx, user)
		if err != nil {
			return err
		}
		key := s.jobKey(id)
		k, ok, err := s.jobAt(key)
		if err != nil {
			return err
		}
		if !ok {
			return s.dropResult(key)
		}
		return f(s, k, key)
	})
}

// trim lets go of the oldest results beyond what the copy takes.
func (s shelf) trim() error {
	all, err := s.jobs()
	held := int64(0)
	for _, k := range all {
		if held += k.Size; held <= s.c.mostHeld || k.Size == 0 || err != nil {
			continue
		}
		key := s.jobKey(k.Job.ID)
		k.Size = 0
		err = errors.Join(s.dropResult(key), s.writeJob(key, k))
	}
	return err
}

// resultWriter seals a result into pieces as it comes.
type resultWriter struct {
	c    *Cache
	user app.ID
	id   app.ID
	buf  []byte
	n    uint32
	size int64
}

func (w *resultWriter) Write(p []byte) (int, error) {
	if w.size += int64(len(p)); w.size > w.c.mostResult {
		return 0, ErrTooLong
	}
	w.buf = append(w.buf, p...)
	if len(w.buf) >= pieceGroup*pieceSize {
		return len(p), w.flush()
	}
	return len(p), nil
}

// flush writes down what has come.
func (w *resultWriter) flush() error {
	err := w.c.withJob(w.user, w.id, func(s shelf, _ keptJob, key []byte) error {
		for piece := range slices.Chunk(w.buf, pieceSize) {
			at := pieceKey(key, w.n)
			w.n++
			if err := s.result.Put(at, s.c.box.seal(piece, s.place+"result", at)); err != nil {
				return err
			}
		}
		return nil
	})
	w.buf = w.buf[:0]
	return err
}

// Result writes the result of a list to w, and gives the name of its file; ok
// is false where the copy does not hold that of the list as it stands.
func (c *Cache) Result(user, id app.ID, w io.Writer) (name string, ok bool, err error) {
	err = c.view(func(tx *bbolt.Tx) error {
		s := c.shelf(tx, user)
		k, _, err := s.jobAt(s.jobKey(id))
		if err != nil || !k.known() || k.Size == 0 {
			return err
		}
		name, ok = k.File, true
		return s.eachPiece(k, func(piece []byte) error {
			_, err := w.Write(piece)
			return err
		})
	})
	return name, ok, err
}
