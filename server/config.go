package server

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"indagor/app"
)

// Config is the configuration of a server: one TOML file, every key of which
// can be given also by the environment, as INDAGOR_SERVER_ADDR for
// server.addr.
type Config struct {
	Data   string       `toml:"data" comment:"Folder of the keys and of the default database"`
	Server HTTPConfig   `toml:"server"`
	Store  StoreConfig  `toml:"store"`
	Body   BodyConfig   `toml:"body"`
	ANPR   ANPRConfig   `toml:"anpr"`
	Policy PolicyConfig `toml:"policy" comment:"What a new body begins with: what TOP saves on the desktop is in the database and wins"`

	Approval ApprovalConfig `toml:"approval"`
	Digest   DigestConfig   `toml:"digest"`
	SMTP     SMTPConfig     `toml:"smtp" comment:"The mail server for the daily mail; none is sent where addr is empty"`

	Log LogConfig `toml:"log"`
}

// HTTPConfig says where the server listens and how clients address it.
type HTTPConfig struct {
	Addr      string    `toml:"addr"`
	PublicURL string    `toml:"public_url" comment:"Scheme and host under which clients address the server, behind a proxy"`
	TLS       TLSConfig `toml:"tls"`
	Proxies   []string  `toml:"trusted_proxies" comment:"Addresses whose X-Forwarded-For is believed"`
	Training  bool      `toml:"training" comment:"A simulator answers in ANPR's place: every screen and document says so"`
	// A course has no time to wait for the silence that lets a request run.
	TrainingHour Duration `toml:"training_hour" comment:"How long an hour of silence lasts; less than an hour in training only"`
}

// TLSConfig names the certificate and its key.
type TLSConfig struct {
	Cert string `toml:"cert"`
	Key  string `toml:"key"`
}

// StoreConfig names the database.
type StoreConfig struct {
	DSN string `toml:"dsn" comment:"sqlite:PATH or postgres://…"`
}

// BodyConfig says whom the server serves.
type BodyConfig struct {
	Name       string   `toml:"name"`
	ISTAT      string   `toml:"istat_code"`
	Belfiore   string   `toml:"belfiore_code"`
	Own        []string `toml:"own_comuni" comment:"ISTAT codes that count as the own Comune, for a union of Comuni"`
	Zone       string   `toml:"time_zone"`
	Arms       string   `toml:"arms_file" comment:"Coat of arms for documents, PNG or JPEG"`
	Custodians []string `toml:"custodians" comment:"age recipients; any two of them together open what STANDARDPS users did"`
}

// ANPRConfig is what PDND and its catalogue gave to the body.
type ANPRConfig struct {
	TokenURL      string                    `toml:"token_url"`
	TokenAudience string                    `toml:"token_audience"`
	ClientID      string                    `toml:"client_id"`
	KeyFile       string                    `toml:"key_file"`
	KeyID         string                    `toml:"key_id"`
	CAFile        string                    `toml:"ca_file" comment:"Further certification authorities, as that of the test environment"`
	Parallel      int                       `toml:"parallel" comment:"Calls under way at once, per e-service"`
	Timeout       Duration                  `toml:"timeout" comment:"Of one call"`
	EServices     map[string]EServiceConfig `toml:"eservices"`
}

// EServiceConfig is one e-service. Address and audience are independent.
type EServiceConfig struct {
	URL       string `toml:"url"`
	Audience  string `toml:"audience"`
	PurposeID string `toml:"purpose_id"`
}

// PolicyConfig is what the body decided.
type PolicyConfig struct {
	MediatorAsUserID bool     `toml:"mediator_as_user_id" comment:"Show the Mediator's operator id to ANPR in the user's place"`
	PasswordLength   int      `toml:"password_length"`
	PasswordReuse    int      `toml:"password_reuse"`
	PasswordAge      int      `toml:"password_age_days" comment:"0: passwords do not age"`
	SecretLife       Duration `toml:"one_time_secret_life"`
	SessionLength    Duration `toml:"session_length"`
	Recent           Duration `toml:"recent_password" comment:"How long a given password counts as recent"`
	TakeOver         bool     `toml:"second_session_takes_over" comment:"false: a second sign-in is refused"`
	LockAfter        int      `toml:"lock_after"`
	LongestLock      Duration `toml:"longest_lock"`
	Idle             Duration `toml:"idle_lock" comment:"After so long without use the desktop locks itself"`
	IDLife           Duration `toml:"id_cache" comment:"How long a known ANPR id is good"`
}

