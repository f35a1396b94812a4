package run

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"societop/model"
	"societop/model/plan"
)

// before213 is a database of 2.0 to 2.1.2, which have no catalog.
const before213 = `
CREATE TABLE agent_profile (id INTEGER PRIMARY KEY, name VARCHAR, profile JSON);
CREATE TABLE agent_status (id INTEGER NOT NULL, step INTEGER NOT NULL, t TIMESTAMP NOT NULL, action VARCHAR, status JSON, created_at TIMESTAMP, PRIMARY KEY (id, step));
CREATE TABLE agent_dialog (id INTEGER NOT NULL, step INTEGER, t TIMESTAMP, type INTEGER, speaker VARCHAR, content VARCHAR);
CREATE TABLE agent_position (id INTEGER NOT NULL, step INTEGER NOT NULL, t TIMESTAMP, lng FLOAT, lat FLOAT, PRIMARY KEY (id, step));
CREATE TABLE social_dm (message_id INTEGER PRIMARY KEY, from_user_id INTEGER, to_user_id INTEGER, content TEXT, created_at TIMESTAMP);
CREATE TABLE step_executions (step_index INTEGER PRIMARY KEY, type TEXT, config JSON, start_time TIMESTAMP, end_time TIMESTAMP, success BOOLEAN, result TEXT);
INSERT INTO agent_profile VALUES (1, 'Ada', '{"age": 47, "bio": "\u5973"}'), (2, 'Bo', 'null');
INSERT INTO agent_status VALUES (2, 0, '2026-01-05 08:15:00.000000', 'work', '{"need": "safe"}', NULL), (1, 0, '2026-01-05 08:15:00.000000', '[x]', '{"need": NaN}', NULL),
 (1, 1, '2026-01-05 08:30:00.000000', 'sleep', '{"need": "rest", "emotion": {"joy": 5}}', NULL);
INSERT INTO agent_dialog VALUES (1, 0, '2026-01-05 08:15:00.000000', 0, '', 'hm'), (1, 0, '2026-01-05 08:15:00.000000', 1, '2', 'hello'), (2, 1, '2026-01-05 08:30:00.000000', 2, 'user', 'why?');
INSERT INTO agent_position VALUES (1, 0, '2026-01-05 08:15:00.000000', 116.25, 39.5);
INSERT INTO social_dm VALUES (1, 2, 1, 'psst', '2026-01-05 08:15:00.000000');
INSERT INTO step_executions VALUES (0, 'run', '{}', NULL, NULL, 1, 'done');
`

func TestTheTablesBefore213AreASocietyOfVersion1(t *testing.T) {
	dir := t.TempDir()
	c, err := sqlite.OpenConn(filepath.Join(dir, "sqlite.db"), sqlite.OpenReadWrite|sqlite.OpenCreate)
	if err != nil {
		t.Fatal(err)
	}
	if err := sqlitex.ExecuteScript(c, before213, nil); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	pool, now := NewPool(time.Now), time.Now()
	defer pool.Close()
	pool.now = func() time.Time { now = now.Add(refreshEvery); return now }
	d := pool.Open(dir, func() Facts {
		return Facts{Status: model.Finished, Done: 2, Epoch: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), Plan: &plan.Plan{Start: 8 * 3600, Segments: []plan.Segment{{Ticks: 900, Steps: 4}}}}
	})
	moments := must[[]model.SimTime](t)(d.Timeline(t.Context()))
	for begun := time.Now(); len(moments) < 2 && time.Since(begun) < 20*time.Second; { // a database is left in peace after a change
		moments = must[[]model.SimTime](t)(d.Timeline(t.Context()))
	}
	if fmt.Sprint(moments) != "[day 0 08:00:00 day 0 08:15:00]" {
		t.Fatalf("timeline: %v", moments)
	}
	frame := must[model.Frame](t)(d.Frame(t.Context(), moments[0]))
	got := ""
	for _, a := range frame.Agents {
		got += fmt.Sprintf("%d %v %v %s %s; ", a.ID, a.Lng, a.Lat, a.Action, a.Status.Raw())
	}
	if got != `1 116.25 39.5 [x] {"need":null}; 2 NaN NaN work {"need": "safe"}; ` && got != `1 116.25 39.5 [x] {"need":null}; 2 NaN NaN work {"need":"safe"}; ` {
		t.Errorf("frame: %s", got)
	}
	if history := must[[]model.AgentStatus](t)(d.Agent(1).History(t.Context())); len(history) != 2 || history[1].Action.String() != "sleep" {
		t.Errorf("history: %+v", history)
	}
	got = ""
	for _, m := range must[[]model.Message](t)(d.TalkUntil(t.Context(), model.Latest, 0)) {
		got += fmt.Sprintf("%s %d %s %q %s; ", m.At, m.ID, m.Kind, m.Speaker, m.Content)
	}
	if want := `day 0 08:00:00 1 thought "" hm; day 0 08:00:00 1 talk "2" hello; day 0 08:15:00 2 user "user" why?; day 0 08:15:00 2 talk "2" psst; `; got != want {
		t.Errorf("talk: %s\nwant %s", got, want)
	}
	if profiles := must[[]model.Profile](t)(d.Profiles(t.Context())); len(profiles) != 2 || profiles[0].Name.String() != "Ada" {
		t.Errorf("profiles: %+v", profiles)
	}
}
