package cli

import (
	"context"
	"errors"
	"io"
	"sync"

	"societop/model"

	"github.com/spf13/cobra"
)

func newInfo(env *Env, out io.Writer) *cobra.Command {
	return env.onSource(&cobra.Command{
		Use:   "info [SOURCE...]",
		Short: "Print information about societop and its sources",
		Long: `Print information about societop and a source, or about each of several: with --json, an array of
objects.

` + theSOURCE,
	}, objectForm, func(ctx context.Context, r request) error { return env.info(ctx, out, r) })
}

// info prints what is known of a source even where the rest fails.
func (e *Env) info(ctx context.Context, out io.Writer, r request) error {
	if of, ok := r.src.(model.Joined); ok && len(of.Names()) > 0 {
		return infoOfEach(ctx, e, out, of, r.form)
	}
	facts, failed := about(ctx, e, r.src, r.specs[0].Address)
	if err := printFactsAs(out, r.form, facts); err != nil {
		return err
	}
	return failed
}

// about returns what is known of the source at an address, and what reading more of it failed with.
func about(ctx context.Context, e *Env, src model.Source, address string) ([]fact, error) {
	is := src.Info()
	facts := []fact{
		{"version", e.Version, "societop", e.Version},
		{"source", is.Address.String(), "source", is.Address.String()},
		{"kind", is.Kind, "kind", is.Kind},
	}
	more, failed := e.factsOf(ctx, src, address)
	if failed == nil {
		tellTenants(ctx, e, src)
	}
	return append(facts, more...), failed
}

// infoOfEach prints what is known of each of several sources, which are asked at once.
func infoOfEach(ctx context.Context, e *Env, out io.Writer, src model.Joined, form format) error {
	names := src.Names()
	facts, errs := make([][]fact, len(names)), make([]error, len(names))
	var wg sync.WaitGroup
	for i, name := range names {
		wg.Go(func() {
			errs[i] = model.Guard(func() (err error) {
				one := src.Only(name)
				facts[i], err = about(ctx, e, one, one.Info().Address.Raw())
				return err
			})
		})
	}
	wg.Wait()
	var failed error
	for _, err := range errs {
		var crash *model.Crash
		if errors.As(err, &crash) {
			return err
		}
		if err != nil {
			e.tell(model.Explain(err).String())
			failed = errAbsent
		}
	}
	if err := printEach(out, form, facts); err != nil {
		return err
	}
	return failed
}

// printEach prints the facts of several sources: as JSON an array, else with an empty line between them.
func printEach(out io.Writer, form format, all [][]fact) error {
	if form.kind == asJSON {
		return printJSON(out, func(yield func([]field) bool) {
			for _, facts := range all {
				if !yield(fieldsOf(facts)) {
					return
				}
			}
		})
	}
	for i, facts := range all {
		if i > 0 {
			if _, err := io.WriteString(out, "\n"); err != nil {
				return err
			}
		}
		if err := printFactsAs(out, form, facts); err != nil {
			return err
		}
	}
	return nil
}
