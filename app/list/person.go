package list

import (
	"crypto/sha256"
	"errors"
	"strconv"
	"strings"
	"time"

	"indagor/app"
	"indagor/app/codicefiscale"
	"indagor/app/territory"
)

// Person is whom a row speaks of, as far as it could be read. One of Code, ANPR
// or all the rest is set in a row that is not bad.
type Person struct {
	Code    codicefiscale.Code `json:"code,omitempty"`
	ANPR    string             `json:"anpr,omitempty"`
	Surname string             `json:"surname,omitempty"`
	Name    string             `json:"name,omitempty"`
	Female  bool               `json:"female,omitempty"`
	Birth   time.Time          `json:"birth,omitzero"`
	Place   string             `json:"place,omitempty"` // cadastral code of the Comune or state of birth
}

// Key tells the person from others: equal for two rows that say the same. An
// omocode is another person's.
func (p Person) Key() string {
	switch {
	case p.Code != "":
		return "c" + string(p.Code)
	case p.ANPR != "":
		return "a" + p.ANPR
	}
	sex := "M"
	if p.Female {
		sex = "F"
	}
	return strings.Join([]string{"p" + territory.Fold(p.Surname), territory.Fold(p.Name), sex, p.Birth.Format(time.DateOnly), p.Place}, "\x00")
}

// Entry is a row with its meaning.
type Entry struct {
	Row      Row
	Person   Person
	Grade    Grade
	First    int       // the number of the row that first named the same person, 0 if this is it
	Findings []Finding // those of the reading too
}

// Checker gives rows their meaning. It remembers sixteen bytes of every person
// that it has met, to tell who comes twice.
type Checker struct {
	mapping Mapping
	atlas   *territory.Atlas
	now     time.Time
	met     map[[12]byte]int32
	places  map[string]string // names already looked up
}

// NewChecker makes a checker of one list, by the tables of places, on a day.
func NewChecker(mapping Mapping, atlas *territory.Atlas, now time.Time) *Checker {
	return &Checker{mapping: mapping, atlas: atlas, now: now, met: map[[12]byte]int32{}, places: map[string]string{}}
}

// checking is one row under the eyes.
type checking struct {
	*Checker
	Entry
	stated codicefiscale.Identity
}

// Check reads a row. Rows must come in the order of the list.
func (c *Checker) Check(row Row) Entry {
	x := &checking{Checker: c, Entry: Entry{Row: row, Findings: append([]Finding(nil), row.Findings...)}}
	x.identity()
	x.anpr()
	x.code()
	x.whole()
	for _, f := range x.Findings {
		x.Grade = max(x.Grade, f.Grade)
	}
	if x.Grade != Bad {
		x.duplicate()
	}
	return x.Entry
}

func (x *checking) text(f Field) string {
	return tidy(x.Row.Cell(x.mapping.Column(f)))
}

func tidy(cell string) string {
	s := strings.TrimSpace(strings.ReplaceAll(cell, "\u00a0", " "))
	return strings.TrimSpace(strings.TrimPrefix(s, "'")) // Excel's mark of a text
}

// find adds a finding about a field and gives it for its suggestions.
func (x *checking) find(f Field, code app.Code, grade Grade, params ...string) *Finding {
	x.Findings = append(x.Findings, found(code, grade, x.Row.Line, x.mapping.Column(f)+1, params...))
	return &x.Findings[len(x.Findings)-1]
}

