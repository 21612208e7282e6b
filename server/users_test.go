package server_test

import (
	"context"
	"testing"

	"indagor/app"
	"indagor/server/servertest"
	"indagor/sync/client"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
	"indagor/ui/flow/user"
)

// counter is the desk of an administrator who works with the directory of users
// through the wire.
type counter struct{ *servertest.Client }

func over[In, Out, T any](ctx context.Context, c counter, e wire.Endpoint[In, Out], in *In, body func(*Out) T) (T, error) {
	out, err := client.Call(ctx, c.Client.Client, e, in)
	if err != nil {
		var none T
		return none, err
	}
	return body(out), nil
}

func one(out *wire.UserOutput) app.User { return out.Body }

func (c counter) Users(ctx context.Context, in wire.UsersInput) (wire.List[app.User], error) {
	return over(ctx, c, wire.ListUsers, &in, func(o *wire.UsersOutput) wire.List[app.User] { return o.Body })
}

func (c counter) User(ctx context.Context, id app.ID) (app.User, error) {
	return over(ctx, c, wire.GetUser, named(id), one)
}

func (c counter) CreateUser(ctx context.Context, u app.User) (app.User, wire.Secret, error) {
	var secret wire.Secret
	u, err := over(ctx, c, wire.CreateUser, &wire.CreateUserInput{Body: u}, func(o *wire.CreatedUserOutput) app.User {
		secret = o.Body.Secret
		return o.Body.User
	})
	return u, secret, err
}

func (c counter) UpdateUser(ctx context.Context, u app.User, heirs user.Heirs) (app.User, error) {
	return over(ctx, c, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, NewMediator: heirs.Mediator, NewAdmin: heirs.Admin, Body: u}, one)
}

func (c counter) EnableUser(ctx context.Context, id app.ID) (app.User, error) {
	return over(ctx, c, wire.EnableUser, named(id), one)
}

func (c counter) DisableUser(ctx context.Context, id app.ID, reason string, h user.Heirs) (app.User, error) {
	in := &wire.DisableInput{ID: id}
	in.Body.Reason, in.Body.NewMediator, in.Body.NewAdmin = reason, h.Mediator, h.Admin
	return over(ctx, c, wire.DisableUser, in, one)
}

func (c counter) ResetPassword(ctx context.Context, id app.ID) (wire.Secret, error) {
	return over(ctx, c, wire.ResetPassword, named(id), func(o *wire.SecretOutput) wire.Secret { return o.Body })
}

func (c counter) MoveOperator(ctx context.Context, id, admin app.ID) (app.User, error) {
	in := &wire.MoveInput{ID: id}
	in.Body.Admin = admin
	return over(ctx, c, wire.MoveOperator, in, one)
}

func (c counter) Departments(ctx context.Context) ([]app.Department, error) {
	return over(ctx, c, wire.ListDepartments, nil, func(o *wire.DepartmentsOutput) []app.Department { return o.Body.Items })
}

func (c counter) Purposes(ctx context.Context) ([]app.Purpose, error) {
	return over(ctx, c, wire.ListPurposes, nil, func(o *wire.PurposesOutput) []app.Purpose { return o.Body.Items })
}

func (c counter) Mediators(ctx context.Context) ([]wire.Mediator, error) {
	return over(ctx, c, wire.ListMediators, nil, func(o *wire.MediatorsOutput) []wire.Mediator { return o.Body.Items })
}

func (c counter) Consortia(ctx context.Context) ([]app.Consortium, error) {
	return over(ctx, c, wire.ListConsortia, nil, func(o *wire.ConsortiaOutput) []app.Consortium { return o.Body.Items })
}

func (c counter) Workstations(ctx context.Context, in wire.WorkstationsInput) (wire.List[app.Workstation], error) {
	return over(ctx, c, wire.ListWorkstations, &in, func(o *wire.WorkstationsOutput) wire.List[app.Workstation] { return o.Body })
}

