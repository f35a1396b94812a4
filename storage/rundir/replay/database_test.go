package replay_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"societop/model"
	"societop/model/text"
	"societop/storage/rundir/replay"
	"societop/storage/rundir/rundirtest"
)

// script runs SQL on the sqlite.db of a run directory.
func script(t *testing.T, dir, sql string) {
	t.Helper()
	c, err := sqlite.OpenConn(filepath.Join(dir, "sqlite.db"), sqlite.OpenReadWrite|sqlite.OpenCreate)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetBusyTimeout(5 * time.Second)
	if err := sqlitex.ExecuteScript(c, sql, nil); err != nil {
		t.Fatal(err)
	}
}

// refresh reads a replay until a condition holds, which a database may take a second for.
func refresh(t *testing.T, r *replay.Replay, done int, until func() bool) {
	t.Helper()
	for begun := time.Now(); ; {
		_, err := r.Refresh(t.Context(), done)
		if err == nil && until() {
			return
		}
		if time.Since(begun) > time.Minute { // a busy machine may interrupt statements
			t.Fatal("what was written is not seen:", err)
		}
		if model.Sleep(t.Context(), 20*time.Millisecond) != nil {
			t.Fatal("interrupted")
		}
	}
}

// rows is the rows of a dataset as text.
func rows(t *testing.T, r *replay.Replay, dataset string, q model.RowQuery) (all []string) {
	t.Helper()
	got, err := r.Rows(dataset, q)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range got.Cells {
		var b strings.Builder
		for i, v := range row {
			if v.Kind() != text.NullValue {
				fmt.Fprintf(&b, "%s=%s ", got.Columns[i], v.Raw())
			}
		}
		all = append(all, strings.TrimSpace(b.String()))
	}
	return all
}

const before213 = `
CREATE TABLE agent_profile (id INTEGER PRIMARY KEY, name TEXT, profile JSON);
CREATE TABLE agent_status (id INTEGER NOT NULL, step INTEGER NOT NULL, t TIMESTAMP NOT NULL, action TEXT, status JSON, created_at TIMESTAMP, PRIMARY KEY (id, step));
CREATE TABLE agent_dialog (id INTEGER PRIMARY KEY, agent_id INTEGER NOT NULL, step INTEGER, t TIMESTAMP, type INTEGER, speaker TEXT, content TEXT);
CREATE TABLE agent_position (id INTEGER NOT NULL, step INTEGER NOT NULL, t TIMESTAMP, lng REAL, lat REAL, PRIMARY KEY (id, step));
CREATE TABLE social_dm (message_id INTEGER PRIMARY KEY, step INTEGER, from_user_id INTEGER, to_user_id INTEGER, content TEXT, created_at TIMESTAMP, read INTEGER);
CREATE TABLE no_key (step INTEGER, agent_id INTEGER, words TEXT);
CREATE TABLE experiment_state (id INTEGER);
INSERT INTO social_dm VALUES (5, 0, 2, 1, '5', '2026-01-05 08:15:00', 0);
INSERT INTO no_key VALUES (NULL, 1, 'a'), (NULL, 1, 'a');
CREATE TABLE step_executions (step_index INTEGER PRIMARY KEY, type TEXT, config JSON, start_time TIMESTAMP, end_time TIMESTAMP, success BOOLEAN, result TEXT);
INSERT INTO agent_profile VALUES (1, 'Ada', '{"age": 47, "bio": "\u5973"}'), (2, 'Bo', 'null');
INSERT INTO agent_status VALUES (2, 0, '2026-01-05 08:15:00.000000', 'work', '{"need": "safe"}', NULL), (1, 0, '2026-01-05 08:15:00.000000', '[x]', '{"need": NaN}', NULL);
INSERT INTO agent_dialog VALUES (1, 2, 0, '2026-01-05 08:15:00.000000', 0, '', 'hm'), (2, 2, 0, '2026-01-05 08:15:00.000000', 0, '', 'hm');
INSERT INTO agent_position VALUES (1, 0, '2026-01-05 08:15:00.000000', 116.25, 39.5);
INSERT INTO step_executions VALUES (0, 'run', '{}', NULL, NULL, 1, NULL);
`

