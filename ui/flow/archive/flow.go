package archive

import (
	"context"
	"strings"
	"sync"
	"time"

	"indagor/app"
	"indagor/app/codicefiscale"
	"indagor/app/territory"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
)

// Desk is what the flow needs of the desktop's side towards the server. Its
// methods may be called from any goroutine.
type Desk interface {
	// Archive is a page of the user's archive, newest first; fromCache is true
	// where the server was away and the copy of this machine was read.
	Archive(ctx context.Context, q wire.ArchiveQuery) (page wire.List[wire.VisuraSummary], fromCache bool, err error)
	// Visura is one of the user's visure with its card.
	Visura(ctx context.Context, id app.ID) (v wire.Visura, fromCache bool, err error)
	// Document is the visura as a document in the format, pdf or xlsx, with
	// labels in the language, and the file's name.
	Document(ctx context.Context, id app.ID, format, lang string) (content []byte, name string, err error)
	// ArchivePurposes are the purposes that occur in the user's archive, as far
	// as this machine knows it.
	ArchivePurposes() ([]app.Purpose, error)
	// Session is who is signed in; false when nobody is.
	Session() (wire.Session, bool)
}

// Config is what a Flow stands on. Desk is needed, the rest has defaults.
type Config struct {
	Desk Desk
	Now  func() time.Time // nil: time.Now
	// Go runs what takes time; nil: in a goroutine of its own.
	Go func(func())
	// Reference names the failed call in the server's log; nil: never known.
	Reference func(error) string
	// Away reports whether an error means that the server was not reached; nil:
	// never.
	Away func(error) bool
	// Lost is told every error that the state shows: the session may be no more.
	Lost func(error)
	// Page is how many rows a page has; 0: 100.
	Page int
}

// Filter narrows the archive; what is empty does not. Days hold what was typed
// where it is no day, so that it can be refused.
type Filter struct {
	Person      string // a fiscal code, an ANPR id, or words of surname and name
	File        string
	Type        app.VisuraType
	Outcome     app.Outcome
	Purpose     app.ID
	From, Until app.Day
}

// FieldPerson is the name of the input of a person, as refusals carry it; those
// of the period are list.FieldFrom and list.FieldUntil.
const FieldPerson = "person"

// State is all that the screen shows.
type State = list.State[Filter, wire.VisuraSummary, wire.Visura]

// Flow is the presenter. Its methods may be called from any goroutine; none
// waits for the server.
type Flow struct {
	*list.Flow[Filter, wire.VisuraSummary, wire.Visura]
	config Config

	mu    sync.Mutex
	user  app.ID
	occur []app.Purpose // purposes of the user's archive
}

// New returns a flow that has read nothing yet.
func New(c Config) *Flow {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Go == nil {
		c.Go = func(f func()) { go f() }
	}
	f := &Flow{config: c}
	f.Flow = list.New(list.Config[Filter, wire.VisuraSummary, wire.Visura]{
		Options: list.Options{Go: c.Go, Reference: c.Reference, Away: c.Away, Lost: c.Lost, Page: c.Page},
		Read:    f.read, ID: func(v wire.VisuraSummary) app.ID { return v.ID }, Look: c.Desk.Visura, Check: check,
		Stale: func(v wire.Visura, cached bool, _ wire.VisuraSummary) bool {
			return cached || v.State != app.VisuraDone
		},
	})
	return f
}

func (f *Flow) read(ctx context.Context, x Filter, page wire.Page) (wire.List[wire.VisuraSummary], bool, error) {
	return list.Fill(page, func(page wire.Page) (wire.List[wire.VisuraSummary], bool, error) {
		return f.config.Desk.Archive(ctx, wire.ArchiveQuery{
			Person: x.Person, File: x.File, Type: x.Type, Outcome: x.Outcome, Purpose: x.Purpose,
			From: x.From, Until: x.Until, Limit: page.Limit, Cursor: page.Cursor,
		})
	})
}

// check puts a filter into the form in which the archive is searched.
func check(x Filter) (Filter, app.Errors) {
	x.Person, x.File = strings.TrimSpace(x.Person), strings.TrimSpace(x.File)
	var es app.Errors
	if x.Person != "" {
		if code := codicefiscale.Normalize(x.Person); codicefiscale.Check(code) == nil {
			x.Person = code
		} else if !IsPerson(x.Person) {
			es = append(es, app.E(app.CodeFiscalCode).At(FieldPerson))
		}
	}
	return x, append(es, list.Period(x.From, x.Until)...)
}

// idLength is the length of an ANPR id.
const idLength = 9

// IsPerson reports whether a person may be searched for by the text: a fiscal
// code, an ANPR id, or words of a name, which have no digits.
func IsPerson(text string) bool {
	if codicefiscale.Check(codicefiscale.Normalize(text)) == nil {
		return true
	}
	words := territory.Words(text)
	for _, w := range words {
		if strings.ContainsAny(w, "0123456789") && len(w) != idLength && codicefiscale.Check(w) != nil {
			return false
		}
	}
	return len(words) > 0
}

// Purposes are those that the user may state, and those that he stated once:
// they occur in his archive.
func (f *Flow) Purposes() []app.Purpose {
	s, _ := f.config.Desk.Session()
	f.mu.Lock()
	defer f.mu.Unlock()
	if s.User.ID != f.user {
		return list.Purposes(s.Purposes, nil)
	}
	return list.Purposes(s.Purposes, f.occur)
}

// Lists are the services on lists whose archive the user has besides.
func (f *Flow) Lists() []app.Service {
	s, _ := f.config.Desk.Session()
	var out []app.Service
	if s.User.Profile.Enrichment != nil {
		out = append(out, app.ServiceEnrichment)
	}
	if s.User.Profile.Household != nil {
		out = append(out, app.ServiceHousehold)
	}
	return out
}

// lookForPurposes reads the purposes that occur; one that cannot be read is not
// offered.
func (f *Flow) lookForPurposes(user app.ID) {
	ps, err := f.config.Desk.ArchivePurposes()
	if err != nil {
		return
	}
	f.mu.Lock()
	if user == f.user {
		f.occur = ps
	}
	f.mu.Unlock()
	f.Changed()
}

// Open reads the archive anew, keeping filter and selection. Of another user
// nothing is left.
func (f *Flow) Open() {
	s, ok := f.config.Desk.Session()
	if !ok {
		return
	}
	f.mu.Lock()
	other := s.User.ID != f.user
	f.user = s.User.ID
	if other {
		f.occur = nil
	}
	f.mu.Unlock()
	if other {
		f.Forget()
	}
	f.Reload()
	f.config.Go(func() { f.lookForPurposes(s.User.ID) })
}

// Document fetches the visura that is looked at as a document in the format and
// hands it to then, from any goroutine; an error goes to whom Watch named, and
// then is called with none.
func (f *Flow) Document(format, lang string, then func(name string, content []byte)) {
	id := f.State().Selected
	if id == "" {
		then("", nil)
		return
	}
	f.config.Go(func() {
		content, name, err := f.config.Desk.Document(context.Background(), id, format, lang)
		if err != nil {
			then("", nil)
			f.Fail(err)
			return
		}
		then(name, content)
	})
}

// Now is what the flow's clock shows.
func (f *Flow) Now() time.Time { return f.config.Now() }

// Today is the day that two-digit years of the filter are read against.
func (f *Flow) Today() time.Time {
	y, m, d := f.config.Now().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
