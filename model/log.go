package model

import (
	"regexp"
	"strings"

	"societop/model/text"
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
		kept = text.Clip(kept, b.Bytes)
	}
	log.Lines = text.CleanLinesOf(sgr.ReplaceAllString(kept, ""), kept)
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

// Overlap is how many lines at the end of an older tail of a log are the first of a newer one:
// the most that can be (the search of Knuth, Morris and Pratt, for the newer in the older).
func Overlap[T comparable](older, newer []T) int {
	if len(newer) == 0 {
		return 0
	}
	border := make([]int, len(newer)+1) // of each beginning of newer, the longest that also ends it
	border[0] = -1
	for i, n := 0, -1; i < len(newer); {
		for n >= 0 && newer[i] != newer[n] {
			n = border[n]
		}
		i, n = i+1, n+1
		border[i] = n
	}
	n := 0
	for _, line := range older {
		for n == len(newer) || (n >= 0 && line != newer[n]) {
			n = border[n]
		}
		n++
	}
	return n
}
