package replay_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"societop/model"
	"societop/storage/rundir/replay"
	"societop/storage/rundir/rundirtest"
)

// ids is the ids of all datasets.
func ids(r *replay.Replay) string {
	var all []string
	for _, d := range r.Datasets() {
		all = append(all, d.ID.String())
	}
	return strings.Join(all, " ")
}

func TestTheLastGoodSchemaIsKept(t *testing.T) {
	w, r := begin(t)
	w.Line(agents, `{"agent_id": 1, "step": 0, "v": "{}"}`)
	const want = "core.simulation_timeline x.agent_state x.event"
	whole := w.SchemaOf(sets...)
	for cut := 0; cut < len(whole); cut += 97 {
		w.Write("_schema.json", whole[:cut])
		if got, _ := read(t, r, agents); cut > 0 && len(got) != 1 {
			t.Fatalf("with %d bytes: %q", cut, got)
		}
		if cut == 0 {
			w.Write("_schema.json", whole)
			read(t, r, agents)
		}
		if ids(r) != want {
			t.Fatalf("with %d bytes: %s", cut, ids(r))
		}
	}
	// A writer that found it broken has written its own tables only.
	w.Schema(rundirtest.Set{Table: "y", ID: "a.y", Kind: "env_snapshot"})
	read(t, r, agents)
	if ids(r) != "a.y "+want {
		t.Errorf("after another writer: %s", ids(r))
	}
}

func TestWithoutASchema(t *testing.T) {
	dir := t.TempDir()
	w := rundirtest.NewWriter(t, dir)
	w.Write("_schema.json", []byte(`{"tables": {`))
	w.Line("x_agent_state", `{"agent_id": 1, "step": 0, "t": "x", "lng": 1.5, "lat": 2.5}`)
	w.Line("x_agent_state", `{"agent_id": 1, "step": 0, "t": "x", "lng": 1.5, "lat": 2.25}`)
	w.Line("x_event", `{"id": 1, "step": 0, "sender_id": 4, "action": "post", "content": "hi"}`)
	w.Line("x_event", `{"id": 2, "step": 0, "sender_id": 4, "action": "post", "content": "hi"}`)
	w.Line("core_agent_profile", `{"id": 1, "name": "Ada", "profile": "{\"age\": 3}"}`)
	w.Line("core_simulation_timeline", `{"step": 3, "t": "x"}`)
	w.Line("x_env_state", `{"step": 0, "t": "x", "rate": 1}`)
	w.Line("x_env_state", `{"step": 0, "t": "x", "rate": 2}`)
	w.Line("what", `{"a": 1, "b": 1, "c": null}`)
	w.Line("what", `{"a": 2.5, "b": "x", "c": null}`)
	r := replay.Open(dir)
	read(t, r, "what")
	got, types := "", ""
	for _, d := range r.Datasets() {
		for _, c := range d.Columns {
			if !c.Type.Empty() {
				types += fmt.Sprintf("%s.%s %s, ", d.ID, c.Name, c.Type)
			}
		}
		got += fmt.Sprintf("%s %s %s %d %d %v %v\n", d.ID, d.Kind, d.EntityKey, len(d.Columns), d.Rows, d.Can(model.AgentSnapshot) || d.Can(model.AgentProfile) || d.Can(model.SocialEvent), d.Can(model.GeoPoint) || d.Can(model.StepTimeline))
	}
	const want = `core_agent_profile entity_static id 3 1 true false
core_simulation_timeline env_snapshot  2 1 false true
what   3 2 false false
x_agent_state entity_snapshot agent_id 5 1 true true
x_env_state env_snapshot  3 2 false false
x_event event_stream sender_id 5 2 true false
`
	if got != want {
		t.Errorf("guessed:\n%swant:\n%s", got, want)
	}
	if want := "core_agent_profile.id INTEGER, core_simulation_timeline.step INTEGER, what.a REAL, x_agent_state.agent_id INTEGER, x_agent_state.step INTEGER, " +
		"x_agent_state.lng REAL, x_agent_state.lat REAL, x_env_state.step INTEGER, x_env_state.rate INTEGER, x_event.id INTEGER, x_event.step INTEGER, x_event.sender_id INTEGER, "; types != want {
		t.Errorf("the types are %s", types)
	}
	if got := rows(t, r, "core_agent_profile", model.RowQuery{}); got[0] != `id=1 name="Ada" profile={"age": 3}` {
		t.Errorf("a profile is %q", got)
	}
	// The schema comes: what was read is read by it.
	w.Schema(append(sets, rundirtest.Set{
		Table: "x_env_state", ID: "x.env_state", Kind: "env_snapshot", Step: "step", Key: []string{"step"}, Order: []string{"step"},
		Columns: [][2]string{{"rate", "REAL"}},
	})...)
	if got, _ := read(t, r, "x.env_state"); len(got) != 1 || !strings.HasPrefix(got[0], "rate=") {
		t.Errorf("by its key: %q", got)
	}
	if got, _ := read(t, r, "x.event"); len(got) != 2 {
		t.Errorf("events: %q", got)
	}
}

