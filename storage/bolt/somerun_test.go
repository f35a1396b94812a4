package bolt

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/storagetest"
)

// runLab makes a lab of a few experiments, one of which has a run.
func runLab(t testing.TB, s storagetest.RunData) (path string, k model.Key) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "lab.db")
	all := storagetest.Experiments(4)
	writeLab(t, path, all)
	fillLab(t, path, all[1].Key, s)
	return path, all[1].Key
}

// some is a little of everything.
func some() (s storagetest.RunData) {
	c := newCrowd(600, 0.5)
	for i := range 4 {
		f := c.frame(i)
		f.Agents = slices.Clone(f.Agents)
		s.Frames = append(s.Frames, f)
		s.Prompts = append(s.Prompts, model.Prompt{At: f.At, Text: text.CleanLines(strings.Repeat("weather: 晴\n", 20)), Created: c.created})
		for id := range int64(5) {
			for n := range id {
				str := text.CleanLines(fmt.Sprintf("agent %d, step %d, no. %d", id, i, n))
				s.Messages = append(s.Messages, model.Message{ID: id, At: f.At, Kind: model.Thought, Content: str, Created: c.created})
				s.Answers = append(s.Answers, model.Answer{ID: id, At: f.At, Survey: uuid.NewMD5(uuid.Nil, []byte{byte(n)}), Result: str, Created: c.created})
			}
		}
	}
	for id := range int64(600) {
		s.Profiles = append(s.Profiles, model.Profile{ID: id, Name: text.Clean(fmt.Sprint("李娜", id)), Profile: text.ParseValue(`{"age": 30}`)})
	}
	s.Metrics = []model.Metric{{Key: text.Clean("gdp"), Points: []model.Point{{Tick: 1, Value: 0.5}, {Tick: 3601, Value: math.NaN()}}}}
	s.Steps = []model.StepTime{{At: model.SimTime{Day: 3, T: 0.1}, Wall: c.created.Add(time.Hour)}}
	s.Log = strings.Repeat("a line\n\nanother line 行\n", 10_000)
	return s
}

// dump is all that the lab has of a run, in words that tell NaN from NaN and −0 from 0.
func dump(t testing.TB, s *Store, k model.Key) string {
	t.Helper()
	text, err := dumpOf(s, k)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// dumpOf is dump, and the first error.
func dumpOf(s *Store, k model.Key) (string, error) {
	ctx := context.Background()
	o := s.RunData(k).(runData)
	var b strings.Builder
	var first error
	put := func(v any, err error) {
		if first == nil {
			first = err
		}
		fmt.Fprintf(&b, "%#v\n", v)
	}
	moments, err := o.Timeline(ctx)
	put(moments, err)
	for _, at := range append(moments, model.Latest) {
		f, err := o.Frame(ctx, at)
		put(f, err)
		p, err := o.Prompt(ctx, at)
		put(p, err)
	}
	steps, err := o.Steps(ctx)
	put(steps, err)
	profiles, err := o.Profiles(ctx)
	put(profiles, err)
	history, err := o.Agent(300).History(ctx)
	put(history, err)
	own, err := o.Agent(4).Talk(ctx)
	put(own, err)
	talk, err := o.TalkUntil(ctx, model.Latest, 0)
	put(talk, err)
	answers, err := o.AnswersUntil(ctx, model.Latest, 0)
	put(answers, err)
	metrics, err := o.Metrics(ctx)
	put(metrics, err)
	log, err := o.Log(ctx, model.LogBudget{})
	put(log, err)
	surveys, err := s.Surveys(ctx)
	put(surveys, err)
	return b.String(), first
}
