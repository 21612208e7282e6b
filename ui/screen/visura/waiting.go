package visura

import (
	"slices"
	"time"

	"indagor/app/language"
	"indagor/sync/wire"
	flow "indagor/ui/flow/visura"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// strip is the list of the requests that wait for consent, above the form.
type strip struct {
	flow  *flow.Flow
	l     *language.Language
	shown []wire.VisuraSummary
	said  []string
}

func newStrip(f *flow.Flow, l *language.Language) *strip { return &strip{flow: f, l: l} }

// waits shows what waits above the form; nothing where nothing does.
func (s *form) waits(st flow.State) {
	x := s.strip
	now := x.flow.Now()
	said := make([]string, len(st.Waiting))
	for i, v := range st.Waiting {
		said[i] = x.says(v, now)
	}
	same := func(a, b wire.VisuraSummary) bool { return a.ID == b.ID }
	if slices.EqualFunc(x.shown, st.Waiting, same) && slices.Equal(x.said, said) {
		return
	}
	x.shown, x.said = st.Waiting, said
	if len(st.Waiting) == 0 {
		s.page.SetNotice(nil)
		return
	}
	n := len(st.Waiting)
	title := s.l.N("visura.waiting.count", n)
	if st.MoreWaiting {
		title = s.l.T("visura.waiting.many", "n", s.l.Number(n))
	}
	rows := widget.VBox(theme.Space8, widget.HBox(theme.Space8, widget.NewGlyphIn(theme.IconClock, theme.Information.Color()), widget.Expand(widget.NewHeading(title))))
	for i, v := range st.Waiting {
		what := widget.NewLabel(s.l.T("visura.waiting.item", "type", s.l.T("visura.type."+string(v.Type)), "subject", flow.SubjectText(s.l, v.Subject, v.SubjectName)))
		what.Truncate = true
		open := widget.NewButton(s.l.T("visura.waiting.open"), func() { x.flow.Look(v) })
		rows.Add(widget.HBox(theme.Space12, widget.Expand(widget.VBox(2, what, widget.NewSecondary(said[i]))), open))
	}
	s.page.SetNotice(widget.PanelIn(theme.Space12, rows))
}

func (x *strip) says(v wire.VisuraSummary, now time.Time) string {
	if v.Approval == nil {
		return ""
	}
	return x.l.Awaited(*v.Approval, now)
}
