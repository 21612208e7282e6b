// Package digest makes and sends the daily mail: to each TOP the requests of
// the day before of the whole body, to each ADMIN those of his department,
// counted per user and service (specification §8). It never names a citizen,
// and never counts what sight does not see: nothing of STANDARDPS users.
//
// For each day one transaction makes one mail per recipient, with its counts
// fixed, and moves the body's last day: so there is exactly one, whatever
// happens before or after. Sending is another matter: a mail is taken with a
// lease, sent, and marked as sent. Its Message-ID follows from recipient and
// day. Where the mail server took a mail and its answer, or the mark, is lost,
// the mail goes out again with the same Message-ID, as every mail server does
// (RFC 5321 §6.1): by it the receiving server recognises the second copy.
package digest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"time"

	"indagor/app"
	"indagor/server/internal/sight"
)

// Tx is what the daily mail changes.
type Tx interface {
	Now() time.Time
	Record(app.Event) error
	LockDigest(ctx context.Context) (app.Day, error)
	PutDigestLast(app.Day) error
	InsertMail(app.Mail) error
	LeaseMail(ctx context.Context, id app.ID, owner string, until time.Time) (app.Mail, bool, error)
	EndMail(app.Mail) (bool, error)
	MailAgain(id app.ID, name, address string) (bool, error)
	DropMails(before app.Day) error
	// OpenHead signs the head of the open tree of the log as it was before
	// this transaction.
	OpenHead() (signed string, err error)
}

// Store is what the daily mail reads, and the way to change it.
type Store interface {
	Write(ctx context.Context, fn func(Tx) error) error
	DigestLast(ctx context.Context) (app.Day, error)
	RequestCounts(ctx context.Context, s sight.Sight, day app.Day) ([]app.RequestCount, error)
	Users(ctx context.Context, f app.UserFilter) ([]app.User, string, error)
	User(ctx context.Context, id app.ID) (app.User, error)
	Departments(ctx context.Context) ([]app.Department, error)
	Mail(ctx context.Context, id app.ID) (app.Mail, error)
	Mails(ctx context.Context, f app.MailFilter) ([]app.Mail, string, error)
	MailsDue(ctx context.Context, at time.Time, most int) ([]app.ID, error)
	MailsWaiting(ctx context.Context) (int, error)
	MailsLate(ctx context.Context, before, after time.Time) ([]app.Mail, error)
}

// Letter is a mail as it is handed to the mail server.
type Letter struct {
	MessageID     string // without angle brackets
	Date          time.Time
	Name, Address string // of the recipient
	Subject       string
	Text, HTML    string
}

// Post is the mail server.
type Post interface {
	// Domain is that of the sender, for message ids.
	Domain() string
	// Open connects, safely, and signs in. Its errors are *app.Error with the
	// parameter "said" where the server said something.
	Open(ctx context.Context) (Line, error)
}

// Line is a connection to the mail server.
type Line interface {
	// Send hands over one letter and returns what the server said. After an
	// error that is [Broken] the line is of no more use.
	Send(ctx context.Context, l Letter) (said string, err error)
	Close()
}

// Printer writes what a mail says.
type Printer interface {
	Digest(m app.Mail) (subject, text, html string, err error)
	Test(name string, at time.Time) (subject, text, html string, err error)
}

// Config is what the body decided.
type Config struct {
	Zone     *time.Location
	Settings func() app.DigestSettings
	Chance   func() float64 // 0 to 1, for the jitter of retries
	Wake     func()         // there are mails to be sent
}

// Service makes and sends the daily mail.
type Service struct {
	store   Store
	post    Post // nil where no mail server is configured
	printer Printer
	config  Config
	owner   string
	now     func() time.Time
	log     *slog.Logger
}

// New returns the service; post is nil where no mail server is configured.
func New(store Store, post Post, printer Printer, c Config, now func() time.Time, log *slog.Logger) *Service {
	return &Service{store: store, post: post, printer: printer, config: c, owner: string(app.NewID()), now: now, log: log}
}

// MostDays is for how many missed days mails are made when the server is back.
const MostDays = 31

// keptDays is for how many days mails that came to an end can be looked at.
const keptDays = 400

// settleTime is how long after midnight a day is surely written down.
const settleTime = time.Minute

func shift(d app.Day, days int) app.Day {
	t, _ := d.Time()
	return app.DayOf(t.AddDate(0, 0, days))
}

// Begin says, once for a body, that the days before today need no mail.
func (s *Service) Begin(ctx context.Context) error {
	last, err := s.store.DigestLast(ctx)
	if err != nil || last != "" {
		return err
	}
	return s.store.Write(ctx, func(tx Tx) error {
		if last, err := tx.LockDigest(ctx); err != nil || last != "" {
			return err
		}
		return tx.PutDigestLast(shift(app.DayOf(tx.Now().In(s.config.Zone)), -1))
	})
}

// ripe is the last day whose mails are due at the moment; at gives the hour of
// a day.
func (s *Service) ripe(now time.Time, at func(d app.Day, hour int) time.Time) app.Day {
	today := app.DayOf(now.In(s.config.Zone))
	due := at(today, s.config.Settings().Hour)
	if settled := at(today, 0).Add(settleTime); due.Before(settled) {
		due = settled
	}
	if now.Before(due) {
		return shift(today, -2)
	}
	return shift(today, -1)
}

