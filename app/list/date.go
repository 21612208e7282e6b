package list

import (
	"strconv"
	"strings"
	"time"

	"indagor/app"
)

// Day reads a calendar day as people write it: day, month and year with
// slashes, hyphens, dots or blanks, year first, eight digits together, the
// month in letters, a time of day behind it, or a spreadsheet's number of
// days. The year may have two digits: the century is the last in which the day
// is not in the future, which is what the findings' grade warns of.
//
// swapped tells that the text has the month before the day, the only way in
// which it makes a date. The error is app.CodeDate.
func Day(s string) (day time.Time, swapped bool, err error) {
	d, swap, _, ok := readDay(s, time.Time{})
	if !ok {
		return time.Time{}, false, app.E(app.CodeDate)
	}
	return d, swap, nil
}

var months = map[string]time.Month{
	"gen": 1, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "mag": 5, "may": 5, "giu": 6, "jun": 6, "lug": 7, "jul": 7,
	"ago": 8, "aug": 8, "set": 9, "sep": 9, "ott": 10, "oct": 10, "nov": 11, "dic": 12, "dec": 12,
}

// readDay is Day, which also says whether the century was guessed. now decides
// about the century; its zero is taken as the year 2000.
func readDay(s string, now time.Time) (day time.Time, swapped, guessed, ok bool) {
	s = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(s), "'"))
	if len(s) > 40 {
		return
	}
	parts := strings.FieldsFunc(s, func(r rune) bool {
		return r == '/' || r == '-' || r == '.' || r == ' ' || r == '\u00a0' || r == ','
	})
	if len(parts) == 1 {
		return readDigits(s)
	}
	if len(parts) < 3 {
		return
	}
	// What follows the third part may only be a time of day. ISO joins it by T.
	if i := strings.IndexByte(parts[2], 'T'); i > 0 && len(parts[0]) == 4 {
		parts[2] = parts[2][:i]
	} else if len(parts) > 3 && !strings.Contains(parts[3], ":") {
		return
	}
	if len(parts[0]) == 4 {
		y, m, d, all := three(parts[0], parts[1], parts[2])
		if !all {
			return
		}
		day, ok = makeDay(y, m, d)
		return
	}
	d, m, y, all := three(parts[0], parts[1], parts[2])
	if !all {
		return
	}
	switch len(parts[2]) {
	case 2:
		guessed = true
		y += 1900
		last := now
		if last.IsZero() {
			last = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
		}
		if y+100 <= last.Year() {
			y += 100
		}
	case 4:
	default:
		return
	}
	if m > 12 && d <= 12 {
		day, ok = makeDay(y, d, m)
		return day, ok, guessed, ok
	}
	day, ok = makeDay(y, m, d)
	return
}

// readDigits reads a day written without separators: year first, day first, or
// the days since 30 December 1899 that spreadsheets count.
func readDigits(s string) (day time.Time, swapped, guessed, ok bool) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return
	}
	switch len(s) {
	case 8:
		if day, ok = makeDay(n/10000, n/100%100, n%100); ok && day.Year() >= 1880 && day.Year() < 2100 {
			return
		}
		day, ok = makeDay(n%10000, n/10000%100, n/1000000)
		ok = ok && day.Year() >= 1880 && day.Year() < 2100
		return
	case 5:
		// From 1927 on; smaller numbers are more often something else.
		return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n), false, false, n >= 10_000 && n < 73_000
	}
	return
}

func three(a, b, c string) (x, y, z int, ok bool) {
	x, ok1 := number(a)
	y, ok2 := number(b)
	if !ok2 && len(b) >= 3 {
		m, known := months[strings.ToLower(b[:3])]
		y, ok2 = int(m), known
	}
	z, ok3 := number(c)
	return x, y, z, ok1 && ok2 && ok3
}

func number(s string) (int, bool) {
	if s == "" || len(s) > 4 || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

func makeDay(y, m, d int) (time.Time, bool) {
	if y < 1800 || y > 2200 || m < 1 || m > 12 || d < 1 || d > 31 {
		return time.Time{}, false
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return t, t.Day() == d
}

// written is a day as suggestions show it.
func written(d time.Time) string { return d.Format("02/01/2006") }
