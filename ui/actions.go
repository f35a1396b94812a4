package ui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"societop/model"
	"societop/model/text"
	"societop/ui/header"
	"societop/ui/human"
	"societop/ui/pane/kit"
)

// action is what a key does wherever the focus is.
type action struct {
	key key.Binding
	do  func() tea.Cmd
}

// actions returns the keys that work anywhere on the screen.
func (a *App) actions() []action {
	k, d := a.keys, &a.detail
	mine := []action{
		{k.Quit, func() tea.Cmd {
			if busy := a.act.Busy(); busy != "" {
				a.notice = busy + "; " + k.Act.Help().Key + " shows it, and ^c quits all the same"
				return nil
			}
			return tea.Quit
		}},
		{k.Act, func() tea.Cmd {
			a.act.Open(a.toActOn())
			return nil
		}},
		{k.Stop, func() tea.Cmd { return tea.Suspend }},
		{k.Open, a.enter},
		{k.Back, a.back},
		{k.NextPane, func() tea.Cmd { return turnTo(a, d.next(+1)) }},
		{k.PrevPane, func() tea.Cmd { return turnTo(a, d.next(-1)) }},
		{k.Pager, a.openPager},
		{k.CopyID, func() tea.Cmd { return a.copyChosen(func(s model.Summary) string { return s.ID.String() }) }},
		{k.CopyRow, func() tea.Cmd {
			return a.copyChosen(func(s model.Summary) string {
				estimate := a.feed.Lab().Estimate(s.Key, a.feed.SourceTime())
				return a.options.JSON(s, estimate, a.feed.Lab().Cost(&s, estimate))
			})
		}},
		{k.Find, func() tea.Cmd {
			a.prompt.find.Open()
			return nil
		}},
		{k.Messages, func() tea.Cmd { return a.show(a.messageOverlay()) }},
		{k.Help, func() tea.Cmd { return a.show(a.helpOverlay()) }},
	}
	all := slices.Concat(mine, a.screenActions(), a.listActions(), a.feedActions(a.keys))
	if d.focus {
		all = append(all, a.timeActions(a.keys)...)
		return append(all, action{k.GoTo, func() tea.Cmd {
			a.prompt.jump.begin(a.detail.data.Clock.Calendar)
			return nil
		}})
	}
	all = append(all, action{k.Views, func() tea.Cmd { return openViews(a) }})
	return append(all, action{k.Mark, func() tea.Cmd {
		if a.list.ToggleMark() {
			return a.debounce()
		}
		return nil
	}})
}

// screenActions returns the keys that arrange the screen.
func (a *App) screenActions() []action {
	k, d := a.keys, &a.detail
	switchFocus := func() tea.Cmd {
		if d.focus {
			d.leave()
		} else {
			d.enter()
		}
		return a.relayout()
	}
	all := []action{
		{k.Switch, switchFocus},
		{k.SwitchBack, switchFocus},
		{k.Full, func() tea.Cmd {
			if d.full = !d.full; d.full {
				d.enter()
			}
			return a.relayout()
		}},
		{k.Mouse, func() tea.Cmd {
			a.mouse = !a.mouse
			if a.notice = "the mouse is off"; a.mouse {
				a.notice = "the mouse is on; with Shift the terminal marks text"
			}
			return nil
		}},
	}
	for i, number := range k.Numbers {
		all = append(all, action{number, func() tea.Cmd { return chooseNumber(a, i) }})
	}
	return all
}

// listActions returns the keys of the list.
func (a *App) listActions() []action {
	k, l := a.keys, a.list
	changed := func(by int) func() tea.Cmd {
		return func() tea.Cmd {
			l.ChooseChanged(by)
			cmd := a.debounce()
			if a.detail.focus { // which keeps its experiment, unless another is asked for
				a.showSelected()
			}
			return cmd
		}
	}
	return []action{
		{k.Filter, func() tea.Cmd {
			a.detail.leave()
			a.prompt.filter.Begin(l.Query().String(), a.feed.Lab())
			return a.relayout()
		}},
		{k.Sort, func() tea.Cmd { return sortBy(a, l.NextSort()) }},
		{k.Reverse, func() tea.Cmd { return sortBy(a, l.Reversed()) }},
		{k.Columns, func() tea.Cmd { return a.show(a.columnOverlay()) }},
		{k.NextChanged, changed(+1)},
		{k.PrevChanged, changed(-1)},
		{k.SeeAll, a.seeAll},
		{k.NextNeed, a.nextNeed},
		{k.OnlyNeeds, func() tea.Cmd {
			q := a.prompt.filter.Toggle(onlyNeeds, l.Query().String())
			if q == onlyNeeds {
				a.notice = "only what needs attention" + header.Dot(a.theme) + k.OnlyNeeds.Help().Key + " shows the list as before"
			}
			return a.setFilter(q)
		}},
	}
}

// maxCopy is the most bytes that are copied; terminals refuse more.
const maxCopy = 74_000

// copyChosen copies a line of each chosen experiment to the terminal's clipboard. Terminals do not
// report whether they accept it.
func (a *App) copyChosen(line func(model.Summary) string) tea.Cmd {
	var lines []string
	for _, s := range a.list.Chosen() {
		lines = append(lines, line(s))
	}
	joined := strings.Join(lines, "\n")
	switch {
	case len(lines) == 0:
		a.notice = "there is nothing to copy"
		return nil
	case len(joined) > maxCopy:
		a.notice = "that is more than terminals take: " + human.Bytes(int64(len(joined)))
		return nil
	}
	a.notice = "copied: " + text.Clean(joined).String()
	sequence := ansi.SetSystemClipboard(joined)
	cmd := tea.Raw(sequence)
	if model.Getenv(a.options.Environ, "TMUX") != "" { // tmux passes it on by either sequence, depending on its options
		cmd = tea.Batch(cmd, tea.Raw(ansi.TmuxPassthrough(sequence)))
	}
	return cmd
}

// openPager shows the pane in the user's pager: its whole text if it is a pane.Printer, else what is
// on the screen.
func (a *App) openPager() tea.Cmd {
	if !a.detail.data.Shows() {
		return nil
	}
	p := a.detail.pane()
	cmd, err := a.options.Pager(a.detail.title() + " · " + p.Title() + "\n\n" + kit.Print(p) + "\n")
	if err != nil {
		a.notice = text.Clean(err.Error()).String()
		return nil
	}
	return tea.ExecProcess(cmd, func(err error) tea.Msg { return pagedMsg{err} })
}
