package anpr

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"indagor/app"
)

func goodRequest() Request {
	return Request{
		Service:         C020,
		OperationPrefix: "abcdefghijklmnopqrstuvwxyz",
		Seq:             Count(0),
		Criteria:        Criteria{IDANPR: "AF41450AS"},
		ReferenceDate:   time.Date(2026, 11, 18, 0, 0, 0, 0, time.UTC),
		Motive:          "12345/2026",
		Actor:           Actor{UserID: "mrossi", UserLocation: "PC07", LoA: "LoA2"},
	}
}

func identity() *Identity {
	return &Identity{
		Surname: "SETTIMO", Name: "SOGGETTO", Sex: "M", Birth: Date{1990, 1, 1},
		Place: Place{Comune: &Comune{Name: "ROMA", ISTAT: "058091", Province: "RM"}},
	}
}

func TestCheck(t *testing.T) {
	byNames := func(change func(*Identity)) func(*Request) {
		return func(r *Request) {
			i := identity()
			change(i)
			r.Criteria = Criteria{Identity: i}
		}
	}
	for _, c := range []struct {
		name   string
		change func(*Request)
		code   app.Code
		field  string
	}{
		{"good", func(*Request) {}, "", ""},
		{"by names", byNames(func(*Identity) {}), "", ""},
		{"without surname", byNames(func(i *Identity) { i.Surname = "" }), "", ""},
		{"without both names", byNames(func(i *Identity) { i.Surname, i.Name = "", " " }), app.CodeRequired, "criteria.identity.surname"},
		{"year only", byNames(func(i *Identity) { i.Birth = Date{Year: 1950} }), "", ""},
		{"no day", byNames(func(i *Identity) { i.Birth = Date{1950, 2, 0} }), "", ""},
		{"leap day", byNames(func(i *Identity) { i.Birth = Date{2000, 2, 29} }), "", ""},
		{"no such day", byNames(func(i *Identity) { i.Birth = Date{1990, 2, 29} }), app.CodeDate, "criteria.identity.birth"},
		{"no such month", byNames(func(i *Identity) { i.Birth = Date{1990, 13, 1} }), app.CodeDate, "criteria.identity.birth"},
		{"day without month", byNames(func(i *Identity) { i.Birth = Date{1990, 0, 3} }), app.CodeDate, "criteria.identity.birth"},
		{"no year", byNames(func(i *Identity) { i.Birth = Date{} }), app.CodeDate, "criteria.identity.birth"},
		{"sex", byNames(func(i *Identity) { i.Sex = "m" }), app.CodeInvalid, "criteria.identity.sex"},
		{"nowhere", byNames(func(i *Identity) { i.Place = Place{} }), app.CodeRequired, "criteria.identity.place"},
		{"two places", byNames(func(i *Identity) { i.Place.Foreign = &Foreign{State: "FRANCIA"} }), app.CodeInvalid, "criteria.identity.place"},
		{"no province", byNames(func(i *Identity) { i.Place.Comune.Province = "" }), app.CodeRequired, "criteria.identity.place.comune"},
		{"no state", byNames(func(i *Identity) { i.Place = Place{Foreign: &Foreign{Locality: "PARIGI"}} }), app.CodeRequired, "criteria.identity.place.foreign"},
		{"service", func(r *Request) { r.Service = "C027" }, app.CodeInvalid, "service"},
		{"nobody", func(r *Request) { r.Criteria = Criteria{} }, app.CodeRequired, "criteria"},
		{"two keys", func(r *Request) { r.Criteria.FiscalCode = "STTSGT90A01H501J" }, app.CodeInvalid, "criteria"},
		{"id", func(r *Request) { r.Criteria.IDANPR = "AF41450A" }, app.CodeInvalid, "criteria.idANPR"},
		{"id for C030", func(r *Request) { r.Service = C030 }, app.CodeInvalid, "criteria.idANPR"},
		{"fiscal code", func(r *Request) { r.Criteria = Criteria{FiscalCode: "STTSGT90A01H501"} }, "", ""},
		{"fiscal code with sign", func(r *Request) { r.Criteria = Criteria{FiscalCode: "STTSGT90A01H50-J"} }, app.CodeFiscalCode, "criteria.fiscalCode"},
		{"verify", func(r *Request) {
			r.Service, r.Verify = C006, json.RawMessage(`{"cittadinanza":{"codiceStato":"100"}}`)
		}, "", ""},
		{"verify elsewhere", func(r *Request) { r.Verify = json.RawMessage(`{"a":"b"}`) }, app.CodeInvalid, "verify"},
		{"verify null", func(r *Request) { r.Service, r.Verify = C006, json.RawMessage(`{"a":null}`) }, app.CodeInvalid, "verify"},
		{"verify empty string", func(r *Request) { r.Service, r.Verify = C006, json.RawMessage(`{"a":{"b":[""]}}`) }, app.CodeInvalid, "verify"},
		{"verify list", func(r *Request) { r.Service, r.Verify = C006, json.RawMessage(`["a"]`) }, app.CodeInvalid, "verify"},
		{"verify two values", func(r *Request) { r.Service, r.Verify = C006, json.RawMessage(`{}{}`) }, app.CodeInvalid, "verify"},
		{"verify broken", func(r *Request) { r.Service, r.Verify = C006, json.RawMessage(`{"a":`) }, app.CodeInvalid, "verify"},
		{"no date", func(r *Request) { r.ReferenceDate = time.Time{} }, app.CodeDate, "referenceDate"},
		{"no motive", func(r *Request) { r.Motive = "()" }, app.CodeRequired, "motive"},
		{"no user", func(r *Request) { r.Actor.UserID = " " }, app.CodeRequired, "actor.userID"},
		{"no workstation", func(r *Request) { r.Actor.UserLocation = "" }, app.CodeRequired, "actor.userLocation"},
		{"no level", func(r *Request) { r.Actor.LoA = "" }, app.CodeRequired, "actor.loA"},
		{"no sequence", func(r *Request) { r.Seq = nil }, app.CodeInternal, ""},
		{"no prefix", func(r *Request) { r.OperationPrefix = "" }, app.CodeInternal, ""},
		{"long prefix", func(r *Request) { r.OperationPrefix = strings.Repeat("a", 27) }, app.CodeInternal, ""},
		{"dashes", func(r *Request) { r.OperationPrefix = "a-b" }, app.CodeInternal, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := goodRequest()
			c.change(&r)
			err := r.Check()
			if got := app.CodeOf(err); got != c.code {
				t.Fatalf("got %v, want code %q", err, c.code)
			}
			var e *app.Error
			if errors.As(err, &e) && e.Field != c.field {
				t.Errorf("blames %q, want %q", e.Field, c.field)
			}
		})
	}
}

