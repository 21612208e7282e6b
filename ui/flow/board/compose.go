package board

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
)

// To says how an audience is chosen.
type To string

// The ways to choose an audience.
const (
	ToAll         To = "all" // everybody in the person's reach
	ToRoles       To = "roles"
	ToDepartments To = "departments"
	ToPeople      To = "people"
)

// Person is somebody who was chosen by name.
type Person struct {
	ID   app.ID
	Name string
}

// Draft is a notice that is being written.
type Draft struct {
	ID          app.ID // under which it is sent, so that it is sent once
	To          To
	Roles       []app.Role
	Departments []app.ID
	People      []Person
	Priority    app.NoticePriority
	Title, Text string
	LastDay     string // as it is typed
	Until       app.Day
}

// Audience is for whom the draft is; nil while nobody is chosen.
func (d Draft) Audience() app.Audience {
	var a app.Audience
	switch d.To {
	case ToAll:
		a = app.Audience{{}}
	case ToRoles:
		for _, r := range d.Roles {
			a = append(a, app.Target{Role: r})
		}
	case ToDepartments:
		for _, id := range d.Departments {
			a = append(a, app.Target{Department: id})
		}
	case ToPeople:
		for _, p := range d.People {
			a = append(a, app.Target{User: p.ID})
		}
	}
	return a
}

// Begun reports whether anything was written or chosen that would be lost.
func (d Draft) Begun() bool {
	return strings.TrimSpace(d.Title+d.Text) != "" || len(d.Roles)+len(d.Departments)+len(d.People) > 0
}

// check refuses what the server would refuse, as far as it can be told here.
func (d Draft) check() error {
	var es app.Errors
	for _, x := range []struct{ field, text string }{{"title", d.Title}, {"text", d.Text}} {
		if strings.TrimSpace(x.text) == "" {
			es = append(es, app.E(app.CodeRequired).At(x.field))
		}
	}
	if len(d.Audience()) == 0 {
		es = append(es, app.E(app.CodeRequired).At("audience"))
	}
	switch _, ok := d.Until.Time(); {
	case ok:
	case strings.TrimSpace(d.LastDay) == "":
		es = append(es, app.E(app.CodeRequired).At("last_day"))
	default:
		es = append(es, app.E(app.CodeDate).At("last_day"))
	}
	return es.Err()
}

// Memory keeps a draft for the next time.
type Memory interface {
	Recall() (Draft, bool)
	Remember(Draft)
}

// Writing is what the form shows besides what is typed.
type Writing struct {
	Draft
	Count   int
	Counted bool // Count is of the audience as it is chosen
	Refused *app.Error
}

// usual is for how long a notice is shown where nothing else is said.
const usual = 30

// mostAsked is how many addressees the contract gives at once.
const mostAsked = 500

// Compose is the notice that is being written. It outlives the page.
type Compose struct {
	desk    Sender
	memory  Memory
	options list.Options
	now     func() time.Time

	mu       sync.Mutex
	state    Writing
	asked    int // counts the counts: what comes of an earlier one is dropped
	onChange func()
}

// NewCompose returns the draft that was left the last time, or a new one.
func NewCompose(desk Sender, memory Memory, o list.Options, now func() time.Time) *Compose {
	if o.Go == nil {
		o.Go = func(f func()) { go f() }
	}
	if o.Context == nil {
		o.Context = context.Background()
	}
	c := &Compose{desk: desk, memory: memory, options: o, now: now, onChange: func() {}}
	d, ok := memory.Recall()
	if !ok || !d.ID.Valid() {
		d = c.fresh()
	}
	c.state.Draft = d
	return c
}

func (c *Compose) fresh() Draft {
	return Draft{ID: app.NewID(), To: ToAll, Priority: app.PriorityNormal, Until: app.DayOf(c.now().AddDate(0, 0, usual))}
}

// Watch names who is told that the state has changed, from any goroutine.
func (c *Compose) Watch(onChange func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.onChange = onChange
}

// State is what there is to show now.
func (c *Compose) State() Writing {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state
}

func (c *Compose) changed() {
	c.mu.Lock()
	f := c.onChange
	c.mu.Unlock()
	f()
}

// Edit changes the draft. For another audience it is counted anew.
func (c *Compose) Edit(change func(*Draft)) {
	c.mu.Lock()
	before := c.state.Audience()
	change(&c.state.Draft)
	recount := !reflect.DeepEqual(before, c.state.Audience())
	c.mu.Unlock()
	if recount {
		c.Count()
	}
}

// Count asks how many users the audience includes.
func (c *Compose) Count() {
	c.mu.Lock()
	c.asked++
	number, a := c.asked, c.state.Audience()
	c.state.Count, c.state.Counted, c.state.Refused = 0, len(a) == 0, nil
	c.mu.Unlock()
	c.changed()
	if len(a) == 0 {
		return
	}
	c.options.Go(func() {
		n, err := c.desk.CountAudience(c.options.Context, a)
		c.mu.Lock()
		if number != c.asked {
			c.mu.Unlock()
			return
		}
		if c.state.Counted = err == nil; err == nil {
			c.state.Count = n
		} else if app.CodeOf(err) == app.CodeNotFound {
			c.state.Refused = app.E(app.CodeNotFound).At("audience")
		}
		c.mu.Unlock()
		c.changed()
	})
}

// Search finds, of those to whom the person may send, whoever's name has the
// words and was not chosen yet, at most so many. found is told from another
// goroutine.
func (c *Compose) Search(words string, most int, found func([]wire.Addressee, error)) {
	chosen := c.State().People
	page := wire.Page{Search: strings.TrimSpace(words), Limit: min(most+len(chosen), mostAsked)}
	c.options.Go(func() {
		got, err := c.desk.Addressees(c.options.Context, page)
		out := slices.DeleteFunc(slices.Clone(got.Items), func(p wire.Addressee) bool {
			return slices.ContainsFunc(chosen, func(x Person) bool { return x.ID == p.ID })
		})
		found(out[:min(len(out), most)], err)
	})
}

// Keep keeps the draft for the next time, or forgets one that is empty.
func (c *Compose) Keep() {
	if d := c.State().Draft; d.Begun() {
		c.memory.Remember(d)
	} else {
		c.memory.Remember(Draft{})
	}
}

// Discard begins anew.
func (c *Compose) Discard() {
	c.mu.Lock()
	c.state.Draft = c.fresh()
	c.mu.Unlock()
	c.Keep()
	c.Count()
}

// Send sends the notice and begins a new one. It waits for the server.
func (c *Compose) Send(ctx context.Context) (wire.SentNotice, error) {
	d := c.State().Draft
	if err := d.check(); err != nil {
		return wire.SentNotice{}, err
	}
	n, err := c.desk.SendNotice(ctx, d.ID, wire.NoticeDraft{
		Audience: d.Audience(), Priority: d.Priority, Title: strings.TrimSpace(d.Title), Text: strings.TrimSpace(d.Text), LastDay: d.Until,
	})
	if err == nil {
		c.Discard()
	}
	return n, err
}
