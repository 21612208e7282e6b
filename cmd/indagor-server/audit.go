package main

import (
	"fmt"
	"os"

	"indagor/app/evidence"
	"indagor/server"
)

type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"Compute the whole log again and compare it with all that was signed."`
	Export auditExportCmd `cmd:"" help:"Write the readable log as JSON lines, with what proves it."`
	Sign   auditSignCmd   `cmd:"" help:"Sign the heads of the log now."`
}

type auditVerifyCmd struct {
	Anchor []string `help:"Files of checkpoints that left the server, as the text of a daily mail." type:"existingfile"`
}

// Run verifies the log; a damaged one ends with exit code 1.
func (a auditVerifyCmd) Run(c *console) error {
	var anchors []string
	for _, path := range a.Anchor {
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		found := evidence.FindCheckpoints(string(b))
		if len(found) == 0 {
			found = []string{string(b)}
		}
		anchors = append(anchors, found...)
	}
	return c.with(func(s *server.Server) error { return verify(c, s, anchors) })
}

func verify(c *console, s *server.Server, anchors []string) error {
	r, err := s.Verify(c.ctx, anchors...)
	if err != nil {
		return err
	}
	c.say("log_read", "open", fmt.Sprint(r.Open), "sealed", fmt.Sprint(r.Sealed), "checkpoints", fmt.Sprint(r.Checkpoints))
	if r.Sound() {
		c.say("log_sound")
		return nil
	}
	for _, d := range r.Damage {
		c.say("log_damaged", "tree", c.lang.T("console.tree."+string(d.Tree)), "seq", fmt.Sprint(d.Seq), "flaw", c.lang.T("console.flaw."+string(d.Flaw)))
	}
	return errQuiet
}

type auditExportCmd struct {
	Path string `arg:"" optional:"" help:"File to write; standard output where absent." type:"path"`
}

// Run exports the log.
func (a auditExportCmd) Run(c *console) error {
	return c.with(func(s *server.Server) error {
		if a.Path == "" {
			return s.Export(c.ctx, c.out)
		}
		f, err := os.OpenFile(a.Path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		if err := s.Export(c.ctx, f); err != nil {
			f.Close()
			return err
		}
		return f.Close()
	})
}

type auditSignCmd struct{}

// Run signs the heads of the log.
func (auditSignCmd) Run(c *console) error {
	return c.with(func(s *server.Server) error { return s.Checkpoint(c.ctx) })
}
