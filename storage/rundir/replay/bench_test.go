package replay_test

import (
	"bytes"
	stdjson "encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"golang.org/x/sync/errgroup"

	"societop/model"
	"societop/model/budget"
	"societop/model/text"
	"societop/storage/rundir/replay"
	"societop/storage/rundir/rundirtest"
)

// large writes the replay of a run of 1,000 agents and some steps, and returns the run's directory.
func large(b *testing.B, steps int) string {
	b.Helper()
	dir := b.TempDir()
	w := rundirtest.NewWriter(b, dir)
	state := func(name string, columns ...[2]string) rundirtest.Set {
		return rundirtest.Set{
			Table: name + "_agent_state", ID: name + ".agent_state", Kind: "entity_snapshot", Entity: "agent_id", Step: "step", Time: "t",
			Key: []string{"agent_id", "step"}, Order: []string{"step", "agent_id"}, Can: []string{model.AgentSnapshot},
			Columns: append([][2]string{{"agent_id", "INTEGER"}, {"step", "INTEGER"}, {"t", "TIMESTAMP"}}, columns...),
		}
	}
	w.Schema(
		state("mobility", [2]string{"lng", "REAL"}, [2]string{"lat", "REAL"}, [2]string{"aoi_id", "INTEGER"}, [2]string{"poi_id", "INTEGER"}, [2]string{"status", "TEXT"}),
		state("economy", [2]string{"currency", "REAL"}, [2]string{"income", "REAL"}, [2]string{"consumption", "REAL"}),
		state("social_media", [2]string{"followers_count", "INTEGER"}, [2]string{"following_count", "INTEGER"}, [2]string{"posts_count", "INTEGER"}))
	files := make(map[string]*bytes.Buffer)
	put := func(table, line string) {
		name := rundirtest.Shard(table, line)
		if files[name] == nil {
			files[name] = new(bytes.Buffer)
		}
		files[name].WriteString(line)
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for step := range steps {
		t := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC).Add(time.Duration(step) * 15 * time.Minute).Format("2006-01-02T15:04:05")
		for agent := range 1000 {
			put("mobility_agent_state", fmt.Sprintf(`{"agent_id": %d, "step": %d, "t": "%s", "lng": %.15f, "lat": %.15f, "aoi_id": %d, "poi_id": null, "status": "moving"}`+"\n",
				agent, step, t, 116+rnd.Float64(), 39+rnd.Float64(), 500000000+rnd.IntN(1000)))
			put("economy_agent_state", fmt.Sprintf(`{"agent_id": %d, "step": %d, "t": "%s", "currency": %.2f, "income": %.2f, "consumption": %.2f}`+"\n",
				agent, step, t, 1e4*rnd.Float64(), 100*rnd.Float64(), 100*rnd.Float64()))
			put("social_media_agent_state", fmt.Sprintf(`{"agent_id": %d, "step": %d, "t": "%s", "followers_count": %d, "following_count": %d, "posts_count": %d}`+"\n",
				agent, step, t, rnd.IntN(100), rnd.IntN(100), step))
		}
	}
	for name, content := range files {
		w.Write(name, content.Bytes())
	}
	return dir
}

// decode reads all shards of a run, and decodes each line with a library, as many files at once as there
// are processors.
func decode(b *testing.B, dir string, unmarshal func([]byte, *map[string]any) error) (size int) {
	b.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "replay", "*.jsonl"))
	if err != nil {
		b.Fatal(err)
	}
	var all errgroup.Group
	all.SetLimit(runtime.GOMAXPROCS(0))
	sizes := make([]int, len(paths))
	for i, path := range paths {
		all.Go(func() error {
			raw, err := os.ReadFile(path)
			sizes[i] = len(raw)
			for line := range bytes.Lines(raw) {
				var row map[string]any
				if err := unmarshal(line, &row); err != nil {
					return err
				}
			}
			return err
		})
	}
	if err := all.Wait(); err != nil {
		b.Fatal(err)
	}
	for _, n := range sizes {
		size += n
	}
	return size
}

// heap is the live heap.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkBudget19 reads a run of 1,000 agents and 100 steps: 300,000 rows in three tables.
func BenchmarkBudget19(b *testing.B) {
	dir := large(b, 100)
	var ours, std, other time.Duration
	var perRow, cells float64
	var size, n int
	var stats, opens int64
	for b.Loop() {
		n++
		begun := time.Now()
		decode(b, dir, func(line []byte, row *map[string]any) error { return stdjson.Unmarshal(line, row) })
		std += time.Since(begun)
		begun = time.Now()
		size = decode(b, dir, func(line []byte, row *map[string]any) error { return json.Unmarshal(line, row) })
		other += time.Since(begun)
		before := heap()
		r, files := replay.OpenCounted(dir)
		begun = time.Now()
		if _, err := r.Refresh(b.Context(), 100); err != nil {
			b.Fatal(err)
		}
		ours += time.Since(begun)
		perRow = float64(heap()-before) / 300_000
		bytes, rows := r.Memory()
		cells = float64(bytes) / float64(rows)
		w := rundirtest.NewWriter(b, dir)
		for _, table := range []string{"mobility", "economy", "social_media"} {
			w.Append(table+"_agent_state.00.jsonl", fmt.Sprintf(`{"agent_id": 0, "step": %d}`+"\n", 100+n))
		}
		files.Reset()
		if _, err := r.Refresh(b.Context(), 100); err != nil {
			b.Fatal(err)
		}
		stats, opens = files.Stats.Load(), files.Opens.Load()
		if err := r.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.Logf("%d MB: %v, encoding/json %v, go-json-experiment %v; %.0f bytes of memory a row, %.0f of them its cells", size>>20, ours/time.Duration(n), std/time.Duration(n), other/time.Duration(n), perRow, cells)
	b.ReportMetric(perRow, "B/row")
	budget.Report(b, "19a", ours.Seconds()/min(std, other).Seconds())
	budget.Report(b, "19b", float64(stats))
	budget.Report(b, "19c", float64(opens))
}

// BenchmarkRows reads what panes ask for of that run.
func BenchmarkRows(b *testing.B) {
	r := replay.Open(large(b, 100))
	if _, err := r.Refresh(b.Context(), 100); err != nil {
		b.Fatal(err)
	}
	for name, q := range map[string]model.RowQuery{
		"step": {From: 50, To: 51}, "agent": {Entity: text.Clean("500")}, "newest": {Limit: 100, Newest: true}, "all": {},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if got, err := r.Rows("mobility.agent_state", q); err != nil || len(got.Cells) == 0 {
					b.Fatal(len(got.Cells), err)
				}
			}
		})
	}
}
