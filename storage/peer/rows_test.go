package peer

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"societop/model"
	"societop/model/text"
	"societop/storage/serve"
	"societop/storage/storagetest"
)

// growing is a source with a run of so many agents that makes steps.
type growing struct {
	*storagetest.Memory
	e      model.Experiment
	agents int
}

func newGrowing(agents int) *growing {
	g := &growing{Memory: storagetest.NewMemory(), e: storagetest.Experiments(2)[1], agents: agents}
	g.at(1)
	return g
}

// at makes the run as it is in a step, of which those before it are whole.
func (g *growing) at(steps int) {
	g.e.Dir = &model.RunDir{Done: int64(steps - 1), Path: text.Clean("/runs/sim-1"), Agents: g.agents}
	g.Put(g.e)
	g.SetRunData(g.e.Key, storagetest.RunData{Dir: storagetest.SampleDir(g.agents, steps)})
}

// rowsOf reads rows, and holds them against those of the source.
func (g *growing) rowsOf(t *testing.T, c *Client, dataset string, q model.RowQuery) model.Rows {
	t.Helper()
	reader, _ := c.RunData(g.e.Key).(model.DatasetReader)
	got, err := reader.Rows(t.Context(), dataset, q)
	if err != nil {
		t.Fatal(err)
	}
	of, _ := g.RunData(g.e.Key).(model.DatasetReader)
	want, err := of.Rows(t.Context(), dataset, q)
	if err != nil {
		t.Fatal(err)
	}
	storagetest.SameRows(t, fmt.Sprintf("%s %+v", dataset, q), got, want)
	return got
}

// TestAStepCostsItsOwnRows: the bytes of the rows of 1,000 agents over 30 steps, of reading them again,
// and of a step more, for all rows and for the newest of them.
func TestAStepCostsItsOwnRows(t *testing.T) {
	const agents = 1000
	g := newGrowing(agents)
	c, n := counting(t, serve.New(g, serve.Options{}))
	for _, tc := range []struct {
		name                  string
		q                     model.RowQuery
		first, idle, one, few int64
	}{
		{"all", model.RowQuery{}, 400_000, 1000 + 16*agents, 1000 + 32*agents, 1200},
		{"the newest 5,000", model.RowQuery{Limit: 5000, Newest: true}, 80_000, 1000 + 16*agents, 1000 + 32*agents, 1200},
	} {
		cost := func(what string, dataset string, most int64) {
			t.Helper()
			n.Store(0)
			g.rowsOf(t, c, dataset, tc.q)
			if t.Logf("%s, %s: %d bytes", tc.name, what, n.Load()); n.Load() > most {
				t.Errorf("%s, %s: %d bytes, of at most %d", tc.name, what, n.Load(), most)
			}
		}
		const places, env = "mobility.agent_state", "economy_env_state"
		g.at(31)
		cost("30 steps and one that is not whole", places, tc.first)
		cost("nothing new", places, tc.idle) // but the step that is not whole
		g.at(32)
		cost("a step", places, tc.one)
		cost("a series", env, 4000)
		cost("nothing new of it", env, tc.few)
	}
}

