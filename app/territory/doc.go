// Package territory knows the places that Italian registers name: the Comuni,
// living and ceased, and the foreign states, each with its codes and the
// period in which they were in force, and the meaning of the codes in the
// tables of ANPR.
//
// The facts come from the official archive of the Comuni and the tables
// published by the Ministero dell'Interno for ANPR (CC BY 4.0), reduced by
// cmd/tablegen to plain files. [Load] reads them from any file system into an
// [Atlas], which never changes afterwards and may be shared by goroutines.
//
// No table of places is ever complete. The package is therefore tolerant of
// days and strict of codes: it answers how far a code and a day agree
// ([Match]), and a code it does not know is an unknown place, not an error.
//
// The package imports the standard library only.
package territory
