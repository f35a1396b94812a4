package header

import (
	"strings"
	"time"

	"societop/model"
	"societop/ui/human"
	"societop/ui/theme"
)

// Spending is what the running experiments cost together, for the header.
type Spending struct {
	all     []model.Spending
	unknown int // experiments of unknown cost
}

// manyRuns is how many running experiments are added up at every change of one; the costs of more
// are added up once a minute.
const manyRuns = 5_000

// Follow adds up what runs now; minute reports that a minute is over.
func (p *Spending) Follow(lab *model.Lab, now time.Time, minute bool) {
	if lab.Priced() && (minute || lab.Count(model.Running) <= manyRuns) {
		p.all, p.unknown = lab.Spending(now)
	}
}

// Text returns the cost so far and that of an hour, by currency; "" if nothing is known. It begins
// with ">" if some costs are unknown.
func (p *Spending) Text(t *theme.Theme) string {
	var parts []string
	for _, s := range p.all {
		part := human.Cost(s.SoFar, t.ASCII)
		if s.Hour.High > 0 {
			part += Dot(t) + human.About(s.Hour) + "/h"
		}
		parts = append(parts, part)
	}
	out := strings.Join(parts, " + ")
	if out != "" && p.unknown > 0 {
		out = "> " + out
	}
	return out
}
