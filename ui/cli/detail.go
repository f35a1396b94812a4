package cli

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"societop/model"
	"societop/ui/human"
)

// printDetail prints one experiment, a line a fact. asOf says up to when the source knows of
// it; it is empty while that is live.
func printDetail(w io.Writer, v whole, now time.Time, asOf string) error {
	zone := now.Location()
	facts := [][2]string{
		{"name", v.Name.String()},
		{"id", v.ID.String()},
		{"tenant", orUnknown(!v.Tenant.Empty(), v.Tenant.String())},
		{"status", v.Status.String()},
	}
	if !v.Source.Empty() {
		facts = slices.Insert(facts, 3, [2]string{"source", v.Source.String()})
	}
	facts = append(facts, v.dirFacts()...)
	if why := human.Attention(v.estimate.Attention); why != "" {
		facts = append(facts, [2]string{"attention", why})
	}
	if v.verdict != nil {
		facts = append(facts, [2]string{"verdict", v.verdict.String()})
	}
	facts = append(facts, [][2]string{
		{"progress", v.percent() + v.steps()},
		{"simulated", v.simulated()},
		{"pace", v.pace()},
		{"ends", v.ends(now)},
		{"tokens", v.tokens()},
	}...)
	if v.cost != (model.Cost{}) {
		facts = append(facts, [2]string{"cost", strings.Join(human.Costs(&v.cost, false), ", ")})
	}
	facts = append(facts, [][2]string{
		{"created", zoned(v.Created, zone)},
		{"updated", zoned(v.Updated, zone)},
	}...)
	if asOf != "" {
		facts = append(facts, [2]string{"not live", asOf})
	}
	width := len(strconv.Itoa(len(v.workflow)))
	for i, s := range v.workflow {
		facts = append(facts, [2]string{"workflow", s.text(i+1, width)})
	}
	for _, line := range v.Error.Split() {
		facts = append(facts, [2]string{"error", line.String()})
	}
	return printFacts(w, facts)
}

// printFacts prints names and values, the values under one another.
func printFacts(w io.Writer, facts [][2]string) error {
	for _, f := range facts {
		if _, err := fmt.Fprintf(w, "%-12s %s\n", f[0], f[1]); err != nil {
			return err
		}
	}
	return nil
}

func (v view) percent() string {
	if !v.progress.Known {
		return model.Unknown
	}
	return human.Percent(v.progress.Ratio)
}

// steps is " (step 12 of 768)", or nothing where the plan is unknown.
func (v view) steps() string {
	switch {
	case v.progress.Step < 0:
		return ""
	case v.progress.Steps < 0:
		return fmt.Sprintf(" (step %s)", human.Steps(v.progress.Step))
	}
	return fmt.Sprintf(" (step %s of %s)", human.Steps(v.progress.Step), human.Steps(v.progress.Steps))
}

// eta is the time left, or for how long nothing has been heard.
func (v view) eta() string { return human.ETA(v.estimate) }

// spread is between which times a run ends, or that nobody knows it well.
func (v view) spread() string {
	switch spread := human.ETARange(v.estimate); {
	case spread != "":
		return spread
	case human.Rough(v.estimate):
		return "rough"
	}
	return model.Unknown
}

// etaRange is eta with its range.
func (v view) etaRange() string {
	if spread := human.ETARange(v.estimate); spread != "" {
		return v.eta() + " (" + spread + ")"
	}
	return v.eta()
}

// ends is eta in a sentence, with the wall time and the ranges of both.
func (v view) ends(now time.Time) string {
	if !v.estimate.Known || human.Silence(v.estimate) != "" {
		return v.eta()
	}
	s := "in " + v.etaRange()
	at, spread := human.End(v.estimate, now, time.Time{})
	if at != "" {
		s += ", about " + at
	}
	if spread != "" {
		s += " (" + spread + ")"
	}
	if human.Rough(v.estimate) {
		s += " (" + human.WhyRough(v.estimate) + ")"
	}
	return s
}

// zoned is a wall time in a zone, to the minute, with the name of the zone.
func zoned(t time.Time, zone *time.Location) string {
	out := minute(t, zone)
	if out == model.Unknown {
		return out
	}
	return out + t.In(zone).Format(" MST")
}

// minute is a wall time in a zone, to the minute.
func minute(t time.Time, zone *time.Location) string {
	if !human.Dated(t) {
		return model.Unknown
	}
	return t.In(zone).Format("2006-01-02 15:04")
}
