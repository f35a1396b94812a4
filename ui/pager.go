package ui

import (
	tea "charm.land/bubbletea/v2"

	"societop/model/text"
	"societop/ui/pane/kit"
)

// openPager shows the pane on the screen in the user's pager: all of its text where it can
// tell it, else what can be seen of it.
func (a *App) openPager() tea.Cmd {
	if !a.detail.shown {
		return nil
	}
	p := a.detail.pane()
	cmd, err := a.options.Pager(a.detailTitle() + " · " + p.Title() + "\n\n" + kit.Print(p) + "\n")
	if err != nil {
		a.notice = text.Clean(err.Error()).String()
		return nil
	}
	return tea.ExecProcess(cmd, func(err error) tea.Msg { return pagedMsg{err} })
}

// onPaged comes back from the pager.
func (a *App) onPaged(msg pagedMsg) tea.Cmd {
	if msg.err != nil {
		a.notice = "the pager: " + text.Clean(msg.err.Error()).String()
	}
	return a.onResume()
}
