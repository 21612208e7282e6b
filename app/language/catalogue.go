package language

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// Source is the language in which the product is written; the others are
// translations of it.
const Source = "it"

// Catalogue is every sentence in every language. It does not change after
// Load and may be used by many at once.
type Catalogue struct {
	bundle *i18n.Bundle
	langs  map[string]map[string]*i18n.Message
	plain  map[string]map[string]string // the sentences without parameters and plurals
}

// Load reads translations/<language>/*.json of the file system. A file is one
// JSON object from key to sentence, or to an object of plural forms ("one",
// "many", "other"); parameters are written {{.name}} as in text/template.
//
// It refuses a folder that is no language, a file that is no such object, a
// key that two files of one language give, and a catalogue without the source
// language.
func Load(fsys fs.FS) (*Catalogue, error) {
	c := &Catalogue{
		bundle: i18n.NewBundle(language.MustParse(Source)),
		langs:  map[string]map[string]*i18n.Message{},
		plain:  map[string]map[string]string{},
	}
	c.bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	files, err := fs.Glob(fsys, "translations/*/*.json")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		if err := c.add(fsys, file); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	if len(c.langs[Source]) == 0 {
		return nil, fmt.Errorf("translations/%s has no sentences", Source)
	}
	return c, nil
}

func (c *Catalogue) add(fsys fs.FS, file string) error {
	lang := path.Base(path.Dir(file))
	tag, err := language.Parse(lang)
	if err != nil {
		return err
	}
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		return err
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); err != nil {
		return err
	}
	if c.langs[lang] == nil {
		c.langs[lang] = map[string]*i18n.Message{}
		c.plain[lang] = map[string]string{}
	}
	for key, raw := range object {
		m, err := message(key, raw)
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		if c.langs[lang][key] != nil {
			return fmt.Errorf("%s: another file has it too", key)
		}
		if err := c.bundle.AddMessages(tag, m); err != nil {
			return err
		}
		c.langs[lang][key] = m
		if len(forms(m)) == 1 && !strings.Contains(m.Other, "{{") {
			c.plain[lang][key] = m.Other
		}
	}
	return nil
}

func message(key string, raw json.RawMessage) (*i18n.Message, error) {
	m := &i18n.Message{ID: key}
	if err := json.Unmarshal(raw, &m.Other); err == nil {
		return m, nil
	}
	var plural map[string]string
	if err := json.Unmarshal(raw, &plural); err != nil {
		return nil, err
	}
	for form, sentence := range plural {
		switch form {
		case "zero":
			m.Zero = sentence
		case "one":
			m.One = sentence
		case "two":
			m.Two = sentence
		case "few":
			m.Few = sentence
		case "many":
			m.Many = sentence
		case "other":
			m.Other = sentence
		default:
			return nil, fmt.Errorf("%q is no plural form", form)
		}
	}
	if m.Other == "" {
		return nil, fmt.Errorf("the plural form other is missing")
	}
	return m, nil
}

// counts reports whether the sentence of the key has plural forms.
func (c *Catalogue) counts(key string) bool {
	m := c.langs[Source][key]
	return m != nil && len(forms(m)) > 1
}

// forms lists the sentences of a message that are there.
func forms(m *i18n.Message) []string {
	return slices.DeleteFunc([]string{m.Zero, m.One, m.Two, m.Few, m.Many, m.Other}, func(s string) bool { return s == "" })
}

// Languages lists the languages that the catalogue speaks, the source first.
func (c *Catalogue) Languages() []string {
	out := []string{}
	for lang := range c.langs {
		if lang != Source {
			out = append(out, lang)
		}
	}
	sort.Strings(out)
	return append([]string{Source}, out...)
}

// Keys lists the keys that the language has, sorted; nil for a language that
// is not there.
func (c *Catalogue) Keys(lang string) []string {
	var out []string
	for key := range c.langs[lang] {
		out = append(out, key)
	}
	sort.Strings(out)
	return out
}

// Forms lists the sentences of a key in the language: one, or one for each
// plural form.
func (c *Catalogue) Forms(lang, key string) []string {
	m := c.langs[lang][key]
	if m == nil {
		return nil
	}
	return forms(m)
}

// In returns the catalogue as a person of the language sees it, with times in
// the machine's zone. The language is a tag ("it", "en-GB"); one that the
// catalogue does not speak becomes the source.
func (c *Catalogue) In(lang string) *Language {
	name := Source
	if tag, err := language.Parse(lang); err == nil {
		base, _ := tag.Base()
		for _, candidate := range []string{tag.String(), base.String()} {
			if c.langs[candidate] != nil {
				name = candidate
				break
			}
		}
	}
	return &Language{
		catalogue: c, name: name, zone: time.Local,
		localizer: i18n.NewLocalizer(c.bundle, name),
	}
}
