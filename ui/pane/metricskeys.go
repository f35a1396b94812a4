package pane

import "charm.land/bubbles/v2/key"

// metricsKeys are the keys of the pane Metrics beside those that move.
type metricsKeys struct {
	open, back, left, right       key.Binding
	in, out, panLeft, panRight    key.Binding
	log                           key.Binding
	choose, move, turn, zoom, pan key.Binding // several of them, for the footer
}

func newMetricsKeys() metricsKeys {
	bind := func(help, what string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, what))
	}
	return metricsKeys{
		open:     bind("⏎", "one chart alone, with axes", "enter"),
		back:     bind("Esc", "all charts", "esc"),
		left:     bind("h ←", "chart left; cursor back", "h", "left"),
		right:    bind("l →", "chart right; cursor on", "l", "right"),
		in:       bind("z", "zoom in around the cursor", "z"),
		out:      bind("Z", "zoom out", "Z"),
		panLeft:  bind("( ⇧←", "show what was before", "(", "shift+left"),
		panRight: bind(") ⇧→", "show what came after", ")", "shift+right"),
		log:      bind("e", "log scale, on and off", "e"),
		choose:   bind("h j k l", "choose", "h", "j", "k", "l"),
		move:     bind("h l", "cursor", "h", "l"),
		turn:     bind("j k", "metric", "j", "k"),
		zoom:     bind("z Z", "zoom", "z", "Z"),
		pan:      bind("( )", "pan", "(", ")"),
	}
}

// named is a binding with another word for it.
func named(b key.Binding, word string) key.Binding {
	b.SetHelp(b.Help().Key, word)
	return b
}

// ShortHelp is what the footer says while the pane has the focus.
func (m *metrics) ShortHelp() []key.Binding {
	k := &m.keys
	switch {
	case m.single:
		return []key.Binding{k.move, k.zoom, k.turn, named(k.log, "log scale"), k.pan}
	}
	return []key.Binding{named(k.open, "one chart"), named(m.search.keys.search, "search"), k.choose, named(k.log, "log scale")}
}

// FullHelp is the keys that move, and behind them those of the pane alone.
func (m *metrics) FullHelp() [][]key.Binding {
	k := &m.keys
	return [][]key.Binding{
		m.moves.All(),
		{k.open, k.back, k.left, k.right, k.in, k.out, k.panLeft, k.panRight, k.log, m.search.keys.search},
	}
}
