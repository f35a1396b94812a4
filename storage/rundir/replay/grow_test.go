package replay_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"societop/model"
	"societop/storage/rundir/replay"
	"societop/storage/rundir/rundirtest"
)

// sets is the catalog of the random writer.
var sets = []rundirtest.Set{
	{
		Table: "x_agent_state", ID: "x.agent_state", Kind: "entity_snapshot", Entity: "agent_id", Step: "step", Time: "t",
		Key: []string{"agent_id", "step"}, Order: []string{"step", "agent_id"}, Can: []string{"agent_snapshot"},
		Columns: [][2]string{{"agent_id", "INTEGER"}, {"step", "INTEGER"}, {"t", "TIMESTAMP"}, {"v", "JSON"}},
	},
	{
		Table: "x_event", ID: "x.event", Kind: "event_stream", Entity: "sender_id", Step: "step", Time: "t", Key: []string{"id"},
		Order: []string{"step", "id"}, Can: []string{"event_stream", "social_event"},
		Columns: [][2]string{{"id", "INTEGER"}, {"step", "INTEGER"}, {"t", "TIMESTAMP"}, {"sender_id", "INTEGER"}, {"v", "TEXT"}},
	},
	{
		Table: "core_simulation_timeline", ID: "core.simulation_timeline", Kind: "env_snapshot", Step: "step", Time: "t", Key: []string{"step"},
		Order: []string{"step"}, Can: []string{"simulation_timeline", "env_snapshot"}, Columns: [][2]string{{"step", "INTEGER"}, {"t", "TIMESTAMP"}},
	},
}

// version is one state of a row.
type version struct {
	key, value string
	begun      bool // its first byte was written
	done       bool // its last one was
}

// author is a writer that follows the contract, is killed and resumes, and keeps its own record.
type author struct {
	*rundirtest.Writer
	rnd    *rand.Rand
	pause  func() // between any two writes
	mu     sync.Mutex
	record map[string][]*version // of a table, in the order of writing
}

// killed is thrown where the author dies.
type killed struct{}

// put writes a row, perhaps in two parts, and perhaps dies in the middle of it.
func (a *author) put(table, key, value, line string) {
	v := &version{key: key, value: value, begun: true}
	a.mu.Lock()
	a.record[table] = append(a.record[table], v)
	a.mu.Unlock()
	name := rundirtest.Shard(table, line+"\n")
	cut := len(line) + 1
	if a.rnd.IntN(4) == 0 {
		cut = a.rnd.IntN(len(line) + 1)
	}
	a.Append(name, (line + "\n")[:cut])
	if cut < len(line)+1 {
		if cut == len(line) { // all but the line end: the row is whole
			a.finish(v)
		}
		a.pause()
		if a.rnd.IntN(12) == 0 {
			panic(killed{})
		}
		a.Append(name, (line + "\n")[cut:])
	}
	a.finish(v)
	a.pause()
	if a.rnd.IntN(150) == 0 {
		panic(killed{})
	}
}

func (a *author) finish(v *version) {
	a.mu.Lock()
	defer a.mu.Unlock()
	v.done = true
}

// step writes one step, and reports whether it was killed.
func (a *author) step(step, agents int) (dead bool) {
	defer func() {
		if what := recover(); what != nil {
			if _, dead = what.(killed); !dead {
				panic(what)
			}
		}
	}()
	t := fmt.Sprintf("2026-01-05T%02d:%02d:00", 8+step/60, step%60)
	a.put("core_simulation_timeline", fmt.Sprint(step), t, fmt.Sprintf(`{"step": %d, "t": "%s"}`, step, t))
	for _, agent := range a.rnd.Perm(agents) {
		v := a.rnd.IntN(3)
		if a.rnd.IntN(3) == 0 {
			id := step*agents + agent
			words := fmt.Sprintf(`{\"id\": %d, \"bytes\": \"%d\"}`, id, v)
			a.put("x_event", fmt.Sprint(id), words, fmt.Sprintf(`{"id": %d, "step": %d, "t": "%s", "sender_id": %d, "v": "%s"}`, id, step, t, agent, words))
		}
		line := fmt.Sprintf(`{"agent_id": %d, "step": %d, "t": "%s", "v": "{\"n\": %d}"}`, agent, step, t, v)
		a.put("x_agent_state", fmt.Sprint(agent, "/", step), fmt.Sprintf(`{"n": %d}`, v), line)
	}
	return false
}

// run writes steps; after a kill it begins the step again.
func (a *author) run(steps, agents int) {
	a.Schema(sets...)
	for step := 0; step < steps; {
		if !a.step(step, agents) {
			step++
		} else if a.rnd.IntN(2) == 0 { // a resumed run writes step 0 of the timeline with its own time
			t := fmt.Sprintf("2026-01-05T20:%02d:00", a.rnd.IntN(60))
			func() {
				defer func() { _ = recover() }() // killed once more
				a.put("core_simulation_timeline", "0", t, fmt.Sprintf(`{"step": 0, "t": "%s"}`, t))
			}()
		}
	}
}

// snapshot is the record at a moment: for each table and key its versions.
func (a *author) snapshot() map[string]map[string][]version {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := make(map[string]map[string][]version)
	for table, all := range a.record {
		out[table] = make(map[string][]version)
		for _, v := range all {
			out[table][v.key] = append(out[table][v.key], *v)
		}
	}
	return out
}

