package main

import (
	"fmt"
	"strings"

	"indagor/app"
	"indagor/server"
)

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
