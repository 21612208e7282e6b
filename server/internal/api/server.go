package api

import (
	"context"

	"indagor/app"
	"indagor/sync/wire"
)

func (a *API) registerServer() {
	register(a, wire.GetServer, func(context.Context, *wire.None) (*wire.ServerOutput, error) {
		return &wire.ServerOutput{Body: a.config.Info()}, nil
	})
	register(a, wire.GetStatus, func(context.Context, *wire.None) (*wire.StatusOutput, error) {
		state, since := a.Register.State()
		return &wire.StatusOutput{Body: wire.RegisterStatus{ANPR: state, Since: since, Now: a.now()}}, nil
	})
	register(a, wire.ListTables, func(context.Context, *wire.None) (*wire.TablesOutput, error) {
		return &wire.TablesOutput{Body: wire.List[wire.TableInfo]{Items: a.Tables.List()}}, nil
	})
	register(a, wire.GetTable, func(_ context.Context, in *wire.TableInput) (*wire.TableOutput, error) {
		b, ok := a.Tables.Table(in.Name)
		if !ok {
			return nil, app.E(app.CodeNotFound)
		}
		return &wire.TableOutput{ContentType: "text/tab-separated-values; charset=utf-8", Body: b}, nil
	})
	register(a, wire.CheckPermission, func(ctx context.Context, in *wire.CheckInput) (*wire.CheckOutput, error) {
		if _, ok := in.Body.Permission.Row(); !ok {
			return nil, app.E(app.CodeInvalid).At("permission")
		}
		may, reach, err := a.Directory.May(ctx, callerOf(ctx), in.Body.Permission, in.Body.User)
		if err != nil {
			return nil, err
		}
		out := &wire.CheckOutput{}
		out.Body.Allowed, out.Body.Reach = may, reach.String()
		return out, nil
	})
}
