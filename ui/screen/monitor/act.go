package monitor

import (
	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	flow "indagor/ui/flow/monitor"
	"indagor/ui/screen"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Act is an administrative act in words, for the page of what it is about: what
// was done, when, by whom, and every value before and after.
func Act(host screen.Host, names map[app.ID]string, item wire.HistoryItem) fyne.CanvasObject {
	l := host.Language()
	s := &Screen{host: host, l: l, words: words{l: l, names: names}}
	r := flow.FromHistory(item)
	who := l.Moment(r.At) + " · " + s.words.who(r)
	if reason := s.words.reason(r); reason != "" {
		who += " · " + reason
	}
	what := widget.NewHeading(s.words.what(r))
	what.Truncate, what.Wrap = false, true
	line := widget.NewText(who)
	line.Role = theme.ColorQuiet
	body := []fyne.CanvasObject{what, line}
	if len(r.Changes()) > 0 {
		body = append(body, s.changes(r))
	}
	return widget.VBox(theme.Space4, body...)
}
