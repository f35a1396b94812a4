// Package log is the pane with the end of a run's log.
package log

import (
	"slices"
	"sort"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/pane"
	"societop/ui/pane/kit"
	"societop/ui/theme"
)

// log is the pane with the end of a run's log. It follows new lines until the reader scrolls up;
// then the visible lines stay where they are. The line above the log says which of the two, and
// what is wrong.
type log struct {
	kit.Document
	keys logKeys
	key  model.Key
	records
	filter
	files
	parts   [][]string
	wrapped int      // the width of parts, which a hidden pane keeps
	before  []string // what is said before the first line
	follow  bool
	ended   bool   // the run has: nothing will be added
	note    string // shown instead of a log
	trouble string // why the log is not newer
	fromEnd bool   // the search began while the end was followed
}

// records is the lines of the log and what is known of them.
type records struct {
	log     model.Log // what the lines were made of
	raw     []text.Text
	known   []drawnLine // of each line
	levels  []level     // of each line, with those that it has from the one above it
	anyTime bool        // some line begins with a time
	workers bool        // some line is of a worker
	zone    *time.Location
}

// filter is what is shown of the lines.
type filter struct {
	least  level // only lines of this level and above
	oneRow bool  // a line is one row, without its first left cells
	left   int
}

// logKeys are the keys of the pane.
type logKeys struct{ wrap, left, right, level, file key.Binding }

// New returns the pane Log.
func New(t *theme.Theme) pane.Pane {
	l := &log{Document: kit.NewDocument(t, "the log"), follow: true, wrapped: 80}
	l.Rebind(nil)
	return l
}

// Title returns the name of the pane.
func (l *log) Title() string { return "Log" }

// Needs returns the needs for the log, and for which there are.
func (l *log) Needs() []pane.Need { return []pane.Need{pane.NeedLog, pane.NeedLogs} }

// Show sets the experiment.
func (l *log) Show(v pane.View) {
	another := v.Experiment.Key != l.key
	if another {
		l.key, l.Top, l.follow, l.left, l.files = v.Experiment.Key, 0, true, 0, files{}
		l.Search.Reset()
		l.FindIn(nil)
	}
	l.zone = v.Zone
	l.takeFiles(&v)
	l.note, l.trouble = kit.Explain(&v, pane.NeedLog, v.Log.Lines.Empty(), l.empty())
	l.ended = v.Experiment.Status.Ended()
	if v.Log != l.log {
		l.take(v.Log)
	} else if another {
		l.layout()
	}
}

// take sets the log. It keeps what is known of lines that were there before.
func (l *log) take(newer model.Log) {
	older := l.raw
	l.log, l.raw = newer, newer.Lines.Split()
	kept := model.Overlap(older, l.raw)
	if workers := hasWorkers(l.raw); workers != l.workers {
		l.workers, kept = workers, 0 // all lines have another column now
	}
	gone := len(older) - kept
	l.shorten(gone)
	l.parts = append(slices.Clone(l.parts[gone:]), make([][]string, len(l.Texts)-kept)...)
	l.levels = levelsOf(l.levels[gone:], l.raw)
	if timed := slices.ContainsFunc(l.known, func(of drawnLine) bool { return of.timed }); timed != l.anyTime {
		l.anyTime = timed
		clear(l.parts)
	}
	l.Place.Line, l.From.Line = max(l.Place.Line-gone, -1), max(l.From.Line-gone, -1)
	l.DropLines(gone)
	l.layout()
	l.FindMore(l.Shown[sort.SearchInts(l.Shown, kept):])
}

// shorten makes the texts of new lines, after so many of the older lines are gone.
func (l *log) shorten(gone int) {
	l.Texts, l.known = slices.Clone(l.Texts[gone:]), slices.Clone(l.known[gone:])
	day := ""
	if n := len(l.known); n > 0 {
		day = l.known[n-1].day
	}
	for _, line := range l.raw[len(l.Texts):] {
		text, of := shortLine(line, l.zone, l.workers)
		if of.day == "" {
			of.day = day
		}
		day = of.day
		l.Texts, l.known = append(l.Texts, text), append(l.known, of)
	}
}

// Resize sets the size; the position that is looked at stays.
func (l *log) Resize(width, height int) {
	l.SetSize(width, height-1)
	l.Search.SetWidth(l.Width)
	if w := l.TextWidth(); w > 0 && w != l.wrapped {
		l.wrapped = w
		clear(l.parts)
	}
	l.layout()
}

// layout counts the rows of the lines of the level. The end stays visible while it is followed.
func (l *log) layout() {
	l.Shown = l.Shown[:0]
	for i, of := range l.levels {
		if of >= l.least {
			l.Shown = append(l.Shown, i)
		}
	}
	l.before = l.before[:0]
	if said := earlier(l.log); said != "" {
		l.before = append(l.before, said)
	}
	if len(l.Shown) == 0 && l.least > anyLevel {
		l.before = append(l.before, "None is of this level; "+l.keys.level.Help().Key+" shows more.")
	}
	l.Arrange(len(l.before), l.rows)
	if l.follow {
		l.Top = l.Last()
	}
}

// rows returns how many rows a line takes. A line that has no more bytes than there are cells
// need not be measured.
func (l *log) rows(line int) int {
	text := l.Texts[line].String()
	if l.oneRow || len(text) <= l.wrapped-l.indent(kit.Position{Line: line}) {
		return 1
	}
	if l.parts[line] == nil {
		l.parts[line] = l.broken(line)
	}
	return len(l.parts[line])
}

