package board

import (
	"context"
	"strings"
	"time"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
)

// Desk is what reading the board needs of the desktop's side towards the
// server.
type Desk interface {
	// Notices is a page of the valid notices, newest first.
	Notices(ctx context.Context, in wire.NoticesInput) (wire.List[wire.Notice], error)
	// ReadNotice notes that the notice was read; the first time counts.
	ReadNotice(ctx context.Context, id app.ID) error
	// UnreadNotices is how many valid notices were not read.
	UnreadNotices(ctx context.Context) (int, error)
}

// View says which of the notices are listed.
type View string

// The views.
const (
	ViewAll    View = ""
	ViewUnread View = "unread"
)

// Filter narrows the received notices.
type Filter struct {
	View  View
	Words string
}

// Received is the list of the notices that the person has received.
type Received struct {
	*list.Flow[Filter, wire.Notice, struct{}]
	desk    Desk
	options list.Options
	now     func() time.Time
	counted func(int)
}

// NewReceived returns the list; counted is told how many are unread, whenever
// that has changed here.
func NewReceived(desk Desk, o list.Options, now func() time.Time, counted func(int)) *Received {
	if o.Go == nil {
		o.Go = func(f func()) { go f() }
	}
	if o.Context == nil {
		o.Context = context.Background()
	}
	r := &Received{desk: desk, options: o, now: now, counted: counted}
	r.Flow = list.New(list.Config[Filter, wire.Notice, struct{}]{
		Options: o,
		Read: func(ctx context.Context, f Filter, page wire.Page) (wire.List[wire.Notice], bool, error) {
			page.Search = f.Words
			rows, err := desk.Notices(ctx, wire.NoticesInput{Page: page, Unread: f.View == ViewUnread})
			return rows, false, err
		},
		ID: func(n wire.Notice) app.ID { return n.ID },
		Check: func(f Filter) (Filter, app.Errors) {
			f.Words = strings.Join(strings.Fields(f.Words), " ")
			return f, nil
		},
	})
	return r
}

// Read notes that the notice was read, if it is listed and was not. Where
// nobody asked for it, loud is false: then a failure is not told, since it is
// tried again when the notice is next looked at.
func (r *Received) Read(id app.ID, loud bool) {
	st := r.State()
	i := st.At(id)
	if i < 0 || st.Rows[i].Read != nil {
		return
	}
	r.options.Go(func() {
		if err := r.desk.ReadNotice(r.options.Context, id); err != nil {
			switch {
			case app.CodeOf(err) == app.CodeNotFound:
				r.Refresh() // withdrawn meanwhile
			case loud:
				r.Fail(err)
			}
			return
		}
		st := r.State()
		if i := st.At(id); i >= 0 && st.Rows[i].Read == nil {
			row, at := st.Rows[i], r.now()
			row.Read = &at
			r.Put(row, struct{}{})
		}
		if n, err := r.desk.UnreadNotices(r.options.Context); err == nil {
			r.counted(n)
		}
	})
}

// Words are what a notice says: what people wrote as it is, what the server
// wrote in the reader's language.
func Words(l *language.Language, n wire.Notice) (title, text string) {
	return words(l, n.Kind, n.Params, n.Title, n.Text)
}

// SentWords are Words of a notice that was sent.
func SentWords(l *language.Language, n wire.SentNotice) (title, text string) {
	return words(l, n.Kind, n.Params, n.Title, n.Text)
}

func words(l *language.Language, kind app.NoticeKind, params map[string]string, title, text string) (string, string) {
	key := "notice." + string(kind)
	switch {
	case kind == "":
		return title, text
	case !l.Has(key + ".title"): // of a server that is newer
		return l.T("notice.unknown.title"), l.T("notice.unknown.text")
	}
	said := make(map[string]string, len(params))
	for name, value := range params {
		if _, ok := app.Day(value).Time(); ok {
			value = l.Day(app.Day(value))
		}
		said[name] = value
	}
	return l.TMap(key+".title", said), l.TMap(key+".text", said)
}

// LastDay is the last day on which a notice that ends at the moment is shown.
func LastDay(l *language.Language, expires time.Time) string {
	return l.Date(expires.Add(-time.Second))
}
