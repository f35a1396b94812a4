package e2e

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/storage/remote/remotetest"
	"societop/storage/sqldb/pgtest"
	"societop/storage/sqldb/table"
	"societop/storage/storagetest"
)

// TestEverySourceSaysTheSame: AgentSociety's API, its database on SQLite and on PostgreSQL, and labs
// recorded from them hold the same rows, so the commands print the same.
func TestEverySourceSaysTheSame(t *testing.T) {
	t.Parallel()
	database := sqliteFixture(t)
	api := remotetest.Listen(t, society(t, database)).URL
	want := printed(t, api)
	if n := len(want); n < 30 {
		t.Fatalf("%d commands print something", n)
	}
	same := func(t *testing.T, source string) {
		t.Helper()
		got := printed(t, source)
		for command, out := range want {
			if got[command] != out {
				t.Errorf("%s:\n got %s\nwant %s", command, clip(got[command], out), clip(out, got[command]))
			}
		}
	}
	recorded := func(t *testing.T, source string) string {
		t.Helper()
		lab := filepath.Join(t.TempDir(), "lab.db")
		// Of some experiments parts are missing, which it says.
		if _, errs, code := program.Run(t, "record", "--once", "--agents", source, lab); code > 1 || strings.Contains(errs, "begun again") {
			t.Fatalf("exit code %d: %s", code, errs)
		}
		return lab
	}
	judgements := judged(t, api)
	sameNow := func(t *testing.T, source string) {
		t.Helper()
		same(t, source)
		for command, out := range judged(t, source) {
			if want := judgements[command]; out != want {
				t.Errorf("%s:\n got %s\nwant %s", command, clip(out, want), clip(want, out))
			}
		}
	}
	t.Run("lab of the API", func(t *testing.T) { same(t, recorded(t, api)) })
	t.Run("SQLite", func(t *testing.T) { sameNow(t, database) })
	t.Run("lab of SQLite", func(t *testing.T) { same(t, recorded(t, database)) })
	t.Run("PostgreSQL", func(t *testing.T) {
		db := pgtest.Empty(t)
		db.Load(t, database)
		now := sameNow
		if !systemClock(t) { // the database judges by the system's
			now = same
		}
		now(t, db.URL())
		same(t, recorded(t, db.URL()))
		t.Run("pgbouncer", func(t *testing.T) { now(t, db.Pooled(t)) })
	})
}

// systemClock reports whether the clock of the tests is that of the system, which files and databases keep
// where .ci/ahead sets the former ahead.
func systemClock(t *testing.T) bool {
	t.Helper()
	info, err := os.Stat(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return time.Since(info.ModTime()).Abs() < time.Hour
}

// clip is the part of a text where it begins to differ from another.
func clip(s, other string) string {
	i := 0
	for i < min(len(s), len(other)) && s[i] == other[i] {
		i++
	}
	return fmt.Sprintf("…%.300s", strings.ToValidUTF8(s[max(0, i-60):], ""))
}

// estimates are the fields that depend on when one looks, and on whether anything new can arrive: nothing
// can in a lab whose recorder has ended.
var estimates = []string{
	"as_of", "eta_seconds", "eta_low_seconds", "eta_high_seconds", "eta_rough", "ends_at", "quiet", "stalled", "attention", "attention_since",
	"cost_at_end", "tokens_at_end",
}

// judged is what commands print about the runs of a source that is followed, by their arguments, with all
// estimates, but for those fields that are another one each second.
func judged(t *testing.T, source string) map[string]string {
	t.Helper()
	out := make(map[string]string)
	var rows []map[string]any
	if err := json.Unmarshal([]byte(program.Done(t, "list", "--json", source)), &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) < 10 {
		t.Fatalf("%d experiments", len(rows))
	}
	keep := func(command string, row map[string]any) {
		for _, name := range []string{"eta_seconds", "eta_low_seconds", "eta_high_seconds", "ends_at"} {
			if row[name] != nil {
				row[name] = "known"
			}
		}
		b, err := json.Marshal(row)
		if err != nil {
			t.Fatal(err)
		}
		out[command] = string(b)
	}
	for _, r := range rows {
		id := fmt.Sprint(r["id"])
		keep("list "+id, r)
		if r["status_name"] != "running" || r["tenant_id"] != model.OnlyTenant {
			continue
		}
		var shown map[string]any
		if err := json.Unmarshal([]byte(program.Done(t, "show", "--json", source, id)), &shown); err != nil {
			t.Fatal(err)
		}
		keep("show "+id, shown)
	}
	return out
}

// printed is what commands print about a source, by their arguments, without the estimates.
func printed(t *testing.T, source string) map[string]string {
	t.Helper()
	out := make(map[string]string)
	var rows []map[string]any
	if err := json.Unmarshal([]byte(program.Done(t, "list", "--json", "--sort", "id", source)), &rows); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		for _, name := range estimates {
			delete(r, name)
		}
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		id := fmt.Sprint(r["id"])
		out["list "+id] = string(b)
		if r["tenant_id"] != model.OnlyTenant {
			continue // the API's routes do not name a tenant
		}
		for _, command := range []string{"agents", "talk", "surveys", "metrics"} {
			text, errs, code := program.Run(t, command, "--json", source, id)
			if code != 0 { // the sentences differ: each source says what it lacks in its own words
				text = fmt.Sprint("exit code ", code, strings.Contains(errs, "has not started"))
			}
			out[command+" "+id] = text
		}
	}
	return out
}

