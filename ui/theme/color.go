package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"
)

// The roles of colour. Those that Fyne knows keep Fyne's name, so that Fyne's
// own widgets are drawn alike.
const (
	ColorPrimary                         = base.ColorNamePrimary             // the one action of a page, selection, focus ring
	ColorOnPrimary                       = base.ColorNameForegroundOnPrimary // text on primary
	ColorInk                             = base.ColorNameForeground
	ColorQuiet       fyne.ThemeColorName = "indagor.quiet" // secondary text
	ColorPage                            = base.ColorNameBackground
	ColorSurface                         = base.ColorNameInputBackground
	ColorRaised                          = base.ColorNameOverlayBackground
	ColorLine                            = base.ColorNameSeparator   // decoration only: carries no meaning
	ColorBorder                          = base.ColorNameInputBorder // the edge of an input or button: at least 3:1
	ColorHeader                          = base.ColorNameHeaderBackground
	ColorSelected    fyne.ThemeColorName = "indagor.selected" // background of the selected row
	ColorHovered     fyne.ThemeColorName = "indagor.hovered"  // background of the row under the pointer
	ColorDisabled                        = base.ColorNameDisabled
	ColorDisabledBox                     = base.ColorNameDisabledButton

	ColorSuccess                         = base.ColorNameSuccess
	ColorWarning                         = base.ColorNameWarning
	ColorDanger                          = base.ColorNameError
	ColorInformation fyne.ThemeColorName = "indagor.information"
	ColorOnDanger                        = base.ColorNameForegroundOnError

	// Backgrounds of notices; the text on them is ink, the icon has the tone.
	ColorSuccessTint     fyne.ThemeColorName = "indagor.success.tint"
	ColorWarningTint     fyne.ThemeColorName = "indagor.warning.tint"
	ColorDangerTint      fyne.ThemeColorName = "indagor.danger.tint"
	ColorInformationTint fyne.ThemeColorName = "indagor.information.tint"

	// The series of a chart, told apart also by their patterns.
	ColorSeries1 fyne.ThemeColorName = "indagor.series.1"
	ColorSeries2 fyne.ThemeColorName = "indagor.series.2"
	ColorSeries3 fyne.ThemeColorName = "indagor.series.3"
	ColorSeries4 fyne.ThemeColorName = "indagor.series.4"
	ColorSeries5 fyne.ThemeColorName = "indagor.series.5"
	ColorSeries6 fyne.ThemeColorName = "indagor.series.6"

	ColorTraining   fyne.ThemeColorName = "indagor.training" // the band of the training mode
	ColorOnTraining fyne.ThemeColorName = "indagor.training.on"

	ColorTransparent fyne.ThemeColorName = "indagor.transparent"
)

// Series are the colours of the series of a chart, in the order in which they
// are given out.
var Series = []fyne.ThemeColorName{ColorSeries1, ColorSeries2, ColorSeries3, ColorSeries4, ColorSeries5, ColorSeries6}

// Color returns the colour of a role in the variant in force. It also works
// while the application has another theme, for instance in a test.
func Color(name fyne.ThemeColorName) color.Color {
	settings := fyne.CurrentApp().Settings()
	v := settings.ThemeVariant()
	if t, ok := settings.Theme().(*Theme); ok {
		v = t.Variant(v)
	}
	return Palette(v).color(name)
}

// IsDark tells whether the dark variant is in force.
func IsDark() bool {
	settings := fyne.CurrentApp().Settings()
	v := settings.ThemeVariant()
	if t, ok := settings.Theme().(*Theme); ok {
		v = t.Variant(v)
	}
	return v == base.VariantDark
}

// Colors maps roles to colours for one variant.
type Colors map[fyne.ThemeColorName]color.NRGBA

func (c Colors) color(name fyne.ThemeColorName) color.Color {
	if v, ok := c[name]; ok {
		return v
	}
	// A role of a later Fyne that we do not know yet: ink is always readable.
	return c[ColorInk]
}

// Palette returns the colours of a variant. The caller must not change it.
func Palette(v fyne.ThemeVariant) Colors {
	if v == base.VariantDark {
		return dark
	}
	return light
}

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}

func rgba(v uint32, alpha uint8) color.NRGBA {
	c := rgb(v)
	c.A = alpha
	return c
}

