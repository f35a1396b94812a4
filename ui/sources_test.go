package ui

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane/panetest"
	"societop/ui/theme"
)

// threeSources is the experiments of testLab from three sources, in turn: a server, a lab file, and one
// with a name in the configuration. All of them are live.
func threeSources() *fakeSource {
	src := &fakeSource{all: testLab()}
	for _, s := range []struct {
		name string
		info model.Info
	}{
		{"http://lab-7:8080", model.Info{Kind: "endpoint", Address: text.Clean("http://lab-7:8080")}},
		{"/data/北京/lab.db", model.Info{Kind: "lab file", Address: text.Clean("/data/北京/lab.db"), Local: true}},
		{"本地实验室", model.Info{Kind: "lab file", Address: text.Clean("/srv/lab.db"), Local: true}},
	} {
		src.sources = append(src.sources, model.SourceState{Name: model.NewSourceName(s.name), Info: s.info, Loaded: true, Answered: start})
	}
	for i := range src.all {
		src.all[i].Source = src.sources[i%len(src.sources)].Name
	}
	return src
}

// is changes the state of a source from now on.
func (f *fakeSource) is(i int, by func(*model.SourceState)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	by(&f.sources[i])
}

var errRefused = &model.Error{Op: "read", Address: "http://lab-7:8080", Err: model.ErrUnreachable, Detail: "connection refused"}

// gone lets a source fail since a time.
func gone(since time.Time, err error) func(*model.SourceState) {
	return func(s *model.SourceState) {
		s.Failure, s.Answered, s.RetryAt = err, since, time.Now().Add(16*time.Second)
	}
}

// TestSourcesGoAndComeBack: the header says which one is away and the messages why, the runs of that one
// stay as they were, and those of the others move on.
func TestSourcesGoAndComeBack(t *testing.T) {
	src := threeSources()
	play(t, src, 160, 30, nil, func(s *stage) {
		s.shows("SOURCE", "lab-7", "本地实验室", "● live", "lab-7, lab.db, 本地实验室")
		s.hides("STALE", "away")
		revision := s.app.revision
		s.pass(20 * time.Second)
		if s.app.revision != revision {
			t.Error("the screen is drawn again while nothing changes")
		}
		src.is(0, gone(time.Now(), errRefused))
		s.pass(3 * time.Second)
		s.shows("● 2 of 3 live · lab-7 STALE <1m · connection refused · retry in 13 s")
		src.change(1, func(e *model.Experiment) { e.Name = text.Clean("moved on") })
		s.pass(3 * time.Second)
		s.shows("moved on", "retry in 10 s")
		src.is(0, func(s *model.SourceState) { s.RetryAt = time.Now().Add(time.Hour) })
		s.pass(2 * time.Minute)
		s.shows("lab-7 STALE 2m")
		src.is(1, gone(time.Now(), &model.Error{Op: "read", Address: "/data/北京/lab.db", Err: model.ErrDamaged}))
		s.pass(3 * time.Second)
		s.shows("● 1 of 3 live · 2 of 3 away: lab-7, lab.db")
		s.press("!")
		s.shows("lab-7: read http://lab-7:8080: the endpoint can't be reached (connection refused)", " Sources", "lab-7", "STALE 2m, since 00:00", "● 本地实验室  live")
		s.press("esc")
		for i := range 2 {
			src.is(i, func(s *model.SourceState) { s.Failure, s.Answered, s.RetryAt = nil, time.Now(), time.Time{} })
		}
		s.pass(3 * time.Second)
		s.shows("● live")
		s.hides("STALE", "away", "of 3")
		revision = s.app.revision
		s.pass(20 * time.Second)
		if s.app.revision != revision {
			t.Error("the screen is drawn again when all are back")
		}
		s.press("!")
		s.shows("lab-7: it answers again", "lab.db: it answers again")
	})
}

