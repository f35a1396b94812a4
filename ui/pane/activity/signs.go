package activity

import (
	"charm.land/lipgloss/v2"

	"societop/model"
	"societop/ui/theme"
)

// signs are the signs of cells in a theme.
type signs struct{ *theme.Theme }

func (a *activity) signs() signs { return signs{a.theme} }

// The signs of cells of a group, by the share of its agents that acted.
var (
	blocks = []string{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"}
	digits = []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}
)

// of returns the sign of what an agent did in a step, and its style.
func (s signs) of(d model.Deed) (string, lipgloss.Style) {
	switch {
	case d == model.Acted:
		return s.On, s.Chart
	case d == model.FailedToAct:
		return s.Glyph(model.Failed), s.Failure
	case s.ASCII:
		return s.Off, s.Faint
	default:
		return s.Dot, s.Faint
	}
}

func (s signs) dot() string { return " " + s.Dot + " " }

// shares returns the signs of shares, from low to high.
func (s signs) shares() []string {
	if s.ASCII {
		return digits
	}
	return blocks
}

// share returns the sign of a share above 0. Only all is the highest.
func (s signs) share(of float64) string {
	all := s.shares()
	return all[max(min(int(of*float64(len(all))+1e-9), len(all))-1, 0)]
}
