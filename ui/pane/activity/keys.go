package activity

import (
	"charm.land/bubbles/v2/key"

	"societop/ui/input"
	"societop/ui/pane/kit"
)

// keys are the keys of the pane, besides those that move.
type keys struct {
	fold, open             key.Binding
	left, right            key.Binding
	panLeft, panRight      key.Binding
	agents, steps, further key.Binding // several of them, for the footer
}

// Rebind gives the actions their keys.
func (a *activity) Rebind(k *input.Keys) {
	a.moves = kit.NewMoves(k)
	b := keys{
		fold:     k.Bind("fold", "z", "fold, unfold groups", "z"),
		open:     k.Bind("open", "⏎", "unfold at the group", "enter"),
		left:     k.Bind("left", "h ←", "a step back", "h", "left"),
		right:    k.Bind("right", "l →", "a step on", "l", "right"),
		panLeft:  k.Bind("pan-left", "( ⇧←", "show earlier steps", "(", "shift+left"),
		panRight: k.Bind("pan-right", ") ⇧→", "show later steps", ")", "shift+right"),
	}
	b.agents, b.steps = kit.Several("agent", a.moves.Down, a.moves.Up), kit.Several("step", b.left, b.right)
	b.further = kit.Several("scroll steps", b.panLeft, b.panRight)
	a.keys = b
}

// ShortHelp returns the keys for the footer.
func (a *activity) ShortHelp() []key.Binding {
	fold := kit.Named(a.keys.fold, "fold")
	if a.grouped() {
		fold = kit.Named(a.keys.fold, "unfold")
	}
	return []key.Binding{a.keys.agents, a.keys.steps, fold, a.keys.further}
}

// FullHelp returns the keys of the pane, those that move first.
func (a *activity) FullHelp() [][]key.Binding {
	k := &a.keys
	return [][]key.Binding{a.moves.All(), {k.left, k.right, k.panLeft, k.panRight, k.fold, k.open}}
}

// Off returns why a key does nothing at present, or "".
func (a *activity) Off(b key.Binding) string {
	k := &a.keys
	switch {
	case a.note != "":
		return a.note
	case kit.Is(b, k.open) && !a.grouped():
		return "each row is one agent"
	case kit.Is(b, k.fold) && !a.grouped() && a.fits():
		return "the whole matrix is in view"
	}
	return ""
}

// Print returns the whole matrix, with a cell an agent and step.
func (a *activity) Print() string {
	if a.note != "" {
		return a.note
	}
	whole := *a
	whole.folds, whole.top, whole.left = unfolded, 0, 0
	whole.frame = whole.frameOf(whole.labelWidth(80), len(a.Agents), a.Steps)
	whole.kindLines = len(whole.kinds)
	return kit.Plain(whole.draw())
}
