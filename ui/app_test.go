package ui

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/ui/list"
	"societop/ui/load"
)

func TestTheSelectionStaysWithItsExperiment(t *testing.T) {
	src := &fakeSource{all: testLab()}
	play(t, src, 80, 24, nil, func(s *stage) {
		s.press("j", "j")
		selected := s.selected()
		added := testExperiment(20, "brand new", model.Running, 3)
		added.Created = start.Add(time.Minute)
		src.mu.Lock()
		src.changed = append(src.changed, added.Summary)
		src.mu.Unlock()
		s.pass(3 * time.Second)
		s.shows("brand new", "Experiments 8")
		if s.selected() != selected || s.app.list.Index() != 3 {
			t.Fatalf("selected row %d", s.app.list.Index())
		}
		src.mu.Lock()
		src.gone = []model.Key{selected}
		src.mu.Unlock()
		s.pass(3 * time.Second)
		if s.app.list.Index() != 3 || s.app.list.Len() == 0 || s.selected() == selected {
			t.Fatalf("after it was deleted, row %d is selected", s.app.list.Index())
		}
	})
}

func TestALongListKeepsItsPlaceOnTheScreen(t *testing.T) {
	src := &fakeSource{}
	for n := range 200 {
		src.all = append(src.all, testExperiment(n, fmt.Sprintf("run %03d", n), model.Finished, 504))
	}
	play(t, src, 80, 24, nil, func(s *stage) {
		s.press("pgdown", "pgdown", "pgdown", "k")
		before := s.screen()
		added := testExperiment(0, "brand new", model.Finished, 504)
		added.ID[5], added.Created = 9, start
		src.mu.Lock()
		src.changed = []model.Summary{added.Summary}
		src.mu.Unlock()
		s.pass(3 * time.Second)
		s.shows("Experiments 201")
		if rows := strings.Split(before, "\n"); rows[5] != strings.Split(s.screen(), "\n")[5] {
			t.Fatalf("the rows moved:\n%s\n%s", before, s.screen())
		}
	})
}

func TestTheLastDataStaysWhenTheSourceFails(t *testing.T) {
	src := &fakeSource{all: testLab()}
	play(t, src, 120, 30, nil, func(s *stage) {
		src.fail(&model.Error{Op: "read", Address: "lab.db", Err: model.ErrLocked})
		s.pass(3 * time.Second)
		s.shows("STALE <1m · the lab file is locked by another process · retry in", "Polarization baseline")
		s.pass(5 * time.Minute)
		s.shows("STALE 5m", "Polarization baseline")
		reads, _ := src.counts()
		s.press("!")
		s.shows("locked by another process", "wait for the other process")
		s.press("esc")
		src.fail(nil)
		s.pass(10 * time.Second)
		s.shows("● live")
		s.hides("STALE")
		if reads > 120 {
			t.Errorf("%d reads in five minutes of failure", reads)
		}
	})
}

func TestAMissingLabIsWaitedFor(t *testing.T) {
	src := &fakeSource{err: &model.Error{Op: "open", Address: "lab.db", Err: model.ErrNoLab}}
	play(t, src, 80, 24, nil, func(s *stage) {
		s.shows("There is no file yet.", "societop import FILE… LAB", "waiting for the file")
		s.hides("STALE")
		src.fail(nil)
		src.all = testLab()
		s.pass(10 * time.Second)
		s.shows("● live", "Polarization baseline")
	})
}

func TestAnEmptyLabSaysSo(t *testing.T) {
	play(t, &fakeSource{}, 80, 24, nil, func(s *stage) {
		s.shows("There are no experiments in this lab yet.")
		s.press("enter", "f", "tab", "j", "G", "s", "/", "x", "enter", "esc")
		s.shows("There are no experiments in this lab yet.")
	})
}

