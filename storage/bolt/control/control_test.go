package control

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/bolt/check"
	"societop/storage/bolt/claim"
	"societop/storage/bolt/layout"
	"societop/storage/gzfile"
	"societop/storage/storagetest"
)

// lab writes a lab with an experiment of each status, and returns them by status.
func lab(t *testing.T) (path string, all []model.Experiment) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "lab.db")
	all = storagetest.Experiments(len(model.Statuses))
	s := bolt.Open(path, bolt.Options{Write: true})
	err := s.Update(t.Context(), func(b *bolt.Batch) error {
		for i := range all {
			all[i].Status = model.Statuses[i]
			if _, err := b.Put(all[i]); err != nil {
				return err
			}
			for n := range 3 {
				f := model.Frame{At: model.SimTime{T: float64(300*n + 1)}, Agents: []model.AgentStatus{{ID: 1, At: model.SimTime{T: float64(300*n + 1)}}}}
				if err := b.PutFrame(all[i].Key, f); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return path, all
}

func TestDelete(t *testing.T) {
	path, all := lab(t)
	l := Open(path, true)
	order := model.Order{Control: model.ControlDelete}
	left := len(all)
	for _, e := range all {
		r := l.Carry(t.Context(), e.Key, order, nil)
		_, err := l.Experiment(t.Context(), e.Key)
		if e.Status.Ended() {
			left--
			if r.Outcome != model.OutcomeDone || !errors.Is(err, model.ErrNoExperiment) {
				t.Errorf("%s: %s, %s; then %v", e.Status, r.Outcome, r.Said, err)
			}
			if r = l.Carry(t.Context(), e.Key, order, nil); r.Outcome != model.OutcomeRefused || !errors.Is(r.Err, model.ErrNoExperiment) {
				t.Errorf("a second time: %s, %v", r.Outcome, r.Err)
			}
		} else if r.Outcome != model.OutcomeRefused || !errors.Is(r.Err, model.ErrRefused) || err != nil {
			t.Errorf("%s: %s, %s; then %v", e.Status, r.Outcome, r.Said, err)
		}
	}
	report, err := check.Lab(t.Context(), path, nil)
	if err != nil || len(report.Problems) > 0 || report.Experiments != left {
		t.Errorf("%+v, %v", report, err)
	}
	if err := l.Update(t.Context(), func(b *bolt.Batch) error {
		if bolt.Sweep(b) {
			t.Error("data of deleted experiments is left")
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
	if live, err := l.Liveness(t.Context()); err != nil || !live.Unattended() {
		t.Errorf("after it, the lab is %+v (%v)", live, err)
	}
}

// TestDeleteWhileRecorded is refused.
func TestDeleteWhileRecorded(t *testing.T) {
	path, all := lab(t)
	l := Open(path, true)
	c, err := l.Claim("record http://lab", claim.State{})
	if err != nil {
		t.Fatal(err)
	}
	ended := all[model.Finished].Key
	r := l.Carry(t.Context(), ended, model.Order{Control: model.ControlDelete}, nil)
	if r.Outcome != model.OutcomeRefused || !errors.Is(r.Err, model.ErrRecorder) {
		t.Errorf("%s: %v", r.Outcome, r.Err)
	}
	if _, err := l.Experiment(t.Context(), ended); err != nil {
		t.Error(err)
	}
	if err := c.Release(); err != nil {
		t.Error(err)
	}
}

func TestWhatALabForbids(t *testing.T) {
	path, all := lab(t)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range model.Controls {
		for _, write := range []bool{false, true} {
			want := model.ErrNotOffered
			if c == model.ControlDelete {
				want = model.ErrNoWrite
			}
			if c == model.ControlDelete && write {
				continue
			}
			r := Open(path, write).Carry(t.Context(), all[2].Key, model.Order{Control: c, Agents: []int64{1}, Words: "hello"}, nil)
			if r.Outcome != model.OutcomeRefused || !errors.Is(r.Err, want) || r.Said == (text.Text{}) {
				t.Errorf("%s: %s, %v", c, r.Outcome, r.Err)
			}
		}
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("the file was changed (%v)", err)
	}
	missing := filepath.Join(t.TempDir(), "none.db")
	r := Open(missing, true).Carry(t.Context(), all[2].Key, model.Order{Control: model.ControlDelete}, nil)
	if !errors.Is(r.Err, model.ErrNoLab) {
		t.Errorf("no lab: %v", r.Err)
	}
	if made, _ := filepath.Glob(missing + "*"); len(made) > 0 {
		t.Errorf("made %v", made)
	}
}

// TestDeleteFromAFormerVersion converts the file, and says so.
func TestDeleteFromAFormerVersion(t *testing.T) {
	for version := 1; version <= layout.Schema; version++ {
		path, err := gzfile.Unpack(t.Context(), filepath.Join("..", "testdata", fmt.Sprintf("schema%d.db.gz", version)), t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		l := Open(path, true)
		ch, err := l.Changes(t.Context(), model.Cursor{}, model.Budget{})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range ch.Put {
			if !s.Status.Ended() {
				continue
			}
			r := l.Carry(t.Context(), s.Key, model.Order{Control: model.ControlDelete}, nil)
			if r.Outcome != model.OutcomeDone || strings.Contains(r.Said.String(), "converted") != (version < layout.Schema) {
				t.Errorf("version %d: %s, %s", version, r.Outcome, r.Said)
			}
			break
		}
		if report, err := check.Lab(t.Context(), path, nil); err != nil || len(report.Problems) > 0 {
			t.Errorf("version %d: %+v, %v", version, report, err)
		}
	}
}
