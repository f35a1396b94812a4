package pane

import (
	"slices"
	"sort"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/theme"
)

// log is the pane with the end of a run's log. It follows new lines until the reader scrolls
// up; then what the reader looks at stays where it is. Above it stands one line that says
// which, and what is wrong.
type log struct {
	document
	keys    logKeys
	key     model.Key
	log     model.Log // what the lines were made of
	raw     []model.Text
	known   []drawnLine // of each line
	levels  []level     // of each line, with those that it has from the one above it
	anyTime bool        // some line begins with a time
	zone    *time.Location
	parts   [][]string
	wrapped int      // the width of parts, which a pane that is not on the screen keeps
	before  []string // what is said before the first line
	follow  bool
	ended   bool   // the run has: nothing will be added
	note    string // stands there instead of a log
	trouble string // why it is not newer

	least   level // only lines of this level and above are shown
	oneRow  bool  // a line is one row, of which left cells are left out
	left    int
	fromEnd bool // the search began while the end was followed
}

// logKeys are the keys of the pane.
type logKeys struct{ wrap, left, right, level key.Binding }

// NewLog returns the pane Log.
func NewLog(t *theme.Theme) Pane {
	bind := func(help, what string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, what))
	}
	return &log{document: newDocument(t, "the log"), follow: true, wrapped: 80, keys: logKeys{
		wrap: bind("w", "wrap long lines, or not", "w"), left: bind("h ←", "to the left, unwrapped", "h", "left"),
		right: bind("l →", "to the right", "l", "right"), level: bind("v", "least level that is shown", "v"),
	}}
}

// Title is the pane's name.
func (l *log) Title() string { return "Log" }

// Needs is the log.
func (l *log) Needs() []model.Need { return []model.Need{model.NeedLog} }

// Show takes another experiment, or another state of it.
func (l *log) Show(v model.View) {
	another := v.Experiment.Key != l.key
	if another {
		l.key, l.top, l.follow, l.left = v.Experiment.Key, 0, true, 0
		l.search.reset()
		l.look(nil)
	}
	l.zone = v.Zone
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
		l.note = Reading
	}
	if v.Log != l.log {
		l.take(v.Log)
	} else if another {
		l.layout()
	}
}

// take goes over to a newer log, or to another one. What is known of the lines that both have
// is kept.
func (l *log) take(newer model.Log) {
	older := l.raw
	l.log, l.raw = newer, newer.Lines.Split()
	kept := model.Overlap(older, l.raw)
	gone := len(older) - kept
	l.shorten(gone)
	l.parts = append(slices.Clone(l.parts[gone:]), make([][]string, len(l.texts)-kept)...)
	l.levels = levelsOf(l.levels[gone:], l.raw)
	if timed := slices.ContainsFunc(l.known, func(of drawnLine) bool { return of.timed }); timed != l.anyTime {
		l.anyTime = timed
		clear(l.parts)
	}
	l.place.line, l.from.line = max(l.place.line-gone, -1), max(l.from.line-gone, -1)
	l.drop(gone)
	l.layout()
	l.lookOn(l.shown[sort.SearchInts(l.shown, kept):])
}

// shorten makes the texts of the lines that are new; so many of the older ones are gone.
func (l *log) shorten(gone int) {
	l.texts, l.known = slices.Clone(l.texts[gone:]), slices.Clone(l.known[gone:])
	day := ""
	if n := len(l.known); n > 0 {
		day = l.known[n-1].day
	}
	for _, line := range l.raw[len(l.texts):] {
		text, of := shortLine(line, l.zone)
		if of.day == "" {
			of.day = day
		}
		day = of.day
		l.texts, l.known = append(l.texts, text), append(l.known, of)
	}
}

// Resize lays the lines out anew; the place that is looked at stays so.
func (l *log) Resize(width, height int) {
	l.resize(width, height-1)
	l.search.resize(l.width)
	if w := l.text(); w > 0 && w != l.wrapped {
		l.wrapped = w
		clear(l.parts)
	}
	l.layout()
}

// layout counts the rows of the lines that are of the level. The end stays in view while it
// is followed.
func (l *log) layout() {
	l.shown = l.shown[:0]
	for i, of := range l.levels {
		if of >= l.least {
			l.shown = append(l.shown, i)
		}
	}
	l.before = l.before[:0]
	if said := earlier(l.log); said != "" {
		l.before = append(l.before, said)
	}
	if len(l.shown) == 0 && l.least > anyLevel {
		l.before = append(l.before, "None is of this level; v shows more.")
	}
	l.arrange(len(l.before), l.rows)
	if l.follow {
		l.top = l.last()
	}
}

// rows is how many rows a line takes. One with no more bytes than there are cells needs no
// measuring.
func (l *log) rows(line int) int {
	text := l.texts[line].String()
	if l.oneRow || len(text) <= l.wrapped-l.indent(textPlace{line: line}) {
		return 1
	}
	if l.parts[line] == nil {
		l.parts[line] = l.broken(line)
	}
	return len(l.parts[line])
}

