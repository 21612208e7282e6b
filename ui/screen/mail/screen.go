// Package mail is the page of the daily mails: who got which, what did not
// arrive and why, and what a mail says.
package mail

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
	flow "indagor/ui/flow/mail"
	"indagor/ui/screen"
	"indagor/ui/screen/listing"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Options say what the page stands on.
type Options struct {
	Host    screen.Host
	Flow    *flow.Flow
	Context context.Context
	Now     func() time.Time
	Go      func(func()) // runs what takes time
	Do      func(func()) // runs on the window's goroutine; nil: fyne.Do
}

// Screen is the page.
type Screen struct {
	*listing.Page[flow.Filter, wire.MailItem, wire.MailDetail]
	Options
	l    *language.Language
	t    func(string, ...string) string
	test *widget.Button
	busy bool // sending again is under way
}

// New returns the page.
func New(o Options) *Screen {
	if o.Do == nil {
		o.Do = fyne.Do
	}
	l := o.Host.Language()
	s := &Screen{Options: o, l: l, t: l.T}
	s.test = widget.NewButtonWith(widget.ButtonSecondary, s.t("mails.test"), theme.IconSend, s.try)
	chips := make([]widget.Chip, 0, len(app.MailStates))
	for _, x := range []app.MailState{app.MailGivenUp, app.MailFailed, app.MailPlanned, app.MailSent} {
		chips = append(chips, widget.Chip{ID: string(x), Text: s.t("mails.filter." + string(x))})
	}
	state := func(q *flow.Filter) *app.MailState { return &q.State }
	s.Page = listing.New(listing.Parts[flow.Filter, wire.MailItem, wire.MailDetail]{
		Place: screen.Mails, Host: o.Host, Flow: o.Flow.Flow, Title: s.t("place.mails"), Subtitle: s.t("mails.subtitle"),
		CSV: s.t("mails.file"),
		Words: listing.Words{
			Count: func(n int) string { return l.N("mails.count", n) },
			First: func(n int) string { return l.T("mails.count.more", "count", l.Number(n)) },
			Empty: s.t("mails.none"),
		},
		Filter: [][]listing.Control[flow.Filter]{{
			listing.Search("", s.t("mails.search"), 240, func(q *flow.Filter) *string { return &q.Search }),
			listing.Chips(s.t("mails.all"), state, chips...),
		}},
		Columns: []widget.Column[wire.MailItem]{
			{ID: "day", Title: s.t("mails.day"), Width: 92, Sortable: true, Text: func(m wire.MailItem) string { return l.Day(m.Day) }, Compare: func(a, b wire.MailItem) int {
				if a.Day < b.Day {
					return -1
				}
				if a.Day > b.Day {
					return 1
				}
				return 0
			}},
			{ID: "name", Title: s.t("mails.recipient"), Width: 140, Grow: true, Sortable: true, Text: func(m wire.MailItem) string { return m.Name }},
			{ID: "state", Title: s.t("mails.state"), Width: 146, Sortable: true, Tone: tone, Text: func(m wire.MailItem) string { return s.t("mail.state." + string(m.State)) }},
			{ID: "when", Title: s.t("mails.when"), Width: 150, Text: s.when},
			{ID: "requests", Title: s.t("mails.requests"), Width: 84, Text: func(m wire.MailItem) string { return l.Number(m.Requests) }},
			{ID: "address", Title: s.t("mails.address"), Width: 190, Grow: true, Sortable: true, Text: func(m wire.MailItem) string { return m.Address }},
		},
		Actions: []fyne.CanvasObject{s.test}, Detail: s.detail, Early: true, Rows: true, Do: o.Do,
	})
	return s
}

// tone is that of where the mail stands.
func tone(m wire.MailItem) theme.Tone {
	switch m.State {
	case app.MailSent:
		return theme.Success
	case app.MailGivenUp:
		return theme.Danger
	case app.MailFailed:
		return theme.Warning
	}
	return theme.Quiet
}

