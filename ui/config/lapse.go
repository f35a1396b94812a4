package config

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// maxLapse is the longest time that may be asked for.
const maxLapse = 100 * 365 * 24 * time.Hour

// plainNumber is a number of seconds, or of days.
var plainNumber = regexp.MustCompile(`^([+-]?[0-9]*\.?[0-9]+)(d?)$`)

// ParseLapse reads a length of time: "5" or "5s", "500ms", "1h30m", "2d". Its error is what follows
// the name of a flag or a key.
func ParseLapse(written string) (time.Duration, error) {
	text := strings.ToLower(strings.ReplaceAll(written, " ", ""))
	var d time.Duration
	if parts := plainNumber.FindStringSubmatch(text); parts != nil {
		unit := map[string]time.Duration{"": time.Second, "d": 24 * time.Hour}[parts[2]]
		n, _ := strconv.ParseFloat(parts[1], 64) // infinite where it is out of range
		d = time.Duration(max(min(n*float64(unit), 2*float64(maxLapse)), -1))
	} else {
		var err error
		if d, err = time.ParseDuration(text); err != nil {
			return 0, fmt.Errorf("is a length of time such as 5 (seconds), 500ms, 2m or 1h30m, not %q", written)
		}
	}
	switch {
	case d < 0:
		return 0, errors.New("can't be negative")
	case d > maxLapse:
		return 0, errors.New("is at most 100 years")
	}
	return d, nil
}
