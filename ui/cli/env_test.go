package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/ui"
)

// fakeSource is a source in memory.
type fakeSource struct {
	all     []model.Experiment
	err     error
	society *fakeSociety
}

func (f *fakeSource) RunData(model.Key) model.RunData {
	if f.society != nil {
		return f.society
	}
	return model.NoRunData{Err: model.ErrNotOffered}
}

func (f *fakeSource) Info() model.Info { return model.Info{Kind: "lab file", Local: true} }
func (f *fakeSource) Close() error     { return nil }

func (f *fakeSource) Changes(_ context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	c := model.Changes{First: since == model.Cursor{}, Next: model.NewCursor("end"), Total: len(f.all)}
	for _, e := range f.all {
		if !b.Errors {
			e.Error = text.Lines{}
		}
		c.Put = append(c.Put, e.Summary)
	}
	return c, f.err
}

func (f *fakeSource) Experiment(_ context.Context, k model.Key) (model.Experiment, error) {
	for _, e := range f.all {
		if e.Key == k {
			return e, nil
		}
	}
	return model.Experiment{}, model.ErrNoExperiment
}

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// hostile is an experiment that tries what a source can.
func hostile() model.Experiment {
	e := model.Experiment{Config: text.CleanLines("llm:\n- api_key: sk-abcdefghijklmnop\n")}
	e.Key = model.Key{Tenant: text.Clean("=cmd|' /C calc'!A0"), ID: uuid.UUID{1}}
	e.Name = text.Clean("@SUM(1+1)\x1b]0;owned\x07\n")
	e.Status, e.Now = model.Running, model.SimTime{Day: 1, T: math.NaN()}
	e.Created, e.Updated = now.Add(-time.Hour), now
	e.Error = text.CleanLines("+1\r\n\x1b[2Jgone")
	return e
}

// call runs a command in-process on a source.
func call(src model.Source, environ []string, args ...string) (out, errs string, code int, opened string) {
	var stdout, stderr bytes.Buffer
	var opening sync.Mutex
	code = Main(context.Background(), Env{
		Args: args, Streams: Streams{In: strings.NewReader(""), Out: &stdout, Err: &stderr, IsTerminal: func(any) bool { return false }}, Environ: environ,
		Now: func() time.Time { return now }, Zone: time.UTC, Version: "test",
		Storage: Storage{Open: func(_ context.Context, specs []model.SourceSpec) (model.Source, error) {
			opening.Lock() // grep opens several at once
			defer opening.Unlock()
			opened = specs[0].Address
			return src, nil
		}},
		Monitor: func(context.Context, ui.Options) error {
			return errors.New("the monitor was opened without a terminal")
		},
	})
	return stdout.String(), stderr.String(), code, opened
}

func TestHostileTextIsHarmlessInEveryForm(t *testing.T) {
	src := &fakeSource{all: []model.Experiment{hostile()}}
	for _, args := range [][]string{{"list", "x"}, {"list", "--csv", "x"}, {"list", "--json", "x"}, {"show", "x", "01"}, {"show", "--json", "x", "01"}, {"config", "x", "01"}} {
		out, errs, code, _ := call(src, nil, args...)
		if code != 0 {
			t.Errorf("%q: %s", args, errs)
		}
		if strings.ContainsAny(out, "\x1b\x07\r") || strings.Contains(out, "sk-abcdef") {
			t.Errorf("%q prints %q", args, out)
		}
	}
	table, _, _, _ := call(src, nil, "list", "--csv", "x")
	for _, cell := range strings.Split(strings.Split(table, "\n")[1], ",") {
		if cell = strings.Trim(cell, `"`); cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
			t.Errorf("a spreadsheet would run %q", cell)
		}
	}
}

func TestUnknownIsNull(t *testing.T) {
	out, _, _, _ := call(&fakeSource{all: []model.Experiment{hostile()}}, nil, "list", "--json", "x")
	var rows []map[string]any
	if err := json.Unmarshal([]byte(out), &rows); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"cur_t", "progress", "eta_seconds", "step", "steps"} {
		if v, there := rows[0][name]; v != nil || !there {
			t.Errorf("%s is %v", name, v)
		}
	}
	if !strings.Contains(rows[0]["error"].(string), "gone") || rows[0]["status_name"] != "running" {
		t.Errorf("row %v", rows[0])
	}
	if out, _, _, _ := call(&fakeSource{}, nil, "list", "--json", "x"); strings.TrimSpace(out) != "[]" {
		t.Errorf("no experiments are %q", out)
	}
}

func TestExitCodes(t *testing.T) {
	for want, sentinels := range map[int][]error{
		1: {errors.New("\x1b[2Jodd"), model.ErrFull, model.ErrImport, model.ErrReadOnly, model.ErrNotOffered, model.ErrNoData},
		2: {model.ErrUsage},
		3: {model.ErrUnreachable, model.ErrServer, model.ErrNotEndpoint, model.ErrAnswer, model.ErrUnauthorized, model.ErrForbidden},
		4: {model.ErrNoExperiment, model.ErrAmbiguous},
		5: {model.ErrLocked, model.ErrRecorder},
		6: {model.ErrNoLab, model.ErrNotLab, model.ErrNewer, model.ErrDamaged, model.ErrUnreadable},
	} {
		for _, err := range sentinels {
			_, errs, code, _ := call(&fakeSource{err: fmt.Errorf("read: %w", err)}, nil, "list", "x")
			if code != want || strings.Count(errs, "\n") != 1 || strings.Contains(errs, "\x1b") {
				t.Errorf("%v: exit code %d: %q", err, code, errs)
			}
		}
	}
}

func TestASignalIsTheExitCode(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(Signal(syscall.SIGTERM))
	if code := exitCode(signalled(ctx, ctx.Err())); code != 143 {
		t.Errorf("exit code %d", code)
	}
}

func TestTheDefaultSource(t *testing.T) {
	for _, tc := range []struct {
		environ []string
		want    string
	}{
		{[]string{"SOCIETOP_SOURCE=a.db", "XDG_DATA_HOME=/data", "HOME=/me"}, "a.db"},
		{[]string{"XDG_DATA_HOME=/data", "HOME=/me"}, "/data/societop/lab.db"},
		{[]string{"XDG_DATA_HOME=data", "HOME=/me"}, "/me/.local/share/societop/lab.db"},
		{[]string{"HOME=/me", "TERM=dumb"}, "/me/.local/share/societop/lab.db"},
	} {
		if _, errs, code, opened := call(&fakeSource{}, tc.environ, "list"); opened != tc.want || code != 0 {
			t.Errorf("%q opens %q, want %q: %s", tc.environ, opened, tc.want, errs)
		}
	}
	if _, _, code, _ := call(&fakeSource{}, nil, "list"); code != 2 {
		t.Errorf("without a home: exit code %d", code)
	}
}
