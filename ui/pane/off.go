package pane

import (
	"slices"

	"charm.land/bubbles/v2/key"
)

// is reports whether a binding is one of some others, by the first of its keys.
func is(b key.Binding, others ...key.Binding) bool {
	first := b.Keys()[0]
	return slices.ContainsFunc(others, func(o key.Binding) bool { return slices.Contains(o.Keys(), first) })
}

// notSearched is why keys of the search do nothing.
const notSearched = "nothing is searched"

// off is why a key of the search does nothing.
func (f *finder) off(b key.Binding) string {
	if f.query == "" && !f.typing && is(b, f.keys.next, f.keys.previous, f.keys.clear) {
		return notSearched
	}
	return ""
}

// Off is why a key does nothing: an overview has none of its own.
func (s *scroller) Off(key.Binding) string { return "" }

// Off is why a key does nothing.
func (l *log) Off(b key.Binding) string {
	switch {
	case l.note != "":
		return l.note
	case is(b, l.keys.left, l.keys.right) && !l.oneRow:
		return "long lines are wrapped; w cuts them"
	}
	return l.search.off(b)
}

// Off is why a key does nothing.
func (c *config) Off(b key.Binding) string {
	if c.note != "" {
		return c.note
	}
	return c.search.off(b)
}

// Off is why a key does nothing.
func (a *agents) Off(b key.Binding) string {
	k := &a.keys
	switch {
	case a.note != "":
		return a.note
	case is(b, k.back) && !a.open && a.search.query == "":
		return "the table is shown"
	case a.open && is(b, k.open):
		return "the agent is open"
	case a.open && is(b, k.sort, k.reverse):
		return "one agent is shown; Esc leads to the table"
	case len(a.table.order) == 0 && is(b, k.open):
		return "no agent matches"
	}
	return a.search.off(b)
}

// Off is why a key does nothing.
func (m *agentMap) Off(b key.Binding) string {
	k := &m.keys
	switch {
	case m.note != "":
		return m.note
	case is(b, k.back) && !m.following && m.search.query == "":
		return "no agent is followed"
	case is(b, k.follow) && m.index < 0:
		return "no agent is selected"
	}
	return m.search.off(b)
}

// Off is why a key does nothing.
func (t *talk) Off(b key.Binding) string {
	k := &t.keys
	switch nobody := len(t.view.Profiles) == 0; {
	case is(b, k.all) && !t.view.Bulk:
		return "an endpoint tells talk agent by agent; i I choose the agent"
	case nobody && is(b, k.all, k.previous, k.next, k.kind):
		return t.note
	case is(b, k.previous, k.next) && !t.single():
		return "all agents are shown; a shows one of them"
	case is(b, k.all, k.previous, k.next):
		return ""
	case is(b, k.kind) && t.kinds != 0:
		return ""
	case t.note != "" && !t.search.typing && t.search.query == "":
		return t.note
	}
	return t.search.off(b)
}

// Off is why a key does nothing.
func (s *surveys) Off(b key.Binding) string {
	k := &s.keys
	switch nobody := len(s.v.Profiles) == 0; {
	case is(b, k.own, k.next, k.previous) && nobody && s.note != "":
		return s.note
	case is(b, k.own):
		return ""
	case is(b, k.next, k.previous) && !s.own:
		return "all agents are shown; a shows one of them"
	case is(b, k.next, k.previous):
		return ""
	case s.note != "":
		return s.note
	}
	return s.answersOff(b)
}

// answersOff is why a key does nothing while there are answers.
func (s *surveys) answersOff(b key.Binding) string {
	k := &s.keys
	switch {
	case is(b, k.left, k.right):
		if len(s.list) < 2 {
			return "there is one survey only"
		}
		return ""
	case s.own && is(b, k.open, k.back, k.earlier, k.later, k.every, s.search.keys.search):
		return "the answers of one agent are shown; a shows all agents"
	case is(b, k.earlier, k.later, k.every) && len(s.list[s.at].Rounds) < 2:
		return "this survey has one round only"
	case is(b, k.open) && s.open:
		return "one question is shown; Esc shows all of them"
	case is(b, k.back) && !s.open:
		return "all questions are shown"
	}
	return ""
}

// Off is why a key does nothing.
func (m *metrics) Off(b key.Binding) string {
	k := &m.keys
	switch {
	case m.note != "":
		return m.note
	case is(b, k.back) && !m.single && m.search.query == "":
		return "all charts are shown"
	case is(b, m.search.keys.search, k.back):
		return ""
	case len(m.series) == 0:
		return "no metric matches"
	case is(b, k.open) && m.single:
		return "one chart is shown"
	case is(b, k.in, k.out, k.panLeft, k.panRight) && !m.single:
		return "all charts are shown; ⏎ shows one of them"
	case is(b, k.out, k.panLeft, k.panRight) && !m.zoomed:
		return "all of its time is in view; z zooms in"
	}
	return ""
}
