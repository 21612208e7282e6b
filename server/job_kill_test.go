package server_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"indagor/app"
	"indagor/cmd/anpr-simulator/sim"
	"indagor/server"
	"indagor/server/internal/store"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// The child of TestBulkSurvivesKill: a server in a process of its own.
func TestBulkServer(t *testing.T) {
	file := os.Getenv("INDAGOR_TEST_BULK_CONFIG")
	if file == "" {
		t.Skip("runs only as a child of TestBulkSurvivesKill")
	}
	c, err := server.LoadConfig(file, filepath.Dir(file), nil)
	if err != nil {
		t.Fatal(err)
	}
	o := server.Options{Cost: server.Cost{Memory: 64, Time: 1, Threads: 1}, Rate: server.Limits{PerSecond: 1e6, Burst: 1e6}, Jobs: -1}
	s, err := server.New(t.Context(), c, o, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(t.Context(), func(addr string) { os.Stdout.WriteString("serving " + addr + "\n") }); err != nil {
		t.Fatal(err)
	}
}

// countdown counts the lines of the simulator's journal, and says when so many
// have been written.
type countdown struct {
	mu     sync.Mutex
	n      int
	target int
	rung   chan struct{}
}

func (c *countdown) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	c.ring()
	return len(b), nil
}

func (c *countdown) ring() {
	if c.rung != nil && c.n >= c.target {
		close(c.rung)
		c.rung = nil
	}
}

// written is how many lines there are.
func (c *countdown) written() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

// at rings when there are so many lines, at once where there are already.
func (c *countdown) at(line int) <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	rung := make(chan struct{})
	c.target, c.rung = line, rung
	c.ring()
	return rung
}

// bulkRows is how many rows the killed job has.
const (
	bulkRows  = 20_000
	bulkKills = 20
)

