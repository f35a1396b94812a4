package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/storage/sqldb/pgtest"
	"societop/storage/sqldb/table"
	"societop/storage/storagetest"
)

// A database that goes away is an outage, and what has changed meanwhile is known when it is back.
func TestOutage(t *testing.T) {
	db := pgtest.New(t)
	g := pgtest.Generated{Experiments: 20}
	db.Generate(t, g)
	src := source(t, db.URL(), nil)
	defer func() { _ = src.Close() }()
	var m storagetest.Mirror
	m.Read(t, src, model.Budget{})
	db.Exec(t, "ALTER DATABASE "+db.Name+" CONNECTION LIMIT 0")
	db.Disconnect(t)
	if _, err := src.Changes(t.Context(), m.Cursor, model.Budget{}); !errors.Is(err, model.ErrUnreachable) {
		t.Errorf("while it is away: %v", err)
	}
	db.Exec(t, "UPDATE as_experiment SET status = 3, updated_at = now() WHERE id = '"+g.ID(1).String()+"'; DELETE FROM as_experiment WHERE id = '"+g.ID(2).String()+"'")
	db.Exec(t, "ALTER DATABASE "+db.Name+" CONNECTION LIMIT -1")
	m.Read(t, src, model.Budget{})
	m.Read(t, src, model.Budget{})
	for k, s := range m.Known {
		if k.ID == g.ID(1) && s.Status != model.Failed || k.ID == g.ID(2) {
			t.Errorf("%v is %v", k.ID, s.Status)
		}
	}
	if len(m.Known) != 19 {
		t.Errorf("%d experiments", len(m.Known))
	}
}

// A table that is dropped while it is read is missing; the other tables are read on.
func TestADroppedTable(t *testing.T) {
	db := pgtest.New(t)
	g := pgtest.Generated{Experiments: 1, Agents: 10, Steps: 5000}
	db.Generate(t, g)
	src := source(t, db.URL(), nil)
	defer func() { _ = src.Close() }()
	e, err := src.Find(t.Context(), g.ID(1))
	if err != nil {
		t.Fatal(err)
	}
	run, status := src.RunData(e.Key), table.Name(g.ID(1), "agent_status")
	if times, err := run.Timeline(t.Context()); len(times) != 5000 || err != nil {
		t.Fatalf("%d moments, %v", len(times), err)
	}
	dropped := make(chan struct{})
	go func() {
		defer close(dropped)
		_ = db.Do("DROP TABLE " + status)
	}()
	for gone := false; !gone; {
		select {
		case <-dropped:
			gone = true
		default:
		}
		if _, err := run.Agent(7).History(t.Context()); err != nil && !errors.Is(err, model.ErrNoData) {
			t.Errorf("while it is dropped: %v", err)
		}
	}
	_, err = run.Frame(t.Context(), model.Latest)
	if !errors.Is(err, model.ErrNoData) || !strings.Contains(err.Error(), "table agent_status is missing") {
		t.Errorf("after that: %v", err)
	}
	if all, err := run.Profiles(t.Context()); len(all) != 10 || err != nil {
		t.Errorf("%d profiles, %v", len(all), err)
	}
	if _, err := src.Changes(t.Context(), model.Cursor{}, model.Budget{}); err != nil {
		t.Error(err)
	}
}

// Of an experiment that was run again, the rows of the former run are not mixed with the new ones.
func TestARunAgain(t *testing.T) {
	db := pgtest.New(t)
	g := pgtest.Generated{Experiments: 1, Agents: 4, Steps: 100}
	db.Generate(t, g)
	status := table.Name(g.ID(1), "agent_status")
	// The new run has 10 steps and three agents, and began an hour after the former.
	db.Exec(t, `INSERT INTO "`+status+`" SELECT id, day, t, lng, lat, parent_id, 'again', status, created_at + interval '6 hours' FROM "`+status+`"
		WHERE id < 4 AND day * 288 + (t - 1) / 300 <= 10`)
	src := source(t, db.URL(), nil)
	defer func() { _ = src.Close() }()
	e, err := src.Find(t.Context(), g.ID(1))
	if err != nil {
		t.Fatal(err)
	}
	run := src.RunData(e.Key)
	times, err := run.Timeline(t.Context())
	if len(times) != 10 || err != nil {
		t.Errorf("%d moments, %v", len(times), err)
	}
	for _, at := range times {
		f, err := run.Frame(t.Context(), at)
		if len(f.Agents) != 3 || err != nil || f.Agents[0].Action.Raw() != "again" {
			t.Fatalf("%v: %d agents, %v", at, len(f.Agents), err)
		}
	}
	if all, err := run.Agent(1).History(t.Context()); len(all) != 10 || err != nil {
		t.Errorf("%d statuses of one agent, %v", len(all), err)
	}
}

// Times are right, whatever the zone and the forms of dates of the role that reads.
func TestTimesAreRight(t *testing.T) {
	db := pgtest.New(t)
	at := time.Date(2026, 3, 1, 0, 30, 0, 123456000, time.UTC)
	e := storagetest.Experiments(1)[0]
	e.Created, e.Updated = at, at.Add(time.Minute)
	must(t, pgtest.Dialect.Put(db.Do, e))
	db.Exec(t, fmt.Sprintf("ALTER ROLE %s SET timezone = 'America/New_York'; ALTER ROLE %[1]s SET datestyle = 'SQL, DMY'", pgtest.User))
	defer db.Exec(t, fmt.Sprintf("ALTER ROLE %s RESET ALL", pgtest.User))
	src := source(t, db.URL(), nil)
	defer func() { _ = src.Close() }()
	got, err := src.Experiment(t.Context(), e.Key)
	if err != nil || !got.Created.Equal(at) || !got.Updated.Equal(at.Add(time.Minute)) {
		t.Errorf("%v, %v, %v", got.Created, got.Updated, err)
	}
}
