package pdnd

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode"

	"indagor/app"
	"indagor/server/internal/anpr"
)

// verdict is what an answer of an e-service means.
type verdict struct {
	answer    anpr.Answer
	operation string // idOperazioneANPR, if any
	code      string // code of the anomaly or title of the problem
	text      string // text of the anomaly or title of the problem
	err       *app.Error
}

// envelope is every shape of answer at once: RispostaE002OK, RispostaKO, and
// the problem of the gateway (RFC 7807). Unknown fields are ignored.
type envelope struct {
	Operation text `json:"idOperazioneANPR"`
	List      *struct {
		Subjects []json.RawMessage `json:"datiSoggetto"`
	} `json:"listaSoggetti"`
	Warnings []anomaly `json:"listaAnomalie"`
	Errors   []anomaly `json:"listaErrori"`
	Title    text      `json:"title"`
}

type anomaly struct {
	Code  text `json:"codiceErroreAnomalia"`
	Type  text `json:"tipoErroreAnomalia"`
	Text  text `json:"testoErroreAnomalia"`
	Field text `json:"campoErroreAnomalia"`
}

// text is a string that may come as a number.
type text string

// UnmarshalJSON accepts a string, a number or null.
func (t *text) UnmarshalJSON(b []byte) error {
	switch {
	case len(b) > 0 && b[0] == '"':
		return json.Unmarshal(b, (*string)(t))
	case bytes.Equal(b, []byte("null")):
		return nil
	}
	var n json.Number
	if err := json.Unmarshal(b, &n); err != nil {
		return errors.New("neither string nor number")
	}
	*t = text(n)
	return nil
}

// judge reads the answer to a question. A KO of ANPR is told from a problem of
// the gateway by its listaErrori.
func judge(s anpr.Service, status int, contentType string, body []byte) verdict {
	if !isJSON(contentType) {
		return byStatus(s, status, "", fmt.Errorf("answer is %s, not JSON", mediaType(contentType)))
	}
	var e envelope
	if err := json.Unmarshal(body, &e); err != nil || bytes.TrimLeft(body, " \t\r\n")[0] != '{' {
		return nonsense(s, status, "answer is not the JSON expected")
	}
	switch {
	case len(e.Errors) > 0:
		v := judgeKO(s, status, e)
		v.operation = string(e.Operation)
		if v.err == nil {
			v.answer.OperationID, v.answer.Raw = v.operation, body
		}
		return v
	case status == http.StatusOK:
		return judgeOK(s, e, body)
	}
	return byStatus(s, status, label(string(e.Title)), nil)
}

func judgeOK(s anpr.Service, e envelope, body []byte) verdict {
	if e.List == nil && e.Operation == "" {
		return nonsense(s, http.StatusOK, "answer without subjects and without operation")
	}
	a := anpr.Answer{OperationID: string(e.Operation), Outcome: anpr.Empty, Raw: body}
	if e.List != nil {
		a.Subjects = e.List.Subjects
	}
	for _, subject := range a.Subjects {
		if len(subject) == 0 || subject[0] != '{' {
			return nonsense(s, http.StatusOK, "a subject is not an object")
		}
	}
	switch n := len(a.Subjects); {
	case n > 1 && !s.Many():
		a.Outcome = anpr.Duplicate
	case n > 0:
		a.Outcome = anpr.Found
	}
	for _, w := range e.Warnings {
		a.Warnings = append(a.Warnings, anpr.Anomaly{
			Code: string(w.Code), Type: string(w.Type), Text: sentence(string(w.Text)), Field: string(w.Field),
		})
	}
	return verdict{answer: a, operation: a.OperationID}
}

