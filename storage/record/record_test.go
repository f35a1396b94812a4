package record

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/bolt/check"
	"societop/storage/remote"
	"societop/storage/remote/remotetest"
	"societop/storage/storagetest"
)

// from is a Client of a server.
func from(t testing.TB, url string) *remote.Client {
	t.Helper()
	c, err := remote.Open(url, model.Access{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// events collects what a recording says.
type events struct {
	mu   sync.Mutex
	said []string
	last model.RecordProgress
}

func (e *events) teller() model.RecordObserver {
	return model.RecordObserver{
		Say: func(s text.Text, _ bool) {
			e.mu.Lock()
			defer e.mu.Unlock()
			e.said = append(e.said, s.String())
		},
		Progress: func(p model.RecordProgress) {
			e.mu.Lock()
			defer e.mu.Unlock()
			e.last = p
		},
	}
}

func (e *events) has(text string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return strings.Contains(strings.Join(e.said, "\n"), text)
}

// whole checks a lab file and opens it.
func whole(t testing.TB, lab string) *bolt.Store {
	t.Helper()
	report, err := check.Lab(context.Background(), lab, nil)
	if err != nil || len(report.Problems) > 0 {
		t.Fatalf("%v, %v", err, report.Problems)
	}
	return bolt.Open(lab, bolt.Options{})
}

// living is a server with runs of all kinds, and what its runs have.
type living struct {
	*remotetest.Server
	at   *remotetest.Endpoint
	runs []model.Experiment
	data map[model.Key]storagetest.RunData
}

// newLiving makes ten experiments, of which those that have started have a run.
func newLiving(t testing.TB, agents, steps int) *living { return newLab(t, 10, agents, steps) }

// newLab is newLiving of so many experiments.
func newLab(t testing.TB, runs, agents, steps int) *living {
	t.Helper()
	l := &living{Server: remotetest.New(), runs: storagetest.Experiments(runs), data: map[model.Key]storagetest.RunData{}}
	for i := range l.runs {
		e := &l.runs[i]
		e.Tenant = text.Clean("default")
		l.Put(*e)
		if e.Status != model.NotStarted {
			e.Now = moment(steps - 1)
			l.Put(*e)
			l.data[e.Key] = runOf(agents, steps)
			l.SetRunData(e.Key, l.data[e.Key])
		}
	}
	l.at = remotetest.Listen(t, l.Server)
	return l
}

// step lets a run make a step more.
func (l *living) step(i, agents, steps int) {
	e := &l.runs[i]
	e.Status = model.Running
	e.Updated = e.Updated.Add(time.Second)
	e.Now = moment(steps - 1)
	l.Put(*e)
	l.data[e.Key] = runOf(agents, steps)
	l.SetRunData(e.Key, l.data[e.Key])
}

func moment(step int) model.SimTime {
	at := 28801 + 300*step
	return model.SimTime{Day: at / 86400, T: float64(at % 86400)}
}

// run is the data of a run after so many steps: all of it grows with them.
func runOf(agents, steps int) (s storagetest.RunData) {
	created := time.Date(2026, 11, 23, 14, 0, 0, 123000, time.UTC)
	for id := range int64(agents) {
		s.Profiles = append(s.Profiles, model.Profile{ID: id + 1, Name: text.Clean(fmt.Sprintf("李娜%d", id)), Profile: text.ParseValue(`{"age":19,"城市":"北京"}`)})
	}
	metric := model.Metric{Key: text.Clean("trips")}
	for n := range steps {
		at := moment(n)
		f := model.Frame{At: at}
		for id := range int64(agents) {
			f.Agents = append(f.Agents, model.AgentStatus{
				ID: id + 1, At: at, Lng: 116.3 + float64(id)/1000, Lat: 39.9 + float64(n)/1000, Parent: 500000000 + id, Action: text.Clean("吃饭 🍜"),
				Status: text.ParseValue(fmt.Sprintf(`{"mood":%d}`, n)), Created: created,
			})
			if n%3 == 0 {
				s.Messages = append(s.Messages, model.Message{ID: id + 1, At: at, Kind: model.MessageKind(n / 3 % 3), Speaker: text.Clean("user"), Content: text.CleanLines(fmt.Sprintf(`{"content":"say %d"}`, n)), Created: created})
			}
			if n%7 == 0 {
				s.Answers = append(s.Answers, model.Answer{ID: id + 1, At: at, Survey: uuid.UUID{7}, Result: text.CleanLines(fmt.Sprintf(`{"happiness":%d}`, n%5)), Created: created})
			}
		}
		s.Frames = append(s.Frames, f)
		s.Prompts = append(s.Prompts, model.Prompt{At: at, Text: text.CleanLines(fmt.Sprintf("weather: sunny %d\n", n)), Created: created})
		metric.Points = append(metric.Points, model.Point{Tick: int64(n)*300 + 1, Value: float64(n) / 3})
		s.Log += fmt.Sprintf("2026-11-23 [INFO] step %d\n", n)
	}
	s.Metrics = []model.Metric{metric}
	return s
}

var quick = model.RecordOptions{Interval: 10 * time.Millisecond, Once: true, Agents: true}

// TestALabHasAllThatTheServerHas, also after it has grown, and after a second recording.
func TestALabHasAllThatTheServerHas(t *testing.T) {
	l := newLiving(t, 5, 20)
	src, lab := from(t, l.at.URL), filepath.Join(t.TempDir(), "lab.db")
	var e events
	if err := Record(context.Background(), src, lab, quick, e.teller()); err != nil {
		t.Fatal(err)
	}
	storagetest.SameSource(t, whole(t, lab), src)
	if p := e.last; p.Experiments != 10 || p.Bytes == 0 || p.Pending != 0 || p.Agents != 0 || p.Frames != 8*20 {
		t.Errorf("progress %+v", p)
	}
	l.step(6, 5, 23)
	l.runs[1].Status, l.runs[1].Updated = model.Finished, l.runs[1].Updated.Add(time.Second)
	l.Put(l.runs[1])
	src = from(t, l.at.URL)
	if err := Record(context.Background(), src, lab, quick, e.teller()); err != nil {
		t.Fatal(err)
	}
	storagetest.SameSource(t, whole(t, lab), src)
	if e.last.Frames != 3 {
		t.Errorf("%d frames were read again", e.last.Frames)
	}
	frames := l.Count("GET /api/experiments/{exp_id}/agents/-/status")
	if err := Record(context.Background(), from(t, l.at.URL), lab, quick, e.teller()); err != nil {
		t.Fatal(err)
	}
	if n := l.Count("GET /api/experiments/{exp_id}/agents/-/status") - frames; n > 0 {
		t.Errorf("%d frames of runs that are recorded whole were read again", n)
	}
}

// TestASecondRecorderIsRefused, and told of the first.
func TestASecondRecorderIsRefused(t *testing.T) {
	server := remotetest.New()
	server.Put(storagetest.Experiments(3)...)
	src, lab := from(t, server.Start(t)), filepath.Join(t.TempDir(), "lab.db")
	ctx, cancel := context.WithCancel(context.Background())
	recording := make(chan struct{}, 1)
	ended := make(chan error)
	go func() {
		ended <- Record(ctx, src, lab, model.RecordOptions{Interval: time.Hour}, model.RecordObserver{Progress: func(model.RecordProgress) {
			select {
			case recording <- struct{}{}:
			default:
			}
		}})
	}()
	<-recording
	err := Record(context.Background(), src, lab, model.RecordOptions{Interval: time.Hour, Once: true}, model.RecordObserver{})
	if !errors.Is(err, model.ErrRecorder) || !strings.Contains(err.Error(), "record http://") {
		t.Errorf("%v", err)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestALogThatGrowsTooFastHasAGap: what was lost is said, and what was not is there once.
func TestALogThatGrowsTooFastHasAGap(t *testing.T) {
	l := newLiving(t, 1, 1)
	k, lab := l.runs[1].Key, filepath.Join(t.TempDir(), "lab.db")
	numbered := func(from, to int) string {
		var b strings.Builder
		for n := from; n < to; n++ {
			fmt.Fprintf(&b, "line %d\n", n)
		}
		return b.String()
	}
	for i, log := range []string{numbered(0, 100), numbered(50, 300), numbered(2000, 3000)} {
		data := l.data[k]
		data.Log = log
		l.SetRunData(k, data)
		l.runs[1].Updated = l.runs[1].Updated.Add(time.Minute)
		l.runs[1].Status = model.Finished
		l.Put(l.runs[1])
		if err := Record(context.Background(), from(t, l.at.URL), lab, quick, model.RecordObserver{}); err != nil {
			t.Fatal(i, err)
		}
	}
	got, err := whole(t, lab).RunData(k).Log(context.Background(), model.LogBudget{})
	if want := numbered(0, 300) + gap + numbered(2000, 3000); err != nil || strings.TrimSuffix(got.Lines.Raw(), "\n") != strings.TrimSuffix(want, "\n") {
		t.Errorf("%v: %d lines, want %d", err, len(lines(got)), strings.Count(want, "\n"))
	}
}

// TestALabIsNotRecordedIntoItself, by whatever name; into another it is.
func TestALabIsNotRecordedIntoItself(t *testing.T) {
	l := newLiving(t, 1, 2)
	dir := t.TempDir()
	lab, link, other := filepath.Join(dir, "lab.db"), filepath.Join(dir, "link.db"), filepath.Join(dir, "other.db")
	if err := Record(context.Background(), from(t, l.at.URL), lab, quick, model.RecordObserver{}); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(lab, link); err != nil {
		t.Fatal(err)
	}
	src := bolt.Open(lab, bolt.Options{})
	for _, into := range []string{lab, link} {
		if err := Record(context.Background(), src, into, quick, model.RecordObserver{}); !errors.Is(err, model.ErrUsage) {
			t.Errorf("%s: %v", into, err)
		}
	}
	if err := Record(context.Background(), src, other, quick, model.RecordObserver{}); err != nil {
		t.Error(err)
	}
	storagetest.SameSource(t, whole(t, other), src)
}

// TestNoLabIsMadeOfNothing: where there is no lab file to record, none is made.
func TestNoLabIsMadeOfNothing(t *testing.T) {
	dir := t.TempDir()
	lab := filepath.Join(dir, "copy.db")
	src := bolt.Open(filepath.Join(dir, "none.db"), bolt.Options{})
	err := Record(context.Background(), src, lab, quick, model.RecordObserver{})
	if _, missing := os.Stat(lab); !errors.Is(err, model.ErrNoLab) || !errors.Is(missing, os.ErrNotExist) {
		t.Errorf("%v; the copy: %v", err, missing)
	}
}
