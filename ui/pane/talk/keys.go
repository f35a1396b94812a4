package talk

import (
	"strings"

	"charm.land/bubbles/v2/key"

	"societop/ui/pane/kit"
)

// Off returns why a key does nothing at present, or "".
func (t *talk) Off(b key.Binding) string {
	k := &t.keys
	switch nobody := len(t.view.Profiles) == 0; {
	case kit.Is(b, k.all) && !t.view.Bulk:
		return "an endpoint tells talk agent by agent; i I choose the agent"
	case nobody && kit.Is(b, k.all, k.previous, k.next, k.kind):
		return t.note
	case kit.Is(b, k.previous, k.next) && !t.single():
		return "all agents are shown; a shows one of them"
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
		text := strings.ReplaceAll(m.text, "\n", "\n"+strings.Repeat(" ", kit.MomentWidth+1+hang))
		lines = append(lines, m.At.Short()+"  "+plain(t.chatView.head(m))+" "+text)
	}
	return kit.Plain(lines)
}

// talkKeys are the keys of the pane.
type talkKeys struct{ all, previous, next, kind key.Binding }

// ShortHelp returns the keys for the footer.
func (t *talk) ShortHelp() []key.Binding {
	all, kind, search, follow := t.keys.all, t.keys.kind, t.Search.Keys.Search, t.moves.Bottom
	all.SetHelp("a", "one agent")
	if t.single() {
		if all.SetHelp("a", "all agents"); !t.view.Bulk {
			all = t.keys.next
			all.SetHelp("i I", "agent")
		}
	}
	kind.SetHelp("t", "kinds")
	search.SetHelp("/", "search")
	follow.SetHelp("G", "follow")
	if t.Search.Query != "" {
		hit := t.Search.Keys.Next
		hit.SetHelp("n N", "hit")
		return []key.Binding{hit, search, kind, follow}
	}
	return []key.Binding{all, kind, search, follow}
}

// FullHelp returns the keys of the pane, those that move first.
func (t *talk) FullHelp() [][]key.Binding {
	k, s := t.keys, t.Search.Keys
	return [][]key.Binding{t.moves.All(), {k.all, k.previous, k.next, k.kind, s.Search, s.Next, s.Previous}}
}
