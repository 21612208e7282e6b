package api

import (
	"context"

	"indagor/app"
	"indagor/sync/wire"
)

func (a *API) registerUsers() {
	register(a, wire.ListUsers, func(ctx context.Context, in *wire.UsersInput) (*wire.UsersOutput, error) {
		now := a.now()
		f := app.UserFilter{
			Department: in.Department, Office: in.Office, Assigned: in.Assigned, Admin: in.Admin, Mediator: in.Mediator, Service: in.Service, Way: in.Way, Rule: in.Workstations,
			State: in.State, Now: now, Today: app.DayOf(now.In(a.config.Zone)), Search: in.Search, Limit: in.Limit, Cursor: in.Cursor,
		}
		if in.Enabled != "" {
			on := in.Enabled == "true"
			f.Enabled = &on
		}
		us, next, total, err := a.Directory.List(ctx, callerOf(ctx), f, in.Role)
		return &wire.UsersOutput{Body: wire.List[app.User]{Items: filled(us), Next: next, Total: total}}, err
	})
	register(a, wire.GetUser, func(ctx context.Context, in *wire.IDInput) (*wire.UserOutput, error) {
		u, err := a.Directory.Get(ctx, callerOf(ctx), in.ID)
		return &wire.UserOutput{Body: u}, err
	})
	register(a, wire.CreateUser, func(ctx context.Context, in *wire.CreateUserInput) (*wire.CreatedUserOutput, error) {
		u, secret, until, err := a.Directory.Create(ctx, callerOf(ctx), in.Body)
		out := &wire.CreatedUserOutput{}
		out.Body.User, out.Body.Secret = u, wire.Secret{Secret: secret, Expires: until}
		return out, err
	})
	register(a, wire.UpdateUser, func(ctx context.Context, in *wire.UpdateUserInput) (*wire.UserOutput, error) {
		u := in.Body
		u.ID = in.ID
		u, err := a.Directory.Update(ctx, callerOf(ctx), u, in.NewMediator, in.NewAdmin)
		return &wire.UserOutput{Body: u}, err
	})
	register(a, wire.EnableUser, func(ctx context.Context, in *wire.IDInput) (*wire.UserOutput, error) {
		u, err := a.Directory.Enable(ctx, callerOf(ctx), in.ID)
		return &wire.UserOutput{Body: u}, err
	})
	register(a, wire.DisableUser, func(ctx context.Context, in *wire.DisableInput) (*wire.UserOutput, error) {
		u, err := a.Directory.Disable(ctx, callerOf(ctx), in.ID, in.Body.Reason, in.Body.NewMediator, in.Body.NewAdmin)
		return &wire.UserOutput{Body: u}, err
	})
	register(a, wire.ResetPassword, func(ctx context.Context, in *wire.IDInput) (*wire.SecretOutput, error) {
		secret, until, err := a.Directory.Reset(ctx, callerOf(ctx), in.ID)
		return &wire.SecretOutput{Body: wire.Secret{Secret: secret, Expires: until}}, err
	})
	register(a, wire.MoveOperator, func(ctx context.Context, in *wire.MoveInput) (*wire.UserOutput, error) {
		u, err := a.Directory.Move(ctx, callerOf(ctx), in.ID, in.Body.Admin)
		return &wire.UserOutput{Body: u}, err
	})
}

func (a *API) registerMediators() {
	register(a, wire.ListMediators, func(ctx context.Context, _ *wire.None) (*wire.MediatorsOutput, error) {
		us, err := a.Directory.Mediators(ctx)
		items := make([]wire.Mediator, len(us))
		for i, u := range us {
			items[i] = wire.Mediator{ID: u.ID, Name: u.Name, Surname: u.Surname, Role: u.Role, Department: u.Department}
		}
		return &wire.MediatorsOutput{Body: wire.List[wire.Mediator]{Items: items}}, err
	})
}
