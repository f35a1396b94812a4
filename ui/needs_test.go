package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/ui/load"
	"societop/ui/pane"
)

// refused is what a source says while its server is down.
var refused = &model.Error{Op: "read", Address: "http://lab-7", Err: model.ErrUnreachable, Detail: "connection refused"}

// lines makes a log of numbered lines.
func lines(from, to int) string {
	var b strings.Builder
	for n := from; n <= to; n++ {
		fmt.Fprintf(&b, "[INFO] line %d of EXP\n", n)
	}
	return b.String()
}

// withLog is a lab whose experiments have a log.
func withLog(text string) *fakeSource {
	return &fakeSource{all: testLab(), log: fakeLog{text: text}}
}

func TestANeedIsReadWhenItsPaneHasComeToRest(t *testing.T) {
	src := withLog(lines(1, 3))
	play(t, src, 120, 30, nil, func(s *stage) {
		if src.logReads() != 0 {
			t.Fatal("the log was read though its pane was never on the screen")
		}
		s.press("]", "[", "Config", "Overview", "Log")
		s.shows("reading …")
		if n := src.logReads(); n != 0 {
			t.Fatalf("%d logs were read while the panes turned", n)
		}
		s.rest()
		s.shows("line 3 of 1")
		if n := src.logReads(); n != 1 {
			t.Fatalf("%d logs were read for one rest", n)
		}
		s.press("j", "k", "j", "k")
		s.rest()
		s.press("Overview", "Log")
		s.rest()
		if n := src.logReads(); n != 1 {
			t.Fatalf("%d reads of a log that has just been read", n)
		}
	})
}

func TestTheLogOfARunIsReadAgainWithTheTick(t *testing.T) {
	src := withLog(lines(1, 3))
	play(t, src, 120, 30, nil, func(s *stage) {
		s.press("Log")
		s.rest()
		src.withLog(func(l *fakeLog) { l.text += lines(4, 4) })
		s.pass(load.MinRest + 2*time.Second)
		s.shows("line 4 of 1")
		before := src.logReads()
		s.pass(time.Minute)
		if n := src.logReads() - before; n < 9 || n > 12 {
			t.Errorf("%d reads in a minute, want one in %v at the most", n, load.MinRest)
		}
		s.press("p")
		before = src.logReads()
		s.pass(time.Minute)
		if n := src.logReads() - before; n != 0 {
			t.Errorf("%d reads while paused", n)
		}
		s.press("r")
		if n := src.logReads() - before; n != 1 {
			t.Errorf("%d reads by hand", n)
		}
		s.press("p", "Overview")
		before = src.logReads()
		s.pass(time.Minute)
		if n := src.logReads() - before; n != 0 {
			t.Errorf("%d reads though the pane is not on the screen", n)
		}
		s.app.feed.Interval = 10 * time.Second
		s.press("Log")
		s.rest()
		before = src.logReads()
		s.pass(time.Minute)
		if n := src.logReads() - before; n < 5 || n > 7 {
			t.Errorf("%d reads in a minute with a tick each ten seconds", n)
		}
		s.press("j", "j") // one that has ended
		s.rest()
		before = src.logReads()
		s.pass(time.Minute)
		if n := src.logReads() - before; n != 0 {
			t.Errorf("%d reads of the log of a run that has ended", n)
		}
	})
	play(t, src, 120, 30, func(o *Options) { o.Interval = 0 }, func(s *stage) {
		s.press("Log")
		s.rest()
		before := src.logReads()
		s.pass(time.Minute)
		if n := src.logReads() - before; n != 0 {
			t.Errorf("%d reads though all is read by hand", n)
		}
	})
}

func TestASlowNeedIsReadTheMoreRarely(t *testing.T) {
	src := withLog(lines(1, 3))
	src.log.took = 3 * time.Second
	play(t, src, 120, 30, nil, func(s *stage) {
		s.press("Log")
		s.pass(5 * time.Minute)
		src.withLog(func(l *fakeLog) {
			for i := range l.reads[1:] {
				if rest := l.reads[i+1].Sub(l.reads[i]); rest < 30*time.Second || rest > 33*time.Second {
					t.Errorf("read again after %v, though it takes 3 s", rest)
				}
			}
			if len(l.reads) < 8 {
				t.Errorf("%d reads in five minutes", len(l.reads))
			}
		})
	})
}

