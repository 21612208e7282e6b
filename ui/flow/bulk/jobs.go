package bulk

import (
	"context"
	"slices"
	"strings"

	"indagor/app"
	applist "indagor/app/list"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
)

// Filter narrows one's own lists; what is empty does not. Days hold what was
// typed where it is no day, so that it can be refused.
type Filter struct {
	Person      string // a fiscal code or an ANPR id
	Text        string // part of the name of the file or of the file reference
	State       app.JobState
	Outcome     app.Outcome
	Purpose     app.ID
	From, Until app.Day
}

// FieldPerson is the name of the input of a person, as refusals carry it; those
// of the period are list.FieldFrom and list.FieldUntil.
const FieldPerson = "person"

// The lists of a page, and the most that the contract allows.
const (
	pageSize = 50
	mostJobs = 100
)

func (f *Flow) read(ctx context.Context, x Filter, page wire.Page) (wire.List[wire.Job], bool, error) {
	page.Limit = min(page.Limit, mostJobs)
	got, cached, err := list.Fill(page, func(page wire.Page) (wire.List[wire.Job], bool, error) {
		return f.desk.Jobs(ctx, wire.JobQuery{
			Service: f.service, Person: x.Person, Text: x.Text, State: x.State, Outcome: x.Outcome, Purpose: x.Purpose,
			From: x.From, Until: x.Until, Limit: page.Limit, Cursor: page.Cursor,
		})
	})
	f.remember(got.Items)
	return got, cached, err
}

// remember keeps the purposes that were stated for lists.
func (f *Flow) remember(jobs []wire.Job) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, j := range jobs {
		if j.PurposeName != "" && !slices.ContainsFunc(f.occur, func(p app.Purpose) bool { return p.ID == j.Purpose }) {
			f.occur = append(f.occur[:len(f.occur):len(f.occur)], app.Purpose{ID: j.Purpose, Name: j.PurposeName})
		}
	}
}

// Purposes are those by which the lists can be narrowed, given those that the
// user may state: those of lists that were read besides.
func (f *Flow) Purposes(stated []app.Purpose) []app.Purpose {
	f.mu.Lock()
	defer f.mu.Unlock()
	return list.Purposes(stated, f.occur)
}

// Named puts a person into the form in which lists are searched for him; the
// error says why he is none.
func Named(text string) (string, error) {
	p, err := applist.Named(text)
	return string(p.Code) + p.ANPR, err
}

// check puts a filter into the form in which the lists are searched.
func check(x Filter) (Filter, app.Errors) {
	x.Person, x.Text = strings.TrimSpace(x.Person), strings.TrimSpace(x.Text)
	var es app.Errors
	if x.Person != "" {
		person, err := Named(x.Person)
		if err != nil {
			es = append(es, app.E(app.CodeOf(err)).At(FieldPerson))
		} else {
			x.Person = person
		}
	}
	return x, append(es, list.Period(x.From, x.Until)...)
}

// List shows one's own lists.
func (f *Flow) List() {
	f.Leave()
	f.Lists.Reload()
}

// Leave closes the list that is open, without reading the others again.
func (f *Flow) Leave() {
	f.next()
	f.change(func(s *State) { s.Open, s.Copied, s.Rows, s.Plan, s.Fault = nil, false, nil, nil, nil })
}

// Calm lets go of what went wrong.
func (f *Flow) Calm() { f.change(func(s *State) { s.Fault = nil }) }
