package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

// TextField is a labelled line of text: label above, the input, and below it
// one line of help that a mistake replaces by what is wrong. Set the exported
// fields before the field is shown, or call Refresh after.
type TextField struct {
	fwidget.BaseWidget
	Label       string
	Hint        string // below, quiet
	Placeholder string
	Required    bool // a mark after the label
	ReserveHelp bool // keep the line below free, so that nothing jumps when it comes
	OnChanged   func(text string)
	OnSubmitted func(text string) // Enter
	OnFocus     func(gained bool)

	self    fyne.Widget // the widget that holds this one
	entry   *input
	err     string
	status  Status
	reveal  *Button
	focused bool
	trailer fyne.CanvasObject // at the right end of the input
}

// Status is a short judgement with its tone, such as what a code says.
type Status struct {
	Tone theme.Tone
	Text string
}

// NewTextField returns a field with a label.
func NewTextField(label string) *TextField {
	f := &TextField{Label: label}
	f.init(f)
	return f
}

// NewPasswordField returns a field that hides what is typed. revealName and
// hideName are what the button at its end is called in its two states.
func NewPasswordField(label, revealName, hideName string) *TextField {
	f := NewTextField(label)
	f.entry.Password = true
	f.reveal = NewIconButton(revealName, theme.IconVisible, func() {
		f.entry.Password = !f.entry.Password
		f.reveal.Icon, f.reveal.Name = theme.IconVisible, revealName
		if !f.entry.Password {
			f.reveal.Icon, f.reveal.Name = theme.IconHidden, hideName
		}
		f.reveal.Refresh()
		f.entry.Refresh()
	})
	// Fyne would add its own button, which no keyboard reaches.
	f.entry.ActionItem = Sized(theme.IconSize+theme.Space12, 0, NewBox(theme.ColorTransparent))
	f.trailer = f.reveal
	return f
}

// NewTextArea returns a field of several lines.
func NewTextArea(label string, lines int) *TextField {
	f := NewTextField(label)
	f.entry.MultiLine = true
	f.entry.Wrapping = fyne.TextWrapWord
	f.entry.SetMinRowsVisible(lines)
	return f
}

func (f *TextField) init(self fyne.Widget) {
	f.entry = newInput()
	f.entry.name = f.AccessibilityLabel
	f.entry.OnChanged = func(text string) {
		f.err = ""
		if f.OnChanged != nil {
			f.OnChanged(text)
		}
		f.Refresh()
	}
	f.entry.OnSubmitted = func(text string) {
		if f.OnSubmitted != nil {
			f.OnSubmitted(text)
		}
	}
	f.entry.onFocus = func(gained bool) {
		f.focused = gained
		if gained {
			comeIntoView(f.self)
		}
		f.Refresh()
		if f.OnFocus != nil {
			f.OnFocus(gained)
		}
	}
	f.self = self
	f.ExtendBaseWidget(self)
}

// Text is what stands in the field.
func (f *TextField) Text() string { return f.entry.Text }

// SetText changes what stands in the field; OnChanged is called.
func (f *TextField) SetText(text string) { f.entry.SetText(text) }

// Error is the mistake shown, empty if none.
func (f *TextField) Error() string { return f.err }

// SetError shows what is wrong; empty takes it away, and so does typing.
func (f *TextField) SetError(text string) {
	if f.err == text {
		return
	}
	f.err = text
	f.Refresh()
}

// SetStatus shows a judgement below the field until the next one.
func (f *TextField) SetStatus(s Status) {
	f.status = s
	f.Refresh()
}

// SetMonospace switches to the type for codes.
func (f *TextField) SetMonospace(on bool) {
	f.entry.TextStyle.Monospace = on
	f.entry.Refresh()
}

// SetMaxLength limits the text to n characters; 0 means no limit.
func (f *TextField) SetMaxLength(n int) { f.entry.maxLength = n }

// SetFilter passes all text that comes in by key or paste through filter.
func (f *TextField) SetFilter(filter func(string) string) { f.entry.filter = filter }

// SetIcon shows an icon at the start of the input, such as the lens of a search.
func (f *TextField) SetIcon(icon theme.IconName) {
	f.entry.Icon = nil
	if icon != "" {
		f.entry.Icon = theme.IconIn(icon, theme.ColorQuiet)
	}
	f.entry.Refresh()
}

// SetDisabled makes the field read-only, or editable again.
func (f *TextField) SetDisabled(off bool) {
	if off {
		f.entry.Disable()
	} else {
		f.entry.Enable()
	}
	f.Refresh()
}

// Disabled tells whether the field is read-only.
func (f *TextField) Disabled() bool { return f.entry.Disabled() }

// Focus puts the cursor into the field.
func (f *TextField) Focus() { requestFocus(f.entry) }

// Focusable is what Tab reaches, for tests of the order.
func (f *TextField) Focusable() fyne.Focusable { return f.entry }

// AccessibilityLabel implements fyne.Accessible. A field without a label, such
// as a search, is called by its placeholder.
func (f *TextField) AccessibilityLabel() string {
	if f.Label == "" {
		return f.Placeholder
	}
	return f.Label
}

// AccessibilityRole implements fyne.Accessible.
func (f *TextField) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

func (f *TextField) help() (theme.IconName, string, fyne.ThemeColorName) {
	return helpLine(f.err, f.status, f.Hint)
}

