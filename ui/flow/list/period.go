package list

import "indagor/app"

// The names of the inputs of a period, as refusals carry them.
const (
	FieldFrom  = "from"
	FieldUntil = "until"
)

// Period refuses days that are none, and a period that ends before it begins.
// What is empty is open.
func Period(from, until app.Day) app.Errors {
	var es app.Errors
	for _, in := range []struct {
		field string
		day   app.Day
	}{{FieldFrom, from}, {FieldUntil, until}} {
		if _, ok := in.day.Time(); in.day != "" && !ok {
			es = append(es, app.E(app.CodeDate).At(in.field))
		}
	}
	if len(es) == 0 && from != "" && until != "" && from > until {
		es = append(es, app.E(app.CodeProfilePeriod).At(FieldUntil))
	}
	return es
}
