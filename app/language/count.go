package language

import (
	"strconv"
	"strings"

	"indagor/app"
)

// CountKey says what requests with the same key have in common; name is that
// of a user or department. Short is for where there is little room: the marks
// of a chart's axis.
func (l *Language) CountKey(by app.Dimension, key, name string, short bool) string {
	word := func(prefix string) string {
		if l.Has(prefix + key) {
			return l.T(prefix + key)
		}
		return key
	}
	switch by {
	case app.ByService:
		return word("service.")
	case app.ByType:
		return word("visura.type.")
	case app.ByOutcome:
		return word("outcome.")
	case app.ByReason:
		if key == "" {
			return l.T("statistics.no_reason")
		}
		if !l.Has("error." + key) {
			return key
		}
		return l.Error(app.E(app.Code(key))).What
	case app.ByUser, app.ByDepartment:
		if name == "" {
			return l.T("statistics.nameless." + string(by))
		}
		return name
	}
	d, ok := app.Day(key).Time()
	if !ok {
		return key
	}
	brief := d.Format(l.T("format.date_brief"))
	switch {
	case by == app.ByMonth && short:
		return d.Format("01/06")
	case by == app.ByMonth:
		return l.T("month."+strconv.Itoa(int(d.Month()))) + " " + strconv.Itoa(d.Year())
	case short:
		return brief
	case by == app.ByWeek:
		return l.T("statistics.week", "day", l.Day(app.Day(key)))
	}
	return l.Day(app.Day(key))
}

// Outcomes is how many rows of a list came to what, in the order in which a
// summary names them: "Dati trovati 4.700; Riga errata 12".
func (l *Language) Outcomes(counts map[app.Outcome]int) string {
	var parts []string
	for _, o := range app.JobOutcomes {
		if n := counts[o]; n > 0 {
			parts = append(parts, l.T("outcome."+string(o))+" "+l.Number(n))
		}
	}
	return strings.Join(parts, "; ")
}

// Period says the days from one to another, both within.
func (l *Language) Period(from, until app.Day) string {
	if from == until {
		return l.Day(from)
	}
	return l.T("statistics.period.days", "from", l.Day(from), "until", l.Day(until))
}

// Percent writes a share of the whole with one decimal: "12,5 %".
func (l *Language) Percent(part, whole int64) string {
	if whole == 0 {
		return "–"
	}
	tenths := (part*1000 + whole/2) / whole
	return l.Number(int(tenths/10)) + l.T("format.decimal") + strconv.Itoa(int(tenths%10)) + " %"
}

// Difference writes how much more than before: "+12", "-3", "0".
func (l *Language) Difference(n, before int64) string {
	if n > before {
		return "+" + l.Number(int(n-before))
	}
	return l.Number(int(n - before))
}
