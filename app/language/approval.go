package language

import "indagor/app"

// Approval tells in one sentence who consented to a look-up, or refused, and
// when; that silence did is always said.
func (l *Language) Approval(a app.VisuraApproval) string {
	if a.Decided == nil {
		return l.T("approval.state." + string(a.State))
	}
	key := "approval.says." + string(a.State)
	if a.Office == "" && l.Has(key+".office_unknown") {
		key += ".office_unknown"
	}
	return l.T(key, "office", a.Office, "at", l.Moment(*a.Decided))
}
