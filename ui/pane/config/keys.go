package config

import (
	"charm.land/bubbles/v2/key"

	"societop/ui/input"
)

// Rebind gives the actions their keys.
func (c *config) Rebind(k *input.Keys) {
	c.Document.Rebind(k)
	c.keys = configKeys{
		toggle: k.Bind("open", "⏎", "fold, unfold", "enter"), open: k.Bind("right", "l →", "unfold", "l", "right"),
		close: k.Bind("left", "h ←", "fold, or go to the parent", "h", "left"),
		all:   k.Bind("unfold-all", "e", "unfold all", "e"), first: k.Bind("fold-all", "E", "fold as at the start", "E"),
	}
}

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
