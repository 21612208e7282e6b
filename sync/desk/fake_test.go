package desk

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"indagor/app"
	"indagor/sync/proof"
	"indagor/sync/wire"
)

// fake is a small server that speaks the contract. Its clock is its own.
type fake struct {
	t   testing.TB
	mux *http.ServeMux
	url string

	mu       sync.Mutex
	clock    time.Time
	down     bool           // breaks every connection
	dropping map[string]int // operation to how many answers get lost after the work was done
	calls    map[string]int // operation to how often it was asked
	token    string
	ended    app.Code // refuses the session
	must     bool     // the password must be changed
	recent   bool     // the password was given lately
	password string
	perms    map[app.Permission]string
	station  wire.OwnWorkstation
	register wire.Registration
	changed  chan struct{} // closed when station changes
	tables   map[string]string
	visure   []*wire.Visura // oldest first
	byKey    map[string]*wire.Visura
	fate     app.Code          // refuses visure
	from     app.Day           // the first day of which visure are kept; "": all are
	jobs     []wire.Job        // lists of persons, newest first
	results  map[app.ID]string // of lists; without one there is trouble
	copied   int               // results that were taken as a copy

	lines map[chan wire.Signal]bool // to those who listen
	old   bool                      // knows of no signals
}

func newFake(t testing.TB) *fake {
	f := &fake{
		t: t, mux: http.NewServeMux(), clock: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), dropping: map[string]int{}, calls: map[string]int{},
		password: "right", perms: map[app.Permission]string{app.PermArchive: "own", app.PermUseServices: "own"},
		station: wire.OwnWorkstation{ID: "w1", State: app.WorkstationPending, Mark: "m1"}, changed: make(chan struct{}),
		tables: map[string]string{"tab01": "one", "tab25": "twenty-five"}, byKey: map[string]*wire.Visura{}, results: map[app.ID]string{}, lines: map[chan wire.Signal]bool{},
	}
	on(f, wire.GetServer, func(*http.Request, []byte) (any, error) {
		return wire.ServerInfo{Body: "Comune", Salt: "salt", Protocol: 1, OldestProtocol: 1, ArchiveFrom: f.from}, nil
	})
	on(f, wire.RegisterWorkstation, func(_ *http.Request, b []byte) (any, error) {
		return f.station, json.Unmarshal(b, &f.register)
	})
	on(f, wire.GetOwnWorkstation, func(r *http.Request, _ []byte) (any, error) {
		for r.URL.Query().Get("seen") == f.station.Mark {
			changed := f.changed
			f.mu.Unlock()
			select {
			case <-changed:
			case <-r.Context().Done():
			}
			f.mu.Lock()
			if r.Context().Err() != nil {
				break
			}
		}
		return f.station, nil
	})
	on(f, wire.SignIn, func(_ *http.Request, b []byte) (any, error) {
		var c wire.Credentials
		if err := json.Unmarshal(b, &c); err != nil {
			return nil, err
		}
		if c.Password != f.password {
			return nil, app.E(app.CodeCredentials)
		}
		if len(c.Fingerprint) == 0 {
			return nil, app.E(app.CodeRequired).At("fingerprint")
		}
		f.token, f.ended = app.NewSecret(8), ""
		out := struct {
			Token string `json:"token"`
			wire.Session
		}{f.token, f.session()}
		out.User.Username = c.Username
		return out, nil
	})
	on(f, wire.SignOut, func(*http.Request, []byte) (any, error) { f.ended = app.CodeSessionEnded; return nil, nil })
	on(f, wire.ChangePassword, func(_ *http.Request, b []byte) (any, error) {
		var in struct{ Old, New string }
		if err := json.Unmarshal(b, &in); err != nil || in.Old != f.password {
			return nil, app.E(app.CodeCredentials)
		}
		f.password, f.must = in.New, false
		return f.session(), nil
	})
	on(f, wire.ConfirmPassword, func(_ *http.Request, b []byte) (any, error) {
		var in struct{ Password string }
		if err := json.Unmarshal(b, &in); err != nil || in.Password != f.password {
			return nil, app.E(app.CodeCredentials)
		}
		f.recent = true
		return nil, nil
	})
	on(f, wire.ResetPassword, func(*http.Request, []byte) (any, error) {
		if !f.recent {
			return nil, app.E(app.CodeConfirm)
		}
		return wire.Secret{Secret: "once"}, nil
	})
	on(f, wire.ListTables, func(*http.Request, []byte) (any, error) {
		l := wire.List[wire.TableInfo]{}
		for n, c := range f.tables {
			l.Items = append(l.Items, wire.TableInfo{Name: n, Version: fmt.Sprintf("%x", c), Size: len(c)})
		}
		return l, nil
	})
	on(f, wire.GetTable, func(r *http.Request, _ []byte) (any, error) { return []byte(f.tables[r.PathValue("name")]), nil })
	on(f, wire.AskVisura, func(r *http.Request, b []byte) (any, error) {
		if f.fate != "" {
			return nil, app.E(f.fate)
		}
		key := r.Header.Get(wire.HeaderIdempotency)
		if v := f.byKey[key]; v != nil {
			return *v, nil
		}
		var in wire.VisuraRequest
		if err := json.Unmarshal(b, &in); err != nil {
			return nil, err
		}
		v := f.add(in)
		f.byKey[key] = v
		return *v, nil
	})
	on(f, wire.GetVisura, func(r *http.Request, _ []byte) (any, error) {
		for _, v := range f.visure {
			if string(v.ID) != r.PathValue("id") {
				continue
			}
			if v.State == app.VisuraRunning && r.URL.Query().Get("wait") != "" {
				f.advance(v)
			}
			return *v, nil
		}
		return nil, app.E(app.CodeNotFound)
	})
	on(f, wire.WithdrawVisura, func(r *http.Request, _ []byte) (any, error) {
		return wire.Visura{VisuraSummary: wire.VisuraSummary{ID: app.ID(r.PathValue("id")), State: app.VisuraDone, Outcome: app.OutcomeWithdrawn}}, nil
	})
	on(f, wire.GetDocument, func(r *http.Request, _ []byte) (any, error) {
		return []byte("%PDF " + r.URL.Query().Get("format") + " " + r.URL.Query().Get("language")), nil
	})
	on(f, wire.ListArchive, func(_ *http.Request, b []byte) (any, error) {
		var q wire.ArchiveQuery
		if err := json.Unmarshal(b, &q); err != nil {
			return nil, err
		}
		l := wire.List[wire.VisuraSummary]{Items: []wire.VisuraSummary{}}
		skip := len(q.Cursor)
		for i := len(f.visure) - 1; i >= 0; i-- {
			v := f.visure[i].VisuraSummary
			if q.Since != nil && v.Created.Before(*q.Since) && (v.Ended == nil || v.Ended.Before(*q.Since)) {
				continue
			}
			if skip > 0 {
				skip--
				continue
			}
			if l.Items = append(l.Items, v); len(l.Items) == max(1, min(q.Limit, 3)) && i > 0 { // short pages
				l.Next = strings.Repeat("x", len(q.Cursor)+len(l.Items))
				break
			}
		}
		return l, nil
	})
	on(f, wire.ListJobs, func(_ *http.Request, b []byte) (any, error) {
		var q wire.JobQuery
		if err := json.Unmarshal(b, &q); err != nil {
			return nil, err
		}
		l := wire.List[wire.Job]{Items: slices.Clone(f.jobs[len(q.Cursor):])}
		if len(l.Items) > 2 { // short pages
			l.Items, l.Next = l.Items[:2], q.Cursor+"xx"
		}
		return l, nil
	})
	on(f, wire.GetJob, func(r *http.Request, _ []byte) (any, error) {
		for _, j := range f.jobs {
			if string(j.ID) == r.PathValue("id") {
				return j, nil
			}
		}
		return nil, app.E(app.CodeNotFound)
	})
	on(f, wire.GetJobResult, func(r *http.Request, _ []byte) (any, error) {
		text, ok := f.results[app.ID(r.PathValue("id"))]
		if !ok {
			return nil, app.E(app.CodeInternal)
		}
		if r.URL.Query().Get("copy") == "true" {
			f.copied++
		}
		return []byte(text), nil
	})
	f.mux.HandleFunc("GET "+wire.Listen.Path, f.listen)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		down := f.down
		f.mu.Unlock()
		if down {
			panic(http.ErrAbortHandler)
		}
		f.mux.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		f.cut()
		s.Close()
	})
	f.url = s.URL
	return f
}

