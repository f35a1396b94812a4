package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"societop/model"
)

// source is the address of the source that a command was given, or the default one. What
// kinds of address there are, Open knows.
func (e *Env) source(args []string) (string, error) {
	address := e.getenv("SOCIETOP_SOURCE")
	if len(args) > 0 {
		address = args[0]
	} else if address == "" {
		return e.defaultLab()
	}
	if address == "" {
		return "", usagef("the name of the source is empty")
	}
	return address, nil
}

// lab is the path of a lab file, for the commands that work on nothing else.
func lab(arg string) (string, error) {
	switch {
	case arg == "":
		return "", usagef("the name of the lab file is empty")
	case strings.Contains(arg, "://"):
		return "", usagef("this command needs a lab file, not an address")
	}
	return arg, nil
}

// defaultLab is $XDG_DATA_HOME/societop/lab.db. A relative directory is ignored, as the XDG
// specification asks.
func (e *Env) defaultLab() (string, error) {
	data, home := e.getenv("XDG_DATA_HOME"), e.getenv("HOME")
	if !filepath.IsAbs(data) {
		if !filepath.IsAbs(home) {
			return "", usagef("without $HOME, name a source")
		}
		data = filepath.Join(home, ".local", "share")
	}
	return filepath.Join(data, "societop", "lab.db"), nil
}

// pageRows bounds one page of a command's reading.
const pageRows = 10_000

// reading is a source's experiments as a command sees them, all at one wall time.
type reading struct {
	lab *model.Lab
	now time.Time
}

// read opens the source and calls use with it and with all its experiments.
func (e *Env) read(ctx context.Context, address string, errors bool, use func(model.Source, reading) error) (err error) {
	src, err := e.Open(ctx, address, model.Access{})
	if err != nil {
		return err
	}
	defer closing(src, &err)
	all := model.NewLab()
	if err := model.ReadAll(ctx, src, model.Budget{Rows: pageRows, Errors: errors}, all, e.Now); err != nil {
		return err
	}
	return use(src, reading{all, e.Now()})
}

// closing closes a source and keeps the error of it, unless there is one before it.
func closing(src model.Source, err *error) {
	if closed := src.Close(); *err == nil {
		*err = closed
	}
}

// experiment calls use with the one experiment that exp means, read whole.
func (e *Env) experiment(ctx context.Context, args []string, use func(model.Experiment, reading) error) error {
	address, err := e.source(args)
	if err != nil {
		return err
	}
	return e.read(ctx, address, false, func(src model.Source, all reading) error {
		key, err := all.find(args[1])
		if err != nil {
			return err
		}
		x, err := src.Experiment(ctx, key)
		if err != nil {
			return err
		}
		return use(x, all)
	})
}

// maxCandidates is how many candidates an error names.
const maxCandidates = 5

// find is the key of the one experiment that exp means.
func (r reading) find(exp string) (model.Key, error) {
	keys := r.lab.Find(exp)
	if len(keys) == 1 {
		return keys[0], nil
	}
	fail := &model.Error{Op: "find", Address: exp, Err: model.ErrNoExperiment}
	if len(keys) > 1 {
		fail.Err, fail.Detail = model.ErrAmbiguous, r.candidates(keys)
	}
	return model.Key{}, fail
}

// candidates names experiments for people to choose from.
func (r reading) candidates(keys []model.Key) string {
	var names []string
	for _, k := range keys[:min(len(keys), maxCandidates)] {
		s, _ := r.lab.Get(k)
		names = append(names, fmt.Sprintf("%s %s", k.ID, s.Name))
	}
	if more := len(keys) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}
