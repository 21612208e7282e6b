package pdnd

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/server/internal/anpr"
)

func TestLookup(t *testing.T) {
	f := newFake(t)
	c := f.client()
	r := testRequest(anpr.C020)
	f.answer = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-RateLimit-Limit", "15000, 15000;w=86400")
		w.Header().Set("X-RateLimit-Remaining", "14990")
		w.Header().Set("X-RateLimit-Reset", "3600")
		w.Header().Set("Date", f.clock.now().UTC().Format(http.TimeFormat))
		f.write(w, 200, "application/json; charset=utf-8", `{"idOperazioneANPR":"58370927","new":{"x":1},
			"listaSoggetti":{"datiSoggetto":[{"identificativi":{"idANPR":"AF41450AS"},"future":true}]},
			"listaAnomalie":[{"codiceErroreAnomalia":"EN148","tipoErroreAnomalia":"W","testoErroreAnomalia":"Il D.M. prevede..."}]}`)
	}
	if _, known := c.Skew(); known {
		t.Error("the clock of nobody is known")
	}
	a, calls, err := c.Lookup(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if a.OperationID != "58370927" || a.Outcome != anpr.Found || len(a.Subjects) != 1 || len(a.Raw) == 0 {
		t.Errorf("%+v", a)
	}
	if want := (anpr.Anomaly{Code: "EN148", Type: "W", Text: "Il D.M. prevede..."}); !slices.Equal(a.Warnings, []anpr.Anomaly{want}) {
		t.Errorf("warnings %+v", a.Warnings)
	}
	if len(calls) != 1 {
		t.Fatalf("%d calls", len(calls))
	}
	got := calls[0]
	e := f.journal[0]
	if got.OperationID != e.operation || got.OperationID != r.OperationPrefix+"0001" || got.TrackingID != e.tracking || got.VoucherID != e.voucher {
		t.Errorf("evidence %+v, journal %+v", got, e)
	}
	if got.Service != anpr.C020 || got.OperationANPR != "58370927" || got.Status != 200 || got.Code != "" || got.Attempt != 1 ||
		got.TransactionID != "tx-1" || got.MessageID != "msg-1" || got.PurposeID != testPurpose+"-C020" || !got.Started.Equal(f.clock.now()) {
		t.Errorf("evidence %+v", got)
	}
	if want := (anpr.RateLimit{Known: true, Limit: 15000, Remaining: 14990, Reset: time.Hour}); got.Rate != want {
		t.Errorf("rate %+v", got.Rate)
	}
	if ahead, known := c.Skew(); !known || ahead.Abs() > time.Second {
		t.Errorf("skew %v %v", ahead, known)
	}
	if c.Services()[anpr.C020] != testPurpose+"-C020" {
		t.Errorf("services %v", c.Services())
	}
}

func TestPairLife(t *testing.T) {
	for _, c := range []struct {
		name    string
		expires int
		life    int64
		uses    time.Duration // a pair is used until here
	}{
		{"ten minutes", 600, 600, 9 * time.Minute},
		{"short answer", 120, 600, 90 * time.Second},
		{"short voucher", 600, 120, 90 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFake(t)
			cl := f.client()
			f.token = func(w http.ResponseWriter, r *http.Request) {
				claims := f.read("assertion", r.PostForm.Get("client_assertion"), &clientKey().PublicKey)
				v := f.newVoucher(claims["purposeId"], claims["digest"].(map[string]any)["value"], c.life)
				f.write(w, 200, contentJSON, fmt.Sprintf(`{"access_token":%q,"token_type":"Bearer","expires_in":%d}`, v, c.expires))
			}
			for i, step := range []struct {
				wait time.Duration
				want int
			}{{0, 1}, {c.uses - time.Second, 1}, {time.Second, 2}} {
				f.clock.advance(step.wait)
				if _, _, err := cl.Lookup(t.Context(), testRequest(anpr.C020)); err != nil {
					t.Fatal(err)
				}
				if f.vouchers() != step.want {
					t.Errorf("step %d: %d vouchers, want %d", i, f.vouchers(), step.want)
				}
			}
		})
	}
}

