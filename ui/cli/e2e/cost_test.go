//go:build unix

package e2e

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// costRow is what list --json says of the cost of an experiment.
type costRow struct {
	Name          string
	Status        int
	Input         float64  `json:"input_tokens"`
	Output        float64  `json:"output_tokens"`
	Cost          *float64 `json:"cost"`
	Low           *float64 `json:"cost_low"`
	High          *float64 `json:"cost_high"`
	AtEnd         *float64 `json:"cost_at_end"`
	Currency      *string
	CostAtEndHigh *float64 `json:"cost_at_end_high"`
}

// TestCostsAreThoseOfTheModelsOfTheConfig: from a server, and from the lab that is recorded of it.
func TestCostsAreThoseOfTheModelsOfTheConfig(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	prices := filepath.Join(dir, "prices.toml")
	const file = "[prices.\"QWEN2.5-14b-instruct\"]\ninput = 1\noutput = 3\ncurrency = \"CNY\"\n[prices.\"Qwen/*\"]\ninput = 0.5\noutput = 0.25\ncurrency = \"CNY\"\n"
	if err := os.WriteFile(prices, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	server, lab := recorded(t, "").URL, filepath.Join(dir, "lab.db")
	if _, errs, code := program.Run(t, "record", "--once", server, lab); code != 0 {
		t.Fatalf("record: exit code %d: %s", code, errs)
	}
	for _, source := range []string{server, lab} {
		var all []costRow
		if err := json.Unmarshal([]byte(program.Done(t, "list", "--json", "--prices", prices, source)), &all); err != nil {
			t.Fatal(err)
		}
		known := 0
		for _, c := range all {
			if c.Low == nil {
				continue // its config names no models
			}
			known++
			low, high := (c.Input*0.5+c.Output*0.25)/1e6, (c.Input+c.Output*3)/1e6
			if math.Abs(*c.Low-low) > 1e-9 || math.Abs(*c.High-high) > 1e-9 || *c.Currency != "CNY" || (c.Cost == nil) != (high > low) {
				t.Errorf("%s: %q costs %v to %v %s, want %v to %v", source, c.Name, *c.Low, *c.High, *c.Currency, low, high)
			}
		}
		if known < 8 {
			t.Errorf("%s: the cost of %d experiments is known", source, known)
		}
	}
}

// TestTheMonitorShowsCosts in the list and the header, and none where there is no room.
func TestTheMonitorShowsCosts(t *testing.T) {
	t.Parallel()
	prices := filepath.Join(t.TempDir(), "prices.toml")
	if err := os.WriteFile(prices, []byte("[prices.\"*\"]\ninput = 1\noutput = 3\ncurrency = \"CNY\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	screen := program.Open(t, 160, 45, "demo", "--prices", prices)
	screen.Shows("COST")
	screen.Shows("/h   ● ")
	screen.Press("q")
}
