package sim

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	_ "time/tzdata" // the quota day is a day of Rome, also where the system has no zones

	"indagor/app/territory"
	"indagor/assets"
)

// Config says what the simulator is. The zero value is usable: it knows no
// client, so it refuses every voucher.
type Config struct {
	// Clock tells the time; nil means time.Now.
	Clock func() time.Time
	// Seed makes the population and every random choice.
	Seed uint64
	// Population is how many synthetic persons there are beside the fixed
	// cast; 0 means 200,000. It is rounded up to whole families.
	Population int
	// Body is the ISTAT code of the own Comune, where two families in five
	// live. Empty means 036030, Pavullo nel Frignano.
	Body string
	// Tables holds the territorial tables; nil means the embedded ones.
	Tables fs.FS

	// Clients are the PDND clients that may ask.
	Clients []Client
	// AudienceHost is the scheme and host in the aud of every e-service;
	// empty means https://modipa-val.anpr.interno.it. It need not be where
	// the simulator listens.
	AudienceHost string
	// TokenAudience is the aud wanted in a client assertion; empty means
	// auth.uat.interop.pagopa.it/client-assertion.
	TokenAudience string
	// Issuer is the iss of the vouchers; empty means uat.interop.pagopa.it.
	Issuer string
	// Key signs the vouchers; nil means one made at the first voucher.
	Key *rsa.PrivateKey
	// Skew is how far in the future the iat of a token may lie; 0 means 5 s,
	// negative means none.
	Skew time.Duration

	// Quota is the number of calls a client may make of one e-service in a
	// day of Rome; 0 means 15,000, negative means no limit. QuotaOf overrides
	// it for single e-services.
	Quota   int
	QuotaOf map[string]int
	// MaxConcurrent is how many calls the gateway serves at once; 0 means no
	// limit.
	MaxConcurrent int
	// TokenLimit is how many vouchers a client may ask for in TokenInterval
	// (0 means one second); 0 means no limit.
	TokenLimit    int
	TokenInterval time.Duration

	// Latency is added to every call of an e-service.
	Latency time.Duration
	// Faults are the faults to start with; see SetFaults.
	Faults []Fault

	// Journal receives one JSON object a line for every call; may be nil.
	Journal io.Writer
	// JournalKeep is how many calls Journal remembers; 0 means 100,000,
	// negative means none.
	JournalKeep int
	// Control opens /_sim/faults, /_sim/journal and /_sim/cast.
	Control bool
}

const (
	defaultPopulation    = 200_000
	defaultBody          = "036030"
	defaultQuota         = 15_000
	defaultAudienceHost  = "https://modipa-val.anpr.interno.it"
	defaultTokenAudience = "auth.uat.interop.pagopa.it/client-assertion"
	defaultIssuer        = "uat.interop.pagopa.it"
	defaultSkew          = 5 * time.Second
	defaultJournalKeep   = 100_000

	// tokenLife is how long a voucher lives and how old a tracking token may
	// be ("Token creato da troppo tempo").
	tokenLife = 10 * time.Minute
)

// Sim is a running simulator. All its methods may be used at once from many
// goroutines.
type Sim struct {
	cfg     Config
	rome    *time.Location
	clients map[string]*client
	people  *population

	keyOnce sync.Once
	key     *rsa.PrivateKey
	keyErr  error

	tracking   *lru[*trackingToken]
	vouchers   *lru[*voucher]
	replays    *replayGuard
	operations *seenIDs

	quota    *quotas
	tokens   *buckets
	active   atomic.Int64
	sequence atomic.Uint64
	faults   *faults
	journal  *journal
}

