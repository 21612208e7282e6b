// Package codicefiscale reads, checks and computes the Italian fiscal code of
// natural persons.
//
// Sources: D.M. 23 December 1976 (G.U. 345 of 29 December 1976), which lays
// down the sixteen characters, the check letter and the substitutions for
// persons who would share a code (omocodia); D.P.R. 605/1973. A person may also
// hold a provisional code of eleven digits, with the check digit of the
// partita IVA.
//
// Two facts shape the package. The year has two digits, so a code tells one or
// two possible birth dates and never invents a century. And only the Agenzia
// delle Entrate attributes codes: one that differs from what can be computed
// may still be right, so comparisons answer how far they agree and seldom say
// wrong. Errors never contain the code they speak of.
package codicefiscale
