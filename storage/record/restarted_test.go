package record

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/storagetest"
)

// rerun is what a later run under the same id has after so many steps: other rows at the same
// moments.
func rerun(agents, steps int) storagetest.RunData {
	s := runOf(agents, steps)
	later := func(at *time.Time) { *at = at.Add(time.Hour) }
	for i := range s.Frames {
		for j := range s.Frames[i].Agents {
			a := &s.Frames[i].Agents[j]
			a.Status = text.ParseValue(fmt.Sprintf(`{"again":%d}`, i))
			later(&a.Created)
		}
		s.Prompts[i].Text = text.CleanLines("rain")
		later(&s.Prompts[i].Created)
	}
	for i := range s.Messages { // at other moments
		s.Messages[i].Content = text.CleanLines("again")
		s.Messages[i].At.T += 60
		later(&s.Messages[i].Created)
	}
	s.Answers = nil
	s.Metrics[0].Key = text.Clean("other trips")
	s.Log = "2026-11-23 [INFO] again\n"
	s.Profiles[0].Name = text.Clean("somebody else")
	return s
}

// again lets a run begin again and make so many steps.
func (l *living) again(i, agents, steps int) {
	l.step(i, agents, steps)
	e := &l.runs[i]
	l.data[e.Key] = rerun(agents, steps)
	l.SetRunData(e.Key, l.data[e.Key])
}

// TestNothingOfARunIsLeftOnceItBeginsAgain: neither where the recorder sees that it goes back, nor
// where it was away meanwhile and the new run is where the old one was, or further.
func TestNothingOfARunIsLeftOnceItBeginsAgain(t *testing.T) {
	for _, steps := range []int{1, 4, 9, 10, 11, 25} {
		t.Run(fmt.Sprint(steps), func(t *testing.T) {
			l := newLiving(t, 3, 10)
			lab := filepath.Join(t.TempDir(), "lab.db")
			var said events
			record := func() {
				t.Helper()
				if err := Record(context.Background(), from(t, l.at.URL), lab, quick, said.teller()); err != nil {
					t.Fatal(err)
				}
			}
			l.step(6, 3, 10)
			record()
			l.again(6, 3, steps)
			record()
			storagetest.SameSource(t, whole(t, lab), from(t, l.at.URL))
			if !said.has("has begun again") {
				t.Errorf("it says %q", said.said)
			}
			l.again(6, 3, steps+3)
			l.runs[6].Status = model.Finished
			l.Put(l.runs[6])
			record()
			storagetest.SameSource(t, whole(t, lab), from(t, l.at.URL))
			const status = "GET /api/experiments/{exp_id}/agents/-/status"
			frames := l.Count(status)
			record()
			if n := l.Count(status) - frames; n > 0 {
				t.Errorf("%d frames of a run that is whole were read once more", n)
			}
		})
	}
}

// TestARunBeginsAgainUnderARecorderAtWork, through all states that a server shows, while its old
// data is being read.
func TestARunBeginsAgainUnderARecorderAtWork(t *testing.T) {
	lab, m, k := play(t,
		after(10, model.Running, nil),
		func(m *storagetest.Memory, e *model.Experiment) {
			after(400, model.Running, nil)(m, e)
			time.Sleep(2 * time.Second) // some of it is read
			e.Status, e.Now, e.Updated = model.NotStarted, model.SimTime{}, e.Updated.Add(time.Second)
			m.SetRunData(e.Key, storagetest.RunData{}) // before anybody can know
			m.Put(*e)
			time.Sleep(2 * time.Second)
			e.Status, e.Now, e.Updated = model.Running, moment(2), e.Updated.Add(time.Second)
			m.Put(*e)
			m.SetRunData(e.Key, rerun(3, 3))
		},
	)
	storagetest.SameRunData(t, lab.RunData(k), m.RunData(k))
	e, err := lab.Experiment(context.Background(), k)
	if err != nil || e.Now != moment(2) {
		t.Errorf("%+v, %v", e.Now, err)
	}
}

// TestAnOldLabThatMixesIsMended: where a recorder without origin left the data of a run before,
// the first frame tells.
func TestARunOfWhichNoOriginIsMarked(t *testing.T) {
	l := newLiving(t, 3, 10)
	lab := filepath.Join(t.TempDir(), "lab.db")
	l.step(6, 3, 10)
	store := bolt.Open(lab, bolt.Options{Write: true})
	err := store.Update(t.Context(), func(b *bolt.Batch) error {
		if _, err := b.Put(l.runs[6]); err != nil {
			return err
		}
		return errors.Join(l.data[l.runs[6].Key].Write(b, l.runs[6].Key), b.PutCheckpoint(l.runs[6].Key, "frames", "of an older recorder"))
	})
	if err != nil {
		t.Fatal(err)
	}
	l.again(6, 3, 12)
	if err := Record(t.Context(), from(t, l.at.URL), lab, quick, model.RecordObserver{}); err != nil {
		t.Fatal(err)
	}
	storagetest.SameSource(t, whole(t, lab), from(t, l.at.URL))
}

// TestARowThatTheServerHasTwiceIsThereOnce, from the endpoint, and in the lab.
func TestARowThatTheServerHasTwiceIsThereOnce(t *testing.T) {
	l := newLiving(t, 2, 10)
	lab, k := filepath.Join(t.TempDir(), "lab.db"), l.runs[1].Key
	data := l.data[k]
	want := len(data.Messages) / 2
	data.Messages = append(data.Messages, data.Messages...)
	data.Answers = append(data.Answers, data.Answers...)
	l.SetRunData(k, data)
	if err := Record(t.Context(), from(t, l.at.URL), lab, quick, model.RecordObserver{}); err != nil {
		t.Fatal(err)
	}
	for name, src := range map[string]model.Source{"endpoint": from(t, l.at.URL), "lab": whole(t, lab)} {
		said, err := src.RunData(k).Agent(1).Talk(t.Context())
		answers, failed := src.RunData(k).Agent(1).Answers(t.Context())
		if len(said) != want || len(answers) != 2 || errors.Join(err, failed) != nil {
			t.Errorf("%s: %d messages of %d, %d answers of 2, %v, %v", name, len(said), want, len(answers), err, failed)
		}
	}
}
