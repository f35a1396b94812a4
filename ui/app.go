package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"societop/model"
	"societop/model/text"
	"societop/ui/list"
	"societop/ui/load"
	"societop/ui/player"
	"societop/ui/theme"
)

// App is the root model of the monitor. It routes: what is read is in a feed and in the detail's
// data, what is shown in the list and in the panes.
type App struct {
	options  Options
	keys     KeyMap
	theme    *theme.Theme
	screen   screen
	feed     *load.Feed
	list     *list.List
	detail   detail
	prompt   prompt
	overlay  overlay
	messages messages
	notice   string // said in the footer until the next key
	mouse    bool
	moves    int  // of the selection and of the panes, counted for settledMsg
	moving   bool // the last of them is too recent for the detail to be read
	frame    frame
}

// screen is the size of the terminal and what is where.
type screen struct {
	width, height int
	layout        layout
	widened       int // how many times the screen has become wider
}

// frame is the screen as it was drawn last.
type frame struct {
	revision int // it moves when anything on the screen may have changed
	drawn    int // the revision of text
	text     string
}

// New returns the monitor's root model. A filter or a sort key that is wrong is an
// ErrUsage.
func New(ctx context.Context, o Options) (*App, error) {
	query, err := model.ParseQuery(o.Filter)
	if err != nil {
		return nil, err
	}
	sort, err := model.ParseSort(o.Sort)
	if err != nil {
		return nil, err
	}
	if model.Getenv(o.Environ, "NO_COLOR") != "" {
		o.Theme = theme.Mono
	}
	t := theme.New(o.Theme, o.ASCII)
	feed := load.NewFeed(ctx, load.Config{Source: o.Source, Interval: o.Interval, Errors: query.NeedsErrors(), Now: o.Now})
	a := &App{
		options: o, keys: NewKeyMap(), theme: t, screen: screen{layout: layOut(0, 0, shape{})}, feed: feed,
		list:   list.New(feed.Lab(), query, sort, t, o.Zone, feed.SourceTime),
		detail: newDetail(t, load.NewDetail(feed, o.Zone)),
		prompt: newPrompt(), mouse: o.Mouse, frame: frame{revision: 1},
	}
	a.keys.Stop.SetEnabled(o.Suspend)
	for _, warning := range []text.Text{o.Warning, o.Source.Info().Warning} {
		if !warning.Empty() {
			a.messages.say(o.Now(), warning, true)
			a.notice = warning.String()
		}
	}
	return a, nil
}

// Init begins to read.
func (a *App) Init() tea.Cmd {
	cmds := []tea.Cmd{a.read(), a.feed.NextMinute(), tea.Raw(ansi.RequestModeSynchronizedOutput)}
	if a.options.Theme == theme.Auto {
		cmds = append(cmds, tea.RequestBackgroundColor)
	}
	return tea.Batch(cmds...)
}

// Update hands each message to the method that handles it.
func (a *App) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		return a, a.onSize(msg)
	case tea.KeyPressMsg:
		return a, a.onKey(msg)
	case tea.PasteMsg:
		return a, a.onPaste(msg)
	case tea.MouseMsg:
		return a, a.onMouse(msg)
	case tea.BackgroundColorMsg, tea.ColorProfileMsg:
		return a, a.onStyle(msg)
	case tea.ResumeMsg:
		return a, a.onResume(pagedMsg{})
	case pagedMsg:
		return a, a.onResume(msg)
	case redrawMsg:
		return a, a.onRedraw(msg)
	case settledMsg:
		return a, a.onSettled(msg)
	case load.Msg:
		return a, a.onFeed(msg)
	case load.NeedMsg:
		return a, a.onNeed(msg)
	case list.WorkMsg:
		return a, a.onWork(msg)
	case player.TickMsg:
		return a, a.onPlay(msg)
	}
	return a, nil
}

// touch says that the screen has to be drawn again.
func (a *App) touch() { a.frame.revision++ }

// View is the whole screen. It is drawn only when something has changed.
func (a *App) View() tea.View {
	if f := &a.frame; f.drawn != f.revision {
		f.text, f.drawn = a.draw(), f.revision
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
	v.WindowTitle = "societop " + a.options.Source.Info().Address.String()
	v.Cursor = a.cursor()
	return v
}
