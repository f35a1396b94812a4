package cli

import (
	"context"
	"errors"
	"io"
	"slices"

	"societop/model"

	"github.com/spf13/cobra"
)

// forms are the formats in which a command prints its data.
type forms int8

const (
	ownForm    forms = iota // the command has flags of its own, or none
	objectForm              // text and JSON
	rowForms                // text, JSON and CSV
)

// request is what a command on a source is asked.
type request struct {
	args    []string           // after the sources
	specs   []model.SourceSpec // the sources
	src     model.Source       // all of them as one
	form    format
	tenants []string // of --tenant
}

// onSource makes cmd a command on the source, or the sources, that its arguments name by its Use: it
// adds the flags of sources and formats, and calls run with the source, which it closes afterwards.
func (e *Env) onSource(cmd *cobra.Command, forms forms, run func(context.Context, request) error) *cobra.Command {
	return onSourceBy(e, new(accessFlags), cmd, forms, run)
}

// onSourceBy is onSource with flags of access to which cmd adds some.
func onSourceBy(e *Env, access *accessFlags, cmd *cobra.Command, forms forms, run func(context.Context, request) error) *cobra.Command {
	var form formatFlags
	access.add(cmd.Flags())
	if forms != ownForm {
		form.add(cmd.Flags(), forms == rowForms)
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		sources := sourceArgs(cmd, args)
		r := request{args: args[len(sources):], tenants: access.tenants}
		if r.form, err = form.format(e); err != nil {
			return err
		}
		if r.specs, err = e.specs(sources, *access); err != nil {
			return err
		}
		if err := paceFlag(cmd, r.specs); err != nil {
			return err
		}
		if r.src, err = e.open(cmd.Context(), r.specs, r.tenants); err != nil {
			return err
		}
		defer closing(r.src, &err)
		return run(cmd.Context(), r)
	}
	return cmd
}

// onExperiment makes cmd a command on the experiment that its arguments SOURCE and EXP name. Its
// help begins with the Short text unless there is a longer one.
func (e *Env) onExperiment(cmd *cobra.Command, forms forms, run func(context.Context, subject, format) error) *cobra.Command {
	if cmd.Long == "" {
		cmd.Long = cmd.Short + "."
	}
	cmd.Use += " SOURCE EXP"
	cmd.Long += "\n\n" + aboutSOURCE + "\n" + aboutEXP
	return e.onSource(cmd, forms, func(ctx context.Context, r request) error {
		one, err := e.resolve(ctx, r.src, r.args[0])
		if err != nil {
			return err
		}
		return one.missing(run(ctx, one, r.form))
	})
}

// onLab makes cmd a command on the lab file that its last argument names. It calls run with the
// arguments before that.
func onLab(cmd *cobra.Command, run func(ctx context.Context, args []string, path string) error) *cobra.Command {
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		last := len(args) - 1
		for _, arg := range args {
			if err := model.RefuseKeywords(arg, exists); err != nil {
				return err
			}
		}
		path, err := lab(args[last])
		if err != nil {
			return err
		}
		return run(cmd.Context(), args[:last], path)
	}
	return cmd
}

// begun returns err unless it says that the experiment has not started. In that case there is
// nothing to print yet; a message says so, and the command succeeds.
func (e *Env) begun(err error) error {
	if errors.Is(err, model.ErrNotStarted) {
		e.tell(model.Explain(err).String())
		return nil
	}
	return err
}

// printRows prints rows; err is the error of reading them.
func printRows[T any](e *Env, out io.Writer, form format, s sheet[T], rows []T, err error) error {
	if err := e.begun(err); err != nil {
		return err
	}
	return s.print(out, form, slices.Values(rows))
}
