package visura

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	flow "indagor/ui/flow/visura"
	"indagor/ui/screen"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// request is the page of a request: how it goes, then what came of it.
type request struct {
	host screen.Host
	flow *flow.Flow
	l    *language.Language

	page    *widget.Page
	bar     *fyne.Container // stack: the elapsed time with Cancel, or the buttons
	body    *fyne.Container // stack: the steps, or the answer
	pane    *fyne.Container // stack: request and evidence
	fresh   *widget.Button
	steps   *widget.Steps
	elapsed *widget.Label
	cancel  *widget.Button
	running *fyne.Container
	waiting fyne.CanvasObject
	open    *widget.Button
	save    *widget.Button

	shown shown
}

// shown is what the page has been built for, so that it is not built anew for
// every tick of the clock.
type shown struct {
	phase flow.Phase
	id    app.ID
	err   error
	done  bool
	name  string
	given app.ApprovalState
	back  bool // it is being withdrawn
}

func newRequest(host screen.Host, f *flow.Flow) *request {
	l := host.Language()
	r := &request{host: host, flow: f, l: l}
	r.fresh = widget.NewPrimary(l.T("visura.new"), theme.IconAdd, func() { f.New() })
	r.steps = widget.NewSteps("", nil)
	r.elapsed = widget.NewLabel("")
	r.cancel = widget.NewButtonWith(widget.ButtonSecondary, l.T("visura.cancel"), theme.IconClose, func() { f.Cancel() })
	r.running = widget.HBox(theme.Space12, widget.Expand(r.elapsed), r.cancel)
	r.waiting = Scroll(widget.Panel(widget.VBox(theme.Space12, widget.NewHeading(l.T("visura.running")), r.steps)))
	r.bar, r.body, r.pane = container.NewStack(), container.NewStack(), container.NewStack()
	r.page = widget.NewPage(widget.PageParts{
		Title: " ", Subtitle: " ", Primary: r.fresh,
		Filter: widget.Sized(0, theme.InputHeight, r.bar), Body: Beside(r.body, r.pane),
	})
	return r
}

// load shows the state of the flow.
func (r *request) load(st flow.State) {
	summary := r.flow.Summary()
	now := shown{phase: st.Phase, id: summary.ID, err: st.Err, done: st.Visura.State == app.VisuraDone, name: flow.DisplayName(summary)}
	if a := st.Visura.Approval; a != nil && st.Phase == flow.PhaseWaiting {
		now.given, now.back = a.State, st.Withdrawing
	}
	if now != r.shown {
		r.shown = now
		r.build(st, summary)
	}
	if st.Phase == flow.PhaseRunning {
		r.tick(st)
	}
}

// tick shows how the request goes.
func (r *request) tick(st flow.State) {
	text := r.l.T("visura.elapsed", "time", r.l.Duration(st.Elapsed))
	if st.Withdrawing {
		text = r.l.T("visura.cancelling") + " · " + text
	}
	r.elapsed.SetText(text)
	r.cancel.SetBusy(st.Withdrawing)
	var steps []widget.Step
	for _, x := range r.flow.Steps(r.l) {
		step := widget.Step{Text: x.Text, State: widget.StepDone, Word: r.l.T("step.state.done")}
		switch x.State {
		case "running":
			step.State, step.Word = widget.StepRunning, r.l.T("step.state.running")
		case "failed":
			step.State, step.Word = widget.StepFailed, r.l.T("step.state.failed")
		case "waiting":
			step.State, step.Word = widget.StepWaiting, r.l.T("visura.step.waiting")
		}
		if x.Elapsed > 0 {
			step.Elapsed = flow.Seconds(r.l, x.Elapsed)
		}
		steps = append(steps, step)
	}
	r.steps.SetSteps(steps...)
}

