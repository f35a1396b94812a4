package record

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/bolt/claim"
	"societop/storage/serve"
	"societop/storage/storagetest"
)

// recording is a recorder at work.
type recording struct {
	t     *testing.T
	stop  context.CancelFunc
	ended chan error
}

// startRecording records a source into a lab until the test stops it.
func startRecording(t *testing.T, src model.Source, lab string) *recording {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := &recording{t, cancel, make(chan error, 1)}
	go func() {
		r.ended <- Record(ctx, src, lab, model.RecordOptions{Interval: 10 * time.Millisecond, Agents: true}, model.RecordObserver{})
	}()
	t.Cleanup(r.end)
	return r
}

// end stops the recorder as a signal does.
func (r *recording) end() {
	r.t.Helper()
	if r.stop == nil {
		return
	}
	r.stop()
	if r.stop = nil; <-r.ended == nil {
		r.t.Error("a recorder that is stopped says nothing of it")
	}
}

// becomes waits until a lab is as a monitor is to call it, and returns its liveness.
func becomes(t *testing.T, lab, why string) (l model.Liveness) {
	t.Helper()
	s := bolt.Open(lab, bolt.Options{})
	for until := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		var err error
		if l, err = s.Liveness(t.Context()); err == nil && l.Why.String() == why && l.Live() == (why == "") {
			return l
		}
		if time.Now().After(until) {
			t.Fatalf("%s is %+v (%v), want %q", lab, l, err, why)
		}
	}
}

// since fails t unless a lab is as of a time after another one, to the second.
func since(t *testing.T, l model.Liveness, earliest time.Time) {
	t.Helper()
	if l.AsOf.Before(earliest.Truncate(time.Second)) || l.AsOf.After(time.Now()) {
		t.Errorf("as of %v, want after %v", l.AsOf, earliest)
	}
}

// TestARecordersTroubleReachesTheLab: that its source is away, and that it is back.
func TestARecordersTroubleReachesTheLab(t *testing.T) {
	l := newLiving(t, 0, 3)
	lab := filepath.Join(t.TempDir(), "lab.db")
	begun := time.Now()
	r := startRecording(t, from(t, l.at.URL), lab)
	becomes(t, lab, "")
	l.at.Stop()
	since(t, becomes(t, lab, "recorder: connection refused"), begun)
	l.at.Start(t)
	becomes(t, lab, "")
	before := time.Now()
	becomes(t, lab, "")
	r.end()
	since(t, becomes(t, lab, model.NoRecorder), before.Add(-time.Second))
	whole(t, lab)
}

// TestARecorderKnowsThatItsServerHangs as soon as a monitor would: by its interval, not by how long
// a request may take, be it of the list or of the data of a run.
func TestARecorderKnowsThatItsServerHangs(t *testing.T) {
	t.Parallel()
	for name, hangs := range map[string]func(path string) bool{
		"list": func(string) bool { return true },
		"data": func(path string) bool {
			return strings.Contains(path, "/agents/") || strings.Contains(path, "/metrics")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLiving(t, 3, 3)
			var mu sync.RWMutex
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if hangs(r.URL.Path) {
					mu.RLock()
					defer mu.RUnlock()
				}
				l.Server.ServeHTTP(w, r)
			}))
			t.Cleanup(server.Close)
			lab := filepath.Join(t.TempDir(), "lab.db")
			startRecording(t, from(t, server.URL), lab)
			becomes(t, lab, "")
			mu.Lock()
			hung := time.Now()
			l.step(1, 3, 4)
			becomes(t, lab, "recorder: no answer in time")
			if took := time.Since(hung); took > 20*time.Second {
				t.Errorf("it is known after %v", took)
			}
			mu.Unlock()
			becomes(t, lab, "")
		})
	}
}

