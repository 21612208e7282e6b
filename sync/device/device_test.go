package device

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/zalando/go-keyring"

	"indagor/app"
	"indagor/sync/proof"
)

// fakeRing is a keyring in memory that can fail as real ones do.
type fakeRing struct {
	mu   sync.Mutex
	kept map[string]string
	get  error
	set  error
	deaf bool // says that it keeps, and does not
}

func (r *fakeRing) Get(a string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.get != nil {
		return "", r.get
	}
	s, ok := r.kept[a]
	if !ok {
		return "", ErrNotKept
	}
	return s, nil
}

func (r *fakeRing) Set(a, s string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.set != nil {
		return r.set
	}
	if r.deaf {
		return nil
	}
	if r.kept == nil {
		r.kept = map[string]string{}
	}
	r.kept[a] = s
	return nil
}

const server = "https://indagor.comune.example"

func TestKeyringKeepsTheKeys(t *testing.T) {
	ring := &fakeRing{}
	o := Options{Server: server, ProfileDir: t.TempDir(), Ring: ring}
	a, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if a.Signer().Thumbprint() != b.Signer().Thumbprint() || !bytes.Equal(a.DataKey(), b.DataKey()) || len(a.DataKey()) != 32 {
		t.Error("the keys changed")
	}
	if a.Place() != PlaceKeyring || a.Code() != proof.ComparisonCode(a.Signer().Thumbprint()) {
		t.Errorf("%q, %q", a.Place(), a.Code())
	}
	if entries, _ := os.ReadDir(o.ProfileDir); len(entries) != 0 {
		t.Errorf("files in the profile: %v", entries)
	}
	for account, secret := range ring.kept {
		if len(account) > 500 || len(secret) > 100 {
			t.Errorf("too long for Windows: %d, %d", len(account), len(secret))
		}
	}
	other := o
	other.Server += ".other"
	c, err := Open(t.Context(), other)
	if err != nil {
		t.Fatal(err)
	}
	other = o
	other.ProfileDir = t.TempDir()
	d, err := Open(t.Context(), other)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{a.Signer().Thumbprint(): true, c.Signer().Thumbprint(): true, d.Signer().Thumbprint(): true}
	if len(seen) != 3 {
		t.Error("one key for several servers or profiles")
	}
	a.DataKey()[0] ^= 1
	if !bytes.Equal(a.DataKey(), b.DataKey()) {
		t.Error("the data key can be changed from outside")
	}
}

func TestKeyringFailures(t *testing.T) {
	for name, c := range map[string]struct {
		ring *fakeRing
		want error
	}{
		"no bus":         {&fakeRing{get: errors.New("dial unix /run/user/1000/bus: connect: no such file or directory")}, ErrNoKeyring},
		"no launcher":    {&fakeRing{get: &exec.Error{Name: "dbus-launch", Err: exec.ErrNotFound}}, ErrNoKeyring},
		"no service":     {&fakeRing{get: errors.New("The name org.freedesktop.secrets was not provided by any .service files")}, ErrNoKeyring},
		"no support":     {&fakeRing{get: keyring.ErrUnsupportedPlatform}, ErrNoKeyring},
		"locked":         {&fakeRing{get: errors.New("failed to unlock correct collection '/org/freedesktop/secrets/aliases/default'")}, ErrKeyringLocked},
		"locked writing": {&fakeRing{set: errors.New("failed to unlock correct collection")}, ErrKeyringLocked},
		"deaf":           {&fakeRing{deaf: true}, ErrNoKeyring},
		"read only":      {&fakeRing{set: errors.New("no")}, ErrNoKeyring},
	} {
		dir := t.TempDir()
		asked := false
		_, err := Open(t.Context(), Options{Server: server, ProfileDir: dir, Ring: c.ring})
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		stop := errors.New("stop")
		_, err = Open(t.Context(), Options{Server: server, ProfileDir: dir, Ring: c.ring, Passphrase: func(_ context.Context, n Need) (string, error) {
			asked = n == NeedNew
			return "", stop
		}})
		if locked := c.want == ErrKeyringLocked; asked == locked || !locked && !errors.Is(err, stop) {
			t.Errorf("%s: asked %v, %v", name, asked, err)
		}
		if entries, _ := os.ReadDir(dir); len(entries) != 0 {
			t.Errorf("%s: files in the profile: %v", name, entries)
		}
	}
	for _, secret := range []string{"", "!!!", "c2hvcnQ"} {
		ring := &fakeRing{kept: map[string]string{account("device", Options{Server: server, ProfileDir: "/p"}): secret}}
		before := maps.Clone(ring.kept)
		if _, err := Open(t.Context(), Options{Server: server, ProfileDir: "/p", Ring: ring}); !errors.Is(err, ErrDamaged) {
			t.Errorf("%q: %v", secret, err)
		}
		if !maps.Equal(before, ring.kept) {
			t.Errorf("%q: the damaged key was overwritten", secret)
		}
	}
	if _, err := Open(t.Context(), Options{}); err == nil {
		t.Error("opened without a server")
	}
}