// TestKeptRowsAreThoseOfTheSource, however it goes on: it begins again, has other rows, other columns,
// rows late, or is another run.
func TestKeptRowsAreThoseOfTheSource(t *testing.T) {
	const places = "mobility.agent_state"
	g := newGrowing(7)
	c := over(t, serve.New(g, serve.Options{}))
	queries := []model.RowQuery{
		{},
		{From: 2},
		{To: 3},
		{From: 1, To: 4},
		{Limit: 10},
		{Limit: 10, Newest: true},
		{Limit: 100, Newest: true},
		{Entity: text.Clean("3")},
		{Entity: text.Clean("3"), Limit: 2, Newest: true},
		{From: 3, Limit: 9, Newest: true},
		{Limit: 20},
	}
	read := func() {
		t.Helper()
		for _, q := range queries[:maxQueries] {
			g.rowsOf(t, c, places, q)
		}
		for _, q := range queries {
			g.rowsOf(t, c, "social_media_event", q)
		}
		g.rowsOf(t, c, "core.agent_profile", model.RowQuery{})
	}
	change := func(fn func(*storagetest.RunDir)) {
		d := storagetest.SampleDir(7, 6)
		fn(d)
		g.SetRunData(g.e.Key, storagetest.RunData{Dir: d})
	}
	for _, steps := range []int{1, 2, 3, 3, 5, 9, 4, 6} {
		g.at(steps)
		read()
	}
	for name, fn := range map[string]func(*storagetest.RunDir){
		"late rows": func(d *storagetest.RunDir) {
			r := d.Rows[places]
			r.Cells = append(r.Cells[:1:1], r.Cells...)
			r.Total++
			d.Rows[places] = r
		},
		"another column": func(d *storagetest.RunDir) {
			r := d.Rows[places]
			r.Columns = append(r.Columns[:0:0], r.Columns...)
			r.Columns[3] = text.Clean("longitude")
			d.Rows[places] = r
		},
		"ambiguous rows": func(d *storagetest.RunDir) {
			r := d.Rows[places]
			r.Ambiguous, r.Damaged = []int{38, 40, 41}, 3
			d.Rows[places] = r
		},
		"out of order": func(d *storagetest.RunDir) {
			r := d.Rows[places]
			r.Cells = append(r.Cells[20:len(r.Cells):len(r.Cells)], r.Cells[:20]...)
			d.Rows[places] = r
		},
	} {
		t.Log(name)
		change(fn)
		read()
		change(func(*storagetest.RunDir) {})
		read()
	}
	other := storagetest.Experiments(3)[2]
	other.Dir = g.e.Dir
	g.Put(other)
	g.SetRunData(other.Key, storagetest.RunData{Dir: storagetest.SampleDir(3, 8)})
	g.e = other
	read()
}

// TestARunThatBeginsAgainIsReadAgain, though it has as many rows by now as before.
func TestARunThatBeginsAgainIsReadAgain(t *testing.T) {
	const series = "economy.env_state"
	g := newGrowing(2)
	c := over(t, serve.New(g, serve.Options{}))
	var mirror storagetest.Mirror
	read := func() {
		t.Helper()
		mirror.Read(t, c, model.Budget{})
		g.rowsOf(t, c, series, model.RowQuery{})
	}
	g.at(6)
	read()
	read()
	g.e.Created = g.e.Created.Add(1e9)
	g.at(6)
	d := storagetest.SampleDir(2, 6)
	r := d.Rows[series]
	for i := range r.Cells {
		r.Cells[i][2] = text.ParseValue("777")
	}
	g.SetRunData(g.e.Key, storagetest.RunData{Dir: d})
	read()
	g.at(2)
	read()
	g.at(6)
	read()
}

