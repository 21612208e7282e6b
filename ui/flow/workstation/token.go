package workstation

import (
	"context"
	"strconv"
	"strings"
	"time"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
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

	TokenWithdrawn TokenState = "withdrawn"
)

// StateOf is how the token stands at the moment.
func StateOf(t wire.Token, now time.Time) TokenState {
	switch {
	case t.Withdrawn != nil:
		return TokenWithdrawn
	case t.Used >= t.Uses:
		return TokenSpent
	case !now.Before(t.Expires):
		return TokenExpired
	}
	return TokenValid
}

// TokenFilter says which tokens are listed; the zero filter lists all.
type TokenFilter struct{ Search string }

// TokensView is what the list of tokens shows.
type TokensView struct {
	list.State[TokenFilter, wire.Token, struct{}]
	Names map[app.ID]string // of departments; must not be changed
}

// Tokens is the list of enrolment tokens.
type Tokens struct {
	*list.Flow[TokenFilter, wire.Token, struct{}]
	desk  Desk
	names names
}

// NewTokens returns a list that has loaded nothing.
func NewTokens(desk Desk, o list.Options) *Tokens {
	t := &Tokens{desk: desk}
	t.Flow = list.New(list.Config[TokenFilter, wire.Token, struct{}]{
		Options: o, Read: t.read, ID: func(t wire.Token) app.ID { return t.ID },
	})
	return t
}

// View is what there is to show now.
func (t *Tokens) View() TokensView { return TokensView{t.State(), t.names.now()} }

func (t *Tokens) read(ctx context.Context, f TokenFilter, page wire.Page) (wire.List[wire.Token], bool, error) {
	if page.Cursor == "" {
		t.names.load(ctx, t.desk)
	}
	page.Search = f.Search
	tokens, err := t.desk.Tokens(ctx, page)
	return tokens, false, err
}

// Issue issues a token and gives its secret, which is shown once and kept
// nowhere.
func (t *Tokens) Issue(ctx context.Context, r TokenRequest) (token wire.Token, secret string, err error) {
	token, secret, err = t.desk.IssueToken(ctx, r)
	if err == nil {
		t.Put(token, struct{}{})
	}
	return token, secret, err
}

// Withdraw ends a token; the workstations that came by it stay.
func (t *Tokens) Withdraw(ctx context.Context, id app.ID) (wire.Token, error) {
	token, err := t.desk.WithdrawToken(ctx, id)
	if err == nil {
		t.Put(token, struct{}{})
	}
	return token, err
}
