package main

import (
	"strconv"

	"indagor/app"
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
		if l := v.List; l != nil {
			c.say("document_list", "service", c.lang.T("service."+string(l.Service)), "state", c.lang.T("job.state."+string(l.State)),
				"asked", c.lang.Exact(*v.Asked), "day", c.lang.Day(v.ReferenceDate), "file", v.FileReference, "rows", strconv.Itoa(l.Rows))
			for _, o := range app.JobOutcomes {
				if n := l.Outcomes[o]; n > 0 {
					c.say("document_list_outcome", "outcome", c.lang.T("outcome."+string(o)), "n", strconv.Itoa(n))
				}
			}
			return nil
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