// TestUsersAtTheDesk: what the desktop's page of users makes is what the server
// takes, from registration to disabling.
func TestUsersAtTheDesk(t *testing.T) {
	ctx := t.Context()
	w := servertest.Start(t, servertest.Options{})
	top := counter{w.Desk}
	l := user.NewList(top, func() app.User { return w.Top.User }, list.Options{Go: func(f func()) { f() }})
	l.Load(ctx)
	if _, err := l.Choices(ctx); err != nil {
		t.Fatal(err)
	}
	v := l.View()
	if v.Err != nil || len(v.Rows) == 0 || len(v.Choices.Departments) == 0 || len(v.Choices.Purposes) == 0 || len(v.Choices.Mediators()) == 0 {
		t.Fatalf("%+v", v)
	}

	// An operator, as he is typed, with every field.
	sample := w.Draft(app.RoleStandard, w.Registry, nil)
	d := user.NewDraft(v.Choices)
	d.Username, d.Name, d.Surname, d.FiscalCode, d.Email = sample.Username, sample.Name, sample.Surname, sample.FiscalCode, sample.Email
	d.Department, d.Admin, d.Mediator, d.Office = w.Registry.ID, w.Admin.ID, w.Admin.ID, "Sportello"
	d.Days, d.From, d.Until = []int{1, 2, 3, 4, 5, 6, 7}, "0", "24"
	d.Types, d.Approval, d.Silence = []app.VisuraType{app.VisuraResidenza}, app.ApprovalTacit, "48"
	u, err := d.Check()
	if app.CodeOf(err) != app.CodeRequired {
		t.Fatalf("no purpose: %v", err)
	}
	_, _, err = l.Save(ctx, u, user.Heirs{})
	refusedAs(t, "no purpose", err, app.CodeRequired, "profile.purposes")
	d.Purposes = []app.ID{w.Purpose(w.Registry)}
	if u, err = d.Check(); err != nil {
		t.Fatal(err)
	}
	made, secret, err := l.Save(ctx, u, user.Heirs{})
	if err != nil || secret.Secret == "" || !made.Enabled || made.Hours == nil || made.Profile.Visure.Approval.Silence != 48 {
		t.Fatalf("%v, %+v", err, made)
	}
	_, _, err = l.Save(ctx, u, user.Heirs{})
	if app.CodeOf(err) != app.CodeNameTaken && app.CodeOf(err) != app.CodeFiscalTaken && app.CodeOf(err) != app.CodeEmailTaken {
		t.Errorf("twice: %v", err)
	}

	// Changed as he is read, and not over another's change.
	read, err := top.User(ctx, made.ID)
	if err != nil {
		t.Fatal(err)
	}
	d = user.DraftOf(read)
	d.Role, d.Days, d.From, d.Until, d.Rule = app.RoleStandardPS, nil, "", "", app.WorkstationsFree
	if u, err = d.Check(); err != nil {
		t.Fatal(err)
	}
	if u, _, err = l.Save(ctx, u, user.Heirs{}); err != nil || u.Role != app.RoleStandardPS || u.Hours != nil || u.Profile.Visure.Approval.Kind != app.ApprovalNone {
		t.Fatalf("%v, %+v", err, u)
	}
	stale, _ := user.DraftOf(read).Check()
	_, _, err = l.Save(ctx, stale, user.Heirs{})
	refusedAs(t, "a stale copy", err, app.CodeChanged, "")

	// The acts on the account.
	if secret, err = l.Reset(ctx, made.ID); err != nil || secret.Secret == "" {
		t.Errorf("reset: %v", err)
	}
	if err := l.Disable(ctx, made.ID, "trasferito", user.Heirs{}); err != nil {
		t.Error(err)
	}
	if got := l.View(); !got.DetailReady || got.Detail.Enabled {
		t.Errorf("disabled: %+v", got)
	}
	if err := l.Enable(ctx, made.ID); err != nil {
		t.Error(err)
	}
	err = l.Disable(ctx, w.Admin.ID, "", user.Heirs{})
	refusedAs(t, "an ADMIN with operators", err, app.CodeDependants, "")
	err = l.Move(ctx, made.ID, w.Top.ID)
	refusedAs(t, "to one who is no ADMIN", err, app.CodeAdminAbsent, "admin")
}
