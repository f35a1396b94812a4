package model

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"societop/model/text"
)

// matcher is the condition of one field.
type matcher = func(r *row, at judge) bool

// FilterFields is every field of the filter language, in the order in which helps show them.
func FilterFields() []FilterField { return slices.Clone(filterFields) }

// fieldOf finds a field by its name.
func fieldOf(name string) (FilterField, bool) {
	i := slices.IndexFunc(filterFields, func(f FilterField) bool { return f.Name == name })
	if i < 0 {
		return FilterField{}, false
	}
	return filterFields[i], true
}

func fieldNames() []string {
	names := make([]string, len(filterFields))
	for i, f := range filterFields {
		names[i] = f.Name
	}
	return names
}

// field makes the condition of "field op value".
func (q *Query) field(c condition) (matcher, error) {
	f, ok := fieldOf(c.field)
	switch {
	case c.field == "":
		return nil, Usagef("no field stands before %s in the filter; put a word that begins with it in quotes", c.op)
	case !ok:
		return nil, Usagef("no field %q in the filter; %s (put a word with %s in quotes)", c.field, text.Meant(c.field, fieldNames()), c.op)
	case strings.HasPrefix(c.op, "!"):
		return nil, Usagef("the filter has no operator %s; a \"-\" before a term negates it: -%s", c.op, f.Example)
	case !slices.Contains([]string{":", "=", "<", "<=", ">", ">="}, c.op):
		return nil, Usagef("the filter has no operator %s, only : = < <= > >=; write %s", c.op, f.Example)
	case c.value == "" && (!c.quoted || !slices.Contains([]fieldKind{textKind, dirKind, sourceKind}, f.kind)):
		return nil, Usagef("%s%s wants a value without a space before it, such as %s", c.field, c.op, f.Example)
	}
	switch f.kind {
	case statusKind:
		return statusField(f, c)
	case numberKind:
		return numberField(f, c)
	case ageKind:
		q.timed = true
		return ageField(f, c)
	case yesKind:
		return q.yesField(f, c)
	case sourceKind:
		return sourceField(f, c)
	default:
		q.errors = q.errors || f.Name == "error"
		return textField(f, c)
	}
}

func textField(f FilterField, c condition) (matcher, error) {
	if err := onlyEquals(f, c); err != nil {
		return nil, err
	}
	s, needle := texts[f.Name], text.Fold(c.value)
	if needle == "" {
		return func(r *row, _ judge) bool { return s(r) == "" }, nil
	}
	return func(r *row, _ judge) bool { return text.ContainsFold(s(r), needle) }, nil
}

// sourceField compares the name of a source: of those that have it as a whole, by their short name or
// in full; or else, if there is none, of those that have it as a part.
func sourceField(f FilterField, c condition) (matcher, error) {
	if err := onlyEquals(f, c); err != nil {
		return nil, err
	}
	needle := text.Fold(c.value)
	var wanted []bool // by the place of a source
	return func(r *row, at judge) bool {
		if all := at.lab.sources.all; len(wanted) != len(all) {
			wanted = namedSources(all, needle)
		}
		return wanted[r.source]
	}, nil
}

// namedSources reports which of a lab's sources a folded name means.
func namedSources(all []labSource, needle string) []bool {
	whole, parts, any := make([]bool, len(all)), make([]bool, len(all)), false
	for i := range all {
		name := all[i].Name.String()
		whole[i] = text.Fold(all[i].short) == needle || text.Fold(name) == needle
		parts[i] = needle != "" && text.ContainsFold(name, needle)
		any = any || whole[i]
	}
	if any {
		return whole
	}
	return parts
}

func statusField(f FilterField, c condition) (matcher, error) {
	if err := onlyEquals(f, c); err != nil {
		return nil, err
	}
	var wanted [len(statusNames) + 1]bool // the last is that of unknown ones
	for name := range strings.SplitSeq(text.Narrow(c.value), ",") {
		i := slices.Index(statusValues, name)
		switch {
		case name == "":
			return nil, Usagef("a status is missing in status%s%s", c.op, c.value)
		case i < 0:
			return nil, Usagef("no status %q; %s", name, meantStatus(name))
		}
		wanted[i] = true
	}
	return func(r *row, _ judge) bool { return wanted[r.Status.index()] }, nil
}

