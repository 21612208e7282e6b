package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// measured is one start of a desktop: how long until it could be seen, and the
// memory that it then had.
type measured struct {
	start  time.Duration
	memory int // KiB
}

var paintedLine = regexp.MustCompile(`painted (\d+) kB`)

// measure starts the desktop up to its painted sign-in page, and an empty
// window of the same toolkit, in turns, and tells the medians of both. Its
// first start registers the workstation and is not counted.
func (s *stage) measure(ctx context.Context, cast *seeded, runs int) error {
	if err := s.openSession(ctx, true); err != nil {
		return err
	}
	display, err := s.startXvfb(ctx, "measure")
	if err != nil {
		return err
	}
	text, err := journeys.ReadFile("journeys/painted.txt")
	if err != nil {
		return err
	}
	script := s.path("log", "painted.txt")
	if err := os.WriteFile(script, text, 0o600); err != nil {
		return err
	}
	program := s.program("indagor-journey")
	env := append(s.environ(s.session...), "DISPLAY="+display, "XDG_CONFIG_HOME="+s.path("measure", "config"))
	kinds := []struct {
		name string
		argv []string
	}{
		{"empty window", []string{program, "--bare"}},
		{"sign-in page", []string{
			program, "--server", s.url, "--profile", s.path("measure", "profile"), "--theme", "light", "--enrolment-token", cast.token,
			"--journey", script, "--out", s.path("measure"),
		}},
	}
	if err := os.MkdirAll(s.path("measure", "config"), 0o700); err != nil {
		return err
	}
	results := make([][]measured, len(kinds))
	for n := range runs + 1 {
		for i, k := range kinds {
			m, err := s.once(ctx, fmt.Sprintf("measure-%d-%d", i, n), env, k.argv)
			if err != nil {
				return fmt.Errorf("%s: %w", k.name, err)
			}
			if n > 0 {
				results[i] = append(results[i], m)
			}
		}
	}
	var medians []measured
	for i, k := range kinds {
		m := median(results[i])
		medians = append(medians, m)
		s.say("%s: painted after %d ms, %d MiB resident (medians of %d)", k.name, m.start.Milliseconds(), m.memory>>10, runs)
	}
	s.say("ratio: %.2f of the time, %.2f of the memory", float64(medians[1].start)/float64(medians[0].start), float64(medians[1].memory)/float64(medians[0].memory))
	return nil
}

// once starts one desktop and waits for its end.
func (s *stage) once(ctx context.Context, name string, env, argv []string) (measured, error) {
	began := time.Now()
	p, err := s.launch(name, env, nil, nil, nil, argv...)
	if err != nil {
		return measured{}, err
	}
	var m measured
	err = p.until(ctx, time.Minute, "the painted window", func(context.Context) bool {
		b, rerr := os.ReadFile(p.log)
		found := paintedLine.FindSubmatch(b)
		if rerr != nil || found == nil {
			return false
		}
		m.start = time.Since(began)
		m.memory, rerr = strconv.Atoi(string(found[1]))
		return rerr == nil
	})
	if err != nil {
		return m, err
	}
	return m, p.finish(ctx, time.Minute)
}

func median(ms []measured) measured {
	byTime, byMemory := slices.Clone(ms), slices.Clone(ms)
	slices.SortFunc(byTime, func(a, b measured) int { return int(a.start - b.start) })
	slices.SortFunc(byMemory, func(a, b measured) int { return a.memory - b.memory })
	return measured{byTime[len(ms)/2].start, byMemory[len(ms)/2].memory}
}

// errRuns refuses a measurement of nothing.
var errRuns = errors.New("-measure needs a positive number of runs")
