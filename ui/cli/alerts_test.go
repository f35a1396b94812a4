package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"societop/model"
)

// goesOn starts watch with a state file, lets some time pass, ends it, and returns what it printed.
func goesOn(t *testing.T, src model.Source, state string, d time.Duration, args ...string) (got []string, errs string) {
	t.Helper()
	w := start(t, src, append([]string{"watch", "--json", "--state", state, "x"}, args...)...)
	out, errs := w.after(d)
	w.interrupt(t)
	for _, e := range events(t, out) {
		got = append(got, e.short())
	}
	slices.Sort(got)
	return got, errs
}

func printed(t *testing.T, when string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s it prints\n%s\nwant\n%s", when, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestWatchGoesOnWhereItStopped: what happened while nobody watched is told once, unless that is
// more than a day ago.
func TestWatchGoesOnWhereItStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		state := filepath.Join(t.TempDir(), "state.json")
		a, b, c, d := fresh(1, "a", model.Running), fresh(2, "b", model.Running), fresh(3, "c", model.Finished), fresh(4, "d", model.NotStarted)
		src := &live{first: []model.Experiment{a, b, c, d}}
		got, _ := goesOn(t, src, state, time.Minute)
		printed(t, "at first", got)
		got, _ = goesOn(t, src, state, time.Minute)
		printed(t, "without a change", got)

		time.Sleep(time.Hour)
		now := func(x model.Experiment, s model.Status) model.Experiment {
			x.Status, x.Updated = s, time.Now()
			return x
		}
		b.Now.T += 300
		a, b, d = now(a, model.Failed), now(b, model.Running), now(d, model.Running)
		e := fresh(5, "e", model.Running)
		src.first = []model.Experiment{a, b, d, e}
		got, _ = goesOn(t, src, state, time.Minute)
		printed(t, "after a gap", got, "changed b step 120 121", "changed d status not_started running", "failed a status running error", "gone c null finished null", "new e null null running")
		got, _ = goesOn(t, src, state, time.Minute)
		printed(t, "after no gap", got)

		b = now(b, model.Stopped)
		time.Sleep(23 * time.Hour)
		d = now(d, model.Finished)
		time.Sleep(2 * time.Hour)
		src.first = []model.Experiment{a, b, d}
		got, _ = goesOn(t, src, state, time.Minute, "--events", "finished,failed,stopped,gone,new,stalled,quiet")
		printed(t, "after more than a day", got, "finished d status running finished")
	})
}

// TestSilenceIsToldOnce: across restarts, and not of runs that were silent before the first.
func TestSilenceIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		state := filepath.Join(t.TempDir(), "state.json")
		long := fresh(1, "long", model.Running)
		time.Sleep(time.Hour)
		soon := fresh(2, "soon", model.Running)
		src := &live{first: []model.Experiment{long, soon}}
		got, _ := goesOn(t, src, state, time.Minute)
		printed(t, "at first", got)
		time.Sleep(3 * time.Hour)
		got, _ = goesOn(t, src, state, 10*time.Minute)
		printed(t, "after a gap", got, "stalled soon null running stalled")
		got, _ = goesOn(t, src, state, 10*time.Minute)
		printed(t, "after no gap", got)
		soon.Now.T, soon.Updated = soon.Now.T+300, time.Now()
		src.first = []model.Experiment{long, soon}
		got, _ = goesOn(t, src, state, 2*time.Second)
		printed(t, "after a step", got, "recovered soon null stalled running")
	})
}

// TestASourceIsLostOnce: across restarts, at which it need not answer.
func TestASourceIsLostOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		state := filepath.Join(t.TempDir(), "state.json")
		src := &live{first: []model.Experiment{fresh(1, "a", model.Finished)}}
		goesOn(t, src, state, time.Minute)
		src.err = &model.Error{Op: "read", Address: "x", Err: model.ErrUnreachable, Detail: "connection refused"}
		got, errs := goesOn(t, src, state, 40*time.Second)
		printed(t, "too early", got)
		if strings.Count(errs, "connection refused; check") != 1 && strings.Count(errs, "connection refused") != 1 {
			t.Errorf("it says %q", errs)
		}
		got, _ = goesOn(t, src, state, 25*time.Second)
		printed(t, "after a minute", got, "source-lost  null null null")
		got, _ = goesOn(t, src, state, time.Hour)
		printed(t, "later", got)
		src.err = nil
		got, _ = goesOn(t, src, state, time.Minute)
		printed(t, "at its end", got, "source-back  null null null")
		got, _ = goesOn(t, src, state, time.Minute)
		printed(t, "after that", got)
	})
}

