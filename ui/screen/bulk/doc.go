// Package bulk is the page of a service on lists: one's lists, and of the open
// one the preview of its rows, the plan, the progress and the result.
package bulk
