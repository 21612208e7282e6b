// Package list reads lists of persons as offices keep them (delimited text of
// whatever encoding, separator and quoting), and says of every row whether a
// person can be asked about by it, what is wrong where it cannot, and what was
// probably meant.
//
// It has two halves. A [Reader] turns bytes into rows, streaming, in memory
// that does not grow with the list, within [Limits]; it is of use for any list.
// A [Checker] gives the rows a meaning: who the person is ([Person]), with the
// findings for a human being to judge. Spreadsheets are read elsewhere and
// come in as a [Source] of the same rows.
//
// A fault of the whole list is an *[indagor/app.Error]; a fault of a row is a
// [Finding], which names line and column. Nothing is corrected unasked: a
// suggestion is a guess.
package list
