package ui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"societop/model"
	"societop/ui/theme"
)

var update = flag.Bool("update", false, "write the golden frames anew")

// retry is a part of the screen with chance in it.
var retry = regexp.MustCompile(`retry in \d s`)

// scenes are states of the monitor worth a look.
var scenes = map[string]func(*stage, *fakeSource){
	"list":     func(*stage, *fakeSource) {},
	"overview": func(s *stage, _ *fakeSource) { s.press("enter") },
	"error": func(s *stage, _ *fakeSource) {
		s.press("j", "j", "j")
		s.rest()
		s.press("enter")
	},
	"config": func(s *stage, _ *fakeSource) { s.press("7"); s.rest() },
	"config unfolded": func(s *stage, _ *fakeSource) {
		s.press("7", "enter")
		s.rest()
		s.press("e", "j", "j", "j")
	},
	"config search": func(s *stage, _ *fakeSource) {
		s.press("7", "enter")
		s.rest()
		s.press("/", "q", "w", "e", "n")
	},
	"log search": func(s *stage, src *fakeSource) {
		src.withLog(func(l *fakeLog) { l.text, l.tail = goldenLog, true })
		s.press("8", "enter")
		s.rest()
		s.press("/", "第", "enter", "N")
	},
	"log errors": func(s *stage, src *fakeSource) {
		src.withLog(func(l *fakeLog) { l.text, l.tail = goldenLog, true })
		s.press("8", "enter")
		s.rest()
		s.press("v", "v", "w", "l")
	},
	"log": func(s *stage, src *fakeSource) {
		src.withLog(func(l *fakeLog) { l.text, l.tail = goldenLog, true })
		s.press("8")
		s.rest()
	},
	"log scrolled": func(s *stage, src *fakeSource) {
		src.withLog(func(l *fakeLog) { l.text, l.tail = goldenLog, true })
		s.press("8", "enter")
		s.rest()
		s.press("g")
	},
	"log not offered": func(s *stage, src *fakeSource) {
		src.withLog(func(l *fakeLog) { l.err = model.ErrNotOffered })
		s.press("8")
		s.rest()
	},
	"metrics": func(s *stage, src *fakeSource) {
		src.withMetrics(func(m *fakeMetrics) { m.all = measuredHours(60) })
		s.press("6", "enter")
		s.rest()
		s.press("j")
	},
	"metrics single": func(s *stage, src *fakeSource) {
		src.withMetrics(func(m *fakeMetrics) { m.all = measuredHours(60) })
		s.press("6", "enter")
		s.rest()
		s.press("j", "enter", "pgup", "pgup")
	},
	"surveys": func(s *stage, src *fakeSource) {
		src.withTown(func(f *fakeTown) { *f = pollTown(40) })
		toSurveys(s)
	},
	"surveys choices": func(s *stage, src *fakeSource) {
		src.withTown(func(f *fakeTown) { *f = pollTown(40) })
		toSurveys(s)
		s.press("j", "z")
	},
	"surveys texts": func(s *stage, src *fakeSource) {
		src.withTown(func(f *fakeTown) { *f = pollTown(40) })
		toSurveys(s)
		s.press("j", "j", "j", "j", "enter")
		s.press("j", "j", "j", "j")
	},
	"surveys of one agent": func(s *stage, src *fakeSource) {
		src.withTown(func(f *fakeTown) { *f = pollTown(40) })
		toSurveys(s)
		s.press("a", "i")
	},
	"agents": func(s *stage, src *fakeSource) {
		src.withTown(func(f *fakeTown) { *f = townOf(24, 9) })
		s.press("2", "enter")
		s.rest()
		s.press("j", "j", ",")
	},
	"agents search": func(s *stage, src *fakeSource) {
		src.withTown(func(f *fakeTown) { *f = townOf(24, 9) })
		s.press("2", "enter")
		s.rest()
		s.press("/", "天")
	},
	"agent": func(s *stage, src *fakeSource) {
		src.withTown(func(f *fakeTown) { *f = townOf(24, 9) })
		s.press("2", "enter")
		s.rest()
		s.press("j", "enter")
	},
	"talk": func(s *stage, src *fakeSource) {
		src.withTown(func(f *fakeTown) { *f = townOf(24, 4); f.bulk = true })
		s.press("4", "esc", "j")
		s.rest()
		s.press("k", "enter")
		s.rest()
		s.press("k", "k")
	},
	"talk search": func(s *stage, src *fakeSource) {
		src.withTown(func(f *fakeTown) { *f = townOf(24, 4); f.bulk = true })
		s.press("4", "esc", "j")
		s.rest()
		s.press("k", "enter")
		s.rest()
		s.press("/", "m", "e", "e", "t", "enter", "N")
	},
	"talk of one": func(s *stage, src *fakeSource) {
		src.withTown(func(f *fakeTown) { *f = townOf(24, 4) })
		s.press("4", "enter")
		s.rest()
		s.press("i")
	},
	"map": func(s *stage, src *fakeSource) {
		src.withTown(func(f *fakeTown) { *f = placedTown(24, 90) })
		s.press("3", "enter")
		s.rest()
		s.press("i", "i", ",")
	},
	"map followed": func(s *stage, src *fakeSource) {
		src.withTown(func(f *fakeTown) { *f = placedTown(24, 90) })
		s.press("3", "enter")
		s.rest()
		s.press("V", "t", "z", "z", "z", "z", "i", "i", "enter")
		s.rest()
	},
	"map search": func(s *stage, src *fakeSource) {
		src.withTown(func(f *fakeTown) { *f = placedTown(24, 90) })
		s.press("3", "enter")
		s.rest()
		s.press("v", "/", "很", "长")
	},
	"trouble": func(s *stage, src *fakeSource) {
		src.withTrouble(listFails)
		s.pass(s.app.interval * 2)
	},
	"full":   func(s *stage, _ *fakeSource) { s.press("f") },
	"filter": func(s *stage, _ *fakeSource) { s.press("/", "北") },
	"stale": func(s *stage, src *fakeSource) {
		src.fail(&model.Error{Op: "read", Address: "lab.db", Err: model.ErrLocked})
		s.pass(s.app.interval * 2)
	},
	"help": func(s *stage, _ *fakeSource) { s.press("?") },
}

