package evidence

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"indagor/app"
)

// version is the first byte of the canonical form.
const version = 1

const timeLayout = "2006-01-02T15:04:05.000000Z"

var errForm = errors.New("evidence: not the canonical form of an event")

// Canonical returns the canonical form of the event (see the package). It
// fails where before or after is not JSON or a time has no four-digit year.
func Canonical(e app.Event) ([]byte, error) {
	_, b, err := Normal(e)
	return b, err
}

// Normal returns the event as its canonical form says it, with times in whole
// microseconds UTC and text that is UTF-8 without U+0000, and that form. Parse
// of the form gives the same event.
func Normal(e app.Event) (app.Event, []byte, error) {
	e.Types, e.Calls = slices.Clone(e.Types), slices.Clone(e.Calls)
	w := writer{b: make([]byte, 0, 1024)}
	w.b = append(w.b, version)
	w.event(&e, false)
	if w.err != nil {
		return app.Event{}, nil, w.err
	}
	return e, w.b, nil
}

// Parse reads the canonical form. It accepts no other form: whatever it
// accepts, Canonical gives back to the byte.
func Parse(b []byte) (app.Event, error) {
	if len(b) == 0 || b[0] != version {
		return app.Event{}, errForm
	}
	var e app.Event
	if err := decode(b[1:], &e); err != nil {
		return app.Event{}, err
	}
	e, again, err := Normal(e)
	if err != nil {
		return app.Event{}, err
	}
	if !bytes.Equal(again, b) {
		return app.Event{}, errForm
	}
	return e, nil
}

func decode(b []byte, e *app.Event) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(e); err != nil {
		return errForm // the decoder's own error may hold the value
	}
	if _, err := d.Token(); err != io.EOF {
		return errForm
	}
	return nil
}

// Detail returns, as JSON, what of the event has no column of its own in the
// readable tables; "" where there is nothing. The event is a normal one.
func Detail(e app.Event) (string, error) {
	part := app.Event{
		Key: e.Key, PurposeName: e.PurposeName, OperatorID: e.OperatorID, AskedAs: e.AskedAs,
		Approval: e.Approval, Approver: e.Approver,
		Types: slices.Clone(e.Types), Calls: slices.Clone(e.Calls), Before: e.Before, After: e.After,
	}
	var w writer
	w.event(&part, true)
	if w.err != nil || string(w.b) == "{}" {
		return "", w.err
	}
	return string(w.b), nil
}

// AddDetail puts what Detail returned back into the event.
func AddDetail(e *app.Event, detail string) error {
	if detail == "" {
		return nil
	}
	var part app.Event
	if err := decode([]byte(detail), &part); err != nil {
		return err
	}
	e.Key, e.PurposeName, e.OperatorID, e.AskedAs = part.Key, part.PurposeName, part.OperatorID, part.AskedAs
	e.Approval, e.Approver = part.Approval, part.Approver
	e.Types, e.Calls, e.Before, e.After = part.Types, part.Calls, part.Before, part.After
	return nil
}

// writer writes the form and leaves in the event what it has written.
type writer struct {
	b   []byte
	err error
}

// event writes the event; a part leaves out also what is otherwise always
// there.
func (w *writer) event(e *app.Event, part bool) {
	w.open('{')
	text(w, "id", &e.ID, !part)
	if !part {
		w.time("at", &e.At)
	}
	text(w, "class", &e.Class, !part)
	text(w, "kind", &e.Kind, !part)
	if e.Actor != (app.Actor{}) {
		w.key("actor")
		w.open('{')
		text(w, "user", &e.Actor.User, false)
		text(w, "username", &e.Actor.Username, false)
		text(w, "role", &e.Actor.Role, false)
		text(w, "department", &e.Actor.Department, false)
		text(w, "admin", &e.Actor.Admin, false)
		w.b = append(w.b, '}')
	}
	text(w, "workstation", &e.Workstation, false)
	text(w, "key", &e.Key, false)
	text(w, "address", &e.Address, false)
	text(w, "service", &e.Service, false)
	text(w, "type", &e.Type, false)
	texts(w, "types", &e.Types)
	text(w, "visura", &e.Visura, false)
	text(w, "purpose", &e.Purpose, false)
	text(w, "purpose_name", &e.PurposeName, false)
	text(w, "file", &e.File, false)
	text(w, "subject", &e.Subject, false)
	text(w, "outcome", &e.Outcome, false)
	text(w, "code", &e.Code, false)
	text(w, "operation", &e.Operation, false)
	text(w, "mediator", &e.Mediator, false)
	text(w, "operator_id", &e.OperatorID, false)
	text(w, "asked_as", &e.AskedAs, false)
	text(w, "approval", &e.Approval, false)
	text(w, "approver", &e.Approver, false)
	if len(e.Calls) > 0 {
		w.key("calls")
		w.open('[')
		for i := range e.Calls {
			w.comma()
			w.call(&e.Calls[i])
		}
		w.b = append(w.b, ']')
	} else {
		e.Calls = nil
	}
	text(w, "target", &e.Target, false)
	text(w, "target_department", &e.TargetDept, false)
	text(w, "target_name", &e.TargetName, false)
	w.document("before", &e.Before)
	w.document("after", &e.After)
	text(w, "reason", &e.Reason, false)
	w.b = append(w.b, '}')
}

