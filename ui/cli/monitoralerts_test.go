//go:build unix

package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/ui"
)

// TestTheMonitorHandsOnWhatItReads to the command of the configuration, and says what the command says.
func TestTheMonitorHandsOnWhatItReads(t *testing.T) {
	told := filepath.Join(t.TempDir(), "told")
	environ, _ := withConfig(t, "[alerts]\nevents = [\"failed\", \"source-lost\"]\nexec = 'echo \"$SOCIETOP_EVENT $SOCIETOP_NAME\" >> \"$TOLD\"; echo heard'\n",
		"TERM=xterm", "TOLD="+told, "PATH="+os.Getenv("PATH"), "XDG_STATE_HOME="+t.TempDir())
	src := three()
	env, _, errs := onTerminal(src, "./x")
	env.Environ = environ
	env.Monitor = func(_ context.Context, o ui.Options) error {
		if o.Heard == nil {
			t.Fatalf("nobody listens: %s", o.Warning)
		}
		answer := func(put ...model.Experiment) model.Changes {
			c := model.Changes{Next: model.NewCursor("x"), Total: 3}
			for _, e := range put {
				c.Put = append(c.Put, e.Summary)
			}
			return c
		}
		var said []string
		hear := func(c model.Changes, err error) {
			for _, s := range o.Heard(c, err) {
				said = append(said, s.String())
			}
		}
		first := answer(src.all[:2]...)
		first.First, first.More = true, true
		hear(first, nil)
		hear(answer(src.all[2]), nil)
		failed := src.all[0]
		failed.Status, failed.Updated = model.Failed, now.Add(time.Second)
		hear(answer(failed), nil)
		hear(model.Changes{}, model.ErrUnreachable)
		for end := time.Now().Add(20 * time.Second); len(said) == 0 && time.Now().Before(end); {
			hear(answer(), nil)
			time.Sleep(time.Millisecond)
		}
		if got, _ := os.ReadFile(told); string(got) != "failed baseline\n" || strings.Join(said, "") != "--exec: heard" {
			t.Errorf("told %q, said %q", got, said)
		}
		return nil
	}
	if code := Main(t.Context(), env); code != 0 {
		t.Errorf("code %d: %s", code, errs)
	}
}
