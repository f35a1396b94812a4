package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"
)

func newInfo(env *Env, out io.Writer) *cobra.Command {
	return env.onSource(&cobra.Command{
		Use:   "info [SOURCE]",
		Short: "Print information about societop and a source",
		Long:  "Print information about societop and a source.\n\n" + theSOURCE,
	}, objectForm, func(ctx context.Context, r request) error { return env.info(ctx, out, r) })
}

// info prints what is known of a source even where the rest fails.
func (e *Env) info(ctx context.Context, out io.Writer, r request) error {
	is := r.src.Info()
	facts := []fact{
		{"version", e.Version, "societop", e.Version},
		{"source", is.Address.String(), "source", is.Address.String()},
		{"kind", is.Kind, "kind", is.Kind},
	}
	more, failed := e.factsOf(ctx, r.src, r.address)
	if failed == nil {
		tellTenants(ctx, e, r.src)
	}
	if err := printFactsAs(out, r.form, append(facts, more...)); err != nil {
		return err
	}
	return failed
}
