// Package monitor is the page of any of the three monitors: who asked what, who
// signed in, and the administrative acts. Filters, the list page by page, and
// beside it the whole of the entry that is selected.
package monitor
