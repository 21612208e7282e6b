package list

import (
	"context"

	"indagor/sync/wire"
)

// Each reads all that the filter lists, page by page, and gives each page to
// take, in the caller's goroutine. What is shown stays as it is.
func (f *Flow[Q, R, D]) Each(ctx context.Context, filter Q, take func(rows []R) error) error {
	if f.config.Check != nil {
		checked, errs := f.config.Check(filter)
		if len(errs) > 0 {
			return errs
		}
		filter = checked
	}
	for p := (wire.Page{Limit: mostRows}); ; {
		page, _, err := f.config.Read(ctx, filter, p)
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = take(page.Items)
		}
		if err != nil || page.Next == "" {
			return err
		}
		p.Cursor = page.Next
	}
}
