package widget

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	fwidget "fyne.io/fyne/v2/widget"
)

// ChartKind is the form of a chart.
type ChartKind int

// The kinds: upright columns, as for days and months, and lying bars, as for
// users and departments, whose names need room. Several series are stacked.
const (
	ChartColumns ChartKind = iota
	ChartBars
)

// ChartSeries is one run of values, one for each category.
type ChartSeries struct {
	Name   string
	Values []int // not negative
	// Role is its colour; "": the next of theme.Series.
	Role fyne.ThemeColorName
}

// ChartData is what a chart shows.
type ChartData struct {
	// Name says what the chart is of; it is also the question it answers.
	Name       string
	Kind       ChartKind
	Categories []string // below the columns or before the bars
	Full       []string // what the categories are called in full; nil: the same
	Series     []ChartSeries
}

// ChartWords are the words and numbers of a chart, in the person's language.
type ChartWords struct {
	Number func(n int) string          // 15.000
	Share  func(part, of int) string   // "12%"; nil: shares are not said
	Total  string                      // "Totale", beside the sum of a stack
	Empty  string                      // in the place of a chart without values
	Value  func(what, n string) string // "Lunedì: 12"; nil: with a colon
}

// Chart draws values as columns or bars in the colours of the theme. Series are
// told apart by pattern and name, not by colour alone; every value can be had in
// figures: by the pointer, or with Tab and the arrows. Home and End go to the
// ends, Enter or a click picks, Ctrl+C copies the value.
type Chart struct {
	fwidget.BaseWidget
	// OnPick is called when a value is picked, with its category and series.
	OnPick func(category, series int)
	// OnCopied is called with what Ctrl+C has put into the clipboard.
	OnCopied func(text string)

	words   ChartWords
	data    ChartData
	at      chartPoint // under the keyboard's cursor
	hover   chartPoint
	over    bool
	focused bool
	plot    chartPlot
}

// chartPoint is a value.
type chartPoint struct{ category, series int }

// NewChart returns an empty chart.
func NewChart(words ChartWords) *Chart {
	c := &Chart{words: words}
	c.ExtendBaseWidget(c)
	return c
}

// SetData shows other values.
func (c *Chart) SetData(data ChartData) {
	c.data, c.at, c.over = data, chartPoint{}, false
	c.Refresh()
}

// Data is what is shown.
func (c *Chart) Data() ChartData { return c.data }

// value is 0 where a series is too short.
func (d ChartData) value(category, series int) int {
	if series < 0 || series >= len(d.Series) || category < 0 || category >= len(d.Series[series].Values) {
		return 0
	}
	return max(d.Series[series].Values[category], 0)
}

// sum is the height of a stack.
func (d ChartData) sum(category int) int {
	sum := 0
	for s := range d.Series {
		sum += d.value(category, s)
	}
	return sum
}

// top is the largest stack.
func (d ChartData) top() int {
	top := 0
	for i := range d.Categories {
		top = max(top, d.sum(i))
	}
	return top
}

func (d ChartData) full(category int) string {
	if category < len(d.Full) && d.Full[category] != "" {
		return d.Full[category]
	}
	return d.Categories[category]
}

// empty reports whether there is nothing to draw.
func (c *Chart) empty() bool { return c.data.top() == 0 }

// pointed is the value that is shown in figures; ok is false where none is.
func (c *Chart) pointed() (p chartPoint, ok bool) {
	switch {
	case c.empty():
		return p, false
	case c.over:
		return c.hover, true
	case c.focused:
		return c.at, true
	}
	return p, false
}

func (c *Chart) pair(what, number string) string {
	if c.words.Value != nil {
		return c.words.Value(what, number)
	}
	return what + ": " + number
}

