package server

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"indagor/app"
	"indagor/server/internal/anpr"
	"indagor/server/internal/settings"
	"indagor/sync/wire"
)

// configured names the keys of the configuration that settings begin with.
var configured = map[string]string{
	"access.password_length": "policy.password_length", "access.password_reuse": "policy.password_reuse",
	"access.password_age_days": "policy.password_age_days", "access.secret_hours": "policy.one_time_secret_life",
	"access.session_minutes": "policy.session_length", "access.recent_minutes": "policy.recent_password",
	"access.lock_after": "policy.lock_after", "access.longest_lock_minutes": "policy.longest_lock",
	"access.idle_minutes": "policy.idle_lock", "approval.silence_hours": "approval.default_silence", "digest.hour": "digest.hour",
}

// settings are those that a new body begins with: the configuration's where it
// has a key, the product's elsewhere.
func (c Config) settings() (app.Settings, error) {
	s := app.DefaultSettings.Clone()
	var faults []string
	whole := func(key string, d Duration, unit time.Duration) int {
		if time.Duration(d)%unit != 0 {
			faults = append(faults, fmt.Sprintf("%s: %s is not a whole number of %s", key, time.Duration(d), map[time.Duration]string{time.Minute: "minutes", time.Hour: "hours"}[unit]))
		}
		return int(time.Duration(d) / unit)
	}
	p := c.Policy
	s.Access = app.AccessSettings{
		PasswordLength: p.PasswordLength, PasswordReuse: p.PasswordReuse, PasswordAge: p.PasswordAge,
		SecretLife:    whole("policy.one_time_secret_life", p.SecretLife, time.Hour),
		SessionLength: whole("policy.session_length", p.SessionLength, time.Minute),
		Recent:        whole("policy.recent_password", p.Recent, time.Minute),
		TakeOver:      p.TakeOver, LockAfter: p.LockAfter,
		LongestLock: whole("policy.longest_lock", p.LongestLock, time.Minute),
		Idle:        whole("policy.idle_lock", p.Idle, time.Minute),
	}
	s.Services.MediatorAsUserID = p.MediatorAsUserID
	s.Approval.Silence = whole("approval.default_silence", c.Approval.Silence, time.Hour)
	s.Digest.Hour = c.Digest.Hour
	for _, e := range s.Check() {
		key := configured[e.Field]
		if key == "" {
			key = e.Field
		}
		unit := ""
		for end, word := range map[string]string{"_minutes": " minutes", "_hours": " hours"} {
			if strings.HasSuffix(e.Field, end) {
				unit = word
			}
		}
		zero := ""
		if e.Code == app.CodeRangeOrZero {
			zero = "0, or "
		}
		faults = append(faults, fmt.Sprintf("%s must be %sfrom %s to %s%s", key, zero, e.Params["least"], e.Params["most"], unit))
	}
	if len(faults) > 0 {
		return s, fmt.Errorf("%s", strings.Join(faults, "\n"))
	}
	return s, nil
}

// openSettings reads what TOP decided.
func (s *Server) openSettings(ctx context.Context) error {
	defaults, err := s.config.settings()
	if err != nil {
		return err
	}
	s.settings, err = settings.New(ctx, settingsStore{s.db}, registerFacts{s}, defaults)
	return err
}

// wantedMediators is who may act as Mediator.
func (s *Server) wantedMediators() app.MediatorRule { return s.settings.Current().Services.Mediators }

// ownQuota is how many requests a day the body allows itself; 0: no limit.
func (s *Server) ownQuota(service anpr.Service) int {
	return s.settings.Current().Services.Quotas[string(service)]
}

// registerFacts tells the settings what ANPR allows.
type registerFacts struct{ s *Server }

// Services are the e-services that the configuration names.
func (r registerFacts) Services() []string {
	return slices.Sorted(maps.Keys(r.s.config.ANPR.EServices))
}

// Limit is ANPR's daily limit, where it is known from what monitored users
// asked: when it becomes known must not tell of others.
func (r registerFacts) Limit(service string) (int, bool) {
	if r.s.register == nil {
		return 0, false
	}
	limit := r.s.register.Told(anpr.Service(service))
	return limit, limit > 0
}

// info is what everybody may know of the server.
func (s *Server) info(salt string) wire.ServerInfo {
	c, now := s.config, s.settings.Current()
	var from app.Day
	if since := s.archive.Since(now.Retention.Visure); !since.IsZero() {
		from = app.DayOf(since)
	}
	return wire.ServerInfo{
		Body: c.Body.Name, ISTAT: c.Body.ISTAT, Belfiore: c.Body.Belfiore, Version: Version, Protocol: wire.Protocol, OldestProtocol: wire.OldestProtocol,
		Salt: salt, Training: c.Server.Training,
		Password: wire.PasswordPolicy{MinLength: now.Access.PasswordLength, Reuse: now.Access.PasswordReuse, MaxAge: now.Access.PasswordAge},
		Idle:     now.Access.Idle * 60,
		Silence:  now.Approval.Silence, ArchiveFrom: from,
	}
}

// facts is what TOP may know of the server.
func (s *Server) facts() wire.ServerFacts {
	c := s.config
	f := wire.ServerFacts{
		Version: Version, Started: s.started, Zone: c.Body.Zone, Database: "postgres",
		LogOrigin: s.recorder.Origin(), LogKey: s.key.Public(), Custodians: len(c.Body.Custodians), EServices: []wire.EServiceFact{},
	}
	if strings.HasPrefix(c.Store.DSN, "sqlite:") {
		f.Database = "sqlite"
	}
	if m := c.SMTP; m.Addr != "" {
		f.Mail = wire.MailFacts{Server: m.Addr, From: m.From, TLS: m.safe(), SignIn: m.User != ""}
	}
	for _, code := range (registerFacts{s}).Services() {
		e := wire.EServiceFact{Code: code}
		e.Limit, _ = registerFacts{s}.Limit(code)
		f.EServices = append(f.EServices, e)
	}
	return f
}
