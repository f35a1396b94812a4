package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Chosen is what the user has chosen by hand in the monitor, kept in a file of the state directory.
type Chosen struct {
	Path   string
	Values map[string]string // by the keys of settings, as their flags take them
}

const (
	chosenFormat = 1
	maxChosen    = 64 << 10 // bytes of the file
)

// chosenFile is the file as JSON.
type chosenFile struct {
	Format int               `json:"societop_chosen"`
	Values map[string]string `json:"values"`
}

// ReadChosen reads what was chosen. Values that no setting may have any more are left out. What it
// returns can be used also if it fails.
func ReadChosen(path string, words *Vocabulary) (*Chosen, error) {
	c := &Chosen{Path: path, Values: map[string]string{}}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err == nil && !info.Mode().IsRegular() { // opening a pipe would wait
		err = &fs.PathError{Op: "read", Path: path, Err: errNoFile}
	}
	var file *os.File
	if err == nil {
		file, err = os.Open(path)
	}
	if err != nil {
		return c, fmt.Errorf("what was chosen in the monitor can't be read: %w", err)
	}
	defer file.Close()
	var in chosenFile
	data, err := io.ReadAll(io.LimitReader(file, maxChosen))
	if err == nil {
		err = json.Unmarshal(data, &in)
	}
	switch {
	case err == nil && in.Format > chosenFormat: // which it stays
		c.Path = ""
		return c, fmt.Errorf("what was chosen in the monitor does not count: %s was written by a newer societop", path)
	case err != nil || in.Format != chosenFormat:
		return c, fmt.Errorf("what was chosen in the monitor is forgotten: %s is damaged; it is written again", path)
	}
	for key, value := range in.Values {
		if s, ok := LookUp(key); ok && s.ByHand && s.Check(value, words) == nil {
			c.Values[key] = value
		}
	}
	return c, nil
}

// Write writes the file whole, or leaves it as it was.
func (c *Chosen) Write() (err error) {
	data, err := json.Marshal(chosenFile{chosenFormat, c.Values})
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("what was chosen in the monitor can't be kept: %w", err)
		}
	}()
	if old, err := os.ReadFile(c.Path); err == nil && bytes.Equal(old, data) {
		return nil
	}
	dir := filepath.Dir(c.Path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	temp, err := os.CreateTemp(dir, ".chosen-*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name()) // it is gone where all went well
	_, err = temp.Write(data)
	if closed := temp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(temp.Name(), c.Path)
	}
	return err
}
