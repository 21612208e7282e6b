package app

import "time"

// Requests are the kinds of events of which each tells the end of one request
// of a service: what statistics and the daily mail count.
var Requests = []EventKind{EventVisuraEnded, EventJobRow}

// RequestOutcomes lists what a request may have come to, a visura or a row of a
// list, in the order in which a summary names them.
var RequestOutcomes = []Outcome{
	OutcomeFound, OutcomeDeceased, OutcomeHotel, OutcomeNotFound, OutcomeCancelled, OutcomeDuplicate, OutcomeNoData,
	OutcomeOutOfScope, OutcomeRefused, OutcomeFailed, OutcomeWithdrawn, OutcomeInterrupted,
}

// Dimension is by what requests are counted.
type Dimension string

// The dimensions. The reason is the code of what was refused or failed.
const (
	ByService    Dimension = "service"
	ByUser       Dimension = "user"
	ByDepartment Dimension = "department"
	ByType       Dimension = "type"
	ByOutcome    Dimension = "outcome"
	ByReason     Dimension = "reason"
	ByDay        Dimension = "day"
	ByWeek       Dimension = "week"
	ByMonth      Dimension = "month"
)

// Dimensions lists them as they are offered.
var Dimensions = []Dimension{ByService, ByType, ByOutcome, ByReason, ByDepartment, ByUser, ByDay, ByWeek, ByMonth}

// Time reports whether the dimension divides the period.
func (d Dimension) Time() bool { return d == ByDay || d == ByWeek || d == ByMonth }

// CountFilter says which requests are counted: those that ended on the days
// From to Until, both within, in the body's time zone, and have what is not
// empty.
type CountFilter struct {
	From, Until Day
	User        ID
	Department  ID
	Service     Service
	Type        VisuraType
	Outcome     Outcome
	Code        Code
}

// Count is how many requests have the same key: an id, a code word, or the
// first day of a stretch of time.
type Count struct {
	Key string
	N   int64
}

// OwnRequest is what is counted of an operator's own archive: a request, or the
// rows of a list that came to the same when it ended.
type OwnRequest struct {
	At      time.Time
	Service Service
	Type    VisuraType
	Outcome Outcome
	Code    Code
	N       int64
}
