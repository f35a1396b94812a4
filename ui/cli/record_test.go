package cli

import (
	"bytes"
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
)

// recording is a call of record, with what it asks for, on a terminal or not.
func recording(t *testing.T, screen bool, args ...string) (o model.RecordOptions, errs string, code int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	at := now
	code = Main(context.Background(), Env{
		Args:    append([]string{"record"}, args...),
		Streams: Streams{In: strings.NewReader(""), Out: &stdout, Err: &stderr, IsTerminal: func(any) bool { return screen }},
		Now:     func() time.Time { return at }, Zone: time.UTC,
		Storage: Storage{
			Open: func(context.Context, []model.SourceSpec) (model.Source, error) { return &fakeSource{}, nil },
			Record: func(_ context.Context, _ model.Source, lab string, asked model.RecordOptions, tell model.RecordObserver) error {
				if o = asked; lab != "lab.db" {
					t.Errorf("into %q", lab)
				}
				p := model.RecordProgress{Experiments: 13, Changed: 1200, Frames: 20, Pending: 30, Agents: 7, Unread: 2, Bytes: 3 << 20, BytesPerDay: math.NaN()}
				tell.Progress(p)
				tell.Say(text.Clean("飓风 \x1b[2Jfinished"), false)
				at = at.Add(time.Second)
				p.BytesPerDay = 5 << 30
				tell.Progress(p)
				return nil
			},
		},
	})
	if stdout.Len() > 0 {
		t.Errorf("data %q", stdout.String())
	}
	return o, stderr.String(), code
}

func TestRecordTellsHowItGoes(t *testing.T) {
	_, errs, code := recording(t, false, "http://lab-7", "lab.db")
	if code != 0 || errs != "12:00:00  飓风 \ufffd[2Jfinished\n" {
		t.Errorf("exit code %d: %q", code, errs)
	}
	_, errs, _ = recording(t, true, "http://lab-7", "lab.db")
	for _, want := range []string{"13 experiments, 1,200 changes, 20 of 50 frames, 7 agents to read, 2 runs not whole yet, 3.0 MiB", "5.0 GiB a day", "\r\x1b[K12:00:00  飓风 \ufffd[2Jfinished\n"} {
		if !strings.Contains(errs, want) {
			t.Errorf("no %q in %q", want, errs)
		}
	}
	if !strings.HasSuffix(errs, "\r\x1b[K") {
		t.Errorf("the line stays: %q", errs)
	}
}

func TestRecordsFlags(t *testing.T) {
	o, _, code := recording(t, false, "--agents", "--once", "--interval", "30s", "--max-size", "20GiB", "http://lab-7", "lab.db")
	if code != 0 || !o.Agents || !o.Once || o.Interval != 30*time.Second || o.MaxBytes != 20<<30 || o.Now == nil {
		t.Errorf("exit code %d: %+v", code, o)
	}
	for _, args := range [][]string{
		{"http://lab-7"},
		{"http://lab-7", "http://lab-8"},
		{"http://lab-7", ""},
		{"--interval", "1ms", "http://lab-7", "lab.db"},
		{"--max-size", "much", "http://lab-7", "lab.db"},
		{"--max-size", "0", "http://lab-7", "lab.db"},
	} {
		if _, errs, code := recording(t, false, args...); code != 2 || strings.Count(errs, "\n") != 1 {
			t.Errorf("%q: exit code %d: %s", args, code, errs)
		}
	}
}
