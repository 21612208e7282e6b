// Package settings is the presenter of the body's settings as TOP works with
// them: what is in force, what is being changed, what of it may be saved, and
// what happens where another TOP has saved meanwhile. It has no windows in it.
package settings
