package config

import (
	"charm.land/bubbles/v2/key"
)

// Off returns why a key does nothing at present, or "".
func (c *config) Off(b key.Binding) string {
	if c.note != "" {
		return c.note
	}
	return c.Search.Off(b)
}

// Print returns the whole config, unfolded.
func (c *config) Print() string {
	if c.note != "" {
		return c.note
	}
	return c.source.String()
}
