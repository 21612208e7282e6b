package signal

import (
	"encoding/json"
	"slices"
	"strings"

	"indagor/app"
	"indagor/server/internal/sight"
)

// hearer is one caller with all that decides what he hears.
type hearer struct {
	caller                      app.Caller
	activity, accesses, history sight.Sight
}

func newHearer(c app.Caller) hearer {
	return hearer{
		caller:   c,
		activity: sight.Of(c, app.PermMonitorActivity),
		accesses: sight.Of(c, app.PermMonitorAccess),
		history:  sight.Of(c, app.PermHistory),
	}
}

// hears is the one place that decides what of a committed event the caller
// hears: what his sight sees in the lists to which the event was added, as far
// as they show it, and the things that he administers and that it changed. That somebody read a
// monitor is not told: whoever is told reads it again, which would be told.
func (h hearer) hears(e app.Event) []app.SignalKind {
	var kinds []app.SignalKind
	switch e.Class {
	case app.ClassActivity:
		if !e.Kind.Unlisted() && h.activity.Sees(e) {
			kinds = append(kinds, app.SignalActivity)
		}
	case app.ClassAccess:
		if h.accesses.Sees(e) {
			kinds = append(kinds, app.SignalAccesses)
		}
	case app.ClassAdmin, app.ClassSystem:
		if e.Kind == app.EventMonitorRead {
			return nil
		}
		if h.history.Sees(e) {
			kinds = append(kinds, app.SignalHistory)
		}
		if thing, p, kind := subject(e.Kind); kind != "" && h.administers(p, thing, e) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// subject says of what an act is, and under which function it is administered.
func subject(k app.EventKind) (thing string, p app.Permission, kind app.SignalKind) {
	thing, _, _ = strings.Cut(string(k), ".")
	switch thing {
	case "user":
		return thing, app.PermEnableUsers, app.SignalUsers
	case "workstation":
		return thing, app.PermManageWorkstation, app.SignalWorkstations
	}
	return thing, "", ""
}

// administers reports whether the thing of the act is, or was before it, in
// the caller's reach. A workstation that nobody approved yet belongs to no
// department: whoever may approve one reaches it.
func (h hearer) administers(p app.Permission, thing string, e app.Event) bool {
	if e.Sealed() {
		return false
	}
	of := []app.ID{e.TargetDept}
	var before struct {
		Department app.ID `json:"department"`
	}
	if len(e.Before) > 0 && json.Unmarshal(e.Before, &before) == nil {
		of = append(of, before.Department)
	}
	if thing == "workstation" && slices.Contains(of, "") {
		return p.Grant(h.caller.User.Role).Reach != app.ReachNone
	}
	return slices.ContainsFunc(of, func(d app.ID) bool { return p.AllowsDepartment(h.caller.User.Standing(), d) })
}

// meant reports whether the signal is for the caller.
func (h hearer) meant(s app.Signal) bool {
	named := false
	for _, part := range []struct{ given, fits bool }{
		{s.User != "", s.User == h.caller.User.ID},
		{s.Workstation != "", s.Workstation == h.caller.Workstation},
		{len(s.Audience) > 0, s.Audience.Includes(h.caller.User)},
		{s.Permission != "", s.Permission.AllowsDepartment(h.caller.User.Standing(), s.Department)},
	} {
		if part.given && !part.fits {
			return false
		}
		named = named || part.given
	}
	return named
}
