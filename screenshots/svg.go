package main

import (
	"fmt"
	"html"
	"image/color"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"
)

// The size of a cell, and of the margin, in pixels. A cell is as wide as a character of
// DejaVu Sans Mono at fontSize.
const (
	cellWidth, cellHeight = 9.0, 19.0
	fontSize              = cellWidth / 0.60205
	margin                = 12.0
)

// colours are a terminal's own.
type colours struct{ text, ground string }

// draw turns a screen into SVG, cell by cell; blocks and lines are drawn as shapes, so that
// they meet.
func draw(screen *vt.SafeEmulator, light bool) string {
	own := colours{"#d8d8e0", "#16161d"}
	if light {
		own = colours{"#24242c", "#fbfbfd"}
	}
	w, h := screen.Width(), screen.Height()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f">`+"\n", float64(w)*cellWidth+2*margin, float64(h)*cellHeight+2*margin)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" rx="8" fill="%s"/>`+"\n", own.ground)
	fmt.Fprintf(&b, `<g font-family="DejaVu Sans Mono, Noto Sans Mono CJK SC, monospace" font-size="%.2f" xml:space="preserve">`+"\n", fontSize)
	for y := range h {
		for x := range w {
			if c := screen.CellAt(x, y); c != nil && c.Width > 0 {
				drawCell(&b, c, margin+float64(x)*cellWidth, margin+float64(y)*cellHeight, own)
			}
		}
	}
	b.WriteString("</g>\n</svg>\n")
	return b.String()
}

// drawCell draws one cell at a point.
func drawCell(b *strings.Builder, c *uv.Cell, x, y float64, own colours) {
	text, ground := hex(c.Style.Fg, own.text), hex(c.Style.Bg, own.ground)
	if c.Style.Attrs&uv.AttrReverse != 0 {
		text, ground = ground, text
	}
	w := float64(c.Width) * cellWidth
	if ground != own.ground {
		rect(b, x, y, w, cellHeight, ground)
	}
	if c.Content == "" || c.Content == " " {
		return
	}
	r := []rune(c.Content)[0]
	if drawBlock(b, r, x, y, text) || drawLine(b, r, x, y, text) || drawBraille(b, r, x, y, text) {
		return
	}
	style := ""
	if c.Style.Attrs&uv.AttrBold != 0 {
		style += ` font-weight="bold"`
	}
	if c.Style.Attrs&uv.AttrFaint != 0 {
		style += ` opacity="0.6"`
	}
	if c.Width == 2 {
		family := "Noto Sans Mono CJK SC"
		if r >= 0x1F000 {
			family = "Noto Color Emoji"
		}
		style += fmt.Sprintf(` font-family="%s" text-anchor="middle"`, family)
		x += cellWidth
	}
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" fill="%s"%s>%s</text>`+"\n", x, y+cellHeight*0.74, text, style, html.EscapeString(c.Content))
}

func rect(b *strings.Builder, x, y, w, h float64, fill string) {
	fmt.Fprintf(b, `<rect x="%.2f" y="%.2f" width="%.2f" height="%.2f" fill="%s"/>`+"\n", x, y, w, h, fill)
}

// drawBlock draws the blocks of one to eight eighths from the left and from below, and the right
// half.
func drawBlock(b *strings.Builder, r rune, x, y float64, fill string) bool {
	switch {
	case r >= '▁' && r < '█':
		h := cellHeight * float64(r-'▁'+1) / 8
		rect(b, x, y+cellHeight-h, cellWidth, h, fill)
	case r == '▖':
		rect(b, x, y+cellHeight/2, cellWidth/2, cellHeight/2, fill)
	case r >= '█' && r <= '▏':
		rect(b, x, y, cellWidth*float64('▏'-r+1)/8, cellHeight, fill)
	case r == '▐':
		rect(b, x+cellWidth/2, y, cellWidth/2, cellHeight, fill)
	default:
		return false
	}
	return true
}

// strokes is the lines of box drawing from the middle of a cell: left, right, up, down.
var strokes = map[rune][4]bool{
	'─': {true, true, false, false}, '│': {false, false, true, true},
	'╭': {false, true, false, true}, '╮': {true, false, false, true},
	'╰': {false, true, true, false}, '╯': {true, false, true, false},
}

// drawLine draws box drawing.
func drawLine(b *strings.Builder, r rune, x, y float64, stroke string) bool {
	s, ok := strokes[r]
	if !ok {
		return false
	}
	mx, my := x+cellWidth/2, y+cellHeight/2
	for i, end := range [4][2]float64{{x, my}, {x + cellWidth, my}, {mx, y}, {mx, y + cellHeight}} {
		if s[i] {
			fmt.Fprintf(b, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s" stroke-width="1.2"/>`+"\n", mx, my, end[0], end[1], stroke)
		}
	}
	return true
}

// brailleDots is where the dots of braille are in a cell, by the bits of a character.
var brailleDots = [8][2]float64{{0, 0}, {0, 1}, {0, 2}, {1, 0}, {1, 1}, {1, 2}, {0, 3}, {1, 3}}

// drawBraille draws the dots of braille, evenly spaced over cells.
func drawBraille(b *strings.Builder, r rune, x, y float64, fill string) bool {
	if r < 0x2800 || r > 0x28ff {
		return false
	}
	for bit, at := range brailleDots {
		if (r-0x2800)>>bit&1 == 1 {
			fmt.Fprintf(b, `<circle cx="%.2f" cy="%.2f" r="1.5" fill="%s"/>`+"\n", x+(at[0]+0.5)*cellWidth/2, y+(at[1]+0.5)*cellHeight/4, fill)
		}
	}
	return true
}

// hex is a colour as SVG writes it.
func hex(c color.Color, own string) string {
	if c == nil {
		return own
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}
