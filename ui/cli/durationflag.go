package cli

import (
	"time"

	"github.com/spf13/pflag"

	"societop/ui/config"
)

// lapse is a flag that holds a length of time: a number of seconds, or of other units.
type lapse struct{ value *time.Duration }

// lapseVar adds a flag that holds a length of time.
func lapseVar(flags *pflag.FlagSet, to *time.Duration, name string, value time.Duration, usage string) {
	*to = value
	flags.Var(lapse{to}, name, usage)
}

// Set reads "5" or "5s", "500ms", "1h30m", "2d".
func (l lapse) Set(text string) (err error) {
	d, err := config.ParseLapse(text)
	if err == nil {
		*l.value = d
	}
	return err
}

// String is the length of time as Go writes it.
func (l lapse) String() string {
	if l.value == nil {
		return ""
	}
	return l.value.String()
}

// Type is the name of the value in help texts.
func (l lapse) Type() string { return "duration" }
