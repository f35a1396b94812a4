package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/ui/pane"
	"societop/ui/player"
)

// knowsTime reports whether the pane on the screen shows a moment of the simulated clock.
func (a *App) knowsTime() bool { return timed(a.detail.pane()) }

func timed(p pane.Pane) bool {
	shower, ok := p.(pane.TimeShower)
	return ok && shower.ShowsTime()
}

// showMoment writes into the view what is shown of the simulated clock.
func (d *detail) showMoment() {
	r := d.readings[pane.NeedFrame]
	waits := slices.Contains(d.pane().Needs(), pane.NeedFrame) && (r == nil || r.failures == 0)
	d.clock.Follow(func(at model.SimTime) bool { return !waits || d.frames.has(at) })
	v := &d.view
	v.At, v.Live = d.clock.Now(), d.clock.Live()
	if frame, ok := d.frames.known[v.At]; ok {
		v.Frame = frame
	}
	switch {
	case v.Chosen:
	case len(v.Profiles) > 0:
		v.Agent, v.Chosen = v.Profiles[0].ID, true
	case len(v.Frame.Agents) > 0:
		v.Agent, v.Chosen = v.Frame.Agents[0].ID, true
	}
}

// paneKey hands a key to the pane. Another agent may be selected by that, and other things be
// wanted.
func (a *App) paneKey(msg tea.Msg) tea.Cmd {
	p := a.detail.pane()
	cmd := p.Update(msg)
	chooser, ok := p.(pane.AgentSelector)
	if !ok {
		return cmd
	}
	if id, ok := chooser.Agent(); ok {
		a.detail.view.Agent, a.detail.view.Chosen = id, true
	}
	a.refreshPane()
	return tea.Batch(cmd, a.readNeeds())
}

// stepTime goes some moments on, or back.
func (a *App) stepTime(by int) func() tea.Cmd {
	return func() tea.Cmd {
		a.detail.clock.Step(by)
		return a.timeMoved()
	}
}

// timeMoved shows another moment, and reads what is not known of it.
func (a *App) timeMoved() tea.Cmd {
	a.touch()
	a.refreshPane()
	return a.readNeeds()
}

// stepDay goes a day on, or back.
func (a *App) stepDay(by int) func() tea.Cmd {
	return func() tea.Cmd {
		a.detail.clock.StepDay(by)
		return a.timeMoved()
	}
}

// goLive follows the newest moment.
func (a *App) goLive() tea.Cmd {
	a.detail.clock.GoLive()
	return a.timeMoved()
}

// togglePlay plays, or stops.
func (a *App) togglePlay() tea.Cmd {
	c := &a.detail.clock
	now := a.options.Now()
	switch {
	case c.Playing():
		c.Stop()
		return a.timeMoved()
	case !c.Play(now):
		return nil
	}
	return tea.Batch(a.timeMoved(), c.NextTick(now))
}

// changeSpeed plays faster, or slower.
func (a *App) changeSpeed(by int) func() tea.Cmd {
	return func() tea.Cmd {
		c := &a.detail.clock
		now := a.options.Now()
		c.SpeedUp(by, now)
		if c.Playing() {
			return c.NextTick(now)
		}
		a.notice = "plays " + c.Speed()
		return nil
	}
}

// onPlay goes on playing, as long as the pane can be seen.
func (a *App) onPlay(msg player.TickMsg) tea.Cmd {
	c := &a.detail.clock
	if !c.Due(msg) {
		return nil
	}
	if !a.knowsTime() || !a.detailVisible() {
		c.Stop()
		return nil
	}
	c.Run(a.options.Now())
	before := c.At()
	a.refreshPane()
	if c.At() != before {
		a.touch()
	}
	cmd := a.readNeeds()
	if !c.Playing() {
		a.touch()
		return cmd
	}
	return tea.Batch(cmd, c.NextTick(a.options.Now()))
}

// timeBar is the timeline under a pane.
func (a *App) timeBar() player.Bar {
	running := a.detail.view.Experiment.Status == model.Running
	return player.Bar{Clock: &a.detail.clock, Theme: a.theme, Running: running, Live: a.lab.Liveness().Live()}
}
