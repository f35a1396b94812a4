package metrics

import (
	"charm.land/bubbles/v2/key"

	"societop/ui/input"
	"societop/ui/pane/kit"
)

// metricsKeys are the keys of the pane, besides those that move.
type metricsKeys struct {
	open, back, left, right       key.Binding
	in, out, panLeft, panRight    key.Binding
	log                           key.Binding
	choose, move, turn, zoom, pan key.Binding // several of them, for the footer
}

// Rebind gives the actions their keys.
func (m *metrics) Rebind(k *input.Keys) {
	m.moves = kit.NewMoves(k)
	m.Search.Rebind(k)
	b := metricsKeys{
		open:     k.Bind("open", "⏎", "one chart, with axes", "enter"),
		back:     k.Bind("back", "Esc", "all charts", "esc"),
		left:     k.Bind("left", "h ←", "chart left; cursor back", "h", "left"),
		right:    k.Bind("right", "l →", "chart right; cursor on", "l", "right"),
		in:       k.Bind("zoom-in", "z", "zoom in around the cursor", "z"),
		out:      k.Bind("zoom-out", "Z", "zoom out", "Z"),
		panLeft:  k.Bind("pan-left", "( ⇧←", "show what was before", "(", "shift+left"),
		panRight: k.Bind("pan-right", ") ⇧→", "show what came after", ")", "shift+right"),
		log:      k.Bind("log-scale", "e", "log scale, on and off", "e"),
	}
	b.choose = kit.Several("choose", b.left, m.moves.Down, m.moves.Up, b.right)
	b.move, b.turn = kit.Several("cursor", b.left, b.right), kit.Several("metric", m.moves.Down, m.moves.Up)
	b.zoom, b.pan = kit.Several("zoom", b.in, b.out), kit.Several("pan", b.panLeft, b.panRight)
	m.keys = b
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
