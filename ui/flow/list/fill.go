package list

import (
	"indagor/sync/wire"
)

// enough is how many rows are worth showing while there may be more: where a
// filter finds little the server answers with short pages, even empty ones,
// each after so much work and no more.
const enough = 25

// Fill reads on until there are enough rows to be shown, or no more.
func Fill[R any](page wire.Page, read func(wire.Page) (rows wire.List[R], cached bool, err error)) (wire.List[R], bool, error) {
	got, cached, err := read(page)
	for err == nil && got.Next != "" && len(got.Items) < min(enough, page.Limit) {
		page.Cursor = got.Next
		var more wire.List[R]
		var old bool
		if more, old, err = read(page); err == nil {
			got.Items, got.Next, cached = append(got.Items, more.Items...), more.Next, cached || old
		}
	}
	return got, cached, err
}
