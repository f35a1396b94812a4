package model

import (
	"math"
	"testing"
	"time"

	"societop/model/plan"
	"societop/model/text"
)

// twoRuns is a plan of 6 steps of 15 minutes and 8 of 30, from 08:00.
var twoRuns = &plan.Plan{Start: 28800, Segments: []plan.Segment{{Entry: 0, Ticks: 900, Steps: 6}, {Entry: 3, First: 5400, Ticks: 1800, Steps: 8}}}

// dirRun is a run of AgentSociety 2 with this plan, so many steps done.
func dirRun(status Status, done int64) Summary {
	s := summaryOf(1)
	s.Status, s.Plan, s.Updated = status, twoRuns, noon.Add(-time.Hour)
	s.Dir = &RunDir{Done: done, Epoch: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), Label: text.Clean("1_1"), Path: text.Clean("/lab/runs/sim-7"), Agents: 5}
	s.Now = SimTime{Day: -1}
	if done > 0 {
		at := int64(28800)
		for i := range done - 1 {
			at += map[bool]int64{true: 900, false: 1800}[i < 6]
		}
		s.Now = SimTimeOf(at)
	}
	return s
}

func TestProgressOfARunDirectory(t *testing.T) {
	unplanned := func(s Summary) Summary {
		s.Plan = nil
		return s
	}
	asking := dirRun(Finished, 0)
	asking.Plan = &plan.Plan{}
	for name, tc := range map[string]struct {
		s     Summary
		want  Progress
		short bool
	}{
		"running":            {dirRun(Running, 7), Progress{7, 14, 0.5, true}, false},
		"at its start":       {dirRun(Running, 0), Progress{0, 14, 0, true}, false},
		"finished":           {dirRun(Finished, 14), Progress{14, 14, 1, true}, false},
		"short":              {dirRun(Finished, 7), Progress{7, 14, 0.5, true}, true},
		"without a step":     {dirRun(Finished, 0), Progress{0, 14, 0, true}, true},
		"more than planned":  {dirRun(Finished, 21), Progress{21, 14, 1, true}, false},
		"lost":               {dirRun(Lost, 7), Progress{7, 14, 0.5, true}, false},
		"failed":             {dirRun(Failed, 0), Progress{0, 14, 0, true}, false},
		"not started":        {dirRun(NotStarted, 0), Progress{0, 14, 0, true}, false},
		"without a plan":     {unplanned(dirRun(Running, 7)), Progress{Step: 7, Steps: -1}, false},
		"done, no plan":      {unplanned(dirRun(Finished, 7)), Progress{Step: 7, Steps: -1}, false},
		"without a count":    {dirRun(Finished, -1), Progress{Step: -1, Steps: 14}, false},
		"only questions":     {asking, Progress{0, 0, 1, true}, false},
		"a finished 1.x run": {Summary{Status: Finished, Plan: twoRuns, Now: SimTimeOf(28800)}, Progress{14, 14, 1, true}, false},
	} {
		if got := tc.s.Progress(); got != tc.want {
			t.Errorf("%s: %+v, want %+v", name, got, tc.want)
		}
		if got := tc.s.Short(); got != tc.short {
			t.Errorf("%s: short is %v", name, got)
		}
	}
	s := dirRun(Running, -1)
	s.Now = SimTimeOf(28800 + 5400)
	if got := s.Progress(); got.Step != 7 {
		t.Errorf("by its clock it has done %d steps", got.Step)
	}
}

func TestTheClockOfARunDirectory(t *testing.T) {
	s := dirRun(Running, 1)
	s.Plan, s.Now = &plan.Plan{Segments: twoRuns.Segments}, SimTime{} // its first step is that of midnight
	if !s.Clock().Valid() {
		t.Error("a step at midnight of day 0 is none")
	}
	s = dirRun(Running, 0)
	if s.Clock().Valid() {
		t.Error("without a step it is at", s.Clock())
	}
}

func TestAResumedRunDidNotBeginAgain(t *testing.T) {
	before, now := dirRun(Lost, 7), dirRun(Running, 7)
	before.InputTokens, now.InputTokens = 5000, 10
	now.Created = now.Created.Add(time.Hour)
	if now.BeganAgain(&before) {
		t.Error("a run that was resumed began again")
	}
	if now = dirRun(Running, 0); !now.BeganAgain(&before) {
		t.Error("a run with no step done has not begun again")
	}
}

