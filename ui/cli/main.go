package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"

	"societop/model"

	"github.com/spf13/cobra"
)

// Main runs the command that env.Args name and returns its exit code. An error is told on
// env.Err in one sentence. A ctx that a Signal ended gives that signal's code.
func Main(ctx context.Context, env Env) int {
	out := bufio.NewWriterSize(env.Out, 1<<16)
	err := model.Guard(func() error { return commands(&env, out).ExecuteContext(ctx) })
	if flushed := out.Flush(); err == nil && flushed != nil {
		err = fmt.Errorf("write the output: %w", flushed)
	}
	if err = signalled(ctx, err); err != nil {
		// Nobody is left to be told of a message that can't be written.
		_, _ = fmt.Fprintf(env.Err, "societop: %s\n", env.explain(err))
	}
	return exitCode(err)
}

// explain is what is said of a failure.
func (e *Env) explain(err error) string {
	var crash *model.Crash
	if errors.As(err, &crash) {
		return e.crashed(crash)
	}
	return model.Explain(err).String()
}

// commands is the tree of commands. They write their data to out; the monitor has the
// terminal of env for itself.
func commands(env *Env, out *bufio.Writer) *cobra.Command {
	root := newMonitor(env, out)
	root.AddCommand(
		newDemo(env, out),
		newRecord(env),
		newImport(env, out),
		newList(env, out),
		newShow(env, out),
		newConfig(env, out),
		newAgents(env, out),
		newTalk(env, out),
		newSurveys(env, out),
		newMetrics(env, out),
		newTimeline(env, out),
		newLog(env, out),
		newWatch(env, out),
		newWait(env, out),
		newServe(env),
		newCheck(env, out),
		newInfo(env, out),
		newVersion(env, out),
		newCompletion(out),
	)
	root.SetHelpCommand(newHelp())
	root.SetArgs(append([]string{}, env.Args...)) // nil would be os.Args
	root.SetOut(out)
	root.SetErr(env.Err)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usagef("%v", err) })
	return root
}

// takes accepts from lo to hi arguments. What cobra says by itself has no type and would not
// be known as wrong usage.
func takes(lo, hi int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < lo || len(args) > hi {
			return usagef("%d arguments do not fit `%s`", len(args), cmd.UseLine())
		}
		return nil
	}
}
