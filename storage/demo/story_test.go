package demo

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/bolt/check"
)

// told is a lab with some agents, the past of its runs, and what happened for a while.
func told(t *testing.T, agents int, after time.Duration) *fixture {
	t.Helper()
	o := options(t)
	o.Agents = agents
	l := begun(t, o)
	l.to(after)
	return l
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// peopled is the runs that have made a step.
func (l *fixture) peopled() (all []*run) {
	for _, r := range l.runs {
		if r.people != nil && r.done > 0 {
			all = append(all, r)
		}
	}
	return all
}

// complete checks that the file is, and that each run has the steps that it made.
func (l *fixture) complete() {
	l.t.Helper()
	report, err := check.Lab(l.t.Context(), l.store.Info().Address.Raw(), nil)
	if err != nil || len(report.Problems) > 0 {
		l.t.Errorf("the check says %v, %v", report.Problems, err)
	}
	for _, r := range l.peopled() {
		timeline := must[[]model.SimTime](l.t)(l.store.RunData(r.e.Key).Timeline(l.t.Context()))
		want := make([]model.SimTime, r.done)
		for i := range want {
			want[i] = stepStart(r.e.Plan, int64(i))
		}
		if !slices.Equal(timeline, want) {
			l.t.Errorf("%q: %d moments, not %d", r.e.Name, len(timeline), len(want))
		}
	}
}

func TestRunsAreWhole(t *testing.T) {
	l := told(t, 60, 2*time.Minute)
	l.complete()
	if n := len(l.peopled()); n < 11 {
		t.Errorf("%d runs have agents", n)
	}
	for _, r := range l.peopled() {
		o := l.store.RunData(r.e.Key)
		profiles := must[[]model.Profile](t)(o.Profiles(t.Context()))
		frame := must[model.Frame](t)(o.Frame(t.Context(), model.Latest))
		if len(profiles) != 60+firm+1 || len(frame.Agents) != len(profiles) || frame.At != r.e.Now {
			t.Errorf("%q: %d profiles, %d in the frame of %v", r.e.Name, len(profiles), len(frame.Agents), frame.At)
		}
		prompt := must[model.Prompt](t)(o.Prompt(t.Context(), model.Latest))
		if text := prompt.Text.String(); prompt.At != r.e.Now || !strings.Contains(text, "workday: ") || !strings.Contains(text, "temperature is ") {
			t.Errorf("%q: prompt %q at %v", r.e.Name, text, prompt.At)
		}
		log := must[model.Log](t)(o.Log(t.Context(), model.LogBudget{}))
		if steps := strings.Count(log.Lines.String(), "Start simulation\n"); steps != int(r.done) || strings.Contains(log.Lines.String(), "\x1b") {
			t.Errorf("%q: the log has %d steps of %d", r.e.Name, steps, r.done)
		}
	}
	ended := must[model.Log](t)(l.store.RunData(l.named("Polarization").Key).Log(t.Context(), model.LogBudget{}))
	if n := strings.Count(ended.Lines.String(), "experiment finished"); n != 1 {
		t.Errorf("the log has %d ends", n)
	}
	failed := l.store.RunData(l.named("Vaccine").Key)
	if profiles := must[[]model.Profile](t)(failed.Profiles(t.Context())); len(profiles) > 0 {
		t.Errorf("%d agents of a run that failed before", len(profiles))
	}
	if log := must[model.Log](t)(failed.Log(t.Context(), model.LogBudget{})); !strings.Contains(log.Lines.String(), "[ERROR]") {
		t.Errorf("log %q", log.Lines)
	}
}

func TestMetrics(t *testing.T) {
	l := told(t, 20, time.Second)
	r := l.peopled()[0]
	all := must[[]model.Metric](t)(l.store.RunData(r.e.Key).Metrics(t.Context()))
	last := int64(r.e.Now.Seconds()) - r.e.Plan.Start
	want, holes, nans := int(last/metricEvery)+1, 0, 0
	for _, m := range all {
		holes += want - len(m.Points)
		for i, p := range m.Points {
			if (p.Tick-1)%metricEvery != 0 {
				t.Errorf("%s at %d", m.Key, p.Tick)
			}
			nans += b2i(math.IsNaN(p.Value))
			if strings.HasPrefix(m.Key.String(), "num_") && i > 0 && p.Value < m.Points[i-1].Value {
				t.Errorf("%s falls at %d", m.Key, p.Tick)
			}
		}
	}
	if len(all) < 6 || holes == 0 || holes > want/2 || nans == 0 {
		t.Errorf("%d series of %d points, %d of them missing, %d no numbers", len(all), want, holes, nans)
	}
}

func TestAgentsLiveInTheCity(t *testing.T) {
	r := newLab(model.DemoOptions{Seed: 3, Agents: 150, Start: start}).runs[10] // eight days
	p := r.people
	before := map[int64]point{}
	seen := map[activity]bool{}
	for i := range r.e.Plan.Steps() {
		m := r.moment(i)
		for id := int64(1); id <= int64(p.citizens); id++ {
			l := p.live(id, &m)
			s := l.status(p.plain, &m)
			seen[l.doing] = true
			if s.Lng < west || s.Lng > east || s.Lat < south || s.Lat > north || s.Parent == 0 {
				t.Fatalf("%d is at %v, %v in %d", id, s.Lng, s.Lat, s.Parent)
			}
			here := point{s.Lng, s.Lat}
			if old, ok := before[id]; ok && old.distance(here) > 60*float64(m.ticks)/3600+0.3 {
				t.Fatalf("%d goes %.1f km within %d s, at %v while %q", id, old.distance(here), m.ticks, m.at, s.Action)
			}
			before[id] = here
			if min(l.hunger, l.energy, l.mood) < 0 || max(l.hunger, l.energy, l.mood) > 1 {
				t.Fatalf("%d feels %+v", id, l)
			}
		}
	}
	if len(seen) != len(habits) {
		t.Errorf("they do %d of %d things", len(seen), len(habits))
	}
	m := r.moment(0)
	for _, s := range p.institutions(nil, &m) {
		if !math.IsNaN(s.Lng) || !math.IsNaN(s.Lat) || s.Parent != 0 {
			t.Errorf("institution %d is at %v, %v", s.ID, s.Lng, s.Lat)
		}
	}
}

func TestStatuses(t *testing.T) {
	s := newLab(model.DemoOptions{Seed: 1, Agents: 20, Start: start})
	for number, kind := range map[int]text.ValueKind{0: text.ObjectValue, 1: text.TextValue} {
		var c chapter
		s.runs[number].tell(&c, 0)
		for _, a := range c.frames[0].Agents[:20] {
			if a.Status.Kind() != kind {
				t.Errorf("run %d: status %s", number, a.Status.JSON())
			}
		}
	}
}

func TestTalkHasBothSides(t *testing.T) {
	l := told(t, 120, time.Second)
	kinds := map[model.MessageKind]int{}
	questions, replies := 0, 0
	for _, r := range l.peopled() {
		bulk := l.store.RunData(r.e.Key).(model.AllAgentsReader)
		sides := map[string][]int64{}
		for _, m := range must[[]model.Message](t)(bulk.TalkUntil(t.Context(), model.Latest, 0)) {
			kinds[m.Kind]++
			switch {
			case m.Kind == model.Talk:
				if m.Words() == m.Content {
					t.Fatalf("talk %q", m.Content)
				}
				k := fmt.Sprint(m.At, m.Speaker, m.Content)
				sides[k] = append(sides[k], m.ID)
			case m.Kind == model.UserTalk && m.Speaker.Raw() == "user":
				questions++
			case m.Kind == model.UserTalk:
				replies++
			}
		}
		for what, ids := range sides {
			if len(ids)%2 != 0 || ids[0] == ids[1] {
				t.Errorf("%s is kept by %v", what, ids)
			}
		}
	}
	if len(kinds) != 3 || replies == 0 || replies >= questions {
		t.Errorf("%v, %d questions, %d replies", kinds, questions, replies)
	}
}

// fits reports whether an answer is one to a questionnaire.
func fits(s model.Survey, result string) bool {
	var data struct {
		Pages []struct{ Elements []question }
	}
	var answer map[string]any
	if json.Unmarshal([]byte(s.Data.Raw()), &data) != nil || json.Unmarshal([]byte(result), &answer) != nil {
		return false
	}
	for _, q := range data.Pages[0].Elements {
		ok := false
		switch v := answer[q.Name].(type) {
		case float64:
			ok = q.Type == "rating" && v >= float64(q.RateMin) && v <= float64(q.RateMax)
		case bool:
			ok = q.Type == "boolean"
		case string:
			ok = q.Type == "text" && v != "" || q.Type == "radiogroup" && slices.Contains(q.Choices, v)
		case []any:
			ok = q.Type == "checkbox" && !slices.ContainsFunc(v, func(c any) bool { return !slices.Contains(q.Choices, c.(string)) })
		}
		if !ok {
			return false
		}
	}
	return true
}

func TestAnswersFitTheirQuestionnaires(t *testing.T) {
	l := told(t, 120, 2*time.Minute)
	known := map[string]model.Survey{}
	for _, s := range must[[]model.Survey](t)(l.store.Surveys(t.Context())) {
		known[s.ID.String()] = s
	}
	pending, wild, right := 0, 0, 0
	for _, r := range l.peopled() {
		bulk := l.store.RunData(r.e.Key).(model.AllAgentsReader)
		for _, a := range must[[]model.Answer](t)(bulk.AnswersUntil(t.Context(), model.Latest, 0)) {
			text := a.Result.Raw()
			switch {
			case a.Pending:
				pending++
			case fits(known[a.Survey.String()], text):
				right++
			case slices.Contains(evasions, text):
				wild++
			default:
				t.Errorf("answer %q", text)
			}
			if a.ID > listed {
				t.Errorf("%d was not asked", a.ID)
			}
		}
	}
	if right < 1000 || wild < right/50 || wild > right/10 || pending == 0 || pending > right/5 {
		t.Errorf("%d right, %d wild, %d pending", right, wild, pending)
	}
}

// dump is all that a lab has of its runs' agents, as text.
func (l *fixture) dump() string {
	var b strings.Builder
	for _, r := range l.peopled() {
		o, ctx := l.store.RunData(r.e.Key), l.t.Context()
		for _, at := range must[[]model.SimTime](l.t)(o.Timeline(ctx)) {
			fmt.Fprintln(&b, must[model.Frame](l.t)(o.Frame(ctx, at)), must[model.Prompt](l.t)(o.Prompt(ctx, at)))
		}
		bulk := o.(model.AllAgentsReader)
		fmt.Fprintln(&b, must[[]model.Profile](l.t)(o.Profiles(ctx)), must[[]model.Metric](l.t)(o.Metrics(ctx)), must[model.Log](l.t)(o.Log(ctx, model.LogBudget{})))
		fmt.Fprintln(&b, must[[]model.Message](l.t)(bulk.TalkUntil(ctx, model.Latest, 0)), must[[]model.Answer](l.t)(bulk.AnswersUntil(ctx, model.Latest, 0)))
	}
	return b.String()
}

func TestRunsAreDeterministic(t *testing.T) {
	const until = 3 * time.Minute
	want := told(t, 8, until).dump()
	o := options(t)
	o.Agents = 8
	l := begun(t, o)
	for at := time.Duration(0); at < until; at += 1700 * time.Millisecond {
		l.live(start.Add(at))
		if _, err := l.write(t.Context(), l.store, portion); err != nil {
			t.Fatal(err)
		}
	}
	l.to(until)
	if got := l.dump(); got != want {
		t.Errorf("%d bytes differ from %d", len(got), len(want))
	}
}

func TestAnEarlierDemoIsCleared(t *testing.T) {
	o := options(t)
	o.Agents = 5
	for range 2 {
		l := begun(t, o)
		l.to(0)
		l.complete()
		l.to(5 * time.Minute)
		l.complete()
	}
}

func TestNoAgents(t *testing.T) {
	o := options(t)
	o.Agents, o.Whole = 0, true
	if err := Write(t.Context(), o, nil); err != nil {
		t.Fatal(err)
	}
	store := bolt.Open(o.Path, bolt.Options{})
	for _, s := range list(t, store) {
		if _, err := store.RunData(s.Key).Timeline(t.Context()); !errors.Is(err, model.ErrNoData) && !errors.Is(err, model.ErrNotStarted) {
			t.Errorf("%q: %v", s.Name, err)
		}
	}
}

// However long a demo slept, or however many agents it has, a batch is bounded.
func TestBatchesAreBounded(t *testing.T) {
	for _, agents := range []int{10, 200, 10_000} {
		l := newLab(model.DemoOptions{Seed: 1, Agents: agents, Steps: -1, Speed: 1, Start: start})
		l.live(start.Add(12 * time.Hour))
		for n := 0; l.behind() > 0 && n < 5; n++ {
			statuses := 0
			for _, p := range l.pages(portion) {
				if p.chapter == nil {
					continue
				}
				statuses += len(p.chapter.frames) * p.people.population()
				p.sent = p.chapter.to
			}
			if statuses == 0 || statuses >= portion+2*agents {
				t.Fatalf("a batch of %d statuses", statuses)
			}
		}
	}
}

func TestManyAgents(t *testing.T) {
	o := options(t)
	o.Agents, o.Experiments, o.Steps = 10_000, 1, 3
	o.Whole = true
	var last, total int64
	if err := Write(t.Context(), o, func(done, all int64) { last, total = done, all }); err != nil {
		t.Fatal(err)
	}
	if last != 4 || total != 4 { // an experiment and three steps
		t.Errorf("advance ended at %d of %d", last, total)
	}
	store := bolt.Open(o.Path, bolt.Options{})
	frame := must[model.Frame](t)(store.RunData(list(t, store)[0].Key).Frame(t.Context(), model.Latest))
	if len(frame.Agents) != 10_000+firm+250 {
		t.Errorf("%d agents", len(frame.Agents))
	}
}

func BenchmarkScene(b *testing.B) {
	s := newLab(model.DemoOptions{Seed: 1, Agents: 1000, Start: start})
	r := s.runs[0]
	for i := int64(0); b.Loop(); i++ {
		r.tell(&chapter{}, i%480)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(r.people.population()), "ns/agent")
}

func BenchmarkWrite(b *testing.B) {
	for b.Loop() {
		o := model.DemoOptions{Path: filepath.Join(b.TempDir(), "lab.db"), Seed: 1, Agents: 200, Steps: -1, Start: start, Whole: true}
		if err := Write(b.Context(), o, nil); err != nil {
			b.Fatal(err)
		}
	}
}
