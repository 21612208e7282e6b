package widget_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"indagor/ui/theme"
	"indagor/ui/widget"
)

func sprint(v any) string { return fmt.Sprint(v) }

func paste(t *testing.T, c fyne.Canvas, text string) {
	t.Helper()
	clip := fyne.CurrentApp().Clipboard()
	clip.SetContent(text)
	c.Focused().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutPaste{Clipboard: clip})
}

func TestTextField(t *testing.T) {
	app(t)
	f := widget.NewTextField("Pratica")
	var submitted string
	f.OnSubmitted = func(s string) { submitted = s }
	f.SetMaxLength(5)
	c := stage(t, theme.Light, 300, 100, f)
	f.Focus()
	typeText(t, c, "12/2026")
	if f.Text() != "12/20" {
		t.Errorf("typed beyond the greatest length: %q", f.Text())
	}
	f.SetText("")
	paste(t, c, " àèìòù-troppo \n")
	if f.Text() != "àèìòù" {
		t.Errorf("pasted beyond the greatest length: %q", f.Text())
	}
	c.Focused().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutSelectAll{})
	typeText(t, c, "x")
	if f.Text() != "x" {
		t.Errorf("typing over a selection: %q", f.Text())
	}
	press(t, c, fyne.KeyReturn)
	if submitted != "x" {
		t.Errorf("submitted %q", submitted)
	}
	low := f.MinSize().Height
	f.SetError("Manca l’anno")
	if f.Error() != "Manca l’anno" || f.MinSize().Height <= low {
		t.Error("the error has no room")
	}
	typeText(t, c, "y")
	if f.Error() != "" {
		t.Error("typing leaves the error")
	}
}

func TestPasswordField(t *testing.T) {
	app(t)
	f := widget.NewPasswordField("Password", "Mostra", "Nascondi")
	c := stage(t, theme.Light, 300, 60, f)
	f.Focus()
	typeText(t, c, "segreto")
	clip := fyne.CurrentApp().Clipboard()
	clip.SetContent("prima")
	in := c.Focused().(fyne.Shortcutable)
	in.TypedShortcut(&fyne.ShortcutSelectAll{})
	in.TypedShortcut(&fyne.ShortcutCopy{Clipboard: clip})
	in.TypedShortcut(&fyne.ShortcutCut{Clipboard: clip})
	if clip.Content() != "prima" || f.Text() != "segreto" {
		t.Errorf("the password left the field: clipboard %q, field %q", clip.Content(), f.Text())
	}
	var names []string
	for _, o := range widget.FocusOrder(c) {
		names = append(names, widget.Name(o))
	}
	if sprint(names) != "[Password Mostra]" {
		t.Fatalf("Tab order %v", names)
	}
	hidden := c.Capture()
	reveal := widget.FocusOrder(c)[1]
	reveal.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if widget.Name(reveal) != "Nascondi" {
		t.Errorf("after revealing the button is called %q", widget.Name(reveal))
	}
	if sprint(hidden) == sprint(c.Capture()) {
		t.Error("revealing changes nothing")
	}
}

func TestCodeField(t *testing.T) {
	app(t)
	var asked []string
	f := widget.NewCodeField("Codice fiscale", 16, func(s string) widget.CodeHint {
		asked = append(asked, s)
		if len(s) < 16 {
			return widget.CodeHint{State: widget.HintNeutral, Text: "continua"}
		}
		return widget.CodeHint{State: widget.HintGood, Text: "Donna, 03/07/1961"}
	})
	c := stage(t, theme.Light, 300, 100, f)
	before := f.MinSize()
	f.Focus()
	typeText(t, c, "bnc gnn-6")
	if f.Text() != "BNCGNN6" || strings.Join(asked, " ") != "B BN BNC BNCG BNCGN BNCGNN BNCGNN6" {
		t.Errorf("text %q, asked %q", f.Text(), asked)
	}
	f.SetText("")
	paste(t, c, "  bncgnn 61L43\tH501X \n e altro")
	if f.Text() != "BNCGNN61L43H501X" {
		t.Errorf("pasted %q", f.Text())
	}
	if f.Hint().State != widget.HintGood {
		t.Errorf("hint %+v", f.Hint())
	}
	if f.MinSize() != before {
		t.Errorf("the hint makes the form jump: %v, before %v", f.MinSize(), before)
	}
	f.SetText("rss mra")
	if f.Text() != "RSSMRA" {
		t.Errorf("set %q", f.Text())
	}
}

func TestDateField(t *testing.T) {
	app(t)
	f := widget.NewDateField("Nascita", "Inserire una data", func() time.Time { return now })
	var last string
	f.OnDate = func(d time.Time, ok bool) { last = fmt.Sprintln(d.Format(time.DateOnly), ok) }
	other := widget.NewButton("Altro", nil)
	c := stage(t, theme.Light, 300, 120, widget.VBox(8, f, other))
	f.Focus()
	typeText(t, c, "3.7x.61")
	if last != "1961-07-03 true\n" {
		t.Errorf("told %s", last)
	}
	c.FocusNext()
	if f.Text() != "03/07/1961" || f.Error() != "" {
		t.Errorf("left: %q, error %q", f.Text(), f.Error())
	}
	f.SetText("")
	f.Focus()
	typeText(t, c, "31/2/1961")
	c.FocusNext()
	if f.Error() != "Inserire una data" {
		t.Errorf("error %q", f.Error())
	}
	submitted := false
	f.OnSubmitted = func(string) { submitted = true }
	f.Focus()
	press(t, c, fyne.KeyReturn)
	if submitted {
		t.Error("Enter sent what is no date")
	}
	f.SetDate(time.Date(1970, 3, 4, 0, 0, 0, 0, time.UTC))
	press(t, c, fyne.KeyReturn)
	if !submitted || f.Text() != "04/03/1970" {
		t.Errorf("submitted %v, text %q", submitted, f.Text())
	}
	f.SetDate(time.Time{})
	if _, ok := f.Date(); ok || f.Text() != "" || !f.Settle() {
		t.Error("an empty field is not wrong and no date")
	}
}

