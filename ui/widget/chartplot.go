package widget

import (
	"math"

	"fyne.io/fyne/v2"
)

// chartPlot is where the values of a chart stand within its area.
type chartPlot struct {
	kind  ChartKind
	at    fyne.Position // of the area in which the values are drawn
	size  fyne.Size
	top   int     // the value at the end of the axis
	step  float32 // from one category to the next
	thick float32 // of a column or bar
}

// The measures of a chart.
const (
	barStep       float32 = 28  // from one lying bar to the next
	barThick      float32 = 16  // of a lying bar
	columnMost    float32 = 48  // of an upright column
	chartHeight   float32 = 220 // of an upright chart, at the least
	chartTickGap  float32 = 46  // between the lines of the value axis, about
	chartTickWide float32 = 96  // the same where they stand upright
)

// ticks are round values from 0 on that divide an axis as long as to hold most
// into about n parts; the last is the end of the axis. They are whole, and
// there are at least two.
func ticks(most, n int) []int {
	n = max(n, 1)
	step := niceStep(float64(most) / float64(n))
	list := []int{0}
	for at := step; ; at += step {
		list = append(list, at)
		if at >= most {
			return list
		}
	}
}

// niceStep is the least of 1, 2, 5, 10, 20, 50… that is no less than rough.
func niceStep(rough float64) int {
	if rough <= 1 {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(rough)))
	for _, m := range []float64{1, 2, 5} {
		if m*power >= rough {
			return int(m * power)
		}
	}
	return int(10 * power)
}

// every is how many labels must be passed over from one that is written to the
// next, so that each has the room it needs.
func every(need, step float32) int {
	if step <= 0 {
		return 1
	}
	return max(int(math.Ceil(float64(need/step))), 1)
}

// length is how far a value reaches.
func (p chartPlot) length(value int) float32 {
	if p.top == 0 {
		return 0
	}
	room := p.size.Height
	if p.kind == ChartBars {
		room = p.size.Width
	}
	return room * float32(value) / float32(p.top)
}

// box is where a value is drawn. One that is not 0 is never less than a pixel
// long.
func (p chartPlot) box(d ChartData, at chartPoint) (fyne.Position, fyne.Size) {
	below := 0
	for s := range at.series {
		below += d.value(at.category, s)
	}
	value := d.value(at.category, at.series)
	from, to := p.length(below), p.length(below+value)
	if value > 0 && to-from < 1 {
		to = from + 1
	}
	across := float32(at.category)*p.step + (p.step-p.thick)/2
	if p.kind == ChartBars {
		return p.at.AddXY(from, across), fyne.NewSize(to-from, p.thick)
	}
	return p.at.AddXY(across, p.size.Height-to), fyne.NewSize(p.thick, to-from)
}

// find is the value at a place: in its own box, or the nearest of its category.
func (p chartPlot) find(d ChartData, at fyne.Position) (chartPoint, bool) {
	x, y := at.X-p.at.X, at.Y-p.at.Y
	along, across := p.size.Height-y, x
	if p.kind == ChartBars {
		along, across = x, y
	}
	if p.step <= 0 || x < 0 || y < 0 || x > p.size.Width || y > p.size.Height {
		return chartPoint{}, false
	}
	found := chartPoint{category: int(across / p.step)}
	if found.category >= len(d.Categories) || d.sum(found.category) == 0 && len(d.Series) == 0 {
		return chartPoint{}, false
	}
	sum := 0
	for s := range d.Series {
		v := d.value(found.category, s)
		if v > 0 {
			found.series = s
		}
		if sum += v; along <= p.length(sum) && v > 0 {
			break
		}
	}
	return found, true
}
