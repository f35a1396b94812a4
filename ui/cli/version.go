package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

func newVersion(env *Env, out io.Writer) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(out, "societop %s\n", env.Version)
			return err
		},
	}
}
