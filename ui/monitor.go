package ui

import (
	"context"
	"io"

	"indagor/app"
	"indagor/sync/desk"
	"indagor/sync/wire"
	monitorflow "indagor/ui/flow/monitor"
	"indagor/ui/screen"
	"indagor/ui/screen/monitor"
)

// monitors makes the page of one of the monitors.
func monitors(kind monitorflow.Kind) func(*Shell, *work) screen.Screen {
	return func(s *Shell, w *work) screen.Screen {
		return monitor.New(s, monitorflow.New(monitorflow.Config{
			Kind: kind, Desk: w.desk, Context: w.ctx, Now: s.o.Now, After: s.o.After, Go: s.o.Go, Reference: s.reference, Away: s.away, Lost: s.tellLost,
		}))
	}
}

func (l *line) Activity(ctx context.Context, in wire.MonitorInput) (wire.List[wire.ActivityItem], error) {
	out, err := call(ctx, l, wire.ListActivity, &in)
	if err != nil {
		return wire.List[wire.ActivityItem]{}, err
	}
	return out.Body, nil
}

func (l *line) Accesses(ctx context.Context, in wire.MonitorInput) (wire.List[wire.AccessItem], error) {
	out, err := call(ctx, l, wire.ListAccesses, &in)
	if err != nil {
		return wire.List[wire.AccessItem]{}, err
	}
	return out.Body, nil
}

func (l *line) History(ctx context.Context, in wire.MonitorInput) (wire.List[wire.HistoryItem], error) {
	out, err := call(ctx, l, wire.ListHistory, &in)
	if err != nil {
		return wire.List[wire.HistoryItem]{}, err
	}
	return out.Body, nil
}

// Export writes a monitor as a file.
func (l *line) Export(ctx context.Context, kind monitorflow.Kind, in wire.MonitorExportInput, to io.Writer, received func(int64)) (string, error) {
	e := wire.ExportActivity
	switch kind {
	case monitorflow.Accesses:
		e = wire.ExportAccesses
	case monitorflow.History:
		e = wire.ExportHistory
	}
	return desk.Download(ctx, l.Desk, e, &in, to, received)
}

// mostNames is how many pages of a list are read for the names in it: beyond
// 5 000 things a name less is better than a page that waits.
const mostNames = 10

// named puts the names of a list into the map; a list that cannot be had
// leaves its things without names.
func named[T any](into map[app.ID]string, list func(page wire.Page) (wire.List[T], error), name func(T) (app.ID, string)) {
	page := wire.Page{Limit: 500}
	for range mostNames {
		got, err := list(page)
		if err != nil {
			return
		}
		for _, x := range got.Items {
			id, text := name(x)
			into[id] = text
		}
		if page.Cursor = got.Next; page.Cursor == "" {
			return
		}
	}
}

// Names are the names of all that an administrator administers.
func (l *line) Names(ctx context.Context) map[app.ID]string {
	names := map[app.ID]string{}
	named(names, func(page wire.Page) (wire.List[app.Workstation], error) {
		return l.Workstations(ctx, wire.WorkstationsInput{Page: page})
	}, func(w app.Workstation) (app.ID, string) { return w.ID, w.Name })
	named(names, func(page wire.Page) (wire.List[app.User], error) {
		out, err := call(ctx, l, wire.ListUsers, &wire.UsersInput{Page: page})
		if err != nil {
			return wire.List[app.User]{}, err
		}
		return out.Body, nil
	}, func(u app.User) (app.ID, string) { return u.ID, u.FullName() })
	named(names, func(wire.Page) (wire.List[app.Department], error) {
		list, err := l.Departments(ctx)
		return wire.List[app.Department]{Items: list}, err
	}, func(d app.Department) (app.ID, string) { return d.ID, d.Name })
	named(names, func(wire.Page) (wire.List[app.Purpose], error) {
		out, err := call(ctx, l, wire.ListPurposes, nil)
		if err != nil {
			return wire.List[app.Purpose]{}, err
		}
		return wire.List[app.Purpose]{Items: out.Body.Items}, nil
	}, func(p app.Purpose) (app.ID, string) { return p.ID, p.Name })
	named(names, func(wire.Page) (wire.List[app.Consortium], error) {
		out, err := call(ctx, l, wire.ListConsortia, nil)
		if err != nil {
			return wire.List[app.Consortium]{}, err
		}
		return wire.List[app.Consortium]{Items: out.Body.Items}, nil
	}, func(g app.Consortium) (app.ID, string) { return g.ID, g.Name })
	return names
}
