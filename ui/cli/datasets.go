package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"societop/model"
	"societop/model/text"
	"societop/ui/human"
)

// tableFlags choose rows of a dataset.
type tableFlags struct {
	agent     agentSet
	steps     stepsFlag
	limit     int
	newest    bool
	ambiguous bool
}

func newTable(env *Env, out io.Writer) *cobra.Command {
	var f tableFlags
	cmd := &cobra.Command{
		Use:   "table SOURCE EXP [DATASET]",
		Short: "Print a dataset of an AgentSociety 2 run, or list its datasets",
		Long: `Print the rows of a dataset that a run of AgentSociety 2 writes, or list its datasets.

DATASET is the id of a dataset, such as mobility.agent_state, or the name of its table. Without it
the datasets are listed, with their columns in JSON. Runs of AgentSociety 1 have none.

JSON is an array of objects with the names of the columns, in their order. A value is what the run
wrote: JSON inside a text is decoded, an integer keeps all its digits, NaN and what is missing are
null. Rows are in the order that the dataset asks for.

Where a run was resumed, a row may be there twice with different values, and it is not known which
is newer. One of them is printed, and a message says how many rows that is; with --ambiguous each row
has a member _ambiguous, which is true or false. Another message says which steps are not finished,
and how many damaged lines were left out.

` + aboutSOURCE + "\n" + aboutEXP,
		Example: `  societop table runs/ sim-7
  societop table --csv runs/ sim-7 economy.agent_state > economy.csv
  societop table --json --step 10-19 --agent 3 runs/ sim-7 mobility.agent_state | jq '.[].lng'`,
	}
	env.onSource(cmd, rowForms, func(ctx context.Context, r request) error {
		if err := f.check(len(r.args) > 1); err != nil {
			return err
		}
		one, err := env.resolve(ctx, r.src, r.args[0])
		if err != nil {
			return err
		}
		if len(r.args) == 1 {
			return one.missing(listDatasets(ctx, env, out, &one, r.form))
		}
		return one.missing(f.print(ctx, env, out, &one, r.args[1], r.form))
	})
	f.add(cmd)
	return cmd
}

func (f *tableFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.Var(&f.agent, "agent", "only rows of these agents, such as 7 or 3,7,10-20; repeatable")
	flags.Var(&f.steps, "step", "only rows of these steps, from 0, such as 7 or 10-19")
	flags.IntVar(&f.limit, "limit", 0, "print only the first `N` rows; 0 prints all")
	flags.BoolVar(&f.newest, "newest", false, "with --limit: the last rows instead of the first")
	flags.BoolVar(&f.ambiguous, "ambiguous", false, "add to each row whether it is ambiguous, as _ambiguous")
}

// check returns what is wrong with the flags.
func (f *tableFlags) check(dataset bool) error {
	switch {
	case f.limit < 0:
		return usagef("--limit can't be negative")
	case f.newest && f.limit == 0:
		return usagef("--newest needs --limit")
	case !dataset && (f.limit > 0 || f.ambiguous || f.agent.some() || f.steps.given):
		return usagef("--agent, --step, --limit and --ambiguous need a DATASET")
	}
	return nil
}

// stepsFlag is a flag that chooses one step, or several in a row.
type stepsFlag struct {
	from, to int // the first one, and the one after the last
	given    bool
}

// stepRange is one step, or two with a dash between them.
var stepRange = regexp.MustCompile(`^([0-9]+)(?:(?:-|\.\.)([0-9]+))?$`)

// Set takes "7" or "10-19".
func (s *stepsFlag) Set(words string) error {
	parts := stepRange.FindStringSubmatch(strings.ReplaceAll(words, " ", ""))
	if parts == nil {
		return fmt.Errorf("is a step, such as 7, or several, such as 10-19, not %q", words)
	}
	from, err := strconv.Atoi(parts[1])
	last := from
	if parts[2] != "" && err == nil {
		last, err = strconv.Atoi(parts[2])
	}
	switch {
	case err != nil || last == int(^uint(0)>>1):
		return fmt.Errorf("has no step as large as in %q", words)
	case last < from:
		return fmt.Errorf("has the first step first: %d-%d, not %s", last, from, words)
	}
	*s = stepsFlag{from, last + 1, true}
	return nil
}

// String is the flag as it is written.
func (s *stepsFlag) String() string {
	switch {
	case !s.given:
		return ""
	case s.to == s.from+1:
		return strconv.Itoa(s.from)
	}
	return fmt.Sprintf("%d-%d", s.from, s.to-1)
}

