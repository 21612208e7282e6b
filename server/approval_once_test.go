package server_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"indagor/app"
	"indagor/cmd/anpr-simulator/sim"
	"indagor/server"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/client"
	"indagor/sync/wire"
)

// TestApprovalRunsOnce: whatever comes together (two TOPs who answer
// differently, silence in two processes, withdrawal, a stop of the server, the
// end of its process at any moment), every request ends in one way, ANPR is
// asked about it once at most, and about what nobody allowed never.
func TestApprovalRunsOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		t.Run("interleaved", func(t *testing.T) { approvalInterleaved(t, dsn) })
	})
	storetest.Each(t, func(t *testing.T, dsn string) {
		t.Run("killed", func(t *testing.T) { approvalKilled(t, dsn) })
	})
}

// once holds the simulator's journal and the log against each other, request by
// request, and counts how they ended.
func once(t *testing.T, w *servertest.World, clerk *servertest.Client, ids []app.ID) map[app.Outcome]int {
	t.Helper()
	calls := map[string]int{}
	for _, c := range w.Sim.Journal() {
		if c.Service == "C020" && len(c.OperationClient) > 26 {
			calls[c.OperationClient[:26]]++
		}
	}
	type trace struct {
		decisions, asked, ended int
		end                     app.Event
	}
	log := map[app.ID]*trace{}
	for _, id := range ids {
		log[id] = &trace{}
	}
	for _, e := range w.Readable() {
		x := log[e.Visura]
		if x == nil {
			continue
		}
		switch e.Kind {
		case app.EventApprovalApproved, app.EventApprovalRefused, app.EventApprovalTacit:
			x.decisions++
		case app.EventVisuraAsked:
			x.asked++
		case app.EventVisuraEnded:
			x.ended++
			x.end = e
		}
	}
	outcomes := map[app.Outcome]int{}
	for _, id := range ids {
		v := say(t, clerk, wire.GetVisura, &wire.GetVisuraInput{ID: id}).Body
		outcomes[v.Outcome]++
		x, n := log[id], calls[string(id)]
		state := app.ApprovalState("")
		if v.Approval != nil {
			state = v.Approval.State
		}
		bad := func(why string) { t.Errorf("%s: %s; %d calls, %+v, %s by %s", id, why, n, *x, v.Outcome, state) }
		switch {
		case v.State != app.VisuraDone || x.ended != 1 || x.end.Outcome != v.Outcome || x.end.Approval != state:
			bad("it has not ended once")
		case n > 1 || x.asked > 1 || x.decisions > 1:
			bad("it ran or was decided twice")
		case !state.Given() && (n > 0 || x.asked > 0 || x.end.Operation != ""):
			bad("it ran though nobody allowed it")
		case v.Outcome == app.OutcomeFound && (n != 1 || x.asked != 1 || x.decisions != 1):
			bad("it has an answer that was not asked for once")
		case v.Outcome == app.OutcomeRefused && state != app.ApprovalRefused:
			bad("it was refused by nobody")
		case v.Outcome != app.OutcomeFound && v.Outcome != app.OutcomeRefused && v.Outcome != app.OutcomeWithdrawn && v.Outcome != app.OutcomeInterrupted:
			bad("it ended otherwise")
		}
	}
	return outcomes
}

func approvalInterleaved(t *testing.T, dsn string) {
	const rounds, each = 6, 24
	clock := newClock()
	w := servertest.Start(t, clocked(clock, dsn))
	p := w.Person(app.RoleStandard, w.Registry, needs(1))
	clerk := w.At(p, "ANAG-07")
	made, secret, _, err := w.Server.Directory.CreateOnConsole(t.Context(), w.Draft(app.RoleTop, app.Department{}, nil))
	if err != nil {
		t.Fatal(err)
	}
	second := w.At(servertest.NewPerson(made, secret), "SEGRETERIA-02")
	chance := rand.New(rand.NewPCG(3, 5))
	var ids []app.ID
	for round := range rounds {
		// Another process of the server on the same data knows nothing of this one.
		beside, err := server.New(t.Context(), w.Config, server.Options{Now: clock.now}, false)
		if err != nil {
			t.Fatal(err)
		}
		var batch []app.ID
		for n := range each {
			batch = append(batch, queued(t, clerk, fmt.Sprintf("once-%d-%d", round, n)).ID)
		}
		ids = append(ids, batch...)
		clock.add(time.Hour)         // all of them are due at this moment
		var wg, under sync.WaitGroup // under way: everybody but silence, which else wins all
		act := func(f func(id app.ID)) {
			order := chance.Perm(each)
			under.Add(1)
			wg.Go(func() {
				for n, i := range order {
					if f(batch[i]); n == 3 {
						under.Done()
					}
				}
			})
		}
		answer := func(c *servertest.Client, decision string) func(app.ID) {
			return func(id app.ID) {
				in := &wire.DecideInput{}
				in.Body.Decision, in.Body.Reason, in.Body.IDs = decision, "Prova", []app.ID{id}
				if err := try(c, wire.DecideApprovals, in); err != nil {
					t.Errorf("%s: %v", decision, err)
				}
			}
		}
		act(answer(w.Desk, "approve"))
		act(answer(second, "approve"))
		act(answer(second, "refuse"))
		withdrawn := 0
		act(func(id app.ID) {
			if withdrawn++; withdrawn%4 == 0 {
				if err := try(clerk, wire.WithdrawVisura, named(id)); err != nil {
					t.Errorf("withdraw: %v", err)
				}
			}
		})
		for _, s := range []*server.Server{w.Server, beside} {
			wg.Go(func() {
				under.Wait()
				if _, err := s.Expire(context.Background()); err != nil {
					t.Errorf("silence: %v", err)
				}
			})
		}
		wg.Wait()
		if err := beside.Close(); err != nil {
			t.Error(err)
		}
		if round%2 == 1 { // in the midst of what runs
			w.Restart()
			for c, who := range map[*servertest.Client]servertest.Person{clerk: p, w.Desk: w.Top, second: servertest.NewPerson(made, "")} {
				c.Client = w.Connect(c.Signer)
				c.Enter(who)
			}
		}
	}
	for _, id := range ids {
		ended(t, clerk, id)
	}
	t.Logf("%v", once(t, w, clerk, ids))
	// Nothing is proved of a race that one side never wins.
	won := map[app.ApprovalState]int{}
	for _, id := range ids {
		if a := say(t, clerk, wire.GetVisura, &wire.GetVisuraInput{ID: id}).Body.Approval; a != nil {
			won[a.State]++
		}
	}
	t.Logf("%v", won)
	for _, state := range []app.ApprovalState{app.ApprovalApproved, app.ApprovalSilent, app.ApprovalRefused, app.ApprovalWithdrawn} {
		if won[state] == 0 {
			t.Errorf("none was %s: %v", state, won)
		}
	}
}

