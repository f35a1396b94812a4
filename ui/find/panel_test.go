package find

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/theme"
)

// source is a lab with one run, whose log is given.
type source struct{ log string }

func (s source) Info() model.Info { return model.Info{Local: true} }
func (s source) Close() error     { return nil }

func (s source) Changes(context.Context, model.Cursor, model.Budget) (model.Changes, error) {
	return model.Changes{First: true, Put: []model.Summary{{Key: model.Key{ID: uuid.UUID{1}}, Name: text.Clean("run"), Status: model.Running}}}, nil
}

func (s source) Experiment(context.Context, model.Key) (model.Experiment, error) {
	return model.Experiment{}, model.ErrNoExperiment
}

func (s source) RunData(model.Key) model.RunData {
	return run{model.NoRunData{Err: model.ErrNoData}, s}
}

// run is its data.
type run struct {
	model.NoRunData
	of source
}

func (r run) Log(_ context.Context, b model.LogBudget) (model.Log, error) {
	return model.TailLog(r.of.log, b), nil
}

// press types keys and runs what follows.
func press(p *Panel, keys ...string) {
	for _, k := range keys {
		msg := tea.KeyPressMsg{Code: []rune(k)[0], Text: k}
		switch k {
		case "enter":
			msg = tea.KeyPressMsg{Code: tea.KeyEnter}
		case "esc":
			msg = tea.KeyPressMsg{Code: tea.KeyEscape}
		}
		cmd, _ := p.Key(msg)
		for cmd != nil {
			cmd = p.Update(cmd().(Msg))
		}
	}
}

func TestAPanelIsBounded(t *testing.T) {
	p := New(Config{Context: t.Context(), Source: source{strings.Repeat("x\n", 3*maxHits)}, Theme: theme.New(theme.Dark, false), Now: time.Now})
	p.Open()
	press(p, "x", "enter")
	if len(p.found.hits) != maxHits || !p.found.done {
		t.Errorf("%d hits, done %v", len(p.found.hits), p.found.done)
	}
	lines := p.Draw(80, 20)
	if len(lines) != 20 || !strings.Contains(lines[0], "the first 1,000 hits") {
		t.Errorf("%d lines: %q", len(lines), lines[0])
	}
	press(p, "G")
	for _, line := range p.Draw(80, 20) {
		if cell.Width(line) != 80 {
			t.Errorf("%d cells: %q", cell.Width(line), line)
		}
	}
	if _, hit := p.Key(tea.KeyPressMsg{Code: tea.KeyEnter}); hit == nil || hit.Number != maxHits || p.IsOpen() {
		t.Errorf("%+v", hit)
	}
}

// TestAClosedPanelEndsItsSearch, and what it finds afterwards is of no other one.
func TestAClosedPanelEndsItsSearch(t *testing.T) {
	p := New(Config{Context: t.Context(), Source: source{strings.Repeat("x\n", 3*maxHits)}, Theme: theme.New(theme.Dark, false), Now: time.Now})
	p.Open()
	press(p, "x")
	cmd, _ := p.Key(tea.KeyPressMsg{Code: tea.KeyEnter})
	late := cmd().(Msg)
	next := p.Update(late)
	press(p, "esc")
	if p.IsOpen() || !p.found.stopped {
		t.Error("it is open, or its search goes on")
	}
	for next != nil { // what was found by then, and the end
		next = p.Update(next().(Msg))
	}
	p.Open()
	press(p, "/", "y", "enter")
	n := len(p.found.hits)
	if p.Update(late) != nil || len(p.found.hits) != n {
		t.Error("hits of a former search")
	}
}

func TestAWrongPatternIsSaid(t *testing.T) {
	p := New(Config{Context: t.Context(), Source: source{}, Theme: theme.New(theme.Dark, false), Now: time.Now})
	p.Open()
	press(p, "(", "enter")
	if !p.Typing() || !strings.Contains(p.Draw(80, 20)[0], "missing closing )") {
		t.Errorf("%q", p.Draw(80, 20)[0])
	}
	press(p, ")", "enter")
	if p.Typing() || !strings.Contains(p.Draw(80, 20)[0], "nothing was found") {
		t.Errorf("%q", p.Draw(80, 20)[0])
	}
}
