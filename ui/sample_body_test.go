package ui

import (
	"context"
	"fmt"
	"time"

	"indagor/app"
	"indagor/sync/wire"
)

// What the sample's body consists of, what its board says and its mails.

// withBody fills what the fakes of those pages hold.
func (s *sample) withBody() {
	day := func(n int) time.Time { return sampleNow.AddDate(0, 0, n) }
	for i, n := range []struct {
		title, text string
		high, read  bool
	}{
		{"ANPR non disponibile sabato 28 novembre", "Dalle 8 alle 14 di sabato le consultazioni non saranno possibili.\n\nLe richieste in attesa di convalida restano in coda.", true, false},
		{"Nuova finalità per l'istruttoria dei contributi", "Dal 1° dicembre gli uffici dei Servizi sociali possono indicare la finalità «Istruttoria di contributi».", false, false},
		{"Consegna delle nuove postazioni", "Le postazioni dell'ufficio TARI saranno sostituite nella settimana dal 14 dicembre.", false, true},
		{"Riferimento della pratica", "Indicare sempre il numero di protocollo completo dell'anno.", false, true},
	} {
		priority := app.PriorityNormal
		if n.high {
			priority = app.PriorityHigh
		}
		notice := wire.Notice{ID: app.ID(fmt.Sprintf("n%d", i)), Author: "Maria Rossi", Priority: priority, Title: n.title, Text: n.text, Published: day(-2 * i), Expires: day(20)}
		if n.read {
			at := day(-i)
			notice.Read = &at
		}
		s.notices = append(s.notices, notice)
		s.posted = append(s.posted, wire.SentNotice{
			Notice: app.Notice{
				ID: notice.ID, Author: "u", AuthorName: "Maria Rossi", Audience: app.Audience{{Department: s.departments[i].ID}}, Priority: priority,
				Title: n.title, Text: n.text, Published: notice.Published, Expires: notice.Expires,
			},
			Recipients: 12 + 9*i, Readers: 4 + 11*i,
		})
	}
	for i, u := range s.users[:4] {
		s.admins = append(s.admins, wire.AdminLoad{ID: u.ID, Username: u.Username, Name: u.Name, Surname: u.Surname, Department: u.Department, Enabled: i != 3, Operators: 9 - 2*i})
	}
}

func (s *sample) DepartmentSummaries(context.Context) ([]app.DepartmentSummary, error) {
	var out []app.DepartmentSummary
	for i, d := range s.departments {
		d.Offices = sampleOffices[d.ID]
		out = append(out, app.DepartmentSummary{Department: d, DepartmentCounts: app.DepartmentCounts{Admins: 1 + i%2, Operators: 14 - 3*i, Workstations: 11 - 2*i, Purposes: 2 + i%3}})
	}
	return out, nil
}

func (s *sample) Department(_ context.Context, id app.ID) (app.DepartmentDetail, error) {
	all, _ := s.DepartmentSummaries(context.Background())
	for i, d := range all {
		if d.ID != id {
			continue
		}
		out := app.DepartmentDetail{Department: d.Department, DepartmentCounts: d.DepartmentCounts}
		u := s.users[i]
		out.Heads = []app.Holder{{ID: u.ID, Name: u.FullName(), Username: u.Username, Role: app.RoleAdmin, Department: id, Enabled: true}}
		for k, name := range d.Offices {
			out.OfficeUses = append(out.OfficeUses, app.OfficeUse{Name: name, Users: 6 - 2*k, Workstations: 4 - k})
		}
		for _, p := range []string{"Accertamento tributario", "Notificazione atti"} {
			out.PurposeUses = append(out.PurposeUses, app.PurposeUse{Purpose: app.Purpose{ID: app.ID(p), Department: id, Name: p, LegalBasis: "D.Lgs. 504/1992"}, Users: 7})
		}
		return out, nil
	}
	return app.DepartmentDetail{}, app.E(app.CodeNotFound)
}

var sampleGroups = []app.Consortium{
	{ID: "g1", Name: "Unione dei Comuni della Valle", Comuni: []string{"037006", "037008", "037060"}},
	{ID: "g2", Name: "Ambito sociale di pianura", Comuni: []string{"037006", "037020"}},
}

func (s *sample) ConsortiumSummaries(context.Context) ([]app.ConsortiumSummary, error) {
	return []app.ConsortiumSummary{{Consortium: sampleGroups[0], Users: 5}, {Consortium: sampleGroups[1], Users: 2}}, nil
}

func (s *sample) Consortium(_ context.Context, id app.ID) (app.ConsortiumDetail, error) {
	for _, g := range sampleGroups {
		if g.ID == id {
			u := s.users[4]
			return app.ConsortiumDetail{Consortium: g, Users: []app.Holder{{ID: u.ID, Name: u.FullName(), Username: u.Username, Role: u.Role, Department: u.Department, Enabled: true}}}, nil
		}
	}
	return app.ConsortiumDetail{}, app.E(app.CodeNotFound)
}

func (s *sample) mails() []wire.MailItem {
	var out []wire.MailItem
	for i := range 24 {
		u := s.users[i%2]
		at := sampleNow.AddDate(0, 0, -i/2)
		m := wire.MailItem{
			ID: app.ID(fmt.Sprintf("m%02d", i)), Day: app.DayOf(at.AddDate(0, 0, -1)), User: u.ID, Name: u.FullName(), Address: u.Email, Role: app.RoleAdmin,
			State: app.MailSent, Attempts: 1, Planned: at.Add(-3 * time.Hour), Requests: 40 + 7*i%90,
		}
		ended := m.Planned.Add(2 * time.Second)
		m.Ended = &ended
		if i == 1 {
			next := sampleNow.Add(20 * time.Minute)
			m.State, m.Attempts, m.Ended, m.Next, m.Code, m.Said = app.MailFailed, 3, nil, &next, app.CodeInternal, "451 4.7.1 greylisted, try again later"
		}
		out = append(out, m)
	}
	return out
}

func (s *sample) Mails(_ context.Context, in wire.MailsInput) (wire.List[wire.MailItem], error) {
	return page(s.mails(), in.Limit, in.Cursor), nil
}

func (s *sample) Mail(_ context.Context, id app.ID) (wire.MailDetail, error) {
	for _, m := range s.mails() {
		if m.ID == id {
			return wire.MailDetail{
				MailItem: m, Subject: "INDAGOR, Comune di Esempio: 40 richieste il 22/11/2026",
				Text: "Comune di Esempio\n\nIeri gli operatori della direzione hanno fatto 40 richieste: 31 con dati trovati, 6 senza, 3 non riuscite.",
			}, nil
		}
	}
	return wire.MailDetail{}, app.E(app.CodeNotFound)
}