// identity reads names and birth. What is wrong with them is bad only where
// nothing better tells the person.
func (x *checking) identity() {
	grade := Bad
	if x.text(FieldCode) != "" || x.text(FieldANPR) != "" {
		grade = Doubtful
	}
	x.Person.Surname = strings.Join(strings.Fields(x.text(FieldSurname)), " ")
	x.Person.Name = strings.Join(strings.Fields(x.text(FieldName)), " ")
	x.stated.Surname, x.stated.Name = x.Person.Surname, x.Person.Name
	if s := x.text(FieldSex); s != "" {
		female, ok := sexOf(s)
		if !ok {
			x.find(FieldSex, app.CodeListSex, grade)
		}
		x.Person.Female = female
	}
	if s := x.text(FieldBirth); s != "" {
		day, swapped, guessed, ok := readDay(s, x.now)
		switch {
		case !ok:
			x.find(FieldBirth, app.CodeDate, grade)
		case day.After(x.now):
			x.find(FieldBirth, app.CodeDateFuture, grade)
		default:
			x.Person.Birth, x.stated.Birth, x.stated.Female = day, day, x.Person.Female
			if swapped {
				x.find(FieldBirth, app.CodeListSwapped, Doubtful).Suggestions = []string{written(day)}
			} else if guessed {
				x.find(FieldBirth, app.CodeListCentury, Doubtful).Suggestions = []string{written(day), written(day.AddDate(-100, 0, 0))}[:1+ancient(day, x.now)]
			}
		}
	}
	if s := x.text(FieldPlace); s != "" {
		place, known := x.place(s, x.text(FieldProvince))
		if !known {
			x.find(FieldPlace, app.CodePlaceUnknown, grade)
		}
		x.Person.Place, x.stated.Place = place, place
	}
}

// ancient is 1 where the century before the day's is possible too.
func ancient(day, now time.Time) int {
	if day.AddDate(-100, 0, 0).After(now.AddDate(-115, 0, 0)) {
		return 1
	}
	return 0
}