// goldenLog is a log with what is hard to draw, in the engine's form.
const goldenLog = `2026-11-23T14:25:58.615840+00:00 [DEBUG] llm.py:88: 12 prompts are waiting
2026-11-23T14:25:59.615840+00:00 [INFO] simulationengine.py:599: ` + "\x1b[32mStart simulation\x1b[0m" + ` day 0 at 208501, step 599 第599步
2026-11-23T14:26:01.615840+00:00 [WARNING] llm.py:120: 429 Too Many Requests, retry 1 of 10
2026-11-23T14:26:02.615840+00:00 [ERROR] simulationengine.py:1500: the step failed
Traceback (most recent call last):
  File "/opt/venv/lib/python3.12/site-packages/agentsociety/simulation/simulationengine.py", line 1675, in step
    agent_time_log = await asyncio.gather(*tasks)  # 第25层
RuntimeError: 连接失败 💥: https://dashscope.aliyuncs.com/compatible-mode/v1/chat/completions` + "\t" + `(attempt 10/10)
2026-11-23T14:26:03.615840+00:00 [INFO] simulationengine.py:600: Start simulation day 0 at 208801, step 600 第600步
`

// TestGoldenFrames compares frames with those that were reviewed (go test ./ui -update
// writes them anew). Every theme draws the same characters.
func TestGoldenFrames(t *testing.T) {
	for name, scene := range scenes {
		for _, size := range [][2]int{{120, 24}, {80, 20}, {40, 12}} {
			file := filepath.Join("testdata", "golden", fmt.Sprintf("%s_%dx%d.txt", strings.ReplaceAll(name, " ", "_"), size[0], size[1]))
			for _, look := range []theme.Name{theme.Dark, theme.Light, theme.Mono} {
				src := &fakeSource{all: testLab()}
				play(t, src, size[0], size[1], func(o *Options) { o.Theme = look }, func(s *stage) {
					scene(s, src)
					compareGolden(t, file, look, retry.ReplaceAllString(s.screen(), "retry in N s")+"\n")
				})
			}
		}
	}
}

func compareGolden(t *testing.T, file, look, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s in %s differs:\n%s", file, look, got)
	}
}

// TestThemesDifferOnlyInStyle holds the promise that state is never colour alone.
func TestThemesDifferOnlyInStyle(t *testing.T) {
	frames := map[string]string{}
	for _, look := range []theme.Name{theme.Dark, theme.Light, theme.Mono} {
		play(t, &fakeSource{all: testLab()}, 120, 24, func(o *Options) { o.Theme = look }, func(s *stage) {
			frames[look] = s.app.View().Content
		})
	}
	if frames[theme.Dark] == frames[theme.Light] || frames[theme.Dark] == frames[theme.Mono] {
		t.Error("two themes look the same")
	}
	for _, colour := range []string{"[38;", "[48;", ";38;", ";48;"} {
		if strings.Contains(frames[theme.Mono], colour) {
			t.Errorf("mono has the colour %q", colour)
		}
	}
}

func TestASCIIIsASCII(t *testing.T) {
	lab := testLab()[2:3]
	play(t, &fakeSource{all: lab}, 120, 24, func(o *Options) { o.ASCII = true }, func(s *stage) {
		for _, r := range s.screen() {
			if r > 126 {
				t.Errorf("%q is on a screen of ASCII:\n%s", r, s.screen())
				return
			}
		}
		s.press("?")
		for _, r := range s.screen() {
			if r > 126 {
				t.Errorf("%q is in the help:\n%s", r, s.screen())
				return
			}
		}
	})
}
