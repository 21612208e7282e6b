package board

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	flow "indagor/ui/flow/board"
	"indagor/ui/flow/list"
	"indagor/ui/screen"
	"indagor/ui/screen/listing"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Options say what the pages stand on.
type Options struct {
	Host    screen.Host
	Lists   list.Options
	Context context.Context // ends with the session
	Session func() wire.Session
	// May tells whether the navigation has the page.
	May func(screen.Place) bool
	Now func() time.Time
	// After calls f once, on the window's goroutine, unless stopped before; nil
	// for real time.
	After func(d time.Duration, f func()) (stop func())
	Go    func(func()) // runs what takes time; nil for a goroutine
	Do    func(func()) // shows its result; nil for fyne.Do
}

func (o *Options) fill() {
	if o.Go == nil {
		o.Go = func(f func()) { go f() }
	}
	if o.Do == nil {
		o.Do = fyne.Do
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.After == nil {
		o.After = func(d time.Duration, f func()) func() {
			t := time.AfterFunc(d, func() { fyne.Do(f) })
			return func() { t.Stop() }
		}
	}
}

// glance is how long a notice is shown until it counts as read.
const glance = 2 * time.Second

// Received is the page of what was received.
type Received struct {
	*listing.Page[flow.Filter, wire.Notice, struct{}]
	Options
	l    *language.Language
	t    func(string, ...string) string
	flow *flow.Received
	seen app.ID // what the glance is at
	stop func()
}

var (
	_ screen.Screen = (*Received)(nil)
	_ screen.Hearer = (*Received)(nil)
)

// NewReceived returns the page.
func NewReceived(o Options, f *flow.Received) *Received {
	o.fill()
	l := o.Host.Language()
	s := &Received{Options: o, l: l, t: l.T, flow: f}
	var actions []fyne.CanvasObject
	if o.May(screen.Sent) {
		actions = append(actions, widget.NewButtonWith(widget.ButtonSecondary, s.t("board.write"), theme.IconEdit, func() { o.Host.Go(screen.Sent, Write{}) }))
	}
	unread := func(n wire.Notice) bool { return n.Read == nil }
	s.Page = listing.New(listing.Parts[flow.Filter, wire.Notice, struct{}]{
		Place: screen.Board, Host: o.Host, Flow: f.Flow, Title: s.t("place.board"), Subtitle: s.t("board.subtitle"),
		Words: listing.Words{
			Count: func(n int) string { return l.N("board.count", n) },
			First: func(n int) string { return l.T("board.count.more", "count", l.Number(n)) },
			Empty: s.t("board.none"), Filtered: s.t("board.none_filtered"), Away: s.t("board.away"),
		},
		Columns: []widget.Column[wire.Notice]{
			{
				ID: "state", Title: s.t("board.column.state"), Width: 124, Sortable: true, Bold: unread,
				Text: func(n wire.Notice) string { return s.t("board.state." + s.state(n)) },
				Icon: func(n wire.Notice) theme.IconName {
					if unread(n) {
						return theme.IconMail
					}
					return theme.IconCheck
				},
			},
			{
				ID: "title", Title: s.t("board.column.title"), Width: 260, Grow: true, Sortable: true, Bold: unread,
				Text: func(n wire.Notice) string { title, _ := flow.Words(l, n); return title },
				Icon: func(n wire.Notice) theme.IconName {
					if n.Priority == app.PriorityHigh {
						return theme.IconWarning
					}
					return ""
				},
			},
			{
				ID: "priority", Title: s.t("board.column.priority"), Width: 92, Sortable: true, Bold: unread,
				Text: func(n wire.Notice) string { return s.t("board.priority." + string(n.Priority)) },
				Tone: func(n wire.Notice) theme.Tone {
					if n.Priority == app.PriorityHigh {
						return theme.Warning
					}
					return theme.Neutral
				},
			},
			{ID: "author", Title: s.t("board.column.author"), Width: 150, Sortable: true, Bold: unread, Text: func(n wire.Notice) string { return author(s.t, n.Author) }},
			{
				ID: "published", Title: s.t("board.column.published"), Width: 128, Sortable: true, Bold: unread,
				Text:    func(n wire.Notice) string { return l.Moment(n.Published) },
				Compare: func(a, b wire.Notice) int { return a.Published.Compare(b.Published) },
			},
		},
		Filter: [][]listing.Control[flow.Filter]{{
			listing.Search("", s.t("board.search"), 280, func(f *flow.Filter) *string { return &f.Words }),
			listing.Chips(s.t("board.view.all"), func(f *flow.Filter) *flow.View { return &f.View },
				widget.Chip{ID: string(flow.ViewUnread), Text: s.t("board.view.unread")}),
		}},
		Actions: actions, Detail: s.detail, Rows: true, Do: o.Do, Draw: s.drawn,
		OnOpen: func(n wire.Notice) { f.Read(n.ID, true) },
	})
	return s
}

func (s *Received) state(n wire.Notice) string {
	if n.Read == nil {
		return "unread"
	}
	return "read"
}

// author is who wrote a notice, or that the server did.
func author(t func(string, ...string) string, name string) string {
	if name == "" {
		return t("board.author.server")
	}
	return name
}

// detail is a notice to be read.
func (s *Received) detail(n wire.Notice, _ list.State[flow.Filter, wire.Notice, struct{}]) listing.Detail {
	title, text := flow.Words(s.l, n)
	d := listing.Detail{Title: title}
	if n.Priority == app.PriorityHigh {
		d.Status, d.Tone = s.t("board.priority.high.status"), theme.Warning
	}
	about := widget.NewSecondary(s.t("board.from", "author", author(s.t, n.Author), "when", s.l.Moment(n.Published)))
	about.Wrap, about.Truncate = true, false
	until := widget.NewSecondary(s.t("board.until", "day", flow.LastDay(s.l, n.Expires)))
	d.Body = []fyne.CanvasObject{about, widget.NewText(text), widget.NewRule(), until}
	if n.Read == nil {
		d.Body = append(d.Body, widget.HBox(0, widget.NewButtonWith(widget.ButtonSecondary, s.t("board.read.do"), theme.IconCheck, func() { s.flow.Read(n.ID, true) }), widget.Spacer()))
	} else {
		d.Body = append(d.Body, widget.NewStatusDot(theme.Success, s.t("board.read.done", "when", s.l.Moment(*n.Read))))
	}
	return d
}

// drawn begins a glance at what has come into the pane, or ends the one before.
func (s *Received) drawn(st list.State[flow.Filter, wire.Notice, struct{}]) {
	row, ok := st.Row()
	if ok && row.Read == nil && s.seen == row.ID {
		return
	}
	s.look("")
	if ok && row.Read == nil {
		s.look(row.ID)
	}
}

func (s *Received) look(id app.ID) {
	if s.stop != nil {
		s.stop()
		s.stop = nil
	}
	if s.seen = id; id != "" {
		s.stop = s.After(glance, func() { s.flow.Read(id, false) })
	}
}

// Shown implements screen.Screen.
func (s *Received) Shown() {
	s.Page.Shown()
	s.drawn(s.flow.State())
}

// Hidden implements screen.Screen: what is out of view is not being read.
func (s *Received) Hidden() {
	s.look("")
	s.Page.Hidden()
}

// Signalled implements screen.Hearer.
func (s *Received) Signalled(kind app.SignalKind, _ app.ID) {
	if kind == app.SignalNotice || kind == app.SignalResync {
		s.Refresh()
	}
}

// Receive opens the notice with the id.
func (s *Received) Receive(with any) {
	if id, ok := with.(app.ID); ok {
		if s.flow.State().Filtered() {
			s.Clear()
		}
		s.flow.Select(id)
	}
}
