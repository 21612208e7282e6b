package anpr

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"indagor/app"
)

// Request is one question about one person to one e-service.
type Request struct {
	Service Service

	// OperationPrefix and Seq make the idOperazioneClient of each attempt,
	// see [OperationID]. Seq is called once for every HTTP call to an
	// e-service, just before it, and must not give the same number twice for
	// the same prefix: so that the two logs can be laid side by side, and
	// because ANPR may answer a known id with the earlier answer.
	OperationPrefix string
	Seq             func() int

	Criteria Criteria

	// Verify is the group "verifica" of C003 to C014 and C031: a JSON object
	// without null and without empty strings, or nil.
	Verify json.RawMessage

	// ReferenceDate is the day whose state is asked; only its date counts,
	// in its own location.
	ReferenceDate time.Time

	// Motive is the file or protocol number that justifies the question; it
	// is sent as [Motive] makes it.
	Motive string

	Actor Actor

	// Reserve leaves the reserved share of the daily quota, and the first
	// place in the queue, to others: bulk work sets it.
	Reserve bool

	// Apart keeps the question out of the count that the body makes for its
	// own daily limit, and that limit does not hold it back: those who set the
	// limit must not learn by it that somebody asked.
	Apart bool
}

// Criteria says which person: exactly one of the three is given.
type Criteria struct {
	IDANPR     string // 9 capital letters and digits
	FiscalCode string // 11 to 16 capital letters and digits
	Identity   *Identity
}

// Identity is a person by name and birth. An empty Surname, or an empty Name,
// says that the person has none; not both.
type Identity struct {
	Surname, Name string
	Sex           string // "M" or "F"
	Birth         Date
	Place         Place
}

// Date is a day of which the day, or the day and the month, may be unknown:
// they are zero then.
type Date struct{ Year, Month, Day int }

// Place is a place of birth: exactly one of the two is given.
type Place struct {
	Comune  *Comune
	Foreign *Foreign
}

// Comune is an Italian municipality as it was on the day of the event. ANPR
// wants name and province; the ISTAT code (six digits) may be empty.
type Comune struct{ Name, ISTAT, Province string }

// Foreign is a place abroad. The ISTAT code of the state has three digits;
// of State and StateCode at least one is given.
type Foreign struct{ Locality, State, StateCode string }

// Actor is who caused the question, from where, and how sure we are of it:
// the three claims of the tracking evidence (AUDIT_REST_02). ANPR checks that
// they are present; their values are the body's own and must be resolvable
// from its log.
type Actor struct {
	UserID       string // unique id of the person in the body's domain
	UserLocation string // unique id of the workstation in the body's domain
	LoA          string // level of assurance of the sign-in, as in "LoA2"
}

// Check reports what keeps the request from being sent, as *app.Error or
// app.Errors with the field to blame: CodeRequired, CodeInvalid or CodeDate
// for what a person can mend. A request without a usable operation id is a
// mistake of the program and comes back as a plain error.
func (r Request) Check() error {
	if r.Seq == nil || !alphanumeric(r.OperationPrefix, 1, prefixMax) {
		return fmt.Errorf("anpr: request to %s without operation prefix or sequence", r.Service)
	}
	var es app.Errors
	blame := func(code app.Code, field string) { es = append(es, app.E(code).At(field)) }
	if !r.Service.Known() {
		blame(app.CodeInvalid, "service")
	}
	es = append(es, r.Criteria.check(r.Service)...)
	if r.Verify != nil {
		if err := checkVerify(r.Verify); err != nil || !r.Service.Verifies() {
			blame(app.CodeInvalid, "verify")
		}
	}
	if y := r.ReferenceDate.Year(); r.ReferenceDate.IsZero() || y < 1 || y > 9999 {
		blame(app.CodeDate, "referenceDate")
	}
	if Motive(r.Motive) == "" {
		blame(app.CodeRequired, "motive")
	}
	es = append(es, r.Actor.check()...)
	return es.Err()
}

// Check reports which of the three claims is missing.
func (a Actor) Check() error { return a.check().Err() }

func (a Actor) check() (es app.Errors) {
	for _, f := range []struct{ field, value string }{
		{"actor.userID", a.UserID}, {"actor.userLocation", a.UserLocation}, {"actor.loA", a.LoA},
	} {
		if strings.TrimSpace(f.value) == "" {
			es = append(es, app.E(app.CodeRequired).At(f.field))
		}
	}
	return es
}

func (c Criteria) check(s Service) (es app.Errors) {
	n := 0
	if c.IDANPR != "" {
		n++
		if !alphanumeric(c.IDANPR, 9, 9) || !s.ByID() {
			es = append(es, app.E(app.CodeInvalid).At("criteria.idANPR"))
		}
	}
	if c.FiscalCode != "" {
		n++
		if !alphanumeric(c.FiscalCode, 11, 16) {
			es = append(es, app.E(app.CodeFiscalCode).At("criteria.fiscalCode"))
		}
	}
	if c.Identity != nil {
		n++
		es = append(es, c.Identity.check()...)
	}
	switch {
	case n == 0:
		es = append(es, app.E(app.CodeRequired).At("criteria"))
	case n > 1:
		es = append(es, app.E(app.CodeInvalid).At("criteria"))
	}
	return es
}

func (i *Identity) check() (es app.Errors) {
	blame := func(code app.Code, field string) {
		es = append(es, app.E(code).At("criteria.identity."+field))
	}
	if blank(i.Surname) && blank(i.Name) {
		blame(app.CodeRequired, "surname")
	}
	if i.Sex != "M" && i.Sex != "F" {
		blame(app.CodeInvalid, "sex")
	}
	if !i.Birth.valid() {
		blame(app.CodeDate, "birth")
	}
	switch c, f := i.Place.Comune, i.Place.Foreign; {
	case c == nil && f == nil:
		blame(app.CodeRequired, "place")
	case c != nil && f != nil:
		blame(app.CodeInvalid, "place")
	case c != nil && (blank(c.Name) || blank(c.Province)):
		blame(app.CodeRequired, "place.comune")
	case f != nil && blank(f.State) && blank(f.StateCode):
		blame(app.CodeRequired, "place.foreign")
	}
	return es
}

// valid accepts a full day, a month without a day and a year alone.
func (d Date) valid() bool {
	if d.Year < 1800 || d.Year > 9999 {
		return false
	}
	if d.Month == 0 {
		return d.Day == 0
	}
	if d.Month < 1 || d.Month > 12 || d.Day < 0 {
		return false
	}
	if d.Day == 0 {
		return true
	}
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC).Day() == d.Day
}

// checkVerify accepts a JSON object without null and without empty strings.
// The gateway refuses null (code 1021), and a request full of "" was seen to
// fail.
func checkVerify(raw json.RawMessage) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	for first := true; ; first = false {
		t, err := d.Token()
		if err == io.EOF && !first {
			break
		}
		if err != nil {
			return fmt.Errorf("anpr: group verifica: %w", err)
		}
		switch {
		case first && t != json.Delim('{'):
			return errors.New("anpr: group verifica is not an object")
		case t == nil, t == "":
			return errors.New("anpr: group verifica with null or an empty string")
		}
	}
	if !json.Valid(raw) {
		return errors.New("anpr: group verifica is not one JSON value")
	}
	return nil
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// alphanumeric reports whether s has from lo to hi ASCII letters and digits
// and nothing else.
func alphanumeric(s string, lo, hi int) bool {
	if len(s) < lo || len(s) > hi {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}
