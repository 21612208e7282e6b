package settings

import (
	"strconv"

	"fyne.io/fyne/v2"

	"indagor/sync/wire"
	flow "indagor/ui/flow/settings"
	"indagor/ui/screen"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// fillServer shows what the configuration file says.
func (s *Screen) fillServer(st flow.State) {
	x := st.Server
	services := make([]widget.Field, 0, len(x.EServices))
	for _, e := range x.EServices {
		limit := s.t("settings.server.unknown")
		if e.Limit > 0 {
			limit = s.l.Number(e.Limit)
		}
		services = append(services, widget.Field{Label: e.Code, Value: limit})
	}
	fields := widget.NewFields(s.t("settings.group.server"),
		widget.FieldGroup{Fields: []widget.Field{
			{Label: s.t("settings.server.version"), Value: x.Version},
			{Label: s.t("settings.server.started"), Value: s.l.Moment(x.Started)},
			{Label: s.t("settings.server.database"), Value: s.t("settings.server.database." + x.Database)},
			{Label: s.t("settings.server.zone"), Value: x.Zone},
		}},
		widget.FieldGroup{Heading: s.t("settings.server.log"), Fields: []widget.Field{
			{Label: s.t("settings.server.origin"), Value: x.LogOrigin},
			{Label: s.t("settings.server.key"), Value: x.LogKey, Monospace: true},
			{Label: s.t("settings.server.custodians"), Value: strconv.Itoa(x.Custodians)},
		}},
		widget.FieldGroup{Heading: s.t("settings.server.eservices"), Fields: services})
	fields.OnCopy = s.copied
	s.server.Objects = []fyne.CanvasObject{fields}
	s.server.Refresh()
}

func (s *Screen) copied(f widget.Field) { s.host.Toast(s.t("shell.copied", "what", f.Label)) }

// fillMail shows by which server mail goes, how it stands, and tries it.
func (s *Screen) fillMail(st flow.State) {
	m := st.Server.Mail
	if m.Server == "" {
		s.mail.Objects = []fyne.CanvasObject{widget.NewNotice(widget.NoticeParts{
			Tone: theme.Warning, Title: s.t("settings.mail.none"), Text: s.t("error.mail_not_configured.who"),
		})}
		s.mail.Refresh()
		return
	}
	signIn := s.t("monitor.no")
	if m.SignIn {
		signIn = s.t("monitor.yes")
	}
	fields := widget.NewFields(s.t("settings.mail"), widget.FieldGroup{Heading: s.t("settings.mail"), Fields: []widget.Field{
		{Label: s.t("settings.mail.server"), Value: m.Server},
		{Label: s.t("settings.mail.tls"), Value: s.t("settings.mail.tls." + m.TLS)},
		{Label: s.t("settings.mail.sign_in"), Value: signIn},
		{Label: s.t("settings.mail.from"), Value: m.From},
		{Label: s.t("settings.mail.last"), Value: s.l.Day(st.Mail.LastDay)},
		{Label: s.t("settings.mail.waiting"), Value: s.l.Number(st.Mail.Waiting)},
	}})
	fields.OnCopy = s.copied
	test := widget.NewButtonWith(widget.ButtonSecondary, s.t("mails.test"), theme.IconSend, s.flow.Test)
	test.SetBusy(st.Testing)
	parts := []fyne.CanvasObject{fields, widget.Flow(theme.Space8, test,
		widget.NewButtonWith(widget.ButtonQuiet, s.t("settings.mail.open"), theme.IconMail, func() { s.host.Go(screen.Mails, nil) }))}
	if n := s.late(st.Mail); n != nil {
		parts = append([]fyne.CanvasObject{n}, parts...)
	}
	if x := st.Tested; x != nil {
		parts = append(parts, s.tested(x))
	}
	s.mail.Objects = parts
	s.mail.Refresh()
}

// late tells that mail does not arrive; nil where it does.
func (s *Screen) late(h wire.MailHealth) fyne.CanvasObject {
	if h.Late == 0 {
		return nil
	}
	text := ""
	if h.Code != "" {
		text = s.l.Refusal(h.Code, map[string]string{"said": h.Said}).String()
	}
	return widget.NewNotice(widget.NoticeParts{Tone: theme.Danger, Title: s.l.N("mails.late", h.Late), Text: text})
}

// tested tells how trying the mail server went.
func (s *Screen) tested(x *flow.Tested) fyne.CanvasObject {
	if x.Err != nil {
		e := s.l.Error(x.Err)
		return widget.NewNotice(widget.NoticeParts{Tone: theme.Danger, Title: e.What, Text: e.Means + " " + e.Who})
	}
	return widget.NewNotice(widget.NoticeParts{
		Tone: theme.Success, Title: s.t("mails.test.done", "address", x.Address), Text: s.t("mails.test.said", "said", x.Said),
	})
}
