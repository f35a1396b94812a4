package prom

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"societop/model"
	"societop/model/plan"
	"societop/model/price"
	"societop/model/text"
	"societop/storage/storagetest"
)

// source is one in memory whose liveness and failure can be set, and whose readings are counted.
type source struct {
	*storagetest.Memory
	live  model.Liveness
	err   error
	reads int
}

func (s *source) Changes(ctx context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	s.reads++
	if s.err != nil {
		return model.Changes{}, s.err
	}
	c, err := s.Memory.Changes(ctx, since, b)
	c.Liveness = s.live
	return c, err
}

// prices is a table with one model.
func prices(t *testing.T) *price.Table {
	t.Helper()
	p, err := price.Parse([]byte("[prices.qwen]\ninput = 1\noutput = 2\ncurrency = \"CNY\"\n[prices.glm]\ninput = 2\noutput = 4\ncurrency = \"CNY\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// experiment is the n-th one, which last moved ten minutes before the time by which tests run.
func experiment(n int, status model.Status, models ...string) model.Experiment {
	var e model.Experiment
	e.ID, e.Name, e.Tenant = uuid.NewMD5(uuid.NameSpaceOID, fmt.Append(nil, n)), text.Clean(fmt.Sprintf("run %d", n)), text.Clean("lab-7")
	e.Status, e.NumDay, e.Now = status, 2, model.SimTime{Day: 1}
	e.InputTokens, e.OutputTokens = 3e6, 1e6
	e.Created, e.Updated = time.Now().Add(-time.Hour+time.Duration(n)*time.Second).UTC(), time.Now().Add(-10*time.Minute).UTC()
	var list []plan.Model
	for _, m := range models {
		list = append(list, plan.Model{Name: text.Clean(m)})
	}
	e.Models = plan.NewModels(list)
	return e
}

// scraped runs an exporter in a bubble of time, and calls use with what scrapes it.
func scraped(t *testing.T, src *source, o model.MetricsOptions, use func(scrape func() string)) {
	t.Helper()
	o.Now, o.Version = time.Now, "v1 \x1b[31m\"\\\n"
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	e := New(src, o)
	go e.Run(ctx)
	use(func() string {
		t.Helper()
		all, err := e.Text(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if problems, err := promlint.New(bytes.NewReader(all)).Lint(); err != nil || len(problems) > 0 {
			t.Errorf("%v %v", problems, err)
		}
		return string(all)
	})
}

// has reports lines that are missing.
func has(t *testing.T, all string, want ...string) {
	t.Helper()
	for _, line := range want {
		if !strings.Contains(all, line+"\n") {
			t.Errorf("no %q in\n%s", line, all)
		}
	}
}

func TestMetricsFollowTheSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &source{Memory: storagetest.NewMemory()}
		one, two, three := experiment(1, model.Running, "qwen"), experiment(2, model.Running, "qwen", "glm"), experiment(3, model.Finished, "gpt")
		src.Put(one, two, three)
		scraped(t, src, model.MetricsOptions{Prices: prices(t)}, func(scrape func() string) {
			id := one.ID.String()
			all := scrape()
			has(t, all,
				"societop_source_up 1", "societop_source_live 1", "societop_recorder_age_seconds 0",
				`societop_experiments{status="running"} 2`, `societop_experiments{status="finished"} 1`, `societop_experiments{status="error"} 0`, `societop_experiments{status="unknown"} 0`,
				`societop_tokens{direction="input"} 9e+06`, `societop_tokens{direction="output"} 3e+06`,
				`societop_cost{bound="low",currency="CNY"} 10`, `societop_cost{bound="high",currency="CNY"} 15`, "societop_cost_unknown_experiments 1",
				`societop_run_progress_ratio{id="`+id+`"} 0.5`, `societop_run_step_age_seconds{id="`+id+`"} 600`,
				`societop_run_tokens{direction="input",id="`+id+`"} 3e+06`, `societop_run_cost{bound="low",currency="CNY",id="`+id+`"} 5`,
				"societop_runs_left_out 0")
			if strings.Contains(all, "run 1") || strings.Contains(all, "lab-7") || strings.Contains(all, three.ID.String()) {
				t.Errorf("names, or a run that has ended:\n%s", all)
			}
			one.Status, one.InputTokens = model.Failed, 4e6
			src.Put(one)
			src.Delete(three.Key)
			if again := scrape(); !strings.Contains(again, `{status="running"} 2`) || src.reads != 1 {
				t.Errorf("read %d times within a second", src.reads)
			}
			time.Sleep(fresh)
			all = scrape()
			has(t, all, `societop_experiments{status="running"} 1`, `societop_experiments{status="error"} 1`, `societop_tokens{direction="input"} 7e+06`,
				`societop_cost{bound="low",currency="CNY"} 11`, "societop_cost_unknown_experiments 0")
			if strings.Contains(all, id) {
				t.Errorf("a run that has failed:\n%s", all)
			}
			src.Delete(one.Key, two.Key)
			time.Sleep(fresh)
			all = scrape()
			has(t, all, `societop_tokens{direction="input"} 0`)
			if strings.Contains(all, "societop_cost{") {
				t.Errorf("nothing has a cost:\n%s", all)
			}
		})
	})
}

func TestASourceThatIsNotLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := experiment(1, model.Running)
		src := &source{Memory: storagetest.NewMemory(), live: model.Liveness{AsOf: e.Updated.Add(time.Minute), Why: text.Clean(model.NoRecorder)}}
		src.Put(e)
		scraped(t, src, model.MetricsOptions{}, func(scrape func() string) {
			has(t, scrape(), "societop_source_up 1", "societop_source_live 0", "societop_recorder_age_seconds 540", `societop_run_step_age_seconds{id="`+e.ID.String()+`"} 60`)
			if got, want := Health(t.Context(), src), "The source is not live: no recorder, as of "+e.Updated.Add(time.Minute).Format(time.RFC3339)+"."; got != want {
				t.Errorf("%q, want %q", got, want)
			}
			src.err = errors.New("broken \x1b[2J")
			time.Sleep(fresh)
			has(t, scrape(), "societop_source_up 0", `societop_experiments{status="running"} 1`)
			if got := Health(t.Context(), src); !strings.HasPrefix(got, "The source can't be read: broken") || strings.Contains(got, "\x1b") {
				t.Errorf("%q", got)
			}
			src.err, src.live = nil, model.Liveness{}
			time.Sleep(fresh)
			has(t, scrape(), "societop_source_up 1", "societop_source_live 1", "societop_recorder_age_seconds 0")
			if got := Health(t.Context(), src); got != "" {
				t.Errorf("%q", got)
			}
		})
	})
}

