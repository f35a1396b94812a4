package kit

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"

	"societop/ui/input"
)

// The keys that end what is typed. They are always the same, as all others are letters then.
var (
	Enter  = key.NewBinding(key.WithKeys("enter"), key.WithHelp("⏎", "keep"))
	Escape = key.NewBinding(key.WithKeys("esc"), key.WithHelp("Esc", "end"))
)

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
func NewMoves(k *input.Keys) Moves {
	return Moves{
		Down:     k.Bind("down", "j ↓", "down", "down", "j"),
		Up:       k.Bind("up", "k ↑", "up", "up", "k"),
		PageDown: k.Bind("page-down", "PgDn", "a page down", "pgdown"),
		PageUp:   k.Bind("page-up", "PgUp", "a page up", "pgup"),
		HalfDown: k.Bind("half-page-down", "^d", "half a page down", "ctrl+d"),
		HalfUp:   k.Bind("half-page-up", "^u", "half a page up", "ctrl+u"),
		Top:      k.Bind("top", "g", "to the top", "home", "g"),
		Bottom:   k.Bind("bottom", "G", "to the end", "end", "G"),
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

// Several returns the first keys of some bindings as one, for help and footer.
func Several(word string, all ...key.Binding) key.Binding {
	var keys, signs []string
	for _, b := range all {
		if k := b.Keys(); len(k) > 0 {
			keys, signs = append(keys, k[0]), append(signs, strings.Fields(b.Help().Key)[0])
		}
	}
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(strings.Join(signs, " "), word))
}

// Is reports whether the first key of a binding belongs to one of others.
func Is(b key.Binding, others ...key.Binding) bool {
	if len(b.Keys()) == 0 {
		return false
	}
	first := b.Keys()[0]
	return slices.ContainsFunc(others, func(o key.Binding) bool { return slices.Contains(o.Keys(), first) })
}
