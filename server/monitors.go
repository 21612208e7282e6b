package server

import (
	"context"
	"iter"

	"indagor/app"
	"indagor/app/language"
	"indagor/server/internal/render/sheet"
)

// names are those of what the rows of a monitor speak of.
type names interface {
	Departments(ctx context.Context) ([]app.Department, error)
	Workstation(ctx context.Context, id app.ID) (app.Workstation, error)
}

// column is one column of a monitor as a table.
type column struct {
	title string
	width float64
	value func(app.Event) any
}

// Monitor makes a file of the rows of the monitor that is under the
// permission.
func (d *documents) Monitor(ctx context.Context, lang, format string, p app.Permission, rows iter.Seq2[app.Event, error]) (app.File, error) {
	l := d.speak(lang)
	departments, err := d.names.Departments(ctx)
	if err != nil {
		return app.File{}, err
	}
	named := map[app.ID]string{}
	for _, x := range departments {
		named[x.ID] = x.Name
	}
	place := map[app.Permission]string{app.PermMonitorActivity: "activity", app.PermMonitorAccess: "accesses", app.PermHistory: "history"}[p]
	kind := sheet.Format(format)
	name := l.T("monitor.export."+place) + "-" + string(app.DayOf(d.now().In(d.zone))) + "." + format
	workstation := func(id app.ID) string {
		text, ok := named[id]
		if !ok && id != "" {
			if x, err := d.names.Workstation(ctx, id); err == nil {
				text = x.Name
			}
			named[id] = text
		}
		return text
	}
	all := monitorColumns(l, place, func(id app.ID) string { return named[id] }, workstation)
	columns := make([]sheet.Column, len(all))
	for i, c := range all {
		columns[i] = sheet.Column{Title: c.title, Width: c.width}
	}
	return d.sheet(name, kind, sheet.Options{Name: l.T("place." + place)}, columns, func(yield func([]any, error) bool) {
		for e, err := range rows {
			if err != nil {
				yield(nil, err)
				return
			}
			values := make([]any, len(all))
			for i, c := range all {
				values[i] = c.value(e)
			}
			if !yield(values, nil) {
				return
			}
		}
	}), nil
}

// monitorColumns are the columns of a monitor; department and workstation give
// names.
func monitorColumns(l *language.Language, place string, department, workstation func(app.ID) string) []column {
	word := func(prefix, key string) string {
		if key == "" || !l.Has(prefix+key) {
			return key
		}
		return l.T(prefix + key)
	}
	reason := func(c app.Code) string {
		if c == "" || !l.Has("error."+string(c)) {
			return string(c)
		}
		return l.Error(app.E(c)).What
	}
	of := func(id string, width float64, value func(app.Event) any) column {
		return column{l.T("monitor.column." + id), width, value}
	}
	at := of("at", 20, func(e app.Event) any { return e.At })
	user := of("user", 24, func(e app.Event) any { return e.Actor.Username })
	role := of("role", 14, func(e app.Event) any { return word("role.", string(e.Actor.Role)) })
	dept := of("department", 28, func(e app.Event) any { return department(e.Actor.Department) })
	what := of("what", 28, func(e app.Event) any { return word("event.", string(e.Kind)) })
	station := of("workstation", 20, func(e app.Event) any { return workstation(e.Workstation) })
	address := of("address", 16, func(e app.Event) any { return e.Address })
	code := of("reason", 40, func(e app.Event) any { return reason(e.Code) })
	switch place {
	case "accesses":
		return []column{at, user, role, dept, what, station, address, code}
	case "history":
		return []column{at, user, role, dept, what, of("target", 28, func(e app.Event) any { return e.TargetName }), of("reason", 30, func(e app.Event) any { return word("permission.", e.Reason) }), station, address}
	}
	return []column{
		at, user, dept, what,
		of("service", 22, func(e app.Event) any { return word("service.", string(e.Service)) }),
		of("type", 22, func(e app.Event) any { return word("visura.type.", string(e.Type)) }),
		of("types", 44, func(e app.Event) any { return l.Types(e.Types) }),
		of("outcome", 22, func(e app.Event) any { return word("outcome.", string(e.Outcome)) }),
		of("asked", 14, func(e app.Event) any {
			if end, ok := e.ListEnd(); ok {
				return end.Asked
			}
			return nil
		}),
		of("outcomes", 44, func(e app.Event) any {
			end, _ := e.ListEnd()
			return l.Outcomes(end.Outcomes)
		}),
		code,
		of("purpose", 30, func(e app.Event) any { return e.PurposeName }),
		of("file", 24, func(e app.Event) any { return e.File }),
		of("operation", 18, func(e app.Event) any { return e.Operation }),
		station, address,
	}
}
