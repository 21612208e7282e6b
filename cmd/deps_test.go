// Package cmd_test watches over the house's plan: which package may import
// what, what each program must not carry with it, and how long a file may be.
package cmd_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// module is the name of this module.
const module = "indagor"

// room is a package, or a family of packages, with what it may import besides
// the standard library. Of the standard library, database/sql and net/http
// must be named too. A trailing /... stands for everything below.
type room struct {
	path   string
	ours   []string
	theirs []string
}

// rooms is the table of directions: cmd → {ui, server} → {sync, services} →
// app. The first room that fits a package is its room; a package without a
// room is a fault.
var rooms = []room{
	// The domain stands in the middle and knows nobody above it.
	{path: "app"},
	{path: "app/codicefiscale", ours: []string{"app/territory"}, theirs: []string{"golang.org/x/text/..."}},
	{path: "app/territory"},
	{path: "app/evidence", ours: []string{"app"}, theirs: []string{"golang.org/x/mod/sumdb/..."}},
	{path: "app/language", ours: []string{"app"}, theirs: []string{"github.com/nicksnyder/go-i18n/v2/...", "golang.org/x/text/..."}},
	{path: "app/cell"},
	{path: "app/list", ours: []string{"app", "app/codicefiscale", "app/territory"}, theirs: []string{"golang.org/x/text/..."}},
	{path: "assets"},

	// The contract, and the desktop's side of it.
	{path: "sync"},
	{path: "sync/wire", ours: []string{"app"}, theirs: []string{"net/http"}}, // names of methods and statuses
	{path: "sync/proof", ours: []string{"app"}, theirs: []string{"github.com/go-jose/go-jose/v4/..."}},
	{path: "sync/client", ours: []string{"app", "sync/proof", "sync/wire"}, theirs: []string{"github.com/go-resty/resty/v2", "net/http"}},
	{path: "sync/device", ours: []string{"app", "sync/proof", "sync/wire"}, theirs: []string{"github.com/zalando/go-keyring", "github.com/shirou/gopsutil/v3/...", "golang.org/x/crypto/...", "golang.org/x/sys/..."}},
	{path: "sync/cache", ours: []string{"app", "app/territory", "sync/wire"}, theirs: []string{"go.etcd.io/bbolt/...", "golang.org/x/crypto/..."}},
	{path: "sync/desk", ours: []string{"app", "app/territory", "sync/cache", "sync/client", "sync/device", "sync/proof", "sync/wire"}, theirs: []string{"golang.org/x/crypto/..."}},

	// The window. Presenters have no Fyne, screens have no rules.
	{path: "ui/theme", theirs: []string{"fyne.io/fyne/v2/..."}},
	{path: "ui/widget", ours: []string{"ui/theme"}, theirs: []string{"fyne.io/fyne/v2/..."}},
	{path: "ui/flow/...", ours: []string{"app/...", "sync/wire", "sync/desk", "sync/client", "sync/device", "ui/flow/..."}},
	{path: "ui/screen/screentest", ours: []string{"app/language", "assets", "ui/screen", "ui/theme", "ui/widget"}, theirs: []string{"fyne.io/fyne/v2/..."}}, // tests only
	{path: "ui/screen/...", ours: []string{"app/...", "sync/wire", "ui/flow/...", "ui/screen/...", "ui/widget", "ui/theme"}, theirs: []string{"fyne.io/fyne/v2/..."}},
	{path: "ui", ours: []string{"app/...", "assets", "sync/...", "ui/..."}, theirs: []string{"fyne.io/fyne/v2/..."}},

	// The server. Services know neither each other, nor who stores, nor HTTP.
	{path: "server/internal/sight", ours: []string{"app"}},
	{path: "server/internal/signal", ours: []string{"app", "server/internal/sight"}},
	{path: "server/internal/vault", theirs: []string{"golang.org/x/crypto/..."}},
	{path: "server/internal/board", ours: []string{"app/...", "server/internal/sight"}},
	{path: "server/internal/directory", ours: []string{"app/...", "server/internal/sight"}},
	{path: "server/internal/workstation", ours: []string{"app/...", "server/internal/sight"}},
	{path: "server/internal/signin", ours: []string{"app/...", "server/internal/sight"}, theirs: []string{"golang.org/x/crypto/..."}},
	{path: "server/internal/stats", ours: []string{"app", "server/internal/sight"}},
	{path: "server/internal/monitor", ours: []string{"app/...", "server/internal/sight"}},
	{path: "server/internal/timer", ours: []string{"app"}},
	{path: "server/internal/archive", ours: []string{"app/...", "server/internal/sight"}},
	{path: "server/internal/digest", ours: []string{"app/...", "server/internal/sight"}},
	{path: "server/internal/mail", ours: []string{"app", "server/internal/digest"}, theirs: []string{"github.com/wneessen/go-mail/..."}}, // what digest sends by
	{path: "server/internal/settings", ours: []string{"app/...", "server/internal/sight"}},
	{path: "server/internal/visura", ours: []string{"app/...", "server/internal/sight", "server/internal/anpr"}}, // the port, not its adapters
	{path: "server/internal/bulk", ours: []string{"app/...", "server/internal/sight", "server/internal/anpr"}},   // the port, as visura
	{path: "server/internal/anpr", ours: []string{"app"}, theirs: []string{"github.com/failsafe-go/failsafe-go/..."}},
	{path: "server/internal/anpr/pdnd", ours: []string{"app", "server/internal/anpr"}, theirs: []string{"github.com/go-jose/go-jose/v4/...", "net/http"}},
	{path: "server/internal/evidence", ours: []string{"app", "app/evidence"}, theirs: []string{"filippo.io/age", "golang.org/x/crypto/...", "golang.org/x/mod/sumdb/..."}},
	{path: "server/internal/render", ours: []string{"app", "server/internal/render/sheet", "app/language"}, theirs: []string{"codeberg.org/go-pdf/fpdf", "github.com/go-analyze/charts", "github.com/go-fonts/liberation/...", "rsc.io/qr"}},
	{path: "server/internal/render/sheet", ours: []string{"app", "app/cell", "app/list"}, theirs: []string{"github.com/xuri/excelize/v2"}},
	{
		path: "server/internal/store", ours: []string{"app", "app/evidence", "server/internal/sight"},
		theirs: []string{"database/sql/...", "modernc.org/sqlite/...", "github.com/jackc/pgx/v5/...", "github.com/pressly/goose/v3/...", "golang.org/x/mod/sumdb/..."},
	},
	{path: "server/internal/store/storetest", ours: []string{"server/internal/store"}, theirs: []string{"database/sql/...", "modernc.org/sqlite", "github.com/jackc/pgx/v5/..."}},
	{path: "server/internal/gate", ours: []string{"app", "sync/proof", "sync/wire", "server/internal/sight"}, theirs: []string{"golang.org/x/time/rate"}},
	{path: "server/internal/api", ours: []string{
		"app/...", "sync/wire", "server/internal/gate", "server/internal/directory", "server/internal/workstation", "server/internal/signin",
		"server/internal/stats", "server/internal/monitor", "server/internal/visura", "server/internal/bulk", "server/internal/signal",
	}, theirs: []string{"github.com/danielgtaylor/huma/v2/...", "net/http"}},
	{path: "server", ours: []string{"app/...", "assets", "sync/proof", "sync/wire", "server/internal/..."}, theirs: []string{"filippo.io/age", "github.com/pelletier/go-toml/v2", "net/http"}},
	{
		path: "server/servertest", ours: []string{"app/...", "cmd/anpr-simulator/sim", "server", "server/internal/evidence", "server/internal/store", "sync/client", "sync/proof", "sync/wire"},
		theirs: []string{"filippo.io/age", "github.com/emersion/go-sasl", "github.com/emersion/go-smtp", "net/http/..."},
	},

	// The programs. Only the desktop's main imports what opens a window.
	{path: "cmd/indagor", ours: []string{"app/...", "assets", "sync/...", "ui/..."}, theirs: []string{"fyne.io/fyne/v2/...", "github.com/alecthomas/kong"}},
	{path: "cmd/indagor-server", ours: []string{"app/...", "assets", "server"}, theirs: []string{"filippo.io/age", "github.com/alecthomas/kong", "github.com/kardianos/service"}},
	{path: "cmd/anpr-simulator", ours: []string{"cmd/anpr-simulator/sim"}, theirs: []string{"github.com/alecthomas/kong", "github.com/google/uuid", "github.com/pelletier/go-toml/v2", "net/http"}},
	{path: "cmd/anpr-simulator/sim", ours: []string{"app/...", "assets"}, theirs: []string{"net/http"}},
	{path: "cmd"}, // this test
	{path: "cmd/tablegen", ours: []string{"app/territory"}},
	{path: "cmd/demo", ours: []string{"app", "sync/client", "sync/proof", "sync/wire"}, theirs: []string{"github.com/emersion/go-smtp", "github.com/pelletier/go-toml/v2"}},
}

