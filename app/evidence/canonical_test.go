package evidence

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"indagor/app"
)

func example() app.Event {
	return app.Event{
		ID: "aaaaaaaaaaaaaaaaaaaaaaaaaa", At: time.Date(2026, 11, 22, 9, 30, 0, 1999, time.FixedZone("", 3600)),
		Class: app.ClassActivity, Kind: app.EventVisuraEnded,
		Actor: app.Actor{User: "u", Username: "m.\"rossi\"\\", Role: app.RoleStandard, Department: "d", Admin: "a"},
		Type:  app.VisuraScheda, Types: []app.VisuraType{app.VisuraResidenza, "a\"b"},
		Address: "192.0.2.7", Reason: "tab\t line\n bell\a àè",
		Calls:  []app.Call{{Service: "C020", Client: "7", Status: 200, At: time.Date(2026, 11, 22, 8, 30, 0, 0, time.UTC), Millis: 12}},
		Before: json.RawMessage(` { "a" : "x y" , "b":[1, 2.50] } `),
	}
}

func TestCanonicalForm(t *testing.T) {
	got, err := Canonical(example())
	if err != nil {
		t.Fatal(err)
	}
	want := "\x01" + `{"id":"aaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-22T08:30:00.000001Z","class":"activity","kind":"visura.ended",` +
		`"actor":{"user":"u","username":"m.\"rossi\"\\","role":"standard","department":"d","admin":"a"},` +
		`"address":"192.0.2.7","type":"scheda","types":["residenza","a\"b"],"calls":[{"service":"C020","client_operation":"7","status":200,"at":"2026-11-22T08:30:00.000000Z","ms":12}],` +
		`"before":{"a":"x y","b":[1,2.50]},"reason":"tab\t line\n bell\u0007 àè"}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// fill gives every field, also of structures inside, a value of its own.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.UnixMicro(1_700_000_000_000_000 + int64(*n)).UTC()))
		return
	case json.RawMessage:
		v.Set(reflect.ValueOf(json.RawMessage(`{"n":` + strings.Repeat("1", *n) + `}`)))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(strings.Repeat("x", *n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	default:
		panic("a kind of field without a canonical form: " + v.Type().String())
	}
}

// A field that is added to app.Event must have a place in the form.
func TestEveryFieldIsInTheForm(t *testing.T) {
	var e app.Event
	n := 0
	fill(reflect.ValueOf(&e).Elem(), &n)
	b, err := Canonical(e)
	if err != nil {
		t.Fatal(err)
	}
	back, err := Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(e, back); d != "" {
		t.Error(d)
	}
	detail, err := Detail(e)
	if err != nil {
		t.Fatal(err)
	}
	row := e
	row.Key, row.PurposeName, row.OperatorID, row.AskedAs, row.Types, row.Calls, row.Before, row.After = "", "", "", "", nil, nil, nil, nil
	if err := AddDetail(&row, detail); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(e, row); d != "" {
		t.Errorf("detail: %s", d)
	}
	if none, err := Detail(app.Event{ID: "x", At: time.Now(), Reason: "r"}); none != "" || err != nil {
		t.Errorf("detail of nothing = %q, %v", none, err)
	}
}

func TestNormal(t *testing.T) {
	e := example()
	e.Actor.Username = "a\x00b\xff"
	e.Types[0], e.Calls[0].Code = "\x00", "\xfe"
	e.Before = json.RawMessage("\"\xff\"")
	before := e.Calls[0]
	n, b, err := Normal(e)
	if err != nil {
		t.Fatal(err)
	}
	if n.Actor.Username != "a\ufffdb\ufffd" || n.Types[0] != "\ufffd" || n.Calls[0].Code != "\ufffd" || string(n.Before) != "\"\ufffd\"" {
		t.Errorf("%q %q %q", n.Actor.Username, n.Calls[0].Code, n.Before)
	}
	if e.Calls[0] != before || e.Types[0] != "\x00" {
		t.Error("the caller's event was changed")
	}
	if back, err := Parse(b); err != nil || !cmp.Equal(back, n) {
		t.Errorf("Parse: %v %s", err, cmp.Diff(n, back))
	}
	for name, bad := range map[string]func(*app.Event){
		"document": func(e *app.Event) { e.After = json.RawMessage("{") },
		"year":     func(e *app.Event) { e.At = time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC) },
		"call":     func(e *app.Event) { e.Calls[0].At = time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC) },
	} {
		e := example()
		bad(&e)
		if _, err := Canonical(e); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestParseRefusesOtherForms(t *testing.T) {
	good, err := Canonical(example())
	if err != nil {
		t.Fatal(err)
	}
	replace := func(old, new string) []byte {
		out := bytes.Replace(good, []byte(old), []byte(new), 1)
		if bytes.Equal(out, good) {
			t.Fatalf("%q is not in the form", old)
		}
		return out
	}
	for name, bad := range map[string][]byte{
		"empty":          nil,
		"version":        append([]byte{2}, good[1:]...),
		"no version":     good[1:],
		"rest":           append(bytes.Clone(good), ' '),
		"second value":   append(bytes.Clone(good), "{}"...),
		"space":          replace(`,"at"`, `, "at"`),
		"unknown member": replace(`"class"`, `"x":1,"class"`),
		"twice":          replace(`"class":"activity"`, `"class":"activity","class":"activity"`),
		"capital":        replace(`"class"`, `"Class"`),
		"escape":         replace(`"u"`, `"\u0075"`),
		"order":          replace(`"class":"activity","kind":"visura.ended"`, `"kind":"visura.ended","class":"activity"`),
		"empty member":   replace(`"address":"192.0.2.7"`, `"address":""`),
		"zone":           replace("08:30:00.000001Z", "09:30:00.000001+01:00"),
		"digits":         replace("08:30:00.000001Z", "08:30:00.0000010Z"),
	} {
		if _, err := Parse(bad); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func FuzzParse(f *testing.F) {
	b, _ := Canonical(example())
	f.Add(b)
	f.Add([]byte("\x01{}"))
	f.Add([]byte("\x01" + `{"id":"","at":"0000-01-01T00:00:00.000000Z","class":"","kind":""}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := Parse(b)
		if err != nil {
			return
		}
		again, err := Canonical(e)
		if err != nil || !bytes.Equal(again, b) {
			t.Errorf("%q gives back %q, %v", b, again, err)
		}
	})
}

func FuzzCanonical(f *testing.F) {
	f.Add("a", "b", `{"x":1}`, int64(0))
	f.Add("\xff\x00", "\u2028<", `"\ud800"`, int64(1)<<40)
	f.Fuzz(func(t *testing.T, a, b, doc string, us int64) {
		e := app.Event{ID: app.ID(a), At: time.UnixMicro(us), Reason: b, Actor: app.Actor{Username: b}, After: json.RawMessage(doc)}
		n, form, err := Normal(e)
		if err != nil {
			return
		}
		back, err := Parse(form)
		if err != nil || !cmp.Equal(back, n) {
			t.Errorf("%q: %v %s", form, err, cmp.Diff(n, back))
		}
	})
}

func BenchmarkCanonical(b *testing.B) {
	e := example()
	e.Reason = strings.Repeat("r", rand.IntN(20)+20)
	for b.Loop() {
		if _, err := Canonical(e); err != nil {
			b.Fatal(err)
		}
	}
}
