package seen

import (
	"fmt"
	"strings"
	"time"

	"societop/model"
	"societop/ui/human"
)

// News is what has changed in a source since its user last looked.
type News struct {
	Since time.Time // the last look; the zero time: there was none
	// Experiments that did so, each counted once. Short are those of AgentSociety 2 that completed fewer
	// steps than planned.
	Failed, Lost, Short, Finished, Stopped, Began int
	Keys                                          []model.Key // of those, and of those that were not looked at before
}

// Text returns the news in a sentence, with times of the zone of now: "since yesterday 18:04: 2 failed, 5
// finished, 1 began". It is empty if there are none.
func (n *News) Text(now time.Time) string {
	var parts []string
	for _, one := range []struct {
		n    int
		what string
	}{{n.Failed, "failed"}, {n.Lost, "lost"}, {n.Short, "ended short"}, {n.Finished, "finished"}, {n.Stopped, "stopped"}, {n.Began, "began"}} {
		if one.n > 0 {
			parts = append(parts, human.Count(one.n)+" "+one.what)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf("since %s: %s", day(n.Since.In(now.Location()), now), strings.Join(parts, ", "))
}

// day returns a wall time as people say it at another one.
func day(t, now time.Time) string {
	midnight := func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
	}
	switch today := midnight(now); {
	case midnight(t).Equal(today):
		return t.Format("15:04")
	case midnight(t).Equal(midnight(today.AddDate(0, 0, -1))):
		return "yesterday " + t.Format("15:04")
	case t.Year() == now.Year():
		return t.Format("Mon 2 Jan 15:04")
	}
	return t.Format("2006-01-02 15:04")
}

// add counts an experiment that has changed.
func (n *News) add(s *model.Summary) {
	switch {
	case s.Status == model.Failed:
		n.Failed++
	case s.Status == model.Lost:
		n.Lost++
	case s.Short():
		n.Short++
	case s.Status == model.Finished:
		n.Finished++
	case s.Status == model.Stopped:
		n.Stopped++
	default:
		n.Began++
	}
	n.keep(s.Key)
}

// keep adds the key of an experiment, if there are not too many.
func (n *News) keep(k model.Key) {
	if len(n.Keys) < most {
		n.Keys = append(n.Keys, k)
	}
}
