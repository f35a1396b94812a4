package cli

import (
	"context"
	"errors"
	"io"
	"slices"

	"societop/model"

	"github.com/spf13/cobra"
)

// newPane is a command that prints one pane's data of an experiment.
func newPane(env *Env, name, short string, show func(context.Context, subject, format) error) *cobra.Command {
	var access accessFlags
	var form formatFlags
	cmd := &cobra.Command{
		Use:   name + " SOURCE EXP",
		Short: short,
		Long:  short + ".\n\n" + aboutSOURCE + "\n" + aboutEXP,
		Args:  takes(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := form.format(env)
			if err != nil {
				return err
			}
			return env.experiment(cmd.Context(), args, access, func(one subject) error {
				return show(cmd.Context(), one, form)
			})
		},
	}
	access.add(cmd.Flags())
	form.add(cmd.Flags(), true)
	return cmd
}

// begun is err, unless it says that the experiment has not started: then there is nothing to
// print yet, which is told, and is no failure.
func (e *Env) begun(err error) error {
	if errors.Is(err, model.ErrNotStarted) {
		e.tell(model.Explain(err).String())
		return nil
	}
	return err
}

// printRows prints what a reading has brought; err is how the reading failed.
func printRows[T any](e *Env, out io.Writer, form format, s sheet[T], rows []T, err error) error {
	if err := e.begun(err); err != nil {
		return err
	}
	return s.print(out, form, slices.Values(rows))
}
