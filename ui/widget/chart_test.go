package widget_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"indagor/ui/theme"
	"indagor/ui/widget"
)

var chartWords = widget.ChartWords{
	Number: func(n int) string {
		s := strconv.Itoa(n)
		if len(s) > 3 {
			s = s[:len(s)-3] + "." + s[len(s)-3:]
		}
		return s
	},
	Share: func(part, of int) string { return fmt.Sprintf("%d%%", (100*part+of/2)/of) },
	Total: "Totale", Empty: "Nessuna richiesta nel periodo.",
}

func byDay() widget.ChartData {
	d := widget.ChartData{Name: "Richieste per giorno", Series: []widget.ChartSeries{{Name: "Trovate"}, {Name: "Non trovate"}, {Name: "Rifiutate"}, {Name: "Non riuscite"}}}
	for i := range 30 {
		d.Categories = append(d.Categories, fmt.Sprintf("%02d/11", i+1))
		d.Full = append(d.Full, fmt.Sprintf("%02d/11/2026", i+1))
		work := 1
		if i%7 > 4 {
			work = 0
		}
		for s, n := range []int{620 + 37*(i%5), 120 + 11*(i%4), 40 * (i % 3), 9 * (i % 2)} {
			d.Series[s].Values = append(d.Series[s].Values, work*n)
		}
	}
	return d
}

func byUser() widget.ChartData {
	return widget.ChartData{
		Name: "Richieste per utente", Kind: widget.ChartBars,
		Categories: []string{"Galli Marco", "Esposito Anna", "D'Alessandro-Montecuccoli degli Erri Maria Immacolata", "Neri Sara", "Verdi Giulia"},
		Series:     []widget.ChartSeries{{Name: "Richieste", Values: []int{4812, 2950, 1204, 310, 2}}},
	}
}

func TestGoldenCharts(t *testing.T) {
	golden(t, "charts", 860, 620, func() fyne.CanvasObject {
		days, users, none := widget.NewChart(chartWords), widget.NewChart(chartWords), widget.NewChart(chartWords)
		days.SetData(byDay())
		users.SetData(byUser())
		return on(widget.VBox(theme.Space16, widget.Panel(days), widget.Grid(380, theme.Space16, widget.Panel(users), widget.Panel(none))))
	})
}

func TestGoldenChartPointed(t *testing.T) {
	var days, users *widget.Chart
	golden(t, "charts-pointed", 760, 560, func() fyne.CanvasObject {
		days, users = widget.NewChart(chartWords), widget.NewChart(chartWords)
		days.SetData(byDay())
		d := byUser()
		d.Series = append(d.Series, widget.ChartSeries{Name: "Non riuscite", Values: []int{20, 400, 80, 9}, Role: theme.ColorDanger})
		users.SetData(d)
		return on(widget.VBox(theme.Space16, widget.Panel(days), widget.Panel(users)))
	}, func(c fyne.Canvas) {
		c.Focus(users)
		users.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
		users.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
		days.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(360, 200)}})
	})
}

func TestChartByKeyboard(t *testing.T) {
	app(t)
	c := widget.NewChart(chartWords)
	c.SetData(byDay())
	canvas := stage(t, theme.Light, 700, 300, c)
	if c.AccessibilityLabel() != "Richieste per giorno" {
		t.Error(c.AccessibilityLabel())
	}
	var picked string
	c.OnPick = func(category, series int) { picked = fmt.Sprint(category, series) }
	canvas.Focus(c)
	key := func(names ...fyne.KeyName) {
		for _, n := range names {
			c.TypedKey(&fyne.KeyEvent{Name: n})
		}
	}
	for _, tc := range []struct {
		keys []fyne.KeyName
		want string
	}{
		{nil, "01/11/2026, Trovate: 620 (84%), Totale: 740"},
		{[]fyne.KeyName{fyne.KeyLeft, fyne.KeyRight, fyne.KeyUp}, "02/11/2026, Non trovate: 131 (16%), Totale: 837"},
		{[]fyne.KeyName{fyne.KeyUp, fyne.KeyUp, fyne.KeyUp}, "02/11/2026, Non riuscite: 9 (1%), Totale: 837"},
		{[]fyne.KeyName{fyne.KeyEnd, fyne.KeyDown, fyne.KeyDown, fyne.KeyDown}, "30/11/2026, Trovate: 768 (78%), Totale: 988"},
		{[]fyne.KeyName{fyne.KeyHome}, "01/11/2026, Trovate: 620 (84%), Totale: 740"},
	} {
		key(tc.keys...)
		if got := strings.TrimPrefix(c.AccessibilityLabel(), "Richieste per giorno. "); got != tc.want {
			t.Errorf("%v: %q, want %q", tc.keys, got, tc.want)
		}
	}
	key(fyne.KeyRight, fyne.KeyReturn)
	if picked != "1 0" {
		t.Errorf("picked %q", picked)
	}
	c.TypedShortcut(&fyne.ShortcutCopy{Clipboard: fyne.CurrentApp().Clipboard()})
	if got := fyne.CurrentApp().Clipboard().Content(); got != "02/11/2026\tTrovate: 657 (78%)\tTotale: 837" {
		t.Errorf("copied %q", got)
	}
	bars := byUser()
	c.SetData(bars)
	key(fyne.KeyDown) // bars lie one below the other
	if got := c.AccessibilityLabel(); got != "Richieste per utente. Esposito Anna: 2.950 (32%)" {
		t.Error(got)
	}
	c.SetData(widget.ChartData{Name: "Nulla"})
	key(fyne.KeyRight, fyne.KeyUp, fyne.KeyReturn)
	if s := shown(t, canvas); s["Nessuna richiesta nel periodo."] != 1 || c.AccessibilityLabel() != "Nulla" {
		t.Errorf("an empty chart shows %v, is called %q", s, c.AccessibilityLabel())
	}
}

func TestChartByPointer(t *testing.T) {
	app(t)
	c := widget.NewChart(chartWords)
	c.SetData(byUser())
	canvas := stage(t, theme.Light, 700, 300, c)
	at := func(x, y float32) {
		c.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, y)}})
	}
	at(400, 42)
	if s := shown(t, canvas); s["Esposito Anna: 2.950 (32%)"] != 1 {
		t.Errorf("%v", s)
	}
	c.MouseOut()
	if s := shown(t, canvas); s["Esposito Anna: 2.950 (32%)"] != 0 {
		t.Error("told without a pointer")
	}
	picked := -1
	c.OnPick = func(category, _ int) { picked = category }
	c.Tapped(&fyne.PointEvent{Position: fyne.NewPos(400, 10)})
	if picked != 0 || canvas.Focused() != c {
		t.Errorf("picked %d, the focus is on %v", picked, canvas.Focused())
	}
}

// A year of days with every outcome is drawn in an instant.
func BenchmarkChart(b *testing.B) {
	test.NewTempApp(b)
	fyne.CurrentApp().Settings().SetTheme(theme.New(theme.Light))
	d := widget.ChartData{Name: "Anno"}
	for s := range 6 {
		d.Series = append(d.Series, widget.ChartSeries{Name: fmt.Sprint("Esito ", s)})
	}
	for i := range 366 {
		d.Categories = append(d.Categories, fmt.Sprint(i))
		for s := range d.Series {
			d.Series[s].Values = append(d.Series[s].Values, 100*s+i%50)
		}
	}
	c := widget.NewChart(chartWords)
	win := test.NewTempWindow(b, c)
	win.Resize(fyne.NewSize(1000, 400))
	for b.Loop() {
		c.SetData(d)
		win.Canvas().Capture()
	}
}
