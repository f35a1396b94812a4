package record

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"societop/model"
	"societop/storage/bolt"
	"societop/storage/storagetest"
)

// TestARunThatBeginsAgainIsReadAgain: what it does now takes the place of what it did at the
// same moments before, through a kill in between.
func TestARunThatBeginsAgainIsReadAgain(t *testing.T) {
	l := newLiving(t, 3, 10)
	lab := filepath.Join(t.TempDir(), "lab.db")
	record := func() {
		t.Helper()
		if err := Record(context.Background(), from(t, l.at.URL), lab, quick, model.RecordTeller{}); err != nil {
			t.Fatal(err)
		}
	}
	l.step(6, 3, 10)
	record()
	other := func(steps int) {
		l.step(6, 3, steps)
		data := l.data[l.runs[6].Key]
		for i := range data.Frames {
			for j := range data.Frames[i].Agents {
				data.Frames[i].Agents[j].Status = model.ParseValue(fmt.Sprintf(`{"again":%d}`, i))
			}
			data.Prompts[i].Text = model.CleanLines("rain")
		}
		data.Log = society(3, 10).Log // it goes on
		data.Profiles[0].Name = model.Clean("somebody else")
		l.data[l.runs[6].Key] = data
		l.SetSociety(l.runs[6].Key, data)
	}
	other(4)
	// The recorder is killed as soon as it has written that the run is back.
	err := bolt.Open(lab, bolt.Options{Write: true}).Update(context.Background(), func(b *bolt.Batch) error {
		return putSteps(b, []model.Summary{l.runs[6].Summary}, map[model.Key]model.Summary{l.runs[6].Key: {Now: moment(9)}})
	})
	if err != nil {
		t.Fatal(err)
	}
	record()
	here := whole(t, lab).Society(l.runs[6].Key)
	for i, f := range l.data[l.runs[6].Key].Frames {
		got, err := here.Frame(context.Background(), f.At)
		if err != nil || got.Agents[0].Status.Raw() != f.Agents[0].Status.Raw() {
			t.Errorf("frame %d: %q, %v", i, got.Agents[0].Status.Raw(), err)
		}
	}
	other(12)
	record()
	storagetest.SameSource(t, whole(t, lab), from(t, l.at.URL))
	frames := l.Count("GET /api/experiments/{exp_id}/agents/-/status")
	l.runs[6].Updated = l.runs[6].Updated.Add(time.Second)
	l.Put(l.runs[6])
	record()
	if n := l.Count("GET /api/experiments/{exp_id}/agents/-/status") - frames; n > 0 {
		t.Errorf("%d frames were read once more", n)
	}
}
