package cli

import (
	"bufio"
	"context"
	"fmt"
	"time"

	"societop/model"

	"github.com/spf13/cobra"
)

func newWatch(env *Env, out *bufio.Writer) *cobra.Command {
	var filter string
	w := &watcher{env: env, out: out}
	var interval time.Duration
	cmd := env.onSource(&cobra.Command{
		Use:   "watch [SOURCE]",
		Short: "Print a line for each change until interrupted",
		Long: `Print a line for each change until interrupted: for logs, screen readers, and slow links.

Experiments that exist at the start are only counted. Each event is one line. With --json it is
an object with the fields of list --json, plus event, what, from, to, event_id and at. The same
event has the same event_id in every process. An unreachable source is retried until it answers.
A message on standard error says when the source stops being live, such as a lab file without
a recorder. Until it is live again, no run is reported as quiet or stalled.

` + eventHelp() + "\n" + filterHelp() + "\n" + theSOURCE,
		PreRunE: func(*cobra.Command, []string) (err error) {
			if w.query, err = model.ParseQuery(filter); err == nil && interval < minInterval {
				err = usagef("--interval must be at least %s", minInterval)
			}
			return err
		},
	}, ownForm, func(ctx context.Context, r request) error { return env.watch(ctx, r.src, interval, w) })
	cmd.Flags().StringVar(&filter, "filter", "", `report only experiments that match, such as "status:running progress<50", before or after the change`)
	w.events.add(cmd.Flags())
	addPrices(env, cmd.Flags())
	cmd.Flags().BoolVar(&w.json, "json", false, "print one JSON object per line")
	lapseVar(cmd.Flags(), &interval, "interval", 2*time.Second, "time between readings")
	return cmd
}

// watch prints the changes of a source until ctx is done.
func (e *Env) watch(ctx context.Context, src model.Source, interval time.Duration, w *watcher) error {
	w.begin(src)
	w.feed.budget.Interval = interval
	if err := w.read(ctx); err != nil {
		return err
	}
	w.away = absence{}
	if live := w.feed.lab.Liveness(); !live.Live() { // that it is not live at the start is no event
		w.away = absence{since: e.Now(), why: live.Why.String(), told: true}
	}
	e.tell(w.opening())
	for poll := e.poll(src, interval); ; {
		if err := w.rest(ctx, poll.delay()); err != nil {
			return err
		}
		err := w.read(ctx)
		poll.took(ctx, err)
		if ctx.Err() == nil {
			w.see(err)
		}
		if w.failed != nil {
			return fmt.Errorf("write the output: %w", w.failed)
		}
	}
}

// rest waits, and meanwhile reports a source that has been away for long enough. It fails when ctx
// is done.
func (w *watcher) rest(ctx context.Context, d time.Duration) error {
	if lost, ok := w.untilLost(); ok && lost < d {
		_ = model.Sleep(ctx, lost)
		w.tellAbsence()
		d -= max(lost, 0)
	}
	_ = model.Sleep(ctx, d)
	return context.Cause(ctx)
}
