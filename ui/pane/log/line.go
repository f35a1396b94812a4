package log

import (
	"slices"
	"strings"
	"time"

	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/pane/kit"
)

// drawnLine is what is known of a line of a log besides the text that is drawn.
type drawnLine struct {
	level  level
	day    string // of its time, or of the last line before it that has one; "": unknown
	timed  bool   // it begins with a time
	goesOn bool   // it belongs to the record above it
	worker int    // bytes of the column of its worker, 0: there is none
}

// The columns of a line that begins with a time: the time of day, the level, and in a log with lines of
// workers which one it is of.
const (
	clockWidth  = len("15:04:05 ")
	levelWidth  = len("ERROR ")
	headWidth   = clockWidth + levelWidth
	workerWidth = 18
)

// shortLine returns a line with the time of day and a column for the level; a line without a
// time stays as it is. Times with a zone are converted to the given one. Of a log with lines of workers
// it has a column for these.
func shortLine(line text.Text, zone *time.Location, workers bool) (text.Text, drawnLine) {
	s, worker := line.String(), ""
	r := readLine(s)
	of := drawnLine{level: r.of}
	if workers {
		worker, s = cutWorker(s)
		worker = cell.Fit(worker, workerWidth-1) + " "
	}
	n := timeLength(s)
	at, ok := logTime(strings.Trim(s[:n], "[] "), zone)
	switch {
	case ok:
		word, rest := cutLevel(s[n:])
		of.day, of.timed, of.worker = at.Format(time.DateOnly), true, len(worker)
		return text.Clean(at.Format("15:04:05 ") + cell.Fit(word, levelWidth-1) + " " + worker + rest), of
	case strings.TrimSpace(worker) != "":
		of.worker = len(worker)
		return text.Clean(cell.Space(headWidth) + worker + s), of
	}
	of.goesOn = r.of == noLevel || r.soft
	return line, of
}

// hasWorkers reports whether a log has lines of workers.
func hasWorkers(lines []text.Text) bool {
	return slices.ContainsFunc(lines, func(line text.Text) bool {
		worker, _ := cutWorker(line.String())
		return worker != ""
	})
}

// logTime parses the time of a line.
func logTime(s string, zone *time.Location) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05Z07:00"} {
		if at, err := time.Parse(layout, s); err == nil {
			if zone != nil {
				at = at.In(zone)
			}
			return at, true
		}
	}
	for _, layout := range []string{time.DateTime, "2006-01-02T15:04:05"} {
		if at, err := time.Parse(layout, s); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// levelWords are the levels that have a column.
var levelWords = []string{"INFO", "WARNING", "WARN", "ERROR", "DEBUG", "CRITICAL", "FATAL", "TRACE", "NOTICE", "SUCCESS", "SEVERE"}

// cutLevel cuts the level off a text, in brackets or before a colon or a space.
func cutLevel(text string) (word, rest string) {
	inner, bracket := strings.CutPrefix(text, "[")
	for _, level := range levelWords {
		after, ok := strings.CutPrefix(inner, level)
		switch {
		case !ok:
			continue
		case bracket:
			after, ok = strings.CutPrefix(after, "]")
		case after != "" && after[0] != ' ' && after[0] != ':':
			ok = false
		default:
			after = strings.TrimPrefix(after, ":")
		}
		if ok {
			return shortLevel(level), strings.TrimLeft(after, " ")
		}
	}
	return "", text
}

// shortLevel returns a level in at most five letters.
func shortLevel(word string) string {
	switch word {
	case "WARNING":
		return "WARN"
	case "CRITICAL":
		return "CRIT"
	}
	return word[:min(len(word), levelWidth-1)]
}

// narrowLog is the width below which continued lines are indented by two cells instead of being
// aligned with the message, narrowWorkers that below which they begin under the worker.
const narrowLog, narrowWorkers = 60, 100

// hang returns the indentation of continued rows, and of lines that belong to one with a time.
func (l *log) hang() int {
	switch {
	case !l.anyTime:
		return 0
	case l.wrapped < narrowLog:
		return 2
	case l.workers && l.wrapped >= narrowWorkers:
		return headWidth + workerWidth
	}
	return headWidth
}

// indent returns the indentation of a row.
func (l *log) indent(p kit.Position) int {
	if l.oneRow || p.Part == 0 && !l.known[p.Line].goesOn {
		return 0
	}
	return l.hang()
}

// broken returns the parts of a line that are a row each.
func (l *log) broken(line int) []string {
	text, hang := l.Texts[line].String(), l.hang()
	if l.known[line].goesOn {
		return cell.Break(text, max(l.wrapped-hang, 1))
	}
	parts := cell.Break(text, l.wrapped)
	if len(parts) < 2 || hang == 0 {
		return parts
	}
	return append(parts[:1:1], cell.Break(text[len(parts[0]):], max(l.wrapped-hang, 1))...)
}

// days returns the days of the visible lines: "2026-11-23", or the first and the last.
func (l *log) days() string {
	first, last := "", ""
	for row := l.Top; row < min(l.Top+l.Height, l.Rows); row++ {
		if p := l.PositionAt(row); p.Line >= 0 && l.known[p.Line].day != "" {
			if last = l.known[p.Line].day; first == "" {
				first = last
			}
		}
	}
	if first != last {
		return first + " – " + last
	}
	return first
}
