package server_test

import (
	"context"
	"fmt"
	"testing"

	"indagor/app"
	"indagor/server/servertest"
	"indagor/sync/client"
	"indagor/sync/wire"
)

// approvals walks what is decided about requests: by whom, over whose.
func (x *company) approvals(t *testing.T, walked map[string]bool) {
	for _, id := range []string{"list-approvals", "count-approvals", "get-approval", "decide-approvals"} {
		walked[id] = true
	}
	waits := map[app.ID]*servertest.Client{}
	for i, d := range []app.Department{x.Registry, x.Taxes} {
		c := x.At(x.Person(app.RoleStandard, d, needs(0)), fmt.Sprint("CONVALIDE-", i))
		for n := range 2 {
			v := queued(t, c, fmt.Sprint("permission-approval-", n))
			waits[v.ID] = c
		}
	}
	// A request of a STANDARDPS user never waits: his profile is refused, and
	// so is he who was made one in the meantime.
	in := &wire.CreateUserInput{Body: x.Draft(app.RoleStandardPS, x.Registry, needs(0))}
	refusedAs(t, "a STANDARDPS profile with consent", try(x.Desk, wire.CreateUser, in), app.CodeProfileApprovalPS, "profile.visure.approval.kind")

	decide := func(c *servertest.Client, id app.ID) (wire.DecidedItem, error) {
		in := &wire.DecideInput{}
		in.Body.Decision, in.Body.IDs = "approve", []app.ID{id}
		out, err := client.Call(context.Background(), c.Client, wire.DecideApprovals, in)
		if err != nil {
			return wire.DecidedItem{}, err
		}
		return out.Body.Items[0], nil
	}
	own := say(t, x.actors[app.RoleStandard], wire.ListArchive, &wire.ArchiveInput{}).Body.Items
	for _, role := range app.Roles {
		c, may := x.actors[role], specified("approvals.decide", role) != blank
		for what, call := range map[string]func() error{
			"lists":  func() error { return try(c, wire.ListApprovals, &wire.ApprovalsInput{}) },
			"counts": func() error { return try(c, wire.CountApprovals, &wire.CountApprovalsInput{Within: 1}) },
		} {
			if !may {
				x.refuse(t, fmt.Sprint(role, " ", what, " approvals"), call)
			} else if err := call(); err != nil {
				t.Errorf("%s %s approvals: %v", role, what, err)
			}
		}
		// A visura that needs no consent is no approval, whoever asked it.
		ids := []app.ID{app.NewID()}
		for _, v := range own {
			ids = append(ids, v.ID)
		}
		for _, id := range ids {
			x.refuse(t, fmt.Sprint(role, " reads an approval that is none"), func() error { return try(c, wire.GetApproval, named(id)) })
			if d, err := decide(c, id); may != (err == nil) || may && d.Code != app.CodeNotFound {
				t.Errorf("%s decides about what is no approval: %+v %v", role, d, err)
			}
		}
		for id, asked := range waits {
			read := func() error { return try(c, wire.GetApproval, named(id)) }
			if !may {
				x.refuse(t, fmt.Sprint(role, " reads an approval"), read)
				x.refuse(t, fmt.Sprint(role, " decides"), func() error { _, err := decide(c, id); return err })
				continue
			}
			if err := read(); err != nil {
				t.Errorf("%s reads an approval: %v", role, err)
			}
			if d, err := decide(c, id); err != nil || d.Code != "" || d.State != app.ApprovalApproved {
				t.Errorf("%s decides: %+v %v", role, d, err)
			}
			ended(t, asked, id)
		}
	}
	items := say(t, x.Desk, wire.ListApprovals, &wire.ApprovalsInput{State: wire.AllApprovals}).Body.Items
	if len(items) != len(waits) {
		t.Errorf("%d approvals, want %d", len(items), len(waits))
	}
}
