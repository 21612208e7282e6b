package server

import (
	"iter"
	"strings"

	"indagor/app"
	"indagor/server/internal/render/sheet"
)

// Workstations is the register of workstations as a table, with its titles in
// the language.
func (d *documents) Workstations(lang, format string, departments map[app.ID]string, rows iter.Seq2[app.Workstation, error]) app.File {
	l := d.speak(lang)
	keys := []string{
		"workstation.name", "workstation.state", "workstation.alarm", "workstation.department", "workstation.office", "workstation.responsible",
		"workstation.os", "workstation.version", "workstation.users", "workstation.first", "workstation.seen", "workstation.expires",
	}
	columns := make([]sheet.Column, len(keys))
	for i, key := range keys {
		columns[i] = sheet.Column{Title: l.T(key), Width: 20}
	}
	values := func(yield func([]any, error) bool) {
		for w, err := range rows {
			if err != nil {
				yield(nil, err)
				return
			}
			var alarm string
			if w.Alarm != app.AlarmNone {
				alarm = l.T("workstation.alarm." + string(w.Alarm))
			}
			var users []string
			for _, k := range w.Keys {
				users = append(users, k.OSUser)
			}
			var expires any
			if w.Expires != nil {
				expires = *w.Expires
			}
			if !yield([]any{
				w.Name, l.T("workstation.state." + string(w.State)), alarm, departments[w.Department], w.Office, w.Responsible,
				w.OS, w.AppVersion, strings.Join(users, ", "), w.FirstSeen, w.LastSeen, expires,
			}, nil) {
				return
			}
		}
	}
	name := l.T("workstations.export.name") + "-" + string(app.DayOf(d.now().In(d.zone))) + "." + format
	return d.sheet(name, sheet.Format(format), sheet.Options{Name: l.T("place.workstations")}, columns, values)
}
