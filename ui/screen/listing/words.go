package listing

// Words are what a list says of itself; those left empty are said in general
// words.
type Words struct {
	// Count says how many rows there are: "15 utenti"; First, how many are here
	// while there are more that nobody has counted: "Primi 100 utenti: scorrere
	// per gli altri".
	Count, First func(n int) string
	Loading      string
	Empty        string // nothing is there at all
	EmptyAction  string // what can be done about it; "": nothing
	OnEmpty      func()
	Filtered     string // nothing is there that fits the filters
	Away         string // what it means for this list that the server is away
	Cached       string // what it means that the rows are those of this machine
	Reading      string // the detail is on its way
}