func TestAnswersOfAnOlderGenerationAreDropped(t *testing.T) {
	src := &fakeSource{all: testLab()}
	play(t, src, 80, 24, nil, func(s *stage) {
		for _, late := range []func(){
			func() { src.gone = []model.Key{s.selected()} },
			func() { src.err = model.ErrLocked },
		} {
			read := s.app.read()
			late()
			answer := read()
			src.gone, src.err = nil, nil
			s.press("r") // which reads again
			s.deliver(answer)
		}
		s.shows("Experiments 7", "● live")
	})
}

func TestPauseAndIntervals(t *testing.T) {
	src := &fakeSource{all: testLab()}
	play(t, src, 80, 24, nil, func(s *stage) {
		s.press("p")
		s.shows("paused")
		before, _ := src.counts()
		s.pass(time.Minute)
		if after, _ := src.counts(); after != before {
			t.Fatalf("%d reads while paused", after-before)
		}
		s.press("r")
		if after, _ := src.counts(); after != before+1 {
			t.Fatalf("%d reads by hand", after-before)
		}
		s.press("p", "-")
		s.shows("refreshed every 5s")
		before, _ = src.counts()
		s.pass(time.Minute)
		if after, _ := src.counts(); after < before+10 || after > before+13 {
			t.Fatalf("%d reads in a minute at 5 s", after-before)
		}
	})
	play(t, src, 80, 24, func(o *Options) { o.Interval = 0 }, func(s *stage) {
		s.shows("by hand")
		before, _ := src.counts()
		s.pass(time.Minute)
		if after, _ := src.counts(); after != before {
			t.Fatalf("%d reads without an interval", after-before)
		}
	})
}

func TestIdleDrawsNothing(t *testing.T) {
	lab := testLab()
	for i := range lab { // nothing is about to become quiet
		lab[i].Status = model.Finished
	}
	play(t, &fakeSource{all: lab}, 120, 30, nil, func(s *stage) {
		s.pass(2 * time.Second)
		revision := s.app.revision
		s.pass(50 * time.Second)
		if s.app.revision != revision {
			t.Fatal("the screen was drawn anew though nothing had changed")
		}
	})
}

func TestFilter(t *testing.T) {
	play(t, &fakeSource{all: testLab()}, 120, 24, nil, func(s *stage) {
		s.press("/")
		s.send(tea.PasteMsg{Content: "status:r"})
		s.shows("no status", "Polarization baseline") // wrong so far: the last good list stays
		s.press(strings.Split("unning", "")...)
		s.shows("3/7", "a run gone quiet")
		s.hides("Polarization baseline")
		if s.app.View().Cursor == nil {
			t.Error("the cursor is hidden while typing")
		}
		s.press("enter")
		s.shows("Experiments 3 of 7 · status:running")
		s.press("/", "x", "esc")
		s.shows("Experiments 3 of 7 · status:running")
		s.press("esc")
		s.shows("Experiments 7 ·", "Polarization baseline")
		s.press(strings.Split("/status:running", "")...)
		s.press("space", `"`, "a", "enter") // Enter keeps no filter that is wrong
		s.shows("a quote is not closed", "press Esc for the previous one", "a run gone quiet")
		s.hides("Polarization baseline")
		s.press(`"`, "enter")
		s.shows(`status:running "a"`, "Experiments")
		s.hides("a quote is not closed")
		s.press("/", `"`, "enter", "esc")
		s.shows(`status:running "a"`)
		s.press("esc", "/", "北", "京", "enter")
		s.shows("Experiments 1 of 7 · 北京")
		s.press("/", "z", "z", "enter")
		s.shows("No experiment matches 北京zz")
	})
}