// keepers are the only rooms that may import a thing, even where a room's own
// line is generous.
var keepers = map[string][]string{
	"fyne.io/fyne/v2/app":              {"cmd/indagor"},
	"fyne.io/fyne/v2/test":             {"ui/screen/screentest"}, // tests only, and the journey, which is one
	"database/sql":                     {"server/internal/store", "server/internal/store/storetest"},
	"github.com/danielgtaylor/huma/v2": {"server/internal/api"},
	"github.com/go-resty/resty/v2":     {"sync/client"},
	"github.com/shirou/gopsutil/v3":    {"sync/device"},
	"github.com/zalando/go-keyring":    {"sync/device"},
	"go.etcd.io/bbolt":                 {"sync/cache"},
	"codeberg.org/go-pdf/fpdf":         {"server/internal/render"},
	"github.com/xuri/excelize/v2":      {"server/internal/render/sheet"},
	"testing":                          {"server/servertest", "server/internal/store/storetest", "ui/screen/screentest"},
}

// builds are the ways in which the packages are built; a rule must hold in all.
var builds = []struct {
	name string
	env  []string
	tags string
	also string // what cmd/indagor may import besides, in this build only
}{
	{"linux", []string{"GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0"}, "ci", ""},
	{"windows", []string{"GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0"}, "ci", ""},
	{"linux with a window", []string{"GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=1"}, "", ""},
	{"linux with the journey", []string{"GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=1"}, "journey", "fyne.io/fyne/v2/test"},
}

