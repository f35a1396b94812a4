package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"societop/model"
	"societop/model/text"
	"societop/ui/human"
)

// maxCopy is the most bytes that are copied: terminals refuse more.
const maxCopy = 74_000

// copyIDs copies the ids of the experiments that are meant, a line each.
func (a *App) copyIDs() tea.Cmd {
	var lines []string
	for _, s := range a.chosen() {
		lines = append(lines, s.ID.String())
	}
	return a.copy(lines)
}

// copyRows copies the experiments that are meant as JSON, a line each.
func (a *App) copyRows() tea.Cmd {
	var lines []string
	for _, s := range a.chosen() {
		lines = append(lines, a.options.JSON(s, a.lab.Estimate(s.Key, a.now)))
	}
	return a.copy(lines)
}

// copy puts lines into the terminal's clipboard, and shows them. Whether the terminal takes
// them it does not say.
func (a *App) copy(lines []string) tea.Cmd {
	s := strings.Join(lines, "\n")
	switch {
	case len(lines) == 0:
		a.notice = "there is nothing to copy"
		return nil
	case len(s) > maxCopy:
		a.notice = "that is more than terminals take: " + human.Bytes(int64(len(s)))
		return nil
	}
	a.notice = "copied: " + text.Clean(s).String()
	sequence := ansi.SetSystemClipboard(s)
	cmd := tea.Raw(sequence)
	if model.Getenv(a.options.Environ, "TMUX") != "" { // which hands it on only where it is told to, in one of two ways
		cmd = tea.Batch(cmd, tea.Raw(ansi.TmuxPassthrough(sequence)))
	}
	return cmd
}
