package pane

import (
	"sort"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/human"
	"societop/ui/theme"
)

// log is the pane with the end of a run's log. It follows new lines until the reader scrolls
// up; then what the reader looks at stays where it is. Above it stands one line that says
// which, and what is wrong.
type log struct {
	scroller // its height is that of the lines, without the one above
	key      model.Key
	log      model.Log // what lines were made of
	lines    []model.Text
	first    string // what is said before the first line, "" nothing
	starts   []int  // the row at which each line begins, and the one after the last
	parts    map[model.Text][]string
	wrapped  int // the width of parts, which a pane that is not on the screen keeps
	follow   bool
	ended    bool   // the run has: nothing will be added
	note     string // stands there instead of a log
	trouble  string // why it is not newer
}

// NewLog returns the pane Log.
func NewLog(t *theme.Theme) Pane {
	return &log{scroller: newScroller(t), follow: true, wrapped: 80}
}

// Title is the pane's name.
func (l *log) Title() string { return "Log" }

// Needs is the log.
func (l *log) Needs() []model.Need { return []model.Need{model.NeedLog} }

// Show takes another experiment, or another state of it.
func (l *log) Show(v model.View) {
	if v.Experiment.Key != l.key {
		l.key, l.top, l.follow = v.Experiment.Key, 0, true
	}
	trouble := v.Trouble(model.NeedLog).String()
	l.note, l.trouble, l.ended = "", "", v.Experiment.Status.Ended()
	switch {
	case v.Has(model.NeedLog) && v.Log.Lines.Empty():
		l.note = "The log is empty."
	case v.Has(model.NeedLog):
		l.trouble = trouble
	case trouble != "":
		l.note = trouble
	default:
		l.note = "reading …"
	}
	if v.Log != l.log {
		l.take(v.Log)
	}
}

// take goes over to a newer log, or to another one.
func (l *log) take(newer model.Log) {
	line, part := l.at(l.top)
	older := l.lines
	l.log, l.lines, l.first = newer, newer.Lines.Split(), earlier(newer)
	if line >= 0 {
		line -= len(older) - model.Overlap(older, l.lines)
	}
	l.layout(line, part)
}

// earlier says what came before the lines of a log, if anything did.
func earlier(log model.Log) string {
	var said []string
	switch {
	case log.Dropped == 1:
		said = append(said, "1 earlier line dropped")
	case log.Dropped > 1:
		said = append(said, human.Count(log.Dropped)+" earlier lines dropped")
	}
	if log.Tail {
		said = append(said, "the source sends the last lines only")
	}
	if len(said) == 0 {
		return ""
	}
	return cell.Ellipsis + " " + strings.Join(said, "; ")
}

// Resize lays the lines out anew; the first one in view stays so.
func (l *log) Resize(width, height int) {
	l.resize(width, height-1)
	if l.text() > 0 {
		l.layout(l.at(l.top))
	}
}

// layout wraps the lines to the width, and shows again the part of a line that was the first
// in view. Lines that were wrapped before are not wrapped again.
func (l *log) layout(line, part int) {
	before := l.parts
	if w := l.text(); w > 0 && w != l.wrapped {
		before, l.wrapped = nil, w
	}
	l.parts = make(map[model.Text][]string, len(l.lines))
	l.starts = append(l.starts[:0], 0)
	if l.first != "" {
		l.starts[0] = 1
	}
	for i, text := range l.lines {
		parts, ok := before[text]
		if !ok {
			parts = l.wrap(text.String())
		}
		l.parts[text] = parts
		l.starts = append(l.starts, l.starts[i]+len(parts))
	}
	l.setLines(l.starts[len(l.lines)])
	switch {
	case l.follow:
		l.top = l.last()
	case line < 0:
		l.top = 0
	default:
		l.top = min(l.starts[line]+min(part, len(l.parts[l.lines[line]])-1), l.last())
	}
}

// wrap breaks a line. One with no more bytes than there are cells needs no measuring.
func (l *log) wrap(text string) []string {
	if len(text) <= l.wrapped {
		return []string{text}
	}
	return cell.Break(text, l.wrapped)
}

// at is the line that is drawn in a row, and which part of it; −1 is what stands before the
// first line.
func (l *log) at(row int) (line, part int) {
	line = sort.SearchInts(l.starts, row+1) - 1
	if line < 0 || line >= len(l.lines) {
		return -1, 0
	}
	return line, row - l.starts[line]
}

// Update scrolls. Whoever leaves the end does not follow any more.
func (l *log) Update(msg tea.Msg) tea.Cmd {
	cmd := l.scroller.Update(msg)
	if k, ok := msg.(tea.KeyPressMsg); ok && key.Matches(k, l.moves.Bottom) {
		l.follow = true
	}
	l.follow = l.follow && l.top == l.last()
	return cmd
}

// View draws the part in view.
func (l *log) View() string {
	if l.note != "" {
		return cell.Block(cell.Wrap(l.theme.Faint.Render(l.note), l.width), l.width, l.height+1)
	}
	head := l.head()
	if l.height <= 0 {
		return head
	}
	return head + "\n" + l.view(l.row)
}

// head is the line above the log.
func (l *log) head() string {
	state := l.theme.Faint.Render("following")
	switch {
	case !l.follow:
		state = l.theme.Key.Render("G") + l.theme.Faint.Render(" follows")
	case l.ended:
		state = l.theme.Faint.Render("the end")
	}
	say := l.theme.Faint.Render(linesOf(len(l.lines)))
	if l.trouble != "" {
		say = l.theme.Warning.Render(l.trouble)
	}
	return cell.Fit(state+l.theme.Faint.Render(" "+l.theme.Dot+" ")+say, l.width)
}

// linesOf is "1 line", "1,234 lines".
func linesOf(n int) string {
	if n == 1 {
		return "1 line"
	}
	return human.Count(n) + " lines"
}

// row draws one row.
func (l *log) row(i int) string {
	line, part := l.at(i)
	if line < 0 {
		return l.theme.Faint.Render(l.first)
	}
	text := l.lines[line]
	return l.style(text.String()).Render(l.parts[text][part])
}

// levelWithin is how many bytes into a line its level stands, at the furthest: behind the
// time, before the message.
const levelWithin = 60

// style is how a line of a level looks. The level is a word of the line, so that the colour
// only helps.
func (l *log) style(line string) lipgloss.Style {
	head := line[:min(len(line), levelWithin)]
	switch {
	case strings.Contains(head, "[ERROR]"), strings.Contains(head, "CRITICAL"):
		return l.theme.Failure
	case strings.Contains(head, "[WARNING]"):
		return l.theme.Warning
	case strings.Contains(head, "[DEBUG]"):
		return l.theme.Faint
	}
	return l.theme.Text
}

// ShortHelp is what the footer says while the pane has the focus.
func (l *log) ShortHelp() []key.Binding {
	if l.note != "" {
		return l.scroller.ShortHelp()
	}
	follow := l.moves.Bottom
	follow.SetHelp(follow.Help().Key, "follow")
	return append([]key.Binding{follow}, l.scroller.ShortHelp()...)
}
