package widget

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
)

func TestTicks(t *testing.T) {
	for _, tc := range []struct {
		most, n int
		want    []int
	}{
		{1, 4, []int{0, 1}},
		{3, 4, []int{0, 1, 2, 3}},
		{7, 4, []int{0, 2, 4, 6, 8}},
		{10, 5, []int{0, 2, 4, 6, 8, 10}},
		{4812, 4, []int{0, 2000, 4000, 6000}},
		{15000, 4, []int{0, 5000, 10000, 15000}},
		{99, 0, []int{0, 100}},
	} {
		if got := ticks(tc.most, tc.n); !slices.Equal(got, tc.want) {
			t.Errorf("ticks(%d, %d) = %v, want %v", tc.most, tc.n, got, tc.want)
		}
	}
}

// Ticks are round, begin at 0, end at or above what they must hold, and are not
// many more than asked for.
func FuzzTicks(f *testing.F) {
	f.Add(1, 1)
	f.Add(5_000_000, 5)
	f.Fuzz(func(t *testing.T, most, n int) {
		most, n = min(max(most, 1), 1<<40), min(max(n, 1), 50)
		got := ticks(most, n)
		if got[0] != 0 || got[len(got)-1] < most || len(got) > n+2 || len(got) < 2 {
			t.Fatalf("ticks(%d, %d) = %v", most, n, got)
		}
		if got[len(got)-2] >= most {
			t.Fatalf("ticks(%d, %d) = %v: the last is not needed", most, n, got)
		}
	})
}

// What is found at the middle of a value's box is the value.
func TestChartFindsItsBoxes(t *testing.T) {
	d := ChartData{
		Categories: []string{"a", "b", "c"},
		Series:     []ChartSeries{{Name: "x", Values: []int{3, 0, 10}}, {Name: "y", Values: []int{5, 7}}},
	}
	for _, kind := range []ChartKind{ChartColumns, ChartBars} {
		d.Kind = kind
		p := chartPlot{kind: kind, at: fyne.NewPos(40, 20), size: fyne.NewSize(300, 300), top: 10, step: 100, thick: 40}
		for category := range d.Categories {
			for series := range d.Series {
				want := chartPoint{category, series}
				if d.value(category, series) == 0 {
					continue
				}
				at, size := p.box(d, want)
				if at.X < p.at.X || at.Y < p.at.Y-0.01 || at.X+size.Width > p.at.X+p.size.Width+0.01 || at.Y+size.Height > p.at.Y+p.size.Height+0.01 {
					t.Errorf("%v lies at %v, %v: outside", want, at, size)
				}
				if got, ok := p.find(d, at.AddXY(size.Width/2, size.Height/2)); !ok || got != want {
					t.Errorf("kind %d: found %v, want %v", kind, got, want)
				}
			}
		}
		for _, at := range []fyne.Position{{X: 10, Y: 100}, {X: 100, Y: 5}, {X: 400, Y: 100}, {X: 100, Y: 400}} {
			if got, ok := p.find(d, at); ok {
				t.Errorf("found %v at %v", got, at)
			}
		}
	}
}
