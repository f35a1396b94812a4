package cli

import (
	"context"

	"societop/model"

	"github.com/spf13/cobra"
)

func newRecord(env *Env) *cobra.Command {
	var path string
	var o model.RecordOptions
	var flags recordFlags
	cmd := env.onSource(&cobra.Command{
		Use:   "record SOURCE LAB",
		Short: "Copy a source into a lab file, again at every tick",
		Long: `Copy a source into a lab file, again at every tick, until it is stopped. It may be stopped and
started again at any time: what is recorded is not read again, and nothing is lost or twice.

With --agents the frames, talk, surveys, metrics and logs of the runs are recorded, too, one
request at a time, with a rest after each that is as long as it took.

` + aboutSOURCE,
		PreRunE: func(_ *cobra.Command, args []string) (err error) {
			if o, err = flags.options(env); err == nil {
				path, err = lab(args[1])
			}
			return err
		},
	}, ownForm, func(ctx context.Context, r request) error {
		b := &recordBar{env: env, screen: env.screen(env.Err)}
		defer b.clear()
		return env.Record(ctx, r.src, path, o, model.RecordObserver{Say: b.say, Progress: b.draw})
	})
	flags.add(cmd.Flags())
	return cmd
}
