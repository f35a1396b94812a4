package list

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/theme"

	"github.com/charmbracelet/x/ansi"
)

func TestColumnsFillTheRow(t *testing.T) {
	all := usualColumns(false)
	for i := range allColumns {
		all[i] = true
	}
	for w := 38; w < 300; w++ {
		for _, wanted := range []choice{{}, usualColumns(false), all} {
			c := columnsFor(w, wanted, Width{names: easyName, sources: w % 17})
			used := 4 + c.name
			for i, part := range c.parts {
				if part > 0 {
					used += part + 1
				}
				if part > 0 && !wanted[i] {
					t.Fatalf("%d cells: %s is shown", w, allColumns[i].name)
				}
			}
			if used > w || c.name < leastName {
				t.Fatalf("%d cells: %+v takes %d", w, c, used)
			}
		}
	}
}

// TestColumnsUnderACell is a drawing: which column each cell of the heading belongs to.
func TestColumnsUnderACell(t *testing.T) {
	c := columnsFor(60, usualColumns(false), Width{names: easyName})
	letters := map[string]string{"status": "s", "name": "n", "progress bar": "b", "percent": "p", "simulated time": "t", "end": "e", "tokens": "k", "": "."}
	var got strings.Builder
	for x := -1; x < 61; x++ {
		name, _ := c.headAt(x)
		got.WriteString(letters[name])
	}
	want := ".sss" + strings.Repeat("n", c.name) + strings.Repeat("b", c.parts[barColumn]+1) + strings.Repeat("p", 6) + strings.Repeat("t", 10) + strings.Repeat("e", 12)
	if got := strings.TrimRight(got.String(), "."); got != strings.TrimRight(want, ".") && got != want+strings.Repeat("k", 7) {
		t.Errorf("the columns are\n%s, want\n%s", got, want)
	}
}

// TestASourceIsNarrowBeforeTheBarIsLeftOut: at every width several sources can be told apart, and a long
// name of one costs neither the bar nor more than what names of experiments can spare.
func TestASourceIsNarrowBeforeTheBarIsLeftOut(t *testing.T) {
	for w := 38; w < 300; w++ {
		short := columnsFor(w, usualColumns(false), Width{names: easyName, sources: leastSource})
		for sources := leastSource; sources <= maxSource; sources++ {
			c := columnsFor(w, usualColumns(false), Width{names: easyName, sources: sources})
			if c.parts[sourceColumn] < leastSource || c.parts[sourceColumn] > sources {
				t.Fatalf("%d cells: a source of %d has %d", w, sources, c.parts[sourceColumn])
			}
			if c.parts[barColumn] != short.parts[barColumn] || w >= 60 && c.parts[barColumn] == 0 {
				t.Fatalf("%d cells: the bar has %d next to a source of %d", w, c.parts[barColumn], sources)
			}
			if w >= 60 && c.name < easyName {
				t.Fatalf("%d cells: the name has %d next to a source of %d", w, c.name, sources)
			}
		}
	}
	if c := columnsFor(108, usualColumns(false), Width{names: 20, sources: 24}); c.parts[sourceColumn] != 24 {
		t.Errorf("a source of 24 has %d cells", c.parts[sourceColumn])
	}
}

func TestNamesOfSourcesStayDifferent(t *testing.T) {
	for _, tc := range []struct {
		names string
		w     int
		want  string
	}{
		{"a.db lab.db", 6, "a.db lab.db"},
		{"looks2-a.db looks2-b.db", 6, "lo…2-a lo…2-b"},
		{"campus-of-the-north-1 campus-of-the-north-2", 16, "campus-…-north-1 campus-…-north-2"},
		{"a-of-a-long-name b-of-a-long-name", 6, "a-…ame b-…ame"},
		{"北京的实验室一 北京的实验室二", 6, "北…一 北…二"},
	} {
		names := strings.Fields(tc.names)
		cut := cutNames(names, tc.w)
		if got := cut[names[0]] + " " + cut[names[1]]; got != tc.want {
			t.Errorf("%s in %d cells: %s, want %s", tc.names, tc.w, got, tc.want)
		}
	}
}

