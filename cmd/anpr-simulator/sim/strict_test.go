package sim

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestTokenRefusals(t *testing.T) {
	other := testKeys()[2]
	now := time.Date(2026, time.November, 18, 10, 30, 0, 0, time.UTC).Unix()
	cases := map[string]testCall{
		"nbf":                    {assert: claims{"nbf": now}},
		"any extra claim":        {assert: claims{"scope": "x"}},
		"no digest":              {assert: claims{"digest": drop}},
		"no purposeId":           {assert: claims{"purposeId": drop}},
		"no jti":                 {assert: claims{"jti": drop}},
		"no iss":                 {assert: claims{"iss": drop}},
		"no sub":                 {assert: claims{"sub": drop}},
		"empty jti":              {assert: claims{"jti": ""}},
		"alg RS512":              {header: [3]claims{1: {"alg": "RS512"}}},
		"alg none":               {header: [3]claims{1: {"alg": "none"}}},
		"typ":                    {header: [3]claims{1: {"typ": "at+jwt"}}},
		"no typ":                 {header: [3]claims{1: {"typ": drop}}},
		"kid":                    {header: [3]claims{1: {"kid": "kid-2"}}},
		"crit":                   {header: [3]claims{1: {"crit": []string{"x"}}}},
		"key":                    {keyed: [3]*rsaKey{1: other}},
		"aud":                    {assert: claims{"aud": "auth.interop.pagopa.it/client-assertion"}},
		"aud as array":           {assert: claims{"aud": []string{defaultTokenAudience}}},
		"purpose":                {assert: claims{"purposeId": "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"}},
		"iss":                    {assert: claims{"iss": "another"}},
		"unknown client":         {assert: claims{"sub": "another", "iss": "another"}, form: url.Values{"client_id": {"another"}}},
		"iat as text":            {assert: claims{"iat": "1795000000"}},
		"iat with decimals":      {assert: claims{"iat": float64(now) + 0.5}},
		"iat in milliseconds":    {assert: claims{"iat": now * 1000, "exp": now*1000 + 120}},
		"future":                 {assert: claims{"iat": now + 60, "exp": now + 180}},
		"expired":                {assert: claims{"iat": now - 120, "exp": now - 1}},
		"exp before iat":         {assert: claims{"iat": now + 3, "exp": now + 2}},
		"digest alg":             {assert: claims{"digest": claims{"alg": "SHA-256", "value": strings.Repeat("a", 64)}}},
		"digest value":           {assert: claims{"digest": claims{"alg": "SHA256", "value": "abc"}}},
		"digest extra":           {assert: claims{"digest": claims{"alg": "SHA256", "value": strings.Repeat("a", 64), "x": 1}}},
		"grant_type":             {form: url.Values{"grant_type": {"authorization_code"}}},
		"client_assertion_type":  {form: url.Values{"client_assertion_type": {"x"}}},
		"client_id of another":   {form: url.Values{"client_id": {"another"}}},
		"client_assertion twice": {form: url.Values{"client_assertion": {"a", "b"}}},
		"not a JWS":              {form: url.Values{"client_assertion": {"abc"}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, Config{})
			c.service = "C020"
			w := b.tokenRequest(&c, "tracking")
			if w.Code != 400 || titleOf(w) != "015-0008" {
				t.Fatalf("answers %d %s", w.Code, w.Body)
			}
			var p problem
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.CorrelationID == "" ||
				p.Title != "The request contains bad syntax or cannot be fulfilled." || p.Type != "about:blank" || p.Status != 400 || p.Detail != "Bad request" {
				t.Errorf("problem %s", w.Body)
			}
			if calls := b.sim.Journal(); len(calls) != 1 || calls[0].Reason == "" || calls[0].Service != ServiceToken {
				t.Errorf("journal %+v", calls)
			}
		})
	}
	t.Run("replayed jti", func(t *testing.T) {
		b := newBench(t, Config{})
		c := &testCall{service: "C020", assert: claims{"jti": "once"}}
		if w := b.tokenRequest(c, "tracking"); w.Code != 200 {
			t.Fatalf("first: %d %s", w.Code, w.Body)
		}
		if w := b.tokenRequest(c, "tracking"); w.Code != 400 || titleOf(w) != "015-0008" {
			t.Fatalf("second: %d %s", w.Code, w.Body)
		}
	})
	t.Run("upper-case digest", func(t *testing.T) {
		b := newBench(t, Config{})
		c := &testCall{service: "C020", assert: claims{"digest": claims{"alg": "SHA256", "value": strings.Repeat("AB", 32)}}}
		if w := b.tokenRequest(c, "tracking"); w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	})
}