// statusWords are other words for a status.
var statusWords = map[string]Status{
	"failed": Failed, "failure": Failed, "crashed": Failed,
	"done": Finished, "completed": Finished, "complete": Finished, "succeeded": Finished, "success": Finished, "ended": Finished,
	"pending": NotStarted, "waiting": NotStarted, "queued": NotStarted, "new": NotStarted,
	"killed": Stopped, "aborted": Stopped, "cancelled": Stopped, "canceled": Stopped,
	"active": Running, "live": Running, "dead": Lost, "gone": Lost, "vanished": Lost,
}

// meantStatus says which statuses a wrong one may be meant for.
func meantStatus(name string) string {
	if s, ok := statusWords[name]; ok {
		return text.DidYouMean([]string{s.String()})
	}
	return text.Meant(name, statusValues)
}

func numberField(f FilterField, c condition) (matcher, error) {
	n, err := parseQuantity(f.Name, text.Narrow(c.value))
	if err != nil {
		return nil, Usagef("%s wants a number, such as %s, not %q", f.Name, f.Example, c.value)
	}
	holds := comparison(c.op)
	switch f.Name {
	case "day":
		return func(r *row, _ judge) bool { return r.Now.Valid() && holds(float64(r.Now.Day), n) }, nil
	case "tokens":
		return func(r *row, _ judge) bool { return r.Counted() && holds(float64(r.Tokens()), n) }, nil
	}
	return func(r *row, _ judge) bool {
		p := r.Progress()
		return p.Known && holds(p.Ratio*100, n)
	}, nil
}

// parseQuantity reads a number as a field shows it: a progress may end in "%", tokens in k, m, g
// or b.
func parseQuantity(field, s string) (float64, error) {
	factor := 1.0
	switch field {
	case "progress":
		s = strings.TrimSuffix(s, "%")
	case "tokens":
		if unit, ok := map[byte]float64{'k': 1e3, 'm': 1e6, 'g': 1e9, 'b': 1e9}[s[len(s)-1]]; ok {
			s, factor = s[:len(s)-1], unit
		}
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) || strings.ContainsAny(s, "xp_") {
		return 0, ErrUsage
	}
	return n * factor, nil
}

func ageField(f FilterField, c condition) (matcher, error) {
	age, err := parseAge(text.Narrow(c.value))
	switch {
	case err != nil:
		return nil, Usagef("%s wants an age such as 10m, 3h or 2d, not %q", f.Name, c.value)
	case c.op == ":" || c.op == "=":
		return nil, Usagef("%s is compared with < or >; write %s<%s", f.Name, f.Name, c.value)
	}
	holds := comparison(c.op)
	return func(r *row, at judge) bool {
		t := r.Updated
		if f.Name == "created" {
			t = r.Created
		}
		return holds(at.now.Add(at.lab.sources.state(r.source).Skew).Sub(t).Seconds(), age.Seconds())
	}, nil
}

// yesField compares a judgement with yes or no.
func (q *Query) yesField(f FilterField, c condition) (matcher, error) {
	if err := onlyEquals(f, c); err != nil {
		return nil, err
	}
	value := text.Narrow(c.value)
	if !slices.Contains(yesValues, value) {
		return nil, Usagef("%s is yes or no, not %q", f.Name, c.value)
	}
	if f.Name == "attention" { // which the lab keeps up to date
		return func(r *row, _ judge) bool { return (r.need != NoNeed) == (value == "yes") }, nil
	}
	q.timed = true
	return func(r *row, at judge) bool {
		e := at.lab.estimate(r, at.pace, at.now)
		if live := at.lab.sources.liveness(r.source); !live.Live() || r.Status == Running && !e.Judged {
			return false // unknown is neither
		}
		is := e.Stalled || (f.Name == "quiet" && e.Quiet)
		return is == (value == "yes")
	}, nil
}

func onlyEquals(f FilterField, c condition) error {
	if c.op == ":" || c.op == "=" {
		return nil
	}
	return Usagef("%s can't be compared with %s; write %s", f.Name, c.op, f.Example)
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
