package talk

import (
	"strings"

	"charm.land/bubbles/v2/key"

	"societop/ui/input"
	"societop/ui/pane/kit"
)

// Rebind gives the actions their keys.
func (t *talk) Rebind(k *input.Keys) {
	t.moves = kit.NewMoves(k)
	t.Search.Rebind(k)
	t.keys = talkKeys{
		all: k.Bind("one-agent", "a", "all agents ↔ one", "a"), previous: k.Bind("previous-agent", "I", "previous agent", "I"),
		next: k.Bind("next-agent", "i", "next agent", "i"), kind: k.Bind("kinds", "t", "kinds that are shown", "t"),
	}
}

// Off returns why a key does nothing at present, or "".
func (t *talk) Off(b key.Binding) string {
	k := &t.keys
	switch nobody := len(t.view.Profiles) == 0; {
	case kit.Is(b, k.all) && !t.view.Bulk:
		return "an endpoint tells talk agent by agent; " + kit.Several("", k.next, k.previous).Help().Key + " choose the agent"
	case nobody && kit.Is(b, k.all, k.previous, k.next, k.kind):
		return t.note
	case kit.Is(b, k.previous, k.next) && !t.single():
		return "all agents are shown; " + k.all.Help().Key + " shows one of them"
	case kit.Is(b, k.all, k.previous, k.next):
		return ""
	case kit.Is(b, k.kind) && t.kinds != 0:
		return ""
	case t.note != "" && !t.Search.Typing && t.Search.Query == "":
		return t.note
	}
	return t.Search.Off(b)
}

// Print returns every message that is shown, in full.
func (t *talk) Print() string {
	if t.note != "" {
		return t.note
	}
	lines := []string{t.head()}
	for i := range t.until {
		m := t.message(i)
		text := strings.ReplaceAll(m.text, "\n", "\n"+strings.Repeat(" ", t.chatView.calendar.Width()+1+hang))
		lines = append(lines, t.view.Short(m.At)+"  "+plain(t.chatView.head(m))+" "+text)
	}
	return kit.Plain(lines)
}

// talkKeys are the keys of the pane.
type talkKeys struct{ all, previous, next, kind key.Binding }

// ShortHelp returns the keys for the footer.
func (t *talk) ShortHelp() []key.Binding {
	kind, search, follow := kit.Named(t.keys.kind, "kinds"), kit.Named(t.Search.Keys.Search, "search"), kit.Named(t.moves.Bottom, "follow")
	if t.Search.Query != "" {
		return []key.Binding{kit.Several("hit", t.Search.Keys.Next, t.Search.Keys.Previous), search, kind, follow}
	}
	all := kit.Named(t.keys.all, "one agent")
	switch {
	case t.single() && !t.view.Bulk:
		all = kit.Several("agent", t.keys.next, t.keys.previous)
	case t.single():
		all = kit.Named(all, "all agents")
	}
	return []key.Binding{all, kind, search, follow}
}

// FullHelp returns the keys of the pane, those that move first.
func (t *talk) FullHelp() [][]key.Binding {
	k, s := t.keys, t.Search.Keys
	return [][]key.Binding{t.moves.All(), {k.all, k.previous, k.next, k.kind, s.Search, s.Next, s.Previous}}
}
