package main

import "context"

func (s *stage) journey(ctx context.Context, cast *seeded) error { return s.openSession(ctx, true) }