// isANPR reports whether the text has the form of an ANPR id.
func isANPR(s string) bool {
	return len(s) == 9 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// Named is the person whom a fiscal code or an ANPR id names, read as the cell
// of a list is. Of anything else it tells why it is no fiscal code.
func Named(text string) (Person, error) {
	text = tidy(text)
	if id := strings.ToUpper(text); isANPR(id) {
		return Person{ANPR: id}, nil
	}
	parsed, err := codicefiscale.Parse(text)
	if err == nil {
		return Person{Code: parsed.Code}, nil
	}
	var fault *codicefiscale.Fault
	if errors.As(err, &fault) && (fault.Kind == codicefiscale.CheckLetter || fault.Kind == codicefiscale.CheckDigit) {
		return Person{}, app.E(app.CodeFiscalCheck).Because(err)
	}
	return Person{}, app.E(app.CodeFiscalCode).Because(err)
}

func (x *checking) anpr() {
	s := strings.ToUpper(x.text(FieldANPR))
	if s == "" {
		return
	}
	if !isANPR(s) {
		grade := Bad
		if x.text(FieldCode) != "" {
			grade = Doubtful
		}
		x.find(FieldANPR, app.CodeListANPR, grade)
		return
	}
	x.Person.ANPR = s
}

// code reads the fiscal code and compares it with what else the row says.
func (x *checking) code() {
	raw := x.text(FieldCode)
	if raw == "" {
		return
	}
	parsed, err := codicefiscale.Parse(raw)
	if err != nil {
		x.wrongCode(raw, err)
		return
	}
	x.Person.Code = parsed.Code
	if raw != string(parsed.Code) {
		x.find(FieldCode, app.CodeListTidied, Good).Suggestions = []string{string(parsed.Code)}
	}
	if parsed.Provisional {
		x.find(FieldCode, app.CodeListNumeric, Doubtful)
		return
	}
	if parsed.Omocodia > 0 {
		x.find(FieldCode, app.CodeListOmocodia, Good)
	}
	if len(codicefiscale.BirthDates(parsed, x.now)) == 0 {
		x.find(FieldCode, app.CodeListAge, Doubtful)
	}
	if _, match := codicefiscale.PlaceOf(parsed, x.atlas, x.now); match == territory.Unknown {
		x.find(FieldCode, app.CodeListPlace, Doubtful)
	}
	x.compare(parsed)
}

// compare looks for contradictions between the code and the other columns.
func (x *checking) compare(parsed codicefiscale.Parsed) {
	agrees := codicefiscale.Compare(parsed, x.stated)
	if agrees.Birth == codicefiscale.Wrong {
		y, m, d := x.stated.Birth.Date()
		if back, ok := makeDay(y, d, int(m)); ok && int(m) == parsed.Day && d == int(parsed.Month) {
			x.find(FieldBirth, app.CodeListSwapped, Doubtful).Suggestions = []string{written(back)}
		} else {
			f := x.find(FieldBirth, app.CodeListDisagree, Doubtful)
			for _, b := range codicefiscale.BirthDates(parsed, x.now) {
				f.Suggestions = append(f.Suggestions, written(b))
			}
		}
	}
	sex := x.text(FieldSex)
	if female, ok := sexOf(sex); ok && female != parsed.Female {
		x.find(FieldSex, app.CodeListDisagree, Doubtful).Suggestions = []string{map[bool]string{false: "M", true: "F"}[parsed.Female]}
	}
	for _, part := range []struct {
		field   Field
		verdict codicefiscale.Verdict
	}{{FieldSurname, agrees.Surname}, {FieldName, agrees.Name}, {FieldPlace, agrees.Place}} {
		if part.verdict == codicefiscale.Wrong {
			x.find(part.field, app.CodeListDisagree, Doubtful)
		}
	}
}

// digitsFor and lettersFor are the confusions of eye and keyboard that a
// position in the code decides.
var (
	digitsFor  = strings.NewReplacer("O", "0", "Q", "0", "I", "1", "Z", "2", "B", "8")
	lettersFor = strings.NewReplacer("0", "O", "1", "I", "2", "Z", "5", "S", "8", "B")
)

// wrongCode says what is wrong with a code, and what was probably meant.
func (x *checking) wrongCode(raw string, err error) {
	text := codicefiscale.Normalize(raw)
	var fault *codicefiscale.Fault
	if !errors.As(err, &fault) {
		x.find(FieldCode, app.CodeFiscalCode, Bad)
		return
	}
	code, params := app.CodeFiscalCode, []string(nil)
	switch {
	case fault.Kind == codicefiscale.CheckLetter || fault.Kind == codicefiscale.CheckDigit:
		code = app.CodeFiscalCheck
	case strings.ContainsAny(text, "+,") && strings.Contains(text, "E"), len(text) < 11 && strings.Trim(text, "0123456789") == "":
		code = app.CodeListNumber
	case fault.Kind == codicefiscale.Length:
		code, params = app.CodeListLength, []string{"n", strconv.Itoa(len([]rune(text)))}
	}
	f := x.find(FieldCode, code, Bad, params...)
	add := func(c codicefiscale.Code) {
		for _, s := range f.Suggestions {
			if s == string(c) {
				return
			}
		}
		f.Suggestions = append(f.Suggestions, string(c))
	}
	// Before guesses: the code that the other columns give.
	if own, err := codicefiscale.Compute(x.stated); err == nil && x.text(FieldSex) != "" && likely(string(own), text) {
		add(own)
	}
	if read, ok := confused(text); ok {
		if f.Code == app.CodeFiscalCode {
			f.Code = app.CodeListConfused
		}
		add(read)
	}
	// A spreadsheet takes the zeros at the front of a number away.
	if n := len(text); n >= 8 && n < 11 && strings.Trim(text, "0123456789") == "" {
		if p, err := codicefiscale.Parse(strings.Repeat("0", 11-n) + text); err == nil {
			add(p.Code)
		}
	}
	for _, s := range fault.Suggestions {
		add(s)
	}
	if len(f.Suggestions) > 8 {
		f.Suggestions = f.Suggestions[:8]
	}
}

// likely reports whether a text may be the code with a slip or two: at most
// three characters differ.
func likely(code, text string) bool {
	differ := max(len(code), len(text)) - min(len(code), len(text))
	for i := range min(len(code), len(text)) {
		if code[i] != text[i] {
			differ++
		}
	}
	return differ <= 3
}

// confused reads a code in which letters stand for digits or digits for
// letters, such as O for 0 and I for 1, by what each position must be.
func confused(text string) (codicefiscale.Code, bool) {
	if len(text) != 16 {
		return "", false
	}
	var b strings.Builder
	for i := range 16 {
		c := text[i : i+1]
		switch i {
		case 6, 7, 9, 10, 12, 13, 14:
			b.WriteString(digitsFor.Replace(c))
		default:
			b.WriteString(lettersFor.Replace(c))
		}
	}
	if b.String() == text {
		return "", false
	}
	p, err := codicefiscale.Parse(b.String())
	return p.Code, err == nil
}

// whole finds out whether the row tells a person at all.
func (x *checking) whole() {
	if x.Person.Code != "" || x.Person.ANPR != "" || x.text(FieldCode) != "" || x.text(FieldANPR) != "" || x.Row.Cells == nil {
		return
	}
	if x.mapping.Column(FieldSurname) < 0 {
		x.find(FieldCode, app.CodeRequired, Bad)
		return
	}
	for _, f := range identity {
		if x.text(f) == "" {
			x.find(f, app.CodeRequired, Bad)
		}
	}
}

func (x *checking) duplicate() {
	sum := sha256.Sum256([]byte(x.Person.Key()))
	key := [12]byte(sum[:12]) // 96 bits: no two persons of a list meet in them
	if first, ok := x.met[key]; ok {
		x.First = int(first)
		x.find("", app.CodeListDuplicate, Doubtful, "row", strconv.Itoa(x.First))
		x.Grade = max(x.Grade, Doubtful)
		return
	}
	x.met[key] = int32(x.Row.Number) // #nosec G115 -- Limits.Rows is far below
}

// sexOf reads a sex as it is written in lists.
func sexOf(s string) (female, ok bool) {
	switch strings.ToUpper(strings.TrimSpace(s)) {
	case "M", "MASCHIO", "UOMO", "MALE", "MASCHILE":
		return false, true
	case "F", "FEMMINA", "DONNA", "FEMALE", "FEMMINILE":
		return true, true
	}
	return false, false
}

// place finds the cadastral code of a place of birth, given by that code, by
// ISTAT's or by name, with the province behind it or in its own column. Of
// Comuni of one name that were there at the birth the province must choose.
func (x *checking) place(text, province string) (string, bool) {
	day := x.Person.Birth
	if day.IsZero() {
		day = x.now
	}
	key := text + "\x00" + province + "\x00" + strconv.Itoa(day.Year())
	if code, ok := x.places[key]; ok {
		return code, code != ""
	}
	code := x.findPlace(text, province, day)
	if len(x.places) < 20_000 {
		x.places[key] = code
	}
	return code, code != ""
}

func (x *checking) findPlace(text, province string, day time.Time) string {
	if code := codicefiscale.Normalize(text); len(code) == 4 && strings.Trim(code[1:], "0123456789") == "" {
		if code[0] == 'Z' {
			if _, ok := x.atlas.State(code); ok {
				return code
			}
		} else if len(x.atlas.Comuni(code)) > 0 {
			return code
		}
	}
	if len(text) == 6 && strings.Trim(text, "0123456789") == "" {
		if cs := x.atlas.ByISTAT(text); len(cs) > 0 {
			return cs[len(cs)-1].Belfiore
		}
	}
	name := text
	if i := strings.LastIndexByte(text, '('); i > 0 {
		name = text[:i]
		if inside := strings.TrimSpace(strings.Trim(text[i:], "() ")); province == "" {
			province = inside
		}
	}
	name, province = territory.Fold(name), territory.Fold(province)
	if name == "" {
		return ""
	}
	var exact, here []territory.Place
	for _, at := range []time.Time{day, {}} {
		for _, p := range x.atlas.Search(name, at, 40) {
			if territory.Fold(p.Name()) != name && territory.Fold(p.OtherName()) != name {
				continue
			}
			exact = append(exact, p)
			if province != "" && territory.Fold(p.Province()) == province {
				here = append(here, p)
			}
		}
		if len(exact) > 0 {
			break
		}
	}
	if len(here) > 0 {
		exact = here
	}
	code := ""
	for _, p := range exact {
		if p.Belfiore() == "" {
			continue
		}
		if code != "" && code != p.Belfiore() {
			return "" // more than one, and nothing to choose by
		}
		code = p.Belfiore()
	}
	return code
}
