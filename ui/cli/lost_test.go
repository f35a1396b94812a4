package cli

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"societop/model"
)

// TestWaitOnALostRun: it has ended only once that has held for a minute, without a gap.
func TestWaitOnALostRun(t *testing.T) {
	for want, code := range map[string]int{"finished": 13, "stopped": 13, "lost": 0, "ended": 0} {
		synctest.Test(t, func(t *testing.T) {
			e := dirRun(1, "a", model.Running, 7)
			e.Created, e.Updated = time.Now().Add(-time.Hour), time.Now()
			src := &live{first: []model.Experiment{e}}
			w := start(t, src, "wait", "--for", want, "x", "01")
			status := func(s model.Status, wait time.Duration) {
				src.set(func() { src.first[0].Status = s })
				w.after(wait)
			}
			status(model.Lost, 50*time.Second)
			status(model.Running, 10*time.Second)
			status(model.Lost, 50*time.Second)
			away := &model.Error{Op: "read", Address: "x", Err: model.ErrUnreachable}
			src.set(func() { src.err = away })
			w.after(20 * time.Second)
			src.set(func() { src.err = nil })
			select {
			case <-w.code:
				t.Fatal("it has ended")
			default:
			}
			begin := time.Now()
			if got := <-w.code; got != code || time.Since(begin) < 50*time.Second || time.Since(begin) > 70*time.Second {
				t.Errorf("--for %s: exit code %d after %v", want, got, time.Since(begin))
			}
			if out, _ := w.after(0); out != "lost after 1h 00m\n" {
				t.Errorf("it prints %q", out)
			}
		})
	}
}

func TestWaitOnAShortRun(t *testing.T) {
	src := dirRuns()
	for want, code := range map[string]int{"finished": 14, "stopped": 14, "ended": 0} {
		out, errs, got, _ := call(src, nil, "wait", "--for", want, "x", "short")
		if got != code || out != "finished after 2h 00m, 4 of 14 steps\n" {
			t.Errorf("--for %s: exit code %d: %q, %q", want, got, out, errs)
		}
		if code != 0 && !strings.Contains(errs, "finished after 4 of 14 steps") {
			t.Errorf("--for %s: %q", want, errs)
		}
	}
}
