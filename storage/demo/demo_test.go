package demo

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/model/plan"
	"societop/storage/bolt"
)

var start = time.Date(2026, 11, 23, 14, 41, 7, 123456789, time.UTC)

func options(t *testing.T) model.DemoOptions {
	return model.DemoOptions{Path: filepath.Join(t.TempDir(), "lab.db"), Seed: 1, Experiments: 12, Agents: 8, Steps: -1, Speed: 1, Start: start}
}

// fixture is a lab and its file.
type fixture struct {
	*lab
	store *bolt.Store
	t     *testing.T
}

func begun(t *testing.T, o model.DemoOptions) *fixture {
	t.Helper()
	l := &fixture{newLab(o), bolt.Open(o.Path, bolt.Options{Write: true}), t}
	t.Cleanup(func() { _ = l.store.Close() })
	if err := l.begin(t.Context(), l.store, func(int64) {}); err != nil {
		t.Fatal(err)
	}
	return l
}

// to writes what happens within a while after the start, and what happened before.
func (l *fixture) to(after time.Duration) {
	l.t.Helper()
	l.live(start.Add(after))
	for more := true; more; {
		var err error
		if more, err = l.write(l.t.Context(), l.store, portion); err != nil {
			l.t.Fatal(err)
		}
	}
}

// list reads all summaries with their errors, newest first.
func (l *fixture) list() []model.Summary {
	l.t.Helper()
	return list(l.t, l.store)
}

func list(t *testing.T, source model.Source) (all []model.Summary) {
	t.Helper()
	for cursor := (model.Cursor{}); ; {
		c, err := source.Changes(t.Context(), cursor, model.Budget{Errors: true})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c.Put...)
		if cursor = c.Next; !c.More {
			return all
		}
	}
}

// whole reads all experiments with their configs.
func (l *fixture) whole() map[model.Key]model.Experiment {
	l.t.Helper()
	out := map[model.Key]model.Experiment{}
	for _, s := range l.list() {
		e, err := l.store.Experiment(l.t.Context(), s.Key)
		if err != nil {
			l.t.Fatal(err)
		}
		out[s.Key] = e
	}
	return out
}

func count(all []model.Summary) map[model.Status]int {
	n := map[model.Status]int{}
	for i := range all {
		n[all[i].Status]++
	}
	return n
}

// named finds the only experiment whose name begins with prefix.
func (l *fixture) named(prefix string) model.Summary {
	l.t.Helper()
	for _, s := range l.list() {
		if strings.HasPrefix(s.Name.Raw(), prefix) {
			return s
		}
	}
	l.t.Fatalf("no experiment %q", prefix)
	return model.Summary{}
}

// consistent checks what holds of every experiment at any time.
func consistent(t *testing.T, s *model.Summary, now time.Time) {
	t.Helper()
	p := s.Progress()
	switch {
	case s.Plan == nil || p.Steps < 1 || !p.Known:
		t.Errorf("%q has no plan", s.Name)
	case s.Updated.Before(s.Created) || s.Updated.After(now):
		t.Errorf("%q: created %v, updated %v, now %v", s.Name, s.Created, s.Updated, now)
	case s.Status == model.NotStarted && (s.Now != model.SimTime{} || s.Tokens() != 0):
		t.Errorf("%q has not started, at %v", s.Name, s.Now)
	case s.Status == model.Running && (p.Step < 1 || p.Step > p.Steps):
		t.Errorf("%q runs at step %d of %d", s.Name, p.Step, p.Steps)
	case s.Status == model.Finished && s.Plan.Done(s.Now.Seconds()) != p.Steps:
		t.Errorf("%q has finished at step %d of %d", s.Name, s.Plan.Done(s.Now.Seconds()), p.Steps)
	case (s.Status == model.Failed || s.Status == model.Stopped) == s.Error.Empty():
		t.Errorf("%q is %v with error %q", s.Name, s.Status, s.Error)
	case s.Plan.Done(s.Now.Seconds()) > 0 && stepStart(s.Plan, s.Plan.Done(s.Now.Seconds())-1) != s.Now:
		t.Errorf("%q is between two steps: %v", s.Name, s.Now)
	}
}

