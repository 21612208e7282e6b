package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"indagor/app"
	"indagor/app/evidence"
	"indagor/server"
)

type userCmd struct {
	Add     userAddCmd     `cmd:"" help:"Register a user; the only way to make a TOP."`
	Reset   userResetCmd   `cmd:"" help:"Give a user a new one-time secret."`
	Disable userDisableCmd `cmd:"" help:"Disable an account."`
}

type userAddCmd struct {
	Role       string `help:"Role." enum:"top" default:"top"`
	Username   string `help:"Name for signing in." required:""`
	Name       string `help:"Name." required:""`
	Surname    string `help:"Surname." required:""`
	FiscalCode string `help:"Codice fiscale." required:""`
	Email      string `help:"E-mail." required:""`
	OperatorID string `help:"ANPR operator id, for one who acts as Mediator." name:"operator-id"`
}

// Run registers a TOP and prints his one-time secret.
func (u userAddCmd) Run(c *console) error {
	return c.with(func(s *server.Server) error {
		made, secret, until, err := s.Directory.CreateOnConsole(c.ctx, app.User{
			Role: app.Role(u.Role), Username: u.Username, Name: u.Name, Surname: u.Surname,
			FiscalCode: u.FiscalCode, Email: u.Email, OperatorID: u.OperatorID, Profile: app.Profile{Workstations: app.WorkstationsAuthorised},
		})
		if err != nil {
			return err
		}
		c.say("user_added", "name", made.FullName(), "username", made.Username)
		c.say("secret", "secret", secret, "until", c.lang.Moment(until))
		return nil
	})
}

type userResetCmd struct {
	Username string `arg:"" help:"User name."`
}

// Run resets an account.
func (u userResetCmd) Run(c *console) error {
	return c.with(func(s *server.Server) error {
		secret, until, err := s.Directory.ResetOnConsole(c.ctx, u.Username)
		if err == nil {
			c.say("secret", "secret", secret, "until", c.lang.Moment(until))
		}
		return err
	})
}

type userDisableCmd struct {
	Username string `arg:"" help:"User name."`
	Reason   string `help:"Why." required:""`
}

// Run disables an account.
func (u userDisableCmd) Run(c *console) error {
	return c.with(func(s *server.Server) error {
		off, err := s.Directory.DisableOnConsole(c.ctx, u.Username, u.Reason)
		if err == nil {
			c.say("user_disabled", "name", off.FullName())
		}
		return err
	})
}

type workstationCmd struct {
	Approve workstationApproveCmd `cmd:"" help:"Approve the workstation that shows the code: the first one of a new body."`
	Token   workstationTokenCmd   `cmd:"" help:"Issue an enrolment token."`
}

type workstationApproveCmd struct {
	Code        string `arg:"" help:"Comparison code shown on the workstation."`
	Responsible string `help:"Person responsible." required:""`
	Office      string `help:"Office." required:""`
}

// Run approves a workstation.
func (w workstationApproveCmd) Run(c *console) error {
	return c.with(func(s *server.Server) error {
		ok, err := s.Workstations.ApproveOnConsole(c.ctx, w.Code, w.Responsible, w.Office)
		if err == nil {
			c.say("workstation_approved", "name", ok.Name)
		}
		return err
	})
}

type workstationTokenCmd struct {
	Uses  int `help:"Workstations that it authorises." default:"1"`
	Hours int `help:"Hours until it expires." default:"72"`
}

// Run issues an enrolment token.
func (w workstationTokenCmd) Run(c *console) error {
	return c.with(func(s *server.Server) error {
		t, secret, err := s.FirstToken(c.ctx, w.Uses, time.Duration(w.Hours)*time.Hour, c.lang.T("console.name"))
		if err == nil {
			c.say("first_token", "secret", secret, "uses", fmt.Sprint(t.Uses), "until", c.lang.Moment(t.Expires))
		}
		return err
	})
}

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

type anprCmd struct {
	Check anprCheckCmd `cmd:"" help:"Ask ANPR whether it is there."`
}

type anprCheckCmd struct{}

// Run asks ANPR whether it is there, by the true exchange.
func (anprCheckCmd) Run(c *console) error {
	return c.with(func(s *server.Server) error {
		if !s.HasRegister() {
			return app.E(app.CodeAnprOff)
		}
		call, err := s.Probe(c.ctx)
		if err != nil {
			return err
		}
		c.say("anpr_well", "millis", fmt.Sprint(call.Duration.Milliseconds()), "transaction", strings.TrimSpace(call.TransactionID))
		return nil
	})
}