// society is an AgentSociety with the rows of its database, which are read here as simply as can be.
func society(t *testing.T, path string) *remotetest.Server {
	t.Helper()
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadOnly)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	server := remotetest.New()
	var surveys []model.Survey
	each(t, conn, "as_survey", func(s *sqlite.Stmt) {
		surveys = append(surveys, model.Survey{
			ID: uuid.MustParse(s.GetText("id")), Name: text.Clean(s.GetText("name")), Data: text.ParseValue(s.GetText("data")),
			Created: wall(t, s, "created_at"), Updated: wall(t, s, "updated_at"),
		})
	})
	server.SetSurveys(surveys...)
	each(t, conn, "as_experiment", func(s *sqlite.Stmt) {
		e := experimentOf(t, s)
		server.Put(e)
		if data, ok := runOf(t, path, e); ok {
			server.SetRunData(e.Key, data)
		}
	})
	return server
}

func experimentOf(t *testing.T, s *sqlite.Stmt) model.Experiment {
	t.Helper()
	var e model.Experiment
	e.ID, e.Tenant, e.Name = uuid.MustParse(s.GetText("id")), text.Clean(s.GetText("tenant_id")), text.Clean(s.GetText("name"))
	e.NumDay, e.Status = int(s.GetInt64("num_day")), model.Status(s.GetInt64("status"))
	e.Now = model.SimTime{Day: int(s.GetInt64("cur_day")), T: s.GetFloat("cur_t")}
	e.Config, e.Error = text.CleanLines(s.GetText("config")), text.CleanLines(s.GetText("error"))
	e.Plan, e.Models = plan.Read(e.Config.Raw())
	e.InputTokens, e.OutputTokens = s.GetInt64("input_tokens"), s.GetInt64("output_tokens")
	e.Created, e.Updated = wall(t, s, "created_at"), wall(t, s, "updated_at")
	return e
}