// listen is the stream of signals. Closing its channel cuts it.
func (f *fake) listen(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.calls[wire.Listen.ID]++
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "DPoP ")
	c, err := proof.Verify(r.Header.Get(wire.HeaderProof), time.Now(), time.Minute)
	if err == nil {
		err = c.Matches(r.Method, "http://"+r.Host+r.URL.EscapedPath(), token)
	}
	switch {
	case err != nil:
	case f.old:
		err = app.E(app.CodeNotFound)
	case f.ended != "":
		err = app.E(f.ended)
	case token != f.token:
		err = app.E(app.CodeSessionEnded)
	}
	if err != nil {
		f.mu.Unlock()
		code := app.CodeOf(err)
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(wire.Status(code.Kind()))
		json.NewEncoder(w).Encode(wire.Problem{Code: code, Status: wire.Status(code.Kind())})
		return
	}
	line := make(chan wire.Signal, 10)
	f.lines[line] = true
	f.mu.Unlock()
	w.Header().Set("Content-Type", "text/event-stream")
	say := func(s wire.Signal) {
		b, _ := json.Marshal(s)
		fmt.Fprintf(w, ": so\nretry: 3000\ndata: %s\n\n", b)
		w.(http.Flusher).Flush()
	}
	say(wire.Signal{Kind: app.SignalResync})
	for {
		select {
		case s, open := <-line:
			if !open {
				panic(http.ErrAbortHandler)
			}
			say(s)
		case <-r.Context().Done():
			f.mu.Lock()
			delete(f.lines, line)
			f.mu.Unlock()
			return
		}
	}
}