func (w *writer) call(c *app.Call) {
	w.open('{')
	text(w, "service", &c.Service, true)
	text(w, "client_operation", &c.Client, true)
	text(w, "operation", &c.Operation, false)
	if c.Status != 0 {
		w.key("status")
		w.b = strconv.AppendInt(w.b, int64(c.Status), 10)
	}
	text(w, "code", &c.Code, false)
	text(w, "purpose_id", &c.Purpose, false)
	text(w, "voucher_jti", &c.Voucher, false)
	text(w, "tracking_jti", &c.Tracking, false)
	text(w, "transaction", &c.Transaction, false)
	w.time("at", &c.At)
	w.key("ms")
	w.b = strconv.AppendInt(w.b, c.Millis, 10)
	w.b = append(w.b, '}')
}

func (w *writer) open(c byte) { w.b = append(w.b, c) }

// comma stands between two members of an object or an array.
func (w *writer) comma() {
	if last := w.b[len(w.b)-1]; last != '{' && last != '[' {
		w.b = append(w.b, ',')
	}
}

func (w *writer) key(name string) {
	w.comma()
	w.b = append(w.b, '"')
	w.b = append(w.b, name...)
	w.b = append(w.b, '"', ':')
}

func (w *writer) time(name string, t *time.Time) {
	*t = time.UnixMicro(t.UnixMicro()).UTC()
	if y := t.Year(); y < 0 || y > 9999 {
		w.err = fmt.Errorf("evidence: the time %q has no year of four digits", name)
	}
	w.key(name)
	w.b = append(w.b, '"')
	w.b = t.AppendFormat(w.b, timeLayout)
	w.b = append(w.b, '"')
}

// document writes JSON as it was given, without white space between its parts.
func (w *writer) document(name string, d *json.RawMessage) {
	if len(*d) == 0 {
		*d = nil
		return
	}
	var buf bytes.Buffer
	if err := json.Compact(&buf, bytes.ToValidUTF8(*d, []byte("\ufffd"))); err != nil {
		w.err = fmt.Errorf("evidence: the document %q is not JSON", name)
		return
	}
	*d = buf.Bytes()
	w.key(name)
	w.b = append(w.b, *d...)
}

func text[S ~string](w *writer, name string, p *S, always bool) {
	if *p == "" && !always {
		return
	}
	s := whole(string(*p))
	*p = S(s)
	w.key(name)
	w.quote(s)
}

func texts[S ~string](w *writer, name string, p *[]S) {
	if len(*p) == 0 {
		*p = nil
		return
	}
	w.key(name)
	w.open('[')
	for i := range *p {
		w.comma()
		s := whole(string((*p)[i]))
		(*p)[i] = S(s)
		w.quote(s)
	}
	w.b = append(w.b, ']')
}

// whole is the text as UTF-8 without U+0000.
func whole(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "\ufffd")
}

func (w *writer) quote(s string) {
	w.b = append(w.b, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			w.b = append(w.b, '\\', c)
		case c >= 0x20:
			w.b = append(w.b, c)
		case c == '\b':
			w.b = append(w.b, `\b`...)
		case c == '\t':
			w.b = append(w.b, `\t`...)
		case c == '\n':
			w.b = append(w.b, `\n`...)
		case c == '\f':
			w.b = append(w.b, `\f`...)
		case c == '\r':
			w.b = append(w.b, `\r`...)
		default:
			w.b = fmt.Appendf(w.b, `\u%04x`, c)
		}
	}
	w.b = append(w.b, '"')
}
