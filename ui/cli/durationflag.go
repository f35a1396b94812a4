package cli

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"
)

// lapse is a flag that holds a length of time: a number of seconds, or of other units.
type lapse struct{ value *time.Duration }

// lapseVar adds a flag that holds a length of time.
func lapseVar(flags *pflag.FlagSet, to *time.Duration, name string, value time.Duration, usage string) {
	*to = value
	flags.Var(lapse{to}, name, usage)
}

// maxLapse is the longest time that a flag may ask for.
const maxLapse = 100 * 365 * 24 * time.Hour

// plainNumber is a number of seconds, or of days.
var plainNumber = regexp.MustCompile(`^([+-]?[0-9]*\.?[0-9]+)(d?)$`)

// Set reads "5" or "5s", "500ms", "1h30m", "2d".
func (l lapse) Set(text string) error {
	text = strings.ToLower(strings.ReplaceAll(text, " ", ""))
	var d time.Duration
	if parts := plainNumber.FindStringSubmatch(text); parts != nil {
		unit := map[string]time.Duration{"": time.Second, "d": 24 * time.Hour}[parts[2]]
		n, _ := strconv.ParseFloat(parts[1], 64) // infinite where it is out of range
		d = time.Duration(max(min(n*float64(unit), 2*float64(maxLapse)), -1))
	} else {
		var err error
		if d, err = time.ParseDuration(text); err != nil {
			return fmt.Errorf("is a length of time such as 5 (seconds), 500ms, 2m or 1h30m, not %q", text)
		}
	}
	switch {
	case d < 0:
		return errors.New("can't be negative")
	case d > maxLapse:
		return errors.New("is at most 100 years")
	}
	*l.value = d
	return nil
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
