package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"societop/model"
	"societop/ui/pane"
)

// openPager shows the pane on the screen in the user's pager: all of its text where it can
// tell it, else what can be seen of it.
func (a *App) openPager() tea.Cmd {
	if !a.detail.shown {
		return nil
	}
	var text string
	if p, ok := a.detail.pane().(pane.Printer); ok {
		text = p.Print()
	} else {
		text = trimmed(ansi.Strip(a.detail.pane().View()))
	}
	cmd, err := a.options.Pager(a.detailTitle() + " · " + a.detail.pane().Title() + "\n\n" + text + "\n")
	if err != nil {
		a.notice = model.Clean(err.Error()).String()
		return nil
	}
	return tea.ExecProcess(cmd, func(err error) tea.Msg { return pagedMsg{err} })
}

// trimmed is lines without the spaces at their ends.
func trimmed(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// onPaged comes back from the pager.
func (a *App) onPaged(msg pagedMsg) tea.Cmd {
	if msg.err != nil {
		a.notice = "the pager: " + model.Clean(msg.err.Error()).String()
	}
	return a.onResume()
}