func comuni(query string) []widget.Choice {
	var found []widget.Choice
	for i := range 10000 {
		name := fmt.Sprintf("Comune %04d", i)
		if strings.Contains(strings.ToLower(name), strings.ToLower(query)) {
			found = append(found, widget.Choice{ID: fmt.Sprint(i), Text: name, Secondary: "RM"})
		}
	}
	return found
}

func TestPickerSearch(t *testing.T) {
	app(t)
	p := widget.NewPicker("Comune", comuni)
	p.EmptyText = "Nessun Comune"
	var told []string
	p.OnChanged = func(c widget.Choice, ok bool) { told = append(told, fmt.Sprintf("%s %v", c.ID, ok)) }
	next := widget.NewButton("Dopo", nil)
	c := stage(t, theme.Light, 420, 420, widget.VBox(8, p, next))
	p.Focus()
	typeText(t, c, "0")
	if !p.IsOpen() {
		t.Fatal("typing does not open the list")
	}
	typeText(t, c, "04") // goes to the search, which has the focus now
	press(t, c, fyne.KeyDown, fyne.KeyDown, fyne.KeyUp, fyne.KeyReturn)
	if got, ok := p.Selected(); !ok || got.Text != "Comune 0040" || p.IsOpen() {
		t.Errorf("picked %+v, %v; open %v", got, ok, p.IsOpen())
	}
	if c.Focused() != p.Focusable() {
		t.Error("the focus did not come back to the field")
	}
	press(t, c, fyne.KeyDown)
	press(t, c, fyne.KeyPageDown, fyne.KeyEscape)
	if got, _ := p.Selected(); got.ID != "40" || p.IsOpen() {
		t.Errorf("Esc changed it to %+v", got)
	}
	press(t, c, fyne.KeySpace)
	typeText(t, c, " 00") // the Space comes as key and as character
	press(t, c, fyne.KeyReturn)
	if got, _ := p.Selected(); got.ID != "0" {
		t.Errorf("opened with Space, it picked %+v", got)
	}
	p.SetSelected(widget.Choice{ID: "40", Text: "Comune 0040"})
	press(t, c, fyne.KeySpace)
	typeText(t, c, "zzz")
	press(t, c, fyne.KeyReturn) // nothing to pick
	if !p.IsOpen() {
		t.Error("Enter closed a list without results")
	}
	press(t, c, fyne.KeyEscape, fyne.KeyReturn)
	press(t, c, fyne.KeyDown, fyne.KeyTab)
	if got, _ := p.Selected(); got.ID != "41" || p.IsOpen() {
		t.Errorf("Tab picked %+v", got)
	}
	if c.Focused() != fyne.Focusable(next) {
		t.Errorf("Tab went to %q", widget.Name(c.Focused()))
	}
	p.Focus()
	press(t, c, fyne.KeyDelete)
	if _, ok := p.Selected(); ok {
		t.Error("Delete does not empty")
	}
	if want := "[40 true 0 true 41 true  false]"; sprint(told) != want {
		t.Errorf("told %v, want %s", told, want)
	}
	p.Open("")
	test.TapCanvas(c, fyne.NewPos(60, 20+32+4+30+10)) // second row
	if got, _ := p.Selected(); got.ID != "1" {
		t.Errorf("tap picked %+v", got)
	}
	p.Required = true
	press(t, c, fyne.KeyBackspace)
	if _, ok := p.Selected(); !ok {
		t.Error("a required field was emptied")
	}
	p.SetDisabled(true)
	p.Open("")
	if p.IsOpen() {
		t.Error("a disabled field opened")
	}
}

func TestSelect(t *testing.T) {
	app(t)
	p := widget.NewSelect("Finalità", widget.Choice{ID: "a", Text: "Anagrafe"}, widget.Choice{ID: "e", Text: "Elettorale"}, widget.Choice{ID: "s", Text: "Scuola"}, widget.Choice{ID: "t", Text: "Sociale"})
	c := stage(t, theme.Light, 300, 300, widget.VBox(0, p))
	p.Focus()
	typeText(t, c, "s")
	if !p.IsOpen() {
		t.Fatal("a letter does not open the list")
	}
	typeText(t, c, "S")
	press(t, c, fyne.KeySpace)
	if got, _ := p.Selected(); got.ID != "t" {
		t.Errorf("picked %+v", got)
	}
	press(t, c, fyne.KeySpace)
	press(t, c, fyne.KeyHome, fyne.KeyEnter)
	if got, _ := p.Selected(); got.ID != "a" {
		t.Errorf("picked %+v", got)
	}
	if p.SetSelectedID("none") || !p.SetSelectedID("e") {
		t.Error("SetSelectedID")
	}
	p.SetChoices(widget.Choice{ID: "a", Text: "Anagrafe"})
	if _, ok := p.Selected(); ok {
		t.Error("what is no longer among the choices stays picked")
	}
	p.Open("")
	test.TapCanvas(c, fyne.NewPos(280, 280))
	if p.IsOpen() {
		t.Error("a tap outside does not close it")
	}
}