var light = Colors{
	ColorPrimary:     rgb(0x0066CC),
	ColorOnPrimary:   rgb(0xFFFFFF),
	ColorInk:         rgb(0x17324D),
	ColorQuiet:       rgb(0x455B71),
	ColorPage:        rgb(0xF5F6F7),
	ColorSurface:     rgb(0xFFFFFF),
	ColorRaised:      rgb(0xFFFFFF),
	ColorLine:        rgb(0xD0D5DA),
	ColorBorder:      rgb(0x768594),
	ColorHeader:      rgb(0xEBEEF1),
	ColorSelected:    rgb(0xE0ECFA),
	ColorHovered:     rgb(0xF0F3F6),
	ColorDisabled:    rgb(0x6F7E8D),
	ColorDisabledBox: rgb(0xE8EBEE),

	ColorSuccess:     rgb(0x008055),
	ColorWarning:     rgb(0x995C00),
	ColorDanger:      rgb(0xCC334D),
	ColorInformation: rgb(0x0066CC),
	ColorOnDanger:    rgb(0xFFFFFF),

	ColorSuccessTint:     rgb(0xE5F4EE),
	ColorWarningTint:     rgb(0xFBF0DE),
	ColorDangerTint:      rgb(0xFBE9EC),
	ColorInformationTint: rgb(0xE6F0FA),

	ColorSeries1: rgb(0x0066CC),
	ColorSeries2: rgb(0xB85C00),
	ColorSeries3: rgb(0x00807A),
	ColorSeries4: rgb(0x6B4FBB),
	ColorSeries5: rgb(0xB0276B),
	ColorSeries6: rgb(0x5B6F82),

	ColorTraining:    rgb(0x5A3EA6),
	ColorOnTraining:  rgb(0xFFFFFF),
	ColorTransparent: rgba(0xFFFFFF, 0),

	base.ColorNameButton:                    rgb(0xE8ECF0),
	base.ColorNameFocus:                     rgba(0x0066CC, 0x38),
	base.ColorNameSelection:                 rgba(0x0066CC, 0x40),
	base.ColorNameForegroundOnSuccess:       rgb(0xFFFFFF),
	base.ColorNameForegroundOnWarning:       rgb(0xFFFFFF),
	base.ColorNameHover:                     rgba(0x17324D, 0x12),
	base.ColorNameHyperlink:                 rgb(0x0066CC),
	base.ColorNameInnerWindowBorder:         rgb(0xEBEEF1),
	base.ColorNameInnerWindowBorderInactive: rgb(0xF5F6F7),
	base.ColorNameMenuBackground:            rgb(0xFFFFFF),
	base.ColorNamePlaceHolder:               rgb(0x5B6F82),
	base.ColorNamePressed:                   rgba(0x17324D, 0x24),
	base.ColorNameScrollBar:                 rgba(0x455B71, 0xA0),
	base.ColorNameScrollBarBackground:       rgba(0xD0D5DA, 0x60),
	base.ColorNameShadow:                    rgba(0x17324D, 0x40),
}

var dark = Colors{
	ColorPrimary:     rgb(0x6AB1FF),
	ColorOnPrimary:   rgb(0x0C1B2A),
	ColorInk:         rgb(0xE6ECF2),
	ColorQuiet:       rgb(0xA9B6C3),
	ColorPage:        rgb(0x12181F),
	ColorSurface:     rgb(0x1A222B),
	ColorRaised:      rgb(0x222C37),
	ColorLine:        rgb(0x33404D),
	ColorBorder:      rgb(0x74879A),
	ColorHeader:      rgb(0x222C37),
	ColorSelected:    rgb(0x1F3B57),
	ColorHovered:     rgb(0x232E3A),
	ColorDisabled:    rgb(0x8292A2),
	ColorDisabledBox: rgb(0x28333F),

	ColorSuccess:     rgb(0x4FC58E),
	ColorWarning:     rgb(0xF0B24A),
	ColorDanger:      rgb(0xFF8095),
	ColorInformation: rgb(0x6AB1FF),
	ColorOnDanger:    rgb(0x2A0C12),

	ColorSuccessTint:     rgb(0x17342A),
	ColorWarningTint:     rgb(0x3A2E14),
	ColorDangerTint:      rgb(0x40202A),
	ColorInformationTint: rgb(0x1A3350),

	ColorSeries1: rgb(0x6AB1FF),
	ColorSeries2: rgb(0xF0A050),
	ColorSeries3: rgb(0x3FC1B8),
	ColorSeries4: rgb(0xB79CF5),
	ColorSeries5: rgb(0xF07FB5),
	ColorSeries6: rgb(0xA9B6C3),

	ColorTraining:    rgb(0x5A3EA6),
	ColorOnTraining:  rgb(0xFFFFFF),
	ColorTransparent: rgba(0x000000, 0),

	base.ColorNameButton:                    rgb(0x2B3744),
	base.ColorNameFocus:                     rgba(0x6AB1FF, 0x40),
	base.ColorNameSelection:                 rgba(0x6AB1FF, 0x50),
	base.ColorNameForegroundOnSuccess:       rgb(0x0A2419),
	base.ColorNameForegroundOnWarning:       rgb(0x2A1D05),
	base.ColorNameHover:                     rgba(0xE6ECF2, 0x14),
	base.ColorNameHyperlink:                 rgb(0x6AB1FF),
	base.ColorNameInnerWindowBorder:         rgb(0x222C37),
	base.ColorNameInnerWindowBorderInactive: rgb(0x1A222B),
	base.ColorNameMenuBackground:            rgb(0x222C37),
	base.ColorNamePlaceHolder:               rgb(0x97A6B5),
	base.ColorNamePressed:                   rgba(0xE6ECF2, 0x28),
	base.ColorNameScrollBar:                 rgba(0xA9B6C3, 0xA0),
	base.ColorNameScrollBarBackground:       rgba(0x33404D, 0x60),
	base.ColorNameShadow:                    rgba(0x000000, 0x80),
}
