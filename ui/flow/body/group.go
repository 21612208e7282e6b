package body

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"indagor/app"
	"indagor/app/territory"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
)

// MostComuni is how many Comuni a group has at most, as the contract has it.
const MostComuni = 500

// Groups is the list of the groups of Comuni with the detail beside it.
type Groups struct {
	*list.Flow[Filter, app.ConsortiumSummary, app.ConsortiumDetail]
	desk  Desk
	atlas func() *territory.Atlas

	mu    sync.Mutex
	names map[app.ID]string
}

// NewGroups returns a list that has read nothing.
func NewGroups(desk Desk, atlas func() *territory.Atlas, o list.Options) *Groups {
	g := &Groups{desk: desk, atlas: atlas}
	g.Flow = list.New(list.Config[Filter, app.ConsortiumSummary, app.ConsortiumDetail]{
		Options: o, ID: func(s app.ConsortiumSummary) app.ID { return s.ID }, Check: check,
		Read: func(ctx context.Context, f Filter, _ wire.Page) (wire.List[app.ConsortiumSummary], bool, error) {
			all, err := desk.ConsortiumSummaries(ctx)
			var rows wire.List[app.ConsortiumSummary]
			for _, s := range all {
				if f.finds(append([]string{s.Name}, g.comuneNames(s.Comuni)...)...) {
					rows.Items = append(rows.Items, s)
				}
			}
			return rows, false, err
		},
		Look: func(ctx context.Context, id app.ID) (app.ConsortiumDetail, bool, error) {
			g.load(ctx)
			detail, err := desk.Consortium(ctx, id)
			return detail, false, err
		},
	})
	return g
}

// load reads the names of the departments, of which the users of a group are.
func (g *Groups) load(ctx context.Context) {
	all, err := g.desk.Departments(ctx)
	if err != nil {
		return // a user without the name of his department is better than none
	}
	names := map[app.ID]string{}
	for _, d := range all {
		names[d.ID] = d.Name
	}
	g.mu.Lock()
	g.names = names
	g.mu.Unlock()
}

// Department is the name of a department, "" where it is not known.
func (g *Groups) Department(id app.ID) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.names[id]
}

func (g *Groups) comuneNames(codes []string) []string {
	var out []string
	for _, c := range g.Comuni(codes) {
		out = append(out, c.Name)
	}
	return out
}

// Comuni are the Comuni of the codes, by name, as they are today; one that has
// ceased without a known heir is as it was last.
func (g *Groups) Comuni(codes []string) []territory.Comune {
	a := g.atlas()
	out := make([]territory.Comune, 0, len(codes))
	for _, code := range codes {
		c, ok := a.Today(code)
		if former := a.ByISTAT(code); !ok && len(former) > 0 {
			c = former[len(former)-1]
		} else if !ok {
			c = territory.Comune{ISTAT: code, Name: code}
		}
		out = append(out, c)
	}
	byName(out)
	return out
}

func byName(cs []territory.Comune) {
	slices.SortStableFunc(cs, func(a, b territory.Comune) int {
		return strings.Compare(territory.Fold(a.Name), territory.Fold(b.Name))
	})
}

// Save makes or changes the group of the draft.
func (g *Groups) Save(ctx context.Context, draft GroupDraft) (app.Consortium, error) {
	change, err := draft.Check()
	if err != nil {
		return app.Consortium{}, err
	}
	id := draft.Before.ID
	if id == "" {
		id = app.NewID()
	}
	saved, err := g.desk.SaveConsortium(ctx, id, change)
	if err != nil {
		return saved, err
	}
	detail, err := g.desk.Consortium(ctx, id)
	if err != nil {
		return saved, err
	}
	row := app.ConsortiumSummary{Consortium: detail.Consortium, Users: len(detail.Users)}
	if draft.Before.ID == "" {
		g.PutFirst(row, detail)
	} else {
		g.Put(row, detail)
	}
	return saved, nil
}

// Delete deletes the group; it is refused with those whose scope it is.
func (g *Groups) Delete(ctx context.Context, was app.Consortium) error {
	err := g.desk.DeleteConsortium(ctx, was.ID, was.Version)
	if err == nil {
		g.Select("")
		g.Reload()
	}
	return err
}

// GroupDraft is a group of Comuni as it is being composed.
type GroupDraft struct {
	Before app.ConsortiumDetail // the zero value for a new one
	Name   string
	Comuni []territory.Comune // by name
	Became []Succession       // what was mapped to the present while it was composed
}

// Succession is a Comune that has ceased with the one of which it is a part
// today.
type Succession struct{ Former, Present territory.Comune }

