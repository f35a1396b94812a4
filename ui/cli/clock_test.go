package cli

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"societop/model"
)

// TestTheClockIsThatOfEnv: what a command says of ages is by the clock that it was given, on
// whatever day it runs.
func TestTheClockIsThatOfEnv(t *testing.T) {
	src := &fakeSource{all: []model.Experiment{run(1, "baseline", model.Running)}}
	for _, tc := range []struct {
		after time.Duration
		found bool
	}{{0, false}, {24 * time.Hour, true}, {400 * 24 * time.Hour, true}} {
		var out, errs bytes.Buffer
		code := Main(context.Background(), Env{
			Args:    []string{"list", "--plain", "--filter", "status:running stalled:yes", "x"},
			Streams: Streams{Out: &out, Err: &errs, IsTerminal: func(any) bool { return false }},
			Now:     func() time.Time { return now.Add(tc.after) }, Zone: time.UTC,
			Storage: Storage{Open: func(context.Context, []model.SourceSpec) (model.Source, error) { return src, nil }},
		})
		if code != 0 || strings.Contains(out.String(), "baseline") != tc.found {
			t.Errorf("%v after its last move: exit code %d\n%s%s", tc.after, code, out.String(), errs.String())
		}
	}
}
