package desk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"indagor/app"
	"indagor/sync/cache"
	"indagor/sync/client"
	"indagor/sync/device"
	"indagor/sync/wire"
)

// Options say which server, which profile, and how to reach the person.
type Options struct {
	Server         string // base address
	ProfileDir     string // folder of the profile: copy, and key file where there is no keyring
	AppVersion     string
	EnrolmentToken string // sent with the registration; "" for none
	CAFile         string // PEM file of authorities to trust besides the system's

	Now      func() time.Time // nil for time.Now
	Log      *slog.Logger     // nil for none; never told of persons or secrets
	Location *time.Location   // zone of the body, for the days of offline searches; nil for time.Local

	// Passphrase asks for the passphrase of the key file; nil where the
	// fallback without a keyring is not offered yet.
	Passphrase func(context.Context, Need) (string, error)
	KeyFile    bool // the person chose the key file although there is a keyring
	ResetCopy  bool // the person agreed to lose a copy that does not open

	// Confirm asks for the password again, for a function that wants a recent
	// one; ok is false where the person gives up. Nil passes the refusal on.
	Confirm func(context.Context) (password string, ok bool)

	ListenAfter time.Duration // at first, and up to RetryEvery, until a lost stream of signals is opened again; 0 for 1 second

	SyncEvery  time.Duration // between two rounds of synchronisation; 0 for 5 minutes
	RetryEvery time.Duration // between two tries while the server is away; 0 for 15 seconds
	Patience   time.Duration // how long a visura is pursued over a broken connection; 0 for a minute

	Sleep   func(context.Context, time.Duration) error // nil for real time
	Ring    device.Ring                                // nil for the system's keyring
	Machine device.Machine                             // its zero for this machine
}

// Desk is the desktop's side of the product. It may be used by several
// goroutines.
type Desk struct {
	o      Options
	log    *slog.Logger
	device *device.Device
	client *client.Client
	copy   *cache.Cache

	ctx  context.Context // ends with Close
	stop context.CancelFunc
	work sync.WaitGroup

	board   board
	places  places
	ears    ears
	kick    chan struct{} // the server is back
	stale   chan struct{} // the archive has changed since the last round began
	syncing sync.Mutex    // held by the one round of synchronisation
	asking  sync.Mutex    // held while the person confirms the password

	mu      sync.Mutex
	state   State
	server  *wire.ServerInfo
	session *wire.Session
	number  int // of sessions so far, so that a late answer cannot end a newer one
	pass    *verifier
	endSync context.CancelFunc
}

// New opens the workstation's key and the copy; it calls nobody. Errors that a
// person can mend: ErrNoKeyring, ErrKeyringLocked, ErrCopyInUse (another
// INDAGOR runs on this profile), ErrCopyKey and ErrCopyDamaged (see
// Options.ResetCopy), ErrAddress.
func New(ctx context.Context, o Options) (*Desk, error) {
	address, err := client.Address(o.Server)
	if err != nil {
		return nil, err
	}
	o.Server = address
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	o.SyncEvery = orDuration(o.SyncEvery, 5*time.Minute)
	o.RetryEvery = orDuration(o.RetryEvery, 15*time.Second)
	o.Patience = orDuration(o.Patience, time.Minute)
	o.ListenAfter = orDuration(o.ListenAfter, time.Second)

	dev, err := device.Open(ctx, device.Options{
		Server: address, ProfileDir: o.ProfileDir, Passphrase: o.Passphrase, KeyFile: o.KeyFile, Ring: o.Ring, Machine: o.Machine,
	})
	if err != nil {
		return nil, err
	}
	cl, err := client.New(client.Options{
		Server: address, CAFile: o.CAFile, Signer: dev.Signer(), UserAgent: "indagor/" + o.AppVersion, Now: o.Now,
	})
	if err != nil {
		return nil, err
	}
	where := cache.Options{Path: filepath.Join(o.ProfileDir, "copy.db"), Key: dev.DataKey(), Location: o.Location}
	cp, err := cache.Open(where)
	if o.ResetCopy && (errors.Is(err, cache.ErrWrongKey) || errors.Is(err, cache.ErrDamaged)) {
		if err := cache.Reset(where.Path); err != nil {
			return nil, err
		}
		cp, err = cache.Open(where)
	}
	if err != nil {
		return nil, err
	}
	d := &Desk{o: o, log: o.Log, device: dev, client: cl, copy: cp, kick: make(chan struct{}, 1), stale: make(chan struct{}, 1), state: State{Link: Online}}
	d.ctx, d.stop = context.WithCancel(context.WithoutCancel(ctx))
	d.board.wake = make(chan struct{}, 1)
	d.work.Go(func() { d.board.run(d.ctx, d.State) })
	d.work.Go(d.readPlaces)
	return d, nil
}

