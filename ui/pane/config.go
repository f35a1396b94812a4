package pane

import (
	"strings"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/theme"
)

// config is the pane with an experiment's YAML, its secrets masked.
type config struct {
	scroller
	key    model.Key
	source model.Lines // what lines were made of
	lines  []configLine
	note   string // stands there instead of a config
}

// configLine is one line on the screen: a line of the config, or a part of a long one.
type configLine struct {
	text string
	rest bool // not the first part
}

// NewConfig returns the pane Config.
func NewConfig(t *theme.Theme) Pane { return &config{scroller: newScroller(t)} }

// Title is the pane's name.
func (c *config) Title() string { return "Config" }

// Needs is the config.
func (c *config) Needs() []model.Need { return []model.Need{model.NeedWhole} }

// Show takes another experiment, or another state of it.
func (c *config) Show(v model.View) {
	if v.Experiment.Key != c.key {
		c.key, c.top = v.Experiment.Key, 0
	}
	c.source, c.note = v.Experiment.Config, ""
	switch {
	case v.Has(model.NeedWhole) && c.source.Empty():
		c.note = "This experiment has no config."
	case v.Has(model.NeedWhole): // what was read once stays, whatever has become of the source
	case !v.Trouble(model.NeedWhole).Empty():
		c.note = v.Trouble(model.NeedWhole).String()
	default:
		c.note = "reading …"
	}
	c.layout()
}

// Resize lays the lines out anew.
func (c *config) Resize(width, height int) {
	c.resize(width, height)
	c.layout()
}

// layout wraps the config to the width, which only another config or width makes anew.
func (c *config) layout() {
	c.lines = c.lines[:0]
	for _, line := range c.source.Split() {
		text := line.String()
		indent := len(text) - len(strings.TrimLeft(text, " -"))
		for i, part := range cell.Wrap(text, c.text()) {
			if i > 0 {
				part = cell.Space(min(indent, c.text()/2)) + strings.TrimLeft(part, " ")
			}
			c.lines = append(c.lines, configLine{part, i > 0})
		}
	}
	c.setLines(len(c.lines))
}

// View draws the part in view.
func (c *config) View() string {
	if c.note != "" {
		return cell.Block(cell.Wrap(c.theme.Faint.Render(c.note), c.width), c.width, c.height)
	}
	return c.view(func(i int) string { return c.paint(c.lines[i]) })
}

// paint colours the key of a line.
func (c *config) paint(l configLine) string {
	if l.rest {
		return l.text
	}
	body := strings.TrimLeft(l.text, " -")
	lead := l.text[:len(l.text)-len(body)]
	name, value, found := strings.Cut(body, ":")
	if !found || (value != "" && value[0] != ' ') || strings.ContainsAny(name, `"'`) {
		return l.text
	}
	if strings.HasPrefix(strings.TrimSpace(value), model.Mask) {
		value = c.theme.Warning.Render(value)
	}
	return c.theme.Faint.Render(lead) + c.theme.Key.Bold(false).Render(name) + c.theme.Faint.Render(":") + value
}
