// Package workstation is the register of workstations as an administrator
// works with it: the list with its filters, one workstation with its history,
// approval, suspension, revocation, and the enrolment tokens for rolling out
// many. It has no windows in it.
//
// The presenters are used from one goroutine for changing what is asked, while
// their loading methods may run on others: an answer that comes after another
// question has been asked is dropped.
package workstation
