package ui

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/theme"
)

// stage runs an App without a terminal, in a bubble of fake time.
type stage struct {
	t         *testing.T
	app       *App
	msgs      chan tea.Msg
	over      chan struct{} // closed when the test is over: nobody takes messages any more
	quit      bool
	unchecked bool // frames are not measured
	measured  measured
	raw       string // what was written to the terminal past the screen
}

// measured is the frame that was measured last, and the size that it had.
type measured struct {
	frame         string
	width, height int
}

// play runs a test of the monitor on a source, in a bubble.
func play(t *testing.T, src model.Source, width, height int, change func(*Options), test func(*stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		o := Options{
			JSON: func(s model.Summary, _ model.Estimate, _ model.Cost) string {
				return fmt.Sprintf("{%q}", s.Name.String())
			},
			Pager:  func(string) (*exec.Cmd, error) { return nil, errors.New("there is no pager") },
			Source: src, Interval: 2 * time.Second, Theme: theme.Dark, Zone: time.UTC, Now: func() time.Time { return time.Now().UTC() },
		}
		if change != nil {
			change(&o)
		}
		app, err := New(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		s := &stage{t: t, app: app, msgs: make(chan tea.Msg), over: make(chan struct{})}
		defer func() {
			close(s.over)
			time.Sleep(time.Hour) // of the bubble: every tick that was planned has come
		}()
		s.run(app.Init())
		if frame := app.View().Content; frame != "" { // Bubble Tea draws before it knows the size
			t.Fatalf("a screen of no size shows %q", frame)
		}
		s.send(tea.WindowSizeMsg{Width: width, Height: height})
		test(s)
	})
}

// run starts a command as Bubble Tea would; what it is still waiting for at the end of the
// test is dropped.
func (s *stage) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		msg := cmd()
		select {
		case s.msgs <- msg:
		case <-s.over:
		}
	}()
}

// send delivers a message, and whatever follows from it without time passing.
func (s *stage) send(msg tea.Msg) {
	s.deliver(msg)
	s.settle()
}

func (s *stage) deliver(msg tea.Msg) {
	switch msg := msg.(type) {
	case nil:
	case tea.BatchMsg:
		for _, cmd := range msg {
			s.run(cmd)
		}
	case tea.QuitMsg:
		s.quit = true
	case tea.RawMsg:
		s.raw += fmt.Sprint(msg.Msg)
	default:
		_, cmd := s.app.Update(msg)
		s.check()
		s.run(cmd)
	}
}

// settle delivers all that is there until nothing happens any more.
func (s *stage) settle() {
	for {
		synctest.Wait()
		select {
		case msg := <-s.msgs:
			s.deliver(msg)
		default:
			return
		}
	}
}

// pass lets time pass, and delivers each message at its time.
func (s *stage) pass(d time.Duration) {
	for end := time.After(d); ; {
		select {
		case msg := <-s.msgs:
			s.deliver(msg)
			s.settle()
		case <-end:
			s.settle()
			return
		}
	}
}

// rest lets selection and pane come to rest, so that the detail is read.
func (s *stage) rest() { s.pass(2 * settleTime) }

// press types keys by their names.
func (s *stage) press(keys ...string) {
	for _, k := range keys {
		s.send(keyOf(k))
	}
}

// keyOf is a key by its name; the title of a pane is the key that shows it.
func keyOf(name string) tea.KeyPressMsg {
	if number := paneNumber(name); number > 0 {
		name = fmt.Sprint(number % 10)
	}
	codes := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "down": tea.KeyDown, "pgdown": tea.KeyPgDown, "backspace": tea.KeyBackspace, "left": tea.KeyLeft}
	if name == "space" {
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
	}
	if code, ok := codes[name]; ok {
		return tea.KeyPressMsg{Code: code}
	}
	if rest, ok := strings.CutPrefix(name, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: rune(rest[0]), Mod: tea.ModCtrl}
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}

// paneNumber is the number of the pane with a title; 0: there is none.
func paneNumber(title string) int {
	for _, p := range panes {
		if len(title) > 2 && p.create(theme.New(theme.Mono, true)).Title() == title {
			return p.number
		}
	}
	return 0
}

// titles are those of all panes.
func titles() (all []string) {
	for _, p := range panes {
		all = append(all, p.create(theme.New(theme.Mono, true)).Title())
	}
	return all
}

// screen is the frame without its styles.
func (s *stage) screen() string { return ansi.Strip(s.app.View().Content) }

// check fails unless the frame is exactly as large as the terminal.
func (s *stage) check() {
	s.t.Helper()
	if s.unchecked || s.app.screen.width <= 0 || s.app.screen.height <= 0 {
		return
	}
	frame := s.app.View().Content
	now := measured{frame, s.app.screen.width, s.app.screen.height}
	if now == s.measured {
		return
	}
	lines := strings.Split(frame, "\n")
	if len(lines) != s.app.screen.height {
		s.t.Fatalf("%d lines on a screen of %d×%d:\n%s", len(lines), s.app.screen.width, s.app.screen.height, s.screen())
	}
	for i, line := range lines {
		if n := cell.Width(line); n != s.app.screen.width {
			s.t.Fatalf("line %d has %d cells of %d: %q\n%s", i, n, s.app.screen.width, ansi.Strip(line), s.screen())
		}
	}
	s.measured = now
}

// shows fails unless the screen holds every text.
func (s *stage) shows(texts ...string) {
	s.t.Helper()
	screen := s.screen()
	for _, text := range texts {
		if !strings.Contains(screen, text) {
			s.t.Fatalf("%q is not on the screen:\n%s", text, screen)
		}
	}
}

// hides fails if the screen holds one of the texts.
func (s *stage) hides(texts ...string) {
	s.t.Helper()
	screen := s.screen()
	for _, text := range texts {
		if strings.Contains(screen, text) {
			s.t.Fatalf("%q is on the screen:\n%s", text, screen)
		}
	}
}

// selected is the selected experiment.
func (s *stage) selected() model.Key {
	k, _ := s.app.list.Selected()
	return k
}

// shownKey is the experiment that the detail shows.
func (s *stage) shownKey() model.Key {
	k, _ := s.app.detail.data.Key()
	return k
}
