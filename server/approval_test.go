package server_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// needs makes a profile that needs consent: with hours, silence gives it.
func needs(hours int) func(*app.User) {
	return func(u *app.User) {
		u.Profile.Visure.Approval = app.ApprovalRule{Kind: app.ApprovalManual}
		if hours > 0 {
			u.Profile.Visure.Approval = app.ApprovalRule{Kind: app.ApprovalTacit, Silence: hours}
		}
	}
}

// queued asks and expects the request to wait.
func queued(t testing.TB, c *servertest.Client, key string) wire.Visura {
	t.Helper()
	v, err := c.Ask(key, wire.VisuraRequest{Type: app.VisuraResidenza, Subject: app.Subject{FiscalCode: cast(t, "resident").CF}})
	if err != nil || v.State != app.VisuraWaiting || v.Approval == nil || v.Approval.State != app.ApprovalWaiting || v.Card != nil || v.Evidence != nil {
		t.Fatalf("asked: %v %+v", err, v)
	}
	return v
}

// ended waits until the visura has ended.
func ended(t testing.TB, c *servertest.Client, id app.ID) wire.Visura {
	t.Helper()
	for {
		v := say(t, c, wire.GetVisura, &wire.GetVisuraInput{ID: id, Wait: 20, Seen: 1 << 20}).Body
		if v.State == app.VisuraDone {
			return v
		}
		if t.Context().Err() != nil {
			t.Fatalf("it never ends: %+v", v)
		}
	}
}

// answered decides and fails the test where one request was not decided.
func answered(t testing.TB, c *servertest.Client, decision, reason string, ids ...app.ID) {
	t.Helper()
	for _, d := range decided(t, c, decision, reason, ids...) {
		if d.Code != "" {
			t.Fatalf("%s: %+v", decision, d)
		}
	}
}

func decided(t testing.TB, c *servertest.Client, decision, reason string, ids ...app.ID) []wire.DecidedItem {
	t.Helper()
	in := &wire.DecideInput{}
	in.Body.Decision, in.Body.Reason, in.Body.IDs = decision, reason, ids
	return say(t, c, wire.DecideApprovals, in).Body.Items
}

func queue(t testing.TB, c *servertest.Client, in wire.ApprovalsInput) []wire.ApprovalItem {
	t.Helper()
	return say(t, c, wire.ListApprovals, &in).Body.Items
}

// kinds are the kinds of the events about the visura in the readable log.
func kinds(w *servertest.World, id app.ID) (out []app.EventKind) {
	for _, e := range w.Readable() {
		if e.Visura == id {
			out = append(out, e.Kind)
		}
	}
	return out
}