// signal tells all who listen.
func (f *fake) signal(s wire.Signal) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for line := range f.lines {
		line <- s
	}
}

// cut breaks every stream.
func (f *fake) cut() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for line := range f.lines {
		close(line)
		delete(f.lines, line)
	}
}

func (f *fake) session() wire.Session {
	return wire.Session{User: app.User{ID: "u1", Username: "anna"}, MustChange: f.must, Permissions: f.perms}
}

func (f *fake) tick() time.Time { f.clock = f.clock.Add(time.Minute); return f.clock }

func (f *fake) add(in wire.VisuraRequest) *wire.Visura {
	v := &wire.Visura{VisuraSummary: wire.VisuraSummary{
		ID: app.NewID(), Type: in.Type, State: app.VisuraRunning, Subject: in.Subject, Purpose: in.Purpose, FileReference: in.FileReference, Created: f.tick(),
	}, Steps: []app.Step{{Step: "accepted", State: "done"}}}
	f.visure = append(f.visure, v)
	return v
}

// advance takes the visura one step on; the fourth ends it.
func (f *fake) advance(v *wire.Visura) {
	v.Steps = append(v.Steps, app.Step{Step: "asking", State: "done"})
	if len(v.Steps) == 4 {
		at := f.tick()
		v.State, v.Outcome, v.Ended, v.Card = app.VisuraDone, app.OutcomeFound, &at, &app.Card{Answer: []app.CardField{{Label: "field.address", Value: "Via Roma 1"}}}
	}
}

// past adds visure that have ended.
func (f *fake) past(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for range n {
		v := f.add(wire.VisuraRequest{Type: app.VisuraResidenza, Subject: app.Subject{FiscalCode: "RSSMRA80A01H501U"}, FileReference: "1/2026"})
		v.Purpose = "p1"
		for v.State != app.VisuraDone {
			f.advance(v)
		}
	}
}

func (f *fake) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

func (f *fake) count(op string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls[op]
}

// on serves an operation behind the checks of a gate. The handler runs with
// f.mu held.
func on[In, Out any](f *fake, e wire.Endpoint[In, Out], h func(*http.Request, []byte) (any, error)) {
	info := e.Info()
	f.mux.HandleFunc(info.Method+" "+info.Path, func(w http.ResponseWriter, r *http.Request) {
		var body []byte
		if r.Body != nil {
			var raw json.RawMessage
			if json.NewDecoder(r.Body).Decode(&raw) == nil {
				body = raw
			}
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		f.calls[info.ID]++
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "DPoP ")
		c, err := proof.Verify(r.Header.Get(wire.HeaderProof), time.Now(), time.Minute)
		if err == nil {
			err = c.Matches(r.Method, "http://"+r.Host+r.URL.EscapedPath(), token)
		}
		if err == nil && (info.Access == wire.AccessSession || info.Access == wire.AccessUser) {
			switch {
			case f.ended != "":
				err = app.E(f.ended)
			case token != f.token:
				err = app.E(app.CodeSessionEnded)
			case f.must && info.Access == wire.AccessUser:
				err = app.E(app.CodeMustChange)
			}
		}
		var out any
		if err == nil {
			out, err = h(r, body)
		}
		if f.dropping[info.ID] > 0 {
			f.dropping[info.ID]--
			panic(http.ErrAbortHandler)
		}
		if err != nil {
			code := app.CodeOf(err)
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(wire.Status(code.Kind()))
			json.NewEncoder(w).Encode(wire.Problem{Code: code, Status: wire.Status(code.Kind()), Reference: "ref1"})
			return
		}
		switch out := out.(type) {
		case nil:
			w.WriteHeader(http.StatusNoContent)
		case []byte:
			w.Header().Set("Content-Type", "application/octet-stream")
			w.Header().Set("Content-Disposition", `attachment; filename="../visura: 1.pdf"`)
			w.Write(out)
		default:
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(info.Status)
			json.NewEncoder(w).Encode(out)
		}
	})
}
