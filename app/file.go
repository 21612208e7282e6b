package app

import (
	"context"
	"io"
)

// File is a file that is made while it is sent, so that it may be of any
// length.
type File struct {
	Name      string
	MediaType string
	// Write makes it. It ends with the context, or with the first error of
	// the writer; what was written until then is not the whole file.
	Write func(ctx context.Context, w io.Writer) error
}
