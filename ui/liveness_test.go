package ui

import (
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/ui/load"
)

// noRecorder is a lab file that was recorded until a minute after the bubble's clock began.
var noRecorder = model.Liveness{AsOf: start.Add(time.Minute), Why: text.Clean("no recorder")}

// TestALabWithoutARecorderSaysAsOfWhen: from the next tick on nothing in it is judged by the
// clock; and when a recorder begins, all of it is again.
func TestALabWithoutARecorderSaysAsOfWhen(t *testing.T) {
	src := &fakeSource{all: testLab()}
	play(t, src, 120, 30, nil, func(s *stage) {
		s.pass(2 * time.Minute)
		s.shows("● live", "stalled 92m", "stalled 2m")
		s.hides("as of")
		src.lives(noRecorder)
		s.pass(3 * time.Second)
		s.shows("as of 00:01 · no recorder", "ends       unknown: no recorder", "▲ 2 need attention  ● 3 running  ○ 1")
		s.hides("● live", "stalled", "quiet 2")
		revision := s.app.revision
		s.pass(30 * time.Second)
		if s.app.revision != revision {
			t.Error("a lab without a recorder is drawn anew")
		}
		s.pass(48 * time.Hour)
		s.shows("as of 1 Jan 00:01 · no recorder")
		s.hides("stalled", "quiet 2")
		s.press("p")
		s.shows("paused · as of 1 Jan 00:01 · no recorder")
		s.press("p")
		src.lives(model.Liveness{AsOf: noRecorder.AsOf, Why: text.Clean("recorder: connection refused")})
		s.pass(3 * time.Second)
		s.shows("as of 1 Jan 00:01 · recorder: connection refused")
		src.lives(model.Liveness{})
		s.pass(2 * time.Minute) // until its recorder has had the time to look at each run
		s.shows("● live", "stalled 9")
		s.press("!")
		s.shows("The source is not live: as of 00:01 · no recorder.", "The source is live again.")
	})
}

// TestFiltersAndOrdersFollowWhetherTheSourceIsLive.
func TestFiltersAndOrdersFollowWhetherTheSourceIsLive(t *testing.T) {
	src := &fakeSource{all: testLab()}
	src.lives(noRecorder)
	play(t, src, 120, 30, func(o *Options) { o.Filter, o.Sort = "stalled:yes", "eta" }, func(s *stage) {
		s.shows("as of 1 Jan 00:01 · no recorder"[:6], "Experiments 0 of 7")
		src.lives(model.Liveness{})
		s.pass(2 * time.Minute) // until its recorder has had the time to look at each run
		s.shows("of 7 · stalled:yes", "a run gone quiet", "stalled 92m")
		src.lives(noRecorder)
		s.pass(3 * time.Second)
		s.shows("Experiments 0 of 7")
	})
}

func TestAsOfNamesADayThatIsNotToday(t *testing.T) {
	play(t, &fakeSource{all: testLab()}, 80, 24, func(o *Options) { o.Zone = time.FixedZone("CST", 8*3600) }, func(s *stage) {
		for at, want := range map[time.Time]string{
			start:                       "as of 08:00 · no recorder",
			start.Add(-8 * time.Hour):   "as of 00:00 · no recorder",
			start.Add(-8*time.Hour - 1): "as of 1999-12-31 23:59 · no recorder",
			start.Add(20 * time.Hour):   "as of 2 Jan 04:00 · no recorder",
			start.AddDate(-1, 0, 0):     "as of 1999-01-01 08:00 · no recorder",
			{}:                          "no recorder",
		} {
			want = "The source is not live: " + want + "."
			if got, _ := s.app.status().Turned(load.Turned{Liveness: model.Liveness{AsOf: at, Why: text.Clean("no recorder")}}); got.String() != want {
				t.Errorf("%v: %q, want %q", at, got, want)
			}
		}
	})
}