func TestAReadOfAnotherExperimentIsGivenUp(t *testing.T) {
	src := withLog(lines(1, 3))
	src.log.took = time.Second
	play(t, src, 120, 30, nil, func(s *stage) {
		s.press("Log")
		s.rest()
		s.shows("reading …")
		s.press("j")
		s.rest()
		s.shows("reading …", "╭ a run gone quiet")
		src.withLog(func(l *fakeLog) {
			if l.given != 1 || len(l.reads) != 2 {
				t.Errorf("%d of %d reads were given up", l.given, len(l.reads))
			}
		})
		s.pass(time.Second)
		s.shows("line 3 of 2")
		s.hides("line 3 of 1")
		s.app.detail.data.Outdate()
		older := s.app.detail.data.Read([]pane.Need{pane.NeedLog})()
		s.press("k")
		s.rest()
		s.send(older)
		s.hides("line 3 of 2")
		s.pass(time.Second)
		s.shows("line 3 of 1")
	})
}

func TestOneNeedIsReadOnceAtATime(t *testing.T) {
	src := withLog(lines(1, 3))
	src.log.took = time.Second
	play(t, src, 120, 30, nil, func(s *stage) {
		s.press("Log")
		s.rest()
		s.press("r", "r", "r")
		if n := src.logReads(); n != 1 {
			t.Fatalf("%d reads at once", n)
		}
		s.pass(time.Second)
		if n := src.logReads(); n != 2 {
			t.Fatalf("%d reads; what was asked for meanwhile is read once more", n)
		}
		s.pass(3 * time.Second)
		if n := src.logReads(); n != 2 {
			t.Fatalf("%d reads", n)
		}
	})
}

func TestANeedIsReadAgainWhenTheStatusChanges(t *testing.T) {
	src := withLog(lines(1, 3))
	play(t, src, 120, 30, nil, func(s *stage) {
		s.press("Log")
		s.rest()
		s.press("Overview")
		s.rest()
		_, wholes := src.counts()
		src.withLog(func(l *fakeLog) { l.text += "[INFO] the end\n" })
		src.change(0, func(e *model.Experiment) { e.Status, e.Updated = model.Finished, start.Add(time.Second) })
		s.pass(3 * time.Second)
		if _, n := src.counts(); n != wholes+1 || src.logReads() != 1 {
			t.Errorf("%d wholes, %d logs: only what is on the screen is read", n-wholes, src.logReads())
		}
		s.press("Log")
		s.rest()
		s.shows("the end")
	})
}

func TestWhatIsWrittenIntoALabFileAfterTheEndIsRead(t *testing.T) {
	src := withLog(lines(1, 3))
	src.change(0, func(e *model.Experiment) { e.Status = model.Finished })
	play(t, src, 120, 30, nil, func(s *stage) {
		s.press("Log")
		s.rest()
		s.pass(3 * time.Second) // the listing has told of the end
		reads := src.logReads()
		s.pass(time.Minute)
		if n := src.logReads(); n != reads {
			t.Errorf("%d reads of the log of a run that has ended", n-reads)
		}
		src.withLog(func(l *fakeLog) { l.text += "[INFO] written late\n" })
		src.change(0, func(*model.Experiment) {})
		s.pass(3 * time.Second)
		s.shows("written late")
		if n := src.logReads(); n != reads+1 {
			t.Errorf("%d reads, not one", n-reads)
		}
	})
}

func TestAFailedNeedIsTriedAgainMoreAndMoreRarely(t *testing.T) {
	src := withLog(lines(1, 3))
	src.log.err = refused
	play(t, src, 120, 30, nil, func(s *stage) {
		s.press("Log")
		s.rest()
		s.shows("The log can't be read: connection refused.", "● live")
		s.pass(10 * time.Minute)
		n := src.logReads()
		if n < 10 || n > 18 {
			t.Errorf("%d reads in ten minutes of failure", n)
		}
		src.withLog(func(l *fakeLog) { l.err = nil })
		s.pass(load.MaxRetry + 3*time.Second)
		s.shows("line 3 of 1")
		src.withLog(func(l *fakeLog) { l.err = refused })
		s.pass(load.MinRest + 3*time.Second)
		s.shows("line 3 of 1", "following · The log can't be read")
		src.withLog(func(l *fakeLog) { l.err = nil })
		s.pass(3 * load.MinRest)
		s.shows("following · 3 lines")
	})
}