// ApprovalConfig is what a new body begins with.
type ApprovalConfig struct {
	Silence Duration `toml:"default_silence" comment:"Of a new body: silence after which a tacit approval is given, as proposed"`
}

// DigestConfig is what a new body begins with.
type DigestConfig struct {
	Hour int `toml:"hour" comment:"Of a new body: hour of the daily mail, 0 to 23, in body.time_zone"`
}

// SMTPConfig names the mail server.
type SMTPConfig struct {
	Addr         string   `toml:"addr" comment:"host:port, as mail.comune.example:587"`
	User         string   `toml:"user" comment:"Without one the server does not sign in there"`
	PasswordFile string   `toml:"password_file"`
	TLS          string   `toml:"tls" comment:"starttls (no mail is sent to a server that does not offer it), implicit, none (this machine only)"`
	From         string   `toml:"from"`
	CAFile       string   `toml:"ca_file" comment:"Further certification authorities"`
	Timeout      Duration `toml:"timeout" comment:"Of one step"`
}

// LogConfig says how much the server tells of itself.
type LogConfig struct {
	Level string `toml:"level" comment:"debug, info, warn, error"`
}

// Duration is written 15m, 12h, 72h.
type Duration time.Duration

// MarshalText writes the duration.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads the duration.
func (d *Duration) UnmarshalText(b []byte) error {
	v, err := time.ParseDuration(string(b))
	if err == nil && v < 0 {
		err = errors.New("negative duration")
	}
	*d = Duration(v)
	return err
}

// Default is the configuration where nothing is configured: loopback, SQLite
// under the data folder.
func Default(data string) Config {
	a := app.DefaultSettings.Access
	minutes := func(n int) Duration { return Duration(n) * Duration(time.Minute) }
	return Config{
		Data:   data,
		Server: HTTPConfig{Addr: "127.0.0.1:8443", TrainingHour: Duration(time.Hour)},
		Store:  StoreConfig{DSN: "sqlite:" + filepath.Join(data, "indagor.db")},
		Body:   BodyConfig{Zone: "Europe/Rome"},
		ANPR:   ANPRConfig{Parallel: 8, Timeout: Duration(20 * time.Second)},
		Policy: PolicyConfig{
			PasswordLength: a.PasswordLength, PasswordReuse: a.PasswordReuse, PasswordAge: a.PasswordAge, SecretLife: Duration(a.SecretLife) * Duration(time.Hour),
			SessionLength: minutes(a.SessionLength), Recent: minutes(a.Recent), TakeOver: a.TakeOver, LockAfter: a.LockAfter,
			LongestLock: minutes(a.LongestLock), Idle: minutes(a.Idle), IDLife: Duration(30 * 24 * time.Hour),
		},
		Approval: ApprovalConfig{Silence: Duration(app.DefaultSettings.Approval.Silence) * Duration(time.Hour)},
		Digest:   DigestConfig{Hour: app.DefaultSettings.Digest.Hour},
		SMTP:     SMTPConfig{TLS: "starttls", Timeout: Duration(30 * time.Second)},
		Log:      LogConfig{Level: "info"},
	}
}

// LoadConfig reads the file, then the environment, over the defaults. A key
// that does not exist is an error, not a surprise.
func LoadConfig(path, data string, environ []string) (Config, error) {
	c := Default(data)
	if path != "" {
		b, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return c, err
		}
		d := toml.NewDecoder(strings.NewReader(string(b))).DisallowUnknownFields()
		if err := d.Decode(&c); err != nil {
			var strict *toml.StrictMissingError
			if errors.As(err, &strict) {
				return c, fmt.Errorf("%s: %s", path, strict.String())
			}
			return c, fmt.Errorf("%s: %w", path, err)
		}
	}
	if err := c.environment(environ); err != nil {
		return c, err
	}
	return c, nil
}

