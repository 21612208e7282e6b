package pdnd

import (
	"crypto/rsa"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"indagor/server/internal/anpr"
)

type vectorToken struct {
	Compact   string          `json:"compact"`
	Payload   json.RawMessage `json:"payload"`
	SHA256Hex string          `json:"sha256hex"`
}

// TestModIVector reproduces the published exchange: what we sign is, byte for
// byte, what was signed there; the digests are the same; and the signatures
// there are verified by our own code and by go-jose.
func TestModIVector(t *testing.T) {
	var v struct {
		Body      string          `json:"body"`
		Digest    string          `json:"digestHeader"`
		JWK       jose.JSONWebKey `json:"publicJwk"`
		Assertion vectorToken     `json:"clientAssertion"`
		Signature vectorToken     `json:"signature"`
		Tracking  vectorToken     `json:"tracking"`
	}
	if err := json.Unmarshal(readDossier(t, "vectors/modi_test_vector.json"), &v); err != nil {
		t.Fatal(err)
	}
	pub, ok := v.JWK.Key.(*rsa.PublicKey)
	if !ok {
		t.Fatalf("the public key is %T", v.JWK.Key)
	}

	// The question, and its bytes.
	r := anpr.Request{
		Service: anpr.C020, OperationPrefix: "PDL01202611181006", Seq: anpr.Count(0),
		Criteria:      anpr.Criteria{IDANPR: "AF41450AS"},
		ReferenceDate: time.Date(2026, 11, 18, 0, 0, 0, 0, time.UTC),
		Motive:        "Prot. 12345 del 18-11-2026",
		Actor:         anpr.Actor{UserID: "mrossi", UserLocation: "POLIZIALOCALE-PC07", LoA: "LoA2"},
	}
	body, err := marshal(r, "PDL0120261118100640001")
	if err != nil {
		t.Fatal(err)
	}
	if string(body) != v.Body {
		t.Errorf("body\n got %s\nwant %s", body, v.Body)
	}
	if got := bodyDigest(body); got != v.Digest {
		t.Errorf("Digest %s, want %s", got, v.Digest)
	}

	// The three payloads, from the vector's ids and clock.
	c := newClaims("11111111-2222-4333-8444-555555555555", "auth.uat.interop.pagopa.it/client-assertion", Endpoint{
		Audience:  "https://modipa-val.anpr.interno.it/govway/rest/in/MinInternoPortaANPR/C020-servizioAccertamentoResidenza/v1",
		PurposeID: "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
	})
	const iat = 1795000000
	digest := trackingDigest(v.Tracking.Compact)
	if digest != v.Tracking.SHA256Hex {
		t.Errorf("tracking digest %s, want %s", digest, v.Tracking.SHA256Hex)
	}
	fresh := newSigner(clientKey(), "test-vector-key-1")
	for _, x := range []struct {
		name    string
		payload []byte
		want    vectorToken
	}{
		{"tracking", c.trackingPayload("7d6c0f0e-1b1a-4c8e-9a57-0d6b5a3f2c11", "6528424213685", iat, r.Actor), v.Tracking},
		{"assertion", c.assertionPayload("0f1e2d3c-4b5a-4697-8877-665544332211", iat, digest), v.Assertion},
		{"signature", c.signaturePayload("c2b1a0f9-e8d7-4c6b-95a4-b3c2d1e0f9a8", iat+1, v.Digest), v.Signature},
	} {
		signed, _, _ := cutLast(x.want.Compact, '.')
		if got := string(fresh.input(nil, x.payload)); got != signed {
			t.Errorf("%s: signing input\n got %s\nwant %s\npayload %s", x.name, got, signed, x.payload)
		}
		payload, err := verify(pub, x.want.Compact)
		if err != nil {
			t.Errorf("%s: our verification: %v", x.name, err)
		}
		if string(payload) != string(x.payload) {
			t.Errorf("%s: verified payload %s, want %s", x.name, payload, x.payload)
		}
		parsed, err := jose.ParseSignedCompact(x.want.Compact, []jose.SignatureAlgorithm{jose.RS256})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parsed.Verify(v.JWK); err != nil {
			t.Errorf("%s: go-jose: %v", x.name, err)
		}

		// The same token with a fresh key: same input, another signature, verifiable.
		ours, err := fresh.sign(x.payload)
		if err != nil {
			t.Fatal(err)
		}
		in, _, _ := cutLast(ours, '.')
		if in != signed || len(ours) != len(x.want.Compact) || ours == x.want.Compact {
			t.Errorf("%s: another shape: %s", x.name, ours)
		}
		if _, err := verify(&clientKey().PublicKey, ours); err != nil {
			t.Errorf("%s: own token: %v", x.name, err)
		}
		if _, err := verify(pub, ours); err == nil {
			t.Errorf("%s: the vector's key verifies a token of ours", x.name)
		}
	}
}

func TestVerifyRefuses(t *testing.T) {
	s := newSigner(clientKey(), "k")
	good, err := s.sign([]byte(`{"a":1}`))
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(good, ".")
	none := newSigner(clientKey(), "k")
	none.head = []byte("eyJhbGciOiJub25lIn0.") // {"alg":"none"}
	unsigned, err := none.sign([]byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	pub := &clientKey().PublicKey
	if _, err := verify(pub, good); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{
		"", "a", "a.b", parts[0] + "." + parts[1], parts[0] + "." + parts[1] + ".", unsigned,
		parts[0] + "." + parts[1] + "x." + parts[2], parts[0] + "." + parts[1] + ".!", "!." + parts[1] + "." + parts[2],
	} {
		if _, err := verify(pub, bad); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

// TestClaimsQuote: a user id may hold anything; the token stays one JSON
// object that says it back.
func TestClaimsQuote(t *testing.T) {
	c := newClaims("id", "aud", Endpoint{Audience: "x", PurposeID: "p"})
	for _, id := range []string{`a"b`, `a\b`, "è<&>", "a\nb", "\u2028", "plain"} {
		var got map[string]any
		if err := json.Unmarshal(c.trackingPayload("j", "1", 1, anpr.Actor{UserID: id, UserLocation: id, LoA: id}), &got); err != nil {
			t.Errorf("%q: %v", id, err)
		}
		if got["userID"] != id || got["userLocation"] != id || got["LoA"] != id {
			t.Errorf("%q came back as %v", id, got)
		}
	}
}
