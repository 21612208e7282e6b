package main

import (
	"errors"

	"indagor/app"
	"indagor/server"
)

type userCmd struct {
	Add     userAddCmd     `cmd:"" help:"Register a user; the only way to make a TOP."`
	Set     userSetCmd     `cmd:"" help:"Change who a user is; the only way for a TOP."`
	Reset   userResetCmd   `cmd:"" help:"Give a user a new one-time secret."`
	Enable  userEnableCmd  `cmd:"" help:"Enable an account; the only way for a TOP."`
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

type userSetCmd struct {
	Username    string  `arg:"" help:"User name."`
	Name        *string `help:"Name."`
	Surname     *string `help:"Surname."`
	FiscalCode  *string `help:"Codice fiscale."`
	Email       *string `help:"E-mail."`
	Phone       *string `help:"Telephone; empty for none."`
	StaffNumber *string `help:"Staff number; empty for none."`
	OperatorID  *string `help:"ANPR operator id; empty for none." name:"operator-id"`
	NewMediator string  `help:"User name of the Mediator to whom those go who rely on this one, where he is one no more." placeholder:"USERNAME"`
}

// apply changes the user as the flags say, and reports whether any does.
func (u userSetCmd) apply(to *app.User) (any bool) {
	for _, x := range []struct{ given, field *string }{
		{u.Name, &to.Name},
		{u.Surname, &to.Surname},
		{u.FiscalCode, &to.FiscalCode},
		{u.Email, &to.Email},
		{u.Phone, &to.Phone},
		{u.StaffNumber, &to.StaffNumber},
		{u.OperatorID, &to.OperatorID},
	} {
		if x.given != nil {
			*x.field, any = *x.given, true
		}
	}
	return any
}

// Validate refuses a command that changes nothing.
func (u userSetCmd) Validate() error {
	if !u.apply(&app.User{}) {
		return errors.New("nothing to change: at least one of the flags is needed")
	}
	return nil
}

// Run changes a user.
func (u userSetCmd) Run(c *console) error {
	return c.with(func(s *server.Server) error {
		now, err := s.Directory.ChangeOnConsole(c.ctx, u.Username, server.Heirs{Mediator: u.NewMediator}, func(to *app.User) { u.apply(to) })
		if err == nil {
			c.say("user_changed", "name", now.FullName(), "username", now.Username)
		}
		return err
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

type userEnableCmd struct {
	Username string `arg:"" help:"User name."`
}

// Run enables an account.
func (u userEnableCmd) Run(c *console) error {
	return c.with(func(s *server.Server) error {
		on, err := s.Directory.EnableOnConsole(c.ctx, u.Username)
		if err == nil {
			c.say("user_enabled", "name", on.FullName())
		}
		return err
	})
}

type userDisableCmd struct {
	Username    string `arg:"" help:"User name."`
	Reason      string `help:"Why." required:""`
	NewMediator string `help:"User name of the Mediator to whom those go who rely on this one." placeholder:"USERNAME"`
	NewAdmin    string `help:"User name of the ADMIN to whom the operators of this one go." placeholder:"USERNAME"`
}

// Run disables an account.
func (u userDisableCmd) Run(c *console) error {
	return c.with(func(s *server.Server) error {
		off, err := s.Directory.DisableOnConsole(c.ctx, u.Username, u.Reason, server.Heirs{Mediator: u.NewMediator, Admin: u.NewAdmin})
		if err == nil {
			c.say("user_disabled", "name", off.FullName())
		}
		return err
	})
}
