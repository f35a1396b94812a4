package kit

import (
	"societop/model"
	"societop/ui/cell"
	"societop/ui/theme"
)

// Page is a scrolled text of headings and labelled values. Panes that show a page embed it.
type Page struct {
	Scroller
	Lines []string
	Label int // the width of the labels
}

// NewPage returns an empty page.
func NewPage(t *theme.Theme, label int) Page { return Page{Scroller: NewScroller(t), Label: label} }

// Add appends a line.
func (p *Page) Add(line string) { p.Lines = append(p.Lines, line) }

// Section appends an empty line and a heading.
func (p *Page) Section(title string) {
	p.Add("")
	p.Add(p.Theme.Strong.Render(title))
}

// Field appends a value with its label, wrapped to the width.
func (p *Page) Field(label, value string) {
	if value == "" {
		value = model.Unknown
	}
	for i, line := range cell.Wrap(value, p.TextWidth()-p.Label-1) {
		if i > 0 {
			label = ""
		}
		p.Add(p.Theme.Label.Render(cell.Fit(label, p.Label)) + " " + line)
	}
}

// DrawPage draws the visible lines.
func (p *Page) DrawPage() string { return p.Draw(func(i int) string { return p.Lines[i] }) }
