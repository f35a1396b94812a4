package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"
)

func newInfo(env *Env, out io.Writer) *cobra.Command {
	var access accessFlags
	var form formatFlags
	cmd := &cobra.Command{
		Use:   "info [SOURCE]",
		Short: "Tell what this program and a source are",
		Long:  "Tell what this program and a source are.\n\n" + theSOURCE,
		Args:  takes(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := form.format(env)
			if err != nil {
				return err
			}
			return env.info(cmd.Context(), out, args, access, form)
		},
	}
	access.add(cmd.Flags())
	form.add(cmd.Flags(), false)
	return cmd
}

// info prints what is known of a source even where the rest fails.
func (e *Env) info(ctx context.Context, out io.Writer, args []string, access accessFlags, form format) (err error) {
	address, err := e.source(args)
	if err != nil {
		return err
	}
	src, err := e.open(ctx, []string{address}, access)
	if err != nil {
		return err
	}
	defer closing(src, &err)
	facts := []fact{
		{"version", e.Version, "societop", e.Version},
		{"source", src.Info().Address.String(), "source", src.Info().Address.String()},
		{"kind", src.Info().Kind, "kind", src.Info().Kind},
	}
	more, failed := e.factsOf(ctx, src, address)
	if err := printFactsAs(out, form, append(facts, more...)); err != nil {
		return err
	}
	return failed
}