// New makes a simulator. It reads the territorial tables and makes the fixed
// persons; no other is made before someone asks for him. It fails when the own Comune is
// not in the tables or a client is malformed.
func New(cfg Config) (*Sim, error) {
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	if cfg.Population == 0 {
		cfg.Population = defaultPopulation
	}
	if cfg.Population < 0 {
		return nil, fmt.Errorf("sim: population %d is negative", cfg.Population)
	}
	if cfg.Skew == 0 {
		cfg.Skew = defaultSkew
	}
	cfg.Skew = max(cfg.Skew, 0)
	if cfg.Quota == 0 {
		cfg.Quota = defaultQuota
	}
	if cfg.TokenInterval <= 0 {
		cfg.TokenInterval = time.Second
	}
	if cfg.JournalKeep == 0 {
		cfg.JournalKeep = defaultJournalKeep
	}
	setDefault(&cfg.Body, defaultBody)
	setDefault(&cfg.AudienceHost, defaultAudienceHost)
	setDefault(&cfg.TokenAudience, defaultTokenAudience)
	setDefault(&cfg.Issuer, defaultIssuer)

	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		return nil, fmt.Errorf("sim: %w", err)
	}
	tables := cfg.Tables
	if tables == nil {
		tables = assets.Tables()
	}
	atlas, err := territory.Load(tables)
	if err != nil {
		return nil, fmt.Errorf("sim: reading the territorial tables: %w", err)
	}
	people, err := newPopulation(cfg.Seed, cfg.Population, cfg.Body, atlas)
	if err != nil {
		return nil, err
	}
	clients := make(map[string]*client, len(cfg.Clients))
	for _, c := range cfg.Clients {
		if clients[c.ID], err = newClient(c); err != nil {
			return nil, err
		}
	}
	s := &Sim{
		cfg:        cfg,
		rome:       rome,
		clients:    clients,
		people:     people,
		tracking:   newLRU[*trackingToken](4096),
		vouchers:   newLRU[*voucher](4096),
		replays:    newReplayGuard(),
		operations: newSeenIDs(1 << 20),
		quota:      newQuotas(cfg.Quota, cfg.QuotaOf),
		tokens:     newBuckets(cfg.TokenLimit, cfg.TokenInterval),
		journal:    newJournal(cfg.Journal, cfg.JournalKeep),
	}
	if s.faults, err = newFaults(cfg.Seed, cfg.Faults); err != nil {
		return nil, err
	}
	return s, nil
}

func setDefault(s *string, value string) {
	if *s == "" {
		*s = value
	}
}

// Handler serves the token endpoint, the e-services and, when Config.Control
// is set, the control paths.
func (s *Sim) Handler() http.Handler {
	control := http.NewServeMux()
	control.HandleFunc("GET /_sim/faults", s.getFaults)
	control.HandleFunc("POST /_sim/faults", s.postFaults)
	control.HandleFunc("GET /_sim/journal", s.getJournal)
	control.HandleFunc("GET /_sim/cast", s.getCast)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// No mux here: it would redirect where the gateway says 404.
		switch {
		case r.URL.Path == "/token.oauth2":
			s.serveToken(w, r)
		case s.cfg.Control && strings.HasPrefix(r.URL.Path, "/_sim/"):
			control.ServeHTTP(w, r)
		default:
			s.serveGateway(w, r)
		}
	})
}

// Audience returns the aud this simulator wants for an e-service, or "" for an
// unknown code.
func (s *Sim) Audience(code string) string { return Audience(s.cfg.AudienceHost, code) }

// TokenAudience returns the aud this simulator wants in a client assertion.
func (s *Sim) TokenAudience() string { return s.cfg.TokenAudience }

// signingKey returns the key of the vouchers, made at its first use.
func (s *Sim) signingKey() (*rsa.PrivateKey, error) {
	s.keyOnce.Do(func() {
		s.key = s.cfg.Key
		if s.key == nil {
			s.key, s.keyErr = rsa.GenerateKey(rand.Reader, 2048)
		}
	})
	return s.key, s.keyErr
}

// uuid returns a new identifier in the form of a UUID (version 4 bits). It
// depends on the seed and on how many were made before, so a run can be
// repeated.
func (s *Sim) uuid() string {
	n := s.sequence.Add(1)
	return formatUUID(mix(s.cfg.Seed^0x9e3779b97f4a7c15, n), mix(n, s.cfg.Seed+1))
}

const hexDigits = "0123456789abcdef"

func formatUUID(hi, lo uint64) string {
	hi = hi&^0xf000 | 0x4000
	lo = lo&^(0xc<<60) | 0x8<<60
	var b [36]byte
	pos := 0
	for i := range 32 {
		if i == 8 || i == 12 || i == 16 || i == 20 {
			b[pos] = '-'
			pos++
		}
		v := hi
		if i >= 16 {
			v = lo
		}
		b[pos] = hexDigits[v>>(60-4*(i%16))&15]
		pos++
	}
	return string(b[:])
}
