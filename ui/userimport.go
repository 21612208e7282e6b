package ui

import (
	"context"

	"indagor/sync/wire"
)

func (l *line) PreviewUserImport(ctx context.Context, content []byte) (wire.UserImport, error) {
	in := &wire.PreviewUserImportInput{}
	in.Body.Content = content
	out, err := call(ctx, l, wire.PreviewUserImport, in)
	if err != nil {
		return wire.UserImport{}, err
	}
	return out.Body, nil
}

func (l *line) RunUserImport(ctx context.Context, key, name string, content []byte, rows []int) (wire.UserImport, error) {
	in := &wire.RunUserImportInput{Key: key}
	in.Body.Content, in.Body.Name, in.Body.Rows = content, name, rows
	out, err := call(ctx, l, wire.RunUserImport, in)
	if err != nil {
		return wire.UserImport{}, err
	}
	return out.Body, nil
}