// Draft is a group that is there, to be changed; the zero value for a new one.
// Comuni that have ceased since are replaced by the present ones.
func (g *Groups) Draft(c app.ConsortiumDetail) GroupDraft {
	d := GroupDraft{Before: c, Name: c.Name}
	a := g.atlas()
	for _, code := range c.Comuni {
		former := a.ByISTAT(code)
		if now, ok := a.Today(code); ok && len(former) > 0 && now.ISTAT != code {
			d.Became = append(d.Became, Succession{former[len(former)-1], now})
		}
	}
	for _, now := range g.Comuni(c.Comuni) {
		if !d.has(now.ISTAT) {
			d.Comuni = append(d.Comuni, now)
		}
	}
	return d
}

func (d *GroupDraft) has(istat string) bool {
	return slices.ContainsFunc(d.Comuni, func(c territory.Comune) bool { return c.ISTAT == istat })
}

// Place is a Comune that can be added.
type Place struct {
	Code    string // ISTAT code
	Comune  territory.Comune
	Present territory.Comune // the Comune of today, where it is another
}

// mostPlaces is how many Comuni a search answers.
const mostPlaces = 60

// Find finds the Comuni of which some word begins with the query: those in
// being, and those that have ceased and are part of one of today.
func (g *Groups) Find(query string) []Place {
	a := g.atlas()
	var out []Place
	for _, p := range a.Search(query, time.Time{}, mostPlaces) {
		if p.Foreign {
			continue
		}
		now, ok := a.Today(p.Comune.ISTAT)
		switch {
		case !ok:
		case now.ISTAT == p.Comune.ISTAT && !p.Ceased:
			out = append(out, Place{Code: now.ISTAT, Comune: now})
		default:
			out = append(out, Place{Code: p.Comune.ISTAT, Comune: p.Comune, Present: now})
		}
	}
	return out
}

// Provinces lists the provinces with the number of their Comuni.
func (g *Groups) Provinces() (out []struct {
	Code   string
	Comuni int
},
) {
	a := g.atlas()
	for _, code := range a.Provinces() {
		out = append(out, struct {
			Code   string
			Comuni int
		}{code, len(a.InProvince(code))})
	}
	return out
}

// Add puts a Comune into the draft; a ceased one is replaced by the present
// one, which is told in Became. It reports whether the draft has more than
// before.
func (g *Groups) Add(d *GroupDraft, istat string) bool {
	a := g.atlas()
	now, ok := a.Today(istat)
	if !ok {
		return false
	}
	if former := a.ByISTAT(istat); now.ISTAT != istat && len(former) > 0 {
		s := Succession{former[len(former)-1], now}
		if !slices.Contains(d.Became, s) {
			d.Became = append(slices.Clone(d.Became), s)
		}
	}
	if d.has(now.ISTAT) {
		return false
	}
	d.Comuni = append(slices.Clone(d.Comuni), now)
	byName(d.Comuni)
	return true
}

// AddProvince puts all Comuni of a province into the draft and returns how many
// it did not have.
func (g *Groups) AddProvince(d *GroupDraft, province string) int {
	n := 0
	for _, c := range g.atlas().InProvince(province) {
		if g.Add(d, c.ISTAT) {
			n++
		}
	}
	return n
}

// Remove takes Comuni out of the draft.
func (d *GroupDraft) Remove(codes ...string) {
	d.Comuni = slices.DeleteFunc(slices.Clone(d.Comuni), func(c territory.Comune) bool { return slices.Contains(codes, c.ISTAT) })
}

// Removed are the Comuni that the group has and the draft has no more: about
// their residents its users could no longer ask.
func (g *Groups) Removed(d GroupDraft) []territory.Comune {
	var out []territory.Comune
	for _, c := range g.Comuni(d.Before.Comuni) {
		if !d.has(c.ISTAT) && !slices.ContainsFunc(out, func(o territory.Comune) bool { return o.ISTAT == c.ISTAT }) {
			out = append(out, c)
		}
	}
	return out
}

// Check makes the change, or says which fields keep it from being sent.
func (d GroupDraft) Check() (wire.ConsortiumChange, error) {
	var es app.Errors
	c := wire.ConsortiumChange{Name: named(&es, "name", d.Name, mostName), Version: d.Before.Version}
	for _, x := range d.Comuni {
		c.Comuni = append(c.Comuni, x.ISTAT)
	}
	switch {
	case len(c.Comuni) == 0:
		es = append(es, app.E(app.CodeRequired).At("comuni"))
	case len(c.Comuni) > MostComuni:
		es = append(es, app.E(app.CodeTooLong, "most", strconv.Itoa(MostComuni)).At("comuni"))
	}
	return c, es.Err()
}
