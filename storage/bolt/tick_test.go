package bolt

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"societop/model"
	"societop/model/budget"
)

// ticker is a monitor of a lab file that is written to: the file, its recorder, and what the
// monitor has in memory, sorted.
type ticker struct {
	all    []model.Experiment
	writer *Store
	reader *Store
	lab    *model.Lab
	shown  *model.Selection
	cursor model.Cursor
	rng    *rand.Rand
}

func newTicker(b *testing.B, n int) *ticker {
	b.Helper()
	path := filepath.Join(b.TempDir(), "lab.db")
	k := &ticker{
		all: summaries(n), writer: Open(path, Options{Write: true}), reader: Open(path, Options{}),
		lab: model.NewLab(), rng: rand.New(rand.NewPCG(5, 6)),
	}
	k.reader.pace.rest = 0
	writeAll(b, k.writer, k.all)
	now := k.all[n-1].Updated
	k.tick(b)
	for k.shown = k.lab.Select(model.Query{}, model.Sort{}, now); !k.shown.Work(10_000); {
		continue
	}
	return k
}

// step writes a step of 100 experiments.
func (k *ticker) step(b *testing.B) {
	b.Helper()
	err := k.writer.Update(context.Background(), func(batch *Batch) error {
		for range 100 {
			e := &k.all[k.rng.IntN(len(k.all))]
			e.OutputTokens++
			e.Updated = e.Updated.Add(time.Second)
			if err := batch.PutSummary(e.Summary); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// tick reads what has changed into the lab.
func (k *ticker) tick(b *testing.B) (changed int) {
	b.Helper()
	for more := true; more; {
		ch, err := k.reader.Changes(context.Background(), k.cursor, model.Budget{})
		if err != nil {
			b.Fatal(err)
		}
		changed += k.lab.Apply(ch, k.all[0].Updated).Changed
		k.cursor, more = ch.Next, ch.More
	}
	return changed
}

// timed is how long a tick takes after a step.
func (k *ticker) timed(b *testing.B) time.Duration {
	b.Helper()
	k.step(b)
	start := time.Now()
	changed := k.tick(b)
	took := time.Since(start)
	if changed == 0 || k.shown.Len() != len(k.all) {
		b.Fatal("the tick changed nothing")
	}
	return took
}

// BenchmarkBudget4Tick is a tick with 100 changed experiments, from the file into a sorted
// selection: of 1,000,000 experiments against of 1,000. The times are the middle ones, so
// that a pause of the machine does not count.
func BenchmarkBudget4Tick(b *testing.B) {
	small, large := newTicker(b, 1000), newTicker(b, million)
	var few, many []time.Duration
	for b.Loop() {
		for range 20 {
			few, many = append(few, small.timed(b)), append(many, large.timed(b))
		}
	}
	budget.Report(b, "4", median(many).Seconds()/median(few).Seconds())
	b.ReportMetric(float64(median(few).Microseconds()), "small-µs")
	b.ReportMetric(float64(median(many).Microseconds()), "large-µs")
}

// BenchmarkBudget5AnIdleTick prints what TestBudget5AnIdleTick holds.
func BenchmarkBudget5AnIdleTick(b *testing.B) {
	path, _ := newLab(b, 20)
	r := newReader(path)
	r.follow(b)
	r.counts()
	for b.Loop() {
		r.follow(b)
	}
	n := r.counts()
	budget.Report(b, "5a", float64(n[0])/float64(b.N))
	b.ReportMetric(float64(n[1])/float64(b.N), "stats")
	b.ReportMetric(float64(n[2])/float64(b.N), "reads")
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}
