// Package views is the chooser of named views: choices of experiments, their order and their columns.
package views

import (
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/input"
	"societop/ui/list"
	"societop/ui/pane/kit"
	"societop/ui/theme"
)

// View is what can be chosen. What is empty is as without a view.
type View struct {
	Name    string // empty: no view
	Current bool   // the list is like that
	Filter  string
	Sort    string
	Columns []string
	Source  string // it is meant for
	Damaged string // why it can't be used; empty: it can
}

// AsConfigured is what the choice of no view is called.
const AsConfigured = "(no view)"

// title returns the name of a view, on the screen.
func (v *View) title() string {
	if v.Name == "" {
		return AsConfigured
	}
	return text.Clean(v.Name).String()
}

// details returns what the view chooses, as labels and values.
func (v *View) details() (all [][2]string) {
	for _, d := range [][2]string{{"damaged", v.Damaged}, {"filter", v.Filter}, {"sort", v.Sort}, {"columns", strings.Join(v.Columns, " ")}, {"source", v.Source}} {
		if d[1] != "" {
			all = append(all, [2]string{d[0], text.Clean(d[1]).String()})
		}
	}
	return all
}

// Panel is the chooser.
type Panel struct {
	theme  *theme.Theme
	keys   keys
	open   bool
	typing bool // what narrows the views
	input  textinput.Model
	all    []View
	at     int // in what is shown
	top    int
	rows   int // that were drawn
}

// keys are those of the chooser.
type keys struct {
	kit.Moves
	open, back, search, again key.Binding
}

// New returns a chooser that is closed.
func New(t *theme.Theme) *Panel {
	p := &Panel{theme: t, input: list.NewInput()}
	p.Rebind(nil)
	return p
}

// Rebind gives the actions their keys.
func (p *Panel) Rebind(k *input.Keys) {
	p.keys = keys{
		Moves: kit.NewMoves(k), open: k.Bind("open", "⏎", "choose", "enter"), back: k.Bind("back", "Esc", "close", "esc"),
		search: k.Bind("search", "/", "narrow", "/"), again: k.Bind("views", "V", "close", "V"),
	}
}

// IsOpen reports whether the chooser covers the screen.
func (p *Panel) IsOpen() bool { return p.open }

// Typing reports whether text is typed.
func (p *Panel) Typing() bool { return p.open && p.typing }

// Open shows views to choose from, the cursor on the current one.
func (p *Panel) Open(all []View) {
	p.all, p.open, p.typing, p.at, p.top = all, true, false, 0, 0
	p.input.SetValue("")
	for i := range all {
		if all[i].Current {
			p.at = i
		}
	}
}

// shown returns the views that have what is typed, in any case, in their names or their filters.
func (p *Panel) shown() (all []*View) {
	want := strings.ToLower(strings.TrimSpace(p.input.Value()))
	for i := range p.all {
		v := &p.all[i]
		if strings.Contains(strings.ToLower(v.title()+"\n"+v.Filter), want) {
			all = append(all, v)
		}
	}
	return all
}

// Key handles a key. Once a view is chosen, the chooser is closed.
func (p *Panel) Key(msg tea.KeyPressMsg) (chosen *View) {
	all := p.shown()
	switch {
	case msg.Code == tea.KeyEscape && p.typing:
		p.typing = false
		p.input.SetValue("")
		p.at = 0
		return nil
	case p.typing && msg.Code == tea.KeyEnter, !p.typing && key.Matches(msg, p.keys.open):
		if p.at < len(all) {
			p.open = false
			return all[p.at]
		}
		return nil
	case p.typing && (msg.Code == tea.KeyDown || msg.Code == tea.KeyUp):
		p.move(kit.NewMoves(nil), msg)
		return nil
	case p.typing:
		p.input, _ = p.input.Update(msg)
		p.at = min(p.at, max(len(p.shown())-1, 0))
		return nil
	}
	switch {
	case p.move(p.keys.Moves, msg):
	case key.Matches(msg, p.keys.search):
		p.typing = true
		p.input.Focus() // its command only blinks
	case key.Matches(msg, p.keys.back, p.keys.again):
		p.open = false
	}
	return nil
}

// move moves the cursor by a key.
func (p *Panel) move(moves kit.Moves, msg tea.KeyPressMsg) bool {
	to, moved := moves.Move(msg, p.at, len(p.shown())-1, max(p.rows, 1))
	if moved {
		p.at = max(to, 0)
	}
	return moved
}

// Paste adds text to what is typed.
func (p *Panel) Paste(msg tea.PasteMsg) {
	if p.typing {
		p.input, _ = p.input.Update(msg)
		p.at = min(p.at, max(len(p.shown())-1, 0))
	}
}

