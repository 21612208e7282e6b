// Package servertest is a whole server in memory for tests of every folder:
// the real server over HTTP, a strict ANPR simulator at its other end, and
// people who sign in from workstations with real keys.
package servertest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"indagor/app"
	"indagor/cmd/anpr-simulator/sim"
	"indagor/server"
	"indagor/sync/client"
	"indagor/sync/proof"
	"indagor/sync/wire"
)

// Own is the ISTAT code of the body's own Comune: the simulator's own, too.
const Own = "036030"

// Options say how the world of a test differs from the usual one.
type Options struct {
	DSN    string                // "": SQLite in the test's folder
	Config func(*server.Config)  // changes the configuration
	Sim    func(*sim.Config)     // changes the simulator
	Server func(*server.Options) // changes what the server takes from the world
	Around func(http.Handler) http.Handler
}

// World is a running body.
type World struct {
	T          testing.TB
	Config     server.Config
	Server     *server.Server
	Sim        *sim.Sim
	URL        string
	Custodians []*age.X25519Identity
	Desk       *Client // TOP, signed in on an approved workstation
	Top        Person

	Registry, Taxes app.Department
	Admin, TaxAdmin Person
	options         server.Options
	http            *httptest.Server
	made            int
}

// clientKey is one key of the PDND client for all worlds of a process: making
// one takes long.
var clientKey = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

const (
	clientID = "11111111-2222-4333-8444-555555555555"
	keyID    = "servertest-key"
)

func purposeID(service string) string { return "aaaaaaaa-bbbb-4ccc-8ddd-00000000" + service }

// Start makes a world: simulator, server, a TOP, two departments with their
// ADMINs, who are Mediators.
func Start(t testing.TB, o Options) *World {
	t.Helper()
	w := &World{T: t}
	dir := t.TempDir()

	sc := sim.Config{Seed: 7, Population: 20_000, Body: Own, Quota: -1, Clients: []sim.Client{{
		ID: clientID, Keys: map[string]*rsa.PublicKey{keyID: &clientKey().PublicKey}, Purposes: map[string]string{},
	}}}
	for _, code := range sim.Services() {
		sc.Clients[0].Purposes[purposeID(code)] = code
	}
	if o.Sim != nil {
		o.Sim(&sc)
	}
	w.Sim = must(sim.New(sc))(t)
	register := httptest.NewServer(w.Sim.Handler())
	t.Cleanup(register.Close)

	keyFile := filepath.Join(dir, "client.key")
	der := must(x509.MarshalPKCS8PrivateKey(clientKey()))(t)
	check(t, os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600))

	c := server.Default(filepath.Join(dir, "data"))
	c.Body = server.BodyConfig{Name: "Comune di Esempio", ISTAT: Own, Belfiore: "G393", Zone: "Europe/Rome"}
	for range 3 {
		id := must(age.GenerateX25519Identity())(t)
		w.Custodians = append(w.Custodians, id)
		c.Body.Custodians = append(c.Body.Custodians, id.Recipient().String())
	}
	c.ANPR.TokenURL, c.ANPR.TokenAudience, c.ANPR.ClientID, c.ANPR.KeyFile, c.ANPR.KeyID = register.URL+"/token.oauth2", w.Sim.TokenAudience(), clientID, keyFile, keyID
	c.ANPR.EServices = map[string]server.EServiceConfig{}
	for _, code := range sim.Services() {
		c.ANPR.EServices[code] = server.EServiceConfig{URL: register.URL + sim.Path(code), Audience: w.Sim.Audience(code), PurposeID: purposeID(code)}
	}
	if o.DSN != "" {
		c.Store.DSN = o.DSN
	}
	if o.Config != nil {
		o.Config(&c)
	}
	w.Config = c
	// Lists go as fast as they can at any hour: a test must not wait for Monday.
	w.options = server.Options{Cost: server.Cost{Memory: 64, Time: 1, Threads: 1}, Rate: server.Limits{PerSecond: 1e6, Burst: 1e6}, Jobs: -1}
	if o.Server != nil {
		o.Server(&w.options)
	}
	w.open(true, o.Around)
	t.Cleanup(func() { w.shut() })
	w.settle()
	return w
}

func (w *World) open(create bool, around func(http.Handler) http.Handler) {
	w.T.Helper()
	w.Server = must(server.New(context.Background(), w.Config, w.options, create))(w.T)
	check(w.T, w.Server.Recover(context.Background()))
	h := w.Server.Handler()
	if around != nil {
		h = around(h)
	}
	w.http = httptest.NewServer(h)
	w.URL = w.http.URL
}

func (w *World) shut() {
	if w.Server != nil {
		w.Server.EndStreams()
	}
	if w.http != nil {
		w.http.Close()
		w.http = nil
	}
	if w.Server != nil {
		check(w.T, w.Server.Close())
		w.Server = nil
	}
}

