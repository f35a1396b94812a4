package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/storage/bolt/layout"
	"societop/storage/bolt/txn"
)

// withModels is some experiments whose configs ask for language models, but every tenth has no config
// and another tenth names no model.
func withModels(n int) []model.Experiment {
	all := summaries(n)
	for i := range all {
		e := &all[i]
		switch config := "workflow:\n- type: run\n  days: 2\n  ticks_per_step: 300\nexp:\n  name: x\n"; i % 10 {
		case 8:
			e.Plan, e.Models = nil, nil
		case 9:
			e.Config = text.CleanLines(config)
		default:
			e.Config = text.CleanLines(fmt.Sprintf("llm:\n- api_key: sk-0\n  model: qwen%d\n  provider: qwen\n- model: other\n  provider: vllm\n%s", i%7, config))
		}
		if !e.Config.Empty() {
			e.Plan, e.Models = plan.Read(e.Config.Raw())
		}
	}
	return all
}

// modelsOf is the language models of a lab's experiments, which it may not know.
func modelsOf(t testing.TB, path string) (known, all map[model.Key]*plan.Models) {
	t.Helper()
	r := newReader(path)
	r.Read(t, r.Store, model.Budget{})
	known, all = map[model.Key]*plan.Models{}, map[model.Key]*plan.Models{}
	for k, s := range r.Known {
		if all[k] = s.Models; s.Models != nil {
			known[k] = s.Models
		}
	}
	return known, all
}

// makeThird takes from a lab what version 3 of the schema did not have.
func makeThird(tx *bbolt.Tx) error {
	index, log, meta := tx.Bucket([]byte(layout.Index.Name)), []byte(layout.Log.Name), tx.Bucket([]byte(layout.Meta.Name))
	in := layout.NewInterner()
	var keys, values [][]byte
	err := index.ForEach(func(key, value []byte) error {
		payload, err := layout.Index.Open(key, value)
		r, _ := layout.ParseSummary(payload)
		var s model.Summary
		err = errors.Join(err, in.Summary(&s, key, payload))
		former := layout.AppendSummary(nil, &s, r.Bits&(layout.HasConfig|layout.HasError|layout.HasRun), layout.Work{Plan: r.Work.Plan})
		keys, values = append(keys, bytes.Clone(key)), append(values, layout.Index.Seal(key, former))
		return err
	})
	for i := range keys {
		err = errors.Join(err, index.Put(keys[i], values[i]))
	}
	payload, opened := layout.Meta.Open(layout.CountersKey, meta.Get(layout.CountersKey))
	c, _ := layout.ParseCounters(payload)
	c.Oldest = c.Newest + 1
	err = errors.Join(err, opened, tx.DeleteBucket(log), tx.DeleteBucket([]byte(layout.Steps.Name)),
		meta.Put(layout.CountersKey, layout.Meta.Seal(layout.CountersKey, c.Append(nil))))
	_, made := tx.CreateBucket(log)
	return errors.Join(err, made, txn.PutSchema(tx, 3))
}

// thirdLab is a lab of version 3 of the schema.
func thirdLab(t testing.TB, all []model.Experiment) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "lab.db")
	writeLab(t, path, all)
	edit(t, path, makeThird)
	if known, _ := modelsOf(t, path); len(known) > 0 {
		t.Fatalf("version 3 knows the models of %d experiments", len(known))
	}
	checkLab(t, path)
	return path
}

// sameModels fails t unless a lab knows the models of all configs.
func sameModels(t testing.TB, path string, want []model.Experiment) {
	t.Helper()
	_, all := modelsOf(t, path)
	if len(all) != len(want) {
		t.Errorf("%d experiments, want %d", len(all), len(want))
	}
	for _, e := range want {
		if !all[e.Key].Equal(e.Models) {
			t.Fatalf("models %q, want %q", all[e.Key].All(), e.Models.All())
		}
	}
}

