package tables

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane"
	"societop/ui/pane/panetest"
	"societop/ui/theme"
)

// opened is the pane with the rows of agents, after some keys.
func opened(v pane.View, keys string) *tables {
	p := New(theme.New(theme.Mono, false)).(*tables)
	p.Resize(116, 19)
	p.Show(v)
	panetest.Press(p, "j\n"+keys)
	return p
}

// shows fails the test unless the pane shows some texts.
func shows(t *testing.T, p *tables, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(panetest.Text(p), w) {
			t.Errorf("%q is not shown:\n%s", w, panetest.Text(p))
		}
	}
}

// first returns the first row of the table.
func first(p *tables) string {
	return strings.Join(strings.Fields(strings.Split(panetest.Text(p), "\n")[3]), " ")
}

func TestKeysOfTheTable(t *testing.T) {
	for _, tc := range []struct{ keys, want string }{
		{"", "1 4 2024-01-01T08:04:00 116.0379"},
		{"llls", "1 4 2024-01-01T08:04:00 116.0379"},
		{"lllsS", "12 4 2024-01-01T08:04:00 116.4548"}, // by lng, reversed
		{"lllss", "1 4"}, // as at the start
		{"S", "12 4"},    // the source's order, reversed
		{"/moving\n", "1 4"},
		{"/MOV\n", "1 4"},
		{"/agent_id:12\n", "12 4"},
		{"/status:在家\n", "? 2 4"},
		{"/咖啡馆 7\n", "7 4"},
		{"/lat:39.95\n", "5 4"},
	} {
		if got := strings.TrimPrefix(first(opened(seen(), tc.keys)), "▌ "); !strings.HasPrefix(strings.TrimPrefix(got, "▌"), tc.want) {
			t.Errorf("after %q the first row is %q, want %q", tc.keys, got, tc.want)
		}
	}
}

// TestEscLeadsBack from a value to the table, and to the datasets; first it ends the filter.
func TestEscLeadsBack(t *testing.T) {
	p := opened(seen(), "llllll\n")
	shows(t, p, `"target": "咖啡馆 3"`, "plan JSON  What the agent is about to do.")
	esc := func() {
		k := tea.KeyPressMsg{Code: tea.KeyEscape}
		if !p.CapturesKey(k) {
			t.Fatal("Esc leaves the pane")
		}
		p.Update(k)
	}
	esc()
	shows(t, p, "12 rows")
	panetest.Press(p, "/idle\n")
	shows(t, p, "3 of 12 rows")
	esc()
	shows(t, p, "12 rows")
	esc()
	shows(t, p, "3 datasets", "1 empty")
	if p.CapturesKey(tea.KeyPressMsg{Code: tea.KeyEscape}) {
		t.Error("Esc stays in the list of datasets")
	}
}

// TestWhichRowsAreRead: those of the step that the time bar shows, of all, or of the newest; of all agents
// or of the selected one.
func TestWhichRowsAreRead(t *testing.T) {
	for _, tc := range []struct {
		keys string
		live bool
		want model.RowQuery
	}{
		{"", false, model.RowQuery{From: 4, To: 5}},
		{"t", false, model.RowQuery{}},
		{"tt", false, model.RowQuery{From: 5}},
		{"ttt", false, model.RowQuery{From: 4, To: 5}},
		{"a", false, model.RowQuery{From: 4, To: 5, Entity: text.Clean("3")}},
		{"ta", false, model.RowQuery{Entity: text.Clean("3")}},
		{"aa", false, model.RowQuery{From: 4, To: 5}},
	} {
		v := seen()
		p := opened(v, tc.keys)
		var c pane.Choice
		p.Choose(&v, &c)
		tc.want.Limit, tc.want.Newest = maxRows, true
		if c.Rows.Dataset.String() != "mobility.agent_state" || c.Rows.Query != tc.want {
			t.Errorf("after %q: %+v", tc.keys, c.Rows)
		}
	}
	v := seen()
	v.Tell(pane.NeedTimeline, false, text.Text{})
	var c pane.Choice
	if opened(v, "").Choose(&v, &c); !c.Rows.Dataset.Empty() {
		t.Error("rows are read before it is known which step is shown")
	}
	v.Tell(pane.NeedTimeline, false, text.Clean("The timeline can't be read."))
	if opened(v, "").Choose(&v, &c); c.Rows.Dataset.Empty() {
		t.Error("without a timeline nothing is read")
	}
}