// Stop stops the server gracefully; Restart starts it again.
func (w *World) Stop() {
	w.T.Helper()
	w.shut()
}

// Restart stops the server gracefully and starts it again on the same data, at
// another address.
func (w *World) Restart() {
	w.T.Helper()
	w.shut()
	w.open(false, nil)
}

// settle gives the body its people.
func (w *World) settle() {
	t := w.T
	t.Helper()
	ctx := context.Background()
	w.Top = w.console(app.User{Role: app.RoleTop, OperatorID: "OPTOP1"})
	w.Desk = w.Station("SEGRETERIA-01")
	w.Desk.Enter(w.Top)
	w.Registry = w.department("Servizi demografici")
	w.Taxes = w.department("Tributi")
	for _, d := range []app.Department{w.Registry, w.Taxes} {
		in := &wire.SavePurposeInput{ID: app.NewID()}
		in.Body.Department, in.Body.Name, in.Body.LegalBasis = d.ID, "Istruttoria", "D.P.R. 445/2000"
		must(client.Call(ctx, w.Desk.Client, wire.SavePurpose, in))(t)
	}
	w.Admin = w.Person(app.RoleAdmin, w.Registry, nil)
	w.TaxAdmin = w.Person(app.RoleAdmin, w.Taxes, nil)
}

func (w *World) department(name string) app.Department {
	w.T.Helper()
	in := &wire.SaveDepartmentInput{ID: app.NewID()}
	in.Body.Name = name
	return must(client.Call(context.Background(), w.Desk.Client, wire.SaveDepartment, in))(w.T).Body
}

// Now is what the server's clock shows.
func (w *World) Now() time.Time {
	if w.options.Now != nil {
		return w.options.Now()
	}
	return time.Now()
}

// Client is a workstation with its key, and whoever is signed in on it.
type Client struct {
	*client.Client
	T           testing.TB
	Signer      *proof.Signer
	Fingerprint app.Fingerprint
	Own         wire.OwnWorkstation
	Session     wire.Session
}

// NewClient makes a workstation that has not presented itself yet.
func (w *World) NewClient(name string) *Client {
	w.T.Helper()
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(w.T)
	signer := must(proof.NewSigner(key))(w.T)
	c := &Client{T: w.T, Signer: signer, Fingerprint: Fingerprint(name)}
	c.Client = w.Connect(signer)
	return c
}

// Connect opens a client with the key to the server as it runs now. It goes by
// the server's clock.
func (w *World) Connect(signer *proof.Signer) *client.Client {
	w.T.Helper()
	c := must(client.New(client.Options{Server: w.URL, Signer: signer, Now: w.options.Now}))(w.T)
	w.T.Cleanup(c.Close)
	return c
}

// Fingerprint is the fingerprint of a machine of the name.
func Fingerprint(name string) app.Fingerprint {
	f := app.Fingerprint{}
	for part := range app.FingerprintWeights {
		f[part] = fmt.Sprintf("%x", name+"|"+part)
	}
	return f
}

// Registration is how a workstation presents itself.
func (c *Client) Registration(name, token string) *wire.RegisterInput {
	return &wire.RegisterInput{Body: wire.Registration{Name: name, OSUser: "utente", OS: "linux", AppVersion: "test", Protocol: wire.Protocol, Fingerprint: c.Fingerprint, Token: token}}
}

// Station makes a workstation that an enrolment token authorised.
func (w *World) Station(name string) *Client {
	w.T.Helper()
	ctx := context.Background()
	_, secret, err := w.Server.FirstToken(ctx, 1, time.Hour, "CED")
	check(w.T, err)
	c := w.NewClient(name)
	c.Own = must(client.Call(ctx, c.Client, wire.RegisterWorkstation, c.Registration(name, secret)))(w.T).Body
	if c.Own.State != app.WorkstationAuthorised {
		w.T.Fatalf("workstation %s is %s", name, c.Own.State)
	}
	return c
}

// Person is a user and his password.
type Person struct {
	app.User
	Password string
	secret   string // one-time secret, until the first entry
}

// NewPerson is a user who was registered past the contract, with his one-time
// secret until he has entered.
func NewPerson(u app.User, secret string) Person {
	return Person{User: u, Password: Password, secret: secret}
}

// Password is the password that people of a test choose.
const Password = "corretta-batteria-42"

func (w *World) fill(u *app.User) {
	w.made++
	n := w.made
	if u.Username == "" {
		u.Username = fmt.Sprintf("utente.%03d", n)
	}
	if u.Name == "" {
		u.Name, u.Surname = fmt.Sprintf("Nome%03d", n), fmt.Sprintf("Cognome%03d", n)
	}
	if u.FiscalCode == "" {
		u.FiscalCode = clerkCode(n)
	}
	if u.Email == "" {
		u.Email = u.Username + "@example.org"
	}
}

func (w *World) console(u app.User) Person {
	w.T.Helper()
	w.fill(&u)
	made, secret, _, err := w.Server.Directory.CreateOnConsole(context.Background(), u)
	check(w.T, err)
	return Person{User: made, Password: Password, secret: secret}
}

