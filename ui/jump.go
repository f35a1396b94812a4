package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/search"
	"societop/ui/find"
	"societop/ui/input"
	"societop/ui/list"
	"societop/ui/theme"
)

// drawFind returns the search in all runs, on the whole screen.
func drawFind(p *find.Panel, t *theme.Theme, w, h int) string {
	lines := box(t, rect{0, 0, w, h - 1}, p.Title(), true, p.Draw(w-2, h-3))
	return strings.Join(append(lines, p.Footer(w)), "\n")
}

// findCursor returns the cursor in the pattern, if that is typed.
func findCursor(p *find.Panel, w int) *tea.Cursor {
	x, y, ok := p.Cursor(w - 2)
	if !ok {
		return nil
	}
	c := tea.NewCursor(x+1, y+1)
	c.Blink = false
	return c
}

// findKey passes a key to the search in all runs, and goes to the hit that was chosen.
func findKey(a *App, msg tea.KeyPressMsg) tea.Cmd {
	cmd, hit := a.prompt.find.Key(msg)
	if hit == nil {
		return cmd
	}
	return jump(a, hit)
}

// paneOf is the number of the pane that shows a part. Prompts are shown by none, but the Map and the
// Agents show what else was at that moment.
var paneOf = map[search.Part]int{search.Config: 7, search.Log: 8, search.Prompt: 2, search.Talk: 4, search.Answers: 5}

// jump goes to the run, the pane, the agent and the moment of a hit. What hides the run from the list is
// taken away.
func jump(a *App, h *search.Hit) tea.Cmd {
	if _, ok := a.feed.Lab().Get(h.Run); !ok {
		a.notice = "that experiment is gone"
		return nil
	}
	d := &a.detail
	var unhide tea.Cmd
	if !list.Want(a.list, h.Run) && !a.list.Query().Empty() {
		a.prompt.filter.Clear()
		unhide = a.setFilter("")
	}
	d.active = slices.IndexFunc(d.order, func(p paneEntry) bool { return p.number == paneOf[h.In] })
	d.enter()
	cmd := a.relayout()
	d.lead = a.leadTo(h)
	if h.Agent != nil {
		d.data.Select(*h.Agent)
	}
	if h.At.Valid() {
		d.data.Clock.Want(h.At)
	}
	return tea.Batch(unhide, cmd, a.timeMoved(), a.followLead())
}

// lead is the words that a pane is to search for, because only that leads to a line of it.
type lead struct {
	key   model.Key
	pane  int
	words string
}

// leadTo returns the lead to the line of a hit in the pane on the screen.
func (s *session) leadTo(h *search.Hit) (l lead) {
	if (h.In == search.Config || h.In == search.Log) && len(h.Matches) > 0 {
		l = lead{h.Run, s.detail.active, h.Line.String()[h.Matches[0][0]:h.Matches[0][1]]}
	}
	return l
}

// followLead searches for the words that are wanted, once the pane has its text, unless another pane or
// another experiment is shown by now.
func (s *session) followLead() tea.Cmd {
	d := &s.detail
	l := d.lead
	if l.words == "" {
		return nil
	}
	if k, ok := d.data.Key(); !ok || k != l.key || d.active != l.pane {
		d.lead = lead{}
		return nil
	}
	for _, need := range d.pane().Needs() {
		if absent, known := d.data.View.Lacks(need); !known && !absent {
			return nil
		}
	}
	d.lead = lead{}
	var cmds []tea.Cmd
	keys := s.keys.Search.Keys()
	if len(keys) == 0 {
		return nil
	}
	for _, msg := range []tea.Msg{input.Press(keys[0]), tea.PasteMsg{Content: l.words}, input.Press("enter")} {
		cmds = append(cmds, s.paneKey(msg))
	}
	return tea.Batch(cmds...)
}
