// Package theme holds every colour, size and icon of the desktop, in a light
// and a dark variant. No colour literal stands anywhere else: widgets ask for
// a role ("ink, quiet") and get the colour of the variant in force.
//
// The tokens follow the design system of the Italian public administration
// (Designers Italia), made denser for desktop work. Tests compute the WCAG 2.2
// contrast of every pair in use: 4.5:1 for text (1.4.3), 3:1 for lines and
// icons that carry meaning (1.4.11).
package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"
)

// Preference is the user's choice between light and dark.
type Preference string

// The three choices. System follows the operating system, also when it changes
// while the program runs.
const (
	System Preference = "system"
	Light  Preference = "light"
	Dark   Preference = "dark"
)

// ParsePreference reads a stored preference; anything unknown is System.
func ParsePreference(s string) Preference {
	switch p := Preference(s); p {
	case Light, Dark:
		return p
	}
	return System
}

// Theme is the fyne.Theme of the desktop. Its zero value follows the system.
type Theme struct {
	preference Preference
}

// New returns the theme for a preference.
func New(p Preference) *Theme { return &Theme{preference: p} }

// Preference tells which choice this theme was made with.
func (t *Theme) Preference() Preference { return ParsePreference(string(t.preference)) }

// Variant is the variant drawn when the system asks for v.
func (t *Theme) Variant(v fyne.ThemeVariant) fyne.ThemeVariant {
	switch t.preference {
	case Light:
		return base.VariantLight
	case Dark:
		return base.VariantDark
	}
	return v
}

// Color returns the colour of a role, our own or one of Fyne's.
func (t *Theme) Color(name fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	return Palette(t.Variant(v)).color(name)
}

// Font returns Fyne's bundled Noto Sans, or DejaVu Sans Mono for monospace.
func (t *Theme) Font(s fyne.TextStyle) fyne.Resource { return base.DefaultTheme().Font(s) }

// Icon returns Fyne's own icon for names of Fyne's own widgets.
func (t *Theme) Icon(n fyne.ThemeIconName) fyne.Resource { return base.DefaultTheme().Icon(n) }

// Size returns the size of a role in device independent pixels.
func (t *Theme) Size(n fyne.ThemeSizeName) float32 {
	switch n {
	case base.SizeNameText:
		return TextBody
	case base.SizeNameCaptionText:
		return TextSecondary
	case base.SizeNameSubHeadingText:
		return TextSection
	case base.SizeNameHeadingText:
		return TextTitle
	case base.SizeNameInlineIcon:
		return IconSize
	case base.SizeNamePadding:
		return Space4
	case base.SizeNameInnerPadding:
		return innerPadding
	case base.SizeNameLineSpacing:
		return 3
	case base.SizeNameScrollBar:
		return 10
	case base.SizeNameScrollBarSmall:
		return 4
	case base.SizeNameInputRadius, base.SizeNameButtonRadius, base.SizeNameCardRadius,
		base.SizeNamePopupRadius, base.SizeNameMenuRadius, base.SizeNameSelectionRadius:
		return Radius
	case base.SizeNameDialogRadius:
		return 6
	case base.SizeNameModalBlurRadius:
		return 0
	}
	return base.DefaultTheme().Size(n)
}

// Sizes in device independent pixels.
const (
	TextBody      float32 = 13
	TextSecondary float32 = 12
	TextSection   float32 = 16
	TextTitle     float32 = 20
	TextNumber    float32 = 24 // the numbers of the home page
	TextBigCode   float32 = 40 // the code two people compare aloud
	TextFolded    float32 = 10 // the names under the icons of the folded sidebar only

	Space4  float32 = 4
	Space8  float32 = 8
	Space12 float32 = 12
	Space16 float32 = 16
	Space24 float32 = 24

	IconSize      float32 = 18
	RowHeight     float32 = 30
	InputHeight   float32 = 32
	SidebarWidth  float32 = 216
	SidebarFolded float32 = 56
	Radius        float32 = 4
	FocusWidth    float32 = 2 // the ring around what the keyboard acts on

	// innerPadding makes Fyne's own entry about InputHeight high at TextBody.
	innerPadding float32 = 7
)