func TestVoucher(t *testing.T) {
	b := newBench(t, Config{})
	c := &testCall{service: "C020"}
	tracking := b.trackingToken(c)
	token, err := parseJWS(b.voucher(c, tracking))
	if err != nil {
		t.Fatal(err)
	}
	if err := token.verifyWith(&testKeys()[1].PublicKey); err != nil {
		t.Errorf("signature: %v", err)
	}
	for name, want := range map[string]string{"typ": "at+jwt", "alg": "RS256", "use": "sig", "kid": voucherKID} {
		if got, _ := stringOf(token.header[name]); got != want {
			t.Errorf("header %s = %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]string{
		"iss": defaultIssuer, "aud": b.sim.Audience("C020"), "client_id": testClient, "sub": testClient, "purposeId": purposeOf("C020"),
	} {
		if got, _ := stringOf(token.claims[name]); got != want {
			t.Errorf("claim %s = %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{"jti", "producerId", "consumerId", "eserviceId", "descriptorId"} {
		if _, err := token.text(name); err != nil {
			t.Error(err)
		}
	}
	iat, _ := token.instant("iat")
	exp, _ := token.instant("exp")
	if exp.Sub(iat) != tokenLife {
		t.Errorf("lives %v", exp.Sub(iat))
	}
}

func TestGatewayRefusals(t *testing.T) {
	other := testKeys()[2]
	now := time.Date(2026, time.November, 18, 10, 30, 0, 0, time.UTC).Unix()
	const modi = "InteroperabilityInvalidRequest"
	massive := "https://modipa-val.anpr.interno.it/govway/rest/in/MinInternoPortaANPR-PDND/C020-servizioAccertamentoResidenza/v1"
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	without := func(name string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Del(name) }
	}
	cases := map[string]struct {
		call   testCall
		status int
		title  string
	}{
		"no voucher":                        {testCall{request: without("Authorization")}, 401, "TokenAuthenticationFailed"},
		"not bearer":                        {testCall{request: header("Authorization", "DPoP x")}, 401, "TokenAuthenticationFailed"},
		"not a voucher":                     {testCall{request: header("Authorization", "Bearer abc")}, 401, "TokenAuthenticationFailed"},
		"tracking: none":                    {testCall{request: without(headerTracking)}, 400, modi},
		"tracking: -PDND in aud":            {testCall{tracking: claims{"aud": massive}}, 400, modi},
		"tracking: operation in aud":        {testCall{tracking: claims{"aud": strings.Replace(massive, "-PDND", "", 1) + "/anpr-service-e002"}}, 400, modi},
		"tracking: no userID":               {testCall{tracking: claims{"userID": drop}}, 400, modi},
		"tracking: userId":                  {testCall{tracking: claims{"userID": drop, "userId": "x"}}, 400, modi},
		"tracking: empty userID":            {testCall{tracking: claims{"userID": " "}}, 400, modi},
		"tracking: no userLocation":         {testCall{tracking: claims{"userLocation": drop}}, 400, modi},
		"tracking: no LoA":                  {testCall{tracking: claims{"LoA": drop}}, 400, modi},
		"tracking: loa":                     {testCall{tracking: claims{"LoA": drop, "loa": "2"}}, 400, modi},
		"tracking: no dnonce":               {testCall{tracking: claims{"dnonce": drop}}, 400, modi},
		"tracking: short dnonce":            {testCall{tracking: claims{"dnonce": "123"}}, 400, modi},
		"tracking: no jti":                  {testCall{tracking: claims{"jti": drop}}, 400, modi},
		"tracking: no purposeId":            {testCall{tracking: claims{"purposeId": drop}}, 400, modi},
		"tracking: other purposeId":         {testCall{tracking: claims{"purposeId": purposeOf("C015")}}, 400, modi},
		"tracking: iss":                     {testCall{tracking: claims{"iss": "another"}}, 400, modi},
		"tracking: sub":                     {testCall{tracking: claims{"sub": "another"}}, 400, modi},
		"tracking: old":                     {testCall{tracking: claims{"iat": now - 601, "nbf": now - 601, "exp": now + 600}}, 400, modi},
		"tracking: expired":                 {testCall{tracking: claims{"iat": now - 300, "nbf": now - 300, "exp": now - 1}}, 400, modi},
		"tracking: future":                  {testCall{tracking: claims{"iat": now + 60, "exp": now + 600, "nbf": drop}}, 400, modi},
		"tracking: nbf in future":           {testCall{tracking: claims{"nbf": now + 60}}, 400, modi},
		"tracking: milliseconds":            {testCall{tracking: claims{"iat": now * 1000, "exp": now*1000 + 600, "nbf": drop}}, 400, modi},
		"tracking: iat as text":             {testCall{tracking: claims{"iat": "1795000000"}}, 400, modi},
		"tracking: kid":                     {testCall{header: [3]claims{0: {"kid": "x"}}}, 400, modi},
		"tracking: key":                     {testCall{keyed: [3]*rsaKey{0: other}}, 400, modi},
		"tracking: alg":                     {testCall{header: [3]claims{0: {"alg": "HS256"}}}, 400, modi},
		"voucher digest":                    {testCall{assert: claims{"digest": claims{"alg": "SHA256", "value": strings.Repeat("ab", 32)}}}, 400, modi},
		"signature: none":                   {testCall{request: without(headerSignature)}, 400, modi},
		"signature: -PDND in aud":           {testCall{signing: claims{"aud": massive}}, 400, modi},
		"signature: no sub":                 {testCall{signing: claims{"sub": drop}}, 400, modi},
		"signature: iss":                    {testCall{signing: claims{"iss": "another"}}, 400, modi},
		"signature: no jti":                 {testCall{signing: claims{"jti": drop}}, 400, modi},
		"signature: old":                    {testCall{signing: claims{"iat": now - 601, "nbf": drop, "exp": now + 60}}, 400, modi},
		"signature: future":                 {testCall{signing: claims{"iat": now + 60, "exp": now + 120, "nbf": drop}}, 400, modi},
		"signature: expired":                {testCall{signing: claims{"iat": now - 60, "nbf": drop, "exp": now - 1}}, 400, modi},
		"signature: no exp":                 {testCall{signing: claims{"exp": drop}}, 400, modi},
		"signature: key":                    {testCall{keyed: [3]*rsaKey{2: other}}, 400, modi},
		"signature: typ":                    {testCall{header: [3]claims{2: {"typ": "jwt"}}}, 400, modi},
		"signature: no headers":             {testCall{signing: claims{"signed_headers": drop}}, 400, modi},
		"signature: headers an object":      {testCall{signing: claims{"signed_headers": claims{"digest": "x"}}}, 400, modi},
		"signature: headers without digest": {testCall{signing: claims{"signed_headers": []claims{{"content-type": "application/json"}}}}, 400, modi},
		"signature: other digest":           {testCall{signing: claims{"signed_headers": []claims{{"digest": "SHA-256=x"}, {"content-type": "application/json"}}}}, 400, modi},
		"no Digest":                         {testCall{request: without(headerDigest)}, 400, modi},
		"Digest of another body":            {testCall{request: header(headerDigest, "SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")}, 400, modi},
		"body changed": {testCall{request: func(r *http.Request) {
			raw, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(strings.NewReader(string(raw) + "\n"))
		}}, 400, modi},
		"content-type changed":      {testCall{request: header("Content-Type", "application/json; charset=utf-8")}, 400, modi},
		"content-encoding unsigned": {testCall{request: header("Content-Encoding", "UTF-8")}, 400, modi},
		"wrong path":                {testCall{path: "/govway/rest/in/MinInternoPortaANPR-PDND/C020–servizioAccertamentoResidenza/v1/anpr-service-e002"}, 404, "NotFound"},
		"wrong version":             {testCall{path: strings.Replace(Path("C020"), "/v1/", "/v2/", 1)}, 404, "NotFound"},
		"double slash":              {testCall{path: "/" + Path("C020")}, 404, "NotFound"},
		"GET of the operation":      {testCall{method: "GET"}, 404, "NotFound"},
		"POST of the status":        {testCall{path: StatusPath("C020")}, 404, "NotFound"},
		"null":                      {testCall{body: `{"idOperazioneClient":"1","criteriRicerca":{"idANPR":"AF41450AS"},"datiRichiesta":{"dataRiferimentoRichiesta":"2026-11-18","motivoRichiesta":"x","casoUso":null}}`}, 400, "InvalidRequestContent"},
		"number for text":           {testCall{body: `{"idOperazioneClient":1,"criteriRicerca":{},"datiRichiesta":{"dataRiferimentoRichiesta":"2026-11-18","motivoRichiesta":"x","casoUso":"C020"}}`}, 400, "InvalidRequestContent"},
		"missing field":             {testCall{body: `{"idOperazioneClient":"1","criteriRicerca":{}}`}, 400, "InvalidRequestContent"},
		"array for object":          {testCall{body: `{"idOperazioneClient":"1","criteriRicerca":[],"datiRichiesta":{"dataRiferimentoRichiesta":"2026-11-18","motivoRichiesta":"x","casoUso":"C020"}}`}, 400, "InvalidRequestContent"},
		"not JSON":                  {testCall{body: `{"idOperazioneClient":`}, 400, "InvalidRequestContent"},
		"two values":                {testCall{body: `{} {}`}, 400, "InvalidRequestContent"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, Config{})
			c.call.service = "C020"
			if c.call.body == "" {
				c.call.body = b.body("C020", byID("AF41450AS"), "", "2026-11-18")
			}
			w := b.do(&c.call)
			if w.Code != c.status || titleOf(w) != c.title {
				t.Fatalf("answers %d %s\nwant %d %s", w.Code, w.Body, c.status, c.title)
			}
			checkHeaders(t, w)
			calls := b.sim.Journal()
			if last := calls[len(calls)-1]; last.Status != c.status || last.Code != c.title || last.Reason == "" {
				t.Errorf("journal %+v", last)
			}
		})
	}
}

func checkHeaders(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	for _, name := range []string{"GovWay-Transaction-ID", "GovWay-Message-ID", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Date", "Content-Type"} {
		if w.Header().Get(name) == "" {
			t.Errorf("no header %s", name)
		}
	}
	if got := w.Header().Get("Server"); got != "GovWay-SOGEI" {
		t.Errorf("Server: %s", got)
	}
}

// TestNullText: the text of the gateway is known word for word.
func TestNullText(t *testing.T) {
	b := newBench(t, Config{})
	w := b.do(&testCall{service: "C020", body: `{"idOperazioneClient":"1","criteriRicerca":{"idANPR":"AF41450AS"},"datiRichiesta":{"dataRiferimentoRichiesta":"2026-11-18","motivoRichiesta":"x","casoUso":null}}`})
	var p gatewayProblem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	want := "Request content not conform to API specification: Validation error(s) :\nbody.datiRichiesta.casoUso: Null value is not allowed. (code: 1021)\nFrom: body.datiRichiesta.<#/components/schemas/TipoDatiRichiestaE002>.casoUso.<nullable>\n"
	if p.Detail != want || p.Type != "https://govway.org/handling-errors/400/InvalidRequestContent.html" || p.Status != 400 || p.ID != w.Header().Get("GovWay-Transaction-ID") {
		t.Errorf("problem %+v", p)
	}
}

func TestRegisterRefusals(t *testing.T) {
	const enabled = "EN148 Ente non abilitato o caso uso inesistente : "
	request := func(op, criteria, day, motive, use string) string {
		raw, _ := json.Marshal(map[string]any{
			"idOperazioneClient": op, "criteriRicerca": json.RawMessage(criteria),
			"datiRichiesta": map[string]string{"dataRiferimentoRichiesta": day, "motivoRichiesta": motive, "casoUso": use},
		})
		return string(raw)
	}
	settimo := byID("AF41450AS")
	names := `{"cognome":"SETTIMO","nome":"SOGGETTO","sesso":"M"%s}`
	birth := `,"datiNascita":{"dataEvento":"1990-01-01","luogoNascita":{"comune":{"nomeComune":"ROMA","siglaProvinciaIstat":"RM"}}}`
	cases := map[string]struct {
		service, body string
		status        int
		title         string
	}{
		"use case of another":  {"C020", request("1", settimo, "2026-11-18", "x", "C021"), 400, enabled + "C021"},
		"operation id: dashes": {"C020", request("a-b", settimo, "2026-11-18", "x", "C020"), 400, "EN148 idOperazioneClient non valido"},
		"operation id: empty":  {"C020", request("", settimo, "2026-11-18", "x", "C020"), 400, "EN148 idOperazioneClient non valido"},
		"operation id: long":   {"C020", request(strings.Repeat("1", 31), settimo, "2026-11-18", "x", "C020"), 400, "EN148 idOperazioneClient non valido"},
		"motive: slash":        {"C020", request("1", settimo, "2026-11-18", "Prot. 1/2026", "C020"), 400, "EN148 motivoRichiesta non valido"},
		"motive: long":         {"C020", request("1", settimo, "2026-11-18", strings.Repeat("x", 241), "C020"), 400, "EN148 motivoRichiesta non valido"},
		"motive: blank":        {"C020", request("1", settimo, "2026-11-18", "  ", "C020"), 400, "EN148 motivoRichiesta non valido"},
		"date: malformed":      {"C020", request("1", settimo, "18/11/2026", "x", "C020"), 400, "EN148 Data riferimento richiesta non valida"},
		"date: future":         {"C020", request("1", settimo, "2026-11-19", "x", "C020"), 400, "EN148 Data riferimento richiesta maggiore della data corrente"},
		"no criterion":         {"C020", request("1", "{}", "2026-11-18", "x", "C020"), 400, "EN148 Devi specificare un criterio di ricerca"},
		"two criteria":         {"C020", request("1", `{"idANPR":"AF41450AS","codiceFiscale":"STTSGT90A01H501J"}`, "2026-11-18", "x", "C020"), 400, "EN148 Devi specificare un solo criterio di ricerca"},
		"C030 by id":           {"C030", request("1", settimo, "2026-11-18", "x", "C030"), 400, "EN148 Devi specificare codice fiscale oppure generalita"},
		"names without birth":  {"C030", request("1", strings.Replace(names, "%s", "", 1), "2026-11-18", "x", "C030"), 400, "EN148 Devi specificare data di nascita"},
		"names without sex":    {"C030", request("1", strings.Replace(strings.Replace(names, "%s", birth, 1), `"M"`, `"X"`, 1), "2026-11-18", "x", "C030"), 400, "EN148 Devi specificare sesso"},
		"place without province": {
			"C030", request("1", strings.Replace(names, "%s", strings.Replace(birth, `,"siglaProvinciaIstat":"RM"`, "", 1), 1), "2026-11-18", "x", "C030"),
			400, "EN148 Devi specificare comune e provincia di nascita",
		},
		"short code":              {"C020", request("1", byCode("ABC"), "2026-11-18", "x", "C020"), 400, "EN148 Devi specificare un codice fiscale valido"},
		"unknown id":              {"C020", request("1", byID("ZZ99999ZZ"), "2026-11-18", "x", "C020"), 404, "EN122 " + textNotRegistered},
		"unknown code":            {"C020", request("1", byCode(CastMember("unregistered").CF), "2026-11-18", "x", "C020"), 404, "EN122 " + textNotRegistered},
		"cancelled":               {"C020", request("1", byID("OR69233LN"), "2026-11-18", "x", "C020"), 404, "EN122 " + textCancelled},
		"cancelled, by code":      {"C030", request("1", byCode("PRVCCL60B50G393U"), "2026-11-18", "x", "C030"), 404, "EN122 " + textCancelled},
		"not yet born":            {"C020", request("1", byID(CastMember("newborn").IDANPR), "2026-08-31", "x", "C020"), 404, "EN122 " + textNotRegistered},
		"not yet here":            {"C020", request("1", byID(CastMember("foreigner").IDANPR), "2014-01-31", "x", "C020"), 404, "EN122 " + textNotRegistered},
		"verification of nothing": {"C004", request("1", settimo, "2026-11-18", "x", "C004"), 400, "EN148 Devi specificare i dati da verificare"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, Config{})
			w := b.do(&testCall{service: c.service, body: c.body})
			if w.Code != c.status || titleOf(w) != c.title {
				t.Fatalf("answers %d %s\nwant %d %s", w.Code, w.Body, c.status, c.title)
			}
			checkHeaders(t, w)
			if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
				t.Errorf("Content-Type %s", got)
			}
		})
	}
	t.Run("purpose of another service", func(t *testing.T) {
		// As in italia/anpr #5018: a valid pair for C030 used on C003.
		b := newBench(t, Config{})
		w := b.do(&testCall{
			service: "C030", body: b.body("C003", settimo, `{"generalita":{"cognome":"SETTIMO"}}`, "2026-11-18"), path: Path("C003"),
			tracking: claims{"aud": b.sim.Audience("C003")}, signing: claims{"aud": b.sim.Audience("C003")},
		})
		if w.Code != 400 || titleOf(w) != enabled+"C003" {
			t.Fatalf("answers %d %s", w.Code, w.Body)
		}
	})
}

