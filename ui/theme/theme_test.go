package theme_test

import (
	"fmt"
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	base "fyne.io/fyne/v2/theme"

	"indagor/ui/theme"
)

// luminance and contrast follow WCAG 2.2, "relative luminance" and "contrast ratio".
func luminance(c color.NRGBA) float64 {
	channel := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(c.R) + 0.7152*channel(c.G) + 0.0722*channel(c.B)
}

func contrast(a, b color.NRGBA) float64 {
	la, lb := luminance(a), luminance(b)
	if la < lb {
		la, lb = lb, la
	}
	return (la + 0.05) / (lb + 0.05)
}

func TestContrastFormula(t *testing.T) {
	for _, c := range []struct {
		a, b color.NRGBA
		want float64
	}{
		{color.NRGBA{A: 255}, color.NRGBA{R: 255, G: 255, B: 255, A: 255}, 21},
		{color.NRGBA{R: 0x77, G: 0x77, B: 0x77, A: 255}, color.NRGBA{R: 255, G: 255, B: 255, A: 255}, 4.48},
	} {
		if got := contrast(c.a, c.b); math.Abs(got-c.want) > 0.01 {
			t.Errorf("contrast(%v, %v) = %.3f, want %.2f", c.a, c.b, got, c.want)
		}
	}
}

func TestContrast(t *testing.T) {
	grounds := []fyne.ThemeColorName{theme.ColorPage, theme.ColorSurface, theme.ColorRaised}
	all := append([]fyne.ThemeColorName{
		theme.ColorSelected, theme.ColorHovered, theme.ColorHeader,
		theme.ColorSuccessTint, theme.ColorWarningTint, theme.ColorDangerTint, theme.ColorInformationTint,
		base.ColorNameButton, base.ColorNameMenuBackground,
	}, grounds...)
	tones := []fyne.ThemeColorName{theme.ColorSuccess, theme.ColorWarning, theme.ColorDanger, theme.ColorInformation, theme.ColorPrimary}
	type pair struct {
		fg, bg fyne.ThemeColorName
		min    float64
	}
	var pairs []pair
	for _, bg := range all {
		pairs = append(pairs, pair{theme.ColorInk, bg, 4.5}, pair{theme.ColorQuiet, bg, 4.5})
		for _, tone := range tones { // icons and the focus ring stand on all
			pairs = append(pairs, pair{tone, bg, 3})
		}
	}
	for _, bg := range []fyne.ThemeColorName{theme.ColorPage, theme.ColorSurface} {
		for _, series := range theme.Series { // the bars of a chart
			pairs = append(pairs, pair{series, bg, 3})
		}
	}
	for _, bg := range append(grounds, theme.ColorHovered) {
		for _, tone := range tones { // coloured words only on these
			if bg == theme.ColorHovered && tone != theme.ColorPrimary {
				continue
			}
			pairs = append(pairs, pair{tone, bg, 4.5})
		}
		pairs = append(pairs, pair{theme.ColorBorder, bg, 3}, pair{base.ColorNamePlaceHolder, bg, 4.5},
			pair{theme.ColorDisabled, bg, 3}) // disabled is exempt by 1.4.3; we want it legible all the same
	}
	pairs = append(
		pairs,
		pair{theme.ColorOnPrimary, theme.ColorPrimary, 4.5},
		pair{theme.ColorOnDanger, theme.ColorDanger, 4.5},
		pair{base.ColorNameForegroundOnSuccess, theme.ColorSuccess, 4.5},
		pair{base.ColorNameForegroundOnWarning, theme.ColorWarning, 4.5},
		pair{theme.ColorOnTraining, theme.ColorTraining, 4.5},
		pair{theme.ColorDisabled, theme.ColorDisabledBox, 3},
		pair{theme.ColorPrimary, theme.ColorSelected, 3},
		pair{base.ColorNameHyperlink, theme.ColorSurface, 4.5},
		pair{theme.ColorBorder, theme.ColorHeader, 3},
	)
	for name, v := range map[string]fyne.ThemeVariant{"light": base.VariantLight, "dark": base.VariantDark} {
		p := theme.Palette(v)
		for _, c := range pairs {
			fg, ok1 := p[c.fg]
			bg, ok2 := p[c.bg]
			if !ok1 || !ok2 || fg.A != 255 || bg.A != 255 {
				t.Errorf("%s: %s on %s: missing or not opaque", name, c.fg, c.bg)
				continue
			}
			if got := contrast(fg, bg); got < c.min {
				t.Errorf("%s: %s on %s: %.2f, want at least %.1f", name, c.fg, c.bg, got, c.min)
			}
		}
	}
}