// TestApproval: a request waits, TOP sees what he needs and no more, his
// answer decides, and everything of it is kept.
func TestApproval(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		clock := newClock()
		w := servertest.Start(t, clocked(clock, dsn))
		clerk := w.At(w.Person(app.RoleStandard, w.Registry, needs(0)), "ANAG-07")
		code := cast(t, "resident").CF

		v := queued(t, clerk, "first-request")
		if len(w.Sim.Journal()) != 0 {
			t.Fatal("ANPR was asked before anybody consented")
		}
		if again := queued(t, clerk, "first-request"); again.ID != v.ID {
			t.Error("the same request waits twice")
		}
		refusedAs(t, "a document of what waits", try(clerk, wire.GetDocument, &wire.DocumentInput{ID: v.ID}), app.CodeNotFound, "")

		items := queue(t, w.Desk, wire.ApprovalsInput{})
		if len(items) != 1 || items[0].ID != v.ID || items[0].Operator != clerk.Session.User.FullName() || items[0].Rule != app.ApprovalManual || items[0].Due != nil {
			t.Fatalf("queue: %+v", items)
		}
		if whom := items[0].Whom; !strings.HasPrefix(whom, code[:6]) || strings.Contains(whom, code[6:]) {
			t.Errorf("the queue says whom: %s", whom)
		}
		if slices.Contains(kinds(w, v.ID), app.EventApprovalRead) {
			t.Error("the list counts as reading the person")
		}
		d := say(t, w.Desk, wire.GetApproval, named(v.ID)).Body
		if d.Subject == nil || d.Subject.FiscalCode != code || d.LegalBasis == "" || d.Workstation != "ANAG-07" {
			t.Errorf("detail: %+v", d)
		}
		if !slices.Contains(kinds(w, v.ID), app.EventApprovalRead) {
			t.Error("that TOP read about whom is not logged")
		}
		if c := say(t, w.Desk, wire.CountApprovals, &wire.CountApprovalsInput{Within: 24}).Body; c.Waiting != 1 || c.Soon != 0 || c.Next != nil {
			t.Errorf("count: %+v", c)
		}

		clock.add(time.Hour)
		answered(t, w.Desk, "approve", "", v.ID)
		got := ended(t, clerk, v.ID)
		if got.Outcome != app.OutcomeFound || got.Card == nil || got.Approval.State != app.ApprovalApproved || got.Evidence.Approval == nil || got.Evidence.Approval.Decided == nil {
			t.Fatalf("approved: %+v", got)
		}
		if got.Approval.Office == "" && w.Top.Office != "" || strings.Contains(got.Approval.Office, w.Top.Surname) {
			t.Errorf("the operator reads who: %q", got.Approval.Office)
		}
		if d := say(t, w.Desk, wire.GetApproval, named(v.ID)).Body; d.Subject != nil || d.Decider != w.Top.FullName() || d.Visura != app.VisuraDone {
			t.Errorf("detail of what was decided: %+v", d)
		}
		if doc := say(t, clerk, wire.GetDocument, &wire.DocumentInput{ID: v.ID}); len(doc.Body) == 0 {
			t.Error("no document")
		}
		for _, e := range w.Readable() {
			if e.Visura != v.ID {
				continue
			}
			switch e.Kind {
			case app.EventApprovalApproved:
				if e.Actor.User != w.Top.ID || e.Target != clerk.Session.User.ID || e.TargetDept != w.Registry.ID || e.Subject == "" {
					t.Errorf("log of the answer: %+v", e)
				}
			case app.EventVisuraAsked, app.EventVisuraEnded:
				if e.Approver != w.Top.ID || e.Approval != app.ApprovalApproved || e.Actor.User != clerk.Session.User.ID {
					t.Errorf("log of the run: %+v", e)
				}
			}
		}
		want := []app.EventKind{app.EventApprovalRequested, app.EventApprovalRead, app.EventApprovalApproved, app.EventVisuraAsked, app.EventVisuraEnded, app.EventDocument}
		if got := kinds(w, v.ID); !slices.Equal(got, want) {
			t.Errorf("log: %v", got)
		}

		// He sees what is asked, not only of what kind; of what is stated of a
		// person only while he must decide.
		for key, r := range map[string]wire.VisuraRequest{
			"types":    {Type: app.VisuraScheda, Types: []app.VisuraType{app.VisuraResidenza, app.VisuraFamiglia}},
			"declared": {Type: app.VerifyPaternita, Declared: &app.Declared{Surname: "Settimo", Name: "Padre"}},
			"since":    {Type: app.VisuraStorico, Since: "2019-03-01"},
		} {
			r.Subject = app.Subject{FiscalCode: cast(t, "settimo").CF}
			v, err := clerk.Ask("what-is-asked-"+key, r)
			if err != nil {
				t.Fatal(err)
			}
			items := queue(t, w.Desk, wire.ApprovalsInput{})
			d := say(t, w.Desk, wire.GetApproval, named(v.ID)).Body
			if len(items) != 1 || !slices.Equal(items[0].Types, r.Types) || !slices.Equal(d.Types, r.Types) || d.Since != r.Since || (d.Declared == nil) != (r.Declared == nil) || d.Declared.Of(app.InputSurname) != strings.ToUpper(r.Declared.Of(app.InputSurname)) {
				t.Errorf("%s: %+v in %+v", key, d, items)
			}
			answered(t, w.Desk, "refuse", "Prova", v.ID)
			ended(t, clerk, v.ID)
			if d := say(t, w.Desk, wire.GetApproval, named(v.ID)).Body; d.Declared != nil {
				t.Errorf("what was stated is told after the decision: %+v", d.Declared)
			}
		}

		calls := len(w.Sim.Journal())
		refused, withdrawn := queued(t, clerk, "second-request"), queued(t, clerk, "third-request")
		in := &wire.DecideInput{}
		in.Body.Decision, in.Body.IDs = "refuse", []app.ID{refused.ID}
		refusedAs(t, "a refusal without reason", try(w.Desk, wire.DecideApprovals, in), app.CodeRequired, "reason")
		if got := say(t, clerk, wire.WithdrawVisura, named(withdrawn.ID)).Body; got.State != app.VisuraDone || got.Outcome != app.OutcomeWithdrawn || got.Approval.State != app.ApprovalWithdrawn {
			t.Errorf("withdrawn: %+v", got)
		}
		outcomes := decided(t, w.Desk, "refuse", "Manca il protocollo", refused.ID, withdrawn.ID, app.NewID(), v.ID)
		if outcomes[0].Code != "" || outcomes[1].Code != app.CodeApprovalDecided || outcomes[1].State != app.ApprovalWithdrawn || outcomes[2].Code != app.CodeNotFound || outcomes[3].Code != app.CodeApprovalDecided {
			t.Errorf("outcomes: %+v", outcomes)
		}
		got = ended(t, clerk, refused.ID)
		if got.Outcome != app.OutcomeRefused || got.Code != app.CodeApprovalRefused || got.Approval.Reason != "Manca il protocollo" || got.Card != nil {
			t.Errorf("refused: %+v", got)
		}
		if n := len(w.Sim.Journal()); n != calls {
			t.Errorf("ANPR was asked %d times about what nobody approved", n-calls)
		}
		if n := len(queue(t, w.Desk, wire.ApprovalsInput{})); n != 0 {
			t.Errorf("%d requests wait still", n)
		}
		all := queue(t, w.Desk, wire.ApprovalsInput{State: wire.AllApprovals})
		if len(all) != 6 {
			t.Errorf("%d requests in all", len(all))
		}
		if r, err := w.Server.Verify(t.Context()); err != nil || !r.Sound() {
			t.Errorf("log: %v %+v", err, r)
		}
	})
}