// TestRunsOfAnAbsentSourceAreNotJudged: neither quiet nor stalled, and without an end.
func TestRunsOfAnAbsentSourceAreNotJudged(t *testing.T) {
	src := threeSources()
	all := src.all
	quiet := -1
	for i := range all {
		if all[i].Name.String() == "a run gone quiet" {
			quiet = i
		}
	}
	play(t, src, 160, 30, nil, func(s *stage) {
		s.pass(2 * time.Minute)
		s.shows("stalled 92m")
		at := 0
		for i := range src.sources {
			if src.sources[i].Name == all[quiet].Source {
				at = i
			}
		}
		src.is(at, gone(time.Now(), errRefused))
		s.pass(30 * time.Second)
		s.shows("stalled 92m")
		s.pass(2 * time.Minute)
		s.hides("stalled 9")
		s.press("/", "source:"+[]string{"lab-7", "lab.db", "本地实验室"}[at], "enter")
		s.rest()
		s.shows("a run gone quiet", fmt.Sprintf("of %d · source:", len(all)))
		s.press("/", "enter", "esc")
	})
}

// TestALateSourceIsNotNew: what a source has when it is read for the first time has not changed, though
// the others were read long before.
func TestALateSourceIsNotNew(t *testing.T) {
	src := threeSources()
	late := src.all[6:]
	src.all = src.all[:6]
	name := model.NewSourceName("http://late:8080")
	src.sources = append(src.sources, model.SourceState{Name: name})
	play(t, src, 160, 30, nil, func(s *stage) {
		s.shows("● 3 of 4 live · reading late")
		late[0].Source = name
		src.mu.Lock()
		src.all = append(src.all, late...)
		src.changed = append(src.changed, late[0].Summary)
		src.sources[3].Loaded, src.sources[3].Answered = true, time.Now()
		src.mu.Unlock()
		s.pass(3 * time.Second)
		s.shows("● live")
		s.press("n")
		s.shows("n is off here")
	})
}

// TestGoldenSources compares the list and the header of three sources, of which one is away and one is
// damaged, with the golden files.
func TestGoldenSources(t *testing.T) {
	withPanes(t, goldenPanes)
	for _, size := range [][2]int{{200, 24}, {120, 24}, {80, 24}, {40, 12}} {
		src := threeSources()
		src.is(0, gone(start.Add(-4*time.Minute), errRefused))
		src.is(1, func(s *model.SourceState) {
			s.Failure, s.Answered = &model.Error{Op: "read", Address: "/data/北京/lab.db", Err: model.ErrDamaged}, time.Time{}
		})
		for name, scene := range map[string]func(*stage){
			"sources":          func(*stage) {},
			"sources_one":      func(s *stage) { src.is(1, func(s *model.SourceState) { s.Failure = nil }); s.pass(3 * time.Second) },
			"sources_messages": func(s *stage) { s.press("!") },
			"sources_overview": func(s *stage) { s.press("enter", "G") },
		} {
			src.is(1, func(s *model.SourceState) {
				s.Failure = &model.Error{Op: "read", Address: "/data/北京/lab.db", Err: model.ErrDamaged}
			})
			file := filepath.Join("testdata", "golden", fmt.Sprintf("%s_%dx%d.txt", name, size[0], size[1]))
			play(t, src, size[0], size[1], func(o *Options) { o.Theme = theme.Light }, func(s *stage) {
				src.is(0, gone(start.Add(-4*time.Minute), errRefused))
				s.pass(3 * time.Second)
				scene(s)
				panetest.Compare(t, file, strings.TrimRight(s.screen(), "\n")+"\n")
			})
		}
	}
}

// TestTheHintsOfOverlaysAreWhole: a hint that has no room is left out.
func TestTheHintsOfOverlaysAreWhole(t *testing.T) {
	play(t, threeSources(), 40, 12, nil, func(s *stage) {
		for _, tc := range [][2]string{{"c", " Esc close  space show or hide"}, {"?", " Esc close  j k scroll"}, {"V", " ⏎ choose  j k move  / narrow  Esc close"}} {
			s.press(tc[0])
			lines := strings.Split(strings.TrimRight(s.screen(), "\n"), "\n")
			if got := strings.TrimRight(lines[len(lines)-1], " "); got != tc[1] {
				t.Errorf("%s: the hints are %q, want %q", tc[0], got, tc[1])
			}
			s.press("esc")
		}
	})
}
