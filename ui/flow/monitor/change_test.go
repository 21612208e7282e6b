package monitor_test

import (
	"fmt"
	"slices"
	"testing"

	"indagor/ui/flow/monitor"
)

func TestChanges(t *testing.T) {
	for _, tc := range []struct {
		name, before, after string
		want                []string
	}{
		{"nothing", `{"a":1}`, `{"a":1}`, nil},
		{"no JSON", `{`, ``, nil},
		{
			"order of fields", `{"email":"a@b","office":"A","state":"pending"}`, `{"email":"c@d","office":"B","state":"authorised"}`,
			[]string{"state [pending] [authorised] false", "email [a@b] [c@d] false", "office [A] [B] false"},
		},
		{"set and unset", `{"phone":"1","office":""}`, `{"office":"B","phone":null}`, []string{"phone [1] [] false", "office [] [B] false"}},
		{"created", ``, `{"name":"Luca","version":1,"id":"x","created":"2026-11-01T00:00:00Z"}`, []string{"name [] [Luca] false"}},
		{"before is null", `null`, `{"name":"Tributi"}`, []string{"name [] [Tributi] false"}},
		{
			"nested", `{"profile":{"visure":{"scope":{"kind":"own"}}}}`, `{"profile":{"visure":{"scope":{"kind":"group","group":"g"}}}}`,
			[]string{"profile.visure.scope.group [] [g] false", "profile.visure.scope.kind [own] [group] false"},
		},
		{"lists", `{"profile":{"purposes":["a","b"]}}`, `{"profile":{"purposes":["b","c","d"]}}`, []string{"profile.purposes [a] [c d] true"}},
		{"only the order of a list", `{"offices":["a","b"]}`, `{"offices":["b","a"]}`, nil},
		{"an emptied list", `{"offices":["a"]}`, `{"offices":[]}`, []string{"offices [a] [] true"}},
		{"lists of things", `{"keys":[{"state":"pending"}]}`, `{"keys":[{"state":"pending"},{"state":"authorised"}]}`, []string{"keys.2.state [] [authorised] false"}},
		{"numbers and truths", `{"uses":10000000,"enabled":true}`, `{"uses":10000001,"enabled":false}`, []string{"enabled [true] [false] false", "uses [10000000] [10000001] false"}},
		{"a bare text", ``, `"console"`, []string{" [] [console] false"}},
	} {
		var got []string
		for _, c := range (monitor.Row{Before: []byte(tc.before), After: []byte(tc.after)}).Changes() {
			got = append(got, fmt.Sprintf("%s %v %v %v", c.Path, c.Before, c.After, c.List))
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestChangeName(t *testing.T) {
	for path, want := range map[string]string{"": " []", "state": "state []", "keys.2.state": "keys.state [2]", "a.1.b.3.c": "a.b.c [1 3]"} {
		name, at := monitor.Change{Path: path}.Name()
		if got := fmt.Sprint(name, " ", at); got != want {
			t.Errorf("%q: %q", path, got)
		}
	}
}
