package listing

import (
	"strings"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	"indagor/ui/flow/list"
	"indagor/ui/screen"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Parts say what a page of a list is. Place, Host, Flow, Title, Columns and
// Words are needed.
type Parts[Q comparable, R, D any] struct {
	Place    screen.Place
	Host     screen.Host
	Flow     *list.Flow[Q, R, D]
	Title    string
	Subtitle string
	// Name says to assistive technology what the rows are; "": the title.
	Name    string
	Words   Words
	Columns []widget.Column[R]
	// Head stands between title and filter lines, such as ways to what belongs
	// to the same; nil: nothing does.
	Head fyne.CanvasObject
	// Filter are the lines of inputs that narrow the list, from top to bottom.
	Filter [][]Control[Q]
	// Above stands between the filter lines and the rows; nil: nothing does.
	Above fyne.CanvasObject
	// Search puts a button beside the inputs, for those that Enter applies.
	Search  string
	Actions []fyne.CanvasObject // beside the title; "Aggiorna" is there by itself
	Primary *widget.Button
	// Detail is what stands beside the rows; nil: nothing does. row is zero
	// where the selected one is not listed; the detail of the state is there
	// only if it is ready.
	Detail func(row R, st list.State[Q, R, D]) Detail
	// OnReload is told, from any goroutine, that the list is read again.
	OnReload func()
	// Early shows the detail from the row alone while the rest is on its way.
	Early bool
	// Broken is the body of a detail that could not be had; nil: the error.
	Broken func(row R, st list.State[Q, R, D]) []fyne.CanvasObject
	// OnOpen is called for Enter and double click, after the row is selected.
	OnOpen func(row R)
	// Multiple lets rows be marked; Acts are what can then be done with them,
	// below the list, and has rows marked by itself.
	Multiple bool
	Acts     func(marked []R) []fyne.CanvasObject
	// Export are the formats in which the list can be saved, and OnExport saves
	// what the filter in force lists, usually with screen.Downloader; none: it
	// cannot be saved.
	Export   []widget.Choice
	OnExport func(format string, filter Q)
	// CSV names the file into which the desktop itself saves what the filter in
	// force lists, as the columns show it, where the server makes no file of the
	// list; "": it cannot be saved so.
	CSV string
	// Rows gives the keyboard to the rows when the page comes into view, and
	// so selects the first; else the first input has it.
	Rows bool
	// Open reads the list when the page comes into view; nil: Flow.Open.
	Open func()
	// Draw is called before the state is drawn.
	Draw func(st list.State[Q, R, D])
	// Key handles what the page's own keys do not; nil: nothing.
	Key func(name fyne.KeyName, modifier fyne.KeyModifier) bool
	Do  func(func()) // runs on the window's goroutine; nil: fyne.Do
}

// Detail is what stands beside the rows.
type Detail struct {
	Title  string
	Status string // below the title, with its tone; "": nothing
	Tone   theme.Tone
	Body   []fyne.CanvasObject
}

// Page is the page of a list. It is a screen.Screen; its methods must be called
// on the window's goroutine.
type Page[Q comparable, R, D any] struct {
	parts Parts[Q, R, D]
	l     *language.Language
	flow  *list.Flow[Q, R, D]

	page   *widget.Page
	table  *widget.Table[R]
	filter *filter[Q]
	foot   *foot

	shown  bool
	wants  bool // the rows are to have the keyboard as soon as they are there
	rows   []R  // as drawn
	sorted []R  // the same in the order of the table; nil: as they come
	of     Q    // the filter that rows are drawn for
	renew  bool
	pane   drawn[Q, R]
	leave  func()            // of what occupies the pane; nil: the detail stands there
	taken  bool              // something occupies the pane
	notice string            // what the notice says
	own    fyne.CanvasObject // the notice of the screen; nil: none
}

// drawn is what the pane has been built for.
type drawn[Q, R any] struct {
	is      bool
	id      app.ID
	filter  Q
	number  int
	row     R
	loading bool
}

var _ screen.Screen = (*Page[struct{}, int, int])(nil)

// New builds the page and draws what the flow knows.
func New[Q comparable, R, D any](parts Parts[Q, R, D]) *Page[Q, R, D] {
	if parts.Do == nil {
		parts.Do = fyne.Do
	}
	if parts.Name == "" {
		parts.Name = parts.Title
	}
	if parts.Open == nil {
		parts.Open = parts.Flow.Open
	}
	if parts.CSV != "" {
		parts.Export = []widget.Choice{{ID: "csv", Text: parts.Host.Language().T("list.export.csv")}}
	}
	p := &Page[Q, R, D]{parts: parts, flow: parts.Flow, l: parts.Host.Language()}
	p.filter = newFilter(p.l, parts.Search, parts.Filter, p.ask, p.Clear, p.draw)
	p.table = p.newTable()
	p.foot = newFoot(p.l, p.flow.Resume, func() { p.mark(nil) })
	actions := append([]fyne.CanvasObject{}, parts.Actions...)
	if len(parts.Export) > 0 {
		actions = append(actions, widget.NewMenuButton(p.l.T("list.export"), theme.IconDownload, parts.Export, func(format string) {
			if filter := p.flow.State().Filter; parts.CSV != "" {
				p.save(filter)
			} else {
				parts.OnExport(format, filter)
			}
		}))
	}
	actions = append(actions, widget.NewButtonWith(widget.ButtonSecondary, p.l.T("list.refresh"), theme.IconRefresh, p.Reload))
	set := widget.PageParts{
		Title: parts.Title, Subtitle: parts.Subtitle, Actions: actions, Primary: parts.Primary,
		Body: widget.Frame(parts.Above, nil, p.table, nil, p.foot.all),
	}
	switch {
	case p.filter.line == nil:
		set.Filter = parts.Head
	case parts.Head == nil:
		set.Filter = p.filter.line
	default:
		set.Filter = widget.VBox(theme.Space12, parts.Head, p.filter.line)
	}
	p.page = widget.NewPage(set)
	p.flow.Watch(func() { parts.Do(p.refresh) }, func(err error) {
		if p.flow.State().Rest == nil { // else the foot tells it
			parts.Host.Fail(err)
		}
	})
	p.draw()
	return p
}

func (p *Page[Q, R, D]) newTable() *widget.Table[R] {
	t := widget.NewTable(p.parts.Name, p.parts.Columns...)
	t.Multiple = p.parts.Multiple || p.parts.Acts != nil
	t.OnSelect = func(_ int, r R) { p.look(r) }
	t.OnOpen = func(_ int, r R) {
		p.look(r)
		if p.parts.OnOpen != nil {
			p.parts.OnOpen(r)
		}
	}
	t.OnMark = func() { p.mark(t.MarkedRows()) }
	t.OnSort = func(string, bool) { p.sort() }
	t.OnCopied = func(text string) { p.parts.Host.Toast(p.l.N("list.copied.rows", strings.Count(text, "\n")+1)) }
	if k, ok := p.parts.Host.(Keeper); ok {
		t.SetWidths(k.Widths(p.parts.Place))
		t.OnWidths = func(w map[string]float32) { k.KeepWidths(p.parts.Place, w) }
	}
	return t
}

// Keeper is what a host may also be: it remembers for each person how wide the
// columns of a page are.
type Keeper interface {
	// Widths are those kept, by column; nil where there are none.
	Widths(p screen.Place) map[string]float32
	KeepWidths(p screen.Place, widths map[string]float32)
}

// Object implements screen.Screen.
func (p *Page[Q, R, D]) Object() fyne.CanvasObject { return p.page }

// Table is the list itself.
func (p *Page[Q, R, D]) Table() *widget.Table[R] { return p.table }

// Shown implements screen.Screen.
func (p *Page[Q, R, D]) Shown() {
	p.shown, p.wants = true, p.parts.Rows && !p.taken
	p.parts.Open()
	p.filter.show(p.flow.State().Filter)
	if !p.parts.Rows {
		p.filter.first()
	}
}

// Hidden implements screen.Screen.
func (p *Page[Q, R, D]) Hidden() { p.shown, p.wants = false, false }

// Refresh reads what is shown again, without a word, if the page is in view and
// nothing is being written on it; the shell calls it now and then.
func (p *Page[Q, R, D]) Refresh() {
	if p.shown && !p.taken {
		p.flow.Refresh()
	}
}

// Reload reads the list again.
func (p *Page[Q, R, D]) Reload() {
	p.flow.Reload()
	if p.parts.OnReload != nil {
		p.parts.OnReload()
	}
}

// Key implements screen.Screen: Ctrl+F goes to the filters, F5 reads again, Esc
// leaves what occupies the pane, then closes the detail, then clears the
// filters.
func (p *Page[Q, R, D]) Key(name fyne.KeyName, modifier fyne.KeyModifier) bool {
	st := p.flow.State()
	switch {
	case modifier == fyne.KeyModifierControl && name == fyne.KeyF && p.filter.line != nil:
		p.filter.first()
	case modifier == 0 && name == fyne.KeyF5:
		p.Reload()
	case modifier == 0 && name == fyne.KeyEscape && p.taken:
		if p.leave == nil {
			return false
		}
		p.leave()
	case modifier == 0 && name == fyne.KeyEscape && st.Selected != "":
		p.Close()
	case modifier == 0 && name == fyne.KeyEscape && len(st.Marked) > 0:
		p.mark(nil)
	case modifier == 0 && name == fyne.KeyEscape && st.Filtered():
		p.Clear()
	default:
		return p.parts.Key != nil && p.parts.Key(name, modifier)
	}
	return true
}

// Close closes the detail. The keyboard goes where it was when the page came
// into view: to the rows, or to the first input.
func (p *Page[Q, R, D]) Close() {
	p.table.SetSelected(-1)
	p.flow.Select("")
	if p.parts.Rows || !p.filter.first() {
		p.table.Rest()
	}
}

// SetSubtitle changes what is said below the title, before the count.
func (p *Page[Q, R, D]) SetSubtitle(text string) {
	if p.parts.Subtitle != text {
		p.parts.Subtitle = text
		p.subtitle(p.flow.State())
	}
}

// SetNotice shows something above the filters while the list itself has nothing
// to tell; nil takes it away.
func (p *Page[Q, R, D]) SetNotice(o fyne.CanvasObject) {
	if p.own != o {
		p.own, p.notice = o, "?"
		p.tell()
	}
}

// Focus gives the keyboard to the rows.
func (p *Page[Q, R, D]) Focus() {
	if w := p.parts.Host.Window(); w != nil {
		// The canvas is asked: a table that was never drawn knows none.
		w.Canvas().Focus(p.table.Focusable())
		return
	}
	p.table.Focus()
}

// Search lists by a filter that came from elsewhere, and shows it.
func (p *Page[Q, R, D]) Search(q Q) {
	p.filter.show(q)
	p.flow.Search(q)
}

// Clear takes all filters away.
func (p *Page[Q, R, D]) Clear() {
	var none Q
	p.Search(none)
}

// ask lists by what the inputs say. Inputs that say the same as before ask
// again only if they were told to.
func (p *Page[Q, R, D]) ask(again bool) {
	st := p.flow.State()
	q := p.filter.now(st.Filter)
	if again || q != st.Filter || len(st.Errors) > 0 {
		p.flow.Search(q)
	}
}

// look opens a row; whatever occupies the pane gives way.
func (p *Page[Q, R, D]) look(r R) {
	if p.taken {
		p.taken, p.leave = false, nil
		p.pane.is = false
	}
	id := p.flow.ID(r)
	if p.flow.State().Selected == id {
		p.refresh()
	}
	p.flow.Select(id)
}

// Occupy shows something in the place of the detail, such as a form, until
// Vacate or until another row is selected. leave is what Esc does; nil: Esc
// does nothing, as before a secret that is shown once.
func (p *Page[Q, R, D]) Occupy(o fyne.CanvasObject, leave func()) {
	p.taken, p.leave, p.pane.is = true, leave, false
	p.page.SetDetail(Pane(o))
	p.page.Refresh()
}

// Occupied reports whether something stands in the place of the detail.
func (p *Page[Q, R, D]) Occupied() bool { return p.taken }

// Vacate shows the detail again where Occupy put something.
func (p *Page[Q, R, D]) Vacate() {
	if p.taken {
		p.taken, p.leave, p.pane.is = false, nil, false
		p.page.SetDetail(nil)
		p.refresh()
	}
}

// Renew draws rows and detail anew, for names that have come meanwhile.
func (p *Page[Q, R, D]) Renew() {
	p.renew = true
	p.refresh()
}

// SetFoot is the sentence below the rows; "" takes it away.
func (p *Page[Q, R, D]) SetFoot(text string) {
	p.foot.say(text)
	p.page.Refresh()
}

// Pane leaves room beside what stands in a detail: for the scroll bar, and for
// the ring of what has the focus, which the edge would cut.
func Pane(o fyne.CanvasObject) fyne.CanvasObject {
	room := func(width, height float32) fyne.CanvasObject { return widget.Sized(width, height, widget.NewBox("")) }
	return widget.Frame(room(0, 2), room(theme.Space4, 0), o, room(theme.Space12, 0), room(0, theme.Space4))
}