// A server that is killed twenty times in the middle of a job of 20,000 rows,
// with faults of ANPR besides, comes to the same result as one that is left in
// peace; and of what ANPR had answered nothing is asked again but what was in
// flight when the server died.
func TestBulkSurvivesKill(t *testing.T) {
	storetest.Long(t)
	journal := &countdown{}
	w := servertest.Start(t, servertest.Options{
		Server: unpaced,
		Sim: func(c *sim.Config) {
			c.Population, c.Journal, c.JournalKeep = 30_000, journal, 200_000
		},
	})
	p := w.Person(app.RoleStandard, w.Registry, bulkUser(app.ScopeNational))
	c := w.At(p, "SPORTELLO-01")
	var list strings.Builder
	list.WriteString("n;cf;id anpr\n")
	row := map[string]int{} // by what ANPR is asked
	for x := range w.Sim.People(func(x *sim.Person) bool { return x.CF != "" && x.Second == "" && x.Index > 60 }) {
		n := len(row) + 1
		// Most rows give the ANPR id, and need one call; every tenth needs two.
		if row[x.IDANPR] != 0 || n > bulkRows {
			break
		}
		row[x.IDANPR] = n
		if n%10 == 0 {
			fmt.Fprintf(&list, "%d;%s;\n", n, x.CF)
		} else {
			fmt.Fprintf(&list, "%d;;%s\n", n, x.IDANPR)
		}
	}
	if len(row) != bulkRows {
		t.Fatalf("%d rows", len(row))
	}
	codes := map[string]int{}
	for id, n := range row {
		if n%10 == 0 {
			codes[w.Sim.ByID(id).CF] = n
		}
	}
	job := upload(t, c, app.ServiceEnrichment, "ventimila.csv", list.String())
	if job.Counts.Ask != bulkRows {
		t.Fatalf("%+v", job.Counts)
	}
	w.Stop()

	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "server.toml")
	w.Config.Server.Addr = "127.0.0.1:0"
	text, err := w.Config.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	start := func() (kill func()) {
		t.Helper()
		child := exec.Command(self, "-test.run=^TestBulkServer$", "-test.count=1")
		child.Env = append(os.Environ(), "INDAGOR_TEST_BULK_CONFIG="+file)
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewReader(out)
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				t.Fatalf("the server did not start: %q %v", line, err)
			}
			if addr, ok := strings.CutPrefix(strings.TrimSpace(line), "serving "); ok {
				w.URL = "http://" + addr
				break
			}
		}
		drained := make(chan struct{})
		go func() { io.Copy(io.Discard, lines); close(drained) }() //nolint:errcheck // it ends with the child
		var once sync.Once
		kill = func() {
			once.Do(func() {
				child.Process.Kill() //nolint:errcheck // it may have ended
				<-drained
				child.Wait() //nolint:errcheck // killed
			})
		}
		t.Cleanup(kill)
		c.Client = w.Connect(c.Signer)
		c.Enter(p)
		return kill
	}
	// inFlight are the questions that were begun and of which no answer is kept.
	inFlight := func() map[string]bool {
		t.Helper()
		db, err := store.Open(t.Context(), store.Options{DSN: w.Config.Store.DSN})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		calls, err := db.JobCalls(t.Context(), job.ID)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]bool{}
		for _, k := range calls {
			if !k.Answered {
				out[fmt.Sprint(k.Service, " ", k.Number)] = true
			}
		}
		return out
	}

	kill := start()
	if err := w.Sim.SetFaults([]sim.Fault{
		{Kind: sim.FaultKO999, Rate: 0.002},
		{Kind: sim.FaultGW503, Rate: 0.001},
		{Kind: sim.FaultCut, Service: "C015", Rate: 0.001},
		{Kind: sim.FaultBrokenJSON, Service: "C030", Rate: 0.002},
		{Kind: sim.FaultTooMany, Service: "C015", Times: 2},
	}); err != nil {
		t.Fatal(err)
	}
	first := journal.written()
	say(t, c, wire.StartJob, order(c, job.ID, "surname", "name", "birth_date", "fiscal_code"))
	seed := rand.Uint64()
	t.Logf("the kills come by the seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	mayRepeat := map[string]int{}
	var moments []int
	for range bulkKills {
		moments = append(moments, random.IntN(bulkRows))
	}
	slices.Sort(moments)
	for i, moment := range moments {
		// Counted from the start of the job: what is asked while a server comes
		// up must not push the last kills beyond the job's end.
		<-journal.at(first + 1 + moment)
		kill()
		flying := inFlight()
		for what := range flying {
			mayRepeat[what]++
		}
		// What flies is bounded by what may be under way, not by the list.
		if len(flying) > 128 {
			t.Errorf("kill %d: %d questions in flight", i, len(flying))
		}
		kill = start()
	}
	if job = awaitJob(t, c, job.ID, app.JobRunning); job.State != app.JobDone || job.Counts.Done != bulkRows || job.Counts.Outcomes[app.OutcomeFailed] != 0 {
		t.Fatalf("%+v", job)
	}
	killed := toldBy(t, c, job.ID)

	good := map[string]int{}
	for _, k := range w.Sim.Journal() {
		if k.Key == "" || k.Status != 200 && k.Status != 404 || k.Fault != "" {
			continue
		}
		n := row[k.Key]
		if k.Service == "C030" {
			n = codes[k.Key]
		}
		good[fmt.Sprint(k.Service, " ", n)]++
	}
	repeated := 0
	for what, n := range good {
		if repeated += n - 1; n > 1+mayRepeat[what] {
			t.Errorf("%s was answered %d times, and was in flight at %d kills", what, n, mayRepeat[what])
		}
	}
	for n := 1; n <= bulkRows; n++ {
		if good[fmt.Sprint("C015 ", n)]+good[fmt.Sprint("C030 ", n)] == 0 {
			t.Errorf("row %d was never answered", n)
		}
	}

	// The same list in peace.
	if err := w.Sim.SetFaults(nil); err != nil {
		t.Fatal(err)
	}
	peace := upload(t, c, app.ServiceEnrichment, "ventimila.csv", list.String())
	say(t, c, wire.StartJob, order(c, peace.ID, "surname", "name", "birth_date", "fiscal_code"))
	if peace = awaitJob(t, c, peace.ID, app.JobRunning); peace.State != app.JobDone {
		t.Fatalf("%+v", peace)
	}
	undisturbed := toldBy(t, c, peace.ID)
	if !slices.Equal(killed, undisturbed) {
		for i := range undisturbed {
			if i >= len(killed) || killed[i] != undisturbed[i] {
				t.Fatalf("line %d of %d and %d differs:\n%s\n%s", i, len(killed), len(undisturbed), killed[min(i, len(killed)-1)], undisturbed[i])
			}
		}
		t.Fatalf("%d lines and %d", len(killed), len(undisturbed))
	}
	if a, b := fmt.Sprint(job.Counts), fmt.Sprint(peace.Counts); a != b {
		t.Errorf("%s and %s", a, b)
	}
	// The log has one event for each row, and is whole.
	kill()
	w.Restart()
	ended := map[app.ID]int{}
	for _, e := range w.Readable() {
		if e.Kind == app.EventJobRow {
			ended[e.Target]++
		}
	}
	if ended[job.ID] != bulkRows || ended[peace.ID] != bulkRows {
		t.Errorf("events of rows: %v", ended)
	}
	t.Logf("%d questions repeated of %d; in flight at %d kills: %d", repeated, len(good), bulkKills, len(mayRepeat))
}

// toldBy is the result of a job, line by line, without the numbers that ANPR gave
// to its operations.
func toldBy(t *testing.T, c *servertest.Client, id app.ID) []string {
	t.Helper()
	x := result(t, c, &wire.JobResultInput{ID: id})
	operation := slices.Index(x.rows[0], "Operazione ANPR")
	out, answered := make([]string, len(x.rows)), 0
	for i, r := range x.rows {
		if i > 0 && r[operation] != "" {
			answered++
		}
		r[operation] = ""
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = string(b)
	}
	if answered < bulkRows/2 {
		t.Fatalf("%d of %d rows have an operation of ANPR", answered, len(x.rows)-1)
	}
	return out
}
