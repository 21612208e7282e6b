package api

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"indagor/app"
	"indagor/server/internal/visura"
	"indagor/sync/wire"
)

func (a *API) registerVisure() {
	register(a, wire.AskVisura, func(ctx context.Context, in *wire.AskVisuraInput) (*wire.VisuraOutput, error) {
		caller, b := callerOf(ctx), in.Body
		v, err := a.Visure.Ask(ctx, caller, in.Key, visura.Request{Type: b.Type, Types: b.Types, Declared: b.Declared, Since: b.Since, Subject: b.Subject, ReferenceDate: b.ReferenceDate, Purpose: b.Purpose, FileReference: b.FileReference})
		if err == nil && in.Wait > 0 && v.Visura.State == app.VisuraRunning {
			v, err = a.Visure.WaitEnd(ctx, caller, v.Visura.ID, time.Duration(in.Wait)*time.Second)
		}
		return visuraOutput(v, err)
	})
	register(a, wire.GetVisura, func(ctx context.Context, in *wire.GetVisuraInput) (*wire.VisuraOutput, error) {
		return visuraOutput(a.Visure.Wait(ctx, callerOf(ctx), in.ID, in.Seen, time.Duration(in.Wait)*time.Second))
	})
	register(a, wire.WithdrawVisura, func(ctx context.Context, in *wire.IDInput) (*wire.VisuraOutput, error) {
		return visuraOutput(a.Visure.Withdraw(ctx, callerOf(ctx), in.ID))
	})
	register(a, wire.GetDocument, func(ctx context.Context, in *wire.DocumentInput) (*wire.DocumentOutput, error) {
		v, err := a.Visure.Printed(ctx, callerOf(ctx), in.ID, in.Format)
		if err != nil {
			return nil, err
		}
		file, err := a.Documents.Visura(ctx, in.Language, in.Format, v.Visura, v.Card, evidence(v.Visura))
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		err = file.Write(ctx, &b)
		return &wire.DocumentOutput{ContentType: file.MediaType, Disposition: fmt.Sprintf("attachment; filename=%q", file.Name), Body: b.Bytes()}, err
	})
	register(a, wire.CheckDocument, func(ctx context.Context, in *wire.CheckDocumentInput) (*wire.CheckDocumentOutput, error) {
		c, err := a.Checks.CheckDocument(ctx, in.Body.Code, in.Body.FiscalCode)
		return &wire.CheckDocumentOutput{Body: c}, err
	})
	register(a, wire.ListArchive, func(ctx context.Context, in *wire.ArchiveInput) (*wire.ArchiveOutput, error) {
		b := in.Body
		q := visura.ArchiveQuery{FiscalCode: b.FiscalCode, Person: b.Person, File: b.File, Type: b.Type, State: b.State, Outcome: b.Outcome, Purpose: b.Purpose, From: b.From, Until: b.Until, Limit: b.Limit, Cursor: b.Cursor}
		if b.Since != nil {
			q.Since = *b.Since
		}
		vs, next, err := a.Visure.Archive(ctx, callerOf(ctx), q)
		items := make([]wire.VisuraSummary, len(vs))
		for i, v := range vs {
			items[i] = summary(v)
		}
		return &wire.ArchiveOutput{Body: wire.List[wire.VisuraSummary]{Items: items, Next: next}}, err
	})
}

func visuraOutput(v visura.View, err error) (*wire.VisuraOutput, error) {
	if err != nil {
		return nil, err
	}
	return &wire.VisuraOutput{Body: wire.Visura{VisuraSummary: summary(v.Visura), Steps: filled(v.Steps), Card: v.Card, Evidence: evidence(v.Visura)}}, nil
}

func summary(v app.Visura) wire.VisuraSummary {
	s := wire.VisuraSummary{
		ID: v.ID, Type: v.Type, State: v.State, Outcome: v.Outcome, Code: v.Code, Params: v.Params, Subject: v.Subject, SubjectName: v.SubjectName, SubjectCode: v.SubjectCode, SubjectID: v.SubjectID,
		Types: v.Types, Declared: v.Declared, Since: v.Since, ReferenceDate: v.ReferenceDate, Purpose: v.Purpose, PurposeName: v.PurposeName, FileReference: v.FileReference, Approval: v.Approval, Created: v.Created,
	}
	if !v.Ended.IsZero() {
		s.Ended = &v.Ended
	}
	return s
}

// evidence is what proves that the look-up took place. Of one that was
// withheld no operation id of ANPR is shown: it would tell that there was an
// answer.
func evidence(v app.Visura) *app.Evidence {
	if v.State != app.VisuraDone {
		return nil
	}
	var parts []app.EvidencePart
	for _, p := range v.Parts {
		parts = append(parts, app.EvidencePart{Service: p.Service, Date: p.Date, Outcome: p.Outcome, Code: p.Code, Params: p.Params, Operation: p.Operation})
	}
	return &app.Evidence{
		Parts:     parts,
		Operation: v.Operation, Service: v.Service, Asked: v.Created, Answered: v.Ended, Operator: v.Operator,
		Workstation: v.Workstation, Mediator: v.MediatorName, Approval: v.Approval, CheckCode: v.CheckCode,
	}
}
