package ui

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"societop/model"
	"societop/ui/pane/config"
	"societop/ui/pane/log"
	"societop/ui/pane/overview"
	"societop/ui/pane/panetest"
	"societop/ui/theme"
)

// retry is a part of the screen with chance in it.
var retry = regexp.MustCompile(`retry in \d s`)

// goldenPanes are the panes of the golden frames: few and always the same, so that no other pane
// changes them. Panes have golden files of their own.
var goldenPanes = []paneEntry{{1, overview.New}, {2, config.New}, {3, log.New}}

// withPanes lets a test run with a list of panes.
func withPanes(t *testing.T, list []paneEntry) {
	all := panes
	t.Cleanup(func() { panes = all })
	panes = list
}

// scenes are states of the monitor worth a look.
var scenes = map[string]func(*stage, *fakeSource){
	"list":     func(*stage, *fakeSource) {},
	"overview": func(s *stage, _ *fakeSource) { s.press("enter") },
	"error": func(s *stage, _ *fakeSource) {
		s.press("j", "j", "j")
		s.rest()
		s.press("enter")
	},
	"trouble": func(s *stage, src *fakeSource) {
		src.withTrouble(listFails)
		s.pass(s.app.feed.Interval * 2)
	},
	"full":   func(s *stage, _ *fakeSource) { s.press("f") },
	"filter": func(s *stage, _ *fakeSource) { s.press("/", "北") },
	"stale": func(s *stage, src *fakeSource) {
		src.fail(&model.Error{Op: "read", Address: "lab.db", Err: model.ErrLocked})
		s.pass(s.app.feed.Interval * 2)
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

// TestGoldenFrames compares frames with the golden files (go test ./ui -update writes them).
// Every theme draws the same characters.
func TestGoldenFrames(t *testing.T) {
	withPanes(t, goldenPanes)
	for name, scene := range scenes {
		for _, size := range [][2]int{{120, 24}, {80, 20}, {40, 12}} {
			file := filepath.Join("testdata", "golden", fmt.Sprintf("%s_%dx%d.txt", strings.ReplaceAll(name, " ", "_"), size[0], size[1]))
			for _, look := range []theme.Name{theme.Dark, theme.Light, theme.Mono} {
				src := &fakeSource{all: testLab()}
				play(t, src, size[0], size[1], func(o *Options) { o.Theme = look }, func(s *stage) {
					scene(s, src)
					panetest.Compare(t, file, retry.ReplaceAllString(s.screen(), "retry in N s")+"\n")
				})
			}
		}
	}
}

// TestThemesDifferOnlyInStyle holds the promise that state is never only a colour.
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
