package cli

import (
	"context"
	"encoding/json"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
)

// searched is a source of two runs that say the same.
func searched() *fakeSource {
	one, two := run(1, "早高峰 🚇", model.Finished), run(2, "baseline", model.Running)
	one.Config = text.CleanLines("llm:\n- api_key: hunter2hunter2\n  model: qwen\n")
	two.Created = one.Created.Add(1)
	s := aSociety()
	s.log = "start\n\x1b[32mTime\x1b[0mout of agent 3\nNaN\n"
	return &fakeSource{all: []model.Experiment{one, two}, society: s}
}

func TestGrepPrintsWhereALineIs(t *testing.T) {
	out, errs, code, _ := call(searched(), nil, "grep", "Timeout", "lab.db")
	want := "baseline 02000000-0000-0000-0000-000000000000 log 2: Timeout of agent 3\n早高峰 🚇 01000000-0000-0000-0000-000000000000 log 2: Timeout of agent 3\n"
	if out != want || errs != "" || code != 0 {
		t.Errorf("exit code %d: %q %s", code, out, errs)
	}
	out, _, code, _ = call(searched(), nil, "grep", "-i", "TIMEOUT", "-m", "1", "--filter", "status:finished", "--in", "talk,log", "lab.db")
	if !strings.HasPrefix(out, "早高峰") || strings.Count(out, "\n") != 1 || code != 0 {
		t.Errorf("exit code %d: %q", code, out)
	}
}

func TestGrepInJSON(t *testing.T) {
	out, errs, code, _ := call(searched(), nil, "grep", "--json", ".", "lab.db")
	if code != 0 || errs != "" || strings.ContainsAny(out, "\x1b\x07\r\u202e") {
		t.Fatalf("exit code %d: %q %s", code, out, errs)
	}
	in := map[string]int{}
	for line := range strings.Lines(out) {
		var hit struct {
			ID, Name, In, Text string
			Line               int
			Agent, Day         *int
			T                  *float64
		}
		if err := json.Unmarshal([]byte(line), &hit); err != nil || hit.ID == "" || hit.Name == "" || hit.Line < 1 || hit.Text == "" {
			t.Errorf("%q: %v", line, err)
		}
		if words := hit.In == "talk" || hit.In == "answers"; words != (hit.Agent != nil) || words && hit.Day == nil {
			t.Errorf("%q", line)
		}
		in[hit.In]++
	}
	if in["log"] != 6 || in["talk"] == 0 || in["answers"] == 0 || in["config"] == 0 {
		t.Errorf("%v", in)
	}
	if !strings.Contains(out, `"text":"\u001b[32mTime\u001b[0mout of agent 3"`) {
		t.Errorf("not as the source has it:\n%s", out)
	}
}

func TestGrepFindsNoSecret(t *testing.T) {
	for pattern, want := range map[string]int{"hunter2": 1, "api_key": 0, "(hunter|unter2)": 1, "h.nter": 1, "•": 0} {
		out, _, code, _ := call(searched(), nil, "grep", "--in", "config", pattern, "lab.db")
		if code != want || strings.Contains(out, "unter2") {
			t.Errorf("%s: exit code %d: %s", pattern, code, out)
		}
	}
}

