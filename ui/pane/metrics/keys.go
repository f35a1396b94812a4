package metrics

import (
	"charm.land/bubbles/v2/key"

	"societop/ui/pane/kit"
)

// metricsKeys are the keys of the pane, besides those that move.
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
		open:     bind("⏎", "one chart, with axes", "enter"),
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

// ShortHelp returns the keys for the footer.
func (m *metrics) ShortHelp() []key.Binding {
	k := &m.keys
	switch {
	case m.single:
		return []key.Binding{k.move, k.zoom, k.turn, kit.Named(k.log, "log scale"), k.pan}
	}
	return []key.Binding{kit.Named(k.open, "one chart"), kit.Named(m.search.Keys.Search, "search"), k.choose, kit.Named(k.log, "log scale")}
}

// FullHelp returns the keys of the pane, those that move first.
func (m *metrics) FullHelp() [][]key.Binding {
	k := &m.keys
	return [][]key.Binding{
		m.moves.All(),
		{k.open, k.back, k.left, k.right, k.in, k.out, k.panLeft, k.panRight, k.log, m.search.Keys.Search},
	}
}

// Off returns why a key does nothing at present, or "".
func (m *metrics) Off(b key.Binding) string {
	k := &m.keys
	switch {
	case m.note != "":
		return m.note
	case kit.Is(b, k.back) && !m.single && m.search.Query == "":
		return "all charts are shown"
	case kit.Is(b, m.search.Keys.Search, k.back):
		return ""
	case len(m.series) == 0:
		return "no metric matches"
	case kit.Is(b, k.open) && m.single:
		return "one chart is shown"
	case kit.Is(b, k.in, k.out, k.panLeft, k.panRight) && !m.single:
		return "all charts are shown; ⏎ shows one of them"
	case kit.Is(b, k.out, k.panLeft, k.panRight) && !m.zoomed:
		return "all of its time is in view; z zooms in"
	}
	return ""
}
