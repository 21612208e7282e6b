package widget

import (
	"strings"
	"time"
)

// DateFormat is how dates are shown: 03/07/1961.
const DateFormat = "02/01/2006"

// ParseDate reads a date as Italians type it: 3/7/1961, 03071961, 030761,
// 3-7-61, 3.7.1961, also with spaces, always day, month, year. Years have four
// digits (1800 to 2199) or two: then it is the latest such year whose date is
// not after now. The result is midnight UTC; ok is false,
// and the date zero, if s is no date.
func ParseDate(s string, now time.Time) (date time.Time, ok bool) {
	parts, ok := dateParts(strings.TrimSpace(s))
	if !ok {
		return time.Time{}, false
	}
	var n [3]int
	for i, p := range parts {
		for _, r := range p {
			n[i] = n[i]*10 + int(r-'0')
		}
	}
	day, month, year := n[0], n[1], n[2]
	if len(parts[2]) == 4 {
		if year < 1800 || year > 2199 {
			return time.Time{}, false
		}
		return makeDate(year, month, day)
	}
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	for century := now.Year() / 100; century >= now.Year()/100-1; century-- {
		if date, ok := makeDate(century*100+year, month, day); ok && !date.After(today) {
			return date, true
		}
	}
	return time.Time{}, false
}

// Ahead is the clock for days that are still to come: two digits of a year are
// then of one within fifty years rather than of the century before.
func Ahead(now func() time.Time) func() time.Time {
	return func() time.Time { return now().AddDate(50, 0, 0) }
}

// dateParts splits into day, month and year, each of digits and of a length
// that it can have.
func dateParts(s string) (parts [3]string, ok bool) {
	for _, r := range s {
		if (r < '0' || r > '9') && !strings.ContainsRune("/-. ", r) {
			return parts, false
		}
	}
	fields := strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	switch {
	case len(fields) == 1 && (len(s) == 6 || len(s) == 8):
		return [3]string{s[:2], s[2:4], s[4:]}, true
	case len(fields) == 3:
		parts = [3]string(fields)
	default:
		return parts, false
	}
	if s[0] < '0' || s[0] > '9' || s[len(s)-1] < '0' || s[len(s)-1] > '9' {
		return parts, false
	}
	y := len(parts[2])
	return parts, len(parts[0]) <= 2 && len(parts[1]) <= 2 && (y == 2 || y == 4)
}

func makeDate(year, month, day int) (time.Time, bool) {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if t.Year() != year || int(t.Month()) != month || t.Day() != day {
		return time.Time{}, false // such as 31/4, which Go takes for 1/5
	}
	return t, true
}
