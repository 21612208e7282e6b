package widget

import (
	"strings"
	"unicode"

	"fyne.io/fyne/v2"

	"indagor/ui/theme"
)

// HintState is what a code looks like while it is typed.
type HintState int

// The states of a hint.
const (
	HintNeutral HintState = iota
	HintGood
	HintBad
	HintWarning
)

// CodeHint is what the caller reads out of a code: its owner's birth, or what
// is wrong with it.
type CodeHint struct {
	State HintState
	Text  string
}

func (h CodeHint) status() Status {
	tone := theme.Quiet
	switch h.State {
	case HintGood:
		tone = theme.Success
	case HintBad:
		tone = theme.Danger
	case HintWarning:
		tone = theme.Warning
	}
	return Status{Tone: tone, Text: h.Text}
}

// CodeField is the field for a fiscal code: monospace, upper case while typed,
// spaces and signs dropped from what is pasted, read aloud at once below.
type CodeField struct {
	TextField
	// Decode judges the text after each change. It is called in the main
	// goroutine and must be quick.
	Decode func(text string) CodeHint

	hint CodeHint
}

// NewCodeField returns a field for codes of at most maxLength characters.
func NewCodeField(label string, maxLength int, decode func(text string) CodeHint) *CodeField {
	f := &CodeField{Decode: decode}
	f.Label = label
	f.ReserveHelp = true
	f.init(f)
	f.SetMonospace(true)
	f.SetMaxLength(maxLength)
	f.SetFilter(CleanCode)
	tell := f.entry.OnChanged
	f.entry.OnChanged = func(text string) {
		if clean := CleanCode(text); clean != text { // SetText goes past the filter
			f.entry.SetText(clean)
			return
		}
		if f.Decode != nil {
			f.hint = f.Decode(text)
			f.status = f.hint.status()
		}
		tell(text)
	}
	return f
}

// Hint is the last judgement of Decode.
func (f *CodeField) Hint() CodeHint { return f.hint }

// CleanCode writes a code as it is kept: upper case, only letters A–Z and
// digits. Other letters are kept as they are, so that a mistake stays visible.
func CleanCode(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, text)
}

// CreateRenderer implements fyne.Widget.
func (f *CodeField) CreateRenderer() fyne.WidgetRenderer { return f.TextField.CreateRenderer() }
