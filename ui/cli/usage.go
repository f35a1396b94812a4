package cli

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"societop/model"
	"societop/model/text"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// usagef is an error of wrong usage.
func usagef(format string, args ...any) error { return model.Usagef(format, args...) }

// advised is what is said of wrong usage of a command, with where its help is.
func advised(cmd *cobra.Command, err error) string {
	text := err.Error()
	var on *model.Error
	if errors.As(err, &on) && on.Detail != "" {
		text = fmt.Sprintf("%s %s: %s", on.Op, on.Address, on.Detail)
	}
	if cmd.Hidden {
		cmd = cmd.Root()
	}
	help := "see `" + cmd.CommandPath() + " --help`"
	if before, ok := strings.CutSuffix(text, ")"); ok && strings.Contains(text, "? (") {
		return before + "; " + help + ")"
	}
	if strings.HasSuffix(text, "?") {
		return text + " (" + help + ")"
	}
	return text + "; " + help
}

// checkArgs accepts the arguments that a command's Use names. What cobra says by itself has no
// type and would not be known as wrong usage.
func checkArgs(cmd *cobra.Command, args []string) error {
	for _, arg := range args {
		if flag := strings.TrimLeft(arg, "–—−"); flag != arg {
			return usagef("%q begins with a dash that is not a hyphen; write --%s", arg, strings.TrimLeft(flag, "-"))
		}
	}
	names := argumentNames(cmd)
	lo, hi := argumentBounds(cmd)
	needs := cmd.Name() + " needs " + listed(names[:lo])
	switch {
	case len(args) == 0 && lo == 1:
		return usagef("%s", needs)
	case len(args) == 0 && lo > 1:
		return usagef("%s: %s are missing", needs, map[bool]string{true: "both", false: "all"}[lo == 2])
	case len(args) < lo:
		missing := names[len(args):lo]
		return usagef("%s: %s %s missing", needs, listed(missing), map[bool]string{true: "is", false: "are"}[len(missing) == 1])
	case len(args) > hi:
		return tooMany(cmd, names, args[hi])
	}
	return nil
}

// argumentBounds returns how many arguments a command takes by its Use: those in brackets may be
// missing, and three dots stand for any number.
func argumentBounds(cmd *cobra.Command) (lo, hi int) {
	for _, name := range strings.Fields(cmd.Use)[1:] {
		hi++
		if !strings.HasPrefix(name, "[") {
			lo++
		}
		if strings.HasSuffix(strings.Trim(name, "[]"), "...") {
			hi = math.MaxInt / 2 // others may follow
		}
	}
	return lo, hi
}

// argumentNames is the arguments of a command by its Use, without brackets and dots.
func argumentNames(cmd *cobra.Command) []string {
	names := strings.Fields(cmd.Use)[1:]
	for i := range names {
		names[i] = strings.Trim(names[i], "[].…")
	}
	return names
}

// tooMany says of the first argument that a command does not take what it does take.
func tooMany(cmd *cobra.Command, names []string, extra string) error {
	switch {
	case len(names) == 0:
		return usagef("%s takes no arguments, but got %q", cmd.Name(), extra)
	case slices.Contains(names, "EXP"):
		return usagef("%s takes %s, but got %q as well; put a name with spaces in quotes", cmd.Name(), listed(names), extra)
	}
	return usagef("%s takes %s, but got %q as well", cmd.Name(), listed(names), extra)
}

// listed is "a", "a and b", or "a, b and c".
func listed(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// oneOf returns an error for a value that is not in a fixed set.
func oneOf(flag, value string, known []string) error {
	if slices.Contains(known, value) {
		return nil
	}
	return usagef("%s can't be %q; %s", flag, value, text.Meant(value, known))
}

// rootArgs accepts the monitor's arguments: a source, and no mistyped command.
func rootArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		if err := mistyped(cmd, args[0]); err != nil {
			return err
		}
	}
	return checkArgs(cmd, args)
}

// mistyped is an error where an argument in place of a command can only be a command that
// does not exist: one word that is neither a path nor an address, nor the name of a file.
func mistyped(root *cobra.Command, word string) error {
	if !isWord(word) {
		return nil
	}
	if hostPort.MatchString(word) {
		return usagef("unknown command %q; to watch a server, write http://%s", word, word)
	}
	file := "to wait for a file, write ./" + word
	if near := nearCommands(root, word); len(near) > 0 {
		return usagef("unknown command %q; %s (%s)", word, text.DidYouMean(near), file)
	}
	return usagef("unknown command %q; %s", word, file)
}

// hostPort is what a server's address without its scheme looks like.
var hostPort = regexp.MustCompile(`^[A-Za-z0-9-]+:[0-9]+$`)

// nearCommands is the commands that a wrong name may be meant for.
func nearCommands(root *cobra.Command, name string) []string {
	known := []string{"help"}
	for _, c := range root.Commands() {
		if slices.Contains(c.SuggestFor, strings.ToLower(name)) {
			return []string{c.Name()}
		}
		if !c.Hidden {
			known = append(known, c.Name())
		}
	}
	return text.Near(name, known)
}

// flagError says in one sentence what is wrong with a command's flags.
func (e *Env) flagError(cmd *cobra.Command, err error) error {
	if !cmd.HasParent() && len(e.Args) > 0 {
		if wrong := mistyped(cmd, e.Args[0]); wrong != nil {
			return wrong
		}
	}
	var unknown *pflag.NotExistError
	var bare *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		return unknownFlag(cmd, unknown)
	case errors.As(err, &bare):
		return usagef("--%s needs a value", bare.GetFlag().Name)
	case errors.As(err, &invalid):
		return usagef("--%s %s", invalid.GetFlag().Name, wanted(invalid))
	}
	return usagef("%v", err)
}

// unknownFlag says which flags an unknown one may be meant for.
func unknownFlag(cmd *cobra.Command, unknown *pflag.NotExistError) error {
	var all []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			all = append(all, "--"+f.Name)
		}
	})
	wrong, near := "--"+unknown.GetSpecifiedName(), []string(nil)
	if unknown.GetSpecifiedShortnames() == "" {
		near = text.Near(wrong, all)
	} else {
		for _, f := range all {
			if strings.HasPrefix(f, wrong) {
				near = append(near, f)
			}
		}
	}
	if letters := unknown.GetSpecifiedShortnames(); letters != "" {
		wrong = "-" + letters
	}
	said := fmt.Sprintf("%s has no flag %s", cmd.Name(), wrong)
	if len(near) > 0 {
		said += "; " + text.DidYouMean(near)
	}
	return usagef("%s", said)
}

// wanted says what the value of a flag has to be. Of the project's own kinds of values the
// error says it.
func wanted(invalid *pflag.InvalidValueError) string {
	kinds := map[string]string{
		"int": "is a whole number", "int64": "is a whole number", "uint64": "is a whole number from 0 on",
		"float64": "is a number", "bool": "is true or false",
	}
	if kind, ok := kinds[invalid.GetFlag().Value.Type()]; ok {
		return fmt.Sprintf("%s, not %q", kind, invalid.GetValue())
	}
	return invalid.Unwrap().Error()
}
