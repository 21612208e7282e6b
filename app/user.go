package app

import (
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"
)

// User is a named person with one account.
type User struct {
	ID          ID        `json:"id" required:"false" doc:"Made by the server; ignored in a request"`
	Username    string    `json:"username" doc:"Name for signing in; lower case, unique"`
	Role        Role      `json:"role" enum:"top,admin,standard,standardps"`
	Name        string    `json:"name"`
	Surname     string    `json:"surname"`
	FiscalCode  string    `json:"fiscal_code" doc:"Codice fiscale, checked, unique"`
	Email       string    `json:"email" doc:"Unique"`
	Phone       string    `json:"phone,omitempty"`
	StaffNumber string    `json:"staff_number,omitempty"`
	Department  ID        `json:"department,omitempty" doc:"Direzione; required but for TOP"`
	Office      string    `json:"office,omitempty"`
	Admin       ID        `json:"admin,omitempty" doc:"The ADMIN whom an operator is assigned to (legame)"`
	OperatorID  string    `json:"operator_id,omitempty" doc:"The person's own ANPR operator id"`
	Enabled     bool      `json:"enabled" required:"false" doc:"Changed by operations of its own"`
	ValidFrom   *Day      `json:"valid_from,omitempty" doc:"First day on which the account works"`
	ValidUntil  *Day      `json:"valid_until,omitempty" doc:"Last day on which the account works"`
	Hours       *Hours    `json:"hours,omitempty" doc:"Access hours, local time of the body"`
	Profile     Profile   `json:"profile"`
	Version     int       `json:"version" required:"false" doc:"Number of changes; sent back with an update so that two administrators do not overwrite each other"`
	Created     time.Time `json:"created" required:"false"`
	Updated     time.Time `json:"updated" required:"false"`
}

// Standing is the user as permissions see him.
func (u User) Standing() Standing { return Standing{u.ID, u.Role, u.Department} }

// FullName is name and surname as they are written.
func (u User) FullName() string { return strings.TrimSpace(u.Name + " " + u.Surname) }

// FullNames are the names of users, each with the user name: two may have one
// name.
func FullNames(users []User) []string {
	out := make([]string, len(users))
	for i, u := range users {
		out[i] = u.FullName() + " (" + u.Username + ")"
	}
	return out
}

// FirstNames lists names, the first ten of them.
func FirstNames(all []string) string {
	all = slices.Clone(all)
	slices.Sort(all)
	all = slices.Compact(all)
	if len(all) > 10 {
		return strings.Join(all[:10], ", ") + ", …"
	}
	return strings.Join(all, ", ")
}

// Day is a day of the calendar, without time or zone, written 2026-11-22.
type Day string

// DayOf is the day of t in t's own zone.
func DayOf(t time.Time) Day { return Day(t.Format(time.DateOnly)) }

// Time is midnight UTC of the day; ok is false where the text is no day.
func (d Day) Time() (t time.Time, ok bool) {
	t, err := time.Parse(time.DateOnly, string(d))
	return t, err == nil
}

// Hours are the hours of the week in which an account may work, local time of
// the body.
type Hours struct {
	Days  []int `json:"days" doc:"Days of the week, Monday is 1, Sunday is 7"`
	From  int   `json:"from" minimum:"0" maximum:"1440" doc:"Minutes after midnight"`
	Until int   `json:"until" minimum:"0" maximum:"1440" doc:"Minutes after midnight, excluded"`
}

// Contain reports whether the moment, in its own zone, is within the hours.
func (h *Hours) Contain(t time.Time) bool {
	if h == nil {
		return true
	}
	day := int(t.Weekday())
	if day == 0 {
		day = 7
	}
	minute := t.Hour()*60 + t.Minute()
	for _, d := range h.Days {
		if d == day {
			return minute >= h.From && minute < h.Until
		}
	}
	return false
}

// MayStand reports whether others may rely on the account on that day, as
// their ADMIN or their Mediator: it is enabled and within its validity.
func (u User) MayStand(today Day) bool {
	return u.Enabled && (u.ValidFrom == nil || today >= *u.ValidFrom) && (u.ValidUntil == nil || today <= *u.ValidUntil)
}

