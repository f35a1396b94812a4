package bolt

import (
	"context"
	"errors"
	"testing"

	"societop/model"
	"societop/storage/bolt/labfile"
	"societop/storage/bolt/layout"
	"societop/storage/storagetest"
)

// restartLab lets the run of a lab begin again with other data, in one batch.
func restartLab(t *testing.T, path string, k model.Key, s *storagetest.RunData) {
	t.Helper()
	err := Open(path, Options{Write: true}).Update(context.Background(), func(b *Batch) error {
		if err := b.Restart(k); err != nil || s == nil {
			return err
		}
		return s.Write(b, k)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestARestartLeavesNothingOfTheRunBefore, of no kind, and is told to readers; what it took away
// is removed by later batches.
func TestARestartLeavesNothingOfTheRunBefore(t *testing.T) {
	path, k := runLab(t, some())
	r := newReader(path)
	r.follow(t)
	restartLab(t, path, k, nil)
	if pages := r.follow(t); len(pages) != 1 || len(pages[0].Put) != 1 || pages[0].Put[0].Key != k {
		t.Errorf("readers are told %+v", pages)
	}
	if _, err := Open(path, Options{}).RunData(k).Profiles(t.Context()); !errors.Is(err, model.ErrNotRecorded) || !errors.Is(err, model.ErrNoData) {
		t.Errorf("profiles: %v", err)
	}
	other, fresh := storagetest.RunData{Log: "again\n"}, storagetest.RunData{Log: "again\n"}
	other.Profiles, fresh.Profiles = some().Profiles[:1], some().Profiles[:1]
	restartLab(t, path, k, &other)
	want, wantKey := runLab(t, fresh)
	if got, want := dump(t, Open(path, Options{}), k), dump(t, Open(want, Options{}), wantKey); got != want {
		t.Errorf("the lab has\n%s, want\n%s", got, want)
	}
	checkLab(t, path)
}

// TestAReadingThatARestartCrossesSeesOneRun: what was read of the run before is not in its answer.
func TestAReadingThatARestartCrossesSeesOneRun(t *testing.T) {
	path, k := runLab(t, some())
	slow := Open(path, Options{})
	slow.minimalLease = true
	leases := 0
	var all []string
	for _, err := range (runData{slow, k}).leases(t.Context(), 0, func(l *lease, r *layout.Run, first bool) (bool, error) {
		if first {
			all = nil
		}
		c := l.Cursor(layout.Talk)
		from, prefix := ofRun(r)
		list := &labfile.Items{Bucket: layout.Talk}
		if _, err := l.collect(list, from, prefix, nil); err != nil || c.Err != nil {
			return false, errors.Join(err, c.Err)
		}
		for n := range list.Len() {
			key, _ := list.Raw(n)
			all = append(all, string(key[:layout.RunSize]))
		}
		leases++
		return leases < 3, nil
	}) {
		if err != nil {
			t.Fatal(err)
		}
		if leases == 1 {
			again := some()
			restartLab(t, path, k, &again)
		}
	}
	if leases != 3 || len(all) == 0 {
		t.Fatalf("%d leases, %d keys", leases, len(all))
	}
	for _, run := range all {
		if run != all[0] {
			t.Fatal("the answer mixes two runs")
		}
	}
}

// TestWhatARecorderHasNotComeToIsNotRecordedYet, by its marks, until it has.
func TestWhatARecorderHasNotComeToIsNotRecordedYet(t *testing.T) {
	path, k := runLab(t, storagetest.RunData{})
	mark := func(name, value string) {
		t.Helper()
		if err := Open(path, Options{Write: true}).Update(t.Context(), func(b *Batch) error {
			return errors.Join(b.PutMessages(k, nil), b.PutCheckpoint(k, name, value))
		}); err != nil {
			t.Fatal(err)
		}
	}
	s := Open(path, Options{}).RunData(k)
	expect := func(when string, frames, second, fifth bool) {
		t.Helper()
		_, timeline := s.Timeline(t.Context())
		_, frame := s.Frame(t.Context(), model.Latest)
		_, history := s.Agent(2).History(t.Context())
		_, two := s.Agent(2).Talk(t.Context())
		_, five := s.Agent(5).Talk(t.Context())
		for name, got := range map[string]struct {
			err error
			yet bool
		}{"timeline": {timeline, frames}, "frame": {frame, frames}, "history": {history, frames}, "agent 2": {two, second}, "agent 5": {five, fifth}} {
			if errors.Is(got.err, model.ErrNotRecorded) != got.yet || (got.err != nil) != got.yet {
				t.Errorf("%s, %s: %v", when, name, got.err)
			}
		}
	}
	expect("without a recorder", false, false, false)
	mark(CheckpointOrigin, "0 28801 1")
	expect("at the start", true, true, true)
	mark(CheckpointTalkAt, "2 state")
	expect("after two agents", true, false, true)
	mark(CheckpointTalk, "state")
	expect("after the talk", true, false, false)
	mark(CheckpointFrames, "state")
	expect("after the frames", false, false, false)
}
