package vault

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

func fresh(t testing.TB) (*Vault, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "vault")
	v, err := Open(path, true)
	if err != nil {
		t.Fatal(err)
	}
	return v, path
}

func TestSealUnseal(t *testing.T) {
	v, path := fresh(t)
	for _, plain := range []string{"", "a", strings.Repeat("visura di Rossi ", 500)} {
		sealed := v.Seal([]byte(plain), []byte("archive/1"))
		if len(sealed) != len(plain)+Overhead {
			t.Errorf("%d bytes sealed to %d", len(plain), len(sealed))
		}
		if len(plain) > 8 && bytes.Contains(sealed, []byte(plain)) {
			t.Error("the plaintext can be read")
		}
		again, err := Open(path, false)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := again.Unseal(sealed, []byte("archive/1")); err != nil || string(got) != plain {
			t.Errorf("Unseal = %q, %v", got, err)
		}
		if _, err := v.Unseal(sealed, []byte("archive/2")); !errors.Is(err, ErrSeal) {
			t.Errorf("elsewhere: %v", err)
		}
	}
	if bytes.Equal(v.Seal([]byte("x"), nil), v.Seal([]byte("x"), nil)) {
		t.Error("two sealed values are equal")
	}
}

func TestEveryBitIsProtected(t *testing.T) {
	v, _ := fresh(t)
	sealed := v.Seal([]byte("Rossi"), []byte("a"))
	for i := range sealed {
		for bit := range 8 {
			bad := bytes.Clone(sealed)
			bad[i] ^= 1 << bit
			if _, err := v.Unseal(bad, []byte("a")); err == nil {
				t.Fatalf("byte %d bit %d altered and accepted", i, bit)
			}
		}
	}
	for n := range sealed {
		if _, err := v.Unseal(sealed[:n], []byte("a")); err == nil {
			t.Fatalf("cut to %d bytes and accepted", n)
		}
	}
	other, _ := fresh(t)
	if _, err := other.Unseal(sealed, []byte("a")); !errors.Is(err, ErrKey) {
		t.Errorf("with another vault: %v", err)
	}
}

func TestRotate(t *testing.T) {
	v, path := fresh(t)
	server, err := Open(path, false)
	if err != nil {
		t.Fatal(err)
	}
	before, mark := v.Seal([]byte("old"), nil), v.Mark("subject", []byte("X"))
	if err := v.Rotate(); err != nil {
		t.Fatal(err)
	}
	after := v.Seal([]byte("new"), nil)
	if bytes.Equal(before[:headerSize], after[:headerSize]) {
		t.Error("the same key seals after Rotate")
	}
	if !v.Stale(before) || v.Stale(after) {
		t.Errorf("Stale(before) = %v, Stale(after) = %v", v.Stale(before), v.Stale(after))
	}
	for name, user := range map[string]*Vault{"the one that rotated": v, "one already open": server} {
		for want, sealed := range map[string][]byte{"old": before, "new": after} {
			if got, err := user.Unseal(sealed, nil); err != nil || string(got) != want {
				t.Errorf("%s: Unseal = %q, %v, want %q", name, got, err, want)
			}
		}
		if user.Mark("subject", []byte("X")) != mark {
			t.Errorf("%s: the mark has changed", name)
		}
	}
}

func TestMark(t *testing.T) {
	v, _ := fresh(t)
	other, _ := fresh(t)
	a := v.Mark("subject", []byte("RSSMRA80A01H501U"))
	if len(a) != 52 || strings.ToLower(a) != a {
		t.Errorf("mark %q", a)
	}
	if a != v.Mark("subject", []byte("RSSMRA80A01H501U")) {
		t.Error("the same value has two marks")
	}
	for name, b := range map[string]string{
		"value":   v.Mark("subject", []byte("RSSMRA80A01H501V")),
		"purpose": v.Mark("household", []byte("RSSMRA80A01H501U")),
		"vault":   other.Mark("subject", []byte("RSSMRA80A01H501U")),
		"border":  v.Mark("subjectR", []byte("SSMRA80A01H501U")),
	} {
		if a == b {
			t.Errorf("another %s has the same mark", name)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(filepath.Join(dir, "absent"), false); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("absent: %v", err)
	}
	_, good := fresh(t)
	text, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	for name, bad := range map[string]string{
		"empty":     "",
		"no data":   lines[0] + lines[1],
		"cut":       string(text[:len(text)-5]),
		"twice":     string(text) + lines[2],
		"other":     "indagor vault 2\n" + lines[1] + lines[2],
		"rest":      string(text) + "x\n",
		"no marker": lines[0] + lines[2] + lines[2],
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path, true); err == nil {
			t.Errorf("%s: accepted", name)
		}
		if now, _ := os.ReadFile(path); string(now) != bad {
			t.Errorf("%s: the file was changed", name)
		}
	}
	if runtime.GOOS != "windows" {
		if info, err := os.Stat(good); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v, %v", info.Mode(), err)
		}
		if err := os.Chmod(good, 0o640); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(good, false); err == nil {
			t.Error("a file that others can read was accepted")
		}
	}
}

func TestManyAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vault")
	var wg sync.WaitGroup
	vaults := make([]*Vault, 8)
	for i := range vaults {
		wg.Go(func() {
			v, err := Open(path, true)
			if err != nil {
				t.Error(err)
				return
			}
			vaults[i] = v
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	for i, v := range vaults {
		wg.Go(func() {
			if i == 0 {
				if err := v.Rotate(); err != nil {
					t.Error(err)
				}
			}
			sealed := v.Seal([]byte("x"), nil)
			if _, err := vaults[(i+1)%len(vaults)].Unseal(sealed, nil); err != nil {
				t.Error(err)
			}
			v.Mark("p", []byte("x"))
		})
	}
	wg.Wait()
}

func FuzzUnseal(f *testing.F) {
	v, _ := fresh(f)
	f.Add(v.Seal([]byte("seed"), []byte("a")), []byte("b"))
	f.Add([]byte(magic), []byte{})
	f.Fuzz(func(t *testing.T, sealed, aad []byte) {
		if _, err := v.Unseal(sealed, aad); err == nil {
			t.Errorf("opened what was never sealed for %q", aad)
		}
	})
}

func FuzzParse(f *testing.F) {
	k := keys{data: map[[idSize]byte][]byte{}}
	k.add()
	f.Add(string(k.text()))
	k.add()
	f.Add(string(k.text()))
	f.Fuzz(func(t *testing.T, text string) {
		k, err := parse(text)
		if err != nil {
			return
		}
		again, err := parse(string(k.text()))
		if err != nil || len(again.order) != len(k.order) || len(k.order) == 0 {
			t.Errorf("read %d keys, then %d: %v", len(k.order), len(again.order), err)
		}
	})
}
