package connect_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/connect"
)

var (
	errAddress = errors.New("address")
	errInUse   = errors.New("in use")
	errNetwork = errors.New("network")
)

// fake is a desktop of which every answer is set.
type fake struct {
	ask      bool // a passphrase is needed
	phrases  []string
	open     []error // of each Open, nil afterwards
	server   []error // of each Server
	register error
	own      wire.OwnWorkstation
	changes  chan wire.OwnWorkstation // answers of WaitWorkstation
	files    []bool
	kept     string
	closed   int
	resets   int
}

func (f *fake) Address(text string) (string, error) {
	if text == "bad" {
		return "", errAddress
	}
	return "https://" + text, nil
}

func take(list *[]error) error {
	if len(*list) == 0 {
		return nil
	}
	err := (*list)[0]
	*list = (*list)[1:]
	return err
}

func (f *fake) Open(ctx context.Context, _ string, file bool, ask func(context.Context, connect.Need) (string, error)) error {
	f.files = append(f.files, file)
	if f.ask {
		for _, need := range []connect.Need{connect.NeedNew, connect.NeedLonger} {
			phrase, err := ask(ctx, need)
			if err != nil {
				return err
			}
			f.phrases = append(f.phrases, phrase)
			if len(phrase) >= 12 {
				break
			}
		}
	}
	return take(&f.open)
}

func (f *fake) Reset() error                 { f.resets++; return nil }
func (f *fake) Close() error                 { f.closed++; return nil }
func (f *fake) Remember(server string) error { f.kept = server; return nil }

func (f *fake) Trouble(err error) connect.Trouble {
	switch err {
	case errAddress:
		return connect.TroubleAddress
	case errInUse:
		return connect.TroubleInUse
	case errNetwork:
		return connect.TroubleNetwork
	}
	return connect.TroubleNone
}

func (f *fake) Server(context.Context) (wire.ServerInfo, error) {
	return wire.ServerInfo{Body: "Comune"}, take(&f.server)
}

func (f *fake) Register(context.Context) (wire.OwnWorkstation, error) { return f.own, f.register }

func (f *fake) WaitWorkstation(ctx context.Context, _ string) (wire.OwnWorkstation, error) {
	select {
	case own := <-f.changes:
		return own, nil
	case <-ctx.Done():
		return wire.OwnWorkstation{}, ctx.Err()
	}
}

// walk is a flow under way in a bubble of its own.
type walk struct {
	t    *testing.T
	flow *connect.Flow
	done chan error
	stop context.CancelFunc
}

func begin(t *testing.T, f *fake, server string) *walk {
	w := &walk{t: t, done: make(chan error, 1)}
	ctx, stop := context.WithCancel(context.Background())
	w.stop = stop
	w.flow = connect.New(connect.Options{Desk: f, Server: server})
	go func() { w.done <- w.flow.Run(ctx) }()
	return w
}

// at waits until everything stands still and checks the step.
func (w *walk) at(step connect.Step) connect.State {
	w.t.Helper()
	synctest.Wait()
	s := w.flow.State()
	if s.Step != step {
		w.t.Fatalf("at %q, want %q", s.Step, step)
	}
	return s
}

func (w *walk) ready() {
	w.t.Helper()
	synctest.Wait()
	select {
	case err := <-w.done:
		if err != nil {
			w.t.Fatal(err)
		}
	default:
		w.t.Fatalf("not ready: %+v", w.flow.State())
	}
}

func (w *walk) end() {
	w.stop()
	<-w.done
}

func own(state app.WorkstationState) wire.OwnWorkstation {
	return wire.OwnWorkstation{ID: "w", Name: "ANAG-07", State: state, Code: "AAAA-BBBB", Mark: string(state)}
}

func TestAddressIsAskedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{own: own(app.WorkstationAuthorised)}
		w := begin(t, f, "")
		w.at(connect.Address)
		w.flow.SetAddress("bad")
		if s := w.at(connect.Address); s.Trouble != connect.TroubleAddress {
			t.Errorf("trouble %q", s.Trouble)
		}
		w.flow.SetAddress("server")
		w.ready()
		if f.kept != "https://server" {
			t.Errorf("remembered %q", f.kept)
		}
		if s := w.flow.State(); s.Step != connect.Ready || s.Info.Body != "Comune" {
			t.Errorf("%+v", s)
		}
	})
}

func TestWaitingIsLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{own: own(app.WorkstationPending), changes: make(chan wire.OwnWorkstation)}
		w := begin(t, f, "https://server")
		if s := w.at(connect.Waiting); s.Own.Code != "AAAA-BBBB" {
			t.Errorf("%+v", s.Own)
		}
		suspended := own(app.WorkstationSuspended)
		suspended.Alarm = app.AlarmClone
		f.changes <- suspended
		if s := w.at(connect.Stopped); s.Own.Alarm != app.AlarmClone {
			t.Errorf("%+v", s.Own)
		}
		f.changes <- own(app.WorkstationAuthorised)
		w.ready()
	})
}

func TestProceedOnlyWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{own: own(app.WorkstationRevoked), changes: make(chan wire.OwnWorkstation)}
		w := begin(t, f, "https://server")
		w.at(connect.Stopped)
		w.flow.Proceed()
		w.at(connect.Stopped)
		f.changes <- own(app.WorkstationPending)
		w.at(connect.Waiting)
		w.flow.Proceed()
		w.ready()
	})
}

func TestRefusalsThatAreStates(t *testing.T) {
	for code, want := range map[app.Code]wire.OwnWorkstation{
		app.CodeWorkstationSuspended: {State: app.WorkstationSuspended},
		app.CodeWorkstationRevoked:   {State: app.WorkstationRevoked},
		app.CodeWorkstationCloned:    {State: app.WorkstationSuspended, Alarm: app.AlarmClone},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := &fake{register: app.E(code), changes: make(chan wire.OwnWorkstation)}
			w := begin(t, f, "https://server")
			if s := w.at(connect.Stopped); s.Own != want {
				t.Errorf("%s: %+v", code, s.Own)
			}
			w.end()
		})
	}
}

func TestRegistrationRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{register: app.E(app.CodeTokenSpent), own: own(app.WorkstationAuthorised)}
		w := begin(t, f, "https://server")
		if s := w.at(connect.Refused); app.CodeOf(s.Err) != app.CodeTokenSpent {
			t.Errorf("%v", s.Err)
		}
		f.register = nil
		w.flow.Again()
		w.ready()
	})
}

func TestServerAwayIsTriedAgainByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{server: []error{errNetwork, errNetwork, errNetwork}, own: own(app.WorkstationAuthorised)}
		began := time.Now()
		w := begin(t, f, "https://server")
		if s := w.at(connect.Away); s.Trouble != connect.TroubleNetwork || s.Working || !s.First {
			t.Errorf("%+v", s)
		}
		if err := <-w.done; err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(began); waited != (2+4+8)*time.Second {
			t.Errorf("waited %s", waited)
		}
	})
}

func TestAddressCanBeChangedWhileAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{server: []error{errNetwork}, own: own(app.WorkstationAuthorised)}
		w := begin(t, f, "https://old")
		w.at(connect.Away)
		w.flow.ChangeServer()
		if s := w.at(connect.Address); f.closed != 1 || s.Server != "" {
			t.Errorf("closed %d times, %+v", f.closed, s)
		}
		w.flow.SetAddress("new")
		w.ready()
		if f.kept != "https://new" {
			t.Errorf("remembered %q", f.kept)
		}
	})
}

func TestSecondInstance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{open: []error{errInUse, errInUse}, own: own(app.WorkstationAuthorised)}
		w := begin(t, f, "https://server")
		if s := w.at(connect.Blocked); s.Trouble != connect.TroubleInUse {
			t.Errorf("%+v", s)
		}
		w.flow.Again()
		w.at(connect.Blocked)
		w.flow.UseKeyFile()
		w.ready()
		if len(f.files) != 3 || !f.files[2] {
			t.Errorf("key file: %v", f.files)
		}
	})
}

func TestPassphrase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{ask: true, own: own(app.WorkstationAuthorised)}
		w := begin(t, f, "https://server")
		if s := w.at(connect.Passphrase); s.Need != connect.NeedNew {
			t.Errorf("%+v", s)
		}
		w.flow.SetPassphrase("short")
		if s := w.at(connect.Passphrase); s.Need != connect.NeedLonger {
			t.Errorf("%+v", s)
		}
		w.flow.SetPassphrase("quattro parole molto lunghe")
		w.ready()
		if len(f.phrases) != 2 {
			t.Errorf("%d phrases", len(f.phrases))
		}
	})
}

func TestRunAgainAsksOnlyTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{own: own(app.WorkstationAuthorised)}
		w := begin(t, f, "https://server")
		w.ready()
		f.own = own(app.WorkstationSuspended)
		f.changes = make(chan wire.OwnWorkstation)
		go func() { w.done <- w.flow.Run(context.Background()) }()
		w.at(connect.Stopped)
		f.changes <- own(app.WorkstationAuthorised)
		w.ready()
		if len(f.files) != 1 {
			t.Errorf("opened %d times", len(f.files))
		}
	})
}
