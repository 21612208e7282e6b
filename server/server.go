package server

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // the body's zone, on machines that have no zone files

	"filippo.io/age"

	"indagor/app"
	"indagor/app/language"
	"indagor/app/territory"
	"indagor/assets"
	"indagor/server/internal/anpr"
	"indagor/server/internal/api"
	"indagor/server/internal/archive"
	"indagor/server/internal/board"
	"indagor/server/internal/bulk"
	"indagor/server/internal/digest"
	"indagor/server/internal/directory"
	"indagor/server/internal/evidence"
	"indagor/server/internal/gate"
	"indagor/server/internal/monitor"
	"indagor/server/internal/render"
	"indagor/server/internal/settings"
	"indagor/server/internal/signal"
	"indagor/server/internal/signin"
	"indagor/server/internal/stats"
	"indagor/server/internal/store"
	"indagor/server/internal/timer"
	"indagor/server/internal/vault"
	"indagor/server/internal/visura"
	"indagor/server/internal/workstation"
	"indagor/sync/proof"
	"indagor/sync/wire"
)

// Version is the version of this program.
const Version = "0.1.0"

// Cost is how dear a guess of a password is.
type Cost = signin.Cost

// Limits are the rates that one key may keep up.
type Limits = gate.Limits

// Options are what tests put in the place of the world's own.
type Options struct {
	Now      func() time.Time // nil: time.Now
	Log      *slog.Logger     // nil: nowhere
	Cost     Cost             // of password hashes; zero: the default
	Rate     Limits           // per key; zero: the default
	Beat     time.Duration    // between two heartbeats of a stream; 0: the default
	Register anpr.Register    // answers in the place of PDND and ANPR; nil: they do
	Jobs     float64          // calls of jobs in a second; 0: as the body decided, negative: without a bound
}

// Server is the central server of a body.
type Server struct {
	config      Config
	log         *slog.Logger
	now         func() time.Time
	host        string
	db          *store.DB
	vault       *vault.Vault
	recorder    *evidence.Recorder
	key         *evidence.Key
	register    *anpr.Guarded
	state       *registerState
	consumption *consumption
	settings    *settings.Service
	started     time.Time
	signals     *signal.Hub
	mails       *digest.Service
	archive     *archive.Service
	timers      *timer.Runner
	api         *api.API

	Directory    *directory.Service
	Workstations *workstation.Service
	visure       *visura.Service
	jobs         *bulk.Service
}

// ErrNotInitialised says that the body has not been set up with init.
var ErrNotInitialised = errors.New("the server is not initialised: run indagor-server init")

// New opens the stores and wires the services; it serves nothing yet. The
// database must have been initialised, or be new with create.
func New(ctx context.Context, c Config, o Options, create bool) (_ *Server, err error) {
	if _, err := os.Stat(c.vaultFile()); !create && errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotInitialised
	}
	if err := c.Check(); err != nil {
		return nil, err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Cost == (signin.Cost{}) {
		o.Cost = signin.DefaultCost
	}
	if o.Rate == (gate.Limits{}) {
		// A desktop that fetches the cards of an archive asks some hundreds at once.
		o.Rate = gate.Limits{PerSecond: 50, Burst: 600}
	}
	zone, err := time.LoadLocation(c.Body.Zone)
	if err != nil {
		return nil, err
	}
	s := &Server{config: c, log: o.Log, now: o.Now, started: o.Now(), signals: signal.New()}
	if s.host, err = os.Hostname(); err != nil {
		s.host = "server"
	}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	if err := s.openKeys(create); err != nil {
		return nil, err
	}
	if s.db, err = store.Open(ctx, store.Options{
		DSN: c.Store.DSN, Now: o.Now, Log: o.Log, Zone: zone,
		Record:    func(tx *store.Tx, e app.Event) error { return s.recorder.Record(tx, e) },
		Committed: s.signals.Committed,
	}); err != nil {
		return nil, err
	}
	if err := s.migrate(ctx, create); err != nil {
		return nil, err
	}
	salt, err := s.db.Setting(ctx, "fingerprint_salt")
	if err != nil {
		return nil, ErrNotInitialised
	}
	atlas, err := territory.Load(tablesOf(c))
	if err != nil {
		return nil, err
	}
	if err := s.openSettings(ctx); err != nil {
		return nil, err
	}
	if s.register, err = newRegister(ctx, c, s.db, zone, s.ownQuota, o.Register, o.Now, o.Log); err != nil {
		return nil, err
	}
	return s, s.wire(o, zone, salt, atlas)
}

// openKeys opens the keys of the data folder.
func (s *Server) openKeys(create bool) (err error) {
	if create {
		if err := os.MkdirAll(s.config.Data, 0o700); err != nil {
			return err
		}
	}
	if s.vault, err = vault.Open(s.config.vaultFile(), create); err != nil {
		return errors.Join(ErrNotInitialised, err)
	}
	if s.key, err = evidence.OpenKey(s.config.logKeyFile(), "indagor-"+s.config.Body.ISTAT, create); err != nil {
		return errors.Join(ErrNotInitialised, err)
	}
	var custodians []age.Recipient
	for _, text := range s.config.Body.Custodians {
		r, err := age.ParseX25519Recipient(strings.TrimSpace(text))
		if err != nil {
			return fmt.Errorf("body.custodians: %w", err)
		}
		custodians = append(custodians, r)
	}
	s.recorder, err = evidence.New(evidence.Config{Key: s.key, Origin: "indagor/" + s.config.Body.ISTAT, Custodians: custodians})
	return err
}