// MayWork says why the account does not work at the moment t, which is given
// in the zone of the body; nil where it works.
func (u User) MayWork(t time.Time) error {
	today := DayOf(t)
	switch {
	case !u.Enabled:
		return E(CodeAccountOff)
	case u.ValidFrom != nil && today < *u.ValidFrom:
		return E(CodeAccountPeriod, "from", string(*u.ValidFrom))
	case u.ValidUntil != nil && today > *u.ValidUntil:
		return E(CodeAccountPeriod, "until", string(*u.ValidUntil))
	case !u.Hours.Contain(t):
		return E(CodeAccountHours)
	}
	return nil
}

// Between is the period from the beginning of one day to the end of another,
// in the zone; "" leaves that side open (the zero time). What is no day is
// refused with the field "from" or "until".
func Between(from, until Day, zone *time.Location) (start, end time.Time, err error) {
	midnight := func(d Day, shift int, field string) (time.Time, error) {
		if d == "" {
			return time.Time{}, nil
		}
		t, ok := d.Time()
		if !ok {
			return t, E(CodeDate).At(field)
		}
		return time.Date(t.Year(), t.Month(), t.Day()+shift, 0, 0, 0, 0, zone), nil
	}
	if start, err = midnight(from, 0, "from"); err != nil {
		return start, end, err
	}
	end, err = midnight(until, 1, "until")
	return start, end, err
}

// NormalizeUsername is the form in which user names are kept and compared.
func NormalizeUsername(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// CheckIdentity checks what can be checked of the person without other data.
// The fiscal code's own check is passed in, since its rules live elsewhere.
func (u User) CheckIdentity(fiscalCode func(string) error) Errors {
	var es Errors
	need := func(field, value string, most int) {
		switch {
		case strings.TrimSpace(value) == "":
			es = append(es, E(CodeRequired).At(field))
		case len(value) > most:
			es = append(es, E(CodeTooLong, "most", strconv.Itoa(most)).At(field))
		}
	}
	need("username", u.Username, 64)
	if u.Username != "" && strings.Trim(u.Username, "abcdefghijklmnopqrstuvwxyz0123456789.-_") != "" {
		es = append(es, E(CodeMalformed).At("username"))
	}
	need("name", u.Name, 100)
	need("surname", u.Surname, 100)
	need("fiscal_code", u.FiscalCode, 16)
	if u.FiscalCode != "" {
		if err := fiscalCode(u.FiscalCode); err != nil {
			es = append(es, E(CodeFiscalCode).At("fiscal_code").Because(err))
		}
	}
	need("email", u.Email, 254)
	if u.Email != "" {
		if a, err := mail.ParseAddress(u.Email); err != nil || a.Address != u.Email {
			es = append(es, E(CodeEmail).At("email"))
		}
	}
	if !u.Role.Valid() {
		es = append(es, E(CodeInvalid).At("role"))
	}
	if u.Role != RoleTop && u.Department == "" {
		es = append(es, E(CodeRequired).At("department"))
	}
	if u.Role.Operative() && u.Admin == "" {
		es = append(es, E(CodeRequired).At("admin"))
	}
	if u.Role.Administrative() && u.Admin != "" {
		es = append(es, E(CodeInvalid).At("admin"))
	}
	for field, day := range map[string]*Day{"valid_from": u.ValidFrom, "valid_until": u.ValidUntil} {
		if day == nil {
			continue
		}
		if _, ok := day.Time(); !ok {
			es = append(es, E(CodeDate).At(field))
		}
	}
	if u.ValidFrom != nil && u.ValidUntil != nil && *u.ValidFrom > *u.ValidUntil {
		es = append(es, E(CodeProfilePeriod).At("valid_until"))
	}
	noDay := func(d int) bool { return d < 1 || d > 7 }
	if h := u.Hours; h != nil && (h.From >= h.Until || len(h.Days) == 0 || slices.ContainsFunc(h.Days, noDay)) {
		es = append(es, E(CodeProfilePeriod).At("hours"))
	}
	return es
}
