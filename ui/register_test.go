package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/ui/cell"
	"societop/ui/input"
	"societop/ui/keymap"
	"societop/ui/pane"
	"societop/ui/theme"
)

// census is all that a new pane has to be.
type census struct {
	v             pane.View
	width, height int
	told          int
}

var tell = key.NewBinding(key.WithKeys("i"), key.WithHelp("i", "tell the census"))

func newCensus(*theme.Theme) pane.Pane { return &census{} }

func (c *census) Title() string             { return "Census" }
func (c *census) Show(v pane.View)          { c.v = v }
func (c *census) Needs() []pane.Need        { return []pane.Need{pane.NeedProfiles} }
func (c *census) Resize(w, h int)           { c.width, c.height = w, h }
func (c *census) ShortHelp() []key.Binding  { return []key.Binding{tell} }
func (c *census) Off(key.Binding) string    { return "" }
func (c *census) Rebind(*input.Keys)        {}
func (c *census) FullHelp() [][]key.Binding { return [][]key.Binding{nil, {tell}} }

func (c *census) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok && key.Matches(k, tell) {
		c.told++
	}
	return nil
}

func (c *census) View() string {
	return cell.Block([]string{fmt.Sprintf("%d heads, told %d times", len(c.v.Profiles), c.told)}, c.width, c.height)
}

// TestANewPaneIsOneLine registers a pane, which then has a tab, a number, its needs, its keys,
// and its place in the help.
func TestANewPaneIsOneLine(t *testing.T) {
	withPanes(t, append(slices.Clone(goldenPanes), paneEntry{number: 4, create: newCensus}))
	play(t, town(20, 7), 200, 60, nil, func(s *stage) {
		s.press("Census", "enter")
		s.rest()
		s.shows(" 4 Census ", "7 heads, told 0 times", "i tell the census")
		s.press("i", "i")
		s.shows("7 heads, told 2 times")
		s.press("?")
		s.shows("Census")
		if !slices.ContainsFunc(usualKeys().Groups(), func(g keymap.Group) bool { return g.Title == "Census" }) {
			t.Error("its keys are in no group of the help")
		}
		if keys := usualKeys().Panes.Help().Key; !strings.HasSuffix(keys, "4") {
			t.Errorf("the key map knows the panes %q", keys)
		}
	})
}