// TestApprovalQueue: the filters, the order and the pages of the queue.
func TestApprovalQueue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		clock := newClock()
		w := servertest.Start(t, clocked(clock, dsn))
		slow := w.At(w.Person(app.RoleStandard, w.Registry, needs(48)), "ANAG-01")
		quick := w.At(w.Person(app.RoleStandard, w.Taxes, needs(2)), "TRIB-01")
		manual := w.At(w.Person(app.RoleStandard, w.Registry, needs(0)), "ANAG-02")
		var ids []app.ID
		for i, c := range []*servertest.Client{manual, slow, quick} {
			clock.add(time.Minute)
			v, err := c.Ask("in-the-queue", wire.VisuraRequest{
				Type: []app.VisuraType{app.VisuraResidenza, app.VisuraEsistenza, app.VisuraResidenza}[i], Subject: app.Subject{FiscalCode: cast(t, "wife").CF}, FileReference: []string{"Fasc. 101", "Fasc. 202", "Fasc. 303"}[i],
			})
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, v.ID)
		}
		of := func(items []wire.ApprovalItem) (got []app.ID) {
			for _, x := range items {
				got = append(got, x.ID)
			}
			return got
		}
		soonest := []app.ID{ids[2], ids[1], ids[0]}
		for what, c := range map[string]struct {
			in   wire.ApprovalsInput
			want []app.ID
		}{
			"all":           {wire.ApprovalsInput{}, soonest},
			"an operator":   {wire.ApprovalsInput{User: slow.Session.User.ID}, ids[1:2]},
			"a department":  {wire.ApprovalsInput{Department: w.Taxes.ID}, ids[2:]},
			"a type":        {wire.ApprovalsInput{Type: app.VisuraEsistenza}, ids[1:2]},
			"a purpose":     {wire.ApprovalsInput{Purpose: w.Purpose(w.Taxes)}, ids[2:]},
			"a rule":        {wire.ApprovalsInput{Rule: app.ApprovalManual}, ids[:1]},
			"due soon":      {wire.ApprovalsInput{DueBefore: clock.now().Add(3 * time.Hour)}, ids[2:]},
			"a word":        {wire.ApprovalsInput{Page: wire.Page{Search: "fasc. 202"}}, ids[1:2]},
			"a name":        {wire.ApprovalsInput{Page: wire.Page{Search: manual.Session.User.Surname}}, ids[:1]},
			"no percent":    {wire.ApprovalsInput{Page: wire.Page{Search: "%"}}, nil},
			"what is over":  {wire.ApprovalsInput{State: app.ApprovalRefused}, nil},
			"in every mood": {wire.ApprovalsInput{State: wire.AllApprovals}, soonest},
		} {
			if got := of(queue(t, w.Desk, c.in)); !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", what, got, c.want)
			}
		}
		for _, state := range []app.ApprovalState{"", wire.AllApprovals} {
			var paged []app.ID
			in := wire.ApprovalsInput{Page: wire.Page{Limit: 1}, State: state}
			for {
				out := say(t, w.Desk, wire.ListApprovals, &in).Body
				paged = append(paged, of(out.Items)...)
				if in.Cursor = out.Next; out.Next == "" {
					break
				}
			}
			if !slices.Equal(paged, soonest) {
				t.Errorf("page by page: %v", paged)
			}
		}
		in := &wire.ApprovalsInput{}
		in.Cursor = "nonsense"
		refusedAs(t, "a cursor that is none", try(w.Desk, wire.ListApprovals, in), app.CodeMalformed, "cursor")
		if c := say(t, w.Desk, wire.CountApprovals, &wire.CountApprovalsInput{Within: 24}).Body; c.Waiting != 3 || c.Soon != 1 || c.Next == nil || !c.Next.Equal(clock.now().Add(2*time.Hour)) {
			t.Errorf("count: %+v", c)
		}
	})
}

