package language

import (
	"strings"
	"time"

	"indagor/app"
)

// Date writes the day of a moment, in the language's zone: 03/07/1961.
func (l *Language) Date(t time.Time) string {
	return t.In(l.zone).Format(l.T("format.date"))
}

// Time writes the time of day of a moment, in the language's zone: 17:42.
func (l *Language) Time(t time.Time) string {
	return t.In(l.zone).Format(l.T("format.time"))
}

// Moment writes day and time of a moment: 03/07/1961 17:42.
func (l *Language) Moment(t time.Time) string { return l.Date(t) + " " + l.Time(t) }

// Exact writes day and time of a moment to the second: 03/07/1961 17:42:05.
func (l *Language) Exact(t time.Time) string {
	return t.In(l.zone).Format(l.T("format.date") + " " + l.T("format.time_exact"))
}

// Day writes a day of the calendar. A text that is no day is returned as it
// is: the register knows persons born in an unknown month.
func (l *Language) Day(d app.Day) string {
	t, ok := d.Time()
	if !ok {
		return string(d)
	}
	return t.Format(l.T("format.date"))
}

// Duration writes a length of time in at most its two largest units, rounded
// to the second: "45 s", "12 min", "1 h 20 min", "2 g 3 h". Seconds are not
// said from ten minutes on.
func (l *Language) Duration(d time.Duration) string {
	d = max(d, 0).Round(time.Second)
	if d >= 10*time.Minute {
		d = d.Round(time.Minute)
	}
	if d >= 24*time.Hour {
		d = d.Round(time.Hour)
	}
	var parts []string
	for _, u := range []struct {
		unit time.Duration
		key  string
	}{{24 * time.Hour, "duration.days"}, {time.Hour, "duration.hours"}, {time.Minute, "duration.minutes"}, {time.Second, "duration.seconds"}} {
		if n := int(d / u.unit); n > 0 || (len(parts) == 0 && u.unit == time.Second) {
			parts = append(parts, l.N(u.key, n))
		} else if len(parts) == 0 {
			continue
		} else {
			break
		}
		if d %= u.unit; d == 0 || len(parts) == 2 {
			break
		}
	}
	return strings.Join(parts, " ")
}
