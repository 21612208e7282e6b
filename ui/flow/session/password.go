package session

import (
	"context"
	"strings"
	"unicode/utf8"

	"indagor/app"
	"indagor/sync/wire"
)

// Verdict is how a new password stands before one rule.
type Verdict int

// The verdicts.
const (
	Unjudged Verdict = iota // nothing typed yet, or only the server knows
	Met
	Unmet
)

// Rule is one rule of a new password. Its sentence in the catalogue is
// "password.rule.<ID>" with the parameter n.
type Rule struct {
	ID      string
	N       int
	Verdict Verdict
}

// The rules.
const (
	RuleLength    = "length"    // at least n characters
	RuleName      = "name"      // without the user's name in it
	RuleDifferent = "different" // other than the present one
	RuleSame      = "same"      // typed twice alike
	RuleReuse     = "reuse"     // none of the last n: only the server knows
)

// NewPassword is what stands in the fields of a change.
type NewPassword struct {
	Username        string
	Old, New, Again string
}

// Rules judges a new password by the body's policy, while it is typed.
func Rules(policy wire.PasswordPolicy, p NewPassword) []Rule {
	judge := func(id string, n int, ready, met bool) Rule {
		switch {
		case !ready:
			return Rule{id, n, Unjudged}
		case met:
			return Rule{id, n, Met}
		}
		return Rule{id, n, Unmet}
	}
	typed := p.New != ""
	user := app.NormalizeUsername(p.Username)
	rules := []Rule{
		judge(RuleLength, policy.MinLength, typed, utf8.RuneCountInString(p.New) >= policy.MinLength),
		judge(RuleName, 0, typed, user == "" || !strings.Contains(strings.ToLower(p.New), user)),
		judge(RuleDifferent, 0, typed && p.Old != "", p.New != p.Old),
		judge(RuleSame, 0, typed && p.Again != "", p.New == p.Again),
	}
	if policy.Reuse > 0 {
		rules = append(rules, Rule{RuleReuse, policy.Reuse, Unjudged})
	}
	return rules
}

// Ready reports whether the password may be sent: every field filled and no
// rule unmet.
func Ready(policy wire.PasswordPolicy, p NewPassword) bool {
	if p.Old == "" || p.New == "" || p.Again == "" {
		return false
	}
	for _, r := range Rules(policy, p) {
		if r.Verdict == Unmet {
			return false
		}
	}
	return true
}

// Change changes the password and gives the session as it is then.
func (f *Flow) Change(ctx context.Context, p NewPassword) (wire.Session, error) {
	return f.desk.ChangePassword(ctx, p.Old, p.New)
}