// migrate brings the database to this program's schema, and gives a new body
// what it needs from its first day on.
func (s *Server) migrate(ctx context.Context, create bool) error {
	from, to, err := s.db.Migrate(ctx)
	if err != nil {
		return err
	}
	if from != to {
		s.log.Info("database migrated", "from", from, "to", to)
	}
	if did, err := s.db.Recount(ctx); err != nil {
		return err
	} else if did && from != 0 {
		s.log.Info("requests counted anew")
	}
	if !create {
		return nil
	}
	if _, err := s.db.Setting(ctx, "fingerprint_salt"); app.CodeOf(err) != app.CodeNotFound {
		return err
	}
	return s.db.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutSetting("fingerprint_salt", app.NewSecret(32)); err != nil {
			return err
		}
		after, err := json.Marshal(map[string]any{"body": s.config.Body.Name, "istat_code": s.config.Body.ISTAT, "log_key": s.key.Public(), "custodians": s.config.Body.Custodians})
		if err != nil {
			return err
		}
		return tx.Record(app.Event{Class: app.ClassSystem, Kind: app.EventBodyInit, Reason: "console", After: after})
	})
}

func (s *Server) wire(o Options, zone *time.Location, salt string, atlas *territory.Atlas) error {
	c := s.config
	catalogue, err := language.Load(assets.Translations)
	if err != nil {
		return err
	}
	tabs, err := newTables(tablesOf(c))
	if err != nil {
		return err
	}
	docs := &documents{renderer: render.New(o.Now, zone), catalogue: catalogue, atlas: atlas, body: render.Body{Name: c.Body.Name}, training: c.Server.Training, zone: zone, now: o.Now, names: s.db, dir: c.waitingDir()}
	if c.Body.Arms != "" {
		if docs.body.Arms, err = os.ReadFile(c.Body.Arms); err != nil {
			return err
		}
		if err := render.CheckArms(docs.body.Arms); err != nil {
			return err
		}
	}
	hasher := signin.NewHasher(o.Cost)
	policy := func() signin.Policy { return signin.PolicyOf(s.settings.Current().Access) }
	s.Workstations = workstation.New(workstationStore{s.db}, proof.ComparisonCode, func() app.WorkstationSettings { return s.settings.Current().Workstations }, o.Now, zone)
	s.Directory = directory.New(directoryStore{s.db}, hasher, atlas, func() time.Duration {
		return time.Duration(s.settings.Current().Access.SecretLife) * time.Hour
	}, func(x app.Session) time.Time { return policy().Ends(x) }, s.wantedMediators, o.Now, zone)
	signIns := signin.New(signinStore{s.db}, s.Workstations, hasher, policy, zone, o.Now)
	own := c.Body.Own
	if len(own) == 0 {
		own = []string{c.Body.ISTAT}
	}
	var register anpr.Register = absent
	if s.register != nil {
		register = s.register
	}
	s.visure = visura.New(visuraStore{s.db}, register, s.vault, atlas, visura.Config{
		Own: own, Mediators: s.wantedMediators, MediatorAsUserID: func() bool { return s.settings.Current().Services.MediatorAsUserID }, IDLife: time.Duration(c.Policy.IDLife), Timeout: 90 * time.Second, Zone: zone, Hour: time.Duration(c.Server.TrainingHour),
	}, o.Now, s.log)
	if err := s.openTimers(zone, catalogue, s.log); err != nil {
		return err
	}
	pace := s.jobPace(zone)
	switch {
	case o.Jobs < 0:
		pace = nil
	case o.Jobs > 0:
		pace = func(time.Time) (float64, time.Time) { return o.Jobs, time.Time{} }
	}
	s.jobs = bulk.New(bulk.Parts{
		Store: bulkStore{s.db}, Register: register, Gauge: gauge{s.register}, Sealer: s.vault, Writer: s.visure, Sheets: openSheet, Atlas: atlas, Now: o.Now, Log: s.log,
	}, bulk.Config{
		Own: own, Mediators: s.wantedMediators, MediatorAsUserID: func() bool { return s.settings.Current().Services.MediatorAsUserID }, IDLife: time.Duration(c.Policy.IDLife), Timeout: 90 * time.Second, Zone: zone,
		Pace: pace,
	})
	s.state = &registerState{now: o.Now}
	s.consumption = &consumption{now: o.Now, quota: s.quotas}
	s.state.set("off")
	if s.register != nil {
		s.state.set("unknown")
	}
	g := gate.New(gateStore{s.db}, gate.Rules{
		MustChange: signIns.MustChange, MayUse: signin.MayUse, Recent: func() time.Duration { return policy().Recent },
		Ends: func(x app.Session) time.Time { return policy().Ends(x) }, Zone: zone,
	}, o.Rate, o.Now)
	s.api = api.New(g, api.Services{
		SignIns: signIns, Workstations: s.Workstations, Directory: s.Directory, Visure: s.visure, Approvals: s.visure,
		Monitor: monitor.New(monitorStore{s.db}, o.Now), Documents: docs, Tables: tabs, Register: s.state,
		Statistics: stats.New(statsStore{s.db}, zone), Consumption: s.consumption,
		Settings: s.settings, Mails: s.mails, Signals: s.signals,
		Jobs: s.jobs, JobFiles: &jobFiles{docs, s.jobs}, Checks: checks{s.visure, s.jobs},
		Registers: docs,
		Board:     board.New(boardStore{s.db}, o.Now, zone),
	},
		api.Config{
			PublicURL: c.Server.PublicURL, Version: Version, Heartbeat: o.Beat, Info: func() wire.ServerInfo { return s.info(salt) }, Facts: s.facts, Zone: zone,
			Trusted: func(ip net.IP) bool { return slices.Contains(c.Server.Proxies, ip.String()) },
		}, o.Now, s.log)
	return nil
}

