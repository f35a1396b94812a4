package ui

import (
	"strings"
	"testing"

	"societop/ui/pane/activity"
	"societop/ui/pane/health"
	"societop/ui/pane/overview"
)

// derivedPanes are one that all runs have and two that are derived of runs of AgentSociety 1.
var derivedPanes = []paneEntry{{1, overview.New}, {9, activity.New}, {10, health.New}}

// TestWhatIsDerivedIsReadWhereItIsShown looks at Activity and Health of a run of AgentSociety 1: they
// have tabs without any reading, and are made of talk and of the log.
func TestWhatIsDerivedIsReadWhereItIsShown(t *testing.T) {
	withPanes(t, derivedPanes)
	src := town(6, 4)
	src.town.bulk = true
	src.log.text = "2026-11-26 08:00:00,123 - agentsociety - ERROR - the engine of EXP failed\n"
	play(t, src, 160, 40, nil, func(s *stage) {
		s.rest()
		s.shows("9 Activity", "0 Health")
		if n := len(src.town.untils); n != 0 || src.logReads() != 0 {
			t.Fatalf("%d reads of talk, %d of the log before they are shown", n, src.logReads())
		}
		s.press("9")
		s.rest()
		s.shows("4 agents", "6 steps", "from talk", "thought")
		s.press("0")
		s.rest()
		s.shows("from log", "error in the log", "the engine of 1 failed")
	})
}

// TestWithoutTheTalkOfAllThereIsNoActivity looks at a run of a source that has the talk of one agent at
// a time.
func TestWithoutTheTalkOfAllThereIsNoActivity(t *testing.T) {
	withPanes(t, derivedPanes)
	play(t, town(6, 4), 160, 40, nil, func(s *stage) {
		s.rest()
		s.shows("0 Health")
		if strings.Contains(s.screen(), "9 Activity") {
			t.Fatalf("Activity has a tab:\n%s", s.screen())
		}
		s.press("9")
		s.shows("9 is off here. The activity is not offered by this lab file.")
	})
}