const (
	problemHead = `{"type":"https://govway.org/x","status":0,"detail":"` + testCode + `","govway_id":"g","title":"`
	koHead      = `{"idOperazioneANPR":"58370932","listaErrori":[{"valoreErroreAnomalia":"` + testCode + `","codiceErroreAnomalia":"`
)

func problem(title string) string { return problemHead + title + `"}` }
func ko(code, kind, text string) string {
	return koHead + code + `","tipoErroreAnomalia":"` + kind + `","testoErroreAnomalia":"` + text + `"}]}`
}

const problemJSON = "application/problem+json"

// failures is the failure table: what the e-service may say, and what it
// means.
var failures = []struct {
	name        string
	status      int
	contentType string
	body        string
	code        app.Code     // "" for an answer
	outcome     anpr.Outcome // of an answer
	told        string       // Call.Code
	text        string       // parameter of the error, or text of the answer
	drops       bool         // the pair is thrown away
}{
	{"not registered", 404, problemJSON, ko("EN122", "E", "Soggetto non registrato in ANPR"), "", anpr.NotFound, "EN122", "Soggetto non registrato in ANPR", false},
	{"removed", 404, problemJSON, ko("EN122", "E", "Soggetto cancellato da ANPR"), "", anpr.Cancelled, "EN122", "Soggetto cancellato da ANPR", false},
	{"old text", 404, problemJSON, ko("EN122", "E", "La richiesta effettuata non produce alcun risultato"), "", anpr.NotFound, "EN122", "La richiesta effettuata non produce alcun risultato", false},
	{"use case", 400, problemJSON, ko("EN148", "E", "Ente non abilitato o caso uso inesistente : C020"), app.CodeAnprForbidden, "", "EN148", "Ente non abilitato o caso uso inesistente : C020", false},
	{"missing input", 400, problemJSON, ko("EN148", "E", "Devi specificare il comune"), app.CodeAnprInput, "", "EN148", "Devi specificare il comune", false},
	{"text on lines", 400, contentJSON, ko("EN148", "E", ` Devi\n specificare\u0000 `), app.CodeAnprInput, "", "EN148", "Devi  specificare", false},
	{"fault 400", 400, problemJSON, ko("999", "E", "Operazione non effettuabile"), app.CodeAnprFault, "", "999", "", false},
	{"fault 500", 500, problemJSON, ko("999", "E", "Operazione non effettuabile"), app.CodeAnprFault, "", "999", "", false},
	{"other code", 400, problemJSON, ko("EN132", "E", "Campi obbligatori non valorizzati"), app.CodeAnprRefused, "", "EN132", "", false},
	{"other fault", 500, problemJSON, ko("ZZ9", "E", "?"), app.CodeAnprFault, "", "ZZ9", "", false},
	{
		"error behind a warning", 404, problemJSON,
		`{"listaErrori":[{"codiceErroreAnomalia":"EN148","tipoErroreAnomalia":"W"},{"codiceErroreAnomalia":"EN122","tipoErroreAnomalia":"E","testoErroreAnomalia":"x"}]}`,
		"", anpr.NotFound, "EN122", "x", false,
	},
	{"interoperability", 400, problemJSON, problem("InteroperabilityInvalidRequest"), app.CodeAnprRefused, "", "InteroperabilityInvalidRequest", "", true},
	{"content", 400, problemJSON, problem("InvalidRequestContent"), app.CodeAnprRefused, "", "InvalidRequestContent", "", false},
	{"401", 401, problemJSON, problem("TokenAuthenticationFailed"), app.CodeAnprRefused, "", "TokenAuthenticationFailed", "", true},
	{"401 bare", 401, "", "", app.CodeAnprRefused, "", string(app.CodeAnprRefused), "", true},
	{"403", 403, problemJSON, problem("AuthorizationDenied"), app.CodeAnprForbidden, "", "AuthorizationDenied", "AuthorizationDenied", false},
	{"unknown API", 404, problemJSON, problem("NotFound"), app.CodeAnprRefused, "", "NotFound", "", false},
	{"404 of a web server", 404, "text/html", "<html>", app.CodeAnprRefused, "", string(app.CodeAnprRefused), "", false},
	{"quota", 429, problemJSON, problem("LimitExceeded"), app.CodeAnprQuota, "", "LimitExceeded", "", false},
	{"pressed", 429, problemJSON, problem("TooManyRequests"), app.CodeAnprBusy, "", "TooManyRequests", "", false},
	{"429 bare", 429, "text/plain", "slow down", app.CodeAnprBusy, "", string(app.CodeAnprBusy), "", false},
	{"gateway", 503, problemJSON, problem("GatewayError"), app.CodeAnprFault, "", "GatewayError", "", false},
	{"502 of a proxy", 502, "text/html", "<html>", app.CodeAnprFault, "", string(app.CodeAnprFault), "", false},
	{"broken JSON", 200, contentJSON, `{"idOperazioneANPR":"1","lista`, app.CodeAnprNonsense, "", string(app.CodeAnprNonsense), "", false},
	{"broken JSON of a fault", 500, contentJSON, `{`, app.CodeAnprNonsense, "", string(app.CodeAnprNonsense), "", false},
	{"no JSON", 200, "text/html", "<html>", app.CodeAnprNonsense, "", string(app.CodeAnprNonsense), "", false},
	{"no type", 200, "", `{"idOperazioneANPR":"1"}`, app.CodeAnprNonsense, "", string(app.CodeAnprNonsense), "", false},
	{"nothing", 200, contentJSON, "", app.CodeAnprNonsense, "", string(app.CodeAnprNonsense), "", false},
	{"a list", 200, contentJSON, "[]", app.CodeAnprNonsense, "", string(app.CodeAnprNonsense), "", false},
	{"null", 200, contentJSON, "null", app.CodeAnprNonsense, "", string(app.CodeAnprNonsense), "", false},
	{"something else", 200, contentJSON, `{"hello":"world"}`, app.CodeAnprNonsense, "", string(app.CodeAnprNonsense), "", false},
	{"subjects of another shape", 200, contentJSON, `{"idOperazioneANPR":"1","listaSoggetti":{"datiSoggetto":{}}}`, app.CodeAnprNonsense, "", string(app.CodeAnprNonsense), "", false},
	{"a null subject", 200, contentJSON, `{"idOperazioneANPR":"1","listaSoggetti":{"datiSoggetto":[null]}}`, app.CodeAnprNonsense, "", string(app.CodeAnprNonsense), "", false},
	{"redirect", 307, "text/html", "", app.CodeAnprNonsense, "", string(app.CodeAnprNonsense), "", false},
	{"too long", 200, contentJSON, `{"x":"` + strings.Repeat("x", 3000) + `"}`, app.CodeAnprNonsense, "", string(app.CodeAnprNonsense), "", false},
	{"nobody", 200, contentJSON, `{"idOperazioneANPR":"1","listaSoggetti":{"datiSoggetto":[]}}`, "", anpr.Empty, "", "", false},
	{"no list", 200, contentJSON, `{"idOperazioneANPR":77}`, "", anpr.Empty, "", "", false},
	{"two positions", 200, contentJSON, `{"idOperazioneANPR":"1","listaSoggetti":{"datiSoggetto":[{},{}]}}`, "", anpr.Duplicate, "", "", false},
}

