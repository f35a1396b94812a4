package cli

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"societop/model"
	"societop/ui/human"
)

// fact is one thing that is known of a source: as JSON has it, and as people read it. Where
// text is empty people are not told.
type fact struct {
	name  string
	value any
	label string
	text  string
}

// printFactsAs prints facts in a format.
func printFactsAs(out io.Writer, form format, facts []fact) error {
	var lines [][2]string
	for _, f := range facts {
		if f.text != "" {
			lines = append(lines, [2]string{f.label, f.text})
		}
	}
	if form.kind == asJSON {
		return printObject(out, fieldsOf(facts))
	}
	return printFacts(out, lines)
}

// fieldsOf is facts as JSON has them.
func fieldsOf(facts []fact) (fields []field) {
	for _, f := range facts {
		fields = append(fields, field{f.name, f.value})
	}
	return fields
}

// factsOf asks the source at an address what it is. If that fails, the facts are unknown.
func (e *Env) factsOf(ctx context.Context, src model.Source, address string) ([]fact, error) {
	prober, ok := src.(model.Prober)
	switch {
	case !ok && src.Info().Kind == model.RunDirectory:
		read, err := e.read(ctx, src, false)
		return runFacts(read.lab, err == nil), err
	case !ok && src.Info().Local:
		report, err := e.Report(ctx, address)
		return e.labFacts(report, err == nil), err
	case !ok:
		return nil, nil
	}
	report, err := prober.Probe(ctx)
	return e.endpointFacts(report, !report.Title.Empty(), err == nil || report.Took > 0), err
}

// runFacts returns how many runs a directory has, and in which states; ok reports whether it was read.
func runFacts(lab *model.Lab, ok bool) []fact {
	facts := []fact{{"experiments", known(ok, lab.Len()), "experiments", map[bool]string{true: human.Count(lab.Len())}[ok]}}
	for _, s := range model.Statuses {
		said := ""
		if n := lab.Count(s); n > 0 {
			said = human.Count(n)
		}
		facts = append(facts, fact{s.String(), known(ok, lab.Count(s)), strings.ReplaceAll(s.String(), "_", " "), said})
	}
	return facts
}

// labFacts returns what is known of a lab file; ok reports whether there is a report.
func (e *Env) labFacts(r model.LabReport, ok bool) []fact {
	text := func(is bool, s string) string { return map[bool]string{true: s}[is && ok] }
	modified := minute(r.Modified, e.Zone) + r.Modified.In(e.Zone).Format(" MST")
	return []fact{
		{"bytes", known(ok, r.Bytes), "size", text(true, human.Bytes(r.Bytes))},
		{"schema", known(ok, r.Schema), "schema", text(true, strconv.Itoa(r.Schema))},
		{"experiments", known(ok, r.Experiments), "experiments", text(true, human.Count(r.Experiments))},
		{"changes", known(ok, r.Changes), "changes", text(true, strconv.FormatUint(r.Changes, 10))},
		{"modified", known(ok, stamp(r.Modified)), "modified", text(true, modified)},
		{"as_of", known(ok, stamp(r.Liveness.AsOf)), "not live", text(!r.Liveness.Live(), e.asOf(r.Liveness))},
		{"recorder", known(ok && !r.Recorder.Empty(), r.Recorder), "recorder", r.Recorder.String()},
		{"network", known(ok, r.Network), "network", text(r.Network, "yes: locks may not reach other hosts, so record and watch on one host")},
	}
}

// endpointFacts returns what is known of an endpoint; ok reports whether there is a report, and answered
// whether it answered all of it, without which there is no clock to compare.
func (e *Env) endpointFacts(r model.EndpointReport, ok, answered bool) []fact {
	text := func(is bool, s string) string { return map[bool]string{true: s}[is && ok] }
	lacks := make([]string, 0, len(r.Lacks))
	for _, l := range r.Lacks {
		lacks = append(lacks, l.String())
	}
	return []fact{
		{"title", known(ok, r.Title), "api", text(true, r.Title.String())},
		{"release", known(ok, r.Release), "release", text(true, r.Release.String())},
		{"as_of", known(ok, stamp(r.Liveness.AsOf)), "not live", text(!r.Liveness.Live(), e.asOf(r.Liveness))},
		{"lacks", known(ok, lacks), "lacks", text(len(lacks) > 0, strings.Join(lacks, ", "))},
		{"skew_seconds", known(answered, r.Skew.Seconds()), "clock", text(answered, skew(r.Skew))},
		{"took_seconds", known(answered, r.Took.Seconds()), "answered in", text(answered, r.Took.Round(time.Millisecond).String())},
		{"insecure", known(ok, r.Insecure), "token", text(r.Insecure, "it would travel unencrypted")},
		{"believed_running", known(ok && r.Believed != nil, r.Believed), "server", text(r.Believed != nil, believedRunning(r.Believed))},
	}
}

// believedRunning says how many runs the server believes to be running.
func believedRunning(n *int) string {
	switch {
	case n == nil:
		return ""
	case *n == 1:
		return "it believes that 1 run is running"
	}
	return "it believes that " + human.Count(*n) + " runs are running"
}

// skew says how far a clock is off. A server gives its own to the second.
func skew(d time.Duration) string {
	switch {
	case d.Abs() < 2*time.Second:
		return "same as this machine's"
	case d < 0:
		return human.Exact(-d) + " behind this machine's"
	}
	return human.Exact(d) + " ahead of this machine's"
}
