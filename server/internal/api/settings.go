package api

import (
	"context"

	"indagor/app"
	"indagor/sync/wire"
)

// Settings is what TOP decides.
type Settings interface {
	Current() app.Settings
	Save(ctx context.Context, caller app.Caller, next app.Settings) (app.Settings, error)
}

func (a *API) registerSettings() {
	register(a, wire.GetSettings, func(context.Context, *wire.None) (*wire.SettingsOutput, error) {
		return a.settings(a.Settings.Current()), nil
	})
	register(a, wire.SaveSettings, func(ctx context.Context, in *wire.SaveSettingsInput) (*wire.SettingsOutput, error) {
		s, err := a.Settings.Save(ctx, callerOf(ctx), in.Body)
		if err != nil {
			return nil, err
		}
		return a.settings(s), nil
	})
}

func (a *API) settings(s app.Settings) *wire.SettingsOutput {
	return &wire.SettingsOutput{Body: wire.SettingsView{Settings: s.Clone(), Server: a.config.Facts()}}
}
