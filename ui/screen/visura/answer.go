package visura

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	flow "indagor/ui/flow/visura"
	"indagor/ui/screen"
	"indagor/ui/theme"
	"indagor/ui/widget"

	"indagor/sync/wire"
)

// Tone is how the weight of an end is drawn.
func Tone(w flow.Weight) theme.Tone {
	switch w {
	case flow.WeightGood:
		return theme.Success
	case flow.WeightPlain:
		return theme.Information
	case flow.WeightNotable:
		return theme.Warning
	case flow.WeightGrave:
		return theme.Danger
	}
	return theme.Quiet
}

// Icon is the icon that goes with the weight.
func Icon(w flow.Weight) theme.IconName {
	if w == flow.WeightQuiet {
		return theme.IconBlock
	}
	return Tone(w).Icon()
}

// Answer shows what came of a visura: the answer first and large, then the
// rest in groups; where there is none, what happened in words, with the
// buttons that help.
func Answer(host screen.Host, v wire.Visura, verdict flow.Verdict, help ...fyne.CanvasObject) *fyne.Container {
	l := host.Language()
	column := widget.VBox(theme.Space12)
	card, ok := flow.CardOf(l, v)
	if !ok || verdict.Weight != flow.WeightGood {
		column.Add(verdictPanel(host, verdict, help...))
	}
	if !ok {
		return column
	}
	if card.Deceased {
		column.Add(widget.NewNotice(widget.NoticeParts{Tone: theme.Warning, Title: l.T("card.deceased"), Text: l.T("card.deceased.text")}))
	}
	if len(card.Missing) > 0 {
		column.Add(widget.NewNotice(widget.NoticeParts{Tone: theme.Warning, Title: l.T("card.missing"), Text: strings.Join(card.Missing, "\n")}))
	}
	for _, r := range card.Answer {
		column.Add(answerPanel(host, r))
	}
	if len(card.Warnings) > 0 {
		column.Add(widget.NewNotice(widget.NoticeParts{Tone: theme.Information, Title: l.T("card.warnings"), Text: strings.Join(card.Warnings, "\n")}))
	}
	groups := columns(340)
	if card.Members {
		groups = widget.VBox(theme.Space12)
	}
	for _, b := range card.Blocks {
		groups.Add(blockPanel(host, b))
	}
	column.Add(groups)
	return column
}

// answerPanel is what decides the case.
func answerPanel(host screen.Host, r flow.Row) fyne.CanvasObject {
	l := host.Language()
	label := widget.NewSecondary(r.Label)
	value := widget.NewNumber(r.Value)
	value.Wrap, value.Monospace = true, r.Code
	if r.Value == "" {
		value.Text = l.T("card.empty")
	}
	copied := widget.NewIconButton(l.T("visura.answer.copy"), theme.IconCopy, func() {
		fyne.CurrentApp().Clipboard().SetContent(r.Value)
		host.Toast(l.T("visura.copied", "what", r.Label))
	})
	return widget.Panel(widget.VBox(theme.Space4, label, widget.HBoxTop(theme.Space8, widget.Expand(value), copied)))
}

func blockPanel(host screen.Host, b flow.Block) fyne.CanvasObject {
	title := b.Title
	if b.Number > 0 {
		title = strconv.Itoa(b.Number) + ". " + title
	}
	heading := widget.NewHeading(title)
	heading.Truncate, heading.Wrap = false, true
	top := widget.VBox(2, heading)
	if b.Note != "" {
		top.Add(widget.NewSecondary(b.Note))
	}
	if b.Deceased && b.Number > 0 {
		top.Add(widget.NewStatusDot(theme.Warning, host.Language().T("visura.deceased")))
	}
	body := fyne.CanvasObject(rows(host, b.Title, b.Rows))
	if half := (len(b.Rows) + 1) / 2; b.Number > 0 && half > 1 {
		body = halves(body, widget.Grid(280, theme.Space12, rows(host, b.Title, b.Rows[:half]), rows(host, b.Title, b.Rows[half:])))
	}
	all := widget.VBox(theme.Space8, top, body)
	if b.Person != "" {
		all.Add(widget.HBox(0, widget.NewButtonWith(widget.ButtonQuiet, host.Language().T("visura.member"), theme.IconPerson, func() {
			host.Go(screen.Visure, b.Person)
		}), widget.Spacer()))
	}
	return widget.PanelIn(theme.Space12, all)
}

// rows shows values of which a click copies one.
func rows(host screen.Host, name string, rs []flow.Row) *widget.Fields {
	group := widget.FieldGroup{}
	for _, r := range rs {
		group.Fields = append(group.Fields, widget.Field{Label: r.Label, Value: r.Value, Monospace: r.Code})
	}
	f := widget.NewFields(name, group)
	f.OnCopy = func(x widget.Field) { host.Toast(host.Language().T("visura.copied", "what", x.Label)) }
	return f
}

// verdictPanel is the calm page of an end that is no card.
func verdictPanel(host screen.Host, x flow.Verdict, help ...fyne.CanvasObject) fyne.CanvasObject {
	l := host.Language()
	what := widget.NewHeading(x.What)
	what.Truncate, what.Wrap = false, true
	column := widget.VBox(theme.Space8, what)
	for _, m := range x.Means {
		column.Add(widget.NewText(m))
	}
	if x.Reference != "" {
		column.Add(widget.VBox(2, widget.NewSecondary(l.T("visura.reference")),
			widget.HBox(theme.Space4, widget.NewCode(x.Reference), widget.NewIconButton(l.T("visura.reference.copy"), theme.IconCopy, func() {
				fyne.CurrentApp().Clipboard().SetContent(x.Reference)
				host.Toast(l.T("visura.copied", "what", l.T("visura.reference")))
			}))))
	}
	if len(help) > 0 {
		column.Add(widget.PadXY(0, theme.Space4, widget.Flow(theme.Space8, help...)))
	}
	icon := widget.NewGlyphIn(Icon(x.Weight), Tone(x.Weight).Color())
	icon.Side = 24
	return widget.Panel(widget.HBoxTop(theme.Space12, icon, widget.Expand(column)))
}

// Evidence shows what was asked and what proves that it was.
func Evidence(host screen.Host, v wire.Visura) *fyne.Container {
	l := host.Language()
	column := widget.VBox(theme.Space8, widget.NewHeading(l.T("document.request")), rows(host, l.T("document.request"), flow.Requested(l, v.VisuraSummary)))
	if e := flow.EvidenceRows(l, v); len(e) > 0 {
		column.Add(widget.PadXY(0, theme.Space4, widget.NewRule()))
		column.Add(widget.NewHeading(l.T("document.evidence")))
		column.Add(rows(host, l.T("document.evidence"), e))
	}
	return column
}
