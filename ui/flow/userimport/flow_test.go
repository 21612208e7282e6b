package userimport_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/userimport"
)

// register is a server with a list of n rows, every tenth of which is bad.
type register struct {
	n     int
	calls []string
	fail  int // the call that fails, from 1
	err   error
	most  int // rows after which every call breaks off; 0: none does
}

func (r *register) row(i int) wire.UserImportRow {
	x := wire.UserImportRow{Number: i, Line: i + 1, Outcome: userimport.Create, Grade: "good", Username: fmt.Sprintf("u%d", i)}
	switch {
	case i%10 == 0:
		x.Outcome, x.Grade = userimport.Failed, "bad"
	case i%7 == 0:
		x.Grade = "doubtful"
	}
	return x
}

func (r *register) PreviewUserImport(context.Context, []byte) (wire.UserImport, error) {
	var out wire.UserImport
	for i := 1; i <= r.n; i++ {
		out.Rows = append(out.Rows, r.row(i))
	}
	return out, r.err
}

func (r *register) RunUserImport(_ context.Context, key, name string, _ []byte, rows []int) (wire.UserImport, error) {
	r.calls = append(r.calls, key)
	if len(r.calls) == r.fail {
		return wire.UserImport{}, errors.New("away")
	}
	var out wire.UserImport
	for n, i := range rows {
		if r.most > 0 && n == r.most {
			break
		}
		x := r.row(i)
		x.Outcome, x.Secret = userimport.Created, fmt.Sprint("secret-", i)
		out.Rows = append(out.Rows, x)
	}
	return out, nil
}

type run struct {
	*userimport.Flow
	later []func()
	lost  []error
}

func start(t *testing.T, d userimport.Desk) *run {
	r := &run{}
	at := time.Unix(0, 0)
	clock := func() time.Time { at = at.Add(time.Second); return at }
	r.Flow = userimport.New(t.Context(), d, func(f func()) { r.later = append(r.later, f) }, clock, func(err error) { r.lost = append(r.lost, err) })
	return r
}

func (r *run) work() {
	for len(r.later) > 0 {
		f := r.later[0]
		r.later = r.later[1:]
		f()
	}
}

func TestImport(t *testing.T) {
	d := &register{n: 50}
	r := start(t, d)
	r.Open("utenti.csv", []byte("x"))
	if s := r.State(); s.Step != userimport.Reading || s.Name != "utenti.csv" {
		t.Errorf("%+v", s)
	}
	r.work()
	s := r.State()
	if s.Step != userimport.Previewed || s.Total != 45 || len(s.Rows()) != 50 {
		t.Fatalf("%d %d", s.Step, s.Total)
	}
	for grade, want := range map[string]int{userimport.GradeGood: 38, userimport.GradeDoubtful: 7, userimport.GradeBad: 5} {
		r.Narrow(grade)
		if got := len(r.State().Rows()); got != want {
			t.Errorf("%s: %d rows, want %d", grade, got, want)
		}
	}
	seen := []int{}
	r.Watch(func() { seen = append(seen, r.State().Done) })
	r.Register()
	r.Register() // it is running
	r.work()
	s = r.State()
	if s.Step != userimport.Ended || s.Done != 45 || s.Stopped || len(d.calls) != 3 || len(s.Secrets()) != 45 || !s.Unkept() || s.Creating() != 0 {
		t.Errorf("%+v", s)
	}
	if !slices.Contains(seen, 20) || !slices.Contains(seen, 40) {
		t.Errorf("progress %v", seen)
	}
	if r.Handed(); r.State().Unkept() {
		t.Error("the secrets were kept")
	}
}

