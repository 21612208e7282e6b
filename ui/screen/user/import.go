package user

import "indagor/ui/screen/userimport"

// importing puts the import of a list into the place of the page.
func (s *Screen) importing() {
	if s.editor != nil || s.opening || s.list != nil {
		return
	}
	s.Vacate()
	lost := s.Lists.Lost
	if lost == nil {
		lost = func(error) {}
	}
	s.list = userimport.New(userimport.Options{
		Host: s.Host, Desk: s.Desk, Context: s.Context, Say: s.Say, Lost: lost, Everywhere: s.everywhere(), Now: s.Now, Go: s.Go, Do: s.Do,
		Close: func(registered int) {
			s.list = nil
			s.close()
			if registered > 0 {
				s.Host.Toast(s.l.N("userimport.done", registered))
				s.load()
			}
		},
	})
	s.show(s.list.Object())
	s.list.Focus()
}
