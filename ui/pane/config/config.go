// Package config is the pane with the YAML of an experiment, as an outline that folds.
package config

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/human"
	"societop/ui/pane"
	"societop/ui/pane/kit"
	"societop/ui/theme"
)

// config is the pane with the YAML of an experiment, with its secrets masked: an outline whose
// first levels are unfolded, with a cursor on a line.
type config struct {
	kit.Document
	keys   configKeys
	key    model.Key
	source text.Lines // what lines were made of
	note   string     // stands there instead of a config
	masked int        // lines with a secret

	outline []outlined
	folded  []bool
	every   []int          // all lines
	parts   map[int]broken // of the lines that may take more than one row
	wrapped int            // the width of parts, which a pane that is not on the screen keeps
	lent    []int          // lines that were unfolded for a hit while the search is typed
}

// broken is a text and its parts, each of which is one row.
type broken struct {
	text  string
	parts []string
}

// configKeys are the keys of the pane.
type configKeys struct{ toggle, open, close, all, first key.Binding }

// New returns the pane Config.
func New(t *theme.Theme) pane.Pane {
	c := &config{Document: kit.NewDocument(t, "the config")}
	c.Rebind(nil)
	return c
}

// Title returns the name of the pane.
func (c *config) Title() string { return "Config" }

// Needs returns the need for the config.
func (c *config) Needs() []pane.Need { return []pane.Need{pane.NeedWhole} }

// Show sets the experiment.
func (c *config) Show(v pane.View) {
	another := v.Experiment.Key != c.key
	if another {
		c.key = v.Experiment.Key
		c.Search.Reset()
	}
	c.note, _ = kit.Explain(&v, pane.NeedWhole, v.Experiment.Config.Empty(), "This experiment has no config.")
	if another || v.Experiment.Config != c.source {
		c.take(v.Experiment.Config)
	}
}

// take sets the config.
func (c *config) take(source text.Lines) {
	c.source, c.Texts = source, source.Split()
	c.masked = 0
	c.every = make([]int, len(c.Texts))
	for i, line := range c.Texts {
		c.every[i] = i
		if strings.Contains(line.String(), plan.Mask) {
			c.masked++
		}
	}
	c.outline = outlineOf(c.Texts)
	c.Place, c.Below, c.lent, c.parts = kit.Position{}, 0, nil, nil
	c.FindIn(c.every)
	c.fold(openingFolds(c.Texts, c.outline))
}

// fold sets which lines are folded. A cursor that is now hidden moves to the folded line.
func (c *config) fold(folded []bool) {
	c.folded = folded
	c.Shown = shownLines(c.outline, folded)
	c.layout()
	if p := c.PositionAt(c.RowOf(c.Place)); p.Line >= 0 {
		c.Place = p
	}
}

// Resize sets the size; the cursor stays on its line.
func (c *config) Resize(width, height int) {
	c.SetSize(width, height-1)
	c.Search.SetWidth(c.Width)
	c.layout()
}

// layout counts the rows of the lines that are shown.
func (c *config) layout() {
	if w := c.TextWidth(); w > 0 && w != c.wrapped || c.parts == nil {
		c.wrapped, c.parts = max(w, 1), map[int]broken{}
	}
	c.Arrange(0, func(line int) int { return max(len(c.partsOf(line)), 1) })
}

// partsOf returns the parts of a line, or nil if it fits into one row. A line that has no more
// bytes than there are cells need not be measured.
func (c *config) partsOf(line int) []string {
	text := c.drawn(line)
	hang, body := c.hang(text)
	room := max(c.wrapped-hang, 1)
	if len(text)-body <= room {
		return nil
	}
	out := c.parts[line]
	if out.text != text {
		out = broken{text, cell.Break(text[body:], room)}
		c.parts[line] = out
	}
	if len(out.parts) == 1 {
		return nil
	}
	return out.parts
}

// gutter is the width left of an unindented line: the cursor, the sign of a fold, and a space.
const gutter = 3

// hang returns the cells left of the words of a line, and the first byte of the words. Deep
// indentation takes at most half of the width.
func (c *config) hang(text string) (cells, body int) {
	s := split(text)
	return min(s.indent, c.wrapped/2) + gutter + s.body - s.indent, s.body
}

// drawn returns a line, and how much it hides while it is folded.
func (c *config) drawn(line int) string {
	text, o := c.Texts[line].String(), &c.outline[line]
	if !c.folded[line] {
		return text
	}
	hidden := human.Count(o.end-line-1) + " more lines"
	first := split(text)
	child := split(c.Texts[line+1].String())
	switch {
	case c.outline[line+1].text, first.body > first.indent:
	case child.body > child.indent, strings.HasSuffix(text, "["):
		hidden = human.Count(o.entries) + " entries"
	default:
		hidden = human.Count(o.entries) + " keys"
	}
	if rest, one := strings.CutPrefix(hidden, "1 "); one {
		hidden = "1 " + strings.NewReplacer("lines", "line", "entries", "entry", "keys", "key").Replace(rest)
	}
	return text + " " + cell.Ellipsis + " " + hidden
}