// TestRowsOfAnotherStepStay until its own are read.
func TestRowsOfAnotherStepStay(t *testing.T) {
	v := seen()
	p := opened(v, "jjj")
	v.Agent, _ = p.Agent()
	v.Choice.Rows.Query.From, v.Choice.Rows.Query.To = 5, 6
	v.Tell(pane.NeedRows, false, text.Text{})
	p.Show(v)
	shows(t, p, "step 4", pane.Reading)
	v.Table = pane.Table{Of: v.Choice.Rows, Rows: rowsOf(12, 5, 1)}
	v.Tell(pane.NeedRows, true, text.Text{})
	p.Show(v)
	shows(t, p, "step 5")
	if id, ok := p.Agent(); !ok || id != 6 {
		t.Errorf("agent %d is selected, want 6", id)
	}
}

// TestTheSelectedAgentIsShared: the table goes to the agent that was selected elsewhere, and selects others.
func TestTheSelectedAgentIsShared(t *testing.T) {
	v := seen()
	p := opened(v, "")
	if id, ok := p.Agent(); !ok || id != 3 {
		t.Fatalf("agent %d is selected at the start", id)
	}
	panetest.Press(p, "jj")
	if id, _ := p.Agent(); id != 5 {
		t.Fatalf("agent %d is selected", id)
	}
	v.Agent = 9
	p.Show(v)
	if id, _ := p.Agent(); id != 9 {
		t.Errorf("agent %d is selected", id)
	}
}

// TestMoreRowsDoNotMoveTheSelection: it belongs to a row.
func TestMoreRowsDoNotMoveTheSelection(t *testing.T) {
	v := seen()
	v.Table.Of.Query, v.Choice.Rows.Query = model.RowQuery{}, model.RowQuery{}
	v.Table.Rows = rowsOf(12, 3, 2)
	p := opened(v, "GS")
	before := p.grid.kept
	v.Table.Rows = rowsOf(12, 2, 5)
	p.Show(v)
	if p.grid.kept != before || p.grid.keyOf(int(p.grid.order[p.grid.index])) != before {
		t.Errorf("%+v is selected, was %+v", p.grid.kept, before)
	}
}

// TestAnotherRun shows its datasets, with the one selected that was before.
func TestAnotherRun(t *testing.T) {
	v := seen()
	p := opened(v, "")
	v.Experiment.ID[0]++
	p.Show(v)
	shows(t, p, "3 datasets", "▌mobility.agent_state")
	var c pane.Choice
	if p.Choose(&v, &c); !c.Rows.Dataset.Empty() {
		t.Error("rows are read of a run whose datasets are listed")
	}
}

// TestKeysThatAreOff say why.
func TestKeysThatAreOff(t *testing.T) {
	v := seen()
	p := New(theme.New(theme.Mono, false)).(*tables)
	p.Show(v)
	for want, b := range map[string]string{
		p.Off(p.keys.sort): "the datasets are listed", p.Off(p.keys.back): "the datasets are listed",
	} {
		if !strings.Contains(want, b) {
			t.Errorf("%q does not say %q", want, b)
		}
	}
	p = opened(v, "\n")
	if why := p.Off(p.keys.sort); !strings.Contains(why, "one value is shown") {
		t.Errorf("it says %q", why)
	}
	p = opened(v, "/xyzzy\n")
	if why := p.Off(p.keys.open); why != "there is no row" {
		t.Errorf("it says %q", why)
	}
	enter, steps := tea.KeyPressMsg{Code: tea.KeyEnter}, tea.KeyPressMsg{Code: 't', Text: "t"}
	if p.CapturesKey(enter) {
		t.Error("a key that is off is not left to the one who says why")
	}
	if p.Off(p.keys.agent) != "" || !p.CapturesKey(steps) {
		t.Error("the rows of one agent, or of some steps, can't be shown")
	}
	p.grid.dataset.StepKey = text.Text{}
	if why := p.Off(p.keys.steps); why != "the rows of this dataset have no step" || p.CapturesKey(steps) {
		t.Errorf("of rows without a step it says %q", why)
	}
	v.Tell(pane.NeedDatasets, false, text.Clean("The lab file is locked."))
	v.Datasets = nil
	p.Show(v)
	if why := p.Off(p.keys.open); why != "The lab file is locked." {
		t.Errorf("it says %q", why)
	}
}

