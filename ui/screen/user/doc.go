// Package user shows the users to those who administer them: the list, one
// user in words, the editor, and the acts on an account.
package user
