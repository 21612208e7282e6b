package anpr

import (
	"context"
	"time"
)

// Timeout bounds every attempt of next; what does not end in time is
// CodeAnprSlow. A shorter deadline of the caller stays.
func Timeout(next Register, d time.Duration) Register {
	return Func(func(ctx context.Context, r Request) (Answer, []Call, error) {
		ctx, cancel := context.WithTimeout(ctx, d)
		defer cancel()
		return next.Lookup(ctx, r)
	})
}
