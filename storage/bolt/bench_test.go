package bolt

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"societop/model"
	"societop/model/budget"
	"societop/model/plan"
	"societop/model/text"
	"societop/storage/bolt/labfile"
	"societop/storage/bolt/layout"
)

const million = 1_000_000

// summaries makes n experiments without configs that share a few plans, as those of a lab
// do; ids are random.
func summaries(n int) []model.Experiment {
	r := rand.New(rand.NewPCG(1, 2))
	plans := make([]*plan.Plan, 8)
	for i := range plans {
		plans[i] = plan.New(28800, []plan.Entry{
			{Type: "run", Days: float64(i + 1), Ticks: 300},
			{Type: "step", Steps: 24, Ticks: 600},
		})
	}
	names := []text.Text{
		text.Clean("北京早高峰通勤模拟"), text.Clean("Polarization baseline"),
		text.Clean("Hurricane 飓风影响实验"), text.Clean("UBI policy, seed 42"),
	}
	out := make([]model.Experiment, n)
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range out {
		e := &out[i]
		binary.BigEndian.PutUint64(e.ID[:], r.Uint64())
		binary.BigEndian.PutUint64(e.ID[8:], r.Uint64())
		e.Tenant = text.Clean("default")
		e.Name, e.Plan = names[r.IntN(len(names))], plans[r.IntN(len(plans))]
		e.Status = model.Status(r.IntN(5))
		e.Now = model.SimTime{Day: r.IntN(5), T: float64(r.IntN(288)*300 + 1)}
		e.InputTokens, e.OutputTokens = r.Int64N(10_000_000), r.Int64N(2_000_000)
		e.Created = start.Add(time.Duration(i) * 7 * time.Second)
		e.Updated = e.Created.Add(time.Duration(r.IntN(100_000)) * time.Second)
	}
	return out
}

// benchLab makes a lab file of n experiments, once a run.
func benchLab(b *testing.B, n int) string {
	b.Helper()
	path, ok := benchLabs[n]
	if ok {
		return path
	}
	dir, err := os.MkdirTemp("", "societop-bench-")
	if err != nil {
		b.Fatal(err)
	}
	benchDirs = append(benchDirs, dir)
	path = filepath.Join(dir, "lab.db")
	writeAll(b, Open(path, Options{Write: true}), summaries(n))
	benchLabs[n] = path
	return path
}

var (
	benchLabs = make(map[int]string)
	benchDirs []string
)

// bulk is how many experiments go into a batch.
const bulk = 20_000

