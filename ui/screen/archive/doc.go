// Package archive is the page of the operator's own archive of visure: filters,
// the list page by page, and beside it the visura that is selected, shown with
// the same card as when it was asked.
package archive
