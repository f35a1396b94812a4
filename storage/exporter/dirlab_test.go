package exporter

import (
	"path/filepath"
	"testing"

	"societop/model"
	"societop/storage/storagetest"
)

// TestALabFileOfAgentSociety2 has all that the source has of a run, also where its rows are read in several
// windows.
func TestALabFileOfAgentSociety2(t *testing.T) {
	for _, size := range []struct{ agents, steps int }{{3, 4}, {400, 31}, {1, 0}} {
		m, e := version2(size.agents, size.steps)
		path := filepath.Join(t.TempDir(), "copy.db")
		report, err := ExportLab(t.Context(), m, []model.Key{e.Key}, path, model.ExportOptions{}, nil)
		if err != nil || len(report.LeftOut) > 0 {
			t.Fatalf("%+v, %v", report, err)
		}
		got := opened(t, path)
		storagetest.SameSource(t, got, m)
		storagetest.SameRunDir(t, got.RunData(e.Key), m.RunData(e.Key), 0)
	}
}
