package record

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"societop/model"
	"societop/storage/bolt"
	"societop/storage/storagetest"
)

// bubble is synctest.Test, once what all labs share has been made outside of it.
func bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	lab := filepath.Join(t.TempDir(), "any.db")
	err := bolt.Open(lab, bolt.Options{Write: true}).Update(t.Context(), func(b *bolt.Batch) error {
		e := storagetest.Experiments(2)[1]
		if _, err := b.Put(e); err != nil {
			return err
		}
		return runOf(3, 4).Write(b, e.Key)
	})
	if err != nil {
		t.Fatal(err)
	}
	whole(t, lab)
	synctest.Test(t, f)
}

// play records a run in memory while its parts come one after the other, each a while after
// the one before, and returns the lab.
func play(t *testing.T, parts ...func(m *storagetest.Memory, e *model.Experiment)) (*bolt.Store, *storagetest.Memory, model.Key) {
	t.Helper()
	m, e := storagetest.NewMemory(), storagetest.Experiments(2)[1]
	lab := filepath.Join(t.TempDir(), "lab.db")
	e.Status = model.Running
	m.Put(e)
	bubble(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		o := quick
		o.Once, o.Interval = false, time.Second
		go func() { ended <- Record(ctx, m, lab, o, model.RecordObserver{}) }()
		for _, part := range parts {
			part(m, &e)
			time.Sleep(7 * time.Minute)
		}
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	return whole(t, lab), m, e.Key
}

// after is a state of a run that has made so many steps.
func after(steps int, status model.Status, change func(*storagetest.RunData)) func(*storagetest.Memory, *model.Experiment) {
	return func(m *storagetest.Memory, e *model.Experiment) {
		e.Now, e.Status, e.Updated = moment(steps-1), status, e.Updated.Add(time.Second)
		m.Put(*e)
		data(steps, change)(m, e)
	}
}

// data is that of a run after so many steps.
func data(steps int, change func(*storagetest.RunData)) func(*storagetest.Memory, *model.Experiment) {
	return func(m *storagetest.Memory, e *model.Experiment) {
		s := runOf(3, steps)
		if change != nil {
			change(&s)
		}
		m.SetRunData(e.Key, s)
	}
}

// TestWhatComesLateIsRecorded: a server writes the row of an experiment first, then the
// statuses, then the prompt, and a process writes its log to its very end.
func TestWhatComesLateIsRecorded(t *testing.T) {
	for name, late := range map[string][]func(*storagetest.Memory, *model.Experiment){
		"the prompt": {
			after(4, model.Running, nil),
			after(5, model.Running, func(s *storagetest.RunData) { s.Prompts = s.Prompts[:4] }),
			after(6, model.Running, nil),
		},
		"the last statuses of a process that died": {
			after(4, model.Running, nil),
			func(m *storagetest.Memory, e *model.Experiment) {
				after(5, model.Running, func(s *storagetest.RunData) { s.Frames = s.Frames[:4] })(m, e)
				time.Sleep(5 * time.Second)
				data(5, nil)(m, e)
			},
		},
		"the end of the log": {
			after(4, model.Running, nil),
			func(m *storagetest.Memory, e *model.Experiment) {
				after(4, model.Finished, nil)(m, e)
				time.Sleep(5 * time.Second)
				data(4, func(s *storagetest.RunData) { s.Log += "bye\n" })(m, e)
			},
		},
		"an agent": {
			after(4, model.Running, func(s *storagetest.RunData) {
				s.Profiles = s.Profiles[:2]
				for i := range s.Frames {
					s.Frames[i].Agents = s.Frames[i].Agents[:2]
				}
			}),
			after(7, model.Running, nil),
			after(8, model.Running, nil),
		},
	} {
		t.Run(name, func(t *testing.T) {
			lab, m, k := play(t, late...)
			if name == "an agent" { // it is there from its first frame on
				here, there := lab.RunData(k), m.RunData(k)
				all, err := here.Profiles(context.Background())
				said, failed := here.Agent(3).Talk(context.Background())
				want, _ := there.Agent(3).Talk(context.Background())
				if len(all) != 3 || len(said) != len(want) || errors.Join(err, failed) != nil {
					t.Errorf("%d profiles, %d messages of %d", len(all), len(said), len(want))
				}
				return
			}
			storagetest.SameRunData(t, lab.RunData(k), m.RunData(k))
		})
	}
}

// TestALabThatIsStillBeingFilled: what comes into a lab file after a run has ended is recorded
// from there, too, and the whole of its log.
func TestALabThatIsStillBeingFilled(t *testing.T) {
	first, second := filepath.Join(t.TempDir(), "first.db"), filepath.Join(t.TempDir(), "second.db")
	from, e, all := bolt.Open(first, bolt.Options{Write: true}), storagetest.Experiments(2)[1], runOf(3, 10)
	all.Log = strings.Repeat("a line of a long log\n", 3000) + "the end\n"
	e.Status = model.Finished
	fill := func(s storagetest.RunData) {
		t.Helper()
		if err := from.Update(t.Context(), func(b *bolt.Batch) error {
			if _, err := b.Put(e); err != nil {
				return err
			}
			return s.Write(b, e.Key)
		}); err != nil {
			t.Error(err)
		}
	}
	bubble(t, func(*testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		o := quick
		o.Once, o.Interval = false, time.Second
		some := runOf(3, 4)
		some.Log = ""
		fill(some)
		go func() { ended <- Record(ctx, from, second, o, model.RecordObserver{}) }()
		time.Sleep(time.Minute)
		fill(all)
		time.Sleep(5 * time.Minute)
		cancel()
		<-ended
	})
	storagetest.SameSource(t, whole(t, second), from)
}
