package bolt

import (
	"context"
	"errors"
	"os"
	"testing"

	"go.etcd.io/bbolt"

	"societop/model"
	"societop/storage/bolt/check"
	"societop/storage/bolt/layout"
)

// wrongRuns spoil the data of a run, in files whose pages are all right.
var wrongRuns = map[string]struct {
	spoil func(k model.Key) spoiler
	words string // what the check says of it
	read  bool   // a reading finds it, too
}{
	"a block that is none":   {func(model.Key) spoiler { return sealed(layout.Frames, firstBlock(255), "\x01\x02") }, "can't be decoded", true},
	"a block of a block":     {func(model.Key) spoiler { return moved(layout.Frames, firstBlock(512), layout.Frames, firstBlock(256)) }, "wrong checksum", true},
	"a block too few":        {func(model.Key) spoiler { return without(layout.Frames, firstBlock(256)) }, "agents in", true},
	"a frame without moment": {func(model.Key) spoiler { return without(layout.Moments, layout.MomentKey(1, momentOf(1))) }, "belongs to no moment", false},
	"a moment without frame": {func(model.Key) spoiler {
		m := layout.NewMoment()
		m.AddBlock(1, 7, nil)
		return sealed(layout.Moments, layout.MomentKey(1, model.SimTime{Day: 5}), string(m.Append(nil)))
	}, "agents in", true},
	"no latest frame": {func(model.Key) spoiler { return without(layout.Moments, layout.MomentKey(1, momentOf(3))) }, "latest frame is missing", false},
	"a run of nobody": {func(model.Key) spoiler {
		return sealed(layout.Runs, nobody, string((&layout.Run{Number: 9}).Append(nil)))
	}, "belongs to no experiment", false},
	"a run that is none":      {func(k model.Key) spoiler { return sealed(layout.Runs, layout.BareKey(k), "\x00") }, "can't be decoded", true},
	"no run":                  {func(k model.Key) spoiler { return without(layout.Runs, layout.BareKey(k)) }, "of which there is no experiment", true},
	"data of no run":          {func(model.Key) spoiler { return sealed(layout.Prompts, layout.MomentKey(77, momentOf(0)), "\x00\x00") }, "of run 77", false},
	"a live run in trash":     {func(model.Key) spoiler { return sealed(layout.DeletedRuns, layout.RunKey(1), "") }, "which is taken", false},
	"talk without index":      {func(model.Key) spoiler { return without(layout.TalkTimes, layout.TimesKey(1, 4, momentOf(1))) }, "index in time", false},
	"an index without talk":   {func(model.Key) spoiler { return without(layout.Talk, layout.TextsKey(1, 4, momentOf(1))) }, "index in time", true},
	"an index that miscounts": {func(model.Key) spoiler { return sealed(layout.AnswerTimes, layout.TimesKey(1, 4, momentOf(1)), "\x09") }, "index in time", false},
	"a profile that is none":  {func(model.Key) spoiler { return sealed(layout.Profiles, layout.AgentKey(1, 255), "\x00") }, "can't be decoded", true},
	"a metric of another": {func(model.Key) spoiler {
		return sealed(layout.Metrics, layout.MetricKey(1, "gdp"), string(layout.AppendMetric(nil, "x", nil)))
	}, "can't be decoded", false},
	"a log without its end": {func(model.Key) spoiler {
		return sealed(layout.Lines, layout.ChunkKey(layout.RunKey(1), 0), "\x00\x00text")
	}, "can't be decoded", true},
	"a survey that is none": {func(model.Key) spoiler { return sealed(layout.Surveys, nobody, "\x00") }, "can't be decoded", true},
	"a missing bucket":      {func(model.Key) spoiler { return func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte("frames")) } }, `"frames" is missing`, true},
}

// firstBlock is the key of a block of the first frame.
func firstBlock(last int64) []byte { return layout.BlockKey(1, momentOf(0), last) }

func TestWrongRuns(t *testing.T) {
	for name, tc := range wrongRuns {
		t.Run(name, func(t *testing.T) {
			path, k := runLab(t, some())
			edit(t, path, tc.spoil(k))
			found(t, path, tc.words)
			if err := readAll(path, k); (err != nil) != tc.read {
				t.Errorf("a reading of all of it: %v", err)
			}
		})
	}
}

// readAll reads everything of a run, and returns the first error.
func readAll(path string, k model.Key) error {
	s := Open(path, Options{})
	s.pace.rest = 0
	_, err := dumpOf(s, k)
	return err
}

// TestEveryByteOfARunFlippedInTurn spoils single bytes, a sample of all: what is read of the
// run is what was written or an error, and what can't be read, the check finds.
func TestEveryByteOfARunFlippedInTurn(t *testing.T) {
	path, k := runLab(t, some())
	want := dump(t, Open(path, Options{}), k)
	l := mapOf(t, path)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const samples = 400
	first, end := int64(2*l.meta.PageSize), int64(l.meta.High)*int64(l.meta.PageSize)
	failed := 0
	for i := range int64(samples) {
		at := first + i*(end-first)/samples
		if err := flip(path, at); err != nil {
			t.Fatal(err)
		}
		s := Open(path, Options{})
		s.pace.rest = 0
		got, err := dumpOf(s, k)
		switch {
		case err == nil && got != want:
			t.Errorf("byte %d: other data is served", at)
		case err != nil && !errors.Is(err, model.ErrDamaged):
			t.Errorf("byte %d: %v, want %v", at, err, model.ErrDamaged)
		case err != nil:
			failed++
			if report, err := check.Lab(context.Background(), path, nil); err == nil && len(report.Problems) == 0 {
				t.Errorf("byte %d: it can't be read, but the check is content", at)
			}
		}
		l.put(t, at, whole[at:at+1])
	}
	if failed < samples/4 {
		t.Errorf("%d of %d flipped bytes were noticed", failed, samples)
	}
}
