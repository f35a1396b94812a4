package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model/text"
)

// withConfig is the fake lab, all experiments with a config of testdata.
func withConfig(t *testing.T, name string) *fakeSource {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "config", name))
	if err != nil {
		t.Fatal(err)
	}
	src := &fakeSource{all: testLab()}
	for i := range src.all {
		src.all[i].Config = text.CleanLines(string(raw))
	}
	return src
}

// onConfig shows the config of the first experiment of a lab.
func onConfig(t *testing.T, src *fakeSource, w, h int, test func(*stage)) {
	t.Helper()
	play(t, src, w, h, nil, func(s *stage) {
		s.press("Config", "enter")
		s.rest()
		test(s)
	})
}

// TestTheWorkflowIsInViewAtFirst holds it of configs as AgentSociety and the demo write them:
// YAML as Python dumps it, and JSON in one line.
func TestTheWorkflowIsInViewAtFirst(t *testing.T) {
	for name, want := range map[string]string{
		"recorded.yaml": "▸ workflow: … 27 entries", "demo.yaml": "▸ workflow: … 9 entries", "recorded.json": `{"exp": {"workflow": [{"type": "run"`,
	} {
		onConfig(t, withConfig(t, name), 80, 24, func(s *stage) { s.shows("7 Config", want) })
	}
}

func TestAConfigIsFoldedAndSearchedOnTheScreen(t *testing.T) {
	src := withConfig(t, "demo.yaml")
	onConfig(t, src, 80, 24, func(s *stage) {
		s.shows("688 lines · 2 secrets masked", "▌▾ agents:", "▸ citizens: … 1 entry", "⏎ fold", "/ search")
		s.press("/", "q", "w", "e", "n")
		s.shows("/ qwen", "1 of 4", "▌    model: qwen2.5-14b-instruct")
		if c := s.app.View().Cursor; c == nil || c.Y != 4 {
			t.Errorf("the cursor is %+v", c)
		}
		s.press("enter", "n")
		s.shows("2 of 4 · qwen", "n N hits", "▌    provider: qwen")
		s.press("N")
		s.shows("1 of 4 · qwen")
		s.pass(10 * time.Second) // the experiment is read again
		s.send(tea.WindowSizeMsg{Width: 120, Height: 30})
		s.press("f", "f")
		s.shows("1 of 4 · qwen", "▌    model: qwen2.5-14b-instruct")
		s.press("esc")
		s.shows("688 lines", "▌    model: qwen2.5-14b-instruct")
		s.press("esc") // to the list
		s.shows("/ filter")
		s.press("Config", "enter", "h", "enter")
		s.hides("model: qwen2.5-14b-instruct")
		s.press("e", "G")
		s.shows("file_path: /data/maps/beijing.pb")
		if strings.Contains(s.app.View().Content, "sk-demo") {
			t.Error("a secret is on the screen")
		}
	})
}

func TestConfigAtEverySize(t *testing.T) {
	for _, name := range []string{"demo.yaml", "recorded.json"} {
		onConfig(t, withConfig(t, name), 160, 45, func(s *stage) {
			for _, keys := range [][]string{{}, {"e", "G"}, {"/", "天"}, {"enter", "n"}} {
				s.press(keys...)
				for w := minWidth; w < 140; w += 17 {
					for h := minHeight; h < 40; h += 9 {
						s.send(tea.WindowSizeMsg{Width: w, Height: h}) // which checks the cells
						s.press("f", "f")
					}
				}
			}
		})
	}
}