func TestFailures(t *testing.T) {
	for _, c := range failures {
		t.Run(c.name, func(t *testing.T) {
			f := newFake(t)
			cl := f.client(func(cfg *Config) { cfg.MaxBody = 2000 })
			f.answer = func(w http.ResponseWriter, _ *http.Request) {
				if c.status == 307 {
					w.Header().Set("Location", "/in/ANPR-PDND/C015/v1/anpr-service-e002")
				}
				w.Header().Set("Retry-After", "7")
				f.write(w, c.status, c.contentType, c.body)
			}
			r := testRequest(anpr.C020)
			r.Criteria = anpr.Criteria{FiscalCode: testCode}
			a, calls, err := cl.Lookup(t.Context(), r)
			if app.CodeOf(err) != c.code || a.Outcome != c.outcome {
				t.Fatalf("got %v and %q, want %q and %q", err, a.Outcome, c.code, c.outcome)
			}
			if len(calls) != 1 || len(f.journal) != 1 {
				t.Fatalf("%d calls, %d in the journal", len(calls), len(f.journal))
			}
			if got := calls[0]; got.Code != c.told || got.Status != c.status || got.TransactionID != "tx-1" {
				t.Errorf("evidence %+v", got)
			}
			if c.code == "" {
				if a.Text != c.text {
					t.Errorf("text %q", a.Text)
				}
			} else {
				var e *app.Error
				var fail *anpr.Failure
				if !errors.As(err, &e) || !errors.As(err, &fail) {
					t.Fatalf("%v has no failure", err)
				}
				if e.Params["service"] != "C020" || e.Params["text"] != c.text {
					t.Errorf("parameters %v", e.Params)
				}
				if fail.Status != c.status || fail.Source != anpr.FromService {
					t.Errorf("failure %+v", fail)
				}
				if c.name != "too long" && (fail.RetryAfter != 7*time.Second || e.Params["transaction"] != "tx-1") {
					t.Errorf("failure %+v, parameters %v", fail, e.Params)
				}
			}
			// Nothing about the person in what goes to logs.
			if s := fmt.Sprintf("%v %+v %+v", err, err, calls); strings.Contains(s, testCode) {
				t.Errorf("the log would say %s", s)
			}
			if kept := cl.pairs.len(); (kept == 0) != c.drops {
				t.Errorf("%d pairs kept", kept)
			}
		})
	}
}

