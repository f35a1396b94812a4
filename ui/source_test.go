package ui

import (
	"context"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/ui/load"
)

// endpoint is what an endpoint says of itself.
var endpoint = model.Info{Kind: "endpoint", Address: text.Clean("http://lab-7:8080")}

// listFails is the trouble of a server that can't make its list.
var listFails = &model.Error{Op: "list", Address: "http://lab-7:8080", Err: model.ErrServer, Detail: "500 Internal Server Error"}

func TestASourceThatFailsInPartSaysSo(t *testing.T) {
	src := &fakeSource{all: testLab(), info: &endpoint}
	play(t, src, 120, 30, nil, func(s *stage) {
		src.withTrouble(listFails)
		src.change(2, func(e *model.Experiment) { e.Name = text.Clean("still flowing") })
		s.pass(3 * time.Second)
		s.shows("● live · list: 500 Internal Server Error", "still flowing")
		if len(s.app.messages) != 1 {
			t.Errorf("the messages are %v", s.app.messages)
		}
		revision := s.app.revision
		s.pass(10 * time.Second)
		if s.app.revision != revision {
			t.Error("a trouble that lasts is drawn anew")
		}
		s.press("p")
		s.shows("paused · as of 00:00 · list: 500 Internal Server Error")
		src.withTrouble(nil)
		s.press("p")
		s.shows("● live")
		s.hides("500")
		s.press("!")
		s.shows("list http://lab-7:8080: the server failed (500 Internal Server Error); its own log says why", "The whole source can be read again.")
		if len(s.app.messages) != 2 {
			t.Errorf("the messages are %v", s.app.messages)
		}
	})
}

func TestAWarningIsSaidAtTheStart(t *testing.T) {
	info := endpoint
	info.Warning = text.Clean("The token travels unencrypted.")
	play(t, &fakeSource{all: testLab(), info: &info}, 80, 24, nil, func(s *stage) {
		s.pass(3 * time.Second)
		if rows := strings.Split(s.screen(), "\n"); !strings.Contains(rows[23], "The token travels unencrypted.") {
			t.Fatalf("the footer is %q", rows[23])
		}
		s.press("j")
		s.hides("The token")
		s.press("!")
		s.shows("The token travels unencrypted.")
	})
}

func TestAnOutageOfAnEndpoint(t *testing.T) {
	src := &fakeSource{all: testLab(), info: &endpoint}
	play(t, src, 120, 30, nil, func(s *stage) {
		src.fail(refused)
		s.pass(4 * time.Minute)
		s.shows("STALE 4m · connection refused · retry in")
		s.hides("quiet 4m", "stalled")
		busy := *refused
		busy.RetryAfter, busy.Detail = 10*time.Minute, "503 Service Unavailable"
		src.fail(&busy)
		s.pass(load.MaxRetry)
		s.shows("503 Service Unavailable · retry in 9m")
		before, _ := src.counts()
		s.pass(8 * time.Minute)
		if n, _ := src.counts(); n != before {
			t.Errorf("%d reads though the server asked to be left alone", n-before)
		}
		src.fail(nil)
		s.pass(2 * time.Minute)
		s.shows("● live")
	})
}

func TestAnEmptyServerSaysSo(t *testing.T) {
	play(t, &fakeSource{info: &endpoint}, 80, 24, nil, func(s *stage) {
		s.shows("There are no experiments on this server yet.")
	})
}

func TestByHandTheSourceIsReadFresh(t *testing.T) {
	src := &fakeSource{all: testLab(), info: &endpoint}
	fresh := func() bool {
		src.mu.Lock()
		defer src.mu.Unlock()
		return src.budget.Fresh
	}
	play(t, src, 80, 24, nil, func(s *stage) {
		if fresh() {
			t.Error("the first read is by hand")
		}
		s.press("r")
		if !fresh() {
			t.Error("r does not ask for what is fresh")
		}
		s.pass(3 * time.Second)
		if fresh() {
			t.Error("what follows is by hand, too")
		}
	})
}

func TestTheClockOfTheSourceDoesNotTremble(t *testing.T) {
	src := &fakeSource{all: testLab(), info: &endpoint}
	at := func(skew time.Duration) {
		src.mu.Lock()
		defer src.mu.Unlock()
		src.clock = time.Now().Add(skew)
	}
	play(t, src, 80, 24, nil, func(s *stage) {
		for _, tc := range []struct{ clock, want time.Duration }{
			{time.Hour, time.Hour},
			{time.Hour - 900*time.Millisecond, time.Hour},
			{time.Hour + 900*time.Millisecond, time.Hour},
			{time.Hour + 2*time.Second, time.Hour + 2*time.Second},
			{-time.Hour, -time.Hour},
		} {
			at(tc.clock)
			s.press("r")
			if skew := s.app.feed.SourceTime().Sub(time.Now().UTC()); skew != tc.want {
				t.Errorf("a clock %v ahead is held to be %v ahead", tc.clock, skew)
			}
		}
	})
}

// slowSource is a server whose list takes a while: until it is there, an answer is empty and
// comes after a second.
type slowSource struct {
	fakeSource
	left int // answers until the list is there
}

func (f *slowSource) Changes(ctx context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	if f.left == 0 {
		return f.fakeSource.Changes(ctx, since, b)
	}
	time.Sleep(time.Second)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reads++
	f.left--
	c := model.Changes{More: true, Next: since, Total: -1}
	if f.left == 5 {
		c.First, c.Put, c.Next = true, []model.Summary{f.all[0].Summary}, model.NewCursor("0")
	}
	return c, nil
}

func TestALongListingIsWaitedForWithoutHaste(t *testing.T) {
	src := &slowSource{fakeSource{all: testLab(), info: &endpoint}, 20}
	play(t, src, 80, 24, nil, func(s *stage) {
		s.shows("reading …")
		s.pass(10 * time.Second)
		if n, _ := src.counts(); n < 9 || n > 11 {
			t.Errorf("%d reads in ten seconds", n)
		}
		s.pass(8 * time.Second)
		s.shows("reading 1 ", "北京早高峰通勤模拟")
		s.pass(5 * time.Second)
		s.shows("● live", "Experiments 7")
	})
}

// TestTheSourceIsToldWhatIsLookedAt: the selected experiment first, then those on the screen.
func TestTheSourceIsToldWhatIsLookedAt(t *testing.T) {
	src := &fakeSource{all: testLab(), info: &endpoint}
	play(t, src, 80, 24, nil, func(s *stage) {
		told := func() model.Budget {
			s.pass(3 * time.Second)
			src.mu.Lock()
			defer src.mu.Unlock()
			return src.budget
		}
		s.press("j")
		b := told()
		selected := s.selected()
		if b.Interval != s.app.feed.Interval || len(b.Watched) != len(src.all) || b.Watched[0] != selected {
			t.Errorf("told %+v", b)
		}
		s.press("enter") // there is no room for the list now
		if b = told(); len(b.Watched) != 1 || b.Watched[0] != selected {
			t.Errorf("told %+v", b)
		}
	})
}