// CapturesKey reports whether a key folds or searches.
func (c *config) CapturesKey(k tea.KeyPressMsg) bool {
	return c.Search.Typing || c.note == "" && (c.CapturesSearch(k) || key.Matches(k, c.keys.toggle))
}

// Update moves the cursor, folds and searches.
func (c *config) Update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if c.note != "" && !c.Search.Typing {
		return nil
	}
	if !c.Search.Typing {
		c.From, c.lent = c.Place, nil
	}
	found, handled := c.Search.Update(msg)
	switch {
	case found:
		c.find()
	case handled || !ok || len(c.Shown) == 0:
	case c.Hop(k) != 0:
		c.hop(c.Hop(k))
	case !c.foldKey(k):
		if to, ok := c.Moves.Move(k, c.RowOf(c.Place), c.Rows-1, c.Height); ok {
			c.moveTo(to)
		}
	}
	return nil
}

// moveTo puts the cursor on a row and makes it visible.
func (c *config) moveTo(row int) {
	c.Place, c.Current = c.PositionAt(row), -1
	c.Below = row - max(min(c.Top, row), row-c.Height+1)
	c.Hold()
}

// foldKey folds or unfolds by a key; it returns false for other keys.
func (c *config) foldKey(k tea.KeyPressMsg) bool {
	line := c.Place.Line
	holds, folded := c.outline[line].holds(line), c.folded[line]
	switch {
	case key.Matches(k, c.keys.all):
		c.fold(make([]bool, len(c.Texts)))
	case key.Matches(k, c.keys.first):
		c.fold(openingFolds(c.Texts, c.outline))
	case key.Matches(k, c.keys.toggle):
		c.setFold(line, holds && !folded)
	case key.Matches(k, c.keys.open):
		c.setFold(line, false)
	case key.Matches(k, c.keys.close) && holds && !folded:
		c.setFold(line, true)
	case key.Matches(k, c.keys.close):
		if up := c.outline[line].parent; up >= 0 {
			c.moveTo(c.RowOf(kit.Position{Line: up}))
		}
	default:
		return false
	}
	return true
}

// setFold folds or unfolds a line.
func (c *config) setFold(line int, folded bool) {
	if c.folded[line] != folded {
		c.folded[line] = folded
		c.fold(c.folded)
	}
}

// find goes to the first hit from where the search began. It folds again what was unfolded for a
// hit of a shorter query.
func (c *config) find() {
	c.FindIn(c.every)
	for _, line := range c.lent {
		c.folded[line] = true
	}
	c.lent = nil
	if len(c.Hits) > 0 {
		c.jump(c.NextHit(c.From.Line, c.firstByte(c.From), +1))
	} else {
		c.fold(c.folded)
	}
}

// hop goes to the next hit from the cursor, or the previous one.
func (c *config) hop(by int) {
	at := c.Place
	if by > 0 {
		at.Part++
	}
	c.jump(c.NextHit(at.Line, c.firstByte(at), by))
}

// firstByte returns the byte at which a part of a line begins; after the last part, the end of
// the line.
func (c *config) firstByte(p kit.Position) int {
	all := c.partsOf(p.Line)
	switch _, body := c.hang(c.drawn(p.Line)); {
	case p.Part == 0:
		return 0
	case p.Part >= len(all):
		return len(c.drawn(p.Line))
	default:
		return body + kit.BytesOf(all[:p.Part])
	}
}

// jump goes to a hit and unfolds it.
func (c *config) jump(i int) {
	h := c.Hits[i]
	for up := c.outline[h.Line].parent; up >= 0; up = c.outline[up].parent {
		if c.folded[up] {
			c.folded[up] = false
			c.lent = append(c.lent, up)
		}
	}
	// The cursor is on the hit before the fold, so that it does not go to what was folded.
	c.Place = kit.Position{Line: h.Line}
	c.fold(c.folded)
	_, body := c.hang(c.drawn(h.Line))
	c.GoTo(i, kit.PartOf(c.partsOf(h.Line), body, h.From))
}

// ShortHelp returns the keys for the footer.
func (c *config) ShortHelp() []key.Binding {
	k := &c.keys
	switch {
	case c.Search.Typing || c.Search.Query != "":
		return c.SearchHelp()
	}
	return []key.Binding{kit.Named(k.toggle, "fold"), kit.Named(c.Search.Keys.Search, "search"), kit.Named(k.all, "unfold all"), kit.Named(k.first, "fold all")}
}

// FullHelp returns the keys of the pane, those that move first.
func (c *config) FullHelp() [][]key.Binding {
	k, s := &c.keys, &c.Search.Keys
	return [][]key.Binding{c.Moves.All(), slices.Concat([]key.Binding{k.toggle, k.open, k.close, k.all, k.first}, []key.Binding{s.Search, s.Next, s.Previous, s.Clear})}
}