func TestTokens(t *testing.T) {
	want := map[fyne.ThemeColorName][2]string{
		theme.ColorPrimary:     {"#0066CC", "#6AB1FF"},
		theme.ColorInk:         {"#17324D", "#E6ECF2"},
		theme.ColorQuiet:       {"#455B71", "#A9B6C3"},
		theme.ColorPage:        {"#F5F6F7", "#12181F"},
		theme.ColorSurface:     {"#FFFFFF", "#1A222B"},
		theme.ColorRaised:      {"#FFFFFF", "#222C37"},
		theme.ColorLine:        {"#D0D5DA", "#33404D"},
		theme.ColorSuccess:     {"#008055", "#4FC58E"},
		theme.ColorWarning:     {"#995C00", "#F0B24A"},
		theme.ColorDanger:      {"#CC334D", "#FF8095"},
		theme.ColorInformation: {"#0066CC", "#6AB1FF"},
		theme.ColorTraining:    {"#5A3EA6", "#5A3EA6"},
		theme.ColorOnTraining:  {"#FFFFFF", "#FFFFFF"},
	}
	for name, hex := range want {
		for i, v := range []fyne.ThemeVariant{base.VariantLight, base.VariantDark} {
			c := theme.Palette(v)[name]
			if got := fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B); got != hex[i] {
				t.Errorf("%s: got %s, want %s", name, got, hex[i])
			}
		}
	}
	th := theme.New(theme.Light)
	for name, size := range map[fyne.ThemeSizeName]float32{
		base.SizeNameText: 13, base.SizeNameCaptionText: 12, base.SizeNameSubHeadingText: 16,
		base.SizeNameHeadingText: 20, base.SizeNameInlineIcon: 18, base.SizeNamePadding: 4,
	} {
		if got := th.Size(name); got != size {
			t.Errorf("%s: got %v, want %v", name, got, size)
		}
	}
}

func TestEveryFyneColorIsOurs(t *testing.T) {
	names := []fyne.ThemeColorName{
		base.ColorNameBackground, base.ColorNameButton, base.ColorNameDisabledButton, base.ColorNameDisabled, base.ColorNameError,
		base.ColorNameFocus, base.ColorNameForeground, base.ColorNameForegroundOnError, base.ColorNameForegroundOnPrimary,
		base.ColorNameForegroundOnSuccess, base.ColorNameForegroundOnWarning, base.ColorNameHeaderBackground, base.ColorNameHover,
		base.ColorNameHyperlink, base.ColorNameInnerWindowBorder, base.ColorNameInnerWindowBorderInactive, base.ColorNameInputBackground,
		base.ColorNameInputBorder, base.ColorNameMenuBackground, base.ColorNameOverlayBackground, base.ColorNamePlaceHolder,
		base.ColorNamePressed, base.ColorNamePrimary, base.ColorNameScrollBar, base.ColorNameScrollBarBackground, base.ColorNameSelection,
		base.ColorNameSeparator, base.ColorNameShadow, base.ColorNameSuccess, base.ColorNameWarning,
	}
	light, dark := theme.Palette(base.VariantLight), theme.Palette(base.VariantDark)
	for _, n := range names {
		if _, ok := light[n]; !ok {
			t.Errorf("light: %s missing", n)
		}
	}
	for n := range light {
		if _, ok := dark[n]; !ok {
			t.Errorf("dark: %s missing", n)
		}
	}
	if len(light) != len(dark) {
		t.Errorf("light has %d roles, dark %d", len(light), len(dark))
	}
}

