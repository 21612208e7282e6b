package user

import "indagor/app"

// Edit opens the editor for the user.
func (s *Screen) Edit(id app.ID) {
	s.editor = nil
	s.edit(id)
}

func (s *Screen) bulk(service string) *bulk {
	if service == "enrichment" {
		return s.editor.enrichment
	}
	return s.editor.household
}

// Bulk chooses the chips of a service on lists.
func (s *Screen) Bulk(service, on, way, scope string) {
	b := s.bulk(service)
	b.service.SetSelected(on)
	b.way.SetSelected(way)
	b.scope.SetSelected(scope)
	s.editor.changed()
}

// Mediator chooses the Mediator of a service on lists.
func (s *Screen) Mediator(service, id string) {
	s.bulk(service).mediator.SetSelectedID(id)
	s.editor.changed()
}

// Operator types the person's own operator id.
func (s *Screen) Operator(id string) {
	s.editor.operator.SetText(id)
	s.editor.changed()
}
