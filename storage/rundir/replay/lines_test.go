package replay_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/rundir/replay"
	"societop/storage/rundir/rundirtest"
)

// agents is the snapshot of agents that sets describes.
const agents = "x_agent_state"

// begin is a writer with a catalog, and a replay of what it writes.
func begin(t *testing.T) (*rundirtest.Writer, *replay.Replay) {
	t.Helper()
	dir := t.TempDir()
	w := rundirtest.NewWriter(t, dir)
	w.Schema(sets...)
	r := replay.Open(dir)
	t.Cleanup(func() { r.Close() })
	return w, r
}

// read refreshes a replay, and returns the rows of a dataset and how many lines were damaged.
func read(t *testing.T, r *replay.Replay, dataset string) (all []string, damaged int) {
	t.Helper()
	if _, err := r.Refresh(t.Context(), -1); err != nil {
		t.Fatal(err)
	}
	got, err := r.Rows(dataset, model.RowQuery{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range r.Datasets() {
		if (d.ID.Raw() == dataset || d.Table.Raw() == dataset) && (d.Rows != got.Total || d.Ambiguous != len(got.Ambiguous) || d.Damaged != got.Damaged) {
			t.Errorf("%s: %d rows, %d ambiguous, %d damaged in the catalog, and %d, %d, %d", dataset, d.Rows, d.Ambiguous, d.Damaged, got.Total, len(got.Ambiguous), got.Damaged)
		}
	}
	return rows(t, r, dataset, model.RowQuery{}), got.Damaged
}

func TestLines(t *testing.T) {
	long := `{"agent_id": 9, "step": 0, "v": "` + strings.Repeat("x", replay.MaxLine) + `"}`
	for name, c := range map[string]struct {
		lines   string // of one shard; @ is the last byte of the shard's name
		want    string
		damaged int
	}{
		"plain":            {`{"agent_id": 1, "step": 0, "t": "2026-01-05T08:00:00", "v": null}` + "\n", `agent_id=1 step=0 t="2026-01-05T08:00:00"`, 0},
		"another order":    {`{"v": 5, "step": 0, "agent_id": 1}` + "\n", `agent_id=1 step=0 v=5`, 0},
		"json in a text":   {`{"agent_id": 1, "v": "{\"a\": [1, NaN]}"}` + "\n", `agent_id=1 v={"a": [1, null]}`, 0},
		"text in json":     {`{"agent_id": 1, "v": "[hello]"}` + "\n", `agent_id=1 v="[hello]"`, 0},
		"text in a text":   {`{"agent_id": 1, "t": "{\"a\": 1}"}` + "\n", `agent_id=1 t="{\"a\": 1}"`, 0},
		"no numbers":       {`{"agent_id": 1, "step": 3, "v": NaN, "more": -Infinity}` + "\n", `agent_id=1 step=3`, 0},
		"large":            {`{"agent_id": 9007199254740993, "step": 1, "v": 123456789012345678901234567890}` + "\n", `agent_id=9007199254740993 step=1 v=123456789012345678901234567890`, 0},
		"no line end":      {`{"agent_id": 1, "v": "}"}`, `agent_id=1 v="}"`, 0},
		"unfinished":       {`{"agent_id": 1, "v": "}`, ``, 0},
		"empty lines":      {"\n\r\n{\"agent_id\": 1}\r\n\n", `agent_id=1`, 0},
		"others":           {"5\n[]\nnull\n\"a\"\n{\"agent_id\": 1}\n{}}\n", `agent_id=1`, 5},
		"bytes":            {"{\"agent_id\": 1, \"v\": \"a\xff\xfeb\"}\n", "agent_id=1 v=\"a\xff\xfeb\"", 0},
		"nested":           {`{"agent_id": 1, "v": {"a": {"b": [1]}}}` + "\n", `agent_id=1 v={"a": {"b": [1]}}`, 0},
		"twice":            {`{"agent_id": 1, "v": 1, "v": 2}` + "\n", `agent_id=1 v=2`, 0},
		"unknown columns":  {`{"agent_id": 1, "": 2, "\u001b[2J": 3}` + "\n", "agent_id=1 =2 \ufffd[2J=3", 0},
		"a bomb":           {strings.Repeat(`{"a":`, 100_000) + "\n" + `{"agent_id": 1}` + "\n", `agent_id=1`, 1},
		"long":             {long + "\n" + `{"agent_id": 1}` + "\n", `agent_id=1`, 1},
		"long, unfinished": {`{"agent_id": 1}` + "\n" + long, `agent_id=1`, 1},
	} {
		t.Run(name, func(t *testing.T) {
			w, r := begin(t)
			w.Write(agents+".00.jsonl", []byte(c.lines))
			got, damaged := read(t, r, "x.agent_state")
			if strings.Join(got, "\n") != c.want || damaged != c.damaged {
				t.Errorf("%d damaged, %q\nwant %d, %q", damaged, got, c.damaged, c.want)
			}
			for _, d := range r.Datasets() {
				if d.Table.Raw() == agents && d.Rows != len(got) {
					t.Errorf("the catalog says %d rows", d.Rows)
				}
			}
		})
	}
}

func TestGluedLines(t *testing.T) {
	const second = `{"agent_id": 2, "step": 0, "v": "{\"agent_id\": 7}"}`
	shard := rundirtest.Shard(agents, second+"\n")
	// A first line of the same shard, for which a number is tried.
	first := ""
	for i := 0; first == "" || rundirtest.Shard(agents, first+"\n") != shard; i++ {
		first = fmt.Sprintf(`{"agent_id": 1, "step": 0, "v": %d}`, i)
	}
	for cut := range len(first) + 1 {
		w, r := begin(t)
		w.Append(shard, first[:cut])
		if _, damaged := read(t, r, agents); damaged != 0 {
			t.Fatalf("a torn line of %d bytes is damaged", cut)
		}
		w.Append(shard, second+"\n")
		cold := replay.Open(filepath.Dir(w.Dir()))
		for _, one := range []*replay.Replay{r, cold} {
			got, damaged := read(t, one, agents)
			want, lost := 1, 1
			if cut == 0 {
				lost = 0
			} else if cut == len(first) {
				want, lost = 2, 0
			}
			if len(got) != want || damaged != lost || !strings.HasPrefix(got[want-1], "agent_id=2") {
				t.Errorf("torn after %d bytes: %q, %d damaged", cut, got, damaged)
			}
		}
	}
	// What has not the checksum of its shard may be a part of another line.
	w, r := begin(t)
	w.Append(shard, `{"agent_id": 1, "v{"agent_id": 3, "step": 0}`+"\n")
	if got, damaged := read(t, r, agents); len(got) != 0 || damaged != 1 {
		t.Errorf("%q was taken for a row", got)
	}
}

func TestAnUnfinishedLineOfAnEndedRun(t *testing.T) {
	w, r := begin(t)
	w.Append(agents+".00.jsonl", "{\"agent_id\": 1}\n{\"agent_id\"")
	for _, ended := range []bool{false, true, false} {
		r.Ended(ended)
		if _, damaged := read(t, r, agents); damaged == 1 != ended {
			t.Errorf("ended %v: %d damaged", ended, damaged)
		}
	}
	w.Append(agents+".00.jsonl", ": 2}\n")
	r.Ended(true)
	if got, damaged := read(t, r, agents); damaged != 0 || len(got) != 2 {
		t.Errorf("%q, %d damaged", got, damaged)
	}
}

// settle makes all files old enough for their order to be certain.
func settle(t *testing.T, dir string, ago time.Duration) {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	when := time.Now().Add(-ago)
	for _, path := range all {
		if err := os.Chtimes(path, when, when); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheLastSeenWins(t *testing.T) {
	w, r := begin(t)
	line := func(v int) string { return fmt.Sprintf(`{"agent_id": 1, "step": 0, "v": %d}`, v) }
	for v := range 40 { // they go to many shards, in both directions
		w.Line(agents, line(v))
		settle(t, w.Dir(), time.Minute)
		got, _ := read(t, r, agents)
		rows, err := r.Rows(agents, model.RowQuery{})
		if err != nil || len(got) != 1 || got[0] != fmt.Sprintf("agent_id=1 step=0 v=%d", v) || len(rows.Ambiguous) > 0 {
			t.Fatalf("version %d: %q, ambiguous %v, %v", v, got, rows.Ambiguous, err)
		}
	}
	// Read cold, the shard that was written last counts, and the row is ambiguous. So it is after a shard
	// was replaced, until another version is seen.
	last := w.Line(agents, line(17))
	if err := os.Chtimes(filepath.Join(w.Dir(), last), time.Now(), time.Now()); err != nil {
		t.Fatal(err)
	}
	cold := replay.Open(filepath.Dir(w.Dir()))
	for range 2 {
		got, _ := read(t, cold, agents)
		if rows, err := cold.Rows(agents, model.RowQuery{}); err != nil || got[0] != "agent_id=1 step=0 v=17" || len(rows.Ambiguous) != 1 {
			t.Errorf("cold: %q, ambiguous %v, %v", got, rows.Ambiguous, err)
		}
	}
	settle(t, w.Dir(), time.Minute)
	w.Line(agents, line(18))
	read(t, cold, agents) // this pass may overlap with the writing
	settle(t, w.Dir(), time.Minute)
	w.Line(agents, line(19))
	got, _ := read(t, cold, agents)
	if rows, err := cold.Rows(agents, model.RowQuery{}); err != nil || got[0] != "agent_id=1 step=0 v=19" || len(rows.Ambiguous) > 1 {
		t.Errorf("%q, ambiguous %v, %v", got, rows.Ambiguous, err)
	}
}

func TestTheOrderInOneShardIsKnown(t *testing.T) {
	w, r := begin(t)
	w.Write(agents+".00.jsonl", []byte(`{"agent_id": 1, "step": 0, "v": 1}`+"\n"+`{"agent_id": 1, "step": 0, "v": 2}`+"\n"))
	got, _ := read(t, r, agents)
	rows, err := r.Rows(agents, model.RowQuery{})
	if err != nil || len(got) != 1 || got[0] != "agent_id=1 step=0 v=2" || len(rows.Ambiguous) > 0 {
		t.Errorf("%q, ambiguous %v, %v", got, rows.Ambiguous, err)
	}
	// A third version of another shard, and a fourth one: nobody knows which is the newest.
	w.Write(agents+".01.jsonl", []byte(`{"agent_id": 1, "step": 0, "v": 3}`+"\n"))
	w.Write(agents+".02.jsonl", []byte(`{"agent_id": 1, "step": 0, "v": 4}`+"\n"+`{"agent_id": 1, "step": 0, "v": 5}`+"\n"))
	cold := replay.Open(filepath.Dir(w.Dir()))
	read(t, cold, agents)
	if rows, err := cold.Rows(agents, model.RowQuery{}); err != nil || len(rows.Ambiguous) != 1 {
		t.Errorf("ambiguous %v, %v", rows.Ambiguous, err)
	}
}

func TestFilesAreReplaced(t *testing.T) {
	one, two := `{"agent_id": 1, "step": 0}`+"\n", `{"agent_id": 2, "step": 1}`+"\n"
	for name, change := range map[string]func(path string, w *rundirtest.Writer) error{
		"shorter":     func(path string, _ *rundirtest.Writer) error { return os.WriteFile(path, []byte(two), 0o600) },
		"other bytes": func(path string, _ *rundirtest.Writer) error { return os.WriteFile(path, []byte(two+two+two), 0o600) },
		"another file": func(path string, _ *rundirtest.Writer) error {
			if err := os.WriteFile(path+".new", []byte(two+two+two), 0o600); err != nil {
				return err
			}
			return os.Rename(path+".new", path)
		},
		"another shard": func(path string, w *rundirtest.Writer) error {
			w.Append(agents+".01.jsonl", two)
			return os.Remove(path)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, r := begin(t)
			path := filepath.Join(w.Dir(), agents+".00.jsonl")
			w.Append(agents+".00.jsonl", one+one)
			if got, _ := read(t, r, agents); len(got) != 1 || r.Steps() != 1 {
				t.Fatalf("at first %q", got)
			}
			if err := change(path, w); err != nil {
				t.Fatal(err)
			}
			if got, damaged := read(t, r, agents); len(got) != 1 || got[0] != "agent_id=2 step=1" || r.Steps() != 2 || damaged != 0 {
				t.Errorf("%q, %d steps, %d damaged", got, r.Steps(), damaged)
			}
		})
	}
	t.Run("no directory", func(t *testing.T) {
		w, r := begin(t)
		w.Append(agents+".00.jsonl", one)
		read(t, r, agents)
		if err := os.RemoveAll(w.Dir()); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Refresh(t.Context(), -1); err == nil || !strings.Contains(model.Explain(err).String(), w.Dir()) {
			t.Errorf("the directory has gone: %v", err)
		}
		if got := rows(t, r, agents, model.RowQuery{}); len(got) != 1 {
			t.Errorf("what was read became %q", got)
		}
		if err := os.Mkdir(w.Dir(), 0o755); err != nil {
			t.Fatal(err)
		}
		w.Append("other.00.jsonl", two)
		if got, _ := read(t, r, "other"); len(got) != 1 {
			t.Errorf("of another run there is %q", got)
		}
		if _, err := r.Rows(agents, model.RowQuery{}); err != nil {
			t.Error("the catalog has lost a table:", err)
		}
	})
}

func TestWhatIsNoShard(t *testing.T) {
	w, r := begin(t)
	line := []byte(`{"agent_id": 1, "step": 0}` + "\n")
	for _, name := range []string{
		"." + agents + ".00.lock", agents + ".00.lock", agents + ".0.jsonl", agents + ".000.jsonl", agents + ".0G.jsonl", agents + ".AB.jsonl", "." + agents + ".00.jsonl",
		agents + ".jsonl", ".00.jsonl", agents + ".+1.jsonl", agents + ".00.jsonl.swp", agents + "00.jsonl", "README",
	} {
		w.Write(name, line)
	}
	if err := os.Mkdir(filepath.Join(w.Dir(), agents+".01.jsonl"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(w.Dir(), agents+".jsonl"), filepath.Join(w.Dir(), agents+".02.jsonl")); err != nil {
		t.Skip(err)
	}
	if got, damaged := read(t, r, agents); len(got) != 0 || damaged != 0 {
		t.Errorf("%q", got)
	}
	if n := len(r.Datasets()); n != len(sets) {
		t.Errorf("%d datasets", n)
	}
}

func TestAShardThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	w := rundirtest.NewWriter(t, dir)
	w.Schema(sets...)
	w.Append(agents+".00.jsonl", `{"agent_id": 1, "step": 0}`+"\n")
	w.Append(agents+".01.jsonl", `{"agent_id": 2, "step": 0}`+"\n")
	r, files := replay.OpenCounted(dir)
	bad := agents + ".00.jsonl"
	files.Failing.Store(&bad)
	if _, err := r.Refresh(t.Context(), 1); err == nil || !strings.Contains(err.Error(), bad) {
		t.Errorf("the error is %v", err)
	}
	if got, err := r.Rows(agents, model.RowQuery{}); err != nil || len(got.Cells) != 1 || got.Whole != 0 {
		t.Errorf("the other shard: %d rows, %d steps whole, %v", len(got.Cells), got.Whole, err)
	}
	files.Failing.Store(nil)
	if changed, err := r.Refresh(t.Context(), 1); err != nil || !changed {
		t.Error(changed, err)
	}
	if got, err := r.Rows(agents, model.RowQuery{}); err != nil || len(got.Cells) != 2 || got.Whole != 1 {
		t.Errorf("%d rows, %d steps whole, %v", len(got.Cells), got.Whole, err)
	}
}

func TestQueries(t *testing.T) {
	w, r := begin(t)
	for step := range 12 {
		for agent := range 11 {
			w.Line(agents, fmt.Sprintf(`{"agent_id": %d, "step": %d, "v": 0}`, agent, step))
		}
	}
	w.Line(agents, `{"agent_id": 3, "step": null}`)
	if _, err := r.Refresh(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	agent := text.Clean("10")
	for _, c := range []struct {
		q           model.RowQuery
		first, last string // agent/step
		rows, total int
	}{
		{model.RowQuery{}, "3/", "10/11", 133, 133},
		{model.RowQuery{From: 3, To: 5}, "0/3", "10/4", 22, 22},
		{model.RowQuery{From: 11}, "0/11", "10/11", 11, 11},
		{model.RowQuery{To: 1}, "0/0", "10/0", 11, 11},
		{model.RowQuery{From: 12}, "", "", 0, 0},
		{model.RowQuery{From: 5, To: 3}, "", "", 0, 0},
		{model.RowQuery{Entity: agent}, "10/0", "10/11", 12, 12},
		{model.RowQuery{Entity: agent, From: 2, To: 4}, "10/2", "10/3", 2, 2},
		{model.RowQuery{Entity: text.Clean("11")}, "", "", 0, 0},
		{model.RowQuery{Limit: 5}, "3/", "3/0", 5, 133},
		{model.RowQuery{Limit: 5, Newest: true}, "6/11", "10/11", 5, 133},
		{model.RowQuery{Limit: 2, Entity: agent, Newest: true}, "10/10", "10/11", 2, 12},
		{model.RowQuery{Limit: 500}, "3/", "10/11", 133, 133},
	} {
		got, err := r.Rows("x.agent_state", c.q)
		if err != nil {
			t.Fatal(err)
		}
		at := func(i int) string {
			if len(got.Cells) == 0 {
				return ""
			}
			return got.Cells[i][0].Text().String() + "/" + got.Cells[i][1].Text().String()
		}
		if len(got.Cells) != c.rows || got.Total != c.total || got.Whole != 10 || at(0) != c.first || at(len(got.Cells)-1) != c.last {
			t.Errorf("%+v: %d rows of %d from %s to %s, %d whole", c.q, len(got.Cells), got.Total, at(0), at(len(got.Cells)-1), got.Whole)
		}
	}
	if _, err := r.Rows("y", model.RowQuery{}); !model.Lacking(err) {
		t.Errorf("an unknown dataset: %v", err)
	}
}

func TestRowsOfOtherOrders(t *testing.T) {
	dir := t.TempDir()
	w := rundirtest.NewWriter(t, dir)
	w.Schema(rundirtest.Set{
		Table: "n", ID: "n", Kind: "event_stream", Step: "step", Key: []string{"name"}, Order: []string{"name"}, Can: []string{"event_stream"},
		Columns: [][2]string{{"name", "TEXT"}, {"step", "INTEGER"}},
	})
	for _, line := range []string{`{"name": "c", "step": 0}`, `{"name": "a", "step": 2}`, `{"name": 10, "step": 1}`, `{"name": 9, "step": 1}`, `{"step": 1}`} {
		w.Line("n", line)
	}
	r := replay.Open(dir)
	got, _ := read(t, r, "n")
	want := []string{"step=1", "name=9 step=1", "name=10 step=1", `name="a" step=2`, `name="c" step=0`}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("%q", got)
	}
	if some := rows(t, r, "n", model.RowQuery{From: 1}); strings.Join(some, "|") != strings.Join(want[:4], "|") {
		t.Errorf("%q", some)
	}
	// A row moves to another step.
	w.Line("n", `{"name": "a", "step": 0}`)
	settle(t, w.Dir(), time.Minute)
	if got, _ := read(t, r, "n"); got[3] != `name="a" step=0` || r.Steps() != 2 {
		t.Errorf("%q, %d steps", got, r.Steps())
	}
	if some := rows(t, r, "n", model.RowQuery{From: 2}); len(some) > 0 {
		t.Errorf("%q", some)
	}
}