func TestManySubjectsOfAFamily(t *testing.T) {
	f := newFake(t)
	f.answer = func(w http.ResponseWriter, _ *http.Request) {
		f.write(w, 200, contentJSON, `{"idOperazioneANPR":"1","listaSoggetti":{"datiSoggetto":[{"a":1},{"a":2}]}}`)
	}
	a, _, err := f.client().Lookup(t.Context(), testRequest(anpr.C021))
	if err != nil || a.Outcome != anpr.Found || string(a.Subjects[1]) != `{"a":2}` {
		t.Errorf("%+v %v", a, err)
	}
}

func TestTokenFailures(t *testing.T) {
	const problem015 = `{"title":"x","type":"about:blank","status":400,"errors":[{"code":"015-0008","detail":"Unable to generate a token for the given request"}]}`
	other := strings.Repeat("0", 64)
	for _, c := range []struct {
		name   string
		status int
		kind   string
		body   string
		code   app.Code
		fname  string
		wait   time.Duration
	}{
		{"assertion refused", 400, problemJSON, problem015, app.CodeAnprToken, "015-0008", 0},
		{"unauthorised", 401, contentJSON, `{}`, app.CodeAnprToken, "", 0},
		{"pressed", 429, contentJSON, `{"errors":[]}`, app.CodeAnprBusy, "", 1500 * time.Millisecond},
		{"down", 500, "text/html", `<html>`, app.CodeAnprFault, "", 0},
		{"redirect", 302, "text/html", ``, app.CodeAnprNonsense, "", 0},
		{"no JSON", 200, "text/html", `<html>`, app.CodeAnprNonsense, "", 0},
		{"broken JSON", 200, contentJSON, `{"access`, app.CodeAnprNonsense, "", 0},
		{"another type", 200, contentJSON, `{"access_token":"a.b.c","token_type":"DPoP","expires_in":600}`, app.CodeAnprToken, "", 0},
		{"no token", 200, contentJSON, `{"token_type":"Bearer","expires_in":600}`, app.CodeAnprToken, "", 0},
		{"line break", 200, contentJSON, `{"access_token":"a\r\nX: y","token_type":"Bearer","expires_in":600}`, app.CodeAnprToken, "", 0},
		{"born old", 200, contentJSON, `{"access_token":"a.b.c","token_type":"Bearer","expires_in":0}`, app.CodeAnprToken, "", 0},
		{"for another tracking", 200, contentJSON, "digest", app.CodeAnprToken, "", 0},
		{"for another purpose", 200, contentJSON, "purpose", app.CodeAnprToken, "", 0},
		{"born expired", 200, contentJSON, "expired", app.CodeAnprToken, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFake(t)
			cl := f.client()
			f.token = func(w http.ResponseWriter, r *http.Request) {
				claims := f.read("assertion", r.PostForm.Get("client_assertion"), &clientKey().PublicKey)
				purpose, digest, life, body := claims["purposeId"], claims["digest"].(map[string]any)["value"], int64(600), c.body
				switch c.body {
				case "digest":
					digest = other
				case "purpose":
					purpose = other
				case "expired":
					life = -1
				}
				if len(c.body) < 8 && c.kind == contentJSON && c.status == 200 {
					body = `{"access_token":"` + f.newVoucher(purpose, digest, life) + `","token_type":"bearer","expires_in":600}`
				}
				if c.status == 429 {
					w.Header().Set("X-Rate-Limit-Interval", "1500")
				}
				f.write(w, c.status, c.kind, body)
			}
			seq := 0
			r := testRequest(anpr.C020)
			r.Seq = func() int { seq++; return seq }
			_, calls, err := cl.Lookup(t.Context(), r)
			var fail *anpr.Failure
			if app.CodeOf(err) != c.code || !errors.As(err, &fail) || fail.Source != anpr.FromToken || fail.Name != c.fname || fail.RetryAfter != c.wait {
				t.Errorf("got %v, %+v", err, fail)
			}
			if len(calls) != 0 || len(f.journal) != 0 || seq != 0 || cl.pairs.len() != 0 {
				t.Errorf("%d calls, %d in the journal, %d ids spent", len(calls), len(f.journal), seq)
			}
		})
	}
}