func (r *request) build(st flow.State, summary wire.VisuraSummary) {
	r.page.SetTitle(flow.SubjectText(r.l, summary.Subject, flow.DisplayName(summary)))
	r.page.SetSubtitle(r.l.T("visura.heading", "type", r.l.T("visura.type."+string(summary.Type)), "date", r.l.Day(summary.ReferenceDate)))
	v := st.Visura
	v.VisuraSummary = summary
	r.pane.Objects = []fyne.CanvasObject{Scroll(Evidence(r.host, v))}
	r.pane.Refresh()
	if st.Phase == flow.PhaseRunning {
		r.tick(st)
		r.bar.Objects = []fyne.CanvasObject{r.running}
		r.body.Objects = []fyne.CanvasObject{r.waiting}
		r.fresh.Hide()
	} else {
		verdict := r.flow.Verdict(r.l)
		r.bar.Objects = []fyne.CanvasObject{r.buttons(st)}
		r.body.Objects = []fyne.CanvasObject{Scroll(Answer(r.host, v, verdict, r.help(verdict)...))}
		r.fresh.Show()
	}
	r.bar.Refresh()
	r.body.Refresh()
	r.page.Refresh()
}

// help are the buttons of an end that is no card.
func (r *request) help(x flow.Verdict) []fyne.CanvasObject {
	var out []fyne.CanvasObject
	if x.Retry {
		out = append(out, widget.NewButtonWith(widget.ButtonSecondary, r.l.T("visura.retry"), theme.IconRefresh, func() { r.flow.Retry() }))
	}
	if x.Resume {
		out = append(out, widget.NewButtonWith(widget.ButtonSecondary, r.l.T("visura.resume"), theme.IconRefresh, func() { r.flow.Resume() }))
	}
	if x.Change {
		out = append(out, widget.NewButtonWith(widget.ButtonSecondary, r.l.T("visura.change"), theme.IconEdit, func() { r.flow.Back() }))
	}
	return out
}

func (r *request) buttons(st flow.State) fyne.CanvasObject {
	row := widget.HBox(theme.Space8)
	r.open, r.save = nil, nil
	if st.Phase == flow.PhaseWaiting {
		withdraw := widget.NewButtonWith(widget.ButtonSecondary, r.l.T("visura.waiting.withdraw"), theme.IconClose, func() { r.flow.Cancel() })
		withdraw.SetBusy(st.Withdrawing)
		row.Add(withdraw)
		return row
	}
	if st.Err == nil && st.Visura.ID != "" {
		r.open = widget.NewButtonWith(widget.ButtonSecondary, r.l.T("visura.pdf"), theme.IconDocument, r.openDocument)
		r.save = SaveButton(r.l, r.saveDocument)
		row.Objects = append(row.Objects, r.open, r.save,
			widget.NewButtonWith(widget.ButtonSecondary, r.l.T("visura.copy"), theme.IconCopy, func() { Copy(r.host, st.Visura) }))
	}
	row.Add(widget.NewButtonWith(widget.ButtonSecondary, r.l.T("visura.same"), theme.IconPerson, func() { r.flow.Same() }))
	return row
}

// Copy puts the whole visura into the clipboard, as text.
func Copy(host screen.Host, v wire.Visura) {
	fyne.CurrentApp().Clipboard().SetContent(flow.Text(host.Language(), v))
	host.Toast(host.Language().T("visura.copied.all"))
}

// SaveButton offers to save the document of a visura, in the format chosen.
func SaveButton(l *language.Language, save func(format string)) *widget.Button {
	return widget.NewMenuButton(l.T("visura.save"), theme.IconSave, []widget.Choice{{ID: FormatPDF, Text: l.T("visura.save.pdf")}, {ID: formatXLSX, Text: l.T("visura.save.xlsx")}}, save)
}

// The formats of a document.
const (
	FormatPDF  = "pdf"
	formatXLSX = "xlsx"
)

func (r *request) openDocument() { r.document(r.open, FormatPDF, r.host.OpenDocument) }
func (r *request) saveDocument(format string) {
	r.document(r.save, format, func(name string, content []byte) { r.host.SaveDocument(name, content, nil) })
}

func (r *request) document(b *widget.Button, format string, then func(string, []byte)) {
	if b == nil || b.Busy() {
		return
	}
	b.SetBusy(true)
	r.flow.Document(format, r.l.Name(), func(name string, content []byte) {
		fyne.Do(func() { b.SetBusy(false) })
		if content != nil {
			then(name, content)
		}
	})
}
