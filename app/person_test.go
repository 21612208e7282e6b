package app_test

import (
	"slices"
	"testing"

	"indagor/app"
)

func TestPersonWords(t *testing.T) {
	for _, x := range []struct {
		texts, want []string
	}{
		{nil, nil},
		{[]string{"  ", "-"}, nil},
		{[]string{"D'Alessandro-Móntecuccoli  Niccolò"}, []string{"ALESSANDRO", "D", "MONTECUCCOLI", "NICCOLO"}},
		{[]string{"NICCOLO'", "niccolò"}, []string{"NICCOLO"}},
		{[]string{"rssmra61l03h501b", "AF41450AS"}, []string{"AF41450AS", "RSSMRA61L03H501B"}},
	} {
		if got := app.PersonWords(x.texts...); !slices.Equal(got, x.want) {
			t.Errorf("%q: %q, want %q", x.texts, got, x.want)
		}
	}
	s := app.Subject{Identity: &app.Identity{Surname: "De Rosa", Name: "Łucja"}}
	if got := s.Words("DE ROSA LUCJA", "AF41450AS"); !slices.Equal(got, []string{"AF41450AS", "DE", "LUCJA", "ROSA"}) {
		t.Errorf("%q", got)
	}
}