// TestOpaqueVoucher: a voucher that is no JWS is allowed; it has no id.
func TestOpaqueVoucher(t *testing.T) {
	f := newFake(t)
	f.token = func(w http.ResponseWriter, _ *http.Request) {
		f.write(w, 200, contentJSON, `{"access_token":"opaque","token_type":"Bearer","expires_in":600}`)
	}
	c := f.client()
	p, err := c.pairs.get(t.Context(), pairKey{anpr.C020, testRequest(anpr.C020).Actor})
	if err != nil || p.bearer != "Bearer opaque" || p.voucherID != "" {
		t.Errorf("%+v %v", p, err)
	}
}

func TestProbe(t *testing.T) {
	f := newFake(t)
	c := f.client()
	who := testRequest(anpr.C020).Actor
	for _, x := range []struct {
		status int
		kind   string
		body   string
		code   app.Code
	}{
		{200, problemJSON, `{"listaErrori":[{"codiceErroreAnomalia":"200","testoErroreAnomalia":"OK"}]}`, ""},
		{200, problemJSON, `{"listaErrori":[{"codiceErroreAnomalia":"500","testoErroreAnomalia":"KO"}]}`, app.CodeAnprFault},
		{200, problemJSON, `{}`, app.CodeAnprNonsense},
		{200, "text/html", `<html>`, app.CodeAnprNonsense},
		{503, problemJSON, problem("GatewayError"), app.CodeAnprFault},
		{400, problemJSON, problem("InteroperabilityInvalidRequest"), app.CodeAnprRefused},
	} {
		f.set(func() {
			f.answer = func(w http.ResponseWriter, _ *http.Request) { f.write(w, x.status, x.kind, x.body) }
		})
		call, err := c.Probe(t.Context(), anpr.C020, who)
		if app.CodeOf(err) != x.code || call.Status != x.status || call.OperationID != "" || call.TrackingID == "" || call.TransactionID != "tx-1" {
			t.Errorf("%+v %v", call, err)
		}
	}
	if f.statuses != 6 || len(f.journal) != 0 {
		t.Errorf("%d status calls, %d questions", f.statuses, len(f.journal))
	}
	if c.pairs.len() != 0 {
		t.Error("the refused pair is kept")
	}
	if _, err := c.Probe(t.Context(), anpr.C020, anpr.Actor{}); app.CodeOf(err) != app.CodeRequired {
		t.Error(err)
	}
	if _, err := c.Probe(t.Context(), "C099", who); app.CodeOf(err) != app.CodeAnprOff {
		t.Error(err)
	}
}

