package config

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"charm.land/lipgloss/v2"

	"societop/model/plan"
	"societop/ui/cell"
	"societop/ui/human"
	"societop/ui/pane/kit"
	"societop/ui/theme"
)

// View draws the head and the visible lines.
func (c *config) View() string {
	head := ""
	if c.note == "" {
		head = c.head()
	}
	return c.DrawPage(c.note, head, c.drawRow)
}

// head returns the number of lines, or the search.
func (c *config) head() string {
	t := c.Theme
	if c.Search.Typing {
		return c.Search.Line(c.HitCount())
	}
	out := human.CountOf(len(c.Texts), "line")
	switch {
	case c.Search.Query != "":
		out = c.QueryAndCount()
	case c.masked == 1:
		out += " " + t.Dot + " 1 secret masked"
	case c.masked > 1:
		out += " " + t.Dot + " " + human.Count(c.masked) + " secrets masked"
	}
	return t.Faint.Render(out)
}

// drawRow draws one row: the cursor, the sign of a fold, and a part of a line.
func (c *config) drawRow(i int) string {
	t, p := c.Theme, c.PositionAt(i)
	text, all := c.drawn(p.Line), c.partsOf(p.Line)
	hang, body := c.hang(text)
	from, to := len(text)-len(strings.TrimLeft(text, " ")), len(text)
	if len(all) > 0 {
		to = body + len(all[0])
	}
	sign, lead := " ", hang-(body-from)
	if o := &c.outline[p.Line]; o.holds(p.Line) {
		if sign = t.Unfolded; c.folded[p.Line] {
			sign = t.Folded
		}
	}
	if p.Part > 0 {
		sign, lead = " ", hang
		from = c.firstByte(p)
		to = from + len(all[p.Part])
	}
	mark, tints := " ", c.tints(p.Line)
	if p == c.Place {
		mark, tints = t.Key.Render(t.Cursor), []kit.Tint{{To: len(text), Style: &t.Selected}}
	}
	return mark + cell.Space(lead-gutter) + t.Faint.Render(sign) + " " + c.Paint(p.Line, text, from, to, tints)
}

// maxTinted is how many bytes of a line are coloured.
const maxTinted = 4096

// tints returns the colours of a line.
func (c *config) tints(line int) []kit.Tint {
	text := c.Texts[line].String()
	if c.outline[line].text {
		return append([]kit.Tint{{To: len(text), Style: scalar(c.Theme, text, true)}}, c.rest(line)...)
	}
	p := yamlPainter{theme: c.Theme, parted: split(beginning(text, maxTinted))}
	p.line()
	return append(p.tints, c.rest(line)...)
}

// beginning returns at most some bytes of a text, cut between characters.
func beginning(text string, bytes int) string {
	if len(text) <= bytes {
		return text
	}
	for bytes > 0 && !utf8.RuneStart(text[bytes]) {
		bytes--
	}
	return text[:bytes]
}

// rest returns the colour of what does not belong to the line itself.
func (c *config) rest(line int) []kit.Tint {
	end := len(c.Texts[line].String())
	if !c.folded[line] {
		return []kit.Tint{{To: end, Style: &c.Theme.Text}}
	}
	return []kit.Tint{{To: end, Style: &c.Theme.Text}, {To: len(c.drawn(line)), Style: &c.Theme.Faint}}
}

// yamlPainter finds the colours of a line of YAML.
type yamlPainter struct {
	parted
	theme *theme.Theme
	tints []kit.Tint
	at    int // up to where it has come
	flow  bool
}

// put sets the style of the next bytes.
func (p *yamlPainter) put(n int, style *lipgloss.Style) {
	p.at += n
	p.tints = append(p.tints, kit.Tint{To: p.at, Style: style})
}

// line colours a line: dashes, key, value.
func (p *yamlPainter) line() {
	p.put(p.body, &p.theme.Faint)
	if p.colon >= 0 {
		p.put(p.colon-p.body, &p.theme.Field)
		p.put(1, &p.theme.Faint)
	}
	for p.at < len(p.text) {
		p.token()
	}
}

// token colours a token of a value.
func (p *yamlPainter) token() {
	rest := p.text[p.at:]
	switch c := rest[0]; {
	case c == ' ':
		p.put(len(rest)-len(strings.TrimLeft(rest, " ")), &p.theme.Text)
	case c == '#' && (p.at == 0 || p.text[p.at-1] == ' '):
		p.put(len(rest), &p.theme.Faint)
	case c == '!', c == '&', c == '*':
		word, _, _ := strings.Cut(rest, " ")
		p.put(len(word), &p.theme.Faint)
	case strings.IndexByte("{}[]", c) >= 0, p.flow && c == ',', p.flow && c == ':':
		p.flow = true
		p.put(1, &p.theme.Faint)
	case c == '"', c == '\'':
		n := quotedLength(rest)
		p.word(rest[:n], strings.HasPrefix(rest[n:], ":"), true)
	case (c == '|' || c == '>') && strings.Trim(rest[1:], "+-0123456789 ") == "":
		p.put(len(rest), &p.theme.Faint)
	default:
		n := p.plain(rest)
		p.word(rest[:n], p.flow && strings.HasPrefix(rest[n:], ":"), false)
	}
}

// word colours a scalar, or the name of a value.
func (p *yamlPainter) word(s string, name, quoted bool) {
	if name {
		p.put(len(s), &p.theme.Field)
		return
	}
	p.put(len(s), scalar(p.theme, s, quoted))
}

// plain returns the length of an unquoted scalar.
func (p *yamlPainter) plain(rest string) int {
	end := len(rest)
	if n := strings.Index(rest, " #"); n >= 0 {
		end = n
	}
	if p.flow {
		if n := strings.IndexAny(rest[:end], ",{}[]"); n >= 0 {
			end = n
		}
		if n := strings.Index(rest[:end], ": "); n >= 0 {
			end = n
		}
	}
	return max(end, 1)
}

// scalar returns the colour of a value: masked values and values that are not strings differ.
func scalar(t *theme.Theme, s string, quoted bool) *lipgloss.Style {
	s = strings.TrimSpace(s)
	switch {
	case strings.Contains(s, plan.Mask):
		return &t.Warning
	case quoted:
		return &t.String
	}
	switch s {
	case "true", "false", "null", "~", "True", "False", "None":
		return &t.Number
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil && strings.IndexByte("+-.0123456789", s[0]) >= 0 {
		return &t.Number
	}
	return &t.String
}
