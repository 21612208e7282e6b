package evidence

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"

	"indagor/app"
	"indagor/app/evidence"
)

func custodians(t testing.TB, n int) (ids []*age.X25519Identity, to []age.Recipient) {
	t.Helper()
	for range n {
		id, err := age.GenerateX25519Identity()
		if err != nil {
			t.Fatal(err)
		}
		ids, to = append(ids, id), append(to, id.Recipient())
	}
	return ids, to
}

func psEvent(reason string) app.Event {
	return app.Event{
		ID: app.NewID(), At: time.Date(2026, 11, 22, 8, 31, 0, 0, time.UTC), Class: app.ClassActivity, Kind: app.EventVisuraEnded,
		Actor: app.Actor{User: "u", Username: "agente", Role: app.RoleStandardPS, Department: "d", Admin: "a"}, Reason: reason,
	}
}

func seal(t testing.TB, s *Sealer, e app.Event) []byte {
	t.Helper()
	body, err := evidence.Canonical(e)
	if err != nil {
		t.Fatal(err)
	}
	blob, err := s.Seal(e.At.Unix()/3600, body)
	if err != nil {
		t.Fatal(err)
	}
	return blob
}

func TestTwoCustodiansOpen(t *testing.T) {
	ids, to := custodians(t, 3)
	strangers, _ := custodians(t, 1)
	s, err := NewSealer(to, nil)
	if err != nil {
		t.Fatal(err)
	}
	e := psEvent("verifica")
	blob := seal(t, s, e)
	if bytes.Contains(blob, []byte("agente")) || bytes.Contains(blob, []byte(e.ID)) {
		t.Error("the event can be read")
	}
	for i, a := range ids {
		for j, b := range ids {
			got, err := Unseal(blob, a, b)
			switch {
			case i == j && err == nil:
				t.Errorf("custodian %d alone opens it", i)
			case i != j && (err != nil || !cmp.Equal(got, e)):
				t.Errorf("custodians %d and %d: %v", i, j, err)
			}
		}
		if _, err := Unseal(blob, a, strangers[0]); err == nil {
			t.Errorf("custodian %d and a stranger open it", i)
		}
	}
}

func TestSealedLengthTellsOnlyBuckets(t *testing.T) {
	ids, to := custodians(t, 2)
	s, err := NewSealer(to, nil)
	if err != nil {
		t.Fatal(err)
	}
	base, err := evidence.Canonical(psEvent(""))
	if err != nil {
		t.Fatal(err)
	}
	room := sealBucket - 4 - len(base) - len(`,"reason":""`)
	sizes := map[int]int{}
	for _, n := range []int{1, 100, room - 1, room, room + 1} {
		e := psEvent(strings.Repeat("x", n))
		blob := seal(t, s, e)
		sizes[n] = len(blob)
		if got, err := Unseal(blob, ids[1], ids[0]); err != nil || !cmp.Equal(got, e) {
			t.Errorf("%d: %v", n, err)
		}
	}
	if sizes[1] != sizes[room] || sizes[100] != sizes[room-1] || sizes[1] != sizes[100] || sizes[room+1] != sizes[1]+sealBucket {
		t.Errorf("sizes %v", sizes)
	}
}

func TestAlteredSealIsRefused(t *testing.T) {
	ids, to := custodians(t, 2)
	s, err := NewSealer(to, nil)
	if err != nil {
		t.Fatal(err)
	}
	blob := seal(t, s, psEvent("x"))
	for i := 0; i < len(blob); i += 7 {
		bad := bytes.Clone(blob)
		bad[i] ^= 1
		if _, err := Unseal(bad, ids[0], ids[1]); err == nil {
			t.Fatalf("byte %d altered and accepted", i)
		}
	}
	for _, n := range []int{0, 5, sealHeader, sealHeader + 30, len(blob) - sealBucket, len(blob) - 1} {
		if _, err := Unseal(blob[:n], ids[0], ids[1]); err == nil {
			t.Errorf("cut to %d bytes and accepted", n)
		}
	}
}

func TestNewSealerRefuses(t *testing.T) {
	_, to := custodians(t, 17)
	for name, list := range map[string][]age.Recipient{
		"none": nil, "one": to[:1], "twice": {to[0], to[1], to[0]}, "seventeen": to,
	} {
		if _, err := NewSealer(list, nil); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := NewSealer(to[:16], nil); err != nil {
		t.Error(err)
	}
}

func FuzzUnseal(f *testing.F) {
	ids, to := custodians(f, 2)
	s, err := NewSealer(to, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seal(f, s, psEvent("x")))
	f.Add([]byte(sealMagic))
	f.Fuzz(func(t *testing.T, b []byte) {
		env, err := parseEnvelope(b)
		if err != nil {
			if _, err := Unseal(b, ids[0], ids[1]); err == nil {
				t.Error("opened what has no form")
			}
			return
		}
		if len(env.header)+len(env.nonce)+len(env.text) != len(b) {
			t.Error("parts and whole differ")
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	_, to := custodians(b, 3)
	s, err := NewSealer(to, nil)
	if err != nil {
		b.Fatal(err)
	}
	e := psEvent("x")
	for b.Loop() {
		seal(b, s, e)
	}
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.key")
	if _, err := OpenKey(path, "indagor.example", false); err == nil {
		t.Error("opened what is not there")
	}
	made, err := OpenKey(path, "indagor.example", true)
	if err != nil {
		t.Fatal(err)
	}
	again, err := OpenKey(path, "other.example", true)
	if err != nil || again.Public() != made.Public() {
		t.Errorf("again: %v, %v", again, err)
	}
	if _, err := OpenKey(filepath.Join(t.TempDir(), "k"), "with space", true); err == nil {
		t.Error("a name with a space was accepted")
	}
	c := evidence.Checkpoint{Origin: "o", Size: 1}
	signed, err := c.Sign(made.signer)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(signed, "— indagor.example ") {
		t.Errorf("note %q", signed)
	}
}