func TestWhileTheSourceIsAwayNoNeedIsRead(t *testing.T) {
	src := withLog(lines(1, 3))
	play(t, src, 120, 30, nil, func(s *stage) {
		s.press("Log")
		s.rest()
		src.fail(refused)
		src.withLog(func(l *fakeLog) { l.err = refused })
		s.pass(20 * time.Second)
		before := src.logReads()
		s.press("r", "Overview", "Log", "j", "k")
		s.pass(3 * time.Minute)
		if n := src.logReads() - before; n != 0 {
			t.Errorf("%d reads while the source is away", n)
		}
		s.shows("STALE 3m · connection refused · retry in", "line 3 of 1")
		src.fail(nil)
		src.withLog(func(l *fakeLog) { l.err = nil })
		s.pass(load.MaxRetry)
		s.shows("● live", "following · 3 lines")
	})
}

func TestWhyThereIsNoLog(t *testing.T) {
	endpoint := &model.Info{Kind: "endpoint", Address: text.Clean("http://lab-7")}
	for _, tc := range []struct {
		info *model.Info
		err  error
		want string
		more bool // it is worth trying again
	}{
		{endpoint, model.ErrNotOffered, "The log is not offered by this server.", false},
		{nil, &model.Error{Op: "read", Err: model.ErrNotOffered}, "The log is not offered by this lab file.", false},
		{endpoint, model.ErrNotStarted, "There is no log yet: the experiment has not started.", true},
		{endpoint, model.ErrNoData, "This experiment has no log here: it was not started from the web page, or its log is gone.", true},
		{endpoint, errors.New("odd \x1b[2J"), "The log can't be read: odd �[2J.", true},
		{endpoint, nil, "The log is empty.", true},
	} {
		src := withLog("")
		src.info, src.log.err = tc.info, tc.err
		play(t, src, 200, 30, nil, func(s *stage) {
			s.press("Log")
			s.rest()
			if screen := strings.Join(strings.Fields(strings.ReplaceAll(s.screen(), "│", " ")), " "); !strings.Contains(screen, strings.Fields(tc.want)[0]) {
				t.Errorf("%v:\n%s", tc.err, s.screen())
			}
			if got := s.app.detail.data.View.Trouble(pane.NeedLog).String(); tc.err != nil && got != tc.want {
				t.Errorf("%v says %q", tc.err, got)
			}
			s.pass(time.Minute)
			if n := src.logReads(); (n > 1) != tc.more {
				t.Errorf("%v: %d reads in a minute", tc.err, n)
			}
			before := src.logReads()
			s.press("r")
			if src.logReads() == before {
				t.Errorf("%v: not read by hand", tc.err)
			}
		})
	}
}

// TestAnOutageIsSaidOnce: in the header, not again in the pane, whose data was read before.
func TestAnOutageIsSaidOnce(t *testing.T) {
	src := &fakeSource{all: testLab()}
	play(t, src, 160, 45, nil, func(s *stage) {
		s.rest()
		s.shows("Workflow")
		away := &model.Error{Op: "read", Address: "lab.db", Err: model.ErrUnreachable, Detail: "connection refused"}
		src.failWholes(away)
		s.press("r") // the detail fails, while the list does not yet
		s.shows("The config can't be read: connection refused.")
		src.fail(away)
		s.pass(3 * time.Second)
		s.shows("STALE", "connection refused")
		s.hides("The config can't be read")
	})
}

// TestAPaneSaysWhatFailedInOneShortSentence: which part, and why, without the advice that a
// command gives.
func TestAPaneSaysWhatFailedInOneShortSentence(t *testing.T) {
	for err, want := range map[error]string{
		model.ErrUnauthorized: "The log can't be read: the server wants a valid token.",
		model.ErrForbidden:    "The log can't be read: the server does not allow this.",
		model.ErrDamaged:      "The log can't be read: the lab file is damaged.",
		&model.Error{Op: "read", Address: "http://lab-7", Err: model.ErrServer, Detail: "500 Internal Server Error"}: "The log can't be read: 500 Internal Server Error.",
		context.DeadlineExceeded: "The log took too long to read.",
	} {
		src := withLog("")
		src.log.err = err
		play(t, src, 200, 30, nil, func(s *stage) {
			s.press("Log")
			s.rest()
			if got := s.app.detail.data.View.Trouble(pane.NeedLog).String(); got != want {
				t.Errorf("%v says %q, want %q", err, got, want)
			}
		})
	}
}
