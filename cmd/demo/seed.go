package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"

	"indagor/app"
	"indagor/sync/client"
	"indagor/sync/proof"
	"indagor/sync/wire"
)

// account is a person as he stands after the seeding.
type account struct {
	person
	ID       app.ID
	Password string // that opens the account now
}

// seeded is what the seeding made.
type seeded struct {
	accounts    []account
	departments map[string]app.ID       // by key
	purposes    map[string][]purposeRef // by key of the department
	token       string                  // enrols further workstations
	byName      map[string]*account     // by user name
}

type purposeRef struct {
	ID   app.ID `json:"id"`
	Name string `json:"name"`
}

// desk is a workstation of the demonstration itself: a real client with a real
// key, on a machine that is made up.
type desk struct {
	*client.Client
	fingerprint app.Fingerprint
}

// newDesk makes a key and has the workstation authorised by the token.
func newDesk(ctx context.Context, url, name, token string) (*desk, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	signer, err := proof.NewSigner(key)
	if err != nil {
		return nil, err
	}
	c, err := client.New(client.Options{Server: url, Signer: signer, UserAgent: "indagor-demo"})
	if err != nil {
		return nil, err
	}
	about, err := client.Call(ctx, c, wire.GetServer, nil)
	if err != nil {
		return nil, err
	}
	d := &desk{Client: c, fingerprint: app.Fingerprint{}}
	for part := range app.FingerprintWeights {
		h := hmac.New(sha256.New, []byte(about.Body.Salt))
		h.Write([]byte(name + " " + part))
		d.fingerprint[part] = hex.EncodeToString(h.Sum(nil))
	}
	own, err := client.Call(ctx, c, wire.RegisterWorkstation, &wire.RegisterInput{Body: wire.Registration{
		Name: name, OSUser: "demo", OS: "demo",
		AppVersion: "demo", Protocol: wire.Protocol, Fingerprint: d.fingerprint, Token: token,
	}})
	if err != nil {
		return nil, err
	}
	if own.Body.State != app.WorkstationAuthorised {
		return nil, fmt.Errorf("the workstation %s is %s", name, own.Body.State)
	}
	return d, nil
}

// signIn opens a session, and changes the password where another is given.
func (d *desk) signIn(ctx context.Context, username, secret, change string) error {
	in := &wire.SignInInput{Body: wire.Credentials{Username: username, Password: secret, Fingerprint: d.fingerprint, AppVersion: "demo"}}
	out, err := client.Call(ctx, d.Client, wire.SignIn, in)
	if err != nil {
		return fmt.Errorf("%s: %w", username, err)
	}
	d.SetToken(out.Body.Token)
	if change == "" {
		return nil
	}
	p := &wire.ChangePasswordInput{}
	p.Body.Old, p.Body.New = secret, change
	if _, err = client.Call(ctx, d.Client, wire.ChangePassword, p); err != nil {
		return fmt.Errorf("%s: %w", username, err)
	}
	return nil
}

// signOut ends the session.
func (d *desk) signOut(ctx context.Context) error {
	_, err := client.Call(ctx, d.Client, wire.SignOut, nil)
	d.SetToken("")
	return err
}

// seed fills the new body: as its TOP would, and then as each of its users at
// the first sign-in.
func seed(ctx context.Context, url string, x secrets) (*seeded, error) {
	d, err := newDesk(ctx, url, "PC-SEGRETERIA", x.token)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	if err := d.signIn(ctx, firstTop.username, x.top, firstTop.password); err != nil {
		return nil, err
	}
	// The daily mail goes out tomorrow; that it would is tried today.
	if _, err := client.Call(ctx, d.Client, wire.TestMail, nil); err != nil {
		return nil, fmt.Errorf("trying the mail server: %w", err)
	}
	out := &seeded{departments: map[string]app.ID{}, purposes: map[string][]purposeRef{}, byName: map[string]*account{}, token: x.token}
	out.accounts = append(out.accounts, account{person: firstTop, Password: firstTop.password})
	if err := d.fillBody(ctx, out); err != nil {
		return nil, err
	}
	group := app.NewID()
	g := &wire.SaveConsortiumInput{ID: group}
	g.Body.Name, g.Body.Comuni = groupName, groupComuni
	if _, err := client.Call(ctx, d.Client, wire.SaveConsortium, g); err != nil {
		return nil, fmt.Errorf("%s: %w", groupName, err)
	}
	ids := map[string]app.ID{}
	admins := map[string]app.ID{}
	for _, p := range people {
		u := p.user(out, ids, admins, group)
		made, err := client.Call(ctx, d.Client, wire.CreateUser, &wire.CreateUserInput{Body: u})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.username, err)
		}
		ids[p.username] = made.Body.User.ID
		if p.role == app.RoleAdmin {
			admins[p.department] = made.Body.User.ID
		}
		out.accounts = append(out.accounts, account{person: p, ID: made.Body.User.ID, Password: made.Body.Secret.Secret})
	}
	if err := d.signOut(ctx); err != nil {
		return nil, err
	}
	for i := range out.accounts {
		a := &out.accounts[i]
		out.byName[a.username] = a
		if a.password == "" || a.Password == a.password {
			continue
		}
		if err := d.signIn(ctx, a.username, a.Password, a.password); err != nil {
			return nil, err
		}
		if err := d.work(ctx, i, a.person, out.purposes[a.department]); err != nil {
			return nil, err
		}
		if err := d.signOut(ctx); err != nil {
			return nil, err
		}
		a.Password = a.password
	}
	return out, nil
}

