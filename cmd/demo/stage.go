package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"indagor/sync/client"
	"indagor/sync/wire"
)

// The body of the demonstration. The name is invented; the codes are those of
// a real small Comune, since the tables of places know no others.
const (
	bodyName     = "Comune di Esempio"
	bodyISTAT    = "036030"
	bodyBelfiore = "G393"
)

// The addresses that are taken where they are free.
const (
	serverAddr    = "127.0.0.1:8443"
	simulatorAddr = "127.0.0.1:8091"
)

// marker says that a folder was made by a demonstration and may be replaced by
// the next one.
const marker = ".indagor-demo"

// stage is where the demonstration plays: its folder and its processes.
type stage struct {
	options
	dir     string // absolute
	print   io.Writer
	url     string // of the server
	mail    *mailbox
	procs   []*process
	session []string // environment of windows
}

// newStage empties the folder.
func newStage(o options, out io.Writer) (*stage, error) {
	dir, err := filepath.Abs(o.out)
	if err != nil {
		return nil, err
	}
	if o.bin, err = filepath.Abs(o.bin); err != nil {
		return nil, err
	}
	if there, err := os.ReadDir(dir); err == nil && len(there) > 0 {
		if _, err := os.Stat(filepath.Join(dir, marker)); err != nil {
			return nil, fmt.Errorf("%s is there and was not made by a demonstration: choose another with --out", dir)
		}
		if err := os.RemoveAll(dir); err != nil {
			return nil, err
		}
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	s := &stage{options: o, dir: dir, print: out}
	for _, d := range []string{"", "log", "runtime", "home/.cache", "home/.config", "home/.local/share/keyrings", "home/.local/state"} {
		if err := os.MkdirAll(s.path(d), 0o700); err != nil {
			return nil, err
		}
	}
	return s, os.WriteFile(s.path(marker), []byte("made by make demo; may be removed\n"), 0o600)
}

func (s *stage) path(parts ...string) string {
	return filepath.Join(append([]string{s.dir}, parts...)...)
}

func (s *stage) program(name string) string { return filepath.Join(s.bin, name) }

func (s *stage) say(format string, args ...any) { fmt.Fprintf(s.print, "» "+format+"\n", args...) }

// environ is our environment with the demonstration's folder in the place of
// the user's home.
func (s *stage) environ(more ...string) []string {
	env := slices.DeleteFunc(os.Environ(), func(kv string) bool {
		name, _, _ := strings.Cut(kv, "=")
		return strings.HasPrefix(name, "INDAGOR_") || strings.HasPrefix(name, "XDG_") && name != "XDG_SESSION_TYPE"
	})
	home := s.path("home")
	return append(append(env, "HOME="+home, "XDG_DATA_HOME="+filepath.Join(home, ".local", "share"), "XDG_CONFIG_HOME="+filepath.Join(home, ".config"),
		"XDG_CACHE_HOME="+filepath.Join(home, ".cache"), "XDG_STATE_HOME="+filepath.Join(home, ".local", "state"), "XDG_RUNTIME_DIR="+s.path("runtime")), more...)
}

// launch starts a process that lives as long as the demonstration.
func (s *stage) launch(name string, env []string, stdin io.Reader, stdout io.Writer, extra []*os.File, argv ...string) (*process, error) {
	p, err := start(s.path("log"), name, env, stdin, stdout, extra, argv...)
	if err == nil {
		s.procs = append(s.procs, p)
	}
	return p, err
}

// strike ends every process, the last started first.
func (s *stage) strike() error {
	var errs []error
	for _, p := range slices.Backward(s.procs) {
		errs = append(errs, p.stop())
	}
	s.procs = nil
	if s.mail != nil {
		errs = append(errs, s.mail.srv.Close())
		s.mail = nil
	}
	return errors.Join(errs...)
}

// wait waits for Ctrl+C, or for the end of a process that should not end.
func (s *stage) wait(ctx context.Context) error {
	ended := make(chan *process, len(s.procs))
	for _, p := range s.procs {
		if p.name == "desktop" {
			continue // closing the window ends nothing but the window
		}
		go func() {
			<-p.ended
			ended <- p
		}()
	}
	select {
	case <-ctx.Done():
		s.say("Ending")
		return nil
	case p := <-ended:
		return p.gone()
	}
}

// free gives the address where it is free, else another one.
func free(ctx context.Context, addr string) (string, error) {
	var lc net.ListenConfig
	for _, a := range []string{addr, "127.0.0.1:0"} {
		if l, err := lc.Listen(ctx, "tcp", a); err == nil {
			got := l.Addr().String()
			return got, l.Close()
		}
	}
	return "", errors.New("no free address on 127.0.0.1")
}

// startSimulator gives the demonstration's server its identity towards ANPR,
// and starts ANPR.
func (s *stage) startSimulator(ctx context.Context) error {
	addr, err := free(ctx, simulatorAddr)
	if err != nil {
		return err
	}
	base := "http://" + addr
	if _, err := output(ctx, s.environ(), s.program("anpr-simulator"), "provision", "--dir", s.path("anpr"), "--base-url", base); err != nil {
		return err
	}
	slow := time.Duration(0)
	if s.walks {
		slow = latency
	}
	p, err := s.launch("anpr-simulator", s.environ(), nil, nil, nil, s.program("anpr-simulator"), "serve", "--addr", addr, "--latency", slow.String(),
		"--seed", strconv.FormatUint(s.seed, 10), "--population", strconv.Itoa(s.population), "--body", bodyISTAT,
		"--clients", s.path("anpr", "clients.json"), "--journal", s.path("anpr-journal.jsonl"))
	if err != nil {
		return err
	}
	return p.until(ctx, time.Minute, "its address", func(ctx context.Context) bool {
		c, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
		if err != nil {
			return false
		}
		c.Close()
		return true
	})
}

// secrets are what the server's console prints once.
type secrets struct {
	token string // enrols the first workstations
	top   string // one-time secret of the first TOP
}

// What the console prints is found by its form, whatever the language.
var (
	tokenForm  = regexp.MustCompile(`\b[a-z2-7]{32}\b`)
	secretForm = regexp.MustCompile(`\b[a-z2-9]{4}(?:-[a-z2-9]{4}){3}\b`)
)

// console runs one command of the server's console.
func (s *stage) console(ctx context.Context, args ...string) (string, error) {
	return output(ctx, s.environ(), append([]string{s.program("indagor-server"), "--config", s.path("indagor.toml"), "--data", s.path("data")}, args...)...)
}

// initServer sets the body up as its administrator would: init, the way to
// ANPR, the first TOP.
func (s *stage) initServer(ctx context.Context) (x secrets, err error) {
	text, err := s.console(ctx, "init", "--name", bodyName, "--istat", bodyISTAT, "--belfiore", bodyBelfiore,
		"--throw-away", s.path("custodians"), "--training", "--uses", "10")
	if err != nil {
		return x, err
	}
	if x.token = tokenForm.FindString(text); x.token == "" {
		return x, errors.New("init printed no enrolment token")
	}
	addr, err := free(ctx, serverAddr)
	if err != nil {
		return x, err
	}
	s.url = "http://" + addr
	if err := s.configure(addr); err != nil {
		return x, err
	}
	p := firstTop
	if text, err = s.console(ctx, "user", "add", "--role", "top", "--username", p.username, "--name", p.name, "--surname", p.surname,
		"--fiscal-code", p.fiscalCode, "--email", p.email(), "--operator-id", p.operatorID); err != nil {
		return x, err
	}
	if x.top = secretForm.FindString(text); x.top == "" {
		return x, errors.New("user add printed no secret")
	}
	return x, nil
}

// configure writes into the configuration that init made what an administrator
// would: the address, and what the simulator's provisioning gave.
func (s *stage) configure(addr string) error {
	config, err := readTOML(s.path("indagor.toml"))
	if err != nil {
		return err
	}
	given, err := readTOML(s.path("anpr", "anpr.toml"))
	if err != nil {
		return err
	}
	given["server"] = map[string]any{"addr": addr, "training_hour": "20s"}
	given["smtp"] = map[string]any{"addr": s.mail.addr, "tls": "none", "from": "indagor@esempio.example"}
	merge(config, given)
	text, err := toml.Marshal(config)
	if err != nil {
		return err
	}
	return os.WriteFile(s.path("indagor.toml"), text, 0o600)
}

func readTOML(path string) (map[string]any, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m := map[string]any{}
	return m, toml.Unmarshal(b, &m)
}

// merge puts the values of from into onto, table by table.
func merge(onto, from map[string]any) {
	for k, v := range from {
		table, isTable := v.(map[string]any)
		there, wasTable := onto[k].(map[string]any)
		if isTable && wasTable {
			merge(there, table)
		} else {
			onto[k] = v
		}
	}
}

// startServer starts the server and waits until it answers.
func (s *stage) startServer(ctx context.Context) error {
	p, err := s.launch("indagor-server", s.environ(), nil, nil, nil, s.program("indagor-server"), "--config", s.path("indagor.toml"), "--data", s.path("data"), "serve")
	if err != nil {
		return err
	}
	c, err := client.New(client.Options{Server: s.url, UserAgent: "indagor-demo"})
	if err != nil {
		return err
	}
	defer c.Close()
	return p.until(ctx, time.Minute, "its answer", func(ctx context.Context) bool {
		_, err := client.Call(ctx, c, wire.GetServer, nil)
		return err == nil
	})
}
