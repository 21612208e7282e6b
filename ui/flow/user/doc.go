// Package user is the directory of users as an administrator works with it:
// the list with its filters, one user with the profile, registration and
// change, the state of the account, its password and its ADMIN. It has no
// windows in it.
//
// What may be offered is read from the one table of permissions; what is sent
// is judged by the server again. The list is used from one goroutine for
// changing what is asked, while its loading methods may run on others: an
// answer that comes after another question has been asked is dropped.
package user
