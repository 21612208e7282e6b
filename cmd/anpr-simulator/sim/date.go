package sim

import (
	"fmt"
	"strconv"
	"time"
)

// Date is a calendar day written as the number yyyymmdd. The zero Date is an
// unknown day. Dates compare as numbers.
type Date int32

// NewDate makes a Date. A day beyond the end of the month, such as a 29
// February in a common year, becomes the last of it.
func NewDate(year, month, day int) Date {
	return Date(year*10000 + month*100 + min(day, daysIn(year, month)))
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// ParseDate reads YYYY-MM-DD.
func ParseDate(s string) (Date, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, fmt.Errorf("date %q is not YYYY-MM-DD", s)
	}
	n := 0
	for i := range len(s) {
		if i == 4 || i == 7 {
			continue
		}
		if s[i] < '0' || s[i] > '9' {
			return 0, fmt.Errorf("date %q is not YYYY-MM-DD", s)
		}
		n = n*10 + int(s[i]-'0')
	}
	d := Date(n)
	if d.Year() < 1 || d.Month() < 1 || d.Month() > 12 || d.Day() < 1 || d.Day() > daysIn(d.Year(), d.Month()) {
		return 0, fmt.Errorf("date %q does not exist", s)
	}
	return d, nil
}

// DateOf is the day that a time shows in its location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date(y*10000 + int(m)*100 + d)
}

// Year, Month and Day are the parts of the date.
func (d Date) Year() int  { return int(d) / 10000 }
func (d Date) Month() int { return int(d) / 100 % 100 }
func (d Date) Day() int   { return int(d) % 100 }

// Time is midnight UTC of the day.
func (d Date) Time() time.Time {
	return time.Date(d.Year(), time.Month(d.Month()), d.Day(), 0, 0, 0, 0, time.UTC)
}

// String writes YYYY-MM-DD, and nothing for the zero Date.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	b := strconv.AppendInt(make([]byte, 0, 10), int64(d)+100_000_000, 10)
	return string([]byte{b[1], b[2], b[3], b[4], '-', b[5], b[6], '-', b[7], b[8]})
}

// MarshalText writes the date as String does, so that it is readable in JSON.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*d = 0
		return nil
	}
	*d, err = ParseDate(string(text))
	return err
}

// yearsLater is the same day some years on.
func (d Date) yearsLater(n int) Date { return NewDate(d.Year()+n, d.Month(), d.Day()) }