// TestApprovalBySilence: what nobody answers runs when its term is over, not
// before, also where the server was away then, and is marked so for ever.
func TestApprovalBySilence(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		clock := newClock()
		w := servertest.Start(t, clocked(clock, dsn))
		p := w.Person(app.RoleStandard, w.Registry, needs(4))
		clerk := w.At(p, "ANAG-07")
		v := queued(t, clerk, "by-silence")
		if v.Approval.Due == nil || !v.Approval.Due.Equal(clock.now().Add(4*time.Hour)) || v.Approval.Silence != 4 {
			t.Fatalf("term: %+v", v.Approval)
		}
		clock.add(4*time.Hour - time.Second)
		next, err := w.Server.Expire(t.Context())
		if err != nil || !next.Equal(*v.Approval.Due) {
			t.Fatalf("next silence: %v %v", next, err)
		}
		if got := say(t, clerk, wire.GetVisura, &wire.GetVisuraInput{ID: v.ID}).Body; got.State != app.VisuraWaiting {
			t.Fatalf("before its term: %+v", got)
		}
		clock.add(time.Hour)
		w.Restart()
		clerk.Client, w.Desk.Client = w.Connect(clerk.Signer), w.Connect(w.Desk.Signer)
		clerk.Enter(p)
		w.Desk.Enter(w.Top)
		if next, err := w.Server.Expire(t.Context()); err != nil || !next.IsZero() {
			t.Fatalf("next silence: %v %v", next, err)
		}
		got := ended(t, clerk, v.ID)
		if got.Outcome != app.OutcomeFound || got.Approval.State != app.ApprovalSilent || got.Approval.Office != "" || got.Evidence.Approval.State != app.ApprovalSilent {
			t.Errorf("by silence: %+v", got)
		}
		if items := say(t, clerk, wire.ListArchive, &wire.ArchiveInput{}).Body.Items; len(items) != 1 || items[0].Approval == nil || items[0].Approval.State != app.ApprovalSilent {
			t.Errorf("archive: %+v", items)
		}
		for _, e := range w.Readable() {
			if e.Visura == v.ID && e.Kind == app.EventVisuraEnded && (e.Approval != app.ApprovalSilent || e.Approver != "") {
				t.Errorf("log: %+v", e)
			}
		}
		if d := decided(t, w.Desk, "refuse", "Troppo tardi", v.ID); d[0].Code != app.CodeApprovalDecided || d[0].State != app.ApprovalSilent {
			t.Errorf("after silence: %+v", d)
		}
		if got := kinds(w, v.ID); !slices.Equal(got, []app.EventKind{app.EventApprovalRequested, app.EventApprovalTacit, app.EventVisuraAsked, app.EventVisuraEnded}) {
			t.Errorf("log: %v", got)
		}
	})
}

// TestApprovalLive: the operator who waits is told at once.
func TestApprovalLive(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	clerk := w.At(w.Person(app.RoleStandard, w.Registry, needs(0)), "ANAG-07")
	v := queued(t, clerk, "told-live")
	told := make(chan wire.Visura)
	go func() {
		v := say(t, clerk, wire.GetVisura, &wire.GetVisuraInput{ID: v.ID, Wait: 50, Seen: len(v.Steps)}).Body
		told <- v
	}()
	answered(t, w.Desk, "approve", "Va bene", v.ID)
	select {
	case got := <-told:
		if len(got.Steps) <= len(v.Steps) && got.State == app.VisuraWaiting {
			t.Errorf("told: %+v", got)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("not told")
	}
	if got := ended(t, clerk, v.ID); got.Approval.Reason != "Va bene" {
		t.Errorf("%+v", got.Approval)
	}
}
