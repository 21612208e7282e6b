package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"indagor/app"
)

// Every kind that there is stands in the table, once.
func TestEventSpecs(t *testing.T) {
	seen := map[app.EventKind]bool{}
	for _, s := range app.EventSpecs {
		if seen[s.Kind] {
			t.Errorf("%s stands there twice", s.Kind)
		}
		seen[s.Kind] = true
		if s.Nobodys && s.Class != app.ClassSystem {
			t.Errorf("%s is an act of somebody", s.Kind)
		}
		if s.Unlisted && s.Class != app.ClassActivity {
			t.Errorf("the monitor of %s lists all", s.Class)
		}
	}
	file, err := parser.ParseFile(token.NewFileSet(), "event.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	ast.Inspect(file, func(node ast.Node) bool {
		v, ok := node.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := v.Type.(*ast.Ident); !ok || kind.Name != "EventKind" {
			return true
		}
		for _, value := range v.Values {
			text, err := strconv.Unquote(value.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			n++
			if !seen[app.EventKind(text)] {
				t.Errorf("%s does not stand there", text)
			}
		}
		return true
	})
	if n != len(app.EventSpecs) {
		t.Errorf("%d kinds, and %d in the table", n, len(app.EventSpecs))
	}
	if _, ok := app.EventKind("visura.dreamt").Spec(); ok || app.EventKind("visura.dreamt").Unlisted() {
		t.Error("a kind that is none has a place")
	}
}
