package act

import (
	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/human"
)

// line is a line into which text is typed.
type line struct{ input textinput.Model }

// newLine returns an empty line that takes so many characters.
func newLine(most int) line {
	input := textinput.New()
	input.Prompt, input.CharLimit = "", most
	input.SetVirtualCursor(false)
	input.Focus() // its command only blinks
	return line{input}
}

// typed returns what is typed in w cells, and the column of the cursor. It is longer than a text.Text
// may be.
func (l *line) typed(w int) (s string, x int) {
	value, at := []rune(l.input.Value()), l.input.Position()
	return cell.Typed(text.CleanLines(string(value[:at])).String(), text.CleanLines(string(value[at:])).String(), w)
}

// insert types a text at the cursor.
func (l *line) insert(s string) { l.input, _ = l.input.Update(tea.PasteMsg{Content: s}) }

// words is the page into which a message is typed.
type words struct {
	line
	order model.Order
	item  item
	wrong text.Text
}

func newWords(o model.Order, one item) *words {
	return &words{line: newLine(model.MaxWords), order: o, item: one}
}

func (m *words) title() string { return "Message" }

func (m *words) hints(*Panel) [][2]string { return [][2]string{{"⏎", "go on"}, {"Esc", "back"}} }

func (m *words) lines(p *Panel, w int) ([]string, int) {
	t := p.Theme
	said, _ := m.typed(w - 2)
	lines := []string{"", cell.Cut("To "+t.Strong.Render(p.addressees(m.order.Agents))+" of "+name(&m.item.able[0]), w), "", t.Key.Render(">") + " " + said, ""}
	if !m.wrong.Empty() {
		return append(lines, t.Warning.Render(m.wrong.String())), 3
	}
	if n := len(m.input.Value()); n > 0 {
		lines = append(lines, t.Faint.Render(human.Count(n)+" of "+human.Count(model.MaxWords)+" bytes"))
	}
	return append(lines, cell.Wrap(t.Faint.Render("It is answered at the next step."), w)...), 3
}

func (m *words) cursor(_ *Panel, w int) (x, y int) {
	_, x = m.typed(w - 2)
	return x + 2, 3
}

func (m *words) paste(_ *Panel, s string) {
	m.wrong = text.Text{}
	m.insert(s)
}

func (m *words) key(p *Panel, msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(msg, p.keys.back):
		p.page = newMenu(p)
	case key.Matches(msg, p.keys.open):
		o := m.order
		o.Words = m.input.Value()
		if err := o.Check(); err != nil {
			m.wrong = text.Clean(err.Error())
			return nil
		}
		p.page = newConfirm(p, o, m.item)
	default:
		m.wrong = text.Text{}
		m.input, _ = m.input.Update(msg)
	}
	return nil
}

// addressees names agents.
func (p *Panel) addressees(ids []int64) string {
	if len(ids) == 1 {
		return p.who.Name(ids[0])
	}
	return human.CountOf(len(ids), "agent")
}
