package cli

import (
	"context"
	"fmt"
	"io"
	"slices"

	"societop/model"
	"societop/ui/human"

	"github.com/spf13/cobra"
)

func newExport(env *Env, out io.Writer) *cobra.Command {
	x := exporting{env: env, out: out}
	var replace bool
	var access accessFlags
	cmd := onSourceBy(env, &access, &cobra.Command{
		Use:   "export SOURCE EXP... [FILE.zip]",
		Short: "Write an experiment as an export zip, or several into a new lab file",
		Long: `Write an experiment as the zip that AgentSociety's own export is, which AgentSociety's users and
` + "`societop import`" + ` read. With --lab, copy one or several experiments with all that the source has
of them into a new lab file.

The file is complete when it appears under its name. The config is in it as it is, with any keys
that it holds.

` + aboutSOURCE + `
An endpoint makes one request at a time and pauses as long as each took. It keeps the ids of
metrics to itself, and gives out artifacts.json only in answer to a POST, which changes nothing
and is sent only with --write.
` + aboutEXP,
		Example: `  societop export lab.db baseline baseline.zip
  societop export --lab for-anna.db lab.db baseline 51b2d179`,
		PreRunE: func(_ *cobra.Command, args []string) error { return x.choose(args) },
	}, ownForm, func(ctx context.Context, r request) error {
		return x.run(ctx, r.src, model.ExportOptions{Replace: replace})
	})
	cmd.Flags().StringVar(&x.lab, "lab", "", "write a new lab `FILE` instead of a zip")
	cmd.Flags().BoolVar(&access.write, "write", false, "allow the POST by which an endpoint gives out artifacts.json")
	cmd.Flags().BoolVar(&replace, "force", false, "replace a file that exists")
	return cmd
}

// exporting is the command export.
type exporting struct {
	env  *Env
	out  io.Writer
	lab  string // the lab file to write; empty: a zip
	path string // the file to write
	exps []string
}

// choose finds out which arguments are experiments, and which one is a file.
func (x *exporting) choose(args []string) (err error) {
	x.exps = args[1:]
	if x.lab != "" {
		x.path, err = lab(x.lab)
		return err
	}
	switch last := len(x.exps) - 1; {
	case last == 0:
		return usagef("export needs SOURCE, EXP and FILE.zip, or --lab: FILE.zip is missing")
	case last > 1:
		return usagef("a zip holds one experiment; to write several into a lab file, use --lab")
	case x.exps[last] == "":
		return usagef("the name of the zip is empty")
	default:
		x.path, x.exps = x.exps[last], x.exps[:last]
	}
	return nil
}

// run writes the file.
func (x *exporting) run(ctx context.Context, src model.Source, o model.ExportOptions) error {
	keys, err := x.keys(ctx, src)
	if err != nil {
		return err
	}
	bar := x.env.bar("export")
	var report model.ExportReport
	if x.lab != "" {
		report, err = x.env.ExportLab(ctx, src, keys, x.path, o, bar.draw)
	} else {
		report, err = x.env.Export(ctx, src, keys[0], x.path, o, bar.draw)
	}
	bar.clear()
	if err != nil {
		return err
	}
	for _, why := range report.LeftOut {
		if _, err := fmt.Fprintf(x.env.Err, "societop: left out: %s\n", why); err != nil {
			return err
		}
	}
	line := counted(human.CountOf(report.Experiments, "experiment")+" written", report.Agents, report.Frames, report.Messages, report.Answers)
	_, err = fmt.Fprintf(x.out, "%s · %s\n", line, human.Bytes(report.Bytes))
	return err
}

// keys finds the experiments, each once.
func (x *exporting) keys(ctx context.Context, src model.Source) (keys []model.Key, err error) {
	if len(x.exps) == 1 {
		one, err := x.env.resolve(ctx, src, x.exps[0])
		return []model.Key{one.Key}, err
	}
	all, err := x.env.read(ctx, src, false)
	if err != nil {
		return nil, err
	}
	for _, exp := range x.exps {
		k, err := all.find(exp)
		if err != nil {
			return nil, all.unlessAbsent(err)
		}
		if !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	return keys, nil
}
