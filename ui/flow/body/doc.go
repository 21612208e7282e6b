// Package body is what profiles refer to, as TOP works with it: departments
// with their offices and purposes, and groups of Comuni. It has no windows in
// it.
package body