// keys are the columns of which the key of a row is made, in the record's form.
func keyOf(table string, columns map[string]string) string {
	switch table {
	case "x_agent_state":
		return fmt.Sprint(columns["agent_id"], "/", columns["step"])
	case "x_event":
		return columns["id"]
	}
	return columns["step"]
}

// check compares a replay with the record before and after it was read.
func check(t *testing.T, r *replay.Replay, before, after map[string]map[string][]version) (ambiguous int) {
	t.Helper()
	for table, was := range before {
		got, err := r.Rows(table, model.RowQuery{})
		if err != nil && len(was) > 0 && slices.ContainsFunc(slices.Collect(maps.Values(was)), func(all []version) bool { return all[0].done }) {
			t.Fatal(err)
		}
		seen := make(map[string]bool)
		for i, row := range got.Cells {
			columns := make(map[string]string)
			for c, name := range got.Columns {
				columns[name.Raw()] = row[c].Raw()
			}
			key := keyOf(table, columns)
			value := columns["v"]
			if table == "core_simulation_timeline" {
				value = columns["t"]
			}
			if value != "" && value[0] == '"' {
				value = value[1 : len(value)-1]
			}
			if seen[key] {
				t.Fatalf("%s: row %s is there twice", table, key)
			}
			seen[key] = true
			doubt := slices.Contains(got.Ambiguous, i)
			if doubt {
				ambiguous++
			}
			if !right(table, value, doubt, was[key], after[table][key]) {
				t.Fatalf("%s: row %s is %s (ambiguous: %v), of %+v, then %+v", table, key, value, doubt, was[key], after[table][key])
			}
		}
		for key, all := range was {
			if !seen[key] && slices.ContainsFunc(all, func(v version) bool { return v.done }) {
				t.Fatalf("%s: row %s is missing of %+v", table, key, all)
			}
		}
	}
	return ambiguous
}

// right reports whether a value may be that of a row, of which there were some versions before it was
// read and some after.
func right(table, value string, doubt bool, was, is []version) bool {
	done := func(v version) bool { return v.done }
	if table == "core_simulation_timeline" { // the earliest
		earliest := func(all []version, which func(version) bool) string {
			least := ""
			for _, v := range all {
				if which(v) && (least == "" || v.value < least) {
					least = v.value
				}
			}
			return least
		}
		return !doubt && (value == earliest(was, done) || value == earliest(is, func(v version) bool { return v.begun }))
	}
	if doubt {
		first := is[0].value
		return slices.ContainsFunc(is, func(v version) bool { return v.value == value }) &&
			slices.ContainsFunc(is, func(v version) bool { return v.value != first })
	}
	last := -1
	for i, v := range was {
		if v.done {
			last = i
		}
	}
	for i := max(last, 0); i < len(is); i++ {
		if is[i].value == value {
			return true
		}
	}
	return false
}

// TestARunGrows reads a run at random moments while it is written, and compares with the writer's record.
func TestARunGrows(t *testing.T) {
	for seed := range uint64(12) {
		dir := t.TempDir()
		watched := replay.Open(dir)
		defer watched.Close()
		a := &author{Writer: rundirtest.NewWriter(t, dir), rnd: rand.New(rand.NewPCG(seed, 1)), record: make(map[string][]*version)}
		reads, kept, cold := 0, 0, 0
		a.pause = func() {
			if a.rnd.IntN(6) > 0 {
				return
			}
			now := a.snapshot()
			if _, err := watched.Refresh(t.Context(), -1); err != nil {
				t.Fatal(err)
			}
			reads++
			kept += check(t, watched, now, now)
			if a.rnd.IntN(10) == 0 {
				fresh := replay.Open(dir)
				defer fresh.Close()
				if _, err := fresh.Refresh(t.Context(), -1); err != nil {
					t.Fatal(err)
				}
				cold += check(t, fresh, now, now)
			}
		}
		a.run(12, 8)
		if reads < 20 {
			t.Errorf("seed %d: %d reads only", seed, reads)
		}
		t.Logf("seed %d: %d reads, ambiguous rows: %d watched, %d cold", seed, reads, kept, cold)
	}
}

// TestARunGrowsMeanwhile reads a run while another goroutine writes it.
func TestARunGrowsMeanwhile(t *testing.T) {
	for seed := range uint64(2) {
		dir := t.TempDir()
		a := &author{Writer: rundirtest.NewWriter(t, dir), rnd: rand.New(rand.NewPCG(seed, 2)), pause: func() {}, record: make(map[string][]*version)}
		end := make(chan struct{})
		go func() {
			defer close(end)
			a.run(20, 10)
		}()
		r := replay.Open(dir)
		defer r.Close()
		var readers sync.WaitGroup
		readers.Go(func() { // what others do while it is read
			for {
				select {
				case <-end:
					return
				default:
				}
				for _, d := range r.Datasets() {
					if got, err := r.Rows(d.ID.Raw(), model.RowQuery{To: r.Steps()}); err == nil && len(got.Cells) != got.Total {
						t.Errorf("%d rows of %d", len(got.Cells), got.Total)
						return
					}
				}
			}
		})
		for running := true; running; {
			select {
			case <-end:
				running = false
			default:
			}
			before := a.snapshot()
			_, err := r.Refresh(t.Context(), -1)
			after := a.snapshot()
			if err != nil {
				t.Fatal(err)
			}
			check(t, r, before, after)
		}
		readers.Wait()
		if r.Steps() != 20 {
			t.Errorf("%d steps", r.Steps())
		}
	}
}
