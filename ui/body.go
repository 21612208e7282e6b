package ui

import (
	"context"

	"indagor/app"
	"indagor/sync/wire"
)

func (l *line) Departments(ctx context.Context) ([]app.Department, error) {
	out, err := call(ctx, l, wire.ListDepartments, nil)
	if err != nil {
		return nil, err
	}
	return out.Body.Items, nil
}

func (l *line) DepartmentSummaries(ctx context.Context) ([]app.DepartmentSummary, error) {
	out, err := call(ctx, l, wire.ListDepartmentSummaries, nil)
	if err != nil {
		return nil, err
	}
	return out.Body.Items, nil
}

func (l *line) Department(ctx context.Context, id app.ID) (app.DepartmentDetail, error) {
	out, err := call(ctx, l, wire.GetDepartment, &wire.IDInput{ID: id})
	if err != nil {
		return app.DepartmentDetail{}, err
	}
	return out.Body, nil
}

func (l *line) SaveDepartment(ctx context.Context, id app.ID, c wire.DepartmentChange) (app.Department, error) {
	out, err := call(ctx, l, wire.SaveDepartment, &wire.SaveDepartmentInput{ID: id, Body: c})
	if err != nil {
		return app.Department{}, err
	}
	return out.Body, nil
}

func (l *line) DeleteDepartment(ctx context.Context, id app.ID, version int) error {
	_, err := call(ctx, l, wire.DeleteDepartment, &wire.DeleteInput{ID: id, Version: version})
	return err
}

func (l *line) Purposes(ctx context.Context) ([]app.Purpose, error) {
	out, err := call(ctx, l, wire.ListPurposes, nil)
	if err != nil {
		return nil, err
	}
	return out.Body.Items, nil
}

func (l *line) SavePurpose(ctx context.Context, id app.ID, c wire.PurposeChange) (app.Purpose, error) {
	out, err := call(ctx, l, wire.SavePurpose, &wire.SavePurposeInput{ID: id, Body: c})
	if err != nil {
		return app.Purpose{}, err
	}
	return out.Body, nil
}

func (l *line) DeletePurpose(ctx context.Context, id app.ID, version int) error {
	_, err := call(ctx, l, wire.DeletePurpose, &wire.DeleteInput{ID: id, Version: version})
	return err
}

func (l *line) Consortia(ctx context.Context) ([]app.Consortium, error) {
	out, err := call(ctx, l, wire.ListConsortia, nil)
	if err != nil {
		return nil, err
	}
	return out.Body.Items, nil
}

func (l *line) ConsortiumSummaries(ctx context.Context) ([]app.ConsortiumSummary, error) {
	out, err := call(ctx, l, wire.ListConsortiumSummaries, nil)
	if err != nil {
		return nil, err
	}
	return out.Body.Items, nil
}

func (l *line) Consortium(ctx context.Context, id app.ID) (app.ConsortiumDetail, error) {
	out, err := call(ctx, l, wire.GetConsortium, &wire.IDInput{ID: id})
	if err != nil {
		return app.ConsortiumDetail{}, err
	}
	return out.Body, nil
}

func (l *line) SaveConsortium(ctx context.Context, id app.ID, c wire.ConsortiumChange) (app.Consortium, error) {
	out, err := call(ctx, l, wire.SaveConsortium, &wire.SaveConsortiumInput{ID: id, Body: c})
	if err != nil {
		return app.Consortium{}, err
	}
	return out.Body, nil
}

func (l *line) DeleteConsortium(ctx context.Context, id app.ID, version int) error {
	_, err := call(ctx, l, wire.DeleteConsortium, &wire.DeleteInput{ID: id, Version: version})
	return err
}
