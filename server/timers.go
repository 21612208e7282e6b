package server

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"indagor/app"
	"indagor/app/language"
	"indagor/assets"
	"indagor/server/internal/archive"
	"indagor/server/internal/digest"
	"indagor/server/internal/mail"
	"indagor/server/internal/render"
	"indagor/server/internal/store"
	"indagor/server/internal/timer"
)

// lookEvery is how often the server looks whether something is due.
const lookEvery = 15 * time.Second

// expireHour is when the archive ages: no clock jumps over it.
const expireHour = 3

// remindHour is when those who administer workstations are reminded of those
// that expire.
const remindHour = 6

// openTimers wires what is done from time to time.
func (s *Server) openTimers(zone *time.Location, catalogue *language.Catalogue, log *slog.Logger) error {
	post, err := s.config.SMTP.open(s.config.Body.Name)
	if err != nil {
		return err
	}
	mailer, err := render.NewMailer(assets.Mail, catalogue.In(language.Source).Zoned(zone), s.config.Body.Name, s.config.Server.Training)
	if err != nil {
		return err
	}
	now := s.settings.Current
	s.mails = digest.New(digestStore{s.db, s}, post, mailer, digest.Config{
		Zone: zone, Settings: func() app.DigestSettings { return now().Digest }, Chance: rand.Float64,
		Wake: func() { s.timers.Hint() },
	}, s.now, log)
	s.archive = archive.New(archiveStore{s.db}, func() app.RetentionSettings { return now().Retention }, zone, s.now)
	at := func(d app.Day, hour int) time.Time { return timer.At(d, hour, zone) }
	s.timers = timer.New(timerStore{s.db}, lookEvery, s.now, log,
		timer.Task{Name: "digest", Next: timer.Daily(func() int { return now().Digest.Hour }, zone), Run: func(ctx context.Context) error {
			return s.mails.Plan(ctx, at)
		}},
		timer.Task{Name: "mail", Run: s.mails.Deliver},
		timer.Task{Name: "archive", Next: timer.Daily(func() int { return expireHour }, zone), Run: s.archive.Expire},
		timer.Task{Name: "workstations", Next: timer.Daily(func() int { return remindHour }, zone), Run: s.Workstations.Remind},
		timer.Task{Name: "jobs", Next: timer.Daily(func() int { return expireHour }, zone), Run: func(ctx context.Context) error {
			return s.jobs.Expire(ctx, now().Retention)
		}},
	)
	return nil
}

// Tick does now what is due now, and returns when it is done.
func (s *Server) Tick(ctx context.Context) error { return s.timers.Tick(ctx) }

// safe says how the connection is made safe, as configured or by default.
func (c SMTPConfig) safe() string {
	if c.TLS == "" {
		return string(mail.STARTTLS)
	}
	return c.TLS
}

// check says what keeps mail from being sent under the configuration.
func (c SMTPConfig) check() error {
	if c.Addr == "" {
		return nil
	}
	if c.User != "" && c.PasswordFile == "" {
		return errors.New("smtp.password_file is missing")
	}
	switch mail.Security(c.safe()) {
	case mail.STARTTLS, mail.Implicit, mail.None:
	default:
		return fmt.Errorf("smtp.tls: %q is none of starttls, implicit, none", c.TLS)
	}
	_, err := mail.New(c.post("", "", nil))
	return err
}

func (c SMTPConfig) post(name, password string, trust *tls.Config) mail.Config {
	return mail.Config{
		Addr: c.Addr, Security: mail.Security(c.safe()), User: c.User, Password: password, From: c.From, Name: name, TLS: trust, Step: time.Duration(c.Timeout),
	}
}

// open makes the way to the mail server; nil where none is configured.
func (c SMTPConfig) open(body string) (digest.Post, error) {
	if c.Addr == "" {
		return nil, nil
	}
	var password string
	if c.User != "" {
		b, err := os.ReadFile(c.PasswordFile)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("smtp.password_file: there is no %s", c.PasswordFile)
		}
		if err != nil {
			return nil, err
		}
		password = strings.TrimRight(string(b), "\r\n")
	}
	var trust *tls.Config
	if c.CAFile != "" {
		pool, err := x509.SystemCertPool()
		if err != nil {
			return nil, err
		}
		pem, err := os.ReadFile(c.CAFile)
		if err != nil {
			return nil, err
		}
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("smtp.ca_file: no certificate in %s", c.CAFile)
		}
		trust = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool}
	}
	return mail.New(c.post("INDAGOR, "+body, password, trust))
}

type digestStore struct {
	*store.DB
	s *Server
}

// digestTx also signs the head of the log.
type digestTx struct {
	*store.Tx
	s *Server
}

func (t digestTx) OpenHead() (string, error) {
	signed, err := t.s.recorder.OpenHead(t.Tx)
	return signed.Note, err
}

func (d digestStore) Write(ctx context.Context, fn func(digest.Tx) error) error {
	return d.DB.Write(ctx, func(tx *store.Tx) error { return fn(digestTx{tx, d.s}) })
}

type archiveStore struct{ *store.DB }

func (s archiveStore) Write(ctx context.Context, fn func(archive.Tx) error) error {
	return s.DB.Write(ctx, func(tx *store.Tx) error { return fn(tx) })
}

type timerStore struct{ *store.DB }

func (s timerStore) Write(ctx context.Context, fn func(timer.Tx) error) error {
	return s.DB.Write(ctx, func(tx *store.Tx) error { return fn(tx) })
}
