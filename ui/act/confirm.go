package act

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/human"
)

// confirm is the page that asks whether an order shall be carried out: y does it.
type confirm struct {
	order model.Order
	item  item
	at    int // the line in the middle
}

// deletion is the page that asks for the name of what is to be deleted.
type deletion struct {
	confirm
	line
	wrong bool
}

// newConfirm asks for an order. Runs to which it can't be done are only named.
func newConfirm(_ *Panel, o model.Order, one item) page {
	c := confirm{order: o, item: one}
	if o.Control == model.ControlDelete {
		return &deletion{confirm: c, line: newLine(model.MaxWords)}
	}
	return &c
}

func (c *confirm) title() string { return "Really?" }

func (c *confirm) hints(*Panel) [][2]string {
	verb := c.order.Control.String()
	if c.order.Control.ToAgents() {
		verb = "send"
	}
	return [][2]string{{"y", verb}, {"Esc", "back"}, {"j k", "scroll"}}
}

// question says what will be done.
func (c *confirm) question(p *Panel) string {
	o, n := &c.order, len(c.item.able)
	switch o.Control {
	case model.ControlMessage:
		return "Send to " + p.addressees(o.Agents) + ":"
	case model.ControlSurvey:
		return fmt.Sprintf("Send the survey %q to %s?", o.Survey.Name, p.addressees(o.Agents))
	case model.ControlStop:
		return "Stop " + these(n) + "? It can't be resumed."
	case model.ControlDelete:
	}
	return "Delete " + these(n) + " with all data? This can't be undone."
}

func (c *confirm) lines(p *Panel, w int) ([]string, int) {
	t := p.Theme
	lines := []string{""}
	for _, part := range cell.Wrap(c.question(p), w) {
		lines = append(lines, t.Strong.Render(part))
	}
	if c.order.Control == model.ControlMessage {
		for _, part := range cell.Wrap(text.CleanLines(c.order.Words).String(), w-2) {
			lines = append(lines, "  "+part)
		}
	}
	lines = append(append(lines, ""), p.named(c.item.able, w, maxNamed)...)
	if n := len(c.item.refused); n > 0 {
		lines = append(lines, "", t.Faint.Render("Not "+human.CountOf(n, "other")+":"))
		for i := range c.item.refused[:min(n, maxNamed)] {
			one := &c.item.refused[i]
			lines = append(lines, cell.Cut(t.Faint.Render("  "+name(&one.run)+": "+one.why.String()), w))
		}
	}
	return lines, c.at
}

func (c *confirm) key(p *Panel, msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(msg, p.keys.back):
		p.page = newMenu(p)
	case key.Matches(msg, p.keys.yes):
		return p.begin(c.order, c.item)
	default:
		if at, ok := p.scroll(msg); ok {
			c.at = at
		}
	}
	return nil
}

// wanted returns what is to be typed: the name, or of several how many.
func (d *deletion) wanted() string {
	if n := len(d.item.able); n > 1 {
		return fmt.Sprintf("delete %d", n)
	}
	return name(&d.item.able[0])
}

// short returns the beginning of the id of a single run, for a name that can't be typed.
func (d *deletion) short() string { return d.item.able[0].ID.String()[:8] }

// confirms reports whether what is typed confirms it. Of a single run the beginning of its id does, too.
func (d *deletion) confirms() bool {
	typed := strings.TrimSpace(d.input.Value())
	return typed == strings.TrimSpace(d.wanted()) || len(d.item.able) == 1 && typed == d.short()
}

func (d *deletion) hints(*Panel) [][2]string { return [][2]string{{"⏎", "delete"}, {"Esc", "back"}} }

func (d *deletion) lines(p *Panel, w int) (lines []string, at int) {
	said, _ := d.typed(w - 2)
	lines = []string{""}
	for _, part := range cell.Wrap(d.question(p), w) {
		lines = append(lines, p.Theme.Strong.Render(part))
	}
	typed := d.wanted()
	if len(d.item.able) == 1 && typed != d.item.able[0].ID.String() {
		typed += " or " + d.short()
	}
	lines = append(lines, cell.Wrap("Type "+typed+" to do it:", w)...)
	at = len(lines)
	lines = append(lines, p.Theme.Key.Render(">")+" "+said)
	if d.wrong {
		lines = append(lines, p.Theme.Warning.Render("That is not it; nothing was deleted."))
	}
	rest, _ := d.confirm.lines(p, w)
	for i, line := range rest[1:] {
		if line == "" {
			return append(lines, rest[1+i:]...), at
		}
	}
	return lines, at
}

func (d *deletion) cursor(p *Panel, w int) (x, y int) {
	_, x = d.typed(w - 2)
	_, y = d.lines(p, w)
	return x + 2, y
}

func (d *deletion) paste(_ *Panel, s string) {
	d.wrong = false
	d.insert(s)
}

func (d *deletion) key(p *Panel, msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(msg, p.keys.back):
		p.page = newMenu(p)
	case !key.Matches(msg, p.keys.open):
		d.wrong = false
		d.input, _ = d.input.Update(msg)
	case d.confirms():
		return p.begin(d.order, d.item)
	default:
		d.wrong = true
	}
	return nil
}