func TestTheTablesBefore213(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	script(t, dir, before213)
	r := replay.Open(dir)
	defer r.Close()
	refresh(t, r, 1, func() bool { return r.Steps() == 1 })
	for id, want := range map[string]struct {
		kind model.DatasetKind
		can  string
		rows []string
	}{
		"agent_profile":   {model.EntityStatic, model.AgentProfile, []string{`id=1 name="Ada" profile={"age":47,"bio":"\u5973"}`, `id=2 name="Bo"`}},
		"agent_status":    {model.EntitySnapshot, model.AgentSnapshot, []string{`id=1 step=0 t="2026-01-05 08:15:00.000000" action="[x]" status={"need":null}`, `id=2 step=0 t="2026-01-05 08:15:00.000000" action="work" status={"need":"safe"}`}},
		"agent_dialog":    {model.EventStream, model.SocialEvent, []string{`id=1 agent_id=2 step=0 t="2026-01-05 08:15:00.000000" type=0 speaker="" content="hm"`, `id=2 agent_id=2 step=0 t="2026-01-05 08:15:00.000000" type=0 speaker="" content="hm"`}},
		"agent_position":  {model.EntitySnapshot, model.GeoPoint, []string{`id=1 step=0 t="2026-01-05 08:15:00.000000" lng=116.25 lat=39.5`}},
		"social_dm":       {model.EventStream, model.SocialEvent, []string{`message_id=5 step=0 from_user_id=2 to_user_id=1 content="5" created_at="2026-01-05 08:15:00" read=0`}},
		"step_executions": {model.EventStream, "event_stream", []string{`step_index=0 type="run" config={} success=1`}},
	} {
		if got := rows(t, r, id, model.RowQuery{}); strings.Join(got, "\n") != strings.Join(want.rows, "\n") {
			t.Errorf("%s:\n%s\nwant\n%s", id, strings.Join(got, "\n"), strings.Join(want.rows, "\n"))
		}
		for _, d := range r.Datasets() {
			if d.ID.Raw() == id && (d.Kind != want.kind || !d.Can(want.can) || d.Rows != len(want.rows)) {
				t.Errorf("%s is %+v", id, d)
			}
		}
	}
	for dataset, want := range map[string]int{"agent_status": 1, "agent_dialog": 2, "social_dm": 1, "agent_position": 0} {
		if got := rows(t, r, dataset, model.RowQuery{Entity: text.Clean("2")}); len(got) != want {
			t.Errorf("agent 2 has %q of %s", got, dataset)
		}
	}
	if got := rows(t, r, "no_key", model.RowQuery{}); len(got) != 2 {
		t.Errorf("without a key there is %q", got)
	}
	if got := ids(r); got != "agent_dialog agent_position agent_profile agent_status no_key social_dm step_executions" {
		t.Errorf("the datasets are %s", got)
	}
}

func TestNamesAndNumbersOfADatabase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	script(t, dir, before213+`CREATE TABLE "odd ""table\ 表" (step INTEGER, "x""y" REAL, "tab	名" INTEGER, inf REAL, "no number" REAL);
		INSERT INTO "odd ""table\ 表" VALUES (0, 1.25, 9223372036854775807, 9e999, 'NaN'), (0, -0.5, 2, -9e999, 'Inf');`)
	r := replay.Open(dir)
	defer r.Close()
	const odd = `odd "table\ 表`
	refresh(t, r, 1, func() bool { return r.Steps() == 1 && strings.Contains(ids(r), odd) })
	want := "step=0 x\"y=-0.5 tab\t名=2\nstep=0 x\"y=1.25 tab\t名=9223372036854775807"
	if got := strings.Join(rows(t, r, odd, model.RowQuery{}), "\n"); got != strings.ReplaceAll(want, "\t", " ") && got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestADatabaseGrows(t *testing.T) {
	t.Parallel()
	dir := rundirtest.Run(t, "2.5.4-completed")
	r := replay.Open(dir)
	defer r.Close()
	refresh(t, r, -1, func() bool { return r.Steps() == 14 })
	script(t, dir, `INSERT OR REPLACE INTO economy_env_state VALUES (13, '2026-01-05T13:00:00', 0.5);
		INSERT INTO economy_env_state VALUES (14, '2026-01-05T13:30:00', 0.25);
		INSERT INTO social_media_event(id, step, t, sender_id, action, content) VALUES (900, 14, '2026-01-05T13:30:00', 3, 'post', '{"not": "decoded"}')`)
	refresh(t, r, -1, func() bool { return r.Steps() == 15 })
	want := []string{`step=13 t="2026-01-05T13:00:00" bank_interest_rate=0.5`, `step=14 t="2026-01-05T13:30:00" bank_interest_rate=0.25`}
	if got := rows(t, r, "economy.env_state", model.RowQuery{From: 13}); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the newest step is %q", got)
	}
	if got := rows(t, r, "social_media_event", model.RowQuery{From: 14}); len(got) != 1 || !strings.Contains(got[0], `content="{\"not\"`) {
		t.Errorf("a text became %q", got)
	}
	// A rerun that begins with an empty database.
	if err := os.Remove(filepath.Join(dir, "sqlite.db")); err != nil {
		t.Fatal(err)
	}
	script(t, dir, before213)
	refresh(t, r, -1, func() bool { return r.Steps() == 1 })
	if got := rows(t, r, "agent_profile", model.RowQuery{}); len(got) != 2 {
		t.Errorf("the new database has %q", got)
	}
	if _, err := r.Rows("economy.env_state", model.RowQuery{}); err == nil {
		t.Error("a table of the old database is there")
	}
}