// apart is a clock that is a fixed while ahead of the machine's.
type apart struct{ by atomic.Int64 }

func (a *apart) now() time.Time { return time.Now().Add(time.Duration(a.by.Load())) }

// TestApprovalKilledChild is the server of approvalKilled in a process of its
// own.
func TestApprovalKilledChild(t *testing.T) {
	file, ahead := os.Getenv("INDAGOR_TEST_APPROVAL_CONFIG"), os.Getenv("INDAGOR_TEST_APPROVAL_AHEAD")
	if file == "" {
		t.Skip("runs only as a child of TestApprovalRunsOnce")
	}
	by, err := time.ParseDuration(ahead)
	if err != nil {
		t.Fatal(err)
	}
	c, err := server.LoadConfig(file, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Server.Addr = "127.0.0.1:0"
	clock := &apart{}
	clock.by.Store(int64(by))
	s, err := server.New(context.Background(), c, server.Options{Now: clock.now, Cost: server.Cost{Memory: 64, Time: 1, Threads: 1}}, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(context.Background(), func(addr string) { fmt.Println("listening", addr) }); err != nil {
		t.Fatal(err)
	}
}

func approvalKilled(t *testing.T, dsn string) {
	const requests, kills = 60, 8
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	clock := &apart{}
	w := servertest.Start(t, servertest.Options{DSN: dsn, Sim: func(s *sim.Config) { s.Clock = clock.now }, Server: func(o *server.Options) { o.Now = clock.now }})
	p := w.Person(app.RoleStandard, w.Registry, needs(1))
	clerk := w.At(p, "ANAG-07")
	var ids []app.ID
	for n := range requests {
		ids = append(ids, queued(t, clerk, fmt.Sprintf("killed-%d", n)).ID)
	}
	w.Stop()
	text, err := w.Config.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "indagor.toml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := w.Sim.SetFaults([]sim.Fault{{Kind: sim.FaultSlow, Service: "C020", Rate: 0.5, Delay: 20 * time.Millisecond}}); err != nil {
		t.Fatal(err)
	}
	clock.by.Store(int64(2 * time.Hour)) // all of them are due
	tables := rawTables(t, w)
	open := func() (n int) {
		if err := tables.db.QueryRow("SELECT COUNT(*) FROM visure WHERE state <> 'done'").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	chance := rand.New(rand.NewPCG(7, 11))
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	for try := 0; open() > 0; try++ {
		child := exec.Command(self, "-test.run=^TestApprovalKilledChild$", "-test.count=1")
		child.Env = append(os.Environ(), "INDAGOR_TEST_APPROVAL_CONFIG="+file, "INDAGOR_TEST_APPROVAL_AHEAD=2h")
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		child.Stderr = os.Stderr
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(out).ReadString('\n')
		addr, ok := strings.CutPrefix(strings.TrimSpace(line), "listening ")
		if err != nil || !ok {
			t.Fatalf("the child says %q: %v", line, err)
		}
		// TOP answers meanwhile, as long as there is a server.
		top := *w.Desk
		if top.Client, err = client.New(client.Options{Server: "http://" + addr, Signer: top.Signer, Now: clock.now}); err != nil {
			t.Fatal(err)
		}
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			if top.Try(&w.Top) != nil {
				return
			}
			in := &wire.DecideInput{}
			in.Body.Decision, in.Body.IDs = "approve", ids
			for n := 0; n < 3; n++ {
				if _, err := client.Call(context.Background(), top.Client, wire.DecideApprovals, in); errors.Is(err, client.ErrUnreachable) {
					return
				}
			}
		}()
		before := len(w.Sim.Journal())
		after := before + 1 + chance.IntN(2*requests/kills)
		for try < kills && len(w.Sim.Journal()) < after || try >= kills && open() > 0 {
			<-look.C
			if try < kills && open() == 0 {
				break
			}
		}
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = child.Wait() // it was killed
		<-gone
		top.Close()
	}
	w.Restart()
	clerk.Client = w.Connect(clerk.Signer)
	clerk.Enter(p)
	outcomes := once(t, w, clerk, ids)
	t.Logf("%v", outcomes)
	if outcomes[app.OutcomeInterrupted] == 0 || outcomes[app.OutcomeFound] == 0 {
		t.Errorf("no kill met a call under way: %v proves nothing", outcomes)
	}
	if outcomes[app.OutcomeInterrupted] > (kills+1)*4 {
		t.Errorf("%d were interrupted by %d kills", outcomes[app.OutcomeInterrupted], kills)
	}
	if r, err := w.Server.Verify(t.Context()); err != nil || !r.Sound() {
		t.Errorf("log: %v %+v", err, r)
	}
}