// Draft is a user of the role in the department who would be accepted; change
// makes him another.
func (w *World) Draft(role app.Role, d app.Department, change func(*app.User)) app.User {
	w.T.Helper()
	u := app.User{Role: role, Department: d.ID, Enabled: true, Profile: app.Profile{Workstations: app.WorkstationsAuthorised}}
	w.fill(&u)
	if role.Administrative() {
		u.OperatorID = "OP" + u.FiscalCode[6:11]
	} else {
		admin := w.Admin
		if d.ID == w.Taxes.ID {
			admin = w.TaxAdmin
		}
		u.Admin = admin.ID
		u.OperatorID = "OP" + u.FiscalCode[6:11]
		u.Profile.Purposes = []app.ID{w.Purpose(d)}
		way := app.Way{Kind: app.WayMediator, Mediator: admin.ID}
		if role == app.RoleStandardPS {
			way = app.Way{Kind: app.WayOperator}
		}
		u.Profile.Visure = &app.VisureProfile{Way: way, Scope: app.Scope{Kind: app.ScopeNational}, Approval: app.ApprovalRule{Kind: app.ApprovalNone}}
		for _, s := range app.VisuraSpecs {
			u.Profile.Visure.Types = append(u.Profile.Visure.Types, s.Type)
		}
	}
	if change != nil {
		change(&u)
	}
	return u
}

// Purpose is a purpose of the department.
func (w *World) Purpose(d app.Department) app.ID {
	w.T.Helper()
	for _, p := range must(client.Call(context.Background(), w.Desk.Client, wire.ListPurposes, &wire.None{}))(w.T).Body.Items {
		if p.Department == d.ID {
			return p.ID
		}
	}
	w.T.Fatalf("department %s has no purpose", d.Name)
	return ""
}

// Person registers a user by TOP's hand.
func (w *World) Person(role app.Role, d app.Department, change func(*app.User)) Person {
	w.T.Helper()
	out := must(client.Call(context.Background(), w.Desk.Client, wire.CreateUser, &wire.CreateUserInput{Body: w.Draft(role, d, change)}))(w.T)
	return Person{User: out.Body.User, Password: Password, secret: out.Body.Secret.Secret}
}

// Enter signs the person in, changing a one-time secret at the first entry.
func (c *Client) Enter(p Person) {
	c.T.Helper()
	check(c.T, c.Try(&p))
}

// Try signs the person in, or says why not.
func (c *Client) Try(p *Person) error {
	ctx := context.Background()
	password := p.Password
	if p.secret != "" {
		password = p.secret
	}
	sign := func() error {
		out, err := client.Call(ctx, c.Client, wire.SignIn, c.Credentials(p.Username, password))
		if err != nil {
			return err
		}
		c.SetToken(out.Body.Token)
		c.Session = out.Body.Session
		return nil
	}
	err := sign()
	if err != nil && app.CodeOf(err) == app.CodeCredentials && p.secret != "" {
		password, p.secret = p.Password, ""
		err = sign()
	}
	if err != nil || !c.Session.MustChange {
		return err
	}
	in := &wire.ChangePasswordInput{}
	in.Body.Old, in.Body.New = password, p.Password
	out, err := client.Call(ctx, c.Client, wire.ChangePassword, in)
	if err == nil {
		c.Session, p.secret = out.Body, ""
	}
	return err
}

// Credentials are what somebody signs in with on this workstation.
func (c *Client) Credentials(username, password string) *wire.SignInInput {
	return &wire.SignInInput{Body: wire.Credentials{Username: username, Password: password, Fingerprint: c.Fingerprint, AppVersion: "test"}}
}

// At is the person signed in on a workstation of his own.
func (w *World) At(p Person, station string) *Client {
	w.T.Helper()
	c := w.Station(station)
	c.Enter(p)
	return c
}

// Ask asks a visura and waits for its end.
func (c *Client) Ask(key string, r wire.VisuraRequest) (wire.Visura, error) {
	if r.Purpose == "" && len(c.Session.Purposes) > 0 {
		r.Purpose = c.Session.Purposes[0].ID
	}
	if r.FileReference == "" {
		r.FileReference = "Prot. 12345/2026"
	}
	out, err := client.Call(context.Background(), c.Client, wire.AskVisura, &wire.AskVisuraInput{Key: key, Wait: 50, Body: r})
	if err != nil {
		return wire.Visura{}, err
	}
	return out.Body, nil
}

// must turns a value and its error into the value, or the end of the test.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		check(t, err)
		return v
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Reset is the person after a reset of the password: with the one-time secret,
// and a password not used before in mind.
func (p Person) Reset(secret string) Person {
	p.secret, p.Password = secret, p.Password+"-bis"
	return p
}

// Secret is the person's one-time secret.
func (p Person) Secret() string { return p.secret }
