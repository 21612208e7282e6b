package widget_test

import (
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"indagor/ui/theme"
	"indagor/ui/widget"
)

func TestConfirmDanger(t *testing.T) {
	app(t)
	page := widget.NewButton("Pagina", nil)
	c := stage(t, theme.Light, 640, 400, page)
	var log []string
	c.SetOnTypedKey(func(ev *fyne.KeyEvent) { log = append(log, string(ev.Name)) })
	ask := widget.Confirmation{
		Title: "Revoca ANAG-07", Verb: "Revoca", Cancel: "Annulla", Danger: true,
		OnConfirm: func(string) { log = append(log, "done") }, OnCancel: func() { log = append(log, "cancelled") },
	}
	d := widget.Confirm(c, ask)
	if widget.Name(c.Focused()) != "Annulla" {
		t.Errorf("danger, yet the focus is on %q", widget.Name(c.Focused()))
	}
	press(t, c, fyne.KeyReturn)
	d2 := widget.Confirm(c, ask)
	c.FocusNext()
	press(t, c, fyne.KeyReturn)
	d3 := widget.Confirm(c, ask)
	press(t, c, fyne.KeyEscape)
	d4 := widget.Confirm(c, ask)
	c.Unfocus()
	c.OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape})
	for i, d := range []*widget.ConfirmDialog{d, d2, d3, d4} {
		if d.IsOpen() {
			t.Errorf("dialog %d is still open", i+1)
		}
	}
	d4.Cancel()
	if want := []string{"cancelled", "done", "cancelled", "cancelled"}; !slices.Equal(log, want) {
		t.Errorf("%v, want %v", log, want)
	}
	if c.Overlays().Top() != nil {
		t.Error("something still lies over the page")
	}
	c.OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyF5})
	if log[len(log)-1] != "F5" {
		t.Error("the window's own keys did not come back")
	}
}

func TestConfirmReason(t *testing.T) {
	app(t)
	c := stage(t, theme.Light, 640, 400, widget.NewText("Pagina"))
	got := "nothing"
	d := widget.Confirm(c, widget.Confirmation{
		Title: "Rifiuta la richiesta", Verb: "Rifiuta", Cancel: "Annulla",
		ReasonLabel: "Motivo", ReasonRequired: true, ReasonMissing: "Inserire il motivo",
		OnConfirm: func(reason string) { got = reason },
	})
	if widget.Name(c.Focused()) != "Motivo" {
		t.Fatalf("the focus is on %q", widget.Name(c.Focused()))
	}
	typeText(t, c, "  ")
	press(t, c, fyne.KeyReturn)
	if !d.IsOpen() || got != "nothing" {
		t.Fatal("an empty reason was taken")
	}
	typeText(t, c, "finalità assente ")
	press(t, c, fyne.KeyReturn)
	if d.IsOpen() || got != "finalità assente" {
		t.Errorf("open %v, reason %q", d.IsOpen(), got)
	}
	plain := widget.Confirm(c, widget.Confirmation{Title: "Invia", Verb: "Invia", Cancel: "Annulla"})
	if widget.Name(c.Focused()) != "Invia" {
		t.Errorf("without danger the focus is on %q", widget.Name(c.Focused()))
	}
	plain.Cancel()
}

func TestToasts(t *testing.T) {
	app(t)
	s := widget.NewToastStack("Chiudi")
	type timer struct {
		d       time.Duration
		f       func()
		stopped bool
	}
	var timers []*timer
	s.After = func(d time.Duration, f func()) func() {
		n := &timer{d: d, f: f}
		timers = append(timers, n)
		return func() { n.stopped = true }
	}
	under := 0
	back := widget.NewButton("Sotto", func() { under++ })
	c := stage(t, theme.Light, 600, 400, container.NewStack(back, s))
	undone := 0
	s.Add(widget.Toast{Tone: theme.Success, Text: "Copiato", For: time.Second})
	s.Add(widget.Toast{Text: "Disattivato", Action: "Annulla", OnAction: func() { undone++ }})
	if s.Len() != 2 || timers[0].d != time.Second || timers[1].d != 6*time.Second {
		t.Fatalf("%d shown, for %v and %v", s.Len(), timers[0].d, timers[1].d)
	}
	test.TapCanvas(c, fyne.NewPos(20, 20))
	if under != 1 {
		t.Error("the stack takes the clicks of the page")
	}
	timers[0].f()
	if s.Len() != 1 {
		t.Error("the first did not go by itself")
	}
	var undo fyne.Focusable
	for _, f := range widget.FocusOrder(c) {
		if widget.Name(f) == "Annulla" {
			undo = f
		}
	}
	if undo == nil {
		t.Fatal("the keyboard does not reach the action")
	}
	c.Focus(undo)
	press(t, c, fyne.KeyReturn)
	if undone != 1 || s.Len() != 0 || !timers[1].stopped || c.Focused() != nil {
		t.Errorf("undone %d, shown %d, stopped %v, focus %v", undone, s.Len(), timers[1].stopped, c.Focused())
	}
	for range 6 {
		s.Add(widget.Toast{Text: "Ancora"})
	}
	if s.Len() != 4 {
		t.Errorf("%d shown at once", s.Len())
	}
}