// when is when the mail was sent or given up, or will be tried again.
func (s *Screen) when(m wire.MailItem) string {
	switch {
	case m.Ended != nil:
		return s.l.Moment(*m.Ended)
	case m.Next != nil:
		return s.t("mails.next", "at", s.l.Moment(*m.Next))
	}
	return ""
}

// why tells why the last attempt failed; "" where none did.
func (s *Screen) why(m wire.MailItem) string {
	if m.Code == "" {
		return ""
	}
	return s.l.Refusal(m.Code, map[string]string{"said": m.Said}).String()
}

// detail is a mail beside the list, with its text as it is sent.
func (s *Screen) detail(row wire.MailItem, st list.State[flow.Filter, wire.MailItem, wire.MailDetail]) listing.Detail {
	m := row
	if st.DetailReady {
		m = st.Detail.MailItem
	}
	d := listing.Detail{Title: m.Name, Status: s.t("mail.state." + string(m.State)), Tone: tone(m)}
	if why := s.why(m); why != "" {
		tone := theme.Warning
		if m.State == app.MailGivenUp {
			tone = theme.Danger
		}
		d.Body = append(d.Body, widget.NewNotice(widget.NoticeParts{Tone: tone, Text: why}))
	}
	if flow.Stuck(m.State) {
		again := widget.NewPrimary(s.t("mails.retry"), theme.IconSend, func() { s.retry(m.ID) })
		again.SetBusy(s.busy)
		d.Body = append(d.Body, widget.HBox(0, again, widget.Spacer()))
	}
	fields := []widget.Field{
		{Label: s.t("mails.day"), Value: s.l.Day(m.Day)},
		{Label: s.t("mails.address"), Value: m.Address},
		{Label: s.t("mails.role"), Value: s.t("role." + string(m.Role))},
		{Label: s.t("mails.requests"), Value: s.l.Number(m.Requests)},
		{Label: s.t("mails.planned"), Value: s.l.Moment(m.Planned)},
		{Label: s.t("mails.attempts"), Value: s.l.Number(m.Attempts)},
	}
	switch {
	case m.State == app.MailSent && m.Ended != nil:
		fields = append(fields, widget.Field{Label: s.t("mails.sent"), Value: s.l.Moment(*m.Ended)})
	case m.Ended != nil:
		fields = append(fields, widget.Field{Label: s.t("mails.given_up"), Value: s.l.Moment(*m.Ended)})
	case m.Next != nil:
		fields = append(fields, widget.Field{Label: s.t("mails.attempt"), Value: s.l.Moment(*m.Next)})
	}
	if m.State == app.MailSent && m.Said != "" {
		fields = append(fields, widget.Field{Label: s.t("mails.said"), Value: m.Said})
	}
	all := widget.NewFields(m.Name, widget.FieldGroup{Fields: fields})
	all.OnCopy = func(f widget.Field) { s.Host.Toast(s.t("shell.copied", "what", f.Label)) }
	d.Body = append(d.Body, all)
	if st.DetailReady {
		text := widget.NewText(st.Detail.Text)
		subject := widget.NewText(st.Detail.Subject)
		subject.Bold = true
		d.Body = append(d.Body, subject, widget.PanelIn(theme.Space12, text))
	}
	return d
}

// retry has the mail sent again.
func (s *Screen) retry(id app.ID) {
	if s.busy {
		return
	}
	s.busy = true
	s.Renew()
	s.Go(func() {
		err := s.Flow.Retry(s.Context, id)
		s.Do(func() {
			s.busy = false
			s.Renew()
			if err != nil {
				s.Host.Fail(err)
				return
			}
			s.Host.Toast(s.t("mails.retried"))
		})
	})
}

// try sends a mail to who is signed in, and tells what the mail server said.
func (s *Screen) try() {
	if s.test.Busy() {
		return
	}
	s.test.SetBusy(true)
	s.Go(func() {
		address, _, err := s.Flow.Test(s.Context)
		s.Do(func() {
			s.test.SetBusy(false)
			if err != nil {
				s.Host.Fail(err)
				return
			}
			s.Host.Toast(s.t("mails.test.done", "address", address))
		})
	})
}
