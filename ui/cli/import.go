package cli

import (
	"context"
	"fmt"
	"io"

	"societop/model"
	"societop/ui/human"

	"github.com/spf13/cobra"
)

func newImport(env *Env, out io.Writer) *cobra.Command {
	var tenants []string
	cmd := onLab(&cobra.Command{
		Use:   "import FILE... LAB",
		Short: "Import sqlite.db, export zips or run directories into a lab file",
		Long: `Import AgentSociety's sqlite.db, export zips or run directories into a lab file.

Each FILE is a sqlite.db or an export zip, which may be compressed with gzip, or a directory with
runs of AgentSociety 2. LAB is created if it does not exist. Importing again updates it.`,
		Example: `  societop import sqlite.db lab.db
  societop import export-*.zip lab.db
  societop import runs/2026-03-01 lab.db`,
	}, func(ctx context.Context, files []string, path string) error {
		bar := env.bar("import")
		report, err := env.Import(ctx, files, path, tenants, bar.draw)
		bar.clear()
		if err != nil {
			return err
		}
		if report.Missing != nil {
			env.tell(model.Explain(report.Missing).String())
		}
		for _, why := range report.LeftOut {
			if _, err := fmt.Fprintf(env.Err, "societop: left out: %s\n", why); err != nil {
				return err
			}
		}
		if report.Upgraded {
			if _, err := fmt.Fprintf(env.Err, "societop: %s was brought up to the schema of this version\n", path); err != nil {
				return err
			}
		}
		_, err = fmt.Fprintln(out, cameIn(&report))
		return err
	})
	addTenants(cmd.Flags(), &tenants)
	return cmd
}

// cameIn describes what an import brought in one line. It omits what there was none of.
func cameIn(r *model.ImportReport) string {
	line := counted(fmt.Sprintf("%s read, %s new or changed", human.CountOf(r.Experiments, "experiment"), human.Count(r.Changed)), r.Agents, r.Frames, r.Messages, r.Answers)
	if len(r.Tenants) > 0 {
		line += " · " + ofTenants(r.Tenants)
	}
	return line
}

// counted is a line with how many agents, frames, messages and answers there were. It omits what
// there was none of.
func counted(line string, agents, frames, messages, answers int) string {
	for _, part := range []struct {
		n    int
		name string
	}{{agents, "agent"}, {frames, "frame"}, {messages, "message"}, {answers, "answer"}} {
		if part.n > 0 {
			line += " · " + human.CountOf(part.n, part.name)
		}
	}
	return line
}