// tell is a value in words: first what it is, then its figures.
func (c *Chart) tell(p chartPoint) []string {
	d := c.data
	if p.category >= len(d.Categories) || len(d.Series) == 0 {
		return nil
	}
	number := func(n, of int) string {
		text := c.words.Number(n)
		if c.words.Share != nil && of > 0 && n != of {
			text += " (" + c.words.Share(n, of) + ")"
		}
		return text
	}
	if len(d.Series) == 1 {
		return []string{c.pair(d.full(p.category), number(d.value(p.category, 0), d.total()))}
	}
	sum := d.sum(p.category)
	return []string{
		d.full(p.category),
		c.pair(d.Series[p.series].Name, number(d.value(p.category, p.series), sum)),
		c.pair(c.words.Total, c.words.Number(sum)),
	}
}

// total is the sum of all values.
func (d ChartData) total() int {
	total := 0
	for i := range d.Categories {
		total += d.sum(i)
	}
	return total
}

// AccessibilityLabel implements fyne.Accessible: what the chart is of and the
// value under the cursor.
func (c *Chart) AccessibilityLabel() string {
	if p, ok := c.pointed(); ok {
		return c.data.Name + ". " + strings.Join(c.tell(p), ", ")
	}
	return c.data.Name
}

// AccessibilityRole implements fyne.Accessible.
func (c *Chart) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// FocusGained implements fyne.Focusable.
func (c *Chart) FocusGained() {
	c.focused = true
	comeIntoView(c)
	c.Refresh()
}

// FocusLost implements fyne.Focusable.
func (c *Chart) FocusLost() { c.focused = false; c.Refresh() }

// TypedRune implements fyne.Focusable.
func (c *Chart) TypedRune(r rune) { passRune(c, r) }

// TypedKey implements fyne.Focusable.
func (c *Chart) TypedKey(ev *fyne.KeyEvent) {
	category, series := 0, 0
	last := len(c.data.Categories) - 1
	switch ev.Name {
	case fyne.KeyLeft:
		category = -1
	case fyne.KeyRight:
		category = 1
	case fyne.KeyUp:
		series = 1 // stacks grow upwards
	case fyne.KeyDown:
		series = -1
	case fyne.KeyHome:
		category = -c.at.category
	case fyne.KeyEnd:
		category = last - c.at.category
	case fyne.KeyReturn, fyne.KeyEnter:
		if c.OnPick != nil && !c.empty() {
			c.OnPick(c.at.category, c.at.series)
		}
		return
	default:
		passKey(c, ev)
		return
	}
	if c.data.Kind == ChartBars && (ev.Name == fyne.KeyLeft || ev.Name == fyne.KeyRight || ev.Name == fyne.KeyUp || ev.Name == fyne.KeyDown) {
		category, series = -series, category // bars lie: the next one is below
	}
	c.over = false
	c.at.category = min(max(c.at.category+category, 0), max(last, 0))
	c.at.series = min(max(c.at.series+series, 0), max(len(c.data.Series)-1, 0))
	c.Refresh()
}

// TypedShortcut implements fyne.Shortcutable.
func (c *Chart) TypedShortcut(s fyne.Shortcut) {
	if s, ok := s.(*fyne.ShortcutCopy); ok {
		if c.empty() {
			return
		}
		text := strings.Join(c.tell(c.at), "\t")
		s.Clipboard.SetContent(text)
		if c.OnCopied != nil {
			c.OnCopied(text)
		}
		return
	}
	passShortcut(c, s)
}

// Tapped implements fyne.Tappable.
func (c *Chart) Tapped(ev *fyne.PointEvent) {
	requestFocus(c)
	if p, ok := c.plot.find(c.data, ev.Position); ok {
		c.at, c.hover, c.over = p, p, true
		c.Refresh()
		if c.OnPick != nil {
			c.OnPick(p.category, p.series)
		}
	}
}

// MouseIn implements desktop.Hoverable.
func (c *Chart) MouseIn(ev *desktop.MouseEvent) { c.MouseMoved(ev) }

// MouseMoved implements desktop.Hoverable.
func (c *Chart) MouseMoved(ev *desktop.MouseEvent) {
	p, ok := c.plot.find(c.data, ev.Position)
	if p != c.hover || ok != c.over {
		c.hover, c.over = p, ok
		c.Refresh()
	}
}

// MouseOut implements desktop.Hoverable.
func (c *Chart) MouseOut() {
	if c.over {
		c.over = false
		c.Refresh()
	}
}
