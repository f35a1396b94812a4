package bolt

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"societop/model"
	"societop/storage/storagetest"
)

// TestALogGrows gives the last lines of a log as a server does, again and again.
func TestALogGrows(t *testing.T) {
	path, k := runLab(t, storagetest.RunData{})
	var all []string
	for n := range 30 {
		for i := range 200 {
			all = append(all, fmt.Sprintf("\x1b[32mstep %d\x1b[0m line %d %s\n", n, i, strings.Repeat("长", i)))
		}
		tail := strings.Join(all[max(0, len(all)-1000):], "")
		if n%2 == 0 {
			tail = strings.TrimSuffix(tail, "\n")
		}
		fillLab(t, path, k, storagetest.RunData{Log: tail})
	}
	s := Open(path, Options{})
	for _, budget := range []model.LogBudget{{}, {Lines: 1}, {Lines: 700}, {Bytes: 100}, {Bytes: 200_000}, {Lines: 6000}, {Lines: 50, Bytes: 1 << 20}} {
		want := model.TailLog(strings.Join(all, ""), budget)
		if got, err := s.RunData(k).Log(context.Background(), budget); err != nil || got != want {
			t.Errorf("with %+v: %d bytes, %d dropped (%v), want %d, %d", budget, len(got.Lines.Raw()), got.Dropped, err, len(want.Lines.Raw()), want.Dropped)
		}
	}
	checkLab(t, path)
	before := s.tally.reads.Load()
	if _, err := s.RunData(k).Log(context.Background(), model.LogBudget{Lines: 10}); err != nil {
		t.Fatal(err)
	}
	if n := s.tally.reads.Load() - before; n > 40 {
		t.Errorf("ten lines of a long log take %d reads", n)
	}
}
