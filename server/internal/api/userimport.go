package api

import (
	"context"

	"indagor/server/internal/directory"
	"indagor/sync/wire"
)

func (a *API) registerUserImport() {
	register(a, wire.PreviewUserImport, func(ctx context.Context, in *wire.PreviewUserImportInput) (*wire.UserImportOutput, error) {
		return importOutput(a.Directory.PreviewImport(ctx, callerOf(ctx), in.Body.Content))
	})
	register(a, wire.RunUserImport, func(ctx context.Context, in *wire.RunUserImportInput) (*wire.UserImportOutput, error) {
		digest, err := digestOf(in.Body)
		if err != nil {
			return nil, err
		}
		x, err := a.Directory.RunImport(ctx, callerOf(ctx), in.Key, digest, in.Body.Name, in.Body.Content, in.Body.Rows)
		if x.Broke != nil {
			a.log.Error("a registration of users broke off", "operation", wire.RunUserImport.ID, "error", x.Broke)
		}
		return importOutput(x, err)
	})
}

func importOutput(x directory.Import, err error) (*wire.UserImportOutput, error) {
	if err != nil {
		return nil, err
	}
	out := &wire.UserImportOutput{Body: wire.UserImport{
		Encoding: string(x.Format.Encoding), Separator: x.Format.Separator, Ignored: filled(x.Ignored), Rows: []wire.UserImportRow{},
	}}
	for _, r := range x.Rows {
		u := r.User
		row := wire.UserImportRow{
			Number: r.Number, Line: r.Line, Outcome: string(r.Outcome), Grade: r.Grade().String(), Findings: []wire.UserImportFinding{},
			User: u.ID, Username: u.Username, Name: u.Name, Surname: u.Surname, FiscalCode: u.FiscalCode, Email: u.Email, Role: u.Role,
			Department: u.Department, Office: u.Office, Secret: r.Secret,
		}
		if !r.Expires.IsZero() {
			row.Expires = &r.Expires
		}
		for _, f := range r.Findings {
			row.Findings = append(row.Findings, wire.UserImportFinding{
				Code: f.Code, Grade: f.Grade.String(), Field: f.Field, Column: f.Column, Params: f.Params, Suggestions: f.Suggestions,
			})
		}
		out.Body.Rows = append(out.Body.Rows, row)
	}
	return out, nil
}
