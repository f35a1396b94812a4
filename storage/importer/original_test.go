package importer

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

// original is what one experiment has in a file.
type original struct {
	tables map[string][]record
	text   func(raw string) string
}

// holds compares a lab's data of an experiment with a file's, row for row.
func (o *original) holds(t *testing.T, s model.RunData) {
	t.Helper()
	o.profiles(t, s)
	o.frames(t, s)
	o.talk(t, s)
	o.answers(t, s)
	o.prompts(t, s)
	o.metrics(t, s)
}

func (o *original) profiles(t *testing.T, s model.RunData) {
	all, err := s.Profiles(t.Context())
	rows := o.tables["agent_profile"]
	if err != nil || len(all) != len(rows) {
		t.Fatalf("%d profiles of %d (%v)", len(all), len(rows), err)
	}
	for i, r := range rows { // both files have them by id
		if p := all[i]; p.ID != r.int("id") || p.Name.Raw() != r["name"] || !sameJSON(p.Profile, o.text(r["profile"])) || p.Profile.Kind() != text.ObjectValue {
			t.Errorf("profile %+v, of %v", p, r)
		}
	}
}

func (o *original) frames(t *testing.T, s model.RunData) {
	rows := map[model.SimTime]map[int64]record{}
	history := map[int64]int{}
	for _, r := range o.tables["agent_status"] {
		if rows[r.at()] == nil {
			rows[r.at()] = map[int64]record{}
		}
		rows[r.at()][r.int("id")] = r
		history[r.int("id")]++
	}
	times, err := s.Timeline(t.Context())
	if err != nil || len(times) != len(rows) {
		t.Fatalf("%d moments of %d (%v)", len(times), len(rows), err)
	}
	for at, agents := range rows {
		f, err := s.Frame(t.Context(), at)
		if err != nil || len(f.Agents) != len(agents) {
			t.Fatalf("%v: %d agents of %d (%v)", at, len(f.Agents), len(agents), err)
		}
		for _, a := range f.Agents {
			o.status(t, a, agents[a.ID])
		}
	}
	for id, n := range history {
		if all, err := s.Agent(id).History(t.Context()); err != nil || len(all) != n {
			t.Errorf("agent %d has a history of %d of %d (%v)", id, len(all), n, err)
		}
	}
}

func (o *original) status(t *testing.T, a model.AgentStatus, r record) {
	same := func(a, b float64) bool { return a == b || (math.IsNaN(a) && math.IsNaN(b)) }
	if a.ID != r.int("id") || a.At != r.at() || !same(a.Lng, r.float("lng")) || !same(a.Lat, r.float("lat")) || a.Parent != r.int("parent_id") ||
		a.Action.Raw() != r["action"] || !a.Created.Equal(r.time(t)) || !sameJSON(a.Status, o.text(r["status"])) {
		t.Errorf("status %+v, of %v", a, r)
	}
}

func (o *original) talk(t *testing.T, s model.RunData) {
	want := map[int64][]model.Message{}
	add := func(id int64, kind model.MessageKind, speaker string, r record) {
		want[id] = append(want[id], model.Message{
			ID: id, At: r.at(), Kind: kind, Speaker: text.Clean(speaker), Content: text.CleanLines(r["content"]), Created: r.time(t),
		})
	}
	for _, r := range o.tables["agent_dialog"] {
		add(r.int("id"), model.MessageKind(r.int("type")), r["speaker"], r)
	}
	for _, r := range o.tables["pending_dialog"] {
		if r["processed"] == "0" {
			add(r.int("agent_id"), model.UserTalk, "user", r)
		}
	}
	for id, all := range want {
		all = model.Distinct(all)
		slices.SortStableFunc(all, func(a, b model.Message) int { return a.At.Compare(b.At) })
		want[id] = all
		if got, err := s.Agent(id).Talk(t.Context()); err != nil || !reflect.DeepEqual(got, all) {
			t.Errorf("talk of agent %d:\n%+v\nwant\n%+v (%v)", id, got, all, err)
		}
	}
	o.total(t, "messages", len(must(t)(s.(model.AllAgentsReader).TalkUntil(t.Context(), model.Latest, 0))), lengths(want))
}

func (o *original) answers(t *testing.T, s model.RunData) {
	want := map[int64][]model.Answer{}
	add := func(id int64, pending bool, r record) {
		survey, err := uuid.Parse(r["survey_id"])
		if err != nil {
			t.Fatal(err)
		}
		want[id] = append(want[id], model.Answer{
			ID: id, At: r.at(), Survey: survey, Result: text.CleanLines(o.text(r["result"])), Pending: pending, Created: r.time(t),
		})
	}
	for _, r := range o.tables["agent_survey"] {
		add(r.int("id"), false, r)
	}
	for _, r := range o.tables["pending_survey"] {
		if r["processed"] == "0" {
			add(r.int("agent_id"), true, r)
		}
	}
	for id, all := range want {
		slices.SortStableFunc(all, func(a, b model.Answer) int { return a.At.Compare(b.At) })
		if got, err := s.Agent(id).Answers(t.Context()); err != nil || !reflect.DeepEqual(got, all) {
			t.Errorf("answers of agent %d:\n%+v\nwant\n%+v (%v)", id, got, all, err)
		}
	}
	o.total(t, "answers", len(must(t)(s.(model.AllAgentsReader).AnswersUntil(t.Context(), model.Latest, 0))), lengths(want))
}

func (o *original) prompts(t *testing.T, s model.RunData) {
	for _, r := range o.tables["global_prompt"] {
		p, err := s.Prompt(t.Context(), r.at())
		if err != nil || p.At != r.at() || p.Text.Raw() != r["prompt"] || !p.Created.Equal(r.time(t)) {
			t.Errorf("prompt %+v, of %v (%v)", p, r, err)
		}
	}
}

func (o *original) metrics(t *testing.T, s model.RunData) {
	want := map[string][]model.Point{}
	for _, r := range o.tables["metric"] {
		want[r["key"]] = append(want[r["key"]], model.Point{Tick: r.int("step"), Value: r.float("value")})
	}
	all, err := s.Metrics(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]model.Point{}
	for _, m := range all {
		got[m.Key.Raw()] = m.Points
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("metrics %v\nwant %v", got, want)
	}
}

func (o *original) total(t *testing.T, what string, got, want int) {
	if got != want {
		t.Errorf("%d %s, want %d", got, what, want)
	}
}

// must is the value of an answer without an error.
func must(t *testing.T) func(all any, err error) []any {
	return func(all any, err error) []any {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		v := reflect.ValueOf(all)
		out := make([]any, v.Len())
		for i := range out {
			out[i] = v.Index(i).Interface()
		}
		return out
	}
}

func lengths[T any](all map[int64][]T) (n int) {
	for _, a := range all {
		n += len(a)
	}
	return n
}
