package bolt

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"go.etcd.io/bbolt"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/check"
	"societop/storage/bolt/layout"
	"societop/storage/storagetest"
)

// dirLab is a lab with a run of AgentSociety 2.
func dirLab(t testing.TB, agents, steps int) (path string, k model.Key) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "lab.db")
	e := storagetest.Experiments(2)[1]
	e.Status, e.Dir = model.Lost, &model.RunDir{Done: int64(steps)}
	writeLab(t, path, []model.Experiment{e})
	fillLab(t, path, e.Key, storagetest.RunData{Dir: storagetest.SampleDir(agents, steps)})
	return path, e.Key
}

// readDir reads all that only runs of AgentSociety 2 have.
func readDir(path string, k model.Key) error {
	ctx := context.Background()
	o := Open(path, Options{}).RunData(k).(runData)
	all, err := o.Datasets(ctx)
	for i := range all {
		_, failed := o.Rows(ctx, all[i].ID.Raw(), model.RowQuery{})
		err = errors.Join(err, failed)
	}
	_, a := o.Activity(ctx)
	_, h := o.Health(ctx)
	_, s := o.Surveys(ctx)
	files, l := o.Logs(ctx)
	for _, f := range files {
		_, failed := o.Log(ctx, model.LogBudget{File: f.Name})
		err = errors.Join(err, failed)
	}
	for id := range int64(5) {
		if _, failed := o.Agent(id).(agent).Notes(ctx); !errors.Is(failed, model.ErrNotOffered) { // no such agent
			err = errors.Join(err, failed)
		}
	}
	return errors.Join(err, a, h, s, l)
}

// TestDamageOfARunDirectoryIsFound: of each value that it has, when a byte of it is another, and when it is
// gone.
func TestDamageOfARunDirectoryIsFound(t *testing.T) {
	path, k := dirLab(t, 300, 6)
	if err := readDir(path, k); err != nil {
		t.Fatal(err)
	}
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(6, 16))
	for _, b := range []*layout.Bucket{layout.Documents, layout.Rows, layout.FileLines} {
		var keys, values [][]byte
		edit(t, path, func(tx *bbolt.Tx) error {
			return tx.Bucket([]byte(b.Name)).ForEach(func(key, value []byte) error {
				keys, values = append(keys, bytes.Clone(key)), append(values, bytes.Clone(value))
				return nil
			})
		})
		if len(keys) < 2 {
			t.Fatalf("%d values in bucket %s", len(keys), b.Name)
		}
		for i, key := range keys {
			spoiled := bytes.Clone(values[i])
			spoiled[random.IntN(len(spoiled))] ^= 1 << random.IntN(8)
			edit(t, path, func(tx *bbolt.Tx) error { return tx.Bucket([]byte(b.Name)).Put(key, spoiled) })
			found(t, path, "checksum")
			if err := readDir(path, k); !errors.Is(err, model.ErrDamaged) {
				t.Errorf("%s, spoiled: %v", b.Describe(key), err)
			}
			if b == layout.Rows {
				edit(t, path, func(tx *bbolt.Tx) error { return tx.Bucket([]byte(b.Name)).Delete(key) })
				found(t, path, "rows of a dataset")
				if err := readDir(path, k); !errors.Is(err, model.ErrDamaged) {
					t.Errorf("%s, gone: %v", b.Describe(key), err)
				}
			}
			if err := os.WriteFile(path, sound, 0o600); err != nil || t.Failed() {
				t.Fatal(err)
			}
		}
	}
	checkLab(t, path)
}

// TestADeletedRunTakesItsDatasetsAlong, in bounded batches.
func TestADeletedRunTakesItsDatasetsAlong(t *testing.T) {
	path, k := dirLab(t, 300, 40)
	s := Open(path, Options{Write: true})
	if err := s.Update(t.Context(), func(b *Batch) error { return b.Delete(k) }); err != nil {
		t.Fatal(err)
	}
	for left := true; left; {
		if err := s.Update(t.Context(), func(b *Batch) error { left = Sweep(b); return nil }); err != nil {
			t.Fatal(err)
		}
		checkLab(t, path)
	}
	edit(t, path, func(tx *bbolt.Tx) error {
		for _, b := range layout.RunBuckets {
			if key, _ := tx.Bucket([]byte(b.Name)).Cursor().First(); key != nil {
				t.Errorf("%s is left", b.Describe(key))
			}
		}
		return nil
	})
}

