package e2e

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"societop/storage/rundir/rundirtest"
)

// inTable is what table prints of a run, in JSON.
func inTable(t *testing.T, args ...string) (rows []map[string]any) {
	t.Helper()
	out := program.Done(t, append([]string{"table", "--json"}, args...)...)
	if err := json.Unmarshal([]byte(out), &rows); err != nil {
		t.Fatalf("%q: %v: %s", args, err, out)
	}
	return rows
}

// TestTablesOfRunDirectories: every table of every fixture has the rows that were counted by another
// program, read from the directory and from a lab file into which it was recorded.
func TestTablesOfRunDirectories(t *testing.T) {
	t.Parallel()
	root := rundirtest.Unpack(t)
	lab := filepath.Join(t.TempDir(), "lab.db")
	program.Done(t, "record", "--once", "--agents", root, lab)
	_, tables := rundirtest.Expected(t)
	for _, name := range rundirtest.Names {
		if len(tables[name]) == 0 {
			continue
		}
		catalogs := map[string]int{}
		for _, d := range inTable(t, root, name) {
			catalogs[d["table"].(string)] = int(d["rows"].(float64))
		}
		for table, want := range tables[name] {
			n := max(want.DistinctKeys, 0)
			if n == 0 {
				n = want.Rows
			}
			if got, ok := catalogs[table]; !strings.HasPrefix(table, "replay_") && (!ok || got != n) {
				t.Errorf("%s: %s has %d rows, want %d", name, table, got, n)
			}
		}
		first := slices.Sorted(maps.Keys(catalogs))[0]
		direct, recorded := program.Done(t, "table", "--csv", root, name, first), program.Done(t, "table", "--csv", lab, name, first)
		if direct != recorded {
			t.Errorf("%s: %s differs in the lab file:\n%s\n%s", name, first, direct, recorded)
		}
	}
}

// TestRowsOfARunDirectory: each key once, in the order of the dataset, of some steps and agents; a row of
// which another version exists is marked.
func TestRowsOfARunDirectory(t *testing.T) {
	t.Parallel()
	run := rundirtest.Run(t, "2.9.2-resumed")
	_, tables := rundirtest.Expected(t)
	rows := inTable(t, "--ambiguous", run, "2.9.2-resumed", "social_media_event")
	odd := 0
	seen := map[string]bool{}
	for _, r := range rows {
		key := fmt.Sprint(r["id"])
		if seen[key] {
			t.Errorf("%s is there twice", key)
		}
		if seen[key] = true; r["_ambiguous"] == true {
			odd++
		}
	}
	if want := tables["2.9.2-resumed"]["social_media_event"]; len(rows) != want.DistinctKeys || odd == 0 {
		t.Errorf("%d rows, of which %d are ambiguous, want %d and some", len(rows), odd, want.DistinctKeys)
	}
	out := program.Done(t, "table", "--csv", "--step", "3-5", "--agent", "2,4", run, "2.9.2-resumed", "economy.agent_state")
	records, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(records) != 1+3*2 || records[0][0] != "agent_id" {
		t.Errorf("%v: %s", err, out)
	}
	_, errs, code := program.Run(t, "table", run, "2.9.2-resumed", "economy.agent_stat")
	if code != 4 || !strings.Contains(errs, `did you mean "economy.agent_state"?`) {
		t.Errorf("exit code %d: %s", code, errs)
	}
}
