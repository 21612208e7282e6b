package language_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"indagor/app"
	"indagor/app/language"
	"indagor/assets"
)

func catalogue(t testing.TB) *language.Catalogue {
	t.Helper()
	c, err := language.Load(assets.Translations)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var (
	param  = regexp.MustCompile(`\.([a-z_]+)\b`)
	action = regexp.MustCompile(`\{\{[^}]*\}\}`)
)

func params(forms []string) []string {
	var out []string
	for _, s := range forms {
		for _, a := range action.FindAllString(s, -1) {
			for _, m := range param.FindAllStringSubmatch(a, -1) {
				if !slices.Contains(out, m[1]) {
					out = append(out, m[1])
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

func TestLanguagesSayTheSame(t *testing.T) {
	c := catalogue(t)
	if got := c.Languages(); len(got) < 2 || got[0] != "it" || !slices.Contains(got, "en") {
		t.Fatalf("languages %v", got)
	}
	source := c.Keys("it")
	for _, lang := range c.Languages()[1:] {
		keys := c.Keys(lang)
		for _, k := range source {
			if !slices.Contains(keys, k) {
				t.Errorf("%s lacks %s", lang, k)
				continue
			}
			if a, b := params(c.Forms("it", k)), params(c.Forms(lang, k)); !slices.Equal(a, b) {
				t.Errorf("%s: parameters %v in it, %v in %s", k, a, b, lang)
			}
		}
		for _, k := range keys {
			if !slices.Contains(source, k) {
				t.Errorf("%s has %s, which the source lacks", lang, k)
			}
		}
	}
}

// same lists the keys whose sentence may be the same word in two languages.
var same = regexp.MustCompile(`^(format\.|duration\.|role\.(top|admin|standard|standardps)$|card\.numbered$)`)

// wordless matches what of a sentence is the same in every language:
// parameters, the product's name, a word that both share.
var wordless = regexp.MustCompile(`\{\{[^}]*\}\}|INDAGOR|Server`)

func TestNothingIsLeftUntranslated(t *testing.T) {
	c := catalogue(t)
	for _, lang := range c.Languages()[1:] {
		for _, k := range c.Keys(lang) {
			// One word may well be the same; a sentence may not.
			if a := strings.Join(c.Forms(lang, k), "|"); !same.MatchString(k) && a == strings.Join(c.Forms("it", k), "|") && strings.Contains(a, " ") && strings.ContainsFunc(wordless.ReplaceAllString(a, ""), unicode.IsLetter) {
				t.Errorf("%s: %s says the Italian %q", lang, k, a)
			}
		}
	}
}

func TestManners(t *testing.T) {
	c := catalogue(t)
	for _, lang := range c.Languages() {
		for _, k := range c.Keys(lang) {
			for _, s := range c.Forms(lang, k) {
				if strings.Contains(s, "!") {
					t.Errorf("%s %s: exclamation mark in %q", lang, k, s)
				}
				if strings.TrimSpace(s) != s || s == "" || strings.Contains(s, "  ") {
					t.Errorf("%s %s: blanks in %q", lang, k, s)
				}
				if regexp.MustCompile(`(?i)\b(TODO|FIXME|XXX|lorem)\b`).MatchString(s) {
					t.Errorf("%s %s: not finished: %q", lang, k, s)
				}
			}
		}
	}
}

var bareKey = regexp.MustCompile(`error\.[a-z]`)

func TestEveryCodeHasItsSentence(t *testing.T) {
	c := catalogue(t)
	for _, lang := range c.Languages() {
		l := c.In(lang)
		keys := c.Keys(lang)
		known := map[string]bool{"error.several": true}
		for _, code := range app.Codes() {
			key := "error." + string(code)
			known[key] = true
			for _, k := range []string{key, key + ".who"} {
				if !slices.Contains(keys, k) {
					t.Errorf("%s lacks %s", lang, k)
				}
			}
			// Also without any parameter the sentence is whole.
			s := l.Error(app.E(code))
			for _, part := range []string{s.What, s.Means, s.Who} {
				if bareKey.MatchString(part) || strings.Contains(part, "no value") || strings.Contains(part, "{{") {
					t.Errorf("%s %s: %q", lang, code, part)
				}
				if part != "" && !strings.HasSuffix(part, ".") {
					t.Errorf("%s %s: %q does not end as a sentence", lang, code, part)
				}
			}
		}
		for _, k := range keys {
			base := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(k, ".means"), ".who"), ".field")
			if strings.HasPrefix(k, "error.") && !known[base] {
				t.Errorf("%s: %s is the sentence of no code", lang, k)
			}
		}
	}
}

func TestEveryWordOfTheDomainIsThere(t *testing.T) {
	c := catalogue(t)
	var keys []string
	add := func(prefix string, names ...string) {
		for _, n := range names {
			keys = append(keys, prefix+n)
		}
	}
	for _, s := range app.VisuraSpecs {
		add("visura.type.", string(s.Type))
		if s.Service != "" {
			add("anpr.service.", s.Service)
		}
		if s.Verifies {
			add("visura.type.", string(s.Type)+".text")
		}
		for _, d := range s.Declares {
			add("declared.", string(d.Input))
		}
		for _, f := range s.Answer {
			add("", f.Label)
		}
		for _, g := range s.Groups {
			add("", g.Title)
			for _, f := range g.Fields {
				add("", f.Label)
			}
		}
	}
	for _, o := range app.Outcomes {
		add("outcome.", string(o), string(o)+".text")
	}
	for _, o := range app.JobOutcomes {
		add("outcome.", string(o), string(o)+".text")
	}
	for _, s := range app.JobStates {
		add("job.state.", string(s))
	}
	for _, f := range app.JobFields {
		add("anpr.service.", f.Service)
		add("", f.Field.Label)
	}
	for _, f := range app.MemberFields {
		add("", f.Label, "job.member."+f.Label)
	}
	for _, r := range app.Roles {
		add("role.", string(r), string(r)+".text")
	}
	for _, row := range app.Table {
		add("permission.", string(row.Permission))
	}
	for r := app.ReachNone; r <= app.ReachAll; r++ {
		add("reach.", r.String())
	}
	for _, s := range []app.WorkstationState{app.WorkstationPending, app.WorkstationAuthorised, app.WorkstationSuspended, app.WorkstationRevoked} {
		add("workstation.state.", string(s))
	}
	for _, a := range []app.WorkstationAct{app.ActApprove, app.ActSuspend, app.ActRevoke} {
		add("workstation.act.", string(a))
	}
	add("workstation.alarm.", string(app.AlarmDrift), string(app.AlarmClone))
	add("workstation.rule.", string(app.WorkstationsAuthorised), string(app.WorkstationsFree))
	add("way.", string(app.WayMediator), string(app.WayOperator))
	add("scope.", string(app.ScopeNational), string(app.ScopeOwn), string(app.ScopeGroup))
	add("approval.", string(app.ApprovalNone), string(app.ApprovalManual), string(app.ApprovalTacit))
	add("service.", string(app.ServiceVisure), string(app.ServiceEnrichment), string(app.ServiceHousehold))
	add("visura.state.", string(app.VisuraWaiting), string(app.VisuraRunning), string(app.VisuraDone))
	for _, s := range app.ApprovalStates {
		add("approval.state.", string(s))
	}
	add("class.", string(app.ClassActivity), string(app.ClassAccess), string(app.ClassAdmin), string(app.ClassSystem))
	add("step.", "accepted", "waiting_approval", "approved", "identifying", "checking_scope", "asking", "received", "kept")
	for _, st := range app.MailStates {
		add("mail.state.", string(st))
	}
	add("card.short.", string(app.ShortPeriods), string(app.ShortUnknown), string(app.ShortLater))
	add("card.", "code_unknown", "candidate", "residences", "alive", "dead_since", "dead_unknown_date", "alive_unknown", "members")
	for _, k := range app.NoticeKinds {
		add("notice.", string(k)+".title", string(k)+".text")
	}
	for _, k := range app.EventSpecs {
		add("event.", string(k.Kind))
	}
	for _, lang := range c.Languages() {
		have := c.Keys(lang)
		for _, k := range keys {
			if !slices.Contains(have, k) {
				t.Errorf("%s lacks %s", lang, k)
			}
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	for name, fsys := range map[string]fstest.MapFS{
		"no source":      {"translations/en/a.json": file(`{"a": "A"}`)},
		"not a language": {"translations/it/a.json": file(`{"a": "A"}`), "translations/12/a.json": file(`{"a": "A"}`)},
		"not an object":  {"translations/it/a.json": file(`["a"]`)},
		"twice":          {"translations/it/a.json": file(`{"a": "A"}`), "translations/it/b.json": file(`{"a": "B"}`)},
		"plural form":    {"translations/it/a.json": file(`{"a": {"ones": "A", "other": "B"}}`)},
		"no other":       {"translations/it/a.json": file(`{"a": {"one": "A"}}`)},
		"number":         {"translations/it/a.json": file(`{"a": 3}`)},
	} {
		if _, err := language.Load(fsys); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
