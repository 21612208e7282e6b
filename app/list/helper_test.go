package list_test

import (
	"testing"
	"time"

	"indagor/app/codicefiscale"
)

// compute gives the code of a person.
func compute(t testing.TB, surname, name string, female bool, birth, place string) string {
	t.Helper()
	b, err := time.Parse(time.DateOnly, birth)
	if err != nil {
		t.Fatal(err)
	}
	c, err := codicefiscale.Compute(codicefiscale.Identity{Surname: surname, Name: name, Female: female, Birth: b, Place: place})
	if err != nil {
		t.Fatal(err)
	}
	return string(c)
}