// Plan makes the mails of every day that is over and for which there are none
// yet. at gives the moment of an hour of a day in the body's zone.
func (s *Service) Plan(ctx context.Context, at func(d app.Day, hour int) time.Time) error {
	if err := s.Begin(ctx); err != nil {
		return err
	}
	for {
		last, err := s.store.DigestLast(ctx)
		if err != nil {
			return err
		}
		ripe := s.ripe(s.now(), at)
		if last >= ripe {
			return nil
		}
		if s.post == nil || !s.config.Settings().Send {
			// Nobody wants them, and nobody will later.
			if err := s.pass(ctx, last, ripe); err != nil {
				return err
			}
			continue
		}
		day := shift(last, 1)
		var missing *app.DayRange
		if first := shift(ripe, 1-MostDays); day < first {
			missing = &app.DayRange{From: day, Until: shift(first, -1)}
			day = first
		}
		if err := s.plan(ctx, last, day, day < ripe, missing); err != nil {
			return err
		}
		s.config.Wake()
	}
}

// errMoved says that another has made the mails meanwhile.
var errMoved = errors.New("digest: another has made the mails of the day")

// pass moves the last day without making mails.
func (s *Service) pass(ctx context.Context, last, until app.Day) error {
	return s.move(ctx, last, func(tx Tx) error { return tx.PutDigestLast(until) })
}

// move runs fn if the last day is still the one that was seen.
func (s *Service) move(ctx context.Context, last app.Day, fn func(Tx) error) error {
	err := s.store.Write(ctx, func(tx Tx) error {
		now, err := tx.LockDigest(ctx)
		if err != nil {
			return err
		}
		if now != last {
			return errMoved
		}
		return fn(tx)
	})
	if errors.Is(err, errMoved) {
		return nil
	}
	return err
}

// plan makes the mails of one day. The day is over, so that what it counts
// does not change while it is counted.
func (s *Service) plan(ctx context.Context, last, day app.Day, late bool, missing *app.DayRange) error {
	recipients, err := s.recipients(ctx)
	if err != nil {
		return err
	}
	names, err := s.newNames(ctx)
	if err != nil {
		return err
	}
	mails := make([]app.Mail, len(recipients))
	for i, u := range recipients {
		counts, err := s.store.RequestCounts(ctx, sight.Of(app.Caller{User: u}, app.PermDigest), day)
		if err != nil {
			return err
		}
		d := app.Digest{Day: day, Late: late, Missing: missing, All: app.PermDigest.Grant(u.Role).Reach == app.ReachAll}
		if !d.All {
			d.Department = names.departments[u.Department]
		}
		if d.Lines, err = names.lines(ctx, counts); err != nil {
			return err
		}
		mails[i] = app.Mail{ID: app.NewID(), Day: day, User: u.ID, Name: u.FullName(), Address: u.Email, Role: u.Role, State: app.MailPlanned, Digest: d}
	}
	return s.move(ctx, last, func(tx Tx) error {
		head, err := tx.OpenHead()
		if err != nil {
			return err
		}
		for _, m := range mails {
			m.Planned, m.Begun, m.Next, m.Digest.Checkpoint = tx.Now(), tx.Now(), tx.Now(), head
			if err := tx.InsertMail(m); err != nil {
				return err
			}
		}
		if err := tx.DropMails(shift(day, -keptDays)); err != nil {
			return err
		}
		e := app.Event{Class: app.ClassSystem, Kind: app.EventDigest}
		if e.After, err = json.Marshal(map[string]any{"day": day, "recipients": len(mails)}); err != nil {
			return err
		}
		if err := tx.Record(e); err != nil {
			return err
		}
		return tx.PutDigestLast(day)
	})
}

// recipients are those who receive the daily mail now: enabled, of a role that
// sees others, with an address.
func (s *Service) recipients(ctx context.Context) ([]app.User, error) {
	on := true
	f := app.UserFilter{Enabled: &on, Limit: 500}
	for _, r := range app.Roles {
		if app.PermDigest.Grant(r).Reach != app.ReachNone {
			f.Roles = append(f.Roles, r)
		}
	}
	var out []app.User
	for {
		us, next, err := s.store.Users(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, u := range us {
			if u.Email != "" {
				out = append(out, u)
			}
		}
		if f.Cursor = next; next == "" {
			return out, nil
		}
	}
}

// names gives their names to departments and users.
type names struct {
	store       Store
	departments map[app.ID]string
	users       map[app.ID]app.User
}

func (s *Service) newNames(ctx context.Context) (*names, error) {
	n := &names{store: s.store, departments: map[app.ID]string{}, users: map[app.ID]app.User{}}
	ds, err := s.store.Departments(ctx)
	for _, d := range ds {
		n.departments[d.ID] = d.Name
	}
	return n, err
}

func (n *names) user(ctx context.Context, id app.ID) (app.User, error) {
	if u, ok := n.users[id]; ok {
		return u, nil
	}
	u, err := n.store.User(ctx, id)
	if err != nil && app.CodeOf(err) != app.CodeNotFound {
		return u, err
	}
	n.users[id] = u
	return u, nil
}

// lines puts counts together per department, user and service, in the order of
// their names.
func (n *names) lines(ctx context.Context, counts []app.RequestCount) ([]app.DigestLine, error) {
	type key struct {
		user, department app.ID
		service          app.Service
	}
	at := map[key]int{}
	var out []app.DigestLine
	for _, c := range counts {
		k := key{c.User, c.Department, c.Service}
		i, ok := at[k]
		if !ok {
			u, err := n.user(ctx, c.User)
			if err != nil {
				return nil, err
			}
			i = len(out)
			at[k] = i
			out = append(out, app.DigestLine{
				Department: n.departments[c.Department], Name: u.FullName(), Username: u.Username, Service: c.Service, Outcomes: map[app.Outcome]int{},
			})
		}
		out[i].Outcomes[c.Outcome] += c.Count
	}
	slices.SortFunc(out, func(a, b app.DigestLine) int {
		return cmp.Or(cmp.Compare(a.Department, b.Department), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Username, b.Username), cmp.Compare(a.Service, b.Service))
	})
	return out, nil
}
