package widget

import (
	"strings"

	"fyne.io/fyne/v2"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

// Confirmation asks before something that cannot be undone. The button says
// the verb and the title names the thing: never "OK".
type Confirmation struct {
	Title   string // "Revoke workstation ANAG-07"
	Message string // what will follow
	Verb    string // "Revoke"
	Cancel  string
	Danger  bool

	// ReasonLabel, if not empty, asks for a reason in a text field;
	// ReasonMissing is shown when it is left empty though required.
	ReasonLabel    string
	ReasonHint     string
	ReasonRequired bool
	ReasonMissing  string

	OnConfirm func(reason string)
	OnCancel  func()
}

// ConfirmDialog is a Confirmation on the screen. Esc cancels wherever the
// focus is. Enter does what has the focus: at the start the reason, if asked
// for, else Cancel when there is danger, else the verb.
type ConfirmDialog struct {
	Confirmation
	canvas  fyne.Canvas
	pop     *fwidget.PopUp
	reason  *TextField
	confirm *Button
	cancel  *Button
	onKey   func(*fyne.KeyEvent)
	open    bool
}

const dialogWidth = 460

// Confirm shows a confirmation on a canvas.
func Confirm(c fyne.Canvas, ask Confirmation) *ConfirmDialog {
	d := &ConfirmDialog{Confirmation: ask, canvas: c, open: true}
	icon, role := theme.IconQuestion, theme.ColorPrimary
	kind := ButtonPrimary
	if ask.Danger {
		icon, role, kind = theme.IconWarning, theme.ColorDanger, ButtonDanger
	}
	title := newLabel(labelSpec{Text: ask.Title, TextSize: theme.TextSection, Bold: true, Wrap: true})
	parts := []fyne.CanvasObject{HBoxTop(theme.Space8, Sized(0, 22, NewGlyphIn(icon, role)), Expand(title))}
	if ask.Message != "" {
		parts = append(parts, NewText(ask.Message))
	}
	d.cancel = NewButton(ask.Cancel, d.Cancel)
	d.confirm = NewButtonWith(kind, ask.Verb, "", d.submit)
	if ask.ReasonLabel != "" {
		d.reason = NewTextField(ask.ReasonLabel)
		d.reason.Hint, d.reason.Required, d.reason.ReserveHelp = ask.ReasonHint, ask.ReasonRequired, true
		d.reason.OnSubmitted = func(string) { d.submit() }
		parts = append(parts, d.reason)
	}
	parts = append(parts, HBox(theme.Space8, Spacer(), d.cancel, d.confirm))
	body := Pad(theme.Space24, VBox(theme.Space16, parts...))
	edge := NewBox(theme.ColorRaised)
	edge.Line, edge.Radius = theme.ColorLine, 6
	all := stack(edge, body)

	d.onKey = c.OnTypedKey()
	c.SetOnTypedKey(func(ev *fyne.KeyEvent) {
		if ev.Name == fyne.KeyEscape {
			d.Cancel()
		}
	})
	width := min(dialogWidth, max(c.Size().Width-2*theme.Space16, 240))
	d.pop = fwidget.NewModalPopUp(all, c)
	// Its size must be known before it is shown: only then does Fyne centre it.
	all.Resize(fyne.NewSize(width, 100))
	relayout(all)
	d.pop.Resize(fyne.NewSize(width, all.MinSize().Height))
	d.pop.Show()
	c.Focus(d.first())
	return d
}

func (d *ConfirmDialog) first() fyne.Focusable {
	switch {
	case d.reason != nil:
		return d.reason.entry
	case d.Danger:
		return d.cancel
	}
	return d.confirm
}

// IsOpen tells whether the question still stands.
func (d *ConfirmDialog) IsOpen() bool { return d.open }

// Cancel closes the dialog without doing anything.
func (d *ConfirmDialog) Cancel() {
	if !d.close() {
		return
	}
	if d.OnCancel != nil {
		d.OnCancel()
	}
}

func (d *ConfirmDialog) submit() {
	reason := ""
	if d.reason != nil {
		reason = strings.TrimSpace(d.reason.Text())
		if reason == "" && d.ReasonRequired {
			d.reason.SetError(d.ReasonMissing)
			d.reason.Focus()
			return
		}
	}
	if d.close() && d.OnConfirm != nil {
		d.OnConfirm(reason)
	}
}

func (d *ConfirmDialog) close() bool {
	if !d.open {
		return false
	}
	d.open = false
	d.canvas.SetOnTypedKey(d.onKey)
	d.pop.Hide()
	return true
}
