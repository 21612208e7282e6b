package bulk

import (
	"crypto/sha256"
	"encoding/hex"

	"indagor/app"
	"indagor/sync/wire"
)

// unsent is a file that has not quite arrived, by the digest of its name and
// content. Chosen again, it goes under the same key to the same job, from where
// it broke off.
type unsent struct {
	Sum string `json:"sum"`
	Key string `json:"key"`
}

// mostUnsent is how many of them are remembered.
const mostUnsent = 10

func (f *Flow) unsentSetting() string { return "bulk.unsent." + string(f.service) }

func digest(name string, content []byte) string {
	h := sha256.New()
	h.Write([]byte(name + "\x00"))
	h.Write(content)
	return hex.EncodeToString(h.Sum(nil))
}

// begun gives the key of a file: that of the time when it did not arrive, or a
// new one, which is remembered.
func (f *Flow) begun(sum string) string {
	var kept []unsent
	f.desk.UserSetting(f.unsentSetting(), &kept)
	for _, u := range kept {
		if u.Sum == sum {
			return u.Key
		}
	}
	key := string(app.NewID())
	f.keep(append([]unsent{{sum, key}}, kept...))
	return key
}

func (f *Flow) arrived(sum string) {
	var kept, left []unsent
	f.desk.UserSetting(f.unsentSetting(), &kept)
	for _, u := range kept {
		if u.Sum != sum {
			left = append(left, u)
		}
	}
	f.keep(left)
}

func (f *Flow) keep(all []unsent) {
	// What is not kept is sent from its beginning; there is nobody to tell.
	_ = f.desk.SetUserSetting(f.unsentSetting(), all[:min(len(all), mostUnsent)])
}

// Send takes a file and has the server read it. One of which a part has come
// before goes on from there.
func (f *Flow) Send(name string, content []byte) {
	turn := f.next()
	f.change(func(s *State) {
		*s = State{Fields: s.Fields, Sending: name, Size: int64(len(content))}
	})
	f.run(func() {
		sum := digest(name, content)
		job, err := f.send(turn, f.begun(sum), name, content)
		if err == nil {
			f.arrived(sum)
		}
		if !f.still(turn, func(s *State) {
			if s.Sending, s.Fault = "", err; err == nil {
				s.open(job, false)
			}
		}) {
			return
		}
		if err != nil {
			f.lost(err)
			f.Lists.Refresh() // what has come of it stands in the list
			return
		}
		f.follow(turn, job.ID, "")
	})
}

func (f *Flow) send(turn int, key, name string, content []byte) (wire.Job, error) {
	job, err := f.desk.CreateJob(f.ctx, key, wire.JobDraft{Service: f.service, Name: name, Size: int64(len(content))})
	for at := job.Received; err == nil && job.State == app.JobUploading && at < int64(len(content)); {
		end := min(at+wire.JobPieceMost, int64(len(content)))
		f.still(turn, func(s *State) { s.Sent = at })
		job, err = f.desk.SendJobPiece(f.ctx, job.ID, wire.JobPiece{At: at, Content: content[at:end]})
		at = end
	}
	return job, err
}
