package ui

import (
	"fmt"
	"math"
	"regexp"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
)

// nonsense is what numbers look like that nobody has thought of: of floats that are none, at the
// ends of int64, of durations that overflow, and shares below nothing or above all.
var nonsense = regexp.MustCompile(`NaN|Inf\b|nan\b|-922337203685|[^\w-]-\d{7,}|\d{5,}-\d\d-\d\d\b|[^\w-]-\d+-\d\d-|\b2562047|\b10675\dd|\b29\dy|-\d+ ?%|\b[1-9]\d{3,} ?%|%!`)

// sane fails unless all numbers on the screen are.
func (s *stage) sane() {
	s.t.Helper()
	screen := s.screen()
	if bad := nonsense.FindString(screen); bad != "" {
		s.t.Fatalf("%q is on the screen:\n%s", bad, screen)
	}
}

// everywhere goes through every pane and what lies in them, and the columns of the list.
func (s *stage) everywhere() {
	s.t.Helper()
	for _, keys := range [][]string{
		{"1", "enter"},
		{"G"},
		{"2"},
		{"s"},
		{"S"},
		{"enter"},
		{"G"},
		{"esc"},
		{"3"},
		{"v"},
		{"v"},
		{"v"},
		{"z", "z"},
		{"x"},
		{"t"},
		{"V"},
		{",", "<"},
		{">", "."},
		{"L"},
		{"4"},
		{"G"},
		{"5"},
		{"enter"},
		{"a"},
		{"a"},
		{"6"},
		{"e"},
		{"enter"},
		{"h"},
		{"l"},
		{"z"},
		{"e"},
		{"7"},
		{"8"},
		{"f"},
		{"f"},
		{"tab"},
	} {
		s.press(keys...)
		s.rest()
		s.sane()
	}
	for range model.SortKeys() {
		s.press("s")
		s.rest()
		s.sane()
	}
	s.press("y", "Y")
	s.sane()
}

// oddTimes are simulated times that no clock shows.
var oddTimes = []model.SimTime{
	{},
	{Day: -1, T: -1},
	{Day: math.MaxInt, T: 1},
	{Day: math.MinInt, T: 1},
	{Day: 1, T: math.NaN()},
	{Day: 1, T: math.Inf(1)},
	{Day: 1, T: math.Inf(-1)},
	{Day: 1, T: 1e308},
	{Day: 1, T: -1e308},
	{Day: 0, T: 1e-308},
	{Day: 3, T: -1},
	{Day: math.MaxInt / 3, T: 86399.999},
}

// oddPlans are workflows that no run could do.
var oddPlans = []string{
	"days: 1e12", "days: -1", "days: 0", "days: .nan", "days: .inf", "days: 1e308", "days: 1e-308", "steps: 9223372036854775807", "steps: -9223372036854775808",
	"steps: 10\n    ticks_per_step: 0", "steps: 10\n    ticks_per_step: -300", "days: 1e12\n    ticks_per_step: 9223372036854775807", "steps: 99999999999999999999999",
}

// oddLab is experiments whose numbers are at the ends of what they can be, and beyond sense.
func oddLab() (all []model.Experiment) {
	odd := []int64{0, -1, math.MaxInt64, math.MinInt64, 1 << 62}
	statuses := []model.Status{model.Running, model.Finished, model.Failed, model.Stopped, model.NotStarted, math.MaxInt8, math.MinInt8}
	walls := []time.Time{{}, start, start.Add(100 * 365 * 24 * time.Hour), time.Unix(1<<40, 0).UTC(), time.Unix(-1<<40, 0).UTC()}
	for i := range 60 {
		e := testExperiment(i, fmt.Sprint("odd ", i), statuses[i%len(statuses)], 12)
		config := "exp:\n  workflow:\n  - type: run\n    " + oddPlans[i%len(oddPlans)] + "\n"
		e.Config = text.CleanLines(config)
		e.Plan, e.Models = plan.Read(config)
		if i%4 == 3 {
			e.Plan = nil
		}
		e.Now, e.NumDay = oddTimes[i%len(oddTimes)], int(odd[i%len(odd)])
		e.InputTokens, e.OutputTokens = odd[(i/2)%len(odd)], odd[(i/3)%len(odd)]
		e.Created, e.Updated = walls[i%len(walls)], walls[(i/5)%len(walls)]
		all = append(all, e)
	}
	return all
}

// TestOddNumbersInTheList: every column, and the overview of each experiment.
func TestOddNumbersInTheList(t *testing.T) {
	src := &fakeSource{all: oddLab()}
	play(t, src, 220, 70, nil, func(s *stage) {
		s.press("c")
		for range 12 { // all columns that are not shown yet
			s.press("j", "space")
		}
		s.press("esc")
		s.sane()
		for range src.all {
			s.press("j")
			s.rest()
			s.sane()
		}
		s.press("g")
		s.everywhere()
		for _, size := range [][2]int{{120, 36}, {80, 24}, {40, 12}} {
			s.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			s.sane()
		}
	})
}

