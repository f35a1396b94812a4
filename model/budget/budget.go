// Package budget says of measured figures whether they hold the budgets of speed and size that
// the project has set itself. It is for benchmarks: `make bench` prints every budget with its
// figure and a verdict.
//
// A budget is a ratio that is measured in one run, or a count, never just a time: machines are
// shared and noisy.
package budget

import (
	"fmt"
	"testing"
)

// goal is a budget: what a figure may be at most.
type goal struct {
	what string
	most float64
	unit string
}

// goals is every budget by its name: its number, and where it has several figures a letter.
var goals = map[string]goal{
	"1":   {"from exec to the first full frame: 1,000,000 experiments against 100", 1.5, "×"},
	"2":   {"a million summaries read in: against a bare walk over their bucket", 25, "×"},
	"3":   {"anonymous memory while a million experiments load, above that with 100, for each", 400, "B"},
	"4":   {"a tick with 100 changed experiments, file to list: of 1,000,000 against of 1,000", 2, "×"},
	"4m":  {"the same, in the model alone", 3, "×"},
	"5a":  {"an idle tick on a lab file: leases", 0, ""},
	"5b":  {"an idle tick on a lab file: bytes to the terminal", 0, "B"},
	"6a":  {"bytes of a j, Chinese on the screen: against 32 B and the least that the changed cells need", 3, "×"},
	"6b":  {"bytes of a tick that changes three rows: likewise", 3, "×"},
	"7":   {"a j in a list: of 1,000,000 against of 100", 1.5, "×"},
	"8":   {"a key, p99, while a filter over 1,000,000 runs: against without", 2, "×"},
	"9":   {"a list of 10,000 experiments with 20 KB of config each, processor: against skipping each value", 2.7, "×"},
	"9h":  {"the same: live heap", 32, "MiB"},
	"10":  {"one frame of a run of 10,000 agents: of 1,000 steps against of 10", 1.5, "×"},
	"11":  {"one agent's history: against all frames of the run", 0.05, "×"},
	"12":  {"that run on disk: against AgentSociety's SQLite", 1.0 / 3, "×"},
	"13a": {"a map of 10,000 agents, 160×50, point loop: against a bare loop that sets the dots", 3, "×"},
	"13b": {"the same, the whole frame", 5, "×"},
	"13c": {"the same: allocations in the point loop", 0, ""},
	"14a": {"processor time of an idle monitor: against an empty Bubble Tea program", 1.2, "×"},
	"14b": {"live heap after 43,200 ticks: against after 1,000", 1.1, "×"},
	"14c": {"goroutines after 43,200 ticks: above those after 1,000", 0, ""},
	"15a": {"list requests to an endpoint: part of the wall time", 0.1, "×"},
	"16a": {"a server with 10,000 experiments, 2,000 of them running and silent: part of ten minutes that one monitor takes", 0.05, "×"},
	"16b": {"the same: requests a minute", 60, ""},
	"16c": {"the same: part of ten minutes that eight monitors take", 0.2, "×"},
	"15b": {"the oldest that a running experiment gets: against what is allowed", 1, "×"},
	"17":  {"a million summaries from a lab file that nobody writes to: against a bare walk over their bucket", 15, "×"},
	"19":  {"a forecast of when a run ends: of 100,000 steps against of 768", 1.5, "×"},
	"19a": {"a replay of 1,000 agents and 100 steps, first read: against reading the same files and decoding them with the faster JSON library", 3, "×"},
	"19b": {"a poll of its 770 shards of which 3 grew: stats", 800, ""},
	"19c": {"the same: files opened", 3, ""},
	"20c": {"PostgreSQL, 10,000 experiments: a tick without a change, time of the database", 5, "ms"},
	"20d": {"the same: the first list without plans, against the 3.5 s that AgentSociety's API takes for it", 0.1, "×"},
	"20e": {"the same: the first list with the plans of all", 0.25, "×"},
	"20a": {"sqlite.db, 10,000 experiments: a tick without a change", 5, "ms"},
	"20b": {"the same: the first list without plans, against the 2.9 s that AgentSociety's API takes for it", 0.1, "×"},
	"20f": {"the same: the first list with the plans of all", 0.35, "×"},
	"18":  {"everything small of 20 runs of 200 agents recorded, of a server that dies 7 times and a recorder that is killed 20 times", 120, "s"},
}

// Line is a figure with the budget of a name, and whether it holds it. A name that is none is
// a mistake of the caller, which the line says.
func Line(name string, figure float64) string {
	g, ok := goals[name]
	if !ok {
		return fmt.Sprintf("budget %-3s  there is no such budget", name)
	}
	verdict := "met"
	if !(figure <= g.most) {
		verdict = "MISSED"
	}
	return fmt.Sprintf("budget %-3s  %-6s  %9.4g %-3s ≤ %6.3g %-3s  %s", name, verdict, figure, g.unit, g.most, g.unit, g.what)
}

// Report prints the Line of a benchmark's figure.
func Report(b *testing.B, name string, figure float64) {
	b.Helper()
	b.ReportMetric(figure, "budget"+name)
	fmt.Println(Line(name, figure))
}
