package store

import (
	"context"
	"encoding/json"

	"indagor/app"
)

// settingsName is the row of the table of settings that holds app.Settings.
const settingsName = "settings"

// Settings returns what TOP decided; what he never did is as in defaults.
func (q queries) Settings(ctx context.Context, defaults app.Settings) (app.Settings, error) {
	doc, err := q.Setting(ctx, settingsName)
	s := defaults.Clone()
	if app.CodeOf(err) == app.CodeNotFound {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	s.Services.OfficeHours, s.Services.Mediators = nil, app.MediatorsAll // absent where TOP took them away
	return s, json.Unmarshal([]byte(doc), &s)
}

// LockSettings is Settings for whoever is about to replace them: others wait
// until this transaction ends.
func (tx *Tx) LockSettings(ctx context.Context, defaults app.Settings) (app.Settings, error) {
	if err := tx.exclusive("settings"); err != nil {
		return app.Settings{}, err
	}
	return tx.Settings(ctx, defaults)
}

// PutSettings replaces what TOP decided.
func (tx *Tx) PutSettings(s app.Settings) error {
	doc, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return tx.PutSetting(settingsName, string(doc))
}