func TestGrepsExitCodes(t *testing.T) {
	for _, tc := range []struct {
		args []string
		err  error
		want int
	}{
		{[]string{"no such words", "x"}, nil, 1},
		{[]string{"--filter", "status:error", ".", "x"}, nil, 1},
		{[]string{"(", "x"}, nil, 2},
		{[]string{"-i", `\`, "x"}, nil, 2},
		{[]string{"a{9999}", "x"}, nil, 2},
		{[]string{"--in", "talk,logs", ".", "x"}, nil, 2},
		{[]string{"--in", ",", ".", "x"}, nil, 2},
		{[]string{"-m", "-1", ".", "x"}, nil, 2},
		{[]string{"--filter", "nonsense:1", ".", "x"}, nil, 2},
		{nil, nil, 2},
		{[]string{".", "x"}, model.ErrUnreachable, 3},
		{[]string{".", "x.db", "y.db"}, model.ErrDamaged, 3},
		{[]string{".", "x"}, model.ErrLocked, 5},
		{[]string{".", "x"}, model.ErrDamaged, 6},
	} {
		src := searched()
		src.err = tc.err
		out, errs, code, _ := call(src, nil, append([]string{"grep"}, tc.args...)...)
		if code != tc.want || out != "" || errs == "" || strings.Contains(errs, "\x1b") {
			t.Errorf("%q: exit code %d: %s%s", tc.args, code, out, errs)
		}
	}
}

func TestGrepOfSeveralSourcesNamesThem(t *testing.T) {
	env, out, errs := onTerminal(nil, "grep", "--plain", "--in", "log", "Time", "one.db", "gone.db", "two.db")
	env.IsTerminal = func(any) bool { return false }
	env.Open = func(_ context.Context, specs []model.SourceSpec) (model.Source, error) {
		if address := specs[0].Address; address == "gone.db" {
			return nil, &model.Error{Op: "read", Address: address, Err: model.ErrUnreachable}
		}
		return &endpoint{fakeSource: searched()}, nil
	}
	code := Main(t.Context(), env)
	if code != 3 || strings.Count(out.String(), "http://lab-7:8080 ") != 4 || strings.Count(errs.String(), "\n") != 2 {
		t.Errorf("exit code %d:\n%s%s", code, out, errs)
	}
}

// TestGrepSearchesSourcesAtOnce: the first source answers only once the second one was searched, and
// stands first nevertheless. With -m the rest of the others is not wanted.
func TestGrepSearchesSourcesAtOnce(t *testing.T) {
	for _, tc := range []struct {
		most string
		want int
	}{{"0", 4}, {"1", 1}, {"3", 3}} {
		env, out, errs := onTerminal(nil, "grep", "--plain", "--in", "log", "-m", tc.most, "Time", "one.db", "two.db")
		env.IsTerminal = func(any) bool { return false }
		second := make(chan struct{})
		env.Open = func(_ context.Context, specs []model.SourceSpec) (model.Source, error) {
			src := searched()
			if specs[0].Address == "two.db" {
				close(second)
				return &endpoint{fakeSource: src}, nil
			}
			<-second
			return src, nil
		}
		code := Main(t.Context(), env)
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		if code != 0 || errs.Len() > 0 || len(lines) != tc.want {
			t.Fatalf("-m %s: exit code %d:\n%s%s", tc.most, code, out, errs)
		}
		for i, line := range lines {
			if strings.HasPrefix(line, "http://lab-7:8080 ") != (i >= 2) {
				t.Errorf("-m %s: line %d is of another source: %s", tc.most, i+1, line)
			}
		}
	}
}

// TestAFeedIsBounded: a search that is far ahead waits until its turn, or until nobody wants it.
func TestAFeedIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		f, _ := newHitFeed(ctx)
		puts := 0
		go func() {
			for f.put(ctx, found{line: make([]byte, maxAhead)}) {
				puts++
			}
			f.end(nil)
		}()
		synctest.Wait()
		if puts != 2 {
			t.Errorf("%d before its turn", puts)
		}
		if all, err := f.take(); len(all) != 2 || err != nil {
			t.Errorf("took %d: %v", len(all), err)
		}
		synctest.Wait()
		if puts != 4 {
			t.Errorf("%d after it", puts)
		}
		cancel()
		synctest.Wait()
		if _, err := f.take(); !f.ended || err != nil {
			t.Errorf("the search has not ended: %v", err)
		}
	})
}

// TestGrepOnATerminal: matches are highlighted, and of a long line the part around the first one is
// shown, whatever its length and its characters.
func TestGrepOnATerminal(t *testing.T) {
	for _, tc := range []struct{ before, after string }{
		{"", ""}, {strings.Repeat("x", 500), strings.Repeat("y", 500)}, {strings.Repeat("北京", 400), strings.Repeat("🚇", 400)}, {"", strings.Repeat("é", 5<<20)}, {strings.Repeat("é ", 5<<20), ""},
	} {
		src := searched()
		src.all = src.all[:1]
		src.society.log = tc.before + "needle" + tc.after + "\n"
		for mark, environ := range map[string][]string{"\x1b[1;31mneedle\x1b[m": {"TERM=xterm"}, "\x1b[1mneedle\x1b[m": {"TERM=xterm", "NO_COLOR=1"}} {
			env, out, _ := onTerminal(src, "grep", "--in", "log", "needle", "x")
			env.Environ = environ
			env.Width = func(any) int { return 80 }
			if code := Main(t.Context(), env); code != 0 {
				t.Fatal(code)
			}
			line := strings.TrimSuffix(out.String(), "\n")
			plain := strings.NewReplacer(mark, "needle").Replace(line)
			if !strings.Contains(line, mark) || strings.Contains(plain, "\x1b") || cell.Width(plain) > 80 {
				t.Errorf("%d cells: %q", cell.Width(plain), line)
			}
		}
	}
}

func TestGrepEndsWithASignal(t *testing.T) {
	env, out, errs := onTerminal(nil, "grep", "--json", ".", "x")
	ctx, cancel := context.WithCancelCause(context.Background())
	src := searched()
	src.society.asked = func(int64) { cancel(Signal(syscall.SIGINT)) }
	env.Open = func(context.Context, []model.SourceSpec) (model.Source, error) { return src, nil }
	if code := Main(ctx, env); code != 130 || !strings.Contains(out.String(), `"in":"log"`) {
		t.Errorf("exit code %d:\n%s%s", code, out, errs)
	}
}

func TestGrepCompletesSources(t *testing.T) {
	src := searched()
	for args, want := range map[string]string{
		"grep \x00": ":4", "grep x \x00": ":0", "grep --in \x00": "answers", "grep --in talk,\x00": "talk,log", "grep x lab.db --filter name:b\x00": ":6",
	} {
		words := append([]string{"__complete"}, strings.Split(strings.ReplaceAll(args, "\x00", ""), " ")...)
		out, _, code, _ := call(src, nil, words...)
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("%q: exit code %d:\n%s", args, code, out)
		}
	}
}