// TestRowsOfAServerThatLies are an error of a sentence, and nothing of them is kept.
func TestRowsOfAServerThatLies(t *testing.T) {
	var body atomic.Value
	c := over(t, answering(func(w http.ResponseWriter, _ *http.Request) {
		s, _ := body.Load().(string)
		_, _ = io.WriteString(w, s)
	}))
	r, _ := c.RunData(storagetest.Experiments(1)[0].Key).(model.DatasetReader)
	good := `{"columns":["step"],"total":2,"whole":2,"ordered":true,"old":2,"before":2,"rows":["[0]","[1]"]}`
	for _, bad := range []string{
		`{"columns":["step"],"rows":["[0,1]"]}`, `{"columns":["step"],"since":1,"rows":[]}`, `{"columns":["step"],"since":2,"skipped":7,"rows":[]}`,
		`{"columns":["step"],"total":4,"rows":["[0]","[1]","[2]","[3]"]}`, `{"columns":["step"],"rows":[` + strings.Repeat(`"[0]",`, 100) + `"[0]"]}`,
		`{"columns":["step"],"rows":["[` + strings.Repeat(`[`, 20_000) + strings.Repeat(`]`, 20_000) + `]"]}`,
	} {
		for _, kept := range []bool{false, true} {
			if kept {
				body.Store(good)
				if _, err := r.Rows(t.Context(), "x", model.RowQuery{Limit: 3}); err != nil {
					t.Fatal(err)
				}
			}
			body.Store(bad)
			got, err := r.Rows(t.Context(), "x", model.RowQuery{Limit: 3})
			if err != nil && (!errors.Is(err, model.ErrAnswer) || len(got.Cells) > 0 || len(err.Error()) > 600) {
				t.Errorf("%.80s: %+v, %v", bad, got, err)
			}
			if err == nil && len(got.Cells) != 1 {
				t.Errorf("%.80s: %+v", bad, got)
			}
		}
	}
	body.Store(`{"data":{"steps":1073741824,"agents":[{},{}]}}`)
	a, _ := c.RunData(model.Key{}).(model.ActivityReader)
	if got, err := a.Activity(t.Context()); !errors.Is(err, model.ErrAnswer) || len(got.Agents) > 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestManyRowsPass at once, by a stream.
func TestManyRowsPass(t *testing.T) {
	const agents, steps = 1000, 300
	g := newGrowing(agents)
	g.at(steps)
	c, n := counting(t, serve.New(g, serve.Options{}))
	got := g.rowsOf(t, c, "mobility.agent_state", model.RowQuery{})
	if len(got.Cells) != agents*steps {
		t.Errorf("%d rows", len(got.Cells))
	}
	t.Logf("%d rows in %d bytes", len(got.Cells), n.Load())
	n.Store(0)
	if got := g.rowsOf(t, c, "mobility.agent_state", model.RowQuery{From: steps - 2, To: steps - 1}); len(got.Cells) != agents || n.Load() > 20_000 {
		t.Errorf("a step of them: %d rows in %d bytes", len(got.Cells), n.Load())
	}
}

// newRoutes is what a former version does not have.
var newRoutes = []string{"datasets", "rows", "activity", "health", "logs", "surveys", "notes"}

// TestAFormerServerOffersNothingOfAgentSociety2, and all else as before.
func TestAFormerServerOffersNothingOfAgentSociety2(t *testing.T) {
	g := newGrowing(3)
	g.at(4)
	now := serve.New(g, serve.Options{})
	c := over(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		for _, route := range newRoutes {
			if strings.HasPrefix(r.URL.Path, "/api/societop/v1/experiments/") && strings.HasSuffix(r.URL.Path, "/"+route) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(http.StatusNotFound)
				_, _ = io.WriteString(w, `{"detail":"Not Found"}`)
				return
			}
		}
		q.Del("file")
		r.URL.RawQuery = q.Encode()
		now.ServeHTTP(w, r)
	}))
	defer c.Close()
	run := c.RunData(g.e.Key)
	ctx := t.Context()
	for name, read := range map[string]func() error{
		"datasets": func() error { _, err := run.(model.DatasetReader).Datasets(ctx); return err },
		"rows":     func() error { _, err := run.(model.DatasetReader).Rows(ctx, "x", model.RowQuery{}); return err },
		"activity": func() error { _, err := run.(model.ActivityReader).Activity(ctx); return err },
		"health":   func() error { _, err := run.(model.HealthReader).Health(ctx); return err },
		"logs":     func() error { _, err := run.(model.LogsReader).Logs(ctx); return err },
		"notes":    func() error { _, err := run.Agent(1).(model.NotesReader).Notes(ctx); return err },
		"a log":    func() error { _, err := run.Log(ctx, model.LogBudget{File: text.Clean("output.log")}); return err },
	} {
		if err := read(); !errors.Is(err, model.ErrNotOffered) || strings.Contains(err.Error(), "Not Found") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := run.Log(ctx, model.LogBudget{}); err != nil {
		t.Error(err)
	}
	g.SetSurveys(storagetest.SampleDir(1, 1).Surveys...)
	if all, err := run.(model.Surveyor).Surveys(ctx); err != nil || len(all) != 1 {
		t.Errorf("%d questionnaires of the source, %v", len(all), err)
	}
	var mirror storagetest.Mirror
	mirror.Read(t, c, model.Budget{})
	if len(mirror.Known) != 1 {
		t.Errorf("%d experiments", len(mirror.Known))
	}
	missing := over(t, serve.New(storagetest.NewMemory(), serve.Options{})).RunData(g.e.Key)
	if _, err := missing.(model.DatasetReader).Datasets(ctx); !errors.Is(err, model.ErrNoExperiment) {
		t.Errorf("of no experiment: %v", err)
	}
}

// TestAsksForNoMoreThanIsNew: the steps of which the client has all rows are not asked for.
func TestAsksForNoMoreThanIsNew(t *testing.T) {
	g := newGrowing(3)
	g.at(5)
	var asked []url.Values
	h := serve.New(g, serve.Options{})
	c := over(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/rows") {
			asked = append(asked, r.URL.Query())
		}
		h.ServeHTTP(w, r)
	}))
	for range 3 {
		g.rowsOf(t, c, "mobility.agent_state", model.RowQuery{From: 2})
		g.at(7)
	}
	var have []string
	for _, q := range asked {
		have = append(have, q.Get("from")+" "+q.Get("have"))
	}
	if got := strings.Join(have, ", "); got != "2 , 2 4, 2 6" {
		t.Errorf("asked for %q", got)
	}
}
