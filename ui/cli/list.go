package cli

import (
	"context"
	"io"
	"iter"

	"societop/model"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// listFlags choose and order experiments.
type listFlags struct{ filter, sort string }

func (f *listFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.filter, "filter", "", `show only what fits, such as "status:running progress<50"`)
	flags.StringVar(&f.sort, "sort", "", "order by created, updated, name, status, progress, eta, tokens, day or id;\n\"-\" before it turns it round")
}

// parse reads both; what is wrong with them is wrong usage.
func (f *listFlags) parse() (query model.Query, order model.Sort, err error) {
	if query, err = model.ParseQuery(f.filter); err == nil {
		order, err = model.ParseSort(f.sort)
	}
	return query, order, err
}

func newList(env *Env, out io.Writer) *cobra.Command {
	var choice listFlags
	var access accessFlags
	var form formatFlags
	cmd := &cobra.Command{
		Use: "list [SOURCE]", SuggestFor: []string{"ls", "ps", "experiments"},
		Short: "Print the experiments",
		Long:  "Print the experiments.\n\n" + theSOURCE,
		Args:  takes(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := form.format()
			if err != nil {
				return err
			}
			return env.list(cmd.Context(), out, args, access, choice, form)
		},
	}
	access.add(cmd.Flags())
	choice.add(cmd.Flags())
	form.add(cmd.Flags(), true)
	return cmd
}

// list prints the experiments of a source.
func (e *Env) list(ctx context.Context, out io.Writer, args []string, access accessFlags, choice listFlags, form format) (err error) {
	query, order, err := choice.parse()
	if err != nil {
		return err
	}
	src, err := e.open(ctx, args, access)
	if err != nil {
		return err
	}
	defer closing(src, &err)
	all, err := e.read(ctx, src, form != plain || query.NeedsErrors())
	if err != nil {
		return err
	}
	s := sheet[view]{fields: view.fields, plain: func(w io.Writer, rows iter.Seq[view]) error {
		return printTable(w, rows, all.now.In(e.Zone))
	}}
	if err := s.print(out, form, all.rows(ctx, query, order)); err != nil {
		return err
	}
	return ctx.Err()
}
