package ui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// key is what a key of the catalogue looks like; one that ends with a dot is
// the beginning of several.
var key = regexp.MustCompile(`^[a-z][a-z_0-9]*(\.[a-z_0-9]+)+\.?$`)

// words are the methods whose first argument is a key.
var words = []string{"T", "N", "TMap", "t", "field"}

// Every key that the window uses stands in the catalogue.
func TestEveryKeyHasItsSentence(t *testing.T) {
	keys := catalogue(t).Keys("it")
	used := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, source, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 || !slices.Contains(words, called(call.Fun)) {
				return true
			}
			for _, k := range literals(call.Args[0]) {
				if !key.MatchString(k) {
					continue
				}
				used++
				if strings.HasSuffix(k, ".") {
					if !slices.ContainsFunc(keys, func(have string) bool { return strings.HasPrefix(have, k) }) {
						t.Errorf("%s: no key begins with %s", path, k)
					}
				} else if !slices.Contains(keys, k) {
					t.Errorf("%s: no sentence for %s", path, k)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if used < 150 {
		t.Errorf("only %d keys were found: the test looks at the wrong thing", used)
	}
}

func called(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// literals are the texts at the beginning of an expression: "a", or the "a."
// of "a." + x. The end of a key that is put together is not looked at.
func literals(e ast.Expr) []string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if s, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return []string{s}
		}
	case *ast.BinaryExpr:
		for _, s := range literals(e.X) {
			if strings.HasSuffix(s, ".") {
				return []string{s}
			}
		}
	}
	return nil
}

// Pages have a name, a short one, and their icons.
func TestEveryPlaceHasItsWords(t *testing.T) {
	keys := catalogue(t).Keys("it")
	for _, p := range places() {
		for _, k := range []string{"place." + string(p.id), "place." + string(p.id) + ".short"} {
			if !slices.Contains(keys, k) {
				t.Errorf("no sentence for %s", k)
			}
		}
		if p.icon == "" {
			t.Errorf("%s has no icon", p.id)
		}
	}
}
