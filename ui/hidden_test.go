package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/input"
	"societop/ui/pane"
	"societop/ui/pane/agentmap"
	"societop/ui/pane/kit"
	"societop/ui/pane/overview"
	"societop/ui/pane/panetest"
	"societop/ui/theme"
)

// catalogs is a source of which some runs have datasets.
type catalogs struct {
	*fakeSource
	of    map[model.Key][]model.Dataset // the others have none
	hang  chan struct{}                 // not nil: a catalog is read when it is closed
	mu    sync.Mutex
	reads int
	asked []model.RowQuery // rows
}

// catalog is the data of a run of such a source.
type catalog struct {
	fakeSociety
	src *catalogs
}

func (c *catalogs) RunData(k model.Key) model.RunData {
	return catalog{fakeSociety{model.NoRunData{Err: model.ErrNotOffered}, c.fakeSource, k}, c}
}

func (c catalog) Datasets(ctx context.Context) ([]model.Dataset, error) {
	c.src.mu.Lock()
	c.src.reads++
	hang := c.src.hang
	c.src.mu.Unlock()
	if hang != nil {
		select {
		case <-hang:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if all, ok := c.src.of[c.key]; ok {
		return all, nil
	}
	return nil, model.ErrNotOffered
}

func (c catalog) Rows(_ context.Context, _ string, q model.RowQuery) (r model.Rows, err error) {
	c.src.mu.Lock()
	defer c.src.mu.Unlock()
	c.src.asked = append(c.src.asked, q)
	r.Columns, r.Whole = []text.Text{text.Clean("agent_id"), text.Clean("step"), text.Clean("lng")}, 3
	for step := range 3 {
		for agent := range 4 {
			if id := fmt.Sprint(agent + 1); step >= q.From && (q.To == 0 || step < q.To) && (q.Entity.Empty() || q.Entity.Raw() == id) {
				r.Cells = append(r.Cells, []text.Value{text.ParseValue(id), text.ParseValue(fmt.Sprint(step)), text.ParseValue(fmt.Sprintf("11%d.%d", step, agent))})
			}
		}
	}
	r.Total = len(r.Cells)
	return r, nil
}

func (c catalog) Timeline(context.Context) ([]model.SimTime, error) {
	return []model.SimTime{{T: 28800}, {T: 29700}, {T: 30600}}, nil
}

// sheets is a pane that shows datasets.
type sheets struct {
	width, height int
	n             int
}

func newSheets(*theme.Theme) pane.Pane { return &sheets{} }

func (s *sheets) Title() string             { return "Sheets" }
func (s *sheets) Show(v pane.View)          { s.n = len(v.Datasets) }
func (s *sheets) Needs() []pane.Need        { return []pane.Need{pane.NeedDatasets} }
func (s *sheets) Resize(w, h int)           { s.width, s.height = w, h }
func (s *sheets) ShortHelp() []key.Binding  { return nil }
func (s *sheets) Off(key.Binding) string    { return "" }
func (s *sheets) Rebind(*input.Keys)        {}
func (s *sheets) FullHelp() [][]key.Binding { return [][]key.Binding{nil} }
func (s *sheets) Update(tea.Msg) tea.Cmd    { return nil }
func (s *sheets) View() string              { return cell.Block([]string{"sheets"}, s.width, s.height) }

func (s *sheets) Lacks(v *pane.View) (why string, known bool) {
	return kit.Lacks(v, pane.NeedDatasets)
}

// optionalPanes has one that most runs have and two that only some have, one of these without a number.
var optionalPanes = []paneEntry{{1, overview.New}, {3, agentmap.New}, {4, newCensus}, {10, newSheets}}

// twoRuns is a source of three runs: the first has datasets without places, the second none, the
// third some with places.
func twoRuns() *catalogs {
	c := &catalogs{fakeSource: &fakeSource{all: testLab()}, of: map[model.Key][]model.Dataset{}}
	c.of[c.all[0].Key] = []model.Dataset{{ID: text.Clean("economy.agent_state"), Kind: model.EntitySnapshot}}
	c.of[c.all[2].Key] = []model.Dataset{{ID: text.Clean("mobility.agent_state"), Capabilities: []text.Text{text.Clean(model.GeoPoint)}}}
	return c
}

// bar returns the line of the screen with the tabs.
func bar(s *stage) string {
	for line := range strings.SplitSeq(s.screen(), "\n") {
		if strings.Contains(line, " 1 Overview ") {
			return line[strings.Index(line, " 1 Overview "):]
		}
	}
	s.t.Fatalf("no tabs:\n%s", s.screen())
	return ""
}

// hasTabs fails unless exactly these of the panes have tabs.
func hasTabs(s *stage, want ...string) {
	s.t.Helper()
	b := bar(s)
	for _, name := range []string{"3 Map", "4 Census", "0 Sheets"} {
		if strings.Contains(b, " "+name+" ") != slices.Contains(want, name) {
			s.t.Fatalf("tabs %q, want %q", b, want)
		}
	}
}

// TestPanesThatARunHasNothingFor have no tab, are skipped, and their number says why.
func TestPanesThatARunHasNothingFor(t *testing.T) {
	withPanes(t, optionalPanes)
	play(t, twoRuns(), 160, 40, nil, func(s *stage) {
		s.rest()
		hasTabs(s, "4 Census", "0 Sheets")
		s.shows("1 4 0 pane")
		s.press("3")
		s.shows("3 is off here. No dataset of this run has places.")
		s.press("]")
		s.shows("heads")
		s.press("[", "[")
		s.shows("sheets")
		s.press("]", "j")
		s.rest()
		hasTabs(s, "3 Map", "4 Census")
		s.press("0")
		s.shows("0 is off here. The datasets are not offered by this lab file.")
		s.press("?")
		s.shows("1 3 4 ")
		s.press("esc", "j")
		s.rest()
		hasTabs(s, "3 Map", "4 Census", "0 Sheets")
	})
}

// TestThePaneOnTheScreenStays when a run is shown that has nothing for it, and says so.
func TestThePaneOnTheScreenStays(t *testing.T) {
	withPanes(t, optionalPanes)
	play(t, twoRuns(), 160, 40, nil, func(s *stage) {
		s.rest()
		s.press("j")
		s.rest()
		s.press("3", "k")
		s.rest()
		hasTabs(s, "3 Map", "4 Census", "0 Sheets")
		s.shows("No dataset of this run has places.")
		s.press("1")
		hasTabs(s, "4 Census", "0 Sheets")
	})
}

// TestTabsDoNotFlicker: until it is known what a run has, the tabs are those of the run before it.
func TestTabsDoNotFlicker(t *testing.T) {
	withPanes(t, optionalPanes)
	src := twoRuns()
	play(t, src, 160, 40, nil, func(s *stage) {
		s.rest()
		hasTabs(s, "4 Census", "0 Sheets")
		src.mu.Lock()
		src.hang = make(chan struct{})
		src.mu.Unlock()
		s.press("j", "j")
		s.rest()
		hasTabs(s, "4 Census", "0 Sheets")
		close(src.hang)
		s.rest()
		hasTabs(s, "3 Map", "4 Census", "0 Sheets")
	})
}

// TestWhatARunHasIsReadOnce, whatever pane is on the screen; of a source that can't have it never.
func TestWhatARunHasIsReadOnce(t *testing.T) {
	withPanes(t, optionalPanes)
	src := twoRuns()
	play(t, src, 160, 40, nil, func(s *stage) {
		s.pass(30 * s.app.feed.Interval)
		if src.reads != 1 {
			t.Errorf("the catalog of a run was read %d times", src.reads)
		}
	})
}

// TestAMapOfWhichNothingIsKnown stays: only a catalog says that there are no places.
func TestAMapOfWhichNothingIsKnown(t *testing.T) {
	p := agentmap.New(theme.New(theme.Mono, false)).(pane.Optional)
	v := panetest.Crowd(3, model.SimTime{})
	if why, known := p.Lacks(&v); why != "" || known {
		t.Errorf("%q, %v", why, known)
	}
}

// TestTables: the rows of a dataset are read when it is opened, follow the time bar and the selected agent,
// and only those of the present choice are read.
func TestTables(t *testing.T) {
	src := twoRuns()
	d := &src.of[src.all[0].Key][0]
	d.EntityKey, d.StepKey, d.Capabilities = text.Clean("agent_id"), text.Clean("step"), []text.Text{text.Clean(model.AgentSnapshot)}
	play(t, src, 120, 30, nil, func(s *stage) {
		s.rest()
		s.press("[", "tab")
		s.rest()
		s.shows("1 dataset", "economy.agent_state")
		if len(src.asked) != 0 {
			t.Fatalf("rows were read: %+v", src.asked)
		}
		s.press("enter")
		s.rest()
		s.shows("4 rows · step 2", "112.3", "3/3")
		s.press(",", ",")
		s.rest()
		s.shows("4 rows · step 0", "110.3", "1/3")
		s.press("j", "a")
		s.rest()
		s.shows("1 row · step 0 · agent 2", "110.1")
		s.press("t")
		s.rest()
		s.shows("3 rows · all steps · agent 2", "112.1")
		n := len(src.asked)
		s.press("l", "s", "enter", "esc", "/", "1", "esc")
		s.rest()
		if len(src.asked) != n {
			t.Errorf("rows are read again: %+v", src.asked[n:])
		}
		s.press("esc", "esc")
		s.shows("1 dataset")
	})
}
