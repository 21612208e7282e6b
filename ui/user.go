package ui

import (
	"context"

	"indagor/app"
	"indagor/sync/wire"
	userflow "indagor/ui/flow/user"
)

func (l *line) Users(ctx context.Context, in wire.UsersInput) (wire.List[app.User], error) {
	out, err := call(ctx, l, wire.ListUsers, &in)
	if err != nil {
		return wire.List[app.User]{}, err
	}
	return out.Body, nil
}

func account(out *wire.UserOutput, err error) (app.User, error) {
	if err != nil {
		return app.User{}, err
	}
	return out.Body, nil
}

func (l *line) User(ctx context.Context, id app.ID) (app.User, error) {
	return account(call(ctx, l, wire.GetUser, &wire.IDInput{ID: id}))
}

func (l *line) CreateUser(ctx context.Context, u app.User) (app.User, wire.Secret, error) {
	out, err := call(ctx, l, wire.CreateUser, &wire.CreateUserInput{Body: u})
	if err != nil {
		return app.User{}, wire.Secret{}, err
	}
	return out.Body.User, out.Body.Secret, nil
}

func (l *line) UpdateUser(ctx context.Context, u app.User, heirs userflow.Heirs) (app.User, error) {
	return account(call(ctx, l, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, NewMediator: heirs.Mediator, NewAdmin: heirs.Admin, Body: u}))
}

func (l *line) EnableUser(ctx context.Context, id app.ID) (app.User, error) {
	return account(call(ctx, l, wire.EnableUser, &wire.IDInput{ID: id}))
}

func (l *line) DisableUser(ctx context.Context, id app.ID, reason string, heirs userflow.Heirs) (app.User, error) {
	in := &wire.DisableInput{ID: id}
	in.Body.Reason, in.Body.NewMediator, in.Body.NewAdmin = reason, heirs.Mediator, heirs.Admin
	return account(call(ctx, l, wire.DisableUser, in))
}

func (l *line) ResetPassword(ctx context.Context, id app.ID) (wire.Secret, error) {
	out, err := call(ctx, l, wire.ResetPassword, &wire.IDInput{ID: id})
	if err != nil {
		return wire.Secret{}, err
	}
	return out.Body, nil
}

func (l *line) MoveOperator(ctx context.Context, id, admin app.ID) (app.User, error) {
	in := &wire.MoveInput{ID: id}
	in.Body.Admin = admin
	return account(call(ctx, l, wire.MoveOperator, in))
}

func (l *line) Mediators(ctx context.Context) ([]wire.Mediator, error) {
	out, err := call(ctx, l, wire.ListMediators, nil)
	if err != nil {
		return nil, err
	}
	return out.Body.Items, nil
}
