package visura

import (
	"context"
	"crypto/subtle"

	"indagor/app"
	"indagor/app/codicefiscale"
)

// CheckDocument says whether a document with the check code was made here, and
// what must stand in it (specification §6). fiscalCode, unless it is "", is
// compared with the document's subject. A code that no document has, or has no
// more because what it was made of has expired, is not an error: it is not
// genuine.
func (s *Service) CheckDocument(ctx context.Context, code, fiscalCode string) (app.DocumentCheck, error) {
	id, code := app.CheckedID(code)
	if id == "" {
		return app.DocumentCheck{}, nil
	}
	stored, err := s.store.Visura(ctx, id)
	if app.CodeOf(err) == app.CodeNotFound {
		return app.DocumentCheck{}, nil
	} else if err != nil {
		return app.DocumentCheck{}, err
	}
	v, err := s.unseal(stored)
	if err != nil {
		return app.DocumentCheck{}, err
	}
	same := func(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
	if v.State != app.VisuraDone || !same(code, v.CheckCode) || !same(s.checkCode(v), v.CheckCode) {
		return app.DocumentCheck{}, nil
	}
	c := app.DocumentCheck{
		Genuine: true, Type: v.Type, Outcome: v.Outcome, ReferenceDate: v.ReferenceDate, FileReference: v.FileReference, Operation: v.Operation,
		Asked: &v.Created, Ended: &v.Ended,
	}
	if fiscalCode != "" {
		is := same(s.subjectKey(app.Subject{FiscalCode: codicefiscale.Normalize(fiscalCode)}), stored.SubjectKey)
		c.SameSubject = &is
	}
	return c, nil
}
