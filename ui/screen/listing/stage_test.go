package listing_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
	"indagor/ui/screen"
	"indagor/ui/screen/listing"
	"indagor/ui/screen/screentest"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

type row struct {
	id   app.ID
	name string
	size int
}

type filter struct {
	Words, Kind string
	Where       app.ID
	From, Until app.Day
	Only        string
	Size, Tint  string
}

var errAway = errors.New("server away")

// stage is a page of a list on a window without a screen.
type stage struct {
	*screentest.Stage
	page   *listing.Page[filter, row, string]
	l      *language.Language
	rows   []row
	asked  []wire.Page
	by     []filter
	err    error
	failed error
	cached bool
	counts bool // how many there are on all pages is told with the first
	widths map[string]float32
	toasts []string
	opened []app.ID
	acted  []row
	saved  string

	file     string // what was downloaded: its name, and its text
	fileErr  error
	received int64
	where    func(...widget.Choice)
}

func (s *stage) Language() *language.Language { return s.l }

func (s *stage) Go(screen.Place, any) {}

func (s *stage) Toast(text string) { s.toasts = append(s.toasts, text) }

func (s *stage) Fail(err error) { s.Errorf("told in a dialog: %v", err) }

func (s *stage) OpenDocument(string, []byte) {}

func (s *stage) SaveDocument(string, []byte, func(bool)) {}

func (s *stage) Badge(screen.Place, int) {}

func (s *stage) Window() fyne.Window { return s.Stage.Window }

// Download implements screen.Downloader.
func (s *stage) Download(get func(context.Context, io.Writer, func(int64)) (string, error)) {
	var b strings.Builder
	name, err := get(s.Context(), &b, func(n int64) { s.received = n })
	s.file, s.fileErr = name+"\n"+b.String(), err
}

func (s *stage) Widths(screen.Place) map[string]float32 { return s.widths }

func (s *stage) KeepWidths(_ screen.Place, w map[string]float32) { s.widths = w }

func id(i int) app.ID { return app.ID(fmt.Sprintf("r%06d", i)) }

func some(n int) (rows []row) {
	for i := range n {
		rows = append(rows, row{id(i), fmt.Sprintf("Nome %02d", (i*7)%n), i * 13 % 11})
	}
	return rows
}

func (s *stage) read(_ context.Context, f filter, p wire.Page) (wire.List[row], bool, error) {
	s.asked, s.by = append(s.asked, p), append(s.by, f)
	if s.err != nil {
		return wire.List[row]{}, false, s.err
	}
	var hits []row
	for _, r := range s.rows {
		if strings.Contains(r.name, f.Words) {
			hits = append(hits, r)
		}
	}
	from := 0
	fmt.Sscan(p.Cursor, &from)
	to := min(from+p.Limit, len(hits))
	out := wire.List[row]{Items: hits[from:to]}
	if to < len(hits) {
		out.Next = fmt.Sprint(to)
	}
	if s.counts && from == 0 {
		out.Total = len(hits)
	}
	return out, s.cached, nil
}

func newStage(t *testing.T, rows []row, edit ...func(*listing.Parts[filter, row, string])) *stage {
	t.Helper()
	s := &stage{Stage: screentest.New(t, theme.Light), l: screentest.Italian(t), rows: rows}
	parts := s.parts()
	for _, f := range edit {
		f(&parts)
	}
	s.page = listing.New(parts)
	s.Show(s.page, 1000, 640)
	return s
}

func (s *stage) parts() listing.Parts[filter, row, string] {
	flow := list.New(list.Config[filter, row, string]{
		Options: list.Options{Go: s.Stage.Go, Away: func(err error) bool { return errors.Is(err, errAway) }, Reference: func(error) string { return "k7m2" }},
		Read:    s.read, ID: func(r row) app.ID { return r.id },
		Look: func(_ context.Context, id app.ID) (string, bool, error) {
			return "tutto di " + string(id), false, s.failed
		},
		Check: func(f filter) (filter, app.Errors) { return f, list.Period(f.From, f.Until) },
	})
	where, offer := listing.Choice("", "Ovunque", 140, func(f *filter) *app.ID { return &f.Where })
	s.where = offer
	size, _ := listing.Choice("", "Ogni misura", 140, func(f *filter) *string { return &f.Size }, widget.Choice{ID: "xl", Text: "Grandi"})
	tint := listing.Text("Tinta", 140, 20, func(f *filter) *string { return &f.Tint })
	return listing.Parts[filter, row, string]{
		Place: screen.Users, Host: s, Flow: flow, Title: "Cose", Subtitle: "Tutte le cose",
		Words: listing.Words{
			Count: func(n int) string { return fmt.Sprint(n, " cose") }, First: func(n int) string { return fmt.Sprint("prime ", n) },
			Empty: "Nessuna cosa", Filtered: "Nessuna cosa così",
		},
		Columns: []widget.Column[row]{
			{ID: "name", Title: "Nome", Width: 200, Sortable: true, Text: func(r row) string { return r.name }},
			{
				ID: "size", Title: "Misura", Width: 120, Sortable: true, Text: func(r row) string { return fmt.Sprint(r.size) },
				Compare: func(a, b row) int { return a.size - b.size },
			},
		},
		Filter: [][]listing.Control[filter]{
			{
				listing.Chips("Tutte", func(f *filter) *string { return &f.Kind }, widget.Chip{ID: "a", Text: "Aperte"}, widget.Chip{ID: "c", Text: "Chiuse"}),
				listing.Search("", "Cerca una cosa", 200, func(f *filter) *string { return &f.Words }), where,
			},
			{
				listing.Days(s.l, func() time.Time { return time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC) }, func(f *filter) *app.Day { return &f.From }, func(f *filter) *app.Day { return &f.Until }),
				listing.Only(theme.IconPerson, func(f filter) string {
					if f.Only == "" {
						return ""
					}
					return "Solo " + f.Only
				}, func(f *filter) { f.Only = "" }),
				listing.Fold(func(open bool, used int) string { return fmt.Sprintf("Altro %t%d", open, used) }, size, tint),
			},
		},
		Search: "Cerca",
		Detail: func(r row, st list.State[filter, row, string]) listing.Detail {
			return listing.Detail{Title: "Cosa " + r.name, Status: "Buona", Tone: theme.Success, Body: []fyne.CanvasObject{widget.NewText(st.Detail)}}
		},
		OnOpen: func(r row) { s.opened = append(s.opened, r.id) },
		Acts: func(marked []row) []fyne.CanvasObject {
			return []fyne.CanvasObject{widget.NewButton("Butta le cose", func() { s.acted = marked })}
		},
		Export:   []widget.Choice{{ID: "csv", Text: "CSV"}},
		OnExport: func(format string, f filter) { s.saved = format + " " + f.Words },
	}
}

// names are the rows as they stand in the table.
func (s *stage) names() string {
	var out []string
	for i := range s.page.Table().Rows().Len() {
		out = append(out, s.page.Table().Rows().Row(i).name)
	}
	return strings.Join(out, " ")
}

func (s *stage) toRows() {
	s.Helper()
	s.Window().Canvas().Focus(s.page.Table().Focusable())
}