func TestAPasteIsOneLineOfCleanText(t *testing.T) {
	play(t, &fakeSource{all: testLab()}, 80, 24, nil, func(s *stage) {
		s.send(tea.PasteMsg{Content: "q"}) // no key: nothing happens
		if s.quit {
			t.Fatal("a paste quit the monitor")
		}
		s.press("/")
		s.send(tea.PasteMsg{Content: "Pola\x1b[2J\nrization\r\x00" + strings.Repeat("x", 1<<20)})
		value := s.app.prompt.filter.Input.Value()
		if strings.ContainsAny(value, "\x1b\n\r\x00") || len([]rune(value)) > list.MaxFilter {
			t.Fatalf("the filter is %q", value)
		}
	})
}

func TestAFilterOnErrorsReadsThem(t *testing.T) {
	src := &fakeSource{all: testLab()}
	play(t, src, 80, 24, nil, func(s *stage) {
		if src.budget.Errors {
			t.Fatal("errors are read though nothing asks for them")
		}
		s.press("/")
		s.press(strings.Split("error:timeout", "")...)
		s.shows("1/7", "飓风影响实验")
	})
}

func TestSort(t *testing.T) {
	play(t, &fakeSource{all: testLab()}, 80, 24, nil, func(s *stage) {
		s.press("s")
		s.shows("what needs attention first")
		if rows := strings.Split(s.screen(), "\n"); !strings.Contains(rows[3], "failed") || !strings.Contains(rows[4], "stalled") {
			t.Fatalf("not by attention:\n%s", s.screen())
		}
		s.press("s", "s")
		s.shows("by name")
		if rows := strings.Split(s.screen(), "\n"); !strings.Contains(rows[4], "a run gone quiet") {
			t.Fatalf("not by name:\n%s", s.screen())
		}
		s.press("S")
		s.shows("by name, Z to A")
	})
}

func TestTheDetailFollowsTheSelectionAfterAMoment(t *testing.T) {
	src := &fakeSource{all: testLab()}
	play(t, src, 120, 30, nil, func(s *stage) {
		s.shows("╭ 北京早高峰通勤模拟")
		_, before := src.counts()
		s.press("j", "j", "j")
		s.pass(50 * time.Millisecond)
		s.shows("╭ 北京早高峰通勤模拟")
		s.pass(200 * time.Millisecond)
		s.shows("╭ 飓风影响实验", "RuntimeError: LLM request failed", "TimeoutError: 第0层")
		if _, after := src.counts(); after != before+1 {
			t.Errorf("%d experiments were read for one rest", after-before)
		}
	})
}

func TestTheDetailIsReadAgainWhenTheStatusChanges(t *testing.T) {
	src := &fakeSource{all: testLab()}
	play(t, src, 120, 30, nil, func(s *stage) {
		src.change(0, func(e *model.Experiment) {
			e.Status, e.Error, e.Updated = model.Failed, text.CleanLines("out of memory"), start.Add(time.Second)
		})
		s.pass(3 * time.Second)
		s.shows("✖ error", "out of memory")
	})
}

func TestConfigMasksSecrets(t *testing.T) {
	play(t, &fakeSource{all: testLab()}, 80, 40, nil, func(s *stage) {
		s.press("Config")
		s.rest()
		s.press("enter", "e")
		s.shows("7 Config", "provider: qwen", "api_key: "+plan.Mask)
		s.hides("sk-abc")
		s.press("]", "[", "Overview")
		s.shows("Workflow · 3 entries", "▶ 1  run 2 days", "362/480")
	})
}

func TestWhatCanNotBeReadIsSaidAndTriedAgain(t *testing.T) {
	src := &fakeSource{all: testLab()}
	play(t, src, 120, 30, nil, func(s *stage) {
		src.failWholes(&model.Error{Op: "read", Address: "lab.db", Err: model.ErrLocked})
		s.press("r")
		s.shows("The config can't be read: the lab file is locked", "Workflow · 3 entries")
		src.failWholes(nil)
		s.pass(2 * load.MinRest)
		s.hides("can't be read")
		src.mu.Lock()
		src.gone = []model.Key{s.shownKey()}
		src.mu.Unlock()
		s.press("enter")
		s.pass(3 * time.Second)
		s.shows("gone from the source")
		s.press("Config")
		s.rest()
		s.shows("▸ workflow: … 3 entries", "╭ 北京早高峰通勤模拟")
	})
}

