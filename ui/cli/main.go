package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"

	"societop/model"
	"societop/model/text"

	"github.com/spf13/cobra"
)

// Main runs the command that env.Args name and returns its exit code. It prints an
// error on env.Err in one sentence. If a Signal ended ctx, the code is that of the signal.
func Main(ctx context.Context, env Env) int {
	env.settleZone()
	out := bufio.NewWriterSize(env.Out, 1<<16)
	var cmd *cobra.Command
	err := model.Guard(func() (err error) {
		cmd, err = commands(&env, out).ExecuteContextC(ctx)
		return err
	})
	if flushed := out.Flush(); err == nil && flushed != nil {
		err = fmt.Errorf("write the output: %w", flushed)
	}
	if err = signalled(ctx, err); err != nil {
		// Nobody is left to be told of a message that can't be written.
		_, _ = fmt.Fprintf(env.Err, "societop: %s\n", env.explain(cmd, err))
	}
	return exitCode(err)
}

// explain describes the failure of a command.
func (e *Env) explain(cmd *cobra.Command, err error) string {
	var crash *model.Crash
	switch {
	case errors.As(err, &crash):
		return e.crashed(crash)
	case cmd != nil && errors.Is(err, model.ErrUsage):
		return text.Clean(advised(cmd, err)).String()
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
		newExport(env, out),
		newList(env, out),
		newShow(env, out),
		newConfig(env, out),
		newAgents(env, out),
		newTalk(env, out),
		newSurveys(env, out),
		newMetrics(env, out),
		newTimeline(env, out),
		newTable(env, out),
		newLog(env, out),
		newGrep(env, out),
		newWatch(env, out),
		newWait(env, out),
		newMessage(env, out),
		newSurvey(env, out),
		newStop(env, out),
		newDelete(env, out),
		newServe(env),
		newStdio(env),
		newCheck(env, out),
		newInfo(env, out),
		newConfigFile(env, out),
		newVersion(env, out),
		newCompletion(out),
		newMan(out),
	)
	env.conf.addConfig(root)
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		defer env.sayZone(cmd)
		return configure(env, cmd)
	}
	for _, cmd := range root.Commands() {
		cmd.Args = checkArgs
	}
	root.SetHelpCommand(newHelp())
	completer{env}.register(root)
	root.SetArgs(append([]string{}, env.Args...)) // nil would be os.Args
	root.SetOut(out)
	root.SetErr(env.Err)
	root.SetFlagErrorFunc(env.flagError)
	return root
}
