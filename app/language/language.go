package language

import (
	"strconv"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
)

// Language is the catalogue as one person sees it. It may be used by many at
// once.
type Language struct {
	catalogue *Catalogue
	name      string
	zone      *time.Location
	localizer *i18n.Localizer
}

// Zoned is the same language with dates and times in the zone.
func (l *Language) Zoned(zone *time.Location) *Language {
	c := *l
	c.zone = zone
	return &c
}

// Name is the language's tag, "it".
func (l *Language) Name() string { return l.name }

// Has reports whether the key has a sentence, be it in the source language.
func (l *Language) Has(key string) bool {
	return l.catalogue.langs[l.name][key] != nil || l.catalogue.langs[Source][key] != nil
}

// T is the sentence of the key with the parameters, given as name, value
// pairs. A parameter that is not given is empty. A key that no language has is
// returned as it is.
func (l *Language) T(key string, params ...string) string {
	if s, ok := l.catalogue.plain[l.name][key]; ok {
		return s
	}
	return l.say(key, nil, pairs(params))
}

// TMap is T with the parameters in a map.
func (l *Language) TMap(key string, params map[string]string) string {
	if s, ok := l.catalogue.plain[l.name][key]; ok {
		return s
	}
	return l.say(key, nil, params)
}

// N is the sentence of the key in the plural form of n, which is also its
// parameter n, written as the language writes numbers.
func (l *Language) N(key string, n int, params ...string) string {
	m := pairs(params)
	m["n"] = l.Number(n)
	return l.say(key, n, m)
}

func pairs(params []string) map[string]string {
	m := make(map[string]string, len(params)/2+1)
	for i := 0; i+1 < len(params); i += 2 {
		m[params[i]] = params[i+1]
	}
	return m
}

// parser makes an absent parameter empty instead of "<no value>".
var parser = &template.TextParser{Option: "missingkey=zero"}

func (l *Language) say(key string, count any, params map[string]string) string {
	if params == nil {
		params = map[string]string{}
	}
	s, err := l.localizer.Localize(&i18n.LocalizeConfig{
		MessageID: key, TemplateData: params, PluralCount: count, TemplateParser: parser,
	})
	if s == "" && err != nil {
		return key
	}
	return s
}

// Number writes a whole number: 15.000 in Italian.
func (l *Language) Number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	group := l.T("format.group")
	out := ""
	for len(digits) > 3 {
		out = group + digits[len(digits)-3:] + out
		digits = digits[:len(digits)-3]
	}
	return sign + digits + out
}