// TestOddTables: tables that nobody has thought of fill their cells and end no program.
func TestOddTables(t *testing.T) {
	odd := map[string]model.Rows{
		"nothing":     {},
		"no columns":  {Cells: [][]text.Value{{}, {}}},
		"one column":  {Columns: []text.Text{{}}, Cells: [][]text.Value{{{}}}},
		"long values": {Columns: []text.Text{text.Clean(strings.Repeat("长", 80)), text.Clean("b")}, Cells: [][]text.Value{{text.ValueOf(strings.Repeat("很长", 50_000)), text.ParseValue("[" + strings.Repeat("[", 50) + strings.Repeat("]", 50) + "]")}}},
		"odd numbers": {Columns: []text.Text{text.Clean("step"), text.Clean("agent_id")}, Cells: [][]text.Value{{text.ParseValue("1e999"), text.ParseValue("-0")}, {text.ParseValue("99999999999999999999"), text.ParseValue(`"\u001b[31m"`)}}},
	}
	for name, rows := range odd {
		for _, size := range [][2]int{{116, 19}, {36, 8}, {36, 4}, {10, 3}, {1, 1}, {0, 0}} {
			v := seen()
			v.Table.Rows = rows
			p := New(theme.New(theme.Dark, false)).(*tables)
			p.Resize(size[0], size[1])
			p.Show(v)
			for _, keys := range []string{"", "j\n", "l", "l", "s", "S", "G", "/x\n", "\n", "j"} {
				panetest.Press(p, keys)
				t.Run(fmt.Sprint(name, size, keys), func(t *testing.T) { panetest.Fills(t, p, size[0], size[1]) })
				_ = p.Print()
			}
		}
	}
}

// TestIntegersAreSortedExactly: a float can't tell them apart.
func TestIntegersAreSortedExactly(t *testing.T) {
	v := seen()
	v.Table.Rows = model.Rows{Columns: []text.Text{text.Clean("n")}}
	for _, n := range []string{"9007199254740993", "9007199254740992", "-9007199254740993", "-9007199254740992", "null", `"b"`, `"A"`, "0.5", "10", "9"} {
		v.Table.Rows.Cells = append(v.Table.Rows.Cells, []text.Value{text.ParseValue(n)})
	}
	p := opened(v, "s")
	var got []string
	for _, i := range p.grid.order {
		got = append(got, p.grid.rows.Cells[i][0].Raw())
	}
	if s := strings.Join(got, " "); s != `-9007199254740993 -9007199254740992 0.5 9 10 9007199254740992 9007199254740993 "A" "b" null` {
		t.Errorf("the order is %s", s)
	}
}

// manyRows is as many rows as are read at most.
func manyRows() pane.View {
	v := seen()
	v.Table.Rows = rowsOf(1000, 0, 1)
	one := v.Table.Rows.Cells
	for len(v.Table.Rows.Cells) < maxRows {
		v.Table.Rows.Cells = append(v.Table.Rows.Cells, one...)
	}
	v.Table.Rows.Total = 300_000
	return v
}

// TestAKeyCostsWhatIsVisible, however many rows there are.
func TestAKeyCostsWhatIsVisible(t *testing.T) {
	cost := func(v pane.View) float64 {
		p := opened(v, "g")
		return testing.AllocsPerRun(20, func() {
			panetest.Press(p, "j")
			_ = p.View()
			p.Show(v)
		})
	}
	few, many := cost(seen()), cost(manyRows())
	if many > 2*few+100 {
		t.Errorf("a key makes %v allocations in %d rows, %v in 12", many, maxRows, few)
	}
	p := opened(manyRows(), "")
	shows(t, p, "newest 50,000 of 300,000 rows")
}

func BenchmarkTable(b *testing.B) {
	v := manyRows()
	b.Run("show", func(b *testing.B) {
		for b.Loop() {
			opened(v, "")
		}
	})
	for name, keys := range map[string]string{"sort": "ss", "filter": "/x\n", "move": "jk"} {
		p := opened(v, "lll")
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				panetest.Press(p, keys)
				_ = p.View()
			}
		})
	}
}

// TestARunWithoutDatasets says so, as does the number of the pane.
func TestARunWithoutDatasets(t *testing.T) {
	var v pane.View
	v.TellAbsent(pane.NeedDatasets, text.Clean("The datasets are not offered by this server."))
	p := New(theme.New(theme.Mono, false)).(*tables)
	p.Resize(116, 19)
	p.Show(v)
	shows(t, p, noDatasets)
	if why, known := p.Lacks(&v); why != noDatasets || !known {
		t.Errorf("it says %q", why)
	}
	v = seen()
	if why, known := p.Lacks(&v); why != "" || !known {
		t.Errorf("of a run with datasets it says %q", why)
	}
}