// Close stops what runs in the background and closes the copy. It does not
// sign out.
func (d *Desk) Close() error {
	d.stop()
	d.work.Wait()
	d.client.Close()
	return d.copy.Close()
}

// Code is the comparison code of this workstation's key.
func (d *Desk) Code() string { return d.device.Code() }

// KeyPlace says where the workstation's key stands.
func (d *Desk) KeyPlace() device.Place { return d.device.Place() }

// Server asks the server about itself. Where it cannot be reached, what it
// said last is returned with the error; the zero where it never said anything.
// A server that no longer speaks this program's protocol is refused with
// app.CodeProtocol.
func (d *Desk) Server(ctx context.Context) (wire.ServerInfo, error) {
	out, err := call(ctx, d, wire.GetServer, nil)
	if err != nil {
		var last wire.ServerInfo
		if _, cerr := d.copy.Setting("", settingServer, &last); cerr != nil {
			d.log.Warn("reading the copy", "error", cerr)
		}
		return last, err
	}
	info := out.Body
	if info.OldestProtocol > wire.Protocol {
		return info, app.E(app.CodeProtocol)
	}
	d.mu.Lock()
	d.server = &info
	d.mu.Unlock()
	d.keep(d.copy.SetSetting("", settingServer, info))
	return info, nil
}

// known gives what the server said about itself in this run, asking if it has
// not.
func (d *Desk) known(ctx context.Context) (wire.ServerInfo, error) {
	d.mu.Lock()
	info := d.server
	d.mu.Unlock()
	if info != nil {
		return *info, nil
	}
	return d.Server(ctx)
}

func (d *Desk) fingerprint(ctx context.Context) (app.Fingerprint, error) {
	info, err := d.known(ctx)
	if err != nil {
		return nil, err
	}
	return d.device.Fingerprint(ctx, info.Salt)
}

// Register presents this workstation to the server, or asks how its
// registration stands.
func (d *Desk) Register(ctx context.Context) (wire.OwnWorkstation, error) {
	f, err := d.fingerprint(ctx)
	if err != nil {
		return wire.OwnWorkstation{}, err
	}
	who := d.device.Describe(ctx)
	out, err := call(ctx, d, wire.RegisterWorkstation, &wire.RegisterInput{Body: wire.Registration{
		Name: who.Name, OSUser: who.User, OS: who.OS, AppVersion: d.o.AppVersion, Protocol: wire.Protocol,
		Fingerprint: f, Token: d.o.EnrolmentToken,
	}})
	if err != nil {
		return wire.OwnWorkstation{}, err
	}
	return out.Body, nil
}

// WaitWorkstation waits until the registration of this workstation is another
// than the one with the mark. A server that goes away is waited for; ctx ends
// the waiting.
func (d *Desk) WaitWorkstation(ctx context.Context, mark string) (wire.OwnWorkstation, error) {
	for {
		out, err := call(ctx, d, wire.GetOwnWorkstation, &wire.WaitInput{Wait: longPoll, Seen: mark})
		pause := time.Second // for a server that does not wait
		switch {
		case err == nil && out.Body.Mark != mark:
			return out.Body, nil
		case errors.Is(err, client.ErrUnreachable):
			pause = d.o.RetryEvery
		case err != nil:
			return wire.OwnWorkstation{}, err
		}
		if err := d.o.Sleep(ctx, pause); err != nil {
			return wire.OwnWorkstation{}, err
		}
	}
}

// longPoll is how many seconds the server is asked to wait for a change:
// shorter than what proxies allow.
const longPoll = 25

// keep logs a copy that could not be written: work goes on without it.
func (d *Desk) keep(err error) {
	if err != nil {
		d.log.Warn("writing the copy", "error", err)
	}
}

func sleep(ctx context.Context, t time.Duration) error {
	timer := time.NewTimer(t)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("desk: %w", ctx.Err())
	}
}

func orDuration(a, b time.Duration) time.Duration {
	if a > 0 {
		return a
	}
	return b
}
