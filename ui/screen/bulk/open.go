package bulk

import (
	"context"
	"io"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	flow "indagor/ui/flow/bulk"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// open is the page of one list, by its state.
func (s *Screen) open(parts *widget.PageParts, st flow.State) {
	j := *st.Open
	back := widget.NewButton(s.t("bulk.back"), s.Flow.List)
	parts.Subtitle = j.Name + " · " + s.t("job.state."+string(j.State))
	parts.Actions = []fyne.CanvasObject{back}
	s.first = back
	button := func(key string, do func()) fyne.CanvasObject { return widget.NewButton(s.t(key), do) }
	remove := button("bulk.remove", func() {
		s.sure("bulk.remove", j.Name, s.Flow.Delete)
	})
	// What may be done with a list that was started needs a line of its own.
	results := func(more ...fyne.CanvasObject) {
		line := []fyne.CanvasObject{button("bulk.csv", func() { s.result("csv", false) }), button("bulk.xlsx", func() { s.result("xlsx", false) })}
		if j.Repeats != "" {
			line = append(line, button("bulk.changed", func() { s.result("csv", true) }))
		}
		parts.Filter = widget.Flow(theme.Space8, append(line, more...)...)
	}
	s.foot = widget.VBox(theme.Space12)
	if st.Copied { // nothing can be ordered
		if ended(j) {
			parts.Filter = widget.Flow(theme.Space8, button("bulk.csv", func() { s.result("csv", false) }))
		}
		parts.Body = s.framed()
		return
	}
	switch j.State {
	case app.JobUploading:
		parts.Actions = append(parts.Actions, remove)
		kB := func(n int64) string { return s.l.Number(int(n >> 10)) }
		parts.Body = widget.NewStatePane(widget.Failed(s.t("bulk.broken"), s.t("bulk.broken.text", "sent", kB(j.Received), "size", kB(j.Size)), s.t("bulk.broken.again"), s.choose))
		s.foot = nil
	case app.JobReading:
		parts.Body = widget.NewStatePane(widget.Loading(s.t("bulk.reading")))
		s.foot = nil
	case app.JobRejected:
		parts.Actions = append(parts.Actions, remove)
		parts.Primary = widget.NewPrimary(s.t("bulk.other"), theme.IconUpload, s.choose)
		parts.Body = s.foot
	case app.JobReady:
		parts.Actions = append(parts.Actions, remove)
		s.ready(parts, st)
	case app.JobRunning:
		parts.Actions = append(parts.Actions, button("bulk.stop", func() { s.sure("bulk.stop", j.Name, s.Flow.Stop) }))
		parts.Primary = widget.NewPrimary(s.t("bulk.pause"), theme.IconClock, s.Flow.Pause)
		s.bar = widget.NewProgress("", nil)
		parts.Body = s.framed()
	case app.JobPaused:
		results(button("bulk.stop", func() { s.sure("bulk.stop", j.Name, s.Flow.Stop) }))
		parts.Primary = widget.NewPrimary(s.t("bulk.resume"), theme.IconClock, s.Flow.Resume)
		parts.Body = s.framed()
	default:
		var more []fyne.CanvasObject
		if j.Counts.Outcomes[app.OutcomeFailed]+j.Counts.Outcomes[app.OutcomeWithdrawn] > 0 {
			more = append(more, button("bulk.retry", s.Flow.Retry))
		}
		results(append(more, remove)...)
		parts.Primary = widget.NewPrimary(s.t("bulk.repeat"), theme.IconHistory, s.Flow.Repeat)
		parts.Body = s.framed()
	}
}

// framed is the page of a list of which there are figures.
func (s *Screen) framed() fyne.CanvasObject {
	return widget.PanelIn(theme.Space8, widget.NewScroll(widget.Pad(theme.Space8, s.foot)))
}

// ended reports whether the list has a result that will not grow.
func ended(j wire.Job) bool { return j.State == app.JobDone || j.State == app.JobStopped }

// copied is what there is to know of a list of this machine.
func (s *Screen) copied(j wire.Job) []fyne.CanvasObject {
	text := s.t("bulk.copied.text")
	if ended(j) {
		text = s.t("bulk.copied.result")
	}
	return []fyne.CanvasObject{widget.NewNotice(widget.NoticeParts{Tone: theme.Information, Title: s.t("bulk.copied"), Text: text})}
}

// sure asks before what cannot be undone.
func (s *Screen) sure(key, name string, do func()) {
	widget.Confirm(s.Host.Window().Canvas(), widget.Confirmation{
		Title: s.t(key+".title", "name", name), Message: s.t(key + ".text"), Verb: s.t(key), Cancel: s.t("shell.cancel"), Danger: true,
		OnConfirm: func(string) { do() },
	})
}

func (s *Screen) result(format string, changed bool) {
	s.Download(func(ctx context.Context, to io.Writer, received func(int64)) (string, error) {
		return s.Flow.Result(ctx, format, s.l.Name(), changed, to, received)
	})
}
