package main

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

//go:embed journeys/*.txt
var journeys embed.FS

// Limits of a journey: of the first window, which opens a display that nothing
// has drawn on yet, and of a whole walk.
const (
	firstSight = time.Minute
	wholeWalk  = 5 * time.Minute
)

// The people of the journey: a resident with a family of five, and somebody
// who lives in another Comune.
const (
	resident  = "BLLNRC78D12A944G"
	elsewhere = "LVSMRC85B17L219J"
)

// latency is what ANPR takes in a journey: long enough for a request under way
// to be seen.
const latency = 1500 * time.Millisecond

// journey walks the main job through two windows at once, TOP's and that of a
// clerk whose workstation is new, and then leaves what the server kept of it.
func (s *stage) journey(ctx context.Context, cast *seeded) error {
	if err := s.openSession(ctx, true); err != nil {
		return err
	}
	token := []string{"--enrolment-token", cast.token}
	s.say("TOP opens INDAGOR on the body's first workstation, with the enrolment token that init printed")
	first, err := s.walk(ctx, "first", "top", token)
	if err != nil {
		return err
	}
	if err := first.finish(ctx, wholeWalk); err != nil {
		return err
	}
	s.say("A clerk opens INDAGOR where nobody has approved him")
	clerk, err := s.walk(ctx, "clerk", "clerk", nil, "CLERK="+newcomer, "SECRET="+cast.byName[newcomer].Password, "NEW_PASSWORD="+newcomersPassword,
		"RESIDENT="+resident, "ELSEWHERE="+elsewhere)
	if err != nil {
		return err
	}
	code := ""
	if err := clerk.until(ctx, firstSight, "the comparison code", func(context.Context) bool {
		b, err := os.ReadFile(s.path("code.txt"))
		code = strings.TrimSpace(string(b))
		return err == nil && code != ""
	}); err != nil {
		return err
	}
	s.say("It shows the code %s; TOP compares it and approves", code)
	top, err := s.walk(ctx, "top", "top", token, "TOP="+firstTop.username, "TOP_PASSWORD="+firstTop.password, "CODE="+code)
	if err != nil {
		return err
	}
	if err := top.finish(ctx, wholeWalk); err != nil {
		return err
	}
	s.say("The clerk changes the one-time secret and does the main job")
	if err := clerk.finish(ctx, wholeWalk); err != nil {
		return err
	}
	s.say("TOP looks at what was done")
	review, err := s.walk(ctx, "review", "top", token, "TOP="+firstTop.username, "TOP_PASSWORD="+firstTop.password)
	if err != nil {
		return err
	}
	if err := review.finish(ctx, wholeWalk); err != nil {
		return err
	}
	if err := s.consent(ctx, cast, token); err != nil {
		return err
	}
	if err := s.lists(ctx, cast); err != nil {
		return err
	}
	if err := s.administration(ctx, token); err != nil {
		return err
	}
	if err := s.strike(); err != nil {
		return err
	}
	return s.proof(ctx)
}

// administration walks the administrators' own work: TOP registers an ADMIN,
// who registers an operator and resets his password; TOP moves the operator.
func (s *stage) administration(ctx context.Context, args []string) error {
	top := []string{"TOP=" + firstTop.username, "TOP_PASSWORD=" + firstTop.password}
	secret := ""
	for _, w := range []struct {
		says, script string
		env          func() []string
	}{
		{"TOP registers an ADMIN", "appoint", func() []string { return top }},
		{"The ADMIN registers an operator, and resets his password", "admin", func() []string { return []string{"SECRET=" + secret, "NEW_PASSWORD=" + newAdminsPassword} }},
		{"TOP moves the operator to another ADMIN", "reassign", func() []string { return top }},
	} {
		s.say("%s", w.says)
		p, err := s.walk(ctx, w.script, "top", args, w.env()...)
		if err != nil {
			return err
		}
		if err := p.finish(ctx, wholeWalk); err != nil {
			return err
		}
		if secret == "" {
			b, err := os.ReadFile(s.path("secret.txt"))
			if err != nil {
				return err
			}
			secret = strings.TrimSpace(string(b))
		}
	}
	return os.Remove(s.path("secret.txt"))
}

// consent walks what TOP must consent to: one operator waits for his answer, in
// a window of her own, another one's request runs because nobody answers.
func (s *stage) consent(ctx context.Context, cast *seeded, args []string) error {
	of := func(username string) []string {
		return []string{"PASSWORD=" + cast.byName[username].Password, "RESIDENT=" + resident}
	}
	s.say("An operator asks what TOP must approve, and TOP approves it")
	waits, err := s.walk(ctx, "waits", "clerk", nil, of("n.conti")...)
	if err != nil {
		return err
	}
	if err := waits.until(ctx, wholeWalk, "the request that waits", func(context.Context) bool {
		_, err := os.Stat(s.path("36-attende-convalida.png"))
		return err == nil
	}); err != nil {
		return err
	}
	top, err := s.walk(ctx, "consent", "top", args, "TOP="+firstTop.username, "TOP_PASSWORD="+firstTop.password)
	if err != nil {
		return err
	}
	if err := errors.Join(top.finish(ctx, wholeWalk), waits.finish(ctx, wholeWalk)); err != nil {
		return err
	}
	s.say("Another one's request runs by silence")
	silence, err := s.walk(ctx, "silence", "clerk", nil, of("e.fabbri")...)
	if err != nil {
		return err
	}
	return silence.finish(ctx, wholeWalk)
}