func TestTheWidthForANameHoldsIt(t *testing.T) {
	for _, roomy := range []bool{false, true} {
		for name := easyName; name < 60; name++ {
			sources := name % 2 * 9
			c := columnsFor(Width{names: name, sources: sources}.with(usualColumns(false), roomy), usualColumns(false), Width{names: name, sources: sources})
			for i, part := range c.parts {
				if want := allColumns[i].usual && (roomy || !allColumns[i].roomy) && (sources > 0 || i != sourceColumn); want && part == 0 {
					t.Errorf("a name of %d: no room for %s", name, allColumns[i].name)
				}
			}
			if c.name < min(name, roomyName) {
				t.Errorf("a name of %d has %d", name, c.name)
			}
		}
	}
}

// TestARangeCutsNoName: the column of the range is there only if it takes nothing away from names.
func TestARangeCutsNoName(t *testing.T) {
	at := slices.IndexFunc(allColumns[:], func(c column) bool { return c.roomy })
	for w := 40; w < 200; w++ {
		for _, name := range []int{0, 22, 90} {
			without := usualColumns(false)
			without[at] = false
			c, bare := columnsFor(w, usualColumns(false), Width{names: name}), columnsFor(w, without, Width{names: name})
			least := min(max(name, easyName), roomyName)
			if c.parts[at] > 0 && c.name < least {
				t.Errorf("%d cells: a name of %d is cut to %d", w, name, c.name)
			}
			if c.parts[at] == 0 && c != bare {
				t.Errorf("%d cells: other columns without a range", w)
			}
			if c.parts[at] == 0 && w >= (Width{names: least}).with(usualColumns(false), true) {
				t.Errorf("%d cells: no range next to a name of %d in %d", w, name, bare.name)
			}
		}
	}
}

// listOf is a list of n experiments.
func listOf(n int) *List {
	lab, now := model.NewLab(), time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	c := model.Changes{First: true, Total: n}
	for i := range n {
		s := model.Summary{Name: text.Clean(fmt.Sprintf("run %d", i)), Status: model.Finished, Created: now}
		s.ID[0], s.ID[1], s.ID[2] = byte(i>>16), byte(i>>8), byte(i)
		c.Put = append(c.Put, s)
	}
	lab.Apply(c, now)
	return New(lab, model.Query{}, model.Sort{}, theme.New(theme.Mono, false), time.UTC, func() time.Time { return now })
}