// oddFloats are numbers at the ends of what floats can be.
var oddFloats = []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e308, -1e308, 1e-308, -1e-308, math.MaxFloat64, math.SmallestNonzeroFloat64, 0, math.Copysign(0, -1), 1, 1e15}

// oddTown is a town whose agents stand at odd places and have odd numbers in their status.
func oddTown() fakeTown {
	town := townOf(20, len(oddFloats)*2)
	town.bulk = true
	town.does = func(i int, at model.SimTime) model.AgentStatus {
		s := statusOf(i, at)
		n := len(oddFloats)
		f := oddFloats[i%n]
		s.Lng, s.Lat, s.Parent = f, oddFloats[((i+int(at.T)/300)%n+n)%n], math.MinInt64
		if i >= len(oddFloats) {
			s.Lng, s.Lat = 116, 39.9
		}
		s.Status = text.ParseValue(fmt.Sprintf(`{"hunger":%s,"mood":-9e999}`, []string{"1e308", "-1e308", "1e999", "-0", "1e-320", "0.5"}[i%6]))
		return s
	}
	survey := model.Survey{ID: uuid.UUID{7}, Name: text.Clean("odd"), Data: text.ParseValue(
		`{"pages":[{"elements":[{"type":"rating","name":"r","rateMin":1e308,"rateMax":-1e308},{"type":"rating","name":"q","rateMin":1e-308,"rateMax":1e308},{"type":"rating","name":"p"}]}]}`)}
	town.surveys = []model.Survey{survey}
	town.poll = func(id int64, moments []model.SimTime) (all []model.Answer) {
		v := []string{"1e308", "-1e308", `"NAN"`, `"INF"`, "1e999", "9223372036854775807", "-0", "3", "1e-320"}[int(id)%9]
		for _, at := range moments[:min(2, len(moments))] {
			all = append(all, model.Answer{ID: id, At: at, Survey: survey.ID, Result: text.CleanLines(fmt.Sprintf(`{"r":%s,"q":%s,"p":%s}`, v, v, v))})
		}
		return all
	}
	return town
}

// oddMetrics are series of odd numbers at odd moments.
func oddMetrics() (all []model.Metric) {
	ticks := []int64{math.MinInt64, -1, 0, 1, 3600, 3601, 1 << 40, math.MaxInt64 - 1, math.MaxInt64}
	for i := range oddFloats {
		m := model.Metric{Key: text.Clean(fmt.Sprint("m", i))}
		for j, tick := range ticks {
			m.Points = append(m.Points, model.Point{Tick: tick, Value: oddFloats[(i+j)%len(oddFloats)]})
		}
		one := model.Metric{Key: text.Clean(fmt.Sprint("one", i)), Points: []model.Point{{Tick: ticks[i%len(ticks)], Value: oddFloats[i]}}}
		all = append(all, m, one)
	}
	return append(all, model.Metric{Key: text.Clean("none")})
}

// TestOddNumbersInThePanes: places, status, ratings and metrics.
func TestOddNumbersInThePanes(t *testing.T) {
	src := &fakeSource{all: testLab(), town: oddTown(), metrics: fakeMetrics{all: oddMetrics()}}
	for _, size := range [][2]int{{200, 60}, {120, 36}, {80, 24}, {40, 12}} {
		play(t, src, size[0], size[1], nil, func(s *stage) { s.everywhere() })
	}
}

// TestOddMomentsInThePanes: a timeline that no clock shows.
func TestOddMomentsInThePanes(t *testing.T) {
	town := oddTown()
	town.moments = append(town.moments[:3:3], oddTimes...)
	src := &fakeSource{all: testLab(), town: town}
	play(t, src, 120, 36, nil, func(s *stage) { s.everywhere() })
}

// TestARunThatGoesAstray: restarts, clocks that jump, steps of no length, counters that go
// backwards, at every tick something else.
func TestARunThatGoesAstray(t *testing.T) {
	src := &fakeSource{all: testLab()}
	play(t, src, 160, 45, nil, func(s *stage) {
		s.press("enter")
		jumps := []time.Duration{time.Second, 0, -time.Hour, 24 * 365 * 200 * time.Hour, -24 * 365 * 250 * time.Hour, time.Nanosecond, 5 * time.Minute}
		steps := []int{1, 0, -300, 5, 1 << 30, -1 << 30, 2}
		for i := range 60 {
			src.change(0, func(e *model.Experiment) {
				e.Now = momentAt(steps[i%len(steps)] * i)
				if i%5 == 4 {
					e.Now = oddTimes[i/5%len(oddTimes)]
				}
				e.Updated = start.Add(time.Duration(2*i)*time.Second + jumps[(i/2)%len(jumps)])
				e.InputTokens += []int64{1000, -5000, math.MaxInt64, 0}[i%4] // which overflows
				e.OutputTokens = []int64{math.MinInt64, 5, math.MaxInt64}[i%3]
			})
			s.pass(3 * time.Second)
			s.sane()
		}
		src.change(0, func(e *model.Experiment) { // and back to order
			*e = testExperiment(0, "back", model.Running, 400)
			e.Updated = time.Now()
		})
		s.pass(3 * time.Second)
		s.shows("step 400 of 504")
		s.sane()
	})
}
