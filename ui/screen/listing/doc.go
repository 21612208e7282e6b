// Package listing is the one page of a list: title with its one action, filter
// line, rows with the detail beside them, what is said in their place, keys.
// A page of the desktop that shows a list says only its columns, its filters,
// its detail and its acts.
//
//	page := listing.New(listing.Parts[Filter, Row, Detail]{
//		Place: screen.Users, Host: host, Flow: flow, Title: …, Words: …, Columns: …,
//		Filter: [][]listing.Control[Filter]{{listing.Search(…), listing.Chips(…)}},
//		Detail: func(row Row, st list.State[Filter, Row, Detail]) listing.Detail { … },
//	})
//
// The page is a screen.Screen by itself; a screen that does more embeds it.
package listing
