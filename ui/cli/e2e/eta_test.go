//go:build unix

package e2e

import (
	"encoding/json"
	"math"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"societop/model"
	"societop/storage/remote/remotetest"
	"societop/ui/cli/clitest"
)

// halfDone starts a run of which half of the steps are done by now, and returns what a monitor knows
// that has watched it.
func halfDone(server *remotetest.Server) (*remotetest.Run, *model.Lab) {
	const steps = 800
	law, took := remotetest.DayAndNight(3), time.Duration(0)
	for i := range int64(steps / 2) {
		took += law(remotetest.StepStart(i))
	}
	start := time.Now().UTC().Add(-took - time.Second)
	run, lab := server.StartRun("a society", steps, remotetest.DayAndNight(3), start), model.NewLab()
	for at := start; !at.After(time.Now()); at = at.Add(time.Second) {
		run.Move(at)
		lab.Apply(model.Changes{Put: []model.Summary{run.Experiment.Summary}}, at)
	}
	return run, lab
}

// TestShowHasTheETAOfWhoWatched, on an endpoint, on a lab file into which that is recorded without
// its agents, and on a server of that file. The time of a step's row is told by who watches, and that
// of its statuses, a little later, by the history: the estimates may differ by a hundredth.
func TestShowHasTheETAOfWhoWatched(t *testing.T) {
	t.Parallel()
	society := remotetest.New()
	run, watched := halfDone(society)
	endpoint := remotetest.Listen(t, society)
	copied := filepath.Join(t.TempDir(), "lab.db")
	recorder := clitest.Start(t, exec.Command(string(program), "record", "--interval", "200ms", endpoint.URL, copied), 80, 10)
	recorder.Shows("recording")
	server := clitest.Start(t, exec.Command(string(program), "serve", "--listen", "127.0.0.1:0", copied), 120, 10)
	server.Matches(`http://[0-9.:]+`)
	for _, source := range []string{endpoint.URL, copied, regexp.MustCompile(`http://[0-9.:]+`).FindString(server.Screen())} {
		var got struct {
			Left  *float64 `json:"eta_seconds"`
			Low   *float64 `json:"eta_low_seconds"`
			High  *float64 `json:"eta_high_seconds"`
			Rough *bool    `json:"eta_rough"`
		}
		asked := time.Now()
		for { // the recorder has read them soon
			if err := json.Unmarshal([]byte(program.Done(t, "show", "--json", source, run.Experiment.Name.Raw())), &got); err != nil {
				t.Fatal(err)
			}
			if got.Left != nil && !*got.Rough || time.Since(asked) > time.Minute {
				break
			}
		}
		want := watched.Estimate(run.Experiment.Key, time.Now())
		near := func(got *float64, want time.Duration) bool {
			return got != nil && math.Abs(*got-want.Seconds()) <= 3+0.01*want.Seconds()
		}
		if !want.Known || want.Rough || !near(got.Left, want.Left) || !near(got.Low, want.Low) || !near(got.High, want.High) || *got.Rough {
			printed, _ := json.Marshal(got)
			t.Errorf("%s: %s, want %v (%v – %v)", source, printed, want.Left.Seconds(), want.Low.Seconds(), want.High.Seconds())
		}
	}
}
