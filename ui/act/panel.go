package act

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/pane/kit"
	"societop/ui/theme"
)

// Config is what a panel works with.
type Config struct {
	Context context.Context // of everything that is read and done
	Source  model.Source
	Theme   *theme.Theme
}

// About is what a panel is opened for.
type About struct {
	Runs     []model.Summary // the marked ones, or the selected one
	Sources  model.Sources   // how their sources are
	Agent    int64           // that is selected in the run, if Chosen
	Chosen   bool
	Profiles []model.Profile // of the run's agents, if they have been read
}

// Panel is the overlay.
type Panel struct {
	Config
	keys   keys
	about  About
	page   page  // nil: it is closed
	work   *work // what is under way, or was done last
	number int   // of openings: an answer for an earlier one is dropped
	who    kit.People
	width  int
	height int
}

// page is what a panel shows.
type page interface {
	title() string
	// lines returns the page in w cells, and which of its lines has to be visible.
	lines(p *Panel, w int) (lines []string, at int)
	// key handles a key.
	key(p *Panel, msg tea.KeyPressMsg) tea.Cmd
	// hints returns the keys of the page, with words for them.
	hints(p *Panel) [][2]string
}

// typist is a page into which text is typed.
type typist interface {
	paste(p *Panel, s string)
	// cursor returns where the next character will be, on the lines of the page in w cells.
	cursor(p *Panel, w int) (x, y int)
}

// New returns a panel that is closed.
func New(c Config) *Panel { return &Panel{Config: c, keys: newKeys()} }

// IsOpen reports whether the panel covers the screen.
func (p *Panel) IsOpen() bool { return p.page != nil }

// Typing reports whether keys are typed as text.
func (p *Panel) Typing() bool {
	_, ok := p.page.(typist)
	return ok
}

// Busy returns what is under way; "" if nothing is.
func (p *Panel) Busy() string {
	if p.work == nil || p.work.over() {
		return ""
	}
	return "a " + p.work.order.Control.String() + " is under way"
}

// Open shows what can be done, or what is under way.
func (p *Panel) Open(a About) {
	if p.Busy() != "" {
		p.page = p.work
		return
	}
	p.number++
	p.about = a
	p.who.SetProfiles(a.Profiles)
	p.page = newMenu(p)
}

// close closes the panel. What is under way goes on.
func (p *Panel) close() { p.page = nil }

// Key handles a key.
func (p *Panel) Key(msg tea.KeyPressMsg) tea.Cmd { return p.page.key(p, msg) }

// Paste adds text where some is typed: as one line.
func (p *Panel) Paste(s string) {
	if t, ok := p.page.(typist); ok {
		t.paste(p, strings.Join(strings.Fields(text.CleanLines(s).String()), " "))
	}
}

// Title returns the title of the page.
func (p *Panel) Title() string { return p.page.title() }

// Resize sets the size of the page.
func (p *Panel) Resize(width, height int) { p.width, p.height = max(width, 0), max(height, 0) }

// room returns the width of the lines of a page.
func (p *Panel) room() int { return max(p.width-2, 1) }

// Draw returns the page in as many cells as it has.
func (p *Panel) Draw() []string {
	lines, at := p.page.lines(p, p.room())
	top := p.first(len(lines), at)
	out := make([]string, 0, p.height)
	for _, line := range lines[top:min(top+p.height, len(lines))] {
		out = append(out, cell.Fit(" "+line, p.width))
	}
	return out
}

// first returns the first of n lines that is drawn, so that line at is in the middle.
func (p *Panel) first(n, at int) int { return max(min(at-p.height/2, n-p.height), 0) }

// scroll returns the line that is in the middle after a key, from the one that is there now.
func (p *Panel) scroll(msg tea.KeyPressMsg) (at int, ok bool) {
	lines, now := p.page.lines(p, p.room())
	top, ok := p.keys.Move(msg, p.first(len(lines), now), max(len(lines)-p.height, 0), p.height)
	return top + p.height/2, ok
}

// Cursor returns where the next character will be; ok reports whether text is typed.
func (p *Panel) Cursor() (x, y int, ok bool) {
	t, ok := p.page.(typist)
	if !ok {
		return 0, 0, false
	}
	lines, at := p.page.lines(p, p.room())
	x, y = t.cursor(p, p.room())
	return x + 1, y - p.first(len(lines), at), true
}

// Footer returns the keys of the page in w cells.
func (p *Panel) Footer(w int) string {
	out := ""
	for _, hint := range p.page.hints(p) {
		one := p.Theme.Key.Render(p.Theme.KeyName(hint[0])) + " " + p.Theme.Footer.Render(hint[1])
		if cell.Width(out)+cell.Width(one)+3 > w {
			break
		}
		out += " " + one + " "
	}
	return cell.Fit(out, w)
}

// name returns the name of a run for people.
func name(s *model.Summary) string {
	if s.Name.Empty() {
		return s.ID.String()
	}
	return s.Name.String()
}
