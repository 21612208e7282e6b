package ui

import (
	"indagor/app"
	"indagor/app/territory"
	"indagor/sync/wire"
	approvalflow "indagor/ui/flow/approval"
	archiveflow "indagor/ui/flow/archive"
	boardflow "indagor/ui/flow/board"
	bulkflow "indagor/ui/flow/bulk"
	"indagor/ui/flow/connect"
	"indagor/ui/flow/list"
	monitorflow "indagor/ui/flow/monitor"
	visuraflow "indagor/ui/flow/visura"
	"indagor/ui/screen"
	"indagor/ui/screen/approval"
	"indagor/ui/screen/archive"
	"indagor/ui/screen/board"
	"indagor/ui/screen/body"
	"indagor/ui/screen/bulk"
	"indagor/ui/screen/home"
	"indagor/ui/screen/listing"
	"indagor/ui/screen/user"
	"indagor/ui/screen/visura"
	"indagor/ui/screen/workstation"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

var _ listing.Keeper = (*Shell)(nil)

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
				Host: s, Session: w.session, Has: w.has, Waiting: w.waiting, Notices: w.unread, Mail: func() wire.MailHealth { return w.mail }, Decode: s.decode, Refresh: s.poll,
			})
		}},
		{screen.Visure, theme.IconSearch, app.PermUseServices, 0, func(s *Shell, w *work) screen.Screen {
			return visura.New(s, visuraflow.New(visuraflow.Config{
				Desk: w.desk, Atlas: s.atlas(w), Own: s.info.Belfiore, Memory: habits{w.desk}, Now: s.o.Now, Fault: s.fault, Go: s.o.Go, Every: s.o.Every,
			}))
		}},
		{screen.Enrichment, theme.IconList, app.PermUseServices, 0, lists(app.ServiceEnrichment)},
		{screen.Household, theme.IconPeople, app.PermUseServices, 0, lists(app.ServiceHousehold)},
		{screen.Archive, theme.IconArchive, app.PermArchive, 0, func(s *Shell, w *work) screen.Screen {
			return archive.New(s, archiveflow.New(archiveflow.Config{
				Desk: w.desk, Now: s.o.Now, Reference: s.reference, Away: s.away, Go: s.o.Go, Lost: s.tellLost,
			}))
		}},
		{screen.Board, theme.IconBoard, app.PermReadBoard, 0, func(s *Shell, w *work) screen.Screen {
			return board.NewReceived(s.boards(w), boardflow.NewReceived(w.desk, s.lists(w), s.o.Now, func(n int) {
				s.do(func() { s.readBoard(w, n) })
			}))
		}},
		{screen.Approvals, theme.IconApprove, app.PermApprove, 1, func(s *Shell, w *work) screen.Screen {
			return approval.New(s, approvalflow.New(approvalflow.Config{
				Desk: w.desk, Context: w.ctx, Now: s.o.Now, Go: s.o.Go, Reference: s.reference, Away: s.away, Lost: s.tellLost,
				Counted: func(n int) { s.Badge(screen.Approvals, n) },
			}), s.o.Every)
		}},
		{screen.Users, theme.IconPeople, app.PermEnableUsers, 1, func(s *Shell, w *work) screen.Screen {
			return user.New(user.Options{
				Host: s, Desk: w.desk, Context: w.ctx, Session: w.session, Say: s.Say, Decode: s.decode, Now: s.o.Now,
				Silence: func() int { return s.info.Silence }, Lists: s.lists(w), Go: s.o.Go, Do: s.o.Do,
			})
		}},
		{screen.Assignments, theme.IconSwap, app.PermMoveOperators, 1, assignments},
		{screen.Workstations, theme.IconComputer, app.PermManageWorkstation, 1, func(s *Shell, w *work) screen.Screen {
			return workstation.NewRegister(s.workstations(w))
		}},
		{screen.Tokens, theme.IconKey, app.PermManageWorkstation, 1, func(s *Shell, w *work) screen.Screen {
			return workstation.NewTokens(s.workstations(w))
		}},
		{screen.Sent, theme.IconSend, app.PermSendNotice, 1, func(s *Shell, w *work) screen.Screen {
			o := s.lists(w)
			return board.NewSent(s.boards(w), boardflow.NewSent(w.desk, o), boardflow.NewCompose(w.desk, drafts{w.desk}, o, s.o.Now))
		}},
		{screen.Departments, theme.IconBuilding, app.PermSettings, 1, func(s *Shell, w *work) screen.Screen {
			return body.NewDepartments(s.body(w))
		}},
		{screen.Groups, theme.IconPlace, app.PermSettings, 1, func(s *Shell, w *work) screen.Screen {
			return body.NewGroups(s.body(w))
		}},
		{screen.Activity, theme.IconList, app.PermMonitorActivity, 2, monitors(monitorflow.Activity)},
		{screen.Accesses, theme.IconLogin, app.PermMonitorAccess, 2, monitors(monitorflow.Accesses)},
		{screen.History, theme.IconHistory, app.PermHistory, 2, monitors(monitorflow.History)},
		{screen.Statistics, theme.IconChart, app.PermStatistics, 2, statisticsPage},
		{screen.Mails, theme.IconMail, app.PermSettings, 3, mailsPage},
		{screen.Settings, theme.IconSettings, app.PermSettings, 3, settingsPage},
	}
}

