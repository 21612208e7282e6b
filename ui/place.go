package ui

import (
	"indagor/app"
	"indagor/ui/screen"
	"indagor/ui/screen/home"
	"indagor/ui/screen/workstation"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// place is one page of the navigation.
type place struct {
	id    screen.Place
	icon  theme.IconName
	needs app.Permission // "" for everybody
	group int            // pages of a group stand together
	make  func(s *Shell, w *work) screen.Screen
}

// places is the one table of the pages, in the order of the navigation.
func places() []place {
	return []place{
		{screen.Home, theme.IconHome, "", 0, func(s *Shell, w *work) screen.Screen {
			return home.New(home.Options{
				Host: s, Session: w.session, Has: w.has, Waiting: w.waiting, Decode: s.decode, Refresh: s.poll,
			})
		}},
		{screen.Workstations, theme.IconComputer, app.PermManageWorkstation, 1, func(s *Shell, w *work) screen.Screen {
			return workstation.NewRegister(s.workstations(w))
		}},
		{screen.Tokens, theme.IconKey, app.PermManageWorkstation, 1, func(s *Shell, w *work) screen.Screen {
			return workstation.NewTokens(s.workstations(w))
		}},
	}
}

func (s *Shell) workstations(w *work) workstation.Options {
	return workstation.Options{
		Host: s, Desk: w.desk, Context: w.ctx, Session: w.session, Say: s.Say, Server: s.settings.Server,
		Pending: func(n int) { s.do(func() { s.pending(w, n) }) },
	}
}

// allowed lists the pages that the session's permissions open.
func (w *work) allowed() []place {
	var out []place
	permissions := w.session().Permissions
	for _, p := range places() {
		if p.needs == "" || (permissions[p.needs] != "" && permissions[p.needs] != app.ReachNone.String()) {
			out = append(out, p)
		}
	}
	return out
}

// has reports whether the navigation has the page.
func (w *work) has(id screen.Place) bool {
	for _, p := range w.allowed() {
		if p.id == id {
			return true
		}
	}
	return false
}

// navigation is the list of pages for the sidebar.
func (s *Shell) navigation(w *work) []widget.NavGroup {
	var groups []widget.NavGroup
	last := -1
	for _, p := range w.allowed() {
		if p.group != last {
			groups, last = append(groups, widget.NavGroup{}), p.group
		}
		g := &groups[len(groups)-1]
		g.Items = append(g.Items, widget.NavItem{
			ID: string(p.id), Text: s.t("place." + string(p.id)), Short: s.t("place." + string(p.id) + ".short"), Icon: p.icon, Count: w.counts[p.id],
		})
	}
	return groups
}
