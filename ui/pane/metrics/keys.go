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
	return metricsKeys{
		open:     kit.Bind("⏎", "one chart, with axes", "enter"),
		back:     kit.Bind("Esc", "all charts", "esc"),
		left:     kit.Bind("h ←", "chart left; cursor back", "h", "left"),
		right:    kit.Bind("l →", "chart right; cursor on", "l", "right"),
		in:       kit.Bind("z", "zoom in around the cursor", "z"),
		out:      kit.Bind("Z", "zoom out", "Z"),
		panLeft:  kit.Bind("( ⇧←", "show what was before", "(", "shift+left"),
		panRight: kit.Bind(") ⇧→", "show what came after", ")", "shift+right"),
		log:      kit.Bind("e", "log scale, on and off", "e"),
		choose:   kit.Bind("h j k l", "choose", "h", "j", "k", "l"),
		move:     kit.Bind("h l", "cursor", "h", "l"),
		turn:     kit.Bind("j k", "metric", "j", "k"),
		zoom:     kit.Bind("z Z", "zoom", "z", "Z"),
		pan:      kit.Bind("( )", "pan", "(", ")"),
	}
}

// ShortHelp returns the keys for the footer.
func (m *metrics) ShortHelp() []key.Binding {
	k := &m.keys
	switch {
	case m.single:
		return []key.Binding{k.move, k.zoom, k.turn, kit.Named(k.log, "log scale"), k.pan}
	}
	return []key.Binding{kit.Named(k.open, "one chart"), kit.Named(m.Search.Keys.Search, "search"), k.choose, kit.Named(k.log, "log scale")}
}

// FullHelp returns the keys of the pane, those that move first.
func (m *metrics) FullHelp() [][]key.Binding {
	k := &m.keys
	return [][]key.Binding{
		m.moves.All(),
		{k.open, k.back, k.left, k.right, k.in, k.out, k.panLeft, k.panRight, k.log, m.Search.Keys.Search},
	}
}

// Off returns why a key does nothing at present, or "".
func (m *metrics) Off(b key.Binding) string {
	k := &m.keys
	switch {
	case m.note != "":
		return m.note
	case kit.Is(b, k.back) && !m.single && m.Search.Query == "":
		return "all charts are shown"
	case kit.Is(b, m.Search.Keys.Search, k.back):
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
