package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// grace is how long a process may take to end after it was asked to.
const grace = 25 * time.Second

// process is a program that we started and that we end.
type process struct {
	name  string
	log   string // file of what it says
	cmd   *exec.Cmd
	ended chan struct{}
	err   error // after ended

	once sync.Once
}

// start starts a program in its own process group, so that Ctrl+C reaches it
// through us and not before us. What it writes goes into a log file of its
// name, except what goes to stdout where that is given.
func start(dir, name string, env []string, stdin io.Reader, stdout io.Writer, extra []*os.File, argv ...string) (*process, error) {
	path := filepath.Join(dir, name+".log")
	log, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()                         // the child has its own copy
	cmd := exec.Command(argv[0], argv[1:]...) // #nosec G204 -- programs that this demonstration itself has built or names
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = env, stdin, log, log, extra
	if stdout != nil {
		cmd.Stdout = stdout
	}
	cmd.SysProcAttr = ownGroup()
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	p := &process{name: name, log: path, cmd: cmd, ended: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

// stop asks the process to end, and ends it where it does not.
func (p *process) stop() error {
	select {
	case <-p.ended:
		return nil
	default:
	}
	p.once.Do(func() { _ = p.cmd.Process.Signal(syscall.SIGTERM) })
	select {
	case <-p.ended:
		return nil
	case <-time.After(grace):
		_ = p.cmd.Process.Kill()
		<-p.ended
		return fmt.Errorf("%s did not end within %s", p.name, grace)
	}
}

// gone is the error of a process that ended by itself.
func (p *process) gone() error {
	return fmt.Errorf("%s has ended (%w); its last words:\n%s", p.name, cmpErr(p.err), tail(p.log))
}

func cmpErr(err error) error {
	if err == nil {
		return errors.New("exit status 0")
	}
	return err
}

// until waits for a condition, as long as the process lives.
func (p *process) until(ctx context.Context, limit time.Duration, what string, ready func(context.Context) bool) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("%s: %s did not come within %s; its last words:\n%s", p.name, what, limit, tail(p.log)))
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if ready(ctx) {
			return nil
		}
		select {
		case <-p.ended:
			return p.gone()
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
	}
}

// output runs a program to its end and gives what it printed.
func output(ctx context.Context, env []string, argv ...string) (string, error) {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...) // #nosec G204 -- as in start
	var out, errs bytes.Buffer
	cmd.Env, cmd.Stdout, cmd.Stderr = env, &out, &errs
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("%s %s: %w\n%s%s", filepath.Base(argv[0]), argv[1], err, out.String(), errs.String())
	}
	return out.String(), nil
}

// tail is the end of a file.
func tail(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	return "  " + strings.Join(lines[max(0, len(lines)-12):], "\n  ")
}
