package render

import (
	"fmt"
	"slices"
	"sync"

	"github.com/go-analyze/charts"
	"github.com/go-fonts/liberation/liberationsansregular"
)

// Measures of a chart, in pixels; printed over the column it has 240 of them
// in an inch.
const (
	chartWidth = 1600
	chartBar   = 54  // height of a bar that lies
	chartTime  = 620 // height where time goes from left to right
	chartText  = 21.0
	mostBars   = 14 // that lie; what is more is in the table only
	mostUp     = 62 // that stand; more points are a line
)

// bar is one value of a chart.
type bar struct {
	label  string
	n      float64
	before float64
}

var chartFont = sync.OnceValue(func() error {
	if err := charts.InstallFont(sans, liberationsansregular.TTF); err != nil {
		return err
	}
	return charts.SetDefaultFont(sans)
})

func (c colour) rgb() charts.Color {
	return charts.Color{R: uint8(c.r), G: uint8(c.g), B: uint8(c.b), A: 0xFF} //nolint:gosec // components of a colour
}

// chart draws the bars as a PNG: over time from left to right, else one below
// the other. number writes a value, legend names the two periods; the second
// is drawn where it is named.
func chart(bars []bar, time bool, legend []string, number func(float64) string) (png []byte, height int, err error) {
	if err := chartFont(); err != nil {
		return nil, 0, fmt.Errorf("render: font of charts: %w", err)
	}
	if !time && len(bars) > mostBars {
		bars = bars[:mostBars]
	}
	if !time {
		bars = slices.Clone(bars)
		slices.Reverse(bars) // the first is drawn at the foot
	}
	height = chartTime
	if !time {
		height = 130 + len(bars)*chartBar
	}
	values := make([][]float64, len(legend))
	labels := make([]string, len(bars))
	for i, b := range bars {
		labels[i] = b.label
		values[0] = append(values[0], b.n)
		if len(values) > 1 {
			values[1] = append(values[1], b.before)
		}
	}
	theme := charts.MakeTheme(charts.ThemeOption{
		BackgroundColor: white.rgb(), TextColor: quiet.rgb(), AxisStrokeColor: quiet.rgb(), AxisSplitLineColor: line.rgb(),
		SeriesColors: []charts.Color{primary.rgb(), line.rgb()},
	})
	p := charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputPNG, Width: chartWidth, Height: height, Font: charts.GetFont(sans), Theme: theme})
	text := charts.FontStyle{FontSize: chartText, FontColor: ink.rgb(), Font: charts.GetFont(sans)}
	category := charts.CategoryAxisOption{Labels: labels, LabelFontStyle: text}
	value := []charts.ValueAxisOption{{Min: charts.Ptr(0.0), LabelFontStyle: text, ValueFormatter: number, SplitLineShow: charts.Ptr(true)}}
	names := charts.LegendOption{SeriesNames: legend, FontStyle: text, Offset: charts.OffsetRight}
	padding := charts.NewBox(10, 10, 40, 10)
	if time && len(bars) > mostUp {
		o := charts.NewLineChartOptionWithData(values)
		o.Theme, o.XAxis, o.YAxis, o.Legend, o.Padding, o.ValueFormatter = theme, category, value, names, padding, number
		o.LineStrokeWidth = 3
		o.Symbol = charts.Symbol{Shape: charts.SymbolNone}
		err = p.LineChart(o)
	} else {
		o := charts.NewBarChartOptionWithData(values)
		o.Theme, o.CategoryAxis, o.ValueAxis, o.Legend, o.Padding, o.ValueFormatter = theme, category, value, names, padding, number
		o.Horizontal = !time
		err = p.BarChart(o)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("render: chart: %w", err)
	}
	png, err = p.Bytes()
	return png, height, err
}
