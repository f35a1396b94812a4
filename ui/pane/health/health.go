// Package health is the pane that shows how well a run works: how long its steps and its calls take,
// and what fails.
package health

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/input"
	"societop/ui/pane"
	"societop/ui/pane/kit"
	"societop/ui/theme"
)

// health is the pane with the wall time of steps, the lengths of calls, and failures by cause.
type health struct {
	kit.Page
	of      model.Health
	v       pane.View
	note    string // shown instead of the page
	trouble string // why it is not newer
	drawn   drawn
}

// drawn is what the page was made of.
type drawn struct {
	experiment           model.Key
	width, height, theme int
	from                 string
	steps, calls         int
	first                *model.CallStats
	trouble              string
}

const labelWidth = 12

// New returns the pane Health.
func New(t *theme.Theme) pane.Pane {
	h := &health{Page: kit.NewPage(t, labelWidth)}
	h.Rebind(nil)
	return h
}

// Title returns the name of the pane.
func (h *health) Title() string { return "Health" }

// Needs returns the need for the health of a run.
func (h *health) Needs() []pane.Need { return []pane.Need{pane.NeedHealth} }

// Lacks returns why nothing is known of the health of a run.
func (h *health) Lacks(v *pane.View) (why string, known bool) { return kit.Lacks(v, pane.NeedHealth) }

// Show sets the experiment.
func (h *health) Show(v pane.View) {
	if v.Experiment.Key != h.v.Experiment.Key {
		h.Top = 0
	}
	h.v, h.of = v, v.Health
	empty := len(h.of.Steps) == 0 && len(h.of.Calls) == 0 && len(h.of.Failures) == 0 && h.of.Input == 0
	h.note, h.trouble = kit.Explain(&v, pane.NeedHealth, empty, "Nothing is known of this run's steps, calls and failures yet.")
	h.layout()
}

// Resize sets the size.
func (h *health) Resize(width, height int) {
	h.SetSize(width, height)
	h.layout()
}

// layout makes the page, unless it is the one that is there.
func (h *health) layout() {
	of := drawn{
		experiment: h.v.Experiment.Key, width: h.Width, height: h.Height, theme: h.Theme.Revision,
		from: h.of.From.String() + h.note, steps: len(h.of.Steps), calls: len(h.of.Calls), trouble: h.trouble,
	}
	if len(h.of.Calls) > 0 {
		of.first = &h.of.Calls[0]
	}
	if of == h.drawn && h.of.Calls != nil {
		return
	}
	h.drawn = of
	h.make()
	h.SetRows(len(h.Lines))
}

// make makes the lines of the page.
func (h *health) make() {
	h.Lines = h.Lines[:0]
	if h.note != "" {
		h.Lines = append(h.Lines, cell.Wrap(h.Theme.Faint.Render(h.note), h.TextWidth())...)
		return
	}
	h.head()
	h.steps()
	h.models()
	h.failures()
	h.calls()
	h.slowest()
}

// View draws the visible lines.
func (h *health) View() string { return h.DrawPage() }

// Update scrolls.
func (h *health) Update(msg tea.Msg) tea.Cmd { return h.Page.Update(msg) }

// Rebind gives the actions their keys.
func (h *health) Rebind(k *input.Keys) { h.Page.Rebind(k) }

// Off returns why a key does nothing at present, or "".
func (h *health) Off(key.Binding) string { return h.note }

// Print returns the whole page.
func (h *health) Print() string { return kit.Plain(h.Lines) }

func (h *health) dot() string { return " " + h.Theme.Dot + " " }

// faint returns parts with dots between them.
func (h *health) faint(parts ...string) string {
	return h.Theme.Faint.Render(strings.Join(parts, h.dot()))
}
