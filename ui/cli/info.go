package cli

import (
	"context"
	"io"

	"societop/model"

	"github.com/spf13/cobra"
)

func newInfo(env *Env, out io.Writer) *cobra.Command {
	var form formatFlags
	cmd := &cobra.Command{
		Use:   "info [SOURCE]",
		Short: "Tell what this program and a source are",
		Args:  takes(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := form.format()
			if err != nil {
				return err
			}
			return env.info(cmd.Context(), out, args, form)
		},
	}
	form.add(cmd.Flags(), false)
	return cmd
}

// info prints what is known of a source even where the rest fails.
func (e *Env) info(ctx context.Context, out io.Writer, args []string, form format) (err error) {
	address, err := e.source(args)
	if err != nil {
		return err
	}
	src, err := e.Open(ctx, address, model.Access{})
	if err != nil {
		return err
	}
	defer closing(src, &err)
	info := src.Info()
	report, failed := e.Report(ctx, address)
	write := e.infoFacts
	if form == asJSON {
		write = e.infoObject
	}
	if err := write(out, info, report, failed == nil); err != nil {
		return err
	}
	return failed
}
