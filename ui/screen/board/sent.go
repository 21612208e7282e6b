package board

import (
	"strings"

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

// Write is handed to the page of what was sent to have a notice written.
type Write struct{}

// Sent is the page of what was sent.
type Sent struct {
	*listing.Page[flow.SentFilter, wire.SentNotice, flow.Receipts]
	Options
	l       *language.Language
	t       func(string, ...string) string
	flow    *flow.Sent
	compose *flow.Compose
	start   *widget.Button // hidden while the form is open: one primary action a page
	form    *form
	names   int // of departments that were drawn
}

var _ screen.Screen = (*Sent)(nil)

// NewSent returns the page.
func NewSent(o Options, f *flow.Sent, c *flow.Compose) *Sent {
	o.fill()
	l := o.Host.Language()
	s := &Sent{Options: o, l: l, t: l.T, flow: f, compose: c}
	s.start = widget.NewPrimary(s.t("board.write"), theme.IconEdit, s.write)
	s.Page = listing.New(listing.Parts[flow.SentFilter, wire.SentNotice, flow.Receipts]{
		Place: screen.Sent, Host: o.Host, Flow: f.Flow, Title: s.t("place.sent"), Subtitle: s.t("sent.subtitle"),
		CSV: s.t("sent.file"),
		Words: listing.Words{
			Count: func(n int) string { return l.N("sent.count", n) },
			First: func(n int) string { return l.T("sent.count.more", "count", l.Number(n)) },
			Empty: s.t("sent.none"), EmptyAction: s.t("board.write"), OnEmpty: s.write, Filtered: s.t("board.none_filtered"), Away: s.t("board.away"),
		},
		Columns: []widget.Column[wire.SentNotice]{
			{
				ID: "title", Title: s.t("board.column.title"), Width: 200, Grow: true, Sortable: true,
				Text: func(n wire.SentNotice) string { title, _ := flow.SentWords(l, n); return title },
			},
			{ID: "to", Title: s.t("sent.column.to"), Width: 140, Grow: true, Sortable: true, Text: s.to},
			{
				ID: "readers", Title: s.t("sent.column.readers"), Width: 104,
				Text: s.readers, Bar: func(n wire.SentNotice) (float64, bool) {
					return float64(n.Readers) / float64(max(n.Recipients, 1)), n.Recipients > 0
				},
			},
			{
				ID: "state", Title: s.t("sent.column.state"), Width: 112, Sortable: true, Tone: s.tone,
				Text: func(n wire.SentNotice) string { return s.t("sent.state." + string(flow.StandingOf(n, o.Now()))) },
			},
			{
				ID: "published", Title: s.t("board.column.published"), Width: 128, Sortable: true,
				Text:    func(n wire.SentNotice) string { return l.Moment(n.Published) },
				Compare: func(a, b wire.SentNotice) int { return a.Published.Compare(b.Published) },
			},
		},
		Filter:  [][]listing.Control[flow.SentFilter]{{listing.Search("", s.t("board.search"), 280, func(f *flow.SentFilter) *string { return &f.Words })}},
		Primary: s.start, Detail: s.detail, Rows: true, Do: o.Do, Open: f.Open, Draw: s.drawn,
		Key: func(name fyne.KeyName, modifier fyne.KeyModifier) bool {
			if name != fyne.KeyN || modifier != fyne.KeyModifierControl {
				return false
			}
			s.write()
			return true
		},
	})
	c.Watch(func() {
		o.Do(func() {
			if s.form != nil {
				s.form.follow()
			}
		})
	})
	return s
}

func (s *Sent) drawn(list.State[flow.SentFilter, wire.SentNotice, flow.Receipts]) {
	if !s.Occupied() { // another row was opened
		s.form = nil
		s.start.Show()
	}
	if n := len(s.flow.Names()); n != s.names {
		s.names = n
		s.Renew()
		if s.form != nil {
			s.form.named()
		}
	}
}

func (s *Sent) to(n wire.SentNotice) string {
	return flow.AudienceText(s.l, n.Audience, s.flow.Names())
}

func (s *Sent) readers(n wire.SentNotice) string {
	return s.t("sent.readers", "read", s.l.Number(n.Readers), "of", s.l.Number(n.Recipients))
}

func (s *Sent) tone(n wire.SentNotice) theme.Tone {
	if flow.StandingOf(n, s.Now()) == flow.Valid {
		return theme.Success
	}
	return theme.Quiet
}

// detail is a sent notice with who has read it.
func (s *Sent) detail(n wire.SentNotice, st list.State[flow.SentFilter, wire.SentNotice, flow.Receipts]) listing.Detail {
	title, text := flow.SentWords(s.l, n)
	standing := flow.StandingOf(n, s.Now())
	fields := []widget.Field{
		{Label: s.t("sent.column.to"), Value: s.to(n)},
		{Label: s.t("sent.author"), Value: author(s.t, n.AuthorName)},
		{Label: s.t("board.column.published"), Value: s.l.Moment(n.Published)},
		{Label: s.t("sent.last_day"), Value: flow.LastDay(s.l, n.Expires)},
		{Label: s.t("board.column.priority"), Value: s.t("board.priority." + string(n.Priority))},
		{Label: s.t("sent.column.readers"), Value: s.readers(n)},
	}
	if n.Withdrawn != nil {
		fields = append(fields, widget.Field{Label: s.t("sent.withdrawn"), Value: s.l.Moment(*n.Withdrawn)})
	}
	body := []fyne.CanvasObject{widget.NewFields(title, widget.FieldGroup{Fields: fields}), widget.PanelIn(theme.Space12, widget.NewText(text))}
	if standing == flow.Valid {
		withdraw := widget.NewButtonWith(widget.ButtonSecondary, s.t("sent.withdraw"), theme.IconUndo, func() { s.withdraw(n, title) })
		body = append(body, widget.HBox(0, withdraw, widget.Spacer()))
	}
	body = append(body, s.receipts(st.Detail)...)
	return listing.Detail{Title: title, Status: s.t("sent.state." + string(standing)), Tone: s.tone(n), Body: body}
}

// receipts are those who have not read a notice, and those who have.
func (s *Sent) receipts(r flow.Receipts) []fyne.CanvasObject {
	var out []fyne.CanvasObject
	for _, x := range []struct {
		key  string
		rows []wire.Receipt
		more bool
	}{{"sent.unread", r.Unread, r.MoreUnread}, {"sent.read", r.Read, r.MoreRead}} {
		if len(x.rows) == 0 {
			continue
		}
		fields := make([]widget.Field, 0, len(x.rows))
		for _, p := range x.rows {
			value := s.flow.Names()[p.Department]
			if p.Read != nil {
				value = s.when(p)
			}
			fields = append(fields, widget.Field{Label: p.Name, Value: value})
		}
		heading := s.l.N(x.key, len(x.rows))
		if x.more {
			heading = s.t(x.key+".more", "count", s.l.Number(len(x.rows)))
		}
		f := widget.NewFields(heading, widget.FieldGroup{Heading: heading, Fields: fields})
		f.OnCopy = func(f widget.Field) { s.Host.Toast(s.t("shell.copied", "what", f.Label)) }
		out = append(out, f)
	}
	return out
}

// when is when somebody has read a notice: the day alone where the server
// tells no more.
func (s *Sent) when(p wire.Receipt) string {
	if strings.HasPrefix(s.l.Time(*p.Read), "00:00") {
		return s.l.Date(*p.Read)
	}
	return s.l.Moment(*p.Read)
}

func (s *Sent) withdraw(n wire.SentNotice, title string) {
	widget.Confirm(s.Host.Window().Canvas(), widget.Confirmation{
		Title: s.t("sent.withdraw.title", "title", title), Message: s.t("sent.withdraw.text"),
		Verb: s.t("sent.withdraw"), Cancel: s.t("shell.cancel"), Danger: true,
		OnConfirm: func(string) {
			s.Go(func() {
				err := s.flow.Withdraw(s.Context, n.ID)
				s.Do(func() {
					if err != nil {
						s.Host.Fail(err)
						return
					}
					s.Host.Toast(s.t("sent.withdraw.done"))
				})
			})
		},
	})
}

// write opens the form, with what was begun the last time.
func (s *Sent) write() {
	if s.form != nil {
		s.form.focus()
		return
	}
	s.form = newForm(s)
	s.start.Hide()
	s.Occupy(s.form.all, s.close)
	s.compose.Count()
	s.form.focus()
}

// close closes the form; what was begun stays for the next time.
func (s *Sent) close() {
	s.compose.Keep()
	if s.compose.State().Begun() {
		s.Host.Toast(s.t("board.draft.kept"))
	}
	s.leave()
}

func (s *Sent) leave() {
	s.form = nil
	s.start.Show()
	s.Vacate()
	s.Focus()
}

// Hidden implements screen.Screen.
func (s *Sent) Hidden() {
	if s.form != nil {
		s.compose.Keep()
	}
	s.Page.Hidden()
}

// Receive opens the form.
func (s *Sent) Receive(with any) {
	if _, ok := with.(Write); ok {
		s.write()
	}
}

// Key implements screen.Screen.
func (s *Sent) Key(name fyne.KeyName, modifier fyne.KeyModifier) bool {
	if s.form != nil && name == fyne.KeyReturn && modifier == fyne.KeyModifierControl {
		s.form.submit()
		return true
	}
	return s.Page.Key(name, modifier)
}

// everywhere tells whether the person sends to everybody.
func (s *Sent) everywhere() bool {
	return s.Session().Permissions[app.PermSendNotice] == app.ReachAll.String()
}