// Type is the name of the value in help texts.
func (s *stepsFlag) Type() string { return "steps" }

// catalogOf reads the datasets of an experiment.
func catalogOf(ctx context.Context, one *subject) (model.DatasetReader, []model.Dataset, error) {
	none := &model.Error{
		Op: "read", Address: one.src.Info().Address.String(), Err: model.ErrNotOffered,
		Detail: "only runs of AgentSociety 2 write datasets", Remedy: "`societop metrics` and `societop agents` print what there is",
	}
	if one.Dir != nil {
		none.Detail = "the run has written no rows, as with --replay-disable"
	}
	r, ok := one.society().(model.DatasetReader)
	if !ok {
		return nil, nil, none
	}
	all, err := r.Datasets(ctx)
	if errors.Is(err, model.ErrNotOffered) {
		err = none
	}
	return r, all, err
}

// listDatasets prints what datasets a run has.
func listDatasets(ctx context.Context, env *Env, out io.Writer, one *subject, form format) error {
	_, all, err := catalogOf(ctx, one)
	s := sheet[model.Dataset]{datasetFields, []column{
		left("DATASET"), left("KIND"), right("ROWS"), left("STATE"), left("CAPABILITIES"), left("TITLE"),
	}, datasetTexts, true}
	if form.kind == asJSON {
		s.fields = func(d model.Dataset) []field {
			return append(datasetFields(d), field{"columns", columnFields(d.Columns)})
		}
	}
	return printRows(env, out, form, s, all, err)
}

func datasetFields(d model.Dataset) []field {
	var can []string
	for _, c := range d.Capabilities {
		can = append(can, c.String())
	}
	return []field{
		{"dataset", d.ID},
		{"table", d.Table},
		{"module", known(!d.Module.Empty(), d.Module)},
		{"kind", string(d.Kind)},
		{"rows", known(d.Rows >= 0, d.Rows)},
		{"ambiguous", d.Ambiguous},
		{"damaged", d.Damaged},
		{"entity_key", known(!d.EntityKey.Empty(), d.EntityKey)},
		{"step_key", known(!d.StepKey.Empty(), d.StepKey)},
		{"time_key", known(!d.TimeKey.Empty(), d.TimeKey)},
		{"capabilities", strings.Join(can, " ")},
		{"title", known(!d.Title.Empty(), d.Title)},
		{"description", known(!d.Description.Empty(), d.Description)},
	}
}

// columnFields are the columns of a dataset.
func columnFields(all []model.Column) (out [][]field) {
	for _, c := range all {
		out = append(out, []field{
			{"name", c.Name},
			{"type", known(!c.Type.Empty(), c.Type)},
			{"logical_type", known(!c.Logical.Empty(), c.Logical)},
			{"analysis_role", known(!c.Role.Empty(), c.Role)},
			{"unit", known(!c.Unit.Empty(), c.Unit)},
			{"title", known(!c.Title.Empty(), c.Title)},
			{"description", known(!c.Description.Empty(), c.Description)},
		})
	}
	return out
}

func datasetTexts(d model.Dataset) []string {
	var can []string
	for _, c := range d.Capabilities {
		can = append(can, c.String())
	}
	return []string{d.ID.String(), string(d.Kind), orUnknown(d.Rows >= 0, strconv.Itoa(d.Rows)), strings.Join(human.State(&d), ", "), strings.Join(can, " "), d.Title.String()}
}

// datasetNamed is the dataset that a name means: its id, or its table; whatever its case if that is
// no other's.
func datasetNamed(all []model.Dataset, name string) (*model.Dataset, error) {
	for _, same := range []func(t text.Text) bool{
		func(t text.Text) bool { return t.Raw() == name || t.String() == name },
		func(t text.Text) bool { return text.CompareFold(t.String(), name) == 0 },
	} {
		for i := range all {
			if same(all[i].ID) || same(all[i].Table) {
				return &all[i], nil
			}
		}
	}
	var names []string
	for i := range all {
		names = append(names, all[i].ID.String())
	}
	detail := "the run has no datasets"
	if len(names) > 0 {
		detail = text.Meant(name, names)
		if !strings.HasPrefix(detail, "there are") {
			detail += " There are " + strings.Join(names, ", ")
		}
	}
	return nil, &model.Error{Op: "find", Address: text.Clean(name).String(), Err: model.ErrNoDataset, Detail: detail}
}
