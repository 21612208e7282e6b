package territory_test

import (
	"slices"
	"testing"

	"indagor/app/territory"
)

func TestWords(t *testing.T) {
	for _, x := range []struct {
		texts, want []string
	}{
		{nil, nil},
		{[]string{"  ", "-"}, nil},
		{[]string{"D'Alessandro-Móntecuccoli  Niccolò"}, []string{"ALESSANDRO", "D", "MONTECUCCOLI", "NICCOLO"}},
		{[]string{"NICCOLO'", "niccolò"}, []string{"NICCOLO"}},
		{[]string{"rssmra61l03h501b", "AF41450AS"}, []string{"AF41450AS", "RSSMRA61L03H501B"}},
	} {
		if got := territory.Words(x.texts...); !slices.Equal(got, x.want) {
			t.Errorf("%q: %q, want %q", x.texts, got, x.want)
		}
	}
}