type slowRing struct{ stop chan struct{} }

func (r slowRing) Get(string) (string, error) { <-r.stop; return "", ErrNotKept }
func (r slowRing) Set(string, string) error   { return nil }

func TestWaitingForAPersonEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	stop := make(chan struct{})
	defer close(stop)
	if _, err := Open(ctx, Options{Server: server, ProfileDir: t.TempDir(), Ring: slowRing{stop}}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// answers gives passphrases one after the other and records why they were
// asked for.
func answers(needs *[]Need, list ...string) func(context.Context, Need) (string, error) {
	return func(_ context.Context, n Need) (string, error) {
		*needs = append(*needs, n)
		if len(list) == 0 {
			return "", errors.New("nothing to say")
		}
		s := list[0]
		list = list[1:]
		return s, nil
	}
}

func TestKeyFile(t *testing.T) {
	none := &fakeRing{get: errors.New("no bus")}
	dir := filepath.Join(t.TempDir(), "new", "profile")
	o := Options{Server: server, ProfileDir: dir, Ring: none}
	var needs []Need
	o.Passphrase = answers(&needs, "short", "una frase lunga è")
	a, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(needs) != "[new longer]" || a.Place() != PlaceFile {
		t.Errorf("%v, %q", needs, a.Place())
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	path := filepath.Join(dir, files[0].Name())
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, a.DataKey()) {
		t.Error("the data key stands in the file in clear")
	}

	// It is used also when a keyring has come since, and opens only so.
	needs = nil
	o.Ring, o.Passphrase = &fakeRing{}, answers(&needs, "another passphrase", "una frase lunga è")
	b, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(needs) != "[open again]" || b.Signer().Thumbprint() != a.Signer().Thumbprint() || !bytes.Equal(a.DataKey(), b.DataKey()) {
		t.Errorf("%v, or other keys", needs)
	}
	needs = nil
	o.Passphrase = nil
	if _, err := Open(t.Context(), o); !errors.Is(err, ErrNoKeyring) {
		t.Errorf("%v", err)
	}

	// Moved to the profile of another server it does not open.
	moved := keyFile{path: path, server: "https://other"}
	if _, ok, err := moved.unseal(raw, "una frase lunga è"); ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
	// No byte of it may be changed, none may be missing.
	f := keyFile{path: path, server: server}
	for _, i := range []int{0, 7, 17, headSize - 1, headSize, fileSize - 1} {
		bad := bytes.Clone(raw)
		bad[i] ^= 1
		if _, ok, _ := f.unseal(bad, "una frase lunga è"); ok {
			t.Errorf("byte %d may be changed", i)
		}
	}
	for _, at := range []int{8, 12} { // a file cannot make us work for ever
		bad := bytes.Clone(raw)
		bad[at] = 0xff
		if _, _, err := f.unseal(bad, "x"); !errors.Is(err, ErrDamaged) {
			t.Errorf("%v", err)
		}
	}
	if err := os.WriteFile(path, raw[:50], 0o600); err != nil {
		t.Fatal(err)
	}
	o.Passphrase = answers(&needs, "una frase lunga è")
	if _, err := Open(t.Context(), o); !errors.Is(err, ErrDamaged) {
		t.Errorf("cut short: %v", err)
	}
}

func TestKeyFileByChoice(t *testing.T) {
	var needs []Need
	locked := &fakeRing{get: errors.New("failed to unlock correct collection")}
	d, err := Open(t.Context(), Options{Server: server, ProfileDir: t.TempDir(), Ring: locked, KeyFile: true, Passphrase: answers(&needs, "abcdefghijkl")})
	if err != nil || d.Place() != PlaceFile {
		t.Errorf("%v", err)
	}
}

// TestSystemRing runs the package's own ring on the library's double.
func TestSystemRing(t *testing.T) {
	keyring.MockInit()
	o := Options{Server: server, ProfileDir: t.TempDir()}
	a, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Open(t.Context(), o)
	if err != nil || a.Signer().Thumbprint() != b.Signer().Thumbprint() {
		t.Errorf("%v, or another key", err)
	}
}

func fakeMachine() Machine {
	text := func(s string) func(context.Context) string { return func(context.Context) string { return s } }
	list := func(s ...string) func(context.Context) []string { return func(context.Context) []string { return s } }
	return Machine{
		MachineID: text("3d1219c7c4c5404aaa1f6d2a48adfda4\n"),
		Table:     func(context.Context) []byte { return nil },
		Product:   list("LENOVO", "20XW", "Default string"),
		Disk:      text("  S4EVNX0  "),
		Board:     list("LENOVO", "20XW-B"),
		Processor: text("Intel(R)  Core(TM) i5"),
		Adapters:  list("3c:18:a0:00:00:02", "3c:18:a0:00:00:01"),
		System:    list("debian", "(none)"),
		Name:      text("PC-042"), User: text("anna"), Title: text(strings.Repeat("à", 200)),
	}
}

func open(t *testing.T, m Machine) *Device {
	t.Helper()
	d, err := Open(t.Context(), Options{Server: server, ProfileDir: t.TempDir(), Ring: &fakeRing{}, Machine: m})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestFingerprint(t *testing.T) {
	d := open(t, fakeMachine())
	f, err := d.Fingerprint(t.Context(), "salt")
	if err != nil {
		t.Fatal(err)
	}
	for part := range app.FingerprintWeights {
		if len(f[part]) != 64 {
			t.Errorf("%s: %q", part, f[part])
		}
	}
	if len(f) != len(app.FingerprintWeights) {
		t.Errorf("%v", f)
	}
	// HMAC-SHA256 by openssl: printf 's4evnx0' | openssl dgst -sha256 -hmac salt
	if f["disk"] != wantDisk {
		t.Errorf("disk %s", f["disk"])
	}
	// Order and spelling do not count, the salt does.
	m := fakeMachine()
	m.Adapters = func(context.Context) []string { return []string{"3c:18:a0:00:00:01", "3c:18:a0:00:00:02"} }
	m.MachineID = func(context.Context) string { return " 3D1219C7C4C5404AAA1F6D2A48ADFDA4" }
	same, err := open(t, m).Fingerprint(t.Context(), "salt")
	if err != nil || f.Resemblance(same) != 100 {
		t.Errorf("%v, %v", err, same)
	}
	other, err := d.Fingerprint(t.Context(), "pepper")
	if err != nil || f.Resemblance(other) != 0 {
		t.Errorf("%v, %v", err, other)
	}
	// A new disk is small drift, a new machine is another.
	m = fakeMachine()
	m.Disk = func(context.Context) string { return "other" }
	drifted, err := open(t, m).Fingerprint(t.Context(), "salt")
	if err != nil || f.Resemblance(drifted) != 85 {
		t.Errorf("%v, %v", err, f.Resemblance(drifted))
	}
	// A machine that tells only junk tells nothing.
	junky := func(context.Context) []string { return []string{"To Be Filled By O.E.M.", "00000000"} }
	silent := func(context.Context) string { return "" }
	m = Machine{MachineID: silent, Table: m.Table, Product: junky, Disk: silent, Board: junky, Processor: silent, Adapters: junky, System: junky}
	if f, err := open(t, m).Fingerprint(t.Context(), "salt"); err != nil || len(f) != 0 {
		t.Errorf("%v, %v", err, f)
	}
	if _, err := d.Fingerprint(t.Context(), ""); err == nil {
		t.Error("a fingerprint without salt")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.Fingerprint(ctx, "salt"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if got := d.Describe(t.Context()); got.Name != "PC-042" || got.User != "anna" || len([]rune(got.OS)) != 100 {
		t.Errorf("%+v", got)
	}
}

const wantDisk = "6547bcb47795ab2742efb08e7736e5d3414595c7b14a043ba90c4c99f2b1f362"

func TestThisMachine(t *testing.T) {
	d := open(t, Machine{})
	f, err := d.Fingerprint(t.Context(), "salt")
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.Fingerprint(t.Context(), "salt")
	if err != nil || !maps.Equal(f, again) {
		t.Errorf("%v: %v, then %v", err, f, again)
	}
	if f["system"] == "" {
		t.Errorf("%v", f)
	}
	got := d.Describe(t.Context())
	if got.Name == "" || got.OS == "" {
		t.Errorf("%+v", got)
	}
	t.Logf("components told: %v", len(f))
}

func TestJunk(t *testing.T) {
	for v, want := range map[string]bool{
		"": true, "0": true, "00000000": true, "ffffffff-ffff-ffff-ffff-ffffffffffff": true, "00:00:00:00": true, "xxxxxxxx": true,
		"to be filled by o.e.m.": true, "default string": true, "none": true, "(none)": true, "...": true, "x": true,
		"03000200-0400-0500-0006-000700080009": true, "uninitialized": true,
		"s4evnx0": false, "lenovo": false, "7": false, "debian": false, "4c4c4544-0042-3510-8051-b4c04f4d3132": false,
	} {
		if got := junk(v); got != want {
			t.Errorf("%q: %v", v, got)
		}
	}
}

// table builds an SMBIOS table.
func table() []byte {
	var b []byte
	add := func(kind byte, formatted []byte, texts ...string) {
		b = append(b, kind, byte(4+len(formatted)), 0, 0)
		b = append(b, formatted...)
		for _, s := range texts {
			b = append(append(b, s...), 0)
		}
		if len(texts) == 0 {
			b = append(b, 0)
		}
		b = append(b, 0)
	}
	add(0, make([]byte, 20), "BIOS maker")
	one := append([]byte{1, 2, 0, 0}, 0x44, 0x45, 0x4c, 0x4c, 0x42, 0x00, 0x10, 0x35, 0x80, 0x51, 0xb4, 0xc0, 0x4f, 0x4d, 0x31, 0x32, 6, 0, 0)
	add(1, one, "Dell Inc.", "Latitude")
	add(3, []byte{1})
	add(2, []byte{1, 2, 0, 0}, "Dell Inc.", "0X1234")
	add(127, nil)
	add(1, one, "after the end")
	return b
}

func TestSMBIOS(t *testing.T) {
	s := parseSMBIOS(table())
	if s.uuid != "4c4c4544-0042-3510-8051-b4c04f4d3132" || s.maker != "Dell Inc." || s.board != "0X1234" {
		t.Errorf("%+v", s)
	}
	if s := parseSMBIOS(table()[:60]); s.uuid != "" || s.board != "" {
		t.Errorf("%+v", s)
	}
	m := fakeMachine()
	m.Table = func(context.Context) []byte { return table() }
	c := m.components(t.Context())
	if c["smbios"] != "4c4c4544-0042-3510-8051-b4c04f4d3132" || c["board"] != "dell inc.\n0x1234\nintel(r) core(tm) i5" {
		t.Errorf("%q", c)
	}
}

func FuzzSMBIOS(f *testing.F) {
	f.Add(table())
	f.Add([]byte{1, 4, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) { parseSMBIOS(b) })
}

func TestDescriptor(t *testing.T) {
	b := make([]byte, 64)
	if s := descriptorSerial(b); s != "" {
		t.Errorf("%q", s)
	}
	b[24] = 40
	copy(b[40:], "  S4EVNX0 \x00junk")
	if s := descriptorSerial(b); s != "S4EVNX0" {
		t.Errorf("%q", s)
	}
	for _, at := range []byte{3, 64, 200} {
		b[24] = at
		if s := descriptorSerial(b); s != "" {
			t.Errorf("%d: %q", at, s)
		}
	}
	if s := descriptorSerial(b[:10]); s != "" {
		t.Errorf("%q", s)
	}
}
