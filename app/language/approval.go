package language

import (
	"time"

	"indagor/app"
)

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

// Deadline tells when something happens, as one says it at the moment now:
// "le 17:40 di domani".
func (l *Language) Deadline(at, now time.Time) string {
	days := func(t time.Time) time.Time {
		y, m, d := t.In(l.zone).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	key := "moment.day"
	switch days(at).Sub(days(now)) {
	case 0:
		key = "moment.today"
	case 24 * time.Hour:
		key = "moment.tomorrow"
	}
	return l.T(key, "time", l.Time(at), "date", l.Date(at))
}

// Awaited tells what happens to a request that waits, as one says it at the
// moment now.
func (l *Language) Awaited(a app.VisuraApproval, now time.Time) string {
	switch {
	case a.State.Given():
		return l.Approval(a)
	case a.Due == nil:
		return l.T("approval.waits.manual")
	case !a.Due.After(now):
		return l.T("approval.waits.due")
	}
	return l.T("approval.waits.tacit", "deadline", l.Deadline(*a.Due, now))
}
