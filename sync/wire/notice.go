package wire

import (
	"time"

	"indagor/app"
)

// The operations of the board.
var (
	ListNotices = Endpoint[NoticesInput, NoticesOutput]{
		ID: "list-notices", Method: "GET", Path: "/v1/notices", Access: AccessUser, Permission: app.PermReadBoard,
		Summary: "The valid notices for the caller, newest first",
	}
	GetNotice = Endpoint[IDInput, NoticeOutput]{
		ID: "get-notice", Method: "GET", Path: "/v1/notices/{id}", Access: AccessUser, Permission: app.PermReadBoard,
		Summary: "One valid notice for the caller",
	}
	CountNotices = Endpoint[None, CountOutput]{
		ID: "count-notices", Method: "GET", Path: "/v1/notices/unread", Access: AccessUser, Permission: app.PermReadBoard,
		Summary: "How many valid notices the caller has not read",
	}
	ReadNotice = Endpoint[IDInput, None]{
		ID: "read-notice", Method: "POST", Path: "/v1/notices/{id}/read", Access: AccessUser, Permission: app.PermReadBoard, Status: 204,
		Summary: "The caller has read the notice; the first time counts",
	}
	SendNotice = Endpoint[SendNoticeInput, SentNoticeOutput]{
		ID: "send-notice", Method: "PUT", Path: "/v1/notices/{id}", Access: AccessUser, Permission: app.PermSendNotice,
		Summary: "Send a notice under an id that the caller chooses; the same again changes nothing",
	}
	WithdrawNotice = Endpoint[IDInput, SentNoticeOutput]{
		ID: "withdraw-notice", Method: "POST", Path: "/v1/notices/{id}/withdraw", Access: AccessUser, Permission: app.PermSendNotice,
		Summary: "Take a notice back from the boards on which it is",
	}
	ListSentNotices = Endpoint[SentNoticesInput, SentNoticesOutput]{
		ID: "list-sent-notices", Method: "GET", Path: "/v1/notices/sent", Access: AccessUser, Permission: app.PermSendNotice,
		Summary: "What was sent, newest first: everything for those who send to everybody, else what was sent in the caller's department",
	}
	ListReceipts = Endpoint[ReceiptsInput, ReceiptsOutput]{
		ID: "list-receipts", Method: "GET", Path: "/v1/notices/{id}/receipts", Access: AccessUser, Permission: app.PermSendNotice,
		Summary: "For whom a sent notice is now, and who of them has read it, by surname",
	}
	ListAddressees = Endpoint[Page, AddresseesOutput]{
		ID: "list-addressees", Method: "GET", Path: "/v1/notices/addressees", Access: AccessUser, Permission: app.PermSendNotice,
		Summary: "The users to whom the caller may send, by surname",
	}
	CountAudience = Endpoint[AudienceInput, CountOutput]{
		ID: "count-audience", Method: "POST", Path: "/v1/notices/audience", Access: AccessUser, Permission: app.PermSendNotice,
		Summary: "How many users an audience includes now",
	}
)

// NoticesInput narrows the board.
type NoticesInput struct {
	Page
	Unread bool `query:"unread" doc:"Only what the caller has not read"`
}

// Notice is one message on the caller's board.
type Notice struct {
	ID        app.ID             `json:"id"`
	Author    string             `json:"author,omitempty" doc:"Name of who sent it; absent where the server wrote it"`
	Kind      app.NoticeKind     `json:"kind,omitempty" doc:"Of what the server wrote: the reader has its sentences, made with params, in his own language"`
	Params    map[string]string  `json:"params,omitempty"`
	Priority  app.NoticePriority `json:"priority" enum:"normal,high"`
	Title     string             `json:"title"`
	Text      string             `json:"text" doc:"Plain text; empty lines part paragraphs"`
	Published time.Time          `json:"published"`
	Expires   time.Time          `json:"expires"`
	Read      *time.Time         `json:"read,omitempty" doc:"When the caller read it; absent: not yet"`
}

// NoticesOutput is a page of the board.
type NoticesOutput struct{ Body List[Notice] }

// NoticeOutput is one notice.
type NoticeOutput struct{ Body Notice }

// CountOutput is a number.
type CountOutput struct {
	Body struct {
		Count int `json:"count"`
	}
}

// NoticeDraft is a notice to be sent.
type NoticeDraft struct {
	Audience app.Audience       `json:"audience" nullable:"false" doc:"Everybody whom one part fits; one part without fields is everybody in the caller's reach. An ADMIN's groups are those of his department"`
	Priority app.NoticePriority `json:"priority" enum:"normal,high"`
	Title    string             `json:"title" maxLength:"120"`
	Text     string             `json:"text" maxLength:"4000" doc:"Plain text"`
	LastDay  app.Day            `json:"last_day" maxLength:"10" doc:"Last day on which it is shown, in the zone of the body"`
}

// SendNoticeInput sends a notice.
type SendNoticeInput struct {
	ID   app.ID `path:"id" maxLength:"26"`
	Body NoticeDraft
}

// SentNotice is a notice that was sent.
type SentNotice struct {
	app.Notice
	Recipients int `json:"recipients" doc:"Users for whom it is now"`
	Readers    int `json:"readers" doc:"How many of them have read it"`
}

// SentNoticeOutput is a notice that was sent.
type SentNoticeOutput struct{ Body SentNotice }

// SentNoticesInput narrows what was sent.
type SentNoticesInput struct{ Page }

// SentNoticesOutput is a page of what was sent.
type SentNoticesOutput struct{ Body List[SentNotice] }

// ReceiptsInput narrows the recipients of a notice.
type ReceiptsInput struct {
	ID app.ID `path:"id" maxLength:"26"`
	Page
	Read string `query:"read" enum:"true,false," doc:"Only those who have read it, or have not"`
}

// Receipt is one recipient of a notice.
type Receipt struct {
	User       app.ID     `json:"user"`
	Name       string     `json:"name"`
	Department app.ID     `json:"department,omitempty"`
	Read       *time.Time `json:"read,omitempty" doc:"When he read it; the beginning of the day where the caller may know no more; absent: not yet"`
}

// ReceiptsOutput is a page of recipients.
type ReceiptsOutput struct{ Body List[Receipt] }

// Addressee is a user to whom the caller may send.
type Addressee struct {
	ID         app.ID   `json:"id"`
	Name       string   `json:"name"`
	Role       app.Role `json:"role"`
	Department app.ID   `json:"department,omitempty"`
}

// AddresseesOutput is a page of addressees.
type AddresseesOutput struct{ Body List[Addressee] }

// AudienceInput is an audience to be counted.
type AudienceInput struct {
	Body struct {
		Audience app.Audience `json:"audience" nullable:"false"`
	}
}
