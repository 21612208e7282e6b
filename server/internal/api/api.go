// Package api puts the contract on HTTP: it registers every endpoint of the
// wire package, lets the gate decide who is asking, translates between the
// contract's types and the services', and holds no rule of its own.
package api

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"reflect"
	"runtime/debug"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"indagor/app"
	"indagor/server/internal/gate"
	"indagor/sync/wire"
)

// Gate decides who is asking.
type Gate interface {
	Nonce() string
	AnyKey(gate.Request) (thumbprint string, err error)
	Admit(ctx context.Context, e wire.Info, r gate.Request) (app.Caller, error)
	Readmit(ctx context.Context, e wire.Info, was app.Caller, token string) (now app.Caller, until time.Time, err error)
}

// Config is what the API must know of the server.
type Config struct {
	PublicURL string // scheme and host under which clients address the server; "": as they address it
	Version   string
	Info      func() wire.ServerInfo
	Facts     func() wire.ServerFacts
	Zone      *time.Location
	Trusted   func(remote net.IP) bool // proxies whose X-Forwarded-For is believed
	Heartbeat time.Duration            // of streams; 0: as the contract says
}

// API is the server's HTTP face.
type API struct {
	Services
	gate   Gate
	config Config
	now    func() time.Time
	log    *slog.Logger
	mux    *http.ServeMux
	huma   huma.API
	bodies map[string]int64 // by pattern: how many bytes an input may have
}

// New registers every endpoint.
func New(g Gate, s Services, c Config, now func() time.Time, log *slog.Logger) *API {
	mux := http.NewServeMux()
	config := huma.DefaultConfig("INDAGOR", c.Version)
	config.Info.Description = "Consultation of ANPR by the offices of an Italian Comune. " +
		"Every call but get-server carries a proof of possession (RFC 9449 DPoP) made with the workstation's P-256 key, with the nonce that the server gave last " +
		"(header DPoP-Nonce of every answer; without one, or with an old one, the answer is 401 use_dpop_nonce). " +
		"Calls of signed-in users carry also Authorization: DPoP <token>. Errors are RFC 9457 problems with a stable code."
	config.DocsPath = ""
	config.SchemasPath = ""
	config.CreateHooks = nil // no $schema links in the answers
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"dpop":    {Type: "apiKey", In: "header", Name: wire.HeaderProof, Description: "RFC 9449 proof, ES256, with nonce"},
		"session": {Type: "http", Scheme: "dpop", Description: "The session's token, bound to the key of the proof"},
	}
	if c.Heartbeat == 0 {
		c.Heartbeat = wire.SignalHeartbeat * time.Second
	}
	a := &API{Services: s, gate: g, config: c, now: now, log: log, mux: mux, huma: humago.New(mux, config), bodies: map[string]int64{}}
	a.registerServer()
	a.registerWorkstations()
	a.registerSessions()
	a.registerUsers()
	a.registerMediators()
	a.registerAccounts()
	a.registerAssignments()
	a.registerUserImport()
	a.registerBody()
	a.registerVisure()
	a.registerJobs()
	a.registerApprovals()
	a.registerMonitors()
	a.registerMonitorExports()
	a.registerStatistics()
	a.registerSettings()
	a.registerSignals()
	a.registerBoard()
	a.registerMails()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		writeProblem(w, a.problem(r.Context(), "", app.E(app.CodeNotFound)))
	})
	return a
}

// OpenAPI is the published document.
func (a *API) OpenAPI() *huma.OpenAPI { return a.huma.OpenAPI() }

// Handler serves the API.
func (a *API) Handler() http.Handler { return a.outer(a.mux) }

type contextKey int

const (
	keyCaller contextKey = iota
	keyThumbprint
	keyReference
	keyAddress
	keyLine
)