func TestANewerFilterCancelsAnOlder(t *testing.T) {
	l := listOf(2*workRows + 10)
	query := func(text string) model.Query {
		q, err := model.ParseQuery(text)
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	older := l.Select(query("r"), l.Sort())
	if done, more := l.Work(older); done || more == nil {
		t.Fatal("the older filter is made at once")
	}
	newer := l.Select(query("rx"), l.Sort())
	if older == newer {
		t.Fatal("the older filter goes on")
	}
	for done := false; !done; {
		done, _ = l.Work(newer)
	}
	if done, more := l.Work(older); done || more != nil || l.Len() != 0 {
		t.Fatalf("the older filter is shown: %d", l.Len())
	}
}

// TestTheOrderByTheEndFollowsTheTime: a run that turns quiet goes to the end, and the selection with it.
func TestTheOrderByTheEndFollowsTheTime(t *testing.T) {
	lab, now := model.NewLab(), time.Date(2000, 1, 1, 12, 0, 0, 0, time.UTC)
	begin := now
	for i := range 3 {
		s := model.Summary{Name: text.Clean(fmt.Sprintf("run %d", i)), Status: model.Running, Plan: plan.New(0, []plan.Entry{{Type: "step", Steps: 1000, Ticks: 300}})}
		s.ID[0], s.Now, s.Updated, s.Created = byte(i), model.SimTimeOf(int64(1+(299-100*i)*300)), now, now.Add(-6*time.Hour)
		lab.Apply(model.Changes{Put: []model.Summary{s}}, now)
	}
	l := New(lab, model.Query{}, model.Sort{Key: model.ByETA}, theme.New(theme.Mono, false), time.UTC, func() time.Time { return now })
	l.selection.Work(1000)
	l.Resize(10)
	l.FindSelected()
	first, _ := l.Selected()
	now = begin.Add(4 * time.Minute) // three times 72 s are over, but not three times 108 or 216 s
	l.Judge(true)
	if got, _ := l.Selected(); got != first || l.Index() != 2 || !lab.Estimate(first, now).Quiet {
		t.Errorf("the selected run is in row %d", l.Index())
	}
}

// TestARowSaysHowWellItsEndIsKnown: with a range, roughly, or not at all; in ASCII, too, and in cells.
func TestARowSaysHowWellItsEndIsKnown(t *testing.T) {
	lab, now := model.NewLab(), time.Date(2000, 1, 1, 12, 0, 0, 0, time.UTC)
	p := plan.New(0, []plan.Entry{{Type: "step", Steps: 1000, Ticks: 300}})
	for i, done := range []int64{700, 5, 0} {
		s := model.Summary{Name: text.Clean(fmt.Sprintf("北京早高峰 %d", i)), Status: model.Running, Plan: p}
		s.ID[0], s.Updated, s.Created = byte(i), now, now.Add(-100*time.Hour)
		var steps []model.StepTime
		for n := range done {
			s.Now = model.SimTimeOf(1 + n*300)
			steps = append(steps, model.StepTime{At: s.Now, Wall: now.Add(time.Duration(n+1-done)*time.Minute + time.Duration(n*n%20)*time.Second)})
		}
		if done > 0 {
			s.Updated = steps[done-1].Wall
		}
		lab.Apply(model.Changes{Put: []model.Summary{s}}, now)
		if done > 0 && !lab.SetPace(s.Key, model.PaceOf(&s, steps), now) {
			t.Fatalf("no pace of %d steps", done)
		}
	}
	l := New(lab, model.Query{}, model.Sort{Key: model.ByETA}, theme.New(theme.Mono, false), time.UTC, func() time.Time { return now })
	l.selection.Work(1000)
	l.Resize(3)
	l.Measure()
	w := l.Width().Most
	for i, want := range []string{`ETA RANGE`, ` \dh( \d\dm)? \(\d+h( \d\dm)? – \d+h( \d\dm)?\)  `, ` ~\d+h rough  `, ` – {20,}`} {
		row := ansi.Strip(l.Draw(w, 4, true, nil)[i])
		if !regexp.MustCompile(want).MatchString(row) || cell.Width(row) != w {
			t.Errorf("no %s in %q", want, row)
		}
		if plain := theme.ToASCII(row); cell.Width(plain) != w || strings.Contains(strings.SplitN(plain, "%", 2)[len(strings.SplitN(plain, "%", 2))-1], "?") {
			t.Errorf("in ASCII it is %q", plain)
		}
	}
}

// TestARowOfARunDirectory has a mark if there are warnings, and dates and a count without a plan; there is
// room for both.
func TestARowOfARunDirectory(t *testing.T) {
	lab, now := model.NewLab(), time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC)
	s := model.Summary{Name: text.Clean("sim-7"), Status: model.Lost, Now: model.SimTime{Day: 1, T: 34200}, Created: now, Updated: now}
	s.Dir = &model.RunDir{Done: 7, Epoch: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), Uncounted: true, Warnings: []text.Text{text.Clean("resumed")}}
	lab.Apply(model.Changes{First: true, Put: []model.Summary{s}}, now)
	for ascii, want := range map[bool]string{false: "◌△sim-7", true: "%^sim-7"} {
		l := New(lab, model.Query{}, model.Sort{}, theme.New(theme.Mono, ascii), time.UTC, func() time.Time { return now })
		l.ToggleColumn(2) // the step
		l.selection.Work(10)
		l.Resize(2)
		l.Measure()
		row := ansi.Strip(l.Draw(l.Width().Most, 2, false, nil)[1])
		for _, part := range []string{want, " 7 01-06 09:30 ", " lost ", " –"} {
			if !strings.Contains(row, part) {
				t.Errorf("no %q in %q", part, row)
			}
		}
	}
}

// TestPathsAreCutInTheMiddle: the names of run directories of a workspace stay different.
func TestPathsAreCutInTheMiddle(t *testing.T) {
	lab, now := model.NewLab(), time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC)
	for i := range 2 {
		s := model.Summary{Name: text.Clean(fmt.Sprintf("城市 workspace/hypothesis_1/experiment_%d/run", i+1)), Created: now, Dir: &model.RunDir{}}
		s.ID[0] = byte(i)
		lab.Apply(model.Changes{Put: []model.Summary{s}}, now)
	}
	l := New(lab, model.Query{}, model.Sort{Key: model.ByID}, theme.New(theme.Mono, false), time.UTC, func() time.Time { return now })
	l.selection.Work(10)
	l.Resize(3)
	for i, want := range []string{"_1/run ", "_2/run "} {
		if row := ansi.Strip(l.Draw(60, 3, true, nil)[1+i]); !strings.Contains(row, want) || cell.Width(row) != 60 {
			t.Errorf("row %d is %q", i, row)
		}
	}
}
