package ui

import (
	"testing"
	"time"

	"societop/model"
	"societop/ui/seen"
)

// TestKeysOfAttention go through what needs attention, and show only that.
func TestKeysOfAttention(t *testing.T) {
	play(t, &fakeSource{all: testLab()}, 120, 30, nil, func(s *stage) {
		s.shows("▲ 3 need attention", "A attention")
		for _, name := range []string{"a run gone quiet", "飓风影响实验", "UBI policy", "a run gone quiet"} {
			s.press("A")
			s.rest()
			s.shows("╭ " + name)
		}
		s.shows("● running  ▲ stalled 90m")
		s.press("T")
		s.shows("Experiments 3 of 7 · attention:yes", "only what needs attention · T shows the list as before")
		s.press("T")
		s.shows("Experiments 7 · newest first")
		s.press("/", "U", "B", "I", "enter", "T")
		s.shows("Experiments 3 of 7 · attention:yes")
		s.press("T")
		s.shows("Experiments 1 of 7 · UBI")
		s.press("/")
		for range 3 {
			s.press("backspace")
		}
		s.press("尚", "enter", "A")
		s.shows("the filter hides what needs attention; T shows it")
	})
}

// TestWhatIsOverIsMarkedAsSeen: the counts, the order and the column follow, and running trouble stays.
func TestWhatIsOverIsMarkedAsSeen(t *testing.T) {
	src := &fakeSource{all: testLab()}
	play(t, src, 120, 30, nil, func(s *stage) {
		s.shows("failed", "cut short")
		s.press("T", "M")
		s.shows("▲ 1 needs attention", "all is marked as seen · 1 still in trouble", "Experiments 1 of 7 · attention:yes")
		s.press("T")
		s.hides("failed", "cut short")
		src.change(0, func(e *model.Experiment) { e.Status, e.Updated = model.Failed, s.app.feed.SourceTime() })
		s.pass(5 * time.Second)
		s.shows("▲ 2 need attention", "failed")
	})
}

// TestAKeyOfAttentionIsOffWithoutTrouble, and says so.
func TestAKeyOfAttentionIsOffWithoutTrouble(t *testing.T) {
	play(t, &fakeSource{all: testLab()[2:3]}, 120, 30, nil, func(s *stage) {
		s.hides("▲", "A attention")
		for _, k := range []string{"A", "T"} {
			s.press(k)
			s.shows(k + " is off here: no experiment needs attention")
		}
		s.press("M")
		s.shows("M is off here: nothing has changed since you last looked")
	})
}

// TestSinceTheLastLook the footer says what has changed, n goes through it, and M ends that.
func TestSinceTheLastLook(t *testing.T) {
	looked := func(o *Options) { o.Seen = seen.New(o.Now().Add(-100 * time.Hour)) }
	play(t, &fakeSource{all: testLab()}, 120, 30, looked, func(s *stage) {
		s.shows("1 failed, 1 finished, 1 stopped, 4 began · n next", "●•")
		s.press("!")
		s.shows("since", "1 failed, 1 finished, 1 stopped, 4 began")
		s.press("esc", "n", "n")
		s.rest()
		s.shows("●•")
		s.press("M")
		s.hides("●•", "✔•")
		s.press("n")
		s.shows("n is off here: no status has changed since you last looked")
	})
	play(t, &fakeSource{all: testLab()}, 120, 30, nil, func(s *stage) {
		s.hides("since", "●•")
	})
}

// TestTheCountAgreesWithTheColumn: a run that turns quiet is counted when the column says so, not a minute
// later.
func TestTheCountAgreesWithTheColumn(t *testing.T) {
	src := &fakeSource{all: testLab()}
	play(t, src, 120, 30, nil, func(s *stage) {
		for range 40 {
			s.pass(5 * time.Second)
			src.change(2, func(e *model.Experiment) { e.Updated = e.Updated.Add(time.Second) })
			s.pass(2 * time.Second)
			lab, now, want := s.app.feed.Lab(), s.app.feed.SourceTime(), 0
			for one := range lab.All {
				if lab.Estimate(one.Key, now).Attention.Need != model.NoNeed {
					want++
				}
			}
			if n := lab.Needs().Count(); n != want {
				t.Fatalf("%d are counted, but %d need attention", n, want)
			}
		}
	})
}
