// Package statistics is the presenter of the page of statistics, without a
// window: what is counted, over which period, by what, and the file of it. The
// server decides whose requests are counted.
package statistics
