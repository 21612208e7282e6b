package api

import (
	"context"
	"iter"
	"time"

	"indagor/app"
	"indagor/server/internal/directory"
	"indagor/server/internal/signal"
	"indagor/server/internal/signin"
	"indagor/server/internal/stats"
	"indagor/server/internal/visura"
	"indagor/server/internal/workstation"
	"indagor/sync/wire"
)

// Services are the services behind the endpoints.
type Services struct {
	SignIns      SignIns
	Workstations Workstations
	Directory    Directory
	Visure       Visure
	Approvals    Approvals
	Monitor      Monitor
	Documents    Documents
	Registers    Registers
	Checks       Checks
	Statistics   Statistics
	Consumption  Consumption
	Tables       Tables
	Register     RegisterState
	Settings     Settings
	Signals      Signals
	Board        Board
	Mails        Mails
	Jobs         Jobs
	JobFiles     JobFiles
}

// SignIns opens and ends sessions.
type SignIns interface {
	SignIn(ctx context.Context, a signin.Attempt) (token string, caller app.Caller, err error)
	SignOut(ctx context.Context, caller app.Caller) error
	ChangePassword(ctx context.Context, caller app.Caller, old, fresh string) error
	Confirm(ctx context.Context, caller app.Caller, password string) error
	Session(ctx context.Context, caller app.Caller) (signin.View, error)
	Notices(ctx context.Context, caller app.Caller) ([]app.AccountNotice, error)
}

// Workstations is the register of workstations.
type Workstations interface {
	Register(ctx context.Context, c workstation.Card) (workstation.Own, error)
	Self(ctx context.Context, thumbprint, seen string, wait time.Duration) (workstation.Own, error)
	List(ctx context.Context, caller app.Caller, q workstation.Query) ([]app.Workstation, string, error)
	Values(ctx context.Context, caller app.Caller) (app.WorkstationValues, error)
	Export(ctx context.Context, caller app.Caller, q workstation.Query) (iter.Seq2[app.Workstation, error], error)
	Get(ctx context.Context, caller app.Caller, id app.ID) (app.Workstation, error)
	Approve(ctx context.Context, caller app.Caller, id app.ID, a workstation.Approval) (app.Workstation, error)
	Suspend(ctx context.Context, caller app.Caller, id app.ID, reason string) (app.Workstation, error)
	Revoke(ctx context.Context, caller app.Caller, id app.ID, reason string) (app.Workstation, error)
	Issue(ctx context.Context, caller app.Caller, r workstation.TokenRequest) (app.EnrolmentToken, string, error)
	Change(ctx context.Context, caller app.Caller, id app.ID, e workstation.Entry) (app.Workstation, error)
	ExtendAll(ctx context.Context, caller app.Caller, ids []app.ID, expires *app.Day) ([]workstation.Outcome, error)
	SuspendAll(ctx context.Context, caller app.Caller, ids []app.ID, reason string) ([]workstation.Outcome, error)
	Tokens(ctx context.Context, caller app.Caller, search string, limit int, cursor string) ([]app.EnrolmentToken, string, error)
	Withdraw(ctx context.Context, caller app.Caller, id app.ID) (app.EnrolmentToken, error)
}

