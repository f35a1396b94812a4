package bolt

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.etcd.io/bbolt"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/layout"
	"societop/storage/bolt/txn"
	"societop/storage/storagetest"
)

func TestWritingTheSameAgainChangesNothing(t *testing.T) {
	all := some()
	path, k := runLab(t, all)
	surveys := []model.Survey{{ID: uuid.Max, Name: text.Clean("s"), Data: text.ParseValue(`{"pages": []}`)}}
	write := func() {
		err := Open(path, Options{Write: true}).Update(context.Background(), func(b *Batch) error {
			return errors.Join(all.Write(b, k), b.PutSurveys(surveys))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	write()
	untouched(t, path, write)
	checkLab(t, path)
}

func TestReadersAreToldOfNewData(t *testing.T) {
	path, k := runLab(t, storagetest.RunData{})
	r := newReader(path)
	r.follow(t)
	fillLab(t, path, k, some())
	pages := r.follow(t)
	if len(pages) != 1 || len(pages[0].Put) != 1 || pages[0].Put[0].Key != k {
		t.Errorf("readers are told %+v, want the experiment alone", pages)
	}
}

func TestDataOfNoExperimentIsRefused(t *testing.T) {
	path, _ := runLab(t, storagetest.RunData{})
	k := model.Key{ID: uuid.Max}
	for name, put := range map[string]func(*Batch) error{
		"profiles": func(b *Batch) error { return b.PutProfiles(k, nil) },
		"frame":    func(b *Batch) error { return b.PutFrame(k, model.Frame{}) },
		"prompt":   func(b *Batch) error { return b.PutPrompt(k, model.Prompt{}) },
		"messages": func(b *Batch) error { return b.PutMessages(k, nil) },
		"answers":  func(b *Batch) error { return b.PutAnswers(k, nil) },
		"metrics":  func(b *Batch) error { return b.PutMetrics(k, nil) },
		"steps":    func(b *Batch) error { return b.PutSteps(k, make([]model.StepTime, 1)) },
		"log":      func(b *Batch) error { return b.AppendLog(k, "x") },
	} {
		untouched(t, path, func() {
			if err := Open(path, Options{Write: true}).Update(context.Background(), put); !errors.Is(err, model.ErrNoExperiment) {
				t.Errorf("%s: %v, want %v", name, err, model.ErrNoExperiment)
			}
		})
	}
}

func TestWhatTheLabWasNeverGivenIsNoData(t *testing.T) {
	path, k := runLab(t, storagetest.RunData{})
	ctx := context.Background()
	s := Open(path, Options{})
	if _, err := s.RunData(k).Log(ctx, model.LogBudget{}); !errors.Is(err, model.ErrNoData) {
		t.Errorf("a log that was never given: %v, want %v", err, model.ErrNoData)
	}
	for _, e := range storagetest.Experiments(4)[2:] {
		if _, err := s.RunData(e.Key).Profiles(ctx); !errors.Is(err, model.ErrNoData) {
			t.Errorf("a run that was never given: %v, want %v", err, model.ErrNoData)
		}
	}
	if text := model.Explain(errOf(s.RunData(k).Log(ctx, model.LogBudget{}))).String(); !strings.Contains(text, path) {
		t.Errorf("%q does not say which lab", text)
	}
	if _, err := s.RunData(storagetest.Experiments(1)[0].Key).Timeline(ctx); !errors.Is(err, model.ErrNotStarted) {
		t.Errorf("an experiment that has not started: %v, want %v", err, model.ErrNotStarted)
	}
}

func errOf[T any](_ T, err error) error { return err }

// TestEachLeaseMayEndAfterOneValue reads all data with leases that are over at once.
func TestEachLeaseMayEndAfterOneValue(t *testing.T) {
	all := some()
	path, k := runLab(t, all)
	hasty := Open(path, Options{})
	hasty.minimalLease, hasty.pace.rest = true, 0
	if got, want := dump(t, hasty, k), dump(t, Open(path, Options{}), k); got != want {
		t.Error("what is read in small leases differs from what is read in long ones")
	}
	if n := hasty.tally.leases.Load(); n < 50 {
		t.Errorf("%d leases", n)
	}
}

// TestAFrameIsReadWhole reads a frame in leases of one block, while it is replaced.
func TestAFrameIsReadWhole(t *testing.T) {
	path, k := runLab(t, storagetest.RunData{})
	version := func(n int) model.Frame {
		f := newCrowd(1000+300*(n%3), 0).frame(0)
		for i := range f.Agents {
			f.Agents[i].Parent = int64(n)
		}
		return f
	}
	write := func(n int) {
		fillErr := Open(path, Options{Write: true}).Update(context.Background(), func(b *Batch) error { return b.PutFrame(k, version(n)) })
		if fillErr != nil {
			t.Error(fillErr)
		}
	}
	write(0)
	var wg sync.WaitGroup
	wg.Go(func() {
		for n := range 20 {
			write(n)
		}
	})
	s := Open(path, Options{})
	s.minimalLease, s.pace.rest = true, 0
	for range 20 {
		f, err := s.RunData(k).Frame(context.Background(), model.Latest)
		if err != nil {
			t.Fatal(err)
		}
		n := f.Agents[0].Parent
		if i := slices.IndexFunc(f.Agents, func(a model.AgentStatus) bool { return a.Parent != n }); i >= 0 || len(f.Agents) != 1000+300*int(n%3) {
			t.Errorf("a frame of %d agents is one of version %d, and agent %d of another", len(f.Agents), n, i)
		}
		if h, err := s.RunData(k).Agent(1500).History(context.Background()); err != nil || len(h) > 1 {
			t.Errorf("an agent that is there in some versions has %d rows (%v)", len(h), err)
		}
	}
	wg.Wait()
	checkLab(t, path)
}

func TestAFrameIsReplaced(t *testing.T) {
	all := some()
	path, k := runLab(t, all)
	f := all.Frames[2]
	f.Agents = append(slices.Clone(f.Agents[100:130]), f.Agents[110], f.Agents[5])
	f.Agents[31].Parent = 77
	fillLab(t, path, k, storagetest.RunData{Frames: []model.Frame{f}, Profiles: all.Profiles[:3]})
	got, err := Open(path, Options{}).RunData(k).Frame(context.Background(), f.At)
	if err != nil || len(got.Agents) != 31 || got.Agents[0].Parent != 77 {
		t.Errorf("%d agents, the first %+v (%v), want 31", len(got.Agents), got.Agents[:1], err)
	}
	profiles, err := Open(path, Options{}).RunData(k).Profiles(context.Background())
	if err != nil || len(profiles) != 3 {
		t.Errorf("%d profiles (%v), want 3", len(profiles), err)
	}
	checkLab(t, path)
}

func TestADeletedRunIsRemovedLittleByLittle(t *testing.T) {
	all := some()
	for i := range 900 {
		at := model.SimTime{Day: i}
		all.Messages = append(all.Messages, model.Message{ID: 1, At: at}, model.Message{ID: 2, At: at})
	}
	path, k := runLab(t, all)
	writeLab(t, path, nil, k)
	values := func() int { return valuesOf(t, path) }
	before := values()
	e := storagetest.Experiments(2)[1]
	writeLab(t, path, []model.Experiment{e})
	fillLab(t, path, e.Key, storagetest.RunData{})
	if n := before - values(); n < 100 || n > 2*maxDeletedKeys {
		t.Errorf("two batches removed %d values", n)
	}
	if frames, err := Open(path, Options{}).RunData(k).Timeline(context.Background()); err != nil || len(frames) > 0 {
		t.Errorf("the new experiment has %d frames of the old one (%v)", len(frames), err)
	}
	for i := range 10 {
		e.InputTokens = int64(i + 1_000_000)
		writeLab(t, path, []model.Experiment{e})
		checkLab(t, path)
	}
	edit(t, path, func(tx *bbolt.Tx) error {
		for _, b := range append(slices.Clone(layout.RunBuckets), layout.DeletedRuns) {
			if n := tx.Bucket([]byte(b.Name)).Stats().KeyN; n > 0 {
				t.Errorf("%d values are left in bucket %s", n, b.Name)
			}
		}
		return nil
	})
}

// valuesOf counts the values of runs.
func valuesOf(t *testing.T, path string) (n int) {
	edit(t, path, func(tx *bbolt.Tx) error {
		for _, b := range layout.RunBuckets {
			n += tx.Bucket([]byte(b.Name)).Stats().KeyN
		}
		return nil
	})
	return n
}

// TestAFileOfTheFirstSchema reads a file of version 1, which stays as it is until a batch
// brings it to the newest.
func TestAFileOfTheFirstSchema(t *testing.T) {
	path, want := newLab(t, 10)
	edit(t, path, func(tx *bbolt.Tx) error {
		if err := keysOnly(tx); err != nil {
			return err
		}
		for _, b := range layout.Buckets[len(layout.BucketsOf(1)):] {
			if err := tx.DeleteBucket([]byte(b.Name)); err != nil {
				return err
			}
		}
		return txn.PutSchema(tx, 1)
	})
	k := storagetest.Experiments(2)[1].Key
	untouched(t, path, func() {
		r := newReader(path)
		r.follow(t)
		r.Same(t, want, false)
		s := Open(path, Options{})
		if _, err := s.RunData(k).Timeline(context.Background()); !errors.Is(err, model.ErrNoData) {
			t.Errorf("a timeline of version 1: %v, want %v", err, model.ErrNoData)
		}
		if all, err := s.Surveys(context.Background()); err != nil || len(all) > 0 {
			t.Errorf("surveys of version 1: %v (%v)", all, err)
		}
		checkLab(t, path)
	})
	fillLab(t, path, k, some())
	if f := formatOf(t, path); f.Schema != layout.Schema {
		t.Errorf("after a batch its schema is version %d, want %d", f.Schema, layout.Schema)
	}
	r := newReader(path)
	r.follow(t)
	r.Same(t, want, false)
	if at, err := Open(path, Options{}).RunData(k).Timeline(context.Background()); err != nil || len(at) != 4 {
		t.Errorf("a timeline of %d moments (%v), want 4", len(at), err)
	}
	checkLab(t, path)
}

// TestEveryBitOfAStatusSurvives writes numbers, ids, times and texts at the ends of what they
// can be.
func TestEveryBitOfAStatusSurvives(t *testing.T) {
	floats := []float64{0, math.Copysign(0, -1), math.NaN(), math.Float64frombits(0xFFF8_0000_0000_0123), math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64}
	ids := []int64{math.MinInt64, math.MinInt64 + 1, -1, 0, 1, math.MaxInt64 - 1, math.MaxInt64}
	times := []time.Time{{}, time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC), time.Unix(0, -1000).UTC(), layout.Micro(1)}
	texts := []string{"", "\xff\xfe", "\x1b[2J", strings.Repeat("长", 100_000)}
	for _, t0 := range floats {
		f := model.Frame{At: model.SimTime{Day: math.MinInt, T: t0}}
		for i, id := range ids {
			f.Agents = append(f.Agents, model.AgentStatus{
				ID: id, At: f.At, Lng: floats[i%len(floats)], Lat: floats[(i+3)%len(floats)], Parent: ids[len(ids)-1-i],
				Action: text.Clean(texts[i%4]), Status: text.ValueOf(texts[(i+1)%4]), Created: times[i%4],
			})
		}
		path, k := runLab(t, storagetest.RunData{Frames: []model.Frame{f}})
		got, err := Open(path, Options{}).RunData(k).Frame(context.Background(), f.At)
		if err != nil || len(got.Agents) != len(ids) {
			t.Fatalf("at %v: %d agents (%v)", f.At, len(got.Agents), err)
		}
		for i := range got.Agents {
			sameAgent(t, got.Agents[i], f.Agents[i])
		}
		checkLab(t, path)
	}
}

// sameAgent compares two statuses bit by bit.
func sameAgent(t *testing.T, got, want model.AgentStatus) {
	t.Helper()
	bits := func(a *model.AgentStatus) (all [3]uint64) {
		for i, f := range []*float64{&a.At.T, &a.Lng, &a.Lat} {
			all[i], *f = math.Float64bits(*f), 0
		}
		return all
	}
	if g, w := bits(&got), bits(&want); g != w || !reflect.DeepEqual(got, want) {
		t.Errorf("%#x, %.300q, want %#x, %.300q", g, fmt.Sprintf("%+v", got), w, fmt.Sprintf("%+v", want))
	}
}