func TestOperationID(t *testing.T) {
	for _, c := range []struct {
		prefix string
		n      int
		want   string
	}{
		{"abcdefghijklmnopqrstuvwxyz", 0, "abcdefghijklmnopqrstuvwxyz0000"},
		{"A", 35, "A000z"},
		{"A", 36, "A0010"},
		{"A", sequenceMax - 1, "Azzzz"},
		{"A", sequenceMax, ""},
		{"A", -1, ""},
		{"", 1, ""},
		{"a-b", 1, ""},
	} {
		got, err := OperationID(c.prefix, c.n)
		if got != c.want || (err != nil) != (c.want == "") {
			t.Errorf("OperationID(%q, %d) = %q, %v; want %q", c.prefix, c.n, got, err, c.want)
		}
	}
	next := Count(7)
	if a, b := next(), next(); a != 7 || b != 8 {
		t.Errorf("Count(7) gives %d, %d", a, b)
	}
}

func TestServices(t *testing.T) {
	for _, c := range []struct {
		s                    Service
		known, verifies, one bool
	}{
		{C002, true, false, true},
		{C003, true, true, true},
		{C014, true, true, true},
		{C015, true, false, true},
		{C021, true, false, false},
		{C031, true, true, true},
		{"C027", false, false, true},
		{"", false, false, true},
	} {
		if c.s.Known() != c.known || c.s.Verifies() != c.verifies || c.s.Many() == c.one {
			t.Errorf("%s: known %v, verifies %v, many %v", c.s, c.s.Known(), c.s.Verifies(), c.s.Many())
		}
	}
	if n := len(Services()); n != 32 {
		t.Errorf("%d services", n)
	}
}
