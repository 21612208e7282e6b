package sim

import (
	"encoding/json"
	"net/http"
	"time"
)

// faultJSON is a Fault on the control paths: the delay is text ("1.5s").
type faultJSON struct {
	Kind    FaultKind `json:"kind"`
	Service string    `json:"service,omitempty"`
	Rate    float64   `json:"rate,omitempty"`
	Delay   string    `json:"delay,omitempty"`
	Times   int       `json:"times,omitempty"`
}

func (s *Sim) getFaults(w http.ResponseWriter, _ *http.Request) {
	list := []faultJSON{}
	for _, f := range s.faults.get() {
		j := faultJSON{f.Kind, f.Service, f.Rate, "", f.Times}
		if f.Delay != 0 {
			j.Delay = f.Delay.String()
		}
		list = append(list, j)
	}
	reply(w, list)
}

// postFaults replaces the faults in force by those of the body, an array.
func (s *Sim) postFaults(w http.ResponseWriter, r *http.Request) {
	var list []faultJSON
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&list); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	out := make([]Fault, len(list))
	for i, j := range list {
		out[i] = Fault{Kind: j.Kind, Service: j.Service, Rate: j.Rate, Times: j.Times}
		if j.Delay != "" {
			d, err := time.ParseDuration(j.Delay)
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			out[i].Delay = d
		}
	}
	if err := s.SetFaults(out); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Sim) getJournal(w http.ResponseWriter, _ *http.Request) { reply(w, s.Journal()) }

func (s *Sim) getCast(w http.ResponseWriter, _ *http.Request) { reply(w, Cast()) }

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	// The caller may have left; there is nobody to tell.
	_ = enc.Encode(v)
}
