package main

import (
	"fmt"
	"time"

	"indagor/server"
)

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
