package ui

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Settings is what the desktop remembers of its window and its server from
// one start to the next. It holds nothing secret and nothing of citizens, so
// that it can be read before the keys are open.
type Settings struct {
	Server string  `json:"server,omitempty"`
	Theme  string  `json:"theme,omitempty"`
	Folded bool    `json:"folded,omitempty"` // the sidebar
	Width  float32 `json:"width,omitempty"`
	Height float32 `json:"height,omitempty"`

	path string
}

// LoadSettings reads the settings of a profile; those of a new profile, or of
// one whose file is damaged, are empty. The error is of reading only.
func LoadSettings(profile string) (*Settings, error) {
	s := &Settings{path: filepath.Join(profile, "settings.json")}
	data, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	if json.Unmarshal(data, s) != nil {
		return &Settings{path: s.path}, nil
	}
	return s, nil
}

// Save keeps the settings: whole or not at all.
func (s *Settings) Save() error {
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return err
	}
	fresh := s.path + ".new"
	if err := os.WriteFile(fresh, append(data, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(fresh, s.path)
}