func TestALargeLabStreamsIn(t *testing.T) {
	src := &fakeSource{page: 10}
	for n := range 100 {
		src.all = append(src.all, testExperiment(n, fmt.Sprintf("run %03d", n), model.Finished, 504))
	}
	synctest.Test(t, func(t *testing.T) {
		app, err := New(t.Context(), Options{Source: src, Zone: time.UTC, Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		s := &stage{t: t, app: app}
		app.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
		cmd := app.read()
		app.Update(cmd())
		s.shows("Experiments 10", "reading 10 of 100", "run 009")
	})
}

func TestLeaving(t *testing.T) {
	for _, k := range []string{"q", "ctrl+c"} {
		play(t, &fakeSource{all: testLab()}, 80, 24, nil, func(s *stage) {
			s.press(k)
			if !s.quit {
				t.Errorf("%s does not quit", k)
			}
		})
	}
}

func TestOverlays(t *testing.T) {
	play(t, &fakeSource{all: testLab()}, 80, 24, nil, func(s *stage) {
		s.press("?")
		s.shows("Keys", "half a page down")
		for s.press("G"); !strings.Contains(s.screen(), "suspend (no shell)"); {
			s.press("k") // the keys of the panes come last
			if s.app.overlay.top == 0 {
				t.Fatal("the help does not say that one cannot suspend")
			}
		}
		s.press("j", "g", "q")
		s.shows("Experiments 7")
		s.press("!")
		s.shows("Nothing has gone wrong.")
		s.press("esc")
		s.shows("Experiments 7")
	})
}

func TestATinyTerminalGetsASentence(t *testing.T) {
	play(t, &fakeSource{all: testLab()}, 39, 9, nil, func(s *stage) {
		s.shows("societop needs a terminal of 40×10.")
		for _, size := range [][2]int{{1, 1}, {0, 0}, {3, 50}, {300, 2}, {40, 10}} {
			s.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		}
		s.shows("Experiments 7")
	})
}

// TestAnyKeysOnAnySize presses keys at random while sizes and data change: every frame has
// the size of the screen (stage.deliver checks it) and nothing panics.
func TestAnyKeysOnAnySize(t *testing.T) {
	keys := strings.Split("j k g G enter esc tab 1 7 8 [ ] f / s S r p + - ! ? x : | c n N y Y o m space , . < > { } L 2 6 h l z esc down pgdown ctrl+d ctrl+u", " ")
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 1))
		src := &fakeSource{all: testLab(), log: fakeLog{text: strings.Repeat(hostileLine+"\n", 50)}}
		play(t, src, 100, 30, func(o *Options) { o.ASCII = seed%2 == 0 }, func(s *stage) {
			for range 150 {
				switch rng.IntN(10) {
				case 0:
					s.send(tea.WindowSizeMsg{Width: rng.IntN(220), Height: rng.IntN(70)})
				case 1:
					src.change(rng.IntN(7), func(e *model.Experiment) {
						e.Status, e.OutputTokens = model.Status(rng.IntN(7)-1), rng.Int64()
						e.Now.Day = rng.IntN(5) - 1
					})
					s.pass(3 * time.Second)
				case 2:
					src.fail([]error{nil, errors.New("\x1b[2J"), context.DeadlineExceeded}[rng.IntN(3)])
				case 3:
					s.send(tea.MouseClickMsg{X: rng.IntN(230), Y: rng.IntN(80), Button: tea.MouseLeft})
				case 4:
					s.send(tea.MouseWheelMsg{X: rng.IntN(230), Y: rng.IntN(80), Button: tea.MouseWheelUp + tea.MouseButton(rng.IntN(2))})
				default:
					s.press(keys[rng.IntN(len(keys))])
				}
			}
		})
	}
}
