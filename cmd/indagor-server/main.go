// Command indagor-server is the central server of a body: it owns users,
// roles, workstations, the way to ANPR and the log. Its commands are those of
// the server's console.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/alecthomas/kong"

	"indagor/app/language"
	"indagor/assets"
	"indagor/server"
)

// console is what every command works with.
type console struct {
	ctx    context.Context
	out    io.Writer
	lang   *language.Language
	path   string // of the configuration file
	config server.Config
}

// open opens the server of the configuration, without serving.
func (c *console) open() (*server.Server, error) {
	return server.New(c.ctx, c.config, server.Options{}, false)
}

// with runs fn on the opened server.
func (c *console) with(fn func(*server.Server) error) error {
	s, err := c.open()
	if err != nil {
		return err
	}
	return errors.Join(fn(s), s.Close())
}

func (c *console) say(key string, params ...string) {
	fmt.Fprintln(c.out, c.lang.T("console."+key, params...))
}

// commands are the commands of the console.
type commands struct {
	Config   string `help:"Configuration file (TOML)." type:"path" placeholder:"FILE"`
	Data     string `help:"Folder of the keys and of the default database." type:"path" placeholder:"DIR"`
	Language string `help:"Language of the console." enum:"it,en" default:"it"`

	Serve       serveCmd       `cmd:"" help:"Serve."`
	Init        initCmd        `cmd:"" help:"Set up a new body: keys, database, configuration, a first enrolment token."`
	User        userCmd        `cmd:"" help:"Users."`
	Workstation workstationCmd `cmd:"" help:"Workstations."`
	Audit       auditCmd       `cmd:"" help:"The log."`
	Document    documentCmd    `cmd:"" help:"Documents of look-ups."`
	ANPR        anprCmd        `cmd:"" name:"anpr" help:"The way to ANPR."`
	Backup      backupCmd      `cmd:"" help:"Copy the database while it is in use."`
	Tables      tablesCmd      `cmd:"" help:"Reference tables."`
	Migrate     migrateCmd     `cmd:"" help:"Bring the database to this program's schema."`
	ConfigShow  configCmd      `cmd:"" name:"config" help:"The configuration."`
	Check       checkCmd       `cmd:"" help:"Check configuration, keys, database and log."`
	OpenAPI     openapiCmd     `cmd:"" name:"openapi" help:"Print the OpenAPI document of the contract."`
	Version     versionCmd     `cmd:"" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr))
}

// run runs one command and returns the exit code.
func run(ctx context.Context, args, environ []string, out, errs io.Writer) int {
	var cli commands
	code := -1
	parser, err := kong.New(&cli, kong.Name("indagor-server"), kong.Description("INDAGOR: the central server of a body."),
		kong.Writers(out, errs), kong.Exit(func(c int) { code = c }), kong.UsageOnError())
	if err != nil {
		fmt.Fprintln(errs, err)
		return 2
	}
	k, err := parser.Parse(args)
	if code >= 0 {
		return code
	}
	if err != nil {
		fmt.Fprintln(errs, "indagor-server:", err)
		return 2
	}
	catalogue, err := language.Load(assets.Translations)
	if err != nil {
		fmt.Fprintln(errs, "indagor-server:", err)
		return 1
	}
	c := &console{ctx: ctx, out: out, lang: catalogue.In(cli.Language)}
	if err := c.configure(cli, environ); err != nil {
		fmt.Fprintln(errs, "indagor-server:", err)
		return 1
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(errs, &slog.HandlerOptions{Level: level(c.config.Log.Level)})))
	if err := k.Run(c); err != nil {
		if errors.Is(err, errQuiet) {
			return 1
		}
		fmt.Fprintln(errs, "indagor-server:", c.sentence(err))
		return 1
	}
	return 0
}

// errQuiet ends a command that has said all itself.
var errQuiet = errors.New("already said")

// sentence is an error for whoever sits at the console: the domain's in his
// language, anything else as it is.
func (c *console) sentence(err error) string {
	if errors.Is(err, server.ErrNotInitialised) {
		return c.lang.T("console.not_initialised")
	}
	if s := domain(err); s != nil {
		text := c.lang.Error(err).String()
		for _, e := range s {
			if e.Field != "" {
				text += " [" + e.Field + ": " + c.lang.Field(e) + "]"
			}
		}
		return text
	}
	return err.Error()
}

func (c *console) configure(cli commands, environ []string) error {
	data := cli.Data
	if data == "" {
		dir, err := dataFolder()
		if err != nil {
			return err
		}
		data = dir
	}
	c.path = cli.Config
	if c.path == "" {
		c.path = filepath.Join(data, "indagor.toml")
	}
	var err error
	c.config, err = server.LoadConfig(c.path, data, environ)
	return err
}

// dataFolder is where the user's data belong on this system.
func dataFolder() (string, error) {
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "indagor-server"), nil
	}
	if os.Getenv("LOCALAPPDATA") != "" {
		return filepath.Join(os.Getenv("LOCALAPPDATA"), "indagor-server"), nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "share", "indagor-server"), err
}

func level(s string) slog.Level {
	var l slog.Level
	if err := l.UnmarshalText([]byte(s)); err != nil {
		return slog.LevelInfo
	}
	return l
}
