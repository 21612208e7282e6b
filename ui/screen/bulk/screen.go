package bulk

import (
	"context"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	flow "indagor/ui/flow/bulk"
	"indagor/ui/screen"
	"indagor/ui/screen/listing"
	"indagor/ui/screen/modal"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Options say what the page stands on.
type Options struct {
	Host     screen.Host
	Flow     *flow.Flow
	Session  wire.Session
	Download func(get func(ctx context.Context, to io.Writer, received func(int64)) (string, error))
	Say      func(error) language.Sentence
	Do       func(func())     // shows what came of what took time
	Now      func() time.Time // nil: time.Now
	// Pick lets the person choose a file; nil: the system's dialog.
	Pick func(take func(modal.File))
}

var (
	_ screen.Taker  = (*Screen)(nil)
	_ screen.Hearer = (*Screen)(nil)
)

// Screen is the page.
type Screen struct {
	Options
	t     func(string, ...string) string
	l     *language.Language
	all   *fyne.Container
	page  *widget.Page
	first fyne.Focusable

	lists *listing.Page[flow.Filter, wire.Job, struct{}]
	offer func([]app.Purpose) // to narrow the lists by
	shown bool
	fault string // the error that the page of the lists tells

	view string // which page is drawn
	rows *widget.Table[wire.JobRow]
	foot *fyne.Container // figures of a list that was started
	bar  *widget.Progress

	narrow  *widget.ChipSet // of the rows, by grade
	counts  app.JobCounts   // that its chips show
	pane    pane            // beside the rows
	picked  wire.JobRow     // the row that the pane shows
	sampled []wire.JobRow   // of which the columns show values
	reopen  bool            // the columns are to be seen again after the next reading
	plan    *fyne.Container // what the pane says of the plan
	start   *widget.Button
	begin   func() // what it does

	chosen app.ID  // purpose
	file   string  // reference
	day    app.Day // reference date; "": today
}

// pane is what stands beside the rows of a list.
type pane int

const (
	paneNone pane = iota
	paneRow
	paneColumns
	paneOrder
)

// New returns the page.
func New(o Options) *Screen {
	s := &Screen{Options: o, t: o.Host.Language().T, l: o.Host.Language(), all: container.NewStack()}
	if s.Pick == nil {
		s.Pick = func(take func(modal.File)) { modal.ChooseFile(s.Host.Window(), mostFile, extensions, take) }
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	if len(o.Session.Purposes) == 1 {
		s.chosen = o.Session.Purposes[0].ID
	}
	s.lists = s.newLists()
	o.Flow.Watch(func() { o.Do(s.draw) })
	s.draw()
	return s
}

// Object implements screen.Screen.
func (s *Screen) Object() fyne.CanvasObject { return s.all }

// Shown implements screen.Screen.
func (s *Screen) Shown() {
	s.shown = true
	s.Flow.Show()
	s.focus()
}

// Hidden implements screen.Screen.
func (s *Screen) Hidden() {
	s.shown = false
	s.lists.Hidden()
	s.rest()
	s.Flow.Hide()
}

// rest ends what turns by itself.
func (s *Screen) rest() {
	if s.bar != nil {
		s.bar.Stop()
	}
}

// Signalled implements screen.Hearer.
func (s *Screen) Signalled(kind app.SignalKind, id app.ID) {
	switch kind {
	case app.SignalJob:
		s.Flow.Heard(id)
	case app.SignalResync:
		s.Flow.Heard("")
	}
}

// Receive opens the list of an id that another page hands over, or lists by a
// filter.
func (s *Screen) Receive(with any) {
	switch x := with.(type) {
	case app.ID:
		s.Flow.Look(x)
	case flow.Filter:
		s.Flow.Leave()
		s.lists.Search(x)
	}
}

// Key implements screen.Screen.
func (s *Screen) Key(name fyne.KeyName, modifier fyne.KeyModifier) bool {
	switch {
	case name == fyne.KeyN && modifier == fyne.KeyModifierControl:
		s.choose()
	case s.view == viewLists:
		return s.lists.Key(name, modifier)
	case name == fyne.KeyF5:
		s.Flow.Show()
	case name == fyne.KeyEscape && s.Flow.State().Open != nil:
		s.Flow.List()
	default:
		return false
	}
	return true
}

func (s *Screen) focus() {
	switch {
	case s.view == viewLists && s.shown:
		s.lists.Shown()
	case s.first != nil:
		s.Host.Window().Canvas().Focus(s.first)
	}
}

// viewLists is the page of the lists, which is always the same.
const viewLists = "lists"

// mostFile is how much of a file is read: more than the server takes, so that
// it is the server that says how much that is.
const mostFile = 80 << 20

// extensions are those of the files that the server reads.
var extensions = []string{".csv", ".txt", ".tsv", ".xlsx", ".CSV", ".TXT", ".XLSX"}

func (s *Screen) choose() { s.Pick(s.Take) }

// MostBytes implements screen.Taker.
func (s *Screen) MostBytes() int64 { return mostFile }

// Take implements screen.Taker: the file is sent as a list.
func (s *Screen) Take(file modal.File) {
	if file.Err != nil {
		s.Host.Toast(s.t("bulk.unreadable"))
		return
	}
	s.Flow.Send(filepath.Base(file.Name), file.Content)
}

// draw shows the state: another page for every state of a list, and within one
// only what has changed.
func (s *Screen) draw() {
	st := s.Flow.State()
	view := viewLists
	switch {
	case st.Sending != "":
		view = "sending"
	case st.Open != nil:
		view = string(st.Open.ID) + string(st.Open.State) + strconv.Itoa(st.Reads) + strconv.FormatBool(st.Copied)
	}
	if view != s.view {
		s.rest()
		s.view, s.first = view, nil
		s.page = s.build(st)
		s.all.Objects = []fyne.CanvasObject{s.lists.Object()}
		if s.page != nil {
			s.lists.Hidden()
			s.all.Objects[0] = s.page
		}
		s.all.Refresh()
		if c, ok := s.Host.Window().Canvas().(interface{ EnsureMinSize() bool }); ok {
			c.EnsureMinSize() // until then no field could take the keyboard
		}
		s.focus()
	}
	s.fill(st)
}

func (s *Screen) title() string { return s.t("place." + string(s.Flow.Service())) }

// build makes the page of the state; nil stands for that of the lists.
func (s *Screen) build(st flow.State) *widget.Page {
	s.rows, s.foot, s.bar, s.narrow, s.plan, s.start = nil, nil, nil, nil, nil, nil
	s.pane, s.picked = paneNone, wire.JobRow{}
	parts := widget.PageParts{Title: s.title()}
	switch {
	case st.Sending != "":
		parts.Subtitle = st.Sending
		parts.Body = widget.NewStatePane(widget.Loading(s.t("bulk.sending")))
	case st.Open == nil:
		return nil
	default:
		s.open(&parts, st)
	}
	p := widget.NewPage(parts)
	if s.rows != nil {
		s.page = p
		s.atFirst(st)
	}
	return p
}

// fill puts into the page what has changed.
func (s *Screen) fill(st flow.State) {
	switch {
	case s.page == nil:
		fault := ""
		if st.Fault != nil {
			fault = st.Fault.Error()
		}
		if fault != s.fault {
			s.fault = fault
			s.lists.SetNotice(s.notice(st))
		}
		return
	case st.Sending != "":
		s.page.SetSubtitle(st.Sending + " · " + s.l.Number(int(st.Sent>>10)) + " / " + s.l.Number(int(st.Size>>10)) + " kB")
	case s.rows != nil:
		s.preview(st)
	}
	if s.foot != nil && st.Open != nil {
		s.foot.Objects = s.figures(*st.Open)
		if st.Copied {
			s.foot.Objects = append(s.copied(*st.Open), s.foot.Objects...)
		}
		s.foot.Refresh()
	}
	s.page.SetNotice(s.notice(st))
}

// notice says what there is to know.
func (s *Screen) notice(st flow.State) fyne.CanvasObject {
	bad := func(e language.Sentence, tone theme.Tone) fyne.CanvasObject {
		return widget.NewNotice(widget.NoticeParts{Tone: tone, Title: e.What, Text: strings.TrimSpace(e.Means + " " + e.Who)})
	}
	switch {
	case st.Fault != nil:
		return bad(s.Say(st.Fault), theme.Danger)
	case st.Open != nil && st.Open.Code != "" && st.Open.State != app.JobRunning && st.Open.State != app.JobDone:
		tone := theme.Warning
		if st.Open.State == app.JobRejected {
			tone = theme.Danger
		}
		return bad(s.l.Refusal(st.Open.Code, st.Open.Params), tone)
	case st.Open != nil && st.Open.Progress != nil && st.Open.Progress.Waits != "":
		e := s.l.Refusal(st.Open.Progress.Waits, nil)
		if u := st.Open.Progress.Until; u != nil {
			e.Means, e.Who = "", s.t("bulk.until", "moment", s.l.Moment(*u))
		}
		return bad(e, theme.Information)
	}
	return nil
}