// TestStateFiles: one process a file, and nothing is written over that is no state file.
func TestStateFiles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		state := filepath.Join(dir, "state.json")
		run := fresh(1, "a", model.Running)
		src := &live{first: []model.Experiment{run}}
		first := start(t, src, "watch", "--state", state, "x")
		first.after(time.Second)
		second := start(t, src, "watch", "--state", state, "x")
		if code := <-second.code; code != 5 || strings.Count(second.errs.take(), "another watch or monitor with alerts uses this state file; stop it, or give --state FILE or --no-state") != 1 {
			t.Errorf("a second one: exit code %d", code)
		}
		first.interrupt(t)

		whole, err := os.ReadFile(state)
		if err != nil {
			t.Fatal(err)
		}
		src.first[0].Status, src.first[0].Updated = model.Failed, time.Now()
		lines := bytes.SplitAfter(whole, []byte("\n"))
		for name, tc := range map[string]struct {
			data  []byte
			event bool
			errs  string
		}{
			"whole":               {whole, true, ""},
			"a torn last line":    {append(slices.Clone(whole), `{"seen":12,"ru`...), true, ""},
			"a line that is none": {append(append(slices.Clone(lines[0]), "{\"runs\":7}\n"...), lines[1]...), false, "is damaged"},
			"its head only":       {lines[0], false, "is damaged"},
			"cut":                 {whole[:len(lines[0])+len(lines[1])/2], false, "is damaged"},
			"empty":               {nil, false, ""},
			"of another source":   {bytes.Replace(whole, []byte(`"of":"`), []byte(`"of":"0`), 1), false, "is of another source"},
		} {
			if err := os.WriteFile(state, tc.data, 0o600); err != nil {
				t.Fatal(err)
			}
			got, errs := goesOn(t, src, state, time.Second)
			if (len(got) == 1) != tc.event || (tc.errs == "") == strings.Contains(errs, "state file") || !strings.Contains(errs, tc.errs) {
				t.Errorf("%s: it prints %v and says %q", name, got, errs)
			}
		}
		for name, data := range map[string]string{"text": "hello\n", "json": "{}\n", "newer": "{\"societop_watch\":99,\"of\":\"\"}\n", "a lab": "\x00\x01bolt"} {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
				t.Fatal(err)
			}
			w := start(t, src, "watch", "--state", path, "x")
			code, errs := <-w.code, w.errs.take()
			if left, _ := os.ReadFile(path); code != 1 || string(left) != data || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, "give --state another") {
				t.Errorf("%s: exit code %d: %s", name, code, errs)
			}
		}
		if code := <-start(t, src, "watch", "--state", dir, "x").code; code != 1 {
			t.Errorf("a directory: exit code %d", code)
		}
	})
}

// TestAStateFileThatIsNone: at its usual place nobody would look for what is in the way.
func TestAStateFileThatIsNone(t *testing.T) {
	home := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		src := &live{first: []model.Experiment{fresh(1, "run", model.Running)}}
		watch := func() (code int, errs string) {
			r := &running{code: make(chan int, 1)}
			env, _, _ := onTerminal(src, "watch", "--exec", "true", "x")
			env.Out, env.Err, env.Now = &r.out, &r.errs, time.Now
			env.Environ = append(env.Environ, "XDG_STATE_HOME="+home)
			ctx, stop := context.WithCancelCause(t.Context())
			go func() { r.code <- Main(ctx, env) }()
			_, errs = r.after(time.Second)
			stop(Signal(syscall.SIGINT))
			return <-r.code, errs
		}
		watch()
		files, _ := filepath.Glob(filepath.Join(home, "*", "watch-*.json"))
		if len(files) != 1 {
			t.Fatalf("state files %q", files)
		}
		if err := os.WriteFile(files[0], []byte("garbage{"), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, errs := watch(); code != 130 || !strings.Contains(errs, files[0]+".bad") {
			t.Errorf("exit code %d, %q", code, errs)
		}
		if code, errs := watch(); code != 130 || strings.Contains(errs, "state file") {
			t.Errorf("then exit code %d, %q", code, errs)
		}
		if kept, err := os.ReadFile(files[0] + ".bad"); err != nil || string(kept) != "garbage{" {
			t.Errorf("what was there: %q, %v", kept, err)
		}
	})
}

// TestTheStateOfALargeLab: it takes little, also after many changes.
func TestTheStateOfALargeLab(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const runs = 10_000
		state := filepath.Join(t.TempDir(), "state.json")
		src := &live{}
		for n := range runs {
			e := fresh(1, fmt.Sprintf("experiment %d", n), model.Running)
			e.ID[2], e.ID[3] = byte(n>>8), byte(n)
			src.first = append(src.first, e)
		}
		w := start(t, src, "watch", "--events", "failed", "--state", state, "x")
		w.after(time.Second)
		size := func() int64 {
			info, err := os.Stat(state)
			if err != nil {
				t.Fatal(err)
			}
			return info.Size()
		}
		before := size()
		if before > 250*runs {
			t.Errorf("a state of %d runs takes %d bytes", runs, before)
		}
		for range 3 {
			all := slices.Clone(src.first)
			for i := range all {
				all[i].Now.T, all[i].Updated = all[i].Now.T+300, time.Now()
			}
			src.set(func() { src.queue = append(src.queue, changes(all...)) })
			w.after(3 * time.Second)
		}
		if after := size(); after > before+1000 {
			t.Errorf("steps that nobody asked for make %d bytes of %d", after, before)
		}
		w.interrupt(t)
		w = start(t, src, "watch", "--events", "changed", "--filter", "name:\"experiment 77\"", "--state", state, "x")
		for range 6 {
			all := slices.Clone(src.first)
			for i := range all {
				all[i].Now.T, all[i].Updated = all[i].Now.T+300, time.Now()
			}
			src.first = all
			src.set(func() { src.queue = append(src.queue, changes(all...)) })
			w.after(3 * time.Second)
		}
		if after := size(); after > 4*before+2<<20 {
			t.Errorf("many steps make %d bytes of %d", after, before)
		}
		t.Logf("%d bytes a run", before/runs)
		w.interrupt(t)
	})
}
