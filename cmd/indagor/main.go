// Command indagor is the desktop of the product: the window on a registered
// workstation from which clerks consult the register and administrators
// administer. It is the only program, and the only package, that imports
// fyne.io/fyne/v2/app, and with it cgo and the libraries of the display.
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
	"strconv"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // Windows has no zone files

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/lang"
	"github.com/alecthomas/kong"

	"indagor/app/language"
	"indagor/app/territory"
	"indagor/assets"
	"indagor/sync/client"
	"indagor/sync/desk"
	"indagor/ui"
	"indagor/ui/flow/connect"
)

// version is set by the linker (-X main.version=…).
var version = "0.0.0-dev"

// appID names the program to the operating system.
const appID = "it.indagor.desktop"

// options are the command line; each can also come from the environment.
type options struct {
	Server         string  `help:"Address of the server (https://…); asked for and remembered where absent." env:"INDAGOR_SERVER" placeholder:"URL"`
	Profile        string  `help:"Folder of the profile: settings, encrypted copy, key file. In the user's configuration folder where absent." type:"path" env:"INDAGOR_PROFILE" placeholder:"DIR"`
	Language       string  `help:"Language: it, en; de is shown in Italian." enum:"it,en,de" default:"it" env:"INDAGOR_LANGUAGE"`
	CA             string  `help:"PEM file of authorities to trust besides the system's." name:"ca" type:"path" env:"INDAGOR_CA" placeholder:"FILE"`
	EnrolmentToken string  `help:"Enrolment token that authorises this workstation." env:"INDAGOR_ENROLMENT_TOKEN" placeholder:"TOKEN"`
	Theme          string  `help:"Appearance: light, dark or system; the one chosen last where absent." enum:"light,dark,system," default:"" env:"INDAGOR_THEME"`
	Scale          float64 `help:"Size of everything, 1 being the system's own; for large or small screens." default:"0" env:"INDAGOR_SCALE" placeholder:"1.0"`
	Verbose        bool    `help:"Write a log to the standard error."`
	Version        bool    `help:"Print the version and end."`

	journeyOptions
}

// The exit codes.
const (
	exitFine    = 0
	exitTrouble = 1
	exitUsage   = 2
	exitDisplay = 3 // no window can be drawn
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run runs the program and returns the exit code.
func run(args []string, out, errs io.Writer) int {
	var o options
	parser, err := kong.New(&o, kong.Name("indagor"), kong.Description("Desktop of INDAGOR."), kong.Writers(out, errs))
	if err != nil {
		fmt.Fprintln(errs, "indagor:", err)
		return exitTrouble
	}
	if _, err := parser.Parse(args); err != nil {
		fmt.Fprintln(errs, "indagor:", err)
		return exitUsage
	}
	if o.Version {
		fmt.Fprintln(out, "indagor", version)
		return exitFine
	}
	if err := start(o, errs); err != nil {
		fmt.Fprintln(errs, "indagor:", err)
		if errors.Is(err, errDisplay) {
			return exitDisplay
		}
		return exitTrouble
	}
	return exitFine
}

// start opens the window and returns when it has been closed.
func start(o options, errs io.Writer) error {
	log := slog.New(slog.DiscardHandler)
	if o.Verbose {
		log = slog.New(slog.NewTextHandler(errs, nil))
	}
	profile, err := profileDir(o.Profile)
	if err != nil {
		return err
	}
	settings, err := ui.LoadSettings(profile)
	if err != nil {
		return err
	}
	if o.Theme != "" {
		settings.Theme = o.Theme
	}
	catalogue, err := language.Load(assets.Translations)
	if err != nil {
		return err
	}
	atlas, err := territory.Load(assets.Tables())
	if err != nil {
		return err
	}
	// Every body is in this zone; a PC whose zone is wrong must not show other
	// times than the document of the same visura.
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		return err
	}
	words := catalogue.In(o.Language).Zoned(rome)
	if err := speak(words.Name()); err != nil {
		return err
	}
	if o.Scale > 0 {
		// Fyne reads the scale from its environment only.
		if err := os.Setenv("FYNE_SCALE", strconv.FormatFloat(o.Scale, 'f', -1, 64)); err != nil {
			return err
		}
	}

	app.SetMetadata(fyne.AppMetadata{ID: appID, Name: "INDAGOR", Version: version, Migrations: map[string]bool{"fyneDo": true}})
	a := app.NewWithID(appID)
	if o.bare(a, errs) {
		return nil
	}
	shell, err := ui.New(ui.Options{
		App: a, Language: words, Settings: settings, Profile: profile, Server: o.Server, Atlas: atlas, Log: log,
		Address: address, View: o.viewer(), Open: func(ctx context.Context, r ui.Request) (ui.Desk, error) {
			return open(ctx, o, profile, rome, log, r)
		},
	})
	if err != nil {
		return err
	}
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-interrupted
		fyne.Do(shell.Quit)
	}()
	if err := show(shell.Show); err != nil {
		return errors.Join(err, shell.Close())
	}
	watch(shell.Window(), errs)
	outcome := o.walk(shell, errs)
	a.Run()
	return errors.Join(outcome(), shell.Close())
}

// open opens the desktop's other half.
func open(ctx context.Context, o options, profile string, zone *time.Location, log *slog.Logger, r ui.Request) (ui.Desk, error) {
	d, err := desk.New(ctx, desk.Options{
		Server: r.Server, ProfileDir: profile, AppVersion: version, EnrolmentToken: o.EnrolmentToken, CAFile: o.CA, Location: zone, Log: log,
		KeyFile: r.KeyFile, ResetCopy: r.Reset,
		Passphrase: func(ctx context.Context, need desk.Need) (string, error) {
			return r.Passphrase(ctx, connect.Need(need))
		},
	})
	if err != nil {
		return nil, err
	}
	return ui.Line(d, r.Confirm), nil
}

// address gives the form in which an address that was typed is used: one
// without a scheme is of https.
func address(text string) (string, error) {
	text = strings.TrimSpace(text)
	if text != "" && !strings.Contains(text, "://") {
		text = "https://" + text
	}
	return client.Address(text)
}

// profileDir is the folder of the profile, made where it is not there. On
// Windows it is the local one: the encrypted copy does not belong on a network.
func profileDir(dir string) (string, error) {
	if dir == "" {
		base := os.Getenv("LOCALAPPDATA")
		if base == "" {
			var err error
			if base, err = os.UserConfigDir(); err != nil {
				return "", err
			}
		}
		dir = filepath.Join(base, "indagor")
	}
	return dir, os.MkdirAll(dir, 0o700)
}

// speak gives Fyne's own dialogs the words of the language, whatever that of
// the system is.
func speak(name string) error {
	words, err := assets.Fyne.ReadFile("fyne/" + name + ".json")
	if err != nil {
		return err
	}
	return lang.AddTranslationsForLocale(words, lang.SystemLocale())
}
