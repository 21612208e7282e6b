package desk

import "indagor/app"

// Names of settings that the desk itself keeps.
const (
	settingServer   = "desk.server"
	settingUsername = "desk.username"
	settingLastSync = "desk.last_sync"
)

// Table gives a reference table from the copy; ok is false where it is not
// there (yet).
func (d *Desk) Table(name string) (content []byte, ok bool) {
	content, ok, err := d.copy.Table(name)
	if err != nil {
		d.log.Warn("reading the copy", "error", err)
		return nil, false
	}
	return content, ok
}

// Setting reads a small value of the profile into a pointer, such as the size
// of the window; it reports whether there is one.
func (d *Desk) Setting(name string, into any) bool { return d.setting("", name, into) }

// SetSetting keeps a small value of the profile, as JSON, sealed in the copy.
func (d *Desk) SetSetting(name string, value any) error { return d.copy.SetSetting("", name, value) }

// UserSetting reads a small value of who is signed in, such as the purpose
// stated last.
func (d *Desk) UserSetting(name string, into any) bool {
	s, ok := d.Session()
	return ok && d.setting(s.User.ID, name, into)
}

// SetUserSetting keeps a small value of who is signed in.
func (d *Desk) SetUserSetting(name string, value any) error {
	s, ok := d.Session()
	if !ok {
		return app.E(app.CodeSessionMissing)
	}
	return d.copy.SetSetting(s.User.ID, name, value)
}

func (d *Desk) setting(user app.ID, name string, into any) bool {
	ok, err := d.copy.Setting(user, name, into)
	if err != nil {
		d.log.Warn("reading the copy", "error", err)
	}
	return ok && err == nil
}
