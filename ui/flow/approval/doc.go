// Package approval is the presenter of TOP's queue of requests that wait for
// consent (convalida): the list with its filters, the detail, and the answers
// to one or many.
package approval
