package ui

import (
	"context"
	"io"

	"indagor/app"
	"indagor/app/territory"
	"indagor/sync/desk"
	"indagor/sync/wire"
	approvalflow "indagor/ui/flow/approval"
	archiveflow "indagor/ui/flow/archive"
	assignmentflow "indagor/ui/flow/assignment"
	boardflow "indagor/ui/flow/board"
	bodyflow "indagor/ui/flow/body"
	bulkflow "indagor/ui/flow/bulk"
	"indagor/ui/flow/connect"
	mailflow "indagor/ui/flow/mail"
	monitorflow "indagor/ui/flow/monitor"
	sessionflow "indagor/ui/flow/session"
	settingsflow "indagor/ui/flow/settings"
	statisticsflow "indagor/ui/flow/statistics"
	userflow "indagor/ui/flow/user"
	importflow "indagor/ui/flow/userimport"
	visuraflow "indagor/ui/flow/visura"
	workstationflow "indagor/ui/flow/workstation"
)

// Desk is what the shell and its screens need of the desktop's other half.
type Desk interface {
	Server(ctx context.Context) (wire.ServerInfo, error)
	Register(ctx context.Context) (wire.OwnWorkstation, error)
	WaitWorkstation(ctx context.Context, seen string) (wire.OwnWorkstation, error)

	sessionflow.Desk
	workstationflow.Desk
	userflow.Desk
	userflow.AccountDesk
	importflow.Desk
	assignmentflow.Desk
	bodyflow.Desk
	bulkflow.Desk
	visuraflow.Desk
	archiveflow.Desk
	approvalflow.Desk
	monitorflow.Desk
	statisticsflow.Desk
	settingsflow.Desk
	mailflow.Desk
	boardflow.Desk
	boardflow.Sender

	LastUsername() string
	Lock()
	// Status asks how ANPR stands.
	Status(ctx context.Context) (wire.RegisterStatus, error)
	// Atlas gives the tables of places that the server sent, or those known
	// where they are newer.
	Atlas(known *territory.Atlas) *territory.Atlas
	State() desk.State
	Subscribe(f func(desk.State)) (cancel func())
	Hear(f func(wire.Signal)) (cancel func())
	UserSetting(name string, into any) bool
	SetUserSetting(name string, value any) error
	Close() error
}

// Request says which desktop is to be opened.
type Request struct {
	Server  string
	KeyFile bool // keep the keys in a file though there is a keyring
	Reset   bool // forget a copy that does not open
	// Passphrase asks the person for the passphrase of the key file.
	Passphrase func(context.Context, connect.Need) (string, error)
	// Confirm asks the person for the password before an operation that wants
	// a recent one, and reports whether the server has taken it.
	Confirm func(context.Context) bool
}

// Line makes a Desk of an opened desktop; confirm is that of the Request.
func Line(d *desk.Desk, confirm func(context.Context) bool) Desk { return &line{d, confirm} }

// line gives names to the calls that the screens make.
type line struct {
	*desk.Desk
	confirm func(context.Context) bool
}

// call calls an endpoint; where it wants a recent password, the person is
// asked for it and the call repeated once.
func call[In, Out any](ctx context.Context, l *line, e wire.Endpoint[In, Out], in *In) (*Out, error) {
	out, err := desk.Call(ctx, l.Desk, e, in)
	if app.CodeOf(err) != app.CodeConfirm || l.confirm == nil || !l.confirm(ctx) {
		return out, err
	}
	return desk.Call(ctx, l.Desk, e, in)
}

func (l *line) Status(ctx context.Context) (wire.RegisterStatus, error) {
	out, err := call(ctx, l, wire.GetStatus, nil)
	if err != nil {
		return wire.RegisterStatus{}, err
	}
	return out.Body, nil
}

func (l *line) Workstations(ctx context.Context, in wire.WorkstationsInput) (wire.List[app.Workstation], error) {
	out, err := call(ctx, l, wire.ListWorkstations, &in)
	if err != nil {
		return wire.List[app.Workstation]{}, err
	}
	return out.Body, nil
}

func detail(out *wire.WorkstationOutput, err error) (wire.WorkstationDetail, error) {
	if err != nil {
		return wire.WorkstationDetail{}, err
	}
	return out.Body, nil
}

func (l *line) Workstation(ctx context.Context, id app.ID) (wire.WorkstationDetail, error) {
	return detail(call(ctx, l, wire.GetWorkstation, &wire.IDInput{ID: id}))
}

func (l *line) ApproveWorkstation(ctx context.Context, id app.ID, a wire.Approval) (wire.WorkstationDetail, error) {
	return detail(call(ctx, l, wire.ApproveWorkstation, &wire.ApproveInput{ID: id, Body: a}))
}

func act(id app.ID, reason string) *wire.WorkstationActInput {
	in := &wire.WorkstationActInput{ID: id}
	in.Body.Reason = reason
	return in
}

func (l *line) SuspendWorkstation(ctx context.Context, id app.ID, reason string) (wire.WorkstationDetail, error) {
	return detail(call(ctx, l, wire.SuspendWorkstation, act(id, reason)))
}

func (l *line) RevokeWorkstation(ctx context.Context, id app.ID, reason string) (wire.WorkstationDetail, error) {
	return detail(call(ctx, l, wire.RevokeWorkstation, act(id, reason)))
}

func (l *line) Tokens(ctx context.Context, page wire.Page) (wire.List[wire.Token], error) {
	out, err := call(ctx, l, wire.ListTokens, &page)
	if err != nil {
		return wire.List[wire.Token]{}, err
	}
	return out.Body, nil
}

func (l *line) IssueToken(ctx context.Context, r workstationflow.TokenRequest) (wire.Token, string, error) {
	in := &wire.IssueTokenInput{}
	in.Body.Label, in.Body.Department, in.Body.Office, in.Body.Responsible = r.Label, r.Department, r.Office, r.Responsible
	in.Body.Uses, in.Body.Hours = r.Uses, r.Hours
	out, err := call(ctx, l, wire.IssueToken, in)
	if err != nil {
		return wire.Token{}, "", err
	}
	return out.Body.Token, out.Body.Secret, nil
}

func (l *line) ChangeWorkstation(ctx context.Context, id app.ID, c wire.WorkstationChange) (wire.WorkstationDetail, error) {
	return detail(call(ctx, l, wire.ChangeWorkstation, &wire.ChangeWorkstationInput{ID: id, Body: c}))
}

func (l *line) ChangeWorkstations(ctx context.Context, c wire.WorkstationsChange) ([]wire.Outcome, error) {
	out, err := call(ctx, l, wire.ChangeWorkstations, &wire.ChangeWorkstationsInput{Body: c})
	if err != nil {
		return nil, err
	}
	return out.Body.Items, nil
}

func (l *line) WorkstationValues(ctx context.Context) (wire.WorkstationValues, error) {
	out, err := call(ctx, l, wire.ListWorkstationValues, nil)
	if err != nil {
		return wire.WorkstationValues{}, err
	}
	return out.Body, nil
}

func (l *line) ExportWorkstations(ctx context.Context, in wire.ExportWorkstationsInput, to io.Writer, received func(int64)) (string, error) {
	return desk.Download(ctx, l.Desk, wire.ExportWorkstations, &in, to, received)
}

func (l *line) WithdrawToken(ctx context.Context, id app.ID) (wire.Token, error) {
	out, err := call(ctx, l, wire.WithdrawToken, &wire.IDInput{ID: id})
	if err != nil {
		return wire.Token{}, err
	}
	return out.Body, nil
}
