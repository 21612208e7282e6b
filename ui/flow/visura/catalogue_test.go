package visura_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"indagor/assets"
)

// keys reads the keys of the catalogue files of a language.
func keys(t *testing.T, lang string, files ...string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, name := range files {
		data, err := fs.ReadFile(assets.Translations, "translations/"+lang+"/"+name+".json")
		if err != nil {
			t.Fatal(err)
		}
		var m map[string]json.RawMessage
		if err := json.Unmarshal(data, &m); err != nil {
			t.Fatal(err)
		}
		for k, v := range m {
			out[k] = string(v)
		}
	}
	return out
}

var keyLike = regexp.MustCompile(`^(visura|archive|outcome|step|document|card|field|sex|anpr)\.[a-z0-9_.]*[a-z0-9_]$`)

// TestKeys looks at every literal of the flows and screens that looks like a
// key: each must be in both catalogues, and none of the keys of visura.json
// and archive.json may be left unused.
func TestKeys(t *testing.T) {
	it := keys(t, "it", "visura", "archive", "card", "document", "approval", "types")
	en := keys(t, "en", "visura", "archive", "card", "document", "approval", "types")
	used := map[string]bool{}
	for _, dir := range []string{".", "../archive", "../../screen/visura", "../../screen/archive"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					return true
				}
				key, err := strconv.Unquote(lit.Value)
				if err != nil || !keyLike.MatchString(key) {
					return true
				}
				used[key] = true
				if it[key] == "" {
					t.Errorf("%s: %q is not in the Italian catalogue", dir, key)
				}
				return true
			})
		}
	}
	if len(used) < 100 {
		t.Fatalf("only %d keys found: the search is broken", len(used))
	}
	for key := range it {
		if en[key] == "" {
			t.Errorf("%q has no English sentence", key)
		}
	}
	for key := range keys(t, "it", "visura", "archive") {
		if !used[key] {
			t.Errorf("%q is not used", key)
		}
	}
}