// runOf is the data of an experiment; ok is false where it has no tables.
func runOf(t *testing.T, path string, e model.Experiment) (d storagetest.RunData, ok bool) {
	t.Helper()
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadOnly)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	read := func(name string, row func(*sqlite.Stmt)) { ok = each(t, conn, table.Name(e.ID, name), row) }
	read("agent_profile", func(s *sqlite.Stmt) {
		d.Profiles = append(d.Profiles, model.Profile{ID: s.GetInt64("id"), Name: text.Clean(s.GetText("name")), Profile: valueOf(s, "profile")})
	})
	frames := map[model.SimTime][]model.AgentStatus{}
	read("agent_status", func(s *sqlite.Stmt) {
		a := model.AgentStatus{
			ID: s.GetInt64("id"), At: at(s), Lng: coordinate(s, "lng"), Lat: coordinate(s, "lat"), Parent: s.GetInt64("parent_id"),
			Action: text.Clean(s.GetText("action")), Status: valueOf(s, "status"), Created: wall(t, s, "created_at"),
		}
		frames[a.At] = append(frames[a.At], a)
	})
	for moment, agents := range frames {
		d.Frames = append(d.Frames, model.Frame{At: moment, Agents: agents})
	}
	read("agent_dialog", func(s *sqlite.Stmt) {
		d.Messages = append(d.Messages, model.Message{
			ID: s.GetInt64("id"), At: at(s), Kind: model.MessageKind(s.GetInt64("type")), Speaker: text.Clean(s.GetText("speaker")),
			Content: text.CleanLines(s.GetText("content")), Created: wall(t, s, "created_at"),
		})
	})
	read("pending_dialog", func(s *sqlite.Stmt) {
		if !s.GetBool("processed") {
			d.Messages = append(d.Messages, model.Message{
				ID: s.GetInt64("agent_id"), At: at(s), Kind: model.UserTalk, Speaker: text.Clean("user"),
				Content: text.CleanLines(s.GetText("content")), Created: wall(t, s, "created_at"),
			})
		}
	})
	read("agent_survey", func(s *sqlite.Stmt) { d.Answers = append(d.Answers, answerOf(t, s, "id", "result")) })
	read("pending_survey", func(s *sqlite.Stmt) {
		if !s.GetBool("processed") {
			d.Answers = append(d.Answers, answerOf(t, s, "agent_id", ""))
		}
	})
	read("metric", func(s *sqlite.Stmt) {
		key, point := s.GetText("key"), model.Point{Tick: s.GetInt64("step"), Value: s.GetFloat("value")}
		i := slices.IndexFunc(d.Metrics, func(m model.Metric) bool { return m.Key.Raw() == key })
		if i < 0 {
			i = len(d.Metrics)
			d.Metrics = append(d.Metrics, model.Metric{Key: text.Clean(key)})
		}
		d.Metrics[i].Points = append(d.Metrics[i].Points, point)
	})
	return d, ok
}

func answerOf(t *testing.T, s *sqlite.Stmt, agent, result string) model.Answer {
	t.Helper()
	a := model.Answer{ID: s.GetInt64(agent), At: at(s), Survey: uuid.MustParse(s.GetText("survey_id")), Created: wall(t, s, "created_at"), Pending: result == ""}
	if result != "" {
		a.Result = text.CleanLines(decoded(s, result))
	}
	return a
}

// each reads a table, and reports whether it is there.
func each(t *testing.T, conn *sqlite.Conn, table string, row func(*sqlite.Stmt)) bool {
	t.Helper()
	err := sqlitex.ExecuteTransient(conn, `SELECT * FROM "`+table+`" ORDER BY rowid`, &sqlitex.ExecOptions{ResultFunc: func(s *sqlite.Stmt) error {
		row(s)
		return nil
	}})
	if err != nil && !strings.Contains(err.Error(), "no such table") {
		t.Fatal(err)
	}
	return err == nil
}

func at(s *sqlite.Stmt) model.SimTime {
	return model.SimTime{Day: int(s.GetInt64("day")), T: s.GetFloat("t")}
}

func coordinate(s *sqlite.Stmt, name string) float64 {
	if s.ColumnIsNull(s.ColumnIndex(name)) {
		return math.NaN()
	}
	return s.GetFloat(name)
}

// wall is a time, which the engine writes in UTC.
func wall(t *testing.T, s *sqlite.Stmt, name string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04:05.999999", s.GetText(name))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// decoded is the text that a column has as JSON, or the JSON itself.
func decoded(s *sqlite.Stmt, name string) string {
	var inner string
	if json.Unmarshal([]byte(s.GetText(name)), &inner) == nil {
		return inner
	}
	return s.GetText(name)
}

func valueOf(s *sqlite.Stmt, name string) text.Value { return text.ParseValue(decoded(s, name)) }
