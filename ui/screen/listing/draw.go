package listing

import (
	"reflect"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/ui/flow/list"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// refresh shows the state of the flow, after the screen has taken it in.
func (p *Page[Q, R, D]) refresh() {
	if p.parts.Draw != nil {
		p.parts.Draw(p.flow.State())
	}
	p.draw()
}

func (p *Page[Q, R, D]) draw() {
	st := p.flow.State()
	moved := p.filter.follow(st.Filter, st.Errors)
	p.list(st)
	p.subtitle(st)
	p.tell()
	p.detail(st)
	p.renew = false
	if p.foot.show(st.Reading && st.Loaded, st.Rest != nil, p.ordered(st), p.acts(st)) || moved {
		p.page.Refresh()
	}
	if p.wants && len(st.Rows) > 0 && !p.taken {
		p.wants = false
		p.Focus()
	}
}

func (p *Page[Q, R, D]) subtitle(st list.State[Q, R, D]) {
	text := p.parts.Subtitle
	count := ""
	n := len(st.Rows)
	switch {
	case st.Loading && st.Loaded:
		text = p.l.T("list.updating")
	case st.More && st.Total > n && p.parts.Words.Count != nil:
		count = p.parts.Words.Count(st.Total)
	case st.More && p.parts.Words.First != nil:
		count = p.parts.Words.First(n)
	case n > 0 && p.parts.Words.Count != nil:
		count = p.parts.Words.Count(n)
	}
	if text != "" && count != "" {
		text += " · "
	}
	p.page.SetSubtitle(text + count)
}

// words gives the text, or the general one.
func (p *Page[Q, R, D]) words(text, key string) string {
	if text == "" {
		return p.l.T(key)
	}
	return text
}

// state is what is said in the place of the rows.
func (p *Page[Q, R, D]) state(st list.State[Q, R, D]) widget.State {
	w := p.parts.Words
	switch {
	case len(st.Rows) > 0:
		return widget.Ready()
	case st.Err != nil && st.Away:
		return widget.Failed(p.l.T("list.away"), p.words(w.Away, "list.away.text"), p.l.T("list.again"), p.Reload)
	case st.Err != nil:
		e := p.l.Error(st.Err)
		more := strings.TrimSpace(p.l.T("list.failed.text") + " " + e.Means + " " + e.Who)
		if st.Ref != "" {
			more += "\n" + p.l.T("shell.reference") + ": " + st.Ref
		}
		return widget.Failed(e.What, more, p.l.T("list.again"), p.Reload)
	case !st.Loaded:
		return widget.Loading(p.words(w.Loading, "list.loading"))
	case st.Filtered():
		return widget.Empty(p.words(w.Filtered, "list.none_filtered"), p.l.T("list.clear"), p.Clear)
	}
	return widget.Empty(p.words(w.Empty, "list.none"), w.EmptyAction, w.OnEmpty)
}

func (p *Page[Q, R, D]) list(st list.State[Q, R, D]) {
	if now := p.state(st); now.Kind != widget.StateReady || p.table.State().Kind != widget.StateReady {
		p.table.SetState(now)
	}
	same := len(st.Rows) == len(p.rows) && (len(p.rows) == 0 || &st.Rows[0] == &p.rows[0])
	if same && !p.renew {
		p.point(st)
		return
	}
	p.rows = st.Rows
	p.arrange(st)
	rows := paged[R]{p.sorted, p.flow.More}
	if p.of == st.Filter {
		p.table.UpdateRows(rows)
		p.point(st)
	} else {
		p.of = st.Filter
		p.table.SetRows(rows)
		p.point(st)
		if i := p.table.Selected(); i >= 0 {
			p.table.ScrollTo(i)
		}
	}
	if len(st.Marked) > 0 || len(p.table.Marked()) > 0 {
		p.table.SetMarked(p.places(st)...)
	}
}

// point shows which row is selected.
func (p *Page[Q, R, D]) point(st list.State[Q, R, D]) {
	if r, ok := p.table.SelectedRow(); ok && st.Selected != "" && p.flow.ID(r) == st.Selected {
		return
	}
	at := -1
	if st.Selected != "" {
		at = slices.IndexFunc(p.sorted, func(r R) bool { return p.flow.ID(r) == st.Selected })
	}
	p.table.SetSelected(at)
}

func (p *Page[Q, R, D]) places(st list.State[Q, R, D]) []int {
	var at []int
	for i, r := range p.sorted {
		if st.Marked[p.flow.ID(r)] {
			at = append(at, i)
		}
	}
	return at
}

// mark marks exactly these rows.
func (p *Page[Q, R, D]) mark(rows []R) {
	ids := make([]app.ID, 0, len(rows))
	for _, r := range rows {
		ids = append(ids, p.flow.ID(r))
	}
	if len(ids) == 0 {
		p.table.SetMarked()
	}
	p.flow.Mark(ids...)
}

// tell shows the notice above the rows, if anything is to be said: that the
// list is being saved, that its rows are old.
func (p *Page[Q, R, D]) tell() {
	st := p.flow.State()
	what, title, text := "", "", ""
	if p.own != nil {
		what = "own"
	}
	switch {
	case len(st.Rows) > 0 && st.Err != nil:
		what, title, text = "old", p.l.T("list.away"), p.l.T("list.old")
		if !st.Away {
			title = p.l.Error(st.Err).What
		}
	case st.Cached:
		what, title, text = "cached", p.l.T("list.cached"), p.words(p.parts.Words.Cached, "list.cached.text")
	}
	if what+title == p.notice {
		return
	}
	p.notice = what + title
	switch what {
	case "":
		p.page.SetNotice(nil)
	case "own":
		p.page.SetNotice(p.own)
	default:
		p.page.SetNotice(widget.NewNotice(widget.NoticeParts{
			Tone: theme.Warning, Title: title, Text: text, Action: p.l.T("list.again"), OnAction: p.Reload,
		}))
	}
	p.page.Refresh() // the notice knows its lines only after it was laid out once
}

// detail builds the pane when what is selected has changed.
func (p *Page[Q, R, D]) detail(st list.State[Q, R, D]) {
	if p.taken || p.parts.Detail == nil {
		return
	}
	if st.Selected == "" {
		if p.pane.is {
			p.pane = drawn[Q, R]{}
			p.page.SetDetail(nil)
			p.page.Refresh()
		}
		return
	}
	row, _ := st.Row()
	now := drawn[Q, R]{true, st.Selected, st.Filter, st.DetailNumber, row, st.DetailLoading}
	if !p.renew && reflect.DeepEqual(now, p.pane) {
		return
	}
	p.pane = now
	p.page.SetDetail(Pane(p.content(row, st)))
	p.page.Refresh()
}

func (p *Page[Q, R, D]) content(row R, st list.State[Q, R, D]) fyne.CanvasObject {
	d := p.parts.Detail(row, st)
	title := widget.NewHeading(d.Title)
	title.Truncate, title.Wrap = false, true
	head := widget.VBox(theme.Space4, title)
	if d.Status != "" {
		head.Add(widget.NewStatusDot(d.Tone, d.Status))
	}
	shut := widget.NewIconButton(p.l.T("list.close"), theme.IconClose, p.Close)
	body := d.Body
	switch {
	case st.DetailErr != nil:
		body = p.broken(row, st)
	case st.DetailLoading && !p.parts.Early:
		body = []fyne.CanvasObject{widget.NewStatePane(widget.Loading(p.words(p.parts.Words.Reading, "list.loading")))}
	}
	return widget.VBox(theme.Space16, append([]fyne.CanvasObject{widget.HBoxTop(theme.Space8, widget.Expand(head), shut)}, body...)...)
}

func (p *Page[Q, R, D]) broken(row R, st list.State[Q, R, D]) []fyne.CanvasObject {
	if p.parts.Broken != nil {
		if body := p.parts.Broken(row, st); body != nil {
			return body
		}
	}
	parts := widget.ErrorParts{
		Reference: st.DetailRef, ReferenceLabel: p.l.T("shell.reference"), CopyText: p.l.T("shell.copy"),
		OnCopied: func() { p.parts.Host.Toast(p.l.T("shell.copied", "what", p.l.T("shell.reference"))) },
		Retry:    p.l.T("list.again"), OnRetry: func() { p.flow.Select(st.Selected) },
	}
	if st.DetailAway {
		parts.What, parts.Means = p.l.T("list.away"), p.l.T("list.detail.away")
	} else {
		e := p.l.Error(st.DetailErr)
		parts.What, parts.Means, parts.Who = e.What, e.Means, e.Who
	}
	return []fyne.CanvasObject{widget.NewErrorPanel(parts)}
}

// acts are those on the marked rows, with their number.
func (p *Page[Q, R, D]) acts(st list.State[Q, R, D]) *acts[R] {
	if len(st.Marked) == 0 {
		return nil
	}
	return &acts[R]{st.MarkedRows(), p.parts.Acts}
}
