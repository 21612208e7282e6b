// Package settings is the page of the body's settings: groups of fields, each
// with a sentence of what it means, and beside them what is about to change.
package settings