func TestNoticeCloses(t *testing.T) {
	app(t)
	closed, acted := 0, 0
	n := widget.NewNotice(widget.NoticeParts{Tone: theme.Warning, Title: "Attenzione", Text: "Lento", Action: "Dettagli", OnAction: func() { acted++ }, CloseName: "Chiudi", OnClose: func() { closed++ }})
	c := stage(t, theme.Light, 500, 100, widget.VBox(0, n))
	order := widget.FocusOrder(c)
	if len(order) != 2 {
		t.Fatalf("%d things to reach", len(order))
	}
	c.Focus(order[0])
	press(t, c, fyne.KeyReturn)
	c.Focus(order[1])
	press(t, c, fyne.KeyReturn)
	if acted != 1 || closed != 1 || n.Visible() {
		t.Errorf("acted %d, closed %d, visible %v", acted, closed, n.Visible())
	}
}

func TestErrorPanelCopies(t *testing.T) {
	app(t)
	copied, retried := 0, 0
	p := widget.NewErrorPanel(widget.ErrorParts{What: "Non riuscito", Reference: "7F3A", CopyText: "Copia", OnCopied: func() { copied++ }, Retry: "Riprova", OnRetry: func() { retried++ }})
	c := stage(t, theme.Light, 500, 200, p)
	for _, f := range widget.FocusOrder(c) {
		f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	}
	if fyne.CurrentApp().Clipboard().Content() != "7F3A" || copied != 1 || retried != 1 {
		t.Errorf("clipboard %q, copied %d, retried %d", fyne.CurrentApp().Clipboard().Content(), copied, retried)
	}
}

func TestSteps(t *testing.T) {
	app(t)
	cancelled := 0
	s := widget.NewSteps("Annulla", func() { cancelled++ })
	c := stage(t, theme.Light, 400, 200, s)
	s.SetSteps(widget.Step{Text: "Controllo", State: widget.StepDone, Word: "fatto"}, widget.Step{Text: "Richiesta", State: widget.StepRunning, Word: "in corso", Elapsed: "1,4 s"})
	if got := shown(t, c); got["Controllo"] != 1 || got["in corso"] != 1 || got["1,4 s"] != 1 {
		t.Errorf("shown %v", got)
	}
	c.FocusNext()
	press(t, c, fyne.KeyReturn)
	if cancelled != 1 {
		t.Error("Enter does not cancel")
	}
	s.SetSteps(widget.Step{Text: "Finito", State: widget.StepDone})
	s.SetCancelable(false)
	if got := shown(t, c); got["Finito"] != 1 || got["Richiesta"] != 0 || got["Annulla"] != 0 {
		t.Errorf("shown %v", got)
	}
}

func TestBigCode(t *testing.T) {
	app(t)
	for in, want := range map[string][]string{
		"K7QF-2M9X-4T": {"K7QF", "2M9X", "4T"},
		"1234":         {"1234"},
		"":             nil,
	} {
		b := widget.NewBigCode(in, 4)
		if got := b.Groups(); !slices.Equal(got, want) {
			t.Errorf("%q: %q", in, got)
		}
	}
	if got := widget.NewBigCode("A1-B2", 4).AccessibilityLabel(); got != "A 1 B 2" {
		t.Errorf("read aloud: %q", got)
	}
}