// TestWhatIsNotRecordedYet of a run directory is told from what a run does not have.
func TestWhatIsNotRecordedYet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lab.db")
	all := storagetest.Experiments(4)
	for i := range all {
		all[i].Status = model.Running
	}
	all[0].Dir = &model.RunDir{}
	writeLab(t, path, all)
	of := func(i int) error {
		_, err := Open(path, Options{}).RunData(all[i].Key).(model.DatasetReader).Datasets(t.Context())
		return err
	}
	if err := of(0); !errors.Is(err, model.ErrNotRecorded) {
		t.Errorf("of a run that was not recorded: %v", err)
	}
	if err := of(1); !errors.Is(err, model.ErrNotOffered) {
		t.Errorf("of version 1: %v", err)
	}
	s := Open(path, Options{Write: true})
	put := func(name string) {
		t.Helper()
		if err := s.Update(t.Context(), func(b *Batch) error { return b.PutCheckpoint(all[0].Key, name, "x") }); err != nil {
			t.Fatal(err)
		}
	}
	if put(CheckpointOrigin); !errors.Is(of(0), model.ErrNotRecorded) {
		t.Errorf("of one that is being recorded: %v", of(0))
	}
	if put(CheckpointDatasets); !errors.Is(of(0), model.ErrNotOffered) {
		t.Errorf("of one that has none: %v", of(0))
	}
}

// TestARunDirectoryOfSchema6 is read as the first version that kept any has written it.
func TestARunDirectoryOfSchema6(t *testing.T) {
	f, err := os.Open("testdata/schema6-run.db.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "lab.db")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if r, err := check.Lab(t.Context(), path, nil); err != nil || len(r.Problems) > 0 {
		t.Fatalf("%v, %v", r.Problems, err)
	}
	s := Open(path, Options{})
	ch, err := s.Changes(t.Context(), model.Cursor{}, model.Budget{})
	if err != nil || len(ch.Put) != 1 || ch.Put[0].Dir == nil || ch.Put[0].Dir.Done != 14 || ch.Put[0].Plan == nil {
		t.Fatalf("%+v, %v", ch.Put, err)
	}
	k := ch.Put[0].Key
	if err := readDir(path, k); err != nil {
		t.Error(err)
	}
	rows := 0
	all, err := s.RunData(k).(model.DatasetReader).Datasets(t.Context())
	for i := range all {
		rows += all[i].Rows
	}
	if err != nil || len(all) != 7 || rows < 100 {
		t.Errorf("%d datasets with %d rows, %v", len(all), rows, err)
	}
}

// BenchmarkDatasetBytes writes the rows of 1,000 agents and 100 steps, and reports how many bytes they take
// in a lab, for each row and of what they are as text.
func BenchmarkDatasetBytes(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	for b.Loop() {
		path, k := dirLab(b, 1000, 100)
		walk := storagetest.SampleDir(1000, 100)
		places := walk.Rows["mobility.agent_state"]
		for _, row := range places.Cells { // everybody is somewhere else at each step
			for _, n := range []int{3, 4} {
				f, _ := row[n].Number()
				row[n] = text.JSONValue(strconv.FormatFloat(f+random.Float64(), 'f', 6, 64))
			}
		}
		fillLab(b, path, k, storagetest.RunData{Dir: walk})
		o := Open(path, Options{}).RunData(k).(runData)
		all, err := o.Datasets(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		rows, plain := 0, 0
		for i := range all {
			got, err := o.Rows(b.Context(), all[i].ID.Raw(), model.RowQuery{})
			if err != nil {
				b.Fatal(err)
			}
			rows += len(got.Cells)
			for _, row := range got.Cells {
				for n, v := range row {
					plain += len(got.Columns[n].Raw()) + len(v.Raw()) + len(`"": , `)
				}
			}
		}
		stored := 0
		edit(b, path, func(tx *bbolt.Tx) error {
			return tx.Bucket([]byte(layout.Rows.Name)).ForEach(func(key, value []byte) error {
				stored += len(key) + len(value)
				return nil
			})
		})
		b.ReportMetric(float64(stored)/float64(rows), "B/row")
		b.ReportMetric(float64(stored)/float64(plain), "of-json")
	}
}
