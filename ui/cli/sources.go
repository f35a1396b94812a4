package cli

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"

	"societop/model"

	"github.com/spf13/cobra"
)

// specs returns the sources that arguments name, or the default one where there are none. What kinds
// of address there are, Open knows.
func (e *Env) specs(args []string, flags accessFlags) ([]model.SourceSpec, error) {
	if len(args) == 0 {
		address, err := e.source(nil)
		if err != nil {
			return nil, err
		}
		args = []string{address}
	}
	access, err := flags.access(e)
	if err != nil {
		return nil, err
	}
	var specs []model.SourceSpec
	for _, arg := range args {
		address, err := e.source([]string{arg})
		if err != nil {
			return nil, err
		}
		if len(args) > 1 && isWord(arg) {
			return nil, usagef("there is no source %q; to wait for a file, write ./%s", arg, arg)
		}
		specs = append(specs, model.SourceSpec{Address: address, Access: access})
	}
	return specs, nil
}

// isWord reports whether an argument in place of a source is one word that is neither a path nor an
// address, nor the name of a file: it can only be a command that does not exist.
func isWord(arg string) bool {
	if arg == "" || strings.HasPrefix(arg, "-") || strings.ContainsAny(arg, `/.@\ `) {
		return false
	}
	_, err := os.Lstat(arg)
	return err != nil
}

// sourceArgs returns those of the arguments of a command that name its sources, by its Use.
func sourceArgs(cmd *cobra.Command, args []string) []string {
	words := strings.Fields(cmd.Use)[1:]
	at := slices.IndexFunc(words, func(word string) bool { return strings.HasPrefix(strings.Trim(word, "["), "SOURCE") })
	if at < 0 || at >= len(args) {
		return nil
	}
	if strings.Contains(words[at], "...") {
		return args[at:max(len(args)-(len(words)-at-1), at)]
	}
	return args[at : at+1]
}

// open opens sources as one, and says what their user should know.
func (e *Env) open(ctx context.Context, specs []model.SourceSpec, tenants []string) (model.Source, error) {
	src, err := e.openQuietly(ctx, specs, tenants)
	if err != nil {
		return nil, err
	}
	if warning := src.Info().Warning; !warning.Empty() {
		e.tell(warning.String())
	}
	return src, nil
}

// openQuietly opens sources as one and prints no messages, which the monitor shows.
func (e *Env) openQuietly(ctx context.Context, specs []model.SourceSpec, tenants []string) (model.Source, error) {
	src, err := e.Open(ctx, specs)
	if err != nil {
		return nil, err
	}
	return model.OfTenants(src, tenants), nil
}

// absent says which of several sources could not be read, and returns an error with the exit code
// for that where there are some.
func (e *Env) absent(sources []model.SourceState) (err error) {
	for _, s := range sources {
		if s.Failure != nil {
			e.tell(model.Explain(s.Failure).String())
			err = errAbsent
		}
	}
	return err
}

// errAbsent is the end of a command that has read only some of several sources.
var errAbsent = outcome{exitAway, "not all sources could be read"}

// unlessAbsent is an error of looking for an experiment in what was read: where not all sources were,
// nobody knows that there is none.
func (r reading) unlessAbsent(err error) error {
	if r.absent != nil && errors.Is(err, model.ErrNoExperiment) {
		return outcome{exitAway, model.Explain(err).String() + "; not all sources could be read"}
	}
	return err
}
