// Package board keeps the messages to users (bacheca): who sends what to whom,
// who has read it, and what was taken back (specification §2, §7). For whom a
// notice is decides its audience when somebody looks, see [app.Notice].
//
// Reading the board is no use of the services: it tells nothing of what anybody
// asks of ANPR, and so the receipts of STANDARDPS users are shown as those of
// everybody. But when a person reads tells when he was at work. To those who
// may not monitor his accesses nor his activity, it tells the day only.
package board

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"indagor/app"
	"indagor/server/internal/sight"
)

// Tx is what the board changes.
type Tx interface {
	Now() time.Time
	Record(app.Event) error
	InsertNotice(app.Notice) (ok bool, err error)
	WithdrawNotice(app.Notice) (ok bool, err error)
	ReadNotice(notice, user app.ID) error
	Notice(ctx context.Context, id app.ID) (app.Notice, error)
	SentNotice(ctx context.Context, s sight.Sight, id app.ID) (app.SentNotice, error)
	Received(ctx context.Context, s sight.Sight, now time.Time, id app.ID) (app.ReceivedNotice, error)
	User(ctx context.Context, id app.ID) (app.User, error)
	Department(ctx context.Context, id app.ID) (app.Department, error)
	Reached(ctx context.Context, a app.Audience) (int, error)
}

// Store is what the board reads, and the way to change it.
type Store interface {
	Write(ctx context.Context, fn func(Tx) error) error
	Board(ctx context.Context, s sight.Sight, now time.Time, f app.NoticeFilter) ([]app.ReceivedNotice, string, error)
	Received(ctx context.Context, s sight.Sight, now time.Time, id app.ID) (app.ReceivedNotice, error)
	Unread(ctx context.Context, s sight.Sight, now time.Time) (int, error)
	Sent(ctx context.Context, s sight.Sight, f app.NoticeFilter) ([]app.SentNotice, string, error)
	SentNotice(ctx context.Context, s sight.Sight, id app.ID) (app.SentNotice, error)
	Receipts(ctx context.Context, notice app.ID, f app.ReceiptFilter) ([]app.Receipt, string, error)
	Addressees(ctx context.Context, s sight.Sight, search string, limit int, at string) ([]app.User, string, error)
	Reached(ctx context.Context, a app.Audience) (int, error)
	User(ctx context.Context, id app.ID) (app.User, error)
	Department(ctx context.Context, id app.ID) (app.Department, error)
}

// Service is the board.
type Service struct {
	store Store
	now   func() time.Time
	zone  *time.Location
}

// New returns the board; zone is the body's.
func New(store Store, now func() time.Time, zone *time.Location) *Service {
	return &Service{store, now, zone}
}

// Board lists the caller's valid notices, newest first.
func (s *Service) Board(ctx context.Context, caller app.Caller, f app.NoticeFilter) ([]app.ReceivedNotice, string, error) {
	return s.store.Board(ctx, sight.Of(caller, app.PermReadBoard), s.now(), f)
}

// Get returns one valid notice of the caller's.
func (s *Service) Get(ctx context.Context, caller app.Caller, id app.ID) (app.ReceivedNotice, error) {
	return s.store.Received(ctx, sight.Of(caller, app.PermReadBoard), s.now(), id)
}

// Unread is how many valid notices the caller has not read.
func (s *Service) Unread(ctx context.Context, caller app.Caller) (int, error) {
	return s.store.Unread(ctx, sight.Of(caller, app.PermReadBoard), s.now())
}

// Read notes that the caller has read the notice; the first time counts. It is
// not logged: the receipt is what remains of it.
func (s *Service) Read(ctx context.Context, caller app.Caller, id app.ID) error {
	return s.store.Write(ctx, func(tx Tx) error {
		if _, err := tx.Received(ctx, sight.Of(caller, app.PermReadBoard), tx.Now(), id); err != nil {
			return err
		}
		return tx.ReadNotice(id, caller.User.ID)
	})
}

// Sent lists what was sent, newest first: TOP sees everything, also what the
// server wrote; an ADMIN what was sent in his department.
func (s *Service) Sent(ctx context.Context, caller app.Caller, f app.NoticeFilter) ([]app.SentNotice, string, error) {
	return s.store.Sent(ctx, sight.Of(caller, app.PermSendNotice), f)
}

// Receipts tells for whom a notice is now, and who of them has read it when,
// to those who may have sent it.
func (s *Service) Receipts(ctx context.Context, caller app.Caller, id app.ID, f app.ReceiptFilter) ([]app.Receipt, string, error) {
	if _, err := s.store.SentNotice(ctx, sight.Of(caller, app.PermSendNotice), id); err != nil {
		return nil, "", err
	}
	rs, next, err := s.store.Receipts(ctx, id, f)
	for i, r := range rs {
		if r.Read == nil || s.mayKnowWhen(caller, r) {
			continue
		}
		day := r.Read.In(s.zone)
		day = time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, s.zone)
		rs[i].Read = &day
	}
	return rs, next, err
}

// mayKnowWhen reports whether the caller may know at what time the recipient
// was at work.
func (s *Service) mayKnowWhen(caller app.Caller, r app.Receipt) bool {
	whose := app.Standing{User: r.User, Role: r.Role, Department: r.Department}
	actor := caller.User.Standing()
	return r.User == caller.User.ID || app.PermMonitorAccess.Allows(actor, whose) || app.PermMonitorActivity.Allows(actor, whose)
}

