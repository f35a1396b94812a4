package log

import (
	"societop/model/text"
)

// level is the severity of a line of a log.
type level int8

// The levels. Lines of any level are all lines.
const (
	anyLevel level = iota
	infoLevel
	warningLevel
	errorLevel
	levelCount // to choose from
	debugLevel = anyLevel
	noLevel    = level(-1) // a line goes on the one above it
)

// said returns a name for the lines of a level and above.
func (of level) said() string {
	switch of {
	case infoLevel:
		return "info and above"
	case warningLevel:
		return "warnings and errors"
	case errorLevel:
		return "errors"
	default:
		return "lines"
	}
}

// levelsOf returns the levels of lines, of which the first are known. A line that names no level
// continues the record above it in the same stream, such as one worker's output, and has its
// level. A failure such as a traceback or a killed process is an error by itself; but a
// traceback below a warning belongs to the warning.
func levelsOf(known []level, lines []text.Text) []level {
	out := make([]level, 0, len(lines))
	out = append(out, known...)
	for i := len(out); i < len(lines); i++ {
		r := readLine(lines[i].String())
		if r.of == noLevel || r.soft {
			above := levelAbove(out, lines, r.stream)
			if r.of == noLevel || (above == warningLevel && (r.begins || inTraceback(out, lines, r.stream))) {
				r.of = above
			}
		}
		out = append(out, r.of)
	}
	return out
}

// maxAbove is how many lines a record may begin above one of its lines.
const maxAbove = 400

// levelAbove returns the level of the last known line of a stream, or info.
func levelAbove(levels []level, lines []text.Text, stream string) level {
	for j := len(levels) - 1; j >= max(0, len(levels)-maxAbove); j-- {
		if _, of := withoutPrefixes(lines[j].String()); of == stream {
			return levels[j]
		}
	}
	return infoLevel
}

// inTraceback reports whether the last known record of a stream has a traceback.
func inTraceback(levels []level, lines []text.Text, stream string) bool {
	for j := len(levels) - 1; j >= max(0, len(levels)-maxAbove); j-- {
		switch r := readLine(lines[j].String()); {
		case r.stream != stream:
		case r.begins:
			return true
		case r.of != noLevel && !r.soft:
			return false
		}
	}
	return false
}
