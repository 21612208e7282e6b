package api

import (
	"context"

	"indagor/app"
	"indagor/server/internal/signin"
	"indagor/sync/wire"
)

func (a *API) registerSessions() {
	register(a, wire.SignIn, func(ctx context.Context, in *wire.SignInInput) (*wire.SignInOutput, error) {
		b := in.Body
		token, caller, err := a.SignIns.SignIn(ctx, signin.Attempt{
			Key: thumbprintOf(ctx), Address: addressOf(ctx), Username: b.Username, Password: b.Password,
			Fingerprint: b.Fingerprint, Version: b.AppVersion, TakeOver: b.TakeOver,
		})
		if err != nil {
			return nil, err
		}
		s, err := a.session(ctx, caller)
		out := &wire.SignInOutput{}
		out.Body.Token, out.Body.Session = token, s
		return out, err
	})
	register(a, wire.GetSession, func(ctx context.Context, _ *wire.None) (*wire.SessionOutput, error) {
		s, err := a.session(ctx, callerOf(ctx))
		return &wire.SessionOutput{Body: s}, err
	})
	register(a, wire.SignOut, func(ctx context.Context, _ *wire.None) (*wire.None, error) {
		return &wire.None{}, a.SignIns.SignOut(ctx, callerOf(ctx))
	})
	register(a, wire.ChangePassword, func(ctx context.Context, in *wire.ChangePasswordInput) (*wire.SessionOutput, error) {
		if err := a.SignIns.ChangePassword(ctx, callerOf(ctx), in.Body.Old, in.Body.New); err != nil {
			return nil, err
		}
		s, err := a.session(ctx, callerOf(ctx))
		return &wire.SessionOutput{Body: s}, err
	})
	register(a, wire.ConfirmPassword, func(ctx context.Context, in *wire.ConfirmInput) (*wire.None, error) {
		return &wire.None{}, a.SignIns.Confirm(ctx, callerOf(ctx), in.Body.Password)
	})
}

// session gathers what a signed-in user must know about himself.
func (a *API) session(ctx context.Context, caller app.Caller) (wire.Session, error) {
	u := caller.User
	s := wire.Session{User: u, Permissions: map[app.Permission]string{}, Notices: []wire.SessionNotice{}}
	for _, row := range app.Table {
		if g := row.Grants[u.Role]; g.Reach != app.ReachNone {
			s.Permissions[row.Permission] = g.Reach.String()
		}
	}
	v, err := a.SignIns.Session(ctx, caller)
	if err != nil {
		return s, err
	}
	s.MustChange, s.Expires = v.MustChange, v.Expires
	if !v.LastAccess.IsZero() {
		s.LastAccess = &wire.LastAccess{At: v.LastAccess, Workstation: v.LastWorkstation, Failed: v.Failed}
	}
	o, err := a.Workstations.Self(ctx, caller.Key, "", 0)
	if err != nil {
		return s, err
	}
	s.Workstation = ownWorkstation(o)
	if u.Department != "" {
		d, err := a.Directory.Department(ctx, u.Department)
		if err != nil && app.CodeOf(err) != app.CodeNotFound {
			return s, err
		}
		s.Department = d.Name
	}
	ps, err := a.Directory.Own(ctx, caller)
	if err != nil {
		return s, err
	}
	s.Purposes = filled(ps)
	for _, id := range u.Profile.Groups() {
		c, err := a.Directory.Consortium(ctx, id)
		if err != nil && app.CodeOf(err) != app.CodeNotFound {
			return s, err
		}
		s.ScopeName = c.Name
	}
	for _, id := range u.Profile.Mediators() {
		s.MediatorName = a.Directory.Name(ctx, id)
	}
	ns, err := a.SignIns.Notices(ctx, caller)
	for _, n := range ns {
		s.Notices = append(s.Notices, wire.SessionNotice{Kind: n.Kind, At: n.At, Workstation: n.Workstation})
	}
	return s, err
}
