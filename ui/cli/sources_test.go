package cli

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"societop/model"
	"societop/model/text"
)

// group is several sources as one: what a fake source has, and how the sources are doing.
type group struct {
	*fakeSource
	states []model.SourceState
}

func (g group) Changes(ctx context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	ch, err := g.fakeSource.Changes(ctx, since, b)
	ch.Sources = g.states
	return ch, err
}

func (g group) Names() (names []model.SourceName) {
	for _, s := range g.states {
		names = append(names, s.Name)
	}
	return names
}

func (g group) Only(name model.SourceName) model.Source {
	one := *g.fakeSource
	one.all = slices.DeleteFunc(slices.Clone(g.all), func(e model.Experiment) bool { return e.Source != name })
	for _, s := range g.states {
		if s.Name == name {
			one.err = s.Failure
			return &endpoint{fakeSource: &one}
		}
	}
	return nil
}

// twoLabs are two sources that have an experiment of the same id each, and a third one that is away
// if failure is not nil.
func twoLabs(failure error) group {
	a, b, c := model.NewSourceName("/data/a/lab.db"), model.NewSourceName("/data/b/lab.db"), model.NewSourceName("http://lab-7:8080")
	g := group{&fakeSource{}, []model.SourceState{{Name: a, Loaded: true}, {Name: b, Loaded: true}, {Name: c, Failure: failure}}}
	for i, name := range []model.SourceName{a, b, a} {
		e := model.Experiment{}
		e.ID[0], e.Source, e.Status = byte(1+i/2), name, model.Finished
		e.Name = text.Clean([]string{"one", "one", "a/lab.db:one"}[i])
		g.all = append(g.all, e)
	}
	return g
}

func TestAnExperimentOfSeveralSources(t *testing.T) {
	environ, _ := withConfig(t, "[groups]\nboth = [\"/data/a/lab.db\", \"/data/b/lab.db\"]\nall = [\"@both\", \"http://lab-7:8080\"]\n")
	for _, tc := range []struct {
		exp  string
		code int
		want string
	}{
		{"one", 4, "/data/b/lab.db"},
		{id(1), 4, "in /data/a/lab.db"},
		{"b/lab.db:one", 0, id(1)},
		{"/data/b/lab.db:one", 0, id(1)},
		{"b/lab.db:" + id(1), 0, id(1)},
		{"b/lab.db:0100", 0, id(1)},
		{"a/lab.db:one", 0, id(2)}, // the exact name comes first
		{"lab.db:one", 4, "in /data/b/lab.db"},
		{"c/lab.db:one", 4, "no such experiment"},
		{"b/lab.db:two", 4, "no such experiment"},
	} {
		out, errs, code, _ := call(twoLabs(nil), environ, "show", "--json", "@both", tc.exp)
		if code != tc.code || !strings.Contains(out+errs, tc.want) {
			t.Errorf("%s: exit code %d: %s%s", tc.exp, code, out, errs)
		}
	}
	away := &model.Error{Op: "read", Address: "http://lab-7:8080", Err: model.ErrUnreachable}
	for exp, want := range map[string]int{"b/lab.db:one": 0, "two": 3} {
		if _, errs, code, _ := call(twoLabs(away), environ, "show", "@all", exp); code != want || !strings.Contains(errs, "http://lab-7:8080") {
			t.Errorf("%s with a source that is away: exit code %d: %s", exp, code, errs)
		}
	}
}

func TestAListWithASourceThatIsAway(t *testing.T) {
	away := &model.Error{Op: "read", Address: "http://lab-7:8080", Err: model.ErrUnreachable}
	out, errs, code, _ := call(twoLabs(away), nil, "list", "--json", "a.db", "b.db", "http://lab-7:8080")
	var rows []any
	if err := json.Unmarshal([]byte(out), &rows); err != nil || len(rows) != 3 || code != 3 || !strings.Contains(errs, "http://lab-7:8080") {
		t.Errorf("exit code %d, %d rows (%v): %s", code, len(rows), err, errs)
	}
	if _, errs, code, _ := call(twoLabs(nil), nil, "list", "a.db", "b.db", "http://lab-7:8080"); code != 0 || errs != "" {
		t.Errorf("exit code %d: %s", code, errs)
	}
}

func TestInfoOfSeveralSources(t *testing.T) {
	out, errs, code, _ := call(twoLabs(nil), nil, "info", "--json", "a.db", "b.db", "http://lab-7:8080")
	var all []map[string]any
	if err := json.Unmarshal([]byte(out), &all); err != nil || len(all) != 3 || code != 0 {
		t.Errorf("exit code %d (%v): %s%s", code, err, out, errs)
	}
	out, _, _, _ = call(twoLabs(nil), nil, "info", "a.db", "b.db", "http://lab-7:8080")
	if strings.Count(out, "\n\n") != 2 || strings.Count(out, "kind ") != 3 {
		t.Errorf("%s", out)
	}
}