func TestStart(t *testing.T) {
	l := begun(t, options(t))
	all := l.list()
	if len(all) != 12 {
		t.Fatalf("%d experiments", len(all))
	}
	statuses := count(all)
	for _, s := range model.Statuses[:model.Lost] { // of AgentSociety 1
		if statuses[s] == 0 {
			t.Errorf("none is %v", s)
		}
	}
	if statuses[model.Running] < 4 {
		t.Errorf("%d are running", statuses[model.Running])
	}
	for i := range all {
		consistent(t, &all[i], start)
	}
	first := l.named("北京早高峰通勤模拟 🚇")
	if p := first.Progress(); p.Step != 362 || p.Steps != 480 {
		t.Errorf("progress %+v", p)
	}
	if long := l.named("Replication"); len([]rune(long.Name.Raw())) < 300 {
		t.Errorf("the long name is %q", long.Name)
	}
	if e := l.named("飓风"); len(e.Error.Split()) < 10 || !strings.Contains(e.Error.String(), "\nTraceback (most recent call last):\n") {
		t.Errorf("error %q", e.Error)
	}
	if gap := start.Sub(l.named("Night economy").Updated); gap < time.Hour {
		t.Errorf("the stalled one moved %v ago", gap)
	}
}

func TestConfigs(t *testing.T) {
	o := options(t)
	o.Experiments = 40
	for _, e := range begun(t, o).whole() {
		config := e.Config.Raw()
		if n := len(config); n < 250 || n > 40<<10 {
			t.Errorf("%q has a config of %d bytes", e.Name, n)
		}
		if masked := plan.MaskSecrets(e.Config).String(); strings.Contains(masked, "sk-demo") || strings.Contains(masked, "not-a-key") || !strings.Contains(masked, plan.Mask) {
			t.Errorf("%q: a key is not masked", e.Name)
		}
		// AgentSociety's flow style tags aside, the library must agree on what the plan is.
		if odd, _ := plan.Read(config + "\n---\n"); !reflect.DeepEqual(odd, e.Plan) {
			t.Errorf("%q: the library reads %+v, not %+v", e.Name, odd, e.Plan)
		}
	}
}

// What must be seen by who watches for three minutes.
func TestThreeMinutes(t *testing.T) {
	l := begun(t, options(t))
	before := map[model.Key]model.Summary{}
	for _, s := range l.list() {
		before[s.Key] = s
	}
	moved := 0
	for at := 5 * time.Second; at <= 3*time.Minute; at += 5 * time.Second {
		old := l.list()
		l.to(at)
		all := l.list()
		if !reflect.DeepEqual(old, all) {
			moved++
		}
		for i := range all {
			consistent(t, &all[i], start.Add(at))
		}
	}
	if moved < 34 {
		t.Errorf("something moved in %d of 36 spans of 5 s", moved)
	}
	progressed := 0
	for _, s := range l.list() {
		old := before[s.Key]
		if old.Status == model.Running && s.Updated.Sub(old.Updated) > 2*time.Minute && s.Status == model.Running && s.Tokens() > old.Tokens() {
			progressed++
		}
	}
	if progressed < 2 {
		t.Errorf("%d ran on", progressed)
	}
	between := func(name string, at time.Time, from, to time.Duration) {
		if d := at.Sub(start); d < from || d > to {
			t.Errorf("%s after %v", name, d)
		}
	}
	echo := l.named("Echo chamber pilot")
	if echo.Status != model.Finished {
		t.Errorf("%+v", echo)
	}
	between("one finishes", echo.Updated, 55*time.Second, 100*time.Second)
	rumour := l.named("Rumour diffusion 谣言传播 📢")
	if rumour.Status != model.Failed || !strings.Contains(rumour.Error.Raw(), "rate limit") || len(rumour.Error.Split()) < 5 {
		t.Errorf("%+v", rumour)
	}
	between("one fails", rumour.Updated, 20*time.Second, 50*time.Second)
	quiet := l.named("a run gone quiet")
	if quiet.Status != model.Running {
		t.Errorf("%+v", quiet)
	}
	between("one goes quiet", quiet.Updated, 10*time.Second, 30*time.Second)
	if begins := l.named("尚未开始"); begins.Status != model.Running {
		t.Errorf("%+v", begins)
	}
}

