package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"indagor/app"
	"indagor/server"
)

type serveCmd struct{}

// Run serves until it is told to stop.
func (serveCmd) Run(c *console) error {
	s, err := server.New(c.ctx, c.config, server.Options{Log: slog.Default()}, false)
	if err != nil {
		return err
	}
	err = s.Run(c.ctx, func(addr string) { c.say("serving", "addr", addr) })
	return errors.Join(err, s.Close())
}

type initCmd struct {
	Name       string   `help:"Name of the body, as in \"Comune di Esempio\"." required:""`
	ISTAT      string   `help:"ISTAT code of the Comune, six digits." name:"istat" required:""`
	Belfiore   string   `help:"Belfiore (cadastral) code of the Comune." required:""`
	Custodian  []string `help:"Public key (age1…) of a custodian; at least two." placeholder:"AGE1…"`
	ThrowAway  string   `help:"For demonstrations only: make three custodians and leave their private keys in the folder." placeholder:"DIR" type:"path"`
	Training   bool     `help:"A simulator answers in ANPR's place."`
	Uses       int      `help:"Workstations that the first enrolment token authorises." default:"3"`
	TokenHours int      `help:"Hours until the first enrolment token expires." default:"72"`
}

// Run sets up a new body.
func (i initCmd) Run(c *console) error {
	config := c.config
	config.Body.Name, config.Body.ISTAT, config.Body.Belfiore, config.Server.Training = i.Name, i.ISTAT, strings.ToUpper(i.Belfiore), i.Training || config.Server.Training
	if len(i.Custodian) > 0 {
		config.Body.Custodians = i.Custodian
	}
	if i.ThrowAway != "" {
		var err error
		if config.Body.Custodians, err = throwAway(i.ThrowAway); err != nil {
			return err
		}
	}
	s, err := server.New(c.ctx, config, server.Options{Log: slog.Default()}, true)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := writeConfig(c.path, config); err != nil {
		return err
	}
	token, secret, err := s.FirstToken(c.ctx, i.Uses, time.Duration(i.TokenHours)*time.Hour, c.lang.T("console.name"))
	if err != nil {
		return err
	}
	c.say("initialised", "body", config.Body.Name, "path", c.path)
	c.say("log_key", "key", s.LogKey())
	c.say("first_token", "secret", secret, "uses", fmt.Sprint(token.Uses), "until", c.lang.Moment(token.Expires))
	return nil
}

// throwAway makes custodians whose private keys lie beside each other: fit to
// show how sealing works, and for nothing else.
func throwAway(dir string) ([]string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	var public []string
	for n := 1; n <= 3; n++ {
		id, err := age.GenerateX25519Identity()
		if err != nil {
			return nil, err
		}
		public = append(public, id.Recipient().String())
		text := "# public key: " + id.Recipient().String() + "\n" + id.String() + "\n"
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("custodian-%d.txt", n)), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	return public, nil
}

func writeConfig(path string, config server.Config) error {
	if _, err := os.Stat(path); err == nil {
		return nil // an administrator's own file is not touched
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	b, err := config.Marshal()
	if err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o600)
}

type migrateCmd struct{}

// Run brings the database to the schema; opening it does.
func (migrateCmd) Run(c *console) error {
	return c.with(func(*server.Server) error { c.say("migrated"); return nil })
}

type backupCmd struct {
	Path string `arg:"" help:"File to write." type:"path"`
}

// Run copies the database.
func (b backupCmd) Run(c *console) error {
	return c.with(func(s *server.Server) error {
		if err := s.Backup(c.ctx, b.Path); err != nil {
			return err
		}
		c.say("backed_up", "path", b.Path)
		return nil
	})
}

type tablesCmd struct {
	Import tablesImportCmd `cmd:"" help:"Bring the Comuni up to date with the list that Istat publishes (Elenco-comuni-italiani.csv)."`
}

type tablesImportCmd struct {
	List string `arg:"" help:"File of the list." type:"existingfile"`
	Day  string `help:"Day on which the list is true, 2026-01-31." required:""`
}

// Run imports a list of Comuni.
func (t tablesImportCmd) Run(c *console) error {
	day, ok := app.Day(t.Day).Time()
	if !ok {
		return app.E(app.CodeDate).At("day")
	}
	f, err := os.Open(t.List)
	if err != nil {
		return err
	}
	defer f.Close()
	return c.with(func(s *server.Server) error {
		n, err := s.ImportComuni(c.ctx, f, day)
		if err == nil {
			c.say("tables_imported", "born", fmt.Sprint(n.Born), "altered", fmt.Sprint(n.Altered), "ended", fmt.Sprint(n.Ended))
		}
		return err
	})
}

type configCmd struct {
	Print configPrintCmd `cmd:"" help:"Print the configuration in force."`
}

type configPrintCmd struct{}

// Run prints the configuration in force.
func (configPrintCmd) Run(c *console) error {
	b, err := c.config.Marshal()
	if err == nil {
		_, err = c.out.Write(b)
	}
	return err
}

type checkCmd struct{}

// Run checks all that can be checked without asking ANPR.
func (checkCmd) Run(c *console) error {
	if err := c.config.Check(); err != nil {
		return err
	}
	return c.with(func(s *server.Server) error {
		if !s.HasRegister() {
			c.say("anpr_off")
		}
		return verify(c, s, nil)
	})
}

type openapiCmd struct{}

// Run prints the OpenAPI document.
func (openapiCmd) Run(c *console) error {
	return c.with(func(s *server.Server) error {
		b, err := s.OpenAPI()
		if err == nil {
			_, err = fmt.Fprintf(c.out, "%s\n", b)
		}
		return err
	})
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(c *console) error {
	fmt.Fprintln(c.out, "indagor-server", server.Version)
	return nil
}

// domain are the domain's errors within err; nil where there are none.
func domain(err error) app.Errors {
	var many app.Errors
	if errors.As(err, &many) {
		return many
	}
	var one *app.Error
	if errors.As(err, &one) {
		return app.Errors{one}
	}
	return nil
}