// lists makes the page of a service on lists.
func lists(service app.Service) func(s *Shell, w *work) screen.Screen {
	return func(s *Shell, w *work) screen.Screen {
		return bulk.New(bulk.Options{
			Host: s, Flow: bulkflow.New(s.lists(w), w.desk, service), Session: w.session(), Download: s.Download, Say: s.Say, Do: s.o.Do, Now: s.o.Now,
		})
	}
}

// enabled reports whether the profile of who is signed in has the page: a
// service on lists that is not enabled has none.
func enabled(id screen.Place, p app.Profile) bool {
	switch id {
	case screen.Enrichment:
		return p.Enrichment != nil
	case screen.Household:
		return p.Household != nil
	}
	return true
}

func (s *Shell) body(w *work) body.Options {
	return body.Options{Host: s, Desk: w.desk, Context: w.ctx, Atlas: s.atlas(w), Lists: s.lists(w), Go: s.o.Go, Do: s.o.Do}
}

// fault tells what an error means for a visura that was asked.
func (s *Shell) fault(err error) visuraflow.Fault {
	return visuraflow.Fault{Unreachable: s.away(err), Reference: s.reference(err)}
}

// atlas gives the tables of places: the server's, where they have come and are
// newer than the program's own.
func (s *Shell) atlas(w *work) func() *territory.Atlas {
	return func() *territory.Atlas { return w.desk.Atlas(s.o.Atlas) }
}

// away reports whether an error is that the server cannot be reached.
func (s *Shell) away(err error) bool { return remote(err) != connect.TroubleNone }

// habits keeps what is stated again and again, for each person, in the
// encrypted copy.
type habits struct{ desk Desk }

const settingHabits = "visura.habits"

func (h habits) Recall(app.ID) visuraflow.Habits {
	var kept visuraflow.Habits
	h.desk.UserSetting(settingHabits, &kept)
	return kept
}

func (h habits) Remember(_ app.ID, kept visuraflow.Habits) {
	// What is not remembered is stated again; there is nobody to tell.
	_ = h.desk.SetUserSetting(settingHabits, kept)
}

func (s *Shell) workstations(w *work) workstation.Options {
	return workstation.Options{
		Host: s, Desk: w.desk, Context: w.ctx, Session: w.session, Lists: s.lists(w), Go: s.o.Go, Do: s.o.Do, Server: s.settings.Server,
		Pending: func(n int) { s.do(func() { s.pending(w, n) }) },
	}
}

// lists is what every list stands on.
func (s *Shell) lists(w *work) list.Options {
	return list.Options{Context: w.ctx, Go: s.o.Go, Reference: s.reference, Away: s.away, Lost: s.tellLost}
}

// tellLost is lost from any goroutine.
func (s *Shell) tellLost(err error) { s.do(func() { s.lost(err) }) }

const settingWidths = "list.widths."

// Widths implements listing.Keeper: they are kept for each person, in the
// encrypted copy.
func (s *Shell) Widths(p screen.Place) map[string]float32 {
	var kept map[string]float32
	if s.work != nil {
		s.work.desk.UserSetting(settingWidths+string(p), &kept)
	}
	return kept
}

// KeepWidths implements listing.Keeper.
func (s *Shell) KeepWidths(p screen.Place, widths map[string]float32) {
	if s.work != nil {
		// What is not kept is as it was at first; there is nobody to tell.
		_ = s.work.desk.SetUserSetting(settingWidths+string(p), widths)
	}
}

// allowed lists the pages that the session's permissions open.
func (w *work) allowed() []place {
	var out []place
	session := w.session()
	permissions := session.Permissions
	for _, p := range places() {
		if !enabled(p.id, session.User.Profile) {
			continue
		}
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
