package territory

// Current tells the ISTAT code, or codes, that today designate the Comune that
// the given code designated. A code in force is its own answer. A ceased code
// is followed through its cadastral code, which a change of province or of
// region leaves alone: 015149 (Monza, when in the province of Milan) gives
// 108033.
//
// Limits: the tables do not say into which Comune another was merged, so a
// Comune suppressed by merger has no current code and the answer is empty, as
// for an unknown code. A few ceased codes designated two Comuni in turn; then
// both their present codes are given, and the code alone decides nothing.
func (a *Atlas) Current(istat string) []string {
	rows := a.istat[istat]
	for _, r := range rows {
		if !a.comuni[r].Ceased() {
			return []string{istat}
		}
	}
	var out []string
	for _, r := range rows {
		if a.comuni[r].Belfiore == "" {
			continue
		}
		for _, o := range a.belfiore[a.comuni[r].Belfiore] {
			if c := &a.comuni[o]; !c.Ceased() && !has(out, c.ISTAT) {
				out = append(out, c.ISTAT)
			}
		}
	}
	return out
}

// Covers decides whether the Comune of a residence lies within a scope: the
// allowed set of ISTAT codes. Ceased codes are read as the current ones on both
// sides (see [Atlas.Current]).
//
// When the ISTAT code is given, it alone decides. When it is empty, the name
// and the province of the residence do, and both are needed: they must be those
// of a Comune in the set, in its present or in an earlier name, in either
// language. A ceased code that designated two Comuni is covered only if both
// are.
//
// It fails closed: what the tables do not know is outside, with the one
// exception of a code that stands in the set letter for letter, so that a
// Comune whose code is newer than the tables can still be named by it.
func (a *Atlas) Covers(allowed []string, istat, name, province string) bool {
	if istat != "" {
		if has(allowed, istat) {
			return true
		}
		current := a.Current(istat)
		if len(current) == 0 {
			return false
		}
		scope := a.scope(allowed)
		for _, c := range current {
			if !has(scope, c) {
				return false
			}
		}
		return true
	}
	name, province = Fold(name), Fold(province)
	if name == "" || province == "" {
		return false
	}
	for _, code := range a.scope(allowed) {
		for _, r := range a.istat[code] {
			c := &a.comuni[r]
			if c.Ceased() || c.Belfiore == "" {
				continue
			}
			for _, o := range a.belfiore[c.Belfiore] {
				if p := &a.comuni[o]; p.Province == province && p.named(name) {
					return true
				}
			}
		}
	}
	return false
}

// scope is the set of current codes that the allowed ones stand for. A ceased
// code that could stand for two Comuni stands for neither.
func (a *Atlas) scope(allowed []string) []string {
	out := make([]string, 0, len(allowed))
	for _, code := range allowed {
		if current := a.Current(code); len(current) == 1 {
			out = append(out, current[0])
		}
	}
	return out
}

// named compares a folded name with those of the Comune, bilingual forms
// ("BOLZANO/BOZEN") included.
func (c *Comune) named(folded string) bool {
	n := Fold(c.Name)
	if folded == n {
		return true
	}
	if c.OtherName == "" {
		return false
	}
	o := Fold(c.OtherName)
	return folded == o || folded == n+" "+o || folded == o+" "+n
}

func has(set []string, s string) bool {
	for _, e := range set {
		if e == s {
			return true
		}
	}
	return false
}