func TestLookupKeptBack(t *testing.T) {
	f := newFake(t)
	c := f.client(func(cfg *Config) { delete(cfg.Services, anpr.C015) })
	if _, _, err := c.Lookup(t.Context(), testRequest(anpr.C015)); app.CodeOf(err) != app.CodeAnprOff {
		t.Error(err)
	}
	bad := testRequest(anpr.C020)
	bad.Actor.LoA = ""
	if _, _, err := c.Lookup(t.Context(), bad); app.CodeOf(err) != app.CodeRequired {
		t.Error(err)
	}
	spent := testRequest(anpr.C020)
	spent.Seq = anpr.Count(36 * 36 * 36 * 36)
	if _, _, err := c.Lookup(t.Context(), spent); app.CodeOf(err) != app.CodeInternal {
		t.Error(err)
	}
	dry := f.client(func(cfg *Config) { cfg.Rand = strings.NewReader("too little") })
	if _, _, err := dry.Lookup(t.Context(), testRequest(anpr.C020)); app.CodeOf(err) != app.CodeInternal {
		t.Error(err)
	}
	if len(f.journal) != 0 {
		t.Errorf("%d calls went out", len(f.journal))
	}
}

// TestGuarded is the adapter with its manners: a refused pair is made anew
// once, each attempt has its own operation id, and the journal of the other
// side agrees with our evidence call by call.
func TestGuarded(t *testing.T) {
	f := newFake(t)
	g, err := anpr.Guard(t.Context(), f.client(), anpr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	f.answer = func(w http.ResponseWriter, _ *http.Request) {
		if n++; n == 1 {
			f.write(w, 400, problemJSON, problem("InteroperabilityInvalidRequest"))
			return
		}
		f.write(w, 404, problemJSON, ko("EN122", "E", "Soggetto cancellato da ANPR"))
	}
	a, calls, err := g.Lookup(t.Context(), testRequest(anpr.C020))
	if err != nil || a.Outcome != anpr.Cancelled || a.OperationID != "58370932" || len(calls) != 2 {
		t.Fatalf("%+v %+v %v", a, calls, err)
	}
	if f.vouchers() != 2 {
		t.Errorf("%d vouchers", f.vouchers())
	}
	for i, e := range f.journal {
		if c := calls[i]; c.OperationID != e.operation || c.TrackingID != e.tracking || c.VoucherID != e.voucher || c.Attempt != i+1 {
			t.Errorf("call %d: evidence %+v, journal %+v", i, c, e)
		}
	}
	if calls[0].OperationID == calls[1].OperationID || calls[0].TrackingID == calls[1].TrackingID {
		t.Error("the second attempt repeats the first")
	}
	// Refused again and again: two attempts, no more.
	n = 0
	f.answer = func(w http.ResponseWriter, _ *http.Request) {
		n++
		f.write(w, 401, problemJSON, problem("TokenAuthenticationFailed"))
	}
	if _, calls, err := g.Lookup(t.Context(), testRequest(anpr.C020)); app.CodeOf(err) != app.CodeAnprRefused || len(calls) != 2 || n != 2 {
		t.Errorf("%d calls: %v", n, err)
	}
	if _, known := g.Skew(); !known {
		t.Error("the clock of the other side is not known")
	}
}