// TestUpgradeReadsTheModels of all configs of a lab of a former version, once, in several batches, and
// tells readers. Until then an experiment has those that were written with it.
func TestUpgradeReadsTheModels(t *testing.T) {
	all := withModels(3*upgradeRows + 7)
	path := thirdLab(t, all)
	r := newReader(path)
	r.follow(t)
	s := Open(path, Options{Write: true})
	all[0].InputTokens++
	if err := s.Update(t.Context(), func(b *Batch) error { return b.PutSummary(all[0].Summary) }); err != nil {
		t.Fatal(err)
	}
	if known, _ := modelsOf(t, path); len(known) != 1 || !known[all[0].Key].Equal(all[0].Models) {
		t.Errorf("after one step the models of %d experiments are known", len(known))
	}
	begun := 0
	for range 2 {
		if err := s.Upgrade(t.Context(), func() { begun++ }); err != nil {
			t.Fatal(err)
		}
	}
	if begun != 1 {
		t.Errorf("an upgrade begins %d times", begun)
	}
	sameModels(t, path, all)
	r.follow(t)
	for _, e := range all {
		if got := r.Known[e.Key]; !got.Equal(&e.Summary) {
			t.Fatalf("a reader that was there before knows %+v, want %+v", got, e.Summary)
		}
	}
	checkLab(t, path)
	untouched(t, path, func() {
		if err := s.Upgrade(t.Context(), func() { t.Error("there is nothing to do") }); err != nil {
			t.Fatal(err)
		}
	})
}

// TestEachFormerVersionIsUpgraded, as societop of that version wrote it.
func TestEachFormerVersionIsUpgraded(t *testing.T) {
	for version := 1; version <= layout.Schema; version++ {
		path := formerLab(t, version)
		s := Open(path, Options{Write: true})
		if err := s.Upgrade(t.Context(), func() {}); err != nil {
			t.Fatal(err)
		}
		known, _ := modelsOf(t, path)
		want := layout.Schema
		if version >= layout.StepsSince {
			want = version // it lacks nothing
		}
		if r, err := s.Report(t.Context()); err != nil || r.Schema != want || len(known) != 2 {
			t.Errorf("version %d: %+v (%v), the models of %d experiments", version, r, err, len(known))
		}
		for k, m := range known {
			e, err := s.Experiment(t.Context(), k)
			if _, want := plan.Read(e.Config.Raw()); err != nil || !m.Equal(want) {
				t.Errorf("version %d: models %q, want %q (%v)", version, m.All(), want.All(), err)
			}
		}
		checkLab(t, path)
	}
}

// TestAnUpgradeThatIsKilledGoesOn where it was, at whatever moment.
func TestAnUpgradeThatIsKilledGoesOn(t *testing.T) {
	all := withModels(2000)
	path := thirdLab(t, all)
	r := rand.New(rand.NewPCG(7, 5))
	last := 0
	for n := range 12 {
		c := startChild(t, "upgrade", path)
		for range r.IntN(3) {
			c.line()
		}
		for range r.IntN(2000) { // into the next batch
			_, _ = os.Stat(path)
		}
		c.kill()
		known, _ := modelsOf(t, path)
		if len(known) < last {
			t.Errorf("after the kill no. %d the models of %d experiments are known, before of %d", n, len(known), last)
		}
		last = len(known)
		if checkLab(t, path); t.Failed() {
			return
		}
	}
	if err := Open(path, Options{Write: true}).Upgrade(t.Context(), func() {}); err != nil {
		t.Fatal(err)
	}
	sameModels(t, path, all)
	checkLab(t, path)
}

// upgradeSlowly upgrades a lab, and prints a line after each batch.
func upgradeSlowly(path string) error {
	s := Open(path, Options{Write: true})
	for more := true; more; {
		err := s.Update(context.Background(), func(b *Batch) (err error) {
			_, more, err = b.upgrade()
			return err
		})
		if err != nil {
			return err
		}
		fmt.Println("batch")
	}
	return nil
}

// TestAConfigThatIsMissingIsDamage, not a config without models.
func TestAConfigThatIsMissingIsDamage(t *testing.T) {
	all := withModels(5)
	path := thirdLab(t, all)
	edit(t, path, func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(layout.Configs.Name)).Delete(layout.BareKey(all[3].Key))
	})
	untouched(t, path, func() {
		if err := Open(path, Options{Write: true}).Upgrade(t.Context(), func() {}); !errors.Is(err, model.ErrDamaged) {
			t.Errorf("%v, want %v", err, model.ErrDamaged)
		}
	})
}
