package act

import (
	"errors"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/human"
	"societop/ui/pane/kit"
)

// keys are those of the pages.
type keys struct {
	kit.Moves
	open, back, yes, mark, all, cancel key.Binding
}

// newKeys returns the keys, which are always the same: what changes a server does not depend on who
// configured the monitor.
func newKeys() keys {
	bound := func(name string) key.Binding { return key.NewBinding(key.WithKeys(name)) }
	return keys{
		Moves: kit.NewMoves(nil),
		open:  bound("enter"), back: bound("esc"), yes: bound("y"), mark: bound("space"), all: bound("a"), cancel: bound("c"),
	}
}

// menu is the page with what can be done.
type menu struct {
	items []item
	at    int
}

// item is a control with the runs for which it can be done, and why it can't for the others.
type item struct {
	control model.Control
	able    []model.Summary
	refused []refusal
	why     text.Text // it can't be done for any
}

// refusal is a run with why something can't be done to it.
type refusal struct {
	run model.Summary
	why text.Text
}

// ReadOnly reports whether a source that could be changed was opened for reading only.
func ReadOnly(src model.Source) bool {
	to, ok := src.(model.Controller)
	if !ok {
		return false
	}
	for _, c := range model.Controls {
		if errors.Is(to.Forbids(c), model.ErrNoWrite) {
			return true
		}
	}
	return false
}

// newMenu judges what can be done.
func newMenu(p *Panel) *menu {
	m := &menu{}
	for _, c := range model.Controls {
		m.items = append(m.items, p.judge(c))
	}
	for i := range m.items {
		if len(m.items[i].able) > 0 {
			m.at = i
			break
		}
	}
	return m
}

// judge finds for which runs a control can be done.
func (p *Panel) judge(c model.Control) item {
	one := item{control: c}
	for _, run := range p.about.Runs {
		if err := model.Permits(p.Source, p.about.Sources.Liveness(run.Source), c, &run); err != nil {
			one.refused = append(one.refused, refusal{run, model.WhyNot(err)})
		} else {
			one.able = append(one.able, run)
		}
	}
	switch n := len(p.about.Runs); {
	case n == 0:
		one.why = text.Clean("no experiment is selected")
	case c.ToAgents() && n > 1 && len(one.able) > 0:
		one.able, one.why = nil, text.Clean("only one experiment at a time; "+human.Count(n)+" are marked")
	case len(one.able) == 0:
		one.why = one.refused[0].why
	}
	return one
}

func (m *menu) title() string { return "Actions" }

func (m *menu) hints(*Panel) [][2]string {
	return [][2]string{{"Esc", "close"}, {"j k", "choose"}, {"⏎", "go on"}}
}

// what says what a control does.
func what(c model.Control, runs int) string {
	switch c {
	case model.ControlMessage:
		return "put a question to an agent"
	case model.ControlSurvey:
		return "put a questionnaire to agents"
	case model.ControlStop:
		return "end " + these(runs)
	case model.ControlDelete:
	}
	return "remove " + these(runs) + " with all data"
}

// these names a number of runs.
func these(n int) string {
	if n == 1 {
		return "the run"
	}
	return "the " + human.Count(n) + " runs"
}

// maxNamed is how many runs are listed on a page.
const maxNamed = 200

func (m *menu) lines(p *Panel, w int) (lines []string, at int) {
	lines = append(lines, "")
	lines = append(lines, p.named(p.about.Runs, w, 3)...)
	lines = append(lines, "")
	t := p.Theme
	for i, one := range m.items {
		cursor, style := " ", t.Text
		if i == m.at {
			cursor, style, at = t.Cursor, t.Selected, len(lines)
		}
		word := cell.Fit(one.control.String(), 9)
		if len(one.able) == 0 {
			if i != m.at {
				style = t.Faint
			}
			for j, part := range cell.Wrap(one.why.String(), w-11) {
				if j == 0 {
					lines = append(lines, t.Key.Render(cursor)+style.Render(word)+" "+t.Faint.Render(part))
				} else {
					lines = append(lines, cell.Space(11)+t.Faint.Render(part))
				}
			}
			continue
		}
		said := what(one.control, len(one.able))
		if n := len(one.refused); n > 0 {
			said += t.Faint.Render("  not " + human.Count(n) + " others: " + one.refused[0].why.String())
		}
		lines = append(lines, cell.Cut(t.Key.Render(cursor)+style.Render(word)+" "+said, w))
	}
	return lines, at
}

// named lists runs with their status, at most so many.
func (p *Panel) named(runs []model.Summary, w, most int) (lines []string) {
	t := p.Theme
	for i := range runs[:min(len(runs), most)] {
		s := &runs[i]
		line := t.Status(s.Status).Render(t.Glyph(s.Status)) + " " + t.Strong.Render(name(s))
		if p.about.Sources.Several() {
			line += t.Faint.Render("  " + p.about.Sources.Short(s.Source))
		}
		lines = append(lines, cell.Cut(line, w))
	}
	if n := len(runs) - most; n > 0 {
		lines = append(lines, t.Faint.Render("  and "+human.Count(n)+" more"))
	}
	return lines
}

func (m *menu) key(p *Panel, msg tea.KeyPressMsg) tea.Cmd {
	if to, ok := p.keys.Move(msg, m.at, len(m.items)-1, len(m.items)); ok {
		m.at = to
		return nil
	}
	switch one := m.items[m.at]; {
	case key.Matches(msg, p.keys.back):
		p.close()
	case !key.Matches(msg, p.keys.open) || len(one.able) == 0:
	case one.control.ToAgents():
		return p.ask(one)
	default:
		p.page = newConfirm(p, model.Order{Control: one.control}, one)
	}
	return nil
}

// ask begins an order that is for agents. What it needs to know is read first.
func (p *Panel) ask(one item) tea.Cmd {
	o := model.Order{Control: one.control}
	if p.about.Chosen {
		o.Agents = []int64{p.about.Agent}
	}
	if o.Control == model.ControlMessage && p.about.Chosen {
		p.page = newWords(o, one)
		return nil
	}
	p.page = &reading{what: strings.ToUpper(o.Control.String()[:1]) + o.Control.String()[1:]}
	return p.read(o, one)
}
