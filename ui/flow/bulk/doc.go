// Package bulk is the presenter of the two services on lists: one's own lists,
// and of the one that is open the steps from the file to the result.
package bulk
