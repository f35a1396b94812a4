package kit

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"societop/ui/pane"
)

// Print returns a pane as plain text: all of a pane.Printer, else what is visible.
func Print(p pane.Pane) string {
	if printer, ok := p.(pane.Printer); ok {
		return printer.Print()
	}
	return strings.TrimRight(Plain(strings.Split(p.View(), "\n")), "\n")
}

// Plain joins lines without their styles and trailing spaces.
func Plain(lines []string) string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = strings.TrimRight(ansi.Strip(line), " ")
	}
	return strings.Join(out, "\n")
}
