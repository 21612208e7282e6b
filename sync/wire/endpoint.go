package wire

import (
	"cmp"
	"net/http"

	"indagor/app"
)

// Access says what a caller must show before an endpoint listens to him.
type Access int

// What callers must show.
const (
	AccessPublic  Access = iota // nothing
	AccessKey                   // a proof with a key, known or not
	AccessSession               // a session, even one whose password must be changed
	AccessUser                  // a session in which the user may work
)

// Endpoint is one operation of the contract with the types of what goes in and
// what comes out.
type Endpoint[In, Out any] struct {
	ID         string
	Method     string
	Path       string
	Summary    string
	Access     Access
	Permission app.Permission // with AccessUser; "" where every user may
	Status     int            // of success, 200 where absent
	Slow       bool           // may take as long as ANPR takes
	MaxBody    int64          // bytes of the input; 1 MiB where absent
}

// Info is an endpoint without its types.
type Info struct {
	ID, Method, Path, Summary string
	Access                    Access
	Permission                app.Permission
	Status                    int
	Slow                      bool
	MaxBody                   int64
}

// Info gives the endpoint without its types.
func (e Endpoint[In, Out]) Info() Info {
	s := e.Status
	if s == 0 {
		s = http.StatusOK
	}
	return Info{e.ID, e.Method, e.Path, e.Summary, e.Access, e.Permission, s, e.Slow, cmp.Or(e.MaxBody, 1<<20)}
}

// Endpoints lists every operation of the contract.
func Endpoints() []Info {
	return []Info{
		GetServer.Info(), GetStatus.Info(), ListTables.Info(), GetTable.Info(),
		RegisterWorkstation.Info(), GetOwnWorkstation.Info(),
		SignIn.Info(), GetSession.Info(), SignOut.Info(), ChangePassword.Info(), ConfirmPassword.Info(),
		CheckPermission.Info(),
		ListWorkstations.Info(), GetWorkstation.Info(), ApproveWorkstation.Info(), SuspendWorkstation.Info(),
		RevokeWorkstation.Info(), ChangeWorkstation.Info(), ChangeWorkstations.Info(), ListWorkstationValues.Info(), ExportWorkstations.Info(),
		ListTokens.Info(), IssueToken.Info(), WithdrawToken.Info(),
		ListUsers.Info(), GetUser.Info(), CreateUser.Info(), UpdateUser.Info(), EnableUser.Info(), DisableUser.Info(),
		ResetPassword.Info(), MoveOperator.Info(), ListMediators.Info(),
		GetUserAccess.Info(), UnlockUser.Info(), EndUserSession.Info(), ListUserHistory.Info(),
		ListAdmins.Info(), ListAssignments.Info(), PlanMoves.Info(), RunMoves.Info(),
		PreviewUserImport.Info(), RunUserImport.Info(),
		ListDepartments.Info(), ListDepartmentSummaries.Info(), GetDepartment.Info(), SaveDepartment.Info(), DeleteDepartment.Info(),
		ListPurposes.Info(), SavePurpose.Info(), DeletePurpose.Info(),
		ListConsortia.Info(), ListConsortiumSummaries.Info(), GetConsortium.Info(), SaveConsortium.Info(), DeleteConsortium.Info(),
		ListActivity.Info(), ListAccesses.Info(), ListHistory.Info(),
		ExportActivity.Info(), ExportAccesses.Info(), ExportHistory.Info(),
		GetStatistics.Info(), ExportStatistics.Info(), GetConsumption.Info(),
		GetSettings.Info(), SaveSettings.Info(),
		Listen.Info(),
		ListNotices.Info(), GetNotice.Info(), CountNotices.Info(), ReadNotice.Info(),
		SendNotice.Info(), WithdrawNotice.Info(), ListSentNotices.Info(), ListReceipts.Info(), ListAddressees.Info(), CountAudience.Info(),
		CreateJob.Info(), SendJobPiece.Info(), ListJobs.Info(), GetJob.Info(), ListJobRows.Info(), ReadJob.Info(), CorrectJobRow.Info(), PlanJob.Info(),
		StartJob.Info(), PauseJob.Info(), ResumeJob.Info(), StopJob.Info(), RetryJob.Info(), RepeatJob.Info(), DeleteJob.Info(), GetJobResult.Info(),
		AskVisura.Info(), GetVisura.Info(), WithdrawVisura.Info(), GetDocument.Info(), CheckDocument.Info(), ListArchive.Info(),
		ListApprovals.Info(), CountApprovals.Info(), GetApproval.Info(), DecideApprovals.Info(),
		ListMails.Info(), GetMail.Info(), RetryMail.Info(), TestMail.Info(), GetMailHealth.Info(),
	}
}

// None is the input or output of an operation that has none.
type None struct{}

// Page is the common input of lists: what to search, how many, from where.
type Page struct {
	Search string `query:"q" maxLength:"100" doc:"Words to search"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
	Cursor string `query:"cursor" maxLength:"400" doc:"next of the page before"`
}

// List is the common output of lists.
type List[T any] struct {
	Items []T    `json:"items" nullable:"false"`
	Next  string `json:"next,omitempty" doc:"Cursor of the next page; absent on the last"`
	Total int    `json:"total,omitempty" doc:"How many the filter lets through on all pages; with the first page of lists that count"`
}
