package bolt

import (
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"societop/model"
	"societop/storage/bolt/layout"
	"societop/storage/storagetest"
)

// putSteps writes steps in one batch.
func putSteps(t testing.TB, path string, k model.Key, all ...model.StepTime) {
	t.Helper()
	if err := Open(path, Options{Write: true}).Update(t.Context(), func(b *Batch) error { return b.PutSteps(k, all) }); err != nil {
		t.Fatal(err)
	}
}

// stepsOf is the steps that a lab has, in order.
func stepsOf(t testing.TB, s *Store, k model.Key) []model.StepTime {
	t.Helper()
	all, err := s.RunData(k).Steps(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(all, func(a, b model.StepTime) int { return layout.CompareMoments(a.At, b.At) })
	return all
}

// stepAt is the i-th step of a run whose steps take about half a minute.
func stepAt(i int) model.StepTime {
	wall := time.Date(2026, 11, 20, 7, 1, 57, 237281000, time.UTC).Add(time.Duration(i) * (31*time.Second + time.Duration(i%7)*time.Millisecond))
	return model.StepTime{At: momentOf(i), Wall: wall}
}

func stepsTo(n int) (all []model.StepTime) {
	for i := range n {
		all = append(all, stepAt(i))
	}
	return all
}

func sameSteps(t testing.TB, what string, got, want []model.StepTime) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %d steps, want %d", what, len(got), len(want))
		for i := range min(len(got), len(want)) {
			if got[i] != want[i] {
				t.Fatalf("the %d-th is %v, want %v", i, got[i], want[i])
			}
		}
	}
}

