package widget

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
)

// NumberField is a field for a whole number within bounds. Up and Down count;
// when it is left, or Enter is pressed, it says what is wrong.
type NumberField struct {
	TextField
	// Invalid is shown when the text is no number within the bounds; it should
	// name them.
	Invalid string
	// OnNumber is called after each change; ok is false while the text is no
	// number within the bounds.
	OnNumber func(n int, ok bool)

	least, most int
}

// NewNumberField returns an empty field for numbers from least to most, neither
// negative.
func NewNumberField(label, invalid string, least, most int) *NumberField {
	f := &NumberField{Invalid: invalid, least: least, most: most}
	f.Label = label
	f.init(f)
	f.SetMaxLength(len(strconv.Itoa(most)))
	f.SetFilter(func(s string) string {
		return strings.Map(func(r rune) rune {
			if r < '0' || r > '9' { // 15.000 is taken as 15000
				return -1
			}
			return r
		}, s)
	})
	changed := f.entry.OnChanged
	f.entry.OnChanged = func(text string) {
		changed(text)
		if f.OnNumber != nil {
			f.OnNumber(f.Number())
		}
	}
	submitted := f.entry.OnSubmitted
	f.entry.OnSubmitted = func(text string) {
		if f.Settle() {
			submitted(text)
		}
	}
	f.entry.onKey = func(ev *fyne.KeyEvent) bool {
		switch ev.Name {
		case fyne.KeyUp:
			f.count(1)
		case fyne.KeyDown:
			f.count(-1)
		default:
			return false
		}
		return true
	}
	focus := f.entry.onFocus
	f.entry.onFocus = func(gained bool) {
		if !gained {
			f.Settle()
		}
		focus(gained)
	}
	return f
}

// Number is the number in the field; ok is false if it is empty, none, or out
// of bounds.
func (f *NumberField) Number() (n int, ok bool) {
	n, err := strconv.Atoi(f.entry.Text)
	if err != nil || n < f.least || n > f.most {
		return 0, false
	}
	return n, true
}

// SetNumber shows a number.
func (f *NumberField) SetNumber(n int) { f.SetText(strconv.Itoa(n)) }

// Settle shows what is wrong and returns false, if anything is. Being empty is
// not wrong.
func (f *NumberField) Settle() bool {
	if _, ok := f.Number(); ok || f.entry.Text == "" {
		return true
	}
	f.SetError(f.Invalid)
	return false
}

func (f *NumberField) count(by int) {
	n, err := strconv.Atoi(f.entry.Text)
	if err != nil {
		n = f.least - by
	}
	f.SetNumber(min(max(n+by, f.least), f.most))
}

// CreateRenderer implements fyne.Widget.
func (f *NumberField) CreateRenderer() fyne.WidgetRenderer { return f.TextField.CreateRenderer() }
