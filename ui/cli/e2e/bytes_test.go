//go:build unix

package e2e

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/bolt/claim"
	"societop/ui/cli/clitest"
)

// names are those of the experiments in a lab whose bytes are counted: a third of the rows
// holds wide characters.
var names = []string{"Polarization baseline", "北京早高峰通勤模拟 🚇", "UBI policy"}

// step is the i-th experiment of that lab after so many of its 480 steps.
func step(i int, steps int64, start time.Time) model.Experiment {
	var e model.Experiment
	e.ID = uuid.UUID{0: byte(i), 15: 1}
	e.Name = text.Clean(fmt.Sprintf("%s #%d", names[i%len(names)], i))
	e.Status, e.Plan = model.Running, plan.New(0, []plan.Entry{{Type: "step", Steps: 480, Ticks: 300}})
	e.Now = model.SimTime{Day: int(steps / 288), T: float64(steps % 288 * 300)}
	e.InputTokens, e.OutputTokens = 4200*steps, 1300*steps
	e.Created = start.Add(-time.Duration(i) * time.Hour)
	e.Updated = start.Add(time.Duration(steps) * time.Second)
	return e
}

// puts writes experiments in one batch.
func puts(t testing.TB, lab *bolt.Store, batch ...model.Experiment) {
	t.Helper()
	err := lab.Update(context.Background(), func(b *bolt.Batch) error {
		for _, e := range batch {
			if _, err := b.Put(e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// records makes a test the recorder of a lab until its end, so that the lab is live.
func records(t testing.TB, lab *bolt.Store) {
	t.Helper()
	claim, err := lab.Claim("the test", claim.State{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = claim.Release() })
}

// watched is a lab of 60 experiments in a status, which moved last at start+100 s, and the
// monitor on it at 100×50.
func watched(t testing.TB, status model.Status, start time.Time) (*bolt.Store, *clitest.Terminal) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lab.db")
	lab := bolt.Open(path, bolt.Options{Write: true})
	all := make([]model.Experiment, 60)
	for i := range all {
		all[i] = step(i, 100, start)
		all[i].Status = status
	}
	puts(t, lab, all...)
	records(t, lab)
	x := program.Open(t, 100, 50, "--interval", "100ms", path)
	x.Shows("● live")
	x.Shows("北京早高峰通勤模拟 🚇 #40")
	return lab, x
}

// TestIdleIsIdle: nothing is written while nothing happens. The runs have ended, for the age
// of one that has not may change at any full minute.
func TestIdleIsIdle(t *testing.T) {
	t.Parallel()
	_, x := watched(t, model.Finished, time.Now())
	settled := x.Quiet(time.Second)
	if idle := x.Quiet(3*time.Second) - settled; idle != 0 {
		t.Errorf("an idle monitor wrote %d bytes", idle)
	}
}

// TestBytes counts what the monitor writes for a key, and for a tick that changes three rows,
// with Chinese and emoji on the screen. A median, for a full minute may come between.
func TestBytes(t *testing.T) {
	t.Parallel()
	start := time.Now().Add(-100 * time.Second)
	lab, x := watched(t, model.Running, start)
	var keys, ticks []int
	for n := range 9 {
		bytes, least := cost(x, func() { x.Press("j") })
		keys = append(keys, bytes)
		if most := 3*least + 32; bytes > most && n > 0 {
			t.Errorf("a j writes %d bytes, where %d would do", bytes, least)
		}
		bytes, _ = cost(x, func() { threeRows(t, lab, n, start) })
		ticks = append(ticks, bytes)
	}
	t.Logf("bytes of a j %v, of a tick %v", keys, ticks)
	if n := median(keys); n > 600 { // two rows of 100 cells each, highlighted and not
		t.Errorf("a j writes %d bytes: %v", n, keys)
	}
	if n := median(ticks); n > 500 {
		t.Errorf("a tick writes %d bytes: %v", n, ticks)
	}
}

// cost is how many bytes the monitor writes for a change, and how many it takes at least.
func cost(x *clitest.Terminal, change func()) (bytes, least int) {
	before, screen, cells := x.Quiet(300*time.Millisecond), x.Screen(), x.Cells()
	change()
	x.Await("change", func(s string) bool { return s != screen })
	return x.Quiet(300*time.Millisecond) - before, clitest.Least(cells, x.Cells())
}

// threeRows moves three experiments of a watched lab two steps on, for the n-th time.
func threeRows(t testing.TB, lab *bolt.Store, n int, start time.Time) {
	steps := int64(102 + 2*n)
	puts(t, lab, step(4, steps, start), step(10, steps, start), step(20, steps, start))
}

func median(numbers []int) int {
	sorted := slices.Sorted(slices.Values(numbers))
	return sorted[len(sorted)/2]
}
