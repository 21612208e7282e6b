package visura

import (
	"slices"

	"indagor/app"
)

// Purposes are those that the user may state, his favourites first.
func (f *Flow) Purposes() []app.Purpose {
	s, _ := f.config.Desk.Session()
	out := slices.Clone(s.Purposes)
	slices.SortStableFunc(out, func(a, b app.Purpose) int {
		switch x, y := f.Favourite(a.ID), f.Favourite(b.ID); {
		case x == y:
			return 0
		case x:
			return -1
		}
		return 1
	})
	return out
}

// Favourite reports whether the purpose is one of the user's favourites.
func (f *Flow) Favourite(purpose app.ID) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Contains(f.habits.Favourites, purpose)
}

// Prefer makes the purpose a favourite, or no longer one, and keeps that.
func (f *Flow) Prefer(purpose app.ID, yes bool) {
	f.mu.Lock()
	list := slices.DeleteFunc(slices.Clone(f.habits.Favourites), func(id app.ID) bool { return id == purpose })
	if yes && purpose != "" {
		list = append(list, purpose)
	}
	f.habits.Favourites = list
	user, habits := f.user, f.habits
	f.mu.Unlock()
	if f.config.Memory != nil {
		f.config.Memory.Remember(user, habits)
	}
	f.changed()
}