// TestALabThatRecordsALabIsAsLiveAsThat, through a server in between and at any distance.
func TestALabThatRecordsALabIsAsLiveAsThat(t *testing.T) {
	dir := t.TempDir()
	first, second, third := filepath.Join(dir, "1.db"), filepath.Join(dir, "2.db"), filepath.Join(dir, "3.db")
	asOf := time.Date(2026, 11, 23, 11, 31, 0, 0, time.UTC)
	writer := bolt.Open(first, bolt.Options{Write: true})
	err := writer.Update(t.Context(), func(b *bolt.Batch) error {
		b.SetAsOf(model.Liveness{AsOf: asOf, Why: text.Clean("imported")})
		return storagetest.Write(b, storagetest.Experiments(4), nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	middle := startRecording(t, bolt.Open(first, bolt.Options{}), second)
	becomes(t, second, "source: imported")
	server := httptest.NewServer(serve.New(bolt.Open(second, bolt.Options{}), serve.Options{}))
	t.Cleanup(server.Close)
	startRecording(t, from(t, server.URL), third)
	for _, lab := range []string{second, third} {
		if l := becomes(t, lab, "source: imported"); !l.AsOf.Equal(asOf) {
			t.Errorf("%s is as of %v, want %v", lab, l.AsOf, asOf)
		}
	}
	held, err := writer.Claim("record http://lab-7", claim.State{})
	if err != nil {
		t.Fatal(err)
	}
	for _, lab := range []string{first, second} {
		becomes(t, lab, "")
	}
	if err := held.Tell(claim.State{Liveness: model.Liveness{AsOf: asOf, Why: text.Clean("recorder: connection refused")}}); err != nil {
		t.Fatal(err)
	}
	becomes(t, second, "recorder: connection refused")
	if err := held.Release(); err != nil {
		t.Fatal(err)
	}
	becomes(t, second, "source: imported")
	middle.end()
	becomes(t, second, model.NoRecorder)
}

// TestARecordingOfOnceIsAsOfThen, and one of a lab that is not live as of when that was.
func TestARecordingOfOnceIsAsOfThen(t *testing.T) {
	l := newLiving(t, 0, 3)
	lab, copied := filepath.Join(t.TempDir(), "lab.db"), filepath.Join(t.TempDir(), "copy.db")
	once := model.RecordOptions{Interval: 10 * time.Millisecond, Once: true}
	before := time.Now()
	if err := Record(t.Context(), from(t, l.at.URL), lab, once, model.RecordObserver{}); err != nil {
		t.Fatal(err)
	}
	at := becomes(t, lab, model.NoRecorder)
	since(t, at, before)
	once.Now = func() time.Time { return time.Now().Add(time.Hour) }
	if err := Record(t.Context(), bolt.Open(lab, bolt.Options{}), copied, once, model.RecordObserver{}); err != nil {
		t.Fatal(err)
	}
	if got := becomes(t, copied, model.NoRecorder); !got.AsOf.Equal(at.AsOf) {
		t.Errorf("the copy is as of %v, want %v", got.AsOf, at.AsOf)
	}
	if err := Record(t.Context(), from(t, l.at.URL), lab, once, model.RecordObserver{}); err != nil {
		t.Fatal(err)
	}
	if again := becomes(t, lab, model.NoRecorder); again.AsOf.Sub(at.AsOf) < time.Hour {
		t.Errorf("looked at an hour later, without news: as of %v, before %v", again.AsOf, at.AsOf)
	}
}

// TestWhatAnOldLabKnowsIsSaidUntilItsRecorderHasLooked.
func TestWhatAnOldLabKnowsIsSaidUntilItsRecorderHasLooked(t *testing.T) {
	asOf := time.Date(2026, 11, 23, 11, 31, 0, 0, time.UTC)
	r := &recorder{heard: asOf, options: model.RecordOptions{Now: time.Now}}
	if got := r.state(); got.Liveness.Why.String() != "recorder is starting" || !got.Heard.Equal(asOf) || !got.Liveness.AsOf.Equal(asOf) {
		t.Errorf("%+v", got)
	}
	r.outage.err = &model.Error{Op: "list", Err: model.ErrUnreachable, Detail: "connection refused"}
	if got := r.state().Liveness; got.Why.String() != "recorder: connection refused" || !got.AsOf.Equal(asOf) {
		t.Errorf("%+v", got)
	}
	r.outage.err, r.listed = nil, true
	if got := r.state(); !got.Liveness.Live() || got.Good < time.Minute {
		t.Errorf("%+v", got)
	}
	if passed(model.Liveness{Why: text.Clean("source: x")}).Why.String() != "source: x" || strings.Count(passed(model.Liveness{Why: text.Clean("x")}).Why.String(), "source") != 1 {
		t.Error("a reason that is passed on is not said as it should be")
	}
}
