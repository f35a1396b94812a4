package prom

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"societop/model"
)

// joined is several sources as one.
type joined struct {
	source
	states []model.SourceState
	put    []model.Summary
}

func (j *joined) Names() (names []model.SourceName) {
	for _, s := range j.states {
		names = append(names, s.Name)
	}
	return names
}

func (j *joined) Only(model.SourceName) model.Source { return nil }

func (j *joined) Changes(context.Context, model.Cursor, model.Budget) (model.Changes, error) {
	return model.Changes{First: true, Put: j.put, Total: len(j.put), Sources: j.states}, nil
}

// TestMetricsOfSeveralSources have the number of the source, and its name only where that is wanted; a run
// is as old as its own source says.
func TestMetricsOfSeveralSources(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		src := &joined{states: []model.SourceState{
			{Name: model.NewSourceName("http://lab-7:8080"), Loaded: true, Answered: now, Skew: time.Hour},
			{Name: model.NewSourceName("/data/lab.db"), Loaded: true, Answered: now.Add(-5 * time.Minute), Failure: model.ErrDamaged},
			{Name: model.NewSourceName("away"), Failure: model.ErrUnreachable},
		}}
		for i, moved := range []time.Time{now.Add(50 * time.Minute), now.Add(-7 * time.Minute)} {
			s := experiment(1, model.Running).Summary
			s.Updated, s.Source = moved, src.states[i].Name
			src.put = append(src.put, s)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		for _, names := range []bool{false, true} {
			e := New(src, model.MetricsOptions{Now: time.Now, Names: names})
			go e.Run(ctx)
			raw, err := e.Text(ctx)
			if err != nil {
				t.Fatal(err)
			}
			all, id := string(raw), src.put[0].ID.String()
			if src.put[0].ID == (uuid.UUID{}) {
				t.Fatal("no id")
			}
			has(t, all, `societop_source_up{source="1"} 1`, `societop_source_up{source="2"} 0`, `societop_source_up{source="3"} 0`,
				`societop_source_live{source="1"} 1`, `societop_source_live{source="2"} 0`, `societop_source_live{source="3"} 0`,
				`societop_recorder_age_seconds{source="1"} 0`, `societop_recorder_age_seconds{source="2"} 300`,
				`societop_run_step_age_seconds{id="`+id+`",source="1"} 600`, `societop_run_step_age_seconds{id="`+id+`",source="2"} 120`,
				`societop_experiments{status="running"} 2`, "societop_runs_left_out 0")
			if got := strings.Contains(all, `societop_source_info{name="http://lab-7:8080",source="1"} 1`); got != names {
				t.Errorf("names are told: %v, want %v", got, names)
			}
			if !names && strings.Contains(all, "lab-7") {
				t.Errorf("a name is told:\n%s", all)
			}
		}
	})
}