func TestTokensThatNobodyCounts(t *testing.T) {
	s := dirRun(Running, 7)
	d := *s.Dir
	d.Uncounted = true
	s.Dir = &d
	p := &Pace{}
	for done := int64(1); done < 14; done++ {
		at := dirRun(Running, done)
		at.Dir.Uncounted = true
		at.Updated = noon.Add(time.Duration(done) * time.Minute)
		p.Observe(&at)
		s = at
	}
	e := p.Estimate(&s, s.Updated)
	if !math.IsNaN(e.TokenRate) || !math.IsNaN(e.TokensAtEnd) || e.StepLength.Round(time.Second) != time.Minute {
		t.Errorf("estimated %+v", e)
	}
	counted := dirRun(Running, 7)
	counted.ID[0]++
	l := NewLab()
	l.Apply(Changes{First: true, Put: []Summary{s, counted}}, noon)
	for _, filter := range []string{"tokens>=0", "tokens<1"} {
		q, err := ParseQuery(filter)
		if err != nil {
			t.Fatal(err)
		}
		sel := made(l.Select(q, Sort{}, noon))
		for i := range sel.Len() {
			if at := sel.At(i); at.Key == s.Key {
				t.Errorf("%s finds unknown tokens", filter)
			}
		}
	}
	for _, reverse := range []bool{false, true} {
		sel := made(l.Select(Query{}, Sort{Key: ByTokens, Reverse: reverse}, noon))
		if last := sel.At(1); last.Key != s.Key {
			t.Error("unknown tokens are not last")
		}
	}
}

func TestLostAndShortRunsNeedAttention(t *testing.T) {
	all := map[string]Summary{"lost": dirRun(Lost, 7), "short": dirRun(Finished, 7), "": dirRun(Finished, 14)}
	l := NewLab()
	n := byte(0)
	for want, s := range all {
		n++
		s.ID[0] = n
		l.Apply(Changes{Put: []Summary{s}}, noon)
		if got := l.Estimate(s.Key, noon).Attention.Need.String(); got != want {
			t.Errorf("%s needs %q", want, got)
		}
	}
	if got := l.Needs().Count(); got != 2 {
		t.Errorf("%d need attention", got)
	}
	if l.Needs().SeeAll(noon); l.Needs().Count() != 0 {
		t.Errorf("%d need attention that were seen", l.Needs().Count())
	}
}

func TestARunThatAsksIsNotQuiet(t *testing.T) {
	p, at := &Pace{}, noon
	var s Summary
	for done := int64(1); done < 7; done++ {
		s, at = dirRun(Running, done), at.Add(10*time.Second)
		s.Updated = at
		p.Observe(&s)
	}
	later := at.Add(time.Hour)
	s.Dir.Phase = Phase{Kind: text.Clean("run"), Count: 6}
	if e := p.Estimate(&s, later); !e.Judged || !e.Stalled {
		t.Errorf("a silent step: %+v", e)
	}
	s.Dir.Phase = Phase{Kind: text.Clean("questionnaire"), Index: 1, Count: 6}
	if e := p.Estimate(&s, later); e.Judged || e.Stalled || e.Quiet {
		t.Errorf("a silent questionnaire: %+v", e)
	}
}

func TestFiltersOfRunDirectories(t *testing.T) {
	s := dirRun(Lost, 7)
	s.Dir.Warnings = []text.Text{text.Clean("resumed"), text.Clean("4 of 10 steps")}
	other := summaryOf(2)
	other.Status = Stopped
	l := NewLab()
	l.Apply(Changes{First: true, Put: []Summary{s, other}}, noon)
	for filter, want := range map[string]int{
		"status:lost": 1, "status:stopped": 1, "-status:lost": 1, "label:1_1": 1, `label:""`: 1, "path:SIM-7": 1, "path:sim-8": 0,
		"warning:resumed": 1, `warning:"of 10"`: 1, `-warning:""`: 1, `warning:""`: 1, "attention:yes": 2,
	} {
		q, err := ParseQuery(filter)
		if err != nil {
			t.Fatalf("%s: %v", filter, err)
		}
		if got := made(l.Select(q, Sort{}, noon)).Len(); got != want {
			t.Errorf("%s finds %d, want %d", filter, got, want)
		}
	}
	for text, want := range map[string]string{"la": "label:", "label:": "1_1", "path:": "/lab/runs/sim-7", "status:l": "lost"} {
		if got := offered(CompleteFilter(text, len(text), l)); got != want {
			t.Errorf("%q goes on with %q", text, got)
		}
	}
	if got := offered(CompleteFilter("la", 2, labOf(3))); got != "" {
		t.Errorf("without a run directory %q is offered", got)
	}
}

