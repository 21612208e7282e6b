package bulk

import (
	"encoding/json"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"indagor/app"
	"indagor/server/internal/anpr"
)

// The key of a household is the same for the same members on the same day, in
// whatever order and however often they come; and for nothing else.
func TestHouseholdKey(t *testing.T) {
	const day = app.Day("2026-11-23")
	base := nucleusKey(day, "3", []string{"AA0000001", "AA0000002", "AA0000003"})
	for what, same := range map[string]string{
		"another order":  nucleusKey(day, "3", []string{"AA0000003", "AA0000001", "AA0000002"}),
		"a member twice": nucleusKey(day, "3", []string{"AA0000001", "AA0000002", "AA0000003", "AA0000002"}),
	} {
		if same != base {
			t.Errorf("%s gives another key", what)
		}
	}
	for what, other := range map[string]string{
		"another day":      nucleusKey("2026-11-22", "3", []string{"AA0000001", "AA0000002", "AA0000003"}),
		"another kind":     nucleusKey(day, "1", []string{"AA0000001", "AA0000002", "AA0000003"}),
		"one member less":  nucleusKey(day, "3", []string{"AA0000001", "AA0000002"}),
		"another member":   nucleusKey(day, "3", []string{"AA0000001", "AA0000002", "AA0000004"}),
		"ids run together": nucleusKey(day, "3", []string{"AA0000001AA0000002", "AA0000003"}),
		"nobody":           nucleusKey(day, "3", nil),
	} {
		if other == base {
			t.Errorf("%s gives the same key", what)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.StringMatching(`[A-C][0-2]{2}`)
		a, b := rapid.SliceOfN(id, 1, 5).Draw(t, "a"), rapid.SliceOfN(id, 1, 5).Draw(t, "b")
		set := func(ids []string) string {
			m := map[string]bool{}
			for _, x := range ids {
				m[x] = true
			}
			out, _ := json.Marshal(m) // in the order of the keys
			return string(out)
		}
		if (nucleusKey(day, "3", a) == nucleusKey(day, "3", b)) != (set(a) == set(b)) {
			t.Fatalf("%v and %v", a, b)
		}
		if shuffled := rapid.Permutation(a).Draw(t, "shuffled"); nucleusKey(day, "3", shuffled) != nucleusKey(day, "3", a) {
			t.Fatalf("%v and %v", a, shuffled)
		}
	})
}

// The members of an institution are nobody's family.
func TestInstitution(t *testing.T) {
	x := &asking{r: &runner{s: &Service{sealer: plainSealer{}, writer: plainWriter{}, store: noMembers{}}, j: Job{Service: app.ServiceHousehold, Day: "2026-11-23"}, t: &task{ctx: t.Context()}}}
	subject := func(id, kind string) json.RawMessage {
		return json.RawMessage(fmt.Sprintf(`{"identificativi":{"idANPR":%q},"generalita":{"codiceFiscale":{"codFiscale":"CF%s"}},"legameSoggetto":{"tipoLegame":%s}}`, id, id, kind))
	}
	for kind, want := range map[string]struct {
		outcome app.Outcome
		members int
	}{`"4"`: {app.OutcomeHotel, 0}, `4`: {app.OutcomeHotel, 0}, `"3"`: {app.OutcomeFound, 2}} {
		res, err := x.household("AA1", anpr.Answer{Outcome: anpr.Found, Subjects: []json.RawMessage{subject("AA1", kind), subject("AA2", kind)}})
		if err != nil || res.Outcome != want.outcome || len(res.Members) != want.members || res.FiscalCode != "CFAA1" || len(res.marks) != 4 {
			t.Errorf("kind %s: %+v %v", kind, res, err)
		}
	}
}
