package sim

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"
)

// maxBody is the longest request the gateway reads.
const maxBody = 1 << 20

// gatewayProblem is an RFC 7807 answer of GovWay.
type gatewayProblem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	ID     string `json:"govway_id"`
}

// refusal is something GovWay answers by itself.
type refusal struct {
	status int
	title  string
	detail string
	reason string // for the journal only
}

func (r *refusal) Error() string { return r.title + ": " + r.reason }

var (
	errNotFound     = &refusal{404, "NotFound", "Unknown API Request", "no such resource"}
	errLimit        = &refusal{429, "LimitExceeded", "Limit exceeded detected", "daily quota"}
	errTooMany      = &refusal{429, "TooManyRequests", "Too many requests detected", "concurrency"}
	errGatewayError = &refusal{503, "GatewayError", "The gateway is currently unable to handle the response", "fault"}
)

func notConform(reason error) *refusal {
	return &refusal{
		400, "InteroperabilityInvalidRequest",
		"Received request is not conform to the required interoperability profile", reason.Error(),
	}
}

func notAuthenticated(reason error) *refusal {
	return &refusal{401, "TokenAuthenticationFailed", "Invalid token", reason.Error()}
}

func invalidContent(detail string) *refusal {
	return &refusal{400, "InvalidRequestContent", "Request content not conform to API specification: " + detail, detail}
}

// exchange is one call of the gateway on its way through the checks.
type exchange struct {
	s       *Sim
	r       *http.Request
	svc     *service
	now     time.Time
	voucher *voucher
	body    []byte
	quota   allowance
	faults  applied
	call    Call
}

// serveGateway is everything behind the gateway's host.
func (s *Sim) serveGateway(w http.ResponseWriter, r *http.Request) {
	x := &exchange{s: s, r: r, now: s.cfg.Clock()}
	x.call = Call{Time: x.now, Method: r.Method, Path: r.URL.Path, Transaction: s.uuid()}
	defer func() { s.journal.add(x.call) }()
	h := w.Header()
	h.Set("Server", "GovWay-SOGEI")
	h.Set("GovWay-Transaction-ID", x.call.Transaction)
	h.Set("GovWay-Message-ID", s.uuid())

	svc, status, ok := route(r.URL.Path)
	if !ok || status && r.Method != http.MethodGet || !status && r.Method != http.MethodPost {
		h.Set("Date", x.now.UTC().Format(http.TimeFormat))
		x.quota, _ = s.quota.take("", "", x.now.In(s.rome))
		x.refuse(w, errNotFound)
		return
	}
	x.svc = svc
	x.call.Service = svc.code
	x.faults = s.faults.draw(svc.code)
	x.call.Fault = x.faults.names()
	x.now = x.now.Add(x.faults.shift())
	h.Set("Date", x.now.UTC().Format(http.TimeFormat))

	busy := s.active.Add(1)
	defer s.active.Add(-1)
	var err error
	x.voucher, err = s.authenticate(r, x.now)
	clientID := ""
	if err == nil {
		clientID = x.voucher.client.ID
		x.call.Client, x.call.Purpose, x.call.VoucherJTI = clientID, x.voucher.claims.PurposeID, x.voucher.claims.JTI
	}
	var within bool
	x.quota, within = s.quota.take(clientID, svc.code, x.now.In(s.rome))

	if !pause(r.Context(), s.cfg.Latency) || !x.faults.wait(r.Context()) {
		x.call.Reason = "caller gone"
		return
	}
	switch {
	case x.faults.has(FaultGW503):
		x.refuse(w, errGatewayError)
	case x.faults.has(FaultTooMany), s.cfg.MaxConcurrent > 0 && busy > int64(s.cfg.MaxConcurrent):
		x.refuse(w, errTooMany)
	case err != nil:
		h.Set("WWW-Authenticate", `Bearer realm="GovWay", error="invalid_token", error_description="Invalid token"`)
		x.refuse(w, notAuthenticated(err))
	case x.faults.has(FaultLimit):
		x.quota.remaining = 0
		x.refuse(w, errLimit)
	case !within:
		x.refuse(w, errLimit)
	case status:
		x.serveStatus(w)
	default:
		x.serveOperation(w)
	}
}

