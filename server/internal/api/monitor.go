package api

import (
	"context"

	"indagor/app"
	"indagor/sync/wire"
)

func (a *API) registerMonitors() {
	register(a, wire.ListActivity, func(ctx context.Context, in *wire.MonitorInput) (*wire.ActivityOutput, error) {
		f, err := a.monitorFilter(in.Page, in.MonitorFilter)
		if err != nil {
			return nil, err
		}
		es, next, err := a.Monitor.Activity(ctx, callerOf(ctx), f)
		items := make([]wire.ActivityItem, len(es))
		for i, e := range es {
			end, _ := e.ListEnd()
			items[i] = wire.ActivityItem{
				ID: e.ID, At: e.At, Kind: e.Kind, User: e.Actor.User, Username: e.Actor.Username, Department: e.Actor.Department,
				Asked: end.Asked, Outcomes: end.Outcomes,
				Workstation: e.Workstation, Address: e.Address, Service: e.Service, Type: e.Type, Types: e.Types, PurposeName: e.PurposeName, File: e.File, Outcome: e.Outcome, Code: e.Code, Operation: e.Operation,
			}
		}
		return &wire.ActivityOutput{Body: wire.List[wire.ActivityItem]{Items: items, Next: next}}, err
	})
	register(a, wire.ListAccesses, func(ctx context.Context, in *wire.MonitorInput) (*wire.AccessOutput, error) {
		f, err := a.monitorFilter(in.Page, in.MonitorFilter)
		if err != nil {
			return nil, err
		}
		es, next, err := a.Monitor.Accesses(ctx, callerOf(ctx), f)
		items := make([]wire.AccessItem, len(es))
		for i, e := range es {
			items[i] = wire.AccessItem{
				ID: e.ID, At: e.At, Kind: e.Kind, User: e.Actor.User, Username: e.Actor.Username, Role: e.Actor.Role,
				Workstation: e.Workstation, Address: e.Address, Code: e.Code,
			}
		}
		return &wire.AccessOutput{Body: wire.List[wire.AccessItem]{Items: items, Next: next}}, err
	})
	register(a, wire.ListHistory, func(ctx context.Context, in *wire.MonitorInput) (*wire.HistoryOutput, error) {
		f, err := a.monitorFilter(in.Page, in.MonitorFilter)
		if err != nil {
			return nil, err
		}
		es, next, err := a.Monitor.History(ctx, callerOf(ctx), f)
		return &wire.HistoryOutput{Body: wire.List[wire.HistoryItem]{Items: historyItems(es), Next: next}}, err
	})
}

func historyItems(es []app.Event) []wire.HistoryItem {
	items := make([]wire.HistoryItem, len(es))
	for i, e := range es {
		items[i] = wire.HistoryItem{
			ID: e.ID, At: e.At, Kind: e.Kind, User: e.Actor.User, Username: e.Actor.Username, Target: e.Target, TargetName: e.TargetName,
			Reason: e.Reason, Before: e.Before, After: e.After,
		}
	}
	return items
}

func (a *API) monitorFilter(page wire.Page, in wire.MonitorFilter) (app.MonitorFilter, error) {
	f := app.MonitorFilter{
		User: in.User, Department: in.Department, Workstation: in.Workstation, Kind: in.Kind, Service: in.Service, Type: in.Type,
		Outcome: in.Outcome, Code: in.Code, Search: page.Search, Limit: page.Limit, Cursor: page.Cursor,
	}
	var err error
	f.From, f.Until, err = app.Between(in.From, in.To, a.config.Zone)
	return f, err
}

// registerMonitorExports puts the monitors as files on HTTP.
func (a *API) registerMonitorExports() {
	for _, e := range []wire.Endpoint[wire.MonitorExportInput, wire.Download]{wire.ExportActivity, wire.ExportAccesses, wire.ExportHistory} {
		registerDownload(a, e, func(ctx context.Context, in *wire.MonitorExportInput) (app.File, error) {
			f, err := a.monitorFilter(wire.Page{Search: in.Search}, in.MonitorFilter)
			if err != nil {
				return app.File{}, err
			}
			rows, err := a.Monitor.Export(ctx, callerOf(ctx), e.Permission, f)
			if err != nil {
				return app.File{}, err
			}
			return a.Documents.Monitor(ctx, in.Language, in.Format, e.Permission, rows)
		})
	}
}
