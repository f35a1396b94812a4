package kit

import (
	"slices"

	"charm.land/bubbles/v2/key"
)

// Bind returns a binding with the name of its keys and what it does.
func Bind(help, what string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, what))
}

// Named returns a binding with another description.
func Named(b key.Binding, word string) key.Binding {
	b.SetHelp(b.Help().Key, word)
	return b
}

// Moves are the keys that move a cursor or scroll. They are the same in every pane and list.
type Moves struct {
	Up, Down, PageUp, PageDown, HalfUp, HalfDown, Top, Bottom key.Binding
}

// NewMoves returns the keys that move.
func NewMoves() Moves {
	return Moves{
		Down:     Bind("j ↓", "down", "down", "j"),
		Up:       Bind("k ↑", "up", "up", "k"),
		PageDown: Bind("PgDn", "a page down", "pgdown"),
		PageUp:   Bind("PgUp", "a page up", "pgup"),
		HalfDown: Bind("^d", "half a page down", "ctrl+d"),
		HalfUp:   Bind("^u", "half a page up", "ctrl+u"),
		Top:      Bind("g", "to the top", "home", "g"),
		Bottom:   Bind("G", "to the end", "end", "G"),
	}
}

// All returns every binding in the order of the help.
func (m Moves) All() []key.Binding {
	return []key.Binding{m.Down, m.Up, m.PageDown, m.PageUp, m.HalfDown, m.HalfUp, m.Top, m.Bottom}
}

// Move returns the index in 0…last to which a key moves from at, for pages of the given height.
// ok reports whether it is a key that moves.
func (m Moves) Move(k interface{ String() string }, at, last, height int) (to int, ok bool) {
	page := max(height-1, 1)
	switch {
	case key.Matches(k, m.Down):
		to = at + 1
	case key.Matches(k, m.Up):
		to = at - 1
	case key.Matches(k, m.PageDown):
		to = at + page
	case key.Matches(k, m.PageUp):
		to = at - page
	case key.Matches(k, m.HalfDown):
		to = at + max(height/2, 1)
	case key.Matches(k, m.HalfUp):
		to = at - max(height/2, 1)
	case key.Matches(k, m.Top):
		to = 0
	case key.Matches(k, m.Bottom):
		to = last
	default:
		return at, false
	}
	return max(min(to, last), 0), true
}

// Is reports whether the first key of a binding belongs to one of others.
func Is(b key.Binding, others ...key.Binding) bool {
	first := b.Keys()[0]
	return slices.ContainsFunc(others, func(o key.Binding) bool { return slices.Contains(o.Keys(), first) })
}
