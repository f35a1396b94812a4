package cli

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"societop/model"
)

// joint is several sources as one, whose states a test sets.
type joint struct {
	*live
	states []model.SourceState
}

func (j *joint) Changes(ctx context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	c, err := j.live.Changes(ctx, since, b)
	j.set(func() { c.Sources = slices.Clone(j.states) })
	return c, err
}

// TestWatchOfSeveralSources: each is lost by itself, after a minute, the runs of the others go on, and what
// is printed names the source.
func TestWatchOfSeveralSources(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := fresh(1, "a", model.Running), fresh(1, "b", model.Running)
		src := &joint{live: &live{first: []model.Experiment{a, b}}}
		for i, name := range []string{"http://lab-7:8080", "/data/lab.db"} {
			src.states = append(src.states, model.SourceState{Name: model.NewSourceName(name), Loaded: true, Answered: time.Now()})
			src.first[i].Source = src.states[i].Name
		}
		lines, objects := start(t, src, "watch", "x"), (*running)(nil)
		other := &joint{live: &live{first: src.first}, states: slices.Clone(src.states)}
		objects = start(t, other, "watch", "--json", "x")
		lines.after(time.Second)
		change := func(by func(j *joint)) {
			for _, j := range []*joint{src, other} {
				j.set(func() { by(j) })
			}
		}
		change(func(j *joint) {
			j.states[0].Failure = &model.Error{Op: "read", Address: "http://lab-7:8080", Err: model.ErrUnreachable, Detail: "connection refused"}
			ended := src.first[1]
			ended.Status = model.Finished
			j.queue = append(j.queue, changes(ended))
		})
		out, errs := lines.after(50 * time.Second)
		if !strings.Contains(out, "  lab.db  ") || !strings.Contains(out, "finished") || strings.Contains(out, "source-lost") {
			t.Errorf("of one that goes on: %s", out)
		}
		if !strings.Contains(errs, "lab-7: read http://lab-7:8080: the endpoint can't be reached (connection refused)") || strings.Count(errs, "refused") != 1 {
			t.Errorf("of one that is away: %s", errs)
		}
		out, _ = lines.after(time.Minute)
		if !strings.Contains(out, "source-lost  lab-7: connection refused\n") || strings.Count(out, "\n") != 1 {
			t.Errorf("after a minute: %s", out)
		}
		change(func(j *joint) { j.states[0].Failure = nil })
		if out, errs = lines.after(time.Minute); !strings.Contains(out, "source-back  lab-7") || !strings.Contains(errs, "lab-7 answers again") {
			t.Errorf("when it is back: %s%s", out, errs)
		}
		var told []string
		for dec := json.NewDecoder(strings.NewReader(first(objects.after(0)))); dec.More(); {
			var e struct{ Event, Source, Text string }
			if err := dec.Decode(&e); err != nil {
				t.Fatal(err)
			}
			told = append(told, e.Event+" "+e.Source+" "+e.Text)
		}
		want := []string{"finished /data/lab.db b finished, step 480 of 480 (lab.db)", "source-lost http://lab-7:8080 lab-7 is lost: connection refused", "source-back http://lab-7:8080 lab-7 is back"}
		if !slices.Equal(told, want) {
			t.Errorf("the events are %q, want %q", told, want)
		}
		lines.stop(nil)
		objects.stop(nil)
	})
}

// TestListOfSeveralSources has a column and a field for the source, and is filtered and sorted by it.
func TestListOfSeveralSources(t *testing.T) {
	a, b := fresh(1, "a", model.Running), fresh(1, "b", model.Running)
	src := &joint{live: &live{first: []model.Experiment{a, b}}, states: []model.SourceState{
		{Name: model.NewSourceName("http://lab-7:8080"), Loaded: true}, {Name: model.NewSourceName("/data/lab.db"), Loaded: true},
	}}
	for i := range src.first {
		src.first[i].Source = src.states[i].Name
	}
	for want, args := range map[string][]string{
		"SOURCE":                               {},
		"lab-7 ":                               {"--filter", "source:lab-7"},
		"source,tenant_id,id":                  {"--csv"},
		`{"source":"http://lab-7:8080",`:       {"--json"},
		`{"name":"b","source":"/data/lab.db"}`: {"--json", "--columns", "name,source"},
	} {
		out, errs, code, _ := call(src, nil, append(append([]string{"list"}, args...), "x")...)
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("%q: exit code %d, no %s in\n%s%s", args, code, want, out, errs)
		}
	}
	if out, _, _, _ := call(src, nil, "list", "--filter", "source:lab-7", "--sort", "source", "x"); strings.Contains(out, "lab.db") || !strings.Contains(out, "lab-7") {
		t.Errorf("by a filter:\n%s", out)
	}
	if out, _, _, _ := call(&live{first: []model.Experiment{a}}, nil, "list", "--json", "x"); strings.Contains(out, "source") {
		t.Errorf("of one source:\n%s", out)
	}
}
