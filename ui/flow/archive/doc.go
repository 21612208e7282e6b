// Package archive is the operator's own archive of visure, without a window:
// the filter, the rows page by page, and the visura that is looked at. The
// rows may come from the copy on this machine while the server is away; the
// state says so.
package archive