// Cursor returns where the next character will be; ok reports whether text is typed.
func (p *Panel) Cursor(w int) (x, y int, ok bool) {
	_, x = kit.Typed(&p.input, w-promptWidth-1)
	return promptWidth + x, 0, p.typing
}

// promptWidth is the cells before what is typed.
const promptWidth = 3

// Draw returns the chooser in w×h cells: the views, and under them what the one under the cursor
// chooses.
func (p *Panel) Draw(w, h int) []string {
	t, all := p.theme, p.shown()
	var lines []string
	if p.typing || p.input.Value() != "" {
		line, _ := kit.Typed(&p.input, max(w-promptWidth-1, 1))
		lines = append(lines, " "+t.Key.Render("/")+" "+line)
	}
	var under []string
	if p.at < len(all) {
		under = p.drawDetails(all[p.at], w, max((h-len(lines))/2, 0))
	}
	p.rows = max(h-len(lines)-len(under), 0)
	p.top = max(min(p.top, p.at, len(all)-p.rows), p.at-p.rows+1, 0)
	names := p.nameWidth(w)
	for i := p.top; i < min(p.top+p.rows, len(all)); i++ {
		lines = append(lines, p.drawRow(all[i], i == p.at, names, w))
	}
	if len(p.all) <= 1 {
		lines = append(lines, "")
		for _, line := range cell.Wrap("The configuration has no views. societop config-file shows how they are written.", max(w-3, 1)) {
			lines = append(lines, "   "+t.Faint.Render(line))
		}
	} else if len(all) == 0 {
		lines = append(lines, "   "+t.Faint.Render("No view has that in its name or its filter."))
	}
	for len(lines) < h-len(under) {
		lines = append(lines, "")
	}
	return append(lines[:min(len(lines), h-len(under))], under...)
}

// nameWidth returns the cells for names: those of the longest, up to a half.
func (p *Panel) nameWidth(w int) int {
	n := 0
	for i := range p.all {
		n = max(n, cell.Width(p.all[i].title()))
	}
	return max(min(n, (w-5)/2), 0)
}

// drawRow draws a view.
func (p *Panel) drawRow(v *View, cursor bool, names, w int) string {
	t := p.theme
	sign, mark, style := " ", " ", t.Text
	if cursor {
		sign, style = t.Cursor, t.Selected
	}
	switch {
	case v.Damaged != "":
		mark = t.Warning.Render("!")
	case v.Current:
		mark = t.Key.Render(t.Done)
	}
	var parts []string
	for _, d := range v.details() {
		value := d[1]
		if d[0] == "damaged" {
			value = "damaged"
		} else if d[0] != "filter" {
			value = d[0] + " " + value
		}
		parts = append(parts, value)
	}
	return cell.Fit(t.Key.Render(sign)+mark+" "+style.Render(cell.Fit(v.title(), names))+"  "+t.Faint.Render(strings.Join(parts, " "+t.Dot+" ")), w)
}

// labelWidth is that of what a view chooses.
const labelWidth = 8

// drawDetails draws what a view chooses, in at most h lines.
func (p *Panel) drawDetails(v *View, w, h int) []string {
	t := p.theme
	lines := []string{" " + t.Border.Render(strings.Repeat(t.Horizontal, max(w-2, 0)))}
	add := func(label, value string) {
		for i, line := range cell.Wrap(value, max(w-labelWidth-3, 1)) {
			if i > 0 {
				label = ""
			}
			lines = append(lines, " "+t.Label.Render(cell.Fit(label, labelWidth))+" "+line)
		}
	}
	if len(v.details()) == 0 {
		add("", "as the flags and the configuration have it")
	}
	for _, d := range v.details() {
		add(d[0], d[1])
	}
	if h < 3 {
		return nil
	}
	return lines[:min(len(lines), h)]
}

// Title returns that of the frame.
func (p *Panel) Title() string { return "Views" }

// Footer returns the keys in w cells.
func (p *Panel) Footer(w int) string {
	t, k := p.theme, &p.keys
	gap, hints := " ", []string(nil)
	add := func(b key.Binding, word string) {
		if len(b.Keys()) > 0 {
			hints = append(hints, gap+t.Key.Render(t.KeyName(b.Help().Key))+" "+t.Footer.Render(word))
			gap = ""
		}
	}
	if p.typing {
		add(kit.Enter, "choose")
		add(kit.Escape, "show all")
		return cell.Whole(hints, w)
	}
	add(k.open, "choose")
	add(kit.Several("", k.Down, k.Up), "move")
	add(k.search, "narrow")
	add(k.back, "close")
	return cell.Whole(hints, w)
}
