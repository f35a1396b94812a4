package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
)

// TestAnAlarm calls the user where the terminal has not the focus, and says what it is either way.
func TestAnAlarm(t *testing.T) {
	src := &fakeSource{all: testLab()}
	play(t, src, 120, 30, func(o *Options) { o.Bell, o.Desktop = true, "9" }, func(s *stage) {
		s.pass(3 * time.Second)
		s.send(tea.FocusMsg{})
		s.raw = ""
		s.pass(5 * time.Minute)
		if s.raw != "" || !s.app.View().ReportFocus {
			t.Errorf("of what there was it writes %q", s.raw)
		}
		fails := func(i int, why string) {
			src.change(i, func(e *model.Experiment) {
				e.Status, e.Updated, e.Error = model.Failed, time.Now(), text.CleanLines("Traceback:\n"+why)
			})
			s.pass(3 * time.Second)
		}
		fails(0, "out of tokens")
		s.shows("北京早高峰通勤模拟 🚇 failed")
		if s.raw != "" {
			t.Errorf("with the focus it writes %q", s.raw)
		}
		s.send(tea.BlurMsg{})
		fails(1, "\x1b]52;c;x\x07 out of memory")
		if strings.Count(s.raw, "\a") != 1 || strings.Count(s.raw, "\x1b]9;societop: a run gone quiet failed") != 1 || strings.Count(s.raw, "\x1b") != 2 {
			t.Errorf("without the focus it writes %q", s.raw)
		}
		s.raw = ""
		src.lives(noRecorder)
		s.pass(3 * time.Minute)
		if strings.Count(s.raw, "lab.db is lost") != 1 || strings.Count(s.raw, "\a") != 1 {
			t.Errorf("of a source that is lost it writes %q", s.raw)
		}
		s.press("!")
		s.shows("a run gone quiet failed", "lab.db is lost")
	})
	src = &fakeSource{all: testLab()}
	src.lives(noRecorder)
	play(t, src, 120, 30, nil, func(s *stage) {
		s.raw = ""
		s.pass(10 * time.Minute)
		if s.hides("is lost"); s.raw != "" || s.app.View().ReportFocus {
			t.Errorf("of a source that never was live it writes %q", s.raw)
		}
	})
}