func TestDeterministic(t *testing.T) {
	o := options(t)
	o.Experiments = 60
	const until = 10 * time.Minute
	one := begun(t, o)
	one.to(until)
	want := one.whole()
	for name, stride := range map[string]time.Duration{"one stride": until, "uneven": 7*time.Second + 123*time.Millisecond, "long": 3 * time.Minute} {
		o.Path = filepath.Join(t.TempDir(), "lab.db")
		many := begun(t, o)
		for at := stride; at < until; at += stride {
			many.to(at)
		}
		many.to(until)
		if got := many.whole(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %d experiments differ from %d", name, len(got), len(want))
		}
	}
	o.Path, o.Seed = filepath.Join(t.TempDir(), "lab.db"), 2
	if other := begun(t, o).whole(); reflect.DeepEqual(other, want) {
		t.Error("another seed gives the same lab")
	}
}

// A demo that is left open lives on, and does not grow.
func TestHours(t *testing.T) {
	o := options(t)
	o.Agents = 3
	l := begun(t, o)
	running := 0
	for at := 10 * time.Minute; at <= 12*time.Hour; at += 10 * time.Minute {
		l.to(at)
		all := l.list()
		if n := len(all); n > 12+maxFollowers+12 {
			t.Fatalf("after %v there are %d experiments", at, n)
		}
		running += count(all)[model.Running]
		for i := range all {
			consistent(t, &all[i], start.Add(at))
		}
		if next := l.soonest().next().Sub(start.Add(at)); next <= 0 || next > time.Minute {
			t.Fatalf("after %v the next thing happens in %v", at, next)
		}
	}
	if mean := running / 72; mean < 4 {
		t.Errorf("%d run on average", mean)
	}
}

func TestSteps(t *testing.T) {
	for steps, want := range map[int]int64{0: 0, 7: 7, 100_000: 479} {
		o := options(t)
		o.Steps = steps
		s := begun(t, o).named("北京")
		if p := s.Progress(); p.Step != want {
			t.Errorf("--steps %d: %+v", steps, p)
		}
	}
}

func TestSpeed(t *testing.T) {
	o := options(t)
	o.Speed = 60
	l := begun(t, o)
	l.to(3 * time.Second)
	if s := l.named("Echo chamber pilot").Status; s != model.Finished {
		t.Errorf("it is %v", s)
	}
	for _, speed := range []float64{0, -1, 1e300} {
		o.Speed = speed
		newLab(o).live(start.Add(time.Second))
	}
}

func TestGenerated(t *testing.T) {
	o := options(t)
	o.Experiments = 2*blockRows + 500
	l := begun(t, o)
	all := l.list()
	if len(all) != o.Experiments {
		t.Fatalf("%d experiments", len(all))
	}
	n := count(all)
	if n[model.Finished] < o.Experiments*3/4 {
		t.Errorf("%d finished", n[model.Finished])
	}
	for _, s := range model.Statuses[:model.Lost] { // of AgentSociety 1
		if n[s] < o.Experiments/200 {
			t.Errorf("%d are %v", n[s], s)
		}
	}
	inOrder := 0
	for i := range all {
		consistent(t, &all[i], start)
		if i > 0 && all[i-1].Key.Compare(all[i].Key) < 0 {
			inOrder++
		}
	}
	if half := len(all) / 2; inOrder < half*8/10 || inOrder > half*12/10 {
		t.Errorf("%d of %d follow each other in both orders", inOrder, len(all))
	}
	events := 0
	for until := start.Add(10 * time.Second); !l.soonest().next().After(until); events++ {
		l.live(l.soonest().next())
	}
	if events == 0 || events > 50*10 {
		t.Errorf("%d events in ten seconds", events)
	}
}

// What a lab keeps of an experiment that the demo has when it is written.
func TestWritten(t *testing.T) {
	l := begun(t, options(t))
	l.to(150 * time.Second)
	written := l.whole()
	n := 0
	for _, r := range l.runs {
		if !r.born {
			continue
		}
		n++
		if got := written[r.e.Key]; !reflect.DeepEqual(got, r.e) {
			t.Errorf("the lab has %+v, not %+v", got.Summary, r.e.Summary)
		}
	}
	if n != len(written) {
		t.Errorf("%d experiments, not %d", len(written), n)
	}
}

func BenchmarkHistory(b *testing.B) {
	l := newLab(model.DemoOptions{Seed: 1, Experiments: blockRows + 1000, Start: start, Speed: 1})
	for b.Loop() {
		_ = l.block(0, func(*model.Experiment) error { return nil })
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/blockRows, "ns/experiment")
}
