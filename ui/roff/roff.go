// Package roff writes manual pages in the language of man(7).
package roff

import (
	"fmt"
	"regexp"
	"strings"
)

// Page is a manual page that is being written. Its zero value is an empty one.
type Page struct{ b strings.Builder }

// Title begins the page. It has no date, so that a build of the same sources has the same page.
func (p *Page) Title(name, section, source, manual string) {
	p.macro("TH", strings.ToUpper(name), section, "", source, manual)
	p.b.WriteString(".nh\n.ad l\n")
}

// Section begins a section.
func (p *Page) Section(title string) { p.macro("SH", title) }

// Subsection begins a part of a section.
func (p *Page) Subsection(title string) { p.macro("SS", title) }

// Item is a term and what is said of it.
func (p *Page) Item(term, about string) {
	p.item(".TP", term, about)
}

// item writes an item by a macro.
func (p *Page) item(macro, term, about string) {
	p.b.WriteString(macro + "\n.B " + quoted(term) + "\n")
	p.lines(about)
}

// Text is a text as a help has it: paragraphs between empty lines, in which a term and what is said of
// it stand on an indented line, with two spaces or more between them.
func (p *Page) Text(text string) {
	begun, rows := false, 0
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n ")
		term, about, ok := row(line)
		if rows > 1 && !ok {
			p.b.WriteString(".PD\n")
		}
		if !ok {
			rows = 0
		}
		switch {
		case ok:
			if rows++; rows == 2 { // no empty line before it and those that follow
				p.b.WriteString(".PD 0\n")
			}
			p.item(".TP 22", term, about)
			begun = false
		case line == "":
			begun = false
		default:
			if !begun {
				p.b.WriteString(".PP\n")
			}
			p.lines(strings.TrimSpace(line))
			begun = true
		}
	}
	if rows > 1 {
		p.b.WriteString(".PD\n")
	}
}

// between are the spaces between a term and what is said of it.
var between = regexp.MustCompile(` {2,}`)

// row reports whether a line of a help is a term with what is said of it.
func row(line string) (term, about string, ok bool) {
	rest, indented := strings.CutPrefix(line, "  ")
	at := between.FindStringIndex(rest)
	if !indented || at == nil {
		return "", "", false
	}
	return rest[:at[0]], rest[at[1]:], true
}

// Literal is lines that stay as they are.
func (p *Page) Literal(text string) {
	p.b.WriteString(".PP\n.nf\n")
	p.lines(text)
	p.b.WriteString(".fi\n")
}

// String is the page.
func (p *Page) String() string { return p.b.String() }

// macro calls a macro.
func (p *Page) macro(name string, args ...string) {
	p.b.WriteString("." + name)
	for _, arg := range args {
		p.b.WriteString(" " + quoted(arg))
	}
	p.b.WriteString("\n")
}

// lines writes lines of text.
func (p *Page) lines(text string) {
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		p.b.WriteString(Escape(line) + "\n")
	}
}

// quoted is an argument of a macro.
func quoted(arg string) string {
	return `"` + strings.TrimPrefix(Escape(arg), `\&`) + `"`
}

// special is what characters are written as that roff would take for something else, or show as
// another character than the one that is typed in a shell.
var special = strings.NewReplacer(`\`, `\e`, `-`, `\-`, `"`, `\(dq`, `'`, `\(aq`, "`", `\(ga`, `^`, `\(ha`, `~`, `\(ti`)

// Escape returns a line of text that shows as it is.
func Escape(line string) string {
	control := strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'")
	var b strings.Builder
	for _, r := range special.Replace(line) {
		if r < 0x80 {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\[u%04X]`, r)
		}
	}
	if control {
		return `\&` + b.String()
	}
	return b.String()
}