// listed is what go list tells about a package.
type listed struct {
	ImportPath string
	Name       string
	Imports    []string
	Standard   bool
}

func list(t *testing.T, env []string, args ...string) []listed {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Name,Imports,Standard"}, args...)...)
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), env...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list %s: %v\n%s", strings.Join(args, " "), err, errs.String())
	}
	var ps []listed
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var p listed
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		ps = append(ps, p)
	}
	if len(ps) == 0 {
		t.Fatalf("go list %s lists nothing", strings.Join(args, " "))
	}
	return ps
}

// fits reports whether a path is a pattern's, or below it where the pattern
// ends in /...
func fits(pattern, p string) bool {
	if base, ok := strings.CutSuffix(pattern, "/..."); ok {
		return p == base || strings.HasPrefix(p, base+"/")
	}
	return p == pattern
}

func anyFits(patterns []string, p string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return fits(pattern, p) })
}

func own(importPath string) (string, bool) { return strings.CutPrefix(importPath, module+"/") }

// watched reports whether a package of the standard library must be named.
func watched(p string) bool { return fits("database/sql/...", p) || fits("net/http/...", p) }

func standard(p string) bool {
	first, _, _ := strings.Cut(p, "/")
	return !strings.Contains(first, ".")
}

func TestDirections(t *testing.T) {
	for _, b := range builds {
		t.Run(b.name, func(t *testing.T) {
			for _, p := range list(t, b.env, "-tags", b.tags, "./...") {
				name, ok := own(p.ImportPath)
				if !ok {
					continue
				}
				i := slices.IndexFunc(rooms, func(r room) bool { return fits(r.path, name) })
				if i < 0 {
					t.Errorf("%s has no room: either it is missing here and in the plan, or the code is in two pieces", name)
					continue
				}
				for _, imp := range p.Imports {
					if theirs, ok := own(imp); ok {
						if !anyFits(rooms[i].ours, theirs) {
							t.Errorf("%s imports %s, which is not a direction of the house", name, theirs)
						}
					} else if (!standard(imp) || watched(imp)) && !anyFits(rooms[i].theirs, imp) {
						t.Errorf("%s imports %s, which is not its to import", name, imp)
					}
					for thing, who := range keepers {
						if fits(thing+"/...", imp) && !slices.Contains(who, name) && !(name == "cmd/indagor" && b.also == thing) {
							t.Errorf("%s imports %s, which only %v may", name, imp, who)
						}
					}
				}
			}
		})
	}
}

// refused is what a program must not carry, and why.
type refused struct{ thing, why string }

var (
	noSimulator = refused{module + "/cmd/anpr-simulator/...", "whoever stands in for ANPR is never in a product"}
	noTests     = refused{"testing", "what tests need stays in tests"}
	noWindow    = refused{"fyne.io/...", "it has no window"}
	noC         = refused{"runtime/cgo", "it is one static binary of pure Go"}
)