func TestCalendar(t *testing.T) {
	s := dirRun(Running, 7)
	c := s.Calendar()
	for at, want := range map[SimTime][3]string{
		{Day: 0, T: 34200.5}: {"01-05 09:30", "2026-01-05 09:30:00", "01-05"},
		{Day: 27, T: 59}:     {"02-01 00:00", "2026-02-01 00:00:59", "02-01"},
		{Day: 0, T: 86400}:   {"01-06 00:00", "2026-01-06 00:00:00", "01-06"},
		{Day: -1}:            {Unknown, Unknown, "d-1"},
	} {
		if got := [3]string{c.Short(at), c.Long(at), c.Day(at)}; got != want {
			t.Errorf("%+v is %q, want %q", at, got, want)
		}
	}
	for _, day := range []int{math.MaxInt, 366 * 9999} {
		if at := (SimTime{Day: day}); c.Short(at) != at.Short() {
			t.Errorf("day %d is %s", day, c.Short(at))
		}
	}
	if at := (SimTime{Day: 27, T: 59}); len(c.Short(at)) != c.Width() || len(at.Short()) != (Calendar{}).Width() {
		t.Errorf("moments have a width of %d and %d", c.Width(), Calendar{}.Width())
	}
	at := SimTime{Day: 1, T: 50701}
	if days := (Calendar{}); days.Short(at) != "d1 14:05" || days.Long(at) != "day 1 14:05:01" || days.Day(at) != "d1" {
		t.Errorf("without dates it is %s", days.Long(at))
	}
}

func TestMomentsOfACalendar(t *testing.T) {
	s := dirRun(Running, 7)
	c := s.Calendar()
	for str, want := range map[string]Moment{
		"2026-01-05 09:30":    {Day: true, At: SimTime{0, 34200}},
		"2026-01-06T09:30:15": {Day: true, At: SimTime{1, 34215}},
		"01-05 09:30":         {Day: true, At: SimTime{0, 34200}},
		"1-7":                 {Day: true, At: SimTime{2, 0}},
		"01-04":               {Day: true, At: SimTime{364, 0}},
		"02-29 00:00":         {Day: true, At: SimTime{785, 0}},
		"２０２６-01-05　09：30":    {Day: true, At: SimTime{0, 34200}},
		"2025-12-31":          {Day: true, At: SimTime{-5, 0}},
		"d1 09:00":            {Day: true, At: SimTime{1, 32400}},
		"09:00":               {At: SimTime{0, 32400}},
		"7":                   {Step: 7},
	} {
		got, err := c.Parse(str)
		if got.open = 0; err != nil || got != want {
			t.Errorf("%q is %+v, %v; want %+v", str, got, err, want)
		}
	}
	for _, str := range []string{"", "2026-13-01", "02-30", "2026-01-05 25:00", "01-05x", "2026-01", "-1", "tomorrow"} {
		if got, err := c.Parse(str); err == nil {
			t.Errorf("%q is %+v", str, got)
		}
	}
	if _, err := (Calendar{}).Parse("01-05 09:30"); err == nil {
		t.Error("a date of a run that counts days")
	}
	if m, _ := c.Parse("2025-12-31"); true {
		if i, ok := m.In([]SimTime{{0, 28800}}, SimTime{}); ok || i >= 0 {
			t.Errorf("a date before the run is step %d", i)
		}
	}
}

// TestStages of the workflow: what a run is at, and what it has done of each entry.
func TestStages(t *testing.T) {
	at := func(s Summary, index int) Summary {
		s.Dir.Phase = Phase{Kind: text.Clean("ask"), Index: index, Count: 4}
		return s
	}
	for name, tc := range map[string]struct {
		s     Summary
		stage int
		done  [2]int64 // of the entries 0 and 3
	}{
		"running":     {at(dirRun(Running, 7), 3), 3, [2]int64{6, 1}},
		"asking":      {at(dirRun(Running, 6), 1), 1, [2]int64{6, 0}},
		"no phase":    {dirRun(Lost, 7), 3, [2]int64{6, 1}},
		"begun":       {at(dirRun(Running, 0), 0), 0, [2]int64{0, 0}},
		"not started": {dirRun(NotStarted, 0), -1, [2]int64{0, 0}},
		"finished":    {at(dirRun(Finished, 14), 3), -1, [2]int64{6, 8}},
		"short":       {at(dirRun(Finished, 4), 3), 0, [2]int64{4, 0}},
	} {
		first, _ := tc.s.DoneIn(0)
		last, steps := tc.s.DoneIn(3)
		if got := tc.s.Stage(); got != tc.stage || [2]int64{first, last} != tc.done || steps != 8 {
			t.Errorf("%s: at entry %d, done %d and %d of %d", name, got, first, last, steps)
		}
	}
}