// TestStepsComeInAnyOrder, singly or together, some of them more than once and with a later time.
func TestStepsComeInAnyOrder(t *testing.T) {
	want := stepsTo(1000)
	for name, order := range map[string]func([]model.StepTime){
		"in order":  func([]model.StepTime) {},
		"backwards": slices.Reverse[[]model.StepTime],
		"shuffled": func(all []model.StepTime) {
			rand.New(rand.NewPCG(1, 2)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		},
	} {
		for _, at := range []int{1, 40, 1000} {
			path, k := runLab(t, storagetest.RunData{})
			all := slices.Clone(want)
			order(all)
			err := Open(path, Options{Write: true}).Update(t.Context(), func(b *Batch) (err error) {
				for some := range slices.Chunk(all, at) {
					again := some[0]
					again.Wall = again.Wall.Add(time.Hour)
					err = errors.Join(err, b.PutSteps(k, append(slices.Clone(some), again, some[len(some)-1])))
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			sameSteps(t, name, stepsOf(t, Open(path, Options{}), k), want)
			untouched(t, path, func() { putSteps(t, path, k, all...) })
			checkLab(t, path)
		}
	}
}

// TestEveryBitOfAStepSurvives, and each moment is another.
func TestEveryBitOfAStepSurvives(t *testing.T) {
	var want []model.StepTime
	for _, day := range []int{math.MinInt, -1, 0, 1, math.MaxInt} {
		for _, at := range []float64{math.Inf(-1), -1, math.Copysign(0, -1), 0, math.SmallestNonzeroFloat64, 0.30000000000000004, 1 << 31, 1 << 40, math.Inf(1)} {
			want = append(want, model.StepTime{At: model.SimTime{Day: day, T: at}, Wall: layout.Micro(int64(len(want)%3-1) << 52)})
		}
	}
	path, k := runLab(t, storagetest.RunData{})
	putSteps(t, path, k, want...)
	got := stepsOf(t, Open(path, Options{}), k)
	sameSteps(t, "steps", got, want)
	for i := range got {
		if math.Signbit(got[i].At.T) != math.Signbit(want[i].At.T) {
			t.Errorf("%v comes back as %v", want[i].At.T, got[i].At.T)
		}
	}
	putSteps(t, path, k, model.StepTime{At: model.SimTime{T: math.NaN()}})
	if got = stepsOf(t, Open(path, Options{}), k); len(got) != len(want)+1 {
		t.Errorf("%d steps with one at no time, want %d", len(got), len(want)+1)
	}
	checkLab(t, path)
}

// TestStepsOfFramesAndOthersAreOneList: a frame knows best when its step was done, also when it is
// replaced; what was noted later of the same step is not believed.
func TestStepsOfFramesAndOthersAreOneList(t *testing.T) {
	path, k := runLab(t, storagetest.RunData{})
	want := stepsTo(6)
	putSteps(t, path, k, want[0], want[1], model.StepTime{At: want[3].At, Wall: want[3].Wall.Add(time.Second)})
	c := newCrowd(300, 0)
	frame := func(i int) model.Frame {
		f := c.frame(i)
		for j := range f.Agents {
			f.Agents[j].Created = want[i].Wall.Add(time.Duration(j) * time.Millisecond)
		}
		f.Agents[0].Created = time.Time{}
		f.Agents[1].Created = want[i].Wall
		return f
	}
	fillLab(t, path, k, storagetest.RunData{Frames: []model.Frame{frame(2)}})
	fillLab(t, path, k, storagetest.RunData{Frames: []model.Frame{frame(3)}})
	late := frame(4)
	late.Agents[1].Created = want[4].Wall.Add(-time.Hour)
	fillLab(t, path, k, storagetest.RunData{Frames: []model.Frame{late}})
	fillLab(t, path, k, storagetest.RunData{Frames: []model.Frame{frame(4)}})
	putSteps(t, path, k, model.StepTime{At: want[4].At, Wall: want[4].Wall.Add(time.Second)}, want[5])
	fillLab(t, path, k, storagetest.RunData{Frames: []model.Frame{{At: momentOf(7)}}}) // nobody is there
	sameSteps(t, "steps", stepsOf(t, Open(path, Options{}), k), want)
	slow := Open(path, Options{})
	slow.minimalLease = true
	sameSteps(t, "step by step", stepsOf(t, slow, k), want)
	checkLab(t, path)
}

// TestARunWithStepsOnlyHasNoFrames that were recorded.
func TestARunWithStepsOnlyHasNoFrames(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lab.db")
	all := storagetest.Experiments(4)
	writeLab(t, path, all)
	k, s := all[1].Key, Open(path, Options{})
	if _, err := s.RunData(k).Steps(t.Context()); !errors.Is(err, model.ErrNotRecorded) {
		t.Errorf("steps of a run of which nothing was recorded: %v", err)
	}
	putSteps(t, path, k)
	if _, err := s.RunData(k).Steps(t.Context()); !errors.Is(err, model.ErrNotRecorded) {
		t.Errorf("after no steps: %v", err)
	}
	putSteps(t, path, k, stepAt(0))
	sameSteps(t, "steps", stepsOf(t, s, k), stepsTo(1))
	o := s.RunData(k)
	_, timeline := o.Timeline(t.Context())
	_, frame := o.Frame(t.Context(), model.Latest)
	_, history := o.Agent(1).History(t.Context())
	_, talk := o.Agent(1).Talk(t.Context())
	_, profiles := o.Profiles(t.Context())
	for _, err := range []error{timeline, frame, history, talk, profiles} {
		if !errors.Is(err, model.ErrNotRecorded) {
			t.Errorf("what was not recorded: %v", err)
		}
	}
	restartLab(t, path, k, nil)
	if _, err := s.RunData(k).Steps(t.Context()); !errors.Is(err, model.ErrNotRecorded) {
		t.Errorf("after a restart: %v", err)
	}
	putSteps(t, path, k, stepAt(7))
	sameSteps(t, "the next run", stepsOf(t, s, k), []model.StepTime{stepAt(7)})
	checkLab(t, path)
}

// TestAFrameOfALongRunOfAFormerSchema has the time of its agents, and what comes after it its own.
func TestStepsOfARunThatAFormerVersionBegan(t *testing.T) {
	path, k := runLab(t, storagetest.RunData{})
	want := stepsTo(200)
	c := newCrowd(3, 0)
	frames := func(from, to int) (s storagetest.RunData) {
		for i := from; i < to; i++ {
			f := c.frame(i)
			f.Agents = slices.Clone(f.Agents)
			for j := range f.Agents {
				f.Agents[j].Created = want[i].Wall
			}
			s.Frames = append(s.Frames, f)
		}
		return s
	}
	fillLab(t, path, k, frames(0, 150))
	edit(t, path, func(tx *bbolt.Tx) error { return forgetSteps(tx, k) })
	fillLab(t, path, k, frames(150, 180))
	putSteps(t, path, k, want[180:]...)
	for _, minimal := range []bool{false, true} {
		s := Open(path, Options{})
		s.minimalLease = minimal
		sameSteps(t, "steps", stepsOf(t, s, k), want)
	}
	checkLab(t, path)
}

// forgetSteps makes a run as a former version of the schema had it.
func forgetSteps(tx *bbolt.Tx, k model.Key) error {
	runs, bare := tx.Bucket([]byte(layout.Runs.Name)), layout.BareKey(k)
	payload, err := layout.Runs.Open(bare, runs.Get(bare))
	if err != nil {
		return err
	}
	r, err := layout.ParseRun(bare, payload)
	if err != nil {
		return err
	}
	r.Kinds &= 0xFF
	if err := runs.Put(bare, layout.Runs.Seal(bare, r.Append(nil))); err != nil {
		return err
	}
	if err := tx.DeleteBucket([]byte(layout.Steps.Name)); err != nil {
		return err
	}
	_, err = tx.CreateBucket([]byte(layout.Steps.Name))
	return err
}

// TestSpoiledStepsAreFound by readers and by the check.
func TestSpoiledStepsAreFound(t *testing.T) {
	for name, spoil := range map[string]struct {
		edit  func(b *bbolt.Bucket, key, payload []byte) error
		words string
		read  bool
	}{
		"a wrong checksum": {func(b *bbolt.Bucket, key, payload []byte) error { return b.Put(key, append(payload, 0, 0, 0, 0)) }, "wrong checksum", true},
		"no steps":         {func(b *bbolt.Bucket, key, _ []byte) error { return b.Put(key, layout.Steps.Seal(key, nil)) }, "can't be decoded", true},
		"another key": {func(b *bbolt.Bucket, key, payload []byte) error {
			other := layout.MomentKey(1, momentOf(70))
			return errors.Join(b.Delete(key), b.Put(other, layout.Steps.Seal(other, payload)))
		}, "can't be decoded", true},
		"steps within others": {func(b *bbolt.Bucket, _, _ []byte) error {
			other := layout.MomentKey(1, momentOf(20))
			return b.Put(other, layout.Steps.Seal(other, layout.AppendSteps(nil, []model.StepTime{stepAt(20)})))
		}, "begins before", false},
	} {
		path, k := runLab(t, storagetest.RunData{})
		putSteps(t, path, k, stepsTo(100)...)
		edit(t, path, func(tx *bbolt.Tx) error {
			b := tx.Bucket([]byte(layout.Steps.Name))
			key, value := b.Cursor().First()
			payload, err := layout.Steps.Open(key, value)
			return errors.Join(err, spoil.edit(b, slices.Clone(key), slices.Clone(payload)))
		})
		found(t, path, spoil.words)
		if _, err := Open(path, Options{}).RunData(k).Steps(t.Context()); errors.Is(err, model.ErrDamaged) != spoil.read {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// BenchmarkSteps reads when 100,000 steps were done, and prints how many bytes a step takes.
func BenchmarkSteps(b *testing.B) {
	const n = 100_000
	path := filepath.Join(b.TempDir(), "lab.db")
	e := storagetest.Experiments(2)[1]
	writeLab(b, path, []model.Experiment{e})
	size := func() int64 {
		info, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		return info.Size()
	}
	before := size()
	for all := range slices.Chunk(stepsTo(n), 1000) {
		err := Open(path, Options{Write: true}).Update(b.Context(), func(t *Batch) error { return t.PutSteps(e.Key, all) })
		if err != nil {
			b.Fatal(err)
		}
	}
	bytes := float64(size()-before) / n
	for b.Loop() {
		if all, err := Open(path, Options{}).RunData(e.Key).Steps(b.Context()); err != nil || len(all) != n {
			b.Fatal(len(all), err)
		}
	}
	b.ReportMetric(bytes, "B/step")
}
