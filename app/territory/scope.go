package territory

// Current tells the ISTAT code, or codes, that today designate the Comune that
// the given code designated. A code in force is its own answer. A ceased code
// is followed through its cadastral code, which a change of province or of
// region leaves alone: 015149 (Monza, when in the province of Milan) gives
// 108033.
//
// Limits: the official archive does not say into which Comune another was
// merged; the tables add this for the few mergers after the archive was
// closed. Any other Comune suppressed by merger has no current code, and the
// answer is empty, as for an unknown code. Some hundred ceased codes designated
// two Comuni in turn (Udine, Campobasso and Cagliari were numbered anew); then
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
		for _, code := range a.today(a.comuni[r].Belfiore) {
			if !has(out, code) {
				out = append(out, code)
			}
		}
	}
	return out
}

// today gives the ISTAT codes in force of a cadastral code or, when it has
// none, of that of the Comune it was merged into.
func (a *Atlas) today(belfiore string) []string {
	for hops := 0; belfiore != "" && hops < 8; hops++ {
		var out []string
		for _, r := range a.belfiore[belfiore] {
			if c := &a.comuni[r]; !c.Ceased() && !has(out, c.ISTAT) {
				out = append(out, c.ISTAT)
			}
		}
		if out != nil {
			return out
		}
		belfiore = a.into[belfiore]
	}
	return nil
}

// Covers decides whether the Comune of a residence lies within a scope: the
// allowed set of ISTAT codes. Ceased codes are read as the current ones on both
// sides (see [Atlas.Current]).
//
// When the ISTAT code is given, it decides; the name and the province, if
// given, only tell apart the two Comuni that a ceased code may have designated,
// and when they do not, the code is covered only if both Comuni are. When the
// code is empty, name and province decide, and both are needed: they must be
// those of a Comune in the set, in its present or in an earlier name, in either
// language.
//
// It fails closed: what the tables do not know is outside, with the one
// exception of a code that stands in the set letter for letter, so that a
// Comune whose code is newer than the tables can still be named by it.
func (a *Atlas) Covers(allowed []string, istat, name, province string) bool {
	name, province = Fold(name), Fold(province)
	if istat == "" {
		if name == "" || province == "" {
			return false
		}
		for _, code := range a.scope(allowed) {
			if a.called(code, name, province) {
				return true
			}
		}
		return false
	}
	current := a.Current(istat)
	if len(current) == 0 {
		return len(a.istat[istat]) == 0 && has(allowed, istat)
	}
	scope := a.scope(allowed)
	if len(current) > 1 && name != "" && province != "" {
		var named []string
		for _, code := range current {
			if a.called(code, name, province) {
				named = append(named, code)
			}
		}
		if len(named) == 1 {
			current = named
		}
	}
	for _, code := range current {
		if !has(scope, code) {
			return false
		}
	}
	return true
}

// called reports whether the Comune that has this ISTAT code today has, or once
// had, this name in this province.
func (a *Atlas) called(istat, name, province string) bool {
	for _, r := range a.istat[istat] {
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

// Today gives the Comune in being of which the last bearer of the ISTAT code
// is a part today: itself, under whatever code, or the one it was merged into.
// ok is false where the code is unknown, or no single Comune of today is known.
func (a *Atlas) Today(istat string) (c Comune, ok bool) {
	rows := a.istat[istat]
	if len(rows) == 0 {
		return Comune{}, false
	}
	last := rows[0]
	for _, r := range rows {
		if !a.comuni[r].Ceased() || a.comuni[last].Ceased() && a.comuni[r].From.After(a.comuni[last].From) {
			last = r
		}
	}
	if !a.comuni[last].Ceased() {
		return a.comuni[last], true
	}
	now := a.today(a.comuni[last].Belfiore)
	if len(now) != 1 {
		return Comune{}, false
	}
	for _, r := range a.istat[now[0]] {
		if !a.comuni[r].Ceased() {
			return a.comuni[r], true
		}
	}
	return Comune{}, false
}