// Directory keeps users and what profiles refer to.
type Directory interface {
	Get(ctx context.Context, caller app.Caller, id app.ID) (app.User, error)
	List(ctx context.Context, caller app.Caller, f app.UserFilter, role app.Role) (us []app.User, next string, total int, err error)
	Create(ctx context.Context, caller app.Caller, u app.User) (app.User, string, time.Time, error)
	Update(ctx context.Context, caller app.Caller, u app.User, newMediator, newAdmin app.ID) (app.User, error)
	Enable(ctx context.Context, caller app.Caller, id app.ID) (app.User, error)
	Disable(ctx context.Context, caller app.Caller, id app.ID, reason string, newMediator, newAdmin app.ID) (app.User, error)
	Reset(ctx context.Context, caller app.Caller, id app.ID) (secret string, until time.Time, err error)
	Move(ctx context.Context, caller app.Caller, id, admin app.ID) (app.User, error)
	Access(ctx context.Context, caller app.Caller, id app.ID) (directory.Access, error)
	Unlock(ctx context.Context, caller app.Caller, id app.ID) (directory.Access, error)
	EndSession(ctx context.Context, caller app.Caller, id app.ID) (directory.Access, error)
	Admins(ctx context.Context) ([]app.AdminLoad, error)
	Assignments(ctx context.Context, f app.AssignmentFilter) (as []app.Assignment, names map[app.ID]string, next string, err error)
	PlanMoves(ctx context.Context, caller app.Caller, r directory.MoveRequest) (directory.Plan, error)
	RunMoves(ctx context.Context, caller app.Caller, key, digest string, r directory.MoveRequest) (directory.MoveResult, error)
	PreviewImport(ctx context.Context, caller app.Caller, content []byte) (directory.Import, error)
	RunImport(ctx context.Context, caller app.Caller, key, digest, name string, content []byte, rows []int) (directory.Import, error)
	May(ctx context.Context, caller app.Caller, p app.Permission, user app.ID) (bool, app.Reach, error)
	Mediators(ctx context.Context) ([]app.User, error)
	Own(ctx context.Context, caller app.Caller) ([]app.Purpose, error)
	Name(ctx context.Context, id app.ID) string
	Department(ctx context.Context, id app.ID) (app.Department, error)
	Departments(ctx context.Context) ([]app.Department, error)
	Purposes(ctx context.Context, caller app.Caller) ([]app.Purpose, error)
	Consortium(ctx context.Context, id app.ID) (app.Consortium, error)
	Consortia(ctx context.Context) ([]app.Consortium, error)
	DepartmentSummaries(ctx context.Context) ([]app.DepartmentSummary, error)
	DepartmentDetail(ctx context.Context, id app.ID) (app.DepartmentDetail, error)
	SaveDepartment(ctx context.Context, caller app.Caller, d app.Department, renamed []directory.OfficeRename) (app.Department, error)
	DeleteDepartment(ctx context.Context, caller app.Caller, id app.ID, version int) error
	SavePurpose(ctx context.Context, caller app.Caller, p app.Purpose) (app.Purpose, error)
	DeletePurpose(ctx context.Context, caller app.Caller, id app.ID, version int) error
	ConsortiumSummaries(ctx context.Context) ([]app.ConsortiumSummary, error)
	ConsortiumDetail(ctx context.Context, id app.ID) (app.ConsortiumDetail, error)
	SaveConsortium(ctx context.Context, caller app.Caller, c app.Consortium) (app.Consortium, error)
	DeleteConsortium(ctx context.Context, caller app.Caller, id app.ID, version int) error
}

// Visure runs look-ups.
type Visure interface {
	Ask(ctx context.Context, caller app.Caller, key string, r visura.Request) (visura.View, error)
	Get(ctx context.Context, caller app.Caller, id app.ID) (visura.View, error)
	Wait(ctx context.Context, caller app.Caller, id app.ID, seen int, wait time.Duration) (visura.View, error)
	WaitEnd(ctx context.Context, caller app.Caller, id app.ID, wait time.Duration) (visura.View, error)
	Withdraw(ctx context.Context, caller app.Caller, id app.ID) (visura.View, error)
	Archive(ctx context.Context, caller app.Caller, q visura.ArchiveQuery) ([]app.Visura, string, error)
	Printed(ctx context.Context, caller app.Caller, id app.ID, format string) (visura.View, error)
}

// Checks says whether documents were made here.
type Checks interface {
	CheckDocument(ctx context.Context, code, fiscalCode string) (app.DocumentCheck, error)
}

