package territory_test

import (
	"slices"
	"testing"
)

func TestPresentComuni(t *testing.T) {
	a := atlas(t)
	ps := a.Provinces()
	if len(ps) != 107 || !slices.IsSorted(ps) || !slices.Contains(ps, "MO") {
		t.Errorf("%d provinces", len(ps))
	}
	modena := a.InProvince("MO")
	if len(modena) != 47 || modena[0].Name != "BASTIGLIA" {
		t.Errorf("%d Comuni in MO, first %v", len(modena), modena[0].Name)
	}
	if len(a.InProvince("XX")) != 0 {
		t.Error("a province that is none has Comuni")
	}
	if y := a.Latest().Year(); y < 2024 {
		t.Errorf("the tables end in %d", y)
	}
}
