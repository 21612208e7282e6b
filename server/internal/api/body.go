package api

import (
	"context"

	"indagor/app"
	"indagor/server/internal/directory"
	"indagor/sync/wire"
)

func (a *API) registerBody() {
	a.registerDepartments()
	a.registerPurposes()
	a.registerConsortia()
}

func (a *API) registerDepartments() {
	register(a, wire.ListDepartments, func(ctx context.Context, _ *wire.None) (*wire.DepartmentsOutput, error) {
		ds, err := a.Directory.Departments(ctx)
		return &wire.DepartmentsOutput{Body: wire.List[app.Department]{Items: filled(ds)}}, err
	})
	register(a, wire.ListDepartmentSummaries, func(ctx context.Context, _ *wire.None) (*wire.DepartmentSummariesOutput, error) {
		ds, err := a.Directory.DepartmentSummaries(ctx)
		return &wire.DepartmentSummariesOutput{Body: wire.List[app.DepartmentSummary]{Items: filled(ds)}}, err
	})
	register(a, wire.GetDepartment, func(ctx context.Context, in *wire.IDInput) (*wire.DepartmentDetailOutput, error) {
		d, err := a.Directory.DepartmentDetail(ctx, in.ID)
		return &wire.DepartmentDetailOutput{Body: d}, err
	})
	register(a, wire.SaveDepartment, func(ctx context.Context, in *wire.SaveDepartmentInput) (*wire.DepartmentOutput, error) {
		b := in.Body
		renamed := make([]directory.OfficeRename, len(b.Renamed))
		for i, r := range b.Renamed {
			renamed[i] = directory.OfficeRename(r)
		}
		d, err := a.Directory.SaveDepartment(ctx, callerOf(ctx), app.Department{ID: in.ID, Name: b.Name, Offices: b.Offices, Version: b.Version}, renamed)
		return &wire.DepartmentOutput{Body: d}, err
	})
	register(a, wire.DeleteDepartment, func(ctx context.Context, in *wire.DeleteInput) (*wire.None, error) {
		return nil, a.Directory.DeleteDepartment(ctx, callerOf(ctx), in.ID, in.Version)
	})
}

func (a *API) registerPurposes() {
	register(a, wire.ListPurposes, func(ctx context.Context, _ *wire.None) (*wire.PurposesOutput, error) {
		ps, err := a.Directory.Purposes(ctx, callerOf(ctx))
		return &wire.PurposesOutput{Body: wire.List[app.Purpose]{Items: filled(ps)}}, err
	})
	register(a, wire.SavePurpose, func(ctx context.Context, in *wire.SavePurposeInput) (*wire.PurposeOutput, error) {
		b := in.Body
		p, err := a.Directory.SavePurpose(ctx, callerOf(ctx), app.Purpose{
			ID: in.ID, Department: b.Department, Name: b.Name, LegalBasis: b.LegalBasis, Withdrawn: b.Withdrawn, Version: b.Version,
		})
		return &wire.PurposeOutput{Body: p}, err
	})
	register(a, wire.DeletePurpose, func(ctx context.Context, in *wire.DeleteInput) (*wire.None, error) {
		return nil, a.Directory.DeletePurpose(ctx, callerOf(ctx), in.ID, in.Version)
	})
}

func (a *API) registerConsortia() {
	register(a, wire.ListConsortia, func(ctx context.Context, _ *wire.None) (*wire.ConsortiaOutput, error) {
		cs, err := a.Directory.Consortia(ctx)
		return &wire.ConsortiaOutput{Body: wire.List[app.Consortium]{Items: filled(cs)}}, err
	})
	register(a, wire.ListConsortiumSummaries, func(ctx context.Context, _ *wire.None) (*wire.ConsortiumSummariesOutput, error) {
		cs, err := a.Directory.ConsortiumSummaries(ctx)
		return &wire.ConsortiumSummariesOutput{Body: wire.List[app.ConsortiumSummary]{Items: filled(cs)}}, err
	})
	register(a, wire.GetConsortium, func(ctx context.Context, in *wire.IDInput) (*wire.ConsortiumDetailOutput, error) {
		c, err := a.Directory.ConsortiumDetail(ctx, in.ID)
		return &wire.ConsortiumDetailOutput{Body: c}, err
	})
	register(a, wire.SaveConsortium, func(ctx context.Context, in *wire.SaveConsortiumInput) (*wire.ConsortiumOutput, error) {
		c, err := a.Directory.SaveConsortium(ctx, callerOf(ctx), app.Consortium{ID: in.ID, Name: in.Body.Name, Comuni: in.Body.Comuni, Version: in.Body.Version})
		return &wire.ConsortiumOutput{Body: c}, err
	})
	register(a, wire.DeleteConsortium, func(ctx context.Context, in *wire.DeleteInput) (*wire.None, error) {
		return nil, a.Directory.DeleteConsortium(ctx, callerOf(ctx), in.ID, in.Version)
	})
}
