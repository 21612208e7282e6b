package app

// VisuraSpec says, as data, which e-service answers a type of visura and how
// its answer is laid out as a card. A new type is a new row.
type VisuraSpec struct {
	Type    VisuraType
	Service string   // the ANPR e-service, "C020"; "" where it is made of others
	Members bool     // one subject of the answer per member of a household, not one person
	Needs   []string // groups of which the answer has at least one, or else there is no data
	Answer  []Field  // what decides the case, shown first and large
	Groups  []Group  // the rest

	// Verifies says that the answer is yes, no or not known, and no more.
	Verifies bool
	Declares []Declaration // what the operator states, for ANPR to compare
	// ByCode says that the person must be given by fiscal code or identity:
	// ANPR's answer does not tell whose the national id is.
	ByCode bool
	// History says that the e-service is asked again for earlier dates.
	History bool
}

// Declaration is one thing that the operator states of a person and ANPR
// compares.
type Declaration struct {
	Input    Input
	Path     string // where it stands in the group "verifica"
	Optional bool
}

// Input is what is stated: a field of Declared.
type Input string

// The inputs.
const (
	InputComune      Input = "comune"
	InputState       Input = "state"
	InputCivilStatus Input = "civil_status"
	InputDate        Input = "date"
	InputSurname     Input = "surname"
	InputName        Input = "name"
)

// Declared is what the operator states of a person, for ANPR to say whether it
// is so.
type Declared struct {
	Comune      string `json:"comune,omitempty" maxLength:"4" doc:"Cadastral (Belfiore) code of the Comune"`
	State       string `json:"state,omitempty" maxLength:"3" doc:"ISTAT code of the state, 100 for Italy"`
	CivilStatus string `json:"civil_status,omitempty" maxLength:"2" doc:"Code of ANPR's table 01"`
	Date        Day    `json:"date,omitempty" maxLength:"10"`
	Surname     string `json:"surname,omitempty" maxLength:"100"`
	Name        string `json:"name,omitempty" maxLength:"100"`
	// Words are what the codes mean, by the server; ignored in a request.
	Words map[Input]string `json:"words,omitempty" required:"false" doc:"What the codes mean; ignored in a request"`
}

// Says is what is stated of the input as people read it; days are left as they
// are.
func (d *Declared) Says(i Input) string {
	if d == nil {
		return ""
	}
	if w := d.Words[i]; w != "" {
		return w
	}
	return d.Of(i)
}

// Italy is the ISTAT code of Italy among the states.
const Italy = "100"

// Of is what is stated of the input; "" where nothing is.
func (d *Declared) Of(i Input) string {
	if d == nil {
		return ""
	}
	switch i {
	case InputComune:
		return d.Comune
	case InputState:
		return d.State
	case InputCivilStatus:
		return d.CivilStatus
	case InputDate:
		return string(d.Date)
	case InputSurname:
		return d.Surname
	case InputName:
		return d.Name
	}
	return ""
}

// Group is a titled group of fields of a card.
type Group struct {
	Title  string // key of the catalogue
	Each   string // path of a list: the group is repeated for each of its elements
	Fields []Field
}

// Field is one value of a card: where it stands in datiSoggetto and how it is
// written.
type Field struct {
	Label  string // key of the catalogue
	Path   string // dotted path in datiSoggetto, or in the element of Group.Each
	Format Format
	Table  string // with FormatTable: the ANPR table of the codes; with FormatPhrase: the phrases' prefix
}

// Format says how a value of the register is written for people.
type Format string

// The formats.
const (
	FormatText    Format = "text"
	FormatCode    Format = "code"    // identifiers: monospace
	FormatDate    Format = "date"    // with day or month unknown, as the register says
	FormatTable   Format = "table"   // a code, shown as its meaning
	FormatPhrase  Format = "phrase"  // a code, shown as the phrase "<Table>.<code>" of the catalogue
	FormatPlace   Format = "place"   // a Comune with its province, or a foreign place
	FormatAddress Format = "address" // an Italian or foreign address
	FormatName    Format = "name"    // surname and name of a generalita group
	FormatBond    Format = "bond"    // the relationship of a legameSoggetto group
	FormatInfo    Format = "info"    // an item of infoSoggettoEnte, by its id in Path
	FormatCount   Format = "count"   // how many subjects the answer has
	FormatStates  Format = "states"  // the states of a cittadinanza list
	FormatAlive   Format = "alive"   // alive, dead since, or not known, from infoSoggettoEnte
	FormatDeath   Format = "death"   // the date of death, or that it is not known, from datiDecesso and infoSoggettoEnte
	FormatVerdict Format = "verdict" // yes, no, or not known, of a verification
	FormatFree    Format = "free"    // free to marry or not, from the code of tab01
	FormatAct     Format = "act"     // the act of an event: number, part, series, year, Comune
	FormatCourt   Format = "court"   // the judgment of a sentenza group
)
