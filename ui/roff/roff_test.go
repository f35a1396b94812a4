package roff

import (
	"strings"
	"testing"
)

func TestEscape(t *testing.T) {
	for in, want := range map[string]string{
		"plain":       "plain",
		".TH x":       `\&.TH x`,
		"'br":         `\&\(aqbr`,
		`a\fBb`:       `a\efBb`,
		"--write":     `\-\-write`,
		`"~/x" ^z`:    `\(dq\(ti/x\(dq \(haz`,
		"`ls`":        `\(gals\(ga`,
		"天 …":         `\[u5929] \[u2026]`,
		"1. not .dot": "1. not .dot",
	} {
		if got := Escape(in); got != want {
			t.Errorf("%q: %q, not %q", in, got, want)
		}
	}
}

func TestText(t *testing.T) {
	var p Page
	p.Text("One line\n.two lines\n\nAnother:\n  day>=1    a \"day\"\n  .x  dot\nThe end\n")
	want := `.PP
One line
\&.two lines
.PP
Another:
.TP 22
.B "day>=1"
a \(dqday\(dq
.PD 0
.TP 22
.B ".x"
dot
.PD
.PP
The end
`
	if got := p.String(); got != want {
		t.Errorf("%s", got)
	}
}

func TestNoTextIsARequest(t *testing.T) {
	var p Page
	p.Text(".so /etc/passwd\n\n  .sh   'sy x\n")
	p.Literal(".so x\n'x\n")
	for line := range strings.Lines(p.String()) {
		if strings.HasPrefix(line, "'") || strings.HasPrefix(line, ".s") {
			t.Errorf("%q", line)
		}
	}
}