func TestHostileSchema(t *testing.T) {
	for name, raw := range map[string]string{
		"other types": `{"tables": {"x_agent_state": {"columns": {"a": 1}, "primary_key": "agent_id"}, "y": 5},
			"datasets": {"a": {"table_name": "x_agent_state", "kind": 5, "default_order": {"a": 1}, "capabilities": ["agent_snapshot", 7, null], "columns": [5, {"name": 6}, {"name": "v", "type": []}]}, "b": 7, "c": null}}`,
		"escapes": `{"tables": {}, "datasets": {"\u001b[2J": {"table_name": "x_agent_state", "title": "\u001b]0;x\u0007", "columns": [{"name": "\u202e"}]}}}`,
		"a list":  `[]`,
		"empty":   `{}`,
		"lists":   `{"tables": [], "datasets": []}`,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			w := rundirtest.NewWriter(t, dir)
			w.Write("_schema.json", []byte(raw))
			w.Line(agents, `{"agent_id": 1, "step": 0, "v": "{}"}`)
			r := replay.Open(dir)
			if got, _ := read(t, r, agents); len(got) != 1 {
				t.Errorf("%q", got)
			}
			for _, d := range r.Datasets() {
				if s := fmt.Sprint(d.ID, d.Kind, d.Title, d.Columns); strings.ContainsAny(s, "\x1b\x07\u202e") {
					t.Errorf("not clean: %q", s)
				}
			}
		})
	}
}

func TestNothingThere(t *testing.T) {
	r := replay.Open(filepath.Join(t.TempDir(), "run"))
	defer r.Close()
	if changed, err := r.Refresh(t.Context(), -1); changed || err != nil {
		t.Error(changed, err)
	}
	if len(r.Datasets()) > 0 || r.Steps() != 0 {
		t.Error(ids(r), r.Steps())
	}
}

// TestAPollCostsWhatHasGrown counts what a poll of 770 shards asks the file system for.
func TestAPollCostsWhatHasGrown(t *testing.T) {
	dir := t.TempDir()
	w := rundirtest.NewWriter(t, dir)
	w.Schema(sets...)
	n := 0
	for _, table := range []string{"x_agent_state", "x_event", "core_simulation_timeline", "y"} {
		for shard := range 256 {
			if n == 770 {
				break
			}
			n++
			w.Write(fmt.Sprintf("%s.%02x.jsonl", table, shard), []byte(fmt.Sprintf(`{"agent_id": %d, "id": %d, "step": 0}`+"\n", n, n)))
			w.Write(fmt.Sprintf(".%s.%02x.lock", table, shard), nil)
		}
	}
	r, files := replay.OpenCounted(dir)
	read(t, r, agents)
	if files.Opens.Load() != 771 {
		t.Errorf("the first read opens %d files", files.Opens.Load())
	}
	for _, table := range []string{"x_agent_state", "x_event", "y"} {
		w.Append(table+".01.jsonl", `{"agent_id": 5000, "id": 5000, "step": 1}`+"\n")
	}
	files.Reset()
	if changed, err := r.Refresh(t.Context(), -1); err != nil || !changed || r.Steps() != 2 {
		t.Fatal(changed, err, r.Steps())
	}
	if stats, opens, lists := files.Stats.Load(), files.Opens.Load(), files.Lists.Load(); stats > 800 || opens != 3 || lists != 1 {
		t.Errorf("a poll of 770 shards of which 3 grew: %d stats, %d files opened, %d lists", stats, opens, lists)
	} else {
		t.Logf("a poll of 770 shards of which 3 grew: %d stats, %d files opened, %d lists", stats, opens, lists)
	}
	files.Reset()
	if changed, err := r.Refresh(t.Context(), -1); err != nil || changed || files.Opens.Load() != 0 {
		t.Errorf("a poll without a change: %v, %v, %d files opened", changed, err, files.Opens.Load())
	}
}
