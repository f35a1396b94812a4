package cli

import (
	"context"

	"societop/model"

	"github.com/spf13/cobra"
)

func newRecord(env *Env) *cobra.Command {
	var access accessFlags
	var flags recordFlags
	cmd := &cobra.Command{
		Use:   "record SOURCE LAB",
		Short: "Copy a source into a lab file, again at every tick",
		Long: `Copy a source into a lab file, again at every tick, until it is stopped. It may be stopped and
started again at any time: what is recorded is not read again, and nothing is lost or twice.

With --agents the frames, talk, surveys, metrics and logs of the runs are recorded, too, one
request at a time, with a rest after each that is as long as it took.

` + aboutSOURCE,
		Args: takes(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := flags.options(env)
			if err != nil {
				return err
			}
			return env.record(cmd.Context(), args, access, o)
		},
	}
	access.add(cmd.Flags())
	flags.add(cmd.Flags())
	return cmd
}

// record copies a source into a lab file.
func (e *Env) record(ctx context.Context, args []string, access accessFlags, o model.RecordOptions) (err error) {
	path, err := lab(args[1])
	if err != nil {
		return err
	}
	src, err := e.open(ctx, args[:1], access)
	if err != nil {
		return err
	}
	defer closing(src, &err)
	b := &recordBar{env: e, screen: e.screen(e.Err)}
	defer b.clear()
	return e.Record(ctx, src, path, o, model.RecordObserver{Say: b.say, Progress: b.draw})
}
