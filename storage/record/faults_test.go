package record

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/storage/storagetest"
)

// crash lets requests fail as the server's own crashes do.
func (l *living) crash(requests ...string) {
	for _, q := range requests {
		l.Fail(q, http.StatusInternalServerError, "Internal Server Error", http.Header{"Content-Type": {"text/plain; charset=utf-8"}})
	}
}

// of is a request for data of a run.
func (l *living) of(i int, what string) string {
	return "GET /api/experiments/" + l.runs[i].ID.String() + what
}

// TestOneFrameThatCantBeReadCostsNoOther: a row with a number that JSON has not is a 500 for
// only its moment, and the moment is asked for again by the next recorder.
func TestOneFrameThatCantBeReadCostsNoOther(t *testing.T) {
	l := newLiving(t, 3, 10)
	broken := l.of(1, "/agents/-/status?day=0&t=29701")
	l.crash(broken)
	lab := filepath.Join(t.TempDir(), "lab.db")
	var e events
	src := from(t, l.at.URL)
	err := Record(context.Background(), src, lab, quick, e.teller())
	if text := model.Explain(err).String(); !errors.Is(err, model.ErrIncomplete) || !strings.HasPrefix(text, "record "+lab+": parts are missing ("+l.at.URL+" could not give out all of 1 experiments)") {
		t.Fatal(text)
	}
	if all, err := whole(t, lab).RunData(l.runs[1].Key).Timeline(context.Background()); err != nil || len(all) != 9 {
		t.Errorf("%d frames, %v", len(all), err)
	}
	if !e.has("not all of it can be read") || e.last.Pending != 0 {
		t.Errorf("%q, %+v", e.said, e.last)
	}
	l.Heal(broken)
	if err := Record(context.Background(), from(t, l.at.URL), lab, quick, e.teller()); err != nil {
		t.Fatal(err)
	}
	storagetest.SameSource(t, whole(t, lab), from(t, l.at.URL))
}

// TestWhatTheServerFailedOnIsReadLater: a crash of a server is not taken for no data for ever.
func TestWhatTheServerFailedOnIsReadLater(t *testing.T) {
	l := newLiving(t, 8, 5)
	var broken []string
	for _, what := range []string{"/agents/-/profile", "/metrics", "/agents/2/dialog", "/agents/4/survey"} {
		broken = append(broken, l.of(1, what), l.of(2, what))
	}
	broken = append(broken, l.of(3, "/timeline"), l.of(4, ""))
	l.crash(broken...)
	lab := filepath.Join(t.TempDir(), "lab.db")
	for _, want := range []error{model.ErrIncomplete, nil} {
		if err := Record(context.Background(), from(t, l.at.URL), lab, quick, model.RecordObserver{}); !errors.Is(err, want) {
			t.Fatal(err)
		}
		for _, q := range broken {
			l.Heal(q)
		}
	}
	storagetest.SameSource(t, whole(t, lab), from(t, l.at.URL))
}

// TestAnAgentThatCantBeReadCostsNoOther.
func TestAnAgentThatCantBeReadCostsNoOther(t *testing.T) {
	l := newLiving(t, 8, 5)
	l.crash(l.of(1, "/agents/2/dialog"), l.of(1, "/agents/4/survey"))
	lab := filepath.Join(t.TempDir(), "lab.db")
	if err := Record(context.Background(), from(t, l.at.URL), lab, quick, model.RecordObserver{}); !errors.Is(err, model.ErrIncomplete) {
		t.Fatal(err)
	}
	here, there := whole(t, lab).RunData(l.runs[1].Key), from(t, l.at.URL).RunData(l.runs[1].Key)
	for id := range int64(9) {
		said, err := here.Agent(id).Talk(context.Background())
		want, _ := there.Agent(id).Talk(context.Background())
		answers, failed := here.Agent(id).Answers(context.Background())
		wanted, _ := there.Agent(id).Answers(context.Background())
		if len(said) != len(want) || len(answers) != len(wanted) || errors.Join(err, failed) != nil {
			t.Errorf("agent %d: %d messages of %d, %d answers of %d, %v, %v", id, len(said), len(want), len(answers), len(wanted), err, failed)
		}
	}
}

// TestAPartThatFailsHoldsUpNoOther: where the server fails on one part of one run, the others
// are recorded all the same.
func TestAPartThatFailsHoldsUpNoOther(t *testing.T) {
	l := newLiving(t, 3, 5)
	l.Fail(l.of(1, "/timeline"), http.StatusServiceUnavailable, `{"detail":"busy"}`, nil)
	l.Fail(l.of(2, "/agents/-/profile"), http.StatusOK, `{"data":[{"id":`, nil)
	lab := filepath.Join(t.TempDir(), "lab.db")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	o := quick
	o.Once = false
	var e events
	ended := make(chan error, 1)
	go func() { ended <- Record(ctx, from(t, l.at.URL), lab, o, e.teller()) }()
	for until := time.Now().Add(20 * time.Second); l.Count(l.of(7, "/agents/3/survey")) == 0; {
		if time.Now().After(until) {
			t.Fatalf("nothing came of the talk: %q", e.said)
		}
		select {
		case err := <-ended:
			t.Fatal(err)
		case <-time.After(5 * time.Millisecond):
		}
	}
	cancel()
	<-ended
	if n := l.Count(l.of(1, "/timeline")); n > 2 {
		t.Errorf("the timeline that fails was asked for %d times", n)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if n := strings.Count(strings.Join(e.said, "\n"), "answers again"); n > 2 {
		t.Errorf("%d recoveries: %q", n, e.said)
	}
}
