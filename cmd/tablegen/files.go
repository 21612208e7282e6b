package main

import (
	"io/fs"
	"testing/fstest"
)

// loaded shows files in memory as a file system.
func loaded(files map[string][]byte) fs.FS {
	m := make(fstest.MapFS, len(files))
	for name, data := range files {
		m[name] = &fstest.MapFile{Data: data, Mode: 0o444}
	}
	return m
}
