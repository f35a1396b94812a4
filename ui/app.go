package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"societop/model"
	"societop/model/text"
	"societop/ui/act"
	"societop/ui/alarm"
	"societop/ui/find"
	"societop/ui/follow"
	"societop/ui/list"
	"societop/ui/load"
	"societop/ui/player"
	"societop/ui/seen"
	"societop/ui/theme"
)

// App is the root model of the monitor: it routes messages and keys, and lays out the screen for
// the session that it shows.
type App struct {
	*session
	options Options
	screen  screen
	prompt  prompt
	overlay overlay
	act     *act.Panel
	mouse   bool
	frame   frame
	conf    configured
}

// screen is the size of the terminal and what is where.
type screen struct {
	width, height int
	layout        layout
	widened       int // how many times the screen has become wider
}

// frame is the screen as it was drawn last.
type frame struct {
	revision int // of the session
	text     string
}

// New returns the monitor's root model. A filter or a sort key that is wrong is an
// ErrUsage.
func New(ctx context.Context, o Options) (*App, error) {
	if model.Getenv(o.Environ, "NO_COLOR") != "" {
		o.Theme = theme.Mono
	}
	t := theme.New(o.Theme, o.ASCII)
	conf := newConfigured(&o, t)
	query, err := model.ParseQuery(o.Filter)
	if err != nil {
		return nil, err
	}
	sort, err := model.ParseSort(o.Sort)
	if err != nil {
		return nil, err
	}
	feed := load.NewFeed(ctx, load.Config{Source: o.Source, Interval: o.Interval, Errors: query.NeedsErrors() || o.Errors, Now: o.Now, Heard: o.Heard})
	feed.Lab().SetPrices(o.Prices)
	if o.Seen == nil {
		o.Seen = seen.New(time.Time{})
	}
	if marked := o.Seen.Marked(); !marked.IsZero() {
		feed.Lab().Needs().SetSeen(marked, o.Now())
	}
	detail := load.NewDetail(feed, o.Zone)
	a := &App{
		session: &session{
			theme: t, zone: o.Zone, feed: feed, revision: 1, tracker: o.Seen,
			list:   list.New(feed.Lab(), query, sort, t, o.Zone, feed.SourceTime),
			detail: newDetail(t, detail), histories: load.NewHistories(feed, detail),
		},
		options: o, conf: conf, screen: screen{layout: layOut(0, 0, shape{})}, prompt: newPrompt(find.Config{Context: ctx, Source: o.Source, Theme: t, Now: o.Now, Sources: feed.Lab().Sources()}), mouse: o.Mouse,
	}
	a.act = act.New(act.Config{Context: ctx, Source: o.Source, Theme: t})
	a.alarm = alarm.New(o.Bell, o.Desktop, model.Getenv(o.Environ, "TMUX") != "")
	a.conf.begin(a)
	for _, warning := range []text.Text{o.Warning, o.Source.Info().Warning} {
		if !warning.Empty() {
			a.messages.Say(o.Now(), warning, true)
			a.notice = warning.String()
		}
	}
	return a, nil
}

// Init begins to read.
func (a *App) Init() tea.Cmd {
	cmds := []tea.Cmd{a.read(), a.feed.NextMinute(), a.conf.file.Look(), tea.Raw(ansi.RequestModeSynchronizedOutput)}
	if a.options.Theme == theme.Auto {
		cmds = append(cmds, tea.RequestBackgroundColor)
	}
	return tea.Batch(cmds...)
}

// Update routes a message, and arranges the screen again if the list needs another width.
func (a *App) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := a.route(msg)
	if found, ok := msg.(find.Msg); ok {
		cmd = a.prompt.find.Update(found)
		a.touch()
	}
	if a.refit && a.list.Measure() {
		a.arrange()
	}
	a.refit = false
	return a, cmd
}

// route calls the method that handles a message.
func (a *App) route(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		return a.onSize(msg)
	case tea.KeyPressMsg:
		return a.onKey(msg)
	case tea.PasteMsg:
		return a.onPaste(msg)
	case tea.MouseMsg:
		return a.onMouse(msg)
	case tea.BackgroundColorMsg, tea.ColorProfileMsg, tea.FocusMsg, tea.BlurMsg:
		return a.onStyle(msg)
	case tea.ResumeMsg:
		return a.onResume(pagedMsg{})
	case pagedMsg:
		return a.onResume(msg)
	case redrawMsg:
		return a.onRedraw(msg)
	case settledMsg:
		return a.onSettled(msg)
	case act.Msg:
		return a.onAct(msg)
	case follow.Msg:
		return reload(a, msg)
	case handMsg:
		return a.onHand(msg)
	case relistMsg:
		return relist(a, msg)
	}
	return a.take(msg)
}

// take calls the method that handles what was read, made or played.
func (s *session) take(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case load.Msg:
		return s.onFeed(msg)
	case load.NeedMsg:
		return s.onNeed(msg)
	case load.StepsMsg:
		return s.onSteps(msg)
	case list.WorkMsg:
		return s.onWork(msg)
	case player.TickMsg:
		return s.onPlay(msg)
	}
	return nil
}

// View returns the whole screen. It is drawn only when something has changed.
func (a *App) View() tea.View {
	if f := &a.frame; f.revision != a.revision {
		f.text, f.revision = a.draw(), a.revision
		if a.theme.ASCII {
			f.text = theme.ToASCII(f.text)
		}
	}
	v := tea.NewView(a.frame.text)
	v.AltScreen = true
	v.KeyboardEnhancements.ReportAlternateKeys = true // where a key is, whatever its layout
	if a.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	v.ReportFocus = a.alarm.Wanted()
	v.WindowTitle = "societop " + a.status().Title()
	v.Cursor = a.cursor()
	return v
}
