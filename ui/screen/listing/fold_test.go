package listing_test

import (
	"testing"

	"fyne.io/fyne/v2"
)

// TestFold: the further line comes and goes by its button, and by itself where
// it narrows the list.
func TestFold(t *testing.T) {
	s := newStage(t, some(20))
	s.Run()
	last := func() filter { return s.by[len(s.by)-1] }
	s.Lacks("Ogni misura", "Tinta")
	top := s.page.Table().Position().Y
	s.Press("Altro false0")
	s.Want("Ogni misura", "Tinta", "Altro true0")
	n := len(s.by)
	s.FocusOn("Tinta")
	s.Typed("rosso")
	s.Key(fyne.KeyReturn)
	s.Run()
	if len(s.by) != n+1 || last() != (filter{Tint: "rosso"}) {
		t.Errorf("asked %v", s.by[n:])
	}
	s.Press("Altro true1")
	s.Want("Altro false1")
	s.Lacks("Tinta")
	if s.page.Table().Position().Y != top || last().Tint != "rosso" {
		t.Error("the line has left a gap, or taken its filter along")
	}
	s.page.Search(filter{Size: "xl"})
	s.Run()
	s.Want("Ogni misura", "Altro true1")
	s.Press("Azzera")
	s.Run()
	s.Want("Altro true0")
	if last() != (filter{}) {
		t.Errorf("%+v", last())
	}
}
