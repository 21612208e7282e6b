package visura_test

import (
	"context"
	"testing"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/visura"
)

// TestFavourites: favourite purposes come first, and stay so for the next time.
func TestFavourites(t *testing.T) {
	s := newStage(t)
	first := func() app.ID { return s.Purposes()[0].ID }
	if first() != "p1" {
		t.Fatal("the order is another before anything is preferred")
	}
	s.Prefer("p2", true)
	s.Prefer("p2", true)
	if first() != "p2" || !s.Favourite("p2") || len(s.memory["u1"].Favourites) != 1 {
		t.Errorf("preferred: %v first, kept %+v", first(), s.memory["u1"])
	}
	s.sent(func(context.Context, wire.VisuraRequest, func(wire.Visura)) (wire.Visura, error) {
		return done("v1", app.OutcomeFound), nil
	})
	s.run()
	if h := s.memory["u1"]; len(h.Favourites) != 1 || h.Purpose != "p1" {
		t.Errorf("after a request: %+v", h)
	}
	s.Prefer("p2", false)
	if first() != "p1" || s.Favourite("p2") {
		t.Error("still a favourite")
	}
}

// TestOtherPersons: from the card of one one gets to the others in it, and not
// to the same person again.
func TestOtherPersons(t *testing.T) {
	l := italian(t)
	v := done("v1", app.OutcomeFound)
	v.Type = app.VisuraFamiglia
	member := func(n int, name, code, id string) app.CardGroup {
		return app.CardGroup{Title: "card.member", Number: n, Fields: []app.CardField{
			{Label: "field.surname_name", Value: name}, {Label: "field.fiscal_code", Value: code, Code: true}, {Label: "field.id_anpr", Value: id, Code: true},
		}}
	}
	v.Card = &app.Card{Groups: []app.CardGroup{
		member(1, "ROSSI MARIO", rossi, "AF41450AS"), member(2, "VERDI ANNA", "VRDNNA70A41H501X", ""), member(3, "ROSSI LUCA", "", "CS00003ST"),
		{Title: "card.person", Fields: []app.CardField{{Label: "field.fiscal_code", Value: "VRDNNA70A41H501X"}}},
	}}
	c, ok := visura.CardOf(l, v)
	if !ok || len(c.Blocks) != 4 {
		t.Fatalf("%+v", c)
	}
	for i, want := range []string{"", "VRDNNA70A41H501X", "CS00003ST", ""} {
		if got := c.Blocks[i].Person; got != want {
			t.Errorf("block %d leads to %q, want %q", i, got, want)
		}
	}
}
