package main

import (
	"indagor/server"
)

type documentCmd struct {
	Check documentCheckCmd `cmd:"" help:"Whether a document with the check code was made here, and what must stand in it."`
}

type documentCheckCmd struct {
	Code       string `arg:"" help:"Check code, as the document shows it."`
	FiscalCode string `help:"Fiscal code of the subject that the document names, to be compared." placeholder:"CODE"`
}

// Run checks a document; the exit code is 1 where it is not genuine.
func (d documentCheckCmd) Run(c *console) error {
	return c.with(func(s *server.Server) error {
		v, err := s.CheckDocument(c.ctx, d.Code, d.FiscalCode)
		if err != nil {
			return err
		}
		if !v.Genuine {
			c.say("document_unknown")
			return errQuiet
		}
		c.say("document_genuine", "type", c.lang.T("visura.type."+string(v.Type)), "outcome", c.lang.T("outcome."+string(v.Outcome)),
			"asked", c.lang.Exact(*v.Asked), "ended", c.lang.Exact(*v.Ended), "day", c.lang.Day(v.ReferenceDate), "file", v.FileReference)
		if v.Operation != "" {
			c.say("document_operation", "operation", v.Operation)
		}
		if v.SameSubject != nil && *v.SameSubject {
			c.say("document_same_subject")
		} else if v.SameSubject != nil {
			c.say("document_other_subject")
			return errQuiet
		}
		return nil
	})
}
