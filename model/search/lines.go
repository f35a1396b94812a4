package search

import (
	"context"
	"strconv"
	"strings"

	"societop/model"
	"societop/model/text"
)

// lines searches a text line by line; before is how many lines of it came before these. The line of
// a hit is as the source has it where its text has as many lines as it shows.
func (o one) lines(ctx context.Context, h Hit, all text.Lines, before int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	shown, known := all.String(), false
	var raw []string
	for n, end := 1, 0; shown != ""; n++ {
		line := shown
		if end = strings.IndexByte(shown, '\n'); end >= 0 {
			line, shown = shown[:end], shown[end+1:]
		} else {
			shown = ""
		}
		matches := o.Pattern.FindAllStringIndex(line, -1)
		if matches == nil {
			continue
		}
		if !known {
			raw, known = rawLines(all), true
		}
		h.Number, h.Matches = before+n, matches
		if h.Line = text.CleanLines(line); n <= len(raw) {
			h.Line = text.CleanLinesOf(line, raw[n-1])
		}
		if h.Line.String() != line {
			h.Matches = o.Pattern.FindAllStringIndex(h.Line.String(), -1)
		}
		if !o.yield(h) {
			return errEnough
		}
	}
	return nil
}

// lineSet is the lines of a text that match.
type lineSet map[string]bool

// newLines searches a text as lines does, but its hits are only the lines that were not in the text
// before it. It returns those that match.
func (before lineSet) newLines(ctx context.Context, o one, h Hit, all text.Lines) (lineSet, error) {
	now, r, yield := lineSet{}, *o.running, o.yield
	r.yield = func(h Hit) bool {
		line := h.Line.String()
		now[line] = true
		return before[line] || yield(h)
	}
	o.running = &r
	return now, o.lines(ctx, h, all, 0)
}

// lineEnds makes all ends of lines one.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// rawLines are the lines of a text as the source has them; none where these are not those that it
// shows.
func rawLines(all text.Lines) []string {
	lines := strings.Split(lineEnds.Replace(all.Raw()), "\n")
	if len(lines) != strings.Count(all.String(), "\n")+1 {
		return nil
	}
	return lines
}

// said reports whether a message is that of its speaker.
func said(m *model.Message) bool {
	id, err := strconv.ParseInt(m.Speaker.Raw(), 10, 64)
	return err == nil && id == m.ID
}
