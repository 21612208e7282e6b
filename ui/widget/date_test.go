package widget_test

import (
	"strings"
	"testing"
	"time"

	"indagor/ui/widget"
)

var now = time.Date(2026, 11, 22, 17, 42, 0, 0, time.FixedZone("CET", 3600))

func TestParseDate(t *testing.T) {
	for in, want := range map[string]string{
		"3/7/1961": "1961-07-03", "03071961": "1961-07-03", "030761": "1961-07-03", "3-7-61": "1961-07-03",
		"3.7.1961": "1961-07-03", "03/07/1961": "1961-07-03", " 3 7 1961 ": "1961-07-03", "3 / 7 / 61": "1961-07-03",
		"29/2/2024": "2024-02-29", "29/2/1900": "", "31/4/2000": "", "0/1/2000": "", "1/0/2000": "", "1/13/2000": "", "32/1/2000": "",
		"22/11/26": "2026-11-22", "23/11/26": "1926-11-23", "1/1/27": "1927-01-01", "1/1/00": "2000-01-01",
		"29/2/24": "2024-02-29", "29/2/28": "1928-02-29", "29/2/99": "",
		"31/12/2199": "2199-12-31", "1/1/1800": "1800-01-01", "1/1/1799": "", "1/1/2200": "",
		"": "", "/": "", "3/7": "", "3/7/1961/": "", "/3/7/1961": "", "3/7/961": "", "003/7/1961": "", "3/007/1961": "",
		"37196": "", "3071961": "", "0307196": "", "a3/7/1961": "", "3/7/1961 x": "", "٣/٧/١٩٦١": "", "-3-7-61": "", "1961-07-03": "",
	} {
		got, ok := widget.ParseDate(in, now)
		text := ""
		if ok {
			text = got.Format(time.DateOnly)
		}
		if text != want {
			t.Errorf("ParseDate(%q) = %q, want %q", in, text, want)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"3/7/1961", "030761", "3-7-61", "3.7.1961", "29/2/2024", "x", "99/99/9999", " 1 1 00 "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, ok := widget.ParseDate(s, now)
		if !ok {
			if !d.IsZero() {
				t.Fatalf("%q: no date, yet %v", s, d)
			}
			return
		}
		if d.Year() < 1800 || d.Year() > 2199 || d.Location() != time.UTC || d.Hour() != 0 {
			t.Fatalf("%q: %v", s, d)
		}
		// What is shown is read back as the same date, in every way to type it.
		for _, layout := range []string{widget.DateFormat, "2/1/2006", "02012006", "2-1-2006", "2.1.2006", "2 1 2006"} {
			again, ok := widget.ParseDate(d.Format(layout), now)
			if !ok || !again.Equal(d) {
				t.Fatalf("%q: %s gives %v, %v", s, d.Format(layout), again, ok)
			}
		}
		if strings.ContainsFunc(s, func(r rune) bool { return r > 127 }) {
			t.Fatalf("%q taken as a date", s)
		}
	})
}

// TestAhead: for a day to come, two digits of a year are of one to come.
func TestAhead(t *testing.T) {
	for in, want := range map[string]string{"31/12/27": "2027-12-31", "1/1/76": "2076-01-01", "22/11/76": "2076-11-22", "23/11/76": "1976-11-23", "31121961": "1961-12-31"} {
		got, ok := widget.ParseDate(in, widget.Ahead(func() time.Time { return now })())
		if !ok || got.Format(time.DateOnly) != want {
			t.Errorf("%s: %v, %t, want %s", in, got, ok, want)
		}
	}
}
