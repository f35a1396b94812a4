package ui

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
)

// fakeMetrics is what every experiment of a fakeSource has measured.
type fakeMetrics struct {
	all   []model.Metric
	err   error
	reads int
}

func (s fakeSociety) Metrics(context.Context) ([]model.Metric, error) {
	s.src.mu.Lock()
	defer s.src.mu.Unlock()
	s.src.metrics.reads++
	return append([]model.Metric(nil), s.src.metrics.all...), s.src.metrics.err
}

// withMetrics changes what is measured from now on.
func (f *fakeSource) withMetrics(by func(*fakeMetrics)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	by(&f.metrics)
}

// measuredHours is what a run has measured in so many hours: series of several scales, one
// with a hole, one with values that are no numbers, one that has just begun.
func measuredHours(n int) []model.Metric {
	series := []struct {
		key   string
		value func(hour float64) float64
	}{
		{"gdp", func(h float64) float64 { return 2e6 + 9e3*h + 2e5*math.Sin(h/9) }},
		{"opinion variance", func(h float64) float64 { return 0.08 + 0.9*math.Exp(-h/20) }},
		{"share awake", func(h float64) float64 { return max(0, min(1, 0.5+math.Sin(h/24*2*math.Pi))) }},
		{"\x1b[2J hostile \u202e", func(h float64) float64 { return -h }},
		{"price_index 物价指数", func(h float64) float64 { return 100 + h/10 }},
		{"unemployment 失业率", func(float64) float64 { return math.NaN() }},
		{"平均幸福感 mean happiness 🙂", func(h float64) float64 { return 3 + math.Sin(h/5)*math.Cos(h/31) }},
	}
	var all []model.Metric
	for i, s := range series {
		m := model.Metric{Key: text.Clean(s.key)}
		for h := range n {
			if i == 1 && h > 20 && h < 30 {
				continue
			}
			m.Points = append(m.Points, model.Point{Tick: int64(1 + 3600*h), Value: s.value(float64(h))})
		}
		all = append(all, m)
	}
	return all
}

// onMetrics shows the metrics of the first experiment of a lab.
func onMetrics(t *testing.T, src *fakeSource, w, h int, test func(*stage)) {
	t.Helper()
	play(t, src, w, h, nil, func(s *stage) {
		s.press("Metrics", "enter")
		s.rest()
		test(s)
	})
}

func TestAChartOpensAndCloses(t *testing.T) {
	src := &fakeSource{all: testLab(), metrics: fakeMetrics{all: measuredHours(60)}}
	onMetrics(t, src, 120, 30, func(s *stage) {
		s.shows("7 metrics · d0 08:00 … d2 19:00", "▌gdp", "⏎ one chart")
		s.press("l", "enter")
		s.shows("opinion variance", "2 of 7", "d2 19:00", "point 51 of 51", "Esc back", "h l cursor")
		s.press("z", "f", "esc")
		s.shows("7 metrics", "▌opinion variance")
		s.press("esc", "esc")
		s.shows("/ filter", "7 metrics")
		s.press("h", "j", "l")
		s.rest()
		s.shows("╭ a run gone quiet", "▌opinion variance")
		s.press("enter", "enter", "enter")
		s.shows("2 of 7")
		s.press("esc", "tab", "enter")
		s.shows("7 metrics")
	})
}

func TestMetricsOfARunGrow(t *testing.T) {
	src := &fakeSource{all: testLab(), metrics: fakeMetrics{all: measuredHours(60)}}
	onMetrics(t, src, 80, 24, func(s *stage) {
		s.press("enter", "pgup")
		s.shows("d2 07:00", "point 48 of 60")
		src.withMetrics(func(m *fakeMetrics) { m.all = measuredHours(90) })
		s.pass(10 * time.Second)
		s.shows("d2 07:00", "point 48 of 90")
		src.withMetrics(func(m *fakeMetrics) { m.err = refused })
		s.pass(10 * time.Second)
		s.shows("d2 07:00", "point 48 of 90 · The metrics")
		s.press("esc")
		s.shows("7 metrics · d0 08:00 … d4 01:00 · The metrics can't be read")
	})
}

func TestWhyThereAreNoMetrics(t *testing.T) {
	server := &model.Info{Kind: "endpoint", Address: text.Clean("http://lab-7")}
	for _, tc := range []struct {
		err  error
		want string
	}{
		{model.ErrNotOffered, "The metrics are not offered by this server."},
		{model.ErrNotStarted, "There are no metrics yet: the experiment has not started."},
		{&model.Error{Op: "read", Err: model.ErrNoData}, "This experiment has no metrics here: they were not kept, or are gone."},
		{errors.New("odd \x1b[2J"), "odd �[2J"},
		{nil, "This experiment has measured nothing yet."},
	} {
		src := &fakeSource{all: testLab(), info: server, metrics: fakeMetrics{err: tc.err}}
		onMetrics(t, src, 200, 30, func(s *stage) {
			s.shows(tc.want)
			s.press("enter", "j", "l", "e", "z", "G", "h")
			s.shows(tc.want)
			s.press("esc")
			s.shows("/ filter")
		})
	}
}

// TestAFreshReadOfTheSameMetricsDrawsTheSame holds that a refresh changes no cell where
// nothing new was measured.
func TestAFreshReadOfTheSameMetricsDrawsTheSame(t *testing.T) {
	src := &fakeSource{all: testLab(), metrics: fakeMetrics{all: measuredHours(60)}}
	onMetrics(t, src, 160, 45, func(s *stage) {
		before := s.app.View().Content
		s.pass(20 * time.Second)
		if src.metrics.reads < 3 {
			t.Fatalf("%d reads", src.metrics.reads)
		}
		if after := s.app.View().Content; before != after {
			t.Errorf("the same metrics look other:\n%s", strings.TrimSpace(s.screen()))
		}
	})
}