// programs is what each program must not carry.
var programs = map[string][]refused{
	"cmd/indagor": {
		noSimulator, noTests,
		{module + "/server/...", "the desktop asks the server, it does not hold it"},
		{"database/sql", "the desktop has no database but its encrypted copy"},
		{"modernc.org/sqlite/...", "the desktop has no database but its encrypted copy"},
		{"github.com/jackc/pgx/...", "the desktop has no database but its encrypted copy"},
		{"github.com/pressly/goose/...", "nothing to migrate"},
		{"github.com/danielgtaylor/huma/...", "it serves nothing"},
		{"filippo.io/age/...", "sealing is the server's affair"},
		{"codeberg.org/go-pdf/...", "documents are made by the server, which answers for them"},
		{"github.com/xuri/excelize/...", "documents are made by the server, which answers for them"},
		{"github.com/failsafe-go/...", "only the server speaks with ANPR"},
		{"github.com/russellhaering/goxmldsig/...", "only the server speaks with ANPR"},
	},
	"cmd/indagor-server": {
		noSimulator, noTests, noWindow, noC,
		{"github.com/go-gl/...", "it has no window"},
		{module + "/ui/...", "it has no window"},
		{module + "/sync/desk", "it is not a desktop"},
		{module + "/sync/device", "it is not a desktop"},
		{module + "/sync/cache", "it is not a desktop"},
		{module + "/sync/client", "it does not call itself"},
		{"go.etcd.io/bbolt/...", "its store is SQL"},
		{"github.com/zalando/go-keyring/...", "a service has no keyring"},
		{"github.com/shirou/gopsutil/...", "it takes no fingerprint of itself"},
		{"github.com/go-resty/...", "it does not call itself"},
	},
	"cmd/anpr-simulator": {
		noTests, noWindow, noC,
		{module + "/server/...", "a stand-in that shared the server's code would share its faults"},
		{module + "/sync/...", "ANPR does not know our contract"},
		{"github.com/go-jose/...", "the simulator verifies with its own code what the server signs with go-jose"},
	},
	"cmd/demo": {
		noTests, noWindow, noC,
		{module + "/server/...", "the demonstration works the programs as people do, from outside"},
		noSimulator,
	},
	"cmd/tablegen": {
		noTests, noWindow, noC, noSimulator,
		{module + "/server/...", "it makes tables, nothing else"},
		{module + "/sync/...", "it makes tables, nothing else"},
	},
}

func TestPrograms(t *testing.T) {
	mains := map[string]bool{}
	for _, p := range list(t, []string{"CGO_ENABLED=1"}, "./...") {
		if name, ok := own(p.ImportPath); ok && p.Name == "main" {
			mains[name] = true
			if programs[name] == nil {
				t.Errorf("%s is a program of which nobody says what it must not carry", name)
			}
		}
	}
	for name, nots := range programs {
		t.Run(path.Base(name), func(t *testing.T) {
			if !mains[name] {
				t.Fatalf("%s is not there", name)
			}
			cgo := "CGO_ENABLED=0"
			if name == "cmd/indagor" {
				cgo = "CGO_ENABLED=1" // as it is shipped
			}
			for _, goos := range []string{"linux", "windows"} {
				for _, p := range list(t, []string{cgo, "GOOS=" + goos, "GOARCH=amd64"}, "-deps", "./"+name) {
					for _, not := range nots {
						if fits(not.thing, p.ImportPath) && p.ImportPath != module+"/"+name {
							t.Errorf("on %s it carries %s: %s", goos, p.ImportPath, not.why)
						}
					}
				}
			}
		})
	}
}

// longest is the most lines that a file of Go may have.
const longest = 500

func TestFiles(t *testing.T) {
	count := 0
	err := filepath.WalkDir("..", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); p != ".." && (strings.HasPrefix(base, ".") || base == "bin" || base == "out") {
				return filepath.SkipDir
			}
			switch d.Name() {
			case "util", "utils", "common", "helper", "helpers", "models", "misc":
				t.Errorf("%s: a folder is named after what is in it", p)
			}
			return nil
		}
		if filepath.Ext(p) != ".go" {
			return nil
		}
		count++
		n, err := lines(p)
		if err != nil {
			return err
		}
		switch {
		case n <= longest:
		case strings.HasSuffix(p, "_test.go"):
			t.Logf("%s has %d lines; tests may, though two nouns in a file are two files", p, n)
		default:
			t.Errorf("%s has %d lines, more than %d: one noun a file", p, n, longest)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if count < 100 {
		t.Fatalf("only %d files of Go were found: this test looks in the wrong place", count)
	}
}

func lines(p string) (int, error) {
	f, err := os.Open(p)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	n := 0
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		n++
	}
	return n, s.Err()
}
