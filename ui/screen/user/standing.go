package user

import (
	"strings"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/ui/screen/monitor"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// The parts of a user's detail.
const (
	tabProfile = "profile"
	tabAccess  = "access"
	tabHistory = "history"
)

// tabs parts the detail of a user: what he may do, how his account stands, what
// was done to him.
func (s *Screen) tabs(u app.User, profile ...fyne.CanvasObject) []fyne.CanvasObject {
	s.account.Of(u.ID)
	s.room = widget.VBox(theme.Space12)
	s.of, s.profile = u, profile
	strip := widget.NewTabStrip(
		s.t("user.tabs"),
		widget.Tab{ID: tabProfile, Text: s.t("user.tab.profile")},
		widget.Tab{ID: tabAccess, Text: s.t("user.tab.access")},
		widget.Tab{ID: tabHistory, Text: s.t("user.tab.history")},
	)
	if s.tab != "" {
		strip.Select(s.tab)
	}
	strip.OnSelected = func(id string) {
		s.tab = id
		s.enter()
	}
	s.enter()
	return []fyne.CanvasObject{strip, s.room}
}

// enter shows the chosen part, and reads what it needs: the session anew every
// time, since it comes and goes; the acts once, and after a change.
func (s *Screen) enter() {
	switch st := s.account.State(); {
	case s.tab == tabAccess && !st.AccessReading:
		s.account.ReadAccess()
	case s.tab == tabHistory && !st.ActsReading && (!st.ActsReady || s.of.Version != s.acted):
		s.acted = s.of.Version
		s.account.ReadActs()
	}
	s.stand()
}

// stale has the acts read again: there are others by now.
func (s *Screen) stale() {
	s.account.Stale()
	if s.room != nil {
		s.enter()
	}
}

// stand draws the chosen part.
func (s *Screen) stand() {
	if s.room == nil || s.account.State().User != s.of.ID {
		return
	}
	switch s.tab {
	case tabAccess:
		s.room.Objects = s.access()
	case tabHistory:
		s.room.Objects = s.acts()
	default:
		s.room.Objects = s.profile
	}
	s.room.Refresh()
	s.Page.Object().Refresh() // the pane grows with it
}

// failed says why a part could not be had.
func (s *Screen) failed(err error, again func()) fyne.CanvasObject {
	e := s.Say(err)
	return widget.NewNotice(widget.NoticeParts{Tone: theme.Warning, Title: e.What, Text: strings.TrimSpace(e.Means + " " + e.Who), Action: s.t("list.again"), OnAction: again})
}

// access is the live session and what locks the account.
func (s *Screen) access() []fyne.CanvasObject {
	st := s.account.State()
	var out []fyne.CanvasObject
	if st.AccessErr != nil {
		out = append(out, s.failed(st.AccessErr, s.account.ReadAccess))
	}
	if !st.AccessReady {
		if st.AccessErr == nil {
			out = append(out, widget.NewStatePane(widget.Loading(s.t("list.loading"))))
		}
		return out
	}
	orDash := func(text string) string {
		if text == "" {
			return s.t("monitor.workstation.unknown")
		}
		return text
	}
	if x := st.Access.Session; x != nil {
		end := widget.NewButtonWith(widget.ButtonDanger, s.t("user.session.end"), "", s.endSession)
		end.SetBusy(st.AccessReading)
		if x.Started != nil && x.Expires != nil {
			out = append(out, widget.NewFields(s.t("user.session"), widget.FieldGroup{Heading: s.t("user.session.live"), Fields: []widget.Field{
				{Label: s.t("user.session.since"), Value: s.l.Moment(*x.Started)},
				{Label: s.t("user.session.workstation"), Value: orDash(x.WorkstationName)},
				{Label: s.t("user.session.address"), Value: x.Address},
				{Label: s.t("user.session.until"), Value: s.l.Moment(*x.Expires)},
			}}))
		} else { // since when and from where is read by those who monitor accesses
			out = append(out, widget.NewText(s.t("user.session.live")))
		}
		out = append(out, widget.Flow(theme.Space8, end))
	} else {
		out = append(out, widget.NewText(s.t("user.session.none")))
	}
	for _, k := range st.Access.Locks {
		until := widget.Field{Label: s.t("user.lock.until"), Value: s.l.Moment(k.Until)}
		fields := []widget.Field{until}
		if k.Since != nil {
			fields = []widget.Field{
				{Label: s.t("user.lock.since"), Value: s.l.Moment(*k.Since)},
				until,
				{Label: s.t("user.lock.refused"), Value: s.l.Number(k.Refused)},
				{Label: s.t("user.session.workstation"), Value: orDash(k.WorkstationName)},
			}
		}
		out = append(out, widget.NewFields(s.t("user.lock"), widget.FieldGroup{Heading: s.t("user.lock"), Fields: fields}))
	}
	if len(st.Access.Locks) > 0 {
		unlock := widget.NewButton(s.t("user.unlock"), s.account.Unlock)
		unlock.SetBusy(st.AccessReading)
		out = append(out, widget.Flow(theme.Space8, unlock))
	} else {
		out = append(out, widget.NewText(s.t("user.lock.none")))
	}
	if x := st.Access.SecretExpires; x != nil {
		out = append(out, widget.NewText(s.t("user.secret.pending", "when", s.l.Moment(*x))))
	}
	return out
}

func (s *Screen) endSession() {
	u := s.of
	widget.Confirm(s.Host.Window().Canvas(), widget.Confirmation{
		Title: s.t("user.session.end.title", "name", u.FullName()), Message: s.t("user.session.end.text"),
		Verb: s.t("user.session.end"), Cancel: s.t("shell.cancel"), Danger: true,
		OnConfirm: func(string) {
			if s.account.State().User == u.ID {
				s.account.EndSession()
			}
		},
	})
}

// acts is what was done to the user, newest first.
func (s *Screen) acts() []fyne.CanvasObject {
	st := s.account.State()
	var out []fyne.CanvasObject
	for i, item := range st.Acts {
		if i > 0 {
			out = append(out, widget.NewRule())
		}
		out = append(out, monitor.Act(s.Host, st.Names, item))
	}
	switch {
	case st.ActsErr != nil:
		again := s.account.MoreActs
		if !st.ActsReady {
			again = s.account.ReadActs
		}
		out = append(out, s.failed(st.ActsErr, again))
	case st.ActsReading:
		out = append(out, widget.NewStatePane(widget.Loading(s.t("list.loading"))))
	case st.More:
		out = append(out, widget.Flow(theme.Space8, widget.NewButton(s.t("user.history.more"), s.account.MoreActs)))
	case st.ActsReady && len(st.Acts) == 0:
		out = append(out, widget.NewText(s.t("user.history.none")))
	}
	return out
}
