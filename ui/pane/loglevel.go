package pane

import (
	"strings"
	"unicode"

	"societop/model"
)

// level is how much a line of a log matters.
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

// said is the lines of a level and above.
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

// traceback begins what Python writes of an error.
const traceback = "Traceback (most recent call last)"

// levelsOf is the levels of lines, of which those of the first are known. What follows a line
// without a level of its own, such as a traceback, belongs to it; but a traceback below a line
// that tells of nothing wrong is an error by itself.
func levelsOf(known []level, lines []model.Text) []level {
	out := make([]level, 0, len(lines))
	out = append(out, known...)
	for i := len(out); i < len(lines); i++ {
		of := levelOf(lines[i].String())
		switch {
		case of != noLevel:
		case i > 0:
			of = out[i-1]
		default:
			of = infoLevel
		}
		if of < warningLevel && strings.HasPrefix(lines[i].String(), traceback) {
			of = errorLevel
		}
		out = append(out, of)
	}
	return out
}

// levelWithin is how many bytes into a line its level stands, at the furthest: behind the
// time, before the message.
const levelWithin = 60

// levelWords are the names of levels.
var levelWords = []struct {
	word string
	of   level
}{
	{"ERROR", errorLevel},
	{"CRITICAL", errorLevel},
	{"FATAL", errorLevel},
	{"WARNING", warningLevel},
	{"WARN", warningLevel},
	{"INFO", infoLevel},
	{"DEBUG", debugLevel},
	{"TRACE", debugLevel},
}

// levelOf is the level that a line names: in brackets, or as the first word behind the time. A
// line with a time and no level is of info.
func levelOf(line string) level {
	head := line[:min(len(line), levelWithin)]
	if open := strings.IndexByte(head, '['); open >= 0 {
		if of := wordLevel(head[open+1:]); of != noLevel {
			return of
		}
	}
	time := timeLength(line)
	if of := wordLevel(line[time:]); of != noLevel {
		return of
	}
	if time > 0 {
		return infoLevel
	}
	return noLevel
}

// wordLevel is the level that a text begins with.
func wordLevel(text string) level {
	for _, l := range levelWords {
		rest, ok := strings.CutPrefix(text, l.word)
		if ok && (rest == "" || !unicode.IsLetter(rune(rest[0]))) {
			return l.of
		}
	}
	return noLevel
}

// timeLength is how many bytes of a line are the time that it begins with, with the space
// behind it: "2026-11-23T14:25:58.615840+00:00 ", "2026-11-23 14:25:58,615 "; 0 where it
// begins with none.
func timeLength(line string) int {
	const day = len("2026-11-23")
	if len(line) < day || line[4] != '-' || line[7] != '-' || strings.Trim(line[:4], "0123456789") != "" {
		return 0
	}
	n := wordLength(line)
	if n > day+1 || n == len(line) {
		return n
	}
	if rest := line[n:]; '0' <= rest[0] && rest[0] <= '9' {
		n += wordLength(rest)
	}
	return n
}

// wordLength is how many bytes the first word of a text takes, with the space behind it.
func wordLength(text string) int {
	if n := strings.IndexByte(text, ' '); n >= 0 {
		return n + 1
	}
	return len(text)
}