// CapturesKey reports whether a key is the search's.
func (l *log) CapturesKey(k tea.KeyPressMsg) bool {
	return l.search.typing || l.note == "" && l.takes(k)
}

// Update scrolls, searches, and chooses what is shown.
func (l *log) Update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if l.note != "" && !l.search.typing {
		return nil
	}
	if !l.search.typing {
		l.from, l.fromEnd = l.at(l.top), l.follow
	}
	found, handled := l.search.update(msg)
	switch {
	case found:
		l.find()
	case handled || !ok:
	case l.hops(k) != 0:
		l.hop(l.hops(k))
	case !l.showKey(k):
		l.scroll(k)
	}
	return nil
}

// scroll moves the view. Whoever leaves the end does not follow any more.
func (l *log) scroll(k tea.KeyPressMsg) {
	before := l.top
	l.scroller.Update(k)
	if key.Matches(k, l.moves.Bottom) {
		l.follow = true
	}
	l.follow = l.follow && l.top == l.last()
	if l.top == before {
		return
	}
	l.place, l.below = l.at(l.top), 0
	if l.hit >= 0 {
		if row := l.row(l.placeOf(l.hits[l.hit])); row < l.top || row >= l.top+l.height {
			l.hit = -1
		}
	}
}

// showKey chooses by a key which lines and which part of them are shown; false if it is none
// of these.
func (l *log) showKey(k tea.KeyPressMsg) bool {
	switch {
	case key.Matches(k, l.keys.wrap):
		l.oneRow, l.left = !l.oneRow, 0
		l.layout()
	case key.Matches(k, l.keys.level):
		l.least = (l.least + 1) % levelCount
		l.layout()
		l.lookAgain(l.shown)
	case key.Matches(k, l.keys.left):
		l.left = max(l.left-max(l.text()/2, 1), 0)
	case key.Matches(k, l.keys.right):
		if l.oneRow && l.widest() > l.left+l.text() {
			l.left += max(l.text()/2, 1)
		}
	default:
		return false
	}
	return true
}

// widest is how many cells the longest line in view takes.
func (l *log) widest() (cells int) {
	for row := l.top; row < min(l.top+l.height, l.lines); row++ {
		if p := l.at(row); p.line >= 0 {
			cells = max(cells, cell.Width(l.texts[p.line].String()))
		}
	}
	return cells
}

// find goes to a hit from where the search began: the first, or the newest where the end was
// followed.
func (l *log) find() {
	l.look(l.shown)
	switch {
	case len(l.hits) == 0:
	case l.fromEnd:
		l.jump(len(l.hits) - 1)
	default:
		l.jump(l.next(l.from.line, l.firstByte(l.from), +1))
	}
}

// hop goes to the next hit, or the one before.
func (l *log) hop(by int) {
	at := l.at(l.top)
	l.jump(l.next(at.line, l.firstByte(at), by))
}

// firstByte is the byte of a line at which a part begins.
func (l *log) firstByte(p textPlace) int {
	if p.line < 0 || p.line >= len(l.parts) {
		return 0
	}
	all := l.parts[p.line]
	return bytesOf(all[:min(p.part, len(all))])
}

// placeOf is where a hit is drawn.
func (l *log) placeOf(h hit) textPlace {
	return textPlace{h.line, partOf(l.parts[h.line], 0, h.from)}
}

// jump goes to a hit, which ends the following, and sideways where lines are not wrapped.
func (l *log) jump(i int) {
	l.follow = false
	l.goTo(i, l.placeOf(l.hits[i]).part)
	if !l.oneRow {
		return
	}
	h := l.hits[i]
	from := cell.Width(l.texts[h.line].String()[:h.from])
	if from < l.left || from >= l.left+l.text() {
		l.left = max(from-l.text()/3, 0)
	}
}

// ShortHelp is what the footer says while the pane has the focus.
func (l *log) ShortHelp() []key.Binding {
	k := &l.keys
	switch {
	case l.search.typing || l.search.query != "":
		return append(l.searching(), named(l.moves.Bottom, "follow"))
	}
	sideways := key.NewBinding(key.WithKeys("h", "l"), key.WithHelp("h l", "sideways"))
	out := []key.Binding{named(l.moves.Bottom, "follow"), named(l.search.keys.search, "search"), named(k.level, "level"), named(k.wrap, "wrap")}
	if l.oneRow {
		out = slices.Insert(out, 3, sideways)
	}
	return out
}

// FullHelp is the keys that move, and behind them those of the pane alone.
func (l *log) FullHelp() [][]key.Binding {
	k, s := &l.keys, &l.search.keys
	return [][]key.Binding{l.moves.All(), {s.search, s.next, s.previous, s.clear, k.level, k.wrap, k.left, k.right}}
}
