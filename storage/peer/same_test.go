package peer

import (
	"context"
	"testing"

	"societop/model"
	"societop/storage/serve"
	"societop/storage/storagetest"
)

// TestWhatIsTheSameDoesNotCrossTwice: of a run of 100 agents, read again without a change, and after a
// step. All that is read is that of the source each time.
func TestWhatIsTheSameDoesNotCrossTwice(t *testing.T) {
	g := newGrowing(100)
	g.at(21)
	c, n := counting(t, serve.New(g, serve.Options{}))
	readings := map[string]func(model.RunData) error{
		"datasets": func(r model.RunData) error { _, err := r.(model.DatasetReader).Datasets(t.Context()); return err },
		"activity": func(r model.RunData) error { _, err := r.(model.ActivityReader).Activity(t.Context()); return err },
		"health":   func(r model.RunData) error { _, err := r.(model.HealthReader).Health(t.Context()); return err },
		"notes":    func(r model.RunData) error { _, err := r.Agent(1).(model.NotesReader).Notes(t.Context()); return err },
		"timeline": func(r model.RunData) error { _, err := r.Timeline(t.Context()); return err },
		"log":      func(r model.RunData) error { _, err := r.Log(t.Context(), model.LogBudget{Lines: 100}); return err },
	}
	cost := func() map[string]int64 {
		t.Helper()
		all := map[string]int64{}
		for name, read := range readings {
			n.Store(0)
			if err := read(c.RunData(g.e.Key)); err != nil {
				t.Fatal(name, err)
			}
			all[name] = n.Load()
		}
		storagetest.SameRunDir(t, c.RunData(g.e.Key), g.RunData(g.e.Key), 0, 1)
		return all
	}
	first, idle := cost(), cost()
	g.at(22)
	step, after := cost(), cost()
	for name := range readings {
		t.Logf("%s: %d bytes, the same %d, after a step %d, the same %d", name, first[name], idle[name], step[name], after[name])
		if idle[name] > 600 || after[name] > 600 {
			t.Errorf("%s: %d and %d bytes of what is the same", name, idle[name], after[name])
		}
	}
}

// TestAnswersOfOneRunAreKept, and no more than a bound.
func TestAnswersOfOneRunAreKept(t *testing.T) {
	var k keptAnswers
	a, b := storagetest.Experiments(2)[0].Key, storagetest.Experiments(2)[1].Key
	k.put(a, "x", make([]byte, 100))
	k.put(a, "x", make([]byte, 50))
	k.put(a, "y", make([]byte, 1))
	if k.size != 51 || k.get(a, "x") == nil || k.get(b, "x") != nil {
		t.Errorf("%d bytes", k.size)
	}
	k.put(b, "x", make([]byte, 7))
	if k.size != 7 || k.get(a, "x") != nil || k.get(b, "x") == nil {
		t.Errorf("%d bytes", k.size)
	}
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		if k.put(b, name, make([]byte, maxAnswer)); k.size > maxAnswers {
			t.Errorf("%d bytes", k.size)
		}
	}
}

// TestALongAnswerPasses, though it is not kept.
func TestALongAnswerPasses(t *testing.T) {
	m, e := storagetest.NewMemory(), storagetest.Experiments(2)[1]
	m.Put(e)
	var all []model.Message
	for range 60_000 {
		all = append(all, model.Message{ID: 1, Content: e.Config, Speaker: e.Name})
	}
	m.SetRunData(e.Key, storagetest.RunData{Messages: all})
	c := over(t, serve.New(m, serve.Options{}))
	for range 2 {
		got, err := c.RunData(e.Key).Agent(1).Talk(context.Background())
		if err != nil || len(got) != len(all) || got[59_999].Content != e.Config {
			t.Fatalf("%d messages, %v", len(got), err)
		}
	}
}
