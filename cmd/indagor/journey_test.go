//go:build journey

package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"indagor/ui/widget"
)

func TestParse(t *testing.T) {
	env := func(name string) string { return map[string]string{"NAME": "Anna"}[name] }
	steps, err := parse(strings.NewReader("# remark\n\nwait \"due parole\" 3 # so long\ntype \"Nome\" \"$NAME\"\nkey Ctrl+N\ntap a#b\ntype \"x\" \"\"\n"), env)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"wait", "due parole", "3"}, {"type", "Nome", "Anna"}, {"key", "Ctrl+N"}, {"tap", "a#b"}, {"type", "x", ""}}
	if len(steps) != len(want) {
		t.Fatalf("%v", steps)
	}
	for i, s := range steps {
		if got := append([]string{s.verb}, s.args...); !slices.Equal(got, want[i]) {
			t.Errorf("%q, want %q", got, want[i])
		}
	}
	if steps[0].line != 3 {
		t.Errorf("line %d", steps[0].line)
	}
	if _, err := parse(strings.NewReader("wait \"open\nshot x"), env); err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("%v", err)
	}
}

// stage is a walker over a small window.
func stage(t *testing.T) (*walker, *widget.TextField, *int) {
	test.NewTempApp(t)
	pressed := 0
	name := widget.NewTextField("Nome")
	table := widget.NewTable("Elenco", widget.Column[string]{ID: "x", Title: "Nome", Width: 200, Text: func(s string) string { return s }})
	table.SetRows(widget.SliceRows[string]{"uno", "due"})
	busy := widget.NewButton("Occupato", func() { pressed += 100 })
	busy.SetBusy(true)
	w := test.NewTempWindow(t, container.NewVBox(name, widget.NewLabel("Codice"), widget.NewBigCode("K7QM2F9T", 4),
		widget.NewButton("Invia", func() { pressed++ }), busy, widget.Sized(0, 200, table)))
	return &walker{ctx: context.Background(), window: w, out: t.TempDir(), patience: 200 * time.Millisecond, log: &bytes.Buffer{}}, name, &pressed
}

func TestSteps(t *testing.T) {
	w, name, pressed := stage(t)
	for _, s := range []step{
		{verb: "wait", args: []string{"Invia"}},
		{verb: "type", args: []string{"Nome", "Anna"}},
		{verb: "type", args: []string{"Nome", "Maria"}}, // in the place of what stood there
		{verb: "tap", args: []string{"Invia"}},
		{verb: "choose", args: []string{"Elenco", "due"}},
		{verb: "read", args: []string{"Codice", "code.txt"}},
		{verb: "absent", args: []string{"nulla"}},
		{verb: "shot", args: []string{"a.png"}},
		{verb: "key", args: []string{"Tab"}},
	} {
		if err := w.do(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	if name.Text() != "Maria" || *pressed != 1 {
		t.Errorf("%q, pressed %d times", name.Text(), *pressed)
	}
	if code, err := os.ReadFile(filepath.Join(w.out, "code.txt")); err != nil || string(code) != "K7QM2F9T\n" {
		t.Errorf("%q, %v", code, err)
	}
	if info, err := os.Stat(filepath.Join(w.out, "a.png")); err != nil || info.Size() == 0 {
		t.Errorf("%v", err)
	}
}

func TestStepsThatFail(t *testing.T) {
	w, _, pressed := stage(t)
	for _, s := range []step{
		{verb: "wait", args: []string{"nulla"}},
		{verb: "absent", args: []string{"Invia"}},
		{verb: "tap", args: []string{"nulla"}},
		{verb: "tap", args: []string{"Occupato"}},
		{verb: "type", args: []string{"Cognome", "x"}},
		{verb: "choose", args: []string{"Elenco", "tre"}},
		{verb: "key", args: []string{"Hyper+X"}},
		{verb: "dance", args: []string{"x"}},
		{verb: "type", args: []string{"x"}},
	} {
		if err := w.do(s); err == nil {
			t.Errorf("%s is done", s)
		}
	}
	if *pressed != 0 {
		t.Error("a busy button was pressed")
	}
}

func TestScriptTellsWhereItFailed(t *testing.T) {
	w, _, _ := stage(t)
	path := filepath.Join(t.TempDir(), "x.txt")
	if err := os.WriteFile(path, []byte("wait \"Invia\"\ntap \"nulla\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := w.script(path)
	if err == nil || !strings.Contains(err.Error(), "line 2") || !strings.Contains(err.Error(), "nulla") {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(filepath.Join(w.out, "failed-x.txt.png")); err != nil {
		t.Error(err)
	}
}