func TestIsDatabase(t *testing.T) {
	t.Parallel()
	const (
		catalog  = "CREATE TABLE replay_dataset_catalog (dataset_id TEXT)"
		version1 = "CREATE TABLE as_experiment (id TEXT); CREATE TABLE agent_profile (id); CREATE TABLE agent_status (id)"
		other    = "CREATE TABLE other (id TEXT)"
	)
	for sql, want := range map[string]bool{before213: true, catalog: true, version1: false, other: false} {
		dir := t.TempDir()
		script(t, dir, sql)
		if got, err := replay.IsDatabase(t.Context(), filepath.Join(dir, "sqlite.db")); got != want || err != nil {
			t.Errorf("%.60s: %v %v", sql, got, err)
		}
	}
	for _, name := range []string{"missing", "text"} {
		path := filepath.Join(t.TempDir(), name)
		if name == "text" {
			if err := os.WriteFile(path, []byte("no database"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := replay.IsDatabase(t.Context(), path); got || err != nil {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
}

// TestAReaderDoesNotStopTheWriter writes while a replay is read, with no patience.
func TestAReaderDoesNotStopTheWriter(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	script(t, dir, before213)
	r := replay.Open(dir)
	defer r.Close()
	c, err := sqlite.OpenConn(filepath.Join(dir, "sqlite.db"), sqlite.OpenReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	c.SetBusyTimeout(2 * time.Second)
	written := make(chan error, 1)
	go func() {
		defer c.Close()
		for step := range 40 {
			err := sqlitex.Execute(c, "INSERT OR REPLACE INTO agent_position VALUES (1, ?, '', 1, 2)", &sqlitex.ExecOptions{Args: []any{step}})
			if err != nil {
				written <- err
				return
			}
		}
		written <- nil
	}()
	refresh(t, r, -1, func() bool { return r.Steps() == 40 })
	if err := <-written; err != nil {
		t.Error(err)
	}
}

func TestADatabaseThatIsBeingWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	script(t, dir, before213)
	c, err := sqlite.OpenConn(filepath.Join(dir, "sqlite.db"), sqlite.OpenReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := sqlitex.ExecuteTransient(c, "BEGIN EXCLUSIVE", nil); err != nil {
		t.Fatal(err)
	}
	r := replay.Open(dir)
	defer r.Close()
	if changed, err := r.Refresh(t.Context(), 1); err != nil || changed {
		t.Error(changed, err)
	}
	if err := sqlitex.ExecuteTransient(c, "COMMIT", nil); err != nil {
		t.Fatal(err)
	}
	refresh(t, r, 1, func() bool { return r.Steps() == 1 })
	if got, err := r.Rows("agent_status", model.RowQuery{}); err != nil || got.Whole != 1 {
		t.Error(got.Whole, err)
	}
}

func TestADatabaseNextToShards(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w := rundirtest.NewWriter(t, dir) // an empty directory
	script(t, dir, before213)
	r := replay.Open(dir)
	defer r.Close()
	refresh(t, r, 1, func() bool { return strings.HasPrefix(ids(r), "agent_dialog ") })
	w.Line(agents, `{"agent_id": 1, "step": 0}`)
	if got, _ := read(t, r, agents); len(got) != 1 || ids(r) != agents {
		t.Errorf("with shards there is %q of %s", got, ids(r))
	}
}