// scripts are the walks of the journey, in the order in which they begin.
var scripts = []string{"first", "clerk", "top", "review", "waits", "consent", "silence", "lists", "appoint", "admin", "reassign"}

// walk starts a desktop of a profile that walks through its window by a script.
func (s *stage) walk(ctx context.Context, name, profile string, args []string, env ...string) (*process, error) {
	program := s.program("indagor-journey")
	if _, err := os.Stat(program); err != nil {
		return nil, fmt.Errorf("the desktop that walks by itself is not built: run make journey (%w)", err)
	}
	text, err := journeys.ReadFile("journeys/" + name + ".txt")
	if err != nil {
		return nil, err
	}
	script := s.path("log", name+".journey.txt")
	if err := os.WriteFile(script, text, 0o600); err != nil {
		return nil, err
	}
	argv := append([]string{
		program, "--server", s.url, "--profile", s.path("desktop-" + profile), "--theme", "light",
		"--journey", script, "--out", s.dir,
	}, args...)
	display, err := s.startXvfb(ctx, name)
	if err != nil {
		return nil, err
	}
	// What Fyne itself remembers is of one person's one desktop.
	env = append(env, "DISPLAY="+display, "XDG_CONFIG_HOME="+s.path("desktop-"+profile, "config"))
	return s.launch("desktop-"+name, append(s.environ(s.session...), env...), nil, nil, nil, argv...)
}

// finish waits for a process that ends by itself.
func (p *process) finish(ctx context.Context, limit time.Duration) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("%s did not end within %s", p.name, limit))
	defer cancel()
	select {
	case <-p.ended:
		if p.err != nil {
			return p.gone()
		}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%w; its last words:\n%s", context.Cause(ctx), tail(p.log))
	}
}

// proof leaves what the journey proves, and fails where it proves nothing: the
// pictures of both scripts, the document, ANPR's journal, the exported log and
// its verification.
func (s *stage) proof(ctx context.Context) error {
	verdict, err := s.console(ctx, "audit", "verify")
	if werr := os.WriteFile(s.path("audit-verify.txt"), []byte(verdict), 0o600); err != nil || werr != nil {
		return errors.Join(err, werr)
	}
	if _, err := s.console(ctx, "audit", "export", s.path("registro.jsonl")); err != nil {
		return err
	}
	pictures, err := s.pictures()
	if err != nil {
		return err
	}
	for _, p := range pictures {
		if err := looked(s.path(p)); err != nil {
			return err
		}
	}
	if err := s.document(ctx); err != nil {
		return err
	}
	if err := s.results(); err != nil {
		return err
	}
	if mails, err := filepath.Glob(s.path("mail", "*.eml")); err != nil || len(mails) == 0 {
		return errors.Join(err, errors.New("no mail was sent"))
	}
	asked, err := os.ReadFile(s.path("anpr-journal.jsonl"))
	if err != nil {
		return err
	}
	for _, service := range []string{"C030", "C020", "C021"} {
		if !bytes.Contains(asked, []byte(service)) {
			return fmt.Errorf("ANPR's journal has no call of %s", service)
		}
	}
	s.say("%d pictures, visura-residenza.pdf, rivestizione and nuclei as CSV and XLSX, anpr-journal.jsonl, registro.jsonl, audit-verify.txt, mail/:", len(pictures))
	for _, line := range strings.Split(strings.TrimSpace(verdict), "\n") {
		s.say("  %s", line)
	}
	return nil
}

// pictures lists those that the scripts promise.
func (s *stage) pictures() ([]string, error) {
	var names []string
	for _, script := range scripts {
		text, err := journeys.ReadFile("journeys/" + script + ".txt")
		if err != nil {
			return nil, err
		}
		for _, line := range strings.Split(string(text), "\n") {
			if name, ok := strings.CutPrefix(line, "shot "); ok {
				names = append(names, strings.TrimSpace(name))
			}
		}
	}
	slices.Sort(names)
	return names, nil
}

// looked says why a picture shows nothing.
func looked(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	b := img.Bounds()
	first := img.At(b.Min.X, b.Min.Y)
	for y := b.Min.Y; y < b.Max.Y; y += 3 {
		for x := b.Min.X; x < b.Max.X; x += 3 {
			if img.At(x, y) != first {
				return nil
			}
		}
	}
	return fmt.Errorf("%s shows nothing", filepath.Base(path))
}

// document looks into the PDF of the journey, as far as this machine can.
func (s *stage) document(ctx context.Context) error {
	path := s.path("visura-residenza.pdf")
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(b, []byte("%PDF-")) {
		return errors.New("visura-residenza.pdf is no PDF")
	}
	if _, err := exec.LookPath("pdftotext"); err != nil {
		s.say("pdftotext is not installed: the text of the PDF was not read")
		return nil
	}
	text, err := output(ctx, s.environ(), "pdftotext", "-layout", path, "-")
	if err != nil {
		return err
	}
	for _, want := range []string{resident, "VIA GIUSEPPE GARIBALDI", "Accertamento della TARI", "Prot. 4512/2026"} {
		if !strings.Contains(text, want) {
			return fmt.Errorf("the PDF does not say %q", want)
		}
	}
	return nil
}
