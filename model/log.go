package model

import (
	"regexp"
	"strings"
)

// sgr is a sequence that colours text.
var sgr = regexp.MustCompile(`\x1b\[[0-9;:]*m`)

// TailLog makes a log of raw text, at most a budget of it: the newest lines. Colours are
// taken out; everything else that a terminal would obey is cleaned as by CleanLines. The raw
// text has them still. A single line that exceeds the budget's bytes is kept up to its length.
func TailLog(raw string, b LogBudget) Log {
	raw = strings.TrimSuffix(raw, "\n")
	if raw == "" {
		return Log{}
	}
	cut := tailStart(raw, b)
	log := Log{Dropped: strings.Count(raw[:cut], "\n")}
	kept := raw[cut:]
	if b.Bytes > 0 {
		kept = clip(kept, b.Bytes)
	}
	clean := CleanLines(sgr.ReplaceAllString(kept, "")).String()
	log.Lines.s, log.Lines.n = joined(kept, clean)
	return log
}

// tailStart is where the newest lines begin that fit into a budget; there is always one.
func tailStart(raw string, b LogBudget) int {
	start, end := len(raw), len(raw)
	for n := 0; end >= 0; n++ {
		line := strings.LastIndexByte(raw[:end], '\n') + 1
		if n > 0 && ((b.Lines > 0 && n >= b.Lines) || (b.Bytes > 0 && len(raw)-line > b.Bytes)) {
			break
		}
		start, end = line, line-1
	}
	return start
}
