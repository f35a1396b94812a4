package run

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
)

// bare opens a run directory with nothing in it.
func bare(t *testing.T) (*Data, string) {
	dir := t.TempDir()
	return Open(dir, func() Facts { return Facts{Status: model.Running, Done: -1} }), dir
}

func TestTheLogThatWasWrittenLastIsTheLog(t *testing.T) {
	d, dir := bare(t)
	if _, err := d.Logs(t.Context()); !errors.Is(err, model.ErrNotOffered) {
		t.Errorf("no logs: %v", err)
	}
	if _, err := d.Log(t.Context(), model.LogBudget{}); !errors.Is(err, model.ErrNoData) {
		t.Errorf("no log: %v", err)
	}
	at := time.Date(2026, 9, 24, 0, 0, 0, 0, time.UTC)
	for i, name := range []string{"stderr.log", "output.log", "vllm.log", "stdout.log"} {
		content := name + "\n"
		if name == "stdout.log" {
			content = ""
		}
		write(t, content, dir, name)
		if err := os.Chtimes(filepath.Join(dir, name), at, at.Add(time.Duration(i)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	write(t, "no log", dir, "gpu.csv")
	write(t, "no log", dir, "replay.log", "file")
	if err := os.Symlink("/etc/hostname", filepath.Join(dir, "link.log")); err != nil {
		t.Logf("links are not tested: %v", err)
	}
	var names []string
	for _, f := range must[[]model.LogFile](t)(d.Logs(t.Context())) {
		names = append(names, f.Name.String())
	}
	if got := strings.Join(names, " "); got != "output.log stderr.log vllm.log stdout.log" {
		t.Errorf("logs: %s", got)
	}
	for file, want := range map[string]string{"": "output.log", "vllm.log": "vllm.log", "stdout.log": ""} {
		if log := must[model.Log](t)(d.Log(t.Context(), model.LogBudget{File: text.Clean(file)})); strings.TrimSpace(log.Lines.String()) != want {
			t.Errorf("%q: %q", file, log.Lines.String())
		}
	}
	for _, file := range []string{"link.log", "../output.log", "gpu.csv", "none.log"} {
		if log, err := d.Log(t.Context(), model.LogBudget{File: text.Clean(file)}); !errors.Is(err, model.ErrNoData) {
			t.Errorf("%s: %q (%v)", file, log.Lines.String(), err)
		}
	}
}

func TestOfALogOnlyTheEndIsRead(t *testing.T) {
	d, dir := bare(t)
	path := filepath.Join(dir, "sim.log")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	const size = 1 << 30 // of a hole, which takes no room
	if err := f.Truncate(size); err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte("\nlast but one\nlast\n"), size); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	allocated := testing.AllocsPerRun(1, func() {
		log := must[model.Log](t)(d.Log(t.Context(), model.LogBudget{Lines: 2, Bytes: 1000}))
		if log.Lines.String() != "last but one\nlast" || !log.Tail {
			t.Errorf("the end is %+v", log)
		}
	})
	if allocated > 10_000 {
		t.Errorf("%v allocations", allocated)
	}
	for limit, want := range map[int64]int{10: 10, 1 << 20: 1 << 20} {
		if end, cut, err := readTail(path, limit); len(end) != want || !cut || err != nil {
			t.Errorf("limit %d: %d bytes, cut %v (%v)", limit, len(end), cut, err)
		}
	}
}

func TestALogIsAsATerminalShowsIt(t *testing.T) {
	d, dir := bare(t)
	bar := strings.Repeat("\r 10%|█", 1000) + "\r 99%|█████████"
	write(t, "one\r\n\x1b[36m(step_agent_batch pid=2116, ip=10.0.0.7)\x1b[0m [2026-09-24 00:00:41] WARNING 面包\n"+bar+"\n"+bar+"\r100%|██████████\r\nlast", dir, "sim.log")
	log := must[model.Log](t)(d.Log(t.Context(), model.LogBudget{}))
	want := "one\n(step_agent_batch pid=2116, ip=10.0.0.7) [2026-09-24 00:00:41] WARNING 面包\n 99%|█████████\n100%|██████████\nlast"
	if got := log.Lines.String(); got != want || log.Tail || log.Dropped != 0 {
		t.Errorf("%q, want %q", got, want)
	}
	if log := must[model.Log](t)(d.Log(t.Context(), model.LogBudget{Lines: 2})); log.Lines.String() != "100%|██████████\nlast" || log.Dropped != 3 {
		t.Errorf("two lines: %+v", log)
	}
	if _, err := d.Log(cancelledContext(), model.LogBudget{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func cancelledContext() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}
