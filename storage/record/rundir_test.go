package record

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/bolt/check"
	"societop/storage/rundir"
	"societop/storage/rundir/rundirtest"
	"societop/storage/storagetest"
)

// agentsOfRuns are agents that the runs of tests have, and one that they don't have.
var agentsOfRuns = []int64{1, 2, 3, 999}

// sameRuns fails t unless a lab has all that a source of run directories has.
func sameRuns(t *testing.T, lab string, want model.Source) {
	t.Helper()
	got := whole(t, lab)
	storagetest.SameSource(t, got, want)
	var all storagetest.Mirror
	all.Read(t, want, model.Budget{})
	for k, s := range all.Known {
		if s.Status == model.NotStarted {
			continue
		}
		if storagetest.SameRunDir(t, got.RunData(k), want.RunData(k), agentsOfRuns...); t.Failed() {
			t.Fatalf("%s differs", s.Name)
		}
	}
}

// directories is a source of run directories.
func directories(t testing.TB, root string) *rundir.Source {
	t.Helper()
	src := rundir.New(root, rundir.Options{})
	t.Cleanup(func() { _ = src.Close() })
	return src
}

// TestRunDirectoriesAreRecordedWhole: all that each release writes, and nothing is written a second time.
func TestRunDirectoriesAreRecordedWhole(t *testing.T) {
	started := rundirtest.Names[:len(rundirtest.Names)-1] // of a run that has not started a lab has the summary
	src, lab := directories(t, rundirtest.Unpack(t, started...)), filepath.Join(t.TempDir(), "lab.db")
	for range 2 {
		if err := Record(t.Context(), src, lab, quick, model.RecordObserver{}); err != nil {
			t.Fatal(err)
		}
		sameRuns(t, lab, src)
	}
}

// TestARecorderOfDirectoriesIsKilled at any moment: in the end, the lab has all of it, once.
func TestARecorderOfDirectoriesIsKilled(t *testing.T) {
	root, lab := rundirtest.Unpack(t, "2.9.2-resumed", "2.5.4-completed"), filepath.Join(t.TempDir(), "lab.db")
	for n := range 20 {
		cmd := recorderOf(t, root, lab)
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		select {
		case <-ended:
		case <-time.After(time.Duration(20+rand.IntN(15*n+1)) * time.Millisecond):
			_ = cmd.Process.Kill()
			<-ended
		}
		if report, err := check.Lab(t.Context(), lab, nil); err == nil && len(report.Problems) > 0 {
			t.Fatalf("after %d kills: %v", n, report.Problems)
		}
	}
	if err := recorderOf(t, root, lab).Wait(); err != nil {
		t.Fatal(err)
	}
	sameRuns(t, lab, directories(t, root))
}

// grown is a run of a directory, in memory, as far as it is.
func grown(m *storagetest.Memory, e model.Experiment, d *storagetest.RunDir, steps int, status model.Status) {
	e.Status, e.Now = status, moment(steps-1)
	e.Updated = e.Created.Add(time.Duration(steps) * time.Minute)
	e.Dir = &model.RunDir{Done: int64(steps - 1), Path: text.Clean("/runs/1"), Agents: 5, Warnings: []text.Text{text.Clean("a")}}
	m.Put(e)
	s := runOf(5, steps)
	s.Dir = d
	m.SetRunData(e.Key, s)
}

// TestARunThatGrowsAndResumes is recorded as it is, also where steps are written again that were whole.
func TestARunThatGrowsAndResumes(t *testing.T) {
	m, lab := storagetest.NewMemory(), filepath.Join(t.TempDir(), "lab.db")
	e := storagetest.Experiments(4)[1]
	now := time.Unix(1e9, 0)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	grown(m, e, storagetest.SampleDir(5, 2), 2, model.Running)
	src := m
	r := newDesk(src, labFile{store: bolt.Open(lab, bolt.Options{Write: true}), path: lab}, model.RecordOptions{
		Agents: true, Interval: time.Second, Now: func() time.Time { return now },
	}, model.RecordObserver{}).all[0]
	record := func(agents ...int64) {
		t.Helper()
		for range 3 { // what rests is read after it
			now = now.Add(2 * growsEvery)
			if err := r.tick(ctx); err != nil {
				t.Fatal(err)
			}
			if err := r.readRuns(ctx, now.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		storagetest.SameRunDir(t, whole(t, lab).RunData(e.Key), src.RunData(e.Key), agents...)
	}
	for steps := 2; steps < 9; steps += 2 {
		grown(m, e, storagetest.SampleDir(5, steps), steps, model.Running)
		record()
	}
	grown(m, e, storagetest.SampleDir(5, 9), 9, model.Lost)
	record(1, 2)
	again := storagetest.SampleDir(5, 10) // the last step that was whole was written with other values
	rows := again.Rows["mobility.agent_state"]
	for i := range rows.Cells {
		if n, _ := rows.Cells[i][0].Number(); n == 3 || n == 8 {
			rows.Cells[i][5] = text.ValueOf("[again]")
			rows.Ambiguous = append(rows.Ambiguous, i)
		}
	}
	again.Rows["mobility.agent_state"] = rows
	again.Datasets[1].Ambiguous = len(rows.Ambiguous)
	grown(m, e, again, 10, model.Running)
	record()
	again.LogText["stderr.log"] += "more\n"
	again.Logs[0].Size += 5
	grown(m, e, again, 10, model.Finished)
	record(1, 2)
}
