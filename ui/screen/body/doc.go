// Package body shows departments and groups of Comuni to those who decide what
// profiles may refer to.
package body