func TestPreference(t *testing.T) {
	for _, c := range []struct {
		p      theme.Preference
		system fyne.ThemeVariant
		want   fyne.ThemeVariant
	}{
		{theme.System, base.VariantLight, base.VariantLight},
		{theme.System, base.VariantDark, base.VariantDark},
		{theme.Light, base.VariantDark, base.VariantLight},
		{theme.Dark, base.VariantLight, base.VariantDark},
	} {
		th := theme.New(c.p)
		if got := th.Color(theme.ColorPage, c.system); got != color.Color(theme.Palette(c.want)[theme.ColorPage]) {
			t.Errorf("%s while the system is %v: got %v", c.p, c.system, got)
		}
	}
	for in, want := range map[string]theme.Preference{"dark": theme.Dark, "light": theme.Light, "system": theme.System, "": theme.System, "x": theme.System} {
		if got := theme.ParsePreference(in); got != want {
			t.Errorf("ParsePreference(%q) = %q", in, got)
		}
	}
}

func TestColorFollowsTheApplication(t *testing.T) {
	test.NewTempApp(t)
	set := fyne.CurrentApp().Settings()
	for _, p := range []theme.Preference{theme.Dark, theme.Light} {
		set.SetTheme(theme.New(p))
		v := base.VariantLight
		if p == theme.Dark {
			v = base.VariantDark
		}
		if got := theme.Color(theme.ColorQuiet); got != color.Color(theme.Palette(v)[theme.ColorQuiet]) {
			t.Errorf("%s: got %v", p, got)
		}
		if theme.IsDark() != (p == theme.Dark) {
			t.Errorf("%s: IsDark = %v", p, theme.IsDark())
		}
	}
}

// Every icon must draw something, in the colour asked for.
func TestIcons(t *testing.T) {
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(theme.New(theme.Light))
	icons := []theme.IconName{
		theme.IconHome, theme.IconSearch, theme.IconPerson, theme.IconPeople, theme.IconBadge, theme.IconBuilding, theme.IconPlace,
		theme.IconArchive, theme.IconBoard, theme.IconBell, theme.IconApprove, theme.IconSwap, theme.IconChart, theme.IconShield, theme.IconLock,
		theme.IconKey, theme.IconClock, theme.IconHistory, theme.IconCalendar, theme.IconComputer, theme.IconServer, theme.IconSettings,
		theme.IconFilter, theme.IconList, theme.IconGrid, theme.IconDocument, theme.IconFile, theme.IconFileText, theme.IconFolder,
		theme.IconAttachment, theme.IconPrint, theme.IconSave, theme.IconDownload, theme.IconUpload, theme.IconMail, theme.IconSend, theme.IconCopy,
		theme.IconPaste, theme.IconAdd, theme.IconRemove, theme.IconClose, theme.IconEdit, theme.IconDelete, theme.IconUndo, theme.IconRefresh,
		theme.IconCheck, theme.IconCheckCircle, theme.IconCircle, theme.IconCircleOutline, theme.IconBoxChecked, theme.IconBoxEmpty,
		theme.IconRadioChecked, theme.IconRadioEmpty, theme.IconBlock, theme.IconInfo, theme.IconHelp, theme.IconQuestion, theme.IconWarning,
		theme.IconError, theme.IconOffline, theme.IconVisible, theme.IconHidden, theme.IconMenu, theme.IconMore, theme.IconBack, theme.IconNext,
		theme.IconUp, theme.IconDown, theme.IconDropDown, theme.IconDropUp, theme.IconPlay, theme.IconPause, theme.IconStop, theme.IconLogin,
		theme.IconLogout,
	}
	want := theme.Palette(base.VariantLight)[theme.ColorDanger]
	for _, name := range icons {
		img := canvas.NewImageFromResource(theme.IconIn(name, theme.ColorDanger))
		img.FillMode = canvas.ImageFillContain
		win := test.NewTempWindow(t, img)
		win.SetPadded(false)
		win.Resize(fyne.NewSize(48, 48))
		shot := win.Canvas().Capture()
		found := 0
		for y := range 48 {
			for x := range 48 {
				if color.NRGBAModel.Convert(shot.At(x, y)) == color.Color(want) {
					found++
				}
			}
		}
		if found < 20 {
			t.Errorf("icon %s: only %d pixels in its colour", name, found)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("an unknown icon must panic")
		}
	}()
	theme.Icon("no such icon")
}
