package wire

import (
	"time"

	"indagor/app"
)

// The operations of the daily mail.
var (
	ListMails = Endpoint[MailsInput, MailsOutput]{
		ID: "list-mails", Method: "GET", Path: "/v1/mails", Access: AccessUser,
		Permission: app.PermSettings, Summary: "The daily mails and where they stand, those of the newest day first",
	}
	GetMail = Endpoint[IDInput, MailOutput]{
		ID: "get-mail", Method: "GET", Path: "/v1/mails/{id}", Access: AccessUser,
		Permission: app.PermSettings, Summary: "One daily mail with its text",
	}
	RetryMail = Endpoint[IDInput, MailOutput]{
		ID: "retry-mail", Method: "POST", Path: "/v1/mails/{id}/retry", Access: AccessUser,
		Permission: app.PermSettings, Summary: "Send a daily mail that did not arrive again, now, to the address that its recipient has now",
	}
	TestMail = Endpoint[None, TestMailOutput]{
		ID: "test-mail", Method: "POST", Path: "/v1/mail-test", Access: AccessUser, Slow: true,
		Permission: app.PermSettings, Summary: "Send a mail to oneself, now, to try the mail server",
	}
	GetMailHealth = Endpoint[None, MailHealthOutput]{
		ID: "get-mail-health", Method: "GET", Path: "/v1/mail-health", Access: AccessUser,
		Permission: app.PermSettings, Summary: "Whether the daily mail arrives",
	}
)

// MailsInput filters the daily mails.
type MailsInput struct {
	Page
	Day   app.Day       `query:"day" maxLength:"10"`
	User  app.ID        `query:"user" maxLength:"26" doc:"The recipient"`
	State app.MailState `query:"state" enum:"planned,sending,sent,failed,given_up,"`
}

// MailItem is a daily mail in the list.
type MailItem struct {
	ID       app.ID        `json:"id"`
	Day      app.Day       `json:"day" doc:"Whose requests it counts"`
	User     app.ID        `json:"user"`
	Name     string        `json:"name" doc:"Of the recipient"`
	Address  string        `json:"address"`
	Role     app.Role      `json:"role" enum:"top,admin"`
	State    app.MailState `json:"state" enum:"planned,sending,sent,failed,given_up"`
	Attempts int           `json:"attempts"`
	Planned  time.Time     `json:"planned"`
	Next     *time.Time    `json:"next,omitempty" doc:"The next attempt of one that waits"`
	Ended    *time.Time    `json:"ended,omitempty" doc:"When it was sent or given up"`
	Code     app.Code      `json:"code,omitempty" doc:"Why the last attempt failed"`
	Said     string        `json:"said,omitempty" doc:"What the mail server said last"`
	Requests int           `json:"requests" doc:"How many requests it counts"`
}

// MailsOutput is a page of daily mails.
type MailsOutput struct{ Body List[MailItem] }

// MailDetail is a daily mail with what it says.
type MailDetail struct {
	MailItem
	Subject string `json:"subject"`
	Text    string `json:"text" doc:"The text part"`
}

// MailOutput is a daily mail with what it says.
type MailOutput struct{ Body MailDetail }

// TestMailOutput tells that the mail server took the mail.
type TestMailOutput struct {
	Body struct {
		Address string `json:"address" doc:"Where it was sent"`
		Said    string `json:"said" doc:"What the mail server said"`
	}
}

// MailHealthOutput tells whether the daily mail arrives.
type MailHealthOutput struct{ Body MailHealth }

// MailHealth tells whether the daily mail arrives.
type MailHealth struct {
	Configured bool       `json:"configured" doc:"Whether there is a mail server"`
	Send       bool       `json:"send" doc:"Whether the body wants the daily mail"`
	Waiting    int        `json:"waiting" doc:"Mails to be sent"`
	Late       int        `json:"late" doc:"Mails that have been waiting for more than a day, or were given up in the last week"`
	Since      *time.Time `json:"since,omitempty" doc:"Since when the oldest of the late has been tried"`
	Code       app.Code   `json:"code,omitempty" doc:"Why it fails"`
	Said       string     `json:"said,omitempty"`
	LastDay    app.Day    `json:"last_day,omitempty" doc:"The last day for which mails were made"`
}
