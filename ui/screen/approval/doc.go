// Package approval is the page of TOP's queue of requests that wait for
// consent (convalida).
package approval
