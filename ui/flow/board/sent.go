package board

import (
	"context"
	"strings"
	"sync"
	"time"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
)

// Sender is what sending needs of the desktop's side towards the server.
type Sender interface {
	// SentNotices is a page of what was sent, newest first.
	SentNotices(ctx context.Context, in wire.SentNoticesInput) (wire.List[wire.SentNotice], error)
	// Receipts is a page of the recipients of a notice.
	Receipts(ctx context.Context, in wire.ReceiptsInput) (wire.List[wire.Receipt], error)
	// SendNotice sends under an id; the same again changes nothing.
	SendNotice(ctx context.Context, id app.ID, d wire.NoticeDraft) (wire.SentNotice, error)
	WithdrawNotice(ctx context.Context, id app.ID) (wire.SentNotice, error)
	// Addressees is a page of the users to whom the person may send.
	Addressees(ctx context.Context, page wire.Page) (wire.List[wire.Addressee], error)
	// CountAudience is how many users an audience includes now.
	CountAudience(ctx context.Context, a app.Audience) (int, error)
	Departments(ctx context.Context) ([]app.Department, error)
}

// Standing is how a sent notice stands.
type Standing string

// The standings.
const (
	Valid     Standing = "valid"
	Expired   Standing = "expired"
	Withdrawn Standing = "withdrawn"
)

// StandingOf is how the notice stands at the moment.
func StandingOf(n wire.SentNotice, now time.Time) Standing {
	switch {
	case n.Withdrawn != nil:
		return Withdrawn
	case !n.Valid(now):
		return Expired
	}
	return Valid
}

// Receipts are the recipients of a notice, as many as are listed.
type Receipts struct {
	Unread, Read         []wire.Receipt
	MoreUnread, MoreRead bool
}

// mostReceipts is how many recipients are listed of those who have read, and
// of those who have not.
const mostReceipts = 200

// SentFilter narrows what was sent.
type SentFilter struct{ Words string }

// Sent is the list of what was sent.
type Sent struct {
	*list.Flow[SentFilter, wire.SentNotice, Receipts]
	desk    Sender
	options list.Options

	mu    sync.Mutex
	names map[app.ID]string // of departments
}

// NewSent returns the list.
func NewSent(desk Sender, o list.Options) *Sent {
	if o.Go == nil {
		o.Go = func(f func()) { go f() }
	}
	if o.Context == nil {
		o.Context = context.Background()
	}
	s := &Sent{desk: desk, options: o}
	s.Flow = list.New(list.Config[SentFilter, wire.SentNotice, Receipts]{
		Options: o,
		Read: func(ctx context.Context, f SentFilter, page wire.Page) (wire.List[wire.SentNotice], bool, error) {
			page.Search = f.Words
			rows, err := desk.SentNotices(ctx, wire.SentNoticesInput{Page: page})
			return rows, false, err
		},
		ID: func(n wire.SentNotice) app.ID { return n.ID },
		Look: func(ctx context.Context, id app.ID) (r Receipts, cached bool, err error) {
			page := wire.Page{Limit: mostReceipts}
			unread, err := desk.Receipts(ctx, wire.ReceiptsInput{ID: id, Page: page, Read: "false"})
			if err != nil {
				return r, false, err
			}
			read, err := desk.Receipts(ctx, wire.ReceiptsInput{ID: id, Page: page, Read: "true"})
			return Receipts{unread.Items, read.Items, unread.Next != "", read.Next != ""}, false, err
		},
		Check: func(f SentFilter) (SentFilter, app.Errors) {
			f.Words = strings.Join(strings.Fields(f.Words), " ")
			return f, nil
		},
	})
	return s
}

// Open reads the list, and the names of the departments.
func (s *Sent) Open() {
	s.options.Go(func() {
		ds, err := s.desk.Departments(s.options.Context)
		if err != nil {
			return // departments stay without names
		}
		names := make(map[app.ID]string, len(ds))
		for _, d := range ds {
			names[d.ID] = d.Name
		}
		s.mu.Lock()
		s.names = names
		s.mu.Unlock()
		s.Changed()
	})
	s.Flow.Open()
}

// Names are those of the departments; they must not be changed.
func (s *Sent) Names() map[app.ID]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.names
}

// Withdraw takes a notice back, and waits for it.
func (s *Sent) Withdraw(ctx context.Context, id app.ID) error {
	n, err := s.desk.WithdrawNotice(ctx, id)
	if err == nil {
		s.Put(n, s.State().Detail)
	}
	return err
}

// AudienceText says in words for whom a notice is; names are those of the
// departments.
func AudienceText(l *language.Language, a app.Audience, names map[app.ID]string) string {
	var parts []string
	people := 0
	for _, t := range a {
		department := names[t.Department]
		if department == "" && t.Department != "" {
			department = l.T("board.to.department_unknown")
		}
		switch {
		case t.User != "":
			people++
		case t.Role != "" && t.Department != "":
			parts = append(parts, l.T("board.to.role_of", "role", l.T("board.role."+string(t.Role)), "department", department))
		case t.Role != "":
			parts = append(parts, l.T("board.role."+string(t.Role)))
		case t.Department != "":
			parts = append(parts, department)
		default:
			return l.T("board.to.all")
		}
	}
	if people > 0 {
		parts = append(parts, l.N("board.to.people", people))
	}
	return strings.Join(parts, ", ")
}
