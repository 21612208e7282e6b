package ui

import (
	"context"
	"errors"
	"sync"

	"indagor/sync/desk"
	"indagor/sync/wire"
	"indagor/ui/flow/connect"
)

// errNotOpen is given where a server is asked before the keys are open; the
// flow does not do that.
var errNotOpen = errors.New("ui: no desk is open")

// gate is the desktop as connecting sees it.
type gate struct {
	o        *Options
	confirm  func(context.Context) bool
	remember func(server string) error

	mu    sync.Mutex
	desk  Desk
	reset bool
}

// current is the open desk, or nil.
func (g *gate) current() Desk {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.desk
}

func (g *gate) Address(text string) (string, error) { return g.o.Address(text) }

func (g *gate) Open(ctx context.Context, server string, keyFile bool, ask func(context.Context, connect.Need) (string, error)) error {
	g.mu.Lock()
	reset := g.reset
	g.reset = false
	g.mu.Unlock()
	d, err := g.o.Open(ctx, Request{Server: server, KeyFile: keyFile, Reset: reset, Passphrase: ask, Confirm: g.confirm})
	if err != nil {
		return err
	}
	g.mu.Lock()
	g.desk = d
	g.mu.Unlock()
	return nil
}

func (g *gate) Reset() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.reset = true
	return nil
}

func (g *gate) Close() error {
	g.mu.Lock()
	d := g.desk
	g.desk = nil
	g.mu.Unlock()
	if d == nil {
		return nil
	}
	return d.Close()
}

func (g *gate) Remember(server string) error { return g.remember(server) }

func (g *gate) Trouble(err error) connect.Trouble {
	for _, known := range []struct {
		err     error
		trouble connect.Trouble
	}{
		{desk.ErrAddress, connect.TroubleAddress},
		{desk.ErrCopyInUse, connect.TroubleInUse},
		{desk.ErrNoKeyring, connect.TroubleNoKeyring},
		{desk.ErrKeyringLocked, connect.TroubleLocked},
		{desk.ErrKeyDamaged, connect.TroubleDamaged},
		{desk.ErrCopyDamaged, connect.TroubleDamaged},
		{desk.ErrCopyKey, connect.TroubleWrongKey},
	} {
		if errors.Is(err, known.err) {
			return known.trouble
		}
	}
	return remote(err)
}

// remote says why the server was not reached; "" where it was.
func remote(err error) connect.Trouble {
	if t := connect.Trouble(desk.ReasonOf(err)); t.Remote() {
		return t
	}
	if errors.Is(err, desk.ErrUnreachable) {
		return connect.TroubleNetwork
	}
	return connect.TroubleNone
}

func (g *gate) Server(ctx context.Context) (wire.ServerInfo, error) {
	d := g.current()
	if d == nil {
		return wire.ServerInfo{}, errNotOpen
	}
	return d.Server(ctx)
}

func (g *gate) Register(ctx context.Context) (wire.OwnWorkstation, error) {
	d := g.current()
	if d == nil {
		return wire.OwnWorkstation{}, errNotOpen
	}
	return d.Register(ctx)
}

func (g *gate) WaitWorkstation(ctx context.Context, seen string) (wire.OwnWorkstation, error) {
	d := g.current()
	if d == nil {
		return wire.OwnWorkstation{}, errNotOpen
	}
	return d.WaitWorkstation(ctx, seen)
}