// helpLine says what stands below a field: a mistake, else a judgement, else
// the hint.
func helpLine(err string, s Status, hint string) (theme.IconName, string, fyne.ThemeColorName) {
	switch {
	case err != "":
		return theme.IconError, err, theme.ColorDanger
	case s.Text != "":
		return s.Tone.Icon(), s.Text, s.Tone.Color()
	}
	return "", hint, theme.ColorQuiet
}

// CreateRenderer implements fyne.Widget.
func (f *TextField) CreateRenderer() fyne.WidgetRenderer {
	fr := newFieldFrame(f.entry, f.trailer)
	return newPainter(&painter{
		of:      f.self,
		objects: fr.objects,
		minSize: fr.minSize,
		layout:  fr.layout,
		refresh: func() {
			f.entry.PlaceHolder = f.Placeholder
			icon, text, role := f.help()
			fr.set(f.Label, f.Required, icon, text, role, f.ReserveHelp, f.err != "", f.focused, f.entry.Disabled())
		},
	})
}

// fieldFrame draws what all fields share around what they differ in.
type fieldFrame struct {
	label, mark, help *Label
	icon              *Glyph
	edge              *canvas.Rectangle
	input, trailer    fyne.CanvasObject
	objects           []fyne.CanvasObject
	reserve           bool
}

func newFieldFrame(in, trailer fyne.CanvasObject) *fieldFrame {
	fr := &fieldFrame{
		label: newLabel(labelSpec{TextSize: theme.TextSecondary, Bold: true, Truncate: true}),
		mark:  newLabel(labelSpec{Text: "*", TextSize: theme.TextSecondary, Bold: true, Role: theme.ColorDanger}),
		help:  newLabel(labelSpec{TextSize: theme.TextSecondary, Wrap: true}),
		icon:  NewGlyph(""),
		edge:  &canvas.Rectangle{},
		input: in, trailer: trailer,
	}
	fr.icon.Side = 14
	fr.objects = []fyne.CanvasObject{fr.label, fr.mark, in, fr.edge}
	if trailer != nil {
		fr.objects = append(fr.objects, trailer)
	}
	fr.objects = append(fr.objects, fr.icon, fr.help)
	return fr
}

func (fr *fieldFrame) set(label string, required bool, icon theme.IconName, help string, role fyne.ThemeColorName, reserve, wrong, focused, disabled bool) {
	fr.label.Text = label
	fr.label.Hidden = label == ""
	fr.mark.Hidden = label == "" || !required
	fr.icon.Icon, fr.icon.Role = icon, role
	fr.help.Text, fr.help.Role = help, role
	fr.reserve = reserve
	fr.icon.Hidden = icon == ""
	fr.help.Hidden = help == ""
	for _, l := range []*Label{fr.label, fr.mark, fr.help} {
		l.Refresh()
	}
	fr.icon.Refresh()
	edge, width := theme.ColorTransparent, float32(1)
	switch {
	case wrong:
		edge, width = theme.ColorDanger, 2
	case focused && !disabled:
		edge, width = theme.ColorPrimary, theme.FocusWidth
	}
	paintBox(fr.edge, "", edge, width, theme.Radius)
	fr.edge.Refresh()
}

func (fr *fieldFrame) labelHeight() float32 {
	if fr.label.Hidden {
		return 0
	}
	return fr.label.MinSize().Height + 3
}

func (fr *fieldFrame) inputHeight() float32 {
	if e, ok := fr.input.(*input); ok && e.MultiLine {
		return max(e.MinSize().Height, theme.InputHeight)
	}
	return theme.InputHeight
}

func (fr *fieldFrame) helpHeight() float32 {
	switch {
	case !fr.help.Hidden:
		return fr.help.MinSize().Height + 2
	case fr.reserve:
		return fyne.MeasureText("M", theme.TextSecondary, fyne.TextStyle{}).Height + 2
	}
	return 0
}

func (fr *fieldFrame) minSize() fyne.Size {
	return fyne.NewSize(96, fr.labelHeight()+fr.inputHeight()+fr.helpHeight())
}

func (fr *fieldFrame) layout(s fyne.Size) {
	mark := fr.mark.MinSize()
	room := s.Width
	if !fr.mark.Hidden {
		room -= mark.Width + 3
	}
	label := fyne.MeasureText(fr.label.Text, theme.TextSecondary, fyne.TextStyle{Bold: true})
	label.Width = min(label.Width+1, max(room, 0))
	fr.label.Resize(label)
	fr.mark.Move(fyne.NewPos(label.Width+3, 0))
	fr.mark.Resize(mark)

	y, h := fr.labelHeight(), fr.inputHeight()
	fr.input.Move(fyne.NewPos(0, y))
	fr.input.Resize(fyne.NewSize(s.Width, h))
	fr.edge.Move(fyne.NewPos(0, y))
	fr.edge.Resize(fyne.NewSize(s.Width, h))
	if fr.trailer != nil {
		fr.trailer.Move(fyne.NewPos(s.Width-theme.InputHeight+1, y+1))
		fr.trailer.Resize(fyne.NewSize(theme.InputHeight-2, theme.InputHeight-2))
	}
	y += h + 2
	x := float32(0)
	if !fr.icon.Hidden {
		fr.icon.Move(fyne.NewPos(0, y+1))
		fr.icon.Resize(fyne.NewSquareSize(14))
		x = 18
	}
	fr.help.Move(fyne.NewPos(x, y))
	fr.help.Resize(fyne.NewSize(s.Width-x, fr.help.MinSize().Height))
	fr.help.Resize(fyne.NewSize(s.Width-x, fr.help.MinSize().Height))
}