// TestARunIsNotCalledStalledForAnOutage: nobody knows how a run goes on while its source is away.
func TestARunIsNotCalledStalledForAnOutage(t *testing.T) {
	lab := testLab()
	lab[1].Updated = start
	src := &fakeSource{all: lab, info: &endpoint}
	play(t, src, 120, 30, nil, func(s *stage) {
		s.shows("23m") // the end of the first
		src.fail(refused)
		s.pass(10 * time.Second)
		s.shows("STALE <1m · connection refused", "23m") // it may have been a moment
		s.pass(time.Hour)
		s.shows("STALE 60m · connection refused", "ends       unknown: connection refused")
		s.hides("stalled", "quiet 5", "quiet 6")
		src.fail(nil)
		s.pass(load.MaxRetry)
		s.shows("● live")
		s.hides("stalled", "quiet 5", "quiet 6")
		s.pass(32 * time.Minute) // of silence that is seen, from a moment that nobody can tell to the minute
		s.shows("stalled 3")
	})
}

// TestASourceThatHangsIsStale: within two intervals and five seconds of its last answer, while it
// is still being read.
func TestASourceThatHangsIsStale(t *testing.T) {
	src := &fakeSource{all: testLab(), info: &endpoint}
	play(t, src, 120, 30, nil, func(s *stage) {
		s.pass(time.Minute)
		answers := make(chan struct{})
		src.hang(answers)
		s.pass(2*time.Second + 4500*time.Millisecond)
		s.shows("● live")
		s.pass(3 * time.Second)
		s.shows("STALE <1m · slow to answer", "Polarization baseline")
		s.hides("● live")
		before, _ := src.counts()
		close(answers)
		s.pass(100 * time.Millisecond)
		s.shows("● live", "stalled 9")
		if n, _ := src.counts(); n != before+1 {
			t.Errorf("%d answers to one read", n-before)
		}
		src.hang(nil)
		s.pass(10 * time.Second)
		s.shows("● live")
		src.hang(make(chan struct{}))
		s.pass(time.Minute)
		s.shows("STALE")
		s.press("r")
		s.pass(10 * time.Second)
		s.shows("STALE")
		src.hang(nil)
		s.pass(load.MaxRetry)
		s.shows("● live")
		s.press("!")
		s.shows("The source is slow to answer.", "The source answers again.")
	})
}

// TestWhatIsPausedStandsStill: what was read last says nothing of what came after it.
func TestWhatIsPausedStandsStill(t *testing.T) {
	lab := testLab()
	lab[1].Updated = start
	src := &fakeSource{all: lab}
	play(t, src, 120, 30, nil, func(s *stage) {
		s.press("p")
		before := s.screen()
		s.pass(3 * time.Hour)
		if now := s.screen(); now != before {
			t.Errorf("before:\n%s\nthree hours later:\n%s", before, now)
		}
		s.shows("paused · as of 00:00")
		s.hides("stalled")
		s.press("r")
		s.shows("paused · as of 03:00", "stalled 3h")
		s.press("p")
		s.shows("● live")
	})
	play(t, src, 120, 30, func(o *Options) { o.Interval = 0 }, func(s *stage) {
		s.pass(3 * time.Hour)
		s.shows("by hand · as of 00:00")
		s.hides("stalled")
		s.press("r")
		s.shows("by hand · as of 03:00", "stalled 3h")
	})
}

// TestWhatIsSaidAgainKeepsTheTimeWhenItBegan.
func TestWhatIsSaidAgainKeepsTheTimeWhenItBegan(t *testing.T) {
	src := &fakeSource{all: testLab(), info: &endpoint}
	play(t, src, 120, 30, nil, func(s *stage) {
		src.fail(refused)
		s.pass(10 * time.Minute)
		n := s.app.messages[0].Again + 1
		if len(s.app.messages) != 1 || n < 10 {
			t.Fatalf("the messages are %v", s.app.messages)
		}
		s.press("!")
		line := ""
		for row := range strings.SplitSeq(s.screen(), "\n") {
			if strings.Contains(row, "connection refused") {
				line = row
			}
		}
		if !strings.Contains(line, " 00:00:0") || !strings.Contains(s.screen(), "times, last at 00:09:") {
			t.Errorf("of an outage is said:\n%s", s.screen())
		}
	})
}