// TestStopAndGoOn: stopped between two parts, and failed in one, the import
// goes on where it was; a part that failed is asked with the same key.
func TestStopAndGoOn(t *testing.T) {
	d := &register{n: 50, fail: 2}
	r := start(t, d)
	r.Open("utenti.csv", []byte("x"))
	r.work()
	r.Register()
	r.work()
	s := r.State()
	if s.Step != userimport.Ended || !s.Stopped || s.Err == nil || s.Done != 20 || len(s.Secrets()) != 20 || len(r.lost) != 1 {
		t.Fatalf("%+v", s)
	}
	r.Watch(func() {
		if r.State().Done == 40 {
			r.Stop()
		}
	})
	r.Register()
	r.work()
	if s = r.State(); !s.Stopped || s.Err != nil || s.Done != 40 || d.calls[1] != d.calls[2] {
		t.Errorf("%+v %v", s, d.calls)
	}
	r.Watch(func() {})
	r.Register()
	r.work()
	if s = r.State(); s.Stopped || s.Done != 45 || len(s.Secrets()) != 45 {
		t.Errorf("%+v", s)
	}
}

// TestBreaksOff: what was registered before a part broke off is taken with its
// secrets, and the rest goes on; secrets that come after some were kept are
// unkept.
func TestBreaksOff(t *testing.T) {
	d := &register{n: 30, most: 5}
	r := start(t, d)
	r.Open("utenti.csv", []byte("x"))
	r.work()
	r.Register()
	r.work()
	s := r.State()
	if s.Step != userimport.Ended || !s.Stopped || s.Err == nil || s.Done != 5 || len(s.Secrets()) != 5 || s.Creating() != 22 {
		t.Fatalf("%+v", s)
	}
	r.Handed()
	d.most = 0
	r.Register()
	r.work()
	if s = r.State(); s.Stopped || s.Err != nil || s.Done != 27 || len(s.Secrets()) != 27 || !s.Unkept() {
		t.Errorf("%+v", s)
	}
	if d.calls[0] == d.calls[1] {
		t.Error("other rows were asked with the same key")
	}
}

func TestRefusedFile(t *testing.T) {
	d := &register{err: app.E(app.CodeImportColumns, "columns", "cognome").At("content")}
	r := start(t, d)
	r.Open("utenti.csv", nil)
	r.work()
	if s := r.State(); s.Step != userimport.Choosing || app.CodeOf(s.Err) != app.CodeImportColumns {
		t.Errorf("%+v", s)
	}
	r.Open("grande.csv", make([]byte, 4<<20+1))
	if s := r.State(); s.Step != userimport.Choosing || app.CodeOf(s.Err) != app.CodeListTooBig || len(r.later) != 0 {
		t.Errorf("%+v", s)
	}
	// A file that was chosen meanwhile is the one that counts.
	d.err = nil
	r.Open("uno.csv", nil)
	r.Again()
	r.work()
	if s := r.State(); s.Step != userimport.Choosing || s.Err != nil {
		t.Errorf("%+v", s)
	}
}

func TestHandout(t *testing.T) {
	until := time.Date(2026, 11, 30, 11, 0, 0, 0, time.UTC)
	for name, want := range map[string]string{
		"Rossi": `"Rossi"`, `O"Hara`: `"O""Hara"`, "=1+1": `"'=1+1"`, "+39": `"'+39"`, "-a": `"'-a"`, "@x": `"'@x"`, " =1": `"' =1"`,
		"\t=1": `"' =1"`, "\"=1": `"'""=1"`, "＝1": `"'＝1"`, "a=1": `"a=1"`, "a\r\n;b": `"a  ;b"`,
	} {
		got := string(userimport.Handout([6]string{"A", "B", "C", "D", "E", "F"}, []wire.UserImportRow{
			{Surname: name, Name: "Anna", Username: "a", Email: "a@b", Secret: "abcd-efgh", Expires: &until}, {Surname: "nessun segreto"},
		}, func(t time.Time) string { return t.Format("02/01/2006 15:04") }))
		if line := "\ufeff\"A\";\"B\";\"C\";\"D\";\"E\";\"F\"\r\n" + want + ";\"Anna\";\"a\";\"a@b\";\"abcd-efgh\";\"30/11/2026 11:00\"\r\n"; got != line {
			t.Errorf("%q: %q, want %q", name, got, line)
		}
		if strings.Count(got, "\r\n") != 2 {
			t.Errorf("%q breaks the line", name)
		}
	}
}
