// Package panetest has what the tests of panes share.
package panetest

import (
	"fmt"
	"math"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/pane"
)

// Crowd returns a view of n agents at one moment.
func Crowd(n int, at model.SimTime) (v pane.View) {
	v.Timeline, v.At, v.Live = []model.SimTime{at}, at, true
	v.Frame.At = at
	for i := range n {
		v.Profiles = append(v.Profiles, model.Profile{ID: int64(i + 1), Name: text.Clean(fmt.Sprintf("李娜 %d", i)), Profile: text.ParseValue(fmt.Sprintf(`{"age":%d,"job":"teacher"}`, i*7%60))})
		v.Frame.Agents = append(v.Frame.Agents, model.AgentStatus{ID: int64(i + 1), At: at, Lng: 116, Lat: math.NaN(), Action: text.Clean("睡觉 💤"), Status: text.ParseValue(fmt.Sprintf(`{"hunger":%g,"mood":"fine"}`, math.Sin(float64(i)+at.T)))})
	}
	for _, need := range []pane.Need{pane.NeedTimeline, pane.NeedProfiles, pane.NeedFrame, pane.NeedHistory, pane.NeedTalk, pane.NeedAnswers} {
		v.Tell(need, true, text.Text{})
	}
	v.Agent, v.Chosen = 1, n > 0
	return v
}

// Press sends keys to a pane, one a character; a newline is ⏎.
func Press(p pane.Pane, keys string) {
	for _, k := range keys {
		if k == '\n' {
			p.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
			continue
		}
		p.Update(tea.KeyPressMsg{Code: k, Text: string(k)})
	}
}

// Text returns what a pane shows, without styles and trailing space.
func Text(p pane.Pane) string {
	var out []string
	for _, row := range strings.Split(ansi.Strip(p.View()), "\n") {
		out = append(out, strings.TrimRight(row, " ▐"))
	}
	return strings.TrimRight(strings.Join(out, "\n"), "\n")
}

// Fills fails the test unless a pane fills its cells.
func Fills(t *testing.T, p pane.Pane, w, h int) {
	t.Helper()
	rows := strings.Split(p.View(), "\n")
	if len(rows) != max(h, 1) {
		t.Fatalf("%d rows of %d", len(rows), h)
	}
	for _, r := range rows {
		if h > 0 && cell.Width(r) != w {
			t.Fatalf("%d cells of %d: %q", cell.Width(r), w, r)
		}
	}
}
