package cli

import (
	"cmp"
	"context"
	"io"
	"slices"

	"github.com/google/uuid"

	"societop/model"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// listFlags choose and order experiments.
type listFlags struct{ filter, sort string }

func (f *listFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.filter, "filter", "", `show only what matches, such as "status:running progress<50"`)
	flags.StringVar(&f.sort, "sort", "", "sort by this key; \"-\" before it reverses the order")
}

// parse reads both; what is wrong with them is wrong usage.
func (f *listFlags) parse(e *Env) (query model.Query, order model.Sort, err error) {
	if query, err = model.ParseQuery(f.filter); err == nil {
		order, err = model.ParseSort(f.sort)
	}
	if err == nil && order.Key == model.ByCost && e.prices == nil {
		err = model.Usagef("no costs to sort by; --prices names a file with the prices of models")
	}
	return query, order, err
}

// listChoice is which experiments list prints, in which order, and what of them.
type listChoice struct {
	listFlags
	columns []string
}

func newList(env *Env, out io.Writer) *cobra.Command {
	var choice listChoice
	cmd := env.onSource(&cobra.Command{
		Use:        "list [SOURCE...]",
		SuggestFor: []string{"ls", "ps", "experiments"},
		Short:      "Print the experiments",
		Long: `Print the experiments.

On a terminal, lines fit its width: ids are shortened as far as they stay unique, and long names
are cut. In a pipe or a file, and with --plain, nothing is cut.

` + filterHelp() + "\n" + sortHelp() + "\n" + columnHelp() + "\n\n" + theSOURCE,
		PreRunE: func(*cobra.Command, []string) error { return choice.check(env) },
	}, rowForms, func(ctx context.Context, r request) error { return env.list(ctx, out, r.src, choice, r.form) })
	choice.add(cmd.Flags())
	uses(cmd, "filter", "sort")
	addView(cmd.Flags())
	addPrices(env, cmd.Flags())
	cmd.Flags().StringArrayVar(&choice.columns, "columns", nil, "print these `FIELDS`, in this order, such as id,status,eta,name;\nthis also selects the fields of JSON and CSV, which by default have all")
	return cmd
}

// check fails if a flag has a wrong value.
func (c *listChoice) check(e *Env) error {
	_, _, err := c.parse(e)
	if err == nil {
		_, err = parseColumns(c.columns)
	}
	return err
}

// list prints the experiments of a source.
func (e *Env) list(ctx context.Context, out io.Writer, src model.Source, choice listChoice, form format) error {
	query, order, err := choice.parse(e)
	if err != nil {
		return err
	}
	names, err := parseColumns(choice.columns)
	if err != nil {
		return err
	}
	if len(names) == 0 && form.kind == asText {
		names = configuredColumns(&e.conf.layers)
	}
	e.conf.tellFilter(e, choice.filter)
	all, err := e.read(ctx, src, form.kind != asText || query.NeedsErrors() || slices.Contains(names, "error"))
	if err != nil {
		return err
	}
	l := listing{now: all.now.In(e.Zone), priced: all.lab.Priced(), id: uuid.UUID.String}
	if all.lab.Sources().Several() {
		l.source, l.widest = all.lab.Sources().Short, widest(all.lab.Sources().Names())
	}
	if form.width > 0 {
		l.id = all.lab.ShortIDs()
	}
	if form.kind == asText {
		e.tellLiveness(all.lab)
	}
	var learn func(*model.Selection)
	if estimated(names) || order.Key == model.ByETA {
		learn = func(sel *model.Selection) { all.learn(ctx, src, all.firstRunning(sel)) }
	}
	if err := listSheet(names, l).print(out, form, all.rows(ctx, query, order, learn)); err != nil {
		return err
	}
	return cmp.Or(ctx.Err(), all.absent)
}
