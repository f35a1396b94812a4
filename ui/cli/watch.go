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
	w := &watcher{env: env, out: out}
	var interval time.Duration
	cmd := env.onSource(&cobra.Command{
		Use:   "watch [SOURCE...]",
		Short: "Print a line for each change until interrupted, and alert people",
		Long: `Print a line for each change until interrupted: for logs, screen readers, and slow links.

Experiments that exist at the start are only counted. Each event is one line. With --json it is
an object with the fields of list --json, plus source, event, what, from, to, why, event_id, at
and text. The same event has the same event_id in every process. An unreachable source is retried
until it answers. A message on standard error says when the source stops being live, such as a lab
file without a recorder. Until it is live again, no run is reported as quiet or stalled.

` + alertHelp + "\n" + eventHelp() + "\n" + filterHelp() + "\n" + theSOURCE,
		PreRunE: func(*cobra.Command, []string) (err error) {
			if w.query, err = model.ParseQuery(w.filter); err != nil {
				return err
			}
			if interval < minInterval {
				if env.conf.given["interval"] {
					return usagef("--interval must be at least %s", minInterval)
				}
				interval = minInterval
			}
			if err := w.alerts.choose(env, &w.events); err != nil {
				return err
			}
			return w.alerts.check(env)
		},
	}, ownForm, func(ctx context.Context, r request) error {
		w.tenants = r.tenants
		return env.watch(ctx, r.src, interval, w)
	})
	flags := cmd.Flags()
	flags.StringVar(&w.filter, "filter", "", `report only experiments that match, such as "status:running progress<50", before or after the change`)
	w.events.add(flags)
	addPrices(env, flags)
	w.alerts.addFlags(flags)
	flags.BoolVar(&w.json, "json", false, "print one JSON object per line")
	lapseVar(flags, &interval, "interval", 2*time.Second, "time between readings")
	uses(cmd, "interval", "alerts.exec", "alerts.webhook", "alerts.webhook_file", "alerts.bell", "alerts.desktop", "alerts.state")
	return cmd
}

// alertHelp says how events reach people.
const alertHelp = `With --exec or --webhook, events also go to a command or a URL. What was told is kept in a file
(--state), so that nothing is told twice after a restart, and what happened meanwhile, up to a day
ago, is told then. If it is killed at the wrong moment, it tells an event again, with the same
event_id. The first start tells nothing that has already happened.

--exec runs sh -c COMMAND, at most 4 at once, for up to 30 s each. The environment has
SOCIETOP_EVENT, SOCIETOP_EVENT_ID, SOCIETOP_SOURCE, SOCIETOP_ID, SOCIETOP_NAME, SOCIETOP_STATUS,
SOCIETOP_FROM, SOCIETOP_AT and SOCIETOP_TEXT; always quote them: "$SOCIETOP_TEXT". A command that
fails is not run again. --webhook needs https, or http to this machine. It is retried until it
answers, for up to a day; an event that is refused (4xx) is given up.
`

// watch prints the changes of a source until ctx is done.
func (e *Env) watch(ctx context.Context, src model.Source, interval time.Duration, w *watcher) error {
	resumed, err := w.begin(src, sourceName(src))
	if err != nil {
		return err
	}
	defer w.alerts.close()
	w.feed.budget.Interval = interval
	poll, opened := e.poll(src, interval), false
	for {
		err := w.read(ctx)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		switch {
		case opened:
			poll.took(ctx, err)
			w.see(err, false)
		case err == nil:
			poll.took(ctx, nil)
			w.see(nil, true)
			w.settle() // from now on nothing is lost
			e.tell(w.opening())
			opened = true
		case !resumed:
			return err
		default: // it has answered a former watch
			poll.took(ctx, err)
			w.see(err, false)
		}
		if w.settle(); w.failed != nil {
			return fmt.Errorf("write the output: %w", w.failed)
		}
		if err := w.rest(ctx, poll.delay()); err != nil {
			return err
		}
	}
}
