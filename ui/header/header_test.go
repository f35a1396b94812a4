package header

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"societop/model"
	"societop/model/text"
	"societop/ui/load"
	"societop/ui/theme"
)

// lab is a lab with so many failed runs and finished ones.
func lab(failed, finished int, now time.Time) *model.Lab {
	l := model.NewLab()
	var put []model.Summary
	for i := range failed + finished {
		s := model.Summary{Status: model.Finished, Created: now, Updated: now}
		if s.ID[0], s.ID[1], s.ID[2] = byte(i), byte(i>>8), byte(i>>16); i < failed {
			s.Status = model.Failed
		}
		put = append(put, s)
	}
	l.Apply(model.Changes{First: true, Put: put}, now)
	return l
}

// TestWhatGivesWay: at every width the line is as wide as the screen; words go first, then the counts,
// and what needs attention stays as long as there is room for it.
func TestWhatGivesWay(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for _, ascii := range []bool{false, true} {
		th := theme.New(theme.Dark, ascii)
		s := Status{
			State: load.State{Loaded: true}, Lab: lab(1234, 5000, now), Theme: th, Zone: time.UTC, Now: now, Wall: now,
			Info: model.Info{Address: text.Clean("http://lab-7.example.org:8080")}, Spending: &Spending{},
		}
		for w := 40; w <= 200; w++ {
			line := ansi.Strip(s.Draw(w))
			if n := ansi.StringWidth(line); n != w {
				t.Fatalf("%d cells of %d: %q", n, w, line)
			}
			if !strings.Contains(line, th.Attention+"1,234") && !strings.Contains(line, th.Attention+" 1,234") {
				t.Errorf("at %d cells nothing needs attention: %q", w, line)
			}
			if strings.Contains(line, "5,000 finished") && !strings.Contains(line, "1,234 need attention") {
				t.Errorf("at %d cells the words of what is urgent go first: %q", w, line)
			}
		}
		s.Lab = lab(1, 1, now)
		if line := ansi.Strip(s.Draw(160)); !strings.Contains(line, th.Attention+" 1 needs attention") {
			t.Errorf("of one it says %q", line)
		}
		s.Lab = lab(0, 1, now)
		if line := ansi.Strip(s.Draw(160)); strings.Contains(line, "attention") {
			t.Errorf("of none it says %q", line)
		}
	}
}
