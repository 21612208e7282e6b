// Package visura is the page on which one visura is asked and its answer read:
// a form of three steps on one page, the request as it runs, and the card or
// the explicit page of whatever else came of it.
//
// The parts that show a visura (Answer, Evidence) are used by the archive too.
package visura
