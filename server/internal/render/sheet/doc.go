// Package sheet writes tables of any length for spreadsheets, as CSV or XLSX,
// row after row: what it holds at once does not grow with the table.
//
// What a value is decides how it is written. Numbers, days and moments are
// numbers, days and moments to the spreadsheet too; text is text and nothing
// else, whatever it looks like. A text that came from outside (a file
// reference, a name) and that a spreadsheet would take for a formula cannot
// become one, whichever program opens the file: in a CSV, which does not say
// what is text, an apostrophe stands before it; in an XLSX the cell itself
// says that it is text, and stays so when it is edited.
package sheet