// environment sets the keys that the environment gives.
func (c *Config) environment(environ []string) error {
	values := map[string]string{}
	for _, kv := range environ {
		if k, v, ok := strings.Cut(kv, "="); ok && strings.HasPrefix(k, "INDAGOR_") {
			values[k] = v
		}
	}
	if err := setFields(reflect.ValueOf(c).Elem(), "INDAGOR", values); err != nil {
		return err
	}
	const services = "INDAGOR_ANPR_ESERVICES_"
	for k, v := range values {
		code, field, ok := strings.Cut(strings.TrimPrefix(k, services), "_")
		if !strings.HasPrefix(k, services) || !ok {
			continue
		}
		if c.ANPR.EServices == nil {
			c.ANPR.EServices = map[string]EServiceConfig{}
		}
		e := c.ANPR.EServices[code]
		if err := setFields(reflect.ValueOf(&e).Elem(), services+code, map[string]string{services + code + "_" + field: v}); err != nil {
			return err
		}
		c.ANPR.EServices[code] = e
	}
	return nil
}

func setFields(v reflect.Value, prefix string, values map[string]string) error {
	for i := range v.NumField() {
		name := prefix + "_" + strings.ToUpper(v.Type().Field(i).Tag.Get("toml"))
		f := v.Field(i)
		text, given := values[name]
		switch x := f.Addr().Interface().(type) {
		case *string:
			if given {
				*x = text
			}
		case *bool, *int, *Duration:
			if !given {
				continue
			}
			if err := parseInto(x, text); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		case *[]string:
			if given {
				*x = strings.Split(text, ",")
			}
		default:
			if f.Kind() == reflect.Struct {
				if err := setFields(f, name, values); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func parseInto(x any, text string) (err error) {
	switch x := x.(type) {
	case *bool:
		*x, err = strconv.ParseBool(text)
	case *int:
		*x, err = strconv.Atoi(text)
	case *Duration:
		err = x.UnmarshalText([]byte(text))
	}
	return err
}

var istatCode = regexp.MustCompile(`^[0-9]{6}$`)

// Check says everything that keeps a server from running under the
// configuration.
func (c Config) Check() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if hour := time.Duration(c.Server.TrainingHour); hour > time.Hour || hour < time.Second || hour < time.Hour && !c.Server.Training {
		bad("server.training_hour must be an hour, or in training between a second and an hour")
	}
	if c.Body.Name == "" {
		bad("body.name is missing")
	}
	if !istatCode.MatchString(c.Body.ISTAT) {
		bad("body.istat_code must have six digits")
	}
	if len(c.Body.Belfiore) != 4 {
		bad("body.belfiore_code must have four characters")
	}
	for _, code := range c.Body.Own {
		if !istatCode.MatchString(code) {
			bad("body.own_comuni: %q must have six digits", code)
		}
	}
	if len(c.Body.Custodians) < 2 {
		bad("body.custodians needs at least two age recipients")
	}
	if _, err := time.LoadLocation(c.Body.Zone); err != nil {
		bad("body.time_zone: %w", err)
	}
	if (c.Server.TLS.Cert == "") != (c.Server.TLS.Key == "") {
		bad("server.tls needs both cert and key")
	}
	if c.Server.TLS.Cert == "" && !loopback(c.Server.Addr) && !strings.HasPrefix(c.Server.PublicURL, "https://") {
		bad("server.addr %s is reached from outside: give server.tls, or server.public_url (https://…) behind a proxy", c.Server.Addr)
	}
	if err := c.SMTP.check(); err != nil {
		errs = append(errs, err)
	}
	if _, err := c.settings(); err != nil {
		errs = append(errs, err)
	}
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, c.Log.Level) {
		bad("log.level: %q is not known", c.Log.Level)
	}
	return errors.Join(errs...)
}

// loopback reports whether only this machine reaches the address.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Marshal writes the configuration as TOML with the comments of its keys. It
// holds no secrets: those are in files of their own.
func (c Config) Marshal() ([]byte, error) { return toml.Marshal(c) }

// Files of the data folder.
func (c Config) vaultFile() string  { return filepath.Join(c.Data, "vault.key") }
func (c Config) logKeyFile() string { return filepath.Join(c.Data, "log.key") }

// waitingDir is where files wait that are too large for memory until they are
// complete.
func (c Config) waitingDir() string { return filepath.Join(c.Data, "waiting") }