func TestVoucherLife(t *testing.T) {
	b := newBench(t, Config{})
	c := &testCall{service: "C019", body: b.body("C019", byID("AF41450AS"), "", "2026-11-18")}
	tracking := b.trackingToken(c)
	voucher := b.voucher(c, tracking)
	send := func() int {
		c.body = b.body("C019", byID("AF41450AS"), "", "2026-11-18")
		w := httptest.NewRecorder()
		b.handler.ServeHTTP(w, b.operation(c, tracking, voucher))
		return w.Code
	}
	if got := send(); got != 200 {
		t.Fatalf("fresh pair: %d", got)
	}
	*b.clock = b.clock.Add(9 * time.Minute)
	if got := send(); got != 200 {
		t.Fatalf("pair of nine minutes: %d", got)
	}
	*b.clock = b.clock.Add(time.Minute)
	if got := send(); got != 401 {
		t.Fatalf("voucher of ten minutes: %d", got)
	}
	// A new voucher for the old tracking token does not help.
	voucher = b.voucher(c, tracking)
	if got := send(); got != 400 {
		t.Fatalf("tracking token of ten minutes: %d", got)
	}
	t.Run("foreign", func(t *testing.T) {
		foreign := newBench(t, Config{})
		foreign.sim.key, foreign.sim.keyErr = nil, nil
		foreign.sim.cfg.Key = testKeys()[2]
		c := &testCall{service: "C019", body: b.body("C019", byID("AF41450AS"), "", "2026-11-18")}
		*foreign.clock = *b.clock
		tracking := foreign.trackingToken(c)
		w := httptest.NewRecorder()
		b.handler.ServeHTTP(w, b.operation(c, tracking, foreign.voucher(c, tracking)))
		if w.Code != 401 || titleOf(w) != "TokenAuthenticationFailed" || w.Header().Get("WWW-Authenticate") == "" {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	})
	t.Run("replayed signature", func(t *testing.T) {
		c := &testCall{service: "C019", body: b.body("C019", byID("AF41450AS"), "", "2026-11-18"), signing: claims{"jti": "once"}}
		tracking := b.trackingToken(c)
		voucher := b.voucher(c, tracking)
		for i, want := range []int{200, 400} {
			w := httptest.NewRecorder()
			b.handler.ServeHTTP(w, b.operation(c, tracking, voucher))
			if w.Code != want {
				t.Fatalf("call %d: %d %s", i+1, w.Code, w.Body)
			}
		}
	})
}

func TestStatus(t *testing.T) {
	b := newBench(t, Config{})
	get := func(change func(*http.Request)) *httptest.ResponseRecorder {
		c := &testCall{service: "C020", path: StatusPath("C020"), method: "GET", request: func(r *http.Request) {
			r.Header.Del(headerSignature)
			r.Header.Del(headerDigest)
			change(r)
		}}
		return b.do(c)
	}
	if w := get(func(*http.Request) {}); w.Code != 200 || w.Body.String() != `{"listaErrori":[{"codiceErroreAnomalia":"200","testoErroreAnomalia":"OK"}]}` {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for _, name := range []string{headerSignature, headerDigest} {
		if w := get(func(r *http.Request) { r.Header.Set(name, "x") }); w.Code != 400 || titleOf(w) != "InteroperabilityInvalidRequest" {
			t.Errorf("with %s: %d %s", name, w.Code, w.Body)
		}
	}
	if w := get(func(r *http.Request) { r.Header.Del("Authorization") }); w.Code != 401 {
		t.Errorf("without voucher: %d", w.Code)
	}
}
