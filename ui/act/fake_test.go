package act

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/theme"
)

// fakeSource is a server that notes what is carried out.
type fakeSource struct {
	forbids error
	carried []model.Order
	keys    []model.Key
	result  func(k model.Key, o model.Order) model.ControlResult // nil: it is done
	agents  []model.Profile
	surveys []model.Survey
	err     error // why nothing can be read
}

func (f *fakeSource) Info() model.Info {
	return model.Info{Kind: "endpoint", Address: text.Clean("http://lab-7:8080")}
}

func (f *fakeSource) Changes(context.Context, model.Cursor, model.Budget) (model.Changes, error) {
	return model.Changes{}, nil
}

func (f *fakeSource) Experiment(context.Context, model.Key) (model.Experiment, error) {
	return model.Experiment{}, nil
}

func (f *fakeSource) RunData(model.Key) model.RunData { return fakeRun{src: f} }

func (f *fakeSource) Close() error { return nil }

func (f *fakeSource) Forbids(model.Control) error { return f.forbids }

func (f *fakeSource) Surveys(context.Context) ([]model.Survey, error) { return f.surveys, f.err }

func (f *fakeSource) Carry(_ context.Context, k model.Key, o model.Order, adv model.ProgressFunc) model.ControlResult {
	f.carried, f.keys = append(f.carried, o), append(f.keys, k)
	for i := range o.Agents {
		adv(int64(i), int64(len(o.Agents)))
	}
	if f.result != nil {
		return f.result(k, o)
	}
	r := model.NewResult(k, o.Control, "it was done", nil)
	r.Reach(o.Agents...)
	return r
}

// fakeRun is a run of which only the agents are known.
type fakeRun struct {
	model.NoRunData
	src *fakeSource
}

func (r fakeRun) Profiles(context.Context) ([]model.Profile, error) { return r.src.agents, r.src.err }

// stage is a panel with its source, and the commands that have not been run.
type stage struct {
	t    *testing.T
	src  *fakeSource
	p    *Panel
	todo []tea.Cmd
	done []Done
}

// newStage opens a panel for runs of some states.
func newStage(t *testing.T, w, h int, states ...model.Status) *stage {
	s := &stage{t: t, src: &fakeSource{}}
	for i, name := range []string{"李娜", "Zoë", "\x1b[2J很长的名字"} {
		s.src.agents = append(s.src.agents, model.Profile{ID: int64(i + 1), Name: text.Clean(name)})
	}
	s.src.surveys = []model.Survey{{ID: uuid.UUID{1}, Name: text.Clean("幸福感 well-being")}, {ID: uuid.UUID{2}, Name: text.Clean("mood")}}
	s.p = New(Config{Context: t.Context(), Source: s.src, Theme: theme.New(theme.Dark, false)})
	s.p.Resize(w, h)
	s.p.Open(aboutRuns(states...))
	return s
}

// aboutRuns is what a panel is opened for: runs of some states.
func aboutRuns(states ...model.Status) (a About) {
	a.Sources = model.NewLab().Sources()
	names := []string{"北京早高峰通勤模拟 🚇", "baseline", "UBI policy \x1b[31m— " + strings.Repeat("很长的名字", 12), "", "another"}
	for i, status := range states {
		a.Runs = append(a.Runs, model.Summary{Key: model.Key{ID: uuid.UUID{byte(i + 1), 0xab}}, Name: text.Clean(names[i%len(names)]), Status: status})
	}
	return a
}

// press types keys, one a character; a newline is ⏎, a ! is Esc.
func (s *stage) press(keys string) {
	for _, r := range keys {
		msg := tea.KeyPressMsg{Code: r, Text: string(r)}
		switch r {
		case '\n':
			msg = tea.KeyPressMsg{Code: tea.KeyEnter}
		case '!':
			msg = tea.KeyPressMsg{Code: tea.KeyEscape}
		}
		if s.p.IsOpen() {
			s.add(s.p.Key(msg))
			s.check()
		}
	}
}

// add keeps a command.
func (s *stage) add(cmd tea.Cmd) {
	if cmd != nil {
		s.todo = append(s.todo, cmd)
	}
}

// run runs what is to be done, until nothing is left.
func (s *stage) run() {
	for len(s.todo) > 0 {
		cmd := s.todo[0]
		s.todo = s.todo[1:]
		switch msg := cmd().(type) {
		case tea.BatchMsg:
			s.todo = append(s.todo, msg...)
		case Msg:
			next, done := s.p.Update(msg)
			s.add(next)
			if done != nil {
				s.done = append(s.done, *done)
			}
			s.check()
		}
	}
}

// check fails unless the page has its size.
func (s *stage) check() {
	s.t.Helper()
	if !s.p.IsOpen() {
		return
	}
	lines := s.p.Draw()
	if len(lines) > s.p.height {
		s.t.Fatalf("%d lines of %d", len(lines), s.p.height)
	}
	for _, line := range lines {
		if n := cell.Width(line); n != s.p.width {
			s.t.Fatalf("%d cells of %d: %q", n, s.p.width, line)
		}
	}
	if n := cell.Width(s.p.Footer(s.p.width)); n != s.p.width {
		s.t.Fatalf("the footer has %d cells of %d", n, s.p.width)
	}
	if x, y, ok := s.p.Cursor(); ok && (x < 0 || y < 0 || x >= s.p.width || y >= s.p.height) {
		s.t.Fatalf("the cursor is at %d, %d", x, y)
	}
}

// screen is what is shown, with title and keys.
func (s *stage) screen() string {
	if !s.p.IsOpen() {
		return "closed"
	}
	var out []string
	for _, line := range append(append([]string{s.p.Title()}, s.p.Draw()...), s.p.Footer(s.p.width)) {
		out = append(out, strings.TrimRight(ansi.Strip(line), " "))
	}
	return strings.Join(out, "\n") + "\n"
}

// shows fails unless the page holds every text.
func (s *stage) shows(texts ...string) {
	s.t.Helper()
	for _, one := range texts {
		if !strings.Contains(s.screen(), one) {
			s.t.Fatalf("%q is not shown:\n%s", one, s.screen())
		}
	}
}

// sent fails unless orders of these controls were carried out.
func (s *stage) sent(want ...model.Control) {
	s.t.Helper()
	var got []model.Control
	for _, o := range s.src.carried {
		got = append(got, o.Control)
	}
	if !slices.Equal(got, want) {
		s.t.Fatalf("%v were carried out, want %v", got, want)
	}
}

var errAway = &model.Error{Op: "read", Address: "http://lab-7:8080", Err: model.ErrUnreachable, Detail: "connection refused"}

var errStrange = errors.New("strange")
