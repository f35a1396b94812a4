package agentmap

import (
	"charm.land/bubbles/v2/key"

	"societop/ui/input"
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

// Rebind gives the actions their keys.
func (m *agentMap) Rebind(k *input.Keys) {
	m.Search.Rebind(k)
	b := mapKeys{
		arrows: arrows{
			left: k.Bind("left", "h ←", "left", "h", "left"), down: k.Bind("down", "j ↓", "down", "down", "j"),
			up: k.Bind("up", "k ↑", "up", "up", "k"), right: k.Bind("right", "l →", "right", "l", "right"),
		},
		in:         k.Bind("zoom-in", "z", "zoom in around the agent", "z"),
		out:        k.Bind("zoom-out", "Z", "zoom out", "Z"),
		fit:        k.Bind("fit", "x", "all agents, fit the heat", "x"),
		colour:     k.Bind("next-colouring", "v", "next colouring", "v"),
		colourBack: k.Bind("previous-colouring", "V", "previous colouring", "V"),
		trail:      k.Bind("trail", "t", "trail, on and off", "t"),
		next:       k.Bind("next-agent", "i", "next agent on the map", "i"),
		previous:   k.Bind("previous-agent", "I", "previous agent on the map", "I"),
		follow:     k.Bind("open", "⏎", "follow the agent", "enter"),
		back:       k.Bind("back", "Esc", "end following or search", "esc"),
	}
	b.several = several{
		pan: kit.Several("move the map (or arrows)", b.left, b.down, b.up, b.right), zoom: kit.Several("zoom", b.in, b.out),
		colours: kit.Several("colour", b.colour, b.colourBack), agents: kit.Several("agent", b.next, b.previous),
	}
	m.keys = b
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
