package agentmap

import (
	"charm.land/bubbles/v2/key"

	"societop/ui/pane/kit"
)

// mapKeys are the keys of the pane Map.
type mapKeys struct {
	arrows
	in, out, fit              key.Binding
	colour, colourBack, trail key.Binding
	next, previous            key.Binding
	follow, back              key.Binding
	several
}

// arrows are the keys that move the map.
type arrows struct{ left, down, up, right key.Binding }

// several are groups of keys, for help and footer.
type several struct{ pan, zoom, colours, agents key.Binding }

func newMapKeys() mapKeys {
	return mapKeys{
		arrows: arrows{
			left: kit.Bind("h ←", "left", "h", "left"), down: kit.Bind("j ↓", "down", "j", "down"),
			up: kit.Bind("k ↑", "up", "k", "up"), right: kit.Bind("l →", "right", "l", "right"),
		},
		in:         kit.Bind("z", "zoom in around the agent", "z"),
		out:        kit.Bind("Z", "zoom out", "Z"),
		fit:        kit.Bind("x", "all agents, fit the heat", "x"),
		colour:     kit.Bind("v", "next colouring", "v"),
		colourBack: kit.Bind("V", "previous colouring", "V"),
		trail:      kit.Bind("t", "trail, on and off", "t"),
		next:       kit.Bind("i", "next agent on the map", "i"),
		previous:   kit.Bind("I", "previous agent on the map", "I"),
		follow:     kit.Bind("⏎", "follow the agent", "enter"),
		back:       kit.Bind("Esc", "end following or search", "esc"),
		several: several{
			pan: kit.Bind("h j k l", "move the map (or arrows)", "h", "j", "k", "l"), zoom: kit.Bind("z Z", "zoom", "z", "Z"),
			colours: kit.Bind("v V", "colour", "v", "V"), agents: kit.Bind("i I", "agent", "i", "I"),
		},
	}
}

// ShortHelp returns the keys for the footer.
func (m *agentMap) ShortHelp() []key.Binding {
	k := &m.keys
	return []key.Binding{kit.Named(k.follow, "follow"), k.zoom, k.colours, kit.Named(m.Search.Keys.Search, "search"), k.agents, kit.Named(k.pan, "move"), kit.Named(k.fit, "all"), kit.Named(k.trail, "trail")}
}

// FullHelp returns the keys of the pane, those that move first.
func (m *agentMap) FullHelp() [][]key.Binding {
	k, s := &m.keys, &m.Search.Keys
	return [][]key.Binding{
		{k.left, k.down, k.up, k.right},
		{k.pan, k.in, k.out, k.fit, k.colour, k.colourBack, k.trail, k.next, k.previous, k.follow, k.back, s.Search, s.Next, s.Previous},
	}
}

// Off returns why a key does nothing at present, or "".
func (m *agentMap) Off(b key.Binding) string {
	k := &m.keys
	switch {
	case m.note != "":
		return m.note
	case kit.Is(b, k.back) && !m.following && m.Search.Query == "":
		return "no agent is followed"
	case kit.Is(b, k.follow) && m.index < 0:
		return "no agent is selected"
	}
	return m.Search.Off(b)
}
