package server

import "context"

// StopLookups is the first half of a graceful stop whose patience is the
// context's.
func (s *Server) StopLookups(ctx context.Context) { s.visure.Close(ctx) }
