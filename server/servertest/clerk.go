package servertest

import (
	"fmt"
	"time"

	"indagor/app/codicefiscale"
)

// clerkCode is the fiscal code of the n-th person who works for the body: none
// of the simulator's citizens has it.
func clerkCode(n int) string {
	born := time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n*3)
	code, err := codicefiscale.Compute(codicefiscale.Identity{Surname: fmt.Sprintf("Zyx%c%c", 'B'+n%20, 'C'+n/20%20), Name: "Wkj", Birth: born, Place: "H501"})
	if err != nil {
		panic(err)
	}
	return string(code)
}
