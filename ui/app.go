package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"societop/model"
	"societop/model/text"
	"societop/ui/player"
	"societop/ui/theme"
)

// App is the root model of the monitor.
type App struct {
	ctx     context.Context
	options Options
	keys    KeyMap
	theme   *theme.Theme
	width   int
	height  int
	layout  layout
	now     time.Time // the source's wall time as it is drawn

	lab  *model.Lab
	list list
	feed
	filter filterBar
	jump   jumpBar
	detail detail
	moves  int  // of the selection and of the panes, counted for settledMsg
	moving bool // the last of them is too young for the detail to be read

	overlay  overlay
	messages []message
	notice   string // said in the footer until the next key
	mouse    bool
	widened  int // how many times the screen has become wider

	revision int // moves when anything on the screen may have changed
	frame    string
	framed   int // the revision of frame
}

// feed is the state of the reading.
type feed struct {
	gen        int // answers of an older one are dropped
	cursor     model.Cursor
	reading    bool
	cancel     context.CancelFunc // ends the read that is under way
	paused     bool
	interval   time.Duration
	withErrors bool
	fresh      bool // the next read is by hand
	loaded     bool // a full listing has come in
	total      int  // experiments that the source says it has; −1 unknown
	skew       time.Duration
	failures   int // in a row
	failure    error
	trouble    error          // what can't be read though the rest can
	answered   time.Time      // when the source answered last
	liveness   model.Liveness // of the source, by its last answer
	slow       bool           // the read under way takes too long
	staleFrom  time.Time      // what is on the screen is of then, while failure or slow is set
	retryAt    time.Time
	counting   bool // the clock that counts down to retryAt runs
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
	a := &App{
		ctx: ctx, options: o, keys: NewKeyMap(), theme: theme.New(o.Theme, o.ASCII),
		lab: model.NewLab(), now: o.Now(), revision: 1, layout: layOut(0, 0, shape{}),
		feed:   feed{interval: o.Interval, total: -1, withErrors: query.NeedsErrors(), cancel: func() {}},
		filter: newFilterBar(), mouse: o.Mouse,
	}
	a.list.columns, a.list.marked, a.list.changed = usualColumns(), map[model.Key]bool{}, map[model.Key]bool{}
	a.list.selection = a.lab.Select(query, sort, a.now)
	a.detail = newDetail(a.theme)
	a.keys.Stop.SetEnabled(o.Suspend)
	for _, warning := range []text.Text{o.Warning, o.Source.Info().Warning} {
		if !warning.Empty() {
			a.say(warning, true)
			a.notice = warning.String()
		}
	}
	return a, nil
}

// Init begins to read.
func (a *App) Init() tea.Cmd {
	a.reading = true
	cmds := []tea.Cmd{a.read(), a.nextMinute(), tea.Raw(ansi.RequestModeSynchronizedOutput)}
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
	case tea.BackgroundColorMsg:
		return a, a.onBackground(msg)
	case tea.ColorProfileMsg:
		return a, a.onProfile(msg)
	case tea.ResumeMsg:
		return a, a.onResume()
	case changesMsg:
		return a, a.onChanges(msg)
	case slowMsg:
		return a, a.onSlow(msg)
	case settledMsg:
		return a, a.onSettled(msg)
	case needMsg:
		return a, a.onNeed(msg)
	case workMsg:
		return a, a.onWork(msg)
	case tea.MouseMsg:
		return a, a.onMouse(msg)
	case redrawMsg:
		return a, a.onRedraw(msg)
	case pagedMsg:
		return a, a.onPaged(msg)
	}
	return a, a.onTime(msg)
}

// onTime hands each message of a clock to the method that handles it.
func (a *App) onTime(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tickMsg:
		return a.onTick(msg)
	case player.TickMsg:
		return a.onPlay(msg)
	case minuteMsg:
		return a.onMinute(msg)
	case secondMsg:
		return a.onSecond(msg)
	}
	return nil
}

// touch says that the screen has to be drawn anew.
func (a *App) touch() { a.revision++ }

// View is the whole screen. It is drawn anew only when something has changed.
func (a *App) View() tea.View {
	if a.framed != a.revision {
		a.frame, a.framed = a.draw(), a.revision
		if a.theme.ASCII {
			a.frame = theme.ToASCII(a.frame)
		}
	}
	v := tea.NewView(a.frame)
	v.AltScreen = true
	v.KeyboardEnhancements.ReportAlternateKeys = true // where a key is, whatever its layout
	if a.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	v.WindowTitle = a.title()
	v.Cursor = a.cursorAt()
	return v
}

// title is the title of the terminal's window.
func (a *App) title() string {
	return "societop " + a.options.Source.Info().Address.String()
}

// say adds a line to the messages; the same thing said again is counted, and keeps the time when
// it began.
func (a *App) say(s text.Text, bad bool) {
	now := a.options.Now()
	if n := len(a.messages); n > 0 && a.messages[n-1].text == s {
		a.messages[n-1].again++
		a.messages[n-1].last = now
		return
	}
	a.messages = append(a.messages, message{at: now, last: now, text: s, bad: bad})
	if len(a.messages) > maxMessages {
		a.messages = append(a.messages[:0], a.messages[1:]...)
	}
}

// maxMessages is how many messages are kept.
const maxMessages = 200