// slow is a source that answers after a minute.
type slow struct{ *source }

func (s slow) Changes(ctx context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	if err := model.Sleep(ctx, time.Minute); err != nil {
		return model.Changes{}, err
	}
	return s.source.Changes(ctx, since, b)
}

// TestBeforeTheListWasRead: a scrape does not wait for it, and half a list is no number.
func TestBeforeTheListWasRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := slow{&source{Memory: storagetest.NewMemory()}}
		src.Put(experiment(1, model.Running))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		e := New(src, model.MetricsOptions{Now: time.Now})
		go e.Run(ctx)
		begin := time.Now()
		all, err := e.Text(ctx)
		if err != nil || time.Since(begin) != patience || strings.Contains(string(all), "societop_experiments") {
			t.Errorf("%v after %v:\n%s", err, time.Since(begin), all)
		}
		has(t, string(all), "societop_source_up 0")
		time.Sleep(time.Minute)
		all, _ = e.Text(ctx)
		has(t, string(all), "societop_source_up 1", `societop_experiments{status="running"} 1`)
	})
}

// TestLabelsAreBounded: so many runs, with names of any kind, ids under two tenants, and extremes.
func TestLabelsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &source{Memory: storagetest.NewMemory()}
		for n := range 150 {
			e := experiment(n, model.Running)
			e.Name, e.Tenant = text.Clean(strings.Repeat("名\x1b[31m\"\\\n\xff", 1000)), text.Clean("")
			e.InputTokens, e.OutputTokens, e.Now.T = math.MaxInt64, math.MinInt64, math.NaN()
			src.Put(e)
			if n == 149 {
				e.Tenant = text.Clean("other")
				src.Put(e)
			}
		}
		src.Put(experiment(1000, model.Status(77)))
		scraped(t, src, model.MetricsOptions{Names: true}, func(scrape func() string) {
			all := scrape()
			has(t, all, `societop_experiments{status="running"} 151`, "societop_runs_left_out 52", `societop_experiments{status="unknown"} 1`)
			if n := strings.Count(all, "societop_run_info{"); n != maxRuns-1 {
				t.Errorf("%d runs have series", n)
			}
			for line := range strings.Lines(all) {
				if len(line) > 400 || strings.ContainsRune(line, '\x1b') || strings.Contains(line, "NaN") {
					t.Errorf("%q", line)
				}
			}
			src.Delete(src.Experiments()[0].Key)
			time.Sleep(fresh)
			scrape()
		})
	})
}

// TestRunDirectories: lost runs have a status of their own, and tokens that nobody counts are in no metric.
func TestRunDirectories(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &source{Memory: storagetest.NewMemory()}
		counted, uncounted, lost := experiment(1, model.Running), experiment(2, model.Running), experiment(3, model.Lost)
		uncounted.Dir = &model.RunDir{Done: 7, Uncounted: true}
		src.Put(counted, uncounted, lost)
		scraped(t, src, model.MetricsOptions{}, func(scrape func() string) {
			all := scrape()
			has(t, all, `societop_experiments{status="lost"} 1`, `societop_experiments{status="stopped"} 0`, `societop_tokens{direction="input"} 6e+06`,
				`societop_run_step{id="`+uncounted.ID.String()+`"} 7`)
			if strings.Contains(all, `societop_run_tokens{direction="input",id="`+uncounted.ID.String()) {
				t.Errorf("tokens that nobody counts:\n%s", all)
			}
			uncounted.Dir, uncounted.OutputTokens = &model.RunDir{Done: 8}, -1
			src.Put(uncounted)
			time.Sleep(fresh)
			all = scrape()
			has(t, all, `societop_tokens{direction="input"} 9e+06`, `societop_tokens{direction="output"} 2e+06`,
				`societop_run_tokens{direction="input",id="`+uncounted.ID.String()+`"} 3e+06`)
			if strings.Contains(all, `societop_run_tokens{direction="output",id="`+uncounted.ID.String()) {
				t.Errorf("output tokens that nobody counts:\n%s", all)
			}
		})
	})
}
