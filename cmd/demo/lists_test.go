package main

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/app/list"
	"indagor/app/territory"
	"indagor/assets"
)

// The list of the journey is wrong in at least twelve ways, each row as it is
// meant to be, and as many rows are asked as the walk says.
func TestBadList(t *testing.T) {
	atlas, err := territory.Load(assets.Tables())
	if err != nil {
		t.Fatal(err)
	}
	content := strings.Replace(badList(), confusedCode, suggestedCode, 1)
	seen := map[app.Code]bool{}
	for _, text := range []string{badList(), content} {
		r, err := list.NewReader(strings.NewReader(text), list.Usual)
		if err != nil {
			t.Fatal(err)
		}
		var rows []list.Row
		for {
			row, err := r.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, row)
		}
		if len(rows) != len(badRows) {
			t.Fatalf("%d rows of %d", len(rows), len(badRows))
		}
		m := list.Recognise(r.Header(), rows)
		if slices.Contains(m[:6], "") {
			t.Fatalf("columns %q", m)
		}
		checker := list.NewChecker(m, atlas, time.Now())
		ask := 0
		for i, row := range rows {
			e := checker.Check(row)
			for _, f := range e.Findings {
				seen[f.Code] = true
			}
			corrected := text == content && strings.Contains(badRows[i].row, confusedCode)
			if bad := e.Grade == list.Bad; bad != (badRows[i].bad && !corrected) {
				t.Errorf("%s: %v", badRows[i].what, e.Findings)
			}
			if e.Grade != list.Bad && e.First == 0 {
				ask++
			}
		}
		want := listAsked
		if text != content {
			want--
		}
		if ask != want {
			t.Errorf("%d rows are asked, not %d", ask, want)
		}
	}
	if len(seen) < 12 {
		t.Errorf("only %d ways to be wrong: %v", len(seen), seen)
	}
	t.Log(len(seen), seen)
}

// Nothing in the other list tells which column is the code.
func TestUnnamedList(t *testing.T) {
	r, err := list.NewReader(strings.NewReader(unnamedList), list.Usual)
	if err != nil {
		t.Fatal(err)
	}
	var rows []list.Row
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	if m := list.Recognise(r.Header(), rows); m.Check() == nil || len(r.Header()) != 3 {
		t.Errorf("%q is recognised as %q", r.Header(), m)
	}
}