// Approvals are TOP's consents to look-ups.
type Approvals interface {
	Queue(ctx context.Context, caller app.Caller, f app.ApprovalFilter) ([]visura.Pending, string, error)
	Pending(ctx context.Context, caller app.Caller, id app.ID) (visura.Pending, error)
	Waiting(ctx context.Context, caller app.Caller, within time.Duration) (app.ApprovalCount, error)
	Decide(ctx context.Context, caller app.Caller, d visura.Decision) ([]visura.Decided, error)
}

// Monitor lets administrators read, as far as their sight goes.
type Monitor interface {
	Activity(ctx context.Context, caller app.Caller, f app.MonitorFilter) ([]app.Event, string, error)
	Accesses(ctx context.Context, caller app.Caller, f app.MonitorFilter) ([]app.Event, string, error)
	History(ctx context.Context, caller app.Caller, f app.MonitorFilter) ([]app.Event, string, error)
	About(ctx context.Context, caller app.Caller, target app.ID) ([]app.Event, error)
	Export(ctx context.Context, caller app.Caller, p app.Permission, f app.MonitorFilter) (iter.Seq2[app.Event, error], error)
	Of(ctx context.Context, caller app.Caller, f app.MonitorFilter) ([]app.Event, string, error)
}

// Board keeps the messages to users.
type Board interface {
	Board(ctx context.Context, caller app.Caller, f app.NoticeFilter) ([]app.ReceivedNotice, string, error)
	Get(ctx context.Context, caller app.Caller, id app.ID) (app.ReceivedNotice, error)
	Unread(ctx context.Context, caller app.Caller) (int, error)
	Read(ctx context.Context, caller app.Caller, id app.ID) error
	Sent(ctx context.Context, caller app.Caller, f app.NoticeFilter) ([]app.SentNotice, string, error)
	Receipts(ctx context.Context, caller app.Caller, id app.ID, f app.ReceiptFilter) ([]app.Receipt, string, error)
	Addressees(ctx context.Context, caller app.Caller, search string, limit int, cursor string) ([]app.User, string, error)
	Reached(ctx context.Context, caller app.Caller, a app.Audience) (int, error)
	Send(ctx context.Context, caller app.Caller, n app.Notice) (app.SentNotice, error)
	Withdraw(ctx context.Context, caller app.Caller, id app.ID) (app.SentNotice, error)
}

// Signals tells who listens what changed.
type Signals interface {
	Listen(caller app.Caller) *signal.Stream
}

// Documents makes documents of look-ups.
type Documents interface {
	// Visura makes the document of a look-up, in the format.
	Visura(ctx context.Context, language, format string, v app.Visura, c *app.Card, e *app.Evidence) (app.File, error)
	// Monitor makes a file of the rows of the monitor that is under the permission.
	Monitor(ctx context.Context, language, format string, p app.Permission, rows iter.Seq2[app.Event, error]) (app.File, error)
	// Statistics makes a file of statistics, in the format, for the caller.
	Statistics(ctx context.Context, language, format string, caller app.Caller, r stats.Report) (app.File, error)
}

// Statistics counts requests, as far as the caller's sight goes.
type Statistics interface {
	Read(ctx context.Context, caller app.Caller, q stats.Query) (stats.Report, error)
	Export(ctx context.Context, caller app.Caller, q stats.Query) (stats.Report, error)
}

// Consumption tells how much of ANPR's quotas the body used, late and rounded.
type Consumption interface {
	Read(caller app.Caller) (at time.Time, services []wire.ConsumptionService, err error)
}

// Registers makes tables for spreadsheets of what is registered.
type Registers interface {
	Workstations(language, format string, departments map[app.ID]string, rows iter.Seq2[app.Workstation, error]) app.File
}

// Tables holds the reference tables.
type Tables interface {
	List() []wire.TableInfo
	Table(name string) (content []byte, ok bool)
}

// RegisterState tells how ANPR stands.
type RegisterState interface {
	State() (state string, since time.Time)
}