// CapturesKey reports whether a key belongs to the search.
func (l *log) CapturesKey(k tea.KeyPressMsg) bool {
	return l.Search.Typing || l.note == "" && l.CapturesSearch(k)
}

// Update scrolls, searches, and selects what is shown.
func (l *log) Update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if ok && !l.Search.Typing && key.Matches(k, l.keys.file) {
		l.nextFile()
		return nil
	}
	if l.note != "" && !l.Search.Typing {
		return nil
	}
	if !l.Search.Typing {
		l.From, l.fromEnd = l.PositionAt(l.Top), l.follow
	}
	found, handled := l.Search.Update(msg)
	switch {
	case found:
		l.find()
	case handled || !ok:
	case l.Hop(k) != 0:
		l.hop(l.Hop(k))
	case !l.showKey(k):
		l.scroll(k)
	}
	return nil
}

// scroll moves the view. Leaving the end stops following it.
func (l *log) scroll(k tea.KeyPressMsg) {
	before := l.Top
	l.Scroller.Update(k)
	if key.Matches(k, l.Moves.Bottom) {
		l.follow = true
	}
	l.follow = l.follow && l.Top == l.Last()
	if l.Top == before {
		return
	}
	l.Place, l.Below = l.PositionAt(l.Top), 0
	if l.Current >= 0 {
		if row := l.RowOf(l.placeOf(l.Hits[l.Current])); row < l.Top || row >= l.Top+l.Height {
			l.Current = -1
		}
	}
}

// showKey handles a key that selects which lines and columns are shown; it returns false for
// other keys.
func (l *log) showKey(k tea.KeyPressMsg) bool {
	switch {
	case key.Matches(k, l.keys.wrap):
		l.oneRow, l.left = !l.oneRow, 0
		l.layout()
	case key.Matches(k, l.keys.level):
		l.least = (l.least + 1) % levelCount
		l.layout()
		l.FindAgain(l.Shown)
	case key.Matches(k, l.keys.left):
		l.left = max(l.left-max(l.TextWidth()/2, 1), 0)
	case key.Matches(k, l.keys.right):
		if l.oneRow && l.widest() > l.left+l.TextWidth() {
			l.left += max(l.TextWidth()/2, 1)
		}
	default:
		return false
	}
	return true
}

// widest returns the width of the longest visible line.
func (l *log) widest() (cells int) {
	for row := l.Top; row < min(l.Top+l.Height, l.Rows); row++ {
		if p := l.PositionAt(row); p.Line >= 0 {
			cells = max(cells, cell.Width(l.Texts[p.Line].String()))
		}
	}
	return cells
}

// find goes to the first hit from where the search began, or to the newest if the end was
// followed.
func (l *log) find() {
	l.FindIn(l.Shown)
	switch {
	case len(l.Hits) == 0:
	case l.fromEnd:
		l.jump(len(l.Hits) - 1)
	default:
		l.jump(l.NextHit(l.From.Line, l.firstByte(l.From), +1))
	}
}

// hop goes to the next hit, or the previous one.
func (l *log) hop(by int) {
	at := l.PositionAt(l.Top)
	l.jump(l.NextHit(at.Line, l.firstByte(at), by))
}

// firstByte returns the byte at which a part of a line begins.
func (l *log) firstByte(p kit.Position) int {
	if p.Line < 0 || p.Line >= len(l.parts) {
		return 0
	}
	all := l.parts[p.Line]
	return kit.BytesOf(all[:min(p.Part, len(all))])
}

// placeOf returns the position of a hit.
func (l *log) placeOf(h kit.Hit) kit.Position {
	return kit.Position{Line: h.Line, Part: kit.PartOf(l.parts[h.Line], 0, h.From)}
}

// jump goes to a hit, which ends following, and scrolls sideways if lines are not wrapped.
func (l *log) jump(i int) {
	l.follow = false
	l.GoTo(i, l.placeOf(l.Hits[i]).Part)
	if !l.oneRow {
		return
	}
	h := l.Hits[i]
	from := cell.Width(l.Texts[h.Line].String()[:h.From])
	if from < l.left || from >= l.left+l.TextWidth() {
		l.left = max(from-l.TextWidth()/3, 0)
	}
}

// ShortHelp returns the keys for the footer.
func (l *log) ShortHelp() []key.Binding {
	k := &l.keys
	switch {
	case l.Search.Typing || l.Search.Query != "":
		return append(l.SearchHelp(), kit.Named(l.Moves.Bottom, "follow"))
	}
	sideways := kit.Several("sideways", k.left, k.right)
	out := []key.Binding{kit.Named(l.Moves.Bottom, "follow"), kit.Named(l.Search.Keys.Search, "search"), kit.Named(k.level, "level"), kit.Named(k.wrap, "wrap")}
	if l.oneRow {
		out = slices.Insert(out, 3, sideways)
	}
	if len(l.all) > 1 {
		out = append(out, kit.Named(k.file, "log"))
	}
	return out
}

// FullHelp returns the keys of the pane, those that move first.
func (l *log) FullHelp() [][]key.Binding {
	k, s := &l.keys, &l.Search.Keys
	return [][]key.Binding{l.Moves.All(), {s.Search, s.Next, s.Previous, s.Clear, k.level, k.wrap, k.left, k.right, k.file}}
}
