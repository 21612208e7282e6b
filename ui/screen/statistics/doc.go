// Package statistics is the page of statistics: one chart that answers the
// question above it, and its numbers in a table.
package statistics
