package pdnd

import (
	"strconv"
	"time"

	"indagor/server/internal/anpr"
)

// Lives of the tokens. ANPR refuses a tracking token made more than ten
// minutes before ("Token creato da troppo tempo"); the others are for at once.
const (
	trackingLife  = 600 * time.Second
	assertionLife = 120 * time.Second
	signatureLife = 60 * time.Second
)

// claims writes the payloads of the three tokens for one e-service. The order
// of the claims is fixed; what does not change is written once.
type claims struct {
	tracking  []byte // iss, sub, aud, purposeId, and the name of dnonce
	assertion []byte // iss, sub, aud, and the name of jti
	signature []byte // iss, sub, aud, and the name of jti
	purpose   []byte // purposeId, quoted
}

func newClaims(clientID, tokenAudience string, e Endpoint) claims {
	id := string(quote(clientID))
	head := func(aud string) string {
		return `{"iss":` + id + `,"sub":` + id + `,"aud":` + string(quote(aud))
	}
	purpose := quote(e.PurposeID)
	return claims{
		tracking:  []byte(head(e.Audience) + `,"purposeId":` + string(purpose) + `,"dnonce":"`),
		assertion: []byte(head(tokenAudience) + `,"jti":"`),
		signature: []byte(head(e.Audience) + `,"jti":"`),
		purpose:   purpose,
	}
}

// trackingPayload is the payload of Agid-JWT-TrackingEvidence.
func (c claims) trackingPayload(jti, dnonce string, iat int64, who anpr.Actor) []byte {
	b := make([]byte, 0, len(c.tracking)+256)
	b = append(b, c.tracking...)
	b = append(b, dnonce...)
	b = append(append(b, `","jti":"`...), jti...)
	b = append(b, '"')
	b = appendTimes(b, iat, trackingLife, true)
	b = append(append(b, `,"userID":`...), quote(who.UserID)...)
	b = append(append(b, `,"userLocation":`...), quote(who.UserLocation)...)
	b = append(append(b, `,"LoA":`...), quote(who.LoA)...)
	return append(b, '}')
}

// assertionPayload is the payload of client_assertion: these claims and no
// other, because PDND refuses any other, nbf included (015-0008).
func (c claims) assertionPayload(jti string, iat int64, trackingDigest string) []byte {
	b := make([]byte, 0, len(c.assertion)+320)
	b = append(b, c.assertion...)
	b = append(append(b, jti...), '"')
	b = appendTimes(b, iat, assertionLife, false)
	b = append(append(b, `,"purposeId":`...), c.purpose...)
	b = append(append(b, `,"digest":{"alg":"SHA256","value":"`...), trackingDigest...)
	return append(b, `"}}`...)
}

// signaturePayload is the payload of Agid-JWT-Signature.
func (c claims) signaturePayload(jti string, iat int64, digest string) []byte {
	b := make([]byte, 0, len(c.signature)+320)
	b = append(b, c.signature...)
	b = append(append(b, jti...), '"')
	b = appendTimes(b, iat, signatureLife, true)
	b = append(append(b, `,"signed_headers":[{"digest":"`...), digest...)
	return append(b, `"},{"content-type":"`+contentJSON+`"}]}`...)
}

// appendTimes writes iat, nbf if wanted, and exp, in whole seconds. nbf is
// equal to iat: a later one would be in the future.
func appendTimes(b []byte, iat int64, life time.Duration, nbf bool) []byte {
	b = strconv.AppendInt(append(b, `,"iat":`...), iat, 10)
	if nbf {
		b = strconv.AppendInt(append(b, `,"nbf":`...), iat, 10)
	}
	return strconv.AppendInt(append(b, `,"exp":`...), iat+int64(life/time.Second), 10)
}
