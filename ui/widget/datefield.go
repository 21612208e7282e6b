package widget

import (
	"time"
	"unicode"

	"fyne.io/fyne/v2"
)

// DateField is a field for a date. It takes what ParseDate takes and, when it
// is left or Enter is pressed, shows it as 03/07/1961 or says what is wrong.
type DateField struct {
	TextField
	// Invalid is shown when the text is no date.
	Invalid string
	// OnDate is called after each change; ok is false while the text is no date.
	OnDate func(date time.Time, ok bool)

	now func() time.Time
}

// NewDateField returns a field for a date. invalid is the text for what is no
// date; now is the clock (time.Now outside of tests), for years of two digits.
func NewDateField(label, invalid string, now func() time.Time) *DateField {
	f := &DateField{Invalid: invalid, now: now}
	f.Label = label
	f.init(f)
	f.SetMaxLength(14)
	f.SetFilter(func(s string) string {
		kept := make([]rune, 0, len(s))
		for _, r := range s {
			if r < 128 && unicode.IsDigit(r) || r == '/' || r == '-' || r == '.' || r == ' ' {
				kept = append(kept, r)
			}
		}
		return string(kept)
	})
	changed := f.entry.OnChanged
	f.entry.OnChanged = func(text string) {
		changed(text)
		if f.OnDate != nil {
			f.OnDate(f.Date())
		}
	}
	submitted := f.entry.OnSubmitted
	f.entry.OnSubmitted = func(string) {
		if f.Settle() {
			submitted(f.entry.Text)
		}
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

// Date is the date in the field, midnight UTC; ok is false if it is empty or
// no date.
func (f *DateField) Date() (date time.Time, ok bool) { return ParseDate(f.entry.Text, f.now()) }

// SetDate shows a date; the zero time empties the field.
func (f *DateField) SetDate(date time.Time) {
	if date.IsZero() {
		f.SetText("")
		return
	}
	f.SetText(date.Format(DateFormat))
}

// Settle writes the date in full, or shows what is wrong and returns false.
// Being empty is not wrong.
func (f *DateField) Settle() bool {
	if f.entry.Text == "" {
		return true
	}
	date, ok := f.Date()
	if !ok {
		f.SetError(f.Invalid)
		return false
	}
	if text := date.Format(DateFormat); text != f.entry.Text {
		f.entry.SetText(text)
	}
	return true
}

// CreateRenderer implements fyne.Widget.
func (f *DateField) CreateRenderer() fyne.WidgetRenderer { return f.TextField.CreateRenderer() }