// Handler is the server's HTTP face.
func (s *Server) Handler() http.Handler { return s.api.Handler() }

// EndStreams tells all who listen that nothing will come any more, now and from
// now on: a stream would keep a server that stops from ending.
func (s *Server) EndStreams() { s.signals.Close() }

// Close lets the running look-ups end for a little while, signs the log's
// heads and closes the stores.
func (s *Server) Close() error {
	s.EndStreams()
	if s.visure != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
		if s.jobs != nil {
			s.jobs.Close(ctx)
		}
		s.visure.Close(ctx)
		cancel()
	}
	if s.db == nil {
		return nil
	}
	var err error
	if s.register != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		err = s.register.Flush(ctx)
		cancel()
	}
	return errors.Join(err, s.db.Close())
}

// checkpoint signs the heads of the log.
func (s *Server) checkpoint(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *store.Tx) error {
		_, err := s.recorder.Checkpoint(tx)
		return err
	})
}

// Run serves until the context ends: it listens, tells ready the address, and
// stops gracefully. Requests under way are answered, look-ups under way end or
// are interrupted and written down as such.
func (s *Server) Run(ctx context.Context, ready func(addr string)) error {
	if err := s.Recover(ctx); err != nil {
		return fmt.Errorf("look-ups left by a former run: %w", err)
	}
	l, err := net.Listen("tcp", s.config.Server.Addr)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(s.config.waitingDir()); err != nil { // what a killed server left
		return errors.Join(err, l.Close())
	}
	h := &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 32 << 10, TLSConfig: &tls.Config{MinVersion: tls.VersionTLS12}, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	if err := s.note(ctx, app.EventServerStarted); err != nil {
		return errors.Join(err, l.Close())
	}
	served := make(chan error, 1)
	go func() {
		if s.config.Server.TLS.Cert != "" {
			served <- h.ServeTLS(l, s.config.Server.TLS.Cert, s.config.Server.TLS.Key)
		} else {
			served <- h.Serve(l)
		}
	}()
	if ready != nil {
		ready(l.Addr().String())
	}
	tending, stopTending := context.WithCancel(ctx)
	tended := make(chan struct{})
	go func() { s.visure.Tend(tending); close(tended) }()
	s.log.Info("serving", "addr", l.Addr().String(), "body", s.config.Body.Name, "version", Version)
	due, endTimers := context.WithCancel(ctx)
	timed := make(chan struct{})
	go func() {
		defer close(timed)
		s.timers.Run(due)
	}()
	err = s.tend(ctx, served)
	stopTending()
	endTimers()
	<-tended
	s.EndStreams()
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	if serr := h.Shutdown(stop); serr != nil {
		h.Close()
	}
	s.jobs.Close(stop)
	s.visure.Close(stop)
	<-timed
	last, cancelLast := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancelLast()
	return errors.Join(err, s.note(last, app.EventServerStopped), s.checkpoint(last))
}

func (s *Server) note(ctx context.Context, kind app.EventKind) error {
	return s.db.Write(ctx, func(tx *store.Tx) error {
		return tx.Record(app.Event{Class: app.ClassSystem, Kind: kind, Reason: Version})
	})
}

// tend does what must be done from time to time, until the context or the
// serving ends.
func (s *Server) tend(ctx context.Context, served <-chan error) error {
	checkpoints := time.NewTicker(evidence.CheckpointEvery)
	defer checkpoints.Stop()
	probes := time.NewTicker(probeEvery)
	defer probes.Stop()
	probe := func() {
		if s.register == nil {
			return
		}
		if _, err := s.probe(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("ANPR does not answer as it should", "code", string(app.CodeOf(err)))
		}
	}
	go probe()
	readings := time.NewTicker(consumptionEvery)
	defer readings.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-served:
			return err
		case <-checkpoints.C:
			if err := s.checkpoint(ctx); err != nil {
				s.log.Error("the log's heads could not be signed", "error", err)
			}
		case <-probes.C:
			go probe()
		case <-readings.C:
			s.consumption.take()
		}
	}
}