// judgeKO reads the first error; a warning beside it does not count.
func judgeKO(s anpr.Service, status int, e envelope) verdict {
	first := e.Errors[0]
	for _, x := range e.Errors {
		if x.Type != "W" {
			first = x
			break
		}
	}
	v := verdict{code: label(string(first.Code)), text: sentence(string(first.Text))}
	refuse := func(code app.Code, params ...string) {
		params = append(params, "service", string(s), "status", strconv.Itoa(status), "code", v.code)
		v.err = app.E(code, params...).Because(&anpr.Failure{Source: anpr.FromService, Status: status, Name: v.code})
	}
	switch {
	case v.code == anpr.NameNoResult:
		v.answer = anpr.Answer{Outcome: anpr.NotFound, Text: v.text}
		if strings.Contains(strings.ToLower(v.text), "cancellat") {
			v.answer.Outcome = anpr.Cancelled
		}
	case v.code == anpr.NameCatchAll && strings.HasPrefix(strings.ToLower(v.text), "ente non abilitato"):
		refuse(app.CodeAnprForbidden, "text", v.text)
	case v.code == anpr.NameCatchAll:
		// Its meaning is only in its text, which is therefore shown.
		refuse(app.CodeAnprInput, "text", v.text)
	case v.code == anpr.NameFault, status >= 500:
		refuse(app.CodeAnprFault)
	default:
		refuse(app.CodeAnprRefused)
	}
	return v
}

// byStatus reads a problem of the gateway, or of something before it, by its
// status and its title, if any.
func byStatus(s anpr.Service, status int, title string, cause error) verdict {
	code := app.CodeAnprNonsense
	params := []string{"service", string(s), "status", strconv.Itoa(status), "code", title}
	switch {
	case status == http.StatusTooManyRequests && title == anpr.NameLimitExceeded:
		code = app.CodeAnprQuota
	case status == http.StatusTooManyRequests:
		code = app.CodeAnprBusy
	case status == http.StatusForbidden:
		code = app.CodeAnprForbidden
		params = append(params, "text", title)
	case status == http.StatusUnauthorized, status == http.StatusNotFound, status >= 400 && status < 500 && title != "":
		code = app.CodeAnprRefused
	case status >= 500:
		code = app.CodeAnprFault
	}
	f := &anpr.Failure{Source: anpr.FromService, Status: status, Name: title, Err: cause}
	return verdict{code: title, text: title, err: app.E(code, params...).Because(f)}
}

func nonsense(s anpr.Service, status int, why string) verdict {
	f := &anpr.Failure{Source: anpr.FromService, Status: status, Err: errors.New(why)}
	return verdict{err: app.E(app.CodeAnprNonsense, "service", string(s), "status", strconv.Itoa(status)).Because(f)}
}

// judgeStatus reads the answer to GET /status: listaErrori with code 200.
func judgeStatus(s anpr.Service, status int, contentType string, body []byte) verdict {
	if status != http.StatusOK {
		return judge(s, status, contentType, body)
	}
	var e envelope
	switch {
	case !isJSON(contentType), json.Unmarshal(body, &e) != nil, len(e.Errors) == 0:
		return nonsense(s, status, "answer to the status request is not the JSON expected")
	case e.Errors[0].Code != "200":
		return byStatus(s, http.StatusInternalServerError, label(string(e.Errors[0].Code)), nil)
	}
	return verdict{}
}

func isJSON(contentType string) bool {
	switch mediaType(contentType) {
	case contentJSON, "application/problem+json":
		return true
	}
	return false
}

func mediaType(contentType string) string {
	t, _, err := mime.ParseMediaType(contentType)
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		return "of no known type"
	}
	return t
}

// label keeps a code or a title if it looks like one: they go into logs.
func label(s string) string {
	if len(s) > 64 {
		return ""
	}
	for _, r := range s {
		if r < ' ' || r > '~' {
			return ""
		}
	}
	return s
}

// sentence gives the text of an anomaly on one line and of bearable length.
func sentence(s string) string {
	const most = 500
	n := 0
	s = strings.Map(func(r rune) rune {
		if n++; n > most {
			return -1
		}
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}