// outer is around everything: a reference for the log, a fresh nonce, headers
// that keep browsers away, a bound on the body, and the end of panics.
func (a *API) outer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var b [8]byte
		rand.Read(b[:])
		reference := hex.EncodeToString(b[:])
		h := w.Header()
		h.Set(wire.HeaderReference, reference)
		h.Set(wire.HeaderNonce, a.gate.Nonce())
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		ctx := context.WithValue(r.Context(), keyReference, reference)
		ctx = context.WithValue(ctx, keyAddress, a.address(r))
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				a.log.Error("panic", "reference", reference, "path", r.Pattern, "panic", p, "stack", string(debug.Stack()))
				writeProblem(w, a.problem(ctx, "", errors.New("panic")))
			}
		}()
		_, pattern := a.mux.Handler(r)
		if pattern == "" {
			writeProblem(w, a.problem(ctx, "", app.E(app.CodeNotFound)))
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, cmp.Or(a.bodies[pattern], 1<<20))
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// address is the caller's network address: the connection's, or what a trusted
// proxy says of it.
func (a *API) address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if ip := net.ParseIP(host); ip != nil && a.config.Trusted != nil && a.config.Trusted(ip) {
		parts := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
		if last := net.ParseIP(strings.TrimSpace(parts[len(parts)-1])); last != nil {
			return last.String()
		}
	}
	return host
}

// url is the address that the caller's proof must name.
func (a *API) url(c huma.Context) string {
	u := c.URL()
	path := u.EscapedPath()
	if a.config.PublicURL != "" {
		return strings.TrimSuffix(a.config.PublicURL, "/") + path
	}
	scheme := "http"
	if c.TLS() != nil {
		scheme = "https"
	}
	return scheme + "://" + c.Host() + path
}

func (a *API) request(c huma.Context) gate.Request {
	token := ""
	if scheme, t, ok := strings.Cut(c.Header("Authorization"), " "); ok && strings.EqualFold(scheme, "DPoP") {
		token = t
	}
	address, _ := c.Context().Value(keyAddress).(string)
	return gate.Request{Method: c.Method(), URL: a.url(c), Proof: c.Header(wire.HeaderProof), Token: token, Address: address}
}

// admit is the middleware of one endpoint: it lets through whom the gate lets
// through, before anything of the body is read.
func (a *API) admit(e wire.Info) func(huma.Context, func(huma.Context)) {
	return func(c huma.Context, next func(huma.Context)) {
		switch e.Access {
		case wire.AccessPublic:
		case wire.AccessKey:
			r := a.request(c)
			r.Token = ""
			thumbprint, err := a.gate.AnyKey(r)
			if err != nil {
				a.refuse(c, err)
				return
			}
			c = huma.WithValue(c, keyThumbprint, thumbprint)
		default:
			caller, err := a.gate.Admit(c.Context(), e, a.request(c))
			if err != nil {
				a.refuse(c, err)
				return
			}
			c = huma.WithValue(c, keyCaller, caller)
		}
		next(c)
	}
}

func callerOf(ctx context.Context) app.Caller {
	c, _ := ctx.Value(keyCaller).(app.Caller)
	return c
}

func thumbprintOf(ctx context.Context) string {
	t, _ := ctx.Value(keyThumbprint).(string)
	return t
}

func addressOf(ctx context.Context) string {
	t, _ := ctx.Value(keyAddress).(string)
	return t
}

// operation is what huma is told of an endpoint.
func (a *API) operation(info wire.Info, names inputNames) huma.Operation {
	op := huma.Operation{
		OperationID: info.ID, Method: info.Method, Path: info.Path, Summary: info.Summary, DefaultStatus: info.Status,
		Middlewares: huma.Middlewares{a.admit(info)},
		Metadata:    map[string]any{metaNames: names},
		Extensions:  map[string]any{"x-permission": string(info.Permission), "x-access": accessWord(info.Access)},
		Errors:      []int{http.StatusUnprocessableEntity}, MaxBodyBytes: info.MaxBody,
	}
	a.bodies[info.Method+" "+info.Path] = info.MaxBody
	if info.Access >= wire.AccessKey {
		op.Errors = append(op.Errors, http.StatusUnauthorized)
		op.Security = []map[string][]string{{"dpop": {}}}
	}
	if info.Access >= wire.AccessSession {
		op.Errors = append(op.Errors, http.StatusForbidden)
		op.Security = []map[string][]string{{"dpop": {}, "session": {}}}
	}
	return op
}

// register puts one endpoint of the contract on HTTP.
func register[In, Out any](a *API, e wire.Endpoint[In, Out], handle func(ctx context.Context, in *In) (*Out, error)) {
	info := e.Info()
	op := a.operation(info, namesOf(reflect.TypeFor[In]()))
	huma.Register(a.huma, op, func(ctx context.Context, in *In) (*Out, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, a.problem(ctx, info.ID, err)
		}
		return out, nil
	})
}

func accessWord(a wire.Access) string {
	return [...]string{"public", "key", "session", "user"}[a]
}
