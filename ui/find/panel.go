package find

import (
	"context"
	"errors"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/search"
	"societop/model/text"
	"societop/ui/input"
	"societop/ui/list"
	"societop/ui/pane/kit"
	"societop/ui/theme"
)

// Config is what a panel needs.
type Config struct {
	Context context.Context // of the monitor
	Source  model.Source
	Theme   *theme.Theme
	Now     func() time.Time
	Sources model.Sources // how the runs' sources are called
}

// Panel is the search. It is made by New.
type Panel struct {
	c      Config
	keys   keys
	open   bool
	typing bool
	input  textinput.Model
	wrong  string // what is wrong with the pattern
	found  found
	at     int // the chosen hit
	top    int // the first that is drawn
	rows   int // that were drawn
}

// found is what a search has found so far.
type found struct {
	number  int // of the search
	pattern string
	hits    []search.Hit
	dated   bool // there are dates among their times
	done    bool
	stopped bool // before it was done
	failure string
	notes   []string // what could not be searched
	end     context.CancelFunc
}

// keys are those of the panel.
type keys struct {
	kit.Moves
	open, back, edit, find key.Binding
}

// maxHits is the most hits of a search.
const maxHits = 1000

// New returns a panel that is closed.
func New(c Config) *Panel {
	p := &Panel{c: c, input: list.NewInput()}
	p.Rebind(nil)
	return p
}

// Rebind gives the actions their keys.
func (p *Panel) Rebind(k *input.Keys) {
	p.keys = keys{
		Moves: kit.NewMoves(k), open: k.Bind("open", "⏎", "go there", "enter"), back: k.Bind("back", "Esc", "close", "esc"),
		edit: k.Bind("search", "/", "another pattern", "/"), find: k.Bind("find", "*", "another pattern", "*"),
	}
}

// IsOpen reports whether the panel covers the screen.
func (p *Panel) IsOpen() bool { return p.open }

// Typing reports whether the pattern is being typed.
func (p *Panel) Typing() bool { return p.open && p.typing }

// Open opens the panel with the hits of the last search; without any a pattern is typed.
func (p *Panel) Open() {
	p.open = true
	if len(p.found.hits) == 0 {
		p.edit()
	}
}

// edit begins to type a pattern.
func (p *Panel) edit() {
	p.typing, p.wrong = true, ""
	p.input.Focus() // its command only blinks
	p.input.CursorEnd()
}

// Paste adds text to the pattern, if that is being typed.
func (p *Panel) Paste(msg tea.PasteMsg) {
	if p.typing {
		p.input, _ = p.input.Update(msg)
	}
}

// Key handles a key. Once a hit was chosen, the panel is closed.
func (p *Panel) Key(msg tea.KeyPressMsg) (cmd tea.Cmd, chosen *search.Hit) {
	if p.typing {
		return p.typed(msg), nil
	}
	n := len(p.found.hits)
	switch to, moved := p.keys.Move(msg, p.at, n-1, max(p.rows, 1)); {
	case moved:
		p.at = max(to, 0)
	case key.Matches(msg, p.keys.edit, p.keys.find):
		p.edit()
	case key.Matches(msg, p.keys.open) && p.at < n:
		p.close()
		return nil, &p.found.hits[p.at]
	case key.Matches(msg, p.keys.back):
		p.close()
	}
	return nil, nil
}

// typed handles a key while the pattern is typed.
func (p *Panel) typed(msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case msg.Code == tea.KeyEnter && p.input.Value() != "":
		return p.begin(p.input.Value())
	case msg.Code == tea.KeyEscape, msg.Code == tea.KeyEnter:
		if p.typing = false; len(p.found.hits) == 0 {
			p.close()
		}
	default:
		p.wrong = ""
		p.input, _ = p.input.Update(msg)
	}
	return nil
}

// close closes the panel and ends its search.
func (p *Panel) close() {
	p.open, p.typing = false, false
	if p.found.end != nil {
		p.found.stopped = !p.found.done
		p.found.end()
	}
}

// begin begins a search.
func (p *Panel) begin(pattern string) tea.Cmd {
	re, err := regexp.Compile("(?i)" + pattern)
	if err != nil {
		p.wrong = "the pattern is wrong"
		var at *syntax.Error
		if errors.As(err, &at) {
			p.wrong = at.Code.String() + ": " + text.Clean(strings.TrimPrefix(at.Expr, "(?i)")).String()
		}
		return nil
	}
	if p.found.end != nil {
		p.found.end()
	}
	p.typing, p.at, p.top = false, 0, 0
	ctx, end := context.WithCancel(p.c.Context)
	p.found = found{number: p.found.number + 1, pattern: pattern, end: end}
	return p.start(ctx, re)
}

// Msg is some more of what a search has found.
type Msg struct {
	number  int
	hits    []search.Hit
	note    string
	done    bool
	failure string
	next    tea.Cmd
}

// Update takes what was found, and waits for more.
func (p *Panel) Update(msg Msg) tea.Cmd {
	f := &p.found
	if msg.number != f.number {
		return nil
	}
	f.hits = append(f.hits, msg.hits...)
	f.dated = f.dated || slices.ContainsFunc(msg.hits, func(h search.Hit) bool { return h.Dates.Dated() })
	if msg.note != "" {
		f.notes = append(f.notes, msg.note)
	}
	if f.done, f.failure = msg.done, msg.failure; f.done {
		f.end()
		return nil
	}
	return msg.next
}