func writeAll(tb testing.TB, s *Store, all []model.Experiment) {
	tb.Helper()
	for ; len(all) > 0; all = all[min(bulk, len(all)):] {
		err := s.Update(context.Background(), func(b *Batch) error {
			for _, e := range all[:min(bulk, len(all))] {
				if _, err := b.Put(e); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
}

// BenchmarkWriteMillion writes a million summaries in batches of 20,000.
func BenchmarkWriteMillion(b *testing.B) {
	all := summaries(million)
	for b.Loop() {
		path := filepath.Join(b.TempDir(), "lab.db")
		writeAll(b, Open(path, Options{Write: true}), all)
		info, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(info.Size())/million, "B/experiment")
	}
}

// BenchmarkBudget2ReadMillion reads a million summaries into a model.Lab, as a share of a
// bare walk of bbolt's cursor over the same bucket, the best of each. The rests between leases
// don't count.
func BenchmarkBudget2ReadMillion(b *testing.B) {
	path := benchLab(b, million)
	walk := bareWalk(b, path, million)
	s := Open(path, Options{})
	s.pace.rest = 0
	best, bestReading := time.Hour, time.Hour
	for b.Loop() {
		var reading, applying time.Duration
		lab := model.NewLab()
		var cursor model.Cursor
		for more := true; more; {
			start := time.Now()
			ch, err := s.Changes(context.Background(), cursor, model.Budget{})
			if err != nil {
				b.Fatal(err)
			}
			read := time.Now()
			lab.Apply(ch, read)
			reading += read.Sub(start)
			applying += time.Since(read)
			cursor, more = ch.Next, ch.More
		}
		best, bestReading = min(best, reading+applying), min(bestReading, reading)
	}
	budget.Report(b, "2", float64(best)/float64(walk))
	b.ReportMetric(float64(best)/million, "ns/experiment")
	b.ReportMetric(float64(bestReading)/million, "read-ns/experiment")
	b.ReportMetric(float64(walk)/million, "walk-ns/experiment")
}

// BenchmarkBudget17Load reads a million summaries of a file that nobody writes to, as a monitor
// does: with all waits, as a share of a bare walk. SOCIETOP_BENCH_ROWS is another number of them.
func BenchmarkBudget17Load(b *testing.B) {
	rows := million
	if n, err := strconv.Atoi(os.Getenv("SOCIETOP_BENCH_ROWS")); err == nil {
		rows = n
	}
	path := benchLab(b, rows)
	walk, best := bareWalk(b, path, rows), time.Hour
	for b.Loop() {
		s, lab := Open(path, Options{}), model.NewLab()
		begun, page := time.Now(), model.Budget{Rows: 1000, Time: 20 * time.Millisecond}
		for more, cursor := true, (model.Cursor{}); more; page.Rows = bulk {
			ch, err := s.Changes(b.Context(), cursor, page)
			if err != nil {
				b.Fatal(err)
			}
			lab.Apply(ch, time.Now())
			cursor, more = ch.Next, ch.More
		}
		best = min(best, time.Since(begun))
		b.ReportMetric(float64(s.tally.leases.Load()), "leases")
	}
	budget.Report(b, "17", float64(best)/float64(walk))
	b.ReportMetric(best.Seconds(), "load-s")
	b.ReportMetric(float64(walk.Microseconds())/1000, "walk-ms")
}

// BenchmarkLoadMillion reads a million summaries as a monitor does, under fair leases, while
// another writes a batch after every 20 ms: how long each has to wait.
func BenchmarkLoadMillion(b *testing.B) {
	path := benchLab(b, million)
	writer := Open(path, Options{Write: true})
	e := summaries(1)[0]
	var first, all, lease, write time.Duration
	for b.Loop() {
		ended, ctx := make(chan struct{}), b.Context()
		stop := make(chan struct{})
		go func() {
			defer close(ended)
			for {
				select {
				case <-stop:
					return
				case <-time.After(20 * time.Millisecond):
				}
				e.OutputTokens++
				begun := time.Now()
				if err := writer.Update(ctx, func(w *Batch) error { return w.PutSummary(e.Summary) }); err != nil {
					b.Error(err)
					return
				}
				write = max(write, time.Since(begun))
			}
		}()
		s, lab := Open(path, Options{}), model.NewLab()
		begun, page := time.Now(), model.Budget{Rows: 1000, Time: 20 * time.Millisecond}
		for more, cursor := true, (model.Cursor{}); more; page.Rows = bulk {
			ch, err := s.Changes(ctx, cursor, page)
			if err != nil {
				b.Fatal(err)
			}
			if lab.Apply(ch, time.Now()); ch.First {
				first = max(first, time.Since(begun))
			}
			cursor, more = ch.Next, ch.More
		}
		all = max(all, time.Since(begun))
		lease = max(lease, time.Duration(s.tally.longest.Load()))
		close(stop)
		<-ended
		b.ReportMetric(float64(s.tally.leases.Load()), "leases")
	}
	for name, d := range map[string]time.Duration{"first-page": first, "all": all, "longest-lease": lease, "longest-write": write} {
		b.ReportMetric(float64(d.Microseconds())/1000, name+"-ms")
	}
}

// bareWalk is the best of a few walks over the index.
func bareWalk(b *testing.B, path string, rows int) time.Duration {
	b.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: labfile.MinWait})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	best := time.Hour
	for range 5 {
		start, n, size := time.Now(), 0, 0
		err := db.View(func(tx *bbolt.Tx) error {
			c := tx.Bucket([]byte(layout.Index.Name)).Cursor()
			for k, v := c.First(); k != nil; k, v = c.Next() {
				n++
				size += len(v)
			}
			return nil
		})
		if err != nil || n != rows {
			b.Fatal(n, size, err)
		}
		best = min(best, time.Since(start))
	}
	return best
}