// Addressees lists the users to whom the caller may send.
func (s *Service) Addressees(ctx context.Context, caller app.Caller, search string, limit int, cursor string) ([]app.User, string, error) {
	return s.store.Addressees(ctx, sight.Of(caller, app.PermSendNotice), search, limit, cursor)
}

// Reached is how many users the audience would include now, if the caller may
// send to it.
func (s *Service) Reached(ctx context.Context, caller app.Caller, a app.Audience) (int, error) {
	if len(a) == 0 {
		return 0, nil
	}
	if len(a) > app.MostNoticeTargets {
		return 0, app.E(app.CodeNoticeTargets, "most", strconv.Itoa(app.MostNoticeTargets)).At("audience")
	}
	a, err := s.cut(ctx, s.store, caller, a)
	if err != nil {
		return 0, err
	}
	return s.store.Reached(ctx, a)
}

// reader finds those whom an audience names.
type reader interface {
	User(ctx context.Context, id app.ID) (app.User, error)
	Department(ctx context.Context, id app.ID) (app.Department, error)
}

// cut holds the audience within the caller's reach: groups of an ADMIN are
// those of his department, by whatever they are named. Somebody outside it is
// refused as somebody who does not exist.
func (s *Service) cut(ctx context.Context, r reader, caller app.Caller, a app.Audience) (app.Audience, error) {
	actor := caller.User.Standing()
	out := make(app.Audience, 0, len(a))
	for _, t := range a {
		if t.User != "" {
			u, err := r.User(ctx, t.User)
			if err != nil && app.CodeOf(err) != app.CodeNotFound {
				return nil, err
			}
			if err != nil || !app.PermSendNotice.Allows(actor, u.Standing()) {
				return nil, app.E(app.CodeNotFound).At("audience")
			}
			out = append(out, t)
			continue
		}
		if app.PermSendNotice.Grant(actor.Role).Reach != app.ReachAll && t.Department == "" {
			t.Department = actor.Department
		}
		if t.Department == "" {
			out = append(out, t)
			continue
		}
		if !app.PermSendNotice.AllowsDepartment(actor, t.Department) {
			return nil, app.E(app.CodeNotFound).At("audience")
		}
		if _, err := r.Department(ctx, t.Department); app.CodeOf(err) == app.CodeNotFound {
			return nil, app.E(app.CodeNotFound).At("audience")
		} else if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// Send puts a notice on the board, under an id that the caller has chosen. The
// same again changes nothing; another one under the id is refused.
func (s *Service) Send(ctx context.Context, caller app.Caller, n app.Notice) (sent app.SentNotice, err error) {
	if !n.ID.Valid() {
		return sent, app.E(app.CodeInvalid).At("id")
	}
	n.Title, n.Text = strings.TrimSpace(n.Title), strings.TrimSpace(strings.ReplaceAll(n.Text, "\r\n", "\n"))
	err = s.store.Write(ctx, func(tx Tx) error {
		n.Author, n.AuthorName, n.Published, n.Department = caller.User.ID, caller.User.FullName(), tx.Now(), ""
		if app.PermSendNotice.Grant(caller.User.Role).Reach != app.ReachAll {
			n.Department = caller.User.Department
		}
		if err := n.Check(tx.Now()).Err(); err != nil {
			return err
		}
		var err error
		if n.Audience, err = s.cut(ctx, tx, caller, n.Audience); err != nil {
			return err
		}
		count, err := tx.Reached(ctx, n.Audience)
		if err != nil {
			return err
		}
		if count == 0 {
			return app.E(app.CodeNoticeNobody).At("audience")
		}
		ok, err := tx.InsertNotice(n)
		if err != nil {
			return err
		}
		if !ok {
			was, err := tx.Notice(ctx, n.ID)
			if err != nil || was.Author != n.Author || was.Title != n.Title || was.Text != n.Text {
				return app.E(app.CodeTaken).At("id").Because(err)
			}
		} else if err := tx.Record(about(caller.Event(app.ClassAdmin, app.EventNoticeSent), n, count)); err != nil {
			return err
		}
		sent, err = tx.SentNotice(ctx, sight.Of(caller, app.PermSendNotice), n.ID)
		return err
	})
	return sent, err
}

// about completes an event about a notice. Its text stands in the notice,
// which is never deleted.
func about(e app.Event, n app.Notice, recipients int) app.Event {
	e.Target, e.TargetDept, e.TargetName = n.ID, n.Department, n.Title
	e.After, _ = json.Marshal(map[string]any{"audience": n.Audience, "priority": n.Priority, "expires": n.Expires, "recipients": recipients})
	return e
}

// Withdraw takes a notice back from the boards on which it is. One that was
// taken back stays so.
func (s *Service) Withdraw(ctx context.Context, caller app.Caller, id app.ID) (sent app.SentNotice, err error) {
	may := sight.Of(caller, app.PermSendNotice)
	err = s.store.Write(ctx, func(tx Tx) error {
		n, err := tx.SentNotice(ctx, may, id)
		if err != nil {
			return err
		}
		ok, err := tx.WithdrawNotice(n.Notice)
		if err != nil {
			return err
		}
		if ok {
			e := about(caller.Event(app.ClassAdmin, app.EventNoticeWithdrawn), n.Notice, n.Recipients)
			if err := tx.Record(e); err != nil {
				return err
			}
		}
		sent, err = tx.SentNotice(ctx, may, id)
		return err
	})
	return sent, err
}
