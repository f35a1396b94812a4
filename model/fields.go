package model

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// matcher is the condition of one field.
type matcher = func(r *row, at judge) bool

// field makes the condition of "field op value".
func (q *Query) field(field, op, value string) (matcher, error) {
	if value == "" {
		return nil, fmt.Errorf("%w: %s%s wants a value", ErrUsage, field, op)
	}
	switch field {
	case "status":
		return statusField(op, value)
	case "day", "progress", "tokens":
		return numberField(field, op, value)
	case "updated", "created":
		q.timed = true
		return ageField(field, op, value)
	case "quiet", "stalled":
		q.timed = true
		return silenceField(field, op, value)
	case "error":
		q.errors = true
	}
	return textField(field, op, value)
}

// texts are the fields that hold text.
var texts = map[string]func(r *row) string{
	"name":   func(r *row) string { return r.Name.String() },
	"id":     func(r *row) string { return r.ID.String() },
	"tenant": func(r *row) string { return r.Tenant.String() },
	"error":  func(r *row) string { return r.Error.String() },
}

func textField(field, op, value string) (matcher, error) {
	text, ok := texts[field]
	if !ok {
		return nil, fmt.Errorf("%w: no field %q in the filter; put a word with a colon in quotes", ErrUsage, field)
	}
	if err := onlyEquals(field, op); err != nil {
		return nil, err
	}
	needle := fold(value)
	return func(r *row, _ judge) bool { return containsFold(text(r), needle) }, nil
}

func statusField(op, value string) (matcher, error) {
	if err := onlyEquals("status", op); err != nil {
		return nil, err
	}
	var wanted [len(statusNames)]bool
	for name := range strings.SplitSeq(value, ",") {
		s, ok := ParseStatus(name)
		if !ok {
			return nil, fmt.Errorf("%w: no status %q (%s)", ErrUsage, name, strings.Join(statusNames[:], ", "))
		}
		wanted[s] = true
	}
	return func(r *row, _ judge) bool { return r.Status.Known() && wanted[r.Status] }, nil
}

func numberField(field, op, value string) (matcher, error) {
	n, err := strconv.ParseFloat(strings.TrimSuffix(value, "%"), 64)
	if err != nil || math.IsNaN(n) {
		return nil, fmt.Errorf("%w: %s wants a number, not %q", ErrUsage, field, value)
	}
	holds := comparison(op)
	switch field {
	case "day":
		return func(r *row, _ judge) bool { return r.Now.Valid() && holds(float64(r.Now.Day), n) }, nil
	case "tokens":
		return func(r *row, _ judge) bool { return holds(float64(r.Tokens()), n) }, nil
	}
	return func(r *row, _ judge) bool {
		p := r.Progress()
		return p.Known && holds(p.Ratio*100, n)
	}, nil
}

func ageField(field, op, value string) (matcher, error) {
	age, err := parseAge(value)
	if err != nil {
		return nil, fmt.Errorf("%w: %s wants an age such as 10m, 3h or 2d, not %q", ErrUsage, field, value)
	}
	holds := comparison(op)
	return func(r *row, at judge) bool {
		t := r.Updated
		if field == "created" {
			t = r.Created
		}
		return holds(at.now.Sub(t).Seconds(), age.Seconds())
	}, nil
}

func silenceField(field, op, value string) (matcher, error) {
	if err := onlyEquals(field, op); err != nil {
		return nil, err
	}
	if value != "yes" && value != "no" {
		return nil, fmt.Errorf("%w: %s is yes or no, not %q", ErrUsage, field, value)
	}
	return func(r *row, at judge) bool {
		e := at.lab.estimate(r, at.pace, at.now)
		is := e.Stalled || (field == "quiet" && e.Quiet)
		return is == (value == "yes")
	}, nil
}

func onlyEquals(field, op string) error {
	if op == ":" || op == "=" {
		return nil
	}
	return fmt.Errorf("%w: %s can't be compared with %s; write %s:…", ErrUsage, field, op, field)
}

// comparison is the function of an operator.
func comparison(op string) func(a, b float64) bool {
	switch op {
	case "<":
		return func(a, b float64) bool { return a < b }
	case "<=":
		return func(a, b float64) bool { return a <= b }
	case ">":
		return func(a, b float64) bool { return a > b }
	case ">=":
		return func(a, b float64) bool { return a >= b }
	}
	return func(a, b float64) bool { return a == b }
}

// parseAge reads a length of time: a number and one of s, m, h, d, w.
func parseAge(s string) (time.Duration, error) {
	units := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}
	unit, ok := units[s[len(s)-1]]
	n, err := strconv.ParseFloat(s[:len(s)-1], 64)
	if !ok || err != nil || !(n >= 0 && n*float64(unit) < math.MaxInt64) {
		return 0, ErrUsage
	}
	return time.Duration(n * float64(unit)), nil
}
