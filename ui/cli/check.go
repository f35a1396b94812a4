package cli

import (
	"context"
	"fmt"
	"io"

	"societop/model"
	"societop/ui/human"

	"github.com/spf13/cobra"
)

func newCheck(env *Env, out io.Writer) *cobra.Command {
	return onLab(&cobra.Command{
		Use:   "check LAB",
		Short: "Check every page, key and value of a lab file",
		Long: `Check every page, key and value of a lab file, which may be compressed with gzip.

The exit code is 0 if the file is whole and 6 if it is damaged; what is wrong is printed.`,
	}, func(ctx context.Context, _ []string, path string) error {
		bar := env.bar("check")
		report, err := env.Check(ctx, path, bar.draw)
		bar.clear()
		if err != nil {
			return err
		}
		return printCheck(out, path, report)
	})
}

// printCheck prints what a check found. A file with a problem is damaged; how much of it is intact
// shows whether it is worth keeping.
func printCheck(out io.Writer, path string, report model.CheckReport) error {
	for _, problem := range report.Problems {
		if _, err := fmt.Fprintln(out, problem); err != nil {
			return err
		}
	}
	if n := len(report.Problems); n > 0 {
		right := fmt.Sprintf("problems: %d; right are %s values in %s pages", n, human.Steps(report.Values), human.Steps(report.Pages))
		return &model.Error{Op: "check", Address: path, Err: model.ErrDamaged, Detail: right}
	}
	_, err := fmt.Fprintf(out, "whole: %s experiments, %s pages, %s values, %s\n",
		human.Count(report.Experiments), human.Steps(report.Pages), human.Steps(report.Values), human.Bytes(report.Bytes))
	return err
}
