package theme

import "fyne.io/fyne/v2"

// Tone is what a text, mark or notice means. A tone always comes with an icon
// and a word, because colour alone says nothing to many people.
type Tone int

// The tones.
const (
	Neutral Tone = iota
	Quiet
	Information
	Success
	Warning
	Danger
)

// Color is the role in which text and icons of the tone are drawn.
func (t Tone) Color() fyne.ThemeColorName {
	switch t {
	case Quiet:
		return ColorQuiet
	case Information:
		return ColorInformation
	case Success:
		return ColorSuccess
	case Warning:
		return ColorWarning
	case Danger:
		return ColorDanger
	}
	return ColorInk
}

// Tint is the background of a notice of the tone; text on it is ink.
func (t Tone) Tint() fyne.ThemeColorName {
	switch t {
	case Information:
		return ColorInformationTint
	case Success:
		return ColorSuccessTint
	case Warning:
		return ColorWarningTint
	case Danger:
		return ColorDangerTint
	}
	return ColorHeader
}

// Icon is the icon that goes with the tone, empty for Neutral.
func (t Tone) Icon() IconName {
	switch t {
	case Quiet:
		return IconCircle
	case Information:
		return IconInfo
	case Success:
		return IconCheckCircle
	case Warning:
		return IconWarning
	case Danger:
		return IconError
	}
	return ""
}
