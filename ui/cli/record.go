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
		Use:   "record SOURCE... LAB",
		Short: "Copy a source into a lab file repeatedly",
		Long: `Copy one or several sources into a lab file repeatedly until interrupted. A later recording
resumes where this one stopped, without loss or duplicates.

With --agents, also record the frames, talk, surveys, metrics and logs of the runs. The recorder
makes one request at a time and pauses as long as each took.

` + aboutSOURCE,
		PreRunE: func(_ *cobra.Command, args []string) (err error) {
			if o, err = flags.options(env); err == nil {
				path, err = lab(args[len(args)-1])
			}
			return err
		},
	}, ownForm, func(ctx context.Context, r request) error {
		o.Interval = flags.interval // of the source, perhaps
		b := recordBar{env.bar("record")}
		defer b.clear()
		return env.Record(ctx, r.src, path, o, model.RecordObserver{Say: b.say, Progress: b.draw})
	})
	flags.add(cmd.Flags())
	return cmd
}
