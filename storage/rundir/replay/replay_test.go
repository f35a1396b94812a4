package replay_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"societop/model"
	"societop/storage/rundir/replay"
	"societop/storage/rundir/rundirtest"
)

// notDatasets are tables of databases that are no datasets.
var notDatasets = map[string]bool{"replay_column_catalog": true, "replay_dataset_catalog": true}

func TestFixtures(t *testing.T) {
	_, expected := rundirtest.Expected(t)
	for _, name := range rundirtest.Names {
		t.Run(name, func(t *testing.T) {
			dir := rundirtest.Run(t, name)
			before := filesOf(t, dir)
			r := replay.Open(dir)
			defer func() {
				if err := r.Close(); err != nil {
					t.Error(err)
				}
				if after := filesOf(t, dir); after != before {
					t.Errorf("the directory was changed:\n%s\nit was\n%s", after, before)
				}
			}()
			if changed, err := r.Refresh(t.Context(), 3); err != nil || !changed {
				t.Fatal(changed, err)
			}
			if changed, err := r.Refresh(t.Context(), 3); err != nil || changed {
				t.Fatal("without a change:", changed, err)
			}
			tables := expected[name]
			steps := 0
			for _, d := range r.Datasets() {
				table := d.Table.Raw()
				want, ok := tables[table]
				if !ok && d.Rows > 0 {
					t.Errorf("unexpected table %s with %d rows", table, d.Rows)
				}
				checkTable(t, r, &d, want, strings.HasPrefix(name, "2.9.2-resumed"))
				if len(want.Steps) > 0 && !d.Can(model.StepTimeline) {
					steps = max(steps, want.Steps[1]+1)
				}
				delete(tables, table)
			}
			for table := range tables {
				if !notDatasets[table] {
					t.Errorf("table %s is missing", table)
				}
			}
			if r.Steps() != steps {
				t.Errorf("%d steps, want %d", r.Steps(), steps)
			}
		})
	}
}

func checkTable(t *testing.T, r *replay.Replay, d *model.Dataset, want rundirtest.Table, resumed bool) {
	t.Helper()
	keys := want.DistinctKeys
	if want.Files == 0 {
		keys = want.Rows
	}
	rows, err := r.Rows(d.ID.Raw(), model.RowQuery{})
	if err != nil {
		t.Fatal(err)
	}
	if d.Rows != keys || rows.Total != keys || len(rows.Cells) != keys || rows.Damaged != want.Torn || rows.Whole != 3 {
		t.Errorf("%s: %d rows, %d read of %d, %d damaged, %d whole; want %d", d.ID, d.Rows, len(rows.Cells), rows.Total, rows.Damaged, rows.Whole, keys)
	}
	if doubled := want.Files > 0 && want.Rows > keys && !d.Can(model.StepTimeline); !doubled && len(rows.Ambiguous) > 0 || len(rows.Ambiguous) > want.Rows-keys {
		t.Errorf("%s: %d rows are ambiguous of %d doubled", d.ID, len(rows.Ambiguous), want.Rows-keys)
	} else if len(rows.Ambiguous) > 0 && !resumed {
		t.Errorf("%s: ambiguous rows in a run that was not resumed", d.ID)
	}
	if len(want.Steps) == 0 {
		return
	}
	seen := make(map[string]bool)
	last := -1.0
	for i, row := range rows.Cells {
		if len(row) != len(rows.Columns) {
			t.Fatalf("%s: row %d has %d cells of %d", d.ID, i, len(row), len(rows.Columns))
		}
		for c, column := range rows.Columns {
			if column != d.StepKey {
				continue
			}
			step, ok := row[c].Number()
			if !ok || step < last {
				t.Fatalf("%s: row %d: step %v after %v", d.ID, i, row[c], last)
			}
			last = step
			seen[row[c].Raw()] = true
		}
	}
	if len(seen) != want.Steps[2] || !seen["0"] || int(last) != want.Steps[1] {
		t.Errorf("%s: %d steps up to %v, want %v", d.ID, len(seen), last, want.Steps)
	}
}

// filesOf lists all files below a directory, with their sizes and times.
func filesOf(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if os.IsNotExist(err) && path == dir { // a run that was never started
			return nil
		}
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil {
			fmt.Fprintln(&b, path, info.Size(), info.Mode(), info.ModTime())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAResumedRunReadCold(t *testing.T) {
	r := replay.Open(rundirtest.Run(t, "2.9.2-resumed"))
	defer r.Close()
	if _, err := r.Refresh(t.Context(), 14); err != nil {
		t.Fatal(err)
	}
	// The rows of step 7 that were written twice with other values.
	for dataset, want := range map[string]string{
		"social_media.agent_state": "agent_id=3 agent_id=4", "social_media.event": "id=20 id=21 id=22", "mobility.agent_state": "",
		"economy.agent_state": "", "economy.env_state": "", "core.agent_profile": "", "core.simulation_timeline": "",
	} {
		got, err := r.Rows(dataset, model.RowQuery{})
		if err != nil {
			t.Fatal(err)
		}
		var doubtful []string
		for _, i := range got.Ambiguous {
			doubtful = append(doubtful, got.Columns[0].String()+"="+got.Cells[i][0].Raw())
		}
		if strings.Join(doubtful, " ") != want {
			t.Errorf("%s: ambiguous are %q, want %q", dataset, doubtful, want)
		}
	}
	if first := rows(t, r, "core.simulation_timeline", model.RowQuery{To: 1}); first[0] != `step=0 t="2026-01-05T08:00:00"` {
		t.Errorf("the timeline begins with %q", first)
	}
	events := rows(t, r, "social_media.event", model.RowQuery{From: 1, To: 2})
	if len(events) == 0 || !strings.Contains(strings.Join(events, "\n"), `content="電車が遅れています…"`) {
		t.Errorf("step 1 has %q", events)
	}
	profile := rows(t, r, "core.agent_profile", model.RowQuery{Limit: 1})
	if !strings.Contains(profile[0], `profile={"`) {
		t.Errorf("a profile is %q", profile)
	}
}
