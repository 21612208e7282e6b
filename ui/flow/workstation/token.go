package workstation

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"indagor/app"
	"indagor/sync/wire"
)

// TokenRequest is what is stated when an enrolment token is issued.
type TokenRequest struct {
	Label       string
	Department  app.ID
	Office      string
	Responsible string
	Uses        int
	Hours       int
}

// TokenForm is a TokenRequest as it is typed.
type TokenForm struct {
	Label, Office, Responsible string
	Department                 app.ID
	Uses, Hours                string
}

// Check makes the request, or says which fields keep it from being sent.
func (f TokenForm) Check(needDepartment bool) (TokenRequest, error) {
	var es app.Errors
	need := func(field, text string) string {
		text = strings.TrimSpace(text)
		if text == "" {
			es = append(es, app.E(app.CodeRequired).At(field))
		} else if len([]rune(text)) > 100 {
			es = append(es, app.E(app.CodeTooLong, "most", "100").At(field))
		}
		return text
	}
	number := func(field, text string, most int) int {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 1 || n > most {
			es = append(es, app.E(app.CodeInvalid, "most", strconv.Itoa(most)).At(field))
		}
		return n
	}
	r := TokenRequest{
		Label: need("label", f.Label), Office: need("office", f.Office), Responsible: need("responsible", f.Responsible),
		Department: f.Department, Uses: number("uses", f.Uses, MostUses), Hours: number("hours", f.Hours, MostHours),
	}
	if needDepartment && f.Department == "" {
		es = append(es, app.E(app.CodeRequired).At("department"))
	}
	return r, es.Err()
}

// The limits of a token, as the contract has them.
const (
	MostUses  = 10000
	MostHours = 8760
)

// TokenState is how a token stands.
type TokenState string

// The states of a token.
const (
	TokenValid   TokenState = "valid"
	TokenSpent   TokenState = "spent"
	TokenExpired TokenState = "expired"
)

// StateOf is how the token stands at the moment.
func StateOf(t wire.Token, now time.Time) TokenState {
	switch {
	case t.Used >= t.Uses:
		return TokenSpent
	case !now.Before(t.Expires):
		return TokenExpired
	}
	return TokenValid
}

// TokensView is what the list of tokens shows.
type TokensView struct {
	Rows    []wire.Token
	More    bool
	Loading bool
	Err     error
	Names   map[app.ID]string
}

// Tokens is the list of enrolment tokens.
type Tokens struct {
	desk    Desk
	changed func()

	mu     sync.Mutex
	next   string
	loaded bool
	view   TokensView
}

// NewTokens returns a list that has loaded nothing; changed is called, on any
// goroutine, whenever View gives something else.
func NewTokens(desk Desk, changed func()) *Tokens {
	return &Tokens{desk: desk, changed: changed, view: TokensView{Names: map[app.ID]string{}}}
}

// View is what there is to show now.
func (t *Tokens) View() TokensView {
	t.mu.Lock()
	defer t.mu.Unlock()
	v := t.view
	v.Rows = slices.Clone(v.Rows)
	return v
}

func (t *Tokens) edit(f func()) {
	t.mu.Lock()
	f()
	t.mu.Unlock()
	t.changed()
}

// Load loads the list from its beginning.
func (t *Tokens) Load(ctx context.Context) {
	t.edit(func() { t.view.Loading = !t.loaded })
	if list, err := t.desk.Departments(ctx); err == nil {
		names := map[app.ID]string{}
		for _, d := range list {
			names[d.ID] = d.Name
		}
		t.edit(func() { t.view.Names = names })
	}
	list, err := t.desk.Tokens(ctx, wire.Page{Limit: pageSize})
	t.edit(func() {
		t.view.Loading, t.view.Err = false, err
		if err == nil {
			t.view.Rows, t.next, t.view.More, t.loaded = list.Items, list.Next, list.Next != "", true
		}
	})
}

// LoadMore loads the page after those shown.
func (t *Tokens) LoadMore(ctx context.Context) {
	t.mu.Lock()
	page, more := wire.Page{Limit: pageSize, Cursor: t.next}, t.view.More
	t.mu.Unlock()
	if !more {
		return
	}
	list, err := t.desk.Tokens(ctx, page)
	t.edit(func() {
		if t.next != page.Cursor {
			return
		}
		if t.view.Err = err; err == nil {
			t.view.Rows = append(t.view.Rows, list.Items...)
			t.next, t.view.More = list.Next, list.Next != ""
		}
	})
}

// Issue issues a token and gives its secret, which is shown once and kept
// nowhere.
func (t *Tokens) Issue(ctx context.Context, r TokenRequest) (token wire.Token, secret string, err error) {
	token, secret, err = t.desk.IssueToken(ctx, r)
	if err == nil {
		t.edit(func() { t.view.Rows = append([]wire.Token{token}, t.view.Rows...) })
	}
	return token, secret, err
}