// work leaves in the log and in the statistics what a day leaves there: a few
// look-ups of every operator, all at once, with the outcomes that they have.
func (d *desk) work(ctx context.Context, turn int, p person, purposes []purposeRef) error {
	if p.role.Administrative() {
		return nil
	}
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		errs []error
	)
	for n := range 4 + turn%3 {
		wg.Go(func() {
			in := &wire.AskVisuraInput{Key: fmt.Sprint(p.username, "-demo-", n), Wait: 50, Body: wire.VisuraRequest{
				Type: p.types[n%len(p.types)], Subject: app.Subject{FiscalCode: citizens[(turn+n)%len(citizens)].fiscalCode},
				Purpose: purposes[n%len(purposes)].ID, FileReference: fmt.Sprintf("Prot. %d/2026", 4100+10*turn+n),
			}}
			// Being refused belongs to the day, too: one's own record, say.
			if _, err := client.Call(ctx, d.Client, wire.AskVisura, in); err != nil && app.CodeOf(err) == "" {
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, fmt.Errorf("%s: %w", p.username, err))
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// fillBody makes the departments and their purposes.
func (d *desk) fillBody(ctx context.Context, out *seeded) error {
	for _, dep := range departments {
		in := &wire.SaveDepartmentInput{ID: app.NewID()}
		in.Body.Name, in.Body.Offices = dep.name, dep.offices
		if _, err := client.Call(ctx, d.Client, wire.SaveDepartment, in); err != nil {
			return fmt.Errorf("%s: %w", dep.name, err)
		}
		out.departments[dep.key] = in.ID
		for _, p := range dep.purposes {
			in := &wire.SavePurposeInput{ID: app.NewID()}
			in.Body.Department, in.Body.Name, in.Body.LegalBasis = out.departments[dep.key], p.name, p.basis
			if _, err := client.Call(ctx, d.Client, wire.SavePurpose, in); err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			out.purposes[dep.key] = append(out.purposes[dep.key], purposeRef{in.ID, p.name})
		}
	}
	return nil
}

// user is the person as the contract describes users.
func (p person) user(s *seeded, ids, admins map[string]app.ID, group app.ID) app.User {
	u := app.User{
		Username: p.username, Role: p.role, Name: p.name, Surname: p.surname, FiscalCode: p.fiscalCode, Email: p.email(),
		Department: s.departments[p.department], Office: p.office, OperatorID: p.operatorID, Enabled: true,
		Profile: app.Profile{Workstations: app.WorkstationsAuthorised},
	}
	if p.role.Administrative() {
		return u
	}
	u.Admin = admins[p.department]
	if p.free {
		u.Profile.Workstations = app.WorkstationsFree
	}
	if p.approval.Kind == "" {
		p.approval.Kind = app.ApprovalNone
	}
	scope := app.Scope{Kind: p.scope}
	if p.scope == app.ScopeGroup {
		scope.Group = group
	}
	u.Profile.Visure = &app.VisureProfile{Way: app.Way{Kind: p.way, Mediator: ids[p.mediator]}, Types: p.types, Scope: scope, Approval: p.approval}
	if p.scope != app.ScopeGroup { // lists are national or of the own Comune
		lists := &app.BulkProfile{Way: u.Profile.Visure.Way, Scope: scope}
		u.Profile.Enrichment, u.Profile.Household = lists, lists
	}
	for _, w := range s.purposes[p.department] {
		u.Profile.Purposes = append(u.Profile.Purposes, w.ID)
	}
	return u
}