// serveStatus is the health check: voucher and tracking token, and nothing
// that belongs to a body.
func (x *exchange) serveStatus(w http.ResponseWriter) {
	if err := x.s.checkTracking(x.r, x.voucher, x.svc, x.now, &x.call); err != nil {
		x.refuse(w, notConform(err))
		return
	}
	for _, name := range []string{headerSignature, headerDigest} {
		if len(x.r.Header.Values(name)) != 0 {
			x.refuse(w, notConform(errors.New("a GET with "+name)))
			return
		}
	}
	x.write(w, http.StatusOK, "application/problem+json",
		[]byte(`{"listaErrori":[{"codiceErroreAnomalia":"200","testoErroreAnomalia":"OK"}]}`))
}

// serveOperation is POST anpr-service-e002.
func (x *exchange) serveOperation(w http.ResponseWriter) {
	body, err := io.ReadAll(http.MaxBytesReader(w, x.r.Body, maxBody))
	if err != nil {
		x.refuse(w, invalidContent("unreadable body"))
		return
	}
	x.body = body
	if err := x.s.checkTracking(x.r, x.voucher, x.svc, x.now, &x.call); err != nil {
		x.refuse(w, notConform(err))
		return
	}
	if err := x.s.checkSignature(x.r, body, x.voucher, x.svc, x.now); err != nil {
		x.refuse(w, notConform(err))
		return
	}
	media, _, err := mime.ParseMediaType(x.r.Header.Get("Content-Type"))
	if err != nil || media != "application/json" {
		x.refuse(w, invalidContent("Content-Type not supported"))
		return
	}
	req, err := decodeRequest(body)
	if err != nil {
		x.refuse(w, invalidContent(err.Error()))
		return
	}
	x.call.describe(req)
	x.call.OperationANPR = x.operationID()
	if x.call.OperationClient != "" {
		x.call.Repeated = x.s.operations.add(x.voucher.client.ID + "\x00" + x.call.OperationClient)
	}
	answer, ko := x.answer(req)
	switch {
	case x.faults.has(FaultKO999):
		ko = &koError{400, "999", "Operazione non effettuabile"}
	case x.faults.has(FaultHTTP500):
		ko = &koError{500, "999", "Operazione non effettuabile"}
	}
	if ko != nil {
		x.call.Code, x.call.Reason = ko.code, ko.text
		raw, _ := json.Marshal(answerKO{x.call.OperationANPR, []Anomaly{{Code: ko.code, Kind: "E", Text: ko.text}}})
		x.write(w, ko.status, "application/problem+json", raw)
		return
	}
	x.call.Subjects = len(answer.Subjects.Data)
	raw, err := json.Marshal(answer)
	if err != nil {
		x.refuse(w, errGatewayError)
		return
	}
	x.write(w, http.StatusOK, "application/json", raw)
}

// operationID makes an idOperazioneANPR: digits, or a UUID for C030.
func (x *exchange) operationID() string {
	if x.svc.code == "C030" {
		return x.s.uuid()
	}
	return strconv.FormatUint(58_370_927+x.s.sequence.Add(1), 10)
}

// refuse gives an answer of the gateway itself.
func (x *exchange) refuse(w http.ResponseWriter, r *refusal) {
	x.call.Code, x.call.Reason = r.title, r.reason
	raw, _ := json.Marshal(gatewayProblem{
		"https://govway.org/handling-errors/" + strconv.Itoa(r.status) + "/" + r.title + ".html",
		r.title, r.status, r.detail, x.call.Transaction,
	})
	x.write(w, r.status, "application/problem+json", raw)
}

// write sends an answer with the headers every answer has.
func (x *exchange) write(w http.ResponseWriter, status int, contentType string, body []byte) {
	x.call.Status = status
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("X-RateLimit-Limit", strconv.Itoa(x.quota.limit))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(x.quota.remaining))
	h.Set("X-RateLimit-Reset", strconv.Itoa(x.quota.reset))
	x.faults.send(w, status, body)
}
